# SPDX-License-Identifier: GPL-2.0-or-later
"""In which polygon each point lies, and whether it is near to a boundary: exact, and quick for millions of points.

A grid is laid over the polygons once. A cell that no boundary enters, and that is farther than the accuracy from all
of them, answers for all its points; the few other cells keep the boundary segments near them and the polygons in
question, and their points are tested one by one: by shapely for the polygon, by distance to the segments for the
accuracy. Cells are found with a margin of 1e-9 degrees (0.1 mm), so that it does not matter on which side of a cell's
border rounding puts a point: the answer is shapely's, always.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..base.ellipsoid import metres_per_degree
from ..base.geos import shapely

Floats = NDArray[np.float64]
Ints = NDArray[Any]
Bools = NDArray[np.bool_]

_MARGIN = 1e-9
_MAX_CELLS = 1_000_000
_CHUNK = 1 << 15
_CROSSED = -2


class RegionGrid:
    """The grid over ``regions``, an array of valid polygons or multipolygons in longitude and latitude.

    Cells are four accuracies high and wide (100 m for 25 m), larger where that would make more than a million of them.
    Polygons may overlap or leave gaps; where several hold a point, the one with the lowest index answers.
    """

    def __init__(self, regions: NDArray[Any], accuracy_m: float) -> None:
        self.regions = regions
        self.accuracy_m = accuracy_m
        shapely.prepare(regions)
        ends, owner = _segments(regions)
        west, south, east, north = shapely.total_bounds(regions)
        # Metres per degree are fewest at the ends; one per cent more covers what lies between and just beyond.
        per_lon, per_lat = (float(m.min()) for m in metres_per_degree([south, north]))
        reach = 1.01 * accuracy_m / per_lon + _MARGIN, 1.01 * accuracy_m / per_lat + _MARGIN
        extent = east - west + 4 * reach[0], north - south + 4 * reach[1]
        cell_m = max(4.0 * accuracy_m, np.sqrt(extent[0] * per_lon * extent[1] * per_lat / _MAX_CELLS))
        self.dx, self.dy = cell_m / per_lon, cell_m / per_lat
        self.nx, self.ny = int(extent[0] / self.dx) + 3, int(extent[1] / self.dy) + 3
        self.x0, self.y0 = west - 2 * reach[0] - self.dx, south - 2 * reach[1] - self.dy
        # What lies outside this box is in no region, and farther than the accuracy from all of them.
        self._box = west - reach[0], south - reach[1], east + reach[0], north + reach[1]

        crossing, crossed = self._cells_near(ends, (_MARGIN, _MARGIN))
        self._segments = _without_direction(ends)
        near_segment, near = self._cells_near(self._segments, reach)
        border = np.unique(near)

        is_crossed = np.zeros(self.nx * self.ny, dtype=bool)
        is_crossed[crossed] = True
        home = self._fill(is_crossed)
        self._home_of_border = home[border]
        # One look-up tells all: a region, -1 for none, or -2 - k for the k-th border cell.
        self._code = home.astype(np.int32)
        self._code[border] = -2 - np.arange(len(border), dtype=np.int32)

        self._near_start, self._near = _rows(np.searchsorted(border, near), near_segment, len(border))
        # A polygon that covers a whole crossed cell has no segment in it, but holds its centre.
        cells = np.flatnonzero(is_crossed)
        inner, covering = _pairs_holding(regions, *self._centres(cells))
        candidates = np.unique(
            np.stack(
                [
                    np.searchsorted(border, np.concatenate([crossed, cells[inner]])),
                    np.concatenate([owner[crossing], covering]),
                ]
            ),
            axis=1,
        )
        self._candidate_start, self._candidates = _rows(candidates[0], candidates[1], len(border))

    def locate(self, x: Floats, y: Floats) -> tuple[Ints, Bools]:
        """Return the index of each point's region (-1: none) and whether a boundary is nearer than the accuracy.

        A position that is not finite is in no region and near to nothing.
        """
        region = np.full(len(x), -1, dtype=np.int32)
        ambiguous = np.zeros(len(x), dtype=bool)
        west, south, east, north = self._box
        open_points = [np.zeros(0, dtype=np.int64)]
        for start in range(0, len(x), _CHUNK):
            cx, cy = x[start : start + _CHUNK], y[start : start + _CHUNK]
            inside = (cx >= west) & (cx <= east) & (cy >= south) & (cy <= north)
            if inside.all():
                code = self._code_at(cx, cy)
            else:
                code = np.full(len(cx), -1, dtype=np.int32)
                code[inside] = self._code_at(cx[inside], cy[inside])
            region[start : start + _CHUNK] = code
            open_points.append(start + np.flatnonzero(code < -1))
        points = np.concatenate(open_points)
        border = -2 - region[points]
        px, py = x[points], y[points]
        region[points] = self._exact(border, px, py)
        ambiguous[points] = self._near_boundary(border, px, py)
        return region, ambiguous

    def _code_at(self, x: Floats, y: Floats) -> Ints:
        cell = ((y - self.y0) * (1.0 / self.dy)).astype(np.int32)
        cell *= self.nx
        cell += ((x - self.x0) * (1.0 / self.dx)).astype(np.int32)
        code: Ints = self._code.take(cell)
        return code

    def _exact(self, border: NDArray[Any], x: Floats, y: Floats) -> Ints:
        region: Ints = self._home_of_border[border]
        todo = np.flatnonzero(region == _CROSSED)
        region[todo] = -1
        rank = self._candidate_start[border[todo]]
        end = self._candidate_start[border[todo] + 1]
        # Candidates are in ascending order: the first that holds the point is the lowest.
        while len(todo):
            candidate = self._candidates[rank]
            hit = _holds(self.regions, candidate, x[todo], y[todo])
            region[todo[hit]] = candidate[hit]
            rank += 1
            left = ~hit & (rank < end)
            todo, rank, end = todo[left], rank[left], end[left]
        return region

    def _near_boundary(self, border: NDArray[Any], x: Floats, y: Floats) -> Bools:
        first = self._near_start[border]
        count = self._near_start[border + 1] - first
        point = np.repeat(np.arange(len(border)), count)
        segment = self._near[_ranges(first, count)]
        near = self._nearer(segment, point, x, y, np.full(len(point), self.accuracy_m))
        out = np.zeros(len(border), dtype=bool)
        out[point[near]] = True
        return out

    def boundary_within(self, x: Floats, y: Floats, metres: Floats) -> Bools:
        """Say for each point whether a boundary is nearer than its own ``metres``; NaN is nearer than nothing.

        Distances are those of :meth:`locate`. Meant for the points whose position is said to be poor, not for all.
        """
        out: Bools = np.isposinf(metres) & np.isfinite(x) & np.isfinite(y)
        todo = np.flatnonzero((metres > 0) & np.isfinite(metres) & np.isfinite(x) & np.isfinite(y))
        if not len(todo):
            return out
        per_lon, per_lat = metres_per_degree(y[todo])
        dx, dy = metres[todo] / per_lon, metres[todo] / per_lat
        boxes = shapely.box(x[todo] - dx, y[todo] - dy, x[todo] + dx, y[todo] + dy)
        tree = shapely.STRtree(shapely.linestrings(self._segments.reshape(-1, 2, 2)))
        point, segment = tree.query(boxes)
        near = self._nearer(segment, todo[point], x, y, metres[todo[point]])
        out[todo[point[near]]] = True
        return out

    def _nearer(self, segment: Ints, point: Ints, x: Floats, y: Floats, metres: Floats) -> Bools:
        """Say of each pair whether the segment comes nearer to the point than ``metres``."""
        ends = self._segments[segment]
        kx, ky = metres_per_degree(y[point])
        # The segment in metres, the point at the origin.
        ax, ay = (ends[:, 0] - x[point]) * kx, (ends[:, 1] - y[point]) * ky
        bx, by = (ends[:, 2] - ends[:, 0]) * kx, (ends[:, 3] - ends[:, 1]) * ky
        t = np.clip(-(ax * bx + ay * by) / (bx * bx + by * by), 0.0, 1.0)
        near: Bools = (ax + t * bx) ** 2 + (ay + t * by) ** 2 < metres**2
        return near

    def _centres(self, cells: NDArray[Any]) -> tuple[Floats, Floats]:
        return self.x0 + (cells % self.nx + 0.5) * self.dx, self.y0 + (cells // self.nx + 0.5) * self.dy

    def _fill(self, is_crossed: Bools) -> Ints:
        """Return each cell's region: -1 where there is none, ``_CROSSED`` where a boundary enters.

        From a cell to its neighbour in a row nothing changes unless one of them is crossed: one test a run is enough.
        """
        free = ~is_crossed
        starts = free.copy()
        starts[1:] &= is_crossed[:-1]
        starts[:: self.nx] = free[:: self.nx]
        cells = np.flatnonzero(starts)
        point, held = _pairs_holding(self.regions, *self._centres(cells))
        of_run = np.full(len(cells), -1, dtype=np.int64)
        # Pairs are in ascending order of region: writing backwards leaves the lowest.
        of_run[point[::-1]] = held[::-1]
        home = np.full(len(is_crossed), _CROSSED, dtype=np.int64)
        home[free] = of_run[np.cumsum(starts)[free] - 1]
        return home

    def _cells_near(self, ends: Floats, reach: tuple[float, float]) -> tuple[Ints, Ints]:
        """Return pairs (segment, cell): every cell that holds a point within ``reach`` of the segment in x and in y."""
        x1, y1, x2, y2 = ends.T
        bottom = np.floor((np.minimum(y1, y2) - reach[1] - self.y0) / self.dy).astype(np.int64)
        top = np.floor((np.maximum(y1, y2) + reach[1] - self.y0) / self.dy).astype(np.int64)
        segment = np.repeat(np.arange(len(ends)), top - bottom + 1)
        row = _ranges(bottom, top - bottom + 1)
        x1, y1, x2, y2 = x1[segment], y1[segment], x2[segment], y2[segment]
        # The stretch of the segment, as shares of its length, that lies in the row widened by the reach.
        low = self.y0 + row * self.dy - reach[1]
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            a, b = (low - y1) / (y2 - y1), (low + self.dy + 2 * reach[1] - y1) / (y2 - y1)
        level = y1 == y2
        a, b = np.where(level, 0.0, a), np.where(level, 1.0, b)
        xa = x1 + np.clip(np.minimum(a, b), 0.0, 1.0) * (x2 - x1)
        xb = x1 + np.clip(np.maximum(a, b), 0.0, 1.0) * (x2 - x1)
        left = np.floor((np.minimum(xa, xb) - reach[0] - self.x0) / self.dx).astype(np.int64)
        right = np.floor((np.maximum(xa, xb) + reach[0] - self.x0) / self.dx).astype(np.int64)
        count = right - left + 1
        return np.repeat(segment, count), np.repeat(row, count) * self.nx + _ranges(left, count)


def _segments(regions: NDArray[Any]) -> tuple[Floats, Ints]:
    """Return all boundary segments, shape (n, 4) as x1 y1 x2 y2, and the index of the region of each."""
    polygons, region = shapely.get_parts(regions, return_index=True)
    rings, polygon = shapely.get_rings(polygons, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    ends = np.concatenate([xy[:-1], xy[1:]], axis=1)
    keep = (ring[:-1] == ring[1:]) & (xy[:-1] != xy[1:]).any(axis=1)
    return ends[keep], region[polygon[ring[:-1][keep]]]


def _without_direction(ends: Floats) -> Floats:
    """Return the segments, those that two neighbours share only once."""
    swap = (ends[:, 0] > ends[:, 2]) | ((ends[:, 0] == ends[:, 2]) & (ends[:, 1] > ends[:, 3]))
    directed = np.where(swap[:, None], ends[:, [2, 3, 0, 1]], ends)
    unique: Floats = np.unique(directed, axis=0)
    return unique


def _ranges(first: NDArray[Any], count: NDArray[Any]) -> Ints:
    """Return ``first, first + 1, …`` for each pair, one after the other."""
    before = np.cumsum(count) - count
    out: Ints = np.repeat(first - before, count) + np.arange(int(count.sum()))
    return out


def _rows(row: Ints, value: Ints, n: int) -> tuple[Ints, Ints]:
    """Return (start, values): the values of row ``i``, ascending, are ``values[start[i]:start[i + 1]]``."""
    order = np.lexsort((value, row))
    return np.concatenate([[0], np.cumsum(np.bincount(row, minlength=n))]), value[order]


def _holds(regions: NDArray[Any], index: Ints, x: Floats, y: Floats) -> Bools:
    """Return whether region ``index[i]`` intersects point ``i``."""
    order = np.argsort(index, kind="stable")
    groups = index[order]
    starts = np.flatnonzero(np.diff(groups, prepend=-1))
    out = np.zeros(len(index), dtype=bool)
    for a, b in zip(starts, np.append(starts[1:], len(groups))):
        at = order[a:b]
        out[at] = shapely.intersects_xy(regions[groups[a]], x[at], y[at])
    return out


def _pairs_holding(regions: NDArray[Any], x: Floats, y: Floats) -> tuple[Ints, Ints]:
    """Return all pairs (point, region) that intersect, by region in ascending order."""
    if len(x) == 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    point, region = shapely.STRtree(regions).query(shapely.points(x, y))
    hit = _holds(regions, region, x[point], y[point])
    point, region = point[hit], region[hit]
    order = np.argsort(region, kind="stable")
    return point[order], region[order]
