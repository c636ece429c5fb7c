# SPDX-License-Identifier: GPL-2.0-or-later
"""From a place to the address that is nearest to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from ..base.ellipsoid import metres_per_degree
from .answers import Answers, Candidate
from .arrays import Ints
from .finding import Finder
from .grid import Curve, Floats
from .index import DEGREE, AddressIndex

_ON_THE_SPOT_M = 15.0
_LOOKED_AT = 400


@dataclass(frozen=True)
class Near:
    """An address and how far it is."""

    candidate: Candidate
    distance_m: float

    @property
    def text(self) -> str:
        """The address, with the metres from it where the place is not at its door (French, as addresses are)."""
        if self.distance_m < _ON_THE_SPOT_M:
            return self.candidate.label
        metres = round(self.distance_m / 5) * 5 if self.distance_m < 1000 else round(self.distance_m / 100) * 100
        return (
            f"à {metres:,} m : {self.candidate.label}".replace(",", "\u202f", 1)
            if metres >= 1000
            else f"à {metres} m : {self.candidate.label}"
        )


class Neighbours:
    """Finds the nearest addresses in one index."""

    def __init__(self, index: AddressIndex) -> None:
        self.index = index

    @cached_property
    def _points(self) -> Curve:
        """The points in the order of the curve."""
        index, order = self.index, self.index.curve_order
        lon, lat = np.empty(len(order), np.int32), np.empty(len(order), np.int32)
        numbers, streets = order >= 0, order < 0
        lon[numbers], lat[numbers] = index.number_lon[order[numbers]], index.number_lat[order[numbers]]
        lon[streets], lat[streets] = index.street_lon[-1 - order[streets]], index.street_lat[-1 - order[streets]]
        return Curve.of(index.about["curve"], lon, lat)

    def nearest(self, lon: ArrayLike, lat: ArrayLike) -> tuple[Ints, Ints, Floats]:
        """Return for each place the street, the house number (-1: a street without numbers) and the metres to it.

        Parameters
        ----------
        lon, lat : array of float, shape (n,)
            WGS 84, degrees; NaN where there is no position: street -1 and infinity.
        """
        x, y = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
        place, metres = self._points.nearest(x, y)
        street, row = self._rows(np.maximum(place, 0))
        return np.where(place >= 0, street, -1), np.where(place >= 0, row, -1), metres

    def _rows(self, place: Ints) -> tuple[Ints, Ints]:
        """Return street and house number (-1: none) of points by their place in the order."""
        if not len(self.index.curve_order):
            return np.full(len(place), -1, np.int64), np.full(len(place), -1, np.int64)
        row = self.index.curve_order[place].astype(np.int64)
        street = np.searchsorted(self.index.number_start, np.maximum(row, 0), "right") - 1
        return np.where(row >= 0, street, -1 - row), np.where(row >= 0, row, -1)

    def near(self, finder: Finder, lon: float, lat: float, *, most: int = 5) -> list[Near]:
        """Return the nearest addresses of different streets, the nearest first."""
        points = self._points
        if not len(points.lon) or not (np.isfinite(lon) and np.isfinite(lat)):
            return []
        per_lon, per_lat = metres_per_degree(lat)
        away = np.hypot((points.lon * DEGREE - lon) * per_lon, (points.lat * DEGREE - lat) * per_lat)
        some = np.argpartition(away, min(_LOOKED_AT, len(away) - 1))[: _LOOKED_AT + 1]
        some = some[np.argsort(away[some], kind="stable")]
        street, row = self._rows(some)
        _, first = np.unique(street, return_index=True)
        kept = np.sort(first)[:most]
        answers = at_door(self.index, street[kept], row[kept], away[some][kept])
        return [Near(finder.candidate(answers, i), round(float(away[some][k]), 1)) for i, k in enumerate(kept)]

    def texts(self, finder: Finder, lon: Floats, lat: Floats) -> tuple[list[str], Floats]:
        """Return for each place what a person reads of its nearest address, ``""`` for none, and the metres to it."""
        street, number, metres = self.nearest(lon, lat)
        answers = at_door(self.index, np.maximum(street, 0), number, metres)
        texts = [
            Near(finder.candidate(answers, i), float(metres[i])).text if street[i] >= 0 else ""
            for i in range(len(street))
        ]
        return texts, metres


def at_door(index: AddressIndex, street: Ints, number: Ints, metres: Floats) -> Answers:
    """Return streets and house numbers as answers; the score falls with the metres."""
    n = len(street)
    row = np.maximum(number, 0)
    has = number >= 0
    lon, lat = index.street_lon[street], index.street_lat[street]
    if index.numbers:
        lon, lat = np.where(has, index.number_lon[row], lon), np.where(has, index.number_lat[row], lat)
    value = np.where(has, index.number[row].astype(np.int64) >> 8, -1) if index.numbers else np.full(n, -1, np.int64)
    return Answers(
        text=np.arange(n),
        street=street,
        unit=index.street_unit[street].astype(np.int64),
        score=1.0 / (1.0 + metres / 100.0),
        kind=np.where(has, 0, np.where(index.street_kind[street] == 1, 3, 2)).astype(np.int8),
        accuracy_m=np.maximum(metres, 10.0),
        lon=lon * DEGREE,
        lat=lat * DEGREE,
        at=number,
        value=value,
        suffix=np.zeros(n, np.int64),
    )
