# SPDX-License-Identifier: GPL-2.0-or-later
"""Which version runs: switched by a person, one step back at any time."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFile,
)

from ...base.feedback import ProcessingFeedback
from ...photos.features import feature_cache
from ..algorithm import Results, expected_errors
from ..learning_algorithm import FOLDER, LearningAlgorithm


class UseModel(LearningAlgorithm):
    """``sigma_communes:use_model``."""

    MODEL, BACK, VERSION, SUGGESTED = "MODEL", "BACK", "VERSION", "SUGGESTED"

    def name(self) -> str:
        return "use_model"

    def displayName(self) -> str:
        return self.tr("Use a version of the model, or step back")

    def shortHelpString(self) -> str:
        return self.tr(
            "Lets a learned version run from now on, or goes back to the one before. With a workspace, the photos that "
            "nobody has decided on get the suggestions of the version that runs then; what other versions said stays "
            "under their names, and decisions are not touched. A version that does not fit is refused, and the "
            "present one runs on."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.addParameter(
            QgsProcessingParameterFile(self.MODEL, self.tr("Folder of the version"), behavior=FOLDER, optional=True)
        )
        self.addParameter(
            QgsProcessingParameterBoolean(self.BACK, self.tr("Go back to the version before"), defaultValue=False)
        )
        self.addParameter(
            QgsProcessingParameterFile(
                self.WORKSPACE,
                self.tr("Workspace whose photos get new suggestions"),
                fileFilter="GeoPackage (*.gpkg)",
                optional=True,
            )
        )
        self.addOutput(QgsProcessingOutputString(self.VERSION, self.tr("Version that runs")))
        self.addOutput(QgsProcessingOutputNumber(self.SUGGESTED, self.tr("Number of photos with its suggestion")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core.classify.features import backbone_of
        from ....core.classify.learning import versions
        from ....core.jobs import photos
        from ....core.store import Workspace
        from ....core.triage import again

        folder = self.path(parameters, self.MODEL, context)
        if (folder is None) != self.parameterAsBool(parameters, self.BACK, context):
            raise QgsProcessingException(self.tr("Give the folder of a version, or choose to go back."))
        with expected_errors(feedback):
            package = self.package()
            backbone = backbone_of(package)
            head = versions.step_back() if folder is None else versions.use(folder, backbone=backbone)
            suggested, workspace = 0, self.path(parameters, self.WORKSPACE, context)
            if workspace is not None:
                with Workspace.open(workspace, create=False) as opened:
                    book, layers = again.rule_book_of(opened)
                with feature_cache() as cache:
                    suggested, left = photos.suggest_again(
                        workspace, book, package, cache, layers=layers, feedback=ProcessingFeedback(feedback)
                    )
                if left:
                    feedback.pushWarning(self.tr("{0} photos can't be read any more.").format(left))
            return {self.VERSION: head.version, self.SUGGESTED: suggested}
        return {}
