"""Photos into a workspace: a verdict for each file, a place by hand, nothing twice."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsPointXY
from qgis.PyQt.QtCore import QMimeData, QPoint, Qt, QUrl
from qgis.PyQt.QtGui import QDropEvent
from sigma_communes.plugin.photos.import_dock import ImportPhotosDock
from sigma_communes.plugin.workspace_file import WorkspaceFile


def rows(path: Path, statement: str) -> list[Any]:
    with sqlite3.connect(path) as connection:
        return connection.execute(statement).fetchall()


@pytest.fixture
def photos(demo_inputs: Any, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo_inputs[0][0], tmp_path / "new photos"))


@pytest.fixture
def dock(workspace: WorkspaceFile, window: Any, shown: Any, qtbot: Any) -> ImportPhotosDock:
    dock = ImportPhotosDock(workspace, window, shown)
    qtbot.addWidget(dock)
    dock.resize(360, 700)
    dock.show()
    return dock


def verdicts(dock: ImportPhotosDock) -> dict[str, str]:
    return {Path(p.path).name: dock.model.verdict_text(p) for p in dock.model.photos}


def wait_for_scan(dock: ImportPhotosDock, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: dock._scanning is None and dock.model.rowCount() > 0, timeout=20000)


def test_every_dropped_file_has_a_verdict(dock: ImportPhotosDock, photos: Path, qtbot: Any) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(photos)), QUrl("https://spy.example/a.jpg")])
    dock.dropEvent(
        QDropEvent(
            QPoint(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
    )
    wait_for_scan(dock, qtbot)
    assert verdicts(dock) == {
        "01.jpg": "✓ ready",
        "02.jpg": "✓ ready",
        "03.jpg": "✓ ready",
        "04.jpg": "✓ ready",
        "05-no-position.jpg": "⚠ no position: click on the map",
        "06-paris.jpg": "⚠ outside the territory",
        "notes.jpg": "✕ not a picture",
    }
    assert dock._summary.text() == "7 files: 4 ready, 1 without position, 1 outside the territory, 1 unusable"
    assert dock._import.text() == "Import 4 photos" and dock._import.isEnabled()


def test_a_drop_on_the_map_is_taken_while_the_dock_is_open(
    dock: ImportPhotosDock, photos: Path, window: Any, qtbot: Any
) -> None:
    assert not window.drop.handleFileDrop(str(photos / "project.qgz"))
    assert window.drop.handleFileDrop(str(photos / "01.jpg"))
    wait_for_scan(dock, qtbot)
    assert window.drop.handleFileDrop(str(photos))
    wait_for_scan(dock, qtbot)
    assert dock.model.rowCount() > 1
    dock.hide()
    assert not window.drop.handleFileDrop(str(photos / "02.jpg"))
    dock.clean_up()
    assert window.drop is None


def test_photos_are_placed_by_clicks_and_imported(
    dock: ImportPhotosDock, opened: WorkspaceFile, photos: Path, window: Any, shown: Any, qtbot: Any
) -> None:
    (photos / "01.jpg").unlink()
    dock.add([photos])
    wait_for_scan(dock, qtbot)
    assert verdicts(dock)["02.jpg"] == "= already there"
    dock._place.setChecked(True)
    assert window.canvas.mapTool() is dock._tool
    assert Path(dock.model.photos[dock._chosen()[0]].path).name == "05-no-position.jpg"
    dock._clicked(QgsPointXY(5.4474, 43.5268))
    assert verdicts(dock)["05-no-position.jpg"] == "✓ ready, placed by hand"
    assert not dock._place.isChecked()  # the one in Paris has a position: only a person who chooses it moves it
    assert dock._import.text() == "Import 1 photos"
    before = opened.layer("incident").featureCount()
    dock._import.click()
    qtbot.waitUntil(lambda: bool(window.bar.items()), timeout=30000)
    assert "Photos imported as reports: 1." in window.bar.currentItem().text()
    found = rows(opened.path, "SELECT i.commune, p.reason FROM incident i JOIN photo p ON p.report_id = i.id "
                              "WHERE p.filename = '05-no-position'")  # fmt: skip
    assert found == [("Aix-en-Provence", "placed by hand")]
    assert opened.layer("incident").featureCount() == before + 1
    assert window.canvas.mapTool() is not dock._tool
    next(b for b in window.bar.currentItem().findChildren(type(dock._import)) if b.text() == "Check the photos").click()
    assert shown.docks == ["review"]


def test_the_chosen_photo_is_placed_and_what_was_not_imported_stays(
    dock: ImportPhotosDock, opened: WorkspaceFile, photos: Path, window: Any, qtbot: Any
) -> None:
    other = photos / "07-no-position.jpg"
    other.write_bytes((photos / "05-no-position.jpg").read_bytes() + b"\0")
    dock.add([photos])
    wait_for_scan(dock, qtbot)
    names = [Path(photo.path).name for photo in dock.model.photos]
    dock.table.selectRow(names.index("07-no-position.jpg"))
    assert window.canvas.mapTool() is dock._tool and dock._chosen() == [names.index("07-no-position.jpg")]
    dock._clicked(QgsPointXY(5.4474, 43.5268))
    assert [Path(path).name for path in dock.model.positions] == ["07-no-position.jpg"]
    dock._import.click()
    qtbot.waitUntil(lambda: bool(window.bar.items()), timeout=30000)
    left = [Path(photo.path).name for photo in dock.model.photos]
    assert "05-no-position.jpg" in left and "06-paris.jpg" in left and "07-no-position.jpg" not in left
    dock.table.selectRow(left.index("06-paris.jpg"))
    assert window.canvas.mapTool() is not dock._tool
    dock._place.setChecked(True)
    dock._clicked(QgsPointXY(5.4474, 43.5268))
    assert [Path(path).name for path in dock.model.positions] == ["06-paris.jpg"]
    window.bar.clearWidgets()
    dock._import.click()
    qtbot.waitUntil(lambda: bool(window.bar.items()), timeout=30000)
    found = rows(opened.path, "SELECT count(*) FROM photo WHERE report_id NOTNULL AND filename LIKE '0_-%'")
    assert found == [(2,)]


def test_a_new_workspace_is_made_and_opened(
    dock: ImportPhotosDock, workspace: WorkspaceFile, photos: Path, tmp_path: Path, qtbot: Any
) -> None:
    dock.add([photos])
    wait_for_scan(dock, qtbot)
    with qtbot.waitSignal(workspace.opened, timeout=30000):
        dock.import_photos(tmp_path / "new.gpkg")
    assert workspace.path == tmp_path / "new.gpkg"
    assert workspace.layer("incident").featureCount() == 4
    assert rows(workspace.path, "SELECT verdict, count(*) FROM photo GROUP BY verdict ORDER BY verdict") == [
        ("no position", 1), ("not an image", 1), ("ok", 4), ("outside the territory", 1),
    ]  # fmt: skip


def test_the_verdicts_are_exported(dock: ImportPhotosDock, photos: Path, tmp_path: Path, qtbot: Any) -> None:
    (photos / "notes.jpg").rename(photos / "=cmd.jpg")
    dock.add([photos])
    wait_for_scan(dock, qtbot)
    dock.export(tmp_path / "verdicts.csv")
    lines = (tmp_path / "verdicts.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 8 and lines[0].startswith("file;verdict;reason")
    assert any("no position" in line for line in lines)


def test_a_cancelled_scan_leaves_the_list_as_it_was(dock: ImportPhotosDock, photos: Path, qtbot: Any) -> None:
    dock.add([photos])
    dock._cancel_running()
    qtbot.waitUntil(lambda: dock._scanning is None, timeout=10000)
    assert dock.model.rowCount() in (0, 7)
    dock.clear()
    assert dock._empty.isVisible() and not dock._import.isEnabled()
