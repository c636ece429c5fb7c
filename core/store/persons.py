# SPDX-License-Identifier: GPL-2.0-or-later
"""Who reported: what a source said of the person, where it stands, and how it is taken out everywhere."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple, Optional

from .file.reading import Reader
from .file.timestamps import now
from .photos import Kept
from .workspace import Workspace

FIELDS = ("first_name", "last_name", "email", "phone", "device_id", "account_id")
"""What GeoReport v2 has of who reported; a workspace keeps it in ``report.extra``."""

_CLOSED = """
SELECT r.id, NULL, length(r.extra), c.closed_at, 'closed: ' || r.id
FROM report AS r JOIN report_closed AS c ON c.id = r.id
WHERE json_valid(r.extra) AND EXISTS (SELECT 1 FROM json_each(r.extra) WHERE key IN (SELECT value FROM json_each(?1)))
ORDER BY r.fid
"""
_TAKE_OUT = """
UPDATE report SET extra = json_remove(extra, '$.first_name', '$.last_name', '$.email', '$.phone', '$.device_id',
    '$.account_id')
WHERE id IN (SELECT value FROM json_each(?)) AND json_valid(extra)
"""
_OF = """
SELECT r.id, r.extra FROM report AS r WHERE json_valid(r.extra) AND EXISTS (
    SELECT 1 FROM json_each(r.extra) AS e WHERE e.key IN (SELECT value FROM json_each(?1))
    AND lower(trim(CAST(e.value AS TEXT))) = lower(trim(?2)))
UNION SELECT id, extra FROM report WHERE id = ?2 ORDER BY 1
"""
_ASKED = """
SELECT DISTINCT report_id FROM outbox WHERE json_valid(payload) AND EXISTS (
    SELECT 1 FROM json_each(payload) AS e WHERE e.key IN (SELECT value FROM json_each(?1))
    AND lower(trim(CAST(e.value AS TEXT))) = lower(trim(?2)))
"""
_OUTBOX = """
UPDATE outbox SET payload = json_remove(payload, '$.first_name', '$.last_name', '$.email', '$.phone', '$.device_id',
    '$.account_id')
WHERE report_id IN (SELECT value FROM json_each(?)) AND json_valid(payload)
"""
_TEXTS = (
    "UPDATE report SET description = replace(description, ?1, ?2), address = replace(address, ?1, ?2)"
    " WHERE id IN (SELECT value FROM json_each(?3)) AND (instr(description, ?1) OR instr(address, ?1))",
    "UPDATE report SET extra = replace(extra, ?1, ?2)"
    " WHERE id IN (SELECT value FROM json_each(?3)) AND instr(extra, ?1)",
    "UPDATE change SET old = replace(old, ?1, ?2), new = replace(new, ?1, ?2)"
    " WHERE report_id IN (SELECT value FROM json_each(?3)) AND (instr(old, ?1) OR instr(new, ?1))",
    "UPDATE conflict SET base = replace(base, ?1, ?2), mine = replace(mine, ?1, ?2), theirs = replace(theirs, ?1, ?2)"
    " WHERE report_id IN (SELECT value FROM json_each(?3))"
    " AND (instr(base, ?1) OR instr(mine, ?1) OR instr(theirs, ?1))",
    "UPDATE outbox SET payload = replace(payload, ?1, ?2)"
    " WHERE report_id IN (SELECT value FROM json_each(?3)) AND instr(payload, ?1)",
    "UPDATE history SET who = CASE WHEN who = ?1 THEN NULL ELSE who END, old = replace(old, ?1, ?2),"
    " new = replace(new, ?1, ?2), note = replace(note, ?1, ?2) WHERE report_id IN (SELECT value FROM json_each(?3))"
    " AND (who = ?1 OR instr(old, ?1) OR instr(new, ?1) OR instr(note, ?1))",
)
_FORGOTTEN = "INSERT OR IGNORE INTO forgotten (report_id, at) SELECT value, ?1 FROM json_each(?2)"
_GUARDS = (
    """CREATE TRIGGER IF NOT EXISTS report_forgotten_insert AFTER INSERT ON report
WHEN NEW.extra NOTNULL AND EXISTS (SELECT 1 FROM forgotten WHERE report_id = NEW.id) AND json_valid(NEW.extra)
BEGIN
    UPDATE report SET extra = json_remove(NEW.extra, '$.first_name', '$.last_name', '$.email', '$.phone',
        '$.device_id', '$.account_id') WHERE fid = NEW.fid;
END""",
    """CREATE TRIGGER IF NOT EXISTS report_forgotten_update AFTER UPDATE OF extra ON report
WHEN NEW.extra NOTNULL AND EXISTS (SELECT 1 FROM forgotten WHERE report_id = NEW.id) AND json_valid(NEW.extra)
BEGIN
    UPDATE report SET extra = json_remove(NEW.extra, '$.first_name', '$.last_name', '$.email', '$.phone',
        '$.device_id', '$.account_id') WHERE fid = NEW.fid;
END""",
)
_PACKS = """
SELECT DISTINCT p.commune, p.folder, p.at FROM pack AS p WHERE p.insee IN (
    SELECT t.insee FROM triage AS t JOIN report AS r ON r.fid = t.fid WHERE r.id IN (SELECT value FROM json_each(?)))
ORDER BY p.at
"""
_PHOTOS = "SELECT photo FROM photo WHERE report_id IN (SELECT value FROM json_each(?)) ORDER BY fid"
_GONE = "…"
_SHORTEST = 4
"""What has fewer characters is not looked for in texts: it may be a part of other words."""


def closed_persons(workspace: Reader) -> list[Kept]:
    """Return the closed reports that still say who reported them; ``name`` is the report's id."""
    return [Kept(*row) for row in workspace.rows(_CLOSED, (json.dumps(FIELDS),))]


def take_persons_out(workspace: Workspace, report_ids: Sequence[str]) -> None:
    """Take out of reports what their source said of who reported, until it says it of a changed report again."""
    ids = json.dumps(list(report_ids))
    with workspace._writing("retention") as connection:
        connection.execute(_TAKE_OUT, (ids,))
        connection.execute(_OUTBOX, (ids,))
        workspace._touch("report")


class Person(NamedTuple):
    """Where a person stands: reports, photos of them, and the packs (commune, folder, when) of their communes."""

    reports: tuple[str, ...]
    photos: tuple[str, ...]
    packs: tuple[tuple[str, str, str], ...]


def person_in(workspace: Reader, value: str) -> Person:
    """Find a person by an e-mail address, telephone, name, account or device id, or by the id of a report."""
    found = [key for key, _ in workspace.rows(_OF, (json.dumps(FIELDS), value))]
    found += [key for (key,) in workspace.rows(_ASKED, (json.dumps(FIELDS), value)) if key not in found]
    ids = json.dumps(found)
    photos = tuple(str(path) for (path,) in workspace.rows(_PHOTOS, (ids,)))
    return Person(tuple(found), photos, tuple((a, b, c) for a, b, c in workspace.rows(_PACKS, (ids,))))


def forget_person(workspace: Workspace, value: str) -> Person:
    """Take a person out of all reports, queued edits, conflicts, history and what was sent; in one transaction.

    History and the reports stay, without the person: a text that names one of the values has "…" in its place. What
    their source says of the person later is not kept.

    Raises
    ------
    WorkspaceError
        See :meth:`~.workspace.Workspace.transaction`; nothing is changed then.
    """
    with workspace._writing("forget") as connection:
        person = person_in(workspace, value)
        ids = json.dumps(list(person.reports))
        words = {value} if value not in person.reports else set()
        for _, extra in workspace.rows(_OF, (json.dumps(FIELDS), value)):
            words |= _values(extra)
        connection.execute(_TAKE_OUT, (ids,))
        connection.execute(_OUTBOX, (ids,))
        for word in sorted(words, key=len, reverse=True):
            if len(word) >= _SHORTEST:
                for statement in _TEXTS:
                    connection.execute(statement, (word, _GONE, ids))
        connection.execute(_FORGOTTEN, (now(), ids))
        for guard in _GUARDS if person.reports else ():
            connection.execute(guard)
        workspace._touch("report", "incident", "change", "conflict", "history", "outbox")
    return person


def _values(extra: Optional[str]) -> set[str]:
    try:
        document: Any = json.loads(extra or "{}")
    except ValueError:
        return set()
    said = document if isinstance(document, dict) else {}
    known = {name: str(said[name]).strip() for name in FIELDS if isinstance(said.get(name), (str, int))}
    first, last = known.pop("first_name", ""), known.pop("last_name", "")
    # A first or last name alone may be that of a street.
    names = {f"{first} {last}", f"{last} {first}"} if first and last else set()
    return {*known.values(), *names}
