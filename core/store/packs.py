# SPDX-License-Identifier: GPL-2.0-or-later
"""What one commune takes along of a workspace, and what comes home: a parcel is a workspace of its own.

A parcel has the same tables and triggers, so whatever edits it (QField, an attribute table, SQL) queues its edits in
the parcel's ``change``. :func:`bring_home` merges them, three ways: *base* is the oldest ``change.old`` of a field in
the parcel, *there* the value in the parcel, *here* that of the workspace now. What the workspace did not touch is
written as an edit (and queued for the server like any other); what both changed differently is a row of ``conflict``.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Optional

from ..errors import DataError
from .fields import PACK, TEXTS_EDITED, joined, question, together
from .file.copying import copy_database
from .file.geometry import bounds, point
from .file.reading import Reader, reading
from .file.timestamps import now, storable
from .inbox import PARCEL, OpenConflict, put_parcel_conflict
from .three_way import alike, merge
from .workspace import Workspace

_TAKEN_ALONG = ("geom", *(name for name in PACK if name != "geom"))
_LON, _LAT, _MEDIA_URL = (1 + _TAKEN_ALONG.index(name) for name in ("lon", "lat", "media_url"))
_OF_COMMUNE = "SELECT report.id FROM report JOIN triage ON triage.fid = report.fid WHERE triage.insee = ?"
_UNPLACED = """
SELECT report.id, report.lon, report.lat FROM report LEFT JOIN triage ON triage.fid = report.fid
WHERE triage.insee IS NULL AND report.geom NOT NULL AND report.lon NOT NULL AND report.lat NOT NULL
"""
_REPORTS = joined(
    "SELECT {columns} FROM report WHERE id IN (SELECT value FROM json_each(?)) ORDER BY fid", ("id", *_TAKEN_ALONG)
)
_PUT_REPORT = joined("INSERT INTO report ({columns}) VALUES ({marks})", ("id", *_TAKEN_ALONG))
# Not one statement with the other: an upsert's conflict rule would override that of the index's triggers.
_RENEW_REPORT = joined("UPDATE report SET {set} WHERE id = ?", _TAKEN_ALONG)
_TRIAGE = """
SELECT report.id, triage.class, triage.confidence, triage.class_from, triage.evidence, triage.insee, triage.commune,
    triage.quartier, triage.ambiguous, triage.outside, triage.water, triage.group_id
FROM triage JOIN report ON report.fid = triage.fid WHERE report.id IN (SELECT value FROM json_each(?))
"""
_PUT_TRIAGE = """
INSERT OR REPLACE INTO triage (fid, class, confidence, class_from, evidence, insee, commune, quartier, ambiguous,
    outside, water, group_id)
SELECT fid, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12 FROM report WHERE id = ?1
"""
_ASSIGNMENT = """
SELECT report.id, assignment.team, assignment.rule, assignment.reason_en, assignment.reason_fr, assignment.at,
    assignment.who
FROM assignment JOIN report ON report.fid = assignment.fid WHERE report.id IN (SELECT value FROM json_each(?))
"""
_CLEAR_ASSIGNMENT = """
DELETE FROM assignment WHERE fid IN (SELECT fid FROM report WHERE id IN (SELECT value FROM json_each(?)))
"""
_PUT_ASSIGNMENT = """
INSERT OR REPLACE INTO assignment (fid, team, rule, reason_en, reason_fr, at, who)
SELECT fid, ?2, ?3, ?4, ?5, ?6, ?7 FROM report WHERE id = ?1
"""
_HISTORY = """
SELECT report_id, at, who, origin, what, old, new, note FROM history
WHERE report_id IN (SELECT value FROM json_each(?)) ORDER BY fid
"""
_PUT_HISTORY = """
INSERT INTO history (report_id, at, who, origin, what, old, new, note) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8
WHERE NOT EXISTS (SELECT 1 FROM history WHERE (report_id, at, what) = (?1, ?2, ?5) AND (who, old, new, note)
    IS (?3, ?6, ?7, ?8))
"""
_DECISIONS = """
SELECT report_id, who, at, what, label, model FROM decision
WHERE report_id IN (SELECT value FROM json_each(?)) ORDER BY fid
"""
_PUT_DECISION = """
INSERT INTO decision (report_id, who, at, what, label, model) SELECT ?1, ?2, ?3, ?4, ?5, ?6
WHERE NOT EXISTS (SELECT 1 FROM decision WHERE (report_id, at, what) = (?1, ?3, ?4) AND (who, label) IS (?2, ?5))
"""
_PHOTOS = """
SELECT photo, report_id, direction, rotation, longitude, latitude, timestamp, taken_at, verdict, sha256
FROM photo WHERE report_id IN (SELECT value FROM json_each(?)) AND verdict <> 'unreadable' ORDER BY fid
"""
_PUT_PHOTO = """
INSERT INTO photo (photo, filename, directory, direction, rotation, longitude, latitude, timestamp, taken_at, verdict,
    width, height, format, size, thumbnail, report_id)
VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, 'JPEG', ?, ?, ?)
ON CONFLICT (photo) DO UPDATE SET width = excluded.width, height = excluded.height, size = excluded.size,
    thumbnail = excluded.thumbnail, report_id = excluded.report_id
"""
_ALL_IDS = "SELECT id FROM report"
_DROP_REPORTS = "DELETE FROM report WHERE id IN (SELECT value FROM json_each(?))"
_DROP_PHOTOS = "DELETE FROM photo WHERE report_id IN (SELECT value FROM json_each(?))"
_QUEUE = "SELECT fid, report_id, action, field, old, new, at, who FROM change ORDER BY fid"
_RETURNED = "SELECT digest FROM parcel_return WHERE parcel = ?"
_RETURN = "INSERT OR IGNORE INTO parcel_return (parcel, digest, at) VALUES (?, ?, ?)"
_DROP_CHANGES = "DELETE FROM change WHERE fid IN (SELECT value FROM json_each(?))"
_HERE = joined("SELECT {columns} FROM report WHERE id = ?", (*TEXTS_EDITED, "lon", "lat"))
_SET = joined("UPDATE report SET {set} WHERE id = ?", TEXTS_EDITED)
_MOVE = "UPDATE report SET geom = ? WHERE id = ?"
_BY_PERSON = """
UPDATE report SET confidence = NULL, class_from = CASE WHEN class <> '' THEN 'person' END WHERE id = ?
"""
_NEW_DECISIONS = "SELECT report_id, who, at, what, label, model FROM decision WHERE report_id = ? ORDER BY fid"
_WAITS_HERE = "SELECT EXISTS (SELECT 1 FROM change WHERE report_id = ?)"
_LAST_EDIT = """
SELECT who, at FROM change
WHERE report_id = ? AND action = 'update' AND field IN (SELECT value FROM json_each(?)) ORDER BY fid DESC LIMIT 1
"""
_COMMENT = "INSERT INTO change (report_id, action, new, at, origin, who) VALUES (?, 'comment', ?, ?, 'parcel', ?)"
_ENTRY = "INSERT INTO history (report_id, who, origin, what, old, new, note) VALUES (?, ?, 'parcel', ?, ?, ?, ?)"
_NEW_PHOTOS = """
SELECT photo, report_id FROM photo
WHERE (width IS NULL OR photo <> directory || '/' || filename || '.jpg') AND report_id NOT NULL AND photo <> ''
ORDER BY fid
"""
_PLACING = ("class", "service_code", "service_name", "description")
"""Fields that class and team are found from, beside the place."""
_PHOTO_NAMES = "SELECT photo FROM photo WHERE width NOT NULL AND photo = directory || '/' || filename || '.jpg'"
_DROP_PHOTO = "DELETE FROM photo WHERE photo = ?"
_HOME_PHOTO = """
SELECT 1 FROM photo
WHERE sha256 = ?1 AND report_id IN (SELECT ?2 UNION ALL SELECT report_id FROM alias WHERE key = ?2) LIMIT 1
"""
_DROP_NAMES = "DELETE FROM this_pack WHERE name <> ?"
_NAME = """
INSERT INTO this_pack (name, insee, commune) VALUES (?, ?, ?)
ON CONFLICT (name) DO UPDATE SET insee = excluded.insee, commune = excluded.commune
"""
_NAME_OF = "SELECT name, commune FROM this_pack LIMIT 1"
_NOTE = """
INSERT INTO pack (name, insee, commune, folder, wanted, at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (name) DO UPDATE SET folder = excluded.folder, wanted = excluded.wanted, at = excluded.at
"""
_WANTED = "SELECT wanted FROM pack WHERE name = ?"
_EVER = "SELECT coalesce(sum(seq), 0) FROM sqlite_sequence WHERE name IN ('change', 'photo')"
"""How many edits and photos a pack has ever had."""


def reports_of(workspace: Reader, insee: str) -> list[str]:
    """Return the ids of the reports that triage has placed in a commune."""
    return [key for (key,) in workspace.rows(_OF_COMMUNE, (insee,))]


def unplaced(workspace: Reader) -> list[tuple[str, float, float]]:
    """Return (id, lon, lat) of the reports with a point that triage has placed nowhere yet."""
    return [(key, lon, lat) for key, lon, lat in workspace.rows(_UNPLACED)]


def digest_of(workspace: Reader, report_ids: Sequence[str]) -> str:
    """Return what changes when a report, its triage, its team or its photos do."""
    wanted = json.dumps(list(report_ids))
    digest = hashlib.blake2b(digest_size=16)
    for statement in (_REPORTS, _TRIAGE, _ASSIGNMENT, _PHOTOS):
        for row in workspace.rows(statement, (wanted,)):
            digest.update(repr(row).encode())
    return digest.hexdigest()


def photos_of(workspace: Reader, report_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return the photos of reports: path, report and what is known of them."""
    names = ("photo", "report_id", "direction", "rotation", "longitude", "latitude", "timestamp", "taken_at",
             "verdict", "sha256")  # fmt: skip
    return [dict(zip(names, row)) for row in workspace.rows(_PHOTOS, (json.dumps(list(report_ids)),))]


def name_pack(parcel: Workspace, name: str, insee: str, commune: str) -> None:
    """Write into a pack's own file which pack it is."""
    with parcel.transaction() as connection:
        connection.execute(_DROP_NAMES, (name,))
        connection.execute(_NAME, (name, insee, commune))


def name_of(parcel: Reader) -> Optional[tuple[str, str]]:
    """Return (name, commune) of the pack that a file is; None where it does not say so."""
    row = parcel.row(_NAME_OF)
    return (row[0], row[1]) if row is not None and all(isinstance(each, str) for each in row) else None


def note(workspace: Workspace, name: str, insee: str, commune: str, folder: str, wanted: Sequence[str]) -> None:
    """Write into a workspace that a pack takes reports along: where it is, and which layers it was made of."""
    with workspace.transaction() as connection:
        layers = json.dumps(list(wanted), ensure_ascii=False)
        connection.execute(_NOTE, (name, insee, commune, storable(folder), storable(layers), now()))


def wanted_of(workspace: Reader, name: str) -> list[str]:
    """Return the layers that a pack was made of; empty where the workspace does not know the pack."""
    text = workspace.value(_WANTED, (name,))
    return [str(each) for each in json.loads(text)] if text else []


def last_change(path: Path) -> int:
    """Return a number that grows with each edit and photo that a pack's GeoPackage gets."""
    with reading(path) as pack:
        return int(pack.value(_EVER))


def copy_pack(path: Path, target: Path) -> int:
    """Copy a pack's GeoPackage while it may be in use; return the copy's :func:`last_change`.

    Raises
    ------
    WorkspaceError
        It can't be read, or the copy not written.
    """
    copy_database(path, target)
    return last_change(target)


# --- taking along --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Taken:
    """How many reports a parcel has now, how many came or changed, and how many left it."""

    reports: int
    changed: int
    removed: int


def take(
    workspace: Workspace,
    parcel: Workspace,
    report_ids: Sequence[str],
    *,
    keep: Collection[str] = (),
    addresses: bool = False,
) -> Taken:
    """Bring these reports, with triage, team, history and decisions, into a parcel; others leave it.

    A field that was edited in the parcel keeps its edit; ``keep`` are reports that stay whatever the workspace says.
    Nothing of it is queued as an edit. ``addresses``: those of photos on servers come along, where nothing is blurred.
    """
    wanted = json.dumps(list(report_ids))
    rows = {row[0]: row for row in workspace.rows(_REPORTS, (wanted,))}
    if not addresses:
        rows = {key: (*row[:_MEDIA_URL], None, *row[_MEDIA_URL + 1 :]) for key, row in rows.items()}
    others = {
        _PUT_TRIAGE: workspace.rows(_TRIAGE, (wanted,)),
        _PUT_ASSIGNMENT: workspace.rows(_ASSIGNMENT, (wanted,)),
        _PUT_HISTORY: workspace.rows(_HISTORY, (wanted,)),
        _PUT_DECISION: workspace.rows(_DECISIONS, (wanted,)),
    }
    with parcel._writing("parcel") as connection:
        edits = _edits(connection)
        there = {row[0]: row for row in connection.execute(_REPORTS, (json.dumps(list(rows)),))}
        changed = []
        for key, row in rows.items():
            edit = edits.get(key, {})
            if "" in edit:  # deleted there
                continue
            if edit and key in there:
                row = _kept(row, there[key], edit)
            if there.get(key) != row:
                changed.append(row)
        connection.executemany(_PUT_REPORT, (row for row in changed if row[0] not in there))
        connection.executemany(_RENEW_REPORT, ((*row[1:], row[0]) for row in changed if row[0] in there))
        present = {key for (key,) in connection.execute(_ALL_IDS)}
        leaving = json.dumps(sorted(present - set(rows) - set(edits) - set(keep)))
        connection.execute(_DROP_PHOTOS, (leaving,))
        removed = connection.execute(_DROP_REPORTS, (leaving,)).rowcount
        connection.execute(_CLEAR_ASSIGNMENT, (wanted,))
        for statement, values in others.items():
            connection.executemany(statement, values)
        positions = [(row[_LON], row[_LAT]) for row in rows.values() if row[1] is not None]
        extent = None
        if positions:
            xs, ys = zip(*positions)
            extent = (min(xs), max(xs), min(ys), max(ys))
        parcel._touch("report", "incident", extent=extent)
        parcel._touch("triage", "assignment", "history", "decision")
        count = len(present) - removed
    return Taken(count, len(changed), removed)


def _edits(connection: sqlite3.Connection) -> dict[str, dict[str, Any]]:
    """Return report → field that waits in the queue → its new value; ``""`` is a field that stands for a deletion."""
    found: dict[str, dict[str, Any]] = {}
    for _, key, action, name, _, new, _, _ in connection.execute(_QUEUE):
        found.setdefault(key, {})["" if action == "delete" else name or action] = new
    return found


def _kept(row: tuple[Any, ...], there: tuple[Any, ...], edit: Mapping[str, Any]) -> tuple[Any, ...]:
    kept = {name for field in edit for name in together(field)}
    return tuple(b if name in kept else a for name, a, b in zip(("id", *_TAKEN_ALONG), row, there))


def put_photos(parcel: Workspace, photos: Iterable[Mapping[str, Any]]) -> None:
    """Write the photos of a parcel: ``photo`` is a path below its folder, with slashes."""
    with parcel._writing("parcel") as connection:
        connection.executemany(
            _PUT_PHOTO,
            (
                (
                    p["photo"], p["photo"].rpartition("/")[2].rpartition(".")[0], p["photo"].rpartition("/")[0],
                    p["direction"], p["longitude"], p["latitude"], p["timestamp"], p["taken_at"], p["verdict"],
                    p["width"], p["height"], p["size"], p["thumbnail"], p["report_id"],
                )
                for p in photos
            ),
        )  # fmt: skip
        parcel._touch("photo")


# --- coming home ---------------------------------------------------------------------------------------------------


@dataclass
class Returned:
    """What came home: edits of fields, new reports, deletions, comments; and what did not, with the reason.

    ``already`` edits came home before. ``moved`` are reports whose class, place or service came home, ``pictures`` the
    files of new photos with the report of each.
    """

    edits: int = 0
    new: list[str] = field(default_factory=list)
    deleted: int = 0
    comments: int = 0
    conflicts: int = 0
    already: int = 0
    photos: int = 0
    kept: list[tuple[str, str]] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    pictures: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Change:
    fid: int
    action: str
    field: str
    old: Optional[str]
    new: Optional[str]
    at: str
    who: Optional[str]
    digest: bytes


def bring_home(workspace: Workspace, parcel: Workspace, name: str, *, who: str = "", title: str = "") -> Returned:
    """Merge the edits that wait in a parcel into the workspace, in one transaction; a second time changes nothing.

    Parameters
    ----------
    name : str
        The identity of the parcel; copies of it (two phones) may have one, their edits are told apart.
    who : str
        Who edited, where the parcel does not say.
    title : str
        What people call the parcel; ``name`` by default.

    Raises
    ------
    WorkspaceError
        Either can't be read or written; the workspace is as it was then.
    """
    check_tables(parcel)
    returned = Returned()
    queue: dict[str, list[_Change]] = {}
    for row in parcel.rows(_QUEUE):
        if not _is_edit(row):
            key = row[1] if isinstance(row[1], str) else f"edit {row[0]}"
            returned.kept.append((key, "its edit can't be read: a value is of a wrong type or too long"))
            continue
        fid, key, action, name_of_field, old, new, at, by = row
        digest = _digest(*row)
        queue.setdefault(key, []).append(_Change(fid, action, name_of_field or "", old, new, at, by, digest))
    with workspace.transaction() as connection:
        known = {digest for (digest,) in connection.execute(_RETURNED, (name,))}
        for key, changes in queue.items():
            fresh = [change for change in changes if change.digest not in known]
            returned.already += len(changes) - len(fresh)
            if fresh:
                before = replace(returned, new=[*returned.new], kept=[*returned.kept], moved=[*returned.moved])
                try:
                    with workspace._attempt():
                        done = _return_report(workspace, parcel, (name, title or name), key, fresh, who, returned)
                except (*_REFUSED, sqlite3.OperationalError) as error:
                    if isinstance(error, sqlite3.OperationalError) and "user-defined function" not in str(error):
                        raise
                    returned = before
                    returned.kept.append((key, f"can't be taken: {error}"))
                    continue
                at = now()
                connection.executemany(_RETURN, ((name, change.digest, at) for change in done))
        workspace._touch("report", "incident", "change", "conflict", "history", "decision")
    return returned


_REFUSED = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.InterfaceError, sqlite3.ProgrammingError, ValueError,
            TypeError, OverflowError)  # fmt: skip
"""What values say that no report can have: an unknown state, a position that is none, text that is no text."""
_LONGEST = 1_000_000
_SHAPE = "SELECT type, sql FROM sqlite_master WHERE name = ?"
_OWN = ("report", "change", "photo", "decision", "history", "triage", "assignment", "schema_version")


def check_tables(parcel: Reader) -> None:
    """Raise DataError where what stands under the names of our tables is none: a view, a virtual table."""
    for name in _OWN:
        row = parcel.row(_SHAPE, (name,))
        plain = (
            row is not None and row[0] == "table" and " ".join(str(row[1]).upper().split()).startswith("CREATE TABLE")
        )
        if not plain:
            raise DataError(f"Is no pack: it has no table '{name}'", where=str(parcel.path))


def _is_text(value: Any, *, empty: bool = True) -> bool:
    return (value is None and empty) or (isinstance(value, str) and len(value) <= _LONGEST)


def _is_edit(row: Sequence[Any]) -> bool:
    """Return whether a row of the queue is one: whoever has a pack can write into it what he likes."""
    fid, key, action, field_, old, new, at, by = row
    texts = all(map(_is_text, (field_, old, new, by)))
    return isinstance(fid, int) and texts and all(_is_text(each, empty=False) for each in (key, action, at))


def _is_report(row: Sequence[Any]) -> bool:
    """Return whether a row of reports is one, geometry included."""
    values = dict(zip(("id", *_TAKEN_ALONG), row))
    numbers = [values.pop(name) for name in ("lon", "lat", "confidence")]
    geom = values.pop("geom")
    if geom is not None:
        if not isinstance(geom, bytes):
            return False
        bounds(geom)
    return all(each is None or isinstance(each, (int, float)) for each in numbers) and all(
        map(_is_text, values.values())
    )


def _digest(*values: Any) -> bytes:
    return hashlib.blake2b(json.dumps(values).encode(), digest_size=16).digest()


def forget_returned(workspace: Workspace, parcel: Workspace, name: str) -> int:
    """Take out of a parcel's queue what the workspace has; return how many edits still wait."""
    known = {digest for (digest,) in workspace.rows(_RETURNED, (name,))}
    with parcel.transaction() as connection:
        rows = connection.execute(_QUEUE).fetchall()
        done = [row[0] for row in rows if _is_edit(row) and _digest(*row) in known]
        connection.execute(_DROP_CHANGES, (json.dumps(done),))
        parcel._touch("change")
    return len(rows) - len(done)


def waiting_edits(parcel: Reader) -> int:
    """Return the number of edits in a parcel's queue."""
    return len(parcel.rows(_QUEUE))


def _return_report(
    workspace: Workspace,
    parcel: Workspace,
    named: tuple[str, str],
    key: str,
    changes: list[_Change],
    who: str,
    returned: Returned,
) -> list[_Change]:
    """Merge one report; return the changes that are done with."""
    name, title = named
    by = next((change.who for change in reversed(changes) if change.who), None) or who
    note = f"{PARCEL}{name}, {changes[-1].at}"
    here = workspace.row(_HERE, (key,))
    if any(change.action == "delete" for change in changes):
        return _deleted(workspace, key, changes, by, note, here, returned)
    if here is None and any(change.action == "insert" for change in changes):
        row = parcel.row(_REPORTS, (json.dumps([key]),))
        if row is not None and not _is_report(row):
            raise ValueError("a value is of a wrong type or too long")
        if row is not None:
            with workspace._writing("parcel", by, queue=True, note=note) as connection:
                connection.execute(_PUT_REPORT, row)
            _bring_decisions(workspace, parcel, key, by)
            returned.new.append(key)
        return changes
    if here is None:
        returned.kept.append((key, "is no longer in the workspace; the edit stays in the pack"))
        return []
    present: dict[str, Any] = dict(zip((*TEXTS_EDITED, "lon", "lat"), here))
    left: list[_Change] = []
    questions: dict[str, list[_Change]] = {}
    for change in changes:
        if change.action == "update":
            questions.setdefault(question(change.field), []).append(change)
        elif change.action == "comment" and change.new:
            with workspace.transaction() as connection:
                connection.execute(_COMMENT, (key, change.new, change.at, change.who or who or None))
            returned.comments += 1
    values = dict(present)
    for asked, edits in questions.items():
        base, there = _versions(edits)
        (one,) = merge(base, {each: present.get(each) for each in there}, there, [asked])
        if alike(one.mine, one.theirs):
            continue
        if one.outcome == "theirs":
            values.update(there)
            returned.edits += 1
            continue
        mine_by, mine_at = _last_edit(workspace, key, [*there])
        sides = (f"{asked}@{PARCEL}{name}", one.base, one.mine, one.theirs)
        sides_by = (mine_by, mine_at, f"{PARCEL}{title}", edits[-1].at)
        if put_parcel_conflict(workspace, OpenConflict(key, *sides, *sides_by)):
            returned.conflicts += 1
        else:
            returned.kept.append((key, f"{asked}: decide the open conflict first, then return the pack again"))
            left += edits
    moved = (values["lon"], values["lat"]) != (present["lon"], present["lat"])
    if moved or any(values[each] != present[each] for each in TEXTS_EDITED):
        with workspace._writing("parcel", by, queue=True, note=note) as connection:
            connection.execute(_SET, (*(values[each] for each in TEXTS_EDITED), key))
            if moved:
                connection.execute(_MOVE, (point(values["lon"], values["lat"]), key))
            if values["class"] != present["class"]:
                connection.execute(_BY_PERSON, (key,))
        if moved or any(values[each] != present[each] for each in _PLACING):
            returned.moved.append(key)
    if "class" in questions:
        _bring_decisions(workspace, parcel, key, by)
    return [change for change in changes if change not in left]


def _last_edit(workspace: Workspace, key: str, fields: Sequence[str]) -> tuple[str, str]:
    """Return who edited fields of a report here last, and when; empty where no edit waits."""
    wanted = json.dumps([*fields, "geom"] if "lon" in fields else list(fields))
    row = workspace.row(_LAST_EDIT, (key, wanted))
    return ("", "") if row is None else (row[0] or "", row[1])


def _versions(edits: list[_Change]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the fields of one question as they were before the first edit, and as they are after the last."""
    base: dict[str, Any] = {}
    there: dict[str, Any] = {}
    for edit in edits:
        for version, value in ((base, edit.old), (there, edit.new)):
            fields = _position(value) if edit.field == "geom" else {edit.field: value}
            for each, part in fields.items():
                if version is there or each not in base:
                    version[each] = part
    return base, there


def _position(text: Optional[str]) -> dict[str, Optional[float]]:
    lon, _, lat = (text or "").partition(" ")
    if not lon or not lat:
        return {"lon": None, "lat": None}
    if point(float(lon), float(lat)) is None:
        raise ValueError(f"'{lon} {lat}' is no position")
    return {"lon": float(lon), "lat": float(lat)}


def _deleted(
    workspace: Workspace,
    key: str,
    changes: list[_Change],
    who: str,
    note: str,
    here: Optional[tuple[Any, ...]],
    returned: Returned,
) -> list[_Change]:
    if here is None:
        return changes
    if workspace.value(_WAITS_HERE, (key,)):
        returned.kept.append((key, "was deleted in the pack and edited in the workspace; it stays"))
        with workspace.transaction() as connection:
            connection.execute(_ENTRY, (key, who or None, "note", None, None, f"{note}: deleted in the pack"))
        return changes
    with workspace._writing("parcel", who, queue=True, note=note) as connection:
        connection.execute(_DROP_REPORTS, (json.dumps([key]),))
    returned.deleted += 1
    return changes


def _bring_decisions(workspace: Workspace, parcel: Workspace, key: str, who: str) -> None:
    rows = [row for row in parcel.rows(_NEW_DECISIONS, (key,)) if all(map(_is_text, row)) and row[2] and row[3]]
    with workspace.transaction() as connection:
        connection.executemany(
            _PUT_DECISION,
            ((report, by or who or None, at, what, label, model) for report, by, at, what, label, model in rows),
        )


def new_photos(parcel: Reader) -> list[tuple[str, str]]:
    """Return (path below the parcel's folder, report) of the photos that were taken along the way."""
    rows = parcel.rows(_NEW_PHOTOS)
    return [(path, report) for path, report in rows if isinstance(path, str) and isinstance(report, str)]


def photo_names(parcel: Reader) -> set[str]:
    """Return the paths below the parcel's folder of the photos that came with it."""
    return {name for (name,) in parcel.rows(_PHOTO_NAMES)}


def has_photo(workspace: Reader, sha256: str, report_id: str) -> bool:
    """Return whether a workspace has a photo, by its content, with a report."""
    return workspace.row(_HOME_PHOTO, (sha256, report_id)) is not None


def has_report(workspace: Reader, report_id: str) -> bool:
    """Return whether a workspace has a report, by its id."""
    return workspace.row("SELECT 1 FROM report WHERE id = ?", (report_id,)) is not None


def drop_photos(parcel: Workspace, names: Iterable[str]) -> None:
    """Take photos out of a parcel; their files are the caller's."""
    with parcel._writing("parcel") as connection:
        connection.executemany(_DROP_PHOTO, ((name,) for name in names))
        parcel._touch("photo")
