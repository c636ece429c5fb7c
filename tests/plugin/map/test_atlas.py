"""The atlas: pages, what is counted on them, and what a template of a person can be."""

from __future__ import annotations

import base64
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree
from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsLayoutAtlas,
    QgsLayoutItemPicture,
    QgsLayoutObject,
    QgsProject,
)
from qgis.PyQt.QtCore import QLocale
from sigma_communes.core import taxonomy
from sigma_communes.core.errors import DataError, UsageError
from sigma_communes.core.jobs.overview import counts_by_commune
from sigma_communes.plugin.map import atlas, layers
from sigma_communes.plugin.reports import states

TEAMS = {"graffiti_removal": "Effacement des graffitis"}


def svg(source: str) -> etree._Element:
    return etree.fromstring(base64.b64decode(source.split(":", 1)[1]))


def drawing(item: QgsLayoutItemPicture) -> etree._Element:
    """Read the chart that the item draws for the page of now."""
    source = item.dataDefinedProperties().property(QgsLayoutObject.DataDefinedProperty.PictureSource)
    return svg(source.valueAsString(item.createExpressionContext(), "")[0])


def chart_name(pages: QgsLayoutAtlas) -> str:
    return pages.currentFilename().split("-", 1)[1]


@pytest.fixture
def project(qgis_app: QgsApplication) -> Iterator[QgsProject]:
    project = QgsProject()
    yield project
    project.clear()


@pytest.fixture
def shown(demo_workspace: Path) -> layers.WorkspaceLayers:
    return layers.WorkspaceLayers(demo_workspace, taxonomy.load(), states.load(), TEAMS)


def test_a_page_for_each_commune_with_reports(
    project: QgsProject, shown: layers.WorkspaceLayers, demo_workspace: Path
) -> None:
    shown.add_to(project, ("graffiti",))
    pages = atlas.CommunePages(shown).add_to(project, counts_by_commune(shown.path)).atlas()
    with sqlite3.connect(demo_workspace) as file:
        counts = dict(file.execute("SELECT commune, count(*) FROM triage WHERE insee NOTNULL GROUP BY insee"))
    assert pages.updateFeatures() == len(counts)
    totals = {}
    for number in range(pages.count()):
        pages.seekTo(number)
        layout = pages.layout()
        total = layout.itemById("total").currentText()
        totals[chart_name(pages)] = int("".join(filter(str.isdigit, total)))
        chart = drawing(layout.itemById("symbols"))
        assert sum(int(text) for text in chart.itertext() if text.isdigit()) == totals[chart_name(pages)]
    assert totals == counts


def test_the_map_shows_the_commune_of_the_page(project: QgsProject, shown: layers.WorkspaceLayers) -> None:
    shown.add_to(project, ("graffiti",))
    project.setCrs(QgsCoordinateReferenceSystem("EPSG:2154"))
    layout = atlas.CommunePages(shown).add_to(project, counts_by_commune(shown.path), ["13005"])
    pages = layout.atlas()
    assert pages.updateFeatures() == 1
    pages.beginRender()
    pages.first()
    assert "Aubagne" in layout.itemById("title").currentText()
    chart = layout.itemById("map")
    aubagne = QgsCoordinateTransform(pages.coverageLayer().crs(), project.crs(), project).transformBoundingBox(
        pages.layout().reportContext().feature().geometry().boundingBox()
    )
    assert chart.extent().contains(aubagne) and chart.extent().width() < 2 * aubagne.width() + aubagne.height()
    assert (round(chart.rect().width()), round(chart.rect().height())) == (195, 165)
    pages.endRender()


def test_the_chart_follows_the_symbols_on_the_map(project: QgsProject, shown: layers.WorkspaceLayers) -> None:
    shown.add_to(project, ())
    layers.find(project, "incident", shown.path).setRenderer(shown.clusters(shown.state_renderer()))
    layout = atlas.CommunePages(shown).add_to(project, counts_by_commune(shown.path), ["13055"])
    layout.atlas().updateFeatures()
    layout.atlas().seekTo(0)
    texts = list(drawing(layout.itemById("symbols")).itertext())
    assert set(texts[::2]) <= set(shown.state_names().values())


def test_more_rows_than_the_page_holds_end_in_others() -> None:
    rows = {str(i): (f"class {i}", "") for i in range(40)}
    chart = atlas.CommunePages.__new__(atlas.CommunePages)._bars(
        rows, Counter({str(i): 40 - i for i in range(40)}), QLocale("fr")
    )
    texts = list(svg(chart).itertext())
    assert len(texts) == 2 * atlas.LINES
    assert texts[-1] == str(sum(40 - i for i in range(atlas.LINES - 1, 40)))


def test_a_second_layout_has_a_name_of_its_own(project: QgsProject, shown: layers.WorkspaceLayers) -> None:
    shown.add_to(project, ())
    first, second = (atlas.CommunePages(shown).add_to(project, counts_by_commune(shown.path)) for _ in range(2))
    assert first.name() != second.name()
    assert len(project.layoutManager().layouts()) == 2


@pytest.mark.parametrize(
    "content", ["", "not xml", "<qgis/>", "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"]
)
def test_what_is_no_template_is_refused(
    project: QgsProject, shown: layers.WorkspaceLayers, tmp_path: Path, content: str
) -> None:
    shown.add_to(project, ())
    template = tmp_path / "page.qpt"
    template.write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match="template"):
        atlas.CommunePages(shown, template).add_to(project, counts_by_commune(shown.path))
    assert not project.layoutManager().layouts()


def test_communes_without_reports_and_projects_without_layers(
    project: QgsProject, shown: layers.WorkspaceLayers
) -> None:
    with pytest.raises(UsageError, match="not in the project"):
        atlas.CommunePages(shown).add_to(project, counts_by_commune(shown.path))
    shown.add_to(project, ())
    with pytest.raises(DataError, match="No report lies"):
        atlas.CommunePages(shown).add_to(project, counts_by_commune(shown.path), ["99999"])
