# SPDX-License-Identifier: GPL-2.0-or-later
"""What photos without a label tell: neighbours in feature space mostly are of one class.

Label propagation of Zhou et al. 2004, "Learning with local and global consistency": every photo keeps part of what the
head says of it and takes the rest from its nearest neighbours, until nothing changes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

LARGEST = 4000
"""Photos at once: the graph is a square of that side."""


def propagated(features: Array, beliefs: Array, *, share: float, neighbours: int = 15, rounds: int = 60) -> Array:
    """Return the distributions ``(n, k)`` over classes once neighbours have talked.

    Parameters
    ----------
    features : array
        ``(n, d)``, one row a photo; n at most :data:`LARGEST`.
    beliefs : array
        ``(n, k)``: what is thought of each before; confirmed photos may weigh more than 1.
    share : float
        What a photo takes from its neighbours, 0..1.
    neighbours : int
        How many of them.
    """
    n = len(features)
    if n < 2 or share <= 0:
        alone: Array = beliefs / beliefs.sum(axis=1, keepdims=True)
        return alone
    unit = features - features.mean(axis=0)
    unit = (unit / np.maximum(np.linalg.norm(unit, axis=1, keepdims=True), 1e-9)).astype(np.float32)
    similar = unit @ unit.T
    np.fill_diagonal(similar, -1)
    count = min(neighbours, n - 1)
    nearest = np.argpartition(-similar, count - 1, axis=1)[:, :count]
    graph = np.zeros_like(similar)
    rows = np.arange(n)[:, None]
    graph[rows, nearest] = np.maximum(similar[rows, nearest], 0) ** 3
    graph = np.maximum(graph, graph.T)
    degree = np.sqrt(graph.sum(axis=1) + 1e-9)
    graph /= degree[:, None] * degree[None, :]
    found = beliefs.astype(np.float32)
    before = found
    for _ in range(rounds):
        found = share * (graph @ found) + before
    result: Array = (found / found.sum(axis=1, keepdims=True)).astype(np.float64)
    return result
