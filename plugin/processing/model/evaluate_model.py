# SPDX-License-Identifier: GPL-2.0-or-later
"""How good a version is on decided photos: figures and a page."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
)

from ...base.core_sentences import sentence
from ...photos.features import feature_cache
from ..algorithm import Results, expected_errors
from ..learning_algorithm import FOLDER, LearningAlgorithm


class EvaluateModel(LearningAlgorithm):
    """``sigma_communes:evaluate_model``."""

    MODEL, HTML, MACRO_F1, PHOTOS = "MODEL", "HTML", "MACRO_F1", "PHOTOS"

    def name(self) -> str:
        return "evaluate_model"

    def displayName(self) -> str:
        return self.tr("Evaluate the model")

    def shortHelpString(self) -> str:
        return self.tr(
            "Measures a version on photos that people decided on: macro-F1, precision and recall by class with "
            "intervals, calibration, what it leaves unanswered, by source, commune and camera. Out of source (photos "
            "and places that it was not taught) and in source (learned from the other places) stand side by side. The "
            "page shows the worst errors, and whether recent photos drift away."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.add_photos()
        self.addParameter(
            QgsProcessingParameterFile(
                self.MODEL,
                self.tr("Folder of a version (empty: the one that runs)"),
                behavior=FOLDER,
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterFileDestination(
                self.HTML, self.tr("Page with the figures"), "HTML (*.html)", optional=True
            )
        )
        self.add_unblurred()
        self.addOutput(QgsProcessingOutputNumber(self.MACRO_F1, self.tr("Macro-F1")))
        self.addOutput(QgsProcessingOutputNumber(self.PHOTOS, self.tr("Number of photos")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core.classify.learning.judge.measuring import measure_heads, measured_page

        with expected_errors(feedback):
            package = self.package()
            with feature_cache() as cache:
                photos = self.photos(parameters, context, feedback, package, cache)
            folder, workspace = self.path(parameters, self.MODEL, context), None
            if not parameters.get(self.DATA):
                workspace = self.path(parameters, self.WORKSPACE, context)
            found = measure_heads(photos, folder=folder, workspace=workspace)
            for note in found.notes:
                feedback.pushWarning(sentence(note))
            for name, figures in found.columns.items():
                feedback.pushInfo(f"{name}: macro-F1 {figures['macro_f1']:.3f} ({figures['known']})")
            for part in found.drift.drifting if found.drift is not None else ():
                text = self.tr("Drift: {value}: {share} % of {photos} photos unanswered")
                feedback.pushWarning(
                    text.format(value=part.value, share=round(100 * part.unanswered), photos=part.photos)
                )
            results: Results = {self.MACRO_F1: found.main["macro_f1"], self.PHOTOS: found.main["known"]}
            page = self.parameterAsFileOutput(parameters, self.HTML, context)
            if page:
                measured_page(found, page, workspace=workspace, unblurred=self.unblurred(parameters, context))
                results[self.HTML] = page
            return results
        return {}
