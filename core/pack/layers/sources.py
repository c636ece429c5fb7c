# SPDX-License-Identifier: GPL-2.0-or-later
"""What a person asks to take along: a record of the catalogue, an address, a file; and what is known of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Optional
from urllib.parse import unquote

from ...base.bilingual import Bilingual
from ...catalogue import Calls, Catalogue, Loadable, choose
from ...errors import SigmaError
from ...model import Link, Record
from ...store import Workspace
from ...transport import scrubbed
from ..words import FOLDER, NO_FILE, NOTHING, OFFLINE, by_code, of_error

RASTERS = frozenset({"wms", "wmts", "xyz", "arcgis-map", "cog"})
_RASTER_FILES = frozenset({".tif", ".tiff", ".vrt", ".jp2", ".asc", ".ecw", ".img", ".mbtiles", ".png", ".jpg", ".dem"})
_PARTS = (".dbf", ".shx", ".prj", ".cpg", ".qml", ".sld", ".tfw", ".aux.xml")


@dataclass(frozen=True)
class Source:
    """One thing to take along.

    ``kind`` is one of the catalogue's kinds, ``file`` (vector) or ``raster`` for what lies on this disk; ``path`` is
    that file. ``date`` is as its origin gives it; ``qml`` and ``sld`` are its own styles.
    """

    wanted: str
    kind: str
    title: str
    url: str = ""
    layer: str = ""
    path: Optional[Path] = None
    crs: str = ""
    uri: str = ""
    organisation: str = ""
    licence: str = ""
    attribution: str = ""
    date: str = ""
    page: str = ""
    abstract: str = ""
    qml: bytes = field(default=b"", repr=False)
    sld: bytes = field(default=b"", repr=False)

    @property
    def raster(self) -> bool:
        """Whether it gives pixels and no features."""
        return self.kind == "raster" or self.kind in RASTERS

    @property
    def shown(self) -> str:
        """Where it comes from, without secrets: an address, or the name of a file (its folder tells of a person)."""
        return scrubbed(self.url) if self.url else self.path.name if self.path else self.wanted


@dataclass(frozen=True)
class LeftOut:
    """What was asked for and can't be taken along, and why."""

    wanted: str
    title: str
    reason: Bilingual


def resolve(
    wanted: Sequence[str], workspace: Optional[Workspace], calls: Optional[Calls]
) -> tuple[list[Source], list[LeftOut]]:
    """Say what each text means: a file of this disk, an address (``#layer`` or ``|layername=`` behind), a record's id.

    Without ``calls`` no service is asked; what needs one is left out.
    """
    found: list[Source] = []
    left: list[LeftOut] = []
    for text in dict.fromkeys(each.strip() for each in wanted):
        if not text:
            continue
        try:
            source = _resolved(text, workspace, calls)
        except SigmaError as error:
            left.append(LeftOut(text, text, of_error(error)))
            continue
        (found if isinstance(source, Source) else left).append(source)  # type: ignore[arg-type]
    return found, left


def _resolved(text: str, workspace: Optional[Workspace], calls: Optional[Calls]) -> Source | LeftOut:
    name, _, layer = text.partition("|layername=")
    if text.casefold().startswith(("http://", "https://")):
        if not layer:
            name, _, layer = text.partition("#")
            layer = unquote(layer)
        title = layer or name.partition("?")[0].rstrip("/").rpartition("/")[2] or name
        return _of_record(text, Record(id=name, source="", title=title, links=(Link(name, layer=layer),)), calls)
    path = Path(name).expanduser()
    if path.is_file():
        return _of_file(text, path.resolve(), layer)
    if path.is_dir() and path.suffix.lower() != ".gdb":
        return LeftOut(text, path.name, FOLDER)
    if workspace is not None:
        try:
            hit = Catalogue(workspace).records.get(text)
        except SigmaError as error:
            file = path.suffix or len(path.parts) > 1
            return LeftOut(text, path.name if file else text, NO_FILE if file else of_error(error))
        return _of_record(text, hit.record, calls)
    return LeftOut(text, path.name, NO_FILE)


def _of_record(text: str, record: Record, calls: Optional[Calls]) -> Source | LeftOut:
    if calls is None:
        return LeftOut(text, record.title or text, OFFLINE)
    choice = choose(record, calls)
    # Features are worth more than their picture: they can be asked, styled and cut.
    loadable = sorted(choice.loadable, key=lambda each: each.layer_type != "vector")
    best = next((each for each in loadable if each.layer_type in ("vector", "raster") and _known(each)), None)
    if best is not None and best.layer_type == "raster":
        again = choose(record, calls, kinds=("wfs", "ogc-features", "geojson", "geopackage", "shapefile", "csv"))
        best = next((each for each in again.loadable if each.asked), best)
    if best is None:
        reasons = list(dict.fromkeys(by_code(each.code, each.reason, each.values) for each in choice.refused))
        why = Bilingual(en="; ".join(each.en for each in reasons), fr=" ; ".join(each.fr for each in reasons))
        return LeftOut(text, record.title or text, why if reasons else NOTHING)
    return Source(
        wanted=text,
        kind=best.kind,
        title=record.title or best.name or best.layer,
        url=best.url,
        layer=best.layer,
        crs=best.crs,
        uri=best.uri,
        organisation=record.organisation,
        licence=best.licence,
        attribution=best.attribution,
        date=record.modified or record.published,
        page=best.metadata,
        abstract=record.abstract,
        qml=best.qml,
    )


def _known(loadable: Loadable) -> bool:
    return loadable.kind in RASTERS or loadable.kind in (
        "wfs", "ogc-features", "arcgis-features", "geojson", "geopackage", "shapefile", "csv",
    )  # fmt: skip


def _of_file(text: str, path: Path, layer: str) -> Source:
    changed = datetime.fromtimestamp(path.stat().st_mtime, timezone.utc)
    kind = "raster" if path.suffix.lower() in _RASTER_FILES else "file"
    styles = {suffix: path.with_suffix(suffix) for suffix in (".qml", ".sld")}
    return Source(
        wanted=text,
        kind=kind,
        title=layer or path.stem,
        layer=layer,
        path=path,
        date=changed.date().isoformat(),
        qml=styles[".qml"].read_bytes() if styles[".qml"].is_file() else b"",
        sld=styles[".sld"].read_bytes() if styles[".sld"].is_file() else b"",
    )


def fingerprint(path: Path) -> str:
    """Return a digest of a file with those that belong to it (``.dbf``, ``.qml`` …)."""
    digest = hashlib.blake2b(digest_size=16)
    for part in (path, *(path.with_suffix(suffix) for suffix in _PARTS)):
        if part.is_file():
            digest.update(part.suffix.encode())
            with part.open("rb") as file:
                while block := file.read(1 << 20):
                    digest.update(block)
    return digest.hexdigest()
