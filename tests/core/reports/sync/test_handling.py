# SPDX-License-Identifier: GPL-2.0-or-later
"""States and who may follow whom, teams, notes, replies; and the history that keeps it all."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sigma_communes.core.errors import DataError, UsageError, WorkspaceError
from sigma_communes.core.jobs.handling import accept, add_note, delegate, refuse, replies, send_replies, set_state
from sigma_communes.core.model import Report
from sigma_communes.core.reports.replies import load_replies, reply
from sigma_communes.core.reports.sources.profile import load_profile, profile_names
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.handling import history
from sigma_communes.core.store.states import check_transition, closed_states, load_states

from .conftest import rows

Edit = Callable[..., None]


@pytest.fixture
def ids(ws: Workspace) -> list[str]:
    ws.add_reports(
        Report(
            "city",
            str(n),
            service_name="Trou",
            address="1 rue X",
            description=f"n {n}",
            status="open",
            lon=5.3,
            lat=43.2,
        )
        for n in range(6)
    )
    return [f"city/{n}" for n in range(6)]


def test_states_are_those_of_the_workspace(ws: Workspace, ids: list[str]) -> None:
    states = load_states()
    assert {key for key, state in states.items() if state.closed} == closed_states()
    for state in states:
        ws._connection.execute("UPDATE report SET state = ? WHERE id = 'city/0'", (state,))
    assert all(state.fr and state.en for state in states.values())
    for name in profile_names():
        assert set(load_profile(name).writing.states) <= set(states)


def test_every_state_can_be_reached_and_none_is_a_trap() -> None:
    states = load_states()
    for start in states:
        reached = {start}
        while True:
            more = {after for key in reached for after in states[key].next} - reached
            if not more:
                break
            reached |= more
        assert reached | {"received"} == set(states)


def test_only_allowed_states_follow_and_a_bulk_is_all_or_nothing(ws: Workspace, ids: list[str]) -> None:
    assert set_state(ws, ids, "to_qualify", "anne", "where?") == 6
    with pytest.raises(UsageError, match="may not follow") as caught:
        set_state(ws, ids, "resolved", "anne")
    assert "assigned" in str(caught.value.next_step)
    with pytest.raises(UsageError, match="no state 'done'"):
        set_state(ws, ids, "done", "anne")
    with pytest.raises(UsageError, match="Nobody"):
        set_state(ws, ids, "assigned", " ")
    with pytest.raises(WorkspaceError, match="no report 'nobody'"):
        set_state(ws, [*ids, "nobody"], "assigned", "anne")
    assert set(rows(ws, "SELECT state FROM report")) == {("to_qualify",)}
    assert set_state(ws, ids, "to_qualify", "anne") == 0
    check_transition("a state of before", "received")


def test_history_keeps_who_did_what_whatever_tool(ws: Workspace, ids: list[str], edit: Edit) -> None:
    set_state(ws, ids[:1], "assigned", "anne", "to look at")
    edit("UPDATE report SET state = 'in_progress' WHERE id = 'city/0'")
    ws.add_reports([Report("city", "1", service_name="Trou", status="closed", lon=5.3, lat=43.2)])
    first, second = history(ws, "city/0")
    assert (first.who, first.origin, first.what, first.old, first.new, first.note) == (
        "anne", "state", "state", "received", "assigned", "to look at")  # fmt: skip
    assert (second.who, second.origin, second.new) == ("", "outside", "in_progress")
    (by_source,) = history(ws, "city/1")
    assert (by_source.origin, by_source.new, by_source.who) == ("source", "resolved", "")
    for statement in ("UPDATE history SET who = 'x'", "DELETE FROM history"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            edit(statement)


def test_a_state_waits_for_the_server_as_an_edit_of_its_author(ws: Workspace, ids: list[str]) -> None:
    set_state(ws, ids[:2], "resolved", "anne")
    found = rows(ws, "SELECT report_id, field, old, new, who FROM change")
    assert found == [(key, "state", "received", "resolved", "anne") for key in ids[:2]]


def test_a_team_chosen_by_a_person_stays(ws: Workspace, ids: list[str]) -> None:
    def route(team: str) -> None:
        columns: dict[str, Any] = {"id": np.array(ids, dtype=object)}
        for name in ("team", "rule", "reason_en", "reason_fr"):
            columns[name] = np.array([team if name == "team" else "r"] * len(ids), dtype=object)
        ws.write_assignments(columns)

    route("voirie")
    accept(ws, ids[:1], "anne")
    delegate(ws, ids[1:2], "parcs", "anne", "a tree")
    delegate(ws, ids[2:3], "Aix-en-Provence", "anne", "their road", outside=True)
    route("propreté")
    found = rows(ws, "SELECT id, state, team FROM incident ORDER BY id LIMIT 4")
    assert found == [
        ("city/0", "assigned", "propreté"), ("city/1", "assigned", "parcs"),
        ("city/2", "not_ours", "Aix-en-Provence"), ("city/3", "received", "propreté"),
    ]  # fmt: skip
    route("")
    assert rows(ws, "SELECT id FROM incident WHERE team NOT NULL ORDER BY id") == [("city/1",), ("city/2",)]
    assert [(e.what, e.old, e.new, e.note) for e in history(ws, "city/1")] == [
        ("state", "received", "assigned", "a tree"), ("team", "voirie", "parcs", "a tree")]  # fmt: skip
    for wrong in (("", "note"), ("team", " ")):
        with pytest.raises(UsageError, match="to whom"):
            delegate(ws, ids[3:], *[wrong[0], "anne", wrong[1]])


def test_refuse_needs_a_reason_and_notes_go_nowhere(ws: Workspace, ids: list[str]) -> None:
    with pytest.raises(UsageError, match="needs its reason"):
        refuse(ws, ids, "anne", "")
    refuse(ws, ids[:1], "anne", "private ground")
    add_note(ws, ids[1:3], "seen on Monday", "bob")
    assert [(e.who, e.note) for e in history(ws, "city/2")] == [("bob", "seen on Monday")]
    assert rows(ws, "SELECT report_id FROM change") == [("city/0",)]


def test_replies_fit_the_state_in_both_languages_and_wait_for_a_person(ws: Workspace, ids: list[str]) -> None:
    assert set(load_replies()) == set(load_states())
    delegate(ws, ids[:1], "Aix {fr}", "anne", "x", outside=True)
    texts = replies(ws, ids[:2], language="fr", note="À bientôt.")
    assert texts["city/0"].endswith("il est transmis à Aix (fr}. À bientôt.")
    assert texts["city/1"].startswith("Bonjour, nous avons bien reçu votre signalement 1 (Trou, 1 rue X). Merci.")
    assert replies(ws, ids[1:2], language="en")["city/1"].startswith("Hello, we have received")
    assert rows(ws, "SELECT count(*) FROM change WHERE action = 'comment'") == [(0,)]
    send_replies(ws, texts, "anne")
    assert rows(ws, "SELECT report_id, who FROM change WHERE action = 'comment'") == [
        ("city/0", "anne"), ("city/1", "anne")]  # fmt: skip
    with pytest.raises(UsageError, match="needs its text"):
        send_replies(ws, {"city/1": " "}, "anne")
    assert reply("unknown", "fr", {}) == ""


def test_wrong_files_say_their_line(tmp_path: Path) -> None:
    states = tmp_path / "s.yaml"
    states.write_text("version: 1\nstates:\n  - {id: a, fr: A, en: A, next: [b]}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"s\.yaml:3: a: there is no state 'b'"):
        load_states(states)
    texts = tmp_path / "r.yaml"
    texts.write_text("version: 1\nreplies:\n  received: {fr: '{nom}', en: x}\n", encoding="utf-8")
    with pytest.raises(DataError, match="blank that nothing fills"):
        load_replies(texts)


def test_ten_thousand_at_once(ws: Workspace) -> None:
    ws.add_reports(Report("big", str(n), status="open", lon=5.3, lat=43.2) for n in range(10_000))
    ids = [f"big/{n}" for n in range(10_000)]
    assert set_state(ws, ids, "assigned", "anne", "all") == 10_000
    assert rows(ws, "SELECT count(*) FROM history WHERE note = 'all'") == [(10_000,)]
