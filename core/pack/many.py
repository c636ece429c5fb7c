# SPDX-License-Identifier: GPL-2.0-or-later
"""The packs of all communes in one run: each source is read once, communes are made side by side."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Optional

import requests

from .. import transport
from ..base.files import replacing
from ..base.geos import shapely
from ..base.scratch import scratch_folder
from ..catalogue import Calls
from ..errors import Cancelled, SigmaError
from ..feedback import SILENT, CancelOnly, Feedback
from ..store import Workspace, packs
from ..territory import Territory
from ..territory import load as load_territory
from ..vector import tables
from ..vector.binding import Gdal, gdal
from . import contents, incidents, words
from .layers.fetching import Fetched, fetch
from .layers.sources import LeftOut
from .making import (
    GEOPACKAGE,
    SCRATCH,
    Made,
    Order,
    Supplies,
    check_disk,
    inputs_of,
    layers_of,
    make,
    opened,
    path_of,
    recover,
    supplies_of,
)
from .place import Place, place_of

SUMMARY = "packs.json"
_BASE = 3_000_000


@dataclass(frozen=True)
class PackOutcome:
    """What became of one commune: ``error`` is empty where there is a pack."""

    insee: str
    commune: str
    path: str = ""
    skipped: bool = False
    layers: int = 0
    left_out: int = 0
    reports: int = 0
    bytes: int = 0
    error: str = ""


@dataclass
class Summary:
    """What became of a run."""

    outcomes: list[PackOutcome] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    @property
    def made(self) -> int:
        """The number of packs that were made now."""
        return sum(not outcome.error and not outcome.skipped for outcome in self.outcomes)

    @property
    def skipped(self) -> int:
        """The number of packs that were there."""
        return sum(outcome.skipped for outcome in self.outcomes)

    @property
    def failed(self) -> list[PackOutcome]:
        """The communes without a pack."""
        return [outcome for outcome in self.outcomes if outcome.error]


def make_all(
    order: Order,
    out: Path,
    *,
    territory: Territory,
    session: Callable[[], requests.Session] = transport.new_session,
    online: bool = True,
    communes: Sequence[str] = (),
    workers: int = 2,
    threads: bool = False,
    feedback: Feedback = SILENT,
) -> Summary:
    """Make the packs of all communes of the map, or of some, in the folder ``out``, with one ``packs.json``.

    A pack that is complete and from the same inputs stays; one commune that fails does not stop the others.

    Parameters
    ----------
    communes : sequence of str
        INSEE codes; none: all.
    workers : int
        So many communes at a time.
    threads : bool
        In threads of this process (inside QGIS, whose program is no Python), else in processes of their own.

    Raises
    ------
    DataError
        The disk has not enough room for all, or the folder can't be written.
    Cancelled
        As asked; packs that were finished stay, and the next run goes on from there.
    """
    out = Path(out)
    chosen = [i for i, insee in enumerate(territory.insee.tolist()) if not communes or insee in communes]
    # The largest first: nobody waits for one at the end.
    chosen.sort(key=lambda i: -int(territory.population[i]))
    with scratch_folder(SCRATCH) as scratch, closing(session()) as opened:
        calls = Calls(opened, feedback=feedback) if online else None
        supplies = supplies_of(order, calls)
        check_disk(_whole(order, supplies, len(chosen)), out)
        _stage(supplies, calls, territory, scratch, feedback)
        summary = Summary(left_out=supplies.left_out)
        feedback.stage("packs", len(chosen))
        task = _Task(order, out, supplies, territory.path, online)
        try:
            for outcome in _run(task, chosen, territory, session, workers, threads, feedback):
                summary.outcomes.append(outcome)
                if outcome.error:
                    feedback.warning(f"{outcome.commune}: {outcome.error}")
                feedback.advance()
        finally:
            summary.outcomes.sort(key=lambda outcome: outcome.insee)
            _save(summary, out)
    return summary


@dataclass(frozen=True)
class _Task:
    """What a worker needs; it goes to other processes."""

    order: Order
    out: Path
    supplies: Supplies
    territory: Optional[Path]
    online: bool


def _run(
    task: _Task,
    chosen: Sequence[int],
    territory: Territory,
    session: Callable[[], requests.Session],
    workers: int,
    threads: bool,
    feedback: Feedback,
) -> Iterator[PackOutcome]:
    if workers <= 1:
        for index in chosen:
            feedback.check()
            yield _one(task, place_of(territory, index, task.order.buffer), territory, session, CancelOnly(feedback))
        return
    pool: Executor
    if threads:
        pool = ThreadPoolExecutor(workers, thread_name_prefix="packs")
    else:
        pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
    with pool:
        coming: set[Future[PackOutcome]] = set()
        for index in chosen:
            if threads:
                place = place_of(territory, index, task.order.buffer)
                coming.add(pool.submit(_one, task, place, territory, session, CancelOnly(feedback)))
            else:
                coming.add(pool.submit(_elsewhere, task, index))
        try:
            while coming:
                feedback.check()
                done, coming = wait(coming, timeout=0.2, return_when="FIRST_COMPLETED")
                for future in done:
                    yield future.result()
        except BaseException:
            for future in coming:
                future.cancel()
            raise


@lru_cache(maxsize=1)
def _map(path: Optional[Path]) -> Territory:
    return load_territory(path)


def _elsewhere(task: _Task, index: int) -> PackOutcome:
    territory = _map(task.territory)
    place = place_of(territory, index, task.order.buffer)
    return _one(task, place, territory, transport.new_session, SILENT)


def _one(
    task: _Task, place: Place, territory: Territory, session: Callable[[], requests.Session], feedback: Feedback
) -> PackOutcome:
    try:
        made = _standing(task, place, territory)
        if made is None:
            with closing(session()) as opened:
                calls = Calls(opened, feedback=feedback) if task.online else None
                made = make(
                    place, task.order, task.out, territory=territory, calls=calls, supplies=task.supplies,
                    feedback=feedback,
                )  # fmt: skip
    except Cancelled:
        raise
    except SigmaError as error:
        return PackOutcome(place.insee, place.name, error=str(error))
    except Exception as error:  # whatever one commune meets, the others go on
        return PackOutcome(place.insee, place.name, error=f"{type(error).__name__}: {error}")
    pack = made.contents
    return PackOutcome(
        place.insee,
        place.name,
        str(made.path),
        made.skipped,
        len(pack.layers),
        len(pack.left_out),
        pack.reports,
        pack.bytes,
    )


def _standing(task: _Task, place: Place, territory: Territory) -> Optional[Made]:
    """Return the pack that stands there, folder or ZIP, where it is complete and from the same inputs."""
    target = path_of(task.out, place, task.order)
    recover(target)
    if not target.exists():
        return None
    try:
        with opened(target) as inside:
            if not (inside / GEOPACKAGE).is_file():
                return None
            pack = contents.load(inside)
    except SigmaError:
        return None
    if not pack.ready or pack.inputs != inputs_of(place, task.order, task.supplies):
        return None
    if task.order.workspace is not None:
        with Workspace.open(task.order.workspace, create=False) as workspace:
            ids = incidents.ids_in(workspace, territory, place)
            if packs.digest_of(workspace, ids) != pack.reports_digest:
                return None
    return Made(target, pack, skipped=True)


def _stage(supplies: Supplies, calls: Optional[Calls], territory: Territory, scratch: Path, feedback: Feedback) -> None:
    """Fetch what is elsewhere, and give an index to what has none, so that a commune reads its part alone."""
    binding = gdal()
    box = shapely.total_bounds(territory.geometries).tolist()
    usable = []
    for number, source in enumerate(supplies.sources):
        feedback.check()
        if source.raster:
            usable.append(source)
            continue
        folder = scratch / f"source{number:03d}"
        folder.mkdir()
        feedback.info(f"{source.title}")
        try:
            if source.path is None:
                fetched = fetch(source, calls, box, folder, feedback)
                supplies.prints[source.wanted] = fetched.fingerprint
            else:
                fetched = Fetched(layers_of(source, binding))
            supplies.staged[source.wanted] = _indexed(fetched, folder / "indexed.gpkg", binding)
            usable.append(source)
        except Cancelled:
            raise
        except SigmaError as error:
            supplies.left_out.append(LeftOut(source.wanted, source.title, words.of_error(error)))
    supplies.sources = usable


def _indexed(fetched: Fetched, path: Path, binding: Gdal) -> Fetched:
    if all(layer.indexed or not layer.has_geometry or not layer.crs for layer in fetched.layers):
        return fetched
    groups = [fetched.layers] if fetched.pages else [[layer] for layer in fetched.layers]
    layers = []
    for group in groups:
        first = group[0]
        if first.indexed or not first.has_geometry or not first.crs:
            layers += group
            continue
        read = tables.joined([binding.read(layer, None) for layer in group])
        shapes = read.geometries
        present = ~shapely.is_missing(shapes)
        deep = bool(shapely.has_z(shapes[present]).all()) if present.any() else False
        read = replace(read, geometries=shapes if deep else shapely.force_2d(shapes))
        binding.write(path, first.name, read, "Unknown", first.crs, title=first.name)
        layers.append(replace(first, source=str(path), driver="GPKG", indexed=True))
    return Fetched(layers, False, fetched.fingerprint)


def _whole(order: Order, supplies: Supplies, communes: int) -> int:
    sizes = sum(source.path.stat().st_size for source in supplies.sources if source.path and not source.raster)
    rasters = order.budget * communes if any(source.raster for source in supplies.sources) else 0
    return int(2.5 * sizes) + _BASE * communes + rasters


def _save(summary: Summary, out: Path) -> None:
    with replacing(out / SUMMARY) as temporary:
        text = json.dumps(
            {
                "made": summary.made,
                "skipped": summary.skipped,
                "failed": len(summary.failed),
                "packs": [asdict(outcome) for outcome in summary.outcomes],
                "left_out": [asdict(left) for left in summary.left_out],
            },
            ensure_ascii=False,
            indent=1,
        )
        temporary.write_text(text, encoding="utf-8", errors="replace", newline="\n")
