# SPDX-License-Identifier: GPL-2.0-or-later
"""Pixels: upright, small, the same with OpenCV and with Pillow, and never grey where the file ends early."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps
from sigma_communes.core.model import PhotoVerdict
from sigma_communes.core.photos import PhotoError, Picture, open_picture, read_photo
from sigma_communes.core.photos import picture as picture_module
from sigma_communes.core.photos.picture import Pixels

Maker = Callable[..., bytes]
Opener = Callable[..., Picture]
TRUNCATED = "truncated: the end of the picture is missing"


@pytest.fixture(params=["OpenCV", "Pillow"])
def opener(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Opener:
    """open_picture, with OpenCV and as it is without."""
    if request.param == "OpenCV":
        pytest.importorskip("cv2")
    else:
        monkeypatch.setattr(picture_module, "_opencv", lambda: None)
    return open_picture


def difference(a: Pixels, b: Pixels) -> float:
    """Return the root mean square difference of two pictures of one size."""
    assert a.shape == b.shape
    return float(np.sqrt(np.mean((a.astype(float) - b.astype(float)) ** 2)))


@pytest.mark.parametrize("orientation", range(10))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_orientation_is_applied_as_pillow_does(
    tmp_path: Path, picture_bytes: Maker, exif_block: Maker, opener: Opener, orientation: int, kind: str
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "turned"
    image = Image.open(io.BytesIO(picture_bytes(size=(120, 80))))
    image.save(path, kind, exif=exif, quality=95)
    picture = opener(path)
    with Image.open(path) as again:
        again.load()  # turns a TIFF, and Pillow 9 would turn it twice
        expected = np.asarray((again if kind == "TIFF" else ImageOps.exif_transpose(again)).convert("RGB"))
    assert difference(picture.pixels, expected) < 1.5
    assert (picture.full_width, picture.full_height) == expected.shape[1::-1]
    photo = read_photo(path)
    assert (photo.width, photo.height) == expected.shape[1::-1]
    assert photo.rotation == {3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}.get(orientation, 0)


def test_orientation_in_broken_exif_and_in_xmp(
    tmp_path: Path, picture_bytes: Maker, exif_block: Maker, opener: Opener
) -> None:
    upright = np.asarray(Image.open(io.BytesIO(picture_bytes())).convert("RGB"))
    block = exif_block(image={0x0112: (3, [6]), 0x010F: (2, b"A make of cameras")})
    (tmp_path / "cut.jpg").write_bytes(picture_bytes(exif=block[:12]))
    assert difference(opener(tmp_path / "cut.jpg").pixels, upright) < 1.5
    (tmp_path / "tail cut.jpg").write_bytes(picture_bytes(exif=block[:-10]))  # the make is lost, the turn is not
    assert opener(tmp_path / "tail cut.jpg").pixels.shape == (64, 48, 3)
    xmp = b'<rdf:RDF><rdf:Description tiff:Orientation="6"/></rdf:RDF>'
    (tmp_path / "xmp.jpg").write_bytes(picture_bytes(xmp=xmp))
    assert opener(tmp_path / "xmp.jpg").pixels.shape == (64, 48, 3)


@pytest.mark.parametrize(
    "size", [(4000, 3000), (3000, 4000), (1600, 100), (449, 300), (448, 300), (30, 20), (1, 1), (3000, 1)]
)
def test_longest_side(tmp_path: Path, picture_bytes: Maker, opener: Opener, size: tuple[int, int]) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(picture_bytes(size=size))
    picture = opener(path)
    height, width, _ = picture.pixels.shape
    assert max(height, width) == min(448, max(size))
    assert (picture.full_width, picture.full_height) == size
    assert picture.pixels.dtype == np.uint8
    assert picture.pixels.flags.c_contiguous
    assert min(size) == 1 or width / height == pytest.approx(size[0] / size[1], rel=0.5 / min(width, height) + 0.01)


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0}, {"restart_marker_rows": 1}])
def test_reduced_decoding_is_the_reduced_picture(
    tmp_path: Path, picture_bytes: Maker, opener: Opener, options: dict[str, int]
) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(picture_bytes(size=(2000, 1500), quality=92, **options))
    with Image.open(path) as image:
        expected = np.asarray(image.reduce(4).resize((448, 336), Image.Resampling.BILINEAR))
    assert difference(opener(path).pixels, expected) < 3


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_grey_and_cmyk_jpeg(tmp_path: Path, picture_bytes: Maker, opener: Opener, mode: str) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(picture_bytes(mode=mode, quality=95))
    with Image.open(path) as image:
        expected = np.asarray(image.convert("RGB"))
    assert difference(opener(path).pixels, expected) < 2


def test_modes_of_png_and_tiff(tmp_path: Path) -> None:
    ramp = np.tile(np.arange(64, dtype=np.uint8) * 4, (48, 1))
    grey = np.repeat(ramp[:, :, None], 3, axis=2)
    sixteen = Image.fromarray(ramp.astype(np.uint16) * 257)
    for name, image in {
        "palette.png": Image.fromarray(ramp).convert("P"),
        "sixteen.png": sixteen,
        "sixteen.tiff": sixteen,
        "float.tiff": Image.fromarray(ramp.astype(np.float32) / 252),
        "grey.webp": Image.fromarray(grey),
    }.items():
        image.save(tmp_path / name, **({"lossless": True} if name.endswith("webp") else {}))
        assert difference(open_picture(tmp_path / name).pixels, grey) < 3, name
    Image.fromarray(ramp > 100).save(tmp_path / "bits.png")
    assert set(np.unique(open_picture(tmp_path / "bits.png").pixels)) == {0, 255}


def test_transparency_is_laid_over_white(tmp_path: Path) -> None:
    image = Image.new("RGBA", (8, 8), (255, 0, 0, 0))
    image.putpixel((0, 0), (255, 0, 0, 255))
    image.putpixel((1, 0), (0, 0, 0, 128))
    for name in ("a.png", "a.webp", "a.tiff"):
        image.save(tmp_path / name, **({"lossless": True} if name.endswith("webp") else {}))
        pixels = open_picture(tmp_path / name).pixels
        assert pixels[0, 0].tolist() == [255, 0, 0]
        assert pixels[0, 1].tolist() == [127, 127, 127]
        assert pixels[5, 5].tolist() == [255, 255, 255]
    palette = Image.new("P", (8, 8), 1)
    palette.putpalette([0, 0, 255, 255, 0, 0])
    palette.putpixel((0, 0), 0)
    palette.save(tmp_path / "p.png", transparency=b"\xff\x00")
    assert open_picture(tmp_path / "p.png").pixels[:2, 0].tolist() == [[0, 0, 255], [255, 255, 255]]


def test_every_truncation_of_a_jpeg_is_told(tmp_path: Path, picture_bytes: Maker, exif_block: Maker) -> None:
    """OpenCV gives a partly grey picture without a word; we don't."""
    thumbnail = picture_bytes(size=(32, 24))  # has an end mark of its own, before the picture's
    whole = picture_bytes(size=(320, 240), exif=exif_block(image={0x010F: (7, thumbnail)}), quality=90)
    path = tmp_path / "cut.jpg"
    lengths = sorted({*range(3, 40), *range(40, len(whole) - 40, 97), *range(len(whole) - 40, len(whole))})
    for length in lengths:
        path.write_bytes(whole[:length])
        with pytest.raises(PhotoError) as caught:
            open_picture(path)
        assert (caught.value.verdict, caught.value.reason) == (PhotoVerdict.UNREADABLE, TRUNCATED), length
        assert read_photo(path).verdict is PhotoVerdict.UNREADABLE
    for tail in (b"", b"\0" * 5000, b"padding", whole, b"\xff" * 9):  # what cameras put after the end
        path.write_bytes(whole + tail)
        assert open_picture(path).pixels.shape == (240, 320, 3)
    path.write_bytes(whole[: len(whole) // 2] + b"\0" * (len(whole) // 2))  # a copy whose end never reached the disk
    assert read_photo(path).reason == TRUNCATED


@given(cut=st.integers(1, 2500), kind=st.sampled_from(["PNG", "WEBP", "TIFF", "JPEG"]))
def test_truncated_pictures_raise(
    tmp_path_factory: pytest.TempPathFactory, picture_bytes: Maker, cut: int, kind: str
) -> None:
    whole = picture_bytes(kind, size=(160, 120), seed=5, **({"progressive": True} if kind == "JPEG" else {}))
    path = tmp_path_factory.getbasetemp() / "cut"
    path.write_bytes(whole[: max(12, len(whole) - cut)])
    if kind == "TIFF":  # Pillow writes its directory before the pixels: cut there, it still has a size
        assert read_photo(path).verdict is PhotoVerdict.NO_POSITION
    with pytest.raises(PhotoError) as caught:
        open_picture(path)
    assert caught.value.verdict is PhotoVerdict.UNREADABLE


def test_nothing_is_written_to_stderr(tmp_path: Path, picture_bytes: Maker, capfd: pytest.CaptureFixture[str]) -> None:
    whole = picture_bytes(size=(320, 240))
    for n, content in enumerate([whole[:2000], whole[:100], whole, whole + b"trailing"]):
        (tmp_path / f"{n}.jpg").write_bytes(content)
        try:
            open_picture(tmp_path / f"{n}.jpg")
        except PhotoError as error:
            assert error.reason == TRUNCATED
    assert capfd.readouterr() == ("", "")


def test_heic_needs_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.heic"
    path.write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100))
    monkeypatch.setitem(__import__("sys").modules, "pillow_heif", None)
    photo = read_photo(path)
    assert (photo.verdict, photo.reason) == (PhotoVerdict.UNREADABLE, "HEIC needs the package pillow-heif")


def test_heic(tmp_path: Path, exif_block: Maker, gps_entries: Callable[..., object], picture_bytes: Maker) -> None:
    pillow_heif = pytest.importorskip("pillow_heif")
    image = Image.open(io.BytesIO(picture_bytes(size=(128, 96))))
    path = tmp_path / "a.heic"
    exif = b"Exif\0\0" + exif_block(image={0x0112: (3, [6])}, gps=gps_entries())
    pillow_heif.from_pillow(image).save(path, quality=90, exif=exif)
    photo, picture = read_photo(path), open_picture(path)
    assert (photo.format, photo.verdict) == ("HEIF", PhotoVerdict.OK)
    assert (photo.lon, photo.lat) == pytest.approx((5.3698, 43.2965), abs=1e-6)
    assert (picture.full_width, picture.full_height) == (photo.width, photo.height)
    assert picture.pixels.shape == (photo.height, photo.width, 3)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(PhotoError):
        open_picture(path)


def test_thumbnail_has_no_metadata(
    tmp_path: Path, picture_bytes: Maker, exif_block: Maker, gps_entries: Callable[..., object]
) -> None:
    path = tmp_path / "a.jpg"
    exif = exif_block(image={0x010F: (2, b"Secret make\0")}, gps=gps_entries())
    path.write_bytes(picture_bytes(size=(1000, 600), exif=exif, xmp=b"<x/>"))
    small = open_picture(path).thumbnail()
    with Image.open(io.BytesIO(small)) as image:
        assert (image.format, image.size) == ("JPEG", (320, 192))
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"Secret" not in small
    assert len(open_picture(path).thumbnail(100, 50)) < len(small)


def test_a_picture_is_a_value(tmp_path: Path, picture_bytes: Maker) -> None:
    (tmp_path / "a.jpg").write_bytes(picture_bytes())
    picture = open_picture(tmp_path / "a.jpg")
    with pytest.raises(dataclasses.FrozenInstanceError):
        picture.full_width = 1  # type: ignore[misc]


@pytest.mark.shared
def test_real_files_open(shared: Path, opener: Opener) -> None:
    """Every picture of ianare/exif-samples but those that are broken, with OpenCV and with Pillow alone."""
    refused = {}
    for path in sorted((shared / "exif").rglob("*.*")):
        try:
            picture = opener(path, 160)
        except PhotoError as error:
            refused[path.name] = error.reason
        else:
            photo = read_photo(path)
            assert (picture.full_width, picture.full_height) == (photo.width, photo.height)
            assert max(picture.pixels.shape) == min(160, max(photo.width or 0, photo.height or 0))
    assert set(refused.values()) <= {"HEIC needs the package pillow-heif"}


@pytest.mark.shared
def test_opencv_and_pillow_see_the_same(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("cv2")
    paths = sorted((shared / "exif" / "jpg" / "orientation").glob("*.jpg"))
    with_opencv = [open_picture(path, 200).pixels for path in paths]
    monkeypatch.setattr(picture_module, "_opencv", lambda: None)
    assert len(paths) == 16
    for path, pixels in zip(paths, with_opencv):
        assert difference(pixels, open_picture(path, 200).pixels) < 6, path.name
