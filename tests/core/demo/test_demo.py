# SPDX-License-Identifier: GPL-2.0-or-later
"""The embedded example: drawings with the EXIF of photos, reports in the communes they name."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import shapely
from PIL import Image
from sigma_communes.core import demo, territory
from sigma_communes.core.demo.photos import PHOTOS, drawing
from sigma_communes.core.errors import DataError
from sigma_communes.core.model import Photo, PhotoVerdict, Report
from sigma_communes.core.photos import scan
from sigma_communes.core.reports.formats.files import read_reports
from sigma_communes.core.territory import Territory

COMMUNES = ["Aubagne", "Aubagne", "Vitrolles", "Marseille", "Aix-en-Provence", None, "Marseille", "Martigues",
            "Salon-de-Provence", None, "Cassis", "Gardanne"]  # fmt: skip


@pytest.fixture(scope="module")
def communes() -> Territory:
    return territory.load(territory.shipped_map())


@pytest.fixture
def photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Photo]:
    """The twelve files; all but their pixels, which take ten seconds (some of them are drawn below)."""
    monkeypatch.setattr("sigma_communes.core.demo.photos.drawing", lambda photo, seed: Image.new("RGB", (1600, 1200)))
    folder = tmp_path / "photos"
    paths = demo.render_photos(folder)
    read = list(scan([folder]))
    assert [photo.path for photo in read] == [str(path) for path in paths]
    return read


def test_verdicts_of_the_photos(photos: list[Photo]) -> None:
    assert Counter(photo.verdict for photo in photos) == {
        PhotoVerdict.OK: 10,
        PhotoVerdict.NO_POSITION: 1,
        PhotoVerdict.POSITION_IMPOSSIBLE: 1,
    }
    for photo in photos:
        assert (photo.width, photo.height, photo.format) == (1600, 1200, "JPEG")
        assert (
            photo.taken_at is not None and photo.taken_at.startswith("2026-11-") and photo.taken_at.endswith("+01:00")
        )


def test_the_photos_say_that_they_are_drawings(photos: list[Photo]) -> None:
    assert {photo.camera for photo in photos} == {"SIGM@communes drawing"}
    with Image.open(photos[0].path) as image:
        assert "not a photograph" in image.getexif()[0x010E]
    assert "dessins" in demo.NOTICE.fr
    assert "drawings" in demo.NOTICE.en


def test_the_photos_are_in_their_communes(photos: list[Photo], communes: Territory) -> None:
    for photo, expected, name in zip(photos, PHOTOS, COMMUNES):
        if name is None:
            assert photo.lon is None
            continue
        assert (photo.lon, photo.lat) == pytest.approx(expected.place, abs=1e-6)
        assert photo.direction == pytest.approx(expected.direction)
        polygon = communes.geometries[list(communes.names).index(name)]
        assert shapely.contains_xy(polygon, photo.lon, photo.lat), photo.path


def test_two_photos_show_one_pothole_from_ten_metres_apart(photos: list[Photo]) -> None:
    first, second = photos[:2]
    assert first.lat is not None and second.lat is not None
    assert first.lon == second.lon
    assert (second.lat - first.lat) * 111_320 == pytest.approx(10, abs=0.5)


@pytest.mark.parametrize("n", [2, 4, 5, 6, 10])
def test_drawings(n: int) -> None:
    """A pothole, a piece, tags, bags beside a container, a road: a whole picture, neither flat nor burnt out."""
    image = drawing(PHOTOS[n], 1)
    assert (image.size, image.mode) == ((1600, 1200), "RGB")
    tones = np.asarray(image.convert("L"))
    assert 60 < tones.mean() < 190
    assert tones.std() > 12
    assert ((tones < 3) | (tones > 252)).mean() < 0.10


def test_a_drawing_is_the_same_each_time() -> None:
    first = np.asarray(drawing(PHOTOS[11], 1))
    assert np.array_equal(first, np.asarray(drawing(PHOTOS[11], 1)))
    assert not np.array_equal(first, np.asarray(drawing(PHOTOS[11], 2)))


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataError):
        demo.render_reports(tmp_path / "file" / "reports.csv", territory=territory.load(territory.shipped_map()), n=1)


def test_reports(tmp_path: Path, communes: Territory) -> None:
    now = date(2026, 6, 30)
    path = demo.render_reports(tmp_path / "reports.csv", territory=communes, now=now)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["id", "type", "soustype", "date_declaration", "adresse", "lon", "lat"]
    assert len(rows) == len({row["id"] for row in rows}) == 300

    lon, lat = (np.array([float(row[name]) for row in rows]) for name in ("lon", "lat"))
    index = {name: n for n, name in enumerate(communes.names)}
    # a report told again fifteen metres off may be just across a boundary
    near = shapely.dwithin(communes.geometries[[index[row["adresse"]] for row in rows]], shapely.points(lon, lat), 2e-4)
    assert near.all()
    assert Counter(row["adresse"] for row in rows).most_common(1)[0][0] == "Marseille"
    assert len({row["adresse"] for row in rows}) > 25

    types = Counter(row["type"] for row in rows)
    assert [name for name, _ in types.most_common(3)] == [
        "Graffitis, tags, affiches et autocollants", "Objets abandonnés", "Propreté",
    ]  # fmt: skip
    assert 0.27 < types["Graffitis, tags, affiches et autocollants"] / 300 < 0.41
    assert len(types) >= 8

    days = [(now - date.fromisoformat(row["date_declaration"])).days for row in rows]
    assert 0 <= min(days) <= max(days) < 60
    assert days == sorted(days, reverse=True)

    east, north = lon * np.cos(np.radians(43.4)) * 111_320, lat * 111_320
    apart = np.hypot(east[:, None] - east, north[:, None] - north)
    same = np.array([row["soustype"] for row in rows])
    close = (apart < 25) & (same[:, None] == same)
    assert (close.sum() - 300) / 2 >= 40  # pairs that grouping joins


def test_reports_are_the_same_each_time(tmp_path: Path, communes: Territory) -> None:
    texts = [
        demo.render_reports(tmp_path / f"{n}.csv", territory=communes, n=50, seed=seed).read_bytes()
        for n, seed in enumerate((1, 1, 2))
    ]
    assert texts[0] == texts[1] != texts[2]


def test_the_reports_room_takes_every_row(tmp_path: Path, communes: Territory) -> None:
    path = demo.render_reports(tmp_path / "reports.csv", territory=communes)
    read = list(read_reports(path))
    assert [type(report) for report in read] == [Report] * 300
