"""The main loop's longest pause during each long job.

Measured as the main thread's own processor time between two ticks of a timer: a machine that does something else
meanwhile stops the clock on the wall, not this one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from qgis.core import (
    QgsApplication,
    QgsFeature,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QTimer
from sigma_communes.core.reports.sources.servers import Server, save_server
from sigma_communes.plugin.photos.import_dock import ImportPhotosDock
from sigma_communes.plugin.reports.dock import BacklogDock
from sigma_communes.plugin.reports.exchange.servers import servers_file
from sigma_communes.plugin.reports.listing.index import Wanted
from sigma_communes.plugin.workspace_file import WorkspaceFile
from sigma_communes.tests.servers.georeport import STYLES, GeoReportServer

LONGEST = 0.1  # seconds


class Watchdog:
    """Counts what the main thread computes between two ticks."""

    def __init__(self) -> None:
        self.longest = 0.0
        self.ticks = 0
        self._last = time.thread_time()
        self._timer = QTimer()
        self._timer.timeout.connect(self._tick)

    def _tick(self) -> None:
        now = time.thread_time()
        self.longest = max(self.longest, now - self._last)
        self._last = now
        self.ticks += 1

    @contextmanager
    def watching(self) -> Iterator[Watchdog]:
        self._last, self.longest, self.ticks = time.thread_time(), 0.0, 0
        self._timer.start(1)
        yield self
        self._timer.stop()
        self._tick()


@pytest.fixture
def watchdog(qtbot: Any) -> Watchdog:
    return Watchdog()


def ends(qtbot: Any, workspace: WorkspaceFile) -> Callable[[], None]:
    def wait() -> None:
        qtbot.waitUntil(lambda: not workspace.tasks.busy(), timeout=60000)
        qtbot.wait(50)

    return wait


def test_a_watchdog_sees_a_pause(watchdog: Watchdog, qtbot: Any) -> None:
    def compute() -> None:
        until = time.thread_time() + 0.15
        while time.thread_time() < until:
            pass

    with watchdog.watching():
        QTimer.singleShot(10, compute)
        qtbot.wait(300)
    assert watchdog.longest >= 0.15
    with watchdog.watching():
        qtbot.wait(300)
    assert watchdog.longest < LONGEST and watchdog.ticks > 5


def test_opening(watchdog: Watchdog, workspace: WorkspaceFile, window: Any, demo_workspace: Path, qtbot: Any) -> None:
    dock = BacklogDock(workspace, window)
    qtbot.addWidget(dock)
    dock.show()
    qtbot.wait(50)
    with watchdog.watching():
        workspace.open(demo_workspace)
        qtbot.waitUntil(lambda: dock._index is not None and not workspace.tasks.busy(), timeout=60000)
        qtbot.wait(100)
    assert workspace.layer("incident") is not None
    assert watchdog.longest <= LONGEST


@pytest.fixture
def dock(opened: WorkspaceFile, window: Any, qtbot: Any) -> BacklogDock:
    dock = BacklogDock(opened, window)
    qtbot.addWidget(dock)
    dock.show()
    qtbot.waitUntil(lambda: dock._index is not None and not opened.tasks.busy(), timeout=20000)
    qtbot.wait(50)
    return dock


def test_filtering_and_steps_for_many(watchdog: Watchdog, dock: BacklogDock, opened: WorkspaceFile, qtbot: Any) -> None:
    done = ends(qtbot, opened)
    with watchdog.watching():
        for typed in ("g", "gr", "gra", ""):
            dock.filters.text.setText(typed)
            qtbot.wait(10)
        dock.filters.set_filter(Wanted(mine=True))
        qtbot.wait(10)
        dock.filters.clear()
        qtbot.wait(10)
    assert watchdog.longest <= LONGEST
    steps: dict[str, Callable[[], Any]] = {
        "select": dock.table.selectAll,
        "state": lambda: dock.set_state("in_progress"),
        "team": lambda: dock.handling.choose_team(dock.chosen_ids(), "Voirie"),
        "class": lambda: dock.handling.decide(dock.chosen_ids(), "graffiti"),
        "undo": dock.handling.undo,
    }
    pauses = {}
    for name, step in steps.items():
        with watchdog.watching():
            step()
            done()
        pauses[name] = watchdog.longest
    assert max(pauses.values()) <= LONGEST, pauses


def test_a_round_with_a_server(watchdog: Watchdog, dock: BacklogDock, opened: WorkspaceFile, qtbot: Any) -> None:
    done = ends(qtbot, opened)
    with GeoReportServer(STYLES["citysdk"]) as server:
        server.add(1500, lat=43.2929, long=5.57065)
        save_server("ville", Server(server.url, profile="citysdk"), servers_file())
        with watchdog.watching():
            dock.sync.click()
            qtbot.waitUntil(lambda: not dock.syncing.running, timeout=60000)
            done()
    assert dock._index is not None and dock._index.total == 1804
    assert watchdog.longest <= LONGEST


def test_photos_that_are_read_and_imported(
    watchdog: Watchdog,
    workspace: WorkspaceFile,
    window: Any,
    demo_inputs: tuple[tuple[Path, ...], tuple[Path, ...]],
    tmp_path: Path,
    qtbot: Any,
) -> None:
    dock = ImportPhotosDock(workspace, window, None)
    qtbot.addWidget(dock)
    dock.show()
    qtbot.wait(50)
    with watchdog.watching():
        dock.add(list(demo_inputs[0]))
        qtbot.waitUntil(lambda: dock._scanning is None and dock.model.rowCount() > 0, timeout=60000)
        qtbot.wait(50)
    assert watchdog.longest <= LONGEST
    with watchdog.watching():
        dock.import_photos(tmp_path / "w.gpkg")
        qtbot.waitUntil(lambda: workspace.now is not None and not workspace.tasks.busy(), timeout=60000)
        qtbot.wait(50)
    dock.clean_up()
    QgsProject.instance().clear()
    assert watchdog.longest <= LONGEST


def test_classifying_alone(
    watchdog: Watchdog, plugin: Any, demo_inputs: tuple[tuple[Path, ...], tuple[Path, ...]], qtbot: Any
) -> None:
    """As the toolbox runs it: the algorithm in a task of QGIS."""
    pytest.importorskip("onnxruntime")
    from sigma_communes.core.classify import default_package_dir

    if not (default_package_dir() / "model.onnx").is_file():
        pytest.skip("no model: sigma-communes model build")
    layer = QgsVectorLayer("Point?crs=EPSG:4326&field=photo:string", "photos", "memory")
    files = sorted(path for folder in demo_inputs[0] for path in folder.rglob("*.jpg"))
    features = []
    for path in files * 20:
        feature = QgsFeature(layer.fields())
        feature.setAttributes([str(path)])
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    QgsProject.instance().addMapLayer(layer, False)
    context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
    context.setProject(QgsProject.instance())
    algorithm = plugin.provider.algorithm("classify").create()
    ended: list[Any] = []
    with watchdog.watching():
        parameters = {"INPUT": layer.id(), "PHOTO": "photo", "OUTPUT": "TEMPORARY_OUTPUT"}
        task = QgsProcessingAlgRunnerTask(algorithm, parameters, context, feedback)
        task.executed.connect(lambda *done: ended.append(done))
        QgsApplication.taskManager().addTask(task)
        qtbot.waitUntil(lambda: bool(ended), timeout=120000)
    QgsProject.instance().clear()
    assert ended[0][0] and ended[0][1]["OUTPUT"]
    assert watchdog.longest <= LONGEST
