# SPDX-License-Identifier: GPL-2.0-or-later
"""What a person made or changed goes out once, whatever happens on the way; the rest stays, with its reason."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sigma_communes.core.errors import UsageError, WorkspaceError
from sigma_communes.core.jobs.handling import send_replies, set_state
from sigma_communes.core.model import Decision
from sigma_communes.core.photos import read_photo
from sigma_communes.core.reports.sync.conflicts import open_conflicts
from sigma_communes.core.reports.sync.pull import pull
from sigma_communes.core.reports.sync.push import push
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.file.lock import turn
from sigma_communes.core.store.outbox import submit, waiting
from sigma_communes.core.transport import RefusedCredentials, ServerFailed, TooManyRequests, Unreachable
from sigma_communes.tests.servers.georeport import GeoReportServer

from .conftest import Serve, rows

Edit = Callable[..., None]
POINT = bytes.fromhex("47500001e6100000010100000000000000000014400000000000804540")  # 5, 43


def draw(ws: Workspace, description: str = "drawn", code: str | None = "S1", **columns: Any) -> str:
    """Draw a report on the map, as QGIS does; return its id."""
    extra = columns.get("extra")
    ws._connection.execute(
        "INSERT INTO report (geom, service_code, description, extra) VALUES (?, ?, ?, ?)",
        (POINT, code, description, extra),
    )
    return str(rows(ws, "SELECT id FROM report ORDER BY fid DESC LIMIT 1")[0][0])


def present(server: GeoReportServer) -> None:
    """Let the server's clock be the real one."""
    server.now = datetime.now(timezone.utc) - timedelta(minutes=1)


def left(ws: Workspace) -> list[tuple[Any, ...]]:
    """Return what waits."""
    return rows(ws, "SELECT report_id, action, field, kept FROM change ORDER BY fid")


# --- new reports ---------------------------------------------------------------------------------------------------


def test_a_new_report_goes_out_once_and_comes_back_as_itself(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk")
    server.add(3)
    present(server)
    pull(ws, client)
    key = draw(ws, "Trou « profond »", extra=json.dumps({"attributes": {"SIZE": "1"}}))
    pushed = push(ws, client, who="anne")
    assert pushed.created == [key]
    assert (server.reports["4"]["description"], server.reports["4"]["lat"]) == ("Trou « profond »", 43.0)
    assert server.reports["4"]["attributes"] == {"attribute[SIZE]": ["1"]}
    assert left(ws) == []
    assert rows(ws, "SELECT id, source, service_request_id, status FROM report WHERE fid = 4") == [
        (key, "city", "4", "open")
    ]
    assert push(ws, client, who="anne").counts() == dict.fromkeys(pushed.counts(), 0)
    assert pull(ws, client, full=True).new == 0
    assert len(rows(ws, "SELECT 1 FROM report")) == 4
    server.edit("4", description="theirs")
    assert pull(ws, client).changed == 1
    assert rows(ws, "SELECT description FROM report WHERE id = ?", key) == [("theirs",)]
    assert rows(ws, "SELECT who, what, new FROM history WHERE what = 'sent'") == [("anne", "sent", "city/4")]


def test_nothing_goes_out_that_no_person_confirmed(ws: Workspace, serve: Serve) -> None:
    from sigma_communes.core.model import Report

    server, client = serve("citysdk")
    server.add(3)
    pull(ws, client)
    ws.add_reports([Report("photos", "ab12", service_code="S1", description="seen", lon=5.4, lat=43.3)])
    assert push(ws, client).counts()["created"] == 0
    assert all(call.method == "GET" for call in server.calls)
    assert submit(ws, ["photos/ab12"], "anne") == 1
    assert submit(ws, ["photos/ab12"], "anne") == 0
    assert push(ws, client, who="anne").created == ["photos/ab12"]
    assert pull(ws, client, full=True).new == 0
    # The file is read again: it stays what the server knows.
    ws.add_reports([Report("photos", "ab12", service_code="S1", description="seen again", lon=5.4, lat=43.3)])
    assert rows(ws, "SELECT source, service_request_id FROM report WHERE id = 'photos/ab12'") == [("city", "4")]


def test_a_token_becomes_an_id(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk", tokens=True)
    present(server)
    server.fault("503", path="tokens", times=10)
    key = draw(ws)
    with pytest.raises(ServerFailed):
        push(ws, client)
    assert rows(ws, "SELECT state, token FROM outbox") == [("token", "token-1")]
    server.faults.clear()
    assert push(ws, client).created == [key]
    assert list(server.reports) == ["1"]
    assert pull(ws, client).new == 0


def test_a_read_finds_what_a_token_stands_for(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk", tokens=True)
    server.fault("503", path="tokens", times=10)
    key = draw(ws)
    with pytest.raises(ServerFailed):
        push(ws, client)
    assert pull(ws, client).new == 0
    assert rows(ws, "SELECT id, service_request_id FROM report") == [(key, "1")]
    assert push(ws, client).counts()["created"] == 0


@pytest.mark.parametrize(
    "fault", ["hang after", "drop after", "html", "hang before", "drop before", "503", "truncated"]
)
@pytest.mark.parametrize("read_first", [False, True])
def test_a_lost_answer_makes_no_second_report(ws: Workspace, serve: Serve, fault: Any, read_first: bool) -> None:
    server, client = serve("citysdk")
    server.add(5)
    present(server)
    pull(ws, client)
    keys = [draw(ws, f"drawn {n}") for n in range(3)]
    server.fault(fault, method="POST", after=1)
    push(ws, client)
    if read_first:
        pull(ws, client)
    push(ws, client)
    assert sorted(r["description"] for r in server.reports.values())[:3] == [
        "Signalement n° 1 « été »", "Signalement n° 2 « été »", "Signalement n° 3 « été »"]  # fmt: skip
    assert len(server.reports) == 8
    assert left(ws) == []
    assert pull(ws, client, full=True).new == 0
    known = dict(rows(ws, "SELECT id, service_request_id FROM report WHERE id LIKE 'local/%'"))
    assert {server.reports[known[key]]["description"] for key in keys} == {"drawn 0", "drawn 1", "drawn 2"}


def test_alike_reports_stay_as_many_as_they_were(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk")
    present(server)
    for _ in range(3):
        draw(ws, "the same")
    server.fault("drop after", method="POST", times=2)
    push(ws, client)
    push(ws, client)
    assert len(server.reports) == 3
    assert len(set(rows(ws, "SELECT service_request_id FROM report"))) == 3
    assert pull(ws, client).new == 0


def test_where_new_reports_are_not_listed_a_person_decides(ws: Workspace, serve: Serve) -> None:
    server, client = serve("klarschiff")
    key, other = draw(ws, "one"), draw(ws, "two")
    server.fault("drop before", method="POST", times=2)
    pushed = push(ws, client)
    assert set(pushed.unknown) == {key, other}
    assert "look on the server" in pushed.unknown[key]
    push(ws, client)
    assert server.reports == {}, "it may be there, unconfirmed"
    (there,) = server.add(1, service_code="S1", description="two by phone", lat=43.0, long=5.0)
    pushed = push(ws, client, again=[key], taken={other: there})
    assert pushed.created == [key]
    assert dict(rows(ws, "SELECT id, service_request_id FROM report")) == {key: "2", other: "1"}
    with pytest.raises(UsageError, match="is unclear"):
        push(ws, client, again=[key])


def test_a_lost_answer_is_looked_for_only_after_a_while(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk", writing={"settle": 60.0})
    present(server)
    key = draw(ws)
    server.fault("drop before", method="POST")
    assert key in push(ws, client).unknown
    assert key in push(ws, client).unknown
    assert server.reports == {}, "the server may still be at it"
    ws._connection.execute("UPDATE outbox SET tried_at = '2026-01-01T00:00:00.000Z'")
    assert push(ws, client).created == [key]


@pytest.mark.parametrize("ahead", [timedelta(days=-700), timedelta(days=700)], ids=["behind", "ahead"])
def test_a_wrong_clock_makes_no_second_report(ws: Workspace, serve: Serve, ahead: timedelta) -> None:
    server, client = serve("citysdk")
    server.clock, server.now = ahead, datetime.now(timezone.utc) + ahead
    draw(ws)
    server.fault("drop after", method="POST")
    client.services().__next__()  # learns the clock, as a read before would
    push(ws, client)
    push(ws, client)
    assert len(server.reports) == 1


def test_what_can_not_be_sent_stays_with_its_reason(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk")
    no_code, long = draw(ws, code=None), draw(ws, "x" * 5000)
    deleted = draw(ws)
    ws._connection.execute("DELETE FROM report WHERE id = ?", (deleted,))
    pushed = push(ws, client)
    assert "service_code" in pushed.kept[no_code]
    assert "4,000" in pushed.kept[long]
    assert {row[0] for row in left(ws)} == {no_code, long}
    assert server.calls == []
    ws._connection.execute("UPDATE report SET service_code = 'S1' WHERE id = ?", (no_code,))
    assert push(ws, client).created == [no_code]
    server, client = serve("seeclickfix")
    client.name = "other"
    assert "takes no new reports" in push(ws, client).kept[long]


def test_a_refusal_is_told_and_the_next_go_on(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk")
    first, second = draw(ws, "one"), draw(ws, "two")
    server.fault("403", method="POST")
    with pytest.raises(RefusedCredentials):
        push(ws, client)
    assert rows(ws, "SELECT * FROM outbox") == []
    server.fault("429", method="POST")
    with pytest.raises(TooManyRequests):
        push(ws, client)
    server.fault("400", method="POST")
    pushed = push(ws, client)
    assert (pushed.created, set(pushed.refused)) == ([second], {first})
    assert "as asked: 400" in pushed.refused[first]
    assert "as asked: 400" in left(ws)[0][3]
    assert push(ws, client).created == [first]
    assert rows(ws, "SELECT state FROM outbox ORDER BY fid") == [("refused",), ("sent",), ("sent",)]


def test_photos_go_only_when_asked_and_without_metadata(ws: Workspace, serve: Serve, tmp_path: Path) -> None:
    server, client = serve("citysdk")
    image = Image.new("RGB", (64, 48), (200, 10, 10))
    exif = Image.Exif()
    exif[0x010F] = "Secret camera"
    image.save(tmp_path / "p.jpg", exif=exif)
    for asked in (False, True):
        key = draw(ws, f"asked {asked}")
        ws.add_photos([(read_photo(tmp_path / "p.jpg"), None)], report_of={str(tmp_path / "p.jpg"): key})
        push(ws, client, photos=asked)
    sent = [report.get("media") for report in server.reports.values()]
    assert sent[0] is None
    assert b"Secret" not in sent[1]
    assert Image.open(io.BytesIO(sent[1])).size == (64, 48)


# --- changes -------------------------------------------------------------------------------------------------------


def test_a_state_becomes_a_status(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk")
    server.add(4)
    pull(ws, client)
    set_state(ws, ["city/1"], "resolved", "anne")
    set_state(ws, ["city/2"], "in_progress", "anne")
    pushed = push(ws, client, who="anne")
    assert pushed.updated == ["city/1"]
    assert server.reports["1"]["status"] == "closed"
    assert pushed.kept == {"city/2": "The server knows only open and closed"}
    assert left(ws) == [("city/2", "update", "state", "The server knows only open and closed")]
    assert rows(ws, "SELECT status, state FROM report WHERE id = 'city/1'") == [("closed", "resolved")]
    assert pull(ws, client).conflicts == 0
    set_state(ws, ["city/2"], "resolved", "anne")
    assert push(ws, client).updated == ["city/2"]
    assert left(ws) == []


def test_a_server_with_words_of_its_own_for_states(ws: Workspace, serve: Serve, edit: Edit) -> None:
    server, client = serve("klarschiff")
    server.add(4)
    pull(ws, client)
    set_state(ws, ["city/1"], "in_progress", "anne")
    set_state(ws, ["city/2"], "rejected", "anne", "hors sujet")
    edit("UPDATE report SET description = 'better', service_code = 'S2' WHERE id = 'city/1'")
    assert push(ws, client).updated == ["city/1", "city/2"]
    one, two = server.reports["1"], server.reports["2"]
    assert (one["detailed_status"], one["status"], one["description"], one["service_code"]) == (
        "IN_PROCESS", "open", "better", "S2")  # fmt: skip
    assert (two["detailed_status"], two["status"]) == ("REJECTED", "closed")
    assert left(ws) == []
    assert pull(ws, client).conflicts == 0
    assert rows(ws, "SELECT state FROM report WHERE id IN ('city/1', 'city/2')") == [("in_progress",), ("rejected",)]


def test_a_position_is_sent_where_it_is_taken(ws: Workspace, serve: Serve) -> None:
    server, client = serve("klarschiff")
    server.add(2)
    pull(ws, client)
    ws._connection.execute("UPDATE report SET geom = ? WHERE id = 'city/1'", (POINT,))
    assert push(ws, client).updated == ["city/1"]
    assert (server.reports["1"]["lat"], server.reports["1"]["long"]) == (43.0, 5.0)
    assert left(ws) == []


def test_replies_go_out_once(ws: Workspace, serve: Serve) -> None:
    server, client = serve("updates")
    server.add(2)
    present(server)
    pull(ws, client)
    send_replies(ws, {"city/1": "Vu", "city/2": "Vu"}, "anne")
    send_replies(ws, {"city/1": "Fait"}, "anne")
    server.fault("drop after", method="POST", times=2)
    push(ws, client)
    push(ws, client)
    push(ws, client)
    assert [(u["service_request_id"], u["description"]) for u in server.updates] == [
        ("1", "Vu"), ("2", "Vu"), ("1", "Fait")]  # fmt: skip
    assert left(ws) == []
    # The same words again are another reply.
    send_replies(ws, {"city/1": "Vu"}, "anne")
    server.fault("drop before", method="POST")
    push(ws, client)
    push(ws, client)
    assert len(server.updates) == 4


def test_what_somebody_did_meanwhile_becomes_a_conflict(ws: Workspace, serve: Serve, edit: Edit) -> None:
    server, client = serve("klarschiff")
    server.add(3)
    pull(ws, client)
    edit("UPDATE report SET description = 'mine' WHERE id = 'city/1'")
    edit("UPDATE report SET description = 'mine' WHERE id = 'city/2'")
    server.edit("1", description="theirs")
    server.delete("2")
    pushed = push(ws, client)
    assert (pushed.updated, pushed.conflicts) == ([], ["city/1"])
    assert pushed.kept == {"city/2": "Is no longer at its source"}
    assert server.reports["1"]["description"] == "theirs"
    assert [c.report_id for c in open_conflicts(ws)] == ["city/1"]
    assert all(call.method == "GET" for call in server.calls)


def test_changed_and_changed_back_is_nothing(ws: Workspace, serve: Serve, edit: Edit) -> None:
    server, client = serve("klarschiff")
    server.add(1)
    pull(ws, client)
    (text,) = rows(ws, "SELECT description FROM report")[0]
    edit("UPDATE report SET description = 'other'")
    edit("UPDATE report SET description = ?", text)
    push(ws, client)
    assert left(ws) == []
    assert all(call.method == "GET" for call in server.calls)


def test_a_class_stays_here(ws: Workspace, serve: Serve) -> None:
    server, client = serve("klarschiff")
    server.add(1)
    pull(ws, client)
    ws.add_decision(Decision("city/1", "waste", "anne", "2026-01-01"))
    assert "class is ours" in push(ws, client).kept["city/1"]
    assert [w.report_id for w in waiting(ws)] == ["city/1"]


def test_a_server_that_is_away_stops_the_push(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk")
    for n in range(5):
        draw(ws, f"n {n}")
    server.fault("drop before", times=100)
    with pytest.raises(Unreachable):
        push(ws, client)
    assert len([call for call in server.calls if call.method == "POST"]) == 1
    server.faults.clear()
    present(server)
    push(ws, client)
    assert len(server.reports) == 5


def test_one_push_at_a_time(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk")
    draw(ws)
    with turn(ws.path, "push"), pytest.raises(WorkspaceError, match="Another program is at it"):
        push(ws, client)
    assert push(ws, client).counts()["created"] == 1


def test_keys_are_nowhere_in_the_workspace(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk", key="s3cr3t-key")
    server.fault("503", method="POST")
    draw(ws)
    push(ws, client)
    push(ws, client)
    assert len(server.reports) == 1
    ws.close()
    assert b"s3cr3t-key" not in ws.path.read_bytes()
