# SPDX-License-Identifier: GPL-2.0-or-later
"""Which photos to show a person first: those whose answer teaches most."""

from __future__ import annotations

from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from .head import Head

Array = NDArray[Any]
_SEEN_PLACE = 0.5
"""What a photo of a place already in the queue is worth beside one of a new place."""


def review_order(head: Head, features: Array, *, count: Optional[int] = None, places: Optional[Array] = None) -> Array:
    """Return row numbers of photos, the most instructive first.

    A photo teaches where the head hesitates (small margin between its two best classes) or sees something unlike what
    it was taught, and where nothing like it is in the queue yet: worth = (1 - margin, or strangeness) × distance to the
    nearest photo queued before, greedily; a photo of a place not yet in the queue counts double.

    Parameters
    ----------
    head : Head
        The present head.
    features : array
        ``(n, views, d)`` of photos without a decision.
    count : int, optional
        How many to order; the rest follows by worth.
    places : array, optional
        ``(n,)``: what tells places apart (a group, a commune, a grid cell).
    """
    n = len(features)
    if not n:
        return np.empty(0, np.int64)
    found = head.suggest(features)
    top = -np.sort(-found.probabilities, axis=1)
    strange = np.argsort(np.argsort(found.unknown)) / max(n - 1, 1)
    worth = 1 - (top[:, 0] - top[:, 1]) + strange
    means = features.astype(np.float32).mean(axis=1) - head.mean
    unit = means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
    distance = np.ones(n)
    fresh = np.ones(n)
    left = np.ones(n, bool)
    order = []
    for _ in range(min(count or n, n)):
        value = np.where(left, worth * distance * fresh, -1.0)
        i = int(value.argmax())
        order.append(i)
        left[i] = False
        distance = np.minimum(distance, 1 - np.clip(unit @ unit[i], -1, 1))
        if places is not None:
            fresh = np.where(places == places[i], _SEEN_PLACE, fresh)
    rest = np.flatnonzero(left)
    return np.array([*order, *rest[np.argsort(-worth[rest], kind="stable")]], dtype=np.int64)
