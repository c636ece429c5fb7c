"""A person's choice of team holds against the rules; a step that was not sent yet is taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from sigma_communes.core import routing
from sigma_communes.core.errors import UsageError
from sigma_communes.core.jobs import handling
from sigma_communes.core.jobs.handling import send_replies, set_state
from sigma_communes.core.model import Report
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.handling import states_of, teams_of
from sigma_communes.core.store.outbox import Outbox, drop_comments
from sigma_communes.core.triage import again


def test_a_team_chosen_by_a_person_holds_against_the_rules_until_it_is_taken_back(tmp_path: Path) -> None:
    book = routing.load(routing.example_path())
    with Workspace.open(tmp_path / "w.gpkg") as workspace:
        workspace.add_reports(
            [Report("x", str(i), lon=5.57065, lat=43.2929, service_name="Graffiti") for i in range(3)]
        )
        ids = [f"x/{i}" for i in range(3)]
        again.route_again(workspace, ids, book)
        first = teams_of(workspace, ids)
        before = handling.choose_team(workspace, ids[:2], "Commune de Cassis", "Ana", "limite")
        again.route_again(workspace, ids, book)
        now = teams_of(workspace, ids)
        assert now["x/0"] == now["x/1"] == ("Commune de Cassis", "Ana") and now["x/2"] == first["x/2"]
        decided = workspace.rows("SELECT report_id, what, label, who FROM decision")
        assert decided == [(key, "team", "Commune de Cassis", "Ana") for key in ids[:2]]
        handling.undo_team(workspace, before, book, "Ana")
        assert teams_of(workspace, ids) == first and first["x/0"].team
        with pytest.raises(UsageError):
            handling.choose_team(workspace, ids, " ", "Ana")


def test_a_text_for_the_person_who_reported_calls_a_team_by_its_name(tmp_path: Path) -> None:
    book = routing.load(routing.example_path())
    with Workspace.open(tmp_path / "w.gpkg") as workspace:
        workspace.add_reports([Report("x", "1", lon=5.57065, lat=43.2929, service_name="Graffiti")])
        handling.choose_team(workspace, ["x/1"], next(iter(book.teams)), "Ana")
        team = book.teams[teams_of(workspace, ["x/1"])["x/1"].team]
        assert handling.fill(workspace, ["x/1"], "{team}") == {"x/1": team.fr}
        assert handling.fill(workspace, ["x/1"], "{team}", language="en", book=book) == {"x/1": team.en}
        set_state(workspace, ["x/1"], "assigned", "Ana")
        assert team.fr in handling.replies(workspace, ["x/1"], language="fr")["x/1"]
        handling.choose_team(workspace, ["x/1"], "Commune de Cassis", "Ana")  # a name of a person's own
        assert handling.fill(workspace, ["x/1"], "{team}") == {"x/1": "Commune de Cassis"}


def test_a_state_is_taken_back_as_long_as_it_was_not_sent(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "w.gpkg") as workspace:
        workspace.add_reports([Report("x", str(i), lon=5.57, lat=43.29) for i in range(3)])
        ids = [f"x/{i}" for i in range(3)]
        before = states_of(workspace, ids)
        set_state(workspace, ids, "rejected", "Ana", "hors sujet")
        undo = handling.states_before(workspace, ids, before)
        workspace._connection.execute("DELETE FROM change WHERE report_id = 'x/1'")  # as a push does
        assert handling.undo_states(workspace, undo, "Ana") == 2
        assert states_of(workspace, ids) == {"x/0": "received", "x/1": "rejected", "x/2": "received"}


def test_what_was_handed_on_comes_back_but_not_what_was_sent(tmp_path: Path) -> None:
    book = routing.load(routing.example_path())
    with Workspace.open(tmp_path / "w.gpkg") as workspace:
        workspace.add_reports(
            [Report("x", str(i), lon=5.57065, lat=43.2929, service_name="Graffiti") for i in range(3)]
        )
        ids = [f"x/{i}" for i in range(3)]
        again.route_again(workspace, ids, book)
        first = teams_of(workspace, ids)
        before = handling.hand_on(workspace, ids, "Département 13", "Ana", "route départementale", outside=True)
        assert set(states_of(workspace, ids).values()) == {"not_ours"}
        workspace._connection.execute("DELETE FROM change WHERE report_id = 'x/1'")  # as a push does
        assert handling.undo_hand_on(workspace, before, book, "Ana") == 2
        assert states_of(workspace, ids) == {"x/0": "received", "x/1": "not_ours", "x/2": "received"}
        now = teams_of(workspace, ids)
        assert (now["x/0"], now["x/1"].team, now["x/2"]) == (first["x/0"], "Département 13", first["x/2"])


def test_a_reply_is_taken_back_until_it_is_being_sent(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "w.gpkg") as workspace:
        workspace.add_reports([Report("x", str(i), lon=5.57, lat=43.29) for i in range(2)])
        keys = send_replies(workspace, {"x/0": "Merci", "x/1": "Merci"}, "Ana")
        Outbox(workspace, "x").note("x/1", "update", {"description": "Merci"}, [keys[1]], "Ana")
        assert drop_comments(workspace, keys) == 1
        assert workspace.rows("SELECT report_id FROM change") == [("x/1",)]


def test_a_step_for_several_leaves_those_that_may_not_take_it(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "w.gpkg") as workspace:
        workspace.add_reports([Report("x", str(i), lon=5.57, lat=43.29) for i in range(4)])
        ids = [f"x/{i}" for i in range(4)]
        set_state(workspace, ["x/3"], "resolved", "Ana")
        done = handling.step(workspace, ids, "assigned", "Ana")
        assert done.done == ("x/0", "x/1", "x/2") and done.refused == {"resolved": ("x/3",)}
        with pytest.raises(UsageError, match="reason"):
            handling.step(workspace, ids, "rejected", "Ana")
        assert set(states_of(workspace, ids).values()) == {"assigned", "resolved"}
        assert handling.undo_states(workspace, done.undo, "Ana") == 3
        assert handling.step(workspace, ["x/3"], "resolved", "Ana").done == ()
