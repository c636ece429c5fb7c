# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin object: it registers what the screens and the toolbox show, and takes it away again."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, QTranslator
from qgis.PyQt.QtGui import QIcon

from .. import ROOT
from .base.translate import Translated
from .processing.provider import SigmaProvider


class SigmaCommunesPlugin(Translated):
    """What ``classFactory`` returns. ``iface`` is None in ``qgis_process``, and is used in ``initGui`` only."""

    def __init__(self, iface: Any) -> None:
        self.iface = iface
        self.provider: Optional[SigmaProvider] = None
        self.actions: list[Any] = []
        self.desktop: Optional[Any] = None
        self.screens: Optional[Any] = None
        self.translator = _translator()

    def initProcessing(self) -> None:
        """Register the Processing provider; enough for ``qgis_process``."""
        self.provider = SigmaProvider()
        QgsApplication.processingRegistry().addProvider(self.provider)

    def initGui(self) -> None:
        """Add the menu and register the provider."""
        from qgis.PyQt.QtWidgets import QAction

        self.initProcessing()
        action = QAction(
            QIcon(str(ROOT / "resources" / "icons" / "sigma_communes.svg")), self.tr("Photos and reports to incidents…")
        )
        action.setObjectName("sigma_communes_run")
        action.triggered.connect(self.open_main_job)
        self.iface.addPluginToMenu("SIGM@communes", action)
        self.iface.addToolBarIcon(action)
        self.actions.append(action)
        from .desktop import Desktop

        self.desktop = Desktop(self.iface)
        from .setup.screens import Screens

        self.screens = Screens(self.iface, self.desktop.open_workspace)

    def open_main_job(self) -> None:
        """Open the dialog of the main job's algorithm; it ends on the map of what it made."""
        from qgis import processing

        found = processing.execAlgorithmDialog("sigma_communes:run", {}) or {}
        workspace = Path(str(found.get("WORKSPACE") or ""))
        if self.desktop is not None and workspace.is_file():
            self.desktop.open_workspace(workspace)

    def unload(self) -> None:
        """Take everything away again."""
        if self.desktop is not None:
            self.desktop.unload()
            self.desktop = None
        if self.screens is not None:
            self.screens.unload()
            self.screens = None
        for action in self.actions:
            self.iface.removePluginMenu("SIGM@communes", action)
            self.iface.removeToolBarIcon(action)
        self.actions.clear()
        if self.provider is not None:
            QgsApplication.processingRegistry().removeProvider(self.provider)
            self.provider = None
        if self.translator is not None:
            QCoreApplication.removeTranslator(self.translator)
            self.translator = None


def _translator() -> Optional[QTranslator]:
    translator = QTranslator()
    language = QgsApplication.locale()[:2]
    if not translator.load(str(ROOT / "i18n" / f"sigma_communes_{language}.qm")):
        return None
    QCoreApplication.installTranslator(translator)
    return translator
