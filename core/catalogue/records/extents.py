# SPDX-License-Identifier: GPL-2.0-or-later
"""Extents as catalogues write them: checked, and put right only where there is one way to read them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, Optional

Extent = tuple[float, float, float, float]
"""west, south, east, north, in degrees."""

WORLD_WIDE = "the extent is the whole world"
_SWAPPED = "the extent's axes were swapped; read as longitude, latitude"
_REVERSED = "the extent's corners were in the wrong order"
_IMPOSSIBLE = "the extent is impossible: {}"
_SEEMS_SWAPPED = "the extent's axes seem swapped; read as longitude, latitude"
FRANCE: Extent = (-5.5, 41.0, 10.0, 51.5)
"""Metropolitan France, Corsica included, with some sea."""


def read_extent(west: Any, south: Any, east: Any, north: Any) -> tuple[Optional[Extent], tuple[str, ...]]:
    """Return an extent and what was wrong with it.

    Latitudes beyond 90° can only be longitudes: then the axes are swapped back, and said so. South above north is put
    in order. An extent of the whole world (or nearly) is kept and said. An extent across the antimeridian (west of
    the Pacific to east of it) becomes one around the world in longitude. Anything else impossible gives None.
    """
    try:
        numbers = [float(str(value).strip().replace(",", ".")) for value in (west, south, east, north)]
    except (TypeError, ValueError):
        return None, (_IMPOSSIBLE.format("not numbers"),)
    shown = " ".join(f"{number:g}" for number in numbers)
    if not all(math.isfinite(number) for number in numbers):
        return None, (_IMPOSSIBLE.format(shown),)
    flaws: list[str] = []
    if max(abs(numbers[1]), abs(numbers[3])) > 90 >= max(abs(numbers[0]), abs(numbers[2])):
        numbers = [numbers[1], numbers[0], numbers[3], numbers[2]]
        flaws.append(_SWAPPED)
    w, s, e, n = numbers
    if abs(w) > 180.01 or abs(e) > 180.01 or abs(s) > 90.01 or abs(n) > 90.01:
        return None, (_IMPOSSIBLE.format(shown),)
    if s > n:
        s, n = n, s
        flaws.append(_REVERSED)
    if w > e:
        if w - e > 180:
            w, e = -180.0, 180.0
        else:
            w, e = e, w
            flaws.append(_REVERSED)
    if w == s == e == n == 0:
        return None, (_IMPOSSIBLE.format("0 0 0 0"),)
    extent = (max(w, -180.0), max(s, -90.0), min(e, 180.0), min(n, 90.0))
    if extent[2] - extent[0] >= 359 and extent[3] - extent[1] >= 160:
        flaws.append(WORLD_WIDE)
    return extent, tuple(dict.fromkeys(flaws))


def turned(extent: Optional[Extent], home: Extent = FRANCE) -> tuple[Optional[Extent], tuple[str, ...]]:
    """Return an extent with its axes swapped back where it misses ``home`` and lies inside it when turned.

    Latitude 43, longitude 5 written the wrong way round is a place off Somalia, and not impossible in itself; in a
    French catalogue it is nearly always an error. What was done is in the flaws.
    """
    if extent is None or meets(extent, home):
        return extent, ()
    west, south, east, north = extent
    other = (south, west, north, east)
    inside = home[0] <= other[0] and home[1] <= other[1] and other[2] <= home[2] and other[3] <= home[3]
    return (other, (_SEEMS_SWAPPED,)) if inside else (extent, ())


def meets(one: Extent, other: Extent) -> bool:
    """Say whether two extents have a point in common."""
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def union(extents: Iterable[Extent]) -> Optional[Extent]:
    """Return the extent that holds all; None of none."""
    found = list(extents)
    if not found:
        return None
    wests, souths, easts, norths = zip(*found)
    return min(wests), min(souths), max(easts), max(norths)


def of_geojson(geometry: Any) -> tuple[Optional[Extent], tuple[str, ...]]:
    """Return the extent of a GeoJSON geometry, feature, or bbox list."""
    if isinstance(geometry, list) and len(geometry) in (4, 6) and not isinstance(geometry[0], (list, dict)):
        half = len(geometry) // 2
        return read_extent(geometry[0], geometry[1], geometry[half], geometry[half + 1])
    if not isinstance(geometry, dict):
        return None, ()
    if isinstance(geometry.get("geometry"), dict):
        geometry = geometry["geometry"]
    positions = list(_positions(geometry.get("coordinates"), 0))
    if not positions:
        return None, ()
    xs, ys = zip(*positions)
    return read_extent(min(xs), min(ys), max(xs), max(ys))


def _positions(node: Any, depth: int) -> Iterable[tuple[float, float]]:
    if not isinstance(node, list) or depth > 5:
        return
    if len(node) >= 2 and all(isinstance(value, (int, float)) for value in node[:2]):
        yield float(node[0]), float(node[1])
        return
    for child in node:
        yield from _positions(child, depth + 1)
