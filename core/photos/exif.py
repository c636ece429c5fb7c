# SPDX-License-Identifier: GPL-2.0-or-later
"""The tags of an EXIF block, read leniently.

Pillow's reader stops at the first damaged entry of a directory, and says so through ``warnings``, which are one
switch for all threads of a process. Damaged blocks are everyday input here, so the few tags that matter are read
tag by tag: what is damaged is left out, all the rest is used. The format is TIFF 6.0 (section 2), with the tags
of EXIF 3.0 (CIPA DC-008); BigTIFF differs in the width of its counts and offsets.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Union

Value = Union[bytes, tuple[float, ...]]
"""Text and undefined bytes as bytes; numbers as a tuple. A rational over zero is NaN (0/0) or infinite."""

Tags = Mapping[int, Value]

MAKE, MODEL, ORIENTATION, DATE_TIME, XMP_PACKET = 0x010F, 0x0110, 0x0112, 0x0132, 0x02BC
IMAGE_WIDTH, IMAGE_HEIGHT = 0x0100, 0x0101
_SUBFILE_TYPE, _COLOURS, _SUB_IFDS, _DNG_VERSION = 0x00FE, 0x0106, 0x014A, 0xC612
_COLOUR_FILTER_ARRAY = (32803, 34892)  # a sensor's mosaic, or its linear form: TIFF/EP and DNG 1.7
_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_MAX_VALUE = 64 * 1024
_MAX_XMP = 16 * 1024 * 1024

# type: (bytes, struct letter); 5 and 10 are pairs
_TYPES = {
    1: (1, "B"), 2: (1, ""), 3: (2, "H"), 4: (4, "I"), 5: (8, "I"), 6: (1, "b"), 7: (1, ""), 8: (2, "h"),
    9: (4, "i"), 10: (8, "i"), 11: (4, "f"), 12: (8, "d"), 13: (4, "I"), 16: (8, "Q"), 17: (8, "q"), 18: (8, "Q"),
}  # fmt: skip

_IMAGE_TAGS = frozenset(
    {
        MAKE,
        MODEL,
        ORIENTATION,
        DATE_TIME,
        XMP_PACKET,
        IMAGE_WIDTH,
        IMAGE_HEIGHT,
        _EXIF_IFD,
        _GPS_IFD,
        _SUBFILE_TYPE,
        _COLOURS,
        _SUB_IFDS,
        _DNG_VERSION,
    }  # fmt: skip
)
_EXIF_TAGS = frozenset({0x9003, 0x9004, 0x9010, 0x9011, 0x9012, 0x9290, 0x9291, 0x9292, _GPS_IFD})
_GPS_TAGS = frozenset({1, 2, 3, 4, 5, 6, 7, 9, 11, 16, 17, 29, 31})


@dataclass(frozen=True)
class Exif:
    """The tags of the three directories that matter: picture (IFD0), exposure (Exif IFD) and GPS."""

    image: Tags = field(default_factory=dict)
    exposure: Tags = field(default_factory=dict)
    gps: Tags = field(default_factory=dict)


def read_exif(block: bytes) -> Exif:
    """Return the tags of a block that begins with a TIFF header; whatever is damaged is missing, nothing raises."""
    layout = _Layout.of(block)
    if layout is None:
        return Exif()
    image = layout.directory(block, layout.first, _IMAGE_TAGS)
    exposure = layout.directory(block, _pointer(image, _EXIF_IFD), _EXIF_TAGS)
    gps = layout.directory(block, _pointer(image, _GPS_IFD) or _pointer(exposure, _GPS_IFD), _GPS_TAGS)
    return Exif(image, exposure, gps)


def starts_block(data: bytes) -> bool:
    """Say whether bytes begin with a TIFF header, as every EXIF block does."""
    return _Layout.of(data) is not None and data[2:4] in (b"*\0", b"\0*", b"+\0", b"\0+")


def united(blocks: list[Exif]) -> Exif:
    """Return the tags of several blocks of one file: the first that has a tag counts, a position is of one block.

    Editors put a block of their own before the camera's.
    """
    if len(blocks) == 1:
        return blocks[0]
    image: dict[int, Value] = {}
    exposure: dict[int, Value] = {}
    for block in blocks:
        image = {**block.image, **image}
        exposure = {**block.exposure, **exposure}
    with_position = [block.gps for block in blocks if block.gps.get(2) and block.gps.get(4)]
    return Exif(image, exposure, next(iter([*with_position, *(b.gps for b in blocks if b.gps)]), {}))


def raw_kind(block: bytes, image: Tags) -> str:
    """Return ``DNG`` or ``raw`` where a TIFF is a camera's raw file, whose first directory is a thumbnail; else ``""``.

    Told by DNGVersion, by Canon's mark, by a sensor's mosaic, or by a sub-directory (TIFF tech note 1) that holds a
    larger picture than the first directory.
    """
    if _DNG_VERSION in image:
        return "DNG"
    if block[8:10] == b"CR" or number(image.get(_COLOURS)) in _COLOUR_FILTER_ARRAY:
        return "raw"
    layout, children = _Layout.of(block), image.get(_SUB_IFDS)
    if layout is None or not isinstance(children, tuple):
        return ""
    for start in children[:16]:
        child = layout.directory(block, int(start), _IMAGE_TAGS)
        if (number(child.get(IMAGE_WIDTH)) or 0) > (number(image.get(IMAGE_WIDTH)) or 0):
            return "raw"
    return ""


def orientation(exif: Exif) -> int:
    """Return the EXIF orientation, 1 to 8; 1 where it is missing or makes no sense."""
    value = number(exif.image.get(ORIENTATION))
    return int(value) if value is not None and value in range(1, 9) else 1


def number(value: object) -> float | None:
    """Return the first number of a value, or None where there is none or it is not finite."""
    first = value[0] if isinstance(value, tuple) and value else None
    return float(first) if isinstance(first, (int, float)) and math.isfinite(first) else None


def text(value: object) -> str:
    """Return a value as text: up to its first NUL, trimmed, on one line; empty where it is no text."""
    if not isinstance(value, bytes):
        return ""
    raw = value.split(b"\0", 1)[0]
    try:
        string = raw.decode("utf-8")
    except UnicodeDecodeError:
        string = raw.decode("latin-1")
    return " ".join("".join(c if c.isprintable() else " " for c in string).split())


def _pointer(tags: Tags, tag: int) -> int:
    value = number(tags.get(tag))
    return int(value) if value is not None and value > 0 else 0


@dataclass(frozen=True)
class _Layout:
    """Byte order and widths of one block: classic TIFF or BigTIFF."""

    order: str
    first: int
    count: str = "H"
    offset: str = "I"

    @staticmethod
    def of(block: bytes) -> _Layout | None:
        order = {b"II": "<", b"MM": ">"}.get(block[:2])
        if order is None or len(block) < 16:
            return None
        magic = struct.unpack_from(order + "H", block, 2)[0]
        if magic == 43:
            return _Layout(order, struct.unpack_from(order + "Q", block, 8)[0], "Q", "Q")
        return _Layout(order, struct.unpack_from(order + "I", block, 4)[0])

    def directory(self, block: bytes, start: int, wanted: frozenset[int]) -> dict[int, Value]:
        """Return the wanted tags of the directory at ``start``; the first of each, like other readers do."""
        tags: dict[int, Value] = {}
        width = struct.calcsize(self.offset)
        entry = struct.Struct(f"{self.order}HH{self.offset}")
        step = entry.size + width
        start += struct.calcsize(self.count)
        if start == struct.calcsize(self.count) or start > len(block):
            return tags
        (count,) = struct.unpack_from(self.order + self.count, block, start - struct.calcsize(self.count))
        for at in range(start, min(start + min(count, 0xFFFF) * step, len(block) - step + 1), step):
            tag, kind, length = entry.unpack_from(block, at)
            if tag not in wanted or tag in tags or kind not in _TYPES:
                continue
            size = length * _TYPES[kind][0]
            if not 0 < size <= (_MAX_XMP if tag == XMP_PACKET else _MAX_VALUE):
                continue
            place = at + entry.size
            if size > width:
                (place,) = struct.unpack_from(self.order + self.offset, block, place)
            raw = block[place : place + size]
            if len(raw) == size:
                tags[tag] = raw if tag == XMP_PACKET else self._value(raw, kind)
        return tags

    def _value(self, raw: bytes, kind: int) -> Value:
        size, letter = _TYPES[kind]
        if not letter:
            return raw
        if kind not in (5, 10):
            return struct.unpack(f"{self.order}{len(raw) // size}{letter}", raw)
        flat = struct.unpack(f"{self.order}{len(raw) // 4}{letter}", raw)
        return tuple(_ratio(top, bottom) for top, bottom in zip(flat[::2], flat[1::2]))


def _ratio(top: int, bottom: int) -> float:
    if bottom:
        return top / bottom
    return math.copysign(math.inf, top) if top else math.nan
