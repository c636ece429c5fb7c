# SPDX-License-Identifier: GPL-2.0-or-later
"""What goes from the workspace to a source: the edits that wait, and a note of everything that is sent.

A note is on the disk before the call is made. Whatever happens after, the next push finds it and asks the source
whether it has what was sent, before anything is sent again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Optional

from .fields import MERGED, SOURCE, TEXTS_EDITED, joined, question
from .file.connection import explaining
from .file.timestamps import now
from .inbox import question_of
from .report_rows import report_id as key_of
from .workspace import Workspace

_QUEUE = """
SELECT change.fid, change.report_id, change.action, change.field, change.old, change.new, change.who, change.at,
    change.origin, change.kept, change.refused, report.source, report.service_request_id
FROM change LEFT JOIN report ON report.id = change.report_id
WHERE ?1 IS NULL OR change.report_id = ?1 ORDER BY change.fid
"""
_ROW_NAMES = (*dict.fromkeys((*MERGED, *TEXTS_EDITED)), "extra", "requested_datetime", "reported_at")
_ROWS = joined("SELECT {columns} FROM report WHERE id IN (SELECT value FROM json_each(?))", ("id", *_ROW_NAMES))
_IN_CONFLICT = "SELECT report_id, field FROM conflict"
_GONE = "SELECT report_id FROM gone"
_SUBMIT = """
INSERT INTO change (report_id, action, origin, who)
SELECT id, 'insert', 'submit', ?2 FROM report
WHERE id IN (SELECT value FROM json_each(?1)) AND NOT EXISTS
    (SELECT 1 FROM change WHERE change.report_id = report.id AND action = 'insert')
"""
_COMMENT = "INSERT INTO change (report_id, action, new, origin, who) VALUES (?, 'comment', ?, 'reply', ?)"
_DROP_COMMENTS = """
DELETE FROM change WHERE action = 'comment' AND fid IN (SELECT value FROM json_each(?1)) AND fid NOT IN
    (SELECT sent.value FROM outbox, json_each(outbox.changes) AS sent
     WHERE outbox.state IN ('sending', 'unknown', 'token'))
"""
_KEEP = "UPDATE change SET kept = ? WHERE fid IN (SELECT value FROM json_each(?)) AND kept IS NOT ?"
_REFUSED = "UPDATE change SET kept = ?, refused = ? WHERE fid IN (SELECT value FROM json_each(?))"
_DROP = "DELETE FROM change WHERE fid IN (SELECT value FROM json_each(?))"
_OPEN = """
SELECT fid, report_id, action, payload, changes, state, token, noted_at, tried_at, who, reason FROM outbox
WHERE source = ? AND state IN ('sending', 'unknown', 'token') ORDER BY fid
"""
_NOTE = """
INSERT INTO outbox (report_id, source, action, payload, changes, state, noted_at, tried_at, who)
VALUES (?, ?, ?, ?, ?, 'sending', ?, ?, ?)
"""
_STATE = """
UPDATE outbox SET state = ?2, reason = ?3, token = coalesce(?4, token) WHERE fid = ?1
    AND state IN ('sending', 'unknown', 'token')
"""
_SETTLE = """
UPDATE outbox SET state = ?2, reason = ?3, service_request_id = ?4, settled_at = ?5 WHERE fid = ?1
    AND state IN ('sending', 'unknown', 'token')
"""
_UNCLEAR = "SELECT report_id FROM outbox WHERE state IN ('sending', 'unknown', 'token')"
_WITHDRAW = "DELETE FROM outbox WHERE fid = ? AND state IN ('sending', 'unknown')"
_ALIAS = "INSERT OR IGNORE INTO alias (key, report_id) VALUES (?, ?)"
_TAKEN = "SELECT EXISTS (SELECT 1 FROM alias WHERE lower(key) = lower(?1) AND report_id <> ?2)"
_TWIN = """
SELECT id FROM report WHERE id <> ?2 AND
    (id = ?1 OR (id = ?1 COLLATE NOCASE AND service_request_id GLOB '*[A-Za-z]*')) ORDER BY id <> ?1 LIMIT 1
"""
_TWIN_DROP = "DELETE FROM report WHERE id = ?"
_TWIN_PHOTOS = "UPDATE photo SET report_id = ?2 WHERE report_id = ?1"
_TWIN_EDITS = "UPDATE change SET report_id = ?2 WHERE report_id = ?1"
_TWIN_CONFLICTS = "UPDATE OR IGNORE conflict SET report_id = ?2 WHERE report_id = ?1"
_EDITED = "SELECT DISTINCT field FROM change WHERE report_id = ? AND action = 'update'"
# What the source says, and what was edited since; but for the fields named, which were edited in ours alone.
_TWIN_VALUE = """
CASE WHEN 'EDITED' IN (SELECT value FROM json_each(?3)) THEN report.COLUMN ELSE twin.COLUMN END
"""
_TWIN_VALUES = """
UPDATE report SET ({columns}) = (SELECT VALUES_OF_BOTH FROM report AS twin WHERE twin.id = ?1) WHERE report.id = ?2
"""


def _twin_values() -> str:
    """Return the statement that unites two rows: a column as its edit wants it, the others as the source says."""
    columns = [name for name in (*SOURCE, "state") if name not in ("source", "service_request_id", "reported_at")]
    edited = {
        name: name if name in TEXTS_EDITED else "geom" if question(name) == "position" else "" for name in columns
    }
    values = [
        _TWIN_VALUE.strip().replace("EDITED", edited[name]).replace("COLUMN", name) if edited[name] else "twin." + name
        for name in columns
    ]
    return joined(_TWIN_VALUES, columns).replace("VALUES_OF_BOTH", ", ".join(values))


_UNITE = _twin_values()
_CAME_AFTER = """
SELECT EXISTS (SELECT 1 FROM report AS a JOIN report AS b ON a.fid > b.fid WHERE a.id = ?1 AND b.id = ?2)
"""
# So that the source's next word of it is taken field by field, whatever it said before.
_EXPECT = "INSERT OR IGNORE INTO received (fid, digest) SELECT fid, x'' FROM report WHERE id = ?"
_FORGET = "UPDATE received SET digest = x'' WHERE fid = (SELECT fid FROM report WHERE id = ?)"
_ADOPT = """
UPDATE report SET source = ?2, service_request_id = ?3, status = coalesce(status, 'open') WHERE id = ?1
"""
_STATUS = """
UPDATE report SET status = ?2, raw_status = ?2 WHERE id = ?1 AND status IS NOT ?2
    AND NOT EXISTS (SELECT 1 FROM change WHERE report_id = ?1 AND action = 'update' AND field = 'status')
"""
_HISTORY = (
    "INSERT INTO history (report_id, who, origin, what, old, new, note) VALUES (?, ?, 'push', 'sent', NULL, ?, ?)"
)
_PHOTO = "SELECT photo FROM photo WHERE report_id = ? AND verdict <> 'unreadable' ORDER BY fid LIMIT 1"
_COUNTS = """
SELECT source, state, count(*) FROM outbox WHERE state <> 'sent' GROUP BY source, state
"""


@dataclass(frozen=True)
class Edit:
    """One edit that waits: ``action`` is insert, update, delete or comment.

    ``kept`` says why it stays here, ``refused`` is the HTTP status by which its source refused it.
    """

    fid: int
    action: str
    field: str
    old: Optional[str]
    new: Optional[str]
    who: str
    at: str
    origin: str
    kept: str
    refused: int = 0


@dataclass(frozen=True)
class Waiting:
    """A report and the edits of it that wait, oldest first; ``row`` is empty where it was deleted here."""

    report_id: str
    source: str
    service_request_id: str
    row: Mapping[str, Any]
    edits: tuple[Edit, ...]
    conflicts: frozenset[str] = frozenset()
    gone: bool = False

    @property
    def new(self) -> bool:
        """Whether it was made here and is on no server."""
        return any(edit.action == "insert" for edit in self.edits)

    def fields(self) -> dict[str, Optional[str]]:
        """Return the fields that were edited, each with the value that it had before."""
        out: dict[str, Optional[str]] = {}
        for edit in self.edits:
            if edit.action == "update":
                out.setdefault(edit.field, edit.old)
        return out

    def of(self, *fields: str) -> list[int]:
        """Return the keys of the edits of some fields."""
        return [edit.fid for edit in self.edits if edit.action == "update" and edit.field in fields]


@dataclass(frozen=True)
class Note:
    """What was sent, or was about to be. Only ``sending``, ``unknown`` and ``token`` are open."""

    fid: int
    report_id: str
    action: str
    payload: Mapping[str, Any]
    changes: tuple[int, ...]
    state: str
    token: str = ""
    noted_at: str = ""
    tried_at: str = ""
    who: str = ""
    reason: str = ""


@dataclass
class Outbox:
    """What one source is to get from a workspace."""

    workspace: Workspace
    source: str
    _prefix: str = field(init=False)

    def __post_init__(self) -> None:
        self._prefix = key_of(self.source, "")

    @contextmanager
    def durable(self) -> Iterator[None]:
        """Make what is written in the block outlast a loss of power, not only the end of the process."""
        connection = self.workspace._connection
        with explaining(self.workspace.path):
            connection.execute("PRAGMA synchronous = FULL")
        try:
            yield
        finally:
            with explaining(self.workspace.path):
                connection.execute("PRAGMA synchronous = NORMAL")

    # --- what waits ------------------------------------------------------------------------------------------------

    def waiting(self) -> list[Waiting]:
        """Return the reports whose edits are for this source, and those that were made here and are on no server."""
        return [w for w in waiting(self.workspace) if w.source == self.source or w.new]

    def waiting_of(self, report_id: str) -> list[Waiting]:
        """Return the same of one report."""
        return waiting(self.workspace, report_id)

    def keep(self, reasons: Mapping[str, Sequence[int]]) -> None:
        """Mark edits (by their keys) as staying here, by reason; an empty reason: they wait to be sent."""
        with self.workspace.transaction():
            for reason, fids in reasons.items():
                if fids:
                    text = reason or None
                    self.workspace._connection.execute(_KEEP, (text, json.dumps(list(fids)), text))
            self.workspace._touch("change")

    def drop(self, fids: Sequence[int]) -> None:
        """Take edits out of the queue that come to nothing."""
        with self.workspace.transaction():
            self.workspace._connection.execute(_DROP, (json.dumps(list(fids)),))

    def photo(self, report_id: str) -> Optional[str]:
        """Return the path of a report's first photo."""
        with explaining(self.workspace.path):
            row = self.workspace._connection.execute(_PHOTO, (report_id,)).fetchone()
        return None if row is None else str(row[0])

    # --- notes -----------------------------------------------------------------------------------------------------

    def open_notes(self) -> list[Note]:
        """Return what was sent and of which nothing is known yet."""
        with explaining(self.workspace.path):
            rows = self.workspace._connection.execute(_OPEN, (self.source,)).fetchall()
        return [
            Note(fid, key, action, json.loads(payload), tuple(json.loads(changes)), state, *(x or "" for x in rest))
            for fid, key, action, payload, changes, state, *rest in rows
        ]

    def unclear(self) -> set[str]:
        """Return the reports of which it is not known whether this source, or another, has what was sent."""
        with explaining(self.workspace.path):
            return {key for (key,) in self.workspace._connection.execute(_UNCLEAR)}

    def has(self, report_id: str) -> bool:
        """Say whether a report came from this source, by its key."""
        return report_id.startswith(self._prefix)

    def came_after(self, report_id: str, other: str) -> bool:
        """Say whether a report came here later than another one."""
        with explaining(self.workspace.path):
            return bool(self.workspace._connection.execute(_CAME_AFTER, (report_id, other)).fetchone()[0])

    def note(self, report_id: str, action: str, payload: Mapping[str, Any], changes: Sequence[int], who: str) -> Note:
        """Write down what will be sent; it is on the disk when this returns."""
        at = now()
        with self.workspace.transaction():
            values = (report_id, self.source, action, json.dumps(dict(payload), ensure_ascii=False),
                      json.dumps(list(changes)), at, at, who or None)  # fmt: skip
            fid = self.workspace._connection.execute(_NOTE, values).lastrowid
        return Note(int(fid or 0), report_id, action, payload, tuple(changes), "sending", "", at, at, who)

    def unknown(self, note: Note, reason: str) -> None:
        """Say that the answer to a note was lost."""
        with self.workspace.transaction():
            self.workspace._connection.execute(_STATE, (note.fid, "unknown", reason, None))

    def token(self, note: Note, token: str) -> None:
        """Keep the token that a source gave instead of an id."""
        with self.workspace.transaction():
            self.workspace._connection.execute(_STATE, (note.fid, "token", None, token))

    def withdraw(self, note: Note) -> None:
        """Take a note back: the source certainly has nothing of it, so it can be sent again."""
        with self.workspace.transaction():
            self.workspace._connection.execute(_WITHDRAW, (note.fid,))

    def refused(self, note: Note, reason: str, status: int) -> None:
        """Close a note that the source refused; the edits stay, with the reason and the HTTP status."""
        with self.workspace.transaction():
            self.workspace._connection.execute(_SETTLE, (note.fid, "refused", reason, None, now()))
            self.workspace._connection.execute(_REFUSED, (reason, status, json.dumps(list(note.changes))))
            self.workspace._touch("outbox", "change")

    def created(self, note: Note, service_request_id: str) -> bool:
        """Let a report be the one that has this id at the source. Nothing happens where it is known already.

        False where another report of ours has this id: one of the two was taken for the other, and the note stays open.
        """
        key = key_of(self.source, service_request_id)
        with self.workspace._writing("push", note.who) as connection:
            if connection.execute(_TAKEN, (key, note.report_id)).fetchone()[0]:
                connection.execute(_STATE, (note.fid, "unknown", f"{key} is another report of ours", None))
                return False
            if not connection.execute(_SETTLE, (note.fid, "sent", None, service_request_id, now())).rowcount:
                return True
            connection.execute(_ALIAS, (key, note.report_id))
            connection.execute(_DROP, (json.dumps(list(note.changes)),))
            twin = connection.execute(_TWIN, (key, note.report_id)).fetchone()
            if twin is not None:  # a read brought it before the answer came
                self._unite(connection, twin[0], note.report_id)
            connection.execute(_ADOPT, (note.report_id, self.source, service_request_id))
            connection.execute(_EXPECT, (note.report_id,))
            connection.execute(_HISTORY, (note.report_id, note.who or None, key, _words(note.payload)))
            self.workspace._touch("outbox", "change", "report", "incident", "history")
        return True

    def _unite(self, connection: sqlite3.Connection, twin: str, ours: str) -> None:
        """Let ``ours`` be what the source says and what was edited in either of the two rows that are one report."""
        edited, there = ({row[0] for row in connection.execute(_EDITED, (key,))} for key in (ours, twin))
        connection.execute(_UNITE, (twin, ours, json.dumps(sorted(edited - there))))
        connection.execute(_TWIN_PHOTOS, (twin, ours))
        connection.execute(_TWIN_EDITS, (twin, ours))
        connection.execute(_TWIN_CONFLICTS, (twin, ours))
        connection.execute(_TWIN_DROP, (twin,))
        connection.execute(_ALIAS, (twin, ours))

    def updated(self, note: Note) -> None:
        """Say that the source took an update."""
        with self.workspace._writing("push", note.who) as connection:
            if not connection.execute(_SETTLE, (note.fid, "sent", None, None, now())).rowcount:
                return
            connection.execute(_DROP, (json.dumps(list(note.changes)),))
            if note.payload.get("status"):
                connection.execute(_STATUS, (note.report_id, note.payload["status"]))
            connection.execute(_FORGET, (note.report_id,))
            connection.execute(_HISTORY, (note.report_id, note.who or None, self.source, _words(note.payload)))
            self.workspace._touch("outbox", "change", "report", "incident", "history")


def waiting(workspace: Workspace, report_id: Optional[str] = None) -> list[Waiting]:
    """Return all reports with edits that wait, in the order of their first edit, or the one of this id."""
    with explaining(workspace.path), workspace.transaction():
        connection = workspace._connection
        found: dict[str, list[Edit]] = {}
        where: dict[str, tuple[str, str]] = {}
        for fid, key, action, name, old, new, who, at, origin, kept, refused, source, identifier in connection.execute(
            _QUEUE, (report_id,)
        ):
            edit = Edit(fid, action, name or "", old, new, who or "", at, origin, kept or "", refused or 0)
            found.setdefault(key, []).append(edit)
            where[key] = (source or _source_of(key), identifier or "")
        rows = {
            key: dict(zip(_ROW_NAMES, values)) for key, *values in connection.execute(_ROWS, (json.dumps(list(found)),))
        }
        in_conflict: dict[str, set[str]] = {}
        for key, name in connection.execute(_IN_CONFLICT):
            in_conflict.setdefault(key, set()).add(question_of(name))
        gone = {key for (key,) in connection.execute(_GONE)}
    return [
        Waiting(
            key,
            *where[key],
            rows.get(key, {}),
            tuple(edits),
            frozenset(in_conflict.get(key, ())),
            key in gone,
        )
        for key, edits in found.items()
    ]


def submit(workspace: Workspace, report_ids: Sequence[str], who: str) -> int:
    """Queue reports that came from files or photos to be made on a server; return how many were not queued before."""
    with workspace.transaction():
        count = workspace._connection.execute(_SUBMIT, (json.dumps(list(report_ids)), who or None)).rowcount
        workspace._touch("change")
        return count


def add_comments(workspace: Workspace, comments: Sequence[tuple[str, str]], who: str) -> list[int]:
    """Queue (report id, text) to be sent to those who reported; return the keys of these edits."""
    with workspace.transaction():
        keys = [
            int(workspace._connection.execute(_COMMENT, (key, text, who or None)).lastrowid or 0)
            for key, text in comments
        ]
        workspace._touch("change")
    return keys


def drop_comments(workspace: Workspace, keys: Sequence[int]) -> int:
    """Take queued texts back by their keys; return how many still waited. One that is being sent stays."""
    with workspace.transaction():
        count = workspace._connection.execute(_DROP_COMMENTS, (json.dumps(list(keys)),)).rowcount
        workspace._touch("change")
    return count


def outbox_counts(workspace: Workspace) -> dict[str, dict[str, int]]:
    """Return source → state of a note → how many, of all that were not simply sent."""
    out: dict[str, dict[str, int]] = {}
    with explaining(workspace.path):
        for source, state, count in workspace._connection.execute(_COUNTS):
            out.setdefault(source, {})[state] = count
    return out


def _source_of(key: str) -> str:
    return key.partition("/")[0].replace("%2F", "/").replace("%25", "%")


def _words(payload: Mapping[str, Any]) -> str:
    shown = {
        name: value
        for name, value in payload.items()
        if value not in (None, "", {}, []) and name not in ("photo", "listed")
    }
    return json.dumps(shown, ensure_ascii=False)
