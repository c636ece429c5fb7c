# SPDX-License-Identifier: GPL-2.0-or-later
"""What a version was taught, as a file for other communes: decisions and features, no photo."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
)

from ..algorithm import Results, SigmaAlgorithm, expected_errors
from ..learning_algorithm import FOLDER


class ExportDecisions(SigmaAlgorithm):
    """``sigma_communes:export_decisions``."""

    MODEL, FILE, DECISIONS = "MODEL", "FILE", "DECISIONS"
    group_id = "model"

    def name(self) -> str:
        return "export_decisions"

    def displayName(self) -> str:
        return self.tr("Export what a version was taught")

    def shortHelpString(self) -> str:
        return self.tr(
            "Writes the decisions that a version learned from as one file that another commune can import: the class, "
            "the time, the hash of the photo and its features. No photo, no name, no position; features are not "
            "nothing either, so give the file only to those who may know."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.addParameter(QgsProcessingParameterFile(self.MODEL, self.tr("Folder of the version"), behavior=FOLDER))
        self.addParameter(
            QgsProcessingParameterFileDestination(self.FILE, self.tr("File with the decisions"), "NPZ (*.npz)")
        )
        self.addOutput(QgsProcessingOutputNumber(self.DECISIONS, self.tr("Number of decisions")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core.classify.learning.decisions import write_examples
        from ....core.classify.learning.session import pooled

        with expected_errors(feedback):
            examples = pooled([Path(self.parameterAsString(parameters, self.MODEL, context))])
            file = self.parameterAsFileOutput(parameters, self.FILE, context)
            write_examples(Path(file), examples)
            return {self.FILE: file, self.DECISIONS: len(examples)}
        return {}
