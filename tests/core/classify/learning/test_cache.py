# SPDX-License-Identifier: GPL-2.0-or-later
"""The cache of features: the network is not asked twice, the size is bounded, processes share it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sigma_communes.core import classify, routing
from sigma_communes.core.classify import ModelPackage
from sigma_communes.core.classify.features import FeatureCache, PhotoFeatures, kept_features, space_of
from sigma_communes.core.classify.learning import versions
from sigma_communes.core.errors import DataError
from sigma_communes.core.feedback import Feedback
from sigma_communes.core.jobs import photos as photo_jobs
from sigma_communes.core.jobs import run as main_job

FEATURES = np.ones((5, 1280), np.float16)


class Counted:
    """Stands before a session of onnxruntime and counts what it is asked."""

    def __init__(self, session: Any) -> None:
        self.session, self.runs = session, 0

    def run(self, *arguments: Any) -> Any:
        self.runs += 1
        return self.session.run(*arguments)

    def get_inputs(self) -> Any:
        return self.session.get_inputs()


class Told(Feedback):
    def __init__(self) -> None:
        self.warnings: list[str] = []

    def warning(self, message: str) -> None:
        self.warnings.append(message)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Counted]:
    """Let the default package count the runs of its network; nobody switched a head on."""
    folder = classify.default_package_dir()
    if not (folder / "model.onnx").is_file():
        pytest.skip("the default model is not built (sigma-communes model build)")
    package = classify.load_package(folder)
    count = Counted(package.session)
    monkeypatch.setattr(versions, "state_file", lambda: tmp_path / "running.json")
    monkeypatch.setattr(classify, "load_package", lambda path: replace(package, session=count))
    yield count


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for i in range(5):
        pixels = np.random.default_rng(i).integers(0, 255, (60, 80, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{i}.png")
        os.utime(folder / f"{i}.png", (1e9, 1e9))
    (folder / "notes.txt").write_text("no picture")
    return folder


def test_a_second_classification_asks_the_network_nothing(counted: Counted, photos: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache.sqlite"
    first = list(photo_jobs.classify_photos([photos], features=cache))
    runs = counted.runs
    assert runs > 0 and [prediction is None for _, prediction, _ in first] == [False] * 5 + [True]
    assert list(photo_jobs.classify_photos([photos], features=cache)) == first
    assert counted.runs == runs
    assert list(photo_jobs.classify_photos([photos])) == first and counted.runs > runs
    moved = tmp_path / "moved"
    photos.rename(moved)
    os.utime(moved / "3.png", (2e9, 2e9))
    runs = counted.runs
    again = list(photo_jobs.classify_photos([moved], features=cache))
    assert [p for _, p, _ in again] == [p for _, p, _ in first] and counted.runs <= runs + 5


def test_one_view_is_kept_apart_from_five(counted: Counted, photos: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache.sqlite"
    list(photo_jobs.classify_photos([photos], features=cache))
    runs = counted.runs
    fast = list(photo_jobs.classify_photos([photos], fast=True, features=cache))
    assert counted.runs > runs
    assert fast == list(photo_jobs.classify_photos([photos], fast=True))


def test_run_and_import_share_it_and_keep_their_thumbnails(counted: Counted, photos: Path, tmp_path: Path) -> None:
    cache, out = tmp_path / "cache.sqlite", tmp_path / "out"
    first = main_job.run(photos=[photos], out=out, features=cache)
    runs = counted.runs
    with sqlite3.connect(out / "workspace.gpkg") as connection:
        ask = "SELECT photo, thumbnail FROM photo ORDER BY photo"
        before = connection.execute(ask).fetchall()
    assert sum(thumbnail is not None for _, thumbnail in before) == 5
    again = main_job.run(photos=[photos], out=out, features=cache)
    assert (again.photos, again.classes, again.model) == (first.photos, first.classes, first.model)
    with sqlite3.connect(out / "workspace.gpkg") as connection:
        assert connection.execute(ask).fetchall() == before
    scanned = [photo for photo in photo_jobs.scan_photos([photos]) if photo.verdict.usable]
    places = {photo.path: (5.37, 43.3) for photo in scanned}
    book = routing.load(routing.example_path())
    ids, _ = photo_jobs.import_photos(tmp_path / "w.gpkg", scanned, book, positions=places, features=cache)
    assert len(ids) == 5 and counted.runs == runs
    assert all(p for _, p, _ in list(photo_jobs.classify_photos([photos], features=cache))[:5]) and counted.runs == runs


def test_a_photo_that_changed_is_looked_at_again(counted: Counted, photos: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache.sqlite"
    list(photo_jobs.classify_photos([photos], features=cache))
    (photos / "0.png").write_bytes((photos / "1.png").read_bytes())
    again = [prediction for _, prediction, _ in photo_jobs.classify_photos([photos], features=cache)]
    assert again[0] is not None and again[1] is not None
    assert dict(again[0].top) == pytest.approx(dict(again[1].top), abs=1e-5)


def test_a_new_graph_other_views_or_pixels_are_another_space(package: ModelPackage) -> None:
    spaces = {
        space_of(package),
        space_of(package, fast=True),
        space_of(replace(package, graph="0" * 64)),
        space_of(replace(package, std=(1.0, 1.0, 1.0))),
    }
    assert len(spaces) == 4
    assert space_of(replace(package, version=f"{package.version}.1")) == space_of(package)


@pytest.fixture
def package(counted: Counted) -> ModelPackage:
    return classify.load_package(classify.default_package_dir())


def test_the_size_is_bounded_and_what_was_not_used_goes_first(tmp_path: Path) -> None:
    largest = 3_000_000
    with FeatureCache(tmp_path / "c.sqlite", largest=largest) as cache:
        for i in range(500):
            cache.put(PhotoFeatures("", f"{i:064}", FEATURES), "space")
    with FeatureCache(tmp_path / "c.sqlite") as cache:
        assert cache.size <= largest and 150 < cache.photos < 250
        assert cache.get(f"{499:064}", "space") is not None and cache.get(f"{0:064}", "space") is None
    assert (tmp_path / "c.sqlite").stat().st_size < 1.5 * largest


def test_what_is_read_counts_as_used(tmp_path: Path) -> None:
    with FeatureCache(tmp_path / "c.sqlite") as cache:
        for i in range(3):
            cache.put(PhotoFeatures("", str(i), FEATURES), "space")
    with sqlite3.connect(tmp_path / "c.sqlite") as connection:
        connection.execute("UPDATE feature SET used = 1000 + photo")
    connection.close()
    with FeatureCache(tmp_path / "c.sqlite") as cache:
        assert cache.get("0", "space") is not None
    with sqlite3.connect(tmp_path / "c.sqlite") as connection:
        used = [row[0] for row in connection.execute("SELECT used FROM feature ORDER BY photo")]
    connection.close()
    assert used[0] > 10**9 and used[1:] == [1001, 1002]


def test_clearing_gives_the_room_back(tmp_path: Path) -> None:
    with FeatureCache(tmp_path / "c.sqlite") as cache:
        for i in range(100):
            cache.put(PhotoFeatures("", str(i), FEATURES), "space")
    assert (tmp_path / "c.sqlite").stat().st_size > 1_000_000
    with FeatureCache(tmp_path / "c.sqlite") as cache:
        cache.clear()
        assert cache.photos == 0
    assert (tmp_path / "c.sqlite").stat().st_size < 50_000


WRITER = """
import sys, numpy as np
from pathlib import Path
from sigma_communes.core.classify.features import FeatureCache, PhotoFeatures
with FeatureCache(Path(sys.argv[1])) as cache:
    for i in range(300):
        cache.put(PhotoFeatures("", f"{sys.argv[2]}-{i}", np.full((5, 1280), i, np.float16)), "space")
sys.exit(cache.problem or 0)
"""


def test_two_processes_write_at_once(tmp_path: Path) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, tmp_path / "c.sqlite", name]) for name in "ab"]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    with FeatureCache(tmp_path / "c.sqlite") as cache:
        assert cache.photos == 600
        found = cache.get("b-299", "space")
    assert found is not None and (found[0] == 299).all()


def test_another_writer_that_does_not_end_costs_nothing_but_the_keeping(tmp_path: Path) -> None:
    FeatureCache(tmp_path / "c.sqlite").__exit__(None, None, None)
    other = sqlite3.connect(tmp_path / "c.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    told = Told()
    with kept_features(tmp_path / "c.sqlite", told) as cache:
        assert cache is not None
        cache._connection.execute("PRAGMA busy_timeout = 10")
        cache.put(PhotoFeatures("", "1", FEATURES), "space")
    other.close()
    assert len(told.warnings) == 1 and "locked" in told.warnings[0]


def test_a_cache_that_is_something_else_is_told_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "c.sqlite"
    file.write_bytes(b"not sqlite at all, " * 100)
    told = Told()
    with kept_features(file, told) as cache:
        assert cache is None
    assert len(told.warnings) == 1 and str(file) in told.warnings[0]
    with kept_features(None, told) as cache:
        assert cache is None
    with sqlite3.connect(tmp_path / "old.sqlite") as connection:
        connection.execute("CREATE TABLE feature (photo TEXT)")
    connection.close()
    with pytest.raises(DataError, match="Delete it"):
        FeatureCache(tmp_path / "old.sqlite")


def test_it_holds_no_picture(counted: Counted, photos: Path, tmp_path: Path) -> None:
    list(photo_jobs.classify_photos([photos], features=tmp_path / "cache.sqlite"))
    with sqlite3.connect(tmp_path / "cache.sqlite") as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(feature)")]
        sizes = {row[0] for row in connection.execute("SELECT length(data) FROM feature")}
    connection.close()
    assert columns == ["photo", "space", "views", "quality", "used", "data"] and sizes == {5 * 1280 * 2}
