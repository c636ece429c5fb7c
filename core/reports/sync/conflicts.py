# SPDX-License-Identifier: GPL-2.0-or-later
"""Conflicts of a workspace: found when a source sends what was edited here too, kept in step, resolved by a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Optional

from ...errors import UsageError
from ...store import Workspace
from ...store.fields import question
from ...store.handling import gone_since
from ...store.inbox import PARCEL, Inbox, OpenConflict, conflicts, present_fields, question_of, settle_conflict
from ...store.outbox import Note, Outbox, Waiting, waiting
from ...store.report_rows import Versions
from ...store.states import closed_states
from ...store.three_way import alike, merge, same


def keep_apart(exchange: Inbox, versions: Iterable[Versions], *, detailed: bool) -> int:
    """Note where a source changed what was edited here, differently; return the number of conflicts.

    What both changed alike is no edit any more. ``detailed``: the source has words of its own for our states.
    """
    count = 0
    for three in versions:
        theirs = _with_state(three, detailed=detailed) if "state" in three.edited else three.theirs
        base = dict(three.base)
        if same(base["status"], theirs["status"]):
            base["raw_status"] = theirs["raw_status"]  # another word for the same is no other answer
        who = {question(field): by_at for field, by_at in three.edited.items()}
        # Only what was edited here can be a question. What was edited back while the source changed it is one too:
        # refresh_conflicts lets the source's answer hold as soon as nothing of the report is on its way.
        asked = [one for one in merge(base, three.mine, theirs, three.edited) if one.theirs]
        found = []
        for one in asked:
            if one.outcome in ("conflict", "theirs"):
                by, at = who.get(one.name, ("", "")) if one.outcome == "conflict" else ("", "")
                before = {key: three.base[key] for key in one.base}
                found.append(
                    OpenConflict(
                        three.report_id,
                        one.name,
                        before,
                        one.mine,
                        one.theirs,
                        by,
                        at,
                        exchange.source,
                        three.theirs_at,
                    )
                )
        exchange.put_conflicts(three.report_id, found)
        taken = {one.name for one in asked if alike(one.mine, one.theirs)}
        fulfilled = [field for field in three.edited if question(field) in taken]
        if fulfilled:
            exchange.fulfil(three.report_id, fulfilled)
        count += len(found)
    return count


def _with_state(three: Versions, *, detailed: bool) -> Mapping[str, Any]:
    """Return the source's version with the state that stands for its status.

    A source that knows open and closed alone says nothing against any of our states that is open or closed with it.
    """
    mine, status = three.mine["state"], three.theirs["status"]
    agrees = status == ("closed" if mine in closed_states() else "open")
    if agrees and (detailed or three.theirs["state"] != mine):
        return {**three.theirs, "state": three.base["state"]}
    return three.theirs


def refresh_conflicts(workspace: Workspace) -> None:
    """Bring the noted conflicts in step with what was edited since: an edit may have ended one, or changed it.

    Those of a report of which something is on its way do not end until it is known whether it arrived.
    """
    if not conflicts(workspace):
        return
    with workspace.transaction():
        noted = conflicts(workspace)
        present = present_fields(workspace, [c.report_id for c in noted])
        unclear = Outbox(workspace, "").unclear()
        for conflict in noted:
            exchange = Inbox(workspace, conflict.theirs_by)
            now = present.get(conflict.report_id)
            if now is None:
                exchange.put_conflicts(conflict.report_id, [])
                continue
            mine = {name: now[name] for name in conflict.mine}
            ended = alike(mine, conflict.theirs) or alike(mine, conflict.base)
            if ended and conflict.report_id not in unclear:
                settle_conflict(workspace, conflict, conflict.theirs, "", send=False)
            elif not alike(mine, conflict.mine):
                others = [c for c in conflicts(workspace, conflict.report_id) if c.field != conflict.field]
                exchange.put_conflicts(conflict.report_id, [*others, replace(conflict, mine=mine)])


def arrived(workspace: Workspace, source: str, note: Note) -> None:
    """Say that a source took an update: what it said of these fields meanwhile was our own word."""
    sent = dict(note.payload.get("fields") or {})
    values: dict[str, Any] = {question(name): {name: value} for name, value in sent.items()}
    if "position" in sent:
        lat, _, lon = sent["position"].partition(",")
        values["position"] = {"lon": float(lon), "lat": float(lat)}
    if note.payload.get("status"):
        values["status"] = {"status": note.payload["status"]}
        values["state"] = {"state": "resolved" if note.payload["status"] == "closed" else "received"}
    with workspace.transaction():
        Outbox(workspace, source).updated(note)
        found = conflicts(workspace, note.report_id)
        left = [c for c in found if c.field not in values or not alike(c.theirs, values[c.field])]
        if len(left) < len(found):
            Inbox(workspace, source).put_conflicts(note.report_id, left)


def open_conflicts(workspace: Workspace, report_id: Optional[str] = None) -> list[OpenConflict]:
    """Return the conflicts that wait for a decision, of one report or of all."""
    refresh_conflicts(workspace)
    return conflicts(workspace, report_id)


def resolve(
    workspace: Workspace,
    report_id: str,
    choice: Literal["mine", "theirs"] | Mapping[str, Any],
    *,
    who: str,
    field: Optional[str] = None,
) -> list[OpenConflict]:
    """Decide the conflicts of a report, or the one of ``field``; return those that were decided.

    Parameters
    ----------
    choice : "mine", "theirs" or mapping
        Whose version holds, or the values that hold instead (fields of the conflict).
    who : str
        The person who decides.

    Raises
    ------
    UsageError
        There is no such conflict, or a value is given for a field that it does not have.
    """
    with workspace.transaction():  # nobody edits between the question and its answer
        present = open_conflicts(workspace, report_id)
        found = [c for c in present if field in (None, c.field)] or [
            c for c in present if field == question_of(c.field)
        ]
        if not found:
            known = ", ".join(c.field for c in conflicts(workspace, report_id)) or "none"
            raise UsageError(
                f"There is no such conflict (open ones of this report: {known})",
                where=report_id,
                next_step="See `reports conflicts`",
            )
        if not isinstance(choice, str):
            names = {name for c in found for name in c.theirs}
            wrong = sorted(set(choice) - names)
            if wrong or not choice:
                step = f"Give one of {', '.join(sorted(names))}"
                raise UsageError(f"{', '.join(wrong) or 'Nothing'} is in no conflict of this report", next_step=step)
            found = [c for c in found if set(choice) & set(c.theirs)]
        for conflict in found:
            if isinstance(choice, str):
                chosen = conflict.mine if choice == "mine" else conflict.theirs
            else:
                given = {name: value for name, value in choice.items() if name in conflict.theirs}
                chosen = {**conflict.mine, **given}
            settle_conflict(workspace, conflict, chosen, who, send=not alike(chosen, conflict.theirs))
        return found


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
