# SPDX-License-Identifier: GPL-2.0-or-later
"""One head answers: to classify, measure, compare and explain, before and after a person's switch."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sigma_communes.core import classify, routing
from sigma_communes.core.classify import ModelPackage
from sigma_communes.core.classify.features import FeatureCache, backbone_of, features_of
from sigma_communes.core.classify.learning import base_head, versions, write_head
from sigma_communes.core.classify.learning.judge.explaining import explain_photo
from sigma_communes.core.classify.learning.running import running
from sigma_communes.core.errors import ModelError
from sigma_communes.core.jobs import photos as photo_jobs
from sigma_communes.core.model import Prediction
from sigma_communes.core.photos import open_picture
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.decisions import read_past_predictions


@pytest.fixture(scope="module")
def package() -> ModelPackage:
    folder = classify.default_package_dir()
    if not (folder / "model.onnx").is_file():
        pytest.skip("the default model is not built (sigma-communes model build)")
    return classify.load_package(folder)


@pytest.fixture
def photo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(versions, "state_file", lambda: tmp_path / "running.json")
    pixels = np.random.default_rng(1).integers(0, 255, (120, 160, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


def said(photo: Path, **options: float) -> Prediction:
    ((_, prediction, _),) = photo_jobs.classify_photos([photo], **options)  # type: ignore[arg-type]
    assert prediction is not None
    return prediction


def test_what_classifies_is_what_is_measured_and_explained(package: ModelPackage, photo: Path) -> None:
    prediction = said(photo)
    head = versions.running_head(backbone=backbone_of(package))
    with FeatureCache(Path(":memory:")) as cache:
        (found,) = features_of([photo], package, cache)
        assert explain_photo(photo, package, cache).prediction == prediction
    assert found.features is not None
    scores = dict(zip(head.labels, head.probabilities(found.features[None])[0]))
    assert {label: score for label, score in prediction.top} == pytest.approx(
        {label: scores[label] for label, _ in prediction.top}
    )
    assert prediction.model == package.id == running(package).id


def test_the_learned_head_signs_its_predictions(package: ModelPackage, photo: Path, tmp_path: Path) -> None:
    before = said(photo)
    assert before.model == package.id
    write_head(tmp_path / "head", replace(base_head(), label_bias=np.array([9.0, 0, 0, 0])))
    head = versions.use(tmp_path / "head", backbone=backbone_of(package))
    after = said(photo)
    assert (after.model, after.top[0][0]) == (f"{package.id} + {head.version}", head.labels[0])
    versions.step_back()
    assert said(photo) == before


def test_import_takes_the_head_that_was_switched_on(package: ModelPackage, photo: Path, tmp_path: Path) -> None:
    write_head(tmp_path / "head", replace(base_head(), label_bias=np.array([0, 9.0, 0, 0])))
    versions.use(tmp_path / "head", backbone=backbone_of(package))
    photos = list(photo_jobs.scan_photos([photo]))
    book = routing.load(routing.example_path())
    ids, stored = photo_jobs.import_photos(tmp_path / "w.gpkg", photos, book, positions={str(photo): (5.37, 43.3)})
    assert len(ids) == len(stored) == 1
    with Workspace.open(tmp_path / "w.gpkg") as workspace:
        (past,) = read_past_predictions(workspace)
        jpeg = workspace.thumbnails()[ids[0]]
    assert past.label == base_head().labels[1]
    assert Image.open(__import__("io").BytesIO(jpeg)).size == (160, 120)
    result = said(photo)
    assert result.model.endswith(base_head().version)
    assert open_picture(photo).pixels.shape == (120, 160, 3)


def test_a_threshold_replaces_those_of_the_head(package: ModelPackage, photo: Path) -> None:
    assert said(photo, threshold=1.0).abstained
    decide = running(package).decider(0.0)
    assert decide is not None
    taught = base_head().anchors[None, :1].repeat(5, axis=1)
    (plain,), (dark,) = decide(taught, [""]), decide(taught, ["too dark"])
    assert not plain.abstained and dark.abstained and "too dark" in dark.reason


def test_a_package_without_a_head_of_its_own_answers_by_its_graph(
    package: ModelPackage, photo: Path, tmp_path: Path
) -> None:
    alone = replace(package, head_file=None)
    answers = running(alone)
    assert (answers.head, answers.decider(), answers.id) == (None, None, package.id)
    assert answers.describe()["thresholds"] == dict(package.thresholds)
    with pytest.raises(ModelError, match="another 1"):
        versions.running_head(backbone="another 1")


def test_a_package_whose_head_is_missing_or_another_is_refused(package: ModelPackage, tmp_path: Path) -> None:
    folder = tmp_path / "package"
    shutil.copytree(package.folder, folder)
    assert classify.load_package(folder).head_file == folder / "base_head.npz"
    (folder / "base_head.npz").write_bytes(b"another")
    with pytest.raises(ModelError, match="another head"):
        classify.load_package(folder)
    (folder / "base_head.npz").unlink()
    with pytest.raises(ModelError, match="Can't be read"):
        classify.load_package(folder)
