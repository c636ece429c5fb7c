# SPDX-License-Identifier: GPL-2.0-or-later
"""Names of coordinate reference systems, brought to ``AUTHORITY:CODE``."""

from __future__ import annotations

import re

_URN = re.compile(
    r"urn:(?:x-)?ogc:def:crs:([A-Za-z]+):[^:]*:(\w+)$|^urn:ogc:def:crs:([A-Za-z]+)::?(\w+)$", re.IGNORECASE
)
_URL = re.compile(r"/def/crs/([A-Za-z]+)/[^/]+/(\w+)/?$|/gml/srs/(epsg)\.xml#(\d+)$", re.IGNORECASE)
_SHORT = re.compile(r"^([A-Za-z]{3,6})\s*:+\s*(\w+)$")
_WRITTEN = re.compile(r"\bEPSG\D{0,20}?\b(\d{4,5})\b", re.IGNORECASE)
# RGF93 and its conic zones (EPSG registry: v1 is what all data of before 2021 mean).
_ZONE = re.compile(r"\b(?:CC|conique(?: conforme)?(?: zone)?|9 ?zones) ?-?(4[2-9]|50)\b", re.IGNORECASE)
_RGF93 = ((re.compile(r"\bv ?2 ?b\b", re.IGNORECASE), 9794, 9800), (re.compile(r"\bv ?2\b", re.IGNORECASE), 9793, 9780))
_LAMBERT_93 = re.compile(r"lambert[ -]?93|rgf ?93 ?(v\d\w?)? ?[/-]? ?lambert$|\bL93\b", re.IGNORECASE)
_WORDS = (
    (re.compile(r"wgs ?_?84$|^wgs ?84\b(?!.*utm)", re.IGNORECASE), "EPSG:4326"),
    (re.compile(r"web mercator|pseudo-?mercator", re.IGNORECASE), "EPSG:3857"),
)


_SPEAKS_OF_ONE = re.compile(
    r"\d|lambert|wgs|rgf|etrs|utm|ntf|ngf|mercator|conique|conic|cc ?\d|réunion|martinique|guadeloupe|guyane|mayotte",
    re.IGNORECASE,
)


def names_crs(text: str) -> bool:
    """Say whether a text may name a reference system of coordinates; calendars and languages do not."""
    return _SPEAKS_OF_ONE.search(text) is not None or re.fullmatch(r"[A-Z]{3,8}:\w{2,12}", text) is not None


def crs_name(text: str, space: str = "") -> str:
    """Return ``EPSG:2154`` for the ways that this is written (URN, URL, code with or without its space); else text.

    A code that is written wins over words, and words that name a conic zone (``CC44``) are no Lambert-93.

    >>> crs_name("RGF93 / Lambert CC44"), crs_name("RGF93 v2b / CC44"), crs_name("RGF93 / Lambert-93 (EPSG:2154)")
    ('EPSG:3944', 'EPSG:9844', 'EPSG:2154')
    """
    text = text.strip()
    for pattern in (_URN, _URL):
        found = pattern.search(text)
        if found:
            parts = [part for part in found.groups() if part]
            return f"{parts[0].upper()}:{parts[1]}"
    found = _SHORT.match(text)
    if found:
        return f"{found.group(1).upper()}:{found.group(2)}"
    if text.isdigit() and 4 <= len(text) <= 6:
        return f"{space.strip().upper() if space.strip().isalpha() else 'EPSG'}:{text}"
    found = _WRITTEN.search(text)
    if found:
        return f"EPSG:{found.group(1)}"
    zone = _ZONE.search(text)
    if zone or _LAMBERT_93.search(text):
        lambert, zones = next(((a, b) for word, a, b in _RGF93 if word.search(text)), (2154, 3900))
        return f"EPSG:{zones + int(zone.group(1)) if zone else lambert}"
    for pattern, name in _WORDS:
        if pattern.search(text):
            return name
    return text
