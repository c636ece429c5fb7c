# SPDX-License-Identifier: GPL-2.0-or-later
"""The example models: they are those that tools/build_models.py writes, and they can be loaded here."""

from __future__ import annotations

from pathlib import Path

import pytest
from qgis.core import QgsProcessingModelAlgorithm
from sigma_communes.plugin.plugin import SigmaCommunesPlugin

MODELS = Path(__file__).resolve().parents[3] / "resources" / "models"


@pytest.mark.parametrize("name", ["reports_to_teams", "photos_to_map"])
def test_a_model_loads_and_is_whole(plugin: SigmaCommunesPlugin, name: str) -> None:
    model = QgsProcessingModelAlgorithm()
    assert model.fromFile(str(MODELS / f"{name}.model3"))
    assert model.childAlgorithms()
    for child in model.childAlgorithms():
        valid, errors = model.validateChildAlgorithm(child)
        assert valid, errors
    text = (MODELS / f"{name}.model3").read_text(encoding="utf-8")
    assert "/work" not in text and "/home" not in text
