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
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from ..base.archives import reading_zip
from ..base.geos import shapely
from ..errors import DataError
from ..model import Columns
from .binding import gdal
from .tables import NotRead, TableLayer

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
    binding = gdal()
    try:
        found = _chosen(binding.layers(source), layer, where)
        name, driver, crs, has_geometry = found.name, found.driver, found.crs, found.has_geometry
        if driver not in _DRIVERS:
            raise DataError(f"Files of the kind {driver} are not read here", where=where, next_step=_KINDS)
        if has_geometry and not crs:
            raise DataError(
                "States no coordinate system, so its positions can't be trusted",
                where=f"{where}, layer {name}",
                next_step="Add the .prj file of a Shapefile, or save it again from QGIS with its coordinate system",
            )
        reprojected = has_geometry and crs not in _LON_LAT
        columns, wkb = binding.plain(_warped(source, name) if reprojected else source, name)
        geometries = shapely.force_2d(shapely.from_wkb(wkb))
    except NotRead as error:
        raise DataError(error.what, where=where, next_step=_KINDS) from error
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
        columns, wkb = gdal().plain(document.encode(), "shapes")
        out = np.full(len(geometries), None, dtype=object)
        out[np.asarray(columns["i"], dtype=np.intp)] = shapely.force_2d(shapely.from_wkb(wkb))
    except (RuntimeError, ValueError, OSError, KeyError, NotRead, shapely.errors.GEOSException) as error:
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


def _chosen(layers: list[TableLayer], wanted: Optional[str], where: str) -> TableLayer:
    if wanted is not None:
        named = next((each for each in layers if each.name == wanted), None)
        if named is None:
            names = ", ".join(each.name for each in layers)
            raise DataError(f"Has no layer '{wanted}'", where=where, next_step=f"Its layers: {names}")
        return named
    candidates = [each for each in layers if each.has_geometry] or layers
    if not candidates:
        raise DataError("Has no layer", where=where, next_step=_KINDS)
    if len(candidates) > 1:
        names = ", ".join(each.name for each in candidates)
        raise DataError(f"Has {len(candidates)} layers: {names}", where=where, next_step="Say which layer is meant")
    return candidates[0]
