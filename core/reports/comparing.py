# SPDX-License-Identifier: GPL-2.0-or-later
"""A report as it was, as it is here and as its source has it, side by side, for a person who decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional

from ..store import Workspace
from ..store.exchange import PARCEL, OpenConflict, question_of
from ..store.handling import gone_since
from ..store.outbox import Outbox, Waiting, waiting
from .merging import open_conflicts, question


@dataclass(frozen=True)
class Compared:
    """One field, or the fields that belong together: the versions are field to value.

    ``conflict`` says whether a person has to decide; else what was edited here holds, and goes with the next push.
    ``key`` is what :func:`~.merging.resolve` knows it by. ``pack`` is the title of the offline pack that ``theirs``
    comes from; empty: it is the source's.
    """

    field: str
    base: Mapping[str, Any]
    mine: Mapping[str, Any]
    theirs: Mapping[str, Any]
    mine_by: str = ""
    mine_at: str = ""
    theirs_by: str = ""
    theirs_at: str = ""
    conflict: bool = True
    key: str = ""
    pack: str = ""


@dataclass(frozen=True)
class Difference:
    """One report that a person has to look at. ``gone_at``: since when its source does not show it; empty: it does."""

    report_id: str
    source: str
    place: str
    gone_at: str
    fields: tuple[Compared, ...]


def differences(workspace: Workspace) -> list[Difference]:
    """Return the reports with a conflict, and those that were edited here and are gone at their source."""
    conflicts: dict[str, list[OpenConflict]] = {}
    for conflict in open_conflicts(workspace):
        conflicts.setdefault(conflict.report_id, []).append(conflict)
    gone = gone_since(workspace)
    edited = {report.report_id: report for report in waiting(workspace)}
    keys = [*conflicts, *(key for key in edited if key in gone and key not in conflicts)]
    return [_difference(key, edited.get(key), conflicts.get(key, []), gone.get(key)) for key in keys]


def _difference(
    report_id: str, report: Optional[Waiting], conflicts: list[OpenConflict], gone: Optional[str]
) -> Difference:
    fields = [_compared(conflict) for conflict in conflicts]
    asked = {compared.field for compared in fields}
    place = ""
    if report is not None:
        place = str(report.row.get("address") or "")
        last = {edit.field: edit for edit in report.edits}
        for name, old in report.fields().items():
            if question(name) not in asked and (name != "state" or "status" not in asked):
                mine = f"{report.row['lon']} {report.row['lat']}" if name == "geom" else report.row.get(name)
                by, at = last[name].who, last[name].at
                fields.append(Compared(question(name), {name: old}, {name: mine}, {name: old}, by, at, conflict=False))
    source = report.source if report is not None else conflicts[0].theirs_by
    return Difference(report_id, source, place, gone or "", tuple(fields))


def _compared(c: OpenConflict) -> Compared:
    pack = c.theirs_by[len(PARCEL) :] if c.theirs_by.startswith(PARCEL) else ""
    return Compared(
        question_of(c.field), c.base, c.mine, c.theirs, c.mine_by, c.mine_at, c.theirs_by, c.theirs_at,
        key=c.field, pack=pack,
    )  # fmt: skip


def keep_here(workspace: Workspace, report_id: str) -> int:
    """Let a report that is gone at its source stay as it is here: its edits wait no more. Return how many did."""
    found = [report for report in waiting(workspace, report_id) if report.gone]
    fids = [edit.fid for report in found for edit in report.edits]
    if fids:
        Outbox(workspace, found[0].source).drop(fids)
    return len(fids)
