# SPDX-License-Identifier: GPL-2.0-or-later
"""Two versions on the same photos, heads learned from the other places, and photos that drift away."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sigma_communes.core.classify.learning import Head, fit
from sigma_communes.core.classify.learning.fit.cross_validation import figures_of, held_out_suggestions
from sigma_communes.core.classify.learning.fit.fitting import Taught
from sigma_communes.core.classify.learning.judge.comparing import compare_heads, sign_test
from sigma_communes.core.classify.learning.judge.drift import drift_of
from sigma_communes.core.classify.learning.judge.explaining import CELLS, explain_photo, occluded, overlay
from sigma_communes.core.classify.learning.session import Photos
from sigma_communes.core.errors import DataError
from sigma_communes.core.store.decisions import PastPrediction

from .conftest import CLASSES, examples


def photos(labels: list[str], *, seed: int = 0) -> Photos:
    found = examples(labels, seed=seed)
    return Photos(
        found, tuple(f"{i}.jpg" for i in range(len(labels))), {"source": found.source}, ("",) * len(labels), ()
    )


def head_of(base: Head, taught: Photos) -> Head:
    rows = taught.examples
    return fit(Taught(rows.features, rows.label, rows.group), base=base).head


def test_the_sign_test_by_hand() -> None:
    assert sign_test(0, 0) == 1.0 and sign_test(5, 5) == 1.0
    assert sign_test(6, 0) == sign_test(0, 6) == pytest.approx(2 / 64)


def test_photos_that_a_version_was_taught_do_not_speak_for_it(base: Head) -> None:
    taught = photos(["tree", "none"] * 12)
    new = head_of(base, taught)
    with pytest.raises(DataError, match="Both versions were taught"):
        compare_heads(base, new, taught, taught=(None, taught.examples))
    with pytest.raises(DataError, match="first version was taught"):
        compare_heads(new, base, taught, taught=(taught.examples, None))
    held_out = held_out_suggestions(base, taught)
    found = compare_heads(base, new, taught, taught=(None, taught.examples), held_out=held_out)
    assert found["cross_validated"] == found["photos"] == 24 and found["common"] == 12
    assert found["new_labels"]["tree"]["photos"] == 12 and found["new_labels"]["tree"]["right"] > 0.8
    other = photos(["tree", "waste"] * 5, seed=7)
    apart = compare_heads(base, new, other, taught=(None, taught.examples))
    assert apart["cross_validated"] == 0 and apart["photos"] == 10


def test_each_photo_is_held_out_once_and_its_group_with_it(base: Head) -> None:
    mine = photos(["tree", "none", "waste"] * 10)
    mine = replace(mine, examples=replace(mine.examples, group=np.array([f"g{i // 3}" for i in range(30)])))
    held_out = held_out_suggestions(base, mine)
    assert sorted(held_out.rows.tolist()) == list(range(30)) and set(held_out.labels) == set(CLASSES)
    figures = figures_of(held_out, mine)
    assert figures["unknown"] == 0 and figures["macro_f1"] > 0.8
    one_place = replace(mine, examples=replace(mine.examples, group=np.array(["g"] * 30)))
    with pytest.raises(DataError, match="one place"):
        held_out_suggestions(base, one_place)


def past(
    n: int, unanswered: int, *, month: str = "2026-11", camera: str = "X", model: str = "m"
) -> list[PastPrediction]:
    reason = "unlike anything this model was taught (nearest: none)"
    return [
        PastPrediction(f"{month}{camera}{i}", model, "none", 0.5, i < unanswered, reason if i < unanswered else "",
                       f"{month}-02T00:00:00Z", camera)
        for i in range(n)
    ]  # fmt: skip


def test_a_month_or_a_camera_that_is_left_unanswered_drifts() -> None:
    same, other = past(100, 20, month="2026-09"), past(40, 30, camera="Y")
    found = drift_of([*past(50, 50, model="old"), *same, *other], {"held_out": {"unanswered": 0.2}})
    assert [(part.by, part.value) for part in found.drifting] == [("month", "2026-11"), ("camera", "Y")]
    assert found.drifting[0].photos == 40 and found.drifting[0].strange == 0.75 and found.model == "m"
    assert drift_of([*same, *other]).reference_from == "the older half of the photos"
    assert drift_of([*same, *past(19, 19)], {"held_out": {"unanswered": 0.2}}).drifting == ()  # too few to tell
    assert drift_of([]).slices == () and drift_of(past(5, 5)).reference is None


def test_every_place_of_a_view_is_covered_and_the_first_is_whole() -> None:
    view = np.random.RandomState(0).randint(0, 255, (56, 56, 3)).astype(np.uint8)
    views = occluded(view)
    assert (views[0] == view).all() and len(views) == 37
    assert (views[1:] != view).any(axis=3).any(axis=0).mean() > 0.98
    pixels = overlay(np.eye(CELLS), 30, 20)
    assert pixels.shape == (20, 30, 4) and pixels[..., 3].max() > pixels[..., 3].min()


def test_the_part_that_the_score_hangs_on_is_found(tmp_path) -> None:  # noqa: ANN001
    from PIL import Image
    from sigma_communes.core.classify.features import FeatureCache
    from sigma_communes.core.classify.learning.running import Running

    picture = np.full((240, 320, 3), 120, np.uint8) + np.random.RandomState(0).randint(0, 40, (240, 320, 3))
    picture[:80, 220:] = (250, 10, 10)  # upper right
    Image.fromarray(picture.astype(np.uint8)).save(tmp_path / "a.png")

    class Red:
        """Stands for a package: its class "graffiti" is the share of red."""

        has_features, id, name, version, folder = True, "red 1", "red", "1.0", tmp_path
        labels, views, input_size, temperature = ("none", "graffiti"), ((0.0, 0.0, 1.0, 1.0),), 56, 1.0
        thresholds = {"none": 0.5, "graffiti": 0.5}
        graph, mean, std = "its graph", (0.0,) * 3, (1.0,) * 3

        def run(self, views):  # noqa: ANN001, ANN202
            red = (views[..., 0].astype(float) - views[..., 1]).clip(0).mean(axis=(1, 2))[:, None] / 10
            logits = np.hstack([np.ones_like(red), red]).astype(np.float32)
            return logits, logits

    with FeatureCache(tmp_path / "cache.sqlite") as cache:
        red: Any = Red()
        found = explain_photo(tmp_path / "a.png", red, cache, by=Running(red, None, red.id), label="graffiti")
    row, column = np.unravel_index(found.heat.argmax(), found.heat.shape)
    assert row < CELLS / 3 and column > CELLS * 2 / 3 and found.loss > 0.1
    assert found.heat[CELLS // 2 + 2 :, : CELLS // 2].max() < 0.05
