# SPDX-License-Identifier: GPL-2.0-or-later
"""The map of the communes as a layer."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import (
    NULL,
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFeatureSink,
)

from ...base.compat import LONG, MULTIPOLYGON, SOURCE_POLYGON, TEXT
from ..algorithm import Results, SigmaAlgorithm, expected_errors
from ..fields import fields_of, wgs84

_FIELDS = (
    ("insee", TEXT), ("name", TEXT), ("department", TEXT), ("population", LONG), ("siren", TEXT),
    ("former_territory", TEXT), ("kind", TEXT),
)  # fmt: skip


class CommunesLayer(SigmaAlgorithm):
    """``sigma_communes:communes``."""

    WATER, OUTPUT, COMMUNES = "WATER", "OUTPUT", "COMMUNES"
    group_id = "territory"

    def name(self) -> str:
        return "communes"

    def displayName(self) -> str:
        return self.tr("Map of the communes")

    def shortHelpString(self) -> str:
        return self.tr(
            "Gives the map of the communes as a layer, without a network: the one that came with the plugin (the 92 "
            "communes of the Métropole Aix-Marseille-Provence), or the one that you refreshed. Its source, licence, "
            "date and accuracy are in the log."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.addParameter(
            QgsProcessingParameterBoolean(
                self.WATER, self.tr("With the inland waters that are in no commune"), defaultValue=False
            )
        )
        self.addParameter(QgsProcessingParameterFeatureSink(self.OUTPUT, self.tr("Communes"), SOURCE_POLYGON))
        self.addOutput(QgsProcessingOutputNumber(self.COMMUNES, self.tr("Number of communes")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core import territory

        with expected_errors(feedback):
            found = territory.load(territory.current_map())
            fields = fields_of(_FIELDS)
            sink, identifier = self.sink(parameters, self.OUTPUT, context, fields, MULTIPOLYGON, wgs84())
            columns = (
                found.insee,
                found.names,
                found.department,
                found.population,
                found.siren,
                found.former_territory,
            )
            rows = [
                _feature(fields, [_known(column[i]) for column in columns] + ["commune"], found.geometries[i])
                for i in range(len(found))
            ]
            if self.parameterAsBool(parameters, self.WATER, context):
                blank = [NULL] * 4
                rows += [
                    _feature(fields, [NULL, str(name), *blank, "water"], shape)
                    for name, shape in zip(found.water_names, found.water)
                ]
            sink.add(rows)
            feedback.pushInfo(f"{found.name} ({found.epci}), {found.date}, ± {found.accuracy_m:.0f} m")
            feedback.pushInfo(f"{found.source}. {found.licence}")
            return {self.OUTPUT: identifier, self.COMMUNES: len(found)}
        return {}


def _known(value: Any) -> Any:
    if isinstance(value, str):
        return value or NULL
    return int(value) if value >= 0 else NULL


def _feature(fields: Any, values: list[Any], shape: Any) -> QgsFeature:
    feature = QgsFeature(fields)
    geometry = QgsGeometry()
    geometry.fromWkb(shape.wkb)
    geometry.convertToMultiType()
    feature.setGeometry(geometry)
    feature.setAttributes(values)
    return feature
