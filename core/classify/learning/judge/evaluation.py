# SPDX-License-Identifier: GPL-2.0-or-later
"""Figures of a head on photos whose class a person confirmed, with how sure the figures themselves are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from ....errors import DataError
from ..fit.calibration import expected_calibration_error, reliability
from ..head import Suggestions

Array = NDArray[Any]
PRECISION = 0.95
_RESAMPLES = 200


@dataclass(frozen=True)
class Confirmed:
    """What is known of n tested photos: texts ``(n,)``; ``by`` holds what else to tell figures apart by."""

    label: Array
    group: Array
    by: Mapping[str, Array]


def evaluate(names: Sequence[str], found: Suggestions, confirmed: Confirmed) -> dict[str, Any]:
    """Return the figures of a head with the labels ``names``; others count as unknown and not in macro-F1.

    Keys: ``photos, known, unknown, macro_f1, macro_f1_interval`` (95 %, groups resampled), ``per_class`` (precision and
    recall with Wilson intervals, F1, photos), ``top1, top2, top3, confusion`` (confirmed → suggested), ``ece,
    reliability, coverage`` (share answered → share right), ``coverage_at_precision`` (of the known, at 0.95 right),
    ``answered, answered_right, unknown_answered, unknown_auroc`` and ``by``. What can't be said is None.

    Raises
    ------
    DataError
        No photo has a label that the head knows.
    """
    labels = np.array(names)
    known = np.isin(confirmed.label, labels)
    if not known.any():
        raise DataError(
            "None of the confirmed labels is one of the model's",
            next_step=f"The model knows: {', '.join(names)}",
        )
    p, label = found.probabilities[known], confirmed.label[known]
    order = np.argsort(-p, axis=1, kind="stable")
    guess, best = labels[order[:, 0]], p.max(axis=1)
    right = guess == label
    answered = ~found.abstained
    ranks = [float((labels[order[:, :n]] == label[:, None]).any(axis=1).mean()) for n in (1, 2, 3)]
    return {
        "photos": len(known),
        "known": int(known.sum()),
        "unknown": int((~known).sum()),
        "macro_f1": macro_f1(label, guess),
        "macro_f1_interval": _interval_of_f1(label, guess, confirmed.group[known]),
        "per_class": {
            str(x): _class_figures(label, guess, x) for x in labels if (label == x).any() or (guess == x).any()
        },
        "top1": ranks[0],
        "top2": ranks[1],
        "top3": ranks[2],
        "confusion": _confusion(confirmed.label, labels[found.probabilities.argmax(axis=1)]),
        "ece": expected_calibration_error(best, right),
        "reliability": reliability(best, right),
        "coverage": coverage_curve(best, right),
        "coverage_at_precision": coverage_at(best, right, PRECISION),
        "precision_held": PRECISION,
        "answered": float(answered[known].mean()),
        "answered_right": float(right[answered[known]].mean()) if answered[known].any() else None,
        "unknown_answered": float(answered[~known].mean()) if (~known).any() else None,
        "unknown_auroc": auroc(found.unknown[known], found.unknown[~known]),
        "by": {name: _by(values[known], label, guess) for name, values in confirmed.by.items()},
    }


def macro_f1(label: Array, guess: Array) -> float:
    """Return the mean F1 of the classes that occur among ``label``."""
    f1 = [
        2 * float(((label == x) & (guess == x)).sum()) / float((label == x).sum() + (guess == x).sum())
        for x in np.unique(label)
    ]
    return float(np.mean(f1))


def wilson(successes: int, n: int, z: float = 1.96) -> Optional[tuple[float, float]]:
    """Return the 95 % interval of a share (Wilson 1927); None of nothing."""
    if not n:
        return None
    share, extra = successes / n, z * z / n
    middle = (share + extra / 2) / (1 + extra)
    half = z / (1 + extra) * float(np.sqrt(share * (1 - share) / n + extra / (4 * n)))
    return max(0.0, middle - half), min(1.0, middle + half)


def auroc(known: Array, unknown: Array) -> Optional[float]:
    """Return the chance that an unknown photo has the higher score of the two (ties half); None without both."""
    if not len(known) or not len(unknown):
        return None
    _, place, counts = np.unique(np.concatenate([known, unknown]), return_inverse=True, return_counts=True)
    rank = (np.cumsum(counts) - (counts - 1) / 2)[place]
    m, n = len(unknown), len(known)
    return float((rank[n:].sum() - m * (m + 1) / 2) / (m * n))


def coverage_curve(best: Array, right: Array, steps: int = 20) -> list[dict[str, float]]:
    """Return, for the surest 5 %, 10 % … of the photos, the share that is right."""
    order = np.argsort(-best, kind="stable")
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    counts = sorted({max(1, round(len(order) * i / steps)) for i in range(1, steps + 1)})
    return [{"coverage": n / len(order), "right": float(share[n - 1])} for n in counts]


def coverage_at(best: Array, right: Array, precision: float) -> float:
    """Return the largest share of photos, surest first, of which ``precision`` are right."""
    order = np.argsort(-best, kind="stable")
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero((share >= precision) & np.append(np.diff(best[order]) != 0, True))
    return float((good[-1] + 1) / len(order)) if len(good) else 0.0


def _class_figures(label: Array, guess: Array, name: str) -> dict[str, Any]:
    there, guessed = int((label == name).sum()), int((guess == name).sum())
    right = int(((label == name) & (guess == name)).sum())
    return {
        "precision": right / guessed if guessed else None,
        "precision_interval": wilson(right, guessed),
        "recall": right / there if there else None,
        "recall_interval": wilson(right, there),
        "f1": 2 * right / (there + guessed),
        "photos": there,
    }


def _confusion(label: Array, guess: Array) -> dict[str, dict[str, int]]:
    out: dict[str, dict[str, int]] = {}
    for a, b in zip(label.tolist(), guess.tolist()):
        row = out.setdefault(str(a), {})
        row[str(b)] = row.get(str(b), 0) + 1
    return out


def _by(values: Array, label: Array, guess: Array) -> dict[str, dict[str, Any]]:
    out = {}
    for value in np.unique(values):
        mine = values == value
        right = int((label[mine] == guess[mine]).sum())
        out[str(value)] = {
            "photos": int(mine.sum()),
            "right": right / int(mine.sum()),
            "interval": wilson(right, int(mine.sum())),
            "macro_f1": macro_f1(label[mine], guess[mine]),
        }
    return out


def _interval_of_f1(label: Array, guess: Array, group: Array) -> tuple[float, float]:
    """Resample whole groups: photos of one place are not independent."""
    drawing = np.random.RandomState(0)
    names, place = np.unique(group, return_inverse=True)
    rows: Sequence[Array] = np.split(np.argsort(place, kind="stable"), np.cumsum(np.bincount(place))[:-1])
    found = []
    for _ in range(_RESAMPLES):
        chosen = np.concatenate([rows[i] for i in drawing.randint(0, len(names), len(names))])
        found.append(macro_f1(label[chosen], guess[chosen]))
    low, high = np.percentile(found, (2.5, 97.5))
    return float(low), float(high)
