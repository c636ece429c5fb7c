# SPDX-License-Identifier: GPL-2.0-or-later
"""Which head answers for a model package: one and the same to classify, measure, compare and explain.

It is the one that a person switched on; before any switch the head that the package brings (``base_head.npz``); and in
a package that brings none, the linear head inside of its graph.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from ...model import Prediction
from ..features import backbone_of
from ..package import ModelPackage
from ..pipeline import Decide
from . import versions
from .head import Head, Suggestions, read_head


@dataclass(frozen=True)
class Running:
    """A package and the head that answers for it (None: the graph's own); ``id`` is what predictions are signed with.

    A head of the package is part of the package's version, so it is signed with the package's id alone; a learned one
    adds its own version.
    """

    package: ModelPackage
    head: Optional[Head]
    id: str

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes that it knows."""
        return self.package.labels if self.head is None else self.head.labels

    def decider(self, threshold: Optional[float] = None) -> Optional[Decide]:
        """Return how photos are decided on from their features; None where the graph's own head answers.

        ``threshold`` replaces the head's thresholds; pictures that can't be judged, or are unlike anything that was
        taught, get no answer all the same.
        """
        if self.head is None:
            return None
        head = self.head
        if threshold is not None:
            head = replace(head, thresholds=dict.fromkeys(head.labels, threshold))

        def decide(features: NDArray[Any], quality: Sequence[str]) -> Sequence[Prediction]:
            return predictions_of(head, with_quality(head.suggest(features), quality), self.id)

        return decide

    def describe(self) -> dict[str, Any]:
        """Return what the package says of itself, with what holds for the head that answers, as plain values."""
        told: dict[str, Any] = {**self.package.describe(), "id": self.id}
        if self.head is None:
            return told
        thresholds: Mapping[str, float] = self.head.thresholds
        return {
            **told,
            "labels": self.head.labels,
            "temperature": round(self.head.temperature, 4),
            "thresholds": {label: round(score, 4) for label, score in thresholds.items()},
            "unknown_limit": round(self.head.unknown_limit, 4),
            "head": self.head.version,
        }


def running(package: ModelPackage) -> Running:
    """Return which head answers for the photos of a package.

    Raises
    ------
    ModelError
        It can't be read, or is of another backbone.
    """
    learned = versions.learned_head(backbone=backbone_of(package))
    if learned is not None:
        return Running(package, learned, signed(package, learned))
    own = None if package.head_file is None else read_head(package.head_file, backbone=backbone_of(package))
    return Running(package, own, package.id)


def signed(package: ModelPackage, head: Head) -> str:
    """Return what predictions of a learned head are signed with: the package's id and the head's version."""
    return f"{package.id} + {head.version}"


def running_with(package: ModelPackage, head: Head) -> Running:
    """Return a package with a certain learned head, whether or not it is switched on."""
    return Running(package, head, signed(package, head))


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
