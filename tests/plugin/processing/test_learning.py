"""The group “Model”: from a workspace to a version that runs, headless."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw
from qgis.core import QgsProcessingContext, QgsProcessingException, QgsProcessingFeedback
from sigma_communes.core import classify, routing
from sigma_communes.core.classify.learning import versions
from sigma_communes.core.jobs import handling
from sigma_communes.core.jobs import photos as photo_jobs
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.decisions import read_decided_photos
from sigma_communes.plugin.plugin import SigmaCommunesPlugin

LABELS = ("waste", "graffiti", "pests")


def draw(path: Path, kind: int, seed: int) -> None:
    random = np.random.RandomState(seed)
    picture = Image.fromarray(random.randint(60, 200, (120, 160, 3)).astype(np.uint8))
    pencil = ImageDraw.Draw(picture)
    for _ in range(12):
        x, y = random.randint(0, 130), random.randint(0, 90)
        colour = [(20, 20, 20), (220, 40, 160), (240, 240, 60)][kind]
        (pencil.rectangle, pencil.ellipse, pencil.line)[kind]((x, y, x + 25, y + 25), fill=colour)
    picture.save(path)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a workspace with 30 drawn photos, 24 of them decided."""
    if not (classify.default_package_dir() / "model.onnx").is_file():
        pytest.skip("the default model is not built (sigma-communes model build)")
    folder = tmp_path_factory.mktemp("drawn")
    for i in range(30):
        draw(folder / f"{i:02d}.png", i % 3, i)
    photos = [photo for photo in photo_jobs.scan_photos([folder]) if photo.verdict.usable]
    places = {photo.path: (5.38 + i * 0.0021, 43.30) for i, photo in enumerate(photos)}
    book = routing.load(routing.example_path())
    photo_jobs.import_photos(folder / "w.gpkg", photos, book, positions=places)
    with Workspace.open(folder / "w.gpkg") as workspace:
        for i, photo in enumerate(read_decided_photos(workspace).photos[:24]):
            handling.decide(workspace, [photo.report], LABELS[i % 3], book, who="Ana", photo=photo.path)
    return folder / "w.gpkg"


@pytest.fixture
def own(drawn: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    package = classify.default_package_dir()
    monkeypatch.setattr(classify, "default_package_dir", lambda: package)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "own"))
    shutil.copy(drawn, tmp_path / "w.gpkg")
    return tmp_path


def run(name: str, **parameters: Any) -> dict[str, Any]:
    import processing

    found: dict[str, Any] = processing.run(
        f"sigma_communes:{name}",
        {key: str(value) if isinstance(value, Path) else value for key, value in parameters.items()},
        context=QgsProcessingContext(),
        feedback=QgsProcessingFeedback(),
    )
    return found


def test_from_decisions_to_a_version_that_runs_and_back(plugin: SigmaCommunesPlugin, own: Path) -> None:
    workspace = own / "w.gpkg"
    first = run("learn_model", WORKSPACE=workspace, OUT=own / "v1")
    second = run("learn_model", WORKSPACE=workspace, OUT=own / "v2", BASE=own / "v1", CHECK=False)
    assert first["VERSION"] and (own / "v1" / "MODEL_CARD.md").is_file() and not (own / "v2" / "figures.json").exists()
    used = run("use_model", MODEL=own / "v1", WORKSPACE=workspace)
    assert used == {"VERSION": first["VERSION"], "SUGGESTED": 6} and second["VERSION"]
    assert versions.running_folder() == own / "v1"
    figures = run("evaluate_model", WORKSPACE=workspace, MODEL=own / "v1", HTML=own / "page.html")
    assert (
        figures["PHOTOS"] == 24
        and 0 <= figures["MACRO_F1"] <= 1
        and "cross-validation" in (own / "page.html").read_text()
    )
    back = run("use_model", BACK=True, WORKSPACE=workspace)
    assert back["SUGGESTED"] == 6 and versions.running_folder() is None


def test_versions_side_by_side(plugin: SigmaCommunesPlugin, own: Path) -> None:
    from sigma_communes.core.classify.learning import base_head, write_head

    run("learn_model", WORKSPACE=own / "w.gpkg", OUT=own / "v1", CHECK=False)
    write_head(own / "shipped" / "learned_head.npz", base_head())
    found = run("compare_models", FIRST=own / "shipped", SECOND=own / "v1", WORKSPACE=own / "w.gpkg")
    assert found["PHOTOS"] == 24 and 0 <= found["RIGHT_FIRST"] <= 1 and 0 <= found["P_VALUE"] <= 1


def test_decisions_go_out_and_come_in(plugin: SigmaCommunesPlugin, own: Path) -> None:
    learned = run("learn_model", WORKSPACE=own / "w.gpkg", OUT=own / "v1", CHECK=False)
    assert run("export_decisions", MODEL=own / "v1", FILE=own / "d.npz")["DECISIONS"] == 24
    found = run("import_decisions", FILES=[str(own / "d.npz"), str(own / "d.npz")], OUT=own / "v2")
    assert found["DECISIONS"] == 24 and found["VERSION"] and learned["VERSION"]
    (own / "bad.npz").write_text("nothing")
    with pytest.raises(QgsProcessingException, match="bad.npz"):
        run("import_decisions", FILES=[str(own / "bad.npz")], OUT=own / "v3")
    assert not (own / "v3" / "learned_head.npz").exists()


def test_the_queue_is_a_table_in_order(plugin: SigmaCommunesPlugin, own: Path) -> None:
    found = run("review_queue", WORKSPACE=own / "w.gpkg", COUNT=4, OUTPUT="memory:")
    rows = [(row["turn"], row["photo"], row["score"]) for row in found["OUTPUT"].getFeatures()]
    assert [row[0] for row in rows] == [1, 2, 3, 4] and found["ROWS"] == 4
    assert len({row[1] for row in rows}) == 4 and all(0 <= row[2] <= 1 for row in rows)


def test_a_page_and_a_picture(plugin: SigmaCommunesPlugin, own: Path, drawn: Path) -> None:
    run("learn_model", WORKSPACE=own / "w.gpkg", OUT=own / "v1", CHECK=False)
    page = run("register_model", MODEL=own / "v1", AUTHORITY="Aubagne", HTML=own / "r.html")["HTML"]
    assert "Aubagne" in Path(page).read_text() and "à compléter" in Path(page).read_text()
    why = run("explain_photo", PHOTO=drawn.parent / "28.png", WORKSPACE=own / "w.gpkg", PNG=own / "why.png")
    assert Image.open(own / "why.png").size == (160, 120) and why["LABEL"]


def test_wrong_calls_say_what_is_due(plugin: SigmaCommunesPlugin, own: Path) -> None:
    with pytest.raises(QgsProcessingException, match="not both"):
        run("learn_model", WORKSPACE=own / "w.gpkg", DATA=own, OUT=own / "v")
    with pytest.raises(QgsProcessingException, match="choose to go back"):
        run("use_model")
    with pytest.raises(QgsProcessingException, match="shipped"):
        run("use_model", BACK=True)
    with pytest.raises(QgsProcessingException, match="no such file"):
        run("register_model", MODEL=own, HTML=own / "r.html")
