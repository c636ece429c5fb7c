# SPDX-License-Identifier: GPL-2.0-or-later
"""Layers of vector files with their fields as they are typed, read by a box and written to a GeoPackage.

GDAL does both: through pyogrio where it is installed, else through ``osgeo``, which QGIS brings. Every format that GDAL
reads is read; geometries stay in the coordinate system of the layer, x being east or longitude.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from ..base.columns import objects
from ..errors import DataError

INTEGER, REAL, TEXT, FLAG, DATE, MOMENT = "integer", "real", "text", "flag", "date", "moment"
Box = tuple[float, float, float, float]
"""west, south, east, north in the layer's coordinate system."""

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


class NotWritten(DataError):
    """A layer was read, and the pack can't take it: its disk is full, or gone."""


class NotRead(DataError):
    """GDAL can't read a file; ``said`` are its own words, English whatever the language."""

    def __init__(self, said: str, *, where: str) -> None:
        what = f"Can't be read as a vector file: {said}"
        super().__init__(what, where=where, next_step="Open it in QGIS and save it again")
        self.said = said


def column_of(kind: str, values: NDArray[Any]) -> Optional[Column]:
    """Return the values of a field as pyogrio reads it; ``kind`` is its dtype. None: of a kind that is not kept."""
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
        return moments(DATE if "[D]" in kind else MOMENT, values.tolist())
    texts = values.tolist()
    if any(isinstance(value, (bytes, list, tuple, np.ndarray)) for value in texts):
        return None
    return text_column(texts)


def text_column(texts: Sequence[Any]) -> Column:
    """Return a column of texts; None is none."""
    values = objects(None if text is None else str(text) for text in texts)
    return Column(TEXT, values, np.array([text is None for text in texts], dtype=bool))


def moments(kind: str, texts: Sequence[Optional[str]]) -> Column:
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


def writable(table: Table) -> dict[str, Column]:
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


def raw_values(column: Column) -> NDArray[Any]:
    """Return a column as pyogrio writes it."""
    if column.kind == DATE:
        return column.values.astype("datetime64[D]")
    return column.values


def settable(column: Column) -> list[Any]:
    """Return a column as ``osgeo`` sets it, value by value."""
    if column.kind in (DATE, MOMENT):
        whole = column.kind == DATE
        texts = np.datetime_as_string(column.values, unit="D" if whole else "ms").tolist()
        values: list[Any] = [text.replace("-", "/").replace("T", " ") for text in texts]
        if column.kind == MOMENT:
            values = [f"{text}+00" for text in values]
    else:
        values = column.values.tolist()
    return [None if gap else value for value, gap in zip(values, column.missing.tolist())]


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
    return text_column(texts)
