# SPDX-License-Identifier: GPL-2.0-or-later
"""The Processing provider: one algorithm for each function of the core."""

from __future__ import annotations

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from ... import ROOT
from .catalogue.catalogue_layer import CatalogueLayer
from .catalogue.harvest_catalogue import HarvestCatalogue
from .catalogue.make_pack import MakePack
from .catalogue.refresh_pack import RefreshPack
from .catalogue.return_pack import ReturnPack
from .catalogue.search_catalogue import SearchCatalogue
from .incidents.check_rules import CheckRules
from .incidents.classes_from_words import ClassesFromWords
from .incidents.group_incidents import GroupIncidents
from .incidents.nearest_asset import NearestAsset
from .incidents.route_incidents import RouteIncidents
from .incidents.run_main_job import RunMainJob
from .incidents.statistics import Statistics
from .model.compare_models import CompareModels
from .model.evaluate_model import EvaluateModel
from .model.explain_photo import ExplainPhoto
from .model.export_decisions import ExportDecisions
from .model.import_decisions import ImportDecisions
from .model.learn_model import LearnModel
from .model.model_info import ModelInfo
from .model.register_model import RegisterModel
from .model.review_queue import ReviewQueue
from .model.use_model import UseModel
from .photos.blur_photos import BlurPhotos
from .photos.classify_photos import ClassifyPhotos
from .photos.photo_retention import PhotoRetention
from .photos.scan_photos import ScanPhotos
from .publish.export_incidents import ExportIncidents
from .publish.make_bulletin import MakeBulletin
from .publish.print_atlas import PrintAtlas
from .reports.choose_team import ChooseTeam
from .reports.export_dispatch import ExportDispatch
from .reports.pull_reports import PullReports
from .reports.push_reports import PushReports
from .reports.read_reports import ReadReports
from .reports.reports_status import ReportsStatus
from .reports.resolve_conflict import ResolveConflict
from .reports.sync_reports import SyncReports
from .territory.communes_layer import CommunesLayer
from .territory.locate_points import LocatePoints
from .territory.refresh_communes import RefreshCommunes

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

    def longName(self) -> str:
        return self.name()

    def icon(self) -> QIcon:
        return QIcon(str(ROOT / "resources" / "icons" / "sigma_communes.svg"))

    def loadAlgorithms(self) -> None:
        for algorithm in ALGORITHMS:
            self.addAlgorithm(algorithm())
