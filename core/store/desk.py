# SPDX-License-Identifier: GPL-2.0-or-later
"""The few rows that a person at the desk looks at and changes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from ..model import Columns
from . import statements
from .file.reading import Reader
from .workspace import _array

_LAST_DECISION = """
SELECT report_id, label FROM decision WHERE fid IN
    (SELECT max(fid) FROM decision WHERE what = 'class' AND report_id IN (SELECT value FROM json_each(?))
     GROUP BY report_id)
"""
_BY_COMMUNE = "SELECT insee, class, state, team, count(*) FROM incident WHERE insee NOTNULL GROUP BY 1, 2, 3, 4"


def decided_classes(workspace: Reader, report_ids: Sequence[str]) -> dict[str, str]:
    """Return report id → the class that a person gave last; without a decision, or with one taken back, no entry."""
    rows = workspace.rows(_LAST_DECISION, (json.dumps(list(report_ids)),))
    return {report: label for report, label in rows if label}


def classes_present(workspace: Reader) -> set[str]:
    """Return the classes that the reports have; ``""`` where one has none."""
    return {row[0] or "" for row in workspace.rows("SELECT DISTINCT class FROM report")}


def last_run(workspace: Reader) -> dict[str, Any]:
    """Return the parameters of the last run of the main job; empty where there was none."""
    text = workspace.value("SELECT parameters FROM run ORDER BY fid DESC LIMIT 1")
    parameters = json.loads(text) if text else {}
    return parameters if isinstance(parameters, dict) else {}


def count_by_commune(workspace: Reader) -> dict[str, dict[str, Counter[str]]]:
    """Return INSEE code → ``class``, ``state``, ``team`` → value → how many reports; ``""`` is for none."""
    found: dict[str, dict[str, Counter[str]]] = {}
    for insee, *values, n in workspace.rows(_BY_COMMUNE):
        commune = found.setdefault(insee, {"class": Counter(), "state": Counter(), "team": Counter()})
        for name, value in zip(("class", "state", "team"), values):
            commune[name][value or ""] += n
    return found


def read_incidents_of(workspace: Reader, report_ids: Sequence[str]) -> Columns:
    """Return some rows of :meth:`~.workspace.Workspace.read_incidents`."""
    return _columns(workspace, statements.INCIDENTS_OF, statements.INCIDENT_COLUMNS, report_ids)


def read_evidence_of(workspace: Reader, report_ids: Sequence[str]) -> Columns:
    """Return some rows of :meth:`~.workspace.Workspace.read_evidence`."""
    return _columns(workspace, statements.EVIDENCE_OF, statements.EVIDENCE_COLUMNS, report_ids)


def _columns(
    workspace: Reader, statement: str, columns: Sequence[tuple[str, str]], report_ids: Sequence[str]
) -> Columns:
    rows = workspace.rows(statement, (json.dumps(list(report_ids)),))
    values = list(zip(*rows)) if rows else [()] * len(columns)
    return {name: _array(kind, column) for (name, kind), column in zip(columns, values)}
