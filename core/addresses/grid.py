# SPDX-License-Identifier: GPL-2.0-or-later
"""Points along a curve that keeps neighbours together, and the nearest of them to other points, on whole arrays.

Along the Z curve (G. M. Morton, 1966: the bits of east and north, one after the other) every square cell of every size
is one run, so one order serves dense towns and empty hills alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..base.ellipsoid import metres_per_degree
from .arrays import Ints, ranges
from .index import DEGREE

Floats = NDArray[np.float64]
_BITS = 31
_STEP = 1 << 13
_SPREADING = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)
_BESIDE = 6
"""Neighbours along the curve that are looked at on each side, to know how far the nearest is at most."""


def laid_out(lon: NDArray[Any], lat: NDArray[Any]) -> tuple[Ints, dict[str, float]]:
    """Return points (units of 1e-7 degree) in the order of the curve, and what the curve is laid over."""
    west, south = (int(v.min()) if len(v) else 0 for v in (lon, lat))
    # East is shortened as the ground is, so that cells are about square.
    middle = (south + (int(lat.max()) if len(lat) else 0)) / 2 * DEGREE
    per_lon, per_lat = (float(v) for v in metres_per_degree(middle))
    curve = {"west": float(west), "south": float(south), "shorter": per_lon / per_lat}
    order: Ints = np.argsort(_along(*_plane(curve, lon, lat)), kind="stable")
    return order, curve


def _plane(curve: Mapping[str, float], lon: NDArray[Any], lat: NDArray[Any]) -> tuple[Ints, Ints]:
    """Return positions (units of 1e-7 degree) as whole numbers from the south-west corner, east shortened."""
    x = ((lon - curve["west"]) * curve["shorter"]).astype(np.int64)
    y = (lat - curve["south"]).astype(np.int64)
    most = (1 << _BITS) - 1
    return np.clip(x, 0, most), np.clip(y, 0, most)


def _along(x: Ints, y: Ints) -> NDArray[np.uint64]:
    """Return the place on the curve of whole numbers below 2**31."""
    out: NDArray[np.uint64] = _spread(x) | (_spread(y) << np.uint64(1))
    return out


def _spread(values: Ints) -> NDArray[np.uint64]:
    """Return numbers with a zero bit after each of theirs."""
    v = values.astype(np.uint64)
    for shift, mask in _SPREADING:
        v = (v | (v << np.uint64(shift))) & np.uint64(mask)
    return v


@dataclass(frozen=True, eq=False)
class Curve:
    """Points in the order of the curve: positions in units of 1e-7 degree, and their places on it."""

    curve: Mapping[str, float]
    lon: NDArray[np.int32]
    lat: NDArray[np.int32]
    place: NDArray[np.uint64]

    @classmethod
    def of(cls, curve: Mapping[str, float], lon: NDArray[np.int32], lat: NDArray[np.int32]) -> Curve:
        """Return points that are in the order of the curve already."""
        return cls(curve, lon, lat, _along(*_plane(curve, lon, lat)))

    def nearest(self, lon: Floats, lat: Floats) -> tuple[Ints, Floats]:
        """Return for each position (degrees) the nearest point, by its place in the order, and the metres to it.

        Distances are those of a plane at each position (:func:`~..base.ellipsoid.metres_per_degree`): right to 8 cm at
        1 km. -1 and infinity where there is no point or no position. Of points equally near any may be the answer.
        """
        out, metres = np.full(len(lon), -1, np.int64), np.full(len(lon), np.inf)
        todo = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
        if len(self.lon) == 0 or len(todo) == 0:
            return out, metres
        x, y = _plane(self.curve, lon[todo] / DEGREE, lat[todo] / DEGREE)
        at = _along(x, y)
        order = np.argsort(at)
        todo, x, y, at = todo[order], x[order], y[order], at[order]
        for begin in range(0, len(todo), _STEP):
            some = slice(begin, begin + _STEP)
            rows = todo[some]
            out[rows], metres[rows] = self._nearest(lon[rows], lat[rows], at[some])
        return out, metres

    def _nearest(self, lon: Floats, lat: Floats, at: NDArray[np.uint64]) -> tuple[Ints, Floats]:
        n = len(self.lon)
        per_lon, per_lat = metres_per_degree(lat)
        x, y = lon / DEGREE, lat / DEGREE
        east, north = per_lon * DEGREE, per_lat * DEGREE
        here = np.searchsorted(self.place, at)
        best, least = np.zeros(len(lon), np.int64), np.full(len(lon), np.inf)
        for step in range(-_BESIDE, _BESIDE):
            row = np.clip(here + step, 0, n - 1)
            squared = ((self.lon[row] - x) * east) ** 2 + ((self.lat[row] - y) * north) ** 2
            closer = squared < least
            best[closer], least[closer] = row[closer], squared[closer]
        # Cells as wide as the circle's radius at least: it touches three of them each way at most.
        away = np.sqrt(least) * 1.0001 + 0.05
        reach_x, reach_y = away / east * self.curve["shorter"], away / north
        px, py = (x - self.curve["west"]) * self.curve["shorter"], y - self.curve["south"]
        level = np.clip(np.ceil(np.log2(np.maximum(reach_x, reach_y))), 0, _BITS).astype(np.int64)
        most = float((1 << _BITS) - 1)
        x0, x1, y0, y1 = (
            np.clip(v, 0.0, most).astype(np.int64) >> level
            for v in (px - reach_x, px + reach_x, py - reach_y, py + reach_y)
        )
        touched = [
            (rows, x0[rows] + i, y0[rows] + j)
            for i in range(3)
            for j in range(3)
            if len(rows := np.flatnonzero((x0 + i <= x1) & (y0 + j <= y1)))
        ]
        who = np.concatenate([rows for rows, _, _ in touched])
        shift = 2 * level[who].astype(np.uint64)
        cell = (
            _along(np.concatenate([cx for _, cx, _ in touched]), np.concatenate([cy for _, _, cy in touched])) << shift
        )
        first = np.searchsorted(self.place, cell)
        last = np.searchsorted(self.place, cell | ((np.uint64(1) << shift) - np.uint64(1)), "right")
        # What was looked at along the curve is not looked at again.
        filled = np.flatnonzero((last > first) & ((first < here[who] - _BESIDE) | (last > here[who] + _BESIDE)))
        who, first, last = who[filled], first[filled], last[filled]
        member, run = ranges(first, last)
        dx = (self.lon[member] - x[who][run]) ** 2
        dy = (self.lat[member] - y[who][run]) ** 2
        # In squares of the length of one unit of latitude.
        squared = dx * ((east / north) ** 2)[who][run] + dy
        runs = np.cumsum(last - first) - (last - first)
        nearest_of_run = np.minimum.reduceat(squared, runs) if len(runs) else squared
        metres = nearest_of_run * (north**2)[who]
        closer = np.flatnonzero(metres < least[who])
        if len(closer):
            # Written from the farthest to the nearest: the nearest stays.
            closer = closer[np.argsort(-metres[closer], kind="stable")]
            slots, of = ranges(first[closer], last[closer])
            base = ranges(runs[closer], runs[closer] + (last - first)[closer])[0]
            hit = np.flatnonzero(squared[base] == nearest_of_run[closer][of])
            best[who[closer[of[hit]]]] = slots[hit]
            least[who[closer]] = metres[closer]
        return best, np.sqrt(least)
