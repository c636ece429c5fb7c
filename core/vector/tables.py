# SPDX-License-Identifier: GPL-2.0-or-later
"""Layers of vector files with their fields as they are typed, read by a box and written to a GeoPackage.

GDAL does both: through pyogrio where it is installed, else through ``osgeo``, which QGIS brings. Every format that GDAL
reads is read; geometries stay in the coordinate system of the layer, x being east or longitude.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Optional, Protocol

import numpy as np
from numpy.typing import NDArray

from ..base.geos import shapely
from ..errors import DataError, MissingPackage
from .coordinates import Positions, table_positions

INTEGER, REAL, TEXT, FLAG, DATE, MOMENT = "integer", "real", "text", "flag", "date", "moment"
Box = tuple[float, float, float, float]
"""west, south, east, north in the layer's coordinate system."""

REFUSED = {
    "GDAL_HTTP_PROXY": "http://127.0.0.1:9",
    "GDAL_HTTP_MAX_RETRY": "0",
    "GDAL_HTTP_TIMEOUT": "1",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
}
"""Options with which GDAL reaches no server."""
_INDEXED = frozenset({"GPKG", "FlatGeobuf"})
_ZONE = re.compile(r"(Z|[+-]\d\d:?\d\d)$")


@dataclass(frozen=True)
class Column:
    """The values of one field; ``missing`` is True where there is none (the value then says nothing).

    ``kind`` is integer (int64), real (float64), text (str), flag (bool), date or moment (datetime64[ms], UTC or of no
    zone).
    """

    kind: str
    values: NDArray[Any]
    missing: NDArray[np.bool_]

    def at(self, index: NDArray[Any]) -> Column:
        """Return some of the values."""
        return Column(self.kind, self.values[index], self.missing[index])


@dataclass(frozen=True)
class TableLayer:
    """One layer of a file, as it is described: ``crs`` is a code or WKT, ``""`` where none is stated.

    ``indexed``: a part of it can be read without reading it all; ``extent`` is known where the file states it.
    """

    source: str
    name: str
    driver: str
    crs: str
    has_geometry: bool
    indexed: bool = False
    extent: Optional[Box] = None


@dataclass(frozen=True)
class Table:
    """Features: columns and geometries of one length; ``left_out`` names the fields of a kind that is not kept."""

    columns: dict[str, Column]
    geometries: NDArray[Any]
    left_out: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.geometries)

    def at(self, index: NDArray[Any], geometries: NDArray[Any]) -> Table:
        """Return some rows, with other geometries."""
        return Table({name: column.at(index) for name, column in self.columns.items()}, geometries, self.left_out)


class Gdal(Protocol):
    """What a pack needs of GDAL."""

    def layers(self, source: str, only: str = "") -> list[TableLayer]:
        """Describe the layers of a file, or the one of this name."""

    def read(self, layer: TableLayer, box: Optional[Box]) -> Table:
        """Read the features whose box touches ``box``; None: all."""

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
    try:
        import pyogrio
        import pyogrio.raw
    except ImportError:
        try:
            from osgeo import gdal as library
            from osgeo import ogr, osr
        except ImportError as error:
            raise MissingPackage(
                "Neither pyogrio nor GDAL's Python bindings are installed",
                next_step="Install pyogrio: pip install pyogrio (QGIS brings GDAL's own bindings)",
            ) from error
        return ByOsgeo(library, ogr, osr)
    return ByPyogrio(pyogrio)


class NotWritten(DataError):
    """A layer was read, and the pack can't take it: its disk is full, or gone."""


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
    return table_positions(path)


def _table_crs(source: str) -> str:
    found = _table(source)[1]
    return found.crs if found is not None else "OGC:CRS84"


class NotRead(DataError):
    """GDAL can't read a file; ``said`` are its own words, English whatever the language."""

    def __init__(self, said: str, *, where: str) -> None:
        what = f"Can't be read as a vector file: {said}"
        super().__init__(what, where=where, next_step="Open it in QGIS and save it again")
        self.said = said


def _failed(error: Exception, where: str) -> NotRead:
    return NotRead(" ".join(str(error).split()), where=where)


# --- pyogrio -----------------------------------------------------------------------------------------------------


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
            kept = _column(kinds.get(name, "object"), column)
            if kept is None:
                left_out.append(name)
            else:
                columns[name] = kept
        return Table(columns, np.asarray(geometries, dtype=object), tuple(left_out))

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
        columns = _writable(table)
        taken = {each.casefold() for each in columns}
        options = {"IDENTIFIER": title, "SPATIAL_INDEX": "YES"}
        options["FID"] = next(each for each in ("fid", "pack_fid", "pack_fid_") if each not in taken)
        options["GEOMETRY_NAME"] = next(each for each in ("geom", "pack_geom", "pack_geom_") if each not in taken)
        self._pyogrio.set_gdal_config_options({"OGR_SQLITE_SYNCHRONOUS": "OFF"})
        try:
            self._pyogrio.raw.write(
                str(path),
                geometry=shapely.to_wkb(table.geometries, include_srid=False, flavor="iso"),
                field_data=[_raw(column) for column in columns.values()],
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


def _column(kind: str, values: NDArray[Any]) -> Optional[Column]:
    if kind.startswith(("int", "uint")):
        if values.dtype.kind in "iu":
            return Column(INTEGER, values.astype(np.int64), np.zeros(len(values), dtype=bool))
        missing = np.isnan(values)
        return Column(INTEGER, np.where(missing, 0, values).astype(np.int64), missing)
    if kind.startswith("float"):
        return Column(REAL, values.astype(np.float64), np.isnan(values))
    if kind.startswith("bool"):
        if values.dtype.kind == "b":
            return Column(FLAG, values, np.zeros(len(values), dtype=bool))
        missing = np.array([value is None or value != value for value in values], dtype=bool)
        return Column(FLAG, np.where(missing, False, values).astype(bool), missing)
    if kind.startswith("datetime64"):
        return _moments(DATE if "[D]" in kind else MOMENT, values.tolist())
    texts = values.tolist()
    if any(isinstance(value, (bytes, list, tuple, np.ndarray)) for value in texts):
        return None
    return _texts(texts)


def _texts(texts: Sequence[Any]) -> Column:
    values = np.empty(len(texts), dtype=object)
    values[:] = [None if text is None else str(text) for text in texts]
    return Column(TEXT, values, np.array([text is None for text in texts], dtype=bool))


def _moments(kind: str, texts: Sequence[Optional[str]]) -> Column:
    """Read dates and times as GDAL writes them; one that states its zone is brought to UTC."""
    values = np.full(len(texts), "NaT", dtype="datetime64[ms]")
    for i, text in enumerate(texts):
        if not text:
            continue
        text = str(text).strip().replace("/", "-").replace(" ", "T")
        zone = _ZONE.search(text) if "T" in text else None
        bare = text[: zone.start()] if zone else text
        try:
            moment = np.datetime64(bare, "ms")
        except ValueError:
            continue
        if zone and zone.group() != "Z":
            sign = -1 if zone.group()[0] == "-" else 1
            digits = zone.group()[1:].replace(":", "")
            moment -= np.timedelta64(sign * (60 * int(digits[:2]) + int(digits[2:])), "m")
        values[i] = moment
    return Column(kind, values, np.isnat(values))


def _writable(table: Table) -> dict[str, Column]:
    """Return the columns by names that SQLite tells apart: it knows no case."""
    out: dict[str, Column] = {}
    taken: set[str] = set()
    for name, column in table.columns.items():
        wanted = name or "field"
        number = 1
        while wanted.casefold() in taken:
            number += 1
            wanted = f"{name}_{number}"
        taken.add(wanted.casefold())
        out[wanted] = column
    return out


def _raw(column: Column) -> NDArray[Any]:
    if column.kind == DATE:
        return column.values.astype("datetime64[D]")
    return column.values


# --- osgeo -------------------------------------------------------------------------------------------------------


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
        wkb = np.empty(len(shapes), dtype=object)
        wkb[:] = shapes
        columns = {fields[i].GetName(): self._column(kind, values) for (i, kind), values in zip(kept, rows)}
        left_out = tuple(each.GetName() for each, kind in zip(fields, kinds) if not kind)
        return Table(columns, np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object), left_out)

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
            return _texts(values)
        if kind in (DATE, MOMENT):
            return _moments(kind, values)
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
        columns = _writable(table)
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
            values = [_settable(column) for column in columns.values()]
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


def _settable(column: Column) -> list[Any]:
    if column.kind in (DATE, MOMENT):
        whole = column.kind == DATE
        texts = np.datetime_as_string(column.values, unit="D" if whole else "ms").tolist()
        values: list[Any] = [text.replace("-", "/").replace("T", " ") for text in texts]
        if column.kind == MOMENT:
            values = [f"{text}+00" for text in values]
    else:
        values = column.values.tolist()
    return [None if gap else value for value, gap in zip(values, column.missing.tolist())]


class QuietGdal:
    """GDAL's messages kept from standard error while a file is tried."""

    def __init__(self, library: Any) -> None:
        self._library = library

    def __enter__(self) -> None:
        self._library.PushErrorHandler("CPLQuietErrorHandler")

    def __exit__(self, *_: object) -> None:
        self._library.PopErrorHandler()


# --- more than one -----------------------------------------------------------------------------------------------


def joined(tables: Sequence[Table]) -> Table:
    """Return the rows of several tables of one layer (pages); a field that one does not have is empty there."""
    if len(tables) == 1:
        return tables[0]
    names: dict[str, str] = {}
    for table in tables:
        for name, column in table.columns.items():
            before = names.setdefault(name, column.kind)
            if before != column.kind:
                names[name] = REAL if {before, column.kind} <= {INTEGER, REAL} else TEXT
    columns = {}
    for name, kind in names.items():
        parts = [_as_kind(table.columns.get(name), kind, len(table)) for table in tables]
        values = np.concatenate([part.values for part in parts])
        columns[name] = Column(kind, values, np.concatenate([part.missing for part in parts]))
    left_out = tuple(dict.fromkeys(name for table in tables for name in table.left_out))
    return Table(columns, np.concatenate([table.geometries for table in tables]), left_out)


def _as_kind(column: Optional[Column], kind: str, n: int) -> Column:
    empty: dict[str, Any] = {INTEGER: np.int64, REAL: np.float64, FLAG: np.bool_, TEXT: object}
    if column is None:
        if kind in (DATE, MOMENT):
            return Column(kind, np.full(n, "NaT", dtype="datetime64[ms]"), np.ones(n, dtype=bool))
        return Column(kind, np.zeros(n, dtype=empty[kind]), np.ones(n, dtype=bool))
    if column.kind == kind:
        return column
    if kind == REAL:
        return Column(REAL, column.values.astype(np.float64), column.missing)
    texts = [None if gap else str(value) for value, gap in zip(column.values.tolist(), column.missing.tolist())]
    return _texts(texts)
