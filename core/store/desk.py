# SPDX-License-Identifier: GPL-2.0-or-later
"""The few rows that a person at the desk looks at and changes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ..model import Columns
from . import statements
from .file.connection import explaining
from .workspace import Workspace, _array

_LAST_DECISION = """
SELECT report_id, label FROM decision WHERE fid IN
    (SELECT max(fid) FROM decision WHERE what = 'class' AND report_id IN (SELECT value FROM json_each(?))
     GROUP BY report_id)
"""


def decided_classes(workspace: Workspace, report_ids: Sequence[str]) -> dict[str, str]:
    """Return report id → the class that a person gave last; without a decision, or with one taken back, no entry."""
    with explaining(workspace.path):
        rows = workspace._connection.execute(_LAST_DECISION, (json.dumps(list(report_ids)),)).fetchall()
    return {report: label for report, label in rows if label}


def classes_present(workspace: Workspace) -> set[str]:
    """Return the classes that the reports have; ``""`` where one has none."""
    with explaining(workspace.path):
        return {row[0] or "" for row in workspace._connection.execute("SELECT DISTINCT class FROM report")}


def last_run(workspace: Workspace) -> dict[str, Any]:
    """Return the parameters of the last run of the main job; empty where there was none."""
    with explaining(workspace.path):
        row = workspace._connection.execute("SELECT parameters FROM run ORDER BY fid DESC LIMIT 1").fetchone()
    parameters = json.loads(row[0]) if row else {}
    return parameters if isinstance(parameters, dict) else {}


def read_incidents_of(workspace: Workspace, report_ids: Sequence[str]) -> Columns:
    """Return some rows of :meth:`~.workspace.Workspace.read_incidents`."""
    return _columns(workspace, statements.INCIDENTS_OF, statements.INCIDENT_COLUMNS, report_ids)


def read_evidence_of(workspace: Workspace, report_ids: Sequence[str]) -> Columns:
    """Return some rows of :meth:`~.workspace.Workspace.read_evidence`."""
    return _columns(workspace, statements.EVIDENCE_OF, statements.EVIDENCE_COLUMNS, report_ids)


def _columns(
    workspace: Workspace, statement: str, columns: Sequence[tuple[str, str]], report_ids: Sequence[str]
) -> Columns:
    with explaining(workspace.path):
        rows = workspace._connection.execute(statement, (json.dumps(list(report_ids)),)).fetchall()
    values = list(zip(*rows)) if rows else [()] * len(columns)
    return {name: _array(kind, column) for (name, kind), column in zip(columns, values)}
