# SPDX-License-Identifier: GPL-2.0-or-later
"""Photos and reports in, workspace and bulletin out: the main job as one algorithm."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputFile,
    QgsProcessingOutputHtml,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFile,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterMultipleLayers,
)

from ..feedback import ProcessingFeedback
from .algorithm import Results, SigmaAlgorithm, expected_errors


class RunMainJob(SigmaAlgorithm):
    """``sigma_communes:run``."""

    PHOTOS, REPORTS, RULES, FAST, OUT = "PHOTOS", "REPORTS", "RULES", "FAST", "OUT"
    WORKSPACE, BULLETIN = "WORKSPACE", "BULLETIN"

    def name(self) -> str:
        return "run"

    def displayName(self) -> str:  # noqa: N802 (QGIS' name)
        return self.tr("Photos and reports to incidents")

    def group(self) -> str:
        return self.tr("Incidents")

    def shortHelpString(self) -> str:  # noqa: N802 (QGIS' name)
        return self.tr(
            "Reads a folder of geotagged photos and lists of reports (CSV, GeoJSON, GeoPackage, Open311 JSON or XML). "
            "Classifies them, places them in a commune, groups those that are one problem, assigns a team with the "
            "reason. Writes workspace.gpkg and bulletin.html. Nothing is sent anywhere. A class given by the model is "
            "a suggestion that a person confirms."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:  # noqa: N802 (QGIS' name)
        folder = QgsProcessingParameterFile.Behavior.Folder
        self.addParameter(
            QgsProcessingParameterFile(self.PHOTOS, self.tr("Folder of photos"), behavior=folder, optional=True)
        )
        self.addParameter(
            QgsProcessingParameterMultipleLayers(
                self.REPORTS, self.tr("Files of reports"), QgsProcessing.SourceType.TypeFile, optional=True
            )
        )
        self.addParameter(
            QgsProcessingParameterFile(
                self.RULES,
                self.tr("Rule book (empty: the example of the metropolis)"),
                fileFilter="YAML (*.yaml *.yml)",
                optional=True,
            )
        )
        self.addParameter(QgsProcessingParameterBoolean(self.FAST, self.tr("One view a photo (faster)"), defaultValue=False))
        self.addParameter(QgsProcessingParameterFolderDestination(self.OUT, self.tr("Folder of the results")))
        self.addOutput(QgsProcessingOutputFile(self.WORKSPACE, self.tr("Workspace")))
        self.addOutput(QgsProcessingOutputHtml(self.BULLETIN, self.tr("Bulletin")))

    def processAlgorithm(  # noqa: N802 (QGIS' name)
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ...core import workflow

        photos = self.parameterAsString(parameters, self.PHOTOS, context)
        rules = self.parameterAsString(parameters, self.RULES, context)
        with expected_errors(feedback):
            result = workflow.run(
                photos=[Path(photos)] if photos else [],
                reports=[Path(p) for p in self.parameterAsFileList(parameters, self.REPORTS, context)],
                out=Path(self.parameterAsString(parameters, self.OUT, context)),
                rules=Path(rules) if rules else None,
                fast=self.parameterAsBool(parameters, self.FAST, context),
                feedback=ProcessingFeedback(feedback),
            )
            return {
                self.OUT: str(result.workspace.parent),
                self.WORKSPACE: str(result.workspace),
                self.BULLETIN: str(result.bulletin),
            }
        return {}
