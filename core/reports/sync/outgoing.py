# SPDX-License-Identifier: GPL-2.0-or-later
"""The judge of what leaves: one verdict for each edit, for whoever confirms, for the push, the marks and the exports.

What a verdict says is kept beside the edit (``change.kept``), so that the list and the dispatch export say the same
without asking a server; an edit that comes to nothing is no edit any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Optional

from ...store import Workspace
from ...store.fields import NEW, TEXTS_EDITED, question
from ...store.inbox import Inbox, known_abilities
from ...store.outbox import Edit, Outbox, Waiting
from ...store.states import load_states
from ...store.three_way import same
from ..sources.source import Abilities, ReportSource, abilities_from
from .conflicts import open_conflicts
from .identity import check_identity

Stays = Literal[
    "", "nothing", "conflict", "gone", "deleted", "class", "field", "state", "comment", "create", "service", "position",
    "long", "refused",
]  # fmt: skip
"""Why an edit does not leave: see :class:`Line`."""

NO_SUCH_CALL = frozenset({405, 501})
"""Statuses by which a server says that it knows no such call: the same again is refused again."""


@dataclass(frozen=True)
class Verdict:
    """What becomes of one edit: ``stays`` is empty where the server takes it, else ``why`` says it in words."""

    stays: Stays = ""
    why: str = ""


_LEAVES = Verdict()
_NOTHING = Verdict("nothing", "Comes to nothing: the server has it as it is here")


@dataclass(frozen=True)
class Line:
    """One edit that waits: ``what`` is a field, ``comment``, ``insert`` or ``delete``; ``key`` names it.

    ``stays`` is empty where the server takes it. Else a person has to decide first (``conflict``), the report is
    ``gone`` there or was ``deleted`` here, the ``class`` is ours alone, the server takes no change of this ``field`` or
    ``state``, no ``comment``, or does not ``create`` reports; a new report lacks its ``service``, a report its
    ``position``, a text is too ``long``, or the server has ``refused`` such a call for good. ``why`` says it in words.
    """

    key: int
    what: str
    old: str
    new: str
    who: str
    at: str
    stays: Stays = ""
    why: str = ""


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
    check_identity(workspace, source)
    open_conflicts(workspace)  # brings them in step with later edits
    out = []
    for report, verdicts in judge_waiting(Outbox(workspace, source.name), source.abilities):
        row = report.row
        place = str(row.get("address") or "")
        if not place and row.get("lon") is not None and row.get("lat") is not None:
            place = f"{row['lat']:.5f}, {row['lon']:.5f}"
        told = [(edit, verdicts[edit.fid]) for edit in report.edits]
        lines = tuple(_line(edit, verdict) for edit, verdict in told if verdict.stays != "nothing")
        if lines:
            out.append(Leaving(report.report_id, place, lines))
    return out


def _line(edit: Edit, verdict: Verdict) -> Line:
    what = edit.field if edit.action == "update" else edit.action
    said = (edit.old or "", edit.new or "", edit.who, edit.at)
    return Line(edit.fid, what, *said, verdict.stays, verdict.why)


def judge_again(workspace: Workspace) -> None:
    """Judge what waits for each server that was read, by what it could do then; nobody is asked."""
    for source, text in known_abilities(workspace).items():
        judge_waiting(Outbox(workspace, source), abilities_from(text))


def judge_waiting(outbox: Outbox, can: Abilities) -> list[tuple[Waiting, dict[int, Verdict]]]:
    """Judge all that waits for a source, and write down what was found; see :func:`settle`."""
    reports = outbox.waiting()
    judged = [(report, judge(report, can, outbox.source, making=is_made(outbox, report))) for report in reports]
    settle(outbox, judged)
    return judged


def is_made(outbox: Outbox, report: Waiting) -> bool:
    """Say whether a report is to be made at a source: it is new, and did not come from there."""
    return report.new and not outbox.has(report.report_id)


def settle(outbox: Outbox, judged: Sequence[tuple[Waiting, Mapping[int, Verdict]]]) -> None:
    """Keep with each edit why it stays here, none where it leaves, and take out what comes to nothing.

    Nothing is taken out of a report of which something is on its way: it is not known yet what the server has. A
    refusal that may pass stays written until the edit has left. That a server makes no reports is written of one that
    was made here only where no other server does.
    """
    if not judged:
        return
    unclear = outbox.unclear()
    elsewhere = any(
        abilities_from(text).create for name, text in known_abilities(outbox.workspace).items() if name != outbox.source
    )
    reasons: dict[str, list[int]] = {}
    nothing: list[int] = []
    for report, verdicts in judged:
        for edit in report.edits:
            verdict = verdicts[edit.fid]
            if verdict.stays == "nothing":
                if report.report_id not in unclear:
                    nothing.append(edit.fid)
            elif (verdict.stays == "create" and elsewhere) or edit.refused in NO_SUCH_CALL:
                continue
            elif edit.kept != verdict.why and not (edit.refused and not verdict.stays):
                reasons.setdefault(verdict.why, []).append(edit.fid)
    if nothing:
        outbox.drop(nothing)
    if reasons:
        outbox.keep(reasons)


def judge(report: Waiting, can: Abilities, source: str, *, making: bool) -> dict[int, Verdict]:
    """Return the verdict on each edit of a report, by its key, from what a source can do.

    ``making``: the report is to be made there. What the source says when it is asked may still change it.
    """
    if not report.row:
        why = "Was deleted here; a report can't be deleted at its source, it stays away from here"
        verdict = _NOTHING if report.new else Verdict("deleted", why)
        return dict.fromkeys((edit.fid for edit in report.edits), verdict)
    whole = _LEAVES
    if making:
        whole = _making(report, can, source)
    elif report.gone:
        whole = Verdict("gone", "Is no longer at its source")
    fields = {name: _field(report, name, can, source, making=making) for name in report.fields()}
    return {edit.fid: _edit(edit, whole, fields, can, source, making=making) for edit in report.edits}


def _edit(
    edit: Edit, whole: Verdict, fields: Mapping[str, Verdict], can: Abilities, source: str, *, making: bool
) -> Verdict:
    if edit.action == "insert":
        return whole if making else _NOTHING
    verdict = fields.get(edit.field, _LEAVES)
    if verdict.stays in ("class", "nothing"):
        return verdict
    if whole.stays:
        return whole
    if edit.action == "comment" and not can.comments:
        return Verdict("comment", f"{source} takes no comments")
    if not verdict.stays and edit.refused in NO_SUCH_CALL:
        return Verdict("refused", edit.kept)
    return verdict


def _making(report: Waiting, can: Abilities, source: str) -> Verdict:
    row = report.row
    if not can.create:
        return Verdict("create", f"{source} takes no new reports")
    if not row["service_code"] and can.has_new("service_code"):
        return Verdict("service", "Has no service_code: choose one of the services of the server")
    if (row["lon"] is None or row["lat"] is None) and not row["address"]:
        return Verdict("position", "Has neither a position nor an address")
    if len(row["description"] or "") > can.longest:
        return Verdict("long", f"Its description has more than {can.longest:,} characters: shorten it")
    refused = next((edit for edit in report.edits if edit.action == "insert" and edit.refused in NO_SUCH_CALL), None)
    return _LEAVES if refused is None else Verdict("refused", refused.kept)


def _field(report: Waiting, name: str, can: Abilities, source: str, *, making: bool) -> Verdict:
    if making and name in NEW and (can.has_new(name) or (name == "service_name" and can.has_new("service_code"))):
        return _LEAVES
    row, before = report.row, report.fields()
    if question(name) in report.conflicts or (name == "state" and "status" in report.conflicts):
        return Verdict("conflict", "Was changed on both sides: decide first")
    if same(before[name], value_now(row, name)):
        return _NOTHING
    if name == "class":
        return Verdict("class", "The class is ours; the server has its own services")
    if name in ("state", "status"):
        return _status(report, name, can, source, making=making)
    if question(name) in can.fields or name in can.fields:
        if name == "geom" and value_now(row, name) is None:
            return Verdict("position", "Has no position any more; the server keeps the one that it has")
        return _LEAVES
    if name == "service_name" and "service_code" in before and "service_code" in can.fields:
        return _field(report, "service_code", can, source, making=making)  # the name goes with its code
    return Verdict("field", f"{source} takes no changes of {question(name)}")


def _status(report: Waiting, name: str, can: Abilities, source: str, *, making: bool) -> Verdict:
    refusal = Verdict("state", f"{source} takes no changes of status")
    if name == "status":
        if can.status and not report.row["status"]:
            return Verdict("state", "An empty status can't be sent")
        return _LEAVES if can.status else refusal
    states, words = load_states(), can.states
    now, before = states.get(report.row["state"]), states.get(report.fields()["state"] or "")
    if now is None:
        return Verdict("state", f"There is no state {report.row['state']}")
    status = report.row["status"] or ("open" if making else None)
    old_word = words.get(before.id, before.status) if words and before else status
    if words.get(now.id, now.status) == old_word:
        # Nothing that the server could know of changed: the edit is done, the history keeps it.
        why = "The server has no other word for it" if words else "The server knows only open and closed"
        return Verdict("state", why)
    return _LEAVES if can.status else refusal


def value_now(row: Mapping[str, Any], name: str) -> Optional[Any]:
    """Return the value of a field as the queue writes it: a position is ``longitude latitude``."""
    if name != "geom":
        return row[name]
    return None if row["lon"] is None or row["lat"] is None else f"{row['lon']} {row['lat']}"


def remember(exchange: Inbox, can: Abilities) -> None:
    """Keep with a source what it can do, so that edits can be judged while nobody asks it."""
    takes = [name for name in (*TEXTS_EDITED, "geom") if question(name) in can.fields or name in can.fields]
    takes += ["service_name"] * ("service_code" in can.fields)
    takes += ["state", "status"] * can.status + ["comment"] * can.comments
    exchange.remember(can.text(sorted(set(takes))))
