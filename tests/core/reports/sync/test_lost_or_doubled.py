# SPDX-License-Identifier: GPL-2.0-or-later
"""Single orders of events in which an edit could disappear or arrive twice; :mod:`.test_any_order` tries all others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sigma_communes.core.errors import SigmaError
from sigma_communes.core.jobs.handling import send_replies
from sigma_communes.core.reports.sync.conflicts import open_conflicts, resolve
from sigma_communes.core.reports.sync.pull import pull
from sigma_communes.core.reports.sync.push import push
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.outbox import waiting

from .conftest import Serve, client_of, rows
from .test_push import POINT, draw, left, present
from .town import Town, desk

Edit = Callable[..., None]
DESCRIBE = "UPDATE report SET description = ? WHERE id = ?"


def test_what_was_made_here_is_known_by_its_id_in_any_case(ws: Workspace, serve: Serve, edit: Edit) -> None:
    server, client = serve("citysdk", flips_case=True)
    present(server)
    keys = [draw(ws, f"drawn {n}") for n in range(6)]
    push(ws, client, who="anne")
    for _ in range(5):
        assert pull(ws, client, full=True).new == 0
    edit("DELETE FROM report WHERE id = ?", keys[0])
    for _ in range(5):
        assert pull(ws, client, full=True).new == 0
    assert len(rows(ws, "SELECT 1 FROM report")) == 5


def test_a_read_report_that_was_deleted_here_stays_away_in_any_case(ws: Workspace, serve: Serve, edit: Edit) -> None:
    server, client = serve("citysdk", flips_case=True)
    server.add(6)
    pull(ws, client)
    edit("DELETE FROM report WHERE fid = 1")
    for _ in range(5):
        assert pull(ws, client, full=True).new == 0


def test_alike_reports_on_a_server_that_changes_the_case_of_ids(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk", flips_case=True)
    present(server)
    for _ in range(8):
        draw(ws, "alike")
        server.fault("drop before", method="POST")
        push(ws, client)
        push(ws, client)
    assert len(server.reports) == 8
    assert left(ws) == []


def test_what_was_edited_and_edited_back_takes_what_the_server_says(ws: Workspace, serve: Serve, edit: Edit) -> None:
    server, client = serve("klarschiff")
    server.add(2)
    pull(ws, client)
    (was,) = rows(ws, "SELECT description FROM report WHERE id = 'city/1'")[0]
    for key in ("city/1", "city/2"):
        edit(DESCRIBE, "other", key)
    edit(DESCRIBE, was, "city/1")
    server.edit("1", description="theirs")
    assert pull(ws, client).conflicts == 0
    assert rows(ws, "SELECT description FROM report ORDER BY id") == [("theirs",), ("other",)]
    assert [w.report_id for w in waiting(ws)] == ["city/2"]


def test_the_same_where_a_push_finds_out(ws: Workspace, serve: Serve, edit: Edit) -> None:
    server, client = serve("klarschiff")
    server.add(1)
    pull(ws, client)
    (was,) = rows(ws, "SELECT description FROM report")[0]
    edit("UPDATE report SET address = 'mine', description = 'other'")
    edit("UPDATE report SET description = ?", was)
    edit("UPDATE change SET fid = -fid WHERE field = 'address'")
    server.edit("1", description="theirs")
    push(ws, client)
    pull(ws, client)
    assert rows(ws, "SELECT description, address FROM report") == [("theirs", "mine")]
    assert server.reports["1"]["description"] == "theirs"
    assert left(ws) == []


def test_what_is_taken_back_while_it_is_on_its_way_is_taken_back_there(ws: Workspace, serve: Serve, edit: Edit) -> None:
    server, client = serve("klarschiff")
    server.add(1)
    pull(ws, client)
    (was,) = rows(ws, "SELECT description FROM report")[0]
    edit("UPDATE report SET description = 'sent'")
    server.fault("drop after", method="PATCH")
    push(ws, client)
    assert server.reports["1"]["description"] == "sent"
    edit("UPDATE report SET description = ?", was)
    pull(ws, client)
    push(ws, client)
    assert server.reports["1"]["description"] == was
    assert rows(ws, "SELECT description FROM report") == [(was,)]
    assert left(ws) == []


def test_what_is_edited_while_it_is_on_its_way_is_no_conflict_with_itself(
    ws: Workspace, serve: Serve, edit: Edit
) -> None:
    server, client = serve("klarschiff")
    server.add(1)
    pull(ws, client)
    edit("UPDATE report SET description = 'sent', status = 'closed'")
    server.fault("drop after", method="PATCH")
    push(ws, client)
    edit("UPDATE report SET description = 'better'")
    pull(ws, client)
    push(ws, client)
    assert open_conflicts(ws) == []
    assert (server.reports["1"]["description"], server.reports["1"]["status"]) == ("better", "closed")
    assert left(ws) == []


def test_a_lost_report_that_was_changed_there_since_is_a_person_s_question(
    ws: Workspace, serve: Serve, edit: Edit
) -> None:
    server, client = serve("citysdk")
    server.add(2)
    present(server)
    pull(ws, client)
    key = draw(ws, "a hole")
    server.fault("drop after", method="POST")
    server.fault("503", method="GET", times=9)
    try_to_push(ws, client)
    server.faults.clear()
    server.edit("3", description="a hole in the road")
    assert "3 is like it" in push(ws, client).unknown[key]
    pull(ws, client)  # brings it as one of its own
    moved = POINT[:-16] + POINT[-8:] + POINT[-16:-8]
    ws._connection.execute("UPDATE report SET address = 'here', geom = ? WHERE id = 'city/3'", (moved,))
    assert "3 is like it" in push(ws, client).unknown[key]
    assert len(server.reports) == 3
    assert push(ws, client, taken={key: "3"}).created == []
    assert rows(ws, "SELECT id, description, address, lon FROM report WHERE service_request_id = '3'") == [
        (key, "a hole in the road", "here", 43.0)
    ]
    assert {row[:3] for row in left(ws)} == {(key, "update", "address"), (key, "update", "geom")}
    assert pull(ws, client, full=True).new == 0
    assert len(server.reports) == 3


def test_the_same_is_sent_again_where_the_person_says_so(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk")
    present(server)
    key = draw(ws, "a hole")
    server.fault("drop before", method="POST")
    server.fault("503", method="GET", times=9)
    try_to_push(ws, client)
    server.faults.clear()
    server.add(1, service_code="S1", description="somebody else's", lat=43.0, long=5.0, requested=server.now)
    assert key in push(ws, client).unknown
    assert push(ws, client, again=[key]).created == [key]
    assert len(server.reports) == 2


def test_what_may_stand_in_the_part_of_a_list_that_is_cut_off_is_not_sent_again(ws: Workspace, serve: Serve) -> None:
    server, client = serve("updates", writing={"listed": True}, most=5)
    client.profile = replace(client.profile, periods=replace(client.profile.periods, caps=(5,), seconds=10**9))
    present(server)
    server.add(6, every=1, start=server.now - timedelta(hours=1), status="open")
    key = draw(ws, "a hole")
    server.fault("drop after", method="POST")
    push(ws, client)
    assert "not all new reports can be read" in push(ws, client).unknown[key]
    assert sum(call.method == "POST" for call in server.calls) == 1


def test_one_server_waits_for_an_answer_and_the_other_goes_on(ws: Workspace, serve: Serve) -> None:
    first, city = serve("klarschiff")
    other, town_hall = serve("citysdk")
    town_hall.name = "town"
    key = draw(ws, "one")
    first.fault("drop after", method="POST")
    assert key in push(ws, city).unknown
    second = draw(ws, "two")
    assert push(ws, town_hall).created == [second]
    assert [r["description"] for r in other.reports.values()] == ["two"]


def test_a_copy_of_a_report_is_a_new_one(ws: Workspace, serve: Serve, edit: Edit) -> None:
    """As an attribute table copies it: all but the key."""
    server, client = serve("citysdk")
    server.add(1)
    present(server)
    pull(ws, client)
    ws._connection.execute(
        "INSERT INTO report (geom, source, service_request_id, service_code, description)"
        " SELECT geom, source, service_request_id, service_code, 'copied' FROM report"
    )
    (copy,) = push(ws, client).created
    assert [r["description"] for r in server.reports.values()][1:] == ["copied"]
    assert rows(ws, "SELECT service_request_id FROM report WHERE id = ?", copy) == [("2",)]


def test_an_edit_after_the_list_was_confirmed_waits_for_the_next(ws: Workspace, serve: Serve, edit: Edit) -> None:
    server, client = serve("klarschiff")
    server.add(1)
    pull(ws, client)
    key = draw(ws, "drawn")
    edit("UPDATE report SET description = 'read', address = 'here' WHERE id = 'city/1'")
    edit("UPDATE report SET address = 'there' WHERE id = ?", key)
    confirmed = [fid for (fid,) in rows(ws, "SELECT fid FROM change")]
    edit(DESCRIBE, "not read", "city/1")
    edit(DESCRIBE, "not read", key)
    push(ws, client, only=confirmed)
    assert [r["description"] for r in server.reports.values()] == ["Signalement n° 1 « été »"]
    assert server.reports["1"]["address"] == "here"
    push(ws, client)
    assert [r["description"] for r in server.reports.values()] == ["not read", "not read"]


def test_a_report_that_is_deleted_there_before_it_was_ever_read_is_gone(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk")
    server.add(1)
    present(server)
    pull(ws, client)
    key = draw(ws, "drawn")
    push(ws, client)
    server.delete("2")
    assert pull(ws, client, full=True).gone == [key]


def test_a_server_whose_clock_is_set_back_hides_no_change(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk")
    server.add(3)
    present(server)
    server.edit("1", description="before")
    pull(ws, client)
    server.clock, server.now = timedelta(days=-30), datetime.now(timezone.utc) - timedelta(days=30)
    server.edit("2", description="after")
    assert pull(ws, client).changed == 1
    assert rows(ws, "SELECT description FROM report WHERE id = 'city/2'") == [("after",)]


def test_a_status_that_is_edited_while_another_is_sent_stays(tmp_path: Path) -> None:
    with Town(patch=True) as there:
        there.settle(1)
        anne = desk("anne", tmp_path, there)
        pull(anne.ws, anne.client())
        anne.write("city/1", "status", "closed")
        there.meanwhile = lambda: anne.write("city/1", "status", "open")
        push(anne.ws, anne.client())
        assert there.reports["1"]["status"] == "closed"
        assert anne.rows("SELECT status FROM report") == [("open",)]
        push(anne.ws, anne.client())
        assert there.reports["1"]["status"] == "open"
        assert anne.rows("SELECT * FROM change") == []
        anne.close()


def test_a_decision_holds_for_what_is_there_when_it_is_made(ws: Workspace, serve: Serve, edit: Edit) -> None:
    server, client = serve("klarschiff")
    server.add(1)
    pull(ws, client)
    edit("UPDATE report SET description = 'mine'")
    server.edit("1", description="theirs")
    assert pull(ws, client).conflicts == 1
    edit("UPDATE report SET description = 'mine, and better'")
    resolve(ws, "city/1", "mine", who="anne")
    push(ws, client)
    assert server.reports["1"]["description"] == "mine, and better"
    assert left(ws) == []


def try_to_push(ws: Workspace, client: Any) -> None:
    """Send as a person does who tries again later."""
    try:
        push(ws, client)
    except SigmaError as error:
        assert error.what


def test_the_same_words_of_a_colleague_are_not_ours(ws: Workspace, serve: Serve) -> None:
    server, client = serve("updates")
    server.add(1)
    present(server)
    pull(ws, client)
    server.update("1", {"service_request_id": "1", "description": "Vu"})
    send_replies(ws, {"city/1": "Vu"}, "anne")
    server.fault("drop before", method="POST")
    push(ws, client)
    push(ws, client)
    assert [update["description"] for update in server.updates] == ["Vu", "Vu"]
    assert left(ws) == []


@pytest.mark.parametrize("days", [-30, 30])
def test_a_wrong_clock_that_nobody_knows_of_yet_makes_no_second_report(ws: Workspace, serve: Serve, days: int) -> None:
    server, client = serve("citysdk")
    server.clock, server.now = timedelta(days=days), datetime.now(timezone.utc) + timedelta(days=days)
    key = draw(ws)
    server.fault("drop after", method="POST")
    server.fault("503", method="GET", times=9)
    try_to_push(ws, client)
    server.faults.clear()
    # Another process, which has not heard of the server.
    assert push(ws, client_of(server, "citysdk", client._session)).created == [key]
    assert len(server.reports) == 1
