# SPDX-License-Identifier: GPL-2.0-or-later
"""Pictures within a size budget: maps of services as MBTiles, files as Cloud-Optimised GeoTIFF.

Maps (WMS, WMTS, XYZ) are fetched through :mod:`..transport` as tiles of web Mercator, level by level, from the whole
commune towards detail, as long as the next level fits; no GDAL is needed. MBTiles 1.3 counts rows from the south. Files
are cut and, where they are too large, made coarser by GDAL's own bindings, which QGIS brings.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional
from urllib.parse import parse_qsl, urlsplit

import numpy as np
from PIL import Image

from ...base.bilingual import Bilingual
from ...base.geos import shapely
from ...catalogue import Calls
from ...catalogue.links.provider_uris import service_address
from ...catalogue.protocols.documents import is_html, web_page
from ...feedback import Feedback
from ...store.file.connection import explaining
from ...transport import BadRequest, NotFound
from ...vector.binding import QuietGdal
from ..contents import PackEntry
from ..place import Place
from ..words import EMPTY, NEEDS_GDAL, NO_CRS, OFFLINE, OVER_BUDGET, NotTaken, service_said
from . import geopackage
from .sources import Source

FOLDER = "raster"
_HALF = 20037508.342789244
"""Half the width of web Mercator's square, metres (EPSG:3857)."""
_DEEPEST = 18
_MOST_TILES = 20_000
_META = 4
_TILE = 256
_NO_BULK = ("tile.openstreetmap.org",)
_MERCATOR_SETS = ("pm", "googlemapscompatible", "webmercatorquad", "epsg:3857", "epsg:900913", "google3857")
_MBTILES = """
CREATE TABLE metadata (name TEXT, value TEXT);
CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB);
CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row);
"""


@dataclass(frozen=True)
class Tile:
    """A tile of web Mercator, rows counted from the north."""

    z: int
    x: int
    y: int

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north in metres."""
        side = 2 * _HALF / 2**self.z
        return (
            -_HALF + self.x * side, _HALF - (self.y + 1) * side, -_HALF + (self.x + 1) * side, _HALF - self.y * side
        )  # fmt: skip


def take(
    source: Source, place: Place, folder: Path, budget: int, calls: Optional[Calls], feedback: Feedback
) -> PackEntry:
    """Bring a raster into a pack, in at most ``budget`` bytes.

    Raises
    ------
    NotTaken
        It does not fit, or this program can't.
    TransportError, DataError
        It does not come, or is none.
    """
    if budget <= 0:
        raise NotTaken(OVER_BUDGET)
    (folder / FOLDER).mkdir(exist_ok=True)
    taken = {path.stem for path in (folder / FOLDER).iterdir()}
    name = geopackage.table_name(source.title, taken)
    if source.kind == "raster" or source.kind == "cog":
        return _file(source, place, folder, name, budget, calls)
    if calls is None:
        raise NotTaken(OFFLINE)
    return _map(source, place, folder / FOLDER / f"{name}.mbtiles", budget, calls, feedback)


def _entry(source: Source, path: Path, crs: str, notes: list[Bilingual], mark: str) -> PackEntry:
    return PackEntry(
        wanted=source.wanted,
        title=source.title,
        kind=source.kind,
        file=f"{FOLDER}/{path.name}",
        family="raster",
        bytes=path.stat().st_size,
        crs=crs,
        source=source.shown,
        organisation=source.organisation or source.attribution,
        licence=source.licence,
        date=source.date,
        page=source.page,
        abstract=source.abstract,
        fingerprint=mark,
        notes=notes,
    )


# --- maps of services --------------------------------------------------------------------------------------------


def _map(source: Source, place: Place, path: Path, budget: int, calls: Calls, feedback: Feedback) -> PackEntry:
    area = place.area_in("EPSG:3857")
    pictures = _pictures(source, calls)
    first = _first_level(area)
    total = 0
    deepest = -1
    stopped = ""
    with explaining(path), closing(sqlite3.connect(str(path), isolation_level=None)) as connection:
        connection.executescript(_MBTILES)
        for z in range(first, _DEEPEST + 1):
            tiles = list(covering(area, z))
            # The next level weighs about four times the last one.
            guess = 4 * _level_bytes(connection, deepest)
            if total + guess > budget or len(tiles) > _MOST_TILES:
                stopped = "budget"
                break
            connection.execute("BEGIN")
            size = 0
            for tile, data in pictures(tiles):
                feedback.check()
                size += len(data)
                if total + size > 0.95 * budget:
                    break
                row = (tile.z, tile.x, 2**tile.z - 1 - tile.y, data)
                connection.execute("INSERT OR REPLACE INTO tiles VALUES (?, ?, ?, ?)", row)
            if total + size > 0.95 * budget:
                connection.execute("ROLLBACK")
                stopped = "budget"
                break
            connection.execute("COMMIT")
            if size == 0 and deepest >= 0:
                break  # the service has no more detail
            total += size
            deepest = z
        if deepest < 0 or total == 0:
            connection.close()
            path.unlink()
            raise NotTaken(
                OVER_BUDGET
                if stopped
                else Bilingual(en="The service gives no picture here", fr="Le service ne donne rien ici")
            )
        _describe(connection, source, place, first, deepest)
    metres = 2 * _HALF / _TILE / 2**deepest * math.cos(math.radians(43.5))
    notes = [
        Bilingual(
            en=f"Resolution {metres:.1f} m a pixel (level {deepest})"
            + (", the finest within the budget" if stopped else ""),
            fr=f"Résolution {metres:.1f} m par pixel (niveau {deepest})".replace(".", ",")
            + (", la plus fine dans le budget" if stopped else ""),
        )
    ]
    return _entry(source, path, "EPSG:3857", notes, "tiles")


def has_tiles(path: Path) -> bool:
    """Return whether an MBTiles file holds a tile.

    Raises
    ------
    WorkspaceError
        It can't be read.
    """
    with explaining(path), closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute("SELECT tile_data FROM tiles LIMIT 1").fetchone() is not None


def _level_bytes(connection: sqlite3.Connection, z: int) -> int:
    row = connection.execute("SELECT coalesce(sum(length(tile_data)), 0) FROM tiles WHERE zoom_level = ?", (z,))
    return int(row.fetchone()[0])


def _first_level(area: Any) -> int:
    west, south, east, north = shapely.bounds(area).tolist()
    side = max(east - west, north - south, 1.0)
    return max(0, min(_DEEPEST, int(math.log2(2 * _HALF / side))))


def covering(area: Any, z: int) -> Iterator[Tile]:
    """Give the tiles of a level that touch an area (web Mercator metres)."""
    west, south, east, north = shapely.bounds(area).tolist()
    side = 2 * _HALF / 2**z
    columns = np.arange(math.floor((west + _HALF) / side), math.floor((east + _HALF) / side) + 1)
    rows = np.arange(math.floor((_HALF - north) / side), math.floor((_HALF - south) / side) + 1)
    x, y = (each.ravel() for each in np.meshgrid(columns, rows))
    boxes = shapely.box(-_HALF + x * side, _HALF - (y + 1) * side, -_HALF + (x + 1) * side, _HALF - y * side)
    shapely.prepare(area)
    touching = shapely.intersects(area, boxes)
    for column, row in zip(x[touching].tolist(), y[touching].tolist()):
        yield Tile(z, int(column), int(row))


Pictures = Callable[[list[Tile]], Iterator[tuple[Tile, bytes]]]


def _pictures(source: Source, calls: Calls) -> Pictures:
    host = (urlsplit(source.url).hostname or "").casefold()
    if any(host == name or host.endswith(f".{name}") for name in _NO_BULK):
        raise NotTaken(
            Bilingual(
                en=f"{host} forbids taking its tiles along; choose another background",
                fr=f"{host} interdit d'emporter ses tuiles ; choisissez un autre fond",
            )
        )
    if source.kind == "xyz":
        return lambda tiles: _by_template(source, calls, tiles)
    values = dict(parse_qsl(source.uri, keep_blank_values=True))
    if source.kind == "wmts":
        return _wmts(source, calls, values)
    if source.kind == "wms":
        return lambda tiles: _wms(source, calls, values, tiles)
    raise NotTaken(
        Bilingual(en=f"Maps of {source.kind} are not taken along", fr=f"Les cartes {source.kind} ne s'emportent pas")
    )


def _by_template(source: Source, calls: Calls, tiles: list[Tile]) -> Iterator[tuple[Tile, bytes]]:
    for tile in tiles:
        values = {"{z}": tile.z, "{x}": tile.x, "{y}": tile.y, "{-y}": 2**tile.z - 1 - tile.y, "{s}": "a", "{q}": ""}
        url = source.url
        for mark, value in values.items():
            url = url.replace(mark, str(value))
        yield from _one_tile(calls, tile, url, {}, source)


def _wmts(source: Source, calls: Calls, values: dict[str, str]) -> Pictures:
    matrices = values.get("tileMatrixSet", "")
    if matrices.casefold() not in _MERCATOR_SETS:
        raise NotTaken(
            Bilingual(
                en=f"Its tiles ({matrices}) are not those of web Mercator",
                fr=f"Ses tuiles ({matrices}) ne sont pas celles du Mercator web",
            )
        )
    # GeoServer calls a level EPSG:900913:12, QGIS Server 12.
    prefixes = [f"{matrices}:", ""] if matrices.casefold().startswith("epsg:") else [""]
    base = service_address(source.url)
    given = 0

    def one(tile: Tile) -> list[tuple[Tile, bytes]]:
        asked = {
            "SERVICE": "WMTS", "REQUEST": "GetTile", "VERSION": "1.0.0", "LAYER": source.layer,
            "STYLE": values.get("styles", ""), "FORMAT": values.get("format", "image/png"),
            "TILEMATRIXSET": matrices, "TILEMATRIX": f"{prefixes[0]}{tile.z}", "TILEROW": str(tile.y),
            "TILECOL": str(tile.x),
        }  # fmt: skip
        try:
            return list(_one_tile(calls, tile, base, asked, source))
        except BadRequest:
            if given:
                return []  # at the edge, or deeper than the service goes
            if len(prefixes) == 1:
                raise
            prefixes.pop(0)
            return one(tile)

    def pictures(tiles: list[Tile]) -> Iterator[tuple[Tile, bytes]]:
        nonlocal given
        for tile in tiles:
            for found in one(tile):
                given += 1
                yield found

    return pictures


def _one_tile(
    calls: Calls, tile: Tile, url: str, asked: dict[str, str], source: Source
) -> Iterator[tuple[Tile, bytes]]:
    try:
        answer = calls.get(url, asked)
    except NotFound:
        return  # at the edge, or deeper than the service goes
    if _is_picture(answer.body):
        yield tile, answer.body
    elif is_html(answer.body):
        raise web_page(answer.body, source.shown)


def _wms(source: Source, calls: Calls, values: dict[str, str], tiles: list[Tile]) -> Iterator[tuple[Tile, bytes]]:
    wanted = set(tiles)
    groups = sorted({(tile.x // _META, tile.y // _META) for tile in tiles})
    z = tiles[0].z
    side = 2 * _HALF / 2**z
    base = service_address(source.url)
    image_format = values.get("format", "image/png")
    for column, row in groups:
        west, north = -_HALF + column * _META * side, _HALF - row * _META * side
        box = (west, north - _META * side, west + _META * side, north)
        answer = calls.get(
            base,
            {
                "SERVICE": "WMS", "REQUEST": "GetMap", "VERSION": "1.3.0", "LAYERS": source.layer,
                "STYLES": "", "CRS": "EPSG:3857", "BBOX": ",".join(f"{each:.4f}" for each in box),
                "WIDTH": str(_META * _TILE), "HEIGHT": str(_META * _TILE), "FORMAT": image_format,
                "TRANSPARENT": "TRUE",
            },
        )  # fmt: skip
        if not _is_picture(answer.body):
            if is_html(answer.body):
                raise web_page(answer.body, source.shown)
            text = " ".join(answer.body[:400].decode("utf-8", "replace").split())
            raise NotTaken(service_said(text), where=source.shown)
        yield from _cut(answer.body, z, column, row, wanted)


def _cut(body: bytes, z: int, column: int, row: int, wanted: set[Tile]) -> Iterator[tuple[Tile, bytes]]:
    with Image.open(io.BytesIO(body)) as image:
        picture = image.convert("RGBA")
    for dx in range(_META):
        for dy in range(_META):
            tile = Tile(z, column * _META + dx, row * _META + dy)
            if tile not in wanted:
                continue
            part = picture.crop((dx * _TILE, dy * _TILE, (dx + 1) * _TILE, (dy + 1) * _TILE))
            out = io.BytesIO()
            part.save(out, "PNG", optimize=False)
            yield tile, out.getvalue()


def _is_picture(body: bytes) -> bool:
    return body[:8] == b"\x89PNG\r\n\x1a\n" or body[:3] == b"\xff\xd8\xff" or body[8:12] == b"WEBP"


def _describe(connection: sqlite3.Connection, source: Source, place: Place, first: int, deepest: int) -> None:
    data = connection.execute("SELECT tile_data FROM tiles LIMIT 1").fetchone()[0]
    bounds = shapely.bounds(place.area).tolist()
    values = {
        "name": source.title,
        "format": "png" if data[:4] == b"\x89PNG" else "webp" if data[8:12] == b"WEBP" else "jpg",
        "bounds": ",".join(f"{side:.6f}" for side in bounds),
        "minzoom": str(first),
        "maxzoom": str(deepest),
        "type": "baselayer",
        "attribution": source.attribution or source.organisation,
    }
    connection.executemany("INSERT INTO metadata VALUES (?, ?)", values.items())


# --- files -------------------------------------------------------------------------------------------------------


def _file(source: Source, place: Place, folder: Path, name: str, budget: int, calls: Optional[Calls]) -> PackEntry:
    try:
        from osgeo import gdal
    except ImportError as error:
        raise NotTaken(NEEDS_GDAL) from error
    mark = ""
    path = source.path
    fetched: Optional[Path] = None
    if path is None:
        if calls is None:
            raise NotTaken(OFFLINE)
        answer = calls.get(source.url)
        if is_html(answer.body):
            raise web_page(answer.body, source.shown)
        fetched = path = folder / FOLDER / f"{name}.fetched"
        path.write_bytes(answer.body)
        mark = f"body {hashlib.blake2b(answer.body, digest_size=16).hexdigest()}"
    try:
        out = folder / FOLDER / f"{name}.tif"
        crs, note = _warped(gdal, path, place, out, budget, source.shown)
    finally:
        if fetched is not None:
            fetched.unlink()
    return _entry(source, out, crs, [note], mark)


def _warped(gdal: Any, path: Path, place: Place, out: Path, budget: int, where: str) -> tuple[str, Bilingual]:
    """Cut a raster to the commune; halve its resolution until it fits."""
    with QuietGdal(gdal):
        dataset = gdal.OpenEx(str(path), gdal.OF_RASTER)
    if dataset is None:
        text = gdal.GetLastErrorMsg() or "unknown format"
        said = Bilingual(
            en=f"Can't be read as a raster: {text}", fr=f"Ne peut être lu comme raster (GDAL : « {text} »)"
        )
        raise NotTaken(said, where=where)
    system = dataset.GetSpatialRef()
    if system is None:
        raise NotTaken(NO_CRS, where=where)
    authority, code = system.GetAuthorityName(None), system.GetAuthorityCode(None)
    crs = f"{authority}:{code}" if authority and code else system.ExportToWkt()
    area = place.area_in(crs)
    left, step, _, top, _, down = dataset.GetGeoTransform()
    whole = shapely.box(left, top + down * dataset.RasterYSize, left + step * dataset.RasterXSize, top)
    if not shapely.intersects(whole, area):
        raise NotTaken(EMPTY)
    step = abs(step)
    cutline = f"/vsimem/{out.stem}.geojson"
    document = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {}, "geometry": json.loads(shapely.to_geojson(place.area))}],
    }
    gdal.FileFromMemBuffer(cutline, json.dumps(document).encode())
    colours = dataset.RasterCount in (3, 4) and dataset.GetRasterBand(1).DataType == gdal.GDT_Byte
    options = ["COMPRESS=JPEG", "QUALITY=85"] if colours else ["COMPRESS=DEFLATE", "PREDICTOR=YES"]
    west, south, east, north = shapely.bounds(area).tolist()
    finest = step
    # What is left of a picture after compression is seldom less than a hundredth.
    while (east - west) / step * (north - south) / step * dataset.RasterCount / 200 > budget:
        step *= 2
    try:
        for _ in range(24):
            with QuietGdal(gdal):
                done = gdal.Warp(
                    str(out), dataset, format="COG", cutlineDSName=cutline, cropToCutline=True, xRes=step, yRes=step,
                    dstAlpha=colours and dataset.RasterCount == 3, resampleAlg="average" if step > finest else "near",
                    creationOptions=options, multithread=True,
                )  # fmt: skip
                text = gdal.GetLastErrorMsg()
            if done is None:
                out.unlink(missing_ok=True)
                raise NotTaken(_uncut(text), where=where)
            done = None
            if out.stat().st_size <= budget:
                unit = "degrees" if system.IsGeographic() else "m"
                finer = "" if step == finest else f" instead of {finest:g}: the finest within the budget"
                plus = "" if step == finest else f" au lieu de {finest:g} : la plus fine dans le budget"
                return crs, Bilingual(
                    en=f"Resolution {step:g} {unit} a pixel{finer}",
                    fr=f"Résolution {step:g} {'degrés' if unit == 'degrees' else 'm'} par pixel{plus}",
                )
            out.unlink()
            step *= 2
    except RuntimeError as error:
        out.unlink(missing_ok=True)
        raise NotTaken(_uncut(str(error)), where=where) from error
    finally:
        gdal.Unlink(cutline)
    raise NotTaken(OVER_BUDGET)


def _uncut(text: str) -> Bilingual:
    return Bilingual(
        en=f"Can't be cut to the commune: {text}", fr=f"Ne peut être découpé à la commune (GDAL : « {text} »)"
    )
