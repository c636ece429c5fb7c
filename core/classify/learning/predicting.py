# SPDX-License-Identifier: GPL-2.0-or-later
"""Predictions of a learned head, as the rest of the house knows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Optional

import numpy as np

from ...feedback import SILENT, Feedback
from ...model import Prediction
from ..package import ModelPackage
from .features import FeatureCache, PhotoFeatures, features_of
from .head import Head, Suggestions

TOP = 3
_BATCH = 256


def with_quality(found: Suggestions, quality: Sequence[str]) -> Suggestions:
    """Return the suggestions, abstaining where the picture can't be judged."""
    reasons = tuple(f"the picture is {problem}" if problem else why for problem, why in zip(quality, found.reasons))
    return Suggestions(found.probabilities, found.unknown, reasons)


def predictions_of(head: Head, found: Suggestions, model: str) -> list[Prediction]:
    """Return a prediction a photo: the three best labels, signed with the package's id and the head's version."""
    signed = f"{model} + {head.version}"
    out = []
    for p, reason in zip(found.probabilities, found.reasons):
        best = np.argsort(-p, kind="stable")[:TOP]
        out.append(Prediction(tuple((head.labels[i], float(p[i])) for i in best), bool(reason), signed, reason))
    return out


def classify_with(
    head: Head,
    paths: Iterable[str | Path],
    package: ModelPackage,
    cache: FeatureCache,
    *,
    known: Optional[Mapping[str, str]] = None,
    feedback: Feedback = SILENT,
) -> Iterator[tuple[PhotoFeatures, Prediction | None]]:
    """Classify photos with a learned head, in the order of ``paths``; None where there is no picture.

    ``known`` as in :func:`~.features.features_of`.

    Raises
    ------
    ModelError
        The package gives no features, or others than the head takes.
    Cancelled
        The person asked to stop.
    """
    photos = features_of(paths, package, cache, known=known, feedback=feedback)
    while batch := list(islice(photos, _BATCH)):
        usable = [(photo, photo.features) for photo in batch if photo.features is not None]
        found: Iterator[Prediction] = iter(())
        if usable:
            suggestions = head.suggest(np.stack([features for _, features in usable]))
            found = iter(predictions_of(head, with_quality(suggestions, [p.quality for p, _ in usable]), package.id))
        for photo in batch:
            yield photo, None if photo.features is None else next(found)
