# SPDX-License-Identifier: GPL-2.0-or-later
"""Reports on their way into the workspace: key, row, digest, and what is new, changed or as before."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterable
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
_GEOM, _FID = COLUMNS.index("geom"), len(COLUMNS)
_MOVED_TOGETHER = ("geom", "lon", "lat", "position_flag")

_FEW = 100
_JSON = json.JSONEncoder(ensure_ascii=False, default=str)
# How repr writes what text.storable replaces: NUL, and halves of a pair.
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
SELECT source, service_request_id, service_code, service_name, service_group, description, status,
    raw_status, address, lon, lat, position_flag, requested_datetime, updated_datetime, reported_at,
    agency_responsible, media_url, extra, geom, state
FROM report WHERE id = ?
"""
_UPDATE = """
UPDATE report SET source = ?, service_request_id = ?, service_code = ?, service_name = ?, service_group = ?,
    description = ?, status = ?, raw_status = ?, address = ?, lon = ?, lat = ?, position_flag = ?,
    requested_datetime = ?, updated_datetime = ?, reported_at = ?, agency_responsible = ?, media_url = ?, extra = ?,
    geom = ?, state = ?
WHERE id = ?
"""
_EDITED = """
SELECT report_id, field FROM change
WHERE action = 'update' AND report_id IN (SELECT value FROM json_each(?))
"""
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


def report_id(source: str, service_request_id: str) -> str:
    """Return the workspace's key of a report: the same for the same report, whatever the run.

    >>> report_id("reports.csv", "K036305")
    'reports.csv/K036305'
    """
    return storable(f"{source.replace('%', '%25').replace('/', '%2F')}/{service_request_id}")


def write_reports(connection: sqlite3.Connection, reports: list[Report]) -> tuple[Written, list[tuple[float, float]]]:
    """Insert or update one batch inside the caller's transaction; return counts and the positions written.

    A report whose source says what it said before is not touched, nor one that was deleted here. Otherwise every field
    takes the source's new value but those that were edited here and wait in ``change``. ``state`` starts at
    ``received``, or ``resolved`` where the source has closed it, and follows when the source closes or opens it again.
    """
    ids = [report_id(report.source, report.service_request_id) for report in reports]
    known: dict[str, Optional[bytes]] = dict(connection.execute(_KNOWN, (json.dumps(ids),)))
    deleted = {key for (key,) in connection.execute(_DELETED, (json.dumps(ids),)) if key not in known}
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
        connection.executemany(_RECEIVED, ((fid, digest) for fid, (_, digest) in enumerate(new.values(), first)))
    if changed:
        edited: dict[str, set[str]] = {}
        for key, field in connection.execute(_EDITED, (json.dumps(list(changed)),)):
            edited.setdefault(key, set()).update(_MOVED_TOGETHER if field == "geom" else (field,))
        for key, (row, digest) in changed.items():
            connection.execute(_UPDATE, (*_merged(connection, key, row, edited.get(key, set())), key))
            connection.execute(_RECEIVED_AGAIN, (digest, key))
    written = (row for table in (new, changed) for row, _ in table.values())
    return Written(n_new, n_changed, n_unchanged), [(row[_LON], row[_LAT]) for row in written if row[_GEOM] is not None]


def _insert_many(connection: sqlite3.Connection, rows: list[tuple[Any, ...]]) -> None:
    """Insert rows and index their points at once, three times as fast as by the index's trigger.

    The trigger comes back in the same transaction, so others never see the table without it.
    """
    (trigger,) = connection.execute(_TRIGGER).fetchone()
    connection.execute("DROP TRIGGER rtree_report_geom_insert")
    connection.executemany(_INSERT, rows)
    connection.executemany(
        _INDEX, ((row[_FID], row[_LON], row[_LON], row[_LAT], row[_LAT]) for row in rows if row[_GEOM] is not None)
    )
    connection.execute(trigger)


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


def _merged(connection: sqlite3.Connection, key: str, row: tuple[Any, ...], edited: Iterable[str]) -> tuple[Any, ...]:
    """Return the row to store (with its state): the source's, but for the fields edited here."""
    *current, state = connection.execute(_CURRENT, (key,)).fetchone()
    if "state" not in edited:
        was, now = current[_STATUS], row[_STATUS]
        if now == "closed" and was != "closed":
            state = "resolved"
        elif now == "open" and was == "closed" and state == "resolved":
            state = "received"
    kept = (mine if name in edited else theirs for name, mine, theirs in zip(COLUMNS, current, row))
    return (*kept, state)
