# SPDX-License-Identifier: GPL-2.0-or-later
"""Incidents in, a table of counts out: per commune, class, team, week, or any other fields."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import (
    QgsFeature,
    QgsFeatureRequest,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
)

from ...base.compat import DATE, INTEGER, NO_GEOMETRY, SOURCE_VECTOR, TEXT
from ..algorithm import FieldTexts, Results, SigmaAlgorithm, expected_errors
from ..fields import Definition, fields_of


class Statistics(SigmaAlgorithm):
    """``sigma_communes:statistics``."""

    INPUT, FIELDS, TIME, OUTPUT, ROWS = "INPUT", "FIELDS", "TIME", "OUTPUT", "ROWS"

    def name(self) -> str:
        return "statistics"

    def displayName(self) -> str:
        return self.tr("Count incidents")

    def shortHelpString(self) -> str:
        return self.tr(
            "Counts the incidents of each combination of the chosen fields that occurs: by default commune, class and "
            "team. With a field of times it counts per week as well; a week is named by its Monday (UTC)."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.addParameter(QgsProcessingParameterFeatureSource(self.INPUT, self.tr("Incidents"), [SOURCE_VECTOR]))
        self.addParameter(
            QgsProcessingParameterField(
                self.FIELDS,
                self.tr("Fields to count by"),
                "commune;class;team",
                self.INPUT,
                allowMultiple=True,
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterField(
                self.TIME, self.tr("Field with the time (per week)"), None, self.INPUT, optional=True
            )
        )
        self.addParameter(QgsProcessingParameterFeatureSink(self.OUTPUT, self.tr("Counts"), SOURCE_VECTOR))
        self.addOutput(QgsProcessingOutputNumber(self.ROWS, self.tr("Number of rows")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core import overlay
        from ..columns import attribute, texts, times

        source = self.source(parameters, self.INPUT, context)
        names = self.parameterAsFields(parameters, self.FIELDS, context)
        time = self.parameterAsString(parameters, self.TIME, context)
        known = source.fields().names()
        for name in (*names, *([time] if time else [])) or ("",):
            if name not in known:
                raise QgsProcessingException(FieldTexts().missing(name, known))
        definitions: list[Definition] = [(name, TEXT) for name in names]
        definitions += [("week", DATE)] if time else []
        fields = fields_of([*definitions, ("count", INTEGER)])
        sink, identifier = self.sink(parameters, self.OUTPUT, context, fields, NO_GEOMETRY)
        with expected_errors(feedback):
            request = QgsFeatureRequest()
            request.setSubsetOfAttributes([*names, *([time] if time else [])], source.fields())
            features = list(source.getFeatures(request))
            columns: list[Any] = [texts(features, name) for name in names]
            columns += [overlay.week(times(features, time))] if time else []
            keys, counts = overlay.count(*columns)
            rows = []
            for i in range(len(counts)):
                feature = QgsFeature(fields)
                feature.setAttributes([attribute(key[i]) for key in keys] + [int(counts[i])])
                rows.append(feature)
            sink.add(rows)
            return {self.OUTPUT: identifier, self.ROWS: len(rows)}
        return {}
