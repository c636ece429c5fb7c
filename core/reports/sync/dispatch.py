# SPDX-License-Identifier: GPL-2.0-or-later
"""What waits for servers that take no changes, as a table for whoever forwards it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Optional

import numpy as np

from ...model import Columns
from ...store import Workspace
from ...store.fields import question
from ...store.handling import about
from ...store.outbox import waiting
from ...store.states import load_states
from ...vector.writing import write_points
from .outgoing import judge_again
from .status import _COLUMNS, _item


def dispatch(workspace: Workspace, out: Path, *, language: str = "fr", source: Optional[str] = None) -> int:
    """Write what no server takes, for teams and partners; return how many reports.

    One row for each report with edits that wait or stay here: its place, what it is, its state and team, what was
    changed by whom, and why it is not on the server.

    Parameters
    ----------
    out : Path
        ``.csv``, ``.geojson`` or ``.gpkg``.
    language : str
        ``fr`` or ``en``: of the states.
    source : str, optional
        Only reports of this source.

    Raises
    ------
    UsageError, MissingPackage, DataError
        See :func:`~..vector_writer.write_points`.
    """
    judge_again(workspace)
    found = [report for report in waiting(workspace) if report.row and source in (None, report.source)]
    known = {item.report_id: item for item in about(workspace, [report.report_id for report in found])}
    states = load_states()
    rows: dict[str, list[Any]] = {name: [] for name in _COLUMNS}
    for report in found:
        row, item, words = report.row, known[report.report_id], _item(report, False)
        edits = {
            question(name): [old, row.get(name) if name != "geom" else f"{row['lon']} {row['lat']}"]
            for name, old in report.fields().items()
        }
        values = (
            report.report_id, report.source, report.service_request_id, row["service_code"], row["service_name"],
            row["class"], row["description"], row["address"], states[row["state"]].name(language), row["status"],
            item.team, json.dumps(edits, ensure_ascii=False),
            "\n".join(edit.new or "" for edit in report.edits if edit.action == "comment"), words.who, words.at,
            "; ".join(sorted({edit.kept for edit in report.edits if edit.kept})), row["reported_at"],
            _number(row["lon"]), _number(row["lat"]),
        )  # fmt: skip
        for name, value in zip(_COLUMNS, values):
            rows[name].append(value)
    columns: Columns = {}
    for name, listed in rows.items():
        if name in ("lon", "lat"):
            columns[name] = np.array(listed, dtype=np.float64)
        else:
            columns[name] = np.empty(len(listed), dtype=object)
            columns[name][:] = ["" if value is None else value for value in listed]
    write_points(out, columns, columns["lon"], columns["lat"])
    return len(found)


def _number(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) else float("nan")
