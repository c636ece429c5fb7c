# SPDX-License-Identifier: GPL-2.0-or-later
"""A head that a person switched on is the one that classifies, until it is switched back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sigma_communes.core import classify, workflow
from sigma_communes.core.classify.learning import base_head, versions, write_head
from sigma_communes.core.classify.learning.features import backbone_of


def test_the_learned_head_signs_its_predictions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not (classify.default_package_dir() / "model.onnx").is_file():
        pytest.skip("the default model is not built (sigma-communes model build)")
    monkeypatch.setattr(versions, "state_file", lambda: tmp_path / "running.json")
    pixels = np.random.default_rng(1).integers(0, 255, (120, 160, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "photo.jpg")

    def signed() -> str:
        ((_, prediction, _),) = workflow.classify_photos([tmp_path / "photo.jpg"])
        assert prediction is not None
        return prediction.model

    package = classify.load_package(classify.default_package_dir())
    assert signed() == package.id
    write_head(tmp_path / "head", base_head())
    head = versions.use(tmp_path / "head", backbone=backbone_of(package))
    assert signed() == f"{package.id} + {head.version}"
    versions.step_back()
    assert signed() == package.id
