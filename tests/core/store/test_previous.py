# SPDX-License-Identifier: GPL-2.0-or-later
"""A workspace and a pack that the version before made (d306c1f, schema 4) open, migrate and come home.

``tests/data/previous``: three invented reports; in the workspace one was edited by SQL and one photo refused because
of a cancel; in the pack of Marseille a state was set, a report moved, and one drawn.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from sigma_communes.core import territory as territories
from sigma_communes.core.pack import bring_home, contents, refresh
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.file import migrations
from sigma_communes.core.store.file.reading import reading
from sigma_communes.core.store.health import health_of

PREVIOUS = Path(__file__).parents[2] / "data" / "previous"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    with zipfile.ZipFile(PREVIOUS / "workspace.zip") as archive:
        return Path(archive.extract("workspace.gpkg", tmp_path))


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    with zipfile.ZipFile(PREVIOUS / "pack.zip") as archive:
        archive.extractall(tmp_path)
    return tmp_path / "13055-marseille"


def test_the_workspace_opens_and_keeps_what_it_has(workspace: Path) -> None:
    with reading(workspace) as before:
        assert before.value("SELECT max(version) FROM schema_version") == 4
        tables = ("report", "change", "triage", "assignment", "commune", "history", "run", "received")
        counts = {name: before.value(f"SELECT count(*) FROM {name}") for name in tables}  # noqa: S608 - of this file
        waits = before.rows("SELECT report_id, field, old, new FROM change")
    assert counts["report"] == 3 and counts["commune"] == 92 and waits[0][1] == "description"
    with Workspace.open(workspace, create=False) as opened:
        after = {name: opened.value(f"SELECT count(*) FROM {name}") for name in tables}  # noqa: S608 - of this file
        assert after == counts and opened.rows("SELECT report_id, field, old, new FROM change") == waits
        assert opened.value("SELECT count(*) FROM media") == 0, "a photo that a cancel had refused is asked for again"
    with reading(workspace) as again:
        health = health_of(again)
    assert (health.version, health.damage, health.reports) == (migrations.VERSION, "", 3)


def test_a_migrated_workspace_has_the_schema_of_a_new_one(workspace: Path, tmp_path: Path) -> None:
    found = []
    for path in (workspace, tmp_path / "new.gpkg"):
        with Workspace.open(path) as opened:
            names = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY 1, 2"
            found.append({row[:2]: " ".join((row[2] or "").split()) for row in opened.rows(names)})
    assert found[0] == found[1]


def test_the_pack_comes_home_as_folder_and_as_zip(workspace: Path, pack: Path) -> None:
    before = (pack / "pack.gpkg").read_bytes()
    territory = territories.load()
    returned = bring_home(PREVIOUS / "pack.zip", workspace, territory=territory, who="anna")
    again = bring_home(pack, workspace, territory=territory, who="anna")
    assert (returned.edits, len(returned.new), returned.kept, returned.conflicts) == (2, 1, [], 0)
    assert (again.edits, again.new, again.already) == (0, [], 3)
    assert (pack / "pack.gpkg").read_bytes() == before, "the pack itself is not changed"
    with reading(workspace) as home:
        assert home.value("SELECT state FROM report WHERE id = 'reports.csv/A1'") == "in_progress"
        assert home.row("SELECT lon, lat FROM report WHERE id = 'reports.csv/A2'") == (5.381, 43.301)
        assert home.value("SELECT count(*) FROM report WHERE description = 'vu sur place'") == 1


def test_the_pack_is_brought_up_to_date(workspace: Path, pack: Path) -> None:
    territory = territories.load()
    bring_home(pack, workspace, territory=territory)
    refreshed = refresh(pack, territory=territory, workspace=workspace)
    assert (refreshed.waiting, refreshed.gone) == (0, []) and contents.load(pack).ready
    with reading(pack / "pack.gpkg") as now, reading(workspace) as home:
        assert now.value("SELECT commune FROM this_pack") == "Marseille"
        assert (
            now.value("SELECT description FROM report WHERE id = 'reports.csv/A1'") == "Trou profond dans la chaussée"
        )
        assert home.rows("SELECT name FROM pack") == now.rows("SELECT name FROM this_pack")
