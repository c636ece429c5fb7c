# SPDX-License-Identifier: GPL-2.0-or-later
"""Two versions side by side, on decided photos that neither was taught."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import comb
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from ....errors import DataError
from ..decisions import Examples
from ..fit.cross_validation import HeldOutSuggestions
from ..head import Head, Suggestions
from ..running import with_quality
from ..session import Photos
from .evaluation import macro_f1

Array = NDArray[Any]
ANSWERS, RIGHT, PRECISE, UNKNOWN = "answers", "right", "precise", "unknown"
"""What a version can be worse in: fewer answers, fewer right best guesses, fewer right answers, more answers to photos
of classes that neither knows."""
_SLACK = 0.02
_SLACK_OF_UNKNOWN = 0.05
_PRECISION = 0.95
_SURE = 0.05


@dataclass(frozen=True)
class Said:
    """What a version said of n photos: its labels, its suggestions."""

    labels: tuple[str, ...]
    found: Suggestions

    def guesses(self) -> Array:
        """Return the best label of each photo."""
        best: Array = np.array(self.labels)[self.found.probabilities.argmax(axis=1)]
        return best


def compare_heads(
    first: Head,
    second: Head,
    photos: Photos,
    *,
    taught: tuple[Optional[Examples], Optional[Examples]] = (None, None),
    held_out: Optional[HeldOutSuggestions] = None,
) -> dict[str, Any]:
    """Return what two versions make of the same decided photos, and how sure the difference is (sign test).

    Photos that the first was taught (or of a group that it was taught) are left out. For those that the second was
    taught, ``held_out`` speaks: heads that learned like it from the other groups; without it they are left out, too.

    Returns
    -------
    dict
        ``photos``; of the photos whose label both know: ``common``, ``macro_f1`` and ``right`` (first, second),
        ``only_first_right``, ``only_second_right``, ``p_value``, ``known_answered``; of photos whose label neither
        knows: ``unknown`` (how many) and ``unknown_answered``; of all: ``answered`` and ``answered_right``; ``worse``:
        in what the second is worse (see :func:`worse_in`), nothing where it may be switched on;
        ``new_labels``: label → photos and share right of what only the second knows; ``cross_validated``: how many
        photos were judged by heads learned from the others.

    Raises
    ------
    DataError
        No photo is left, or no label that one of them knows.
    """
    examples = photos.examples
    decided = examples.label != ""
    rows = np.flatnonzero(decided & ~_seen(examples, taught[0]))
    if not len(rows):
        raise DataError(
            "The first version was taught all these photos", next_step="Decide on new photos, or compare on others"
        )
    taught_second = _seen(examples, taught[1])
    said = [_say(head, photos, rows) for head in (first, second)]
    borrowed = np.zeros(len(rows), bool)
    if taught_second[rows].any():
        if held_out is not None:
            said[1], rows, borrowed = _with_cross_validation(held_out, rows, said[1], taught_second)
            said[0] = _say(first, photos, rows)
        else:
            rows = rows[~taught_second[rows]]
            if not len(rows):
                raise DataError("Both versions were taught all these photos", next_step="Compare on photos kept aside")
            said, borrowed = [_say(head, photos, rows) for head in (first, second)], np.zeros(len(rows), bool)
    return {**side_by_side(said[0], said[1], examples.label[rows]), "cross_validated": int(borrowed.sum())}


def side_by_side(first: Said, second: Said, label: Array) -> dict[str, Any]:
    """Return the comparison of what two versions said of the same photos; see :func:`compared`."""
    common = np.isin(label, first.labels) & np.isin(label, second.labels)
    new = np.isin(label, second.labels) & ~common
    if not (common | new).any():
        raise DataError("The two models know none of the confirmed labels")
    guesses = first.guesses(), second.guesses()
    right = [guess == label for guess in guesses]
    answered = [~said.found.abstained for said in (first, second)]
    better, worse = int((right[1] & ~right[0] & common).sum()), int((right[0] & ~right[1] & common).sum())
    there = bool(common.any())
    neither = ~np.isin(label, first.labels) & ~np.isin(label, second.labels)
    found = {
        "photos": len(label),
        "common": int(common.sum()),
        "macro_f1": [macro_f1(label[common], guess[common]) if there else None for guess in guesses],
        "right": [float(r[common].mean()) if there else None for r in right],
        "known_answered": [float(a[common].mean()) if there else None for a in answered],
        "unknown": int(neither.sum()),
        "unknown_answered": [float(a[neither].mean()) if neither.any() else None for a in answered],
        "answered": [float(a.mean()) for a in answered],
        "answered_right": [float(r[a].mean()) if a.any() else None for r, a in zip(right, answered)],
        "only_first_right": worse,
        "only_second_right": better,
        "p_value": sign_test(better, worse),
        "new_labels": {
            str(x): {"photos": int((label == x).sum()), "right": float(right[1][label == x].mean())}
            for x in np.unique(label[new])
        },
    }
    return {**found, "worse": worse_in(found)}


def worse_in(found: Mapping[str, Any]) -> list[str]:
    """Return in what the second version of a comparison is worse, the gravest first; empty where in nothing.

    A difference of at most two hundredths is none (five for unknown photos, which are few), unless the
    sign test is sure of it.
    """
    out = []
    answered = found["known_answered"]
    if answered[0] is not None and answered[1] < answered[0] - _SLACK:
        out.append(ANSWERS)
    right, lost, won = found["right"], found["only_first_right"], found["only_second_right"]
    if right[0] is not None and lost > won and (right[1] < right[0] - _SLACK or found["p_value"] <= _SURE):
        out.append(RIGHT)
    precise = found["answered_right"]
    if None not in precise and precise[1] < min(precise[0], _PRECISION) - _SLACK:
        out.append(PRECISE)
    unknown = found["unknown_answered"]
    if unknown[0] is not None and unknown[1] > unknown[0] + _SLACK_OF_UNKNOWN:
        out.append(UNKNOWN)
    return out


def sign_test(better: int, worse: int) -> float:
    """Return the two-sided p-value of ``better`` against ``worse`` being a fair coin."""
    n, k = better + worse, min(better, worse)
    return float(min(1.0, 2 * sum(comb(n, i) for i in range(k + 1)) / 2**n)) if n else 1.0


def _seen(examples: Examples, taught: Optional[Examples]) -> Array:
    if taught is None:
        return np.zeros(len(examples), bool)
    seen: Array = np.isin(examples.photo, taught.photo) | np.isin(examples.group, taught.group)
    return seen


def _say(head: Head, photos: Photos, rows: Array) -> Said:
    found = with_quality(head.suggest(photos.examples.features[rows]), [photos.quality[i] for i in rows])
    return Said(head.labels, found)


def _with_cross_validation(
    held_out: HeldOutSuggestions, rows: Array, said: Said, taught: Array
) -> tuple[Said, Array, Array]:
    """Replace what the second said of photos that it was taught; photos that nobody was held out for are dropped."""
    place = {int(row): i for i, row in enumerate(held_out.rows)}
    kept = [i for i, row in enumerate(rows) if not taught[row] or int(row) in place]
    labels = tuple(dict.fromkeys((*said.labels, *held_out.labels)))
    p = np.zeros((len(kept), len(labels)))
    unknown, reasons = np.zeros(len(kept)), []
    own, other = [labels.index(x) for x in said.labels], [labels.index(x) for x in held_out.labels]
    for k, i in enumerate(kept):
        at = place.get(int(rows[i])) if taught[rows[i]] else None
        source, columns, j = (said.found, own, i) if at is None else (held_out.found, other, at)
        p[k, columns] = source.probabilities[j]
        unknown[k] = source.unknown[j]
        reasons.append(source.reasons[j])
    borrowed: Array = np.array([bool(taught[rows[i]]) for i in kept])
    return Said(labels, Suggestions(p, unknown, tuple(reasons))), rows[kept], borrowed
