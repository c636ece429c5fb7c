# SPDX-License-Identifier: GPL-2.0-or-later
"""What a person at the desk does to a workspace: decide, take back, set a state, bring photos in.

After each of these class, place and team are what the main job would make of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from . import classify, routing, taxonomy, territory
from . import photos as photo_room
from .classify.learning.features import FeatureCache, kept_features
from .classify.learning.running import running
from .errors import DataError, MissingPackage, ModelError
from .feedback import SILENT, Feedback
from .model import Decision, Photo, PhotoVerdict, Prediction
from .photos import PhotoError
from .routing import RuleBook
from .store import Workspace, report_id
from .store.decisions import make_present, put_present_predictions, read_decided_photos
from .store.desk import decided_classes, last_run, read_evidence_of, read_incidents_of
from .territory import Territory
from .workflow import read_layers, report_of, triage, write_communes

if TYPE_CHECKING:
    from .store.parcel import Returned

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


def draw_communes(workspace: Workspace) -> None:
    """Give a workspace the commune map where it has none: one that photos or a server began."""
    if not workspace.counts()["commune"]:
        write_communes(workspace, communes())


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


def bring_pack_home(pack: Path, path: Path, *, who: str = "", feedback: Feedback = SILENT) -> Returned:
    """Merge an offline pack into the workspace; what is new or was moved gets class, place and team in the same breath.

    New photos are shown to the model where it is there. A rule book or layer that can't be used stops no edit from
    coming home: it is said, and the next run of the main job routes the reports.

    Raises
    ------
    DataError, WorkspaceError
        See :func:`~.pack.bring_home`; nothing came home then.
    """
    from .pack.returning import bring_home, place_new

    known = communes()

    def place(workspace: Workspace, ids: list[str]) -> None:
        try:
            book, layers = rule_book_of(workspace)
            route_again(workspace, ids, book, layers)
        except DataError as error:
            feedback.warning(f"What came home is not given to a team yet: {error}")
            place_new(workspace, ids, known)

    returned = bring_home(pack, path, territory=known, who=who, placing=place, feedback=feedback)
    package = _package(None, feedback) if returned.pictures else None
    if package is not None:
        with Workspace.open(path, create=False) as workspace, workspace.transaction():
            photos = [photo_room.read_photo(picture) for picture in returned.pictures]
            workspace.add_predictions(_looked_at(photos, package, None, feedback)[1])
            place(workspace, list(dict.fromkeys(returned.pictures.values())))
    return returned


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
    answers = running(package)
    said = left = 0
    with Workspace.open(path, create=False) as workspace:
        waiting = [photo for photo in read_decided_photos(workspace).photos if not photo.decided]
        feedback.stage("suggest", len(waiting))
        for start in range(0, len(waiting), _SUGGESTED):
            feedback.check()
            batch = waiting[start : start + _SUGGESTED]
            paths = [photo.path for photo in batch]
            with workspace.transaction():
                known = make_present(workspace, paths, answers.id)
                results = classify.classify(
                    [path for path in paths if path not in known],
                    package,
                    decide=answers.decider(),
                    cache=cache,
                    known={p.path: p.sha256 for p in batch if p.sha256 and not Path(p.path).is_file()},
                    pictures=lambda path: False,
                    feedback=_CancelOnly(feedback),
                )
                found = [(r.path, r.prediction) for r in results if r.prediction is not None]
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
    features: Optional[Path] = None,
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
    features : Path, optional
        The cache of features, for a second time.

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
    with Workspace.open(path) as workspace, kept_features(features, feedback) as cache:
        for start in range(0, len(placed), _BATCH):
            batch, seen = _looked_at(placed[start : start + _BATCH], package, cache, feedback)
            reports = {photo.path: report_of(photo) for photo, _ in batch if photo.verdict is PhotoVerdict.OK}
            names = {name: report_id(r.source, r.service_request_id) for name, r in reports.items()}
            with workspace.transaction():
                workspace.add_reports(reports.values())
                workspace.add_photos(batch, report_of=names)
                workspace.add_predictions(seen)
            ids.extend(dict.fromkeys(names.values()))
            stored.extend(photo for photo, _ in batch)
            feedback.advance(len(batch))
        feedback.check()
        draw_communes(workspace)
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


def _looked_at(
    photos: Sequence[Photo],
    package: Optional[classify.ModelPackage],
    cache: Optional[FeatureCache],
    feedback: Feedback,
) -> tuple[list[tuple[Photo, Optional[bytes]]], list[tuple[str, Prediction]]]:
    """Return each photo with its thumbnail, and what the head that runs says; each file is opened once."""
    feedback.check()
    there = [photo for photo in photos if photo.verdict.usable]
    thumbnails: dict[str, bytes] = {}
    problems: dict[str, PhotoError] = {}
    said: list[tuple[str, Prediction]] = []
    if package is None:
        for photo in there:
            try:
                thumbnails[photo.path] = photo_room.open_picture(photo.path).thumbnail()
            except PhotoError as error:
                problems[photo.path] = error
    else:
        known = {photo.path: photo.sha256 for photo in there if photo.sha256}
        decide = running(package).decider()
        for result in classify.classify(
            [photo.path for photo in there],
            package,
            decide=decide,
            cache=cache,
            known=known,
            feedback=_CancelOnly(feedback),
        ):
            if result.error is not None:
                problems[result.path] = result.error
            if result.picture is not None:
                thumbnails[result.path] = result.picture.thumbnail()
            if result.prediction is not None:
                said.append((result.path, result.prediction))
    judged = [
        replace(photo, verdict=problems[photo.path].verdict, reason=problems[photo.path].reason)
        if photo.path in problems
        else photo
        for photo in photos
    ]
    return [(photo, thumbnails.get(photo.path)) for photo in judged], said


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
