# SPDX-License-Identifier: GPL-2.0-or-later
"""The feature of a layer that is nearest to each point."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..base.ellipsoid import mercator, mercator_scale
from ..base.geos import shapely


def nearest(
    lon: ArrayLike, lat: ArrayLike, geometries: ArrayLike, *, max_distance_m: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return for each point the index of the nearest geometry and the distance to it in metres.

    Distances are measured in ellipsoidal Mercator, divided by its scale at the point: right to ``d² tan(lat) / 2 R``,
    0.1 mm at 25 m and 8 cm at 1 km in France. Edges are straight on that map: one of length ``L`` lies up to
    ``L² tan(lat) / 8 R``, 2 cm at 1 km, beside the one that is straight in longitude and latitude. Where several
    geometries are equally near, the lowest index answers.

    Parameters
    ----------
    lon, lat : array of float, shape (n,)
        WGS 84, degrees; not finite where there is no position. Latitudes beyond 89 degrees have no answer.
    geometries : array of shapely geometries, shape (m,)
        Points, lines or polygons in longitude and latitude; None and empty ones are never near. Inside a polygon the
        distance is 0.
    max_distance_m : float
        Metres, more than 0; farther geometries are not looked for.

    Returns
    -------
    index : int64 array
        -1 where no geometry is within ``max_distance_m``.
    distance_m : float64 array
        Infinity there; NaN for a point without a position.
    """
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    index = np.full(len(x), -1, dtype=np.int64)
    usable = np.isfinite(x) & (np.abs(y) < 89.0)
    distance = np.where(np.isfinite(x) & np.isfinite(y), np.inf, np.nan)
    layer = np.asarray(geometries, dtype=object)
    if not (usable.any() and len(layer) and max_distance_m > 0):
        return index, distance
    rows = np.flatnonzero(usable)
    scale = mercator_scale(y[rows])
    points = shapely.points(mercator(np.column_stack([x[rows], y[rows]])))
    tree = shapely.STRtree(shapely.transform(shapely.force_2d(layer), mercator))
    # One reach for all, the largest on the map; what is farther than each point's own is dropped.
    (point, found), on_map = tree.query_nearest(
        points, max_distance=float(max_distance_m * scale.max()), return_distance=True
    )
    metres = on_map / scale[point]
    near = metres <= max_distance_m
    point, found, metres = point[near], found[near], metres[near]
    # Written from the last to the first: of equals the lowest index stays.
    order = np.lexsort((-found, point))
    index[rows[point[order]]] = found[order]
    distance[rows[point[order]]] = metres[order]
    return index, distance
