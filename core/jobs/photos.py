# SPDX-License-Identifier: GPL-2.0-or-later
"""Photos: scanned, looked at by the model, stored with a report for each that has a place, suggested for again."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Optional

from .. import classify, taxonomy, territory
from .. import photos as photo_room
from ..base.files import AnyPath, paths_of
from ..classify import ModelPackage
from ..classify.features import FeatureCache, kept_features
from ..classify.learning.running import running
from ..errors import DataError, MissingPackage, ModelError, UsageError
from ..feedback import SILENT, CancelOnly, Feedback
from ..model import Photo, PhotoVerdict, Prediction, Report
from ..photos import PhotoError
from ..photos.scanning import walk
from ..routing import RuleBook
from ..store import Workspace, report_id
from ..store.decisions import make_present, put_present_predictions, read_decided_photos
from ..store.photos import hashes_with_thumbnail, thumbnail_of
from ..territory import Territory
from ..territory.current import communes
from ..triage.again import draw_communes, route_again
from ..triage.stages import read_layers, triage

Position = tuple[float, float]
"""Longitude and latitude, degrees."""
Seen = tuple[Photo, Optional[bytes], Optional[Prediction]]
"""A photo, its thumbnail and what the model says of it."""
_BATCH = 64
_SUGGESTED = 256


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
                    feedback=CancelOnly(feedback),
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
    looking = Looking(package_or_none(model, feedback))
    ids: list[str] = []
    stored: list[Photo] = []
    feedback.stage("photos", len(placed))
    with Workspace.open(path) as workspace, kept_features(features, feedback) as cache:
        for batch, reports in store_photos(workspace, look_at(placed, looking, cache, CancelOnly(feedback)), _BATCH):
            ids.extend(reports)
            stored.extend(batch)
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
    return replace(photo, verdict=PhotoVerdict.OK, reason="placed by hand", lon=lon, lat=lat, accuracy=None)


PHOTOS = "photos"
"""The source of incidents that an agent's photo reports."""


# --- photos ------------------------------------------------------------------------------------------------------


def scan_photos(
    paths: AnyPath | Sequence[AnyPath],
    communes: Optional[Territory] = None,
    *,
    known: Optional[Mapping[str, str]] = None,
    feedback: Feedback = SILENT,
) -> Iterator[Photo]:
    """Give the verdict on every file below ``paths``: a position, or why there is none.

    Parameters
    ----------
    paths : path or sequence of path
        Files and folders, read recursively; every file gets exactly one verdict.
    communes : Territory, optional
        The map that says what is outside; by default the one in force.
    known : mapping, optional
        Path → sha256 of photos that were read before: a file with the same content is their duplicate.
    feedback : Feedback
        Told of the progress; asked for cancel between files.

    Yields
    ------
    Photo
        ``verdict``, ``reason``, and where known ``lon``, ``lat`` (EPSG:4326, degrees), ``taken_at``, ``direction``.

    Raises
    ------
    UsageError
        A path does not exist.
    """
    files = paths_of(paths)
    check_inputs(files, ())
    communes = communes or territory.load()
    for photo in photo_room.scan(files, known=known, feedback=feedback):
        yield _judged(photo, communes)


def classify_photos(
    paths: AnyPath | Sequence[AnyPath],
    *,
    model: Optional[AnyPath] = None,
    fast: bool = False,
    threshold: Optional[float] = None,
    features: Optional[Path] = None,
    feedback: Feedback = SILENT,
) -> Iterator[tuple[str, Optional[Prediction], str]]:
    """Say what the head that runs sees on every file below ``paths``, duplicates among them.

    Parameters
    ----------
    paths : path or sequence of path
        Files and folders, read recursively.
    model : path, optional
        A model package; by default the one of this installation.
    fast : bool
        One view a photo instead of the model's five: faster, and a little less often right.
    threshold : float, optional
        Abstain below this confidence (0..1) instead of the head's own thresholds.
    features : Path, optional
        The cache of features; files that it knows are not opened.
    feedback : Feedback
        Told of the progress; asked for cancel between batches.

    Yields
    ------
    path : str
    prediction : Prediction or None
        ``label`` (a class of the taxonomy, or None where it abstains), ``score`` (0..1) and ``top``, the three best.
    problem : str
        Why there is no prediction; ``""`` otherwise.

    Raises
    ------
    MissingPackage
        onnxruntime is not installed.
    ModelError
        The model package can't be used.
    UsageError
        A path does not exist.
    """
    given = paths_of(paths)
    check_inputs(given, ())
    package = classify.load_package(Path(model) if model is not None else classify.default_package_dir())
    looking = Looking(package, fast, threshold)
    waiting: deque[Photo] = deque()

    def files() -> Iterator[str]:
        for item in walk(given):
            waiting.append(Photo(item, PhotoVerdict.OK) if isinstance(item, str) else item)
            if isinstance(item, str):
                yield item

    with kept_features(features, feedback) as cache:
        results = looking.results(files(), package, cache, {}, lambda path: False, feedback)
        for photo, result in _paired(waiting, results):
            if result is None:
                yield photo.path, None, f"{photo.verdict}: {photo.reason}" if photo.reason else str(photo.verdict)
            else:
                problem = f"{result.error.verdict}: {result.error.reason}" if result.error else ""
                yield photo.path, result.prediction, problem


@dataclass(frozen=True)
class Looking:
    """How photos are looked at: the model (None: not at all), one view or five, and from which score on it answers."""

    package: Optional[ModelPackage]
    fast: bool = False
    threshold: Optional[float] = None

    def results(
        self,
        paths: Iterable[str],
        package: ModelPackage,
        cache: Optional[FeatureCache],
        known: Mapping[str, str],
        pictures: Callable[[str], bool],
        feedback: Feedback,
    ) -> Iterator[classify.Classified]:
        """Classify with the head that runs; see :func:`.classify.classify`."""
        decide = running(package).decider(self.threshold)
        return classify.classify(
            paths, package, fast=self.fast, threshold=self.threshold, decide=decide, cache=cache, known=known,
            pictures=pictures, feedback=feedback,
        )  # fmt: skip


def _paired(
    waiting: deque[Photo], results: Iterator[classify.Classified]
) -> Iterator[tuple[Photo, Optional[classify.Classified]]]:
    """Pair each photo with its classification, in order; None where there is no picture to classify."""
    for result in results:
        while waiting and not _has_picture(waiting[0]):
            yield waiting.popleft(), None
        yield waiting.popleft(), result
    while waiting:
        yield waiting.popleft(), None


def _has_picture(photo: Photo) -> bool:
    return photo.verdict.usable or photo.verdict is PhotoVerdict.DUPLICATE


def _judged(photo: Photo, communes: Territory) -> Photo:
    if photo.verdict is not PhotoVerdict.OK or photo.lon is None or photo.lat is None:
        return photo
    if not communes.locate([photo.lon], [photo.lat]).outside[0]:
        return photo
    reason = f"{photo.lat:.5f}, {photo.lon:.5f} is in none of the {len(communes)} communes of {communes.name}"
    return replace(photo, verdict=PhotoVerdict.OUTSIDE_TERRITORY, reason=reason)


def look_at(
    photos: Iterable[Photo],
    looking: Looking,
    cache: Optional[FeatureCache] = None,
    feedback: Feedback = SILENT,
    *,
    workspace: Optional[Workspace] = None,
) -> Iterator[Seen]:
    """Give each photo with its thumbnail and what the head that runs says; each file is opened once.

    A picture that can't be decoded changes the verdict. One of which ``workspace`` has the thumbnail, and ``cache`` the
    features, is not decoded again.
    """
    if looking.package is None:
        for photo in photos:
            feedback.check()
            yield _with_picture(workspace, photo, None)
        return
    stored = hashes_with_thumbnail(workspace) if workspace is not None else {}
    waiting: deque[Photo] = deque()
    hashes: dict[str, str] = {}

    def is_new(path: str) -> bool:
        return path not in hashes or stored.get(os.path.abspath(path)) != hashes[path]

    def files() -> Iterator[str]:
        for photo in photos:
            waiting.append(photo)
            if photo.sha256:
                hashes[photo.path] = photo.sha256
            if _has_picture(photo):
                yield photo.path

    results = looking.results(files(), looking.package, cache, hashes, is_new, feedback)
    for photo, result in _paired(waiting, results):
        yield _with_picture(workspace, photo, result)


def _with_picture(workspace: Optional[Workspace], photo: Photo, result: Optional[classify.Classified]) -> Seen:
    """Add thumbnail and prediction; a picture that can't be decoded changes the verdict."""
    if not photo.verdict.usable:
        return photo, None, None
    picture = result.picture if result else None
    try:
        if result is None:
            picture = photo_room.open_picture(photo.path)
        elif result.error is not None:
            raise result.error
    except PhotoError as error:
        return replace(photo, verdict=error.verdict, reason=error.reason), None, None
    thumbnail = picture.thumbnail() if picture else None
    if picture is None and workspace is not None:  # it was not decoded, because the workspace has its thumbnail
        thumbnail = thumbnail_of(workspace, os.path.abspath(photo.path))
    return photo, thumbnail, result.prediction if result else None


def store_photos(
    workspace: Workspace, seen: Iterable[Seen], size: int = 256
) -> Iterator[tuple[list[Photo], list[str]]]:
    """Store photos, their predictions and a report for each that has a place, ``size`` photos a transaction.

    Gives, for each batch stored, the photos with their verdicts and the ids of their reports.
    """
    waiting = iter(seen)
    while batch := list(islice(waiting, size)):
        reports = {photo.path: report_of(photo) for photo, _, _ in batch if photo.verdict is PhotoVerdict.OK}
        names = {path: report_id(r.source, r.service_request_id) for path, r in reports.items()}
        with workspace.transaction():
            workspace.add_reports(reports.values())
            workspace.add_photos(((photo, thumbnail) for photo, thumbnail, _ in batch), report_of=names)
            workspace.add_predictions((photo.path, said) for photo, _, said in batch if said is not None)
        yield [photo for photo, _, _ in batch], list(dict.fromkeys(names.values()))


ANYWHERE = 20_037_508.0
"""Metres to the other side of the earth: the accuracy of a position that says nothing."""


def report_of(photo: Photo) -> Report:
    """Return the report that an agent's photo is: its key is the picture's own bytes."""
    return Report(
        source=PHOTOS,
        service_request_id=(photo.sha256 or photo.path)[:16],
        lon=photo.lon,
        lat=photo.lat,
        requested_datetime=photo.taken_at,
        status="open",
        extra={} if photo.accuracy is None else {"place_accuracy_m": min(photo.accuracy, ANYWHERE)},
    )


def package_or_none(folder: Optional[Path], feedback: Feedback) -> Optional[ModelPackage]:
    """Return the model; without the default one the job goes on and says so."""
    if folder is not None:
        return classify.load_package(folder)
    try:
        return classify.load_package(classify.default_package_dir())
    except (MissingPackage, ModelError) as error:
        feedback.warning(f"Photos are not classified. {error}")
        return None


def check_inputs(photos: Sequence[Path], reports: Sequence[Path]) -> None:
    """Raise a UsageError for a path that does not exist, or for a folder where a file is due."""
    for path in (*photos, *reports):
        if not path.exists() and not path.is_symlink():
            raise UsageError("There is no such file or folder", where=str(path), next_step="Check the path")
    for path in reports:
        if path.is_dir():
            raise DataError("Is a folder", where=str(path), next_step="Give the files of reports one by one")
