# SPDX-License-Identifier: GPL-2.0-or-later
"""A read brings all there is, once, then only what changed; nothing edited here is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sigma_communes.core.errors import Cancelled
from sigma_communes.core.feedback import Feedback
from sigma_communes.core.reports.sources.source import ChangedRequest
from sigma_communes.core.reports.sync.conflicts import open_conflicts, resolve
from sigma_communes.core.reports.sync.pull import pull
from sigma_communes.core.store import Workspace
from sigma_communes.core.transport import ServerFailed
from sigma_communes.tests.servers.georeport import EPOCH, STYLES

from .conftest import Serve, rows

Edit = Callable[..., None]


def state(ws: Workspace) -> list[tuple[Any, ...]]:
    """Return all reports, without what depends on the moment."""
    return rows(ws, "SELECT id, service_request_id, status, state, description, lon, lat FROM report ORDER BY id")


@pytest.mark.parametrize("kind", sorted(STYLES))
def test_all_of_every_kind_of_server_then_nothing_new(ws: Workspace, serve: Serve, kind: str) -> None:
    server, client = serve(kind)
    server.add(700)
    first = pull(ws, client)
    assert (first.new, first.changed, first.unchanged, first.rejected) == (700, 0, 0, 0)
    assert first.cursor.startswith("2024-01-")
    before = state(ws)
    second = pull(ws, client)
    assert (second.new, second.changed) == (0, 0)
    server.edit("7", status="closed", description="neu")
    third = pull(ws, client)
    look_back = kind in ("generic", "fixmystreet", "libre311")
    if kind == "updates" or look_back:
        # It can't be asked for changes: those of the last 90 days are seen, which all of these are.
        assert third.changed == 1
    else:
        assert (third.new, third.changed) == (0, 1)
        assert third.unchanged < 100
        assert len(server.calls) > 0
    assert [row for row in state(ws) if row not in before] == [
        ("city/7", "7", "closed", "resolved", "neu", *before[[r[0] for r in before].index("city/7")][5:])
    ]


def test_an_incremental_read_asks_for_little(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk")
    server.add(3000)
    pull(ws, client)
    server.calls.clear()
    pulled = pull(ws, client)
    assert (pulled.new, pulled.changed) == (0, 0)
    assert pulled.unchanged <= 30  # the overlap of a day
    asked = {call.params.get("updated_after") for call in server.calls}
    assert None not in asked
    assert min(asked) >= "2024-05"  # type: ignore[type-var, operator]


def test_since_and_full(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk")
    server.add(1000)
    pulled = pull(ws, client, since=EPOCH + timedelta(days=30))
    assert 250 < pulled.new < 310
    assert pull(ws, client, full=True).new == 1000 - pulled.new
    assert len(state(ws)) == 1000


def test_since_later_than_the_cursor_does_not_move_it(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk")
    server.add(10)
    pull(ws, client)
    server.edit("3", description="early")
    server.now += timedelta(days=30)
    server.edit("4", description="late")
    assert pull(ws, client, since=server.now - timedelta(days=2)).changed == 1
    assert pull(ws, client).changed == 1
    assert rows(ws, "SELECT description FROM report WHERE id = 'city/3'") == [("early",)]


def test_unknown_fields_and_rejected_records_are_kept(ws: Workspace, serve: Serve) -> None:
    server, client = serve("generic", extra={"zipcode": "13001", "tags": ["a", "é"]})
    server.add(20)
    server.reports["5"]["id"] = ""
    pulled = pull(ws, client)
    assert (pulled.new, pulled.rejected) == (19, 1)
    assert "no service_request_id" in pulled.reasons[0].reason
    assert [r.where for r in ws.rejected()] == [pulled.reasons[0].where]
    (extra,) = rows(ws, "SELECT extra FROM report WHERE id = 'city/1'")[0]
    assert '"tags": ["a", "é"]' in extra and json.loads(extra)["zipcode"] == "13001"


def test_a_broken_read_goes_on_where_it_was(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk")
    server.add(5000)
    server.fault("500", times=10_000, after=150, path="requests")
    with pytest.raises(ServerFailed):
        pull(ws, client)
    kept = len(state(ws))
    assert 0 < kept < 5000
    server.faults.clear()
    server.calls.clear()
    pulled = pull(ws, client)
    assert len(state(ws)) == 5000
    assert pulled.new == 5000 - kept
    assert pulled.unchanged < 2200, "it does not begin anew"
    assert rows(ws, "SELECT sweep, sweep_since, sweep_to FROM cursor") == [(1, None, None)]


def test_cancel_keeps_whole_batches(ws: Workspace, serve: Serve) -> None:
    class Stop(Feedback):
        def is_cancelled(self) -> bool:
            return len(state(ws)) > 0

    server, client = serve("citysdk")
    server.add(5000)
    with pytest.raises(Cancelled):
        pull(ws, client, feedback=Stop())
    assert 0 < len(state(ws)) < 5000
    pull(ws, client)
    assert len(state(ws)) == 5000


# --- three versions ------------------------------------------------------------------------------------------------


def test_changes_of_different_fields_meet(ws: Workspace, serve: Serve, edit: Edit) -> None:
    server, client = serve("citysdk")
    server.add(3)
    pull(ws, client)
    edit("UPDATE report SET description = 'mine' WHERE id = 'city/1'")
    server.edit("1", address="theirs")
    assert pull(ws, client).conflicts == 0
    assert rows(ws, "SELECT description, address FROM report WHERE id = 'city/1'") == [("mine", "theirs")]
    assert rows(ws, "SELECT report_id, field FROM change") == [("city/1", "description")]


def test_a_conflict_shows_three_versions_and_keeps_mine(ws: Workspace, serve: Serve, edit: Edit) -> None:
    server, client = serve("citysdk")
    server.add(3)
    pull(ws, client)
    edit("UPDATE report SET description = 'mine' WHERE id = 'city/1'")
    server.edit("1", description="theirs")
    assert pull(ws, client).conflicts == 1
    (conflict,) = open_conflicts(ws)
    assert (conflict.report_id, conflict.field, conflict.theirs_by) == ("city/1", "description", "city")
    assert conflict.base == {"description": "Signalement n° 1 « été »"}
    assert (conflict.mine, conflict.theirs) == ({"description": "mine"}, {"description": "theirs"})
    assert conflict.mine_at > "2026"
    assert conflict.theirs_at.startswith("2024-12-31")
    # The same again changes nothing; another word of theirs is shown; mine can go on.
    assert pull(ws, client, full=True).conflicts == 1
    server.edit("1", description="theirs again")
    edit("UPDATE report SET description = 'mine again' WHERE id = 'city/1'")
    pull(ws, client)
    (conflict,) = open_conflicts(ws)
    assert (conflict.mine, conflict.theirs) == ({"description": "mine again"}, {"description": "theirs again"})
    assert conflict.base == {"description": "Signalement n° 1 « été »"}


@pytest.mark.parametrize(
    ("choice", "description", "waits"),
    [("mine", "mine", [("theirs", "mine")]), ("theirs", "theirs", []),
     ({"description": "both"}, "both", [("theirs", "both")]), ({"description": "theirs"}, "theirs", [])],
)  # fmt: skip
def test_resolve(
    ws: Workspace, serve: Serve, edit: Edit, choice: Any, description: str, waits: list[tuple[str, str]]
) -> None:
    server, client = serve("citysdk")
    server.add(3)
    pull(ws, client)
    edit("UPDATE report SET description = 'mine' WHERE id = 'city/1'")
    server.edit("1", description="theirs")
    pull(ws, client)
    resolve(ws, "city/1", choice, who="anne")
    assert open_conflicts(ws) == []
    assert rows(ws, "SELECT description FROM report WHERE id = 'city/1'") == [(description,)]
    assert rows(ws, "SELECT old, new FROM change") == waits
    assert rows(ws, "SELECT who, what FROM history WHERE what = 'resolved'") == [("anne", "resolved")]
    # A later read finds no conflict any more, and nothing is overwritten.
    server.edit("1", address="elsewhere")
    assert pull(ws, client).conflicts == 0
    assert rows(ws, "SELECT description FROM report WHERE id = 'city/1'") == [(description,)]


def test_a_position_and_a_category_are_one_question_each(ws: Workspace, serve: Serve, edit: Edit) -> None:
    server, client = serve("citysdk")
    server.add(3)
    pull(ws, client)
    before = rows(ws, "SELECT geom FROM report WHERE id = 'city/1'")[0][0]
    moved = before[:13] + rows(ws, "SELECT geom FROM report WHERE id = 'city/2'")[0][0][13:]
    ws._connection.execute("UPDATE report SET geom = ? WHERE id = 'city/1'", (moved,))
    edit("UPDATE report SET service_code = 'S9' WHERE id = 'city/1'")
    server.edit("1", lat=43.9, service_name="Autre", service_code="S3")
    pulled = pull(ws, client)
    assert pulled.conflicts == 2
    found = {c.field: c for c in open_conflicts(ws)}
    assert set(found) == {"position", "service"}
    assert found["position"].theirs == {"lon": 5.30025, "lat": 43.9}
    assert found["position"].mine["lat"] == 43.2004
    assert found["service"].mine["service_code"] == "S9"
    assert found["service"].mine["service_name"] == found["service"].base["service_name"] == "Dépôt"
    resolve(ws, "city/1", "theirs", who="anne", field="position")
    assert rows(ws, "SELECT lon, lat, ST_MinY(geom) FROM report WHERE id = 'city/1'") == [(5.30025, 43.9, 43.9)]
    (left,) = open_conflicts(ws)
    assert left.field == "service"


def test_what_both_changed_alike_is_no_question(ws: Workspace, serve: Serve, edit: Edit) -> None:
    server, client = serve("citysdk")
    server.add(3)
    pull(ws, client)
    edit("UPDATE report SET description = 'alike', state = 'resolved' WHERE id = 'city/1'")
    server.edit("1", description="alike ", status="closed")
    assert pull(ws, client).conflicts == 0
    assert rows(ws, "SELECT * FROM change") == []


def test_an_edit_taken_back_ends_its_conflict(ws: Workspace, serve: Serve, edit: Edit) -> None:
    server, client = serve("citysdk")
    server.add(3)
    pull(ws, client)
    (base,) = rows(ws, "SELECT description FROM report WHERE id = 'city/1'")[0]
    edit("UPDATE report SET description = 'mine' WHERE id = 'city/1'")
    server.edit("1", description="theirs")
    pull(ws, client)
    edit("UPDATE report SET description = ? WHERE id = 'city/1'", base)
    assert open_conflicts(ws) == []
    assert rows(ws, "SELECT description FROM report WHERE id = 'city/1'") == [("theirs",)]
    assert rows(ws, "SELECT * FROM change") == []


def test_a_state_of_ours_meets_their_status(ws: Workspace, serve: Serve, edit: Edit) -> None:
    server, client = serve("citysdk")
    server.add(5)
    pull(ws, client)
    for n, mine in ((1, "in_progress"), (2, "rejected"), (4, "in_progress")):
        edit("UPDATE report SET state = ? WHERE id = ?", mine, f"city/{n}")
    server.edit("1", status="closed")  # mine is open: a conflict
    server.edit("2", status="closed")  # mine is closed too: none
    server.edit("4", description="only words")
    assert pull(ws, client).conflicts == 1
    (conflict,) = open_conflicts(ws)
    assert (conflict.report_id, conflict.field) == ("city/1", "state")
    assert (conflict.base, conflict.mine, conflict.theirs) == (
        {"state": "received"}, {"state": "in_progress"}, {"state": "resolved"},
    )  # fmt: skip
    assert rows(ws, "SELECT state FROM report WHERE id = 'city/2'") == [("rejected",)]


# --- cases of their own --------------------------------------------------------------------------------------------


def test_gone_hidden_and_back(ws: Workspace, serve: Serve, edit: Edit) -> None:
    server, client = serve("citysdk")
    server.add(10, every=3 * 86400)
    pull(ws, client)
    edit("UPDATE report SET description = 'mine' WHERE id = 'city/2'")
    lost = {n: server.reports[n] for n in ("1", "2")}
    for n in lost:
        server.delete(n)
    assert pull(ws, client).gone == [], "only a full read can tell"
    pulled = pull(ws, client, full=True)
    assert pulled.gone == ["city/1", "city/2"]
    assert len(state(ws)) == 10, "they stay"
    assert rows(ws, "SELECT report_id FROM gone") == [("city/1",), ("city/2",)]
    assert pull(ws, client, full=True).gone == []
    server.reports.update(lost)
    server.edit("1")
    assert pull(ws, client).back == ["city/1"]
    assert pull(ws, client, full=True).back == ["city/2"]
    assert rows(ws, "SELECT report_id FROM gone") == []
    assert rows(ws, "SELECT what FROM history WHERE report_id = 'city/1'") == [("gone",), ("back",)]


def test_hidden_from_the_list_is_not_gone(ws: Workspace, serve: Serve) -> None:
    server, client = serve("klarschiff")
    server.add(30)
    pull(ws, client)
    client.profile = replace(client.profile, statuses=())  # the server then shows open ones only
    pulled = pull(ws, client, full=True)
    assert pulled.gone == []
    assert pulled.unchanged == 30


def test_moved_and_recategorised_are_told(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk")
    server.add(5)
    pull(ws, client)
    server.edit("1", lat=43.5)
    server.edit("2", service_code="S1", service_name="Autre")
    server.edit("3", description="words")
    pulled = pull(ws, client)
    assert (pulled.changed, pulled.moved, pulled.recategorised) == (3, ["city/1"], ["city/2"])
    assert rows(ws, "SELECT report_id, what, old, new FROM history") == [
        ("city/1", "moved", "5.30025 43.2002", "5.30025 43.5"),
        ("city/2", "recategorised", "Tag", "Autre"),
    ]


def test_ids_that_change_their_case_stay_one_report(ws: Workspace, serve: Serve) -> None:
    server, client = serve("generic", flips_case=True)
    server.add(300)
    assert pull(ws, client).new == 300
    for _ in range(3):
        pulled = pull(ws, client, full=True)
        assert (pulled.new, pulled.changed, pulled.unchanged) == (0, 0, 300)
    assert len(state(ws)) == 300


def test_comments_and_the_reports_that_they_are_of(ws: Workspace, serve: Serve) -> None:
    server, client = serve("updates")
    server.add(2000)
    pull(ws, client)
    server.now = datetime.now(timezone.utc)
    client.update("3", ChangedRequest(comment="Vu"))
    server.reports["3"]["status"] = "closed"
    pulled = pull(ws, client)
    assert pulled.comments == 1
    assert rows(ws, "SELECT report_id, what, note FROM history WHERE what = 'comment'") == [("city/3", "comment", "Vu")]
    assert rows(ws, "SELECT state FROM report WHERE id = 'city/3'") == [("resolved",)]
    assert pull(ws, client).comments == 0


# --- clocks --------------------------------------------------------------------------------------------------------


def test_a_time_to_come_does_not_hide_the_next_changes(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk")
    server.add(10)
    server.reports["5"]["updated"] = datetime(2199, 1, 1, tzinfo=timezone.utc)
    assert "2024" in pull(ws, client).cursor
    server.edit("2", description="after")
    assert pull(ws, client).changed == 1


@pytest.mark.parametrize("ahead", [timedelta(days=-700), timedelta(days=700)], ids=["behind", "ahead"])
def test_a_clock_that_is_wrong(ws: Workspace, serve: Serve, ahead: timedelta) -> None:
    server, client = serve("citysdk")
    server.clock = ahead
    server.now = datetime.now(timezone.utc) + ahead
    server.add(50, start=server.now - timedelta(days=3))
    assert pull(ws, client).new == 50
    server.edit("2", description="after")
    assert pull(ws, client).changed == 1
