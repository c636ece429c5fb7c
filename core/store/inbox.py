# SPDX-License-Identifier: GPL-2.0-or-later
"""What comes from a source into the workspace: how far it was read, what differs, what it no longer shows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

from ..errors import WorkspaceError
from ..model import Report
from .fields import MERGED, TEXTS_EDITED, joined
from .file.connection import explaining
from .file.geometry import point
from .file.timestamps import now
from .report_rows import Received, Row, report_id, row_of, write_reports
from .statements import DECIDE, PUT_DECISION
from .workspace import Workspace

_CURSOR = "SELECT changed_to, sweep, sweep_since, sweep_to, sweep_newest, read_at FROM cursor WHERE source = ?"
_BEGIN = """
INSERT INTO cursor (source, sweep, sweep_since) VALUES (?1, 1, ?2)
ON CONFLICT (source) DO UPDATE SET sweep = sweep + 1, sweep_since = excluded.sweep_since, sweep_to = NULL,
    sweep_newest = NULL
WHERE sweep_since IS NULL
"""
_SWEEP_STEP = """
UPDATE cursor SET sweep_to = max(coalesce(sweep_to, ?2), ?2),
    sweep_newest = CASE WHEN ?3 IS NULL THEN sweep_newest ELSE max(coalesce(sweep_newest, ?3), ?3) END
WHERE source = ?1 AND sweep_since NOT NULL
"""
_SWEEP_END = """
UPDATE cursor SET sweep_since = NULL, sweep_to = NULL, sweep_newest = NULL,
    changed_to = CASE WHEN ?2 IS NULL THEN changed_to ELSE max(coalesce(changed_to, ?2), ?2) END
WHERE source = ?1
"""
_STEP = """
INSERT INTO cursor (source, changed_to) VALUES (?1, ?2)
ON CONFLICT (source) DO UPDATE SET changed_to = max(coalesce(changed_to, excluded.changed_to), excluded.changed_to)
"""
_READ = "UPDATE cursor SET read_at = ? WHERE source = ?"
_ABILITIES = "SELECT source, abilities FROM cursor WHERE abilities NOTNULL ORDER BY fid"
_REMEMBER = """
INSERT INTO cursor (source, abilities) VALUES (?1, ?2) ON CONFLICT (source) DO UPDATE SET abilities = excluded.abilities
"""
_IDENTITIES = "SELECT source, identity FROM cursor ORDER BY fid"
_IDENTIFY = """
INSERT INTO cursor (source, identity) VALUES (?1, ?2) ON CONFLICT (source) DO UPDATE SET identity = excluded.identity
"""
_ANY = "SELECT EXISTS (SELECT 1 FROM report WHERE source = ?)"
_SEEN = """
UPDATE received SET seen = ?1
WHERE fid IN (SELECT fid FROM report WHERE id IN (SELECT value FROM json_each(?2))) AND seen IS NOT ?1
"""
_UNSEEN = """
SELECT report.id, report.service_request_id FROM report JOIN received ON received.fid = report.fid
WHERE report.source = ?1 AND received.seen IS NOT ?2 AND report.id NOT IN (SELECT report_id FROM gone)
ORDER BY report.fid LIMIT ?3
"""
_KNOWN = """
SELECT value, report.id FROM json_each(?1) JOIN report ON report.id = ?2 || value
UNION ALL SELECT value, alias.report_id FROM json_each(?1) JOIN alias ON alias.key = ?2 || value
UNION ALL SELECT value, report_id FROM json_each(?1) JOIN change ON report_id = ?2 || value WHERE action = 'delete'
"""
# Some servers change the case of ids.
_KNOWN_IN_OTHER_CASE = """
SELECT value, report.id FROM json_each(?1) JOIN report ON report.id = ?2 || value COLLATE NOCASE
WHERE report.service_request_id GLOB '*[A-Za-z]*'
UNION ALL SELECT substr(key, length(?2) + 1), report_id FROM alias
WHERE lower(key) IN (SELECT lower(?2 || value) FROM json_each(?1))
UNION ALL SELECT substr(report_id, length(?2) + 1), report_id FROM change
WHERE action = 'delete' AND lower(report_id) IN (SELECT lower(?2 || value) FROM json_each(?1))
"""
_COMMENTS_KNOWN = "SELECT reference FROM history WHERE reference IN (SELECT ?2 || value FROM json_each(?1))"
_OPEN_CONFLICTS = """
SELECT count(*) FROM conflict JOIN report ON report.id = conflict.report_id WHERE report.source = ?
"""
_FIELDS = joined("SELECT {columns} FROM report WHERE id IN (SELECT value FROM json_each(?))", ("id", *MERGED, "class"))
_GONE = "INSERT OR IGNORE INTO gone (report_id, found_at) VALUES (?, ?)"
_HISTORY = """
INSERT OR IGNORE INTO history (report_id, who, origin, what, old, new, note, reference) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_PUT_CONFLICT = """
INSERT INTO conflict (report_id, field, base, mine, theirs, mine_by, mine_at, theirs_by, theirs_at, found_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (report_id, field) DO UPDATE SET base = excluded.base, mine = excluded.mine, theirs = excluded.theirs,
    mine_by = excluded.mine_by, mine_at = excluded.mine_at, theirs_by = excluded.theirs_by,
    theirs_at = excluded.theirs_at
"""
_DROP_CONFLICTS = """
DELETE FROM conflict
WHERE report_id = ?1 AND field NOT IN (SELECT value FROM json_each(?2)) AND coalesce(theirs_by, '') NOT GLOB 'pack/*'
"""
_DROP_PARCEL_CONFLICT = "DELETE FROM conflict WHERE report_id = ? AND field = ?"
_HAS_CONFLICT = "SELECT EXISTS (SELECT 1 FROM conflict WHERE report_id = ? AND field = ?)"
_FULFILLED = """
DELETE FROM change WHERE report_id = ? AND action = 'update' AND field IN (SELECT value FROM json_each(?))
"""
_UNPLACED = """
SELECT report.id FROM report LEFT JOIN triage ON triage.fid = report.fid WHERE triage.fid IS NULL ORDER BY report.fid
"""
_CONFLICTS = """
SELECT report_id, field, base, mine, theirs, mine_by, mine_at, theirs_by, theirs_at, found_at FROM conflict
WHERE ?1 IS NULL OR report_id = ?1 ORDER BY fid
"""
_PUT_ROW = joined("UPDATE report SET {set} WHERE id = ?", MERGED)
_PUT_POINT = "UPDATE report SET geom = ?, position_flag = NULL WHERE id = ?"
_EDIT = """
INSERT INTO change (report_id, action, field, old, new, origin, who) VALUES (?, 'update', ?, ?, ?, 'resolve', ?)
"""
# Fields whose edits are queued; the others follow them.
_QUEUED = frozenset(MERGED) & frozenset(TEXTS_EDITED)


PARCEL = "pack/"
"""``theirs_by`` of a conflict begins so where both versions were edited by us: here, and in an offline pack.

The pack's title follows (``pack/Aubagne``), and ``field`` says which pack: ``state@pack/13005-1f``.
"""


def question_of(field: str) -> str:
    """Return what a conflict is about, whoever has the other version.

    >>> question_of("state@pack/13005-1f")
    'state'
    """
    return field.partition("@")[0]


@dataclass(frozen=True)
class Cursor:
    """How far a source was read; times in UTC, ``changed_to`` by the source's clock, ``sweep_since`` by ours.

    ``sweep_number`` counts full reads; one is under way while ``sweep_since`` is there, and has come to ``sweep_to``.
    """

    changed_to: Optional[str] = None
    sweep_number: int = 0
    sweep_since: Optional[str] = None
    sweep_to: Optional[str] = None
    sweep_newest: Optional[str] = None
    read_at: Optional[str] = None


@dataclass(frozen=True)
class OpenConflict:
    """A field that was changed here and at the source, differently; the versions are fields to values."""

    report_id: str
    field: str
    base: Mapping[str, Any]
    mine: Mapping[str, Any]
    theirs: Mapping[str, Any]
    mine_by: str = ""
    mine_at: str = ""
    theirs_by: str = ""
    theirs_at: str = ""
    found_at: str = ""


class Inbox:
    """One source of a workspace, as it is read. Methods write in a transaction of their own, or in the caller's."""

    def __init__(self, workspace: Workspace, source: str) -> None:
        self.workspace = workspace
        self.source = source

    # --- how far ---------------------------------------------------------------------------------------------------

    def cursor(self) -> Cursor:
        """Return how far the source was read; an empty cursor where it never was."""
        with explaining(self.workspace.path):
            row = self.workspace._connection.execute(_CURSOR, (self.source,)).fetchone()
        return Cursor(*row) if row else Cursor()

    def remember(self, abilities: str) -> None:
        """Keep what the source can do, as JSON; see :func:`known_abilities`."""
        if known_abilities(self.workspace).get(self.source) == abilities:
            return
        with self.workspace.transaction():
            self.workspace._connection.execute(_REMEMBER, (self.source, abilities))

    def identify(self, identity: str) -> None:
        """Keep who the source is: its address, or the whole path of its folder."""
        with self.workspace.transaction() as connection:
            connection.execute(_IDENTIFY, (self.source, identity))

    def begin_sweep(self) -> Cursor:
        """Begin a full read, or go on with the one under way; return the cursor."""
        with self.workspace.transaction():
            self.workspace._connection.execute(_BEGIN, (self.source, now()))
        return self.cursor()

    def step_sweep(self, to: str, newest: Optional[str]) -> None:
        """Say that a full read has come to ``to`` and that ``newest`` is the newest change it has seen."""
        with self.workspace.transaction():
            self.workspace._connection.execute(_SWEEP_STEP, (self.source, to, newest))

    def end_sweep(self, changed_to: Optional[str]) -> None:
        """End a full read: every change until ``changed_to`` is here."""
        with self.workspace.transaction():
            self.workspace._connection.execute(_SWEEP_END, (self.source, changed_to))
            self.workspace._connection.execute(_READ, (now(), self.source))
            self.workspace._touch("cursor")

    def step(self, changed_to: str) -> None:
        """Say that every change until ``changed_to`` is here; a cursor never goes back."""
        with self.workspace.transaction():
            self.workspace._connection.execute(_STEP, (self.source, changed_to))

    def ended(self) -> None:
        """Write down that a read came to its end."""
        with self.workspace.transaction():
            self.workspace._connection.execute(_READ, (now(), self.source))
            self.workspace._touch("cursor")

    # --- reports ---------------------------------------------------------------------------------------------------

    def has_reports(self) -> bool:
        """Say whether anything of the source is here."""
        with explaining(self.workspace.path):
            return bool(self.workspace._connection.execute(_ANY, (self.source,)).fetchone()[0])

    def known(self, identifiers: Sequence[str]) -> dict[str, str]:
        """Return id at the source → id here, of those that are here, or were and were deleted here."""
        prefix = report_id(self.source, "")
        with explaining(self.workspace.path):
            connection = self.workspace._connection
            found = dict(connection.execute(_KNOWN, (json.dumps(list(identifiers)), prefix)))
            others = [key for key in identifiers if key not in found and key.lower() != key.upper()]
            if others:
                rows = connection.execute(_KNOWN_IN_OTHER_CASE, (json.dumps(others), prefix))
                in_lower = {theirs.lower(): ours for theirs, ours in rows}
                found.update((key, in_lower[key.lower()]) for key in others if key.lower() in in_lower)
        return found

    def open_conflicts(self) -> int:
        """Return the number of open conflicts."""
        with explaining(self.workspace.path):
            return int(self.workspace._connection.execute(_OPEN_CONFLICTS, (self.source,)).fetchone()[0])

    def unknown_comments(self, entries: Sequence[str]) -> set[str]:
        """Return those of the source's entries that are not yet in the history."""
        prefix = f"{self.source}/"
        with explaining(self.workspace.path):
            rows = self.workspace._connection.execute(_COMMENTS_KNOWN, (json.dumps(list(entries)), prefix))
            return set(entries) - {reference[len(prefix) :] for (reference,) in rows}

    def receive(self, reports: Iterable[Report], *, sweep_number: Optional[int] = None) -> Received:
        """Store one batch; see :meth:`receive_rows`."""
        return self.receive_rows([row_of(report) for report in reports], sweep_number=sweep_number)

    def receive_rows(self, rows: Sequence[Row], *, sweep_number: Optional[int] = None) -> Received:
        """Store one batch; see :func:`~.report_rows.write_reports`. ``sweep_number``: a full read saw them."""
        with self.workspace._writing("source") as connection:
            received = write_reports(connection, rows)
            self.workspace._touch_reports(received)
            if sweep_number is not None:
                connection.execute(_SEEN, (sweep_number, json.dumps(received.ids)))
        return received

    def unseen(self, sweep_number: int, limit: int) -> list[tuple[str, str]]:
        """Return (id, id at the source) of reports that a full read did not see and that are not marked as gone."""
        with explaining(self.workspace.path):
            return self.workspace._connection.execute(_UNSEEN, (self.source, sweep_number, limit)).fetchall()

    def mark_gone(self, report_ids: Sequence[str]) -> None:
        """Mark reports that the source no longer shows; they stay, with all that was done with them."""
        with self.workspace.transaction():
            at = now()
            connection = self.workspace._connection
            for key in report_ids:
                if connection.execute(_GONE, (key, at)).rowcount:
                    connection.execute(_HISTORY, (key, None, "source", "gone", None, None, None, None))
            self.workspace._touch("gone", "history")

    def mark_seen(self, report_ids: Sequence[str], sweep_number: int) -> None:
        """Say that reports are still at the source although its list does not show them."""
        with self.workspace.transaction():
            self.workspace._connection.execute(_SEEN, (sweep_number, json.dumps(list(report_ids))))

    def add_comments(self, comments: Iterable[tuple[str, str, str, str, Optional[str]]]) -> int:
        """Keep what the source's people wrote: (report id, entry's key, status, text, who); say how many are new."""
        with self.workspace.transaction():
            connection = self.workspace._connection
            rows = (
                (key, who, "source", "comment", None, status or None, text or None, f"{self.source}/{entry}")
                for key, entry, status, text, who in comments
            )
            return sum(connection.execute(_HISTORY, row).rowcount for row in rows)

    # --- what differs ----------------------------------------------------------------------------------------------

    def put_conflicts(self, report_id: str, conflicts: Sequence[OpenConflict]) -> None:
        """Let exactly these be the conflicts of a report."""
        with self.workspace.transaction():
            connection = self.workspace._connection
            connection.execute(_DROP_CONFLICTS, (report_id, json.dumps([c.field for c in conflicts])))
            at = now()
            connection.executemany(
                _PUT_CONFLICT,
                (
                    (
                        report_id,
                        c.field,
                        *(_text(version) for version in (c.base, c.mine, c.theirs)),
                        c.mine_by or None,
                        c.mine_at or None,
                        c.theirs_by or None,
                        c.theirs_at or None,
                        at,
                    )
                    for c in conflicts
                ),
            )

    def fulfil(self, report_id: str, fields: Iterable[str]) -> None:
        """Take edits out of the queue: the source has the same by itself. ``geom`` stands for the position."""
        with self.workspace.transaction():
            self.workspace._connection.execute(_FULFILLED, (report_id, json.dumps(sorted(fields))))


def known_abilities(workspace: Workspace) -> dict[str, str]:
    """Return source → JSON of what it can do, of those that were read."""
    return dict(workspace.rows(_ABILITIES))


def known_identities(workspace: Workspace) -> dict[str, str]:
    """Return source → who it is, of those that were read; empty where an earlier version read it."""
    return {source: identity or "" for source, identity in workspace.rows(_IDENTITIES)}


def cursors(workspace: Workspace) -> list[str]:
    """Return the names of the sources that were read."""
    with explaining(workspace.path):
        return [name for (name,) in workspace._connection.execute("SELECT source FROM cursor ORDER BY fid")]


def unplaced(workspace: Workspace) -> list[str]:
    """Return the reports that have been given no class, place and team yet, in the order of arrival."""
    with explaining(workspace.path):
        return [key for (key,) in workspace._connection.execute(_UNPLACED)]


def conflicts(workspace: Workspace, report_id: Optional[str] = None) -> list[OpenConflict]:
    """Return the open conflicts, of one report or of all."""
    with explaining(workspace.path):
        rows = workspace._connection.execute(_CONFLICTS, (report_id,)).fetchall()
    return [
        OpenConflict(key, field, *(json.loads(version) for version in row[:3]), *(value or "" for value in row[3:]))
        for key, field, *row in rows
    ]


def present_fields(workspace: Workspace, report_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return id → fields of :data:`~.fields.MERGED`, and ``class``, as they are now; deleted ones are missing."""
    with explaining(workspace.path):
        rows = workspace._connection.execute(_FIELDS, (json.dumps(list(report_ids)),)).fetchall()
    return {key: dict(zip((*MERGED, "class"), values)) for key, *values in rows}


def settle_conflict(
    workspace: Workspace, conflict: OpenConflict, chosen: Mapping[str, Any], who: str, *, send: bool
) -> None:
    """Let ``chosen`` hold, and the source's version be the base from now on.

    With ``send`` it waits to be sent, as an edit of ``who``; otherwise it is what the source has, and no edit any more.

    Raises
    ------
    WorkspaceError
        The report is no longer here.
    """
    key = conflict.report_id
    if conflict.theirs_by.startswith(PARCEL):
        _settle_parcel_conflict(workspace, conflict, chosen, who)
        return
    with workspace._writing("resolve", who) as connection:
        present = present_fields(workspace, [key]).get(key)
        if present is None:
            raise WorkspaceError(f"There is no report '{key}' in the workspace", where=str(workspace.path))
        values = {**present, **chosen}
        connection.execute(_PUT_ROW, (*(values[name] for name in MERGED), key))
        fields = {name for name in conflict.theirs if name in _QUEUED}
        if "lon" in conflict.theirs:
            connection.execute(_PUT_POINT, (point(values["lon"], values["lat"]), key))
            fields.add("geom")
        connection.execute(_FULFILLED, (key, json.dumps(sorted(fields))))
        if send:
            for name in sorted(fields):
                old, new = (_queued(name, version) for version in (conflict.theirs, values))
                if old != new:
                    connection.execute(_EDIT, (key, name, old, new, who or None))
        left = [c.field for c in conflicts(workspace, key) if c.field != conflict.field]
        connection.execute(_DROP_CONFLICTS, (key, json.dumps(left)))
        note = f"{conflict.field}: theirs was {_text(conflict.theirs)}"
        entry = (key, who or None, "resolve", "resolved", _text(conflict.mine), _text(chosen), note, None)
        connection.execute(_HISTORY, entry)
        workspace._touch("conflict", "change", "history", "report", "incident")


def put_parcel_conflict(workspace: Workspace, conflict: OpenConflict) -> bool:
    """Keep a conflict with an offline pack beside those with the source; False where one of this field is open."""
    key = conflict.report_id
    with workspace.transaction():
        connection = workspace._connection
        if connection.execute(_HAS_CONFLICT, (key, conflict.field)).fetchone()[0]:
            return False
        versions = (_text(version) for version in (conflict.base, conflict.mine, conflict.theirs))
        who = (conflict.mine_by or None, conflict.mine_at or None, conflict.theirs_by, conflict.theirs_at)
        connection.execute(_PUT_CONFLICT, (key, conflict.field, *versions, *who, now()))
        return True


def _settle_parcel_conflict(workspace: Workspace, conflict: OpenConflict, chosen: Mapping[str, Any], who: str) -> None:
    """Let ``chosen`` hold as an edit of ours: both versions are, so what differs from the present row is queued."""
    key = conflict.report_id
    note = f"{conflict.field}: theirs was {_text(conflict.theirs)}"
    with workspace._writing("resolve", who, queue=True, note=note) as connection:
        present = present_fields(workspace, [key]).get(key)
        if present is None:
            raise WorkspaceError(f"There is no report '{key}' in the workspace", where=str(workspace.path))
        values = {**present, **chosen}
        connection.execute(_PUT_ROW, (*(values[name] for name in MERGED), key))
        if (values["lon"], values["lat"]) != (present["lon"], present["lat"]):
            connection.execute(_PUT_POINT, (point(values["lon"], values["lat"]), key))
        if values["class"] != present["class"]:
            connection.execute(DECIDE, (values["class"], key))
            connection.execute(PUT_DECISION, (key, None, who or None, now(), values["class"], None))
        connection.execute(_DROP_PARCEL_CONFLICT, (key, conflict.field))
        entry = (key, who or None, "resolve", "resolved", _text(conflict.mine), _text(chosen), note, None)
        connection.execute(_HISTORY, entry)
        workspace._touch("conflict", "change", "history", "report", "incident", "decision")


def _queued(name: str, version: Mapping[str, Any]) -> Optional[str]:
    """Return a value as the triggers queue it."""
    if name == "geom":
        return None if version["lon"] is None or version["lat"] is None else f"{version['lon']} {version['lat']}"
    value: Optional[str] = version.get(name)
    return value


def _text(version: Mapping[str, Any]) -> str:
    return json.dumps(dict(version), ensure_ascii=False)
