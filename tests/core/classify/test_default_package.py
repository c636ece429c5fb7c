# SPDX-License-Identifier: GPL-2.0-or-later
"""The default package on real photos."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from sigma_communes.core.classify import ModelPackage, build, classify
from sigma_communes.core.classify.pipeline import probabilities
from sigma_communes.resources import path as resource


def test_the_default_package_is_what_its_sheet_says(base: ModelPackage) -> None:
    sheet = build.package_sheet()
    assert (base.name, base.version, base.labels) == (sheet.name, sheet.version, sheet.labels)
    assert base.labels == ("waste", "graffiti", "road_damage", "none")
    assert len(base.views) == 5
    assert set(base.thresholds.values()) == {0.7}


@pytest.mark.shared
def test_real_photos_get_their_class(base: ModelPackage, shared: Path) -> None:
    with (shared / "photos" / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[::60]
    results = list(classify([shared / "photos" / row["file"] for row in rows], base, threshold=0))
    labels = ["waste" if row["label"] == "overflow" else row["label"] for row in rows]
    right = [
        result.prediction is not None and result.prediction.label == label for result, label in zip(results, labels)
    ]
    assert np.mean(right) > 0.85  # seen in training: this is a test of the pipeline, not of the head


@pytest.mark.shared
def test_the_head_holds_on_collections_that_it_never_saw(shared: Path) -> None:
    weight, bias = build.read_head(resource("model", "fidamia-base", "head.npz"))
    sheet = build.package_sheet()
    with np.load(shared / "eval_features" / "features.npz") as arrays:
        known = np.isin(arrays["label"], sheet.labels)
        features, label = arrays["features"][known].astype(np.float32), arrays["label"][known]
    p = probabilities(features[:, [0, 2, 3, 4, 5]].mean(1) @ weight.T + bias, sheet.temperature)
    guess = np.array(sheet.labels)[p.argmax(1)]
    f1 = [2 * ((guess == c) & (label == c)).sum() / ((guess == c).sum() + (label == c).sum()) for c in sheet.labels]
    assert np.mean(f1) >= 0.90
