# SPDX-License-Identifier: GPL-2.0-or-later
"""Arrays of arrays, laid one after the other: the members of ranges, the best of each group."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def ranges(starts: NDArray[Any], ends: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the members of several ranges one after the other, and which range each belongs to."""
    counts = np.asarray(ends, np.int64) - np.asarray(starts, np.int64)
    owner = np.repeat(np.arange(len(counts)), counts)
    first = np.cumsum(counts) - counts
    return np.arange(len(owner)) - first[owner] + np.asarray(starts, np.int64)[owner], owner


def best_of_each(group: NDArray[Any], score: NDArray[Any], most: int) -> Ints:
    """Return the rows with the ``most`` highest scores of each group, best first; earlier rows win ties."""
    order = np.lexsort((-score, group))
    ordered = group[order]
    new = np.ones(len(order), bool)
    new[1:] = ordered[1:] != ordered[:-1]
    first = np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))
    kept: Ints = order[np.arange(len(order)) - first < most]
    return kept


def offsets(counts: NDArray[Any]) -> Ints:
    """Return where each of several runs begins, and the end of the last: one more than there are counts."""
    out = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=out[1:])
    return out


def flat(lists: Iterable[list[int]]) -> tuple[Ints, Ints]:
    """Return lists of numbers one after the other, and their offsets."""
    held = list(lists)
    return np.array([x for one in held for x in one], np.int64), offsets(np.array([len(one) for one in held], np.int64))


def find_sorted(keys: NDArray[Any], wanted: NDArray[Any]) -> tuple[Ints, NDArray[np.bool_]]:
    """Return where each wanted key is in ascending ``keys``, and whether it is there at all."""
    if len(keys) == 0:
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), bool)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return at, keys[at] == wanted
