# SPDX-License-Identifier: GPL-2.0-or-later
"""What the docks read from the workspace: one report with its photos, suggestion and history; the photos to check.

Each reading opens the file for itself and closes it at once, so that no lock and no journal is held against another
program.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

from ...core.errors import WorkspaceError
from ...core.store.privacy import BlurBox

_REPORT = """
SELECT fid, id, source, class, confidence, class_from, state, description, service_name, address, commune, lon, lat,
    reported_at, team, reason_fr, reason_en
FROM (SELECT OGC_FID AS fid, incident.* FROM incident) WHERE id = ?
"""
_PHOTOS = """
SELECT p.photo, p.thumbnail, p.taken_at, d.model, d.top, d.abstained, p.direction
FROM photo AS p LEFT JOIN prediction AS d ON d.fid =
    (SELECT fid FROM prediction WHERE photo_id = p.fid ORDER BY at DESC, fid DESC LIMIT 1)
WHERE p.report_id = ? ORDER BY p.fid
"""
_HISTORY = """
SELECT at, who, what, label AS value, NULL AS note FROM decision WHERE report_id = ?1
UNION ALL
SELECT at, who, what, new, note FROM history
WHERE report_id = ?1 AND NOT (what = 'team' AND new IN (SELECT label FROM decision WHERE report_id = ?1))
UNION ALL
SELECT at, who, CASE action WHEN 'update' THEN field WHEN 'comment' THEN 'reply' ELSE action END, new, NULL FROM change
WHERE report_id = ?1 AND coalesce(field, '') NOT IN ('class', 'state')
ORDER BY at DESC LIMIT 100
"""
_QUEUE = """
SELECT r.id, p.photo, d.model, d.top, d.abstained, r.lon, r.lat, r.fid
FROM photo AS p JOIN report AS r ON r.id = p.report_id JOIN prediction AS d ON d.fid =
    (SELECT fid FROM prediction WHERE photo_id = p.fid ORDER BY at DESC, fid DESC LIMIT 1)
WHERE r.class_from IS NOT 'person'
ORDER BY d.abstained DESC, json_extract(d.top, '$[0].score'), p.fid
"""
_CHECKED = """
SELECT d.label, json_extract(s.top, '$[0].label')
FROM decision AS d JOIN prediction AS s ON s.photo_id = d.photo_id AND s.model = d.model
WHERE d.photo_id NOTNULL AND d.label NOTNULL
"""
_THUMBNAIL = "SELECT thumbnail FROM photo WHERE photo = ?"
_BOXES = """
SELECT x, y, w, h, kind, who, at FROM blur_box
WHERE photo_id = (SELECT fid FROM photo WHERE photo = ?) ORDER BY fid
"""
_IMPORTED = "SELECT sha256, photo FROM photo WHERE sha256 NOTNULL AND report_id NOTNULL"
_EXCHANGE = """
SELECT (SELECT count(*) FROM report_waiting), (SELECT count(*) FROM report_conflict)
"""
_READ_AT = "SELECT source, read_at FROM cursor WHERE read_at NOTNULL ORDER BY read_at"


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection that can only read.

    Raises
    ------
    WorkspaceError
        The file is gone, locked or damaged.
    """
    if not path.is_file():
        raise WorkspaceError("There is no such workspace", where=str(path))
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=0.25)
        try:
            yield connection
        finally:
            connection.close()
    except sqlite3.Error as error:
        from ...core.store.file.connection import explained

        raise explained(error, path) from error


@dataclass(frozen=True)
class SeenPhoto:
    """A photo of a report and what the model sees on it, best first; ``top`` is empty without a model."""

    path: str
    thumbnail: Optional[bytes]
    taken_at: Optional[str]
    model: str
    top: tuple[tuple[str, float], ...]
    abstained: bool


@dataclass(frozen=True)
class HistoryEntry:
    """What somebody did to a report: ``what`` is a field, ``insert``, ``delete``, or a word of ``history``."""

    at: str
    who: Optional[str]
    what: str
    value: Optional[str]
    note: Optional[str] = None


@dataclass(frozen=True)
class ReportDetail:
    """All that the pane shows of one report."""

    fid: int
    id: str
    source: str
    class_id: str
    confidence: Optional[float]
    class_from: str
    state: str
    description: str
    service_name: str
    address: str
    commune: str
    lon: Optional[float]
    lat: Optional[float]
    reported_at: str
    team: str
    reason_fr: str
    reason_en: str
    photos: tuple[SeenPhoto, ...] = ()
    history: tuple[HistoryEntry, ...] = ()


@dataclass(frozen=True)
class QueuedPhoto:
    """A photo that waits for a person, with the model's suggestion."""

    report: str
    path: str
    model: str
    top: tuple[tuple[str, float], ...]
    abstained: bool
    lon: Optional[float]
    lat: Optional[float]
    fid: int
    tried: list[str] = field(default_factory=list, compare=False)


def read_report(path: Path, report: str) -> Optional[ReportDetail]:
    """Return one report; None where it is not in the workspace any more."""
    with reading(path) as connection:
        row = connection.execute(_REPORT, (report,)).fetchone()
        if row is None:
            return None
        photos = tuple(
            SeenPhoto(photo, thumbnail, taken, model or "", _top(top), bool(abstained))
            for photo, thumbnail, taken, model, top, abstained, _ in connection.execute(_PHOTOS, (report,))
        )
        history = tuple(HistoryEntry(*entry) for entry in connection.execute(_HISTORY, (report,)))
    texts = [row[i] or "" for i in (5, 6, 7, 8, 9, 10)]
    return ReportDetail(
        row[0], row[1], row[2], row[3] or "", row[4], *texts, row[11], row[12], row[13] or "", row[14] or "",
        row[15] or "", row[16] or "", photos, history,
    )  # fmt: skip


def read_queue(path: Path) -> list[QueuedPhoto]:
    """Return the photos that no person has decided on, the model's least sure first."""
    with reading(path) as connection:
        return [
            QueuedPhoto(report, photo, model, _top(top), bool(abstained), lon, lat, fid)
            for report, photo, model, top, abstained, lon, lat, fid in connection.execute(_QUEUE)
        ]


def read_agreement(path: Path) -> tuple[int, int]:
    """Return how many photos a person confirmed as the model had said, and how many he decided on."""
    with reading(path) as connection:
        rows: Sequence[tuple[str, Any]] = connection.execute(_CHECKED).fetchall()
    return sum(label == suggested for label, suggested in rows), len(rows)


def read_thumbnail(path: Path, photo: str) -> Optional[bytes]:
    """Return the thumbnail of a photo (JPEG), None where there is none."""
    with reading(path) as connection:
        row = connection.execute(_THUMBNAIL, (photo,)).fetchone()
    return row[0] if row else None


@dataclass(frozen=True)
class ExchangeCounts:
    """How many reports wait to be sent, how many are in conflict, and source → when it was read last (UTC)."""

    waiting: int = 0
    conflicts: int = 0
    read_at: Mapping[str, str] = field(default_factory=dict)


def read_exchange(path: Path) -> ExchangeCounts:
    """Return what waits between here and the servers."""
    with reading(path) as connection:
        waiting, conflicts = connection.execute(_EXCHANGE).fetchone()
        return ExchangeCounts(int(waiting), int(conflicts), dict(connection.execute(_READ_AT).fetchall()))


def _top(text: Optional[str]) -> tuple[tuple[str, float], ...]:
    return tuple((str(item["label"]), float(item["score"])) for item in json.loads(text)) if text else ()


def read_imported(path: Path) -> dict[str, str]:
    """Return sha256 → path of the photos that are reports already."""
    with reading(path) as connection:
        return dict(connection.execute(_IMPORTED).fetchall())


def read_boxes(path: Path, photo: str) -> list[BlurBox]:
    """Return the boxes of a photo that a person drew, and those in which nothing is to be blurred."""
    with reading(path) as connection:
        return [BlurBox(*row) for row in connection.execute(_BOXES, (photo,))]
