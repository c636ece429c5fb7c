# SPDX-License-Identifier: GPL-2.0-or-later
"""The catalogue where QGIS itself looks for things: the Browser panel and the locator bar."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import QgsApplication

from .browser import ROOT_PATH, Access, CatalogueItems
from .locator import CatalogueLocator, IncidentLocator


class Finders:
    """Registered when made, taken away by :meth:`unload`."""

    def __init__(self, desktop: Any) -> None:
        self._desktop = desktop
        self._browser = CatalogueItems(Access(self._path, self.add, lambda: desktop.show_dock("catalogue")))
        QgsApplication.dataItemProviderRegistry().addProvider(self._browser)
        self._filters = [CatalogueLocator(self._path, self.add), IncidentLocator(self._path, self.show_report)]
        for each in self._filters:
            desktop.iface.registerLocatorFilter(each)
        desktop.workspace.opened.connect(self.refresh_browser)
        desktop.workspace.closed.connect(self.refresh_browser)

    def unload(self) -> None:
        """Take everything away again."""
        self._desktop.workspace.opened.disconnect(self.refresh_browser)
        self._desktop.workspace.closed.disconnect(self.refresh_browser)
        for each in self._filters:
            self._desktop.iface.deregisterLocatorFilter(each)
        self._filters.clear()
        QgsApplication.dataItemProviderRegistry().removeProvider(self._browser)

    def add(self, identifier: str, title: str) -> None:
        """Add a record to the map by its best link, in a task."""
        from . import layers

        path = self._path()
        if path is not None:
            crs = self._desktop.iface.mapCanvas().mapSettings().destinationCrs().authid()
            wish = layers.wish(path, identifier, title, crs=crs)
            layers.add(self._desktop.tasks, wish, self._desktop.iface.setActiveLayer)

    def show_report(self, identifier: str) -> None:
        """Show a report in the list."""
        dock = self._desktop.show_dock("backlog")
        dock.filters.text.setText(identifier)
        if dock.model.rowCount():
            dock.table.selectRow(0)

    def refresh_browser(self) -> None:
        """Let the browser read again what is open in it."""
        model = self._desktop.iface.browserModel()
        if model is not None:
            model.refresh(ROOT_PATH)

    def _path(self) -> Optional[Path]:
        path: Optional[Path] = self._desktop.workspace.path
        return path
