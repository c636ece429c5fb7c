# SPDX-License-Identifier: GPL-2.0-or-later
"""One pack: a folder with ``pack.gpkg``, rasters, photos, a project and its contents; whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Optional

import numpy as np

from .. import taxonomy as taxonomies
from ..base.archives import reading_zip
from ..base.bilingual import Bilingual
from ..base.files import replacing
from ..base.geos import shapely
from ..base.scratch import scratch_folder
from ..catalogue import Calls
from ..errors import Cancelled, DataError, SigmaError, UsageError, WorkspaceError
from ..feedback import SILENT, Feedback
from ..store import Workspace, packs
from ..store.desk import classes_present
from ..store.file.reading import reading
from ..store.file.timestamps import now
from ..territory import Territory
from ..vector import tables
from ..vector.binding import Gdal, gdal
from . import checking, contents, incidents, project, words
from .contents import Contents, Missing, PackEntry
from .layers import geopackage, rasters, styles
from .layers.clipping import FAMILIES, clip, multi
from .layers.fetching import Fetched, fetch
from .layers.sources import LeftOut, Source, fingerprint, resolve
from .place import METRES, Place

GEOPACKAGE = "pack.gpkg"
BUDGET = 200_000_000
"""Bytes that rasters may take where nothing else is said."""
_BASE = 3_000_000
_PHOTO = 350_000


@dataclass(frozen=True)
class Order:
    """What is asked for: the same for every commune of a run.

    ``layers`` are files, addresses or record ids; ``buffer`` metres; ``budget`` bytes for all rasters together.
    ``unblurred``: a person lets photos leave with faces and plates.
    """

    layers: tuple[str, ...] = ()
    workspace: Optional[Path] = None
    buffer: float = 0.0
    budget: int = BUDGET
    zipped: bool = False
    unblurred: bool = False


@dataclass
class Supplies:
    """What was asked for, found once for all communes of a run.

    ``staged`` maps what was asked for to what was already fetched of it; ``prints`` to its fingerprint.
    """

    sources: list[Source] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    staged: dict[str, Fetched] = field(default_factory=dict)
    prints: dict[str, str] = field(default_factory=dict)


@dataclass
class Made:
    """One pack: ``path`` is its folder or ZIP; ``skipped``: it was there already, from the same inputs."""

    path: Path
    contents: Contents
    skipped: bool = False


def supplies_of(order: Order, calls: Optional[Calls]) -> Supplies:
    """Say what each layer of an order means, and take the fingerprints of files."""
    if order.workspace is not None:
        with Workspace.open(order.workspace, create=False) as workspace:
            found, left = resolve(order.layers, workspace, calls)
    else:
        found, left = resolve(order.layers, None, calls)
    prints = {source.wanted: fingerprint(source.path) for source in found if source.path is not None}
    return Supplies(found, left, prints=prints)


def make(
    place: Place,
    order: Order,
    out: Path,
    *,
    territory: Territory,
    calls: Optional[Calls] = None,
    supplies: Optional[Supplies] = None,
    feedback: Feedback = SILENT,
) -> Made:
    """Make the pack of a commune in the folder ``out``: ``out/13001-aix-en-provence``, or that with ``.zip``.

    A layer that can't be taken along is left out, with the reason in the contents; the rest goes on.

    Raises
    ------
    UsageError
        A folder that is no pack stands in its place, or a pack with edits that have not come home.
    DataError
        It would not fit on the disk (said before anything is written), or the folder can't be written.
    WorkspaceError
        The workspace can't be read.
    Cancelled
        As asked; nothing is left behind.
    """
    supplies = supplies or supplies_of(order, calls)
    out = Path(out)
    target = path_of(out, place, order)
    recover(target)
    _check_target(target)
    check_disk(estimate(place, order, supplies, territory), out)
    with folder_beside(target) as folder:
        pack = Contents(
            id=uuid.uuid4().hex,
            insee=place.insee,
            commune=place.name,
            buffer=order.buffer,
            budget=order.budget,
            unblurred=order.unblurred,
            made_at=now(),
            inputs=inputs_of(place, order, supplies),
            place=place.digest,
            wanted=list(order.layers),
            workspace=str(order.workspace.resolve()) if order.workspace else "",
        )
        try:
            note_pack(order.workspace, pack, target, feedback)
            build(folder, pack, place, order, supplies, territory, calls, feedback)
            if order.zipped:
                _zip(folder, target, place.slug)
            else:
                swap(folder, target)
        except OSError as error:
            raise DataError(
                f"The pack can't be written: {error.strerror or error}",
                where=str(out),
                next_step="See whether the disk is full; nothing was left behind",
            ) from error
    return Made(target, pack)


def note_pack(path: Optional[Path], pack: Contents, target: Path, feedback: Feedback) -> None:
    """Write into the workspace that a pack takes its reports along, and where it is; before it does."""
    if path is None:
        return
    try:
        with Workspace.open(path, create=False) as workspace:
            packs.note(workspace, pack.parcel, pack.insee, pack.commune, str(target), pack.wanted)
    except WorkspaceError as error:
        feedback.warning(f"The workspace does not know of this pack: {error}")


def inputs_of(place: Place, order: Order, supplies: Supplies) -> str:
    """Return a digest of all that a pack is made from but the reports: outline, order, fingerprints of files."""
    known = [place.insee, place.digest, list(order.layers), order.budget, order.zipped, order.unblurred,
             contents.FORMAT, sorted(supplies.prints.items()), str(order.workspace)]  # fmt: skip
    return hashlib.blake2b(json.dumps(known).encode(), digest_size=12).hexdigest()


def build(
    folder: Path,
    pack: Contents,
    place: Place,
    order: Order,
    supplies: Supplies,
    territory: Territory,
    calls: Optional[Calls],
    feedback: Feedback,
    *,
    same: Optional[Callable[[str, str], bool]] = None,
) -> None:
    """Fill a folder, which may hold a pack already: layers for which ``same`` is true stay as they are."""
    gpkg = folder / GEOPACKAGE
    _fill_reports(folder, pack, place, order, territory, feedback)
    kept = [entry for entry in pack.layers if same is not None and same(entry.wanted, entry.fingerprint)]
    keeping = {entry.wanted for entry in kept}
    for entry in pack.layers:
        if entry not in kept:
            _remove(folder, entry)
    pack.layers = kept
    still = [each for each in pack.left_out if each.wanted in keeping]
    pack.left_out = [Missing(left.wanted, left.title, left.reason) for left in supplies.left_out] + still
    taken = geopackage.names_in(gpkg)
    budget = order.budget - sum(entry.bytes for entry in kept)
    dressed: list[geopackage.Dressed] = []
    feedback.stage("layers", len(supplies.sources))
    for source in supplies.sources:
        feedback.check()
        feedback.advance()
        if source.wanted in keeping:
            continue
        feedback.info(source.title)
        mark = supplies.prints.get(source.wanted, "")
        try:
            if source.raster:
                entry = rasters.take(source, place, folder, budget, calls, feedback)
                entry.fingerprint = entry.fingerprint or mark
                budget -= entry.bytes
                pack.layers.append(entry)
            else:
                with scratch_folder(SCRATCH) as scratch:
                    entries = _vector(source, place, gpkg, supplies, calls, scratch, taken, dressed, feedback)
                for each in entries:
                    if isinstance(each, Missing):
                        each.fingerprint = mark
                        pack.left_out.append(each)
                    else:
                        each.fingerprint = each.fingerprint or mark
                        pack.layers.append(each)
        except (words.NotTaken, tables.NotRead) as reason:
            pack.left_out.append(Missing(source.wanted, source.title, words.of_error(reason), source.shown, mark))
        except (Cancelled, WorkspaceError, tables.NotWritten):
            raise
        except SigmaError as error:
            feedback.warning(f"{source.title}: {error}")
            pack.left_out.append(Missing(source.wanted, source.title, words.of_error(error), source.shown, mark))
    geopackage.dress(gpkg, [*_own_tables(place, territory), *dressed])
    _write_project(folder, pack, place)
    pack.bytes = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    _check(folder, pack)
    contents.save(pack, folder)


# --- reports -----------------------------------------------------------------------------------------------------


def _fill_reports(
    folder: Path, pack: Contents, place: Place, order: Order, territory: Territory, feedback: Feedback
) -> None:
    pack.notes = []
    index = territory.insee.tolist().index(place.insee)
    with Workspace.open(folder / GEOPACKAGE) as mine:
        packs.name_pack(mine, pack.parcel, pack.insee, pack.commune)
        mine.write_territory(
            {
                "insee": territory.insee[index : index + 1],
                "name": territory.names[index : index + 1],
                "population": territory.population[index : index + 1],
                "geometry": territory.geometries[index : index + 1],
            },
            source=f"{territory.source} · {territory.licence} · {territory.date}",
        )
        if order.workspace is None:
            pack.notes.append(words.NO_WORKSPACE)
            return
        with Workspace.open(order.workspace, create=False) as workspace:
            ids = incidents.ids_in(workspace, territory, place)
            pack.reports_digest = packs.digest_of(workspace, ids)
            filled = incidents.fill(
                workspace, mine, folder, ids, to=f"pack {place.insee}", unblurred=order.unblurred, feedback=feedback
            )
        pack.reports, pack.photos = filled.reports, filled.photos
        pack.notes += filled.notes
        pack.notes.append(words.EXTRA_FIELDS if filled.reports else words.NO_REPORTS)


def _own_tables(place: Place, territory: Territory) -> list[geopackage.Dressed]:
    return [
        geopackage.Dressed(
            "commune", place.name, "Commune", territory.licence, territory.source, territory.source, territory.date,
            "EPSG:4326", styles.qml([styles.single("polygons", "#333333", outline=True)], "polygons"),
            styles.sld("commune", "polygons", "#333333"),
        ),
        geopackage.Dressed(
            "report", "Signalements", "Signalements de la commune", origin="SIGM@communes", crs="EPSG:4326"
        ),
    ]  # fmt: skip


# --- vector layers -----------------------------------------------------------------------------------------------


def _vector(
    source: Source,
    place: Place,
    gpkg: Path,
    supplies: Supplies,
    calls: Optional[Calls],
    scratch: Path,
    taken: set[str],
    dressed: list[geopackage.Dressed],
    feedback: Feedback,
) -> list[PackEntry | Missing]:
    """Cut one source and write it; one entry a layer and kind of geometry."""
    binding = gdal()
    mark = ""
    fetched = supplies.staged.get(source.wanted)
    if fetched is None and source.path is None:
        fetched = fetch(source, calls, shapely.bounds(place.area).tolist(), scratch, feedback)
    elif fetched is None:
        fetched = Fetched(layers_of(source, binding))
    found, mark = fetched.layers, fetched.fingerprint
    out: list[PackEntry | Missing] = []
    groups = [found] if fetched.pages or not found else [[layer] for layer in found]
    for group in groups:
        feedback.check()
        title = source.title if len(groups) == 1 else group[0].name
        one = replace(source, title=title)
        reason = _unfit(group)
        if reason is not None:
            out.append(Missing(source.wanted, title, reason, source.shown))
            continue
        layer = group[0]
        area = place.area_in(layer.crs)
        box: Any = tuple(shapely.bounds(area).tolist())
        read = tables.joined([binding.read(each, box) for each in group])
        bare = 0 if fetched.pages else sum(binding.count_bare(each) for each in group)
        out += _cut(one, layer, read, area, bare, gpkg, binding, taken, dressed)
    for entry in out:
        entry.fingerprint = mark
    return out


def _unfit(group: Sequence[tables.TableLayer]) -> Optional[Bilingual]:
    if not group:
        return words.EMPTY
    if not group[0].has_geometry:
        return words.NO_GEOMETRY
    return words.NO_CRS if not group[0].crs else None


def layers_of(source: Source, binding: Gdal) -> list[tables.TableLayer]:
    """Return the layers of a file that are meant: the one named, else those with geometry, else all.

    Raises
    ------
    DataError
        It can't be read, or has no such layer.
    """
    if source.path is None:
        raise UsageError("Is no file", where=source.wanted)
    name = source.path.as_posix()
    if source.path.suffix.lower() in (".zip", ".shz"):
        name = f"/vsizip/{{{name}}}"
    found = binding.layers(name)
    if source.layer:
        named = [layer for layer in found if layer.name == source.layer]
        if not named:
            known = [layer.name for layer in found]
            raise words.NotTaken(words.no_such_layer(source.layer, known), where=source.shown)
        return named
    spatial = [layer for layer in found if layer.has_geometry]
    return spatial or found


def _cut(
    source: Source,
    layer: tables.TableLayer,
    read: tables.Table,
    area: Any,
    bare: int,
    gpkg: Path,
    binding: Gdal,
    taken: set[str],
    dressed: list[geopackage.Dressed],
) -> list[PackEntry | Missing]:
    cut = clip(read.geometries, area)
    notes = []
    if bare:
        notes.append(words.no_geometries(bare))
    if cut.repaired:
        notes.append(words.repaired(cut.repaired))
    if cut.broken:
        notes.append(words.broken(cut.broken))
    if read.left_out:
        notes.append(words.fields_left_out(", ".join(read.left_out)))
    if len(cut.index) == 0:
        reason = words.EMPTY
        if notes:
            said = [reason, *notes]
            reason = Bilingual(fr=". ".join(each.fr for each in said), en=". ".join(each.en for each in said))
        return [Missing(source.wanted, source.title, reason, source.shown)]
    families = np.unique(cut.family).tolist()
    if len(families) > 1:
        notes.append(words.mixed(len(families)))
    out: list[PackEntry | Missing] = []
    for number in families:
        family = FAMILIES[number]
        rows = np.flatnonzero(cut.family == number)
        shapes, kind = multi(cut.geometries[rows], number)
        deep = bool(shapely.has_z(shapes).all())
        shapes = shapes if deep else shapely.force_2d(shapes)
        title = source.title if len(families) == 1 else f"{source.title} ({_FRENCH[family]})"
        table = geopackage.table_name(title, taken)
        part = read.at(cut.index[rows], shapes)
        binding.write(
            gpkg, table, part, f"{kind} Z" if deep else kind, layer.crs, title=_identifier(title, table, taken)
        )
        colour = styles.colour_in(source.sld) or styles.colour_of(title)
        parts = styles.style_parts(source.qml)
        plain = styles.qml([styles.single(family, colour)], family)
        dressed.append(
            geopackage.Dressed(
                table,
                title,
                source.abstract,
                source.licence,
                source.attribution or source.organisation,
                source.page or source.shown,
                source.date,
                layer.crs,
                source.qml if parts else plain,
                source.sld or styles.sld(table, family, colour),
            )
        )
        out.append(
            PackEntry(
                wanted=source.wanted,
                title=title,
                kind=source.kind,
                table=table,
                family=family,
                features=len(rows),
                crs="EPSG:4326" if layer.crs == "OGC:CRS84" else layer.crs,
                source=source.shown,
                organisation=source.organisation or source.attribution,
                licence=source.licence,
                date=source.date,
                page=source.page,
                abstract=source.abstract,
                notes=list(notes),
            )
        )
    return out


_FRENCH = {"points": "points", "lines": "lignes", "polygons": "surfaces"}


def _identifier(title: str, table: str, taken: set[str]) -> str:
    """Return what the GeoPackage calls the layer: unique, whatever the case."""
    if title.casefold() in taken and title.casefold() != table:
        return f"{title} ({table})"
    taken.add(title.casefold())
    return title


# --- the project -------------------------------------------------------------------------------------------------


def _write_project(folder: Path, pack: Contents, place: Place) -> None:
    gpkg = folder / GEOPACKAGE
    fields = {table: geopackage.fields_of(gpkg, table) for table in ("report", "photo", "commune")}
    with reading(gpkg) as reports:
        present = classes_present(reports) - {""}
    stored = geopackage.styles_in(gpkg)
    above, below, relations = incidents.layers(place, taxonomies.load(), pack.id, fields, present)
    middle = []
    # What is small lies on what is large; pictures below all.
    order = {"points": 0, "lines": 1, "polygons": 2, "raster": 4}
    for entry in sorted(pack.layers, key=lambda each: order[each.family]):
        raster = entry.family == "raster"
        name = entry.file if raster else entry.table
        middle.append(
            project.MapLayer(
                project.layer_id(name.replace("/", "_"), pack.id),
                entry.title,
                f"./{entry.file}" if raster else f"./{GEOPACKAGE}|layername={entry.table}",
                entry.family,
                entry.crs,
                [] if raster else styles.style_parts((stored.get(entry.table) or "").encode()),
                [] if raster else [project.FormField(each) for each in geopackage.fields_of(gpkg, entry.table)],
                group="Fonds" if raster else "Couches",
                abstract=entry.abstract,
                attribution=entry.organisation,
                licence=entry.licence,
                origin=entry.page or entry.source,
                extent=() if raster else geopackage.extent_of(gpkg, entry.table),
            )
        )
    pictures = [layer for layer in middle if layer.family == "raster"]
    features = [layer for layer in middle if layer.family != "raster"]
    extent = shapely.bounds(place.area_in(METRES)).tolist()
    title = f"{place.name} : paquet hors connexion"
    project.write(folder, title, [*above, *features, *below, *pictures], extent, relations=relations)


def _check(folder: Path, pack: Contents) -> None:
    """Open all; what does not open is told and makes the pack not ready."""
    checked = {check.source.removeprefix("./"): check for check in checking.check(folder)}
    problems = [check for check in checked.values() if check.problem]
    for entry in pack.layers:
        check = checked.get(entry.file or f"{GEOPACKAGE}|layername={entry.table}")
        entry.checked = check is not None and not check.problem and check.features != 0
        if not entry.file and check is not None and check.features not in (entry.features, -1):
            entry.checked = False
    if problems:
        first = problems[0]
        raise DataError(f"The pack was made and does not open: {first.name}: {first.problem}", where=str(folder))
    pack.checked_at = now()


# --- files -------------------------------------------------------------------------------------------------------


def _remove(folder: Path, entry: PackEntry) -> None:
    if entry.file:
        (folder / entry.file).unlink(missing_ok=True)
    if entry.table:
        geopackage.drop_layer(folder / GEOPACKAGE, entry.table)


def path_of(out: Path, place: Place, order: Order) -> Path:
    """Return where a pack is made: a folder, or a ZIP that holds it."""
    return out / (f"{place.slug}.zip" if order.zipped else place.slug)


@contextmanager
def opened(target: Path) -> Iterator[Path | zipfile.Path]:
    """Open a pack, be it a folder or a ZIP.

    Raises
    ------
    DataError
        It is no ZIP, or can't be read.
    """
    if target.is_dir():
        yield target
        return
    with reading_zip(target, "Is no pack", where=str(target)) as archive:
        yield zipfile.Path(archive, f"{target.stem}/")


def _check_target(target: Path) -> None:
    if not target.exists():
        return
    with opened(target) as inside:
        contents.load(inside)  # what is no pack is not ours to replace
        with scratch_folder(SCRATCH) as scratch:
            folder = target
            if not isinstance(inside, Path):
                folder = scratch / target.stem
                inside.root.extractall(scratch)
            with Workspace.open(folder / GEOPACKAGE, create=False) as mine:
                waiting = incidents.waiting(mine, folder)
    if waiting:
        raise UsageError(
            f"A pack with {waiting} edits stands there, which may not have come home",
            where=str(target),
            next_step="Bring them home (pack return), then pack refresh; or choose another folder",
        )


def estimate(place: Place, order: Order, supplies: Supplies, territory: Territory) -> int:
    """Return the bytes that a pack may need while it is made: a guess from above.

    Of a file of features the share of the commune's box in that of all communes counts three times, as features crowd;
    at most all of it.
    """
    share = min(1.0, 3 * _box_area(place.area) / max(_box_area(territory.geometries), 1e-9))
    size = _BASE
    for source in supplies.sources:
        if source.raster:
            continue
        whole = source.path.stat().st_size if source.path is not None and source.path.is_file() else _BASE
        packed = source.path is not None and source.path.suffix == ".zip"
        size += int(whole * (5.0 if packed else 1.2) * share)
    if any(source.raster for source in supplies.sources):
        size += order.budget
    return size * (2 if order.zipped else 1)


def _box_area(shapes: Any) -> float:
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    return float((east - west) * (north - south))


def check_disk(needed: int, out: Path) -> None:
    """Raise where a folder can't be made or its disk has not so many bytes free.

    Raises
    ------
    DataError
        Before anything is written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(out).free
    except OSError as error:
        raise DataError(f"Can't be written: {error.strerror or error}", where=str(out)) from error
    if needed > free:
        raise DataError(
            f"The pack may need {needed / 1e6:.0f} MB and the disk has {free / 1e6:.0f} MB",
            where=str(out),
            next_step="Free some space, choose another disk, fewer layers or a smaller budget",
        )


SCRATCH = "sigma-pack"


def folder_beside(target: Path) -> AbstractContextManager[Path]:
    """Give a temporary folder beside a target, gone at the end; what a killed run left a day ago goes first."""
    return scratch_folder(f".{target.name}.making", target.parent)


def recover(target: Path) -> None:
    """Finish or undo what a killed run left at the place of a pack: between two renames it stands beside, as .old."""
    old = _old(target)
    if not old.is_dir():
        return
    if target.exists():
        shutil.rmtree(old, ignore_errors=True)
    else:
        os.replace(old, target)


def _old(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")


def swap(folder: Path, target: Path) -> None:
    """Put a folder in the place of another; the old one is gone only when the new one stands."""
    recover(target)
    folder.chmod(0o755)
    for path in folder.rglob("*"):  # a pack is made to be copied: its database is not for its owner alone
        path.chmod(0o755 if path.is_dir() else 0o644)
    old = _old(target)
    try:
        if target.exists():
            os.replace(target, old)
        try:
            os.replace(folder, target)
        except OSError:
            if old.exists():
                os.replace(old, target)
            raise
    except OSError as error:
        step = "Close the programs that have the pack open, then try again"
        raise DataError(
            f"Can't be put in its place: {error.strerror or error}", where=str(target), next_step=step
        ) from error
    shutil.rmtree(old, ignore_errors=True)


def _zip(folder: Path, archive: Path, name: str) -> None:
    with replacing(archive) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                file.write(path, f"{name}/{path.relative_to(folder).as_posix()}")
