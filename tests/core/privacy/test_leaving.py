# SPDX-License-Identifier: GPL-2.0-or-later
"""A copy that leaves: what is hidden, what is not there any more, and when there is none."""

from __future__ import annotations

import io
import json
from pathlib import Path
from random import Random

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sigma_communes.core import privacy
from sigma_communes.core.cli import main
from sigma_communes.core.demo.plates import mounted
from sigma_communes.core.errors import ModelError, UsageError
from sigma_communes.core.photos import open_picture
from sigma_communes.core.privacy import PrivacyBox, copy_for_leaving, detecting
from sigma_communes.core.privacy.boxes import without
from sigma_communes.core.privacy.copies import Verdict
from sigma_communes.core.privacy.detecting import FACES_FILE
from sigma_communes.core.privacy.mosaic import blur

pytestmark = pytest.mark.skipif(not FACES_FILE.is_file(), reason="the detector of faces is not built: ./dev test")


@pytest.fixture
def street() -> Image.Image:
    """Give a grey street of 1280 × 960 with some grain."""
    grain = np.random.default_rng(3).normal(128, 9, (960, 1280, 3))
    return Image.fromarray(np.clip(grain, 0, 255).astype(np.uint8))


@pytest.fixture
def with_plate(tmp_path: Path, street: Image.Image) -> tuple[Path, tuple[float, float, float, float]]:
    """Give a photo, turned by EXIF, with a position and a thumbnail; the box is that in the upright picture."""
    picture, box = mounted(street, Random(5), 200)
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "CAMERA-OWNER"
    exif.get_ifd(0x8825)[1] = "N"
    path = tmp_path / "in" / "photo.jpg"
    path.parent.mkdir()
    picture.transpose(Image.Transpose.ROTATE_90).save(path, quality=92, exif=exif.tobytes(), comment=b"by Mme Dupont")
    return path, box


def test_the_copy_is_upright_without_metadata_and_its_plate_is_gone(
    with_plate: tuple[Path, tuple[float, float, float, float]], tmp_path: Path
) -> None:
    path, (left, top, right, bottom) = with_plate
    dest = tmp_path / "out" / "photo.jpg"
    leaving = copy_for_leaving(path, dest)
    data = dest.read_bytes()
    assert leaving.verdict is Verdict.BLURRED and leaving.plates and leaving.dest == str(dest)
    assert (
        b"CAMERA-OWNER" not in data and b"Dupont" not in data and b"Exif" not in data and data.count(b"\xff\xd8") == 1
    )
    with Image.open(io.BytesIO(data)) as copy:
        assert copy.size == (1280, 960) and not copy.getexif()
        pixels = np.asarray(copy.convert("L"), dtype=float)
    before = np.asarray(open_picture(path, 1 << 20).pixels, dtype=float).mean(axis=2)
    inside = (slice(int(top), int(bottom)), slice(int(left), int(right)))
    strokes_before, strokes = (np.abs(np.diff(values[inside], axis=1)).mean() for values in (before, pixels))
    assert strokes < strokes_before / 4


def test_without_a_detector_there_is_no_copy_unless_a_person_says_so(
    with_plate: tuple[Path, tuple[float, float, float, float]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detecting, "FACES_FILE", tmp_path / "not there.onnx")
    detecting.load_detectors.cache_clear()
    try:
        dest = tmp_path / "out.jpg"
        refused = copy_for_leaving(with_plate[0], dest)
        assert refused.verdict is Verdict.REFUSED and "detector is missing" in refused.reason and refused.next_step
        assert not dest.exists()
        drawn = PrivacyBox(0.1, 0.1, 0.2, 0.2)
        allowed = copy_for_leaving(with_plate[0], dest, boxes=[drawn], unblurred=True)
        assert allowed.verdict is Verdict.UNBLURRED and allowed.manual == 1 and dest.is_file()
        result = CliRunner().invoke(
            main, ["photos", "blur", str(with_plate[0]), "--out", str(tmp_path / "o"), "--json"]
        )
        assert result.exit_code == ModelError.exit_code and not (tmp_path / "o").exists()
    finally:
        detecting.load_detectors.cache_clear()


@pytest.mark.parametrize("content", [b"", b"no picture", b"\xff\xd8\xff\xe0cut"])
def test_what_is_no_picture_is_refused_with_a_reason(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(content)
    leaving = copy_for_leaving(path, tmp_path / "b.jpg")
    assert leaving.verdict is Verdict.REFUSED and leaving.reason and leaving.next_step
    assert [p.name for p in tmp_path.iterdir()] == ["a.jpg"]


def test_a_copy_never_replaces_its_photo(with_plate: tuple[Path, tuple[float, float, float, float]]) -> None:
    before = with_plate[0].read_bytes()
    with pytest.raises(UsageError, match="replace the photo"):
        copy_for_leaving(with_plate[0], with_plate[0])
    assert with_plate[0].read_bytes() == before


def test_where_a_person_saw_no_plate_nothing_is_hidden(
    with_plate: tuple[Path, tuple[float, float, float, float]], tmp_path: Path
) -> None:
    first = copy_for_leaving(with_plate[0], tmp_path / "a.jpg")
    second = copy_for_leaving(with_plate[0], tmp_path / "b.jpg", ignored=first.boxes)
    assert second.verdict is Verdict.NOTHING_FOUND and not second.boxes


def test_a_folder_gets_a_verdict_for_every_file_and_keeps_its_subfolders(
    with_plate: tuple[Path, tuple[float, float, float, float]], tmp_path: Path
) -> None:
    folder = with_plate[0].parent
    (folder / "sub").mkdir()
    Image.new("RGB", (90, 60), "navy").save(folder / "sub" / "photo.png")
    (folder / "notes.txt").write_text("no photo")
    out = tmp_path / "copies"
    result = CliRunner().invoke(main, ["photos", "blur", str(folder), "--out", str(out), "--json"])
    *lines, last = map(json.loads, result.output.splitlines())
    assert result.exit_code == 1
    assert {Path(line["path"]).name: line["verdict"] for line in lines} == {
        "photo.jpg": "blurred", "notes.txt": "refused", "photo.png": "nothing_found",
    }  # fmt: skip
    assert last["counts"]["plates"] >= 1 and last["counts"]["refused"] == 1
    assert sorted(p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()) == [
        "photo.jpg",
        "sub/photo.png.jpg",
    ]
    inside = CliRunner().invoke(main, ["photos", "blur", str(folder), "--out", str(folder / "copies"), "--json"])
    assert inside.exit_code == 2 and not (folder / "copies").exists()


def test_photos_reads_files_as_before(with_plate: tuple[Path, tuple[float, float, float, float]]) -> None:
    result = CliRunner().invoke(main, ["photos", str(with_plate[0]), "--json"])
    assert json.loads(result.output)["verdict"] == "no position"


@given(
    x=st.floats(-0.5, 1.2), y=st.floats(-0.5, 1.2), w=st.floats(0, 2), h=st.floats(0, 2), seed=st.integers(0, 9),
)  # fmt: skip
def test_of_what_lies_in_a_box_only_sixteen_colours_are_left(x: float, y: float, w: float, h: float, seed: int) -> None:
    """Two pictures whose mean colours agree can't be told apart afterwards: nothing can be computed back."""
    rng = np.random.default_rng(seed)
    one = rng.integers(0, 256, (48, 64, 3), dtype=np.uint8)
    two = one.copy()
    box = PrivacyBox(x, y, w, h)
    hidden = blur(one, [box])
    assert hidden.shape == one.shape and hidden is not one
    changed = np.nonzero((hidden != one).any(axis=2))
    if changed[0].size:
        top, left = changed[0].min(), changed[1].min()
        assert top >= max(0, int(y * 48)) and left >= max(0, int(x * 64))
    full = PrivacyBox(0, 0, 1, 1)
    two[0:12, 0:16] = one[0:12, 0:16][::-1, ::-1]  # the same colours, elsewhere within one cell
    assert np.array_equal(blur(one, [full]), blur(two, [full]))


def test_ignored_boxes_are_those_that_lie_on_each_other() -> None:
    found = [PrivacyBox(0.1, 0.1, 0.2, 0.1, "plate"), PrivacyBox(0.6, 0.6, 0.2, 0.1, "face")]
    assert without(found, [PrivacyBox(0.11, 0.1, 0.2, 0.1)]) == found[1:]


def test_plates_are_found_by_size_and_angle() -> None:
    """A curve made by code: French plates of known size and angle, in a font that the detector never saw."""
    detectors = privacy.load_detectors()
    grounds = [_ground(seed) for seed in range(4)]

    def recall(width: float, yaw: float) -> float:
        rng = Random(f"{width} {yaw}")
        hits = 0
        for number in range(12):
            picture, (left, top, right, bottom) = mounted(
                grounds[number % 4], rng, width, yaw=yaw, roll=rng.uniform(-6, 6)
            )
            box = PrivacyBox(left / 1280, top / 960, (right - left) / 1280, (bottom - top) / 960)
            found = [b for b in detectors.find(np.asarray(picture)) if b.what == "plate"]
            hits += any(_covered(box, other) > 0.7 for other in found)
        return hits / 12

    assert recall(60, 0) >= 0.75
    assert recall(120, 0) >= 0.9
    assert recall(120, 35) >= 0.75


def _ground(seed: int) -> Image.Image:
    from sigma_communes.core.demo.photos import PHOTOS, drawing

    return drawing(PHOTOS[seed], seed).convert("RGB").resize((1280, 960))


def _covered(box: PrivacyBox, other: PrivacyBox) -> float:
    width = min(box.x + box.w, other.x + other.w) - max(box.x, other.x)
    height = min(box.y + box.h, other.y + other.h) - max(box.y, other.y)
    return max(0.0, width) * max(0.0, height) / (box.w * box.h)
