# SPDX-License-Identifier: GPL-2.0-or-later
"""Rows on their way: whole batches of new, known, changed and unstorable reports come out as one by one."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from sigma_communes.core.model import Report
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.inbox import Inbox
from sigma_communes.core.store.report_rows import identifier, last_time, report_of, row_of

TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"


def report(n: int, **values: object) -> Report:
    made = Report("city", f"K{n}", service_code="7", service_name="Trou", group="voirie", description=f"n° {n}",
                  status="closed" if n % 3 == 0 else "open", lon=5.3 + n / 1e5, lat=43.2,
                  requested_datetime="2025-01-01T08:00:00+00:00", extra={"zip": [n, None]})  # fmt: skip
    return replace(made, **values)  # type: ignore[arg-type]


def table(path: Path, statement: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(path) as connection:
        return connection.execute(statement).fetchall()


def test_a_row_says_what_its_report_says() -> None:
    given = report(4, updated_datetime="2025-02-01T08:00:00+01:00")
    row = row_of(given)
    assert report_of(row) == replace(given, extra={})
    assert (identifier(row), last_time(row)) == ("K4", "2025-02-01T08:00:00+01:00")
    assert row[-1] == row_of(replace(given))[-1] != row_of(replace(given, extra={"zip": [4, 0]}))[-1]


@pytest.mark.parametrize("count", [3, 99, 100, 1250, 1707])
def test_a_batch_is_stored_as_single_reports_are(tmp_path: Path, count: int) -> None:
    given = [report(n, description="a\0b" if n == 2 else f"n° {n}", lon=None if n == 1 else 5.3) for n in range(count)]
    with Workspace.open(tmp_path / "one.gpkg") as one, Workspace.open(tmp_path / "all.gpkg") as all_:
        triggers = table(all_.path, TRIGGERS)
        for each in given[:120]:
            Inbox(one, "city").receive([each])
        written = Inbox(all_, "city").receive(given).written
        assert (written.new, written.changed, written.unchanged) == (count, 0, 0)
        assert table(all_.path, TRIGGERS) == triggers
        few = "SELECT * FROM report WHERE fid <= 120 ORDER BY fid"
        assert table(one.path, few) == table(all_.path, few)
        boxes = "SELECT id, minx, maxx, miny, maxy FROM rtree_report_geom WHERE id <= 120 ORDER BY id"
        assert table(one.path, boxes) == table(all_.path, boxes)
        assert table(all_.path, "SELECT count(*) FROM rtree_report_geom") == [(count - 1,)]
        assert table(all_.path, "SELECT rtreecheck('rtree_report_geom')") == [("ok",)]
        assert json.loads(str(table(all_.path, "SELECT extra FROM report LIMIT 1")[0][0])) == {"zip": [0, None]}
        again = [replace(each, description="other") if n % 2 else each for n, each in enumerate(given)]
        written = Inbox(all_, "city").receive([*again, *again]).written
        assert (written.new, written.changed, written.unchanged) == (0, count // 2, 2 * count - count // 2)


def test_a_failed_batch_leaves_the_triggers(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "w.gpkg") as workspace:
        triggers = table(workspace.path, TRIGGERS)
        bad = [report(n, lon="east" if n == 150 else 5.3) for n in range(200)]
        with pytest.raises(TypeError):
            Inbox(workspace, "city").receive(bad)
        taken = [report(n) for n in range(200)]
        with workspace.transaction():
            with pytest.raises(sqlite3.Error):
                rows = [row_of(each) for each in taken]
                Inbox(workspace, "city").receive_rows([*rows[:150], (*rows[150][:11], [], *rows[150][12:])])
            Inbox(workspace, "city").receive(taken[:1])
        assert table(workspace.path, TRIGGERS) == triggers
