# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from markupsafe import escape
from sigma_communes.core.base.bilingual import Bilingual
from sigma_communes.core.base.ellipsoid import metres_per_degree
from sigma_communes.core.publish import svg
from sigma_communes.core.publish.cartography import Label, Plane, View, breaks, clusters, path, placed, scale_bar, shade
from sigma_communes.core.publish.kinds import icon, kinds, letter, numbers
from sigma_communes.core.taxonomy import Taxonomy

colours = st.from_regex(r"\A#[0-9a-f]{6}\Z")


def parsed(drawing: str) -> etree._Element:
    return etree.fromstring(f'<svg xmlns="http://www.w3.org/2000/svg">{drawing}</svg>')


@given(colours)
def test_ink_can_be_read_on_any_colour(colour: str) -> None:
    assert svg.contrast(svg.ink(colour), colour) >= 4.5


def test_contrast_is_that_of_wcag() -> None:
    assert svg.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert svg.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_what_is_no_colour_becomes_grey() -> None:
    assert svg.colour("#A1b2C3") == "#a1b2c3"
    assert svg.colour("red;background:url(//evil)") == svg.NEUTRAL


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=14), st.booleans())
def test_columns_stay_inside_their_chart(values: list[int], running: bool) -> None:
    figures = [escape(v) for v in values]
    chart = parsed(svg.columns(values, figures, figures, running, height=160))
    columns = [e for e in chart.iter("{*}rect")]
    assert len(columns) == sum(v > 0 for v in values)
    for column in columns:
        assert 0 <= float(column.get("y")) <= 134
        assert float(column.get("y")) + float(column.get("height")) == pytest.approx(134, abs=0.2)
        assert 0 <= float(column.get("x")[:-1]) <= 100


def test_a_bar_fills_its_part() -> None:
    widths = [parsed(svg.bar(part)).findall(".//{*}rect")[1].get("width") for part in (-1, 0, 0.001, 0.5, 2)]
    assert widths == ["0", "0", "0.8", "50", "100"]


def test_distances_on_the_plane_are_those_on_the_ground() -> None:
    west, south, east, north = 4.8, 43.1, 5.9, 43.8
    plane = Plane.of(np.array([shapely.box(west, south, east, north)], dtype=object))
    x, y = plane.project(np.array([5.3, 5.4, 5.3]), np.array([43.4, 43.4, 43.5]))
    east_m, north_m = metres_per_degree(43.4)
    assert (x[1] - x[0]) * 10 == pytest.approx(0.1 * east_m, rel=0.01)
    assert (y[0] - y[2]) * 10 == pytest.approx(0.1 * north_m, rel=0.01)
    assert y[2] < y[0]  # north is up


def test_a_path_draws_every_ring_and_only_polygons() -> None:
    ring = shapely.Polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [[(2, 2), (4, 2), (4, 4), (2, 4)]])
    assert path(ring) == "M0 0l10 0 0 10-10 0zM2 2l2 0 0 2-2 0z" or path(ring).count("M") == 2
    both = shapely.GeometryCollection([ring, shapely.Point(3, 3)])
    assert path(both).count("z") == 2
    assert path(shapely.box(0, 0, 0.2, 0.2)) == ""  # smaller than the plane's unit


@given(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4), st.floats(1, 1e4), st.floats(1, 1e4))
def test_a_view_holds_all_it_is_fitted_to(left: float, top: float, wide: float, tall: float) -> None:
    view = View.fitting((left, top, left + wide, top + tall), 720, 600)
    x, y = view.pixels(np.array([left, left + wide]), np.array([top, top + tall]))
    assert np.all((x >= 0) & (x <= view.width))
    assert np.all((y >= 0) & (y <= view.height))


def test_the_scale_bar_is_as_long_as_it_says() -> None:
    view = View(0, 0, 0.05, 720, 600)  # 5 pixels a kilometre
    drawing = scale_bar(view)
    length, kilometres = re.search(r"v6h([\d.]+)", drawing), re.search(r"(\d+) km", drawing)
    assert length is not None
    assert kilometres is not None
    assert float(length[1]) == 5 * float(kilometres[1])


points = st.lists(st.tuples(st.floats(0, 300), st.floats(0, 300), st.integers(0, 4)), max_size=40)


@given(points)
def test_clusters_lose_no_report_and_hide_none(drawn: list[tuple[float, float, int]]) -> None:
    x, y, kind = (np.array(values) for values in zip(*drawn)) if drawn else (np.zeros(0),) * 3
    found = clusters(x, y, kind.astype(np.int64), 27)
    assert sum(cluster.size for cluster in found) == len(drawn)
    total = sum((cluster.tally for cluster in found), np.zeros(5, dtype=np.int64)[: int(kind.max(initial=-1)) + 1])
    assert total.tolist() == np.bincount(kind.astype(np.int64), minlength=total.size).tolist()
    for i, cluster in enumerate(found):
        assert cluster.tally[cluster.kind] == cluster.tally.max()
        assert not any(cluster.hides(other) for other in found[:i])


@given(st.lists(st.floats(0, 1e6), max_size=100))
def test_shades_follow_their_limits(values: list[float]) -> None:
    limits = breaks(np.array(values))
    assert limits == sorted(set(limits))
    assert len(limits) <= 4
    shades = [shade(value, limits) for value in sorted(values)]
    assert shades == sorted(shades)
    assert all((s == 0) == (v == 0) for s, v in zip(shades, sorted(values)))
    assert shade(float("nan"), limits) == -1


def test_labels_do_not_overlap() -> None:
    wanted = [
        [Label(("Marseille", "12"), 50, 50), Label(("12",), 50, 50)],
        [Label(("Aubagne", "3"), 60, 50), Label(("3",), 100, 50)],
    ]
    assert placed(wanted) == [wanted[0][0], wanted[1][1]]
    assert placed([wanted[0], [Label(("3",), 50, 50)]]) == [wanted[0][0]]


def test_every_class_of_the_taxonomy_has_a_sign(names: Taxonomy) -> None:
    ranked = [c.id for c in names.classes]
    found = kinds([*ranked, "", "no_such_class"], names, Bilingual(fr="À qualifier", en="To be qualified"))
    assert [kind.number for kind in found] == list(range(len(ranked) + 2))
    drawings = [str(kind.drawing) for kind in found]
    assert len(set(drawings)) == len(drawings)
    for kind in found:
        parsed(kind.definition)
        assert re.fullmatch(r"#[0-9a-f]{6}", kind.colour)
    assert found[-1].name == "no_such_class"
    assert numbers(np.array(["", ranked[1]], dtype=object), found).tolist() == [len(ranked), 1]


def test_an_icon_brings_shapes_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "icon.svg"
    file.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" onload="x()"><script>x()</script><image href="http://e/x.png"/>'
        '<path d="M0 0h9" fill="#123456" onclick="x()" style="fill:url(//e)"/></svg>'
    )
    assert icon(file) == '<path d="M0 0h9" fill="#123456"/>'
    assert icon(tmp_path / "none.svg") == ""
    assert ">A</text>" in letter("A", "#000000")
