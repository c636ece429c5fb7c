# SPDX-License-Identifier: GPL-2.0-or-later
"""The main job: photos and reports in, a workspace and a bulletin out; it reads like the picture in the design.

photos, reports ─► incidents ─► classify ─► locate ─► group ─► route ─► workspace, bulletin
"""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from . import classify, overlay, publish, routing, taxonomy, territory
from . import photos as photo_room
from .class_evidence import classes_of
from .classify import ModelPackage
from .classify.learning.features import FeatureCache, kept_features
from .classify.learning.running import running
from .errors import DataError, MissingPackage, ModelError, UsageError
from .feedback import SILENT, Feedback
from .leaving import WayOut
from .model import Columns, Photo, PhotoVerdict, Prediction, Rejected, Report, empty_text
from .photos import PhotoError
from .photos.scanning import walk
from .publish import Words
from .publish.privacy_page import photos_not_shown
from .reports import read_reports
from .routing import RuleBook
from .store import Workspace, Written, report_id
from .store.thumbnails import hashes_with_thumbnail, thumbnail_of
from .taxonomy import Taxonomy
from .territory import Territory
from .vector import read_features

VERSION = "0.1.0"
PHOTOS = "photos"
"""The source of incidents that an agent's photo reports."""
_PHOTO_BATCH = 256


@dataclass(frozen=True)
class RunResult:
    """What one run made: the files, and counts that add up to the inputs."""

    workspace: Path
    bulletin: Path
    incidents: int
    groups: int
    photos: Mapping[str, int] = field(default_factory=dict)
    reports: Mapping[str, int] = field(default_factory=dict)
    classes: Mapping[str, int] = field(default_factory=dict)
    teams: Mapping[str, int] = field(default_factory=dict)
    model: str = ""

    @property
    def rejected(self) -> int:
        """Input files and records that did not become an incident."""
        return self.reports.get("rejected", 0) + sum(n for v, n in self.photos.items() if v != PhotoVerdict.OK.value)


def run(
    *,
    photos: Sequence[Path] = (),
    reports: Sequence[Path] = (),
    out: Path,
    model: Optional[Path] = None,
    rules: Optional[Path] = None,
    layers: Optional[Mapping[str, Path]] = None,
    fast: bool = False,
    threshold: Optional[float] = None,
    title: str = "",
    notices: Sequence[Words] = (),
    now: Optional[dt.datetime] = None,
    features: Optional[Path] = None,
    feedback: Feedback = SILENT,
) -> RunResult:
    """Do the whole job and write ``out/workspace.gpkg`` and ``out/bulletin.html``.

    Run again on the same folder it updates the workspace: nothing is doubled, nothing that a person decided is lost.
    Without photos and reports it works on the workspace that is there, e.g. after a pull from a report server.

    Parameters
    ----------
    photos : sequence of Path
        Files and folders, read recursively.
    reports : sequence of Path
        CSV, GeoJSON, GeoPackage, Open311 JSON or XML files.
    out : Path
        A folder; made where it is missing.
    model : Path, optional
        A model package; the default one otherwise. Without it, or without onnxruntime, photos are not classified.
    rules : Path, optional
        A rule book; the shipped example otherwise.
    layers : mapping of str to Path, optional
        The vector files of the layers that the rule book's ``near`` conditions name.
    fast : bool
        One view a photo instead of the model's five.
    threshold : float, optional
        Abstain below this confidence, instead of the model's own thresholds.
    title, notices
        What the bulletin says on top.
    features : Path, optional
        The cache of features: photos that were looked at before go past the network.
    now : datetime, optional
        The bulletin's date; the clock's by default.

    Raises
    ------
    UsageError
        Nothing to read was given and there is no workspace, or a path does not exist.
    DataError
        A rule book, the taxonomy or the commune map can't be used, or the bulletin can't be written.
    WorkspaceError
        The workspace can't be opened or written.
    ModelError
        The model package that was asked for can't be used.
    Cancelled
        The person asked to stop; whole batches up to then are in the workspace.
    """
    if not photos and not reports and not (out / "workspace.gpkg").is_file():
        raise UsageError("Nothing to read", where=str(out), next_step="Give --photos DIR, --reports FILE, or both")
    _check_inputs(photos, reports)
    classes, communes = taxonomy.load(), territory.load(territory.current_map())
    book = routing.load(rules or routing.example_path())
    near = read_layers(book, layers or {}, feedback)
    package = _package(model, feedback) if photos else None
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"The folder can't be made: {error.strerror}", where=str(out)) from error
    with Workspace.open(out / "workspace.gpkg") as workspace:
        rejected: list[Rejected] = []
        written = _take_reports(workspace, reports, rejected, feedback)
        looking = _Looking(package, fast, threshold, features)
        verdicts = _take_photos(workspace, photos, looking, communes, feedback)
        incidents = triage(workspace.read_evidence(), classes, communes, book, near, feedback)
        feedback.stage("workspace")
        write_communes(workspace, communes)
        workspace.write_triage(incidents)
        workspace.write_assignments(incidents)
        workspace.add_rejected(rejected)
        incidents = workspace.read_incidents()
        result = RunResult(
            workspace=out / "workspace.gpkg",
            bulletin=out / "bulletin.html",
            incidents=len(incidents["id"]),
            groups=len(set(incidents["group_id"].tolist()) - {""}),
            photos={verdict.value: count for verdict, count in verdicts.items()},
            reports={**written._asdict(), "rejected": len(rejected)} if reports else {},
            classes=_tally(incidents["class"]),
            teams=_tally(incidents["team"]),
            model=running(package).id if package else "",
        )
        workspace.add_run(
            VERSION,
            {"photos": photos, "reports": reports, "rules": book.path, "fast": fast, "threshold": threshold},
            {"photos": result.photos, "reports": result.reports, "incidents": result.incidents},
        )
        feedback.stage("bulletin")
        shown = [*notices, *photos_not_shown()]
        if book.example:
            shown.append(
                Words("Règles d'affectation : l'exemple livré, à adapter", "Rule book: the shipped example, to adapt")
            )
        publish.write_bulletin(
            result.bulletin,
            incidents,
            communes=communes,
            taxonomy=classes,
            teams={name: Words(team.fr, team.en) for name, team in book.teams.items()},
            thumbnails=WayOut(workspace, "bulletin").thumbnails(),
            photo_verdicts=result.photos,
            rejected=rejected,
            title=title,
            generated_at=now or dt.datetime.now().astimezone(),
            notices=shown,
            model=result.model,
        )
    return result


# --- photos ------------------------------------------------------------------------------------------------------


def scan_photos(
    paths: Sequence[Path],
    communes: Optional[Territory] = None,
    *,
    known: Optional[Mapping[str, str]] = None,
    feedback: Feedback = SILENT,
) -> Iterator[Photo]:
    """Give the verdict on every file below ``paths``, OUTSIDE_TERRITORY among them.

    Raises
    ------
    UsageError
        A path does not exist.
    """
    _check_inputs(paths, ())
    communes = communes or territory.load(territory.current_map())
    for photo in photo_room.scan(paths, known=known, feedback=feedback):
        yield _placed(photo, communes)


def classify_photos(
    paths: Sequence[Path],
    *,
    model: Optional[Path] = None,
    fast: bool = False,
    threshold: Optional[float] = None,
    features: Optional[Path] = None,
    feedback: Feedback = SILENT,
) -> Iterator[tuple[str, Optional[Prediction], str]]:
    """Give path, prediction (or None) and problem for every file below ``paths``, duplicates classified too.

    ``features`` is the cache of features; files that it knows are not opened.

    Raises
    ------
    MissingPackage
        onnxruntime is not installed.
    ModelError
        The model package can't be used.
    UsageError
        A path does not exist.
    """
    _check_inputs(paths, ())
    package = classify.load_package(model or classify.default_package_dir())
    looking = _Looking(package, fast, threshold, features)
    waiting: deque[Photo] = deque()

    def files() -> Iterator[str]:
        for item in walk(paths):
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
class _Looking:
    """How photos are looked at: the model (None: not at all), and where features are kept."""

    package: Optional[ModelPackage]
    fast: bool
    threshold: Optional[float]
    features: Optional[Path]

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


def _placed(photo: Photo, communes: Territory) -> Photo:
    if photo.verdict is not PhotoVerdict.OK or photo.lon is None or photo.lat is None:
        return photo
    if not communes.locate([photo.lon], [photo.lat]).outside[0]:
        return photo
    reason = f"{photo.lat:.5f}, {photo.lon:.5f} is in none of the {len(communes)} communes of {communes.name}"
    return replace(photo, verdict=PhotoVerdict.OUTSIDE_TERRITORY, reason=reason)


def _take_photos(
    workspace: Workspace, paths: Sequence[Path], looking: _Looking, communes: Territory, feedback: Feedback
) -> Counter[PhotoVerdict]:
    verdicts: Counter[PhotoVerdict] = Counter()
    if not paths:
        return verdicts
    with kept_features(looking.features, feedback) as cache:
        results = _looked_at(workspace, paths, looking, communes, cache, feedback)
        while batch := list(islice(results, _PHOTO_BATCH)):
            verdicts.update(photo.verdict for photo, _, _ in batch)
            _store_photos(workspace, batch)
    return verdicts


def _looked_at(
    workspace: Workspace,
    paths: Sequence[Path],
    looking: _Looking,
    communes: Territory,
    cache: Optional[FeatureCache],
    feedback: Feedback,
) -> Iterator[tuple[Photo, Optional[bytes], Optional[Prediction]]]:
    """Give each photo with its thumbnail and prediction; one that has both already is not decoded again."""
    if looking.package is None:
        for photo in scan_photos(paths, communes, feedback=feedback):
            yield _with_picture(workspace, photo, None)
        return
    waiting: deque[Photo] = deque()
    hashes: dict[str, str] = {}
    stored = hashes_with_thumbnail(workspace)

    def is_new(path: str) -> bool:
        return path not in hashes or stored.get(os.path.abspath(path)) != hashes[path]

    def files() -> Iterator[str]:
        for photo in scan_photos(paths, communes, feedback=_Quiet(feedback)):
            waiting.append(photo)
            if photo.sha256:
                hashes[photo.path] = photo.sha256
            if _has_picture(photo):
                yield photo.path

    results = looking.results(files(), looking.package, cache, hashes, is_new, feedback)
    for photo, result in _paired(waiting, results):
        yield _with_picture(workspace, photo, result)


class _Quiet(Feedback):
    """The same cancel, no progress: the stage that follows tells it."""

    def __init__(self, feedback: Feedback) -> None:
        self._feedback = feedback

    def is_cancelled(self) -> bool:
        return self._feedback.is_cancelled()


def _with_picture(
    workspace: Workspace, photo: Photo, result: Optional[classify.Classified]
) -> tuple[Photo, Optional[bytes], Optional[Prediction]]:
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
    # Without a picture it was not decoded, because the workspace has its thumbnail.
    thumbnail = picture.thumbnail() if picture else thumbnail_of(workspace, os.path.abspath(photo.path))
    return photo, thumbnail, result.prediction if result else None


def _store_photos(workspace: Workspace, batch: Sequence[tuple[Photo, Optional[bytes], Optional[Prediction]]]) -> None:
    """Store one batch as a whole: photos, their predictions, and a report for each that has a place."""
    located = {photo.path: report_of(photo) for photo, _, _ in batch if photo.verdict is PhotoVerdict.OK}
    with workspace.transaction():
        workspace.add_reports(located.values())
        workspace.add_photos(
            ((photo, thumbnail) for photo, thumbnail, _ in batch),
            report_of={path: report_id(r.source, r.service_request_id) for path, r in located.items()},
        )
        workspace.add_predictions((photo.path, prediction) for photo, _, prediction in batch if prediction)


def report_of(photo: Photo) -> Report:
    """Return the report that an agent's photo is: its key is the picture's own bytes."""
    return Report(
        source=PHOTOS,
        service_request_id=(photo.sha256 or photo.path)[:16],
        lon=photo.lon,
        lat=photo.lat,
        requested_datetime=photo.taken_at,
        status="open",
    )


def _package(folder: Optional[Path], feedback: Feedback) -> Optional[ModelPackage]:
    """Return the model; without the default one the job goes on and says so."""
    if folder is not None:
        return classify.load_package(folder)
    try:
        return classify.load_package(classify.default_package_dir())
    except (MissingPackage, ModelError) as error:
        feedback.warning(f"Photos are not classified. {error}")
        return None


# --- reports -----------------------------------------------------------------------------------------------------


def _take_reports(workspace: Workspace, paths: Sequence[Path], rejected: list[Rejected], feedback: Feedback) -> Written:
    total = Written()
    for path in paths:
        feedback.stage(f"reports: {path.name}")
        total = total.plus(workspace.add_reports(_accepted(read_reports(path), rejected, feedback)))
    return total


def _accepted(verdicts: Iterable[Report | Rejected], rejected: list[Rejected], feedback: Feedback) -> Iterator[Report]:
    for verdict in verdicts:
        feedback.check()
        feedback.advance()
        if isinstance(verdict, Rejected):
            rejected.append(verdict)
        else:
            yield verdict


# --- incidents ---------------------------------------------------------------------------------------------------


def read_layers(
    book: RuleBook, layers: Mapping[str, Path], feedback: Feedback = SILENT
) -> dict[str, Optional[NDArray[Any]]]:
    """Read the geometries of the layers that a rule book asks for; None, and a warning, where no file was given.

    Raises
    ------
    UsageError
        A file was given for a layer that the book does not know.
    DataError
        A file can't be read.
    """
    for name in layers:
        if name not in book.layers:
            known = ", ".join(book.layers) or "none"
            raise UsageError(
                f"The rule book knows no layer '{name}'", where=str(book.path), next_step=f"Known: {known}"
            )
    found: dict[str, Optional[NDArray[Any]]] = {}
    for name in book.layers_needed:
        found[name] = read_features(layers[name]).geometries if name in layers else None
        if found[name] is None:
            feedback.warning(
                f"No file for layer '{name}': rules that ask for nearness to it don't hold (--layer {name}=FILE)"
            )
    return found


def write_communes(workspace: Workspace, communes: Territory) -> None:
    """Put the commune map into a workspace, in place of the one it had."""
    columns = {
        "insee": communes.insee,
        "name": communes.names,
        "population": communes.population,
        "geometry": communes.geometries,
    }
    workspace.write_territory(columns, source=f"{communes.source}. {communes.licence}")


def triage(
    evidence: Columns,
    classes: Taxonomy,
    communes: Territory,
    book: RuleBook,
    layers: Mapping[str, Optional[NDArray[Any]]],
    feedback: Feedback = SILENT,
) -> Columns:
    """Add class, commune, group and team to a table of evidence (:meth:`~.store.Workspace.read_evidence`).

    Where the class comes from: :mod:`~.class_evidence`. ``layers`` are those of :func:`read_layers`.
    """
    for name, stage in (
        ("classes", lambda table: {**table, **classes_of(table, classes)}),
        ("communes", lambda table: {**table, **communes.columns(table["lon"], table["lat"])}),
        ("groups", lambda table: {**table, "group_id": _groups(table)}),
        ("nearness", lambda table: {**table, **_distances(table, layers, book)}),
        ("teams", lambda table: routing.route(table, book, classes)),
    ):
        feedback.stage(name)
        feedback.check()
        evidence = stage(evidence)
    return evidence


def _distances(table: Columns, layers: Mapping[str, Optional[NDArray[Any]]], book: RuleBook) -> Columns:
    """Give the metres to the nearest feature of each layer, up to the farthest that any rule asks for."""
    out: Columns = {}
    for name, geometries in layers.items():
        reach = max(rule.near.within for rule in book.rules if rule.near is not None and rule.near.layer == name)
        if geometries is None:
            out[f"near:{name}"] = np.full(len(table["lon"]), np.inf)
        else:
            _, out[f"near:{name}"] = overlay.nearest(table["lon"], table["lat"], geometries, max_distance_m=reach)
    return out


def _groups(table: Columns) -> Any:
    """Name each group by its first incident; an incident alone is in none."""
    first = overlay.group(table["lon"], table["lat"], table["reported_at"], table["class"])
    sizes = np.bincount(first, minlength=len(first))
    named = empty_text(len(first))
    together = sizes[first] > 1
    named[together] = table["id"][first[together]]
    return named


def _tally(values: Any) -> dict[str, int]:
    return dict(Counter(values.tolist()).most_common())


def _check_inputs(photos: Sequence[Path], reports: Sequence[Path]) -> None:
    for path in (*photos, *reports):
        if not path.exists() and not path.is_symlink():
            raise UsageError("There is no such file or folder", where=str(path), next_step="Check the path")
    for path in reports:
        if path.is_dir():
            raise DataError("Is a folder", where=str(path), next_step="Give the files of reports one by one")
