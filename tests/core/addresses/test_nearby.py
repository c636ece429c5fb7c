"""The nearest address, beside a search through all of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sigma_communes.core import addresses
from sigma_communes.core.addresses.grid import Curve, laid_out
from sigma_communes.core.base.ellipsoid import metres_per_degree


@given(st.integers(0, 10_000), st.integers(1, 400), st.sampled_from([1e-6, 1e-3, 0.5]))
def test_it_is_the_nearest_of_all(seed: int, n: int, spread: float) -> None:
    random = np.random.default_rng(seed)
    town = random.integers(0, 5, n)
    lon = ((5.0 + 0.1 * town + random.normal(0, spread, n)) * 1e7).astype(np.int32)
    lat = ((43.0 + 0.07 * town + random.normal(0, spread, n)) * 1e7).astype(np.int32)
    order, curve = laid_out(lon, lat)
    x, y = random.uniform(4.0, 6.5, 50), random.uniform(42.0, 44.5, 50)
    found, metres = Curve.of(curve, lon[order], lat[order]).nearest(x, y)
    per_lon, per_lat = metres_per_degree(y)
    away = np.hypot(
        (lon[None] * 1e-7 - x[:, None]) * per_lon[:, None], (lat[None] * 1e-7 - y[:, None]) * per_lat[:, None]
    )
    np.testing.assert_allclose(metres, away.min(axis=1), rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(away[np.arange(50), order[found]], metres, rtol=1e-9, atol=1e-6)


def test_no_position_and_no_points_have_no_answer() -> None:
    empty = Curve.of(
        *(lambda o, c: (c, np.zeros(0, np.int32), np.zeros(0, np.int32)))(*laid_out(np.zeros(0), np.zeros(0)))
    )
    found, metres = empty.nearest(np.array([5.0, np.nan]), np.array([43.0, 43.0]))
    assert found.tolist() == [-1, -1]
    assert np.isinf(metres).all()


def test_what_a_person_reads(gazetteer: Path, finder: addresses.Finder) -> None:
    rooms = addresses.Neighbours(finder.index)
    texts, metres = rooms.texts(finder, np.array([5.5711, np.nan, 5.59]), np.array([43.29, 43.29, 43.30]))
    assert texts == ["12 Rue de la République, Aubagne", "", "Les Passons, Aubagne"]
    assert metres[0] < 1
