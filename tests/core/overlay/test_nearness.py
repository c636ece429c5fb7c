# SPDX-License-Identifier: GPL-2.0-or-later
"""The nearest feature and how far it is."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from sigma_communes.core.base.ellipsoid import metres_per_degree
from sigma_communes.core.overlay import nearest


@given(st.integers(0, 2**32 - 1), st.sampled_from([-21.1, 0.0, 43.3, 60.0]), st.sampled_from([25.0, 300.0, 2000.0]))
def test_as_measured_point_by_point_round_each_point(seed: int, lat0: float, reach: float) -> None:
    rng = np.random.default_rng(seed)
    place = np.array([5.4, lat0])
    scatter = rng.normal(place, 0.01, (12, 2))
    layer = np.concatenate(
        [
            shapely.points(scatter[:4]),
            shapely.linestrings(scatter[4:8].reshape(2, 2, 2)),
            shapely.buffer(shapely.points(scatter[8:]), 0.002),
            [None, shapely.Point()],
        ]
    )
    # An edge that is straight on one map is bent on another: short edges are alike on all.
    layer = shapely.segmentize(layer, 2e-4)
    x, y = rng.normal(place, 0.01, (20, 2)).T
    index, metres = nearest(x, y, layer, max_distance_m=reach)
    for i in range(len(x)):
        scale = np.array([float(m) for m in metres_per_degree(y[i])])
        local = shapely.transform(layer, lambda xy, i=i, scale=scale: (xy - (x[i], y[i])) * scale)
        expected = shapely.distance(local, shapely.Point(0, 0))
        best = float(np.nanmin(expected))
        # Two planes that touch the ellipsoid at one point part by 1 m at 2 km, and as its square.
        doubt = 0.01 + 2.0 * (best / 2000) ** 2
        if index[i] < 0:
            assert best > reach - doubt
            assert metres[i] == np.inf
        else:
            assert metres[i] == pytest.approx(best, abs=doubt)
            assert expected[index[i]] == pytest.approx(best, abs=2 * doubt)
            assert metres[i] <= reach


def test_metres_against_the_geodesic() -> None:
    pyproj = pytest.importorskip("pyproj")
    geod = pyproj.Geod(ellps="WGS84")
    lon, lat, _ = geod.fwd(5.37, 43.3, 60, 100.0)
    index, metres = nearest([5.37], [43.3], [shapely.Point(lon, lat)], max_distance_m=200)
    assert index.tolist() == [0]
    assert metres[0] == pytest.approx(100.0, abs=0.002)


def test_inside_is_zero_and_the_lowest_of_equals_answers() -> None:
    square = shapely.box(5, 43, 6, 44)
    index, metres = nearest([5.5], [43.5], [shapely.Point(0, 0), square, square], max_distance_m=10)
    assert (index.tolist(), metres.tolist()) == ([1], [0.0])


def test_no_position_nothing_near_and_an_empty_layer() -> None:
    lon, lat = np.array([np.nan, 5.0, 5.0, np.inf]), np.array([43.0, 43.0, 89.9, 43.0])
    index, metres = nearest(lon, lat, [shapely.Point(5, 43, 7)], max_distance_m=10)
    assert index.tolist() == [-1, 0, -1, -1]
    np.testing.assert_array_equal(metres, [np.nan, 0.0, np.inf, np.nan])
    index, metres = nearest(lon, lat, [], max_distance_m=10)
    assert index.tolist() == [-1] * 4
    np.testing.assert_array_equal(metres, [np.nan, np.inf, np.inf, np.nan])
    assert [len(a) for a in nearest([], [], [shapely.Point(5, 43)], max_distance_m=10)] == [0, 0]
