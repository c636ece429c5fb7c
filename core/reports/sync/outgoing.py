# SPDX-License-Identifier: GPL-2.0-or-later
"""What leaves with the next sending, what stays, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ...store import Workspace
from ...store.outbox import Edit, Outbox, Waiting
from ..sources.source import Abilities, ReportSource
from ..states import load_states
from .conflicts import open_conflicts, question

Stays = Literal[
    "", "conflict", "gone", "class", "field", "state", "comment", "create", "service", "position", "long", "deleted"
]
"""Why an edit does not leave: see :class:`Line`."""


@dataclass(frozen=True)
class Line:
    """One edit that waits: ``what`` is a field, ``comment``, ``insert`` or ``delete``; ``key`` names it.

    ``stays`` is empty where the server takes it. Else a person has to decide first (``conflict``), the report is
    ``gone`` there or was ``deleted`` here, the ``class`` is ours alone, the server takes no change of this ``field`` or
    ``state``, no ``comment``, or does not ``create`` reports; a new report lacks its ``service`` or its ``position``,
    or its text is too ``long``.
    """

    key: int
    what: str
    old: str
    new: str
    who: str
    at: str
    stays: Stays = ""


@dataclass(frozen=True)
class Leaving:
    """One report with edits that wait for one server."""

    report_id: str
    place: str
    lines: tuple[Line, ...]

    @property
    def keys(self) -> tuple[int, ...]:
        """The edits that the server takes."""
        return tuple(line.key for line in self.lines if not line.stays)


def leaving(workspace: Workspace, source: ReportSource) -> list[Leaving]:
    """Return what waits for a server, edit by edit, and what of it stays here; nothing is sent and nobody is asked."""
    open_conflicts(workspace)  # brings them in step with later edits
    can = source.abilities
    out = []
    for report in Outbox(workspace, source.name).waiting():
        row = report.row
        place = str(row.get("address") or "")
        if not place and row.get("lon") is not None and row.get("lat") is not None:
            place = f"{row['lat']:.5f}, {row['lon']:.5f}"
        lines = tuple(_line(report, edit, can) for edit in report.edits)
        out.append(Leaving(report.report_id, place, lines))
    return out


def _line(report: Waiting, edit: Edit, can: Abilities) -> Line:
    what = edit.field if edit.action == "update" else edit.action
    return Line(edit.fid, what, edit.old or "", edit.new or "", edit.who, edit.at, _stays(report, edit, can))


def _stays(report: Waiting, edit: Edit, can: Abilities) -> Stays:
    row, name = report.row, edit.field
    if not row or edit.action == "delete":
        return "deleted"
    if report.new:
        if not can.create:
            return "create"
        if not row["service_code"]:
            return "service"
        if (row["lon"] is None or row["lat"] is None) and not row["address"]:
            return "position"
        if len(row["description"] or "") > can.longest:
            return "long"
    if report.gone:
        return "gone"
    if edit.action == "insert":
        return ""
    if edit.action == "comment":
        return "" if can.comments else "comment"
    if question(name) in report.conflicts or (name == "state" and "status" in report.conflicts):
        return "conflict"
    if name == "class":
        return "class"
    if name == "state":
        return "" if can.status and _heard(report, edit, can) else "state"
    if name == "status":
        return "" if can.status else "state"
    if report.new or question(name) in can.fields or name in can.fields:
        return ""
    return "" if name == "service_name" and "service_code" in can.fields else "field"


def _heard(report: Waiting, edit: Edit, can: Abilities) -> bool:
    """Say whether the server has another word for the state that holds now than for the one before all edits."""
    states = load_states()
    now, before = states.get(report.row["state"]), states.get(report.fields().get(edit.field) or "")
    if now is None:
        return False
    word = can.states.get(now.id, now.status)
    return before is None or can.states.get(before.id, before.status) != word
