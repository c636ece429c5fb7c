# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether a report of a source is the one that was sent from here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Report
from ...store.outbox import Note
from ...store.three_way import same

NEAR = 1e-5
"""Degrees, a metre: servers round what they are sent."""


def is_of_note(note: Note, report: Report) -> bool:
    """Say whether a report is what a note says was sent: the same service and words, at the same place."""
    sent: Mapping[str, Any] = note.payload
    if not same(sent.get("service_code"), report.service_code) or not same(sent.get("description"), report.description):
        return False
    return _same_place(sent, report)


def is_like(sent: Mapping[str, Any], report: Report) -> bool:
    """Say whether a report can be what was sent: nothing that both name is different but at most one of three.

    Service, words and place count; a source that has no field for one of them does not speak against it.
    """
    against = 0
    for name, theirs in (("service_code", report.service_code), ("description", report.description)):
        against += bool(sent.get(name) and theirs and not same(sent[name], theirs))
    if sent.get("lon") is not None and report.lon is not None:
        against += not _same_place(sent, report)
    return against < 2


def is_like_note(note: Note, report: Report) -> bool:
    """Say whether a report may be what was sent, changed there since: two of service, words and place are the same."""
    sent = note.payload
    words = bool(sent.get("description")) and same(sent.get("description"), report.description)
    service = sent.get("service_code") == report.service_code
    return service + words + (_has_place(sent) and _same_place(sent, report)) > 1


def _has_place(sent: Mapping[str, Any]) -> bool:
    return sent.get("lon") is not None or bool(sent.get("address"))


def _same_place(sent: Mapping[str, Any], report: Report) -> bool:
    lon, lat = sent.get("lon"), sent.get("lat")
    if lon is None or lat is None:
        return same(sent.get("address"), report.address)
    if report.lon is None or report.lat is None:
        return False
    return abs(float(lon) - report.lon) <= NEAR and abs(float(lat) - report.lat) <= NEAR
