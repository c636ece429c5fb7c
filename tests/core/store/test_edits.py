# SPDX-License-Identifier: GPL-2.0-or-later
"""What a person edits with any tool is queued; what a source or a model writes is not."""

from __future__ import annotations

import sqlite3
from typing import Callable

import numpy as np
import pytest
from sigma_communes.core.errors import DataError, WorkspaceError
from sigma_communes.core.model import Columns, Decision, Report
from sigma_communes.core.store import Workspace

MakeReport = Callable[..., Report]


def _triage(ids: list[str], **values: object) -> Columns:
    columns = {"id": np.array(ids, dtype=object)}
    for name, value in values.items():
        columns[name] = np.array([value] * len(ids), dtype=None if isinstance(value, (bool, float)) else object)
    return columns


_NOTHING_NEW = """
UPDATE report SET state = state, class = class, status = status, service_code = service_code,
    service_name = service_name, description = description, address = address,
    agency_responsible = agency_responsible, media_url = media_url
"""


@pytest.mark.parametrize(
    ("edit", "old", "new"),
    [
        ("UPDATE report SET state = ? WHERE fid = 1", "received", "in_progress"),
        ("UPDATE report SET class = ? WHERE fid = 1", None, "waste"),
        ("UPDATE report SET status = ? WHERE fid = 1", "open", "closed"),
        ("UPDATE report SET service_code = ? WHERE fid = 1", None, "7"),
        ("UPDATE report SET service_name = ? WHERE fid = 1", "Graffitis", "Propreté"),
        ("UPDATE report SET description = ? WHERE fid = 1", "number 1", 'it\'s "here"'),
        ("UPDATE report SET address = ? WHERE fid = 1", "street", ""),
        ("UPDATE report SET agency_responsible = ? WHERE fid = 1", None, "team"),
        ("UPDATE report SET media_url = ? WHERE fid = 1", "http://example.org/a.jpg", None),
    ],
)
def test_an_edit_by_sql_is_queued(
    ws: Workspace, plain: sqlite3.Connection, make_report: MakeReport, edit: str, old: object, new: object
) -> None:
    ws.add_reports([make_report(1, media_url="http://example.org/a.jpg", address="street"), make_report(2)])
    with plain:
        plain.execute(edit, (new,))
        plain.execute(_NOTHING_NEW)
    rows = plain.execute("SELECT report_id, action, field, old, new, origin, who FROM change").fetchall()
    assert rows == [("city/K1", "update", edit.split()[3], old, new, "outside", None)]


def test_a_class_edited_by_sql_is_a_decision(ws: Workspace, plain: sqlite3.Connection, make_report: MakeReport) -> None:
    ws.add_reports([make_report(1)])
    ws.write_triage(_triage(["city/K1"], **{"class": "graffiti", "class_from": "photo", "confidence": 0.8}))
    with plain:
        plain.execute("UPDATE report SET class = 'waste'")
    table = ws.read_incidents()
    assert (table["class"][0], table["class_from"][0]) == ("waste", "person")
    assert np.isnan(table["confidence"][0])
    assert plain.execute("SELECT report_id, who, label FROM decision").fetchall() == [("city/K1", None, "waste")]
    # The model looks again: the person keeps the last word, the suggestion is kept beside it.
    ws.write_triage(_triage(["city/K1"], **{"class": "road_damage", "class_from": "photo", "confidence": 0.9}))
    assert ws.read_incidents()["class"].tolist() == ["waste"]
    assert plain.execute("SELECT class, confidence FROM triage").fetchall() == [("road_damage", 0.9)]
    # Cleared by the person: the next run suggests anew.
    with plain:
        plain.execute("UPDATE report SET class = NULL")
    assert ws.read_incidents()["class_from"].tolist() == [""]
    ws.write_triage(_triage(["city/K1"], **{"class": "road_damage", "class_from": "photo", "confidence": 0.9}))
    assert ws.read_incidents()["class"].tolist() == ["road_damage"]


def test_a_decision_holds_and_is_queued_with_its_author(ws: Workspace, make_report: MakeReport) -> None:
    ws.add_reports([make_report(1)])
    ws.write_triage(_triage(["city/K1"], **{"class": "graffiti", "class_from": "photo", "confidence": 0.8}))
    ws.add_decision(Decision("city/K1", "graffiti", "anne", "2026-01-02T03:04:05+01:00", "base-1"))
    table = ws.read_incidents()
    assert (table["class"][0], table["class_from"][0]) == ("graffiti", "person")
    assert ws.counts()["change"] == 0, "a confirmation changes nothing that a server has"
    ws.add_decision(Decision("city/K1", "waste", "anne", "2026-01-02T03:04:06Z", "base-1"))
    rows = ws.rows("SELECT field, old, new, origin, who FROM change")
    assert rows == [("class", "graffiti", "waste", "decision", "anne")]
    rows = ws.rows("SELECT who, at, label, model FROM decision ORDER BY fid")
    assert rows == [
        ("anne", "2026-01-02T02:04:05.000Z", "graffiti", "base-1"),
        ("anne", "2026-01-02T03:04:06.000Z", "waste", "base-1"),
    ]
    ws.add_decision(Decision("city/K1", "", "anne", "2026-01-02"))
    assert ws.read_incidents()["class_from"].tolist() == [""]


def test_a_decision_on_nothing_is_refused(ws: Workspace, make_report: MakeReport) -> None:
    ws.add_reports([make_report(1)])
    with pytest.raises(WorkspaceError, match="no report 'city/K2'"):
        ws.add_decision(Decision("city/K2", "waste", "anne", "2026-01-02"))
    with pytest.raises(WorkspaceError, match="no photo"):
        ws.add_decision(Decision("city/K1", "waste", "anne", "2026-01-02"), photo="/nowhere.jpg")
    with pytest.raises(DataError, match="not ISO 8601"):
        ws.add_decision(Decision("city/K1", "waste", "anne", "now"))
    assert ws.counts()["decision"] == 0


@pytest.mark.parametrize("statement", ["UPDATE decision SET label = 'x'", "DELETE FROM decision"])
def test_decisions_are_append_only(
    ws: Workspace, plain: sqlite3.Connection, make_report: MakeReport, statement: str
) -> None:
    ws.add_reports([make_report(1)])
    ws.add_decision(Decision("city/K1", "waste", "anne", "2026-01-02"))
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        plain.execute(statement)
    assert ws.rows("SELECT label FROM decision") == [("waste",)]


def test_our_own_writing_queues_nothing(ws: Workspace, make_report: MakeReport) -> None:
    ws.add_reports(make_report(n) for n in range(150))
    ws.add_reports(make_report(n, description="changed", status="closed") for n in range(150))
    ids = ws.read_incidents()["id"].tolist()
    ws.write_triage(_triage(ids, **{"class": "graffiti", "class_from": "words", "insee": "13055", "outside": False}))
    ws.write_assignments(_triage(ids, team="t", rule="r", reason_en="e", reason_fr="f"))
    counts = ws.counts()
    assert (counts["change"], counts["decision"]) == (0, 0)
    assert counts["assignment"] == 150
    assert ws.row("SELECT count(*) FROM writer") == (0,)


def test_nobody_else_sees_the_guard(ws: Workspace, plain: sqlite3.Connection, make_report: MakeReport) -> None:
    seen = []

    def reports() -> object:
        yield make_report(1)

    with ws.transaction():
        ws.add_reports(reports())  # type: ignore[arg-type]
        seen += plain.execute("SELECT * FROM writer").fetchall()
        plain.execute("PRAGMA busy_timeout = 0")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            plain.execute("INSERT INTO rejected (input, reason, at) VALUES ('a', 'b', 'c')")
    assert seen == []


@pytest.mark.parametrize("state", ["", "done", "Resolved"])
def test_an_unknown_state_is_refused(
    ws: Workspace, plain: sqlite3.Connection, make_report: MakeReport, state: str
) -> None:
    ws.add_reports([make_report(1)])
    with pytest.raises(sqlite3.IntegrityError, match="unknown state"):
        plain.execute("UPDATE report SET state = ?", (state,))
    assert ws.read_incidents()["state"].tolist() == ["received"]


def test_the_id_of_a_report_stays(ws: Workspace, plain: sqlite3.Connection, make_report: MakeReport) -> None:
    ws.add_reports([make_report(1)])
    with pytest.raises(sqlite3.IntegrityError, match="id of a report stays"):
        plain.execute("UPDATE report SET id = 'x'")
    assert ws.read_incidents()["id"].tolist() == ["city/K1"]


def test_a_report_drawn_on_the_map_gets_an_id_and_is_queued(ws: Workspace, make_report: MakeReport) -> None:
    ws.add_reports([make_report(1)])
    point = ws.value("SELECT geom FROM report")
    ws._connection.execute("INSERT INTO report (geom, class) VALUES (?, 'waste')", (point,))
    table = ws.read_incidents()
    assert table["id"][1].startswith("local/")
    assert (table["source"][1], table["lon"][1], table["lat"][1]) == (
        "local", table["lon"][0], table["lat"][0],
    )  # fmt: skip
    assert (table["class_from"][1], table["state"][1]) == ("person", "received")
    assert not np.isnat(table["reported_at"][1])
    rows = ws.rows("SELECT report_id, action, origin FROM change")
    assert rows == [(table["id"][1], "insert", "outside")]
