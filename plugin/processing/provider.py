# SPDX-License-Identifier: GPL-2.0-or-later
"""The Processing provider: one algorithm for each function of the core."""

from __future__ import annotations

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from ... import ROOT
from .locate_points import LocatePoints
from .run_main_job import RunMainJob

ALGORITHMS = (RunMainJob, LocatePoints)


class SigmaProvider(QgsProcessingProvider):
    """Provider ``sigma_communes``; never touches ``iface``."""

    def id(self) -> str:
        return "sigma_communes"

    def name(self) -> str:
        return "SIGM@communes"

    def longName(self) -> str:  # noqa: N802 (QGIS' name)
        return self.name()

    def icon(self) -> QIcon:
        return QIcon(str(ROOT / "resources" / "icons" / "sigma_communes.svg"))

    def loadAlgorithms(self) -> None:  # noqa: N802 (QGIS' name)
        for algorithm in ALGORITHMS:
            self.addAlgorithm(algorithm())
