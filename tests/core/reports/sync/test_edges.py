# SPDX-License-Identifier: GPL-2.0-or-later
"""What servers do at the edges: dates that can't be, lists without end, ids in more than one spelling, odd answers."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sigma_communes.core.model import Report
from sigma_communes.core.reports.formats.georeport import parse_errors, plausible
from sigma_communes.core.reports.sync.pull import pull
from sigma_communes.core.reports.sync.push import push
from sigma_communes.core.store import Workspace

from .conftest import Serve, rows
from .test_push import draw, left

UTC = timezone.utc


@pytest.mark.parametrize("kind", ["generic", "fixmystreet", "markaspot", "connectedbits", "citysdk"])
@pytest.mark.parametrize(
    "date",
    [datetime(1, 1, 2, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC), datetime(1999, 12, 31, tzinfo=UTC),
     datetime.now(UTC) + timedelta(days=40), datetime(2260, 5, 5, tzinfo=UTC)],
    ids=["empty", "epoch 0", "1999", "to come", "typing error"],
)  # fmt: skip
def test_a_report_dated_when_none_can_be_is_stored_without_its_date(
    ws: Workspace, serve: Serve, kind: str, date: datetime
) -> None:
    server, client = serve(kind)
    server.add(3)
    (odd,) = server.add(1)
    server.reports[odd].update(requested=date, updated=date)
    assert pull(ws, client).new == 4
    found = rows(ws, "SELECT requested_datetime, reported_at, extra FROM report WHERE id = ?", f"city/{odd}")
    assert found[0][:2] == (None, None)
    assert "requested_datetime" in json.loads(found[0][2])
    assert pull(ws, client, full=True).gone == [], "a full read sees it too"


@pytest.mark.parametrize("count", [100, 50, 1000])
def test_a_server_that_looks_at_neither_dates_nor_pages_is_left(ws: Workspace, serve: Serve, count: int) -> None:
    server, client = serve("generic")
    server.add(count)
    everything = [dict(row) for row in server.reports.values()]
    server.listed = lambda params: everything  # type: ignore[method-assign]
    pulled = pull(ws, client)
    assert pulled.new == count
    assert len([call for call in server.calls if "requests" in call.path]) < 30
    assert any("neither dates nor pages" in verdict.reason for verdict in pulled.reasons)
    assert pull(ws, client, full=True).gone == []


def test_a_list_that_never_ends_stops_at_its_ceiling_and_says_where(ws: Workspace, serve: Serve) -> None:
    server, client = serve("generic", after_end="made up")
    server.add(10)
    client._most_calls = 20
    pulled = pull(ws, client)
    said = [verdict.reason for verdict in pulled.reasons if "does not end: stopped after" in verdict.reason]
    assert said
    assert len(server.calls) < 5000


@pytest.mark.parametrize("other", ["AB 12", "ab 12 ", "AB  12", "Ab 12", "aB\u00a012"])
def test_ids_that_differ_by_blanks_or_case_are_one_report(ws: Workspace, serve: Serve, other: str) -> None:
    server, client = serve("generic")
    (first,) = server.add(1)
    row = server.reports.pop(first)
    server.reports["ab 12"] = {**row, "id": "ab 12"}
    assert pull(ws, client).new == 1
    server.reports = {other: {**row, "id": other, "description": "later"}}
    pull(ws, client, full=True)
    assert rows(ws, "SELECT description FROM report") == [("later",)]


def test_two_spellings_in_one_answer_are_one_report(ws: Workspace) -> None:
    from sigma_communes.core.store.inbox import Inbox

    date = "2026-01-01T00:00:00+00:00"
    twice = [Report("city", name, requested_datetime=date, description=name) for name in ("ab", "AB", "aB")]
    Inbox(ws, "city").receive(twice)
    assert rows(ws, "SELECT count(*) FROM report") == [(1,)]


@pytest.mark.parametrize("word", ["", " ", "null", "None", "0", "undefined", "-1", "\x00", "x" * 600])
def test_a_word_that_is_no_id_is_not_believed(word: str) -> None:
    assert not plausible(word) and plausible("new-12") and plausible("K036305")


STRANGER = {"service_request_id": "2", "service_code": "S9", "description": "Tag", "lat": 43.9, "long": 5.9}


@pytest.mark.parametrize(
    "answer",
    [
        [],
        [STRANGER, {**STRANGER, "service_request_id": "3"}],
        [STRANGER],
        {"service_requests": [STRANGER]},
        [{"service_request_id": "null"}],
        [{"service_request_id": "2"}],
        "a list",
    ],
    ids=["nothing", "two", "another one", "wrapped", "null", "an id that is known", "its list"],
)
def test_an_answer_to_a_new_report_is_believed_only_if_it_can_be_about_it(
    ws: Workspace, serve: Serve, answer: Any
) -> None:
    server, client = serve("generic", {"listed": True, "settle": 3600})
    server.add(4)
    pull(ws, client)
    before = rows(ws, "SELECT id, description, address, lon, lat FROM report ORDER BY id")
    key = draw(ws, "Tag sur la mairie, signalé par nous")
    shown = [server.shown(row) for row in server.reports.values()]
    server.create = lambda form, files: shown if answer == "a list" else answer  # type: ignore[method-assign]
    pushed = push(ws, client)
    assert pushed.created == [] and key in pushed.unknown
    push(ws, client)
    assert rows(ws, "SELECT id, description, address, lon, lat FROM report WHERE id <> ? ORDER BY id", key) == before
    assert rows(ws, "SELECT description FROM report WHERE id = ?", key) == [("Tag sur la mairie, signalé par nous",)]
    assert [row[:2] for row in left(ws)] == [(key, "insert")]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"detail": "Invalid page."}, "Invalid page."),
        ({"code": 404, "detail": "Invalid page."}, "404: Invalid page."),
        ({"code": "InvalidParameterValue", "description": "Limit of 40 exceeded"}, "Limit of 40 exceeded"),
        ({"description": "Limit of 40 exceeded"}, "Limit of 40 exceeded"),
        ({"code": 400, "detail": {"lat": ["This field is required."]}}, "lat: This field is required."),
        ([{"code": 1, "description": "no key"}], "no key"),
    ],
)
def test_a_refusal_says_why_in_whatever_form(said: Any, words: str) -> None:
    found = "; ".join(map(str, parse_errors(json.dumps(said).encode(), source="x", content_type="application/json")))
    assert words in found
