# SPDX-License-Identifier: GPL-2.0-or-later
"""Points in the cells of a grid, and the nearest of them to other points, on whole arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..base.ellipsoid import metres_per_degree
from .arrays import Ints, ranges
from .index import DEGREE

Floats = NDArray[np.float64]
_FEWEST, _MOST = 1, 4_000_000


def laid_out(lon: NDArray[Any], lat: NDArray[Any]) -> tuple[Ints, NDArray[np.int64], dict[str, Any]]:
    """Return points (units of 1e-7 degree) in the order of their cells, where each cell begins, and the grid itself.

    Cells are about square in metres, and about as many as there are points.
    """
    n = len(lon)
    if n == 0:
        return np.zeros(0, np.int64), np.zeros(2, np.int64), {"west": 0.0, "south": 0.0, "wide": 1.0, "high": 1.0, "columns": 1, "rows": 1}
    x, y = lon.astype(np.float64) * DEGREE, lat.astype(np.float64) * DEGREE
    west, south = float(x.min()), float(y.min())
    per_lon, per_lat = (float(v) for v in metres_per_degree((y.min() + y.max()) / 2))
    width, height = max((float(x.max()) - west) * per_lon, 1.0), max((float(y.max()) - south) * per_lat, 1.0)
    cells = float(np.clip(n, _FEWEST, _MOST))
    side = float(np.sqrt(width * height / cells))
    # A single row of points still has square cells, as many as there are points.
    side = max(side, width / cells, height / cells)
    columns, rows = int(width / side) + 1, int(height / side) + 1
    grid = {
        "west": west,
        "south": south,
        "wide": side / per_lon,
        "high": side / per_lat,
        "columns": columns,
        "rows": rows,
    }
    cell = _cell(grid, x, y)
    order = np.argsort(cell, kind="stable")
    start = np.zeros(columns * rows + 1, np.int64)
    np.cumsum(np.bincount(cell, minlength=columns * rows), out=start[1:])
    return order, start, grid


def _cell(grid: Mapping[str, Any], x: Floats, y: Floats) -> Ints:
    column = np.clip(((x - grid["west"]) / grid["wide"]).astype(np.int64), 0, grid["columns"] - 1)
    row = np.clip(((y - grid["south"]) / grid["high"]).astype(np.int64), 0, grid["rows"] - 1)
    out: Ints = row * grid["columns"] + column
    return out


def nearest(
    grid: Mapping[str, Any], start: NDArray[np.int64], points: tuple[NDArray[np.int32], NDArray[np.int32]], lon: Floats, lat: Floats
) -> tuple[Ints, Floats]:
    """Return for each place the point that is nearest, as its place in the order of the grid, and the metres to it.

    ``points`` are the points in the order of the grid. Distances are those of a plane at each place
    (:func:`~..base.ellipsoid.metres_per_degree`): right to 8 cm at 1 km. -1 and infinity where there is no point or no position.
    """
    n = len(lon)
    out, distance = np.full(n, -1, np.int64), np.full(n, np.inf)
    if len(points[0]) == 0:
        return out, distance
    todo = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    cell = _cell(grid, lon[todo], lat[todo])
    todo = todo[np.argsort(cell, kind="stable")]
    columns, rows = grid["columns"], grid["rows"]
    ring = 1
    per_lon, per_lat = metres_per_degree(lat)
    while len(todo):
        step = max(1, 400_000 // (2 * ring + 1) ** 2)
        left = []
        for at in range(0, len(todo), step):
            some = todo[at : at + step]
            found, metres = _within(grid, start, points, lon[some], lat[some], per_lon[some], per_lat[some], ring)
            out[some], distance[some] = found, metres
            # What lies beyond the cells looked at is at least as far as the nearest side of them.
            x, y = (lon[some] - grid["west"]) / grid["wide"], (lat[some] - grid["south"]) / grid["high"]
            column, row = np.clip(np.floor(x), 0, columns - 1), np.clip(np.floor(y), 0, rows - 1)
            edge = np.full(len(some), np.inf)
            for inside, gap, per in (
                (column - ring > 0, (x - (column - ring)) * grid["wide"], per_lon[some]),
                (column + ring < columns - 1, (column + ring + 1 - x) * grid["wide"], per_lon[some]),
                (row - ring > 0, (y - (row - ring)) * grid["high"], per_lat[some]),
                (row + ring < rows - 1, (row + ring + 1 - y) * grid["high"], per_lat[some]),
            ):
                edge = np.where(inside, np.minimum(edge, gap * per), edge)
            left.append(some[metres > edge])
        todo = np.concatenate(left)
        ring *= 2
    return out, distance


def _within(
    grid: Mapping[str, Any],
    start: NDArray[np.int64],
    points: tuple[NDArray[np.int32], NDArray[np.int32]],
    lon: Floats,
    lat: Floats,
    per_lon: Floats,
    per_lat: Floats,
    ring: int,
) -> tuple[Ints, Floats]:
    """Return the nearest point among the cells round each place, up to ``ring`` cells away."""
    columns, rows = grid["columns"], grid["rows"]
    n = len(lon)
    column = np.clip(((lon - grid["west"]) / grid["wide"]).astype(np.int64), 0, columns - 1)
    row = np.clip(((lat - grid["south"]) / grid["high"]).astype(np.int64), 0, rows - 1)
    # One run of points for each row of cells.
    at_row = row[:, None] + np.arange(-ring, ring + 1)[None, :]
    there = (at_row >= 0) & (at_row < rows)
    first = np.clip(at_row, 0, rows - 1) * columns + np.maximum(column - ring, 0)[:, None]
    last = np.clip(at_row, 0, rows - 1) * columns + np.minimum(column + ring, columns - 1)[:, None] + 1
    begin = np.where(there, start[first], 0).ravel()
    end = np.where(there, start[last], 0).ravel()
    member, owner = ranges(begin, end)
    owner //= 2 * ring + 1
    out, distance = np.full(n, -1, np.int64), np.full(n, np.inf)
    if len(member) == 0:
        return out, distance
    dx = (points[0][member] * DEGREE - lon[owner]) * per_lon[owner]
    dy = (points[1][member] * DEGREE - lat[owner]) * per_lat[owner]
    squared = dx * dx + dy * dy
    runs = np.flatnonzero(np.concatenate([[True], owner[1:] != owner[:-1]]))
    least = np.minimum.reduceat(squared, runs)
    of_run = np.repeat(np.arange(len(runs)), np.diff(np.append(runs, len(owner))))
    hits = np.flatnonzero(squared == least[of_run])
    # Of equals the first in the order of the grid: written from the last to the first.
    out[owner[hits[::-1]]] = member[hits[::-1]]
    distance[owner[runs]] = np.sqrt(least)
    return out, distance
