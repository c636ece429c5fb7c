# SPDX-License-Identifier: GPL-2.0-or-later
"""Report servers as they are run: FixMyStreet, 6aika's CitySDK, Libre311, Mark-a-Spot, uReport, in what each does."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from sigma_communes.core.jobs.handling import send_replies, set_state
from sigma_communes.core.reports.formats.columns import state_of, status_of
from sigma_communes.core.reports.sources.probe import Evidence, probe, recognise
from sigma_communes.core.reports.sync.dispatch import dispatch
from sigma_communes.core.reports.sync.pull import pull
from sigma_communes.core.reports.sync.push import push
from sigma_communes.core.store import Workspace
from sigma_communes.core.transport import Limits, new_session

from .conftest import Serve, rows
from .test_push import draw


def test_fixmystreet_takes_nothing_and_every_pull_works(ws: Workspace, serve: Serve) -> None:
    server, client = serve("fixmystreet")
    server.add(30)
    assert [pull(ws, client).new for _ in range(3)] == [30, 0, 0]
    key = draw(ws, "Tag sur la mairie")
    set_state(ws, ["city/1"], "resolved", "Ana")
    pushed = push(ws, client)
    assert pushed.created == pushed.updated == [] and set(pushed.kept) == {key, "city/1"}
    assert all(call.method == "GET" for call in server.calls)


def test_a_new_report_is_not_taken_for_one_of_the_list_that_answers_it(ws: Workspace, serve: Serve) -> None:
    server, client = serve("generic", post="lists")
    server.add(30)
    pull(ws, client)
    key = draw(ws, "Tag sur la mairie")
    assert push(ws, client).created == []
    assert len(rows(ws, "SELECT 1 FROM report")) == 31
    assert rows(ws, "SELECT description, service_request_id FROM report WHERE id = ?", key) == [
        ("Tag sur la mairie", None)
    ]


@pytest.mark.parametrize("kind", ["6aika", "generic"])
@pytest.mark.parametrize("count", [100, 250, 1])
def test_a_404_behind_the_last_page_is_the_end(ws: Workspace, serve: Serve, kind: str, count: int) -> None:
    server, client = serve(kind, end=404, detail=True)
    server.add(count)
    assert pull(ws, client).new == count
    assert pull(ws, client).new == 0


def test_several_photos_of_one_report_are_no_one_address(ws: Workspace, serve: Serve) -> None:
    urls = ["https://x.example/1.jpg", "https://x.example/2.jpg"]
    server, client = serve("6aika", extra={"extended_attributes": {"media_urls": urls, "title": "t"}})
    server.add(2, media_url="")
    pull(ws, client)
    assert rows(ws, "SELECT DISTINCT media_url, json_extract(extra, '$.media_url') FROM report") == [
        (urls[0], '["https://x.example/1.jpg","https://x.example/2.jpg"]')
    ]


def test_an_address_that_a_server_does_not_keep_stays_here(ws: Workspace, serve: Serve) -> None:
    server, client = serve("6aika")
    key = draw(ws, "un trou")
    ws._connection.execute("UPDATE report SET address = '5 rue Neuve' WHERE id = ?", (key,))
    assert push(ws, client).created == [key]
    for full in (False, True):
        assert pull(ws, client, full=full).conflicts == 0
        assert rows(ws, "SELECT address FROM report") == [("5 rue Neuve",)]
    server.edit("1", address="7 rue Neuve")
    pull(ws, client)
    assert rows(ws, "SELECT address FROM report") == [("7 rue Neuve",)], "what it says is taken"


@pytest.mark.parametrize("count", [1, 4, 100, 150])
def test_pages_that_are_counted_from_0(ws: Workspace, serve: Serve, count: int) -> None:
    server, client = serve("libre311")
    server.add(count)
    assert pull(ws, client).new == count


def test_closed_reports_that_come_only_when_they_are_asked_for(ws: Workspace, serve: Serve) -> None:
    server, client = serve("generic", status="open by default")
    server.add(300)
    pull(ws, client)
    assert dict(rows(ws, "SELECT status, count(*) FROM report GROUP BY status")) == {"open": 200, "closed": 100}
    assert pull(ws, client, full=True).gone == []


@pytest.mark.parametrize("kind", ["fixmystreet", "6aika", "generic", "ureport"])
def test_keys_in_another_order_are_no_change(ws: Workspace, serve: Serve, kind: str) -> None:
    server, client = serve(
        kind, extra={"a": {"b": 1, "c": 2, "d": 3}, "e": 1, "f": 2, "extended_attributes": {"title": "t"}}
    )
    server.add(40)
    pull(ws, client)
    for _ in range(2):
        assert pull(ws, client, full=True).changed == 0


def test_the_name_of_a_service_that_was_sent_by_its_code_is_no_other_category(ws: Workspace, serve: Serve) -> None:
    server, client = serve("generic")
    draw(ws)
    push(ws, client)
    pulled = pull(ws, client)
    assert rows(ws, "SELECT service_name FROM report") != [(None,)]
    assert pulled.recategorised == []


def test_a_reply_that_no_server_takes_is_in_the_export(ws: Workspace, serve: Serve, tmp_path: Path) -> None:
    server, client = serve("fixmystreet")
    server.add(1)
    pull(ws, client)
    send_replies(ws, {"city/1": "Bonjour, nous y allons"}, "Ana")
    push(ws, client)
    dispatch(ws, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file, delimiter=";")
    said = {name.rpartition("(")[2].rstrip(")"): value for name, value in row.items()}  # "Réponses (replies)"
    assert said["replies"] == "Bonjour, nous y allons"
    assert said["stays_because"] == "city takes no comments"


@pytest.mark.parametrize("kind", ["markaspot", "ureport"])
def test_what_changed_is_asked_for(ws: Workspace, serve: Serve, kind: str) -> None:
    server, client = serve(kind)
    server.add(300)
    pull(ws, client)
    server.edit("7", description="neu")
    pulled = pull(ws, client)
    assert pulled.changed == 1 and pulled.unchanged < 100


def test_what_a_server_shows_says_more_than_its_path() -> None:
    found = Evidence("https://x.example/api/georeport/v2", fields={"extended_attributes.title"})
    assert recognise(found)[0] == "citysdk"
    assert recognise(Evidence("https://x.example/georeport/v2"))[0] == "markaspot"
    assert recognise(Evidence("u", pages=["Open311 :: FixMyStreet"]))[0] == "fixmystreet"


@pytest.mark.parametrize("path", ["", "/open311"])
def test_the_root_of_a_site_leads_to_its_lists(serve: Serve, path: str) -> None:
    server, _ = serve("generic")
    server.add(30)
    root = server.url.removesuffix("/open311/v2")
    with new_session() as session:
        found = probe(f"{root}{path}", session, limits=Limits(retries=0))
    assert found.url == server.url


@pytest.mark.parametrize(
    ("word", "status", "state"),
    [
        ("En attente", "open", "received"),
        ("En cours de traitement", "open", "in_progress"),
        ("Pris en compte", "open", ""),
        ("Réouvert", "open", ""),
        ("Traité", "closed", "resolved"),
        ("Rejeté (hors commune)", "closed", "rejected"),
        ("submit", "open", "received"),
        ("pending2", "open", ""),
        ("valid0", "closed", "resolved"),
        ("reject", "closed", "rejected"),
        ("n'importe quoi", "", ""),
    ],
)
def test_words_of_french_offices(word: Any, status: str, state: str) -> None:
    assert (status_of(word), state_of(word)) == (status, state)
