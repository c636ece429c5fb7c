"""The queue of photos: its order, its keys, and that every decision can be taken back."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from qgis.PyQt.QtCore import Qt
from sigma_communes.core.errors import WorkspaceError
from sigma_communes.plugin.photos.review_dock import ReviewDock
from sigma_communes.plugin.workspace_file import WorkspaceFile


def rows(path: Path, statement: str) -> list[Any]:
    with sqlite3.connect(path) as connection:
        return connection.execute(statement).fetchall()


@pytest.fixture
def dock(opened: WorkspaceFile, window: Any, qtbot: Any) -> ReviewDock:
    dock = ReviewDock(opened, window)
    qtbot.addWidget(dock)
    dock.resize(360, 800)
    dock.show()
    dock.activateWindow()
    dock.widget().setFocus()
    return dock


def shown(dock: ReviewDock) -> str:
    return Path(dock.current().path).name if dock.current() else ""


def test_the_least_sure_stands_first(dock: ReviewDock) -> None:
    assert [Path(photo.path).name for photo in dock._queue] == ["03.jpg", "02.jpg", "04.jpg", "01.jpg"]
    assert "does not know" in dock.suggestions._title.text()
    assert dock._line.text() == "0 / 4"


def test_the_keyboard_alone_is_enough(dock: ReviewDock, opened: WorkspaceFile, qtbot: Any) -> None:
    page = dock.widget()
    qtbot.keyClick(page, Qt.Key.Key_Space)
    assert shown(dock) == "02.jpg"
    qtbot.keyClick(page, Qt.Key.Key_1)
    qtbot.keyClick(page, Qt.Key.Key_2)
    qtbot.keyClick(page, Qt.Key.Key_0)
    assert rows(opened.path, "SELECT label FROM decision ORDER BY fid") == [("graffiti",), ("waste",), ("none",)]
    assert shown(dock) == "03.jpg"
    assert "3 / 4" in dock._line.text() and "0.33 (3 photos)" in dock._line.text()
    qtbot.keyClick(page, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert shown(dock) == "01.jpg"
    qtbot.keyClick(page, Qt.Key.Key_1)
    qtbot.keyClick(page, Qt.Key.Key_3)
    assert dock.current() is None and "All photos are checked" in dock.photo._message.text()


def test_undo_gives_the_suggestion_and_the_team_again(dock: ReviewDock, opened: WorkspaceFile) -> None:
    before = rows(opened.path, "SELECT id, class, class_from, team FROM incident WHERE source = 'photos' ORDER BY id")
    for label in ("pests", "noise", "waste"):
        dock.decide(label)
    assert (
        rows(opened.path, "SELECT id, class, class_from, team FROM incident WHERE source = 'photos' ORDER BY id")
        != before
    )
    for _ in range(4):
        dock.undo()
    assert (
        rows(opened.path, "SELECT id, class, class_from, team FROM incident WHERE source = 'photos' ORDER BY id")
        == before
    )
    assert len(rows(opened.path, "SELECT * FROM decision")) == 6  # append-only: what was decided stays written down
    assert shown(dock) == "03.jpg" and not dock._undo.isEnabled()


def test_a_decision_that_can_not_be_written_stays_in_the_queue(
    dock: ReviewDock, opened: WorkspaceFile, window: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise WorkspaceError("The workspace is in use by another program (locked)")

    monkeypatch.setattr(opened, "decide", fails)
    dock.decide("waste")
    assert shown(dock) == "03.jpg" and dock._done == []
    assert "in use" in window.bar.currentItem().text()


def test_what_another_dock_decides_leaves_the_queue(dock: ReviewDock, opened: WorkspaceFile) -> None:
    opened.decide([dock._queue[1].report], "graffiti")
    assert [Path(photo.path).name for photo in dock._queue] == ["03.jpg", "04.jpg", "01.jpg"]


def test_without_a_workspace_it_says_so(workspace: WorkspaceFile, window: Any, qtbot: Any) -> None:
    dock = ReviewDock(workspace, window)
    qtbot.addWidget(dock)
    dock.show()
    assert "No workspace is open" in dock.photo._message.text()
    dock.decide("waste")
    dock.undo()
    dock.skip()
