# SPDX-License-Identifier: GPL-2.0-or-later
"""What the list says leaves is what a push sends, for every kind of source; what stays says why in the same words."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sigma_communes.core.reports.sync.dispatch import dispatch
from sigma_communes.core.reports.sync.outgoing import leaving
from sigma_communes.core.reports.sync.pull import pull
from sigma_communes.core.reports.sync.push import push
from sigma_communes.core.store import Workspace, fields
from sigma_communes.core.store.fields import TEXTS_EDITED
from sigma_communes.core.store.states import load_states
from sigma_communes.tests.servers.georeport import STYLES

from .conftest import Serve, rows
from .contract import There
from .test_contract import FRENCH, InCollection, InFolder, InLayer, OnServer
from .test_push import POINT

# 6aika answers every change with 405, which only asking tells: see test_a_call_that_the_server_does_not_know.
SOURCES = [
    *(kind for kind in STYLES if kind != "6aika"),
    "folder",
    "collection",
    "french collection",
    "wfs 1.1",
    "wfs 2.0",
]
FIELDS = sorted({*TEXTS_EDITED, "geom", "comment"})
VALUES = {
    "state": [*load_states()],
    "status": ["open", "closed", "", None],
    "geom": [POINT, None],
    "comment": ["Vu", "Fait"],
    "service_code": ["S1", "S2", None],
}
edits = st.lists(
    st.sampled_from(FIELDS).flatmap(
        lambda name: st.tuples(
            st.integers(0, 3), st.just(name), st.sampled_from(VALUES.get(name, ["a", "b", "", None])), st.booleans()
        )
    ),
    max_size=8,
)


@contextmanager
def opened(kind: str) -> Iterator[tuple[Workspace, There]]:
    with TemporaryDirectory() as folder, ExitStack() as stack:
        there: There
        if kind == "folder":
            (Path(folder) / "drops").mkdir()
            there = InFolder(Path(folder) / "drops")
        elif kind.startswith("wfs"):
            version = {"version": "2.0.0", "srs": "http://www.opengis.net/def/crs/EPSG/0/4326"}
            there = InLayer(stack, **(version if "2.0" in kind else {}))
        elif "collection" in kind:
            there = InCollection(stack, FRENCH if "french" in kind else {})
        else:
            there = OnServer(stack, kind)
        there.fill(3)
        with Workspace.open(Path(folder) / "w.gpkg") as workspace:
            pull(workspace, there.source)
            yield workspace, there


def apply(workspace: Workspace, keys: list[str], name: str, which: int, value: Any, back: bool) -> None:
    key = keys[which % len(keys)]
    if name == "comment":
        text = "INSERT INTO change (report_id, action, new, origin) VALUES (?, 'comment', ?, 'reply')"
        workspace._connection.execute(text, (key, value))
        return
    (before,) = rows(workspace, f"SELECT {name} FROM report WHERE id = ?", key)[0]  # noqa: S608 - a name of this file
    for each in (value, before) if back else (value,):
        workspace._connection.execute(f"UPDATE report SET {name} = ? WHERE id = ?", (each, key))  # noqa: S608


def assert_list_is_push(workspace: Workspace, there: There) -> None:
    listed = leaving(workspace, there.source)
    leave = {key for report in listed for key in report.keys}
    why = {line.key: line.why for report in listed for line in report.lines if line.stays}
    assert all(why.values())
    kept = dict(rows(workspace, "SELECT fid, kept FROM change"))
    assert {key: kept[key] for key in why} == why
    assert set(kept) == leave | set(why), "what comes to nothing is no edit"
    waits = {key for (key,) in rows(workspace, "SELECT report_id FROM report_waiting")}
    assert waits == {report.report_id for report in listed if report.keys}, "the marks of the list"
    pushed = push(workspace, there.source, who="Ana")
    sent = [json.loads(text) for (text,) in rows(workspace, "SELECT changes FROM outbox WHERE state = 'sent'")]
    assert {key for keys in sent for key in keys} == leave
    assert dict(rows(workspace, "SELECT fid, kept FROM change")) == why
    assert set(pushed.kept.values()) <= set(why.values())


@pytest.mark.parametrize("kind", SOURCES)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(edits, st.lists(st.sampled_from(["S1", None]), max_size=1))
def test_what_the_list_says_leaves_is_what_a_push_sends(kind: str, edited: Any, drawn: Any) -> None:
    with opened(kind) as (workspace, there):
        for code in drawn:
            workspace._connection.execute("INSERT INTO report (geom, service_code) VALUES (?, ?)", (POINT, code))
        keys = [key for (key,) in rows(workspace, "SELECT id FROM report ORDER BY fid DESC")]
        for which, name, value, back in edited:
            apply(workspace, keys, name, which, value, back)
        assert_list_is_push(workspace, there)


def stays(workspace: Workspace, source: Any) -> dict[str, str]:
    return {line.what: line.stays for report in leaving(workspace, source) for line in report.lines}


def test_an_emptied_status_stays(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk")
    server.add(1)
    pull(ws, client)
    ws._connection.execute("UPDATE report SET status = NULL")
    assert stays(ws, client) == {"status": "state"}
    assert push(ws, client).kept == {"city/1": "An empty status can't be sent"}
    assert [call.method for call in server.calls if call.method != "GET"] == []


def test_another_field_of_a_new_report_stays_behind(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk")
    ws._connection.execute("INSERT INTO report (geom, service_code) VALUES (?, 'S1')", (POINT,))
    ws._connection.execute("UPDATE report SET agency_responsible = 'Voirie'")
    assert stays(ws, client) == {"insert": "", "agency_responsible": "field"}
    pushed = push(ws, client)
    assert len(pushed.created) == 1
    assert list(pushed.kept.values()) == ["city takes no changes of agency_responsible"]


def test_what_was_changed_back_is_no_edit(ws: Workspace, serve: Serve) -> None:
    server, client = serve("klarschiff")
    server.add(1)
    pull(ws, client)
    (text,) = rows(ws, "SELECT description FROM report")[0]
    ws._connection.execute("UPDATE report SET description = 'other'")
    ws._connection.execute("UPDATE report SET description = ?", (text,))
    assert leaving(ws, client) == []
    assert rows(ws, "SELECT * FROM change") == rows(ws, "SELECT * FROM report_waiting") == []


def test_an_export_says_the_same_before_anything_was_sent(ws: Workspace, serve: Serve, tmp_path: Path) -> None:
    server, client = serve("citysdk")
    server.add(2)
    pull(ws, client)
    ws._connection.execute("UPDATE report SET description = 'mine' WHERE id = 'city/1'")
    ws._connection.execute("UPDATE report SET state = 'in_progress' WHERE id = 'city/2'")
    assert dispatch(ws, tmp_path / "out.csv") == 2
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        found = {
            row["Identifiant ici (id)"]: row["Reste ici parce que (stays_because)"]
            for row in csv.DictReader(file, delimiter=";")
        }
    assert found == {"city/1": client.name + " takes no changes of description",
                     "city/2": "The server knows only open and closed"}  # fmt: skip


def test_a_conflict_stays_until_it_is_decided(ws: Workspace, serve: Serve, edit: Callable[..., None]) -> None:
    server, client = serve("klarschiff")
    server.add(1)
    pull(ws, client)
    edit("UPDATE report SET description = 'mine'")
    server.edit("1", description="theirs")
    pull(ws, client)
    assert rows(ws, "SELECT kept FROM change") == [("Was changed on both sides: decide first",)]
    assert stays(ws, client) == {"description": "conflict"}
    assert rows(ws, "SELECT * FROM report_waiting") == [("city/1",)], "it waits for a decision"


def test_a_call_that_the_server_does_not_know_is_made_once(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk")
    server.add(1)
    pull(ws, client)
    ws._connection.execute("UPDATE report SET status = 'closed'")
    server.fault("405", method="PATCH", times=9)
    assert "405" in push(ws, client).refused["city/1"]
    calls = len([call for call in server.calls if call.method == "PATCH"])
    pushed = push(ws, client)
    assert "405" in pushed.kept["city/1"] and pushed.refused == {}
    assert len([call for call in server.calls if call.method == "PATCH"]) == calls
    ws._connection.execute("UPDATE report SET status = 'open'")
    ws._connection.execute("UPDATE report SET status = 'closed'")
    assert rows(ws, "SELECT count(*) FROM report_waiting") == [(1,)], "what was edited anew is tried anew"


def test_fields_of_a_report_are_said_once(ws: Workspace) -> None:
    """The columns of the table, and those whose edits the triggers queue, are those of the list."""
    listed = fields.FIELDS

    columns = {name for (name,) in rows(ws, "SELECT name FROM pragma_table_info('report')")}
    assert columns - {"fid", "id"} == {field.name for field in listed}
    ws._connection.execute("INSERT INTO report (geom) VALUES (NULL)")
    ws._connection.execute("DELETE FROM change")
    for field in listed:
        value = POINT if field.name == "geom" else "in_progress" if field.name == "state" else "1"
        ws._connection.execute(f"UPDATE report SET {field.name} = ?", (value,))  # noqa: S608
    queued = {name for (name,) in rows(ws, "SELECT field FROM change WHERE action = 'update'")}
    assert queued == {field.name for field in listed if "edited" in field.uses}
