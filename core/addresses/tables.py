# SPDX-License-Identifier: GPL-2.0-or-later
"""Files of addresses, read in pieces: Base Adresse Locale, Base Adresse Nationale, lists in JSON, any such layer.

Which column means what is ``resources/addresses/columns.yaml``. Positions come out in longitude and latitude, from
metres where a row has no degrees.
"""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, Optional

import numpy as np
from numpy.typing import NDArray

from ... import resources
from ..base.checked_yaml import load
from ..base.geos import shapely
from ..errors import DataError
from ..vector.reading import read_features, reprojected
from .wording import plain

Floats = NDArray[np.float64]
_ROWS = 2_000
_NEXT = "Give a file of addresses: a Base Adresse Locale, a Base Adresse Nationale, or columns as the guide lists them"
_YES = frozenset({"1", "1.0", "true", "True", "oui", "vrai"})
_LEADING = re.compile(r"^\s*(\d{1,5})\s*((?:bis|ter|quater|quinquies|[a-z](?![a-z']))?)\b\s*,?\s*(?=\S)", re.IGNORECASE)


@dataclass(frozen=True)
class _Metres:
    crs: str
    x: tuple[float, ...]
    y: tuple[float, ...]


@dataclass(frozen=True)
class Meanings:
    """What columns are called, and what their values mean."""

    columns: dict[str, tuple[str, ...]]
    other_languages: tuple[str, ...]
    no_number: int
    positions: tuple[str, ...]
    metres: tuple[_Metres, ...]


@lru_cache(maxsize=1)
def meanings() -> Meanings:
    """Return the meanings that ship with the product, read once."""
    return load(resources.path("addresses", "columns.yaml"), Meanings)


@dataclass
class Piece:
    """Rows of a file of addresses, one list or array for each column, all of one length.

    Texts are as written, ``""`` where there is none. ``names`` are further names of the street, in other languages.
    ``rank`` orders the positions of one number, the lowest first; ``lon`` and ``lat`` are NaN where a row has none.
    ``row`` is the number of the first row in the file.
    """

    row: int
    street: list[str]
    number: list[str]
    suffix: list[str]
    commune: list[str]
    insee: list[str]
    post_code: list[str]
    former: list[str]
    key: list[str]
    rank: NDArray[np.int16]
    lon: Floats
    lat: Floats
    names: list[list[str]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.street)


def read_table(path: Path) -> Iterator[Piece]:
    """Read a file of addresses.

    A CSV may be packed (``.gz``, ``.zip``), separated by semicolons, commas or tabs, in UTF-8 or Windows' Latin; JSON
    is a list of objects; all else is read as a layer (GeoPackage, GeoJSON, Shapefile …).

    Raises
    ------
    DataError
        There is no such file, it can't be read, or no column holds a street's name.
    """
    for row, columns in _columns(path, _meant):
        yield _piece(row, columns, str(path))


def read_columns(path: Path) -> Iterator[tuple[int, dict[str, list[Any]]]]:
    """Read any table in pieces: the number of the first row, and its columns with the file's own names."""
    for row, columns in _columns(path):
        yield row, {name: as_texts(v) if set(map(type, v)) == {str} else list(v) for name, v in columns.items()}


def positions_of(columns: Mapping[str, Sequence[Any]]) -> tuple[Floats, Floats]:
    """Return the longitude and latitude of each row of a table, NaN where it has none."""
    return _positions(columns, roles(list(columns)), len(next(iter(columns.values()), [])))


def roles(names: list[str]) -> dict[str, list[str]]:
    """Return the columns of a file by what they mean, in the order in which they are to be asked."""
    return _roles(tuple(names))


@lru_cache(maxsize=64)
def _roles(names: tuple[str, ...]) -> dict[str, list[str]]:
    known = {re.sub(r"[\s\-]+", "_", plain(name).strip()): name for name in names}
    return {role: [known[n] for n in wanted if n in known] for role, wanted in meanings().columns.items()}


# --- files to columns --------------------------------------------------------------------------------------------


def _meant(names: list[str]) -> set[str]:
    """Return the columns of a file that mean something here."""
    known = {name for found in roles(names).values() for name in found}
    return known | {name for name in names if _is_other_language(name)}


def _columns(
    path: Path, wanted: Callable[[list[str]], set[str]] = set
) -> Iterator[tuple[int, dict[str, Sequence[Any]]]]:
    where = str(path)
    if not path.is_file():
        raise DataError("There is no such file", where=where, next_step=_NEXT)
    try:
        with _unpacked(path) as stream:
            start = stream.peek(4096)[:4096] if stream is not None else b""
            if stream is not None and not start:
                raise DataError("Is empty", where=where, next_step=_NEXT)
            if (
                stream is not None
                and start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"[", b"<")
                and _is_text(start)
            ):
                yield from _csv(stream, where, wanted)
                return
            if stream is not None and start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
                with _as_text(stream) as text:
                    yield 1, _listed(json.load(text), where)
                return
    except (OSError, EOFError, zipfile.BadZipFile, UnicodeDecodeError, ValueError, csv.Error) as error:
        raise DataError(f"Can't be read: {error}", where=where, next_step=_NEXT) from error
    features = read_features(path)
    columns: dict[str, Sequence[Any]] = {name: list(values) for name, values in features.columns.items()}
    points = shapely.point_on_surface(features.geometries)
    columns["point"] = [None if p is None or p.is_empty else [p.x, p.y] for p in points]
    yield 1, columns


@contextmanager
def _unpacked(path: Path) -> Iterator[Optional[io.BufferedReader]]:
    """Give the bytes of a file, or of the one CSV in a ZIP; None for a ZIP with something else, which GDAL reads."""
    with path.open("rb") as file:
        start = file.read(4)
        file.seek(0)
        if start[:2] == b"\x1f\x8b":
            with gzip.open(file) as unpacked:
                yield io.BufferedReader(unpacked, 1 << 18)
        elif start == b"PK\x03\x04":
            with zipfile.ZipFile(file) as archive:
                members = [
                    n for n in archive.namelist() if n.lower().endswith((".csv", ".txt")) and "__MACOSX" not in n
                ]
                if len(members) != 1:
                    yield None
                    return
                with archive.open(members[0]) as member:
                    yield io.BufferedReader(member, 1 << 18)  # type: ignore[arg-type]
        else:
            yield file


def _is_text(start: bytes) -> bool:
    return b"\0" not in start


def _csv(
    stream: IO[bytes], where: str, wanted: Callable[[list[str]], set[str]]
) -> Iterator[tuple[int, dict[str, Sequence[Any]]]]:
    with _as_text(stream, errors="surrogateescape") as text:
        yield from _csv_rows(text, where, wanted)


def _csv_rows(
    text: IO[str], where: str, wanted: Callable[[list[str]], set[str]]
) -> Iterator[tuple[int, dict[str, Sequence[Any]]]]:
    first = text.readline()
    delimiter = max(";,\t|", key=first.count)
    names = [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
    if len(names) < 2:
        raise DataError("Has only one column", where=where, next_step=_NEXT)
    kept = wanted(names)
    rows = csv.reader(text, delimiter=delimiter)
    wide, row = len(names), 1
    while piece := list(itertools.islice(rows, _ROWS)):
        filled = [r for r in piece if r] if not all(piece) else piece
        if set(map(len, filled)) - {wide}:
            filled = [(r + [""] * wide)[:wide] for r in filled]
        if filled:
            yield row, {name: values for name, values in zip(names, zip(*filled)) if name in kept}
        row += len(piece)


@contextmanager
def _as_text(stream: IO[bytes], *, errors: str = "strict") -> Iterator[IO[str]]:
    """Give a stream of bytes as text; closing it stays the business of whoever opened it."""
    text = io.TextIOWrapper(stream, "utf-8-sig", errors=errors, newline="")
    try:
        yield text
    finally:
        text.detach()


def _listed(document: Any, where: str) -> dict[str, Sequence[Any]]:
    if not isinstance(document, list) or not all(isinstance(item, dict) for item in document):
        raise DataError("Is no list of addresses", where=where, next_step=_NEXT)
    names = list(dict.fromkeys(name for item in document for name in item))
    return {name: [item.get(name) for item in document] for name in names}


# --- columns to meanings -----------------------------------------------------------------------------------------


def _piece(row: int, columns: dict[str, Sequence[Any]], where: str) -> Piece:
    found = roles(list(columns))
    n = len(next(iter(columns.values()), []))
    blank = [""] * n

    def texts(role: str) -> list[str]:
        best = blank
        for name in found[role]:
            values = as_texts(columns[name])
            if best is blank:
                best = values
            elif "" in best and any(values):
                best = [a or b for a, b in zip(best, values)]
        return best

    number, suffix = texts("number"), texts("suffix")
    street = texts("street")
    if not found["street"]:
        if not found["address"]:
            said = ", ".join(list(columns)[:12])
            raise DataError(f"No column holds the name of a street; its columns: {said}", where=where, next_step=_NEXT)
        street = texts("address")
        if not found["number"]:
            split = [_LEADING.match(text) for text in street]
            number = [m[1] if m else "" for m in split]
            suffix = [m[2] if m else "" for m in split]
            street = [text[m.end() :] if m else text for m, text in zip(split, street)]
    names = [name for name in columns if _is_other_language(name)]
    lon, lat = _positions(columns, found, n)
    positions = {plain(text): i for i, text in enumerate(meanings().positions)}
    kinds = texts("position")
    ranks = {text: positions.get(plain(text), len(positions)) for text in set(kinds)}
    certified = np.array([text in _YES for text in texts("certified")]) if found["certified"] else np.zeros(n, bool)
    rank = np.array([ranks[text] for text in kinds], np.int16) if found["position"] else np.zeros(n, np.int16)
    return Piece(
        row=row,
        street=street,
        number=number,
        suffix=suffix,
        commune=texts("commune"),
        insee=_padded(texts("insee")),
        post_code=_padded(texts("post_code")),
        former=texts("former"),
        key=texts("key"),
        rank=np.where(certified, rank, rank + np.int16(100)),
        lon=lon,
        lat=lat,
        names=[as_texts(columns[name]) for name in names],
    )


def as_texts(values: Sequence[Any]) -> list[str]:
    """Return the values of a column as texts without spaces round them, ``""`` where there is none.

    What was no UTF-8 is read as Windows wrote it.
    """
    if set(map(type, values)) - {str}:
        return ["" if v is None or v != v else str(v).strip() for v in values]
    joined = "".join(values)
    if joined.isascii() or not any("\udc80" <= c <= "\udcff" for c in set(joined)):
        return list(map(str.strip, values)) if " " in joined or "\t" in joined else list(values)
    return [v.encode("utf-8", "surrogateescape").decode("cp1252", "replace").strip() for v in values]


def _padded(codes: list[str]) -> list[str]:
    """Return codes of five figures, of which a spreadsheet may have taken the first zero."""
    return (
        codes if set(map(len, codes)) <= {0, 5} else [c.zfill(5) if c.isdigit() and len(c) == 4 else c for c in codes]
    )


def _is_other_language(name: str) -> bool:
    return any(name.lower().startswith(p) and len(name) == len(p) + 3 for p in meanings().other_languages)


def _positions(columns: Mapping[str, Sequence[Any]], found: dict[str, list[str]], n: int) -> tuple[Floats, Floats]:
    """Return longitudes and latitudes: degrees of the file, else points, else metres; NaN where it has none."""
    lon, lat = np.full(n, np.nan), np.full(n, np.nan)
    if found["lon"] and found["lat"]:
        lon, lat = _numbers(columns[found["lon"][0]]), _numbers(columns[found["lat"][0]])
        impossible = ~((np.abs(lon) <= 180) & (np.abs(lat) <= 90))
        lon[impossible], lat[impossible] = np.nan, np.nan
    for name in found["point"]:
        missing = np.flatnonzero(np.isnan(lon))
        for i in missing:
            pair = _pair(columns[name][i])
            if pair is not None:
                lon[i], lat[i] = pair
    missing = np.flatnonzero(np.isnan(lon))
    if len(missing) and found["x"] and found["y"]:
        x = _numbers([columns[found["x"][0]][i] for i in missing])
        y = _numbers([columns[found["y"][0]][i] for i in missing])
        lon[missing], lat[missing] = from_metres(x, y)
    lat[np.isnan(lon)] = np.nan
    lon[np.isnan(lat)] = np.nan
    return lon, lat


def from_metres(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return longitude and latitude of positions that are degrees, or metres of a system known by where they lie.

    NaN where they lie in none of the systems of ``columns.yaml``.
    """
    degrees = (np.abs(x) <= 180) & (np.abs(y) <= 90)
    lon, lat = np.where(degrees, x, np.nan), np.where(degrees, y, np.nan)
    for system in meanings().metres:
        inside = np.isnan(lon) & (x >= system.x[0]) & (x < system.x[1]) & (y >= system.y[0]) & (y < system.y[1])
        rows = np.flatnonzero(inside)
        if len(rows):
            points = reprojected(shapely.points(x[rows], y[rows]), system.crs, "EPSG:4326")
            lon[rows], lat[rows] = shapely.get_x(points), shapely.get_y(points)
    return lon, lat


def _numbers(values: Sequence[Any]) -> Floats:
    try:
        return np.array(list(map(float, values)), np.float64)
    except (TypeError, ValueError):
        return np.array([_number(v) for v in values], np.float64)


def _number(value: Any) -> float:
    try:
        out = float(value)
    except (TypeError, ValueError):
        try:
            out = float(str(value).strip().replace(",", ".").replace("\u202f", "").replace(" ", ""))
        except ValueError:
            return np.nan
    return out if np.isfinite(out) else np.nan


def _pair(value: Any) -> Optional[tuple[float, float]]:
    """Return longitude and latitude of one value: a pair as GeoJSON has it, an object, or "lat, lon" as text."""
    if isinstance(value, str):
        parts = [_number(p) for p in value.split(",")]
        pair = (parts[1], parts[0]) if len(parts) == 2 else (np.nan, np.nan)
    elif isinstance(value, dict):
        value = value.get("coordinates", value)
        if isinstance(value, dict):
            pair = (_number(value.get("lon")), _number(value.get("lat")))
        else:
            return _pair(value)
    elif isinstance(value, (list, tuple)) and len(value) >= 2:
        pair = (_number(value[0]), _number(value[1]))
    else:
        return None
    return pair if abs(pair[0]) <= 180 and abs(pair[1]) <= 90 else None
