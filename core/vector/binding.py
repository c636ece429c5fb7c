# SPDX-License-Identifier: GPL-2.0-or-later
"""GDAL by the binding that is there: ``osgeo`` inside QGIS, which brings it; elsewhere pyogrio, else ``osgeo``."""

from __future__ import annotations

import re
import sys
import warnings
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional, Protocol

import numpy as np
from numpy.typing import NDArray

from ..base.columns import objects
from ..base.geos import shapely
from ..errors import DataError, MissingPackage
from ..model import Columns
from .tables import (
    DATE,
    FLAG,
    INTEGER,
    MOMENT,
    REAL,
    TEXT,
    Box,
    Column,
    NotRead,
    NotWritten,
    Table,
    TableLayer,
    column_of,
    moments,
    raw_values,
    settable,
    text_column,
    writable,
)

if TYPE_CHECKING:
    from .coordinates import Positions

REFUSED = {
    "GDAL_HTTP_PROXY": "http://127.0.0.1:9",
    "GDAL_HTTP_MAX_RETRY": "0",
    "GDAL_HTTP_TIMEOUT": "1",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
}
"""Options with which GDAL reaches no server."""
_INDEXED = frozenset({"GPKG", "FlatGeobuf"})


class Gdal(Protocol):
    """What a pack needs of GDAL."""

    def layers(self, source: str, only: str = "") -> list[TableLayer]:
        """Describe the layers of a file, or the one of this name."""

    def read(self, layer: TableLayer, box: Optional[Box]) -> Table:
        """Read the features whose box touches ``box``; None: all."""

    def plain(self, source: str | bytes, layer: str) -> tuple[Columns, NDArray[Any]]:
        """Read a layer as it is typed: its columns, times as ISO 8601, and its geometries as WKB (bytes or None).

        ``source`` is a GDAL file name, or the text of a virtual layer.
        """

    def write(self, path: Path, name: str, table: Table, geometry_type: str, crs: str, *, title: str) -> None:
        """Add a layer to a GeoPackage, with a spatial index."""

    def count(self, layer: TableLayer) -> int:
        """Read the first feature, the network refused, and return how many there are."""

    def count_bare(self, layer: TableLayer) -> int:
        """Return how many features have no geometry: no box finds them."""


def gdal() -> Gdal:
    """Return GDAL by the binding that is there.

    Raises
    ------
    MissingPackage
        There is none.
    """
    # Inside QGIS its own GDAL: a second one in the same process, from a wheel, can end it.
    for take in (_osgeo, _pyogrio) if "qgis" in sys.modules else (_pyogrio, _osgeo):
        try:
            return take()
        except ImportError:
            continue
    raise MissingPackage(
        "Neither pyogrio nor GDAL's Python bindings are installed",
        next_step="Install pyogrio: pip install pyogrio (QGIS brings GDAL's own bindings)",
    )


def _pyogrio() -> Gdal:
    import pyogrio
    import pyogrio.raw

    return ByPyogrio(pyogrio)


def _osgeo() -> Gdal:
    from osgeo import gdal as library
    from osgeo import ogr, osr

    return ByOsgeo(library, ogr, osr)


_ROOM = "See whether the disk is full"
_BARE = "OGR_GEOMETRY IS NULL"


def _bare(geometry: str) -> str:
    """Return the filter for features without geometry; ``geometry`` is its column where the format has one."""
    quoted = geometry.replace('"', '""')
    return f'"{quoted}" IS NULL' if geometry else _BARE


def _options(source: str) -> dict[str, str]:
    """Return what GDAL has to be told of a table: which columns are its positions."""
    if not source.lower().endswith((".csv", ".tsv")):
        return {}
    names, found = _table(source)
    if found is None:
        return {"AUTODETECT_TYPE": "YES"}
    options = {"X_POSSIBLE_NAMES": names[found.x], "Y_POSSIBLE_NAMES": names[found.y], "AUTODETECT_TYPE": "YES"}
    return {**options, "KEEP_GEOM_COLUMNS": "YES"}


def _table(source: str) -> tuple[tuple[str, ...], Optional[Positions]]:
    path = Path(source)
    try:
        return _table_as_it_is(path, path.stat().st_mtime_ns)
    except (OSError, DataError):
        return (), None  # GDAL says what is wrong with it


@lru_cache(maxsize=16)
def _table_as_it_is(path: Path, changed: int) -> tuple[tuple[str, ...], Optional[Positions]]:
    from .coordinates import table_positions  # which itself converts by this binding

    return table_positions(path)


def _table_crs(source: str) -> str:
    found = _table(source)[1]
    return found.crs if found is not None else "OGC:CRS84"


def _failed(error: Exception, where: str) -> NotRead:
    return NotRead(" ".join(str(error).split()), where=where)


class ByPyogrio:
    """GDAL through pyogrio."""

    def __init__(self, pyogrio: Any) -> None:
        self._pyogrio = pyogrio

    def layers(self, source: str, only: str = "") -> list[TableLayer]:
        """Describe the layers of a file, or the one of this name."""
        out = []
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                names = [str(name) for name, _ in self._pyogrio.list_layers(source).tolist()]
                for name in names if not only else [each for each in names if each == only]:
                    info = self._pyogrio.read_info(source, layer=name, **_options(source))
                    crs = info["crs"] or (_table_crs(source) if info["driver"] == "CSV" else "")
                    kind = info["geometry_type"]
                    indexed, box = info["driver"] in _INDEXED, info["total_bounds"]
                    extent = None if box is None else (float(box[0]), float(box[1]), float(box[2]), float(box[3]))
                    out.append(TableLayer(source, name, info["driver"], crs, kind is not None, indexed, extent))
        except (RuntimeError, ValueError, OSError) as error:
            raise _failed(error, source) from error
        return out

    def read(self, layer: TableLayer, box: Optional[Box]) -> Table:
        """Read the features whose box touches ``box``; None: all."""
        options = _options(layer.source)
        left_out: list[str] = []
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                info = self._pyogrio.read_info(layer.source, layer=layer.name, **options)
                meta, _, wkb, values = self._pyogrio.raw.read(
                    layer.source, layer=layer.name, bbox=box, datetime_as_string=True, **options
                )
            geometries = shapely.from_wkb(wkb, on_invalid="ignore")
        except (RuntimeError, ValueError, OSError, shapely.errors.GEOSException) as error:
            raise _failed(error, layer.source) from error
        for warning in caught:
            found = re.search(r"[Ff]ield '?([^']+?)'?[ ,].*(skipped|not supported)", str(warning.message))
            if found:
                left_out.append(found.group(1))
        kinds = dict(zip((str(name) for name in info["fields"]), (str(kind) for kind in info["dtypes"])))
        columns = {}
        for name, column in zip((str(name) for name in meta["fields"]), values):
            kept = column_of(kinds.get(name, "object"), column)
            if kept is None:
                left_out.append(name)
            else:
                columns[name] = kept
        return Table(columns, np.asarray(geometries, dtype=object), tuple(left_out))

    def plain(self, source: str | bytes, layer: str) -> tuple[Columns, NDArray[Any]]:
        """Read a layer as it is typed; see :class:`Gdal`."""
        meta, _, wkb, values = self._pyogrio.raw.read(source, layer=layer, datetime_as_string=True)
        columns = dict(zip((str(name) for name in meta["fields"]), values))
        if wkb is None:
            rows = len(values[0]) if len(values) else 0
            wkb = np.full(rows, None, dtype=object)
        return columns, wkb

    def count(self, layer: TableLayer) -> int:
        """Read the first feature, the network refused, and return how many there are."""
        before = {name: self._pyogrio.get_gdal_config_option(name) for name in REFUSED}
        self._pyogrio.set_gdal_config_options(REFUSED)
        try:
            self._pyogrio.raw.read(layer.source, layer=layer.name, max_features=1, datetime_as_string=True)
            info = self._pyogrio.read_info(layer.source, layer=layer.name, force_feature_count=True)
        except (RuntimeError, ValueError, OSError) as error:
            raise _failed(error, layer.source) from error
        finally:
            self._pyogrio.set_gdal_config_options(before)
        return int(info["features"])

    def count_bare(self, layer: TableLayer) -> int:
        """Return how many features have no geometry: no box finds them."""
        options = _options(layer.source)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                column = ""
                if layer.driver == "GPKG":
                    column = self._pyogrio.read_info(layer.source, layer=layer.name).get("geometry_name") or "geom"
                # With the geometry: GDAL else takes it for missing everywhere.
                _, _, found, _ = self._pyogrio.raw.read(
                    layer.source, layer=layer.name, where=_bare(column), columns=[], **options
                )
        except (RuntimeError, ValueError, OSError) as error:
            raise _failed(error, layer.source) from error
        return 0 if found is None else len(found)

    def write(self, path: Path, name: str, table: Table, geometry_type: str, crs: str, *, title: str) -> None:
        """Add a layer to a GeoPackage, with a spatial index."""
        columns = writable(table)
        taken = {each.casefold() for each in columns}
        options = {"IDENTIFIER": title, "SPATIAL_INDEX": "YES"}
        options["FID"] = next(each for each in ("fid", "pack_fid", "pack_fid_") if each not in taken)
        options["GEOMETRY_NAME"] = next(each for each in ("geom", "pack_geom", "pack_geom_") if each not in taken)
        self._pyogrio.set_gdal_config_options({"OGR_SQLITE_SYNCHRONOUS": "OFF"})
        try:
            self._pyogrio.raw.write(
                str(path),
                geometry=shapely.to_wkb(table.geometries, include_srid=False, flavor="iso"),
                field_data=[raw_values(column) for column in columns.values()],
                fields=list(columns),
                field_mask=[column.missing if column.kind != TEXT else None for column in columns.values()],
                geometry_type=geometry_type,
                crs="EPSG:4326" if crs == "OGC:CRS84" else crs,
                driver="GPKG",
                layer=name,
                layer_options=options,
                # GDAL's flag for UTC, which is what GeoPackage asks for.
                gdal_tz_offsets={
                    name: np.full(len(table), 100, dtype=np.int64)
                    for name, column in columns.items()
                    if column.kind == MOMENT
                },
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise NotWritten(f"The layer can't be written: {error}", where=str(path), next_step=_ROOM) from error


@dataclass
class ByOsgeo:
    """GDAL through its own bindings, feature by feature."""

    gdal: Any
    ogr: Any
    osr: Any

    def _open(self, source: str) -> Any:
        self.gdal.ErrorReset()
        options = [f"{name}={value}" for name, value in _options(source).items()]
        with self._quiet():
            try:
                dataset = self.gdal.OpenEx(source, self.gdal.OF_VECTOR, open_options=options)
            except RuntimeError as error:
                raise _failed(error, source) from error
        if dataset is None:
            reason = self.gdal.GetLastErrorMsg() or "not recognised as a supported file format"
            raise _failed(RuntimeError(reason), source)
        return dataset

    def _quiet(self) -> Any:
        return QuietGdal(self.gdal)

    def layers(self, source: str, only: str = "") -> list[TableLayer]:
        """Describe the layers of a file, or the one of this name."""
        dataset = self._open(source)
        driver = dataset.GetDriver().ShortName
        out = []
        for i in range(dataset.GetLayerCount()):
            layer = dataset.GetLayer(i)
            if only and layer.GetName() != only:
                continue
            system = layer.GetSpatialRef()
            crs = _table_crs(source) if driver == "CSV" else ""
            if system is not None:
                authority, code = system.GetAuthorityName(None), system.GetAuthorityCode(None)
                crs = f"{authority}:{code}" if authority and code else system.ExportToWkt()
            has_geometry = layer.GetGeomType() != self.ogr.wkbNone
            extent = None
            if has_geometry and layer.TestCapability(self.ogr.OLCFastGetExtent):
                west, east, south, north = layer.GetExtent()
                extent = (west, south, east, north)
            indexed = driver in _INDEXED
            out.append(TableLayer(source, layer.GetName(), driver, crs, has_geometry, indexed, extent))
        return out

    def read(self, layer: TableLayer, box: Optional[Box]) -> Table:
        """Read the features whose box touches ``box``; None: all."""
        dataset = self._open(layer.source)
        found = dataset.GetLayerByName(layer.name)
        if found is None:
            raise _failed(RuntimeError(f"has no layer '{layer.name}'"), layer.source)
        if box is not None:
            found.SetSpatialFilterRect(*box)
        definition = found.GetLayerDefn()
        fields = [definition.GetFieldDefn(i) for i in range(definition.GetFieldCount())]
        kinds = [self._kind(each) for each in fields]
        kept = [(i, kind) for i, kind in enumerate(kinds) if kind]
        rows: list[list[Any]] = [[] for _ in kept]
        shapes: list[Optional[bytes]] = []
        for feature in found:
            geometry = feature.GetGeometryRef()
            if geometry is not None and geometry.HasCurveGeometry():
                geometry = geometry.GetLinearGeometry()
            shapes.append(None if geometry is None else bytes(geometry.ExportToIsoWkb()))
            for values, (i, kind) in zip(rows, kept):
                values.append(self._value(feature, i, kind))
        wkb = objects(shapes)
        columns = {fields[i].GetName(): self._column(kind, values) for (i, kind), values in zip(kept, rows)}
        left_out = tuple(each.GetName() for each, kind in zip(fields, kinds) if not kind)
        return Table(columns, np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object), left_out)

    def plain(self, source: str | bytes, layer: str) -> tuple[Columns, NDArray[Any]]:
        """Read a layer as it is typed; see :class:`Gdal`."""
        dataset = self._open(source.decode() if isinstance(source, bytes) else source)
        found = dataset.GetLayerByName(layer)
        definition = found.GetLayerDefn()
        fields = [definition.GetFieldDefn(i) for i in range(definition.GetFieldCount())]
        rows: list[list[Any]] = [[] for _ in fields]
        shapes: list[Optional[bytes]] = []
        for feature in found:
            geometry = feature.GetGeometryRef()
            shapes.append(None if geometry is None else bytes(geometry.ExportToIsoWkb()))
            for i, field in enumerate(fields):
                rows[i].append(self._plain_value(feature, i, field.GetType()))
        wkb = objects(shapes)
        return {field.GetName(): self._plain_column(field, values) for field, values in zip(fields, rows)}, wkb

    def _plain_value(self, feature: Any, i: int, kind: int) -> Any:
        if not feature.IsFieldSetAndNotNull(i):
            return None
        if kind not in (self.ogr.OFTDate, self.ogr.OFTDateTime):
            return feature.GetField(i)
        year, month, day, hour, minute, second, zone = feature.GetFieldAsDateTime(i)
        date = f"{year:04d}-{month:02d}-{day:02d}"
        if kind == self.ogr.OFTDate:
            return date
        text = f"{date}T{hour:02d}:{minute:02d}:{second:06.3f}".replace(".000", "")
        # OGR: 0 unknown, 1 local time, 100 UTC, and 4 for each hour east of it.
        if zone < 2 or zone == 100:
            return text + ("Z" if zone == 100 else "")
        quarters = zone - 100
        sign = "-" if quarters < 0 else "+"
        return "{}{}{:02d}:{:02d}".format(text, sign, *divmod(abs(quarters) * 15, 60))

    def _plain_column(self, field: Any, values: list[Any]) -> NDArray[Any]:
        kind = field.GetType()
        if kind in (self.ogr.OFTInteger, self.ogr.OFTInteger64) and None not in values:
            if field.GetSubType() == self.ogr.OFSTBoolean:
                return np.array(values, dtype=bool)
            return np.array(values, dtype=np.int32 if kind == self.ogr.OFTInteger else np.int64)
        if kind in (self.ogr.OFTInteger, self.ogr.OFTInteger64, self.ogr.OFTReal):
            return np.array([np.nan if v is None else v for v in values], dtype=np.float64)
        return objects(values)

    def _kind(self, definition: Any) -> str:
        ogr = self.ogr
        kind = definition.GetType()
        if kind == ogr.OFTInteger and definition.GetSubType() == ogr.OFSTBoolean:
            return FLAG
        return {
            ogr.OFTInteger: INTEGER, ogr.OFTInteger64: INTEGER, ogr.OFTReal: REAL, ogr.OFTString: TEXT,
            ogr.OFTDate: DATE, ogr.OFTDateTime: MOMENT, ogr.OFTTime: TEXT,
        }.get(kind, "")  # fmt: skip

    def _value(self, feature: Any, i: int, kind: str) -> Any:
        if not feature.IsFieldSetAndNotNull(i):
            return None
        if kind not in (DATE, MOMENT):
            return feature.GetField(i)
        year, month, day, hour, minute, second, zone = feature.GetFieldAsDateTime(i)
        text = f"{year:04d}-{month:02d}-{day:02d}"
        if kind == DATE:
            return text
        text += f"T{hour:02d}:{minute:02d}:{second:06.3f}"
        if zone < 2:  # unknown, or local time
            return text
        quarters = zone - 100
        return "{}{}{:02d}:{:02d}".format(text, "-" if quarters < 0 else "+", *divmod(abs(quarters) * 15, 60))

    def _column(self, kind: str, values: list[Any]) -> Column:
        if kind == TEXT:
            return text_column(values)
        if kind in (DATE, MOMENT):
            return moments(kind, values)
        missing = np.array([value is None for value in values], dtype=bool)
        types: dict[str, Any] = {INTEGER: np.int64, REAL: np.float64, FLAG: np.bool_}
        filled = [0 if value is None else value for value in values]
        return Column(kind, np.array(filled, dtype=types[kind]), missing)

    def count(self, layer: TableLayer) -> int:
        """Read the first feature, the network refused, and return how many there are."""
        for name, value in REFUSED.items():
            self.gdal.SetThreadLocalConfigOption(name, value)
        try:
            dataset = self._open(layer.source)
            found = dataset.GetLayerByName(layer.name)
            number = found.GetFeatureCount()
            if number and found.GetNextFeature() is None:
                raise _failed(RuntimeError("its features can't be read"), layer.source)
            return int(number)
        finally:
            for name in REFUSED:
                self.gdal.SetThreadLocalConfigOption(name, None)

    def count_bare(self, layer: TableLayer) -> int:
        """Return how many features have no geometry: no box finds them."""
        dataset = self._open(layer.source)
        found = dataset.GetLayerByName(layer.name)
        found.SetAttributeFilter(_bare(found.GetGeometryColumn() if layer.driver == "GPKG" else ""))
        return int(found.GetFeatureCount())

    def write(self, path: Path, name: str, table: Table, geometry_type: str, crs: str, *, title: str) -> None:
        """Add a layer to a GeoPackage, with a spatial index."""
        ogr = self.ogr
        columns = writable(table)
        taken = {each.casefold() for each in columns}
        fid = next(each for each in ("fid", "pack_fid", "pack_fid_") if each not in taken)
        geom = next(each for each in ("geom", "pack_geom", "pack_geom_") if each not in taken)
        options = [f"FID={fid}", f"GEOMETRY_NAME={geom}", f"IDENTIFIER={title}", "SPATIAL_INDEX=YES"]
        kind = {
            "Point": ogr.wkbPoint, "MultiPoint": ogr.wkbMultiPoint, "MultiLineString": ogr.wkbMultiLineString,
            "MultiPolygon": ogr.wkbMultiPolygon, "Unknown": ogr.wkbUnknown,
        }[geometry_type.removesuffix(" Z")]  # fmt: skip
        kind = ogr.GT_SetZ(kind) if geometry_type.endswith(" Z") else kind
        system = self.osr.SpatialReference()
        system.SetFromUserInput("EPSG:4326" if crs == "OGC:CRS84" else crs)
        system.SetAxisMappingStrategy(self.osr.OAMS_TRADITIONAL_GIS_ORDER)
        try:
            mode = self.gdal.OF_VECTOR | self.gdal.OF_UPDATE
            if path.exists():
                dataset = self.gdal.OpenEx(str(path), mode)
            else:
                dataset = self.gdal.GetDriverByName("GPKG").Create(str(path), 0, 0, 0)
            layer = dataset.CreateLayer(name, system, kind, options)
            types = {
                INTEGER: ogr.OFTInteger64, REAL: ogr.OFTReal, TEXT: ogr.OFTString, FLAG: ogr.OFTInteger,
                DATE: ogr.OFTDate, MOMENT: ogr.OFTDateTime,
            }  # fmt: skip
            for each, column in columns.items():
                definition = ogr.FieldDefn(each, types[column.kind])
                if column.kind == FLAG:
                    definition.SetSubType(ogr.OFSTBoolean)
                layer.CreateField(definition)
            shape = layer.GetLayerDefn()
            wkb = shapely.to_wkb(table.geometries, flavor="iso").tolist()
            values = [settable(column) for column in columns.values()]
            layer.StartTransaction()
            for row, blob in enumerate(wkb):
                feature = ogr.Feature(shape)
                for i, column_values in enumerate(values):
                    value = column_values[row]
                    if value is not None:
                        feature.SetField(i, value)
                feature.SetGeometryDirectly(ogr.CreateGeometryFromWkb(blob))
                if layer.CreateFeature(feature) != 0:
                    raise RuntimeError(self.gdal.GetLastErrorMsg())
            layer.CommitTransaction()
            del feature, shape, layer
            dataset.FlushCache()
            dataset = None
        except (RuntimeError, AttributeError) as error:
            raise NotWritten(f"The layer can't be written: {error}", where=str(path), next_step=_ROOM) from error


class QuietGdal:
    """GDAL's messages kept from standard error while a file is tried."""

    def __init__(self, library: Any) -> None:
        self._library = library

    def __enter__(self) -> None:
        self._library.PushErrorHandler("CPLQuietErrorHandler")

    def __exit__(self, *_: object) -> None:
        self._library.PopErrorHandler()
