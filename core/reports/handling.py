# SPDX-License-Identifier: GPL-2.0-or-later
"""What persons do with reports: give them a state, accept, refuse, hand them on, write to who reported.

Each works on one report or on thousands, in one transaction, and goes into the append-only history with its author.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..errors import UsageError
from ..store import Workspace
from ..store.handling import about, states_of, write_note, write_states, write_team
from ..store.outbox import add_comments
from .states import check_transition, load_states, reply


def set_state(workspace: Workspace, report_ids: Sequence[str], state: str, who: str, note: str = "") -> int:
    """Give reports a state; return how many had another one. The change waits for the server.

    Raises
    ------
    UsageError
        There is no such state, it may not follow the one of a report (then none is changed), or nobody is named.
    WorkspaceError
        An id is unknown; else see :meth:`~..store.Workspace.transaction`.
    """
    if not who.strip():
        raise UsageError("Nobody is named who does it", next_step="Give a name")
    with workspace.transaction():
        for key, present in states_of(workspace, report_ids).items():
            check_transition(present, state, where=key)
        return write_states(workspace, report_ids, state, who, note)


def accept(workspace: Workspace, report_ids: Sequence[str], who: str, *, team: str = "", note: str = "") -> None:
    """Take reports on: they are assigned, to ``team`` where one is named."""
    with workspace.transaction():
        set_state(workspace, report_ids, "assigned", who, note)
        if team:
            write_team(workspace, report_ids, team, who, note)


def refuse(workspace: Workspace, report_ids: Sequence[str], who: str, note: str) -> None:
    """Reject reports, with the reason.

    Raises
    ------
    UsageError
        No reason is given; else see :func:`set_state`.
    """
    if not note.strip():
        raise UsageError("A refusal needs its reason", next_step="Give a note")
    set_state(workspace, report_ids, "rejected", who, note)


def mark_duplicates(workspace: Workspace, report_ids: Sequence[str], of: str, who: str, note: str = "") -> None:
    """Mark reports as duplicates of another one, which the history names.

    Raises
    ------
    UsageError
        The other one is among them; else see :func:`set_state`.
    WorkspaceError
        The other one is unknown.
    """
    if of in report_ids:
        raise UsageError("A report is no duplicate of itself", where=of)
    with workspace.transaction():
        states_of(workspace, [of])
        set_state(workspace, report_ids, "duplicate", who, f"= {of}. {note}".strip(" ."))


def delegate(
    workspace: Workspace, report_ids: Sequence[str], to: str, who: str, note: str, *, outside: bool = False
) -> None:
    """Hand reports on to another team, or with ``outside`` to a commune or body that is not ours; no rule undoes it.

    Raises
    ------
    UsageError
        Nobody is named to hand them to, or no note is given; else see :func:`set_state`.
    """
    if not to.strip() or not note.strip():
        raise UsageError("Handing on needs to whom, and a note", next_step="Give both")
    with workspace.transaction():
        set_state(workspace, report_ids, "not_ours" if outside else "assigned", who, note)
        write_team(workspace, report_ids, to, who, note)


def add_note(workspace: Workspace, report_ids: Sequence[str], note: str, who: str) -> None:
    """Add a note of ours to reports; it is sent nowhere."""
    write_note(workspace, report_ids, note, who)


def replies(workspace: Workspace, report_ids: Sequence[str], *, language: str, note: str = "") -> dict[str, str]:
    """Return report id → the text that fits its state, for a person to read and change; nothing is queued.

    ``language`` is ``fr`` or ``en``.
    """
    out = {}
    for item in about(workspace, report_ids):
        state = load_states()[item.state]
        values = {
            "id": item.service_request_id,
            "service": item.service,
            "address": item.address,
            "team": item.team,
            "note": note,
        }
        out[item.report_id] = reply(state.id, language, values)
    return out


def send_replies(workspace: Workspace, texts: Mapping[str, str], who: str) -> list[int]:
    """Queue texts, by report id, for those who reported; the next push sends them. Return their keys in the queue.

    Raises
    ------
    UsageError
        Nobody is named, or a text is empty.
    """
    if not who.strip() or not all(text.strip() for text in texts.values()):
        raise UsageError("A reply needs its text and who sends it", next_step="Give both")
    with workspace.transaction():
        states_of(workspace, list(texts))
        return add_comments(workspace, list(texts.items()), who)
