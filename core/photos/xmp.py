# SPDX-License-Identifier: GPL-2.0-or-later
"""The properties of an XMP packet (ISO 16684-1) that matter for a photo."""

from __future__ import annotations

import re
from collections.abc import Mapping

_WANTED = {
    "http://ns.adobe.com/exif/1.0/": (
        "GPSLatitude", "GPSLongitude", "GPSAltitude", "GPSAltitudeRef", "GPSImgDirection", "GPSImgDirectionRef",
        "GPSHPositioningError", "GPSDOP", "GPSStatus", "DateTimeOriginal",
    ),
    "http://ns.adobe.com/xap/1.0/": ("CreateDate",),
    "http://ns.adobe.com/photoshop/1.0/": ("DateCreated",),
    # DJI's drones; older ones write Longtitude. Google's panoramas.
    "http://www.dji.com/drone-dji/1.0/": (
        "GpsLatitude", "GpsLongitude", "GpsLongtitude", "AbsoluteAltitude", "GimbalYawDegree",
    ),
    "http://ns.google.com/photos/1.0/panorama/": ("PoseHeadingDegrees",),
}  # fmt: skip
_ORIENTATION = re.compile(rb'tiff:Orientation(?:\s*=\s*["\']|>)\s*([1-8])\b')


def read_xmp(packet: bytes) -> Mapping[str, str]:
    """Return the wanted properties by their local names; nothing where the packet is damaged.

    A packet with a document type is refused whole: XMP has none, and entities are how XML bombs are built.
    """
    start, end = packet.find(b"<"), packet.rfind(b">")
    if start < 0 or b"<!DOCTYPE" in packet or b"<!ENTITY" in packet:
        return {}
    from ..base.xml import etree  # only few photos need it

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root = etree.fromstring(packet[start : end + 1], parser)
    except (etree.XMLSyntaxError, ValueError):
        return {}
    found: dict[str, str] = {}
    if root is None:
        return found
    for description in root.iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description"):
        for namespace, names in _WANTED.items():
            for name in names:
                value = description.get(f"{{{namespace}}}{name}") or description.findtext(f"{{{namespace}}}{name}")
                if value and value.strip():
                    found.setdefault(name, value.strip())
    return found


def xmp_orientation(packet: bytes) -> int:
    """Return the orientation a packet gives, 1 to 8; 1 where it gives none. Pillow looks there too."""
    match = _ORIENTATION.search(packet) if packet else None
    return int(match.group(1)) if match else 1
