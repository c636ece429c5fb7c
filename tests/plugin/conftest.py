"""A workspace of 300 drawn reports and a few photos, made once a session."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import ExifTags, Image
from qgis.core import QgsApplication

if TYPE_CHECKING:
    from sigma_communes.plugin.plugin import SigmaCommunesPlugin

from typing import Any

from qgis.core import QgsProject, QgsRectangle, QgsSettings
from qgis.gui import QgsMapCanvas, QgsMessageBar
from sigma_communes.plugin.base.tasks import Tasks
from sigma_communes.plugin.workspace_file import WorkspaceFile

MODEL = "test-model 1"
TOP = {
    "01.jpg": (("road_damage", 0.95), ("none", 0.03), ("waste", 0.02)),
    "02.jpg": (("graffiti", 0.55), ("waste", 0.40), ("none", 0.05)),
    "03.jpg": (("waste", 0.42), ("graffiti", 0.38), ("road_damage", 0.20)),  # the model abstains
    "04.jpg": (("none", 0.70), ("waste", 0.20), ("graffiti", 0.10)),
}
PLACES = {
    "01.jpg": (5.57065, 43.29290),  # Aubagne
    "02.jpg": (5.38400, 43.29480),  # Marseille
    "03.jpg": (5.44750, 43.52960),  # Aix-en-Provence
    "04.jpg": (5.53860, 43.21460),  # Cassis
    "05-no-position.jpg": None,
    "06-paris.jpg": (2.35, 48.85),
}


def draw_photo(path: Path, place: tuple[float, float] | None, seed: int) -> Path:
    """Write a small JPEG, 320 by 240, with its position and time."""
    pixels = np.random.default_rng(seed).integers(0, 255, (12, 16, 3), dtype=np.uint8)
    exif = Image.Exif()
    exif[ExifTags.IFD.Exif] = {ExifTags.Base.DateTimeOriginal: f"2026:11:{10 + seed:02d} 14:22:00"}
    if place is not None:
        degrees = [(float(int(v)), float(int(v % 1 * 60)), round(v % 1 * 60 % 1 * 60, 4)) for v in place]
        exif[ExifTags.IFD.GPSInfo] = {
            ExifTags.GPS.GPSLatitudeRef: "N",
            ExifTags.GPS.GPSLatitude: degrees[1],
            ExifTags.GPS.GPSLongitudeRef: "E",
            ExifTags.GPS.GPSLongitude: degrees[0],
        }
    Image.fromarray(pixels).resize((320, 240), Image.Resampling.BICUBIC).save(path, exif=exif)
    return path


@pytest.fixture(scope="session")
def demo_inputs(tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Give a folder of photos and a file of 300 reports."""
    from sigma_communes.core import territory
    from sigma_communes.core.demo import render_reports

    folder = tmp_path_factory.mktemp("demo")
    photos = folder / "photos"
    photos.mkdir()
    for seed, (name, place) in enumerate(PLACES.items()):
        draw_photo(photos / name, place, seed)
    (photos / "notes.jpg").write_text("not a picture")
    render_reports(folder / "reports.csv", territory=territory.load(), seed=1)
    return (photos,), (folder / "reports.csv",)


@pytest.fixture(scope="session")
def demo_run(demo_inputs: tuple[tuple[Path, ...], tuple[Path, ...]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the workspace that the main job made of them; copy it before writing."""
    from sigma_communes.core.jobs import run
    from sigma_communes.core.model import Prediction
    from sigma_communes.core.store import Workspace
    from sigma_communes.core.triage import again

    photos, reports = demo_inputs
    path = run.run(photos=photos, reports=reports, out=tmp_path_factory.mktemp("run")).workspace
    # What a model says is not the matter of these tests: give it fixed words.
    with Workspace.open(path) as workspace:
        workspace.add_predictions(
            (str(photos[0] / name), Prediction(top, top[0][1] < 0.5, MODEL)) for name, top in TOP.items()
        )
        ids = [i for i in workspace.read_evidence()["id"].tolist() if i.startswith("photos/")]
        again.route_again(workspace, ids, again.rule_book_of(workspace)[0])
    return path


@pytest.fixture
def demo_workspace(demo_run: Path, tmp_path: Path) -> Path:
    """Give a workspace that a test may write."""
    return Path(shutil.copy(demo_run, tmp_path / "workspace.gpkg"))


@pytest.fixture(scope="session")
def plugin(qgis_app: QgsApplication) -> Iterator[SigmaCommunesPlugin]:
    """Give the plugin as ``qgis_process`` has it: Processing and our provider, no iface."""
    import sys

    sys.path.append("/usr/share/qgis/python/plugins")
    from processing.core.Processing import Processing
    from sigma_communes.plugin.plugin import SigmaCommunesPlugin

    Processing.initialize()
    plugin = SigmaCommunesPlugin(None)
    plugin.initProcessing()
    yield plugin
    plugin.unload()


class Window:
    """What the docks use of ``iface``."""

    def __init__(self) -> None:
        self.canvas = QgsMapCanvas()
        self.canvas.resize(400, 300)
        self.bar = QgsMessageBar()

    def mapCanvas(self) -> QgsMapCanvas:
        return self.canvas

    def registerCustomDropHandler(self, handler: Any) -> None:
        self.drop = handler

    def unregisterCustomDropHandler(self, handler: Any) -> None:
        self.drop = None

    def messageBar(self) -> QgsMessageBar:
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


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let every step for many be meant; give for how many it was asked."""
    from sigma_communes.plugin.reports.pane.handling import Handling

    counts: list[int] = []
    monkeypatch.setattr(Handling, "sure", lambda self, title, count: counts.append(count) or True)
    return counts


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
