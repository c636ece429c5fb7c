# SPDX-License-Identifier: GPL-2.0-or-later
"""House numbers within their street: there, with another suffix, between two, next to one, or not at all."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from ..base.ellipsoid import metres_per_degree
from . import building
from .answers import BETWEEN, LOCALITY, NUMBER, STREET, Answers, Streets, scores
from .arrays import Ints
from .index import DEGREE, AddressIndex
from .wording import wording


class HouseNumbers:
    """Looks up house numbers in one index."""

    def __init__(self, index: AddressIndex) -> None:
        self.index = index

    def suffix(self, text: str) -> int:
        """Return the code of a suffix, or of the one that is as good; 255 for one that no number has."""
        codes = self.index.suffix_code
        return codes.get(text, codes.get(wording().letters_for.get(text, text), 255))

    def answers(self, found: Streets) -> Answers:
        """Return streets with the place of the house number that was asked in each."""
        index, score = self.index, scores()
        street, value = found.street, found.value
        begin, end = index.number_start[street], index.number_start[street + 1]
        n = len(street)
        kind = np.where(index.street_kind[street] == building.LOCALITY, LOCALITY, STREET).astype(np.int8)
        lon, lat = index.street_lon[street] * DEGREE, index.street_lat[street] * DEGREE
        reach = index.street_radius[street].astype(np.float64)
        own = np.where(kind == LOCALITY, score.locality_m, score.street_m)
        accuracy = np.where(np.isnan(reach), own, np.maximum(reach, 25.0))
        at, fits = np.full(n, -1, np.int64), np.ones(n)
        wanted = (value >= 0) & (value < 1 << 20)
        fits[wanted & (begin == end)] = score.no_numbers
        rows = np.flatnonzero(wanted & (begin < end))
        if len(rows):
            low = self._lower(begin[rows], end[rows], value[rows] << 8)
            high = self._lower(begin[rows], end[rows], (value[rows] + 1) << 8)
            asked = found.suffix[rows]
            exact = self._lower(low, high, value[rows] << 8 | asked)
            stands = np.minimum(exact, index.numbers - 1)
            there = (exact < high) & (index.number[stands] == (value[rows] << 8 | asked))
            twin = self._twins[asked]
            by_twin = self._lower(low, high, value[rows] << 8 | twin)
            stands_2 = np.minimum(by_twin, index.numbers - 1)
            twinned = ~there & (twin < 255) & (by_twin < high) & (index.number[stands_2] == (value[rows] << 8 | twin))
            at[rows] = np.where(there, exact, np.where(twinned, by_twin, np.where(low < high, low, -1)))
            same = there | twinned
            kind[rows[same]], accuracy[rows[same]] = NUMBER, score.number_m
            # The number is there with another suffix, or without.
            other = ~same & (low < high)
            kind[rows[other]], accuracy[rows[other]], fits[rows[other]] = (
                BETWEEN,
                score.other_suffix_m,
                score.other_suffix,
            )
            hit = rows[same | other]
            lon[hit], lat[hit] = index.number_lon[at[hit]] * DEGREE, index.number_lat[at[hit]] * DEGREE
            missing = np.flatnonzero(low == high)
            self._between(rows[missing], low[missing], value, begin, end, kind, accuracy, fits, lon, lat, at)
        return Answers(
            found.text, street, found.unit, found.fits * fits, kind, accuracy, lon, lat, at, value, found.suffix
        )

    def _between(
        self,
        rows: Ints,
        low: Ints,
        value: Ints,
        begin: Ints,
        end: Ints,
        kind: Any,
        accuracy: Any,
        fits: Any,
        lon: Any,
        lat: Any,
        at: Ints,
    ) -> None:
        """Place numbers that are not there between their neighbours on the same side, or beside the last of them."""
        index, score = self.index, scores()
        wanted = value[rows]
        before, after = np.full(len(rows), -1, np.int64), np.full(len(rows), -1, np.int64)
        for step in range(1, 9):
            for held, place, inside in (
                (before, low - step, low - step >= begin[rows]),
                (after, low + step - 1, low + step - 1 < end[rows]),
            ):
                there = np.clip(place, 0, index.numbers - 1)
                same_side = (index.number[there].astype(np.int64) >> 8) % 2 == wanted % 2
                take = (held < 0) & inside & same_side
                held[take] = there[take]
        a, b = np.maximum(before, 0), np.maximum(after, 0)
        value_a, value_b = index.number[a].astype(np.int64) >> 8, index.number[b].astype(np.int64) >> 8
        both = (before >= 0) & (after >= 0)
        way = np.where(both, (wanted - value_a) / np.maximum(value_b - value_a, 1), 0.0)
        x, y = (
            np.where(before >= 0, v[a], v[b]) * DEGREE + way * np.where(both, v[b].astype(np.int64) - v[a], 0) * DEGREE
            for v in (index.number_lon, index.number_lat)
        )
        per_lon, per_lat = metres_per_degree(y)
        east, north = (v[b].astype(np.int64) - v[a] for v in (index.number_lon, index.number_lat))
        apart = np.hypot(east * DEGREE * per_lon, north * DEGREE * per_lat)
        gap = np.where(before >= 0, wanted - value_a, value_b - wanted)
        beside = ((before >= 0) | (after >= 0)) & ~both & (gap <= 20)
        fits[rows] = np.where(both, score.interpolated, np.where(beside, score.next_to, score.beyond))
        good = both | beside
        kind[rows[good]] = BETWEEN
        lon[rows[good]], lat[rows[good]] = x[good], y[good]
        accuracy[rows[good]] = np.where(
            both, np.maximum(score.interpolated_m, apart / 2), score.interpolated_m + score.each_number_m * gap
        )[good]
        at[rows[good]] = np.where(before >= 0, before, after)[good]

    @cached_property
    def _twins(self) -> Ints:
        """For each suffix the code of the one that is as good, 255 for none."""
        code, letters = self.index.suffix_code, wording().letters_for
        out = np.full(256, 255, np.int64)
        for text, number in code.items():
            out[number] = code.get(letters.get(text, "\0"), 255)
        return out

    def _lower(self, begin: Ints, end: Ints, wanted: Ints) -> Ints:
        """Return in each run of numbers the first that is not below the wanted one."""
        low, high = begin.copy(), end.copy()
        number = self.index.number
        while True:
            open_ = low < high
            if not open_.any():
                return low
            middle = (low + high) // 2
            below = open_ & (number[np.minimum(middle, len(number) - 1)] < wanted)
            low = np.where(below, middle + 1, low)
            high = np.where(open_ & ~below, middle, high)
