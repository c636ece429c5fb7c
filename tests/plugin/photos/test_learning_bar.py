"""Learning from the review dock: offered after a batch, compared, switched on by a person, and one step back."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw
from sigma_communes.core import classify, routing
from sigma_communes.core.classify.learning import versions
from sigma_communes.core.jobs import handling
from sigma_communes.core.jobs import photos as photo_jobs
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.decisions import read_decided_photos
from sigma_communes.plugin.photos.learning_bar import LEAST_NEW, LearningBar
from sigma_communes.plugin.photos.review_dock import ReviewDock
from sigma_communes.plugin.workspace_file import WorkspaceFile

LABELS = ("waste", "graffiti", "pests")
"""The third is one that the shipped model does not know."""


def draw(path: Path, kind: int, seed: int) -> None:
    random = np.random.RandomState(seed)
    ground = Image.fromarray(random.randint(60, 200, (12, 16, 3)).astype(np.uint8)).resize((320, 240))
    pencil = ImageDraw.Draw(ground)
    for _ in range(14):
        x, y = random.randint(0, 280), random.randint(0, 200)
        colour = [(20, 20, 20), (220, 40, 160), (240, 240, 60)][kind]
        (pencil.rectangle, pencil.ellipse, pencil.line)[kind]((x, y, x + 40, y + 30), fill=colour)
    noise = random.normal(0, 12, (240, 320, 3))
    Image.fromarray(np.clip(np.asarray(ground) + noise, 0, 255).astype(np.uint8)).save(path)


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a workspace with 36 drawn photos, 24 of them decided."""
    if not (classify.default_package_dir() / "model.onnx").is_file():
        pytest.skip("the default model is not built (sigma-communes model build)")
    folder = tmp_path_factory.mktemp("drawn")
    (folder / "photos").mkdir()
    for i in range(36):
        draw(folder / "photos" / f"{i:02d}.png", i % 3, i)
    photos = list(photo_jobs.scan_photos([folder / "photos"]))
    places = {photo.path: (5.38 + i * 0.0021, 43.30) for i, photo in enumerate(photos)}
    book = routing.load(routing.example_path())
    photo_jobs.import_photos(folder / "w.gpkg", photos, book, positions=places)
    with Workspace.open(folder / "w.gpkg") as workspace:
        for i, photo in enumerate(read_decided_photos(workspace).photos[:24]):
            handling.decide(workspace, [photo.report], LABELS[i % 3], book, who="Ana", photo=photo.path)
    return folder / "w.gpkg"


@pytest.fixture
def dock(
    drawn: Path, workspace: WorkspaceFile, window: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> ReviewDock:
    shipped = classify.default_package_dir()
    monkeypatch.setattr(classify, "default_package_dir", lambda: shipped)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "own"))
    path = Path(shutil.copy(drawn, tmp_path / "w.gpkg"))
    dock = ReviewDock(workspace, window)
    qtbot.addWidget(dock)
    dock.resize(380, 900)
    with qtbot.waitSignal(workspace.opened, timeout=20000):
        workspace.open(path)
    dock.show()
    qtbot.waitUntil(lambda: dock.learning.new == 24, timeout=20000)
    return dock


def models(path: Path) -> list[str]:
    with sqlite3.connect(path) as connection:
        return [row[0] for row in connection.execute("SELECT DISTINCT model FROM prediction ORDER BY model")]


def test_learn_compare_switch_and_one_step_back(dock: ReviewDock, workspace: WorkspaceFile, qtbot: Any) -> None:
    bar = dock.learning
    shipped = dock.current().model
    assert "24 new decisions" in bar._text.text() and bar.learn_button.isVisible()
    bar.learn_button.click()
    assert "Learning" in bar._text.text() and not bar.learn_button.isEnabled()
    qtbot.waitUntil(lambda: bar.round is not None, timeout=120000)
    assert bar.round.comparison is not None and bar.use_button.isVisible()
    cells = [bar._grid.itemAt(i).widget().text() for i in range(bar._grid.count())]
    assert "Old" in cells and "New" in cells and any("(new, 8)" in cell for cell in cells)
    assert versions.running_folder() is None  # a person has not switched it on
    bar.use_button.click()
    qtbot.waitUntil(lambda: bar.learned and not bar._busy, timeout=120000)
    version = bar._workspace.path and versions.running_head().version
    assert dock.current().model == f"{shipped} + {version}" and bar.new == 0
    assert set(models(workspace.path)) == {shipped, f"{shipped} + {version}"}  # what was said before keeps its name
    bar.back_action.trigger()
    qtbot.waitUntil(lambda: not bar.learned and not bar._busy, timeout=120000)
    assert dock.current().model == shipped and versions.running_folder() is None


def test_the_old_one_can_be_kept(dock: ReviewDock, qtbot: Any) -> None:
    bar = dock.learning
    bar.learn()
    qtbot.waitUntil(lambda: bar.round is not None, timeout=120000)
    bar.keep_button.click()
    assert bar.round is None and versions.running_folder() is None and not bar.use_button.isVisible()


def test_decisions_and_undo_are_counted(dock: ReviewDock) -> None:
    dock.decide("waste")
    assert dock.learning.new == 25
    dock.undo()
    assert dock.learning.new == 24
    dock.learning.new = LEAST_NEW - 1
    dock.learning._show()
    assert not dock.learning.learn_button.isVisible()


def test_why_lays_the_parts_over_the_photo_and_shows_others(dock: ReviewDock, qtbot: Any) -> None:
    why = dock.why
    why.button.setChecked(True)
    qtbot.waitUntil(lambda: not dock.photo.canvas._overlay.pixmap().isNull(), timeout=60000)
    assert why._grid.count() == 6 and why.text.text()
    dock.skip()
    assert dock.photo.canvas._overlay.pixmap().isNull() and not why.button.isChecked()


def test_the_safer_button_stands_first(workspace: WorkspaceFile, qtbot: Any) -> None:
    bar = LearningBar(workspace)
    qtbot.addWidget(bar)
    for harmful, first in ((True, bar.keep_button), (False, bar.use_button)):
        bar._offer_safer(harmful)
        assert bar._choice.layout().itemAt(0).widget() is first and first.autoDefault()
    said = bar._said(
        {"answered": (0.97, 0.07), "only_second_right": 1, "only_first_right": 0, "photos": 9, "worse": True,
         "p_value": 1.0}
    )  # fmt: skip
    assert "The old one is better." in said and "It answers less often: 7 % of the photos instead of 97 %." in said
