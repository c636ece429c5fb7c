# SPDX-License-Identifier: GPL-2.0-or-later
"""Photos that a workspace has kept for long enough: shown, or deleted."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFile,
)

from ...base.core_sentences import sentence
from ...base.feedback import ProcessingFeedback
from ..algorithm import Results, SigmaAlgorithm, expected_errors


class PhotoRetention(SigmaAlgorithm):
    """``sigma_communes:photo_retention``."""

    WORKSPACE, RULES, APPLY, FILES, BYTES = "WORKSPACE", "RULES", "APPLY", "FILES", "BYTES"
    group_id = "photos"

    def name(self) -> str:
        return "photo_retention"

    def displayName(self) -> str:
        return self.tr("Delete photos kept for long enough")

    def shortHelpString(self) -> str:
        return self.tr(
            "Shows, by the rules of a file, which photos a workspace has kept for long enough: those fetched from "
            "report servers whose reports are closed, files that no report names, old thumbnails. Deletes them only "
            "where “Delete” is ticked, and writes each into the register. Photos outside of the workspace's own folder "
            "are never deleted."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.addParameter(
            QgsProcessingParameterFile(
                self.WORKSPACE, self.tr("Workspace (GeoPackage)"), fileFilter="GeoPackage (*.gpkg)"
            )
        )
        self.addParameter(
            QgsProcessingParameterFile(
                self.RULES, self.tr("Rules (empty: the example)"), fileFilter="YAML (*.yaml *.yml)", optional=True
            )
        )
        self.addParameter(QgsProcessingParameterBoolean(self.APPLY, self.tr("Delete"), defaultValue=False))
        self.addOutput(QgsProcessingOutputNumber(self.FILES, self.tr("Number of files")))
        self.addOutput(QgsProcessingOutputNumber(self.BYTES, self.tr("Bytes")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core.privacy import retention
        from ....core.store import Workspace

        files = size = 0
        rules = self.parameterAsString(parameters, self.RULES, context)
        apply = self.parameterAsBool(parameters, self.APPLY, context)
        with expected_errors(feedback):
            book = retention.load_rules(Path(rules) if rules else None)
            path = Path(self.parameterAsString(parameters, self.WORKSPACE, context))
            with Workspace.open(path, create=False) as opened:
                items = retention.due(opened, book)
                told = retention.delete(opened, items, feedback=ProcessingFeedback(feedback)) if apply else items
                for item in told:
                    if item.problem:
                        feedback.pushWarning(f"{item.name}: {sentence(item.problem)}")
                        continue
                    files, size = files + 1, size + item.size
                    feedback.pushInfo(f"{item.name}: {item.rule} ({item.since[:10]})")
        return {self.FILES: files, self.BYTES: size}
