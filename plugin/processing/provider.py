# SPDX-License-Identifier: GPL-2.0-or-later
"""The Processing provider: one algorithm for each function of the core."""

from __future__ import annotations

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from ... import ROOT
from .blur_photos import BlurPhotos
from .catalogue_layer import CatalogueLayer
from .check_rules import CheckRules
from .choose_team import ChooseTeam
from .classes_from_words import ClassesFromWords
from .classify_photos import ClassifyPhotos
from .communes_layer import CommunesLayer
from .compare_models import CompareModels
from .evaluate_model import EvaluateModel
from .explain_photo import ExplainPhoto
from .export_decisions import ExportDecisions
from .export_dispatch import ExportDispatch
from .export_incidents import ExportIncidents
from .group_incidents import GroupIncidents
from .harvest_catalogue import HarvestCatalogue
from .import_decisions import ImportDecisions
from .learn_model import LearnModel
from .locate_points import LocatePoints
from .make_bulletin import MakeBulletin
from .make_pack import MakePack
from .model_info import ModelInfo
from .nearest_asset import NearestAsset
from .photo_retention import PhotoRetention
from .print_atlas import PrintAtlas
from .pull_reports import PullReports
from .push_reports import PushReports
from .read_reports import ReadReports
from .refresh_communes import RefreshCommunes
from .refresh_pack import RefreshPack
from .register_model import RegisterModel
from .reports_status import ReportsStatus
from .resolve_conflict import ResolveConflict
from .return_pack import ReturnPack
from .review_queue import ReviewQueue
from .route_incidents import RouteIncidents
from .run_main_job import RunMainJob
from .scan_photos import ScanPhotos
from .search_catalogue import SearchCatalogue
from .statistics import Statistics
from .sync_reports import SyncReports
from .use_model import UseModel

ALGORITHMS = (
    ScanPhotos,
    ClassifyPhotos,
    BlurPhotos,
    PhotoRetention,
    RunMainJob,
    ClassesFromWords,
    GroupIncidents,
    NearestAsset,
    RouteIncidents,
    Statistics,
    CheckRules,
    ReadReports,
    PullReports,
    PushReports,
    ReportsStatus,
    SyncReports,
    ResolveConflict,
    ChooseTeam,
    ExportDispatch,
    HarvestCatalogue,
    SearchCatalogue,
    CatalogueLayer,
    MakePack,
    RefreshPack,
    ReturnPack,
    LocatePoints,
    CommunesLayer,
    RefreshCommunes,
    ModelInfo,
    ReviewQueue,
    LearnModel,
    CompareModels,
    UseModel,
    EvaluateModel,
    ExplainPhoto,
    ExportDecisions,
    ImportDecisions,
    RegisterModel,
    MakeBulletin,
    PrintAtlas,
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
