# SPDX-License-Identifier: GPL-2.0-or-later
"""Pictures made for the tests: real files with the EXIF that a test asks for, however odd."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from PIL import Image

Entry = tuple[int, list[Any]]  # EXIF type, values (pairs for rationals, bytes for text)

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
_LETTERS = {1: "B", 3: "H", 4: "I", 5: "II", 6: "b", 8: "h", 9: "i", 10: "ii", 11: "f", 12: "d"}


def _packed(order: str, kind: int, values: Any) -> tuple[int, bytes]:
    if kind in (2, 7):
        return len(values), bytes(values)
    flat = [part for value in values for part in (value if isinstance(value, tuple) else (value,))]
    return len(values), struct.pack(f"{order}{_LETTERS[kind] * len(values)}", *flat)


def build_exif(
    image: Mapping[int, Entry] | None = None,
    exposure: Mapping[int, Entry] | None = None,
    gps: Mapping[int, Entry] | None = None,
    order: str = ">",
) -> bytes:
    """Return an EXIF block with exactly these entries, whatever the standard says of their types."""
    directories = [dict(image or {}), dict(exposure or {}), dict(gps or {})]
    if exposure is not None:
        directories[0][0x8769] = (4, [0])
    if gps is not None:
        directories[0][0x8825] = (4, [0])
    starts, at = [], 8
    for directory in directories:
        starts.append(at)
        at += 2 + 12 * len(directory) + 4
        at += sum(size if size > 4 else 0 for size in (_SIZES[k] * len(v) for k, v in directory.values()))
    if exposure is not None:
        directories[0][0x8769] = (4, [starts[1]])
    if gps is not None:
        directories[0][0x8825] = (4, [starts[2]])
    block = bytearray((b"MM" if order == ">" else b"II") + struct.pack(order + "HI", 42, 8))
    for start, directory in zip(starts, directories):
        assert len(block) == start
        entries, values = bytearray(struct.pack(order + "H", len(directory))), bytearray()
        data_at = start + 2 + 12 * len(directory) + 4
        for tag, (kind, value) in sorted(directory.items()):
            count, raw = _packed(order, kind, value)
            place = raw.ljust(4, b"\0") if len(raw) <= 4 else struct.pack(order + "I", data_at + len(values))
            values += raw if len(raw) > 4 else b""
            entries += struct.pack(order + "HHI", tag, kind, count) + place
        block += entries + struct.pack(order + "I", 0) + values
    return bytes(block)


def build_picture(
    format_name: str = "JPEG",
    size: tuple[int, int] = (64, 48),
    *,
    exif: bytes = b"",
    xmp: bytes = b"",
    seed: int = 0,
    mode: str = "RGB",
    **options: Any,
) -> bytes:
    """Return the bytes of a picture with smooth random colours."""
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    image = Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC).convert(mode)
    if exif:
        options["exif"] = b"Exif\0\0" + exif if format_name == "JPEG" else exif
    out = io.BytesIO()
    image.save(out, format_name, **options)
    content = out.getvalue()
    if xmp:  # of a JPEG
        segment = b"http://ns.adobe.com/xap/1.0/\0" + xmp
        content = content[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + content[2:]
    return content


@pytest.fixture(scope="session")
def exif_block() -> Callable[..., bytes]:
    return build_exif


@pytest.fixture(scope="session")
def picture_bytes() -> Callable[..., bytes]:
    return build_picture


@pytest.fixture(scope="session")
def gps_entries() -> Callable[..., dict[int, Entry]]:
    """A position in the shape of most cameras: degrees, minutes, seconds as rationals with hemispheres."""

    def entries(lat: float = 43.2965, lon: float = 5.3698) -> dict[int, Entry]:
        def parts(degrees: float) -> list[tuple[int, int]]:
            whole = int(abs(degrees))
            minutes = int((abs(degrees) - whole) * 60)
            seconds = round((abs(degrees) - whole - minutes / 60) * 3600 * 100_000)
            return [(whole, 1), (minutes, 1), (seconds, 100_000)]

        return {
            1: (2, b"N\0" if lat >= 0 else b"S\0"),
            2: (5, parts(lat)),
            3: (2, b"E\0" if lon >= 0 else b"W\0"),
            4: (5, parts(lon)),
        }

    return entries
