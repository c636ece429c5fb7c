# SPDX-License-Identifier: GPL-2.0-or-later
"""Reports on their way into the workspace: key, row, digest, and what is new, changed or as before."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Optional

from ..model import Report
from .geometry import point
from .text import storable
from .timestamps import utc

COLUMNS = (
    "source", "service_request_id", "service_code", "service_name", "service_group", "description", "status",
    "raw_status", "address", "lon", "lat", "position_flag", "requested_datetime", "updated_datetime", "reported_at",
    "agency_responsible", "media_url", "extra", "geom",
)  # fmt: skip
_LON, _LAT, _STATUS = COLUMNS.index("lon"), COLUMNS.index("lat"), COLUMNS.index("status")
_GEOM, _FID, _STATE = COLUMNS.index("geom"), len(COLUMNS), len(COLUMNS)
_CODE, _NAME = COLUMNS.index("service_code"), COLUMNS.index("service_name")

MERGED = (
    "service_code", "service_name", "service_group", "description", "status", "raw_status", "address", "lon", "lat",
    "agency_responsible", "media_url", "state",
)  # fmt: skip
"""The fields of which there are three versions."""

_SERVICE, _STATUSES = ("service_code", "service_name", "service_group"), ("status", "raw_status")
# Fields that mean something only together: where one was edited, none of them is taken from the source.
_TOGETHER = {
    "geom": ("geom", "lon", "lat", "position_flag"),
    **{name: _SERVICE for name in _SERVICE},
    **{name: _STATUSES for name in _STATUSES},
}
CLOSED_STATES = frozenset({"resolved", "rejected", "duplicate", "not_ours"})

_FEW = 100
_BLOCK = 400  # times 22 columns: far from the 32,766 values that a statement may have
_JSON = json.JSONEncoder(ensure_ascii=False, default=str)
# How repr writes what text.storable replaces: NUL, and halves of a pair.
_LETTER = re.compile("[A-Za-z]")
_UNSTORABLE = re.compile(r"\\x00|\\ud[89a-f]")

_TRIGGER = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = 'rtree_report_geom_insert'"
_INDEX = "INSERT INTO rtree_report_geom (id, minx, maxx, miny, maxy) VALUES (?, ?, ?, ?, ?)"
_KNOWN = """
SELECT report.id, received.digest FROM report LEFT JOIN received ON received.fid = report.fid
WHERE report.id IN (SELECT value FROM json_each(?))
"""
_INSERT = """
INSERT INTO report (source, service_request_id, service_code, service_name, service_group, description, status,
    raw_status, address, lon, lat, position_flag, requested_datetime, updated_datetime, reported_at,
    agency_responsible, media_url, extra, geom, fid, id, state)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_CURRENT = """
SELECT id, source, service_request_id, service_code, service_name, service_group, description, status,
    raw_status, address, lon, lat, position_flag, requested_datetime, updated_datetime, reported_at,
    agency_responsible, media_url, extra, geom, state
FROM report WHERE id IN (SELECT value FROM json_each(?))
"""
_UPDATE = """
UPDATE report SET source = ?, service_request_id = ?, service_code = ?, service_name = ?, service_group = ?,
    description = ?, status = ?, raw_status = ?, address = ?, lon = ?, lat = ?, position_flag = ?,
    requested_datetime = ?, updated_datetime = ?, reported_at = ?, agency_responsible = ?, media_url = ?, extra = ?,
    geom = ?, state = ?
WHERE id = ?
"""
_EDITED = """
SELECT report_id, field, old, who, at FROM change
WHERE action = 'update' AND report_id IN (SELECT value FROM json_each(?)) ORDER BY fid
"""
_ALIASES = """
SELECT alias.key, alias.report_id, report.service_request_id FROM alias LEFT JOIN report ON report.id = alias.report_id
WHERE alias.key IN (SELECT value FROM json_each(?))
"""
_OTHER_CASE = """
SELECT value, report.id, report.service_request_id, report.requested_datetime
FROM json_each(?) JOIN report ON report.id = value COLLATE NOCASE
WHERE report.service_request_id GLOB '*[A-Za-z]*' AND report.id <> value
"""
_ALIAS = "INSERT OR IGNORE INTO alias (key, report_id) VALUES (?, ?)"
_BACK = "SELECT report_id FROM gone WHERE report_id IN (SELECT value FROM json_each(?))"
_NO_LONGER_GONE = "DELETE FROM gone WHERE report_id IN (SELECT value FROM json_each(?))"
_HISTORY = "INSERT INTO history (report_id, origin, what, old, new) VALUES (?, 'source', ?, ?, ?)"
_DELETED = """
SELECT report_id FROM change WHERE action = 'delete' AND report_id IN (SELECT value FROM json_each(?))
"""
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
    """The three versions of a report that was edited here and came again: fields of :data:`MERGED` to values.

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


def write_reports(connection: sqlite3.Connection, reports: list[Report]) -> Received:
    """Insert or update one batch inside the caller's transaction.

    A report whose source says what it said before is not touched, nor one that was deleted here. Otherwise every field
    takes the source's new value but those that were edited here and wait in ``change``. ``state`` starts at
    ``received``, or ``resolved`` where the source has closed it, and follows when the source closes or opens it again.
    """
    ids, reports = _known_as(connection, reports)
    known: dict[str, Optional[bytes]] = dict(connection.execute(_KNOWN, (json.dumps(ids),)))
    deleted = {key for (key,) in connection.execute(_DELETED, (json.dumps(ids),)) if key not in known}
    back = [key for (key,) in connection.execute(_BACK, (json.dumps(ids),))]
    if back:
        connection.execute(_NO_LONGER_GONE, (json.dumps(back),))
        connection.executemany(_HISTORY, ((key, "back", None, None) for key in back))
    new: dict[str, tuple[tuple[Any, ...], bytes]] = {}
    changed: dict[str, tuple[tuple[Any, ...], bytes]] = {}
    n_new = n_changed = n_unchanged = 0
    for key, report in zip(ids, reports):
        text = repr(tuple(vars(report).values()))
        digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
        if known.get(key) == digest or key in deleted:
            n_unchanged += 1
            continue
        row = _row(report, clean=_UNSTORABLE.search(text) is None)
        if key not in known:
            n_new += 1
            new[key] = row, digest
        else:
            n_changed += 1
            (new if key in new else changed)[key] = row, digest
        known[key] = digest
    if new:
        last = connection.execute(_LAST_FID).fetchone()
        first = (last[0] if last else 0) + 1
        rows = [(*row, fid, key, _first_state(row)) for fid, (key, (row, _)) in enumerate(new.items(), first)]
        if len(rows) < _FEW:
            connection.executemany(_INSERT, rows)
        else:
            _insert_many(connection, rows)
        _insert_in_blocks(connection, _RECEIVED, [(fid, digest) for fid, (_, digest) in enumerate(new.values(), first)])
    edited, moved, recategorised = _update(connection, changed) if changed else ((), (), ())
    written = (row for table in (new, changed) for row, _ in table.values())
    return Received(
        ids=tuple(ids),
        written=Written(n_new, n_changed, n_unchanged),
        positions=tuple((row[_LON], row[_LAT]) for row in written if row[_GEOM] is not None),
        edited=edited,
        moved=moved,
        recategorised=recategorised,
        back=tuple(back),
    )


def _known_as(connection: sqlite3.Connection, reports: list[Report]) -> tuple[list[str], list[Report]]:
    """Return the workspace's id of each report, and the reports with the id of their source that is known here.

    One that was sent from here has the id it had before; one whose id comes in another case is the same report where it
    was made at the same time.
    """
    ids = [report_id(report.source, report.service_request_id) for report in reports]
    known: dict[str, tuple[str, Optional[str]]] = {
        key: (ours, theirs) for key, ours, theirs in connection.execute(_ALIASES, (json.dumps(ids),))
    }
    lettered = [
        key for key, report in zip(ids, reports) if _LETTER.search(report.service_request_id) and key not in known
    ]
    if lettered:
        made = {key: report.requested_datetime for key, report in zip(ids, reports)}
        present = {key for key, _ in connection.execute(_KNOWN, (json.dumps(lettered),))}
        for key, ours, theirs, requested in connection.execute(_OTHER_CASE, (json.dumps(lettered),)).fetchall():
            if key not in present and requested == made[key]:
                known[key] = ours, theirs
                connection.execute(_ALIAS, (key, ours))
    if not known:
        return ids, reports
    same = [
        replace(report, service_request_id=known[key][1] or report.service_request_id) if key in known else report
        for key, report in zip(ids, reports)
    ]
    return [known[key][0] if key in known else key for key in ids], same


def _update(
    connection: sqlite3.Connection, changed: dict[str, tuple[tuple[Any, ...], bytes]]
) -> tuple[tuple[Versions, ...], tuple[str, ...], tuple[str, ...]]:
    """Bring rows up to date; return those that were edited here, those that moved, those in another category."""
    keys = json.dumps(list(changed))
    edits: dict[str, dict[str, tuple[Any, str, str]]] = {}
    for key, field, old, who, at in connection.execute(_EDITED, (keys,)):
        first = edits.setdefault(key, {}).get(field)
        edits[key][field] = (first[0] if first else old, who or "", at)
    versions, moved, recategorised, rows, news = [], [], [], [], []
    for key, *current in connection.execute(_CURRENT, (keys,)).fetchall():
        theirs = changed[key][0]
        edit = edits.get(key, {})
        kept = {name for field in edit for name in _TOGETHER.get(field, (field,))}
        # What was sent from here to another source belongs there.
        merged = (*current[:2], *_merged(current, theirs, kept)[2:])
        rows.append((*merged, key))
        if merged[_GEOM] != current[_GEOM]:
            moved.append(key)
            news.append((key, "moved", _place(current), _place(merged)))
        if (merged[_CODE], merged[_NAME]) != (current[_CODE], current[_NAME]):
            recategorised.append(key)
            news.append((key, "recategorised", current[_NAME] or current[_CODE], merged[_NAME] or merged[_CODE]))
        if edit:
            versions.append(_versions(key, current, theirs, edit))
    connection.executemany(_UPDATE, rows)
    connection.executemany(_RECEIVED_AGAIN, ((digest, key) for key, (_, digest) in changed.items()))
    connection.executemany(_HISTORY, news)
    return tuple(versions), tuple(moved), tuple(recategorised)


def _place(row: Sequence[Any]) -> Optional[str]:
    return None if row[_GEOM] is None else f"{row[_LON]} {row[_LAT]}"


def _versions(
    key: str, current: Sequence[Any], row: tuple[Any, ...], edit: Mapping[str, tuple[Any, str, str]]
) -> Versions:
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
    if status == "closed" and state not in CLOSED_STATES:
        return "resolved"
    return "received" if status == "open" and state == "resolved" else state


def _insert_many(connection: sqlite3.Connection, rows: list[tuple[Any, ...]]) -> None:
    """Insert rows and index their points at once, three times as fast as by the index's trigger.

    The trigger comes back in the same transaction, so others never see the table without it.
    """
    (trigger,) = connection.execute(_TRIGGER).fetchone()
    connection.execute("DROP TRIGGER rtree_report_geom_insert")
    _insert_in_blocks(connection, _INSERT, rows)
    boxes = [(row[_FID], row[_LON], row[_LON], row[_LAT], row[_LAT]) for row in rows if row[_GEOM] is not None]
    _insert_in_blocks(connection, _INDEX, boxes)
    connection.execute(trigger)


def _insert_in_blocks(connection: sqlite3.Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert many rows with each statement.

    Python's lock is free while SQLite works on one, so that another thread can decode the next page meanwhile; a
    statement a row would ask for the lock again for each.
    """
    if not rows:
        return
    marks = ", (" + ", ".join("?" * len(rows[0])) + ")"
    whole = len(rows) - len(rows) % _BLOCK
    many = statement + marks * (_BLOCK - 1)
    for start in range(0, whole, _BLOCK):
        connection.execute(many, list(itertools.chain.from_iterable(rows[start : start + _BLOCK])))
    connection.executemany(statement, rows[whole:])


def _row(report: Report, *, clean: bool) -> tuple[Any, ...]:
    row = _given(report)
    return row if clean else tuple(storable(value) if isinstance(value, str) else value for value in row)


def _given(report: Report) -> tuple[Any, ...]:
    return (
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
        _JSON.encode(dict(report.extra)) if report.extra else None,
        point(report.lon, report.lat),
    )


def _first_state(row: tuple[Any, ...]) -> str:
    return "resolved" if row[_STATUS] == "closed" else "received"


def _merged(current: Sequence[Any], row: tuple[Any, ...], edited: set[str]) -> tuple[Any, ...]:
    """Return the row to store (with its state): the source's, but for the fields edited here."""
    state = current[_STATE]
    if "state" not in edited and current[_STATUS] != row[_STATUS]:
        state = state_after(state, row[_STATUS])
    kept = (mine if name in edited else theirs for name, mine, theirs in zip(COLUMNS, current, row))
    return (*kept, state)
