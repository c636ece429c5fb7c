# SPDX-License-Identifier: GPL-2.0-or-later
"""Teams that a person chose for reports, against the rules: written down, and taken back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from . import statements
from .connection import explaining
from .handling import write_team
from .timestamps import now
from .workspace import Workspace

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
    with explaining(workspace.path):
        workspace._fids(statements.FID_OF_REPORT, report_ids, "report")
        rows = workspace._connection.execute(_NOW, (json.dumps(list(report_ids)),))
        return {key: Team(team, who) for key, team, who in rows}


def write_chosen_team(workspace: Workspace, report_ids: Sequence[str], team: str, who: str, note: str = "") -> None:
    """Give reports a team as a person's decision; no rule takes it back."""
    with workspace.transaction():
        workspace._connection.execute(_DECIDED, (who, now(), team, json.dumps(list(report_ids))))
        write_team(workspace, report_ids, team, who, note)
        workspace._touch("decision")


def free_team(workspace: Workspace, report_ids: Sequence[str], who: str) -> None:
    """Take a person's choice back: the rules may assign these reports again. They have no team until then."""
    with workspace.transaction():
        keys = json.dumps(list(report_ids))
        workspace._connection.execute(_DECIDED, (who, now(), "", keys))
        workspace._connection.execute(_FREE, (keys,))
        workspace._touch("decision", "assignment", "incident")


def sent_since(workspace: Workspace, edits: Mapping[str, int]) -> list[str]:
    """Return those of report id → key of an edit of its state whose edit waits no more: it was sent, or replaced."""
    with explaining(workspace.path):
        present = dict(workspace._connection.execute(_STATE_EDITS, (json.dumps(list(edits)),)))
    return [key for key, fid in edits.items() if present.get(key) != fid]


def state_edits(workspace: Workspace, report_ids: Sequence[str]) -> dict[str, int]:
    """Return report id → key of the last edit of its state that waits."""
    with explaining(workspace.path):
        return dict(workspace._connection.execute(_STATE_EDITS, (json.dumps(list(report_ids)),)))
