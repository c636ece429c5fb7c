# SPDX-License-Identifier: GPL-2.0-or-later
"""What a new head knows of the photos that the base head was trained on, without any of them.

Each class is kept as weighted centres of its photos' features (k-means within collection and sub-class), one byte a
number after a square root. A refit that sees 300 such centres is as good, out of source, as one that sees all 2,718
photos (docs/learning.md). A centre is a mean of several photos' features; no photo can be drawn from it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def pack(values: Array) -> tuple[Array, Array]:
    """Return not negative numbers as ``(uint8, scale)``: the square root of each, as a share of the largest."""
    top = np.float32(max(float(values.max()), 1e-9)) if values.size else np.float32(1)
    return np.rint(np.sqrt(np.clip(values, 0, None) / top) * 255).astype(np.uint8), np.asarray(top)


def unpack(packed: Array, scale: Array) -> Array:
    """Return what :func:`pack` was given, to within 1 %."""
    result: Array = np.square(packed.astype(np.float32) / 255) * np.float32(scale)
    return result


def centres_of(features: Array, weights: Array, count: int, rounds: int = 8) -> tuple[Array, Array]:
    """Return at most ``count`` k-means centres of ``(n, d)`` features and the weight of each."""
    if len(features) <= count:
        return features.astype(np.float32), weights.astype(np.float64)
    centres = features[np.random.RandomState(0).permutation(len(features))[:count]].astype(np.float32)
    for _ in range(rounds):
        nearest = _nearest(features, centres)
        member = (nearest == np.arange(count)[:, None]) * weights.astype(np.float32)
        there = member.sum(axis=1) > 0
        centres[there] = (member[there] @ features) / member[there].sum(axis=1, keepdims=True)
    mass = np.bincount(_nearest(features, centres), weights=weights, minlength=count)
    return centres[mass > 0].astype(np.float32), mass[mass > 0]


def _nearest(features: Array, centres: Array) -> Array:
    result: Array = ((centres**2).sum(axis=1) - 2 * features @ centres.T).argmin(axis=1)
    return result
