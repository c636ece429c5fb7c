# SPDX-License-Identifier: GPL-2.0-or-later
"""Sensors in the workspace: what each is, what it observed, the episodes found in it.

What is stored of a stream's observations is a set: of two at one moment the one that is later by its result's time
counts (then the larger). So it makes no difference in which order, how often and in what portions they come.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from typing import Any, NamedTuple, Optional

import numpy as np
from numpy.typing import NDArray

from .file.connection import explaining
from .file.geometry import point
from .file.timestamps import storable
from .workspace import Workspace

Times = NDArray[np.int64]
Floats = NDArray[np.float64]
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

_SENSORS = """
SELECT fid, source, key, coalesce(name, ''), coalesce(thing, ''), coalesce(thing_name, ''), coalesce(property, ''),
    coalesce(definition, ''), coalesce(unit, ''), kind, lon, lat, first_at, last_at, last_value, last_text, rhythm,
    flag, folded_to
FROM sensor WHERE ?1 IS NULL OR source = ?1 ORDER BY fid
"""
_KNOWN = """
SELECT fid, source, key, coalesce(name, ''), coalesce(thing, ''), coalesce(thing_name, ''), coalesce(property, ''),
    coalesce(definition, ''), coalesce(unit, ''), kind, lon, lat, first_at, last_at, last_value, last_text, rhythm,
    flag, folded_to
FROM sensor WHERE source = ?1 AND id IN (SELECT value FROM json_each(?2))
"""
_PUT = """
INSERT INTO sensor (id, source, key, name, thing, thing_name, property, definition, unit, kind, lon, lat, geom)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, thing = excluded.thing, thing_name = excluded.thing_name,
    property = excluded.property, definition = excluded.definition, kind = excluded.kind, lon = excluded.lon,
    lat = excluded.lat, geom = excluded.geom,
    unit = CASE WHEN coalesce(sensor.unit, '') = '' THEN excluded.unit ELSE sensor.unit END
"""
_IN_RANGE = "SELECT at FROM observation WHERE sensor_id = ?1 AND at BETWEEN ?2 AND ?3 ORDER BY at"
_HAS_ANY = "SELECT EXISTS (SELECT 1 FROM observation WHERE sensor_id = ?1 AND at BETWEEN ?2 AND ?3)"
_ADD = """
INSERT INTO observation (sensor_id, at, value, text, result_at, span) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (sensor_id, at) DO UPDATE SET value = excluded.value, text = excluded.text,
    result_at = excluded.result_at, span = excluded.span
WHERE (excluded.result_at, coalesce(excluded.value, -9e999), coalesce(excluded.text, ''), excluded.span)
    > (observation.result_at, coalesce(observation.value, -9e999), coalesce(observation.text, ''), observation.span)
"""
_ADD_NEW = "INSERT INTO observation (sensor_id, at, value, text, result_at, span) VALUES (?, ?, ?, ?, ?, ?)"
_ADD_NUMBERS = "INSERT INTO observation (sensor_id, at, value, result_at) VALUES (?, ?, ?, ?)"
_BLOCKS = (5000, 500)  # rows a statement: Python's lock is free while SQLite works on one
_SEEN = """
UPDATE sensor SET first_at = min(coalesce(first_at, ?2), ?2), last_at = max(coalesce(last_at, ?3), ?3) WHERE fid = ?1
"""
_LAST = """
UPDATE sensor SET (last_value, last_text) = (SELECT value, text FROM observation WHERE sensor_id = ?1 AND at =
sensor.last_at),
    rhythm = ?2
WHERE fid = ?1
"""
_RECENT = "SELECT at FROM observation WHERE sensor_id = ? ORDER BY at DESC LIMIT 200"
_SERIES = "SELECT at, value FROM observation WHERE sensor_id = ?1 AND at >= ?2 AND at <= ?3 ORDER BY at"
_FIRST = """
SELECT at FROM observation WHERE sensor_id = ?1 AND at >= ?2 AND at <= ?3 AND value BETWEEN ?4 AND ?5 ORDER BY at
LIMIT 1
"""
_TEXTS = "SELECT at, value, text FROM observation WHERE sensor_id = ?1 AND at >= ?2 AND at <= ?3 ORDER BY at"
_HOURS = "SELECT hour, least, mean, most, count FROM observation_hour WHERE sensor_id = ?1 AND hour >= ?2 ORDER BY hour"
_CURVE = """
SELECT at / ?3 * ?3, min(value), avg(value), max(value), count(value) FROM observation
WHERE sensor_id = ?1 AND at >= ?2 GROUP BY 1 ORDER BY 1
"""
_OPEN = """
SELECT min(started) FROM sensor_episode WHERE sensor_id = ?1 AND ended = 0 AND replaced_by IS NULL AND started >= ?2
"""
_FOLD = """
INSERT INTO observation_hour (sensor_id, hour, least, mean, most, count)
SELECT sensor_id, at / 3600000 * 3600000, min(value), avg(value), max(value), count(value)
FROM observation WHERE sensor_id = ?1 AND at < ?2 GROUP BY 2
ON CONFLICT (sensor_id, hour) DO NOTHING
"""
_EPISODES = """
SELECT key, started, raised, last, cleared, ended, count, value, observations, report_key, replaced_by
FROM sensor_episode WHERE sensor_id = ?1 AND rule = ?2 ORDER BY started, key
"""
_PUT_EPISODE = """
INSERT INTO sensor_episode (sensor_id, rule, key, started, raised, last, cleared, ended, count, value, observations,
    report_key, replaced_by)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (sensor_id, rule, key) DO UPDATE SET started = excluded.started, raised = excluded.raised,
    last = excluded.last, cleared = excluded.cleared, ended = excluded.ended, count = excluded.count,
    value = excluded.value, observations = excluded.observations, report_key = excluded.report_key,
    replaced_by = excluded.replaced_by
"""
_STATES = """
SELECT id, source, name, thing, property, last_value, last_text, unit, last_at, age_hours, state, episodes
FROM sensor_state ORDER BY OGC_FID
"""
STATE_COLUMNS = (
    "id", "source", "name", "thing", "property", "last_value", "last_text", "unit", "last_at", "age_hours", "state",
    "episodes",
)  # fmt: skip
_ALIAS = "INSERT OR IGNORE INTO alias (key, report_id) VALUES (?, ?)"


class Sensor(NamedTuple):
    """One stream of observations as the workspace knows it; empty text and None where a thing is not known."""

    fid: int
    source: str
    key: str
    name: str
    thing: str
    thing_name: str
    property: str
    definition: str
    unit: str
    kind: str
    lon: Optional[float]
    lat: Optional[float]
    first_at: Optional[int]
    last_at: Optional[int]
    last_value: Optional[float]
    last_text: Optional[str]
    rhythm: Optional[int]
    flag: Optional[str]
    folded_to: Optional[int]


class Described(NamedTuple):
    """What a source says of a stream."""

    key: str
    name: str
    thing: str
    thing_name: str
    property: str
    definition: str
    unit: str
    kind: str
    lon: Optional[float]
    lat: Optional[float]


class Added(NamedTuple):
    """How many observations were new, were here already, and came late (new, but older than the newest)."""

    new: int = 0
    duplicates: int = 0
    late: int = 0


@dataclass(frozen=True)
class StoredEpisode:
    """An episode as it was found last; see :class:`~..sensors.episodes.Episode` and the schema."""

    key: str
    started: int
    raised: int
    last: int
    cleared: Optional[int]
    ended: bool
    count: int
    value: Optional[float]
    observations: int
    report_key: str
    replaced_by: Optional[str]


def sensor_id(source: str, key: str) -> str:
    """Return the workspace's id of a stream."""
    return storable(f"{source.replace('%', '%25').replace('/', '%2F')}/{key}")


def sensors(workspace: Workspace, source: Optional[str] = None) -> list[Sensor]:
    """Return all sensors, or those of one source, in the order of arrival."""
    with explaining(workspace.path):
        return [Sensor(*row) for row in workspace._connection.execute(_SENSORS, (source,))]


def put_sensors(
    workspace: Workspace, source: str, streams: Sequence[Described]
) -> dict[str, tuple[Sensor, Optional[Sensor]]]:
    """Store what a source says of streams; return key → how it is here now, and how it was before (None: it is new).

    The unit of a stream that has one stays: values in another are converted before they come here, or refused.
    """
    keys = json.dumps([sensor_id(source, stream.key) for stream in streams])
    with workspace.transaction():
        connection = workspace._connection
        before = {row[2]: Sensor(*row) for row in connection.execute(_KNOWN, (source, keys))}
        changed = [stream for stream in streams if _described(before.get(stream.key)) != stream]
        for stream in changed:
            texts = [storable(value) or None for value in stream[1:7]]
            geom = point(stream.lon, stream.lat)
            row = (
                sensor_id(source, stream.key),
                source,
                storable(stream.key),
                *texts,
                stream.kind,
                stream.lon,
                stream.lat,
            )
            connection.execute(_PUT, (*row, geom))
        if changed:
            placed = [(s.lon, s.lat) for s in changed if point(s.lon, s.lat) is not None]
            extent = None
            if placed:
                xs, ys = zip(*placed)
                extent = (min(xs), max(xs), min(ys), max(ys))
            workspace._touch("sensor", "sensor_state", extent=extent)
        after = {row[2]: Sensor(*row) for row in connection.execute(_KNOWN, (source, keys))}
    return {stream.key: (after[storable(stream.key)], before.get(stream.key)) for stream in streams}


def _described(sensor: Optional[Sensor]) -> Optional[Described]:
    return None if sensor is None else Described(*sensor[2:12])


def add_observations(
    workspace: Workspace,
    sensor: Sensor,
    at: Times,
    value: Floats,
    *,
    text: Optional[NDArray[np.object_]] = None,
    result_at: Optional[Times] = None,
    span: Optional[Times] = None,
    last_before: Optional[int] = None,
) -> Added:
    """Store a portion of a stream's observations, in any order, each once.

    ``at`` are ms UTC, ``value`` NaN where there is no number. ``last_before`` is the newest moment that was known
    when the pull began: what is new and older came late.
    """
    if len(at) == 0:
        return Added()
    n = len(at)
    made = np.zeros(n, np.int64) if result_at is None else result_at
    length = np.zeros(n, np.int64) if span is None else span
    number = np.where(np.isfinite(value), value, -np.inf)
    words = np.array([""] * n) if text is None else np.array([item or "" for item in text.tolist()])
    order = (
        np.lexsort((length, words, number, made, at)) if text is not None else np.lexsort((length, number, made, at))
    )
    last_of_moment = np.append(np.diff(at[order]) != 0, True)
    order = order[last_of_moment]
    moments = at[order]
    with workspace.transaction():
        connection = workspace._connection
        bounds = (sensor.fid, int(moments[0]), int(moments[-1]))
        known = np.zeros(len(moments), dtype=bool)
        any_there = connection.execute(_HAS_ANY, bounds).fetchone()[0]
        if any_there:
            there = np.fromiter((row[0] for row in connection.execute(_IN_RANGE, bounds)), dtype=np.int64)
            known = np.isin(moments, there, assume_unique=True)
        numbers: list[Optional[float]] = value[order].tolist()
        if not np.isfinite(value).all():
            numbers = [None if v is None or not math.isfinite(v) else v for v in numbers]
        texts = (
            [None] * len(order) if text is None else [None if t is None else storable(t) for t in text[order].tolist()]
        )
        fids, at_list, made_list = [sensor.fid] * len(order), moments.tolist(), made[order].tolist()
        if any_there:
            rows = zip(fids, at_list, numbers, texts, made_list, length[order].tolist())
            connection.executemany(_ADD, rows)
        elif text is None and not length.any():
            _insert(connection, _ADD_NUMBERS, (fids, at_list, numbers, made_list))
        else:
            _insert(connection, _ADD_NEW, (fids, at_list, numbers, texts, made_list, length[order].tolist()))
        connection.execute(_SEEN, bounds)
    new = int((~known).sum())
    late = 0 if last_before is None else int((~known & (moments < last_before)).sum())
    return Added(new, n - new, late)


def _insert(connection: sqlite3.Connection, statement: str, columns: Sequence[list[Any]]) -> None:
    """Insert columns of one length, many rows with each statement."""
    width, count, start = len(columns), len(columns[0]), 0
    flat: list[Any] = [None] * (width * count)
    for i, column in enumerate(columns):
        flat[i::width] = column
    marks = ", (" + ", ".join("?" * width) + ")"
    for block in _BLOCKS:
        many = statement + marks * (block - 1)
        while count - start >= block:
            connection.execute(many, flat[start * width : (start + block) * width])
            start += block
    connection.executemany(statement, zip(*(column[start:] for column in columns)))


def refresh_last(workspace: Workspace, fids: Iterable[int]) -> None:
    """Write down the last value and the rhythm of sensors that got observations."""
    with workspace.transaction():
        connection = workspace._connection
        for fid in fids:
            recent = np.fromiter((row[0] for row in connection.execute(_RECENT, (fid,))), dtype=np.int64)
            rhythm = int(np.median(-np.diff(recent))) if len(recent) > 1 else None
            connection.execute(_LAST, (fid, rhythm))
        workspace._touch("sensor", "sensor_state")


def read_series(workspace: Workspace, fid: int, *, since: int = 0, until: int = 1 << 62) -> tuple[Times, Floats]:
    """Return moments (ms, UTC) and values of a sensor, oldest first; NaN where there is no number."""
    with explaining(workspace.path):
        rows = workspace._connection.execute(_SERIES, (fid, since, until)).fetchall()
    if not rows:
        return np.empty(0, np.int64), np.empty(0)
    at, value = zip(*rows)
    return np.array(at, dtype=np.int64), np.array(value, dtype=np.float64)


def read_runs(
    workspace: Workspace,
    fid: int,
    on: tuple[float, float],
    off: tuple[float, float],
    *,
    since: int = 0,
    until: int = 1 << 62,
    most: int = 200,
) -> tuple[Times, Floats]:
    """Return the part of a sensor's series in which a threshold may hold, as :func:`read_series` does.

    That is from each observation in the range ``on`` to the first one after it in the range ``off`` (both ends
    included);
    the database looks for them, so a quiet sensor costs no reading. After ``most`` such parts all the rest is given.
    """
    parts: list[tuple[int, int]] = []
    with explaining(workspace.path):
        find = workspace._connection.execute
        start = since
        while True:
            first = find(_FIRST, (fid, start, until, *on)).fetchone()
            if first is None:
                break
            last = find(_FIRST, (fid, first[0] + 1, until, *off)).fetchone()
            if last is None or len(parts) >= most:
                parts.append((first[0], until))
                break
            parts.append((first[0], last[0]))
            start = last[0] + 1
    series = [read_series(workspace, fid, since=a, until=b) for a, b in parts]
    if not series:
        return np.empty(0, np.int64), np.empty(0)
    return np.concatenate([at for at, _ in series]), np.concatenate([value for _, value in series])


def read_texts(
    workspace: Workspace, fid: int, *, since: int = 0, until: int = 1 << 62
) -> tuple[Times, Floats, list[Optional[str]]]:
    """Return moments, values and texts of a sensor, oldest first."""
    with explaining(workspace.path):
        rows = workspace._connection.execute(_TEXTS, (fid, since, until)).fetchall()
    at = np.array([row[0] for row in rows], dtype=np.int64)
    return at, np.array([row[1] for row in rows], dtype=np.float64), [row[2] for row in rows]


def read_curve(workspace: Workspace, fid: int, *, since: int, bins: int = 500, now: int) -> NDArray[np.float64]:
    """Return (moment ms, least, mean, most, count) of at most about ``bins`` spans of time, shape (n, 5).

    Spans are whole hours where older observations are hourly sums.
    """
    width = max((now - since) // max(bins, 1), 1)
    with explaining(workspace.path):
        hours = workspace._connection.execute(_HOURS, (fid, since)).fetchall()
        raw = workspace._connection.execute(_CURVE, (fid, since, width)).fetchall()
    old = np.array(hours, dtype=np.float64).reshape(-1, 5)
    if len(old) > bins:
        group = (old[:, 0] // width).astype(np.int64)
        starts = np.flatnonzero(np.append(True, np.diff(group) != 0))
        counts = np.add.reduceat(old[:, 4], starts)
        means = np.add.reduceat(np.nan_to_num(old[:, 2]) * old[:, 4], starts) / np.maximum(counts, 1)
        least, most = np.fmin.reduceat(old[:, 1], starts), np.fmax.reduceat(old[:, 3], starts)
        old = np.column_stack([old[starts, 0], least, means, most, counts])
    return np.vstack([old, np.array(raw, dtype=np.float64).reshape(-1, 5)])


def fold(workspace: Workspace, *, days: int, now: int, longest_days: int = 90) -> int:
    """Turn observations older than ``days`` into hourly least, mean, most and count; return how many there were.

    Days are counted from the sensor's newest observation. Those since the start of an episode that goes on are kept,
    for ``longest_days`` at most.
    """
    gone = 0
    for sensor in sensors(workspace):
        newest = min(now, sensor.last_at or now)
        cut = (newest - days * DAY_MS) // HOUR_MS * HOUR_MS
        oldest = (newest - longest_days * DAY_MS) // HOUR_MS * HOUR_MS
        if sensor.first_at is None or sensor.first_at >= cut:
            continue
        with workspace.transaction():
            connection = workspace._connection
            (kept,) = connection.execute(_OPEN, (sensor.fid, oldest)).fetchone()
            until = cut if kept is None else min(cut, kept // HOUR_MS * HOUR_MS)
            connection.execute(_FOLD, (sensor.fid, until))
            done = connection.execute(
                "DELETE FROM observation WHERE sensor_id = ? AND at < ?", (sensor.fid, until)
            ).rowcount
            if done:
                connection.execute(
                    "UPDATE sensor SET folded_to = max(coalesce(folded_to, ?1), ?1) WHERE fid = ?2", (until, sensor.fid)
                )
            gone += done
    return gone


def read_episodes(workspace: Workspace, fid: int, rule: str) -> list[StoredEpisode]:
    """Return the episodes of a sensor and a rule as they were found last, replaced ones too, oldest first."""
    with explaining(workspace.path):
        rows = workspace._connection.execute(_EPISODES, (fid, rule)).fetchall()
    return [_episode(row) for row in rows]


def _episode(row: Sequence[Any]) -> StoredEpisode:
    key, started, raised, last, cleared, ended, count, value, observations, report_key, replaced_by = row
    return StoredEpisode(
        key, started, raised, last, cleared, bool(ended), count, value, observations, report_key, replaced_by
    )


def put_episodes(workspace: Workspace, fid: int, rule: str, episodes: Iterable[StoredEpisode]) -> None:
    """Store episodes of a sensor and a rule by their keys."""
    with workspace.transaction():
        rows = ((fid, rule, *astuple(episode)) for episode in episodes)
        workspace._connection.executemany(_PUT_EPISODE, rows)
        workspace._touch("sensor_episode", "sensor_state")


def put_alias(workspace: Workspace, key: str, report: str) -> None:
    """Say that a source's ``key`` (with the source) means a report that is here under another."""
    with workspace.transaction():
        workspace._connection.execute(_ALIAS, (key, report))


def put_flags(workspace: Workspace, flags: Iterable[tuple[int, Optional[str]]]) -> None:
    """Write down what a check saw of sensors: ``out_of_range``, ``stuck`` or None."""
    with workspace.transaction():
        workspace._connection.executemany("UPDATE sensor SET flag = ?2 WHERE fid = ?1 AND flag IS NOT ?2", flags)


def sensor_states(workspace: Workspace) -> list[dict[str, Any]]:
    """Return the rows of the view ``sensor_state``, without geometry."""
    with explaining(workspace.path):
        return [dict(zip(STATE_COLUMNS, row)) for row in workspace._connection.execute(_STATES)]
