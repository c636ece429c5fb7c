# SPDX-License-Identifier: GPL-2.0-or-later
"""Boxes over a photo: drawn, moved, deleted and kept, by mouse and by keyboard."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from qgis.PyQt.QtCore import QPoint, Qt
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.privacy import BlurBox, read_boxes
from sigma_communes.plugin.photos.review_dock import ReviewDock
from sigma_communes.plugin.workspace_file import WorkspaceFile


@pytest.fixture
def dock(opened: WorkspaceFile, window: Any, qtbot: Any) -> ReviewDock:
    dock = ReviewDock(opened, window)
    qtbot.addWidget(dock)
    dock.resize(420, 900)
    dock.show()
    qtbot.waitUntil(lambda: not dock.photo.canvas.picture.pixmap().isNull())
    return dock


def kept(opened: WorkspaceFile, dock: ReviewDock) -> list[BlurBox]:
    with Workspace.open(opened.path, create=False) as workspace:
        return read_boxes(workspace, dock.current().path)


def at(dock: ReviewDock, x: float, y: float) -> QPoint:
    canvas = dock.photo.canvas
    area = canvas.picture.boundingRect()
    return canvas.mapFromScene(canvas.picture.mapToScene(area.width() * x, area.height() * y))


def test_a_box_drawn_by_the_mouse_is_kept_with_its_author(
    dock: ReviewDock, opened: WorkspaceFile, qtbot: Any, tmp_path: Path
) -> None:
    port = dock.photo.canvas.viewport()
    dock.photo._draw.click()
    qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=at(dock, 0.2, 0.3))
    qtbot.mouseMove(port, at(dock, 0.4, 0.5))
    qtbot.mouseMove(port, at(dock, 0.6, 0.7))
    qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=at(dock, 0.6, 0.7))
    (box,) = kept(opened, dock)
    assert (box.x, box.y, box.w, box.h) == pytest.approx((0.2, 0.3, 0.4, 0.4), abs=0.02)
    assert box.kind == "manual" and box.who and box.at
    path = Path(os.environ.get("SIGMA_PICTURES", tmp_path)) / "photo-boxes.png"
    assert dock.grab().save(str(path)) and path.stat().st_size > 5000


def test_the_keyboard_alone_is_enough(dock: ReviewDock, opened: WorkspaceFile, qtbot: Any) -> None:
    canvas = dock.photo.canvas
    qtbot.keyClick(canvas, Qt.Key.Key_Insert)
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    qtbot.keyClick(canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    (box,) = kept(opened, dock)
    assert (box.x, box.y, box.w, box.h) == pytest.approx((0.41, 0.4, 0.2, 0.21), abs=1e-6)
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert kept(opened, dock) == []


def test_a_found_box_that_is_deleted_is_remembered_as_wrong(
    dock: ReviewDock, opened: WorkspaceFile, qtbot: Any
) -> None:
    dock.photo.boxes.show_found([(0.1, 0.1, 0.2, 0.2)])
    assert dock.photo.boxes.found() == 1 and kept(opened, dock) == []
    dock.photo.boxes._items[-1].setSelected(True)
    dock.photo._delete.click()
    (box,) = kept(opened, dock)
    assert box.kind == "ignored" and dock.photo.boxes.found() == 0


def test_boxes_belong_to_their_photo_and_come_back(dock: ReviewDock, opened: WorkspaceFile, qtbot: Any) -> None:
    first = dock.current().path
    qtbot.keyClick(dock.photo.canvas, Qt.Key.Key_Insert)
    dock.skip()
    assert dock.current().path != first and dock.photo.boxes.boxes() == []
    dock.photo.show_photos([(first, None)])
    qtbot.waitUntil(lambda: len(dock.photo.boxes.boxes()) == 1)
