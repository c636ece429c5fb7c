# SPDX-License-Identifier: GPL-2.0-or-later
"""Words that are nearly alike, on whole arrays: keys that words one letter apart share, and their edit distance.

Two words are one edit apart exactly where one of them, or one of them less a letter, is the other or the other less a
letter (Mor and Fraenkel, *A hash code method for detecting and correcting spelling errors*, CACM 25, 1982); a hash of
each such form makes the search one look-up in a sorted array.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LONGEST = 24
"""Letters of a word that count."""
_BASE = np.uint64(0x9E3779B97F4A7C15)
with np.errstate(over="ignore"):
    _POWERS = np.cumprod(np.concatenate([np.ones(1, np.uint64), np.full(LONGEST, _BASE, np.uint64)]), dtype=np.uint64)


def as_letters(words: NDArray[np.bytes_]) -> NDArray[np.uint8]:
    """Return words (``S24``) as their bytes, shape (n, 24), padded with zeros."""
    return np.ascontiguousarray(words.astype(f"S{LONGEST}")).view(np.uint8).reshape(len(words), LONGEST)


def keys_of(letters: NDArray[np.uint8]) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    """Return the keys of each word and of each form of it that lacks one letter, and the row of the word."""
    n = len(letters)
    lengths = (letters != 0).sum(axis=1)
    values = letters.astype(np.uint64)
    with np.errstate(over="ignore"):
        # before[:, i]: the letters before i at their places; after[:, i]: those from i on, one place to the left.
        before = np.zeros((n, LONGEST + 1), np.uint64)
        np.cumsum(values * _POWERS[:LONGEST], axis=1, out=before[:, 1:], dtype=np.uint64)
        moved = np.zeros((n, LONGEST + 1), np.uint64)
        np.cumsum(values[:, 1:] * _POWERS[: LONGEST - 1], axis=1, out=moved[:, 1:LONGEST], dtype=np.uint64)
        whole = before[:, -1]
        lacking = before[:, :LONGEST] + (moved[:, LONGEST - 1 : LONGEST] - moved[:, :LONGEST])
    row, _ = used = np.nonzero(np.arange(LONGEST)[None, :] < lengths[:, None])
    keys = np.concatenate([whole, lacking[used]])
    rows = np.concatenate([np.arange(n), row]).astype(np.int32)
    return keys, rows


def edit_distance(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> NDArray[np.int16]:
    """Return how many letters of each pair of words, shape (n, 24) each, are left out, put in, changed or swapped.

    The optimal string alignment distance, row by row for all pairs at once.
    """
    n = len(a)
    la, lb = (a != 0).sum(axis=1), (b != 0).sum(axis=1)
    out = np.where(la == 0, lb, 0).astype(np.int16)
    if n == 0:
        return out
    wide = int(lb.max(initial=0))
    steps = np.arange(wide + 1, dtype=np.int16)
    last = np.zeros((n, wide + 1), np.int16)
    row = np.broadcast_to(steps, (n, wide + 1)).copy()
    for i in range(1, int(la.max(initial=0)) + 1):
        new = np.empty_like(row)
        new[:, 0] = i
        differs = b[:, :wide] != a[:, i - 1 : i]
        new[:, 1:] = np.minimum(row[:, 1:] + 1, row[:, :-1] + differs)
        if i > 1:
            swapped = (b[:, 1:wide] == a[:, i - 2 : i - 1]) & (b[:, : wide - 1] == a[:, i - 1 : i])
            new[:, 2:] = np.where(swapped, np.minimum(new[:, 2:], last[:, :-2] + 1), new[:, 2:])
        # A letter put in: the least of what stands before, plus the steps from there.
        new = np.minimum.accumulate(new - steps, axis=1) + steps
        last, row = row, new
        done = la == i
        out[done] = row[done, lb[done]]
    return out
