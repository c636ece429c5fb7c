# SPDX-License-Identifier: GPL-2.0-or-later
"""The Browser panel and the locator bar: what they hold, and that they go away."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from qgis.core import (
    QgsApplication,
    QgsBrowserModel,
    QgsDataItem,
    QgsFeedback,
    QgsLocator,
    QgsLocatorContext,
    QgsLocatorResult,
)
from qgis.PyQt.QtCore import QEventLoop, QTimer
from sigma_communes.plugin.catalogue.browser import ROOT_PATH, Access, CatalogueItems, RecordItem, RootItem
from sigma_communes.plugin.catalogue.locator import CatalogueLocator, IncidentLocator

from .conftest import HOSTILE


class Asked:
    """What the items asked of the desktop."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.added: list[tuple[str, str]] = []

    def access(self) -> Access:
        return Access(lambda: self.path, lambda *what: self.added.append(what), lambda: None)


def children(item: Any) -> list[Any]:
    """Let QGIS make the children, in its thread. (QgsDataItem.children() makes other Python halves of them.)"""
    item.populate()
    for _ in range(1000):
        if item.state() == QgsDataItem.State.Populated:
            break
        loop = QEventLoop()
        QTimer.singleShot(10, loop.quit)
        loop.exec()
    return list(item._kept)


def test_the_browser_shows_themes_sources_and_layers_to_drag(path: Path, qgis_app: QgsApplication) -> None:
    asked = Asked(path)
    root = RootItem(asked.access())
    names = [child.name() for child in sorted(children(root), key=lambda child: child.sortKey())]
    assert names[:2] == ["Favourites", "Seen"] and "Planning" in names and names[-1] == "Region"
    source = next(child for child in root._kept if child.name() == "Region")
    items = {child.name(): child for child in children(source)}
    plui = items["Zonage du PLUi, Pays d'Aix"]
    (uri,) = plui.mimeUris()
    assert plui.hasDragEnabled() and (uri.layerType, uri.providerKey) == ("raster", "wms")
    assert "layers=plui%3Azonage" in uri.uri
    assert not items["Étude sur le bruit"].hasDragEnabled() and items["Étude sur le bruit"].mimeUris() == []
    assert plui.handleDoubleClick() and asked.added[0][1] == plui.name()
    assert "<script>" not in items[HOSTILE.title].toolTip()


def test_without_a_workspace_and_without_favourites_the_browser_says_so(path: Path, qgis_app: QgsApplication) -> None:
    (said,) = children(RootItem(Asked(None).access()))
    assert said.name() == "No workspace is open"
    root = RootItem(Asked(path).access())
    favourites = next(child for child in children(root) if child.name() == "Favourites")
    (said,) = children(favourites)
    assert said.name().startswith("Nothing here yet")
    (said,) = children(RootItem(Asked(path.with_name("gone.gpkg")).access()))
    assert "no such workspace" in said.name()


def test_the_root_comes_and_goes_with_the_provider(path: Path, qgis_app: QgsApplication, qtbot: Any) -> None:
    model = QgsBrowserModel()
    model.initialize()

    def roots() -> list[str]:
        return [model.index(row, 0).data() for row in range(model.rowCount())]

    for _ in range(2):
        provider = CatalogueItems(Asked(path).access())
        QgsApplication.dataItemProviderRegistry().addProvider(provider)
        assert roots().count("SIGM@communes") == 1
        index = model.findPath(ROOT_PATH)
        item = model.dataItem(index)
        assert isinstance(item, RootItem)
        children(item)
        assert model.rowCount(index) > 8
        QgsApplication.dataItemProviderRegistry().removeProvider(provider)
        assert "SIGM@communes" not in roots()


def found_by(filter_: Any, text: str) -> list[QgsLocatorResult]:
    """Search as the bar does: a locator that clones the filter and runs it in a thread."""
    locator = QgsLocator()
    results: list[QgsLocatorResult] = []
    locator.foundResult.connect(lambda result: results.append(QgsLocatorResult(result)))
    locator.registerFilter(filter_)
    loop = QEventLoop()
    locator.finished.connect(loop.quit)
    QTimer.singleShot(20000, loop.quit)
    context, feedback = QgsLocatorContext(), QgsFeedback()
    locator.fetchResults(text, context, feedback)
    loop.exec()
    for _ in range(20):
        QgsApplication.processEvents()
        time.sleep(0.005)
    locator.deregisterFilter(filter_)
    return results


def test_the_locator_finds_layers_and_adds_one(path: Path, qgis_app: QgsApplication) -> None:
    added: list[tuple[str, ...]] = []
    catalogue = CatalogueLocator(lambda: path, lambda *what: added.append(what))
    results = found_by(catalogue, "cat plu zonage")
    assert [result.displayString for result in results] == ["Zonage du PLUi, Pays d'Aix"]
    assert results[0].group == "Métropole AMP" and "Licence Ouverte" in results[0].description
    catalogue = CatalogueLocator(lambda: path, lambda *what: added.append(what))
    catalogue.triggerResult(results[0])
    assert added[0][1] == "Zonage du PLUi, Pays d'Aix"


@pytest.mark.parametrize("where", [None, Path("/nowhere/w.gpkg")])
@pytest.mark.parametrize("make", [CatalogueLocator, IncidentLocator])
def test_the_locator_is_quiet_where_there_is_nothing(
    make: Callable[..., Any], where: Path | None, qgis_app: QgsApplication
) -> None:
    made = make(lambda: where, lambda *what: None)
    assert found_by(made, f"{made.prefix()} arbres") == []


@pytest.mark.parametrize("typed", ["republique", "RÉPUBLIQUE aubagne", "x/1"])
def test_reports_are_found_by_number_and_address(tmp_path: Path, typed: str) -> None:
    from sigma_communes.core.store import Workspace
    from sigma_communes.core.store.report_page import matching_incidents

    path = tmp_path / "w.gpkg"
    with Workspace.open(path) as workspace, workspace._writing("test") as connection:
        connection.execute("INSERT INTO report (fid, id, address) VALUES (1, 'x/1', '12 rue de la République')")
        connection.execute("INSERT INTO report (fid, id, address) VALUES (2, 'x/2', '3 rue de la Rapubliqe')")
        connection.execute(
            "INSERT INTO triage (fid, commune) VALUES (1, 'Aubagne') ON CONFLICT DO UPDATE SET commune = 'Aubagne'"
        )
        assert [row[0] for row in matching_incidents(workspace, typed, 10)] == ["x/1"]
        assert matching_incidents(workspace, "%' OR 1=1 --", 10) == []


def test_items_outlive_the_list_that_gave_them(path: Path, qgis_app: QgsApplication) -> None:
    import gc

    root = RootItem(Asked(path).access())
    source = next(child for child in children(root) if child.name() == "Region")
    children(source)
    gc.collect()
    assert all(isinstance(child, RecordItem) for child in source._kept) and len(source._kept) == 5
