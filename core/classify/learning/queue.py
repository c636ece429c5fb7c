# SPDX-License-Identifier: GPL-2.0-or-later
"""Which photos of a workspace a person should look at next."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Optional

import numpy as np

from ...errors import DataError
from ...feedback import SILENT, Feedback
from ...store import Workspace
from ...store.decisions import read_decided_photos, read_past_predictions
from ..package import ModelPackage
from .features import FeatureCache
from .head import Head
from .review import review_order
from .workspace_photos import workspace_photos


@dataclass(frozen=True)
class Waiting:
    """A photo (``""``: a report without one) that nobody has decided on; label and score are the model's best guess."""

    id: str
    photo: str
    label: str
    score: float
    reason: str


def review_queue(
    workspace: Path,
    head: Optional[Head],
    package: Optional[ModelPackage],
    cache: Optional[FeatureCache],
    *,
    count: int,
    feedback: Feedback = SILENT,
) -> list[Waiting]:
    """Return at most ``count`` reports to look at.

    First the photos whose features are kept, the most instructive first (:func:`~.review.review_order`; a place is a
    quartier, or a commune); then the other photos and the reports without one, the least sure first. Without a head,
    package or cache all are of the second kind.

    Raises
    ------
    WorkspaceError
        The workspace can't be read.
    """
    with Workspace.open(workspace, create=False) as opened:
        photos = read_decided_photos(opened).photos
        said = {each.path: each for each in read_past_predictions(opened)}
        table = opened.read_incidents()
    items: list[Waiting] = []
    if head is not None and package is not None and cache is not None:
        items = _instructive(workspace, head, package, cache, count, feedback)
    listed = {item.photo for item in items}
    rest = [photo for photo in photos if not photo.decided and photo.path not in listed]
    others = []
    for photo in rest:
        last = said.get(photo.path)
        label = last.label if last is not None else ""
        others.append(
            Waiting(photo.report, photo.path, label, last.score if last else 0.0, last.reason if last else "not seen")
        )
    with_photo = {photo.report for photo in photos}
    confidence = np.nan_to_num(table["confidence"], nan=0.0)
    for i in range(len(table["id"])):
        if table["class_from"][i] != "person" and table["id"][i] not in with_photo:
            others.append(Waiting(str(table["id"][i]), "", str(table["class"][i]), float(confidence[i]), ""))
    others.sort(key=lambda item: (not item.photo, item.score))
    return [*items, *others][:count]


def _instructive(
    workspace: Path, head: Head, package: ModelPackage, cache: FeatureCache, count: int, feedback: Feedback
) -> list[Waiting]:
    try:
        found = workspace_photos(workspace, package, cache, undecided="cached", feedback=feedback)
    except DataError:
        return []
    rows = np.flatnonzero(found.photos.examples.label == "")
    if not len(rows):
        return []
    features = found.photos.examples.features[rows]
    places = np.array([f"{found.known[i].insee}/{found.known[i].quartier}" for i in rows])
    said = head.suggest(features)
    best = said.probabilities.argmax(axis=1)
    return [
        Waiting(
            found.known[rows[i]].report,
            found.photos.paths[rows[i]],
            head.labels[int(best[i])],
            float(said.probabilities[i, best[i]]),
            found.photos.quality[rows[i]] or said.reasons[i],
        )
        for i in review_order(head, features, count=count, places=places)[:count].tolist()
    ]
