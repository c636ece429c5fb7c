# SPDX-License-Identifier: GPL-2.0-or-later
"""Who reported: kept as long as a rule says, and taken out everywhere when the person asks."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sigma_communes.core.cli import main
from sigma_communes.core.model import Columns, Report
from sigma_communes.core.privacy import retention
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.handling import write_note, write_states
from sigma_communes.core.store.persons import FIELDS, forget_person, person_in
from sigma_communes.core.store.privacy import read_register

LATER = dt.datetime(2040, 1, 1, tzinfo=dt.timezone.utc)
PERSON = {
    "first_name": "Zénobie", "last_name": "Exemple", "email": "zenobie@example.org", "phone": "0499000000",
    "device_id": "device-77", "account_id": "account-88",
}  # fmt: skip


def report(key: str, status: str = "open", person: dict[str, str] = PERSON, **more: str) -> Report:
    extra = {**person, "zipcode": "13001"}
    return Report("city", key, description=more.pop("description", "Trou"), status=status, extra=extra, lon=5.37,
                  lat=43.3, updated_datetime="2024-02-02T10:00:00Z", requested_datetime="2024-01-02T10:00:00Z",
                  **more)  # fmt: skip


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(tmp_path / "w.gpkg") as opened:
        opened.add_reports(
            [
                report("1", "closed"),
                report("2", description="Rappelez Zénobie Exemple au 0499000000 ou zenobie@example.org"),
                report("3", "closed", {"email": "other@example.org"}),
            ]
        )
        yield opened


def extra(workspace: Workspace, key: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(workspace.value("SELECT extra FROM report WHERE id = ?", (f"city/{key}",)))
    return found


def whole_file(workspace: Workspace) -> bytes:
    path = workspace.path
    workspace.close()
    assert [each.name for each in path.parent.iterdir() if each.name.startswith("w.gpkg")] == ["w.gpkg"]
    return path.read_bytes()


def test_closing_starts_the_clock_of_who_reported(workspace: Workspace) -> None:
    rules = [rule for rule in retention.load_rules() if rule.what == "person"]
    assert rules, "the example has a rule"
    assert retention.due(workspace, rules, now=dt.datetime(2024, 6, 1, tzinfo=dt.timezone.utc)) == []
    due = retention.due(workspace, rules, now=LATER)
    assert [d.name for d in due] == ["city/1", "city/3"]
    assert not any(done.problem for done in retention.delete(workspace, due, who="DPO"))
    assert extra(workspace, "1") == extra(workspace, "3") == {"zipcode": "13001"}
    assert extra(workspace, "2") == {**PERSON, "zipcode": "13001"}, "it is open"
    assert [(e.what, e.photo, e.rule) for e in read_register(workspace)] == [
        ("deleted", "city/1", "closed_person"), ("deleted", "city/3", "closed_person"),
    ]  # fmt: skip
    assert retention.due(workspace, rules, now=LATER) == []
    assert workspace.value("SELECT count(*) FROM change") == 0, "it is no edit for the server"


@pytest.mark.parametrize("said", [PERSON["email"], PERSON["email"].upper(), PERSON["phone"], PERSON["account_id"]])
def test_a_person_is_found_by_what_he_gave(workspace: Workspace, said: str) -> None:
    assert person_in(workspace, said).reports == ("city/1", "city/2")
    assert person_in(workspace, "city/1").reports == ("city/1",)
    assert person_in(workspace, "nobody@example.org").reports == ()


def test_a_forgotten_person_is_nowhere_in_the_file(workspace: Workspace) -> None:
    write_note(workspace, ["city/2"], "Zénobie Exemple a rappelé", "Ana")
    write_states(workspace, ["city/2"], "assigned", "Ana", "vu avec zenobie@example.org")
    person = forget_person(workspace, PERSON["email"])
    assert person.reports == ("city/1", "city/2")
    assert workspace.value("SELECT description FROM report WHERE id = 'city/2'") == "Rappelez … au … ou …"
    notes = [note for (note,) in workspace.rows("SELECT note FROM history ORDER BY fid")]
    assert notes == ["… a rappelé", "vu avec …"], "history is kept without the person"
    assert extra(workspace, "3") == {"email": "other@example.org", "zipcode": "13001"}
    assert workspace.rows("SELECT field, new FROM change") == [("state", "assigned")]
    content = whole_file(workspace)
    for name in FIELDS:
        assert PERSON[name].encode() not in content, f"{name} is overwritten, not only unlinked"
    assert b"other@example.org" in content


def test_what_a_source_says_of_a_forgotten_person_later_is_not_kept(workspace: Workspace) -> None:
    forget_person(workspace, "city/1")
    workspace.add_reports([report("1", "closed", description="Trou plus profond"), report("4")])
    assert workspace.value("SELECT description FROM report WHERE id = 'city/1'") == "Trou plus profond"
    assert extra(workspace, "1") == {"zipcode": "13001"}
    assert extra(workspace, "4") == {**PERSON, "zipcode": "13001"}
    with workspace._writing("test") as connection:
        connection.execute("DELETE FROM report WHERE id = 'city/1'")
    workspace.add_reports([report("1", "closed")])
    assert extra(workspace, "1") == {"zipcode": "13001"}


def test_history_can_not_be_changed_by_others(workspace: Workspace) -> None:
    import sqlite3

    write_note(workspace, ["city/2"], "note", "Ana")
    forget_person(workspace, PERSON["email"])
    path = workspace.path
    workspace.close()
    with sqlite3.connect(path) as other, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        other.execute("UPDATE history SET note = 'other'")


def test_the_command_lists_packs_and_forgets(workspace: Workspace) -> None:
    path = workspace.path
    workspace.write_triage(_placed(workspace))
    with workspace._writing("pack") as connection:
        values = ("13055-x", "13055", "Marseille", "/packs/13055", "2026-01-01T00:00:00.000Z")
        connection.execute("INSERT INTO pack (name, insee, commune, folder, at) VALUES (?, ?, ?, ?, ?)", values)
    workspace.close()
    shown = CliRunner().invoke(main, ["person", "show", PERSON["email"], "--workspace", str(path), "--json"])
    assert json.loads(shown.output)["packs"] == [["Marseille", "/packs/13055", "2026-01-01T00:00:00.000Z"]]
    done = CliRunner().invoke(main, ["person", "forget", PERSON["email"], "--workspace", str(path)])
    assert done.exit_code == 0 and "report\tcity/1" in done.output and "pack\tMarseille" in done.output
    with Workspace.open(path) as again:
        assert person_in(again, PERSON["email"]).reports == ()


def _placed(workspace: Workspace) -> Columns:
    ids = workspace.read_evidence()["id"]
    insee = ids.copy()
    insee[:] = "13055"
    return {"id": ids, "insee": insee}


@pytest.mark.skipif(sys.platform == "win32", reason="rights of files are another matter there")
def test_a_new_workspace_is_its_owner_s_alone(workspace: Workspace) -> None:
    assert workspace.path.stat().st_mode & 0o077 == 0
    workspace.close()
    assert workspace.path.stat().st_mode & 0o077 == 0
