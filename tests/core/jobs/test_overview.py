# SPDX-License-Identifier: GPL-2.0-or-later
"""The bulletin of a workspace as it stands, and its health."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sigma_communes.core.errors import UsageError, WorkspaceError
from sigma_communes.core.jobs.overview import bulletin_of, workspace_health
from sigma_communes.core.model import Report
from sigma_communes.core.store import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    path = tmp_path / "w.gpkg"
    with Workspace.open(path) as opened:
        opened.add_reports([Report("mairie", "1", description="Tags", lon=5.3698, lat=43.2965)])
    return path


def test_a_bulletin_without_a_run(workspace: Path, tmp_path: Path) -> None:
    out = tmp_path / "b.html"
    assert bulletin_of(workspace, out, title="Lundi") == 1
    assert "Lundi" in out.read_text(encoding="utf-8")
    with pytest.raises(UsageError):
        bulletin_of(workspace, tmp_path / "no.html", insee="75056")
    with pytest.raises(WorkspaceError):
        bulletin_of(tmp_path / "no.gpkg", tmp_path / "no.html")
    assert not (tmp_path / "no.html").exists()


def test_health_changes_nothing(workspace: Path) -> None:
    before = workspace.read_bytes()
    health = workspace_health(workspace)
    assert (health.reports, health.waiting, health.damage) == (1, 0, "")
    assert health.version == health.newest and health.size == len(before)
    assert workspace.read_bytes() == before


def test_health_of_what_is_damaged(workspace: Path) -> None:
    with closing(sqlite3.connect(workspace)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("INSERT INTO assignment (fid, team, at) VALUES (999, 'x', '')")
        connection.commit()
    assert "assignment" in workspace_health(workspace).damage
    content = workspace.read_bytes()
    workspace.write_bytes(content[: len(content) // 2])
    try:
        damage = workspace_health(workspace).damage
    except WorkspaceError as error:
        damage = error.what
    assert damage
    workspace.write_bytes(b"")
    with pytest.raises(WorkspaceError, match="empty"):
        workspace_health(workspace)
