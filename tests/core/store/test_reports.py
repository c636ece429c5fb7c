# SPDX-License-Identifier: GPL-2.0-or-later
"""Reports in and out: each once, as given, and nothing edited here is overwritten."""

from __future__ import annotations

import json
import math
import sqlite3
import tempfile
from pathlib import Path
from typing import Any, Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigma_communes.core.errors import WorkspaceError
from sigma_communes.core.model import Report
from sigma_communes.core.store import Workspace, Written, report_id, workspace
from sigma_communes.core.store.file.timestamps import storable

MakeReport = Callable[..., Report]

any_text = st.text(st.characters(codec=None), max_size=12)  # with lone surrogates and NUL
any_report = st.builds(
    Report,
    source=any_text,
    service_request_id=any_text,
    service_name=any_text,
    description=any_text,
    status=st.sampled_from(["open", "closed", ""]),
    lon=st.none() | st.floats(),
    lat=st.none() | st.floats(),
    address=any_text,
    requested_datetime=st.none() | any_text,
    extra=st.dictionaries(any_text, st.none() | st.integers() | any_text, max_size=3),
)


@given(st.lists(any_report, max_size=8))
def test_whatever_a_source_sends_is_kept_once(reports: list[Report]) -> None:
    with tempfile.TemporaryDirectory() as folder, Workspace.open(Path(folder, "w.gpkg")) as ws:
        first = ws.add_reports(reports)
        last = {report_id(r.source, r.service_request_id): r for r in reports}
        assert first.new == len(last)
        assert sum(first) == len(reports)
        if len(last) == len(reports):
            assert ws.add_reports(reports) == Written(0, 0, len(reports))
        assert ws.counts()["report"] == len(last)
        assert ws.counts()["change"] == 0
        table = ws.read_incidents()
        assert sorted(table["id"]) == sorted(last)
        for i, key in enumerate(table["id"]):
            report = last[key]
            assert table["description"][i] == storable(report.description)
            for name in ("lon", "lat"):
                given_value = getattr(report, name)
                expected = math.nan if given_value is None else given_value + 0.0  # SQLite has no -0.0
                np.testing.assert_equal(table[name][i], expected)
            assert table["state"][i] == ("resolved" if report.status == "closed" else "received")
        connection = sqlite3.connect(ws.path)
        ((result,),) = connection.execute("PRAGMA integrity_check").fetchall()
        pairs = connection.execute(
            "SELECT count(geom), (SELECT count(*) FROM rtree_report_geom) FROM report"
        ).fetchone()
        connection.close()
        assert result == "ok"
        possible = [
            r
            for r in last.values()
            if r.lon is not None and r.lat is not None and abs(r.lon) <= 180 and abs(r.lat) <= 90 and (r.lon or r.lat)
        ]
        assert pairs == (len(possible), len(possible))


def test_the_batch_size_changes_nothing(path: Path, make_report: MakeReport, monkeypatch: pytest.MonkeyPatch) -> None:
    reports = [make_report(n % 700, description=str(n)) for n in range(1000)]
    tables = []
    for size in (7, 150, 5000):
        monkeypatch.setattr(workspace, "BATCH", size)
        with Workspace.open(path.with_name(f"{size}.gpkg")) as ws:
            assert ws.add_reports(reports) == Written(700, 300, 0)
            tables.append(ws.read_incidents())
    for table in tables[1:]:
        for name, column in tables[0].items():
            np.testing.assert_array_equal(table[name], column)


def test_times_are_utc_and_the_given_ones_stay(ws: Workspace, make_report: MakeReport) -> None:
    given_times = ["2025-03-01T10:00:00+01:00", "2025-03-01", "2025-03-01 10:00", "yesterday", None]
    ws.add_reports(make_report(n, requested_datetime=text) for n, text in enumerate(given_times))
    expected = ["2025-03-01T09:00:00", "2025-03-01T00:00:00", "2025-03-01T10:00:00", "NaT", "NaT"]
    np.testing.assert_array_equal(ws.read_incidents()["reported_at"], np.array(expected, "datetime64[s]"))
    raw = ws.rows("SELECT requested_datetime FROM report ORDER BY fid")
    assert [text for (text,) in raw] == given_times


def test_a_change_at_the_source_arrives(ws: Workspace, make_report: MakeReport) -> None:
    ws.add_reports([make_report(1), make_report(2)])
    assert ws.add_reports([make_report(1, description="more", lon=5.3), make_report(2)]) == Written(0, 1, 1)
    table = ws.read_incidents()
    assert table["description"].tolist() == ["more", "number 2"]
    assert table["lon"][0] == 5.3
    ((min_x, max_x),) = ws.rows("SELECT minx, maxx FROM rtree_report_geom WHERE id = 1")
    assert min_x <= 5.3 <= max_x


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        ("open", "closed", "resolved"),
        ("closed", "open", "received"),
        ("closed", "", "resolved"),
        ("", "open", "received"),
    ],
)
def test_the_state_follows_the_source(
    ws: Workspace, make_report: MakeReport, first: str, second: str, state: str
) -> None:
    ws.add_reports([make_report(1, status=first)])
    ws.add_reports([make_report(1, status=second)])
    assert ws.read_incidents()["state"].tolist() == [state]


def test_a_pull_overwrites_no_edit(ws: Workspace, plain: sqlite3.Connection, make_report: MakeReport) -> None:
    ws.add_reports([make_report(1), make_report(2)])
    with plain:
        plain.execute("UPDATE report SET description = 'mine', state = 'in_progress' WHERE fid = 1")
    theirs = make_report(1, description="theirs", address="new street", status="closed")
    assert ws.add_reports([theirs]) == Written(0, 1, 0)
    row = ws.row("SELECT description, state, address, status FROM report WHERE fid = 1")
    assert row == ("mine", "in_progress", "new street", "closed")
    assert ws.counts()["change"] == 2


def test_a_moved_point_stays_where_it_was_put(ws: Workspace, make_report: MakeReport) -> None:
    ws.add_reports([make_report(1, position_flag="far off")])
    blob = ws.value("SELECT geom FROM report")
    moved = blob[:13] + np.array([5.45, 43.35], "<f8").tobytes()
    ws._connection.execute("UPDATE report SET geom = ?", (moved,))  # as GDAL would, with the functions there
    assert ws.add_reports([make_report(1, lon=1.0, lat=2.0, description="else")]) == Written(0, 1, 0)
    row = ws.row("SELECT lon, lat, position_flag, geom, description FROM report")
    assert row == (5.45, 43.35, None, moved, "else")
    change = ws.rows("SELECT field, old, new FROM change")
    assert change == [("geom", "5.201 43.201", "5.45 43.35")]


def test_a_report_deleted_here_does_not_come_back(
    ws: Workspace, plain: sqlite3.Connection, make_report: MakeReport
) -> None:
    ws.add_reports([make_report(1), make_report(2)])
    with plain:
        plain.execute("PRAGMA foreign_keys = ON")
        plain.execute("DELETE FROM report WHERE fid = 1")
    assert ws.add_reports([make_report(1), make_report(2), make_report(3)]) == Written(1, 0, 2)
    assert ws.read_incidents()["id"].tolist() == ["city/K2", "city/K3"]
    assert ws.row("SELECT count(*) FROM rtree_report_geom") == (2,)


def test_ids_of_two_sources_never_meet(ws: Workspace, make_report: MakeReport) -> None:
    pairs = [("a/b", "c"), ("a", "b/c"), ("a%2Fb", "c")]
    ws.add_reports(make_report(1, source=source, service_request_id=key) for source, key in pairs)
    assert ws.counts()["report"] == 3


def test_unknown_fields_are_json(ws: Workspace, make_report: MakeReport) -> None:
    ws.add_reports([make_report(1, extra={"zip": 13001, "tags": ["é", None]}), make_report(2, extra={})])
    rows = ws.rows("SELECT extra FROM report ORDER BY fid")
    assert json.loads(rows[0][0]) == {"zip": 13001, "tags": ["é", None]}
    assert rows[1] == (None,)


def test_a_transaction_is_all_or_nothing(ws: Workspace, make_report: MakeReport) -> None:
    def interrupted() -> Any:
        yield make_report(1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), ws.transaction():
        ws.add_reports([make_report(2)])
        ws.add_reports(interrupted())
    assert ws.counts()["report"] == 0
    with ws.transaction():
        ws.add_reports([make_report(2)])
        with pytest.raises(WorkspaceError, match="no report 'nobody'"):
            ws.write_triage({"id": np.array(["nobody"], dtype=object)})
    assert ws.counts()["report"] == 1
    assert ws.row("SELECT count(*) FROM writer") == (0,)


def test_an_empty_workspace_has_empty_columns(ws: Workspace) -> None:
    table = ws.read_incidents()
    assert {len(column) for column in table.values()} == {0}
    assert table["reported_at"].dtype == np.dtype("datetime64[s]")
    assert table["lon"].dtype == np.float64
    assert table["water"].dtype == np.bool_
