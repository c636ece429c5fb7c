# SPDX-License-Identifier: GPL-2.0-or-later
"""Which photos of a workspace a person should look at next."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from ...errors import DataError
from ...feedback import SILENT, Feedback
from ...store import Workspace
from ...store.decisions import read_decided_photos, read_past_predictions
from ..features import FeatureCache
from ..package import ModelPackage
from .head import Head
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


Array = NDArray[Any]
_SEEN_PLACE = 0.5
"""What a photo of a place already in the queue is worth beside one of a new place."""


def review_order(head: Head, features: Array, *, count: Optional[int] = None, places: Optional[Array] = None) -> Array:
    """Return row numbers of photos, the most instructive first.

    A photo teaches where the head hesitates (small margin between its two best classes) or sees something unlike what
    it was taught, and where nothing like it is in the queue yet: worth = (1 - margin, or strangeness) × distance to the
    nearest photo queued before, greedily; a photo of a place not yet in the queue counts double.

    Parameters
    ----------
    head : Head
        The present head.
    features : array
        ``(n, views, d)`` of photos without a decision.
    count : int, optional
        How many to order; the rest follows by worth.
    places : array, optional
        ``(n,)``: what tells places apart (a group, a commune, a grid cell).
    """
    n = len(features)
    if not n:
        return np.empty(0, np.int64)
    found = head.suggest(features)
    top = -np.sort(-found.probabilities, axis=1)
    strange = np.argsort(np.argsort(found.unknown)) / max(n - 1, 1)
    worth = 1 - (top[:, 0] - top[:, 1]) + strange
    means = features.astype(np.float32).mean(axis=1) - head.mean
    unit = means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
    distance = np.ones(n)
    fresh = np.ones(n)
    left = np.ones(n, bool)
    order = []
    for _ in range(min(count or n, n)):
        value = np.where(left, worth * distance * fresh, -1.0)
        i = int(value.argmax())
        order.append(i)
        left[i] = False
        distance = np.minimum(distance, 1 - np.clip(unit @ unit[i], -1, 1))
        if places is not None:
            fresh = np.where(places == places[i], _SEEN_PLACE, fresh)
    rest = np.flatnonzero(left)
    return np.array([*order, *rest[np.argsort(-worth[rest], kind="stable")]], dtype=np.int64)
