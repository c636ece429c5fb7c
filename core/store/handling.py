# SPDX-License-Identifier: GPL-2.0-or-later
"""What persons do with reports in bulk: states, teams, notes; and the history of it all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Optional

from . import statements
from .file.timestamps import now
from .workspace import Workspace

_STATES = "SELECT id, state FROM report WHERE id IN (SELECT value FROM json_each(?))"
_SET_STATE = """
UPDATE report SET state = ?1 WHERE id IN (SELECT value FROM json_each(?2)) AND state IS NOT ?1
"""
_TEAM = """
INSERT INTO assignment (fid, team, rule, reason_en, reason_fr, at, who)
SELECT fid, ?1, NULL, ?2, ?2, ?3, ?4 FROM report WHERE id IN (SELECT value FROM json_each(?5))
ON CONFLICT (fid) DO UPDATE SET team = excluded.team, rule = NULL, reason_en = excluded.reason_en,
    reason_fr = excluded.reason_fr, at = excluded.at, who = excluded.who
"""
_TEAM_HISTORY = """
INSERT INTO history (report_id, who, origin, what, old, new, note)
SELECT report.id, ?1, 'team', 'team', assignment.team, ?2, ?3
FROM report LEFT JOIN assignment ON assignment.fid = report.fid WHERE report.id IN (SELECT value FROM json_each(?4))
"""
_NOTE = """
INSERT INTO history (report_id, who, origin, what, note)
SELECT id, ?1, 'note', 'note', ?2 FROM report WHERE id IN (SELECT value FROM json_each(?3))
"""
_HISTORY = """
SELECT report_id, at, who, origin, what, old, new, note FROM history WHERE report_id = ? ORDER BY fid
"""
_ABOUT = """
SELECT report.id, report.service_request_id, report.service_name, report.address, report.state, assignment.team
FROM report LEFT JOIN assignment ON assignment.fid = report.fid
WHERE report.id IN (SELECT value FROM json_each(?)) ORDER BY report.fid
"""


_SELECT = """
SELECT id FROM incident WHERE (?1 IS NULL OR source = ?1) AND (?2 IS NULL OR state = ?2)
    AND (?3 IS NULL OR insee = ?3) AND (?4 IS NULL OR class = ?4) AND (?5 IS NULL OR team = ?5) ORDER BY OGC_FID
"""


@dataclass(frozen=True)
class HistoryEntry:
    """One entry of a report's history."""

    report_id: str
    at: str
    who: str
    origin: str
    what: str
    old: str
    new: str
    note: str


@dataclass(frozen=True)
class About:
    """What a text to the person who reported may name."""

    report_id: str
    service_request_id: str
    service: str
    address: str
    state: str
    team: str


def states_of(workspace: Workspace, report_ids: Sequence[str]) -> dict[str, str]:
    """Return report id → state.

    Raises
    ------
    WorkspaceError
        An id is unknown.
    """
    workspace._fids(statements.FID_OF_REPORT, report_ids, "report")
    return dict(workspace.rows(_STATES, (json.dumps(list(report_ids)),)))


def select_reports(
    workspace: Workspace,
    *,
    source: Optional[str] = None,
    state: Optional[str] = None,
    insee: Optional[str] = None,
    label: Optional[str] = None,
    team: Optional[str] = None,
) -> list[str]:
    """Return the ids of the reports for which all that is given holds; ``label`` is a class."""
    return [key for (key,) in workspace.rows(_SELECT, (source, state, insee, label, team))]


def write_states(workspace: Workspace, report_ids: Sequence[str], state: str, who: str, note: str) -> int:
    """Give reports a state, as a person's edit with a note; return how many had another one."""
    with workspace._writing("state", who, queue=True, note=note) as connection:
        count = connection.execute(_SET_STATE, (state, json.dumps(list(report_ids)))).rowcount
        workspace._touch("report", "incident", "change", "history")
        return count


def write_team(workspace: Workspace, report_ids: Sequence[str], team: str, who: str, note: str) -> None:
    """Give reports a team, or a commune, chosen by a person: no rule takes it back."""
    with workspace.transaction() as connection:
        ids = json.dumps(list(report_ids))
        workspace._fids(statements.FID_OF_REPORT, report_ids, "report")
        connection.execute(_TEAM_HISTORY, (who or None, team, note or None, ids))
        connection.execute(_TEAM, (team, note or who, now(), who, ids))
        workspace._touch("assignment", "incident", "history")


def write_note(workspace: Workspace, report_ids: Sequence[str], note: str, who: str) -> None:
    """Add a note to the history of reports; it is sent nowhere."""
    with workspace.transaction() as connection:
        connection.execute(_NOTE, (who or None, note, json.dumps(list(report_ids))))
        workspace._touch("history")


def history(workspace: Workspace, report_id: str) -> list[HistoryEntry]:
    """Return what was done with a report, oldest first."""
    return [HistoryEntry(*(value or "" for value in row)) for row in workspace.rows(_HISTORY, (report_id,))]


def about(workspace: Workspace, report_ids: Sequence[str]) -> list[About]:
    """Return what a text may name of each report, in the order of arrival."""
    rows = workspace.rows(_ABOUT, (json.dumps(list(report_ids)),))
    return [About(*(value or "" for value in row)) for row in rows]


def gone_since(workspace: Workspace) -> dict[str, Optional[str]]:
    """Return report id → when it was found that its source no longer shows it."""
    return dict(workspace.rows("SELECT report_id, found_at FROM gone ORDER BY fid"))


_NOW = """
SELECT report.id, coalesce(assignment.team, ''), coalesce(assignment.who, '')
FROM report LEFT JOIN assignment ON assignment.fid = report.fid WHERE report.id IN (SELECT value FROM json_each(?))
"""
_DECIDED = """
INSERT INTO decision (report_id, who, at, what, label)
SELECT id, ?1, ?2, 'team', nullif(?3, '') FROM report WHERE id IN (SELECT value FROM json_each(?4))
"""
_FREE = """
DELETE FROM assignment WHERE fid IN (SELECT fid FROM report WHERE id IN (SELECT value FROM json_each(?)))
"""
_STATE_EDITS = """
SELECT report_id, max(fid) FROM change
WHERE field = 'state' AND report_id IN (SELECT value FROM json_each(?)) GROUP BY report_id
"""


class Team(NamedTuple):
    """Who takes a report: the team (empty: none), and the person who chose it (empty: a rule did)."""

    team: str
    who: str


def teams_of(workspace: Workspace, report_ids: Sequence[str]) -> dict[str, Team]:
    """Return report id → its team.

    Raises
    ------
    WorkspaceError
        An id is unknown.
    """
    workspace._fids(statements.FID_OF_REPORT, report_ids, "report")
    return {key: Team(team, who) for key, team, who in workspace.rows(_NOW, (json.dumps(list(report_ids)),))}


def write_chosen_team(workspace: Workspace, report_ids: Sequence[str], team: str, who: str, note: str = "") -> None:
    """Give reports a team as a person's decision; no rule takes it back."""
    with workspace.transaction() as connection:
        connection.execute(_DECIDED, (who, now(), team, json.dumps(list(report_ids))))
        write_team(workspace, report_ids, team, who, note)
        workspace._touch("decision")


def free_team(workspace: Workspace, report_ids: Sequence[str], who: str) -> None:
    """Take a person's choice back: the rules may assign these reports again. They have no team until then."""
    with workspace.transaction() as connection:
        keys = json.dumps(list(report_ids))
        connection.execute(_DECIDED, (who, now(), "", keys))
        connection.execute(_FREE, (keys,))
        workspace._touch("decision", "assignment", "incident")


def sent_since(workspace: Workspace, edits: Mapping[str, int]) -> list[str]:
    """Return those of report id → key of an edit of its state whose edit waits no more: it was sent, or replaced."""
    present = dict(workspace.rows(_STATE_EDITS, (json.dumps(list(edits)),)))
    return [key for key, fid in edits.items() if present.get(key) != fid]


def state_edits(workspace: Workspace, report_ids: Sequence[str]) -> dict[str, int]:
    """Return report id → key of the last edit of its state that waits."""
    return dict(workspace.rows(_STATE_EDITS, (json.dumps(list(report_ids)),)))
