# SPDX-License-Identifier: GPL-2.0-or-later
"""Which column of a table is which field of GeoReport, by the synonyms in ``resources/reports/columns.yaml``."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Optional

from .... import resources
from ...base import checked_yaml
from ...errors import DataError
from ...model import Rejected, Report
from .georeport import Dialect, report


@dataclass(frozen=True)
class ColumnNames:
    """The synonyms, as in the YAML file; all folded (see :func:`folded`)."""

    fields: dict[str, list[str]]
    longitude: list[str]
    latitude: list[str]
    point: list[str]
    status: dict[str, list[str]]
    states: dict[str, list[str]]


@lru_cache(maxsize=8)
def column_names(path: Optional[Path] = None) -> ColumnNames:
    """Read the shipped synonyms, or those of another file.

    Raises
    ------
    DataError
        The file differs from :class:`ColumnNames`.
    """
    return checked_yaml.load(path or resources.path("reports", "columns.yaml"), ColumnNames)


def folded(name: str) -> str:
    """Return a name in lower case, without accents, with ``_`` for everything but letters and digits."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def folded_status(word: str) -> str:
    """Return a word of a status column folded, without what stands in brackets behind it: "Rejeté (hors commune)"."""
    return folded(word.partition("(")[0]) or folded(word)


@dataclass(frozen=True)
class Layout:
    """What the columns of one table mean.

    ``names`` are the table's own, made unique; ``fields`` maps a column's index to a field of GeoReport; ``lon``,
    ``lat`` and ``point`` are indices, or None. ``raw``: the columns of x and y that they were made of.
    """

    names: tuple[str, ...]
    fields: Mapping[int, str]
    lon: Optional[int]
    lat: Optional[int]
    point: Optional[int]
    dialect: Dialect
    raw: Optional[tuple[int, int]] = None

    @property
    def has_id(self) -> bool:
        """Whether the table names its records; without, a record is named after its content."""
        return "service_request_id" in self.fields.values()


def layout(
    header: Sequence[str],
    *,
    where: str,
    names: Optional[ColumnNames] = None,
    at: Optional[tuple[int, int]] = None,
    raw: Optional[tuple[int, int]] = None,
) -> Layout:
    """Find out what the columns of a table mean; ``at`` are those of longitude and latitude where they are known.

    Raises
    ------
    DataError
        Not one column is known.
    """
    known = names or column_names()
    unique = _unique(header)
    keys = [folded(name) for name in unique]
    # “Adresse (address)”: what our own exports write, words with the id in brackets.
    ids = [folded(found[1]) if (found := _BRACKETS.search(name)) else "" for name in unique]

    def find(wanted: Sequence[str]) -> Optional[int]:
        return next((listed.index(name) for name in wanted for listed in (keys, ids) if name in listed), None)

    lon, lat = at or (find(["long", *known.longitude]), find(["lat", *known.latitude]))
    point = find(known.point)
    fields: dict[int, str] = {}
    for field, synonyms in known.fields.items():
        column = find([field, *synonyms])
        if column is not None and column not in (lon, lat, point, *(raw or ())) and column not in fields:
            fields[column] = field
    if not fields and point is None and (lon is None or lat is None):
        raise DataError(
            f"None of its columns is known: {', '.join(unique[:12]) or 'there is none'}",
            where=where,
            next_step="Give the first line names such as id, type, soustype, date_declaration, lon, lat",
        )
    status = {word: state for state, words in known.status.items() for word in words}
    return Layout(unique, fields, lon, lat, point, Dialect(status=status, dates="day first"), raw)


_ESCAPED = ("'=", "'+", "'@")
"""What our own exports write so that a spreadsheet takes no text for a formula."""
_BRACKETS = re.compile(r"\(([\w ]+)\)\s*$")


def _unique(header: Sequence[str]) -> tuple[str, ...]:
    out: list[str] = []
    for place, raw in enumerate(header, 1):
        name = candidate = raw.strip() or f"column_{place}"
        again = 2
        while candidate in out:
            candidate, again = f"{name}_{again}", again + 1
        out.append(candidate)
    return tuple(out)


def row_report(cells: Sequence[Any], columns: Layout, *, source: str, where: str) -> Report | Rejected:
    """Turn one row into a report; cells that have no field of their own go to ``extra`` under their column's name.

    A table without a column of ids gives each record a name made from its content: the same row has the same id
    in the next version of the file, wherever it then stands.
    """
    if _is_total(cells, columns):
        return Rejected(where, "is a total, no report")
    record: dict[str, Any] = {}
    for at, name in enumerate(columns.names):
        value = cells[at]
        if isinstance(value, str) and value[:2] in _ESCAPED:
            value = value[1:]
        if value is not None and value != "" and at not in (columns.lon, columns.lat):
            record[columns.fields.get(at, name)] = value
    if not columns.has_id:
        content = "\x1f".join("" if cell is None else str(cell) for cell in cells)
        record["service_request_id"] = (
            "row-" + hashlib.blake2b(content.encode("utf-8", "replace"), digest_size=9).hexdigest()
        )
    lon = None if columns.lon is None else cells[columns.lon]
    lat = None if columns.lat is None else cells[columns.lat]
    if lon in (None, "") and lat in (None, "") and columns.point is not None:
        lon, lat = point(cells[columns.point])
        if lon is not None:
            record.pop(columns.names[columns.point], None)
    if lon not in (None, ""):
        record["long"] = lon
    if lat not in (None, ""):
        record["lat"] = lat
    status = record.get("status")
    if status is None:
        return report(record, source=source, where=where, dialect=columns.dialect)
    # The synonyms of states are folded; the source's own word is kept as it stands.
    out = report({**record, "status": folded_status(str(status))}, source=source, where=where, dialect=columns.dialect)
    return replace(out, raw_status=str(status).strip()) if isinstance(out, Report) else out


_TOTAL = re.compile(r"(sous_|grand_)?tota(l|ux)(_.*)?|somme|moyenne|nombre_total.*|nb_total.*")


def _is_total(cells: Sequence[Any], columns: Layout) -> bool:
    """Say whether a row sums up the table: its first word says so, and it has no place."""
    first = next((str(cell) for cell in cells if cell not in (None, "")), "")
    placed = any(at is not None and cells[at] not in (None, "") for at in (columns.lon, columns.lat, columns.point))
    return not placed and _TOTAL.fullmatch(folded(first)) is not None


_LONGEST_POINT = 2000
"""Characters of a cell in which a point is looked for."""
_WKT = re.compile(r"(?:SRID=\d+;\s*)?POINT(?:\s*(?:ZM|Z|M))?\s*\(\s*([^\s()]+)\s+([^\s()]+)", re.IGNORECASE)
_COORDINATES = re.compile(
    r"\"type\"\s*:\s*\"Point\".*?\"coordinates\"\s*:\s*\[\s*([^,\s]+)\s*,\s*([^,\]\s]+)", re.DOTALL
)
_REVERSED = re.compile(
    r"\"coordinates\"\s*:\s*\[\s*([^,\s\[]+)\s*,\s*([^,\]\s]+).*?\"type\"\s*:\s*\"Point\"", re.DOTALL
)


def point(value: Any) -> tuple[Optional[str], Optional[str]]:
    """Return the raw longitude and latitude of a cell that holds both.

    ``"43.3, 5.4"`` is latitude, longitude (OpenDataSoft); WKT and GeoJSON points are longitude, latitude.
    What can't be taken apart comes back whole, as longitude and latitude both: it is then flagged as no number.
    """
    cell = "" if value is None else str(value).strip()
    if not cell:
        return None, None
    for form in (_WKT, _COORDINATES, _REVERSED):
        match = form.search(cell[:_LONGEST_POINT])
        if match:
            return match[1], match[2]
    parts = [part.strip() for part in re.split(r";" if ";" in cell else r",|\s", cell) if part.strip()]
    return (parts[1], parts[0]) if len(parts) == 2 else (cell, cell)


def id_columns(names: Sequence[str]) -> list[str]:
    """Return those of some columns that are known for an id, the surest first."""
    keys = {folded(name): name for name in names}
    known = ("service_request_id", *column_names().fields["service_request_id"])
    return [keys[name] for name in known if name in keys]


def status_of(word: str) -> str:
    """Return ``open`` or ``closed`` for a word of a status column; empty where it is not known."""
    wanted = folded_status(word)
    return next((status for status, words in column_names().status.items() if wanted in words), "")


def state_of(word: str) -> str:
    """Return which of our states a word of a status column means; empty where it is not known."""
    wanted = folded_status(word)
    return next((state for state, words in column_names().states.items() if wanted in words), "")
