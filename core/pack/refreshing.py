# SPDX-License-Identifier: GPL-2.0-or-later
"""A pack brought up to date: what changed at the source comes in, what was edited in the pack stays."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Optional

from ..base.geos import shapely
from ..base.scratch import scratch_folder
from ..catalogue import Calls
from ..errors import Cancelled, DataError, SigmaError
from ..feedback import SILENT, Feedback
from ..store import Workspace, packs
from ..store.file.reading import reading
from ..store.file.timestamps import now
from ..territory import Territory
from . import contents, incidents
from .layers.fetching import fetch
from .making import (
    GEOPACKAGE,
    SCRATCH,
    Order,
    Supplies,
    build,
    folder_beside,
    inputs_of,
    note_pack,
    recover,
    supplies_of,
    swap,
)
from .place import find


@dataclass
class Refreshed:
    """What a refresh did: titles of layers that came anew, and that stayed; edits that still wait in the pack."""

    path: Path
    renewed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    reports_changed: bool = False
    waiting: int = 0


def refresh(
    folder: Path,
    *,
    territory: Territory,
    calls: Optional[Calls] = None,
    workspace: Optional[Path] = None,
    pictures: bool = False,
    feedback: Feedback = SILENT,
) -> Refreshed:
    """Bring into a pack what changed since it was made; the pack is the old one or the new one, never between.

    Files are compared by their content, addresses by ETag or by the features that they give. Rasters of services are
    fetched again only with ``pictures``. Edits in the pack that are not yet in the workspace stay, field by field.

    Parameters
    ----------
    workspace : Path, optional
        Where the reports come from; by default where they came from.

    Raises
    ------
    DataError
        The folder is no pack, was edited meanwhile, or can't be written.
    """
    folder = Path(folder).resolve()
    recover(folder)
    pack = contents.load(folder)
    source = workspace or (Path(pack.workspace) if pack.workspace else None)
    if source is not None and not source.is_file():
        step = "Say where it is now: --workspace FILE"
        raise DataError("The workspace that the pack came from is not there", where=str(source), next_step=step)
    if source is not None:
        pack.wanted = _wanted(pack, source)
    order = Order(tuple(pack.wanted), source, pack.buffer, pack.budget, unblurred=pack.unblurred)
    place = find(territory, pack.insee, pack.buffer)
    supplies = supplies_of(order, calls)
    before = {entry.wanted: entry.fingerprint for entry in pack.layers}
    same_place = pack.place == place.digest
    with folder_beside(folder) as copy, scratch_folder(SCRATCH) as scratch:
        last = _copy(folder, copy)
        if source is not None:
            with Workspace.open(source, create=False) as home, Workspace.open(copy / GEOPACKAGE) as mine:
                packs.forget_returned(home, mine, pack.parcel)
        _fetch_again(supplies, calls, before, shapely.bounds(place.area).tolist(), scratch, feedback)

        def same(wanted: str, mark: str) -> bool:
            if not same_place or not mark:
                return False
            tiles = next(
                (each.raster and each.path is None for each in supplies.sources if each.wanted == wanted), None
            )
            if tiles is None:
                # Not found this time: the network may be away. What the pack has is better than nothing.
                return any(left.wanted == wanted for left in supplies.left_out)
            return not pictures if tiles else supplies.prints.get(wanted) == mark

        old_reports = pack.reports_digest
        kept = [entry.title for entry in pack.layers if same(entry.wanted, entry.fingerprint)]
        titles = [entry.title for entry in pack.layers]
        pack = replace(pack, refreshed_at=now(), place=place.digest, workspace=str(source.resolve()) if source else "")
        pack.inputs = inputs_of(place, order, supplies)
        note_pack(source, pack, folder, feedback)
        build(copy, pack, place, order, supplies, territory, calls, feedback, same=same)
        with Workspace.open(copy / GEOPACKAGE) as mine:
            waiting = incidents.waiting(mine, copy)
        if packs.last_change(folder / GEOPACKAGE) != last:
            raise DataError(
                "The pack was edited while it was brought up to date; it is as it was",
                where=str(folder),
                next_step="Close it in QGIS or QField, then refresh again",
            )
        swap(copy, folder)
    renewed = [entry.title for entry in pack.layers if entry.title not in kept]
    gone = [title for title in titles if title not in {entry.title for entry in pack.layers}]
    return Refreshed(folder, renewed, kept, gone, old_reports != pack.reports_digest, waiting)


def _wanted(pack: contents.Contents, workspace: Path) -> list[str]:
    """Return the layers that a pack was made of: those whose place it can't tell, the workspace knows."""
    if not any(contents.is_elsewhere(each) for each in pack.wanted):
        return pack.wanted
    with reading(workspace) as opened:
        return packs.wanted_of(opened, pack.parcel) or pack.wanted


def _copy(folder: Path, copy: Path) -> int:
    """Copy a pack, its GeoPackage by SQLite's own backup; return the number of its last edit and photo."""
    for path in folder.iterdir():
        if path.name.startswith(GEOPACKAGE):
            continue
        if path.is_dir():
            shutil.copytree(path, copy / path.name)
        else:
            shutil.copy2(path, copy / path.name)
    return packs.copy_pack(folder / GEOPACKAGE, copy / GEOPACKAGE)


def _fetch_again(
    supplies: Supplies,
    calls: Optional[Calls],
    before: dict[str, str],
    box: list[float],
    scratch: Path,
    feedback: Feedback,
) -> None:
    """Fetch what comes from services; what does not answer any more is left as it was."""
    for number, source in enumerate(list(supplies.sources)):
        if source.raster or source.path is not None:
            continue
        mark = before.get(source.wanted, "")
        try:
            if calls is not None and mark.startswith("etag ") and _etag(calls, source.url) == mark:
                supplies.prints[source.wanted] = mark
                continue
            folder = scratch / f"source{number:03d}"
            folder.mkdir()
            fetched = fetch(source, calls, box, folder, feedback)
        except Cancelled:
            raise
        except SigmaError as error:
            feedback.warning(f"{source.title}: {error}")
            if mark:
                supplies.prints[source.wanted] = mark
            continue
        supplies.staged[source.wanted] = fetched
        supplies.prints[source.wanted] = fetched.fingerprint


def _etag(calls: Calls, url: str) -> str:
    headers = {name.casefold(): value for name, value in calls.head(url).headers.items()}
    return f"etag {headers.get('etag') or headers.get('last-modified') or ''}"
