# SPDX-License-Identifier: GPL-2.0-or-later
"""Names of coordinate reference systems, brought to ``AUTHORITY:CODE``."""

from __future__ import annotations

import re

_URN = re.compile(
    r"urn:(?:x-)?ogc:def:crs:([A-Za-z]+):[^:]*:(\w+)$|^urn:ogc:def:crs:([A-Za-z]+)::?(\w+)$", re.IGNORECASE
)
_URL = re.compile(r"/def/crs/([A-Za-z]+)/[^/]+/(\w+)/?$|/gml/srs/(epsg)\.xml#(\d+)$", re.IGNORECASE)
_SHORT = re.compile(r"^([A-Za-z]{3,6})\s*:+\s*(\w+)$")
_NUMBER = re.compile(r"(?:EPSG\D{0,3})?\b(\d{4,5})\b", re.IGNORECASE)
_WORDS = (
    (re.compile(r"lambert[ -]?93|rgf93.*lambert", re.IGNORECASE), "EPSG:2154"),
    (re.compile(r"wgs ?_?84$|^wgs ?84\b(?!.*utm)", re.IGNORECASE), "EPSG:4326"),
    (re.compile(r"web mercator|pseudo-?mercator", re.IGNORECASE), "EPSG:3857"),
)


_SPEAKS_OF_ONE = re.compile(
    r"\d|lambert|wgs|rgf|etrs|utm|ntf|ngf|mercator|conique|conic|cc\b|réunion|martinique|guadeloupe|guyane|mayotte",
    re.IGNORECASE,
)


def names_crs(text: str) -> bool:
    """Say whether a text may name a reference system of coordinates; calendars and languages do not."""
    return _SPEAKS_OF_ONE.search(text) is not None or re.fullmatch(r"[A-Z]{3,8}:\w{2,12}", text) is not None


def crs_name(text: str, space: str = "") -> str:
    """Return ``EPSG:2154`` for the ways that this is written (URN, URL, code with or without its space); else text."""
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
    for pattern, name in _WORDS:
        if pattern.search(text):
            return name
    found = _NUMBER.search(text)
    if found and "epsg" in text.casefold():
        return f"EPSG:{found.group(1)}"
    return text
