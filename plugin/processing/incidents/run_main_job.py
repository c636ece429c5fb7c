# SPDX-License-Identifier: GPL-2.0-or-later
"""Photos and reports in, workspace and bulletin out: the main job as one algorithm."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputFile,
    QgsProcessingOutputHtml,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFile,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from ...base import settings
from ...base.compat import SOURCE_FILE
from ...base.feedback import ProcessingFeedback
from ...photos.features import features_file
from ..algorithm import Results, SigmaAlgorithm, expected_errors
from ..results_folder import lasting, results_folder


class RunMainJob(SigmaAlgorithm):
    """``sigma_communes:run``."""

    PHOTOS, REPORTS, RULES, MODEL, FAST = "PHOTOS", "REPORTS", "RULES", "MODEL", "FAST"
    THRESHOLD, TITLE, OUT = "THRESHOLD", "TITLE", "OUT"
    WORKSPACE, BULLETIN, INCIDENTS, REJECTED = "WORKSPACE", "BULLETIN", "INCIDENTS", "REJECTED"

    def name(self) -> str:
        return "run"

    def displayName(self) -> str:
        return self.tr("Photos and reports to incidents")

    def shortHelpString(self) -> str:
        return self.tr(
            "Reads a folder of geotagged photos and lists of reports (CSV, GeoJSON, GeoPackage, Open311 JSON or XML). "
            "Classifies them, places them in a commune, groups those that are one problem, assigns a team with the "
            "reason. Writes workspace.gpkg and bulletin.html. Nothing is sent anywhere. A class given by the model is "
            "a suggestion that a person confirms."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        preferred = settings.load().values
        folder = QgsProcessingParameterFile.Behavior.Folder
        self.addParameter(
            QgsProcessingParameterFile(self.PHOTOS, self.tr("Folder of photos"), behavior=folder, optional=True)
        )
        self.addParameter(
            QgsProcessingParameterMultipleLayers(self.REPORTS, self.tr("Files of reports"), SOURCE_FILE, optional=True)
        )
        self.addParameter(
            QgsProcessingParameterFile(
                self.RULES,
                self.tr("Rule book (empty: the example of the metropolis)"),
                fileFilter="YAML (*.yaml *.yml)",
                defaultValue=preferred.rules or None,
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterFile(
                self.MODEL,
                self.tr("Folder of the model (empty: the default one)"),
                behavior=folder,
                defaultValue=preferred.model or None,
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterBoolean(self.FAST, self.tr("One view a photo (faster)"), defaultValue=preferred.fast)
        )
        self.addParameter(
            QgsProcessingParameterNumber(
                self.THRESHOLD,
                self.tr("Least confidence (empty: the model's own)"),
                QgsProcessingParameterNumber.Type.Double,
                defaultValue=preferred.threshold,
                optional=True,
                minValue=0.0,
                maxValue=1.0,
            )
        )
        self.addParameter(
            QgsProcessingParameterString(self.TITLE, self.tr("Title of the bulletin"), defaultValue="", optional=True)
        )
        self.addParameter(results_folder(self.OUT, self.tr("Folder of the results"), "signalements"))
        self.addOutput(QgsProcessingOutputFile(self.WORKSPACE, self.tr("Workspace")))
        self.addOutput(QgsProcessingOutputHtml(self.BULLETIN, self.tr("Bulletin")))
        self.addOutput(QgsProcessingOutputNumber(self.INCIDENTS, self.tr("Number of incidents")))
        self.addOutput(QgsProcessingOutputNumber(self.REJECTED, self.tr("Number of rejected files and records")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core.jobs import run

        def path(name: str) -> Optional[Path]:
            given = self.parameterAsString(parameters, name, context)
            return Path(given) if given else None

        photos, threshold = path(self.PHOTOS), parameters.get(self.THRESHOLD)
        with expected_errors(feedback):
            result = run.run(
                photos=[photos] if photos else [],
                reports=[Path(p) for p in self.parameterAsFileList(parameters, self.REPORTS, context) if p],
                out=lasting(self, parameters, self.OUT, context),
                model=path(self.MODEL),
                rules=path(self.RULES),
                fast=self.parameterAsBool(parameters, self.FAST, context),
                threshold=None if threshold is None else self.parameterAsDouble(parameters, self.THRESHOLD, context),
                title=self.parameterAsString(parameters, self.TITLE, context),
                features=features_file(),
                feedback=ProcessingFeedback(feedback),
            )
            for counts in (result.photos, result.reports, result.classes):
                feedback.pushInfo(", ".join(f"{name or '?'}: {count}" for name, count in counts.items()))
            return {
                self.OUT: str(result.workspace.parent),
                self.WORKSPACE: str(result.workspace),
                self.BULLETIN: str(result.bulletin),
                self.INCIDENTS: result.incidents,
                self.REJECTED: result.rejected,
            }
        return {}
