# SPDX-License-Identifier: GPL-2.0-or-later
"""One round with the servers: only what a person confirmed leaves, what comes is placed, one failure stops no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sigma_communes.core.errors import Cancelled
from sigma_communes.core.feedback import SILENT, Feedback
from sigma_communes.core.jobs.handling import send_replies, set_state
from sigma_communes.core.jobs.sync import Round, sync
from sigma_communes.core.reports.sources.georeport_server import Client
from sigma_communes.core.reports.sync.outgoing import Leaving, leaving
from sigma_communes.core.reports.sync.pull import pull
from sigma_communes.core.store import Workspace
from sigma_communes.core.transport import ServerFailed
from sigma_communes.core.triage import again

from .conftest import Serve, rows


def stays(found: list[Leaving]) -> dict[tuple[str, str], str]:
    return {(report.report_id, line.what): line.stays for report in found for line in report.lines}


def go(ws: Workspace, client: Client, keys: list[int], feedback: Feedback = SILENT) -> Round:
    book, layers = again.rule_book_of(ws)
    sources: dict[str, Callable[[Feedback], Any]] = {"city": lambda _: client}
    (done,) = sync(ws.path, sources, book, confirmed={"city": keys}, who="Ana", layers=layers, feedback=feedback)
    return done


def test_what_would_leave_is_listed_with_why_the_rest_stays(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk")
    ids = server.add(3)
    pull(ws, client)
    first, second = f"city/{ids[0]}", f"city/{ids[1]}"
    set_state(ws, [first], "resolved", "Ana")
    set_state(ws, [second], "in_progress", "Ana")
    send_replies(ws, {first: "Réparé. <b>Merci</b>"}, "Ana")
    ws._connection.execute("UPDATE report SET class = 'graffiti' WHERE id = ?", (second,))
    found = leaving(ws, client)
    assert stays(found) == {
        (first, "state"): "",
        (first, "comment"): "",
        (second, "state"): "" if client.abilities.states else "state",
        (second, "class"): "class",
    }
    (comment,) = (line for report in found for line in report.lines if line.what == "comment")
    assert (comment.new, comment.who) == ("Réparé. <b>Merci</b>", "Ana")
    assert not [call for call in server.calls if call.method != "GET"]


def test_only_what_was_confirmed_leaves(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk")
    ids = server.add(3)
    pull(ws, client)
    send_replies(ws, {f"city/{ids[0]}": "first", f"city/{ids[1]}": "second"}, "Ana")
    found = {report.report_id: report for report in leaving(ws, client)}
    done = go(ws, client, list(found[f"city/{ids[0]}"].keys))
    assert done.error is None and done.pushed is not None and done.pushed.updated == [f"city/{ids[0]}"]
    (sent,) = (call for call in server.calls if call.method != "GET")
    assert ["first"] in sent.form.values() and ["second"] not in sent.form.values()
    assert rows(ws, "SELECT new FROM change") == [("second",)]


def test_nothing_leaves_unconfirmed_and_what_comes_gets_class_place_and_team(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk")
    ids = server.add(4, lat=43.2929, long=5.57065, service_name="Graffiti")
    set_state_later = f"city/{ids[0]}"
    done = go(ws, client, [])
    assert done.pulled is not None and done.pulled.new == done.placed == 4 and done.pushed is None
    assert rows(ws, "SELECT DISTINCT commune, class FROM incident") == [("Aubagne", "graffiti")]
    assert rows(ws, "SELECT count(*) FROM assignment") == [(4,)]
    set_state(ws, [set_state_later], "resolved", "Ana")
    done = go(ws, client, [])
    assert done.placed == 0 and rows(ws, "SELECT new FROM change") == [("resolved",)]
    assert not [call for call in server.calls if call.method != "GET"]


def test_a_server_that_fails_is_told_and_stops_no_other(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk")
    server.add(2)
    broken, other = serve("citysdk")
    other.name = "broken"
    broken.fault("503", times=99)
    book, layers = again.rule_book_of(ws)
    sources: dict[str, Callable[[Feedback], Any]] = {"broken": lambda _: other, "city": lambda _: client}
    first, second = sync(ws.path, sources, book, confirmed={}, who="Ana", layers=layers)
    assert isinstance(first.error, ServerFailed) and second.error is None
    assert second.pulled is not None and second.pulled.new == 2


def test_a_cancel_between_two_servers_keeps_what_came(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk")
    server.add(2)

    class Stop(Feedback):
        stopped = False

        def stage(self, name: str, total: int | None = None) -> None:
            self.stopped = self.stopped or name == "triage"

        def is_cancelled(self) -> bool:
            return self.stopped

    with pytest.raises(Cancelled):
        go(ws, client, [], Stop())
    assert rows(ws, "SELECT count(*) FROM report") == [(2,)]


def test_the_command_sends_nothing_unasked(
    ws: Workspace, serve: Serve, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner
    from sigma_communes.core.cli import main
    from sigma_communes.core.reports.sources.servers import Server, save_server

    server, client = serve("klarschiff")
    server.add(2)
    monkeypatch.setenv("SIGMA_SERVERS", str(tmp_path / "servers.yaml"))
    save_server("city", Server(server.url, profile="klarschiff"))
    pull(ws, client)
    set_state(ws, ["city/1"], "resolved", "Ana")

    def run(*options: str) -> Any:
        return CliRunner().invoke(main, ["reports", "sync", "-w", str(ws.path), "-s", "city", "--json", *options])

    asked = run()
    assert asked.exit_code == 2 and "Nobody confirmed" in asked.output
    assert run("--receive").exit_code == 0 and server.reports["1"]["status"] == "open"
    sent = run("--send")
    assert sent.exit_code == 0 and '"updated": 1' in sent.output and server.reports["1"]["status"] == "closed"
