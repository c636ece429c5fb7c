# SPDX-License-Identifier: GPL-2.0-or-later
"""What a person chooses against the rules, and how a step is taken back that was not sent yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from .desk import route_again
from .errors import UsageError
from .reports.handling import delegate, refuse, set_state
from .reports.states import load_states
from .routing import RuleBook
from .store import Workspace
from .store.handling import states_of, write_states
from .store.teams import Team, free_team, sent_since, state_edits, teams_of, write_chosen_team


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
        if state == "rejected" and done:
            refuse(workspace, done, who, note)
        else:
            set_state(workspace, done, state, who, note)
        undo = states_before(workspace, done, before)
    return Stepped(tuple(done), {name: tuple(keys) for name, keys in refused.items()}, undo)
