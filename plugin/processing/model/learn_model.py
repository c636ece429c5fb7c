# SPDX-License-Identifier: GPL-2.0-or-later
"""Decided photos in, a new version of the model out; nothing is switched on."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFile,
)

from ...base.core_sentences import sentence
from ...base.feedback import ProcessingFeedback
from ...photos.features import feature_cache
from ..algorithm import Results, expected_errors
from ..learning_algorithm import FOLDER, LearningAlgorithm
from ..results_folder import lasting, results_folder


class LearnModel(LearningAlgorithm):
    """``sigma_communes:learn_model``."""

    BASE, CHECK, OUT, VERSION = "BASE", "CHECK", "OUT", "VERSION"

    def name(self) -> str:
        return "learn_model"

    def displayName(self) -> str:
        return self.tr("Learn from the decisions")

    def shortHelpString(self) -> str:
        return self.tr(
            "Makes a new version of the model from the photos that people decided on, in seconds, on this computer. "
            "Classes that the model did not know start working from about ten confirmed photos. The folder holds the "
            "version, its figures and its card; no photo. Nothing is switched on: compare it first, then use it."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.add_photos()
        self.addParameter(
            QgsProcessingParameterFile(
                self.BASE,
                self.tr("Version to build on (empty: the shipped one)"),
                behavior=FOLDER,
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterBoolean(
                self.CHECK, self.tr("Measure it and compare it with the one that runs"), defaultValue=True
            )
        )
        self.addParameter(results_folder(self.OUT, self.tr("Folder of the new version"), "modele"))
        self.addOutput(QgsProcessingOutputString(self.VERSION, self.tr("Version")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core.classify.features import backbone_of
        from ....core.classify.learning.fit.rounds import learn_round
        from ....core.classify.learning.head import read_head

        with expected_errors(feedback):
            package = self.package()
            base = self.path(parameters, self.BASE, context)
            head = read_head(base, backbone=backbone_of(package)) if base is not None else None
            with feature_cache() as cache:
                photos = self.photos(parameters, context, feedback, package, cache, "cached")
            source = self.path(parameters, self.DATA, context) or self.path(parameters, self.WORKSPACE, context)
            found = learn_round(
                photos,
                base=head,
                out=lasting(self, parameters, self.OUT, context),
                check=self.parameterAsBool(parameters, self.CHECK, context),
                measured_on=source.name if source is not None else "",
                feedback=ProcessingFeedback(feedback),
            )
            for item in found.learned.contradictions:
                feedback.pushWarning(f"{item.photo[:12]}: {item.dropped} → {item.kept}")
            for note in (*found.learned.notes, *([found.no_comparison] if found.no_comparison else [])):
                feedback.pushInfo(sentence(note))
            for name, value in (found.comparison or {}).items():
                feedback.pushInfo(f"{name}: {value}")
            return {self.OUT: str(found.learned.folder), self.VERSION: found.learned.head.version}
        return {}
