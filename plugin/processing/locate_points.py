# SPDX-License-Identifier: GPL-2.0-or-later
"""Points in, the same points with their commune out."""

from __future__ import annotations

from typing import Any, Optional

import numpy as np
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsFeatureRequest,
    QgsFeatureSink,
    QgsField,
    QgsFields,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingUtils,
)

from ..compat import BOOL, TEXT
from .algorithm import Results, SigmaAlgorithm, expected_errors

BATCH = 10_000
COLUMNS = (("insee", TEXT), ("commune", TEXT), ("ambiguous", BOOL), ("outside", BOOL), ("water", BOOL))


class LocatePoints(SigmaAlgorithm):
    """``sigma_communes:locate``."""

    INPUT, OUTPUT = "INPUT", "OUTPUT"
    group_id = "territory"

    def name(self) -> str:
        return "locate"

    def displayName(self) -> str:  # noqa: N802 (QGIS' name)
        return self.tr("Commune of each point")

    def group(self) -> str:
        return self.tr("Territory")

    def shortHelpString(self) -> str:  # noqa: N802 (QGIS' name)
        return self.tr(
            "Adds to each point its commune (INSEE code and name), whether the point is so near to a boundary that the "
            "commune is uncertain, whether it is outside the territory, and whether it is in the water of the Étang de "
            "Berre. Works off line with the embedded map of the communes."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:  # noqa: N802 (QGIS' name)
        points = QgsProcessing.SourceType.TypeVectorPoint
        self.addParameter(QgsProcessingParameterFeatureSource(self.INPUT, self.tr("Points"), [points]))
        self.addParameter(QgsProcessingParameterFeatureSink(self.OUTPUT, self.tr("Points with their commune"), points))

    def processAlgorithm(  # noqa: N802 (QGIS' name)
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ...core import territory

        source = self.parameterAsSource(parameters, self.INPUT, context)
        added = QgsFields()
        for name, kind in COLUMNS:
            added.append(QgsField(name, kind))
        fields = QgsProcessingUtils.combineFields(source.fields(), added)
        sink, identifier = self.parameterAsSink(
            parameters, self.OUTPUT, context, fields, source.wkbType(), source.sourceCrs()
        )
        with expected_errors(feedback):
            communes = territory.load(territory.current_map())
            wgs84 = QgsCoordinateReferenceSystem("EPSG:4326")
            transform = QgsCoordinateTransform(source.sourceCrs(), wgs84, context.transformContext())
            total = source.featureCount() or 1
            batch: list[QgsFeature] = []
            for number, feature in enumerate(source.getFeatures(QgsFeatureRequest()), start=1):
                if feedback.isCanceled():
                    break
                batch.append(feature)
                if len(batch) == BATCH:
                    sink.addFeatures(_located(batch, fields, communes, transform), QgsFeatureSink.Flag.FastInsert)
                    batch = []
                    feedback.setProgress(100.0 * number / total)
            sink.addFeatures(_located(batch, fields, communes, transform), QgsFeatureSink.Flag.FastInsert)
        return {self.OUTPUT: identifier}


def _located(batch: list[QgsFeature], fields: QgsFields, communes: Any, transform: QgsCoordinateTransform) -> list[QgsFeature]:
    lon = np.full(len(batch), np.nan)
    lat = np.full(len(batch), np.nan)
    for i, feature in enumerate(batch):
        if feature.hasGeometry() and not feature.geometry().isEmpty():
            point = transform.transform(feature.geometry().centroid().asPoint())
            lon[i], lat[i] = point.x(), point.y()
    columns = communes.columns(lon, lat)
    out = []
    for i, feature in enumerate(batch):
        located = QgsFeature(fields)
        located.setGeometry(feature.geometry())
        values = [columns[name][i] for name, _ in COLUMNS]
        located.setAttributes(feature.attributes() + [bool(v) if isinstance(v, np.bool_) else v for v in values])
        out.append(located)
    return out
