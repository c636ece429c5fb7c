# SPDX-License-Identifier: GPL-2.0-or-later
"""Why a photo gets its class: a picture with the parts that it hangs on."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputString,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterString,
)

from ...photos.features import feature_cache
from ..algorithm import Results, expected_errors
from ..learning_algorithm import LearningAlgorithm


class ExplainPhoto(LearningAlgorithm):
    """``sigma_communes:explain_photo``."""

    PHOTO, LABEL, PNG = "PHOTO", "LABEL", "PNG"

    def name(self) -> str:
        return "explain_photo"

    def displayName(self) -> str:
        return self.tr("Explain a suggestion")

    def shortHelpString(self) -> str:
        return self.tr(
            "Covers the photo place by place with a grey patch and writes a picture in which the places are coloured "
            "without which the class loses most of its score. With a workspace it also names the confirmed photos that "
            "look most alike."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.addParameter(QgsProcessingParameterFile(self.PHOTO, self.tr("Photo")))
        self.addParameter(
            QgsProcessingParameterString(
                self.LABEL, self.tr("Class to explain (empty: the best one)"), defaultValue="", optional=True
            )
        )
        self.add_photos()
        self.addParameter(QgsProcessingParameterFileDestination(self.PNG, self.tr("Picture"), "PNG (*.png)"))
        self.add_unblurred()
        self.addOutput(QgsProcessingOutputString(self.LABEL, self.tr("Class")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core.classify.learning.judge.explaining import explain_photo, write_explanation

        with expected_errors(feedback):
            package = self.package()
            with feature_cache() as cache:
                among = None
                if parameters.get(self.DATA) or parameters.get(self.WORKSPACE):
                    among = self.photos(parameters, context, feedback, package, cache)
                found = explain_photo(
                    self.parameterAsString(parameters, self.PHOTO, context),
                    package,
                    cache,
                    label=self.parameterAsString(parameters, self.LABEL, context),
                    among=among,
                )
            page = self.parameterAsFileOutput(parameters, self.PNG, context)
            workspace = self.path(parameters, self.WORKSPACE, context)
            write_explanation(Path(page), found, workspace=workspace, unblurred=self.unblurred(parameters, context))
            for each in found.alike:
                feedback.pushInfo(f"{each.similarity:.2f} {each.label} {each.path}")
            return {self.PNG: page, self.LABEL: found.label}
        return {}
