# SPDX-License-Identifier: GPL-2.0-or-later
"""Predictions of a learned head, as the rest of the house knows them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...model import Prediction
from .head import Head, Suggestions

TOP = 3


def with_quality(found: Suggestions, quality: Sequence[str]) -> Suggestions:
    """Return the suggestions, abstaining where the picture can't be judged."""
    reasons = tuple(f"the picture is {problem}" if problem else why for problem, why in zip(quality, found.reasons))
    return Suggestions(found.probabilities, found.unknown, reasons)


def predictions_of(head: Head, found: Suggestions, signed: str) -> list[Prediction]:
    """Return a prediction a photo: the three best labels, signed with ``signed``."""
    out = []
    for p, reason in zip(found.probabilities, found.reasons):
        best = np.argsort(-p, kind="stable")[:TOP]
        out.append(Prediction(tuple((head.labels[i], float(p[i])) for i in best), bool(reason), signed, reason))
    return out
