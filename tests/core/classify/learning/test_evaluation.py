# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter
from sigma_communes.core.classify.features import FeatureCache, PhotoFeatures, features_of
from sigma_communes.core.classify.learning import Head
from sigma_communes.core.classify.learning.judge.evaluation import (
    Confirmed,
    auroc,
    coverage_at,
    evaluate,
    macro_f1,
    wilson,
)
from sigma_communes.core.classify.learning.judge.page import WorstError, evaluation_page, shown_in
from sigma_communes.core.classify.learning.manifest import read_manifest
from sigma_communes.core.classify.learning.review_order import review_order
from sigma_communes.core.classify.learning.running import predictions_of, with_quality
from sigma_communes.core.classify.quality import quality_problem
from sigma_communes.core.errors import DataError, ModelError, UsageError
from sigma_communes.core.model import Photo, PhotoVerdict
from sigma_communes.core.photos import open_picture
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.privacy import BlurBox, read_register, write_boxes

from .conftest import CLASSES, photos_of


def figures(head: Head, labels: list[str]) -> dict[str, object]:
    found = head.suggest(photos_of(labels, seed=11))
    names = np.array(labels)
    return evaluate(
        head.labels, found, Confirmed(names, np.arange(len(names)), {"source": np.array(["s"] * len(names))})
    )


def test_labels_that_the_model_lacks_count_as_unknown(base: Head) -> None:
    found = figures(base, [*CLASSES] * 10)
    assert (found["photos"], found["known"], found["unknown"]) == (50, 40, 10)
    assert found["macro_f1"] > 0.9 and found["macro_f1_interval"][0] <= found["macro_f1"]  # type: ignore[operator,index]
    assert set(found["per_class"]) == set(CLASSES[:4])  # type: ignore[call-overload]
    assert {"top3", "ece", "coverage_at_precision", "unknown_auroc"} <= set(found)
    assert sum(found["confusion"]["tree"].values()) == 10  # type: ignore[index]


def test_nothing_but_unknown_labels_can_not_be_evaluated(base: Head) -> None:
    with pytest.raises(DataError, match="None of the confirmed labels"):
        figures(base, ["tree"] * 5)


def test_macro_f1_by_hand() -> None:
    label, guess = np.array(list("aabb")), np.array(list("abbb"))
    assert macro_f1(label, guess) == pytest.approx((2 / 3 + 4 / 5) / 2)


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=20), st.lists(st.floats(-5, 5), min_size=1, max_size=20))
def test_auroc_is_the_chance_that_an_unknown_photo_is_stranger(known: list[float], unknown: list[float]) -> None:
    pairs = [(u > k) + 0.5 * (u == k) for k in known for u in unknown]
    assert auroc(np.array(known), np.array(unknown)) == pytest.approx(sum(pairs) / len(pairs))


@given(st.integers(0, 40), st.integers(1, 40))
def test_the_interval_holds_the_share(k: int, n: int) -> None:
    low, high = wilson(min(k, n), n) or (0, 0)
    assert 0 <= low <= min(k, n) / n + 1e-9 and min(k, n) / n - 1e-9 <= high <= 1
    assert wilson(0, 0) is None


def test_coverage_counts_ties_together() -> None:
    best, right = np.array([0.9, 0.8, 0.8, 0.1]), np.array([True, True, False, False])
    assert coverage_at(best, right, 1.0) == pytest.approx(0.25)
    assert coverage_at(best, right, 0.6) == pytest.approx(0.75)
    assert coverage_at(best, ~right & False, 0.5) == 0


def test_photos_in_a_page_are_blurred_and_registered(tmp_path: Path) -> None:
    photo = tmp_path / "a.png"
    street().save(photo)
    with Workspace.open(tmp_path / "w.gpkg") as workspace:
        workspace.add_photos([(Photo(str(photo), PhotoVerdict.OK), None)])
        write_boxes(workspace, str(photo), [BlurBox(0.25, 0.25, 0.5, 0.5)])
    pictures = []
    for unblurred in (False, True):
        with shown_in("page.html", tmp_path / "w.gpkg", who="Ana", unblurred=unblurred) as show:
            jpeg, leaving = show(str(photo), 200)
        assert jpeg is not None and leaving.manual == 1
        pictures.append(np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB"), float))
    height, width, _ = pictures[0].shape
    assert max(height, width) <= 200
    inside = pictures[0][height // 3 : -height // 3, width // 3 : -width // 3]
    assert inside.std() < 0.5 * pictures[0][: height // 5].std()
    with Workspace.open(tmp_path / "w.gpkg") as workspace:
        told = [(entry.what, entry.photo, entry.dest, entry.who) for entry in read_register(workspace)]
    assert told == [(what, str(photo), "page.html", "Ana") for what in ("left", "left_unblurred")]


def test_the_page_stands_alone_and_says_which_photo_is_gone(base: Head, tmp_path: Path) -> None:
    column = figures(base, [*CLASSES] * 10)
    Image.new("RGB", (64, 48), "red").save(tmp_path / "a.jpg")
    worst = [
        WorstError(str(tmp_path / "a.jpg"), "none", "<b>waste", 0.9),
        WorstError(str(tmp_path / "gone.jpg"), "none", "waste", 0.8),
    ]
    with shown_in("page.html") as show:
        columns: Any = {"in source": column, "out of source": column}
        page = evaluation_page(base, columns, worst, show=show)
    assert "does not exist" in page and "data:image/jpeg;base64," in page
    assert "&lt;b&gt;waste" in page and "<script" not in page and "http" not in page.replace("http-equiv", "")
    assert page.count("in source") >= 2 and page.count("out of source") >= 2


def test_the_queue_holds_every_photo_once_and_new_places_come_first(base: Head) -> None:
    photos = photos_of([*CLASSES] * 8, seed=12)
    order = review_order(base, photos)
    assert sorted(order.tolist()) == list(range(40))
    same = np.concatenate([photos[:1].repeat(5, axis=0), photos[4:5]])
    assert set(review_order(base, same, count=2)[:2].tolist()) & {5}
    assert len(review_order(base, photos[:0])) == 0


def test_an_abstention_says_why(base: Head) -> None:
    found = with_quality(base.suggest(photos_of(["none"] * 3, seed=13)), ["", "blurred", "too dark"])
    predictions = predictions_of(base, found, "toy 1.0 + its head")
    assert predictions[1].abstained and predictions[1].reason == "the picture is blurred"
    assert predictions[1].label is None and len(predictions[1].top) == 3
    assert predictions[0].model == "toy 1.0 + its head"


# --- pictures -----------------------------------------------------------------------------------------------------


def street() -> Image.Image:
    random = np.random.RandomState(0)
    coarse = Image.fromarray(random.randint(30, 220, (12, 16, 3)).astype(np.uint8)).resize(
        (320, 240), Image.Resampling.BICUBIC
    )
    return Image.fromarray(np.clip(np.asarray(coarse) + random.normal(0, 12, (240, 320, 3)), 0, 255).astype(np.uint8))


def test_pictures_that_can_not_be_judged_say_why() -> None:
    pixels = np.asarray(street())
    page = Image.new("RGB", (320, 240), "white")
    page.paste("black", (20, 40, 300, 44))
    assert quality_problem(pixels) == ""
    assert quality_problem((pixels * 0.08).astype(np.uint8)) == "too dark"
    assert quality_problem(np.asarray(street().filter(ImageFilter.GaussianBlur(6)))) == "blurred"
    assert quality_problem(np.asarray(page)) == "a screenshot or document"
    assert quality_problem(np.full((240, 320, 3), 128, np.uint8)) == "nearly uniform"
    assert quality_problem(pixels[:8, :8]) == "too small"


@pytest.mark.shared
def test_street_photos_can_nearly_all_be_judged(shared: Path) -> None:
    files = sorted((shared / "photos").rglob("*.jpg"))[::40]
    problems = [p for p in (quality_problem(open_picture(f).pixels) for f in files) if p]
    assert len(problems) <= 0.03 * len(files)


# --- the cache ----------------------------------------------------------------------------------------------------


class Toy:
    """Stands for a model package: features are the means of the channels."""

    has_features = True
    id = "toy 1.0 fp32"
    name, version = "toy", "1.0"
    views = ((0.0, 0.0, 1.0, 1.0), (0.0, 0.0, 0.5, 0.5))
    input_size = 16
    folder = Path("toy")
    graph, mean, std = "its graph", (0.0,) * 3, (1.0,) * 3
    runs = 0

    def run(self, views):  # noqa: ANN001, ANN201  the shape of ModelPackage.run
        self.runs += 1
        return np.zeros((len(views), 2), np.float32), views.mean(axis=(1, 2)).astype(np.float32)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    out = []
    for i in range(4):
        file = tmp_path / f"{i}.png"
        street().rotate(i).save(file)
        out.append(file)
    (tmp_path / "4.png").write_bytes(out[0].read_bytes())
    (tmp_path / "5.png").write_bytes(b"no picture")
    return [*out, tmp_path / "4.png", tmp_path / "5.png", tmp_path / "gone.png"]


def test_features_are_computed_once_for_each_content(files: list[Path], tmp_path: Path) -> None:
    import os

    toy = Toy()
    for file in files[:5]:
        os.utime(file, (1e9, 1e9))
    with FeatureCache(tmp_path / "cache.sqlite") as cache:
        first = list(features_of(files, toy, cache))  # type: ignore[arg-type]
    assert [found.path for found in first] == [str(f) for f in files]
    assert toy.runs <= 5 and first[0].photo == first[4].photo
    assert [found.features is None for found in first] == [False] * 5 + [True] * 2
    assert first[5].error is not None and first[6].error is not None
    runs = toy.runs
    with FeatureCache(tmp_path / "cache.sqlite") as cache:
        second = list(features_of(files, toy, cache))  # type: ignore[arg-type]
    assert toy.runs == runs
    assert all((a.features == b.features).all() for a, b in zip(first[:5], second[:5]))  # type: ignore[union-attr]
    assert first[0].features is not None and first[0].features.shape == (2, 3)


def test_a_changed_file_is_read_again(files: list[Path], tmp_path: Path) -> None:
    import os

    toy = Toy()
    os.utime(files[0], (1e9, 1e9))
    with FeatureCache(tmp_path / "cache.sqlite") as cache:
        (before,) = features_of(files[:1], toy, cache)  # type: ignore[arg-type]
        files[0].write_bytes(files[1].read_bytes())
        (after,) = features_of(files[:1], toy, cache)  # type: ignore[arg-type]
    assert before.photo != after.photo


def test_a_cache_that_is_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "c.sqlite").write_bytes(b"not sqlite at all, " * 100)
    with pytest.raises(DataError, match="feature cache"):
        FeatureCache(tmp_path / "c.sqlite")


def test_a_package_without_features_is_refused(tmp_path: Path) -> None:
    toy = Toy()
    toy.has_features = False
    with FeatureCache(tmp_path / "c.sqlite") as cache, pytest.raises(ModelError, match="no features"):
        list(features_of([], toy, cache))  # type: ignore[arg-type]


def test_a_cached_photo_keeps_its_quality() -> None:
    with FeatureCache(Path(":memory:")) as cache:
        cache.put(PhotoFeatures("x.jpg", "hash", np.ones((2, 3), np.float16), "blurred"), "space")
        assert cache.get("hash", "other space") is None
        found = cache.get("hash", "space")
    assert found is not None and found[1] == "blurred" and found[0].shape == (2, 3)


# --- the manifest -------------------------------------------------------------------------------------------------


def test_rows_of_the_manifest_that_can_not_be_used_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"x")
    out = io.StringIO()
    csv.writer(out).writerows(
        [
            ["file", "label", "camera"],
            ["a.jpg", "none", "C"],
            ["gone.jpg", "none", ""],
            ["../a.jpg", "none", ""],
            ["", "", ""],
        ]
    )
    (tmp_path / "manifest.csv").write_text(out.getvalue(), encoding="utf-8")
    rows, rejected = read_manifest(tmp_path)
    assert [(row.path.name, row.label, row.group, row.source, row.extra) for row in rows] == [
        ("a.jpg", "none", "a.jpg", "unknown", {"camera": "C"})
    ]
    assert [r.reason for r in rejected] == ["the photo is gone: gone.jpg", *["no file name inside this folder"] * 2]
    assert rejected[0].where.endswith("manifest.csv:3")


def test_no_manifest_or_a_wrong_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no manifest"):
        read_manifest(tmp_path)
    (tmp_path / "manifest.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(DataError, match="file and label"):
        read_manifest(tmp_path)
    (tmp_path / "manifest.csv").write_bytes(b"file,label\n\xff\xfe,x\n")
    with pytest.raises(DataError, match="UTF-8"):
        read_manifest(tmp_path)
