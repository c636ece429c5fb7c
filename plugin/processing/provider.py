# SPDX-License-Identifier: GPL-2.0-or-later
"""The Processing provider: one algorithm for each function of the core."""

from __future__ import annotations

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from ... import ROOT
from .check_rules import CheckRules
from .classes_from_words import ClassesFromWords
from .classify_photos import ClassifyPhotos
from .communes_layer import CommunesLayer
from .export_incidents import ExportIncidents
from .group_incidents import GroupIncidents
from .locate_points import LocatePoints
from .make_bulletin import MakeBulletin
from .model_info import ModelInfo
from .nearest_asset import NearestAsset
from .read_reports import ReadReports
from .refresh_communes import RefreshCommunes
from .route_incidents import RouteIncidents
from .run_main_job import RunMainJob
from .scan_photos import ScanPhotos
from .statistics import Statistics

ALGORITHMS = (
    ScanPhotos,
    ClassifyPhotos,
    RunMainJob,
    ClassesFromWords,
    GroupIncidents,
    NearestAsset,
    RouteIncidents,
    Statistics,
    CheckRules,
    ReadReports,
    LocatePoints,
    CommunesLayer,
    RefreshCommunes,
    ModelInfo,
    MakeBulletin,
    ExportIncidents,
)


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
