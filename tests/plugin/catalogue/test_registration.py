# SPDX-License-Identifier: GPL-2.0-or-later
"""Loading and unloading the plugin again and again leaves nothing behind; harvest from a source to the list."""

from __future__ import annotations

from typing import Any
from unittest.mock import MagicMock

import pytest
from qgis.core import QgsApplication, QgsSettings
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QMainWindow
from sigma_communes.core.catalogue import Catalogue, CatalogueSource
from sigma_communes.core.store import Workspace
from sigma_communes.plugin.catalogue.panel.dock import CatalogueDock
from sigma_communes.plugin.desktop import Desktop
from sigma_communes.plugin.workspace_file import WorkspaceFile

from .conftest import Window
from .test_dock import settled, shown, visible_texts


def test_nothing_is_left_after_unloading(window: Window, qtbot: Any) -> None:
    registry = QgsApplication.dataItemProviderRegistry()
    before = [provider.name() for provider in registry.providers()]
    main = QMainWindow()
    qtbot.addWidget(main)
    iface = MagicMock()
    iface.mainWindow.return_value = main
    iface.messageBar.return_value = window.bar
    iface.mapCanvas.return_value = window.canvas
    for _ in range(2):
        desktop = Desktop(iface)
        filters = [call.args[0] for call in iface.registerLocatorFilter.call_args_list]
        assert "SIGM@communes" in [provider.name() for provider in registry.providers()]
        desktop.show_dock("catalogue")
        desktop.unload()
        assert [provider.name() for provider in registry.providers()] == before
        gone = [call.args[0] for call in iface.deregisterLocatorFilter.call_args_list]
        assert gone == filters and len({type(each) for each in gone}) == 2
        assert desktop.docks == {}


@pytest.fixture
def harvested(opened: WorkspaceFile, window: Window, server: Any, qtbot: Any) -> Any:
    """Give a dock over a workspace with two sources, neither of them read yet: one answers, one does not."""
    dataset = {
        "name": "velos",
        "title": "Pistes cyclables <b>2026</b>",
        "notes": "Aménagements cyclables",
        "resources": [{"url": f"{server.url}/points.geojson", "format": "GeoJSON", "name": "points"}],
        "metadata_modified": "2026-10-01T00:00:00",
    }
    portal = server.add_ckan([dataset])
    with Workspace.open(opened.path) as workspace:
        catalogue = Catalogue(workspace)
        catalogue.records.remove_source("region")
        catalogue.add(CatalogueSource("portail", "ckan", portal, "Portail"))
        catalogue.add(CatalogueSource("muet", "csw", f"{server.url}/nowhere", "Muet"))
    dock = CatalogueDock(opened, window)
    qtbot.addWidget(dock)
    dock.show()
    settled(dock, qtbot)
    yield dock
    dock.clean_up()


def test_a_harvest_fills_the_list_and_says_what_failed(harvested: CatalogueDock, window: Window, qtbot: Any) -> None:
    assert "nothing was harvested yet" in visible_texts(harvested)
    harvested._act.click()
    assert harvested._running.isVisible() and not harvested.harvest_button.isEnabled()
    qtbot.waitUntil(lambda: harvested._harvesting is None, timeout=30000)
    settled(harvested, qtbot)
    assert shown(harvested) == ["Pistes cyclables 2026"]
    said = window.bar.currentItem().text()
    assert "1 records read: 1 new" in said and "Not read to the end: muet" in said
    assert harvested.health.text().startswith("● Portail") and "○ Muet (never answered)" in harvested.health.text()
    harvested.add(harvested.list.records.entries[0])
    window.bar.clearWidgets()
    qtbot.waitUntil(lambda: window.active is not None, timeout=30000)
    assert window.active.featureCount() == 9


def test_a_harvest_can_be_cancelled(harvested: CatalogueDock, window: Window, server: Any, qtbot: Any) -> None:
    server.add_silence("/api/3/action/package_search", 3)
    harvested.harvest()
    task = harvested._harvesting
    qtbot.waitUntil(lambda: harvested._doing.text() != "", timeout=5000)
    harvested._stop.click()
    assert task.over.wait(1.0)
    qtbot.waitUntil(lambda: harvested._harvesting is None, timeout=5000)
    assert not harvested._running.isVisible() and "Cancelled" in window.bar.currentItem().text()


def test_sources_are_tried_added_and_removed(harvested: CatalogueDock, server: Any, qtbot: Any) -> None:
    harvested.show_sources()
    dialog = harvested._sources
    names = [dialog.tree.topLevelItem(row).text(0) for row in range(dialog.tree.topLevelItemCount())]
    assert names[:2] == ["Portail", "Muet"] and any("DataSud" in name for name in names)
    dialog.tree.setCurrentItem(dialog.tree.topLevelItem(0))
    dialog.try_chosen()
    qtbot.waitUntil(lambda: "It answers: 1 records" in dialog.said.text(), timeout=20000)
    dialog.tree.setCurrentItem(dialog.tree.topLevelItem(1))
    dialog.try_chosen()
    qtbot.waitUntil(lambda: "It does not work" in dialog.said.text(), timeout=20000)
    settled(harvested, qtbot)
    dialog.tree.setCurrentItem(dialog.tree.topLevelItem(1))
    dialog.ask_remove()  # it has no records: nothing is asked
    qtbot.waitUntil(lambda: len(harvested._overview.sources) == 1, timeout=20000)
    item = next(
        dialog.tree.topLevelItem(row)
        for row in range(dialog.tree.topLevelItemCount())
        if dialog.tree.topLevelItem(row).checkState(0) == Qt.CheckState.Unchecked
    )
    item.setCheckState(0, Qt.CheckState.Checked)
    qtbot.waitUntil(lambda: len(harvested._overview.sources) == 2, timeout=20000)
    dialog.address.setText("not an address")
    dialog.add_address()
    qtbot.waitUntil(lambda: "It does not work" in dialog.said.text(), timeout=20000)
    dialog.address.setText(f"{server.url}")
    dialog.name.setText("encore")
    dialog.kind.setCurrentIndex(dialog.kind.findData("ckan"))
    dialog.add_address()
    qtbot.waitUntil(lambda: "encore" in [s.name for s in harvested._overview.sources], timeout=20000)
    dialog.reject()
    assert harvested._sources is None


def test_without_network_nothing_is_harvested(
    harvested: CatalogueDock, window: Window, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGMA_COMMUNES_NETWORK", "no")
    harvested.harvest()
    assert harvested._harvesting is None and "switched off" in window.bar.currentItem().text()
    assert server.calls == []
    QgsSettings().remove("sigma_communes")
