# SPDX-License-Identifier: GPL-2.0-or-later
"""Decisions of several communes in, a version that learned from all of them out."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterMultipleLayers,
)

from ...base.compat import SOURCE_FILE
from ...base.core_sentences import sentence
from ...base.feedback import ProcessingFeedback
from ..algorithm import Results, SigmaAlgorithm, expected_errors
from ..results_folder import lasting, results_folder


class ImportDecisions(SigmaAlgorithm):
    """``sigma_communes:import_decisions``."""

    FILES, OUT, VERSION, DECISIONS = "FILES", "OUT", "VERSION", "DECISIONS"
    group_id = "model"

    def name(self) -> str:
        return "import_decisions"

    def displayName(self) -> str:
        return self.tr("Learn from the decisions of several communes")

    def shortHelpString(self) -> str:
        return self.tr(
            "Merges files that other communes exported and learns a new version from all of them. The order does not "
            "matter, a file given twice counts once, and of two decisions on one photo the later one holds. A file "
            "that is damaged, foreign or of another model is refused. Nothing is switched on."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.addParameter(
            QgsProcessingParameterMultipleLayers(self.FILES, self.tr("Files with decisions"), SOURCE_FILE)
        )
        self.addParameter(results_folder(self.OUT, self.tr("Folder of the new version"), "modele"))
        self.addOutput(QgsProcessingOutputString(self.VERSION, self.tr("Version")))
        self.addOutput(QgsProcessingOutputNumber(self.DECISIONS, self.tr("Number of decisions")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core.classify.learning.head import base_head
        from ....core.classify.learning.session import learn, pooled

        with expected_errors(feedback):
            files = [Path(p) for p in self.parameterAsFileList(parameters, self.FILES, context) if p]
            examples = pooled(files)
            out = lasting(self, parameters, self.OUT, context)
            learned = learn(examples, base_head(), out, feedback=ProcessingFeedback(feedback))
            for note in learned.notes:
                feedback.pushInfo(sentence(note))
            return {self.OUT: str(out), self.VERSION: learned.head.version, self.DECISIONS: len(examples)}
        return {}
