# SPDX-License-Identifier: GPL-2.0-or-later
"""Positions as sources write them: read, and flagged where they can't be right. Never repaired.

A flagged report keeps its raw coordinates in ``extra``; only a person knows what a wrong position should be.
"""

from __future__ import annotations

import math
import re
from typing import Any, Optional

MISSING = "missing"
NOT_A_NUMBER = "not a number"
ZERO = "0,0"
OUT_OF_RANGE = "out of range"
SWAPPED = "swapped?"
LAMBERT_93 = "metres, not degrees (Lambert-93?)"
FAR_OFF = "far off"
NOT_A_POINT = "not a point"

Area = tuple[float, float, float, float]
"""West, south, east, north in degrees (EPSG:4326)."""

METROPOLITAN_FRANCE: Area = (-5.5, 41.2, 10.0, 51.5)

_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?", re.ASCII)
# EPSG:2154 over mainland France and Corsica, in metres.
_LAMBERT_X, _LAMBERT_Y = (0.0, 1_300_000.0), (6_000_000.0, 7_200_000.0)


def number(raw: Any) -> Optional[float]:
    """Return ``raw`` as a float, None where there is nothing, NaN where it is not a number.

    Text may use a decimal comma.
    """
    if raw is None:
        return None
    if isinstance(raw, bool):
        return math.nan
    if isinstance(raw, (int, float)):
        try:
            return float(raw)
        except OverflowError:
            return math.nan
    text = str(raw).strip()
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        return math.nan
    return float(text.replace(",", "."))


def judge(raw_lon: Any, raw_lat: Any, area: Optional[Area] = None) -> tuple[Optional[float], Optional[float], str]:
    """Return longitude, latitude and a flag (``""``: nothing wrong seen).

    Where the flag is not empty there is no position, except for :data:`FAR_OFF`: such a position is possible and
    only lies outside ``area``.

    Parameters
    ----------
    raw_lon, raw_lat : number, text or None
        As the source gives them; degrees in WGS 84 are due.
    area : Area, optional
        Where positions should lie. Without it nothing is far off, and a swap shows only where longitude and
        latitude exchanged would lie in metropolitan France (or can't be a latitude).
    """
    lon, lat = number(raw_lon), number(raw_lat)
    if lon is None or lat is None:
        return None, None, MISSING
    if not (math.isfinite(lon) and math.isfinite(lat)):
        return None, None, NOT_A_NUMBER
    if abs(lon) < 1e-6 and abs(lat) < 1e-6:
        return None, None, ZERO
    if _is_lambert(lon, lat) or _is_lambert(lat, lon):
        return None, None, LAMBERT_93
    if abs(lat) > 90 or abs(lon) > 180:
        swapped = abs(lon) <= 90 and abs(lat) <= 180
        return None, None, SWAPPED if swapped else OUT_OF_RANGE
    if not _within(lon, lat, area or METROPOLITAN_FRANCE):
        if _within(lat, lon, area or METROPOLITAN_FRANCE):
            return None, None, SWAPPED
        if area:
            return lon, lat, FAR_OFF
    return lon, lat, ""


def _is_lambert(x: float, y: float) -> bool:
    return _LAMBERT_X[0] < x < _LAMBERT_X[1] and _LAMBERT_Y[0] < y < _LAMBERT_Y[1]


def _within(lon: float, lat: float, area: Area) -> bool:
    west, south, east, north = area
    return west <= lon <= east and south <= lat <= north
