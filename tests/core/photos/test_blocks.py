# SPDX-License-Identifier: GPL-2.0-or-later
"""Files with more than one block or picture: which of them counts."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest
from sigma_communes.core.model import PhotoVerdict
from sigma_communes.core.photos import read_photo
from sigma_communes.core.photos.content import read_picture_file

from .conftest import build_exif, build_picture

MAKE, TEXT, SHORT, LONG, BYTE = 0x010F, 2, 3, 4, 1


def with_blocks(*blocks: bytes) -> bytes:
    """Return a JPEG with these EXIF blocks, in their order."""
    segments = b"".join(b"\xff\xe1" + struct.pack(">H", len(b) + 8) + b"Exif\0\0" + b for b in blocks)
    picture = build_picture()
    return picture[:2] + segments + picture[2:]


def position(order: str, lat: int = 43, lon: int = 5) -> bytes:
    gps = {1: (TEXT, b"N\0"), 2: (5, [(lat, 1)]), 3: (TEXT, b"E\0"), 4: (5, [(lon, 1)])}
    return build_exif({MAKE: (TEXT, b"Camera\0")}, gps=gps, order=order)


EDITOR = build_exif({MAKE: (TEXT, b"Editor\0")})


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("editors", [0, 1, 2])
def test_the_block_with_a_position_gives_it(tmp_path: Path, order: str, editors: int) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(with_blocks(*[EDITOR] * editors, position(order)))
    photo = read_photo(path)
    assert (photo.verdict, photo.lat, photo.lon) == (PhotoVerdict.OK, 43.0, 5.0)
    assert photo.camera == ("Editor" if editors else "Camera")


def test_the_first_of_two_positions_counts_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(with_blocks(position(">", 43, 5), position("<", 48, 2)))
    assert (read_photo(path).lat, read_photo(path).lon) == (43.0, 5.0)


def test_a_long_block_still_goes_on_in_the_next_segment(tmp_path: Path) -> None:
    block = position(">")
    path = tmp_path / "a.jpg"
    path.write_bytes(with_blocks(block[:40], block[40:]))
    assert read_photo(path).lat == 43.0


def raw(first: dict[int, Any], child: dict[int, Any] | None, order: str = "<") -> bytes:
    """Return a TIFF whose first directory is ``first``, with a sub-directory ``child``."""
    block = build_exif({**first, **({0x014A: (LONG, [0])} if child else {})}, order=order)
    if child is None:
        return block
    at = len(block)
    inner = build_exif(child, order=order)[8:]
    whole = build_exif({**first, 0x014A: (LONG, [at])}, order=order)
    return whole + inner


SMALL = {0x0100: (SHORT, [64]), 0x0101: (SHORT, [43])}
LARGE = {0x0100: (SHORT, [320]), 0x0101: (SHORT, [214])}


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("first", "child", "name"),
    [
        ({**SMALL, 0xC612: (BYTE, [1, 4, 0, 0])}, LARGE, "DNG"),
        ({**LARGE, 0xC612: (BYTE, [1, 4, 0, 0])}, None, "DNG"),
        (SMALL, LARGE, "Raw"),  # NEF and ARW
        ({**LARGE, 0x0106: (SHORT, [32803])}, None, "Raw"),
    ],
)
def test_a_raw_file_is_no_small_tiff(tmp_path: Path, order: str, first: Any, child: Any, name: str) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(raw(first, child, order))
    photo = read_photo(path)
    assert (photo.verdict, photo.reason) == (PhotoVerdict.UNREADABLE, f"{name} pictures are not supported")


def test_a_tiff_with_a_smaller_copy_of_itself_is_a_picture(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(raw(LARGE, SMALL))
    photo = read_photo(path)
    assert (photo.width, photo.height) == (320, 214)
    assert read_picture_file(str(path))[0] == "TIFF"
