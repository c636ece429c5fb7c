# SPDX-License-Identifier: GPL-2.0-or-later
"""What a person at the desk does to a workspace: decide, take back, set a state, bring photos in.

After each of these class, place and team are what the main job would make of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Optional

import numpy as np
from numpy.typing import NDArray

from . import classify, routing, taxonomy, territory
from . import photos as photo_room
from .classify.learning.features import FeatureCache, backbone_of
from .classify.learning.head import Head
from .classify.learning.predicting import classify_with, predictions_of
from .classify.learning.versions import learned_head
from .errors import MissingPackage, ModelError
from .feedback import SILENT, Feedback
from .model import Decision, Photo, PhotoVerdict, Prediction
from .photos import PhotoError
from .routing import RuleBook
from .store import Workspace, report_id
from .store.decisions import make_present, put_present_predictions, read_decided_photos
from .store.desk import decided_classes, last_run, read_evidence_of, read_incidents_of
from .territory import Territory
from .workflow import read_layers, report_of, triage

Position = tuple[float, float]
"""Longitude and latitude, degrees."""
_BATCH = 64
_SUGGESTED = 256


def communes() -> Territory:
    """Return the commune map with its index; read again only when its file changes."""
    path = territory.current_map()
    return _communes(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=1)
def _communes(path: Path, changed: int) -> Territory:
    known = territory.load(path)
    known.locate([0.0], [0.0])  # builds the index now, not at the first decision
    return known


def decide(
    workspace: Workspace,
    report_ids: Sequence[str],
    label: str,
    book: RuleBook,
    *,
    who: str,
    photo: Optional[str] = None,
    model: str = "",
    layers: Optional[Mapping[str, Path]] = None,
    now: Optional[dt.datetime] = None,
) -> dict[str, str]:
    """Write down a person's class for reports and route them again; ``""`` takes back what was decided.

    Returns report id → the class that a person had given before (absent where none), for an undo.

    Raises
    ------
    WorkspaceError
        A report or the photo is unknown, or the workspace can't be written; nothing is then written.
    DataError
        The rule book does not fit the taxonomy, or needs a layer.
    """
    at = (now or dt.datetime.now(dt.timezone.utc)).isoformat()
    with workspace.transaction():
        before = decided_classes(workspace, report_ids)
        for report in report_ids:
            workspace.add_decision(Decision(report, label, who, at, model), photo=photo)
        route_again(workspace, report_ids, book, layers)
    return before


def route_again(
    workspace: Workspace, report_ids: Sequence[str], book: RuleBook, layers: Optional[Mapping[str, Path]] = None
) -> None:
    """Find class, place and team of a few reports again; their group stays until the next run of the main job.

    ``layers`` are the files of the layers that the rule book asks for, by name.
    """
    known, evidence = read_incidents_of(workspace, report_ids), read_evidence_of(workspace, report_ids)
    found = triage(evidence, taxonomy.load(), communes(), book, read_layers(book, layers or {}))
    found.update({name: known[name] for name in ("group_id", "quartier")})
    workspace.write_triage(found)
    workspace.write_assignments(found)


def rule_book_of(workspace: Workspace) -> tuple[RuleBook, dict[str, Path]]:
    """Return the rule book, and the files of its layers, of the last run; the shipped example where there was none.

    Raises
    ------
    DataError
        The rule book can't be used.
    """
    parameters = last_run(workspace)
    rules = parameters.get("rules")
    layers = parameters.get("layers")
    path = Path(str(rules)) if rules else None
    book = routing.load(path if path is not None and path.is_file() else routing.example_path())
    files = {str(name): Path(str(file)) for name, file in layers.items()} if isinstance(layers, dict) else {}
    return book, {name: file for name, file in files.items() if name in book.layers and file.is_file()}


def suggest_again(
    path: Path,
    book: RuleBook,
    package: classify.ModelPackage,
    cache: FeatureCache,
    *,
    layers: Optional[Mapping[str, Path]] = None,
    feedback: Feedback = SILENT,
) -> tuple[int, int]:
    """Let the head that runs say what it sees on the photos that no person has decided on, and route them again.

    Features come from the cache where it has them. What other versions said stays in the workspace under their names;
    what a person decided is not touched.

    Returns
    -------
    said, left : int
        Photos with a suggestion of the head that runs, and photos that can't be read any more.

    Raises
    ------
    WorkspaceError, ModelError, DataError
        The workspace, the head or the rule book can't be used.
    Cancelled
        The person asked to stop; whole batches up to then are kept.
    """
    head = learned_head(backbone=backbone_of(package))
    said = left = 0
    with Workspace.open(path, create=False) as workspace:
        waiting = [photo for photo in read_decided_photos(workspace).photos if not photo.decided]
        feedback.stage("suggest", len(waiting))
        for start in range(0, len(waiting), _SUGGESTED):
            feedback.check()
            batch = waiting[start : start + _SUGGESTED]
            paths = [photo.path for photo in batch]
            with workspace.transaction():
                if head is None:
                    known = make_present(workspace, paths, package.id)
                    found = _suggestions_of([p for p in paths if p not in known], package, feedback)
                else:
                    known = set()
                    found = [
                        (photo.path, prediction)
                        for photo, prediction in classify_with(
                            head, paths, package, cache, known={p.path: p.sha256 for p in batch}
                        )
                        if prediction is not None
                    ]
                put_present_predictions(workspace, found)
                route_again(workspace, list(dict.fromkeys(photo.report for photo in batch)), book, layers)
            said += len(known) + len(found)
            left += len(batch) - len(known) - len(found)
            feedback.advance(len(batch))
    return said, left


def import_photos(
    path: Path,
    photos: Sequence[Photo],
    book: RuleBook,
    *,
    positions: Optional[Mapping[str, Position]] = None,
    model: Optional[Path] = None,
    layers: Optional[Mapping[str, Path]] = None,
    feedback: Feedback = SILENT,
) -> tuple[list[str], list[Photo]]:
    """Store photos, a report for each that has a place, and what the model sees; create the workspace if need be.

    Parameters
    ----------
    path : Path
        The workspace.
    photos : sequence of Photo
        From :func:`~.workflow.scan_photos`; what has no picture is stored with its verdict only.
    positions : mapping, optional
        Path → position given by hand, for photos that have none.
    model : Path, optional
        A model package; the default one otherwise. Without it photos are not classified, with a warning.

    Returns
    -------
    ids : list of str
        The reports made of photos.
    photos : list of Photo
        The verdicts as stored; a picture that can't be decoded changes its verdict.

    Raises
    ------
    WorkspaceError, DataError
        The workspace can't be written; the rule book can't be used.
    Cancelled
        The person asked to stop; whole batches up to then are kept.
    """
    placed = [_placed(photo, (positions or {}).get(photo.path)) for photo in photos]
    package = _package(model, feedback)
    ids: list[str] = []
    stored: list[Photo] = []
    feedback.stage("photos", len(placed))
    with Workspace.open(path) as workspace:
        for start in range(0, len(placed), _BATCH):
            batch = [_looked_at(photo) for photo in placed[start : start + _BATCH]]
            reports = {photo.path: report_of(photo) for photo, _ in batch if photo.verdict is PhotoVerdict.OK}
            names = {name: report_id(r.source, r.service_request_id) for name, r in reports.items()}
            seen = _suggestions([photo for photo, _ in batch], package, feedback)
            with workspace.transaction():
                workspace.add_reports(reports.values())
                workspace.add_photos(batch, report_of=names)
                workspace.add_predictions(seen)
            ids.extend(dict.fromkeys(names.values()))
            stored.extend(photo for photo, _ in batch)
            feedback.advance(len(batch))
        feedback.check()
        near = read_layers(book, layers or {}, feedback)
        found = triage(workspace.read_evidence(), taxonomy.load(), communes(), book, near, feedback)
        workspace.write_triage(found)
        workspace.write_assignments(found)
    return ids, stored


def _placed(photo: Photo, position: Optional[Position]) -> Photo:
    if position is None or not photo.verdict.usable:
        return photo
    lon, lat = position
    return replace(photo, verdict=PhotoVerdict.OK, reason="placed by hand", lon=lon, lat=lat)


def _looked_at(photo: Photo) -> tuple[Photo, Optional[bytes]]:
    if not photo.verdict.usable:
        return photo, None
    try:
        return photo, photo_room.open_picture(photo.path).thumbnail()
    except PhotoError as error:
        return replace(photo, verdict=error.verdict, reason=error.reason), None


def _suggestions(
    photos: Sequence[Photo], package: Optional[classify.ModelPackage], feedback: Feedback
) -> list[tuple[str, Prediction]]:
    if package is None:
        feedback.check()
        return []
    head = learned_head(backbone=backbone_of(package))
    return _suggestions_of([photo.path for photo in photos if photo.verdict.usable], package, feedback, head)


def _suggestions_of(
    paths: Sequence[str], package: classify.ModelPackage, feedback: Feedback, head: Optional[Head] = None
) -> list[tuple[str, Prediction]]:
    decide = None if head is None else partial(_decided_by, head, package.id)
    results = classify.classify(paths, package, decide=decide, feedback=_CancelOnly(feedback))
    return [(result.path, result.prediction) for result in results if result.prediction is not None]


def _decided_by(head: Head, model: str, features: NDArray[np.float32]) -> list[Prediction]:
    return predictions_of(head, head.suggest(features), model)


class _CancelOnly(Feedback):
    """The same cancel; the progress is told by the caller."""

    def __init__(self, feedback: Feedback) -> None:
        self._feedback = feedback

    def is_cancelled(self) -> bool:
        return self._feedback.is_cancelled()


def _package(model: Optional[Path], feedback: Feedback) -> Optional[classify.ModelPackage]:
    try:
        return classify.load_package(model or classify.default_package_dir())
    except (MissingPackage, ModelError) as error:
        if model is not None:
            raise
        feedback.warning(f"Photos are not classified. {error}")
        return None
