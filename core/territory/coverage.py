# SPDX-License-Identifier: GPL-2.0-or-later
"""What is wrong with polygons that should cover a territory without overlap or gap."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..base.columns import objects
from ..base.ellipsoid import area_km2
from ..base.geos import shapely


class Overlap(NamedTuple):
    """Two polygons, by index, that share an area."""

    first: int
    second: int
    km2: float


def overlaps(polygons: NDArray[Any], *, above_km2: float = 0.0) -> list[Overlap]:
    """Return the pairs of valid polygons (longitude, latitude) that share more than ``above_km2``, by index."""
    first, second = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    shared = shapely.intersection(polygons[first], polygons[second])
    some = np.flatnonzero(shapely.area(shared) > 0)
    found = zip(first[some], second[some], area_km2(shared[some]))
    return sorted(Overlap(int(i), int(j), float(km2)) for i, j, km2 in found if km2 > above_km2)


def holes(polygons: NDArray[Any], *, above_km2: float = 0.0) -> NDArray[Any]:
    """Return, as polygons, the holes larger than ``above_km2`` in the union of valid polygons, the largest first."""
    parts = shapely.get_parts(shapely.union_all(polygons))
    rings = [ring for part in parts if part.geom_type == "Polygon" for ring in part.interiors]
    # Exterior rings run counter-clockwise in GeoJSON (RFC 7946, 3.1.6).
    found = objects(shapely.geometry.polygon.orient(shapely.Polygon(ring)) for ring in rings)
    areas = area_km2(found)
    order = np.argsort(-areas, kind="stable")
    large: NDArray[Any] = found[order[areas[order] > above_km2]]
    return large
