# SPDX-License-Identifier: GPL-2.0-or-later
"""The main job: photos and reports in, a workspace and a bulletin out; it reads like the picture in the design.

photos, reports ─► incidents ─► classify ─► locate ─► group ─► route ─► workspace, bulletin
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Optional

import numpy as np

from .. import VERSION, publish, routing, taxonomy, territory
from ..base.bilingual import Bilingual
from ..base.files import AnyPath, paths_of
from ..classify.features import kept_features
from ..classify.learning.fit.adaptation import Adaptation, offer_adapted
from ..classify.learning.fit.adapting import LEAST_PHOTOS
from ..classify.learning.running import running
from ..errors import UsageError
from ..feedback import SILENT, CancelOnly, Feedback
from ..model import PhotoVerdict, Rejected, Report
from ..privacy.way_out import WayOut
from ..publish.privacy_page import photos_not_shown
from ..reports.formats.files import read_reports
from ..reports.formats.unread import Unread
from ..store import Workspace, Written
from ..territory import Territory
from ..triage.stages import read_layers, triage, write_communes
from ..vector.coordinates import Area
from .photos import Looking, check_inputs, look_at, package_or_none, scan_photos, store_photos
from .placing import Placing, placing_by


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
    places: Mapping[str, int] = field(default_factory=dict)
    adapted: Optional[Adaptation] = None
    """A version adapted to these photos, checked and worth a look; not switched on."""
    positions: Mapping[str, int] = field(default_factory=dict)
    """Incidents ``without`` a position, ``outside`` the territory, ``uncertain`` (near a boundary)."""
    no_position: Mapping[str, int] = field(default_factory=dict)
    """Why there is none, of what was read in this run."""
    unread: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    """Dates, states and positions that could not be read: how many, and an example."""

    @property
    def rejected(self) -> int:
        """Input files and records that did not become an incident."""
        return self.reports.get("rejected", 0) + sum(n for v, n in self.photos.items() if v != PhotoVerdict.OK.value)


def run(
    *,
    photos: AnyPath | Sequence[AnyPath] = (),
    reports: AnyPath | Sequence[AnyPath] = (),
    out: AnyPath,
    model: Optional[AnyPath] = None,
    rules: Optional[AnyPath] = None,
    layers: Optional[Mapping[str, Path]] = None,
    fast: bool = False,
    threshold: Optional[float] = None,
    source: str = "",
    crs: str = "",
    title: str = "",
    notices: Sequence[Bilingual] = (),
    now: Optional[dt.datetime] = None,
    features: Optional[Path] = None,
    addresses: Optional[AnyPath] = None,
    feedback: Feedback = SILENT,
) -> RunResult:
    """Do the whole job and write ``out/workspace.gpkg`` and ``out/bulletin.html``.

    Run again on the same folder it updates the workspace: nothing is doubled, nothing that a person decided is lost.
    Without photos and reports it works on the workspace that is there, e.g. after a pull from a report server.

    Parameters
    ----------
    photos : path or sequence of path
        Files and folders, read recursively.
    reports : path or sequence of path
        CSV, GeoJSON, GeoPackage, Open311 JSON or XML files.
    out : path
        A folder; made where it is missing.
    model : path, optional
        A model package; the default one otherwise. Without it, or without onnxruntime, photos are not classified.
    rules : path, optional
        A rule book; the shipped example otherwise.
    layers : mapping of str to Path, optional
        The vector files of the layers that the rule book's ``near`` conditions name.
    fast : bool
        One view a photo instead of the model's five.
    threshold : float, optional
        Abstain below this confidence, instead of the model's own thresholds.
    source : str
        What the files of reports come from. The next export of the same system under another name updates what is
        there; by default a file's name is its source.
    crs : str
        What x and y of tables are in (``EPSG:3944``); by default their names or their values tell.
    title, notices
        What the bulletin says on top.
    features : Path, optional
        The cache of features: photos that were looked at before go past the network.
    now : datetime, optional
        The bulletin's date; the clock's by default.
    addresses : Path, optional
        A file or an index of addresses: reports without a position get one from their address, where it is sure.

    Returns
    -------
    RunResult
        The two files, and counts that add up to the inputs.

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
    photos, reports, out = paths_of(photos), paths_of(reports), Path(out)
    model, rules = None if model is None else Path(model), None if rules is None else Path(rules)
    if not photos and not reports and not (out / "workspace.gpkg").is_file():
        raise UsageError("Nothing to read", where=str(out), next_step="Give --photos DIR, --reports FILE, or both")
    check_inputs(photos, reports)
    classes, communes = taxonomy.load(), territory.load()
    book = routing.load(rules or routing.example_path())
    near = read_layers(book, layers or {}, feedback)
    package = package_or_none(model, feedback) if photos else None
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"The folder can't be made: {error.strerror}", where=str(out)) from error
    with Workspace.open(out / "workspace.gpkg") as workspace:
        rejected: list[Rejected] = []
        unread = Unread()
        how = _Reading(source, crs, communes.box)
        placing = None if addresses is None else placing_by(Path(addresses), communes, out, feedback)
        written = _take_reports(workspace, reports, rejected, placing, unread, how, feedback)
        verdicts = Counter[PhotoVerdict]()
        if photos:
            verdicts = _take_photos(workspace, photos, Looking(package, fast, threshold), communes, features, feedback)
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
            places=dict(placing.counts) if placing else {},
            classes=_tally(incidents["class"]),
            teams=_tally(incidents["team"]),
            model=running(package).id if package else "",
            positions={
                "without": int((~np.isfinite(incidents["lon"])).sum()),
                "outside": int(incidents["outside"].sum()),
                "uncertain": int(incidents["ambiguous"].sum()),
            },
            no_position=dict(unread.positions),
            unread={what: (count, unread.examples[what]) for what, count in unread.counts.items()},
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
                Bilingual(
                    fr="Règles d'affectation : l'exemple livré, à adapter",
                    en="Rule book: the shipped example, to adapt",
                )
            )
        publish.write_bulletin(
            result.bulletin,
            incidents,
            communes=communes,
            taxonomy=classes,
            teams=book.teams,
            thumbnails=WayOut(workspace, "bulletin").thumbnails(),
            photo_verdicts=result.photos,
            rejected=rejected,
            title=title,
            generated_at=now or dt.datetime.now().astimezone(),
            notices=shown,
            model=result.model,
        )
    enough = result.photos.get(PhotoVerdict.OK.value, 0) >= LEAST_PHOTOS
    if package is None or features is None or fast or not enough:
        return result
    return replace(result, adapted=offer_adapted(result.workspace, package, features, feedback))


def _take_photos(
    workspace: Workspace,
    paths: Sequence[Path],
    looking: Looking,
    communes: Territory,
    features: Optional[Path],
    feedback: Feedback,
) -> Counter[PhotoVerdict]:
    verdicts: Counter[PhotoVerdict] = Counter()
    # Of two stages at once one tells its progress: the model's, where there is one.
    scanned = scan_photos(paths, communes, feedback=feedback if looking.package is None else CancelOnly(feedback))
    with kept_features(features, feedback) as cache:
        for batch, _ in store_photos(workspace, look_at(scanned, looking, cache, feedback, workspace=workspace)):
            verdicts.update(photo.verdict for photo in batch)
    return verdicts


# --- reports -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Reading:
    source: str
    crs: str
    area: Area


def _take_reports(
    workspace: Workspace,
    paths: Sequence[Path],
    rejected: list[Rejected],
    placing: Optional[Placing],
    unread: Unread,
    how: _Reading,
    feedback: Feedback,
) -> Written:
    total = Written()
    for path in paths:
        feedback.stage(f"reports: {path.name}")
        verdicts: Iterable[Report | Rejected] = read_reports(
            path, source=how.source or None, crs=how.crs, area=how.area, feedback=feedback
        )
        if placing is not None:
            verdicts = placing.placed(verdicts, feedback)
        total = total.plus(workspace.add_reports(map(unread.see, _accepted(verdicts, rejected, feedback))))
    return total


def _accepted(verdicts: Iterable[Report | Rejected], rejected: list[Rejected], feedback: Feedback) -> Iterator[Report]:
    for verdict in verdicts:
        feedback.check()
        feedback.advance()
        if isinstance(verdict, Rejected):
            rejected.append(verdict)
        else:
            yield verdict


def _tally(values: Any) -> dict[str, int]:
    return dict(Counter(values.tolist()).most_common())
