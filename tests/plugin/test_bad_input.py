"""What can go wrong around an open workspace: a message with the next step, no lost edit, no crash."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from qgis.core import Qgis, QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QImageReader
from qgis.PyQt.QtWidgets import QLabel
from sigma_communes.plugin.photos.import_dock import ImportPhotosDock
from sigma_communes.plugin.photos.view import PhotoView
from sigma_communes.plugin.reports.dock import BacklogDock
from sigma_communes.plugin.workspace_file import WorkspaceFile

EVIL = "<img src='http://spy.example/x.png'><b>gras</b>"


def rows(path: Path, statement: str) -> list[Any]:
    with sqlite3.connect(path) as connection:
        return connection.execute(statement).fetchall()


@pytest.fixture
def dock(opened: WorkspaceFile, window: Any, qtbot: Any) -> BacklogDock:
    dock = BacklogDock(opened, window)
    qtbot.addWidget(dock)
    dock.resize(420, 900)
    dock.show()
    qtbot.waitUntil(lambda: dock._index is not None and not opened.tasks.busy(), timeout=20000)
    dock.filters.text.setText("photos Marseille")
    dock.table.selectRow(0)
    return dock


def message(window: Any) -> tuple[Any, str]:
    item = window.bar.currentItem()
    return (item.level(), item.text()) if item is not None else (None, "")


def test_a_workspace_that_is_deleted_or_moved_while_open(
    dock: BacklogDock, opened: WorkspaceFile, window: Any, tmp_path: Path
) -> None:
    elsewhere = Path(shutil.move(str(opened.path), str(tmp_path / "moved.gpkg")))
    dock.decide("waste")
    level, text = message(window)
    assert level == Qgis.MessageLevel.Critical and "no such workspace" in text
    dock.set_state("resolved")
    dock.sync.click()
    dock.show_conflicts()
    dock._conflicts.close()
    assert not opened.path.exists()  # nothing made an empty one in its place
    shutil.move(str(elsewhere), str(opened.path))
    dock.decide("waste")
    assert rows(opened.path, "SELECT label FROM decision") == [("waste",)]


def test_a_locked_workspace_takes_the_step_when_it_is_free_again(
    dock: BacklogDock, opened: WorkspaceFile, window: Any
) -> None:
    other = sqlite3.connect(opened.path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    dock.pane.reply.ask("reply", "Bonjour")
    dock.decide("waste")
    level, text = message(window)
    assert level == Qgis.MessageLevel.Critical and "in use" in text
    other.execute("ROLLBACK")
    other.close()
    dock.decide("waste")
    assert rows(opened.path, "SELECT label FROM decision") == [("waste",)]


def test_a_workspace_that_can_only_be_read_offers_no_step(
    workspace: WorkspaceFile, window: Any, demo_workspace: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sigma_communes.plugin.workspace_file.os.access", lambda path, mode: False)
    dock = BacklogDock(workspace, window)
    qtbot.addWidget(dock)
    dock.show()
    with qtbot.waitSignal(workspace.opened, timeout=20000):
        workspace.open(demo_workspace)
    qtbot.waitUntil(lambda: dock._index is not None, timeout=20000)
    dock.table.selectRow(0)
    assert not dock.sync.isEnabled() and not dock.pane._actions.isVisible()
    assert not dock.pane.suggestions.isEnabled()
    assert not any(dock.pane._states.itemAt(i).widget().isEnabled() for i in range(dock.pane._states.count()))
    assert "Copy it" in message(window)[1] or "copy it" in message(window)[1]


def test_a_newer_workspace_is_not_opened_and_the_present_one_stays(
    dock: BacklogDock, opened: WorkspaceFile, window: Any, tmp_path: Path, qtbot: Any
) -> None:
    newer = Path(shutil.copy(opened.path, tmp_path / "newer.gpkg"))
    with sqlite3.connect(newer) as connection:
        connection.execute("INSERT INTO schema_version VALUES (99, 'x')")
    before = opened.path
    opened.open(newer)
    qtbot.waitUntil(lambda: not opened.tasks.busy() and bool(window.bar.items()), timeout=20000)
    level, text = message(window)
    assert level == Qgis.MessageLevel.Critical and "Update the plugin" in text
    assert opened.path == before and dock._index is not None


def test_a_project_that_is_closed_while_a_workspace_opens(
    workspace: WorkspaceFile, window: Any, demo_workspace: Path, qtbot: Any
) -> None:
    workspace.open(demo_workspace)
    QgsProject.instance().clear()
    qtbot.waitUntil(lambda: bool(window.bar.items()), timeout=20000)
    assert "the project was closed" in message(window)[1] and not QgsProject.instance().mapLayers()


def test_a_plugin_that_goes_away_while_layers_are_added_adds_no_more(
    workspace: WorkspaceFile, demo_workspace: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    workspace.opened.connect(lambda: told.append(1))
    monkeypatch.setattr(workspace, "_add_layers", lambda *a: (WorkspaceFile._add_layers(workspace, *a), stop()))

    def stop() -> None:
        workspace.tasks.stop()

    workspace.open(demo_workspace)
    qtbot.waitUntil(lambda: workspace.tasks.stopped, timeout=20000)
    qtbot.wait(300)
    assert told == [] and not QgsProject.instance().mapLayers()


def test_html_is_shown_as_text_everywhere(dock: BacklogDock, opened: WorkspaceFile, qtbot: Any) -> None:
    (row,) = dock.chosen()
    rows(opened.path, "SELECT 1")
    with opened.writing() as workspace, workspace.transaction():
        workspace._connection.execute(
            "UPDATE report SET description = ?1, address = ?1, service_name = ?1 WHERE id = ?2", (EVIL, row.id)
        )
    dock.handling.note([row.id], EVIL)
    dock.handling.choose_team([row.id], EVIL, EVIL)
    dock.pane.show_report(row.id)
    for label in dock.findChildren(QLabel):
        rich = label.textFormat() == Qt.TextFormat.RichText or (
            label.textFormat() == Qt.TextFormat.AutoText and Qt.mightBeRichText(label.text())
        )
        assert not rich or "<img" not in label.text(), label.text()
    assert "&lt;img" in dock.pane._history_text.text() and "&lt;img" in dock.pane._route.text()


def test_a_photo_of_thirty_thousand_pixels(workspace: WorkspaceFile, window: Any, tmp_path: Path, qtbot: Any) -> None:
    from PIL import Image

    photo = tmp_path / "photos" / "huge.png"
    photo.parent.mkdir()
    Image.new("1", (30_000, 30_000)).save(photo)
    dock = ImportPhotosDock(workspace, window, None)
    qtbot.addWidget(dock)
    dock.show()
    dock.add([photo.parent])
    qtbot.waitUntil(lambda: dock._scanning is None and dock.model.rowCount() == 1, timeout=60000)
    assert sum(dock.model.counts().values()) == 1
    view = PhotoView(workspace.tasks)
    qtbot.addWidget(view)
    view.resize(300, 300)
    view.show()
    view.show_photos([(str(photo), None)])
    qtbot.waitUntil(lambda: not workspace.tasks.busy(), timeout=60000)
    assert QImageReader(str(photo)).size().width() == 30_000
    assert view.canvas._item.pixmap().width() <= 30_000
    dock.clean_up()
