# SPDX-License-Identifier: GPL-2.0-or-later
"""What the header of a picture says, read without decoding a pixel.

Pillow can't be asked for this: opening a WebP allocates its whole canvas, a PNG whose EXIF follows the pixels is
decoded to reach it, a large picture is reported through ``warnings``. A picture's size must be known *before* a
decoder touches it, so the few fields are read here. Formats: JPEG (ITU T.81), PNG (W3C, third edition), WebP
(RFC 9649), TIFF 6.0; HEIC through pillow-heif.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Optional

from ..base.compiled import load
from ..model import PhotoVerdict
from .errors import PhotoError
from .exif import (
    IMAGE_HEIGHT,
    IMAGE_WIDTH,
    XMP_PACKET,
    Exif,
    number,
    orientation,
    raw_kind,
    read_exif,
    starts_block,
    united,
)
from .xmp import xmp_orientation

MAX_PIXELS = 200_000_000
"""The largest phone cameras of 2024 give 200 megapixels; what claims more would fill the memory."""

TRUNCATED = "truncated: the end of the picture is missing"
_MAX_UNPACKED = 1024 * 1024


@dataclass(frozen=True)
class Header:
    """Size in pixels as stored (before orientation), metadata, and how the file ends.

    ``orientation`` is 1 to 8 (EXIF, else XMP as Pillow does; HEIC has its own, applied by its decoder: 1).
    ``truncated`` says that the end mark of the picture is missing. ``components`` is for JPEG: 4 is CMYK.
    """

    format: str
    width: int
    height: int
    exif: Exif
    xmp: bytes
    orientation: int
    truncated: bool = False
    components: int = 3

    @property
    def upright_size(self) -> tuple[int, int]:
        """Width and height after orientation."""
        return (self.height, self.width) if self.orientation >= 5 else (self.width, self.height)


def read_header(format_name: str, data: bytes, where: str = "") -> Header:
    """Return the header of a whole file in memory; ``format_name`` as ``content.read_picture_file`` gives it.

    Raises
    ------
    PhotoError
        UNREADABLE where the header is damaged or its decoder is not installed; TOO_LARGE above MAX_PIXELS.
    """
    try:
        header = _READERS[format_name](data)
    except (struct.error, IndexError, _BrokenError) as error:
        reason = str(error) if isinstance(error, _BrokenError) else TRUNCATED
        raise PhotoError(PhotoVerdict.UNREADABLE, reason, where) from error
    except PhotoError as error:
        raise PhotoError(error.verdict, error.reason, where) from error
    if header.width <= 0 or header.height <= 0:
        raise PhotoError(PhotoVerdict.UNREADABLE, "broken: the header gives no size", where)
    if header.width * header.height > MAX_PIXELS:
        megapixels = header.width * header.height / 1e6
        reason = f"{header.width} x {header.height} pixels, {megapixels:,.0f} megapixels (limit {MAX_PIXELS / 1e6:.0f})"
        raise PhotoError(PhotoVerdict.TOO_LARGE, reason, where)
    return header


class _BrokenError(Exception):
    """The header is no header of this format."""


def _header(
    name: str,
    size: tuple[int, int],
    blocks: list[bytes],
    xmp: bytes,
    *,
    truncated: bool = False,
    components: int = 3,
) -> Header:
    exif = united([read_exif(block) for block in blocks]) if blocks else Exif()
    turn = orientation(exif)
    if turn == 1 and name != "HEIF" and 0x0112 not in exif.image:
        turn = xmp_orientation(xmp)
    return Header(name, *size, exif, xmp, 1 if name == "HEIF" else turn, truncated, components)


# --- JPEG --------------------------------------------------------------------------------------------------------

_SOI, _EOI, _SOS, _APP0, _APP1, _APP14, _COM = 0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xEE, 0xFE
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_EXIF_ID, _XMP_ID = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0"


def jpeg_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield marker, start of payload and end of each segment up to and with the first start of scan.

    Junk between segments and fill bytes are passed over as libjpeg does.
    """
    at = 2
    while True:
        at = data.find(b"\xff", at)
        if at < 0:
            raise _BrokenError(TRUNCATED)
        while data[at] == 0xFF:
            at += 1
        marker = data[at]
        at += 1
        if marker in (0x00, 0x01) or 0xD0 <= marker <= 0xD7:
            continue
        if marker in (_SOI, _EOI):
            raise _BrokenError("broken: no picture between its marks")
        (length,) = struct.unpack_from(">H", data, at)
        if length < 2:
            raise _BrokenError("broken: a segment without a length")
        if at + length > len(data):
            raise _BrokenError(TRUNCATED)
        yield marker, at + 2, at + length
        at += length
        if marker == _SOS:
            return


def jpeg_without_metadata(data: bytes) -> bytes:
    """Return a JPEG with only the segments its pixels need: no EXIF, XMP, profile, comment or second picture.

    APP0 (JFIF) and APP14 (Adobe) stay, because they say what the colours mean.
    """
    kept, at = [b"\xff\xd8"], 2
    for marker, start, end in jpeg_segments(data):
        if not (_APP0 < marker <= 0xEF and marker != _APP14) and marker != _COM:
            kept.append(b"\xff" + bytes([marker]) + data[start - 2 : end])
        at = end
    kept.append(data[at:])
    return b"".join(kept)


def _jpeg(data: bytes) -> Header:
    size: Optional[tuple[int, int]] = None
    components, scan = 3, len(data)
    exif: list[bytes] = []
    xmp = b""
    for marker, start, end in jpeg_segments(data):
        if marker == _APP1:
            if data.startswith(_EXIF_ID, start):
                part = data[start + len(_EXIF_ID) : end]
                if not exif or starts_block(part):
                    exif.append(part)
                else:  # a block above 64 KiB goes on in the next segment
                    exif[-1] += part
            elif not xmp and data.startswith(_XMP_ID, start):
                xmp = data[start + len(_XMP_ID) : end]
        elif marker in _FRAMES and size is None:
            height, width, components = struct.unpack_from(">HHB", data, start + 1)
            size = (width, height)
        elif marker == _SOS:
            scan = end
    if size is None:
        raise _BrokenError("broken: a scan without a frame")
    # After the start of scan 0xFF is always stuffed, so an end mark there is one; those of thumbnails come before.
    # It is searched from the end: what follows the picture (padding, more pictures, a video) may be there.
    truncated = data.rfind(b"\xff\xd9", scan) < 0
    return _header("JPEG", size, exif, xmp, truncated=truncated, components=components)


# --- PNG ---------------------------------------------------------------------------------------------------------

_PNG_XMP = b"XML:com.adobe.xmp\0"
_PNG_RAW_EXIF = re.compile(rb"Raw profile type (?:exif|APP1)\0")


def _png(data: bytes) -> Header:
    if data[12:16] != b"IHDR":
        raise _BrokenError("broken: no header chunk")
    width, height = struct.unpack_from(">II", data, 16)
    exif, xmp, complete, at = b"", b"", False, 8
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        start, end = at + 8, at + 8 + length
        if kind == b"IEND":
            complete = end + 4 <= len(data)
            break
        if kind == b"eXIf":
            exif = data[start:end]
        elif kind == b"iTXt" and data.startswith(_PNG_XMP, start):
            xmp = _international_text(data[start + len(_PNG_XMP) : end])
        elif kind == b"zTXt" and not exif and _PNG_RAW_EXIF.match(data, start):
            exif = _raw_profile(_unpacked(data[data.index(b"\0", start) + 2 : end]))
        elif kind == b"tEXt" and not exif and _PNG_RAW_EXIF.match(data, start):
            exif = _raw_profile(data[data.index(b"\0", start) + 1 : end])
        at = end + 4
    return _header("PNG", (width, height), [exif.removeprefix(_EXIF_ID)], xmp, truncated=not complete)


def _international_text(chunk: bytes) -> bytes:
    parts = chunk[2:].split(b"\0", 2)  # flag, method; language, translated keyword, text
    if len(chunk) < 2 or len(parts) < 3:
        return b""
    return _unpacked(parts[2]) if chunk[0] else parts[2]


def _unpacked(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, _MAX_UNPACKED)
    except zlib.error:
        return b""


def _raw_profile(text: bytes) -> bytes:
    """Return the bytes of ImageMagick's hexadecimal profile: a name, a length, then hex digits in lines."""
    try:
        return bytes.fromhex(b"".join(text.split()[2:]).decode("ascii"))
    except ValueError:
        return b""


# --- WebP --------------------------------------------------------------------------------------------------------


def _webp(data: bytes) -> Header:
    (riff_size,) = struct.unpack_from("<I", data, 4)
    size: Optional[tuple[int, int]] = None
    exif, xmp, at = b"", b"", 12
    while at + 8 <= len(data):
        kind, length = struct.unpack_from("<4sI", data, at)
        start, end = at + 8, at + 8 + length
        if kind == b"VP8X":
            size = (1 + int.from_bytes(data[start + 4 : start + 7], "little"),
                    1 + int.from_bytes(data[start + 7 : start + 10], "little"))  # fmt: skip
        elif kind == b"VP8L" and size is None:
            (bits,) = struct.unpack_from("<I", data, start + 1)
            size = (1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
        elif kind == b"VP8 " and size is None:
            width, height = struct.unpack_from("<HH", data, start + 6)
            size = (width & 0x3FFF, height & 0x3FFF)
        elif kind == b"EXIF":
            exif = data[start:end]
        elif kind == b"XMP ":
            xmp = data[start:end]
        at = end + (length & 1)
    if size is None:
        raise _BrokenError("broken: no picture in the container")
    return _header("WEBP", size, [exif.removeprefix(_EXIF_ID)], xmp, truncated=8 + riff_size > len(data) + 1)


# --- TIFF and HEIC -----------------------------------------------------------------------------------------------


def _tiff(data: bytes) -> Header:
    tags = read_exif(data).image
    if kind := raw_kind(data, tags):
        name = "DNG" if kind == "DNG" else "Raw"
        raise PhotoError(PhotoVerdict.UNREADABLE, f"{name} pictures are not supported")
    width, height = number(tags.get(IMAGE_WIDTH)), number(tags.get(IMAGE_HEIGHT))
    if width is None or height is None:
        raise _BrokenError("broken: the header gives no size")
    xmp = tags.get(XMP_PACKET)
    return _header("TIFF", (int(width), int(height)), [data], xmp if isinstance(xmp, bytes) else b"")


def open_heif(data: bytes) -> Any:
    """Return pillow-heif's file object; its pixels are decoded on first use.

    Raises
    ------
    PhotoError
        UNREADABLE where pillow-heif is not installed or can't read it.
    """
    try:
        pillow_heif = load("pillow_heif")
    except ImportError as error:
        raise PhotoError(PhotoVerdict.UNREADABLE, "HEIC needs the package pillow-heif") from error
    try:
        return pillow_heif.open_heif(data)
    except Exception as error:  # its C library raises what it likes
        raise PhotoError(PhotoVerdict.UNREADABLE, f"broken: {error}") from error


def _heif(data: bytes) -> Header:
    file = open_heif(data)
    exif, xmp = file.info.get("exif") or b"", file.info.get("xmp") or b""
    return _header("HEIF", file.size, [bytes(exif).removeprefix(_EXIF_ID)], bytes(xmp))


_READERS = {"JPEG": _jpeg, "PNG": _png, "WEBP": _webp, "TIFF": _tiff, "HEIF": _heif}
