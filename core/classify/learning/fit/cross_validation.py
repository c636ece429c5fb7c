# SPDX-License-Identifier: GPL-2.0-or-later
"""Figures in source: what a head makes of photos whose neighbours, but not they nor their places, it was taught."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....errors import DataError
from ....feedback import SILENT, Feedback
from ..decisions import Examples, settled
from ..head import Head, Suggestions
from ..judge.evaluation import Confirmed, evaluate
from ..running import with_quality
from ..session import Photos
from .fitting import Taught, fit, grouped_folds

Array = NDArray[Any]
IN_SOURCE = "in source (grouped cross-validation)"
FOLDS = 3


@dataclass(frozen=True)
class HeldOutSuggestions:
    """What heads said of decided photos that they were not taught: ``rows`` of the photos, labels, suggestions."""

    rows: Array
    labels: tuple[str, ...]
    found: Suggestions


def held_out_suggestions(
    base: Head, photos: Photos, *, folds: int = FOLDS, feedback: Feedback = SILENT
) -> HeldOutSuggestions:
    """Learn from all groups but a third, three times; return what is said of the photos left out, each once.

    A label that the base lacks has probability 0 in a fold where too few photos of it are left to learn from.

    Raises
    ------
    DataError
        Fewer than two groups, or too few photos to learn from without one fold.
    Cancelled
        The person asked to stop.
    """
    decided = np.flatnonzero(photos.examples.label != "")
    examples, _ = settled(photos.examples.rows(decided), base.mean)
    fold = grouped_folds(examples.group, examples.label, folds) if len(examples) else np.empty(0, np.int64)
    if len(np.unique(fold)) < 2:
        raise DataError(
            "All decided photos are of one place: nothing is left to check with",
            next_step="Decide on photos of other places",
        )
    labels = (*base.labels, *sorted(set(examples.label.tolist()) - set(base.labels)))
    parts: list[tuple[Array, Suggestions]] = []
    feedback.stage("check", len(np.unique(fold)))
    for k in np.unique(fold):
        feedback.check()
        parts.append(_one_fold(base, labels, examples, fold == k))
        feedback.advance()
    place = {photo: i for i, photo in enumerate(photos.examples.photo.tolist())}
    rows = np.array([place[examples.photo[i]] for test, _ in parts for i in test], dtype=np.int64)
    found = Suggestions(
        np.concatenate([said.probabilities for _, said in parts]),
        np.concatenate([said.unknown for _, said in parts]),
        tuple(reason for _, said in parts for reason in said.reasons),
    )
    return HeldOutSuggestions(rows, labels, with_quality(found, [photos.quality[i] for i in rows]))


def figures_of(held_out: HeldOutSuggestions, photos: Photos) -> dict[str, Any]:
    """Return the figures of what was said of photos held out; keys as of :func:`~.evaluation.evaluate`."""
    examples = photos.examples.rows(held_out.rows)
    by = {name: values[held_out.rows] for name, values in photos.by.items()}
    return evaluate(held_out.labels, held_out.found, Confirmed(examples.label, examples.group, by))


def _one_fold(base: Head, labels: tuple[str, ...], examples: Examples, held_out: Array) -> tuple[Array, Suggestions]:
    train, test = np.flatnonzero(~held_out), np.flatnonzero(held_out)
    rest = Taught(examples.features[train], examples.label[train], examples.group[train])
    head = fit(rest, base=base).head
    said = head.suggest(examples.features[test])
    p = np.zeros((len(test), len(labels)))
    p[:, [labels.index(label) for label in head.labels]] = said.probabilities
    return test, Suggestions(p, said.unknown, said.reasons)
