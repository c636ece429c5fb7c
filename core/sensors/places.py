# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a thing is: the locations of SensorThings, in both encodings of GeoJSON."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Optional

from ..base.geos import shapely

_ENCODINGS = ("application/vnd.geo+json", "application/geo+json", "")
"""Of SensorThings 1.0 and 1.1; an empty one is looked at, too."""


def point_of(locations: Any) -> tuple[Optional[float], Optional[float], str]:
    """Return longitude, latitude and what is wrong with them (``""``: nothing).

    Of several locations the first with a position counts; of a line or an area a point on it. A Feature may stand for
    its geometry.
    """
    if isinstance(locations, Mapping):
        locations = [locations]
    if not isinstance(locations, Sequence) or isinstance(locations, str) or not locations:
        return None, None, "it has no location"
    flaw = "its location is not GeoJSON"
    for location in locations:
        if not isinstance(location, Mapping):
            continue
        if str(location.get("encodingType") or "").strip().casefold() not in _ENCODINGS:
            continue
        found = _position(location.get("location"))
        if found is None:
            continue
        lon, lat = found
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            flaw = "its position is impossible"
        elif lon == lat == 0:
            flaw = "its position is 0, 0"
        else:
            return lon, lat, ""
    return None, None, flaw


def _position(geometry: Any) -> Optional[tuple[float, float]]:
    if not isinstance(geometry, Mapping):
        return None
    if geometry.get("type") == "Feature":
        return _position(geometry.get("geometry"))
    try:
        if geometry.get("type") == "Point":
            lon, lat = (float(value) for value in geometry["coordinates"][:2])
        else:
            inside = shapely.point_on_surface(shapely.geometry.shape(dict(geometry)))
            lon, lat = float(inside.x), float(inside.y)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, shapely.errors.ShapelyError):
        return None
    return (lon, lat) if math.isfinite(lon) and math.isfinite(lat) else None
