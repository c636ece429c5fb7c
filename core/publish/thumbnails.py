# SPDX-License-Identifier: GPL-2.0-or-later
"""Photos inside the page: data URIs, few and light, without the metadata of the camera."""

from __future__ import annotations

import base64
from typing import Optional

_START = b"\xff\xd8"
_SCAN = 0xDA
# APP1 holds EXIF (position, owner, serial number) and XMP, APP13 IPTC, COM free text; the others stay.
_PERSONAL = frozenset({0xE1, 0xED, 0xFE})


def without_metadata(jpeg: bytes) -> Optional[bytes]:
    """Return a JPEG without its EXIF, XMP, IPTC and comment segments; None if this is not a JPEG.

    Only the header is walked (ISO/IEC 10918-1, annex B): no pixel is decoded.
    """
    if not jpeg.startswith(_START):
        return None
    kept = [_START]
    at = 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF:
        marker = jpeg[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker == _SCAN:
            return b"".join([*kept, jpeg[at:]])
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if marker not in _PERSONAL:
            kept.append(jpeg[at:end])
        at = end
    return None


def data_uri(jpeg: bytes) -> str:
    """Return a JPEG as a ``data:`` address."""
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")
