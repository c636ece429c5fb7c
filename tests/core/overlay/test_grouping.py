# SPDX-License-Identifier: GPL-2.0-or-later
"""Which incidents are one problem."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sigma_communes.core.base.ellipsoid import cartesian, metres_per_degree
from sigma_communes.core.overlay import group

LON, LAT = 5.37, 43.3
DAY = np.timedelta64(1, "D")
START = np.datetime64("2026-01-01T00:00:00")


def at(*east: float) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return positions in a row, metres east of a place."""
    per_lon, _ = metres_per_degree(LAT)
    return LON + np.array(east) / float(per_lon), np.full(len(east), LAT)


def on(*days: float) -> NDArray[Any]:
    """Return times, days after the start; NaN is unknown."""
    return np.array(
        [np.datetime64("NaT") if d != d else START + np.timedelta64(round(d * 86400), "s") for d in days],
        dtype="datetime64[s]",
    )


def groups(east: list[float], since: list[float], class_: Any = "graffiti", **limits: float) -> list[int]:
    labels = np.array([class_] * len(east) if isinstance(class_, str) else class_, dtype=object)
    return group(*at(*east), on(*since), labels, **limits).tolist()


def test_near_in_place_and_time_and_of_one_class() -> None:
    assert groups([0, 20], [0, 5]) == [0, 0]
    assert groups([0, 30], [0, 5]) == [0, 1]
    assert groups([0, 20], [0, 31]) == [0, 1]
    assert groups([0, 20], [0, 5], ["graffiti", "waste"]) == [0, 1]


def test_both_limits_are_included() -> None:
    assert groups([0, 25], [0, 30]) == [0, 0]
    assert groups([0, 25.001], [0, 30]) == [0, 1]
    assert groups([0, 25], [0, 30.001]) == [0, 1]
    assert groups([0, 0, 0.5], [0, 0, 0], distance_m=0, days=0) == [0, 0, 2]
    assert groups([0, 400], [0, 300], distance_m=500, days=365) == [0, 0]


def test_the_earliest_names_the_group_wherever_it_stands() -> None:
    assert groups([10, 0, 5], [9, 3, 6]) == [1, 1, 1]


def test_a_problem_lasts_as_long_as_reports_keep_coming() -> None:
    assert groups([0, 5, 10, 3], [0, 25, 50, 75]) == [0, 0, 0, 0]
    assert groups([0, 5, 10, 3], [0, 25, 60, 75]) == [0, 0, 2, 2]


def test_a_problem_does_not_creep_along_a_street() -> None:
    street = [20.0 * i for i in range(50)]
    found = groups(street, [0.1 * i for i in range(50)])
    for first in set(found):
        members = [street[i] for i in range(50) if found[i] == first]
        assert max(abs(m - street[first]) for m in members) <= 25
    assert len(set(found)) == 25


def test_the_nearest_of_two_problems_is_joined() -> None:
    assert groups([0, 40, 24, 17], [0, 0, 1, 1]) == [0, 1, 1, 0]


def test_what_has_no_class_or_no_position_stays_alone() -> None:
    assert groups([0, 0], [0, 0], "") == [0, 1]
    assert groups([0, 0], [0, 0], "none") == [0, 1]
    assert groups([np.nan, np.nan, np.inf, 0], [0, 0, 0, 0]) == [0, 1, 2, 3]


def test_without_a_time_the_place_decides() -> None:
    assert groups([0, 10], [0, np.nan]) == [0, 0]
    assert groups([0, 40], [0, np.nan]) == [0, 1]
    assert groups([0, 10], [np.nan, np.nan]) == [0, 0]
    # Two problems one after the other at one place: the later one.
    assert groups([0, 0, 3], [0, 90, np.nan]) == [0, 1, 1]
    # It lends no time: what is too late for the first stays apart.
    assert groups([0, 3, 5], [0, np.nan, 90]) == [0, 2, 2]
    # An ended problem is found again.
    assert groups([0, 20, 1], [0, 90, np.nan]) == [0, 1, 0]


def test_nothing_in_nothing_out_and_nonsense_refused() -> None:
    assert groups([], []) == []
    with pytest.raises(ValueError, match="not negative"):
        groups([0], [0], distance_m=-1)
    with pytest.raises(ValueError, match="not negative"):
        groups([0], [0], days=np.nan)


def test_anywhere_on_earth() -> None:
    # Across the antimeridian and round the pole, 11 m apart.
    lon = np.array([179.99995, -179.99995, 10.0, -170.0])
    lat = np.array([0.0, 0.0, 89.99995, 89.99995])
    # Of one time, the westernmost names the group.
    assert group(lon, lat, on(0, 0, 0, 0), np.array(["waste"] * 4, dtype=object)).tolist() == [1, 1, 3, 3]


incidents = st.lists(
    st.tuples(
        st.sampled_from([0.0, 10.0, 24.0, 25.0, 26.0, 49.0, 60.0, 5000.0, np.nan]) | st.floats(0, 120),
        st.sampled_from([0.0, 30.0, 31.0, np.nan]) | st.integers(0, 200).map(float),
        st.sampled_from(["graffiti", "waste", "none", ""]),
    ),
    max_size=30,
)


def naive(position: NDArray[Any], times: NDArray[Any], labels: list[str], order: list[int]) -> list[int]:
    """Follow the rule word by word, every problem looked at every time."""
    first = list(range(len(labels)))
    last: dict[int, Any] = {}
    for i in order:
        if labels[i] in ("", "none") or np.isnan(position[i]).any():
            continue
        fits = []
        for rank, g in enumerate(last):
            metres = float(np.linalg.norm(position[i] - position[g]))
            known = not np.isnat(times[i])
            if labels[g] == labels[i] and metres <= 25 + 1e-7 and not (known and times[i] - last[g] > 30 * DAY):
                fits.append((metres, -rank, g))
        if fits:
            first[i] = min(fits)[2]
            if not np.isnat(times[i]):
                last[first[i]] = times[i]
        else:
            last[i] = times[i]
    return first


@given(incidents)
def test_the_grid_follows_the_rule_word_by_word(rows: list[tuple[float, float, str]]) -> None:
    east, days, labels = (list(c) for c in zip(*rows)) if rows else ([], [], [])
    lon, lat = at(*east)
    times = on(*days)
    order = sorted(range(len(rows)), key=lambda i: (np.isnat(times[i]), times[i].astype(int), lon[i], i))
    with np.errstate(invalid="ignore"):
        expected = naive(cartesian(lon, lat).reshape(-1, 3), times, labels, order)
    assert group(lon, lat, times, np.array(labels, dtype=object)).tolist() == expected


@given(incidents, st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(rows: list[tuple[float, float, str]], random: Any) -> None:
    shuffled = list(range(len(rows)))
    random.shuffle(shuffled)

    def parts(order: list[int]) -> set[frozenset[int]]:
        found = groups([rows[i][0] for i in order], [rows[i][1] for i in order], [rows[i][2] for i in order])
        members: dict[int, set[int]] = {}
        for place, first in enumerate(found):
            members.setdefault(first, set()).add(order[place])
        return {frozenset(m) for m in members.values()}

    assert parts(shuffled) == parts(list(range(len(rows))))


@given(incidents)
def test_every_group_is_what_it_says(rows: list[tuple[float, float, str]]) -> None:
    east, days, labels = (list(c) for c in zip(*rows)) if rows else ([], [], [])
    found = groups(list(east), list(days), list(labels))
    for i, first in enumerate(found):
        assert found[first] == first
        assert labels[i] == labels[first]
        assert i == first or abs(east[i] - east[first]) <= 25.0001


def test_a_hundred_thousand_reports_at_one_address() -> None:
    n = 100_000
    times = START + np.arange(n).astype("timedelta64[s]") * 60
    found = group(np.full(n, LON), np.full(n, LAT), times, np.full(n, "waste", dtype=object))
    assert not found.any()
