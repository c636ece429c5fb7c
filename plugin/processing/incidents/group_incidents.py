# SPDX-License-Identifier: GPL-2.0-or-later
"""Incidents in, the same incidents with the group of those that are one problem out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsCoordinateTransform,
    QgsFeature,
    QgsProcessingContext,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterField,
    QgsProcessingParameterNumber,
)

from ...base.compat import INTEGER, LONG
from ..algorithm import Results
from ..fields import Definition
from ..layer_algorithm import LayerAlgorithm

if TYPE_CHECKING:
    from ....core.model import Columns


class GroupIncidents(LayerAlgorithm):
    """``sigma_communes:group``."""

    CLASS, TIME, DISTANCE, DAYS, GROUPS = "CLASS", "TIME", "DISTANCE", "DAYS", "GROUPS"
    whole = True

    def name(self) -> str:
        return "group"

    def displayName(self) -> str:
        return self.tr("Group incidents that are one problem")

    def shortHelpString(self) -> str:
        return self.tr(
            "A report belongs to the problem of its class whose first report is nearest, if that is within the "
            "distance and the problem was last reported no longer ago than the number of days; else it opens a new "
            "one. Adds the number of the problem and how many incidents it holds. Incidents without a position or a "
            "class stay alone."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.add_input(self.tr("Incidents"))
        self.addParameter(
            QgsProcessingParameterField(self.CLASS, self.tr("Field with the class"), "class", self.INPUT, optional=True)
        )
        self.addParameter(
            QgsProcessingParameterField(
                self.TIME, self.tr("Field with the time of the report"), "reported_at", self.INPUT, optional=True
            )
        )
        distance = QgsProcessingParameterNumber(
            self.DISTANCE,
            self.tr("Distance (metres)"),
            QgsProcessingParameterNumber.Type.Double,
            defaultValue=25.0,
            minValue=0.0,
        )
        self.addParameter(distance)
        self.addParameter(
            QgsProcessingParameterNumber(
                self.DAYS,
                self.tr("Time (days)"),
                QgsProcessingParameterNumber.Type.Double,
                defaultValue=30.0,
                minValue=0.0,
            )
        )
        self.add_output(self.tr("Incidents with their problem"))
        self.addOutput(QgsProcessingOutputNumber(self.GROUPS, self.tr("Number of problems")))

    def added_fields(self) -> Sequence[Definition]:
        return (("problem", LONG), ("problem_size", INTEGER))

    def read_parameters(
        self,
        source: QgsProcessingFeatureSource,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> None:
        self._class = self.field(parameters, self.CLASS, source, context)
        self._time = self.parameterAsString(parameters, self.TIME, context)
        self._distance = self.parameterAsDouble(parameters, self.DISTANCE, context)
        self._days = self.parameterAsDouble(parameters, self.DAYS, context)
        self._groups = 0

    def columns(
        self, features: Sequence[QgsFeature], transform: QgsCoordinateTransform, feedback: QgsProcessingFeedback
    ) -> Columns:
        import numpy as np

        from ....core import overlay
        from ..columns import positions, texts, times

        lon, lat = positions(features, transform)
        first = overlay.group(
            lon,
            lat,
            times(features, self._time),
            texts(features, self._class),
            distance_m=self._distance,
            days=self._days,
        )
        self._groups = len(np.unique(first))
        # Numbered from 1 in the order of the layer, so that the numbers can be read.
        _, number = np.unique(first, return_inverse=True)
        return {"problem": number.ravel() + 1, "problem_size": np.bincount(first, minlength=len(first))[first]}

    def finished(self, feedback: QgsProcessingFeedback) -> Results:
        return {self.GROUPS: self._groups}
