# SPDX-License-Identifier: GPL-2.0-or-later
"""What screens show of a workspace: one report with its photos, suggestion and history; the photos to check."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Optional

from .catalogue_rows import folded
from .file.reading import Reader

_REPORT = """
SELECT fid, id, source, class, confidence, class_from, state, description, service_name, address, commune, lon, lat,
    reported_at, team, reason_fr, reason_en, evidence
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
    JOIN photo AS p ON p.fid = d.photo_id JOIN report AS r ON r.id = p.report_id
WHERE d.what = 'class' AND r.class_from = 'person' AND r.class = d.label
    AND d.fid = (SELECT max(fid) FROM decision WHERE photo_id = d.photo_id AND what = 'class' AND label NOTNULL)
"""
_IMPORTED = "SELECT sha256, photo FROM photo WHERE sha256 NOTNULL AND report_id NOTNULL"
_EXCHANGE = """
SELECT (SELECT count(*) FROM report_waiting), (SELECT count(*) FROM report_conflict)
"""
_INCIDENTS = """
SELECT r.id, r.address, t.commune, r.description FROM report AS r LEFT JOIN triage AS t ON t.fid = r.fid
WHERE NOT EXISTS (SELECT 1 FROM json_each(?1)
    WHERE r.id || ' ' || coalesce(r.address, '') || ' ' || coalesce(t.commune, '') NOT LIKE value)
"""
_READ_AT = "SELECT source, read_at FROM cursor WHERE read_at NOTNULL ORDER BY read_at"


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
    evidence: str = ""
    """The words that gave the class."""


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


def read_report(workspace: Reader, report: str) -> Optional[ReportDetail]:
    """Return one report; None where it is not in the workspace any more."""
    row = workspace.row(_REPORT, (report,))
    if row is None:
        return None
    photos = tuple(
        SeenPhoto(photo, thumbnail, taken, model or "", _top(top), bool(abstained))
        for photo, thumbnail, taken, model, top, abstained, _ in workspace.rows(_PHOTOS, (report,))
    )
    history = tuple(HistoryEntry(*entry) for entry in workspace.rows(_HISTORY, (report,)))
    fid, key, source, label, confidence, *texts, lon, lat, at, team, reason_fr, reason_en, evidence = row
    class_from, state, description, service, address, commune = (text or "" for text in texts)
    return ReportDetail(
        fid, key, source, label or "", confidence, class_from, state, description, service, address, commune, lon, lat,
        at or "", team or "", reason_fr or "", reason_en or "", photos, history, evidence or "",
    )  # fmt: skip


def read_queue(workspace: Reader) -> list[QueuedPhoto]:
    """Return the photos that no person has decided on, the model's least sure first."""
    return [
        QueuedPhoto(report, photo, model, _top(top), bool(abstained), lon, lat, fid)
        for report, photo, model, top, abstained, lon, lat, fid in workspace.rows(_QUEUE)
    ]


def read_agreement(workspace: Reader) -> tuple[int, int]:
    """Return how many photos a person confirmed as the model had said, and how many he decided on."""
    rows = workspace.rows(_CHECKED)
    return sum(label == suggested for label, suggested in rows), len(rows)


@dataclass(frozen=True)
class ExchangeCounts:
    """How many reports wait to be sent, how many are in conflict, and source → when it was read last (UTC)."""

    waiting: int = 0
    conflicts: int = 0
    read_at: Mapping[str, str] = field(default_factory=dict)


def read_exchange(workspace: Reader) -> ExchangeCounts:
    """Return what waits between here and the servers."""
    waiting, conflicts = workspace.row(_EXCHANGE)
    return ExchangeCounts(int(waiting), int(conflicts), dict(workspace.rows(_READ_AT)))


def _top(text: Optional[str]) -> tuple[tuple[str, float], ...]:
    return tuple((str(item["label"]), float(item["score"])) for item in json.loads(text)) if text else ()


def read_imported(workspace: Reader) -> dict[str, str]:
    """Return sha256 → path of the photos that are reports already."""
    return dict(workspace.rows(_IMPORTED))


def matching_incidents(
    workspace: Reader, text: str, limit: int, stop: Callable[[], bool] = lambda: False
) -> list[tuple[str, str, str, str]]:
    """Return (id, address, commune, description) of reports that hold all words of a text, accents and case aside."""
    words = folded(text).split()
    if not words:
        return []
    # A letter that may carry an accent matches any; what is found too much is sifted out below.
    patterns = ["%" + "".join("_" if letter in "aceinouy" else letter for letter in word) + "%" for word in words]
    found: list[tuple[str, str, str, str]] = []
    for row in workspace.each(_INCIDENTS, (json.dumps(patterns),)):
        identifier, address, commune, description = (value or "" for value in row)
        said = folded(f"{identifier} {address} {commune}")
        if all(word in said for word in words):
            found.append((identifier, address, commune, description))
        if len(found) == limit or stop():
            break
    return found
