# SPDX-License-Identifier: GPL-2.0-or-later
"""Reports on their way into the workspace: key, row, digest, and what is new, changed or as before."""

from __future__ import annotations

import hashlib
import itertools
import json
import marshal
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple, Optional

from ..model import Report
from .fields import FIELDS, MERGED, SOURCE, joined, together
from .file.geometry import point
from .file.timestamps import storable, utc
from .states import closed_states

COLUMNS = SOURCE
_LON, _LAT, _STATUS = COLUMNS.index("lon"), COLUMNS.index("lat"), COLUMNS.index("status")
_GEOM, _DIGEST, _STATE = COLUMNS.index("geom"), len(COLUMNS), len(COLUMNS)
_SOURCE, _ID, _UPDATED = COLUMNS.index("source"), COLUMNS.index("service_request_id"), COLUMNS.index("updated_datetime")
_REQUESTED = COLUMNS.index("requested_datetime")
_CODE, _NAME = COLUMNS.index("service_code"), COLUMNS.index("service_name")
_OF_MODEL = tuple((i, field.model) for i, field in enumerate(f for f in FIELDS if "source" in f.uses) if field.model)

Row = tuple[Any, ...]
"""What is stored of a report: the values of :data:`COLUMNS`, then their digest. Nothing in it refers to anything, so
Python's collector has no work with the many rows that are on their way."""

_TYPED = frozenset({"description", "address", "media_url"})
_FEW = 100
_BLOCKS = (10_000, 5000, 1250, 250, 50)  # rows a statement
_MOST_VALUES = 32_766  # that a statement may have
# Servers write the keys of an object in another order each time.
_JSON = json.JSONEncoder(ensure_ascii=False, check_circular=False, default=str, sort_keys=True)
_LETTER = re.compile("[A-Za-z]")

# What is asked for a batch comes as one text: Python's lock is given back once, not for each row.
_STANDING = """
SELECT (SELECT json_group_array(json_array(report.id, hex(received.digest)))
        FROM report LEFT JOIN received ON received.fid = report.fid
        WHERE report.id IN (SELECT value FROM json_each(?1))),
    (SELECT json_group_array(report_id) FROM change
     WHERE action = 'delete' AND report_id IN (SELECT value FROM json_each(?1))),
    (SELECT json_group_array(report_id) FROM gone WHERE report_id IN (SELECT value FROM json_each(?1)))
"""
_PRESENT = "SELECT json_group_array(id) FROM report WHERE id IN (SELECT value FROM json_each(?))"
_TRIGGERS = """
SELECT sql FROM sqlite_master
WHERE type = 'trigger' AND name IN ('report_state_insert', 'report_insert', 'rtree_report_geom_insert') ORDER BY rowid
"""
_INDEX = """
INSERT INTO rtree_report_geom (id, minx, maxx, miny, maxy)
SELECT fid, lon, lon, lat, lat FROM report WHERE fid BETWEEN ? AND ? AND geom NOTNULL
"""
_INSERT = joined("INSERT INTO report ({columns}) VALUES ({marks})", (*COLUMNS, "fid", "id", "state"))
_CURRENT = joined(
    "SELECT {columns} FROM report WHERE id IN (SELECT value FROM json_each(?))", ("id", *COLUMNS, "state")
)
_UPDATE = joined("UPDATE report SET {set} WHERE id = ?", (*COLUMNS, "state"))
_EDITED = """
SELECT report_id, field, old, who, at FROM change
WHERE action = 'update' AND report_id IN (SELECT value FROM json_each(?)) ORDER BY fid
"""
_ALIASES = """
SELECT json_group_array(json_array(alias.key, alias.report_id, report.service_request_id))
FROM alias LEFT JOIN report ON report.id = alias.report_id WHERE alias.key IN (SELECT value FROM json_each(?))
"""
_OTHER_CASE = """
SELECT value, report.id, report.service_request_id, report.requested_datetime
FROM json_each(?) JOIN report ON report.id = value COLLATE NOCASE
WHERE report.service_request_id GLOB '*[A-Za-z]*' AND report.id <> value
"""
# Made here and known there by another id, or deleted here: few, so that one look at all of them is enough.
_OURS_IN_OTHER_CASE = """
SELECT alias.key, alias.report_id, report.service_request_id, report.requested_datetime
FROM alias LEFT JOIN report ON report.id = alias.report_id
WHERE lower(alias.key) IN (SELECT lower(value) FROM json_each(?1))
UNION ALL
SELECT report_id, report_id, NULL, NULL FROM change
WHERE action = 'delete' AND lower(report_id) IN (SELECT lower(value) FROM json_each(?1))
"""
_ALIAS = "INSERT OR IGNORE INTO alias (key, report_id) VALUES (?, ?)"
_NO_LONGER_GONE = "DELETE FROM gone WHERE report_id IN (SELECT value FROM json_each(?))"
_HISTORY = "INSERT INTO history (report_id, origin, what, old, new) VALUES (?, 'source', ?, ?, ?)"
_RECEIVED = "INSERT INTO received (fid, digest) VALUES (?, ?)"
_RECEIVED_AGAIN = """
INSERT INTO received (fid, digest) SELECT fid, ? FROM report WHERE id = ?
ON CONFLICT (fid) DO UPDATE SET digest = excluded.digest
"""
_LAST_FID = "SELECT seq FROM sqlite_sequence WHERE name = 'report'"


class Written(NamedTuple):
    """How many records were new, changed what was there, or said nothing new."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0

    def plus(self, other: Written) -> Written:
        """Return the sums."""
        return Written(self.new + other.new, self.changed + other.changed, self.unchanged + other.unchanged)


@dataclass(frozen=True)
class Versions:
    """The three versions of a report that was edited here and came again: fields of :data:`~.fields.MERGED` to values.

    ``edited`` maps a field to who edited it last, and when.
    """

    report_id: str
    base: Mapping[str, Any]
    mine: Mapping[str, Any]
    theirs: Mapping[str, Any]
    edited: Mapping[str, tuple[str, str]]
    theirs_at: str = ""


@dataclass(frozen=True)
class Received:
    """What became of one batch: its ids in the workspace, the counts, and the cases that are more than a change.

    ``moved`` and ``recategorised`` took another position or service from their source; ``back`` were gone before.
    """

    ids: tuple[str, ...]
    written: Written
    positions: tuple[tuple[float, float], ...] = ()
    edited: tuple[Versions, ...] = ()
    moved: tuple[str, ...] = ()
    recategorised: tuple[str, ...] = ()
    back: tuple[str, ...] = ()


def report_id(source: str, service_request_id: str) -> str:
    """Return the workspace's key of a report: the same for the same report, whatever the run.

    >>> report_id("reports.csv", "K036305")
    'reports.csv/K036305'
    """
    return storable(f"{source.replace('%', '%25').replace('/', '%2F')}/{service_request_id}")


def row_of(report: Report) -> Row:
    """Return what is stored of a report."""
    extra = report.extra
    values = (
        report.source,
        report.service_request_id,
        report.service_code or None,
        report.service_name or None,
        report.group or None,
        report.description or None,
        report.status or None,
        report.raw_status or None,
        report.address or None,
        report.lon,
        report.lat,
        report.position_flag or None,
        report.requested_datetime or None,
        report.updated_datetime or None,
        utc(report.requested_datetime),
        report.agency_responsible or None,
        report.media_url or None,
        _JSON.encode(dict(extra)) if extra else None,
        point(report.lon, report.lat),
    )
    return (*values, _digest(values))


def report_of(row: Row) -> Report:
    """Return the report that a row is of, without ``extra``."""
    return Report(**{name: row[place] for place, name in _OF_MODEL if row[place] is not None})


def identifier(row: Row) -> str:
    """Return the id that the source gave the report of a row."""
    value: str = row[_ID]
    return value


def last_time(row: Row) -> str:
    """Return when the report of a row changed last, or was made, as its source says it; ``""`` where it does not."""
    return row[_UPDATED] or row[_REQUESTED] or ""


def write_reports(connection: sqlite3.Connection, given: Sequence[Row]) -> Received:
    """Insert or update one batch inside the caller's transaction.

    A report whose source says what it said before is not touched, nor one that was deleted here. Otherwise every field
    takes the source's new value but those that were edited here and wait in ``change``. ``state`` starts at
    ``received``, or ``resolved`` where the source has closed it, and follows when the source closes or opens it again.
    """
    ids, rows = _known_as(connection, _all_storable(given))
    standing = connection.execute(_STANDING, (json.dumps(ids),)).fetchone()
    digests, deletions, back = (json.loads(part) for part in standing)
    known = {key: bytes.fromhex(digest) for key, digest in digests}
    deleted = set(deletions) - known.keys()
    if back:
        connection.execute(_NO_LONGER_GONE, (json.dumps(back),))
        connection.executemany(_HISTORY, ((key, "back", None, None) for key in back))
    new: dict[str, Row] = {} if known or deleted else dict(zip(ids, rows))
    if len(new) < len(rows):  # some are known, or come twice
        new = {}
    changed: dict[str, Row] = {}
    n_new, n_changed, n_unchanged = len(new), 0, 0
    for key, row in zip(ids, rows) if not new else ():
        before = known.get(key)
        if before == row[_DIGEST] or key in deleted:
            n_unchanged += 1
            continue
        if before is None:
            n_new += 1
            new[key] = row
        else:
            n_changed += 1
            (new if key in new else changed)[key] = row
        known[key] = row[_DIGEST]
    if new:
        _insert(connection, new)
    edited, moved, recategorised = _update(connection, changed) if changed else ((), (), ())
    written = (*new.values(), *changed.values())
    return Received(
        ids=tuple(ids),
        written=Written(n_new, n_changed, n_unchanged),
        positions=tuple((row[_LON], row[_LAT]) for row in written if row[_GEOM] is not None),
        edited=edited,
        moved=moved,
        recategorised=recategorised,
        back=tuple(back),
    )


def _known_as(connection: sqlite3.Connection, rows: Sequence[Row]) -> tuple[list[str], Sequence[Row]]:
    """Return the workspace's id of each report, and the rows with the id of their source that is known here.

    One that was sent from here has the id it had before; one whose id comes in another case is the same report where it
    was made at the same time, as far as that is known here.
    """
    beginnings = {source: report_id(source, "") for source in {row[_SOURCE] for row in rows}}
    ids = [beginnings[row[_SOURCE]] + row[_ID] for row in rows]
    (aliases,) = connection.execute(_ALIASES, (json.dumps(ids),)).fetchone()
    known: dict[str, tuple[str, Optional[str]]] = {key: (ours, theirs) for key, ours, theirs in json.loads(aliases)}
    if _LETTER.search("".join([row[_ID] for row in rows])):
        lettered = [key for key, row in zip(ids, rows) if _LETTER.search(row[_ID]) and key not in known]
        made = {key: row[_REQUESTED] for key, row in zip(ids, rows)}
        present = set(json.loads(connection.execute(_PRESENT, (json.dumps(lettered),)).fetchone()[0]))
        absent = [key for key in lettered if key not in present]
        found = connection.execute(_OTHER_CASE, (json.dumps(absent),)).fetchall()
        by_lower = {key.lower(): key for key in absent}
        for other, *rest in connection.execute(_OURS_IN_OTHER_CASE, (json.dumps(absent),)).fetchall():
            found.append((by_lower[other.lower()], *rest))
        for key, ours, theirs, requested in found:
            if requested in (None, made[key]):
                known[key] = ours, theirs
                connection.execute(_ALIAS, (key, ours))
        first: dict[tuple[str, Optional[str]], str] = {}
        for key in absent:
            one = first.setdefault((key.lower(), made[key]), key)
            if one != key and key not in known:  # twice in one batch
                known[key] = known.get(one, (one, None))
                connection.execute(_ALIAS, (key, known[key][0]))
    if not known:
        return ids, rows
    same = [_called(row, known[key][1]) if key in known else row for key, row in zip(ids, rows)]
    return [known[key][0] if key in known else key for key in ids], same


def _called(row: Row, name: Optional[str]) -> Row:
    """Return a row with another id of its source; None leaves the one it has."""
    if name is None or name == row[_ID]:
        return row
    values = (*row[:_ID], name, *row[_ID + 1 : _DIGEST])
    return (*values, _digest(values))


def _insert(connection: sqlite3.Connection, new: Mapping[str, Row]) -> None:
    last = connection.execute(_LAST_FID).fetchone()
    first = (last[0] if last else 0) + 1
    rows = [(*row[:_DIGEST], fid, key, _first_state(row)) for fid, (key, row) in enumerate(new.items(), first)]
    if len(rows) < _FEW:
        connection.executemany(_INSERT, rows)
    else:
        with _without_triggers(connection):
            _insert_in_blocks(connection, _INSERT, rows)
            connection.execute(_INDEX, (first, first + len(rows) - 1))
    _insert_in_blocks(connection, _RECEIVED, [(fid, row[_DIGEST]) for fid, row in enumerate(new.values(), first)])


def _update(
    connection: sqlite3.Connection, changed: Mapping[str, Row]
) -> tuple[tuple[Versions, ...], tuple[str, ...], tuple[str, ...]]:
    """Bring rows up to date; return those that were edited here, those that moved, those in another category."""
    keys = json.dumps(list(changed))
    edits: dict[str, dict[str, tuple[Any, str, str]]] = {}
    for key, field, old, who, at in connection.execute(_EDITED, (keys,)):
        first = edits.setdefault(key, {}).get(field)
        edits[key][field] = (first[0] if first else old, who or "", at)
    versions, moved, recategorised, rows, news = [], [], [], [], []
    for key, *current in connection.execute(_CURRENT, (keys,)).fetchall():
        theirs = changed[key]
        edit = edits.get(key, {})
        kept = {name for field in edit for name in together(field)}
        if not key.startswith(report_id(current[_SOURCE] or "", "")):
            # Made here: that a server says nothing of what a person typed is no news.
            pairs = zip(COLUMNS, current, theirs)
            kept |= {name for name, mine, other in pairs if name in _TYPED and mine and not other}
        # What was sent from here to another source belongs there.
        merged = (*current[:2], *_merged(current, theirs, kept)[2:])
        rows.append((*merged, key))
        if merged[_GEOM] != current[_GEOM]:
            moved.append(key)
            news.append((key, "moved", _place(current), _place(merged)))
        if any(old and old != new for old, new in zip(current[_CODE : _NAME + 1], merged[_CODE : _NAME + 1])):
            recategorised.append(key)
            news.append((key, "recategorised", current[_NAME] or current[_CODE], merged[_NAME] or merged[_CODE]))
        if edit:
            versions.append(_versions(key, current, theirs, edit))
    connection.executemany(_UPDATE, rows)
    connection.executemany(_RECEIVED_AGAIN, ((row[_DIGEST], key) for key, row in changed.items()))
    connection.executemany(_HISTORY, news)
    return tuple(versions), tuple(moved), tuple(recategorised)


def _place(row: Sequence[Any]) -> Optional[str]:
    return None if row[_GEOM] is None else f"{row[_LON]} {row[_LAT]}"


def _versions(key: str, current: Sequence[Any], row: Row, edit: Mapping[str, tuple[Any, str, str]]) -> Versions:
    mine = {name: value for name, value in zip((*COLUMNS, "state"), current) if name in MERGED}
    base = dict(mine)
    for field, (old, _, _) in edit.items():
        if field == "geom":
            lon, _, lat = (old or "").partition(" ")
            base.update(lon=float(lon) if lon else None, lat=float(lat) if lat else None)
        elif field in base:
            base[field] = old
    theirs = {name: value for name, value in zip(COLUMNS, row) if name in MERGED}
    theirs["state"] = state_after(base["state"], theirs["status"])
    who = {field: (by, at) for field, (_, by, at) in edit.items()}
    return Versions(key, base, mine, theirs, who, row[COLUMNS.index("updated_datetime")] or "")


def state_after(state: str, status: Optional[str]) -> str:
    """Return the state of a report whose source says ``open`` or ``closed``: it follows where the two are at odds."""
    if status == "closed" and state not in closed_states():
        return "resolved"
    return "received" if status == "open" and state == "resolved" else state


@contextmanager
def _without_triggers(connection: sqlite3.Connection) -> Iterator[None]:
    """Insert many rows that need none of the triggers, in the caller's transaction.

    With triggers SQLite first copies all rows of a statement; that of the spatial index asks Python four times a row.
    They are back in the same transaction, so others never see the table without them.
    """
    triggers = connection.execute(_TRIGGERS).fetchall()
    connection.execute("DROP TRIGGER report_state_insert")
    connection.execute("DROP TRIGGER report_insert")
    connection.execute("DROP TRIGGER rtree_report_geom_insert")
    try:
        yield
    finally:
        if connection.in_transaction:
            for (trigger,) in triggers:
                connection.execute(trigger)


def _insert_in_blocks(connection: sqlite3.Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert many rows with each statement.

    Python's lock is free while SQLite works on one, so that another thread can decode the next page meanwhile; a
    statement a row would ask for the lock again for each. Few lengths: each is a statement that is kept.
    """
    start = 0
    for block in (block for block in _BLOCKS if block * len(rows[0]) <= _MOST_VALUES):
        marks = ", (" + ", ".join("?" * len(rows[0])) + ")"
        many = statement + marks * (block - 1)
        while len(rows) - start >= block:
            connection.execute(many, list(itertools.chain.from_iterable(rows[start : start + block])))
            start += block
    connection.executemany(statement, rows[start:])


def _digest(values: tuple[Any, ...]) -> bytes:
    # Version 2 of the form depends on nothing but the values.
    return hashlib.blake2b(marshal.dumps(values, 2), digest_size=16).digest()


def _all_storable(rows: Sequence[Row]) -> Sequence[Row]:
    """Return rows that SQLite takes; all text is looked at in one go, for what can't be stored is rare."""
    columns = list(zip(*rows))[:_GEOM]
    text = "".join("".join(filter(None, column)) for place, column in enumerate(columns) if place not in (_LON, _LAT))
    if storable(text) == text:
        return rows
    return [tuple(storable(value) if isinstance(value, str) else value for value in row) for row in rows]


def _first_state(row: Row) -> str:
    return "resolved" if row[_STATUS] == "closed" else "received"


def _merged(current: Sequence[Any], row: Row, edited: set[str]) -> tuple[Any, ...]:
    """Return the row to store (with its state): the source's, but for the fields edited here."""
    state = current[_STATE]
    if "state" not in edited and current[_STATUS] != row[_STATUS]:
        state = state_after(state, row[_STATUS])
    kept = (mine if name in edited else theirs for name, mine, theirs in zip(COLUMNS, current, row))
    return (*kept, state)
