# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether a score means what it says, and from which score on a suggestion may be shown."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .logistic import softmax

Array = NDArray[Any]
BINS = 10
_LEAST = 30


def threshold_for(scores: Array, right: Array, precision: float) -> float:
    """Return the lowest score from which on at least ``precision`` of the answers are right; 0.99 where none is.

    Ties count as one: all photos of a score pass or none.
    """
    order = np.argsort(-scores, kind="stable")
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    last_of_tie = np.append(np.diff(scores[order]) != 0, True) if len(order) else np.zeros(0, bool)
    good = np.flatnonzero((share >= precision) & last_of_tie)
    return float(min(scores[order][good[-1]], 0.99)) if len(good) else 0.99


def thresholds_by_label(p: Array, index: Array, precision: float, overall: float) -> list[float]:
    """Return a threshold a label; half way to the overall one, all of it where fewer than 30 photos tell."""
    guess, best = p.argmax(axis=1), p.max(axis=1)
    out = []
    for i in range(p.shape[1]):
        mine = guess == i
        own = threshold_for(best[mine], index[mine] == i, precision) if mine.sum() >= _LEAST else overall
        out.append((own + overall) / 2)
    return out


def temperature_like(scores: Array, due: Array) -> float:
    """Return the temperature at which the scores' softmax is nearest to ``due`` (cross-entropy)."""
    candidates = np.exp(np.linspace(np.log(0.2), np.log(5), 60))
    losses = [-(due * np.log(softmax(scores / t) + 1e-9)).sum() for t in candidates]
    return float(candidates[int(np.argmin(losses))])


def reliability(scores: Array, right: Array, bins: int = BINS) -> list[dict[str, float]]:
    """Return, for each tenth of the scores that has photos, their count, mean score and share of right answers."""
    place = np.minimum((scores * bins).astype(int), bins - 1)
    return [
        {
            "from": b / bins,
            "photos": int((place == b).sum()),
            "score": float(scores[place == b].mean()),
            "right": float(right[place == b].mean()),
        }
        for b in range(bins)
        if (place == b).any()
    ]


def expected_calibration_error(scores: Array, right: Array, bins: int = BINS) -> float:
    """Return the mean distance of score and share of right answers over bins (Guo et al. 2017), 0..1."""
    rows = reliability(scores, right, bins)
    return sum(row["photos"] * abs(row["score"] - row["right"]) for row in rows) / max(len(scores), 1)
