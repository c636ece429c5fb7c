# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigma_communes.core.reports.formats import position
from sigma_communes.core.reports.formats.position import judge, number

PROVENCE = (4.0, 43.0, 6.0, 44.0)


@pytest.mark.parametrize(
    ("lon", "lat", "flag"),
    [
        (5.37, 43.3, ""),
        ("5.37", "43.3", ""),
        ("5,37", "43,3", ""),
        (None, 43.3, position.MISSING),
        ("", "", position.MISSING),
        (0, 0, position.ZERO),
        ("0.0", "-0", position.ZERO),
        (math.nan, 43.3, position.NOT_A_NUMBER),
        (math.inf, 43.3, position.NOT_A_NUMBER),
        ("5.37E", "43.3N", position.NOT_A_NUMBER),
        ("1_0", "4_3", position.NOT_A_NUMBER),
        (True, 43, position.NOT_A_NUMBER),
        ([5], 43, position.NOT_A_NUMBER),
        (10**400, 1, position.NOT_A_NUMBER),
        (43.3, 5.37, position.SWAPPED),
        (45.0, -120.0, position.SWAPPED),
        (500, 91, position.OUT_OF_RANGE),
        (893000, 6246000, position.LAMBERT_93),
        ("6246000", "893000", position.LAMBERT_93),
        (-87.6, 41.8, ""),
        (55.5, -21.1, ""),
    ],
)
def test_positions_are_flagged_never_repaired(lon: object, lat: object, flag: str) -> None:
    x, y, found = judge(lon, lat)
    assert found == flag
    assert (x is None and y is None) == bool(flag)


def test_an_area_tells_far_off_and_keeps_the_position() -> None:
    assert judge(5.37, 43.3, PROVENCE) == (5.37, 43.3, "")
    assert judge(2.35, 48.85, PROVENCE) == (2.35, 48.85, position.FAR_OFF)
    assert judge(43.3, 5.37, PROVENCE) == (None, None, position.SWAPPED)


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_what_comes_out_is_what_went_in(lon: float, lat: float) -> None:
    x, y, flag = judge(repr(lon), lat)
    assert (x, y) == ((lon, lat) if not flag else (None, None))


@given(st.text(max_size=20) | st.integers() | st.floats() | st.none() | st.booleans())
def test_number_never_raises(raw: object) -> None:
    value = number(raw)
    assert value is None or isinstance(value, float)
