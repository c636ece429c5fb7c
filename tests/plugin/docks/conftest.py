"""A window with a map in place of QGIS' own, and an open workspace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsApplication, QgsProject, QgsRectangle, QgsSettings
from qgis.gui import QgsMapCanvas, QgsMessageBar
from sigma_communes.plugin.tasks import Tasks
from sigma_communes.plugin.workspace_file import WorkspaceFile


class Window:
    """What the docks use of ``iface``."""

    def __init__(self) -> None:
        self.canvas = QgsMapCanvas()
        self.canvas.resize(400, 300)
        self.bar = QgsMessageBar()

    def mapCanvas(self) -> QgsMapCanvas:  # noqa: N802 (QGIS' name)
        return self.canvas

    def registerCustomDropHandler(self, handler: Any) -> None:  # noqa: N802 (QGIS' name)
        self.drop = handler

    def unregisterCustomDropHandler(self, handler: Any) -> None:  # noqa: N802 (QGIS' name)
        self.drop = None

    def messageBar(self) -> QgsMessageBar:  # noqa: N802 (QGIS' name)
        return self.bar


class Shown:
    """Docks that were asked for."""

    def __init__(self) -> None:
        self.docks: list[str] = []

    def show_dock(self, name: str) -> None:
        self.docks.append(name)

    def choose_workspace(self) -> None:
        self.docks.append("choose")

    def open_workspace(self, path: Path, then: Any = None) -> None:
        self.docks.append(str(path))


@pytest.fixture
def shown() -> Shown:
    return Shown()


@pytest.fixture
def window(qgis_app: QgsApplication, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Window:
    QgsSettings().remove("sigma_communes")
    monkeypatch.setenv("SIGMA_SERVERS", str(tmp_path / "servers.yaml"))
    window = Window()
    qtbot.addWidget(window.canvas)
    qtbot.addWidget(window.bar)
    return window


@pytest.fixture
def workspace(window: Window) -> Iterator[WorkspaceFile]:
    """Give a WorkspaceFile in which nothing is open yet."""
    QgsProject.instance().clear()
    tasks = Tasks(window.bar)
    workspace = WorkspaceFile(tasks)
    yield workspace
    tasks.stop()
    QgsProject.instance().clear()


@pytest.fixture
def opened(workspace: WorkspaceFile, window: Window, demo_workspace: Path, qtbot: Any) -> WorkspaceFile:
    """Give the workspace of the example, open, its layers on the map."""
    with qtbot.waitSignal(workspace.opened, timeout=20000):
        workspace.open(demo_workspace)
    layer = workspace.layer("incident")
    window.canvas.setDestinationCrs(layer.crs())
    window.canvas.setLayers([layer])
    window.canvas.setExtent(QgsRectangle(5.3, 43.2, 5.5, 43.4))
    return workspace
