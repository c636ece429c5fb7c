# SPDX-License-Identifier: GPL-2.0-or-later
"""The grid answers as shapely does, point by point."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sigma_communes.core import territory
from sigma_communes.core.base.ellipsoid import metres_per_degree
from sigma_communes.core.territory.grid import RegionGrid


def point_by_point(regions: NDArray[Any], x: NDArray[Any], y: NDArray[Any]) -> NDArray[Any]:
    """Return the lowest region that intersects each point, -1 for none: without any index."""
    hits = shapely.intersects(regions[:, None], shapely.points(x, y)[None, :])
    return np.where(hits.any(axis=0), hits.argmax(axis=0), -1)


def metres_to_boundary(regions: NDArray[Any], x: float, y: float) -> float:
    """Return the distance on the plane round the point, with all boundaries brought to it."""
    scale = np.array([float(m) for m in metres_per_degree(y)])
    local = shapely.transform(shapely.boundary(regions), lambda xy: (xy - (x, y)) * scale)
    return float(shapely.distance(local, shapely.Point(0, 0)).min())


def tricky_points(regions: NDArray[Any], grid: RegionGrid, rng: np.random.Generator, n: int) -> NDArray[Any]:
    """Return points at random, on corners, on edges, beside them, and on the borders of the grid's cells."""
    west, south, east, north = shapely.total_bounds(regions)
    margin = 0.1 * max(east - west, north - south)
    anywhere = rng.uniform([west - margin, south - margin], [east + margin, north + margin], (n, 2))
    boundary = shapely.boundary(regions)
    corners = rng.permutation(shapely.get_coordinates(boundary))[:n]
    lines = rng.choice(boundary, n)
    on_edges = shapely.get_coordinates(shapely.line_interpolate_point(lines, rng.random(n), normalized=True))
    beside = on_edges + rng.normal(0, 1, (n, 2)) * 10.0 ** rng.integers(-16, -2, (n, 1))
    cells = np.column_stack([rng.integers(0, grid.nx + 1, n), rng.integers(0, grid.ny + 1, n)])
    borders = np.array([grid.x0, grid.y0]) + cells * np.array([grid.dx, grid.dy])
    # Cell borders that pass through what is difficult.
    snapped = on_edges.copy()
    snapped[:, 0] = grid.x0 + np.rint((snapped[:, 0] - grid.x0) / grid.dx) * grid.dx
    either_side = np.concatenate([np.nextafter(borders, -np.inf), np.nextafter(borders, np.inf)])
    return np.concatenate([anywhere, corners, on_edges, beside, borders, snapped, either_side])


def points_at_the_limit(
    regions: NDArray[Any], accuracy_m: float, rng: np.random.Generator, n: int
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return points that are about as far from an edge as the accuracy."""
    lines = rng.choice(shapely.boundary(regions), n)
    x, y = shapely.get_coordinates(shapely.line_interpolate_point(lines, rng.random(n), normalized=True)).T
    per_lon, per_lat = metres_per_degree(y)
    metres, angle = accuracy_m * rng.uniform(0.85, 1.1, n), rng.choice([0, 0.5, 1, 1.5, *rng.random(4)], n) * np.pi
    return x + metres * np.cos(angle) / per_lon, y + metres * np.sin(angle) / per_lat


@st.composite
def coverages(draw: st.DrawFn) -> NDArray[Any]:
    """Draw a territory of Voronoi cells: some joined to communes of several parts, some left out as holes."""
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    width = draw(st.sampled_from([0.002, 0.02, 0.3]))
    centre = np.array([draw(st.sampled_from([-61.5, 0.0, 5.4])), draw(st.sampled_from([-21.1, 0.0, 43.3, 70.0]))])
    frame = shapely.box(*(centre - width), *(centre + width))
    seeds = shapely.multipoints(rng.uniform(centre - width, centre + width, (draw(st.integers(3, 25)), 2)))
    cells = shapely.intersection(shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=frame)), frame)
    if draw(st.booleans()):
        cells = shapely.set_precision(cells, width / 1000)
    cells = cells[shapely.area(cells) > 0]
    commune = rng.integers(0, max(2, len(cells) // 2), len(cells))
    joined = [shapely.union_all(cells[commune == c]) for c in np.unique(commune)[draw(st.integers(0, 1)) :]]
    if draw(st.booleans()):
        # Not a coverage any more: a disc over all.
        joined.insert(0, shapely.Point(centre).buffer(width / 2))
    regions = np.array([region for region in joined if region.is_valid], dtype=object)
    assume(len(regions) > 0)
    return regions


@given(coverages(), st.sampled_from([0.0, 3.0, 25.0, 400.0]), st.integers(0, 2**32 - 1))
def test_any_territory_is_answered_as_by_shapely(regions: NDArray[Any], accuracy_m: float, seed: int) -> None:
    grid = RegionGrid(regions, accuracy_m)
    x, y = tricky_points(regions, grid, np.random.default_rng(seed), 40).T
    region, ambiguous = grid.locate(x, y)
    np.testing.assert_array_equal(region, point_by_point(regions, x, y))
    some = np.random.default_rng(seed).permutation(len(x))[:20]
    limit_x, limit_y = points_at_the_limit(regions, accuracy_m, np.random.default_rng(seed), 60)
    x, y = np.append(x[some], limit_x), np.append(y[some], limit_y)
    ambiguous = np.append(ambiguous[some], grid.locate(limit_x, limit_y)[1])
    metres = np.array([metres_to_boundary(regions, px, py) for px, py in zip(x, y)])
    decided = np.abs(metres - accuracy_m) > 1e-6
    np.testing.assert_array_equal(ambiguous[decided], (metres < accuracy_m)[decided])


@pytest.fixture(scope="module")
def shipped() -> territory.Territory:
    return territory.load()


@settings(max_examples=10)
@given(st.integers(0, 2**32 - 1))
def test_the_shipped_map_is_answered_as_by_shapely(shipped: territory.Territory, seed: int) -> None:
    x, y = tricky_points(shipped.geometries, shipped.grid, np.random.default_rng(seed), 60).T
    located = shipped.locate(x, y)
    np.testing.assert_array_equal(located.index, point_by_point(shipped.geometries, x, y))
    in_water = shapely.intersects_xy(shipped.water[0], x, y) & (located.index < 0)
    np.testing.assert_array_equal(located.water, in_water)
    np.testing.assert_array_equal(located.outside, (located.index < 0) & ~in_water)


def test_every_corner_of_the_shipped_map_belongs_to_the_lowest_code_and_is_ambiguous(
    shipped: territory.Territory,
) -> None:
    x, y = np.unique(shapely.get_coordinates(shipped.geometries), axis=0).T
    located = shipped.locate(x, y)
    assert located.ambiguous.all()
    assert not located.outside.any()
    point, commune = shapely.STRtree(shipped.geometries).query(shapely.points(x, y), predicate="intersects")
    expected = np.full(len(x), len(shipped))
    np.minimum.at(expected, point, commune)
    np.testing.assert_array_equal(located.index, expected)
    assert len(point) > len(x)  # many corners are shared


def test_ambiguity_is_right_on_the_ground(shipped: territory.Territory) -> None:
    pyproj = pytest.importorskip("pyproj")
    rng = np.random.default_rng(7)
    boundary = shapely.get_coordinates(shipped.geometries)
    x, y = (rng.permutation(boundary)[:60] + rng.normal(0, 3e-4, (60, 2))).T
    ambiguous = shipped.locate(x, y).ambiguous
    near = []
    for px, py in zip(x, y):
        plane = pyproj.Proj(proj="aeqd", lon_0=px, lat_0=py, ellps="WGS84")
        close = shapely.clip_by_rect(shapely.boundary(shipped.geometries), px - 0.05, py - 0.05, px + 0.05, py + 0.05)
        lines = shapely.transform(close, lambda xy, plane=plane: np.column_stack(plane(*xy.T)))
        near.append(float(np.nanmin(shapely.distance(lines, shapely.Point(0, 0)))))
    metres = np.array(near)
    decided = np.abs(metres - 25) > 0.05  # an edge that is straight on one map bends by centimetres on another
    np.testing.assert_array_equal(ambiguous[decided], (metres < 25)[decided])
    assert 5 < ambiguous.sum() < 55


def test_places_that_people_know(shipped: territory.Territory) -> None:
    places = {
        "Marseille": (5.3698, 43.2965),
        "Aix-en-Provence": (5.4474, 43.5297),
        "Pertuis": (5.5036, 43.6945),
        "Saint-Zacharie": (5.7080, 43.3852),
    }
    lon, lat = np.array(list(places.values())).T
    columns = shipped.columns(lon, lat)
    assert columns["commune"].tolist() == list(places)
    assert columns["insee"].tolist() == ["13055", "13001", "84089", "83120"]
    assert not (columns["outside"] | columns["water"]).any()


def test_water_sea_and_no_position(shipped: territory.Territory) -> None:
    lon = np.array([5.10, 5.0, 2.35, np.nan, np.inf, 5.37, 1e300, -1e300])
    lat = np.array([43.45, 43.0, 48.85, 43.3, 43.3, -np.inf, 43.3, 43.3])
    located = shipped.locate(lon, lat)
    assert located.index.tolist() == [-1] * 8
    assert located.water.tolist() == [True] + [False] * 7
    assert located.outside.tolist() == [False, True, True, False, False, False, True, True]
    assert not located.ambiguous.any()
    columns = shipped.columns(lon, lat)
    assert columns["insee"].tolist() == columns["commune"].tolist() == [""] * 8
    assert columns["insee"].dtype == object


def test_no_points_at_all(shipped: territory.Territory) -> None:
    nothing = shipped.locate([], [])
    assert len(nothing) == 0 and nothing.insee.tolist() == [] and nothing.insee.dtype == object
    assert {k: len(v) for k, v in shipped.columns([], []).items()} == dict.fromkeys(
        ("insee", "commune", "ambiguous", "outside", "water"), 0
    )


def test_arrays_that_do_not_fit_are_refused(shipped: territory.Territory) -> None:
    with pytest.raises(ValueError, match="of one length"):
        shipped.locate([5.0, 5.1], [43.0])
    with pytest.raises(ValueError, match="one-dimensional"):
        shipped.locate(np.zeros((2, 2)), np.zeros((2, 2)))


def test_a_large_batch_is_answered_like_small_ones(shipped: territory.Territory) -> None:
    west, south, east, north = shapely.total_bounds(shipped.geometries)
    rng = np.random.default_rng(3)
    lon, lat = rng.uniform(west, east, 100_000), rng.uniform(south, north, 100_000)
    lon[::1000] = np.nan
    whole = shipped.locate(lon, lat)
    for start in (0, 32_760, 65_530, 99_000):
        part = shipped.locate(lon[start : start + 1000], lat[start : start + 1000])
        for name in ("index", "ambiguous", "outside", "water", "insee", "commune"):
            np.testing.assert_array_equal(getattr(whole, name)[start : start + 1000], getattr(part, name))


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_each_point_by_its_own_accuracy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    regions = territory.load(territory.shipped_map()).geometries[:12]
    grid = RegionGrid(regions, 25.0)
    west, south, east, north = shapely.total_bounds(regions)
    x, y = rng.uniform(west, east, 15), rng.uniform(south, north, 15)
    due = np.array([metres_to_boundary(regions, a, b) for a, b in zip(x, y)])
    metres = due * rng.choice([0.98, 1.02], 15)
    assert grid.boundary_within(x, y, metres).tolist() == (due < metres).tolist()


def test_a_position_that_may_be_anywhere_is_ambiguous_and_one_of_unknown_accuracy_is_not() -> None:
    communes = territory.load(territory.shipped_map())
    lon, lat = np.full(4, 5.3698), np.full(4, 43.2965)
    accuracy = np.array([np.nan, np.inf, 10.0, 20_000.0])
    assert communes.locate(lon, lat, accuracy).ambiguous.tolist() == [False, True, False, True]
    assert not communes.locate(lon, lat).ambiguous.any()
