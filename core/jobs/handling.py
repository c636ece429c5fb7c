# SPDX-License-Identifier: GPL-2.0-or-later
"""What a person chooses against the rules, and how a step is taken back that was not sent yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from ..errors import UsageError
from ..model import Decision
from ..routing import RuleBook
from ..store import Workspace
from ..store.desk import decided_classes
from ..store.handling import (
    Team,
    free_team,
    sent_since,
    state_edits,
    states_of,
    teams_of,
    write_chosen_team,
    write_states,
)
from ..triage.again import route_again, rule_book_of

if TYPE_CHECKING:
    pass

from ..reports.replies import filled, load_replies, reply
from ..store.handling import About, about, write_note, write_team
from ..store.outbox import add_comments
from ..store.states import check_transition, load_states


def choose_team(
    workspace: Workspace, report_ids: Sequence[str], team: str, who: str, note: str = ""
) -> dict[str, Team]:
    """Give reports to a team, or to a commune, against the rules; return the teams before, for :func:`undo_team`.

    Raises
    ------
    UsageError
        No team or nobody is named.
    WorkspaceError
        A report is unknown, or the workspace can't be written; nothing is then written.
    """
    if not team.strip() or not who.strip():
        raise UsageError("A choice of team needs the team and who chooses", next_step="Give both")
    with workspace.transaction():
        before = teams_of(workspace, report_ids)
        write_chosen_team(workspace, report_ids, team.strip(), who, note)
    return before


def undo_team(
    workspace: Workspace,
    before: Mapping[str, Team],
    book: RuleBook,
    who: str,
    layers: Optional[Mapping[str, Path]] = None,
) -> None:
    """Give reports the teams that :func:`choose_team` returned; what a rule had given, the rules give again."""
    with workspace.transaction():
        by_person: dict[str, list[str]] = {}
        for report, (team, chosen_by) in before.items():
            by_person.setdefault(team if chosen_by else "", []).append(report)
        freed = by_person.pop("", [])
        for team, reports in by_person.items():
            write_chosen_team(workspace, reports, team, who)
        if freed:
            free_team(workspace, freed, who)
            route_again(workspace, freed, book, layers)


@dataclass(frozen=True)
class StatesBefore:
    """What :func:`undo_states` needs: report id → state before, and → the edit that waits."""

    states: Mapping[str, str]
    edits: Mapping[str, int]


def states_before(workspace: Workspace, report_ids: Sequence[str], before: Mapping[str, str]) -> StatesBefore:
    """Return what takes a change of state back; ``before`` are the states before it, asked after it."""
    return StatesBefore({key: before[key] for key in report_ids}, state_edits(workspace, report_ids))


def undo_states(workspace: Workspace, before: StatesBefore, who: str) -> int:
    """Put states back that were not sent yet; return how many. What was sent since stays, and so does the history.

    No order of states is asked for: a step that was taken by mistake is taken back.
    """
    with workspace.transaction():
        gone = set(sent_since(workspace, before.edits))
        present = states_of(workspace, list(before.states))
        count = 0
        back: dict[str, list[str]] = {}
        for key, state in before.states.items():
            if key not in gone and present[key] != state:
                back.setdefault(state, []).append(key)
        for state, keys in back.items():
            count += write_states(workspace, keys, state, who, "")
    return count


@dataclass(frozen=True)
class HandedOn:
    """What :func:`undo_hand_on` needs: the teams and the states before."""

    teams: Mapping[str, Team]
    states: StatesBefore


def hand_on(
    workspace: Workspace, report_ids: Sequence[str], to: str, who: str, note: str, *, outside: bool = False
) -> HandedOn:
    """Hand reports on, as :func:`~.reports.handling.delegate` does; return what takes it back."""
    with workspace.transaction():
        teams, states = teams_of(workspace, report_ids), states_of(workspace, report_ids)
        delegate(workspace, report_ids, to, who, note, outside=outside)
        return HandedOn(teams, states_before(workspace, report_ids, states))


def undo_hand_on(
    workspace: Workspace,
    before: HandedOn,
    book: RuleBook,
    who: str,
    layers: Optional[Mapping[str, Path]] = None,
) -> int:
    """Take back what :func:`hand_on` did with reports of which nothing was sent since; return how many."""
    with workspace.transaction():
        sent = set(sent_since(workspace, before.states.edits))
        teams = {key: team for key, team in before.teams.items() if key not in sent}
        undo_states(workspace, before.states, who)
        undo_team(workspace, teams, book, who, layers)
    return len(teams)


@dataclass(frozen=True)
class Stepped:
    """What became of a step for several reports: ``done`` took it; ``refused`` holds, by present state, the others."""

    done: tuple[str, ...]
    refused: Mapping[str, tuple[str, ...]]
    undo: StatesBefore


def step(workspace: Workspace, report_ids: Sequence[str], state: str, who: str, note: str = "") -> Stepped:
    """Give a state to those reports whose present one it may follow; the others stay as they are, and are told.

    Raises
    ------
    UsageError
        There is no such state, nobody is named, or it ends a report without its reason.
    WorkspaceError
        An id is unknown, or the workspace can't be written; nothing is then written.
    """
    states = load_states()
    with workspace.transaction():
        before = states_of(workspace, report_ids)
        refused: dict[str, list[str]] = {}
        done = []
        for key, present in before.items():
            known = states.get(present)
            if known is not None and state in states and state != present and state not in known.next:
                refused.setdefault(present, []).append(key)
            elif present != state:
                done.append(key)
        set_state(workspace, done, state, who, note)
        undo = states_before(workspace, done, before)
    return Stepped(tuple(done), {name: tuple(keys) for name, keys in refused.items()}, undo)


def decide(
    workspace: Workspace,
    report_ids: Sequence[str],
    label: str,
    book: RuleBook,
    *,
    who: str,
    photo: Optional[str] = None,
    model: str = "",
    layers: Optional[Mapping[str, Path]] = None,
    now: Optional[dt.datetime] = None,
) -> dict[str, str]:
    """Write down a person's class for reports and route them again; ``""`` takes back what was decided.

    Returns report id → the class that a person had given before (absent where none), for an undo.

    Raises
    ------
    WorkspaceError
        A report or the photo is unknown, or the workspace can't be written; nothing is then written.
    DataError
        The rule book does not fit the taxonomy, or needs a layer.
    """
    at = (now or dt.datetime.now(dt.timezone.utc)).isoformat()
    with workspace.transaction():
        before = decided_classes(workspace, report_ids)
        for report in report_ids:
            workspace.add_decision(Decision(report, label, who, at, model), photo=photo)
        route_again(workspace, report_ids, book, layers)
    return before


def set_state(workspace: Workspace, report_ids: Sequence[str], state: str, who: str, note: str = "") -> int:
    """Give reports a state; return how many had another one. The change waits for the server.

    Raises
    ------
    UsageError
        There is no such state, it may not follow the one of a report (then none is changed), it needs a reason and
        none is given, or nobody is named.
    WorkspaceError
        An id is unknown; else see :meth:`~..store.Workspace.transaction`.
    """
    if not who.strip():
        raise UsageError("Nobody is named who does it", next_step="Give a name")
    with workspace.transaction():
        for key, present in states_of(workspace, report_ids).items():
            check_transition(present, state, where=key)
        if report_ids and load_states()[state].reason and not note.strip():
            raise UsageError("A refusal needs its reason", next_step="Give a note")
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


def replies(
    workspace: Workspace,
    report_ids: Sequence[str],
    *,
    language: str,
    note: str = "",
    book: Optional[RuleBook] = None,
) -> dict[str, str]:
    """Return report id → the text that fits its state, for a person to read and change; nothing is queued.

    ``language`` is ``fr`` or ``en``; teams are called as in ``book``, by default the one of the last run.

    Raises
    ------
    DataError
        The rule book can't be used.
    """
    names = team_names(book or rule_book_of(workspace)[0], language)
    return {
        item.report_id: reply(load_states()[item.state].id, language, _values(item, names, note))
        for item in about(workspace, report_ids)
    }


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


def templates(language: str) -> dict[str, str]:
    """Return state → text with its blanks, in ``fr`` or ``en``."""
    return {state: reply.in_language(language) for state, reply in load_replies().items()}


def fill(
    workspace: Workspace,
    report_ids: Sequence[str],
    text: str,
    *,
    language: str = "fr",
    book: Optional[RuleBook] = None,
) -> dict[str, str]:
    """Return report id → ``text`` with ``{id}``, ``{service}``, ``{address}``, ``{team}`` filled in; nothing is queued.

    A team is called by its name in ``language`` (``fr`` or ``en``) and ``book``, by default that of the last run.

    Raises
    ------
    DataError
        The text has another blank, or the rule book can't be used.
    """
    names = team_names(book or rule_book_of(workspace)[0], language)
    return {item.report_id: filled(text, _values(item, names)) for item in about(workspace, report_ids)}


def team_names(book: RuleBook, language: str) -> dict[str, str]:
    """Return team id → its name in ``fr`` or ``en``."""
    return {str(key): team.fr if language.startswith("fr") else team.en for key, team in book.teams.items()}


def _values(item: About, teams: Mapping[str, str], note: str = "") -> dict[str, str]:
    return {
        "id": item.service_request_id,
        "service": item.service,
        "address": item.address,
        "team": teams.get(item.team, item.team),
        "note": note,
    }
