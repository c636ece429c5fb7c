# SPDX-License-Identifier: GPL-2.0-or-later
"""A folder in which gateways drop CSV and JSON, as a source of observations.

A row is one observation (columns for sensor, time and value), or one moment of a sensor with a column for each thing
that it measures. What columns are called is data: ``resources/sensors/columns.yaml``.
"""

from __future__ import annotations

import csv
import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, Optional

import numpy as np

from ... import resources
from ..base import checked_yaml
from ..errors import DataError, UsageError
from ..model import Rejected
from .readings import readings
from .rules import folded
from .streams import Group, Readings, Stream

_CHUNK = 5000
_MOST_BYTES = 512 << 20
_WITH_UNIT = re.compile(r"([^(\[]*)[(\[]([^()\[\]]*(?:\([^()]*\))?)[)\]]")
_KINDS = (".csv", ".txt", ".tsv", ".json", ".ndjson", ".jsonl", ".geojson")


@dataclass(frozen=True)
class _Columns:
    version: Literal["1"]
    columns: dict[str, list[str]]


class _Row(NamedTuple):
    """One observation, not judged yet."""

    stream: Stream
    time: Any
    result: Any
    made: Any


class Drops:
    """A folder; see :class:`.streams.Source`. Its subfolders and names that begin with a dot are not read.

    Raises
    ------
    UsageError
        There is no such folder.
    """

    def __init__(self, path: Path, *, name: str) -> None:
        if not path.is_dir():
            raise UsageError("There is no such folder", where=str(path))
        self.path = path
        self.name = name
        self.notes: list[str] = []

    def groups(self) -> Iterator[Group | Rejected]:
        """Give all streams of all files as one group, and what is no such file."""
        streams: dict[str, Stream] = {}
        for row in self._rows():
            if isinstance(row, Rejected):
                yield row
            else:
                # A later row may know where the sensor is.
                known = streams.get(row.stream.key)
                if known is None or (known.lon is None and row.stream.lon is not None):
                    streams[row.stream.key] = row.stream
        if streams:
            yield tuple(streams.values())

    def observations(self, group: Group, since: Optional[int] = None) -> Iterator[tuple[Stream, Readings] | Rejected]:
        """Give the observations of all files in portions; verdicts on rows were given with the groups."""
        streams = {stream.key: stream for stream in group}
        rows = (row for row in self._rows() if not isinstance(row, Rejected) and row.stream.key in streams)
        while chunk := list(itertools.islice(rows, _CHUNK)):
            by_stream: dict[str, list[_Row]] = {}
            for row in chunk:
                by_stream.setdefault(row.stream.key, []).append(row)
            for key, some in by_stream.items():
                times, results, made = zip(*(row[1:] for row in some))
                found = readings(times, results, made, streams[key].kind)
                yield streams[key], found if since is None else found.take(np.flatnonzero(found.at >= since))

    def _rows(self) -> Iterator[_Row | Rejected]:
        try:
            files = sorted(path for path in self.path.iterdir() if path.is_file() and not path.name.startswith("."))
        except OSError as error:
            raise DataError(f"Can't be read: {error.strerror or error}", where=str(self.path)) from error
        for file in files:
            where = f"{self.name}: {file.name}"
            if file.suffix.casefold() not in _KINDS:
                yield Rejected(where, "is neither CSV nor JSON")
                continue
            try:
                if file.stat().st_size > _MOST_BYTES:
                    yield Rejected(where, f"is larger than {_MOST_BYTES:,} bytes")
                    continue
                yield from _read(file, where)
            except (OSError, UnicodeDecodeError, csv.Error, ValueError, RecursionError) as error:
                yield Rejected(where, f"can't be read: {error}")


def _read(file: Path, where: str) -> Iterator[_Row | Rejected]:
    table = (
        _json_rows(file) if file.suffix.casefold() in (".json", ".ndjson", ".jsonl", ".geojson") else _csv_rows(file)
    )
    unusable, first = 0, ""
    count = 0
    for number, row in table:
        count += 1
        found = list(_observations(row, file.stem))
        if not found:
            unusable += 1
            first = first or f"row {number}"
        yield from found
    if count == 0:
        yield Rejected(where, "holds no row")
    elif unusable == count:
        yield Rejected(where, "names no sensor with a time and a value; see the guide for the names of columns")
    elif unusable:
        yield Rejected(where, f"{unusable} rows have no time or no value (first: {first})")


def _csv_rows(file: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        head = opened.readline()
        opened.seek(0)
        delimiter = max(";\t,|", key=head.count)
        for number, row in enumerate(csv.DictReader(opened, delimiter=delimiter), 2):
            plain = {name: (value or "").strip() for name, value in row.items() if name and isinstance(value, str)}
            if delimiter == ";":  # France writes 12,5
                plain = {n: v.replace(",", ".") if re.fullmatch(r"-?\d+,\d+", v) else v for n, v in plain.items()}
            yield number, plain


def _json_rows(file: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    text = file.read_text(encoding="utf-8-sig")
    try:
        whole = json.loads(text)
    except ValueError:
        whole = [json.loads(line) for line in text.splitlines() if line.strip()]
    if isinstance(whole, dict):
        lists = [value for value in whole.values() if isinstance(value, list)]
        whole = lists[0] if lists else [whole]
    if not isinstance(whole, list):
        raise ValueError("it is no list of observations")
    for number, item in enumerate(whole, 1):
        yield number, _flat(item) if isinstance(item, dict) else {}


def _flat(item: Mapping[str, Any]) -> dict[str, Any]:
    """Bring what lies inside objects up by one name: a position, the properties of a feature, the decoded payload."""
    out: dict[str, Any] = {}
    for name, value in item.items():
        if not isinstance(value, dict):
            out.setdefault(name, value)
        elif value.get("type") == "Point" and isinstance(value.get("coordinates"), list):
            out.update(zip(("lon", "lat"), value["coordinates"]))
        else:
            for inner, inside in _flat(value).items():
                out.setdefault(inner, inside)
    return out


def _observations(row: Mapping[str, Any], file: str) -> Iterator[_Row]:
    roles: dict[str, Any] = {}
    rest: list[tuple[str, Any]] = []
    for name, value in row.items():
        role = _role(name)
        if role and role not in roles:
            roles[role] = value
        elif role != "ignored":
            rest.append((name, value))
    time = roles.get("time")
    if time in (None, ""):
        return
    sensor = str(roles.get("sensor") or roles.get("name") or file)
    lon, lat = (_number(roles.get(name)) for name in ("lon", "lat"))
    if lon is None or lat is None or not (-180 <= lon <= 180 and -90 <= lat <= 90) or lon == lat == 0:
        lon = lat = None
    label = str(roles.get("name") or sensor)
    moment = _epoch(time)
    if "value" in roles:
        measured = [(str(roles.get("property") or file), str(roles.get("unit") or ""), roles["value"])]
    else:
        measured = []
        for name, value in rest:
            match = _WITH_UNIT.fullmatch(name.strip())
            prop, unit = (match[1].rstrip(), match[2]) if match else (name, str(roles.get("unit") or ""))
            if _number(value) is not None or isinstance(value, bool):
                measured.append((prop, unit, value))
    for prop, unit, value in measured:
        if value == "":
            value = None
        key = f"{sensor}/{folded(prop)}"
        stream = Stream(key, f"{label}: {prop}", sensor, label, prop, "", unit, "any", lon, lat)
        yield _Row(stream, moment, value, roles.get("result_time"))


def _epoch(time: Any) -> Any:
    """Return seconds or milliseconds since 1970 as ISO 8601; all else as it is."""
    number = _number(time)
    if number is None or not 1e8 <= number < 1e13:
        return time if isinstance(time, str) else str(time)
    ms = round(number if number > 1e11 else number * 1000)
    return f"{np.datetime64(ms, 'ms')}Z"


def _number(value: Any) -> Optional[float]:
    if isinstance(value, bool) or value is None:
        return None
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None


@lru_cache(maxsize=4096)
def _role(name: str) -> str:
    return _roles().get(folded(name), "")


@lru_cache(maxsize=1)
def _roles() -> dict[str, str]:
    path = resources.path("sensors", "columns.yaml")
    known = checked_yaml.load(path, _Columns).columns
    return {folded(name): role for role, names in known.items() for name in names}


def names_of(role: str) -> Iterable[str]:
    """Return what a column of a role may be called."""
    return tuple(name for name, known in _roles().items() if known == role)
