# SPDX-License-Identifier: GPL-2.0-or-later
"""What the plugin adds to QGIS' main window: actions, docks, the open workspace. Docks are made when first shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsExpression,
    QgsFeatureRequest,
    QgsProject,
    QgsSettings,
)
from qgis.PyQt.QtCore import QObject, Qt, QTimer
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction, QDockWidget, QFileDialog

from .. import ROOT
from .base import settings
from .base.tasks import Outcome, Tasks
from .catalogue.finders import Finders
from .map import layers
from .workspace_file import WorkspaceFile

MENU = "SIGM@communes"
_DOCKS = "sigma_communes/open_docks"


class Desktop(QObject):
    """Made in ``initGui``, taken away by :meth:`unload`."""

    def __init__(self, iface: Any) -> None:
        super().__init__(iface.mainWindow())
        self.iface = iface
        self.tasks = Tasks(iface.messageBar(), self)
        self.workspace = WorkspaceFile(self.tasks, self)
        self.docks: dict[str, QDockWidget] = {}
        self._actions: list[QAction] = []
        self._openers: dict[str, Callable[[], QDockWidget]] = {
            "backlog": self._backlog,
            "review": self._review,
            "import_photos": self._import_photos,
            "catalogue": self._catalogue,
        }
        self._add_action("open_workspace", self.tr("Open a workspace…"), self.choose_workspace, toolbar=False)
        self._add_action("backlog", self.tr("Reports"), lambda: self.show_dock("backlog"))
        self._add_action("review", self.tr("Check the photos"), lambda: self.show_dock("review"))
        self._add_action("import_photos", self.tr("Import photos"), lambda: self.show_dock("import_photos"))
        self._add_action("catalogue", self.tr("Catalogue"), lambda: self.show_dock("catalogue"))
        self._add_action("atlas", self.tr("Atlas…"), self.make_atlas, toolbar=False)
        self._finders = Finders(self)
        QgsProject.instance().readProject.connect(self._project_read)
        self.workspace.mapped.connect(self._mapped)
        self.workspace.opened.connect(self._opened)

    def unload(self) -> None:
        """Stop all jobs and take everything away."""
        QgsProject.instance().readProject.disconnect(self._project_read)
        self.tasks.stop()
        if "import_photos" in self.docks:
            self.docks["import_photos"].clean_up()
        if "catalogue" in self.docks:
            self.docks["catalogue"].clean_up()
        self._finders.unload()
        for dock in self.docks.values():
            self.iface.removeDockWidget(dock)
            dock.deleteLater()
        self.docks.clear()
        for action in self._actions:
            self.iface.removePluginMenu(MENU, action)
            self.iface.removeToolBarIcon(action)
            action.deleteLater()
        self._actions.clear()
        self.deleteLater()

    # --- workspace -----------------------------------------------------------------------------------------------

    def choose_workspace(self) -> None:
        """Ask for a workspace and open it."""
        last = self.workspace.last()
        path, _ = QFileDialog.getOpenFileName(
            self.iface.mainWindow(),
            self.tr("Open a workspace"),
            str(last or ""),
            self.tr("Workspaces (*.gpkg)"),
        )
        if path:
            self.open_workspace(Path(path))

    def open_workspace(self, path: Path, then: Optional[Callable[[], Any]] = None) -> None:
        """Open a workspace, with its layers, and show the reports."""
        self.workspace.open(path, then=then)
        self.show_dock("backlog")

    def make_atlas(self) -> None:
        """Open QGIS' layout designer on the pages of the communes that have reports."""
        now = self.workspace.now
        if now is None:
            self.tasks.tell(self.tr("Atlas"), Outcome(self.tr("Open a workspace first: the atlas shows its reports.")))
            return
        from ..core.jobs.overview import counts_by_commune
        from .map.atlas import CommunePages

        def publish(counts: Any) -> None:
            shown = layers.WorkspaceLayers(now.path, now.taxonomy, now.states, now.teams)
            self.iface.openLayoutDesigner(CommunePages(shown).add_to(QgsProject.instance(), counts))

        self.tasks.start(self.tr("Atlas"), lambda feedback: counts_by_commune(now.path), publish, in_project=True)

    def _mapped(self, first: bool) -> None:
        layer = self.workspace.layer("incident")
        self._unfold()
        self.iface.setActiveLayer(layer)
        if first:
            # After QGIS has taken the CRS of the first layer.
            QTimer.singleShot(0, self._show_all)
        tips = self.iface.actionMapTips()
        if not tips.isChecked():
            tips.trigger()

    def _opened(self) -> None:
        layer = self.workspace.layer("incident")
        if layer is not None:
            layer.styleManager().currentStyleChanged.connect(self._style_changed)

    def _style_changed(self, *_: Any) -> None:
        if self.workspace.path is not None:
            layers.fit_legend(QgsProject.instance(), self.workspace.path)
            self._unfold()

    def _unfold(self) -> None:
        """Show the legend: QGIS folds a long one when it hears of the layer or of another style."""

        def unfold() -> None:
            layer = self.workspace.layer("incident")
            node = QgsProject.instance().layerTreeRoot().findLayer(layer.id()) if layer is not None else None
            if node is not None:
                node.setExpanded(True)

        QTimer.singleShot(0, unfold)

    def _show_all(self) -> None:
        layer = self.workspace.layer("incident")
        if layer is not None:
            # Lambert-93: metres, the whole of France.
            QgsProject.instance().setCrs(QgsCoordinateReferenceSystem("EPSG:2154"))
            self.iface.setActiveLayer(layer)
            if not self._show_my_commune():
                self.iface.zoomToActiveLayer()

    def _show_my_commune(self) -> bool:
        """Zoom to the commune of the options; whether there is one on the map."""
        code, communes = settings.load().values.commune, self.workspace.layer("commune")
        if not code or communes is None:
            return False
        asked = QgsFeatureRequest().setFilterExpression(QgsExpression.createFieldEqualityExpression("insee", code))
        mine = next(communes.getFeatures(asked), None)
        if mine is None or mine.geometry().isEmpty():
            return False
        canvas = self.iface.mapCanvas()
        transform = QgsCoordinateTransform(
            communes.crs(), QgsCoordinateReferenceSystem("EPSG:2154"), QgsProject.instance()
        )
        box = transform.transformBoundingBox(mine.geometry().boundingBox())
        box.scale(1.1)
        canvas.setExtent(box)
        canvas.refresh()
        return True

    def _project_read(self, *_: Any) -> None:
        """A project that holds layers of a workspace opens it, without adding layers again."""
        found = layers.workspaces_in(QgsProject.instance())
        if found and found[0] != self.workspace.path and not self.workspace.opening:
            self.workspace.open(found[0], map_layers=False, then=self._show_docks_again)

    # --- docks ---------------------------------------------------------------------------------------------------

    def show_dock(self, name: str) -> QDockWidget:
        """Show a dock; it is made at the first time."""
        if name not in self.docks:
            dock = self._openers[name]()
            dock.setObjectName(f"sigma_communes_{name}_dock")
            self.docks[name] = dock
            # It is told before the dock is hidden.
            dock.closedStateChanged.connect(lambda _: QTimer.singleShot(0, self._keep_open_docks))
            ours = next((d for key, d in self.docks.items() if key != name and d.isVisible()), None)
            self.iface.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
            if ours is not None:
                self.iface.mainWindow().tabifyDockWidget(ours, dock)
        dock = self.docks[name]
        dock.show()
        dock.raise_()
        self._keep_open_docks()
        take_focus = getattr(dock, "take_focus", None)
        if take_focus is not None:
            take_focus()
        return dock

    def _keep_open_docks(self) -> None:
        """Remember which docks are open, for the next start: QGIS can't restore what is made on demand."""
        shown = [name for name, dock in self.docks.items() if not dock.isHidden()]
        QgsSettings().setValue(_DOCKS, ",".join(shown))

    def _show_docks_again(self) -> None:
        """Show the docks that were open when QGIS ended, once a project of ours is there."""
        for name in str(QgsSettings().value(_DOCKS, "") or "").split(","):
            if name in self._openers and name not in self.docks:
                self.show_dock(name)

    def _backlog(self) -> QDockWidget:
        from .reports.dock import BacklogDock

        return BacklogDock(self.workspace, self.iface, self)

    def _review(self) -> QDockWidget:
        from .photos.review_dock import ReviewDock

        return ReviewDock(self.workspace, self.iface)

    def _import_photos(self) -> QDockWidget:
        from .photos.import_dock import ImportPhotosDock

        return ImportPhotosDock(self.workspace, self.iface, self)

    def _catalogue(self) -> QDockWidget:
        from .catalogue.panel.dock import CatalogueDock

        dock = CatalogueDock(self.workspace, self.iface, self)
        dock.written.connect(self._finders.refresh_browser)
        return dock

    def _add_action(self, name: str, text: str, triggered: Callable[[], Any], *, toolbar: bool = True) -> None:
        icon = QIcon(str(ROOT / "resources" / "icons" / "desk" / f"{name}.svg"))
        action = QAction(icon, text, self.iface.mainWindow())
        action.setObjectName(f"sigma_communes_{name}")
        action.triggered.connect(lambda _=False: triggered())
        self.iface.addPluginToMenu(MENU, action)
        if toolbar:
            self.iface.addToolBarIcon(action)
        self._actions.append(action)
