# SPDX-License-Identifier: GPL-2.0-or-later
"""SQL about the workspace's tables stands in the store, and nobody else reaches for its connection."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from sigma_communes import core, plugin
from sigma_communes.core.errors import WorkspaceError
from sigma_communes.core.model import Report
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.file.reading import reading

ROOTS = [Path(each.__path__[0]) for each in (core, plugin)]
STORE = ROOTS[0] / "store"
TABLES = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE|TABLE)\s+\"?(?:\w+\.)?(\w+)")
SOURCES = [path for root in ROOTS for path in sorted(root.rglob("*.py")) if STORE not in path.parents]


def our_tables(tmp_path: Path) -> set[str]:
    with Workspace.open(tmp_path / "w.gpkg") as workspace:
        names = workspace.rows("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
    return {name for (name,) in names if not name.startswith(("gpkg_", "sqlite_"))}


def test_no_statement_outside_the_store_names_our_tables(tmp_path: Path) -> None:
    ours = our_tables(tmp_path)
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                tables = set(TABLES.findall(node.value))
                found += [(path.name, node.lineno, name) for name in tables & ours]
    assert len(SOURCES) > 200, "the rooms were looked at"
    assert found == []


def test_nobody_outside_the_store_takes_a_workspace_s_connection() -> None:
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            own = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
            if isinstance(node, ast.Attribute) and node.attr in ("_connection", "_writing", "_touch") and not own:
                found.append((path.name, node.lineno))
    assert found == []


def test_what_is_only_read_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "w.gpkg"
    with Workspace.open(path) as workspace:
        workspace.add_reports([Report("city", "1"), Report("city", "2")])
    before = path.read_bytes()
    with reading(path) as workspace_as_it_is:
        assert workspace_as_it_is.value("SELECT count(*) FROM report") == 2
        assert workspace_as_it_is.row("SELECT id FROM report WHERE fid = 9") is None
        assert next(workspace_as_it_is.each("SELECT id FROM report ORDER BY fid")) == ("city/1",)
        with pytest.raises(WorkspaceError, match="read-only"):
            workspace_as_it_is.rows("DELETE FROM report")
        with pytest.raises(WorkspaceError, match="Can't be read"):
            workspace_as_it_is.rows("SELECT * FROM nothing")
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["w.gpkg"]


@pytest.mark.parametrize(("content", "said"), [(None, "no such workspace"), (b"", "empty"), (b"x" * 9000, "damaged")])
def test_what_is_no_workspace_is_told(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "w.gpkg"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(WorkspaceError, match=said), reading(path):
        pass
