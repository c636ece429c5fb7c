# SPDX-License-Identifier: GPL-2.0-or-later
"""Two versions side by side on the same decided photos."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFile,
)

from ...photos.features import feature_cache
from ..algorithm import Results, expected_errors
from ..learning_algorithm import FOLDER, LearningAlgorithm


class CompareModels(LearningAlgorithm):
    """``sigma_communes:compare_models``."""

    FIRST, SECOND, PHOTOS = "FIRST", "SECOND", "PHOTOS"
    RIGHT_FIRST, RIGHT_SECOND, P_VALUE = "RIGHT_FIRST", "RIGHT_SECOND", "P_VALUE"

    def name(self) -> str:
        return "compare_models"

    def displayName(self) -> str:
        return self.tr("Compare two versions of the model")

    def shortHelpString(self) -> str:
        return self.tr(
            "Counts which of two versions is right on decided photos that neither was taught, and says how sure the "
            "difference is (sign test: a small p-value means that it is not chance). For photos that the second was "
            "taught, versions speak that learned like it from the other places."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        for name, text in ((self.FIRST, self.tr("First version")), (self.SECOND, self.tr("Second version"))):
            self.addParameter(QgsProcessingParameterFile(name, text, behavior=FOLDER))
        self.add_photos()
        self.addOutput(QgsProcessingOutputNumber(self.PHOTOS, self.tr("Number of photos")))
        self.addOutput(QgsProcessingOutputNumber(self.RIGHT_FIRST, self.tr("Right, first version (0 to 1)")))
        self.addOutput(QgsProcessingOutputNumber(self.RIGHT_SECOND, self.tr("Right, second version (0 to 1)")))
        self.addOutput(QgsProcessingOutputNumber(self.P_VALUE, self.tr("p-value")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core.classify.learning.judge.measuring import compared_folders

        with expected_errors(feedback):
            package = self.package()
            with feature_cache() as cache:
                photos = self.photos(parameters, context, feedback, package, cache)
            first, second = (
                Path(self.parameterAsString(parameters, name, context)) for name in (self.FIRST, self.SECOND)
            )
            found = compared_folders(first, second, photos)
            for name, value in found.items():
                feedback.pushInfo(f"{name}: {value}")
            return {
                self.PHOTOS: found["photos"],
                self.RIGHT_FIRST: found["right"][0],
                self.RIGHT_SECOND: found["right"][1],
                self.P_VALUE: found["p_value"],
            }
        return {}
