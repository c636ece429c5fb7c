# SPDX-License-Identifier: GPL-2.0-or-later
"""Reports from a file: CSV, GeoJSON, GeoPackage and other layers, Open311 answers in XML or JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any, Optional, Union

import numpy as np
from numpy.typing import NDArray

from ...base.geos import shapely
from ...errors import DataError, UsageError
from ...feedback import SILENT, Feedback
from ...model import Rejected, Report
from ...vector import coordinates
from ...vector.coordinates import DEGREES, Area
from ...vector.reading import read_features
from ...vector.spreadsheet import Row, read_rows
from .body import MAX_BYTES
from .columns import Layout, layout, row_report
from .georeport import parse_requests
from .position import NOT_A_POINT

_NEXT = "Give a CSV, GeoJSON or GeoPackage file, or an Open311 answer saved as XML or JSON"
_SPREADSHEETS = (".csv", ".tsv", ".txt")
_POINT, _MULTIPOINT = 0, 4
_SAMPLE, _BATCH = 500, 5000
_GEOJSON = re.compile(rb'"type"\s*:\s*"(?:FeatureCollection|Feature)"')


def read_reports(
    path: Path,
    *,
    source: Optional[str] = None,
    crs: str = "",
    area: Optional[Area] = None,
    feedback: Feedback = SILENT,
) -> Iterator[Report | Rejected]:
    """Read the reports of one file; one verdict for every record, in the file's order.

    Parameters
    ----------
    path : Path
        What the file is shows from its content; the name's ending counts only between CSV and kinds that GDAL knows.
    source : str, optional
        ``Report.source``; the file's name where not given.
    crs : str
        What x and y of a table are in (``EPSG:3944``); by default their names or their values tell.
    area : Area, optional
        Where positions are due (west, south, east, north in degrees): it tells systems apart whose numbers are alike.
    feedback : Feedback
        Told in which system positions were found, where it is not degrees.

    Yields
    ------
    Report or Rejected
        Positions in degrees (WGS 84); a wrong one is flagged, not repaired. ``Rejected.where`` is ``file.csv:17``
        (a line), ``file.gpkg: feature 17`` or ``file.json: record 17``. A file without any record gives one
        Rejected that says so.

    Raises
    ------
    UsageError
        There is no such file.
    DataError
        The file can't be read at all, or no column of it is known.
    MissingPackage
        A GeoJSON, GeoPackage or other layer, and no GDAL is installed.
    """
    path = Path(path)
    if not path.exists():
        raise UsageError("There is no such file", where=str(path), next_step=_NEXT)
    return _unique(_read(path, source or path.name, _Reading(crs, area, feedback)), path)


_Verdict = tuple[str, Union[Report, Rejected]]
"""Where a record stands, and what became of it."""


@dataclass(frozen=True)
class _Reading:
    crs: str
    area: Optional[Area]
    feedback: Feedback


def _read(path: Path, source: str, how: _Reading) -> Iterator[_Verdict]:
    try:
        with path.open("rb") as file:
            head = file.read(1 << 16)
        size = path.stat().st_size
    except OSError as error:
        raise DataError(f"Can't be read: {error.strerror or error}", where=str(path), next_step=_NEXT) from error
    start = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if not start:
        raise DataError("Is empty" if not size else "Holds nothing but blanks", where=str(path), next_step=_NEXT)
    suffix = path.suffix.lower()
    if suffix in (".xml", ".json", "") and start[:1] in b"<{[" and not _is_geojson(head):
        return _from_answer(path, size, source)
    text = suffix == "" and not _is_geojson(head) and not start.startswith((b"SQLite format", b"PK", b"fgb"))
    return _from_rows(path, source, how) if text or suffix in _SPREADSHEETS else _from_features(path, source, how)


def _is_geojson(head: bytes) -> bool:
    return b'"Feature' in head and _GEOJSON.search(head) is not None


def _from_answer(path: Path, size: int, source: str) -> Iterator[_Verdict]:
    if size > MAX_BYTES:
        raise DataError(f"Is too large: {size:,} bytes, at most {MAX_BYTES:,}", where=str(path), next_step=_NEXT)
    for place, verdict in enumerate(parse_requests(path.read_bytes(), source=source), 1):
        yield f"{source}: record {place}", verdict


def _from_rows(path: Path, source: str, how: _Reading) -> Iterator[_Verdict]:
    rows = read_rows(path)
    header = next(rows, None)
    if header is None:
        raise DataError("Has no header", where=str(path), next_step=_NEXT)
    first = list(islice(rows, _SAMPLE))
    columns, system = _placed(header.cells, [row.cells for row in first if not row.fault], f"{path}:{header.line}", how)
    every = chain(first, rows)
    while batch := list(islice(every, _BATCH)):
        for row, cells in _in_degrees(batch, columns, system):
            where = f"{path.name}:{row.line}"
            if row.fault:
                yield where, Rejected(where, row.fault)
            else:
                yield where, row_report(cells, columns, source=source, where=where)


def _placed(names: Sequence[str], cells: Sequence[Sequence[Any]], where: str, how: _Reading) -> tuple[Layout, str]:
    """Return what the columns mean, with two more for degrees where positions are in another system, and this one."""
    found = coordinates.positions(names, cells, crs=how.crs, area=how.area)
    if found is None:
        return layout(names, where=where), DEGREES
    if found.crs == DEGREES:
        return layout(names, where=where, at=(found.x, found.y)), DEGREES
    how.feedback.info(f"{where}: positions are in {found.said}, brought to degrees")
    last = len(names)
    made = [*names, "longitude (degrees)", "latitude (degrees)"]
    return layout(made, where=where, at=(last, last + 1), raw=(found.x, found.y)), found.crs


def _in_degrees(rows: list[Row], columns: Layout, system: str) -> Iterator[tuple[Row, Sequence[Any]]]:
    if system == DEGREES or columns.raw is None:
        yield from ((row, row.cells) for row in rows)
        return
    good = [row for row in rows if not row.fault]
    x, y = (np.fromiter(coordinates.as_numbers([row.cells[at] for row in good]), float) for at in columns.raw)
    lon, lat = _degrees(x, y, system)
    placed = iter(zip(lon, lat))
    for row in rows:
        yield row, row.cells if row.fault else (*row.cells, *next(placed))


def _degrees(x: NDArray[Any], y: NDArray[Any], system: str) -> tuple[list[Any], list[Any]]:
    """Return longitudes and latitudes; what is degrees already, or can't be in the system, stays to be judged."""
    metres = ~((np.abs(x) <= 180) & (np.abs(y) <= 90))
    lon, lat = coordinates.to_degrees(np.where(metres, x, np.nan), np.where(metres, y, np.nan), system)
    off = metres & ~(np.isfinite(lon) & np.isfinite(lat))
    lon, lat = np.where(metres & ~off, lon, x), np.where(metres & ~off, lat, y)
    return _cells(np.round(lon, 7)), _cells(np.round(lat, 7))


def _from_features(path: Path, source: str, how: _Reading) -> Iterator[_Verdict]:
    features = read_features(path)
    lon, lat, is_point = _points(features.geometries)
    spatial = not shapely.is_missing(features.geometries).all()
    table = [_cells(values) for values in features.columns.values()]
    if spatial:
        columns = layout([*features.columns, "long", "lat"], where=str(path))
    else:
        columns, system = _placed(list(features.columns), list(zip(*table))[:_SAMPLE], str(path), how)
        if columns.raw is not None:
            x, y = (np.fromiter(coordinates.as_numbers(table[at]), float) for at in columns.raw)
            table += _degrees(x, y, system)
    if spatial:
        # The geometry is the position, whatever columns of coordinates the layer has beside it.
        last = len(columns.names)
        columns = replace(columns, lon=last - 2, lat=last - 1, point=None)
    if spatial:
        table += [_cells(lon), _cells(lat)]
    for place, cells in enumerate(zip(*table), 1):
        where = f"{path.name}: feature {place}"
        verdict = row_report(cells, columns, source=source, where=where)
        if isinstance(verdict, Report) and spatial and not is_point[place - 1]:
            verdict = replace(verdict, position_flag=NOT_A_POINT)
        yield where, verdict


def _points(geometries: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return x and y (NaN where there is none), and False where a geometry is there and is no point."""
    single = (shapely.get_type_id(geometries) == _MULTIPOINT) & (shapely.get_num_geometries(geometries) == 1)
    points = np.where(single, shapely.get_geometry(geometries, 0), geometries)
    is_point = (shapely.get_type_id(points) == _POINT) | shapely.is_missing(points) | shapely.is_empty(points)
    return shapely.get_x(points), shapely.get_y(points), is_point


def _cells(values: NDArray[Any]) -> list[Any]:
    """Return Python values, None where a number is missing."""
    return [None if isinstance(value, float) and value != value else value for value in values.tolist()]


def _unique(verdicts: Iterator[_Verdict], path: Path) -> Iterator[Report | Rejected]:
    """Reject what comes twice, and say so where nothing comes."""
    seen: dict[str, str] = {}
    empty = True
    for where, verdict in verdicts:
        empty = False
        if isinstance(verdict, Report):
            first = seen.setdefault(verdict.service_request_id, where)
            if first is not where:
                yield Rejected(where, f"its id {verdict.service_request_id} came before, at {first}")
                continue
        yield verdict
    if empty:
        yield Rejected(path.name, "holds no report")
