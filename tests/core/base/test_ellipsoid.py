# SPDX-License-Identifier: GPL-2.0-or-later
"""Metres and areas against PROJ."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from sigma_communes.core.base import ellipsoid

pyproj = pytest.importorskip("pyproj")
GEOD = pyproj.Geod(ellps="WGS84")


@given(st.floats(-180, 180), st.floats(-80, 80), st.floats(0, 360), st.floats(0.01, 1000, allow_nan=False))
def test_the_local_plane_and_the_chord_measure_as_the_geodesic(
    lon: float, lat: float, azimuth: float, metres: float
) -> None:
    lon2, lat2, _ = GEOD.fwd(lon, lat, azimuth, metres)
    per_lon, per_lat = ellipsoid.metres_per_degree(lat)
    dlon = (lon2 - lon + 540) % 360 - 180
    allowed = 1e-5 + metres**2 * abs(np.tan(np.radians(lat))) / (2 * 6.35e6) * 1.05
    assert np.hypot(dlon * per_lon, (lat2 - lat) * per_lat) == pytest.approx(metres, abs=allowed)
    a, b = ellipsoid.cartesian([lon, lon2], [lat, lat2])
    assert np.linalg.norm(a - b) == pytest.approx(metres, abs=2e-6)


def test_mercator_is_projs() -> None:
    lon, lat = np.meshgrid(np.linspace(-179, 179, 7), np.linspace(-85, 85, 11))
    ours = ellipsoid.mercator(np.column_stack([lon.ravel(), lat.ravel()]))
    proj = pyproj.Proj("EPSG:3395")
    assert np.abs(ours - np.column_stack(proj(lon.ravel(), lat.ravel()))).max() < 1e-3
    factors = proj.get_factors(5.4, 43.3)
    assert ellipsoid.mercator_scale(43.3) == pytest.approx(factors.meridional_scale, rel=1e-9)
    assert ellipsoid.mercator_scale(43.3) == pytest.approx(factors.parallel_scale, rel=1e-9)


@given(st.floats(-70, 70), st.floats(0.001, 0.1))
def test_areas_are_the_geodesic_ones(lat: float, size: float) -> None:
    square = shapely.segmentize(shapely.box(5.0, lat, 5.0 + size, lat + size), size / 50)
    expected = abs(GEOD.geometry_area_perimeter(square)[0]) / 1e6
    assert float(ellipsoid.area_km2(square)) == pytest.approx(expected, rel=1e-5)
