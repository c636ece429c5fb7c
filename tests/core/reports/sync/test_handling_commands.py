# SPDX-License-Identifier: GPL-2.0-or-later
"""The work of a person by command line: states, teams, refusals, replies; one report or many, all or nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sigma_communes.core.cli import main
from sigma_communes.core.reports.sync.pull import pull
from sigma_communes.core.reports.sync.push import push
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.states import load_states

from .conftest import Serve, rows


@pytest.fixture
def run(ws: Workspace, serve: Serve) -> Any:
    """Give a call of ``reports …`` on a workspace with nine reports, which returns what it printed as JSON."""
    server, client = serve("citysdk")
    server.add(9)
    pull(ws, client)

    def call(*arguments: str, code: int = 0, words: str = "", stdin: str = "") -> list[dict[str, Any]]:
        plain = "--plain" in arguments
        given = [a for a in arguments if a != "--plain"] + ([] if plain else ["--json"])
        where = [] if arguments[0] == "states" else ["--workspace", str(ws.path)]
        result: Result = CliRunner().invoke(main, ["reports", *given, *where], catch_exceptions=False, input=stdin)
        assert result.exit_code == code, result.output
        assert words in " ".join(result.output.split())
        return [] if plain or code else [json.loads(line) for line in result.stdout.splitlines()]

    call.server, call.client = server, client  # type: ignore[attr-defined]
    return call


def test_what_is_done_here_waits_and_then_leaves(ws: Workspace, run: Any) -> None:
    assert run("handle", "city/1", "city/2", "--accept", "--team", "voirie", "--who", "anne") == [
        {"done": "accept", "reports": 2, "replies": 0}]  # fmt: skip
    run("handle", "city/1", "--delegate", "parcs", "--note", "an oak", "--who", "bob")
    run("handle", "city/2", "--state", "in_progress", "--who", "anne")
    run("handle", "city/4", "--refuse", "--note", "private ground", "--who", "anne")
    run("handle", "city/5", "--duplicate-of", "city/1", "--who", "anne")
    run("handle", "city/7", "--delegate", "Aix", "--outside", "--note", "their road", "--who", "anne")
    run("handle", "city/8", "--note", "seen on Monday", "--who", "anne")
    found = dict(rows(ws, "SELECT id, state || ' ' || coalesce(team, '-') FROM incident"))
    assert [found[f"city/{n}"] for n in (1, 2, 4, 5, 7, 8)] == [
        "assigned parcs", "in_progress voirie", "rejected -", "duplicate -", "not_ours Aix", "received -"]  # fmt: skip
    kept = run("history", "city/1")
    assert [(e["who"], e["what"], e["new"]) for e in kept] == [
        ("anne", "state", "assigned"), ("anne", "team", "voirie"), ("bob", "team", "parcs")]  # fmt: skip
    assert run("history", "city/5")[0]["note"] == "= city/1"
    pushed = push(ws, run.client, who="anne")
    assert sorted(pushed.updated) == ["city/4", "city/5", "city/7"]
    assert {run.server.reports[n]["status"] for n in ("4", "5", "7")} == {"closed"}
    assert run.server.reports["1"]["status"] == "open"


def test_many_by_a_filter_only_after_a_yes_and_all_or_nothing(ws: Workspace, run: Any) -> None:
    run("handle", "--select", "state=received", "--state", "assigned", code=2, words="finds 6 reports")
    run("handle", "--select", "state=received", "--state", "assigned", "--plain", stdin="n\n", code=1)
    assert rows(ws, "SELECT count(*) FROM change") == [(0,)]
    run("handle", "--select", "state=received", "--state", "assigned", "--plain", stdin="y\n", words="6 reports")
    (done,) = run("handle", "--select", "state=assigned", "--select", "source=city", "--state", "in_progress", "--yes")
    assert done["reports"] == 6
    # One of them may not take the state: none does.
    run("handle", "city/1", "city/3", "--state", "assigned", code=2, words="may not follow")
    assert rows(ws, "SELECT state FROM report WHERE id IN ('city/1', 'city/3')") == [("in_progress",), ("resolved",)]
    run("handle", "--select", "class=graffiti", "--accept", "--yes", code=2, words="No report is chosen")
    run("handle", "--select", "colour=red", "--accept", "--yes", code=2, words="no colour to select by")
    run("handle", "city/1", "--select", "team=x", "--accept", code=2, words="not both")


def test_replies_are_shown_and_wait_for_a_yes(ws: Workspace, run: Any) -> None:
    shown = run("handle", "city/1", "--accept", "--team", "voirie", "--reply-template", "--language", "en")
    assert (shown[0]["queued"], shown[-1]["replies"]) == (False, 0)
    assert "was given to the team voirie" in shown[0]["reply"]
    assert rows(ws, "SELECT count(*) FROM change WHERE action = 'comment'") == [(0,)]
    run("handle", "city/1", "--reply-template", "--plain", stdin="n\n", words="équipe voirie")
    assert rows(ws, "SELECT count(*) FROM change WHERE action = 'comment'") == [(0,)]
    run("handle", "city/1", "--reply", "Merci pour {id}.", "--plain", stdin="y\n", words="1 replies wait")
    (text, last) = run("handle", "city/2", "--reply-template", "--yes", "--who", "anne")
    assert text["queued"] and last == {"done": "reply", "reports": 1, "replies": 1}
    waiting = dict(rows(ws, "SELECT report_id, new FROM change WHERE action = 'comment'"))
    assert waiting == {"city/1": "Merci pour 1.", "city/2": text["reply"]}
    assert "bien reçu votre signalement 2" in text["reply"]
    push(ws, run.client, who="anne")
    kept = dict(rows(ws, "SELECT report_id, kept FROM change WHERE action = 'comment'"))
    assert not kept or all("takes no comments" in reason for reason in kept.values())
    # A text that can't be filled in stops all of it.
    run("handle", "city/4", "--state", "assigned", "--reply", "{nom}", code=3, words="blank that nothing fills")
    assert rows(ws, "SELECT state FROM report WHERE id = 'city/4'") == [("received",)]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Nothing is to be done"),
        (["--accept", "--refuse"], "Choose one of --accept, --refuse"),
        (["--refuse"], "needs its reason"),
        (["--delegate", "parcs"], "needs to whom, and a note"),
        (["--state", "resolved", "--team", "x"], "--team goes with --accept"),
        (["--duplicate-of", "city/1"], "no duplicate of itself"),
        (["--reply", "a", "--reply-template"], "Choose one of --reply"),
    ],
)
def test_wrong_use_is_told(run: Any, arguments: list[str], words: str) -> None:
    run("handle", "city/1", *arguments, code=2, words=words)


def test_unknown_reports_are_told(run: Any) -> None:
    run("handle", "city/99", "--accept", code=3, words="no report 'city/99'")
    run("handle", "city/1", "--duplicate-of", "city/99", code=3, words="no report 'city/99'")
    run("history", "city/99", code=3, words="no report 'city/99'")
    run("history", "city/1", "--plain", words="Nothing was done")


def test_the_workflow_is_shown(run: Any, tmp_path: Path) -> None:
    assert [line["state"] for line in run("states")] == list(load_states())
    assert {line["state"]: line["there"] for line in run("states", "--profile", "klarschiff")}["in_progress"] not in (
        "open", "closed")  # fmt: skip
    run("states", "--plain", "--language", "en", words="In progress")
