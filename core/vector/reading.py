# SPDX-License-Identifier: GPL-2.0-or-later
"""Features of a vector file, as arrays: GeoJSON, GeoPackage, Shapefile (zipped too), FlatGeobuf, KML, MapInfo.

GDAL does the reading: through pyogrio where it is installed, else through ``osgeo``, which QGIS brings. A file in
another coordinate system is reprojected by GDAL as well, through a virtual warped layer (the OGR VRT driver is in
every GDAL and brings PROJ with it), so pyproj is not needed and both ways give the same numbers.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional, Protocol

import numpy as np
from numpy.typing import NDArray

from ..base.archives import reading_zip
from ..base.geos import shapely
from ..errors import DataError, MissingPackage
from ..model import Columns

_DRIVERS = {
    "ESRI Shapefile",
    "FlatGeobuf",
    "GPKG",
    "GeoJSON",
    "GeoJSONSeq",
    "JSONFG",
    "KML",
    "LIBKML",
    "MapInfo File",
    "SQLite",
    "TopoJSON",
}
_SUFFIXES = (".geojson", ".json", ".geojsonl", ".gpkg", ".shp", ".fgb", ".kml", ".kmz", ".tab", ".mif", ".sqlite")
_KINDS = "Give a GeoJSON, GeoPackage, Shapefile (or a ZIP with one), FlatGeobuf, KML or MapInfo file"
_LON_LAT = {"EPSG:4326", "OGC:CRS84"}


@dataclass(frozen=True)
class Features:
    """The features of one layer, in the order of the file.

    ``columns`` maps a field's name to an array: numbers as the file types them (float with NaN where an integer is
    missing), text as objects (None where missing), dates and times as ISO 8601 text. ``geometries`` is an object
    array of shapely geometries in longitude and latitude (WGS 84, degrees, x then y), two-dimensional, None where a
    feature has none or its position has no longitude and latitude; whether they make sense is for the caller to
    check. ``crs`` is the coordinate system that the file states, ``""`` for a table without geometry.
    """

    columns: Columns
    geometries: NDArray[Any]
    path: Path
    layer: str
    crs: str

    def __len__(self) -> int:
        return len(self.geometries)


def read_features(path: str | Path, *, layer: Optional[str] = None) -> Features:
    """Read one layer of a vector file.

    Parameters
    ----------
    path : path
        A file. A ``.zip`` may hold one vector file, in a folder or not.
    layer : str, optional
        The layer's name; needed where the file has several with geometry.

    Raises
    ------
    DataError
        There is no such file, it is not a vector file, it states no coordinate system, or the layer is not in it.
    MissingPackage
        Neither pyogrio nor GDAL's Python bindings are installed.
    """
    path = Path(path)
    where = str(path)
    source = _gdal_path(path)
    gdal = _gdal()
    try:
        name = _chosen(gdal.layers(source), layer, where)
        driver, crs, has_geometry = gdal.describe(source, name)
        if driver not in _DRIVERS:
            raise DataError(f"Files of the kind {driver} are not read here", where=where, next_step=_KINDS)
        if has_geometry and not crs:
            raise DataError(
                "States no coordinate system, so its positions can't be trusted",
                where=f"{where}, layer {name}",
                next_step="Add the .prj file of a Shapefile, or save it again from QGIS with its coordinate system",
            )
        reprojected = has_geometry and crs not in _LON_LAT
        columns, wkb = gdal.read(_warped(source, name) if reprojected else source, name)
        geometries = shapely.force_2d(shapely.from_wkb(wkb))
    except (RuntimeError, ValueError, OSError, shapely.errors.GEOSException) as error:
        raise DataError(f"Can't be read as a vector file: {error}", where=where, next_step=_KINDS) from error
    return Features(columns, np.asarray(geometries, dtype=object), path, name, _short(crs))


def reprojected(geometries: NDArray[Any], source: str, target: str) -> NDArray[Any]:
    """Return shapely geometries of one coordinate system in another; x is east or longitude in both.

    ``source`` and ``target`` are codes (``EPSG:2154``) or WKT.

    Raises
    ------
    DataError
        One of the two is not known, or a position has no place in the other.
    """
    if source == target or len(geometries) == 0:
        return geometries
    features = ",".join(
        f'{{"type":"Feature","properties":{{"i":{i}}},"geometry":{text}}}'
        for i, text in enumerate(shapely.to_geojson(geometries))
    )
    text = html.escape(f'{{"type":"FeatureCollection","features":[{features}]}}')
    document = (
        '<OGRVRTDataSource><OGRVRTWarpedLayer><OGRVRTLayer name="shapes">'
        f"<SrcDataSource>{text}</SrcDataSource><SrcLayer>OGRGeoJSON</SrcLayer>"
        f"<LayerSRS>{html.escape(source)}</LayerSRS></OGRVRTLayer>"
        f"<TargetSRS>{html.escape(target)}</TargetSRS></OGRVRTWarpedLayer></OGRVRTDataSource>"
    )
    try:
        columns, wkb = _gdal().read(document.encode(), "shapes")
        out = np.full(len(geometries), None, dtype=object)
        out[np.asarray(columns["i"], dtype=np.intp)] = shapely.force_2d(shapely.from_wkb(wkb))
    except (RuntimeError, ValueError, OSError, KeyError, shapely.errors.GEOSException) as error:
        raise DataError(
            f"Can't be brought from {_short(source)} to {_short(target)}: {error}",
            next_step="Check the coordinate system of the layer",
        ) from error
    return out


def _short(crs: str) -> str:
    return crs if len(crs) < 40 else crs.split('"')[1] if crs.count('"') > 1 else crs[:40]


def _gdal_path(path: Path) -> str:
    """Return GDAL's name of the file; look into a ZIP, and refuse early what GDAL would report badly."""
    where = str(path)
    if not path.is_file():
        raise DataError("There is no such file", where=where, next_step=_KINDS)
    try:
        with path.open("rb") as file:
            start = file.read(512).lstrip(b"\xef\xbb\xbf \t\r\n")
        if not start:
            raise DataError("Is empty", where=where, next_step=_KINDS)
        if start.startswith(b"<") and path.suffix.lower() not in (".kml", ".kmz"):
            text = " ".join(start[:120].decode("utf-8", "replace").split())
            raise DataError(f"Is an HTML or XML page, not features: {text}", where=where, next_step=_KINDS)
        absolute = path.resolve().as_posix()
        if path.suffix.lower() != ".zip":
            return absolute
    except OSError as error:
        raise DataError(f"Can't be read: {error}", where=where, next_step=_KINDS) from error
    with reading_zip(path, "Can't be read", where=where, next_step=_KINDS, most=1 << 40) as archive:
        members = [n for n in archive.namelist() if n.lower().endswith(_SUFFIXES) and not n.startswith("__MACOSX")]
    if len(members) != 1:
        found = f"holds {len(members)} vector files: {', '.join(members)}" if members else "holds no vector file"
        raise DataError(f"The ZIP {found}", where=where, next_step="Unpack it and give the file that is meant")
    return f"/vsizip/{{{absolute}}}/{members[0]}"


def _warped(source: str, layer: str) -> bytes:
    """Return a virtual layer in longitude and latitude (https://gdal.org/drivers/vector/vrt.html)."""
    return (
        f'<OGRVRTDataSource><OGRVRTWarpedLayer><OGRVRTLayer name="{html.escape(layer)}">'
        f"<SrcDataSource>{html.escape(source)}</SrcDataSource>"
        f"<SrcLayer>{html.escape(layer)}</SrcLayer></OGRVRTLayer>"
        "<TargetSRS>OGC:CRS84</TargetSRS></OGRVRTWarpedLayer></OGRVRTDataSource>"
    ).encode()


def _chosen(layers: list[tuple[str, bool]], wanted: Optional[str], where: str) -> str:
    names = [name for name, _ in layers]
    if wanted is not None:
        if wanted not in names:
            raise DataError(f"Has no layer '{wanted}'", where=where, next_step=f"Its layers: {', '.join(names)}")
        return wanted
    with_geometry = [name for name, has_geometry in layers if has_geometry]
    candidates = with_geometry or names
    if not candidates:
        raise DataError("Has no layer", where=where, next_step=_KINDS)
    if len(candidates) > 1:
        raise DataError(
            f"Has {len(candidates)} layers: {', '.join(candidates)}", where=where, next_step="Say which layer is meant"
        )
    return candidates[0]


class _Gdal(Protocol):
    """What this module needs of GDAL; ``source`` is a GDAL file name or the text of a virtual layer."""

    def layers(self, source: str) -> list[tuple[str, bool]]:
        """Return each layer's name and whether it has geometry."""

    def describe(self, source: str, layer: str) -> tuple[str, str, bool]:
        """Return driver, coordinate system (``AUTHORITY:CODE`` where known, else WKT) and if there is geometry."""

    def read(self, source: str | bytes, layer: str) -> tuple[Columns, NDArray[Any]]:
        """Return the columns and the geometries as WKB (objects: bytes or None)."""


def _gdal() -> _Gdal:
    try:
        import pyogrio.raw
    except ImportError:
        try:
            from osgeo import gdal, ogr
        except ImportError as error:
            raise MissingPackage(
                "Neither pyogrio nor GDAL's Python bindings are installed",
                next_step="Install pyogrio: pip install pyogrio (QGIS brings GDAL's own bindings)",
            ) from error
        return _Osgeo(gdal, ogr)
    return _Pyogrio(pyogrio)


class _Pyogrio:
    def __init__(self, pyogrio: Any) -> None:
        self._pyogrio = pyogrio

    def layers(self, source: str) -> list[tuple[str, bool]]:
        return [(str(name), kind is not None) for name, kind in self._pyogrio.list_layers(source)]

    def describe(self, source: str, layer: str) -> tuple[str, str, bool]:
        info = self._pyogrio.read_info(source, layer=layer)
        return info["driver"], info["crs"] or "", info["geometry_type"] is not None

    def read(self, source: str | bytes, layer: str) -> tuple[Columns, NDArray[Any]]:
        meta, _, wkb, values = self._pyogrio.raw.read(source, layer=layer, datetime_as_string=True)
        columns = dict(zip((str(name) for name in meta["fields"]), values))
        if wkb is None:
            rows = len(values[0]) if len(values) else 0
            wkb = np.full(rows, None, dtype=object)
        return columns, wkb


class _Osgeo:
    def __init__(self, gdal: Any, ogr: Any) -> None:
        self._gdal = gdal
        self._ogr = ogr

    def _open(self, source: str | bytes) -> Any:
        self._gdal.ErrorReset()
        name = source.decode() if isinstance(source, bytes) else source
        dataset = self._gdal.OpenEx(name, self._gdal.OF_VECTOR)
        if dataset is None:
            raise RuntimeError(self._gdal.GetLastErrorMsg() or "not recognised as a supported file format")
        return dataset

    def layers(self, source: str) -> list[tuple[str, bool]]:
        dataset = self._open(source)
        layers = [dataset.GetLayer(i) for i in range(dataset.GetLayerCount())]
        return [(layer.GetName(), layer.GetGeomType() != self._ogr.wkbNone) for layer in layers]

    def describe(self, source: str, layer: str) -> tuple[str, str, bool]:
        dataset = self._open(source)
        found = dataset.GetLayerByName(layer)
        system = found.GetSpatialRef()
        crs = ""
        if system is not None:
            authority, code = system.GetAuthorityName(None), system.GetAuthorityCode(None)
            crs = f"{authority}:{code}" if authority and code else system.ExportToWkt()
        return dataset.GetDriver().ShortName, crs, found.GetGeomType() != self._ogr.wkbNone

    def read(self, source: str | bytes, layer: str) -> tuple[Columns, NDArray[Any]]:
        dataset = self._open(source)
        found = dataset.GetLayerByName(layer)
        definition = found.GetLayerDefn()
        fields = [definition.GetFieldDefn(i) for i in range(definition.GetFieldCount())]
        rows: list[list[Any]] = [[] for _ in fields]
        shapes: list[Optional[bytes]] = []
        for feature in found:
            geometry = feature.GetGeometryRef()
            shapes.append(None if geometry is None else bytes(geometry.ExportToIsoWkb()))
            for i, field in enumerate(fields):
                rows[i].append(self._value(feature, i, field.GetType()))
        wkb = np.empty(len(shapes), dtype=object)
        wkb[:] = shapes
        return {field.GetName(): self._column(field, values) for field, values in zip(fields, rows)}, wkb

    def _value(self, feature: Any, i: int, kind: int) -> Any:
        if not feature.IsFieldSetAndNotNull(i):
            return None
        if kind not in (self._ogr.OFTDate, self._ogr.OFTDateTime):
            return feature.GetField(i)
        year, month, day, hour, minute, second, zone = feature.GetFieldAsDateTime(i)
        date = f"{year:04d}-{month:02d}-{day:02d}"
        if kind == self._ogr.OFTDate:
            return date
        text = f"{date}T{hour:02d}:{minute:02d}:{second:06.3f}".replace(".000", "")
        # OGR: 0 unknown, 1 local time, 100 UTC, and 4 for each hour east of it.
        if zone < 2 or zone == 100:
            return text + ("Z" if zone == 100 else "")
        quarters = zone - 100
        sign = "-" if quarters < 0 else "+"
        return "{}{}{:02d}:{:02d}".format(text, sign, *divmod(abs(quarters) * 15, 60))

    def _column(self, field: Any, values: list[Any]) -> NDArray[Any]:
        kind = field.GetType()
        if kind in (self._ogr.OFTInteger, self._ogr.OFTInteger64) and None not in values:
            if field.GetSubType() == self._ogr.OFSTBoolean:
                return np.array(values, dtype=bool)
            return np.array(values, dtype=np.int32 if kind == self._ogr.OFTInteger else np.int64)
        if kind in (self._ogr.OFTInteger, self._ogr.OFTInteger64, self._ogr.OFTReal):
            return np.array([np.nan if v is None else v for v in values], dtype=np.float64)
        out = np.empty(len(values), dtype=object)
        out[:] = values
        return out
