# SPDX-License-Identifier: GPL-2.0-or-later
"""A head after it saw the photos of one place without a label.

Neighbours talk, and the head is fitted on what they agree on. They outvote whatever is rare, so a class that few photos
seem to be of keeps what the head said before. What was measured, and on which folders: docs/learning.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....errors import DataError
from ..head import Head
from .logistic import fit_logistic
from .propagation import LARGEST, propagated

Array = NDArray[Any]

LEAST_PHOTOS = 60
"""Fewer photos have too few neighbours."""
LEAST_ANSWERED = 0.4
"""Share of the photos that the head must recognise: below it, neighbours spread its errors (0.28 → 0.22 right on clean
walls of a collection whose look it was not taught)."""
_LEAST_OF_A_CLASS = 3
_COPY = 0.985
"""Cosine of centred features above which two photos are copies of one."""
SHARPNESS = 1.3
"""What the weights of a fit on few photos are multiplied by: the penalty makes them timid."""
_SHARE, _NEIGHBOURS = 0.9, 5
_RARE = 20.0
"""Photos of a class, as the head counts them, below which the class keeps what the head said, the more so the fewer."""
_L2 = 0.02
_TEMPERATURE = 0.85
"""The scale at which scores of an adapted head mean what they say. Beliefs that neighbours share are softer than right
answers are, so that it can't be read off them (it would be 2.3, and the calibration error 0.19); one number holds over
folders of all kinds."""


@dataclass(frozen=True)
class Beliefs:
    """What neighbours agree on: the rows that are no copies ``(n,)``, a distribution over labels each ``(n, k)``."""

    rows: Array
    agreed: Array


def adapt(head: Head, features: Array) -> Head:
    """Return the head after it saw photos without their labels.

    Parameters
    ----------
    head : Head
        What is thought of the photos before, and what was taught (its anchors).
    features : array
        ``(n, views, d)``; of more than 3,000 an even choice is used, of copies one.

    Raises
    ------
    DataError
        Too few different photos, too few that the head recognises, or all of one class.
    """
    found = beliefs_of(head, features)
    means = features[found.rows].astype(np.float32).mean(axis=1)
    sure = found.agreed**2 / (found.agreed**2).sum(axis=1, keepdims=True)
    count = len(head.labels)
    # A class that few of them seem to be of must not weigh as one that many are of.
    mass = (sure / np.maximum(sure.sum(axis=0), len(sure) / count)).sum(axis=1)
    x = np.concatenate([head.anchors, means])
    t = np.concatenate([np.eye(count)[head.anchor_label], sure])
    w = np.concatenate([head.anchor_weight.astype(np.float64), mass])
    w = w * (t / np.maximum(t.T @ w, 1e-12)).sum(axis=1)
    weight, bias = fit_logistic(x - head.mean, t, w, float(head.summary.get("l2", _L2)))
    after = replace(
        head,
        weight=SHARPNESS * weight,
        bias=SHARPNESS * bias,
        row_label=np.arange(count),
        # A head that was taught confirmed photos adds their similarity to the scores: its own scale holds.
        temperature=_TEMPERATURE if head.anchor_share == 0 else head.temperature,
    )
    # The same share of the photos stays unknown as before.
    pool = features[found.rows].astype(np.float32)
    unknown = float((head.unknown_scores(*head.scores(pool)) > head.unknown_limit).mean())
    limit = float(np.quantile(after.unknown_scores(*after.scores(pool)), 1 - unknown))
    return replace(after, unknown_limit=limit)


def beliefs_of(head: Head, features: Array) -> Beliefs:
    """Return what neighbours agree on; errors as of :func:`adapt`."""
    rows = different(features.astype(np.float32).mean(axis=1), head.mean)
    rows = rows[even_choice(len(rows), LARGEST - 1000)]
    if len(rows) < LEAST_PHOTOS:
        raise DataError(
            f"{len(rows)} different photos are too few to adapt to ({LEAST_PHOTOS} at least, about 120 work well)",
            next_step="Import more photos of the same place, or confirm about ten photos of each class",
        )
    pool = features[rows].astype(np.float32)
    before = head.suggest(pool)
    answered = float((~before.abstained).mean())
    if answered < LEAST_ANSWERED:
        raise DataError(
            f"The base recognises {answered:.0%} of these photos only; without decisions they would mislead it",
            next_step="Confirm about ten photos of each class first, or give ordinary streets of the place: "
            "sigma-communes model learn --none FOLDER",
        )
    guessed = np.bincount(before.probabilities.argmax(axis=1), minlength=len(head.labels))
    if (guessed >= _LEAST_OF_A_CLASS).sum() < 2:
        raise DataError(
            f"All of these photos seem to be of one class ({head.labels[int(guessed.argmax())]}): there is nothing to"
            " tell it from",
            next_step="Import photos of other classes, too",
        )
    p = before.probabilities
    agreed = propagated(pool.mean(axis=1), p, share=_SHARE, neighbours=_NEIGHBOURS)
    rare = np.clip(1 - p.sum(axis=0) / _RARE, 0, 1)
    kept = (p * rare).sum(axis=1, keepdims=True)
    return Beliefs(rows, (1 - kept) * agreed + kept * p)


def different(means: Array, centre: Array) -> Array:
    """Return the rows ``(m,)`` of photos that are no copy of an earlier one, from their features ``(n, d)``."""
    unit = means - centre
    unit = unit / np.maximum(np.linalg.norm(unit, axis=1, keepdims=True), 1e-9)
    kept: list[int] = []
    for start in range(0, len(unit), 512):
        block = unit[start : start + 512]
        inside = np.tril(block @ block.T > _COPY, -1).any(axis=1)
        earlier = (block @ unit[np.array(kept, np.int64)].T > _COPY).any(axis=1) if kept else np.zeros(len(block), bool)
        kept += (start + np.flatnonzero(~(inside | earlier))).tolist()
    return np.array(kept, dtype=np.int64)


def even_choice(n: int, most: int) -> Array:
    """Return at most ``most`` row numbers of n, always the same ones."""
    if n <= most:
        return np.arange(n)
    return np.sort(np.random.RandomState(0).permutation(n)[:most])
