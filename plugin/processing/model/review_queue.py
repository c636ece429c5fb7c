# SPDX-License-Identifier: GPL-2.0-or-later
"""Which photos a person should look at next, as a table."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsFeature,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterNumber,
)

from ...base.compat import INTEGER, NO_GEOMETRY, REAL, SOURCE_VECTOR, TEXT
from ...base.feedback import ProcessingFeedback
from ...photos.features import feature_cache
from ..algorithm import Results, expected_errors
from ..fields import fields_of
from ..learning_algorithm import LearningAlgorithm


class ReviewQueue(LearningAlgorithm):
    """``sigma_communes:review_queue``."""

    COUNT, OUTPUT, ROWS = "COUNT", "OUTPUT", "ROWS"

    def name(self) -> str:
        return "review_queue"

    def displayName(self) -> str:
        return self.tr("Photos to look at next")

    def shortHelpString(self) -> str:
        return self.tr(
            "Lists the photos that nobody has decided on, those first from which the model would learn most: it "
            "hesitates, or sees something new, and nothing like it is in the list yet; new places first. Photos that "
            "it has not looked at closely follow, the least sure first."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.add_photos(data=False)
        self.addParameter(
            QgsProcessingParameterNumber(
                self.COUNT,
                self.tr("How many"),
                QgsProcessingParameterNumber.Type.Integer,
                defaultValue=50,
                minValue=1,
            )
        )
        self.addParameter(QgsProcessingParameterFeatureSink(self.OUTPUT, self.tr("Photos to look at"), SOURCE_VECTOR))
        self.addOutput(QgsProcessingOutputNumber(self.ROWS, self.tr("Number of rows")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core.classify.features import backbone_of
        from ....core.classify.learning.review_order import review_queue
        from ....core.classify.learning.versions import running_head

        fields = fields_of(
            [("turn", INTEGER), ("id", TEXT), ("photo", TEXT), ("label", TEXT), ("score", REAL), ("reason", TEXT)]
        )
        sink, identifier = self.sink(parameters, self.OUTPUT, context, fields, NO_GEOMETRY)
        with expected_errors(feedback):
            workspace = Path(self.parameterAsString(parameters, self.WORKSPACE, context))
            package = self.package()
            with feature_cache() as cache:
                items = review_queue(
                    workspace,
                    running_head(backbone=backbone_of(package)),
                    package,
                    cache,
                    count=self.parameterAsInt(parameters, self.COUNT, context),
                    feedback=ProcessingFeedback(feedback),
                )
            rows = []
            for turn, item in enumerate(items, 1):
                row = QgsFeature(fields)
                row.setAttributes([turn, item.id, item.photo, item.label, item.score, item.reason])
                rows.append(row)
            sink.add(rows)
            return {self.OUTPUT: identifier, self.ROWS: len(rows)}
        return {}
