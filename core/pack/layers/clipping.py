# SPDX-License-Identifier: GPL-2.0-or-later
"""Features cut to an area: arrays in, arrays out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...base.geos import shapely

POINTS, LINES, POLYGONS = "points", "lines", "polygons"
FAMILIES = (POINTS, LINES, POLYGONS)


@dataclass(frozen=True)
class Clipped:
    """What lies in the area, in the order of the input.

    ``index`` numbers the input's features, ``geometries`` are their parts inside, ``family`` is the dimension of each
    (0 points, 1 lines, 2 polygons). ``repaired`` geometries were not valid and were made so, ``cut`` crossed the edge,
    ``broken`` could not be made valid.
    """

    index: NDArray[np.intp]
    geometries: NDArray[Any]
    family: NDArray[np.int8]
    repaired: int = 0
    cut: int = 0
    broken: int = 0


def clip(geometries: NDArray[Any], area: Any) -> Clipped:
    """Cut geometries to an area (a valid polygon or multipolygon of the same plane).

    Parts keep their dimension: where a polygon only touches the area nothing is left of it. Collections keep their
    parts of the highest dimension. The result is the same as that of ``shapely.intersection`` for each.
    """
    present = np.flatnonzero(~(shapely.is_missing(geometries) | shapely.is_empty(geometries)))
    west, south, east, north = shapely.bounds(area)
    boxes = shapely.bounds(geometries[present])
    near = (boxes[:, 0] <= east) & (boxes[:, 2] >= west) & (boxes[:, 1] <= north) & (boxes[:, 3] >= south)
    present = present[near]
    shapes = geometries[present]
    dimension = shapely.get_dimensions(shapes)
    faulty = np.flatnonzero((dimension == 2) & ~shapely.is_valid(shapes))
    broken = 0
    if len(faulty):
        shapes = shapes.copy()
        shapes[faulty] = shapely.make_valid(shapes[faulty])
        lost = faulty[shapely.get_dimensions(shapes[faulty]) < 2]
        broken = len(lost)
        shapes[lost] = None
    shapely.prepare(area)
    inside = shapely.contains_properly(area, shapes)
    crossing = np.flatnonzero(~inside & shapely.intersects(area, shapes))
    out = shapes.copy()
    out[crossing] = shapely.intersection(shapes[crossing], area)
    kept = inside.copy()
    kept[crossing] = ~shapely.is_empty(out[crossing]) & (shapely.get_dimensions(out[crossing]) == dimension[crossing])
    index = np.flatnonzero(kept)
    parts = _of_dimension(out[index], dimension[index])
    return Clipped(
        present[index],
        parts,
        dimension[index].astype(np.int8),
        repaired=int(np.isin(faulty, index).sum()),
        cut=int(np.isin(crossing, index).sum()),
        broken=broken,
    )


def _of_dimension(geometries: NDArray[Any], dimension: NDArray[Any]) -> NDArray[Any]:
    """Return geometries without the parts of collections that have a lower dimension."""
    collections = np.flatnonzero(shapely.get_type_id(geometries) == 7)
    if len(collections) == 0:
        return geometries
    out = geometries.copy()
    multi = (shapely.multipoints, shapely.multilinestrings, shapely.multipolygons)
    for i in collections.tolist():
        parts = _leaves(geometries[i])
        parts = parts[shapely.get_dimensions(parts) == dimension[i]]
        out[i] = multi[int(dimension[i])](parts)
    return out


def _leaves(geometry: Any) -> NDArray[Any]:
    parts = np.array([geometry], dtype=object)
    while (shapely.get_type_id(parts) > 3).any():
        parts = shapely.get_parts(parts)
    return parts


def multi(geometries: NDArray[Any], family: int) -> tuple[NDArray[Any], str]:
    """Return geometries of one type, and its name: points stay single where all are, lines and polygons never."""
    kinds = shapely.get_type_id(geometries)
    if family == 0 and (kinds == 0).all():
        return geometries, "Point"
    make, single, name = (
        (shapely.multipoints, 0, "MultiPoint"),
        (shapely.multilinestrings, 1, "MultiLineString"),
        (shapely.multipolygons, 3, "MultiPolygon"),
    )[family]
    lone = np.flatnonzero(kinds == single)
    if len(lone):
        geometries = geometries.copy()
        geometries[lone] = make(geometries[lone], indices=np.arange(len(lone)))
    return geometries, name
