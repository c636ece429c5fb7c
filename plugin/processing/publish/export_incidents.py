# SPDX-License-Identifier: GPL-2.0-or-later
"""A workspace in, a layer of its incidents in any format out."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterString,
)

from ...base import settings
from ...base.compat import BOOL, DATETIME, POINT, REAL, SOURCE_POINT, TEXT
from ..algorithm import Results, expected_errors
from ..fields import fields_of, wgs84
from ..workspace_algorithm import WorkspaceAlgorithm

_KINDS = {"b": BOOL, "f": REAL, "M": DATETIME}
_BATCH = 5_000


class ExportIncidents(WorkspaceAlgorithm):
    """``sigma_communes:export_incidents``."""

    WORKSPACE, INSEE, OUTPUT, INCIDENTS = "WORKSPACE", "INSEE", "OUTPUT", "INCIDENTS"
    group_id = "publish"

    def name(self) -> str:
        return "export_incidents"

    def displayName(self) -> str:
        return self.tr("Export the incidents")

    def shortHelpString(self) -> str:
        return self.tr(
            "Writes the incidents of a workspace, with class, commune, group, team and reason, to a layer of any "
            "format that QGIS knows: GeoPackage, CSV, GeoJSON, Shapefile, a database… Of all communes, or of one. "
            "Incidents without a position are written without a geometry."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        preferred = settings.load().values
        self.add_workspace()
        self.addParameter(
            QgsProcessingParameterString(
                self.INSEE,
                self.tr("INSEE code of one commune (empty: all)"),
                defaultValue=preferred.commune,
                optional=True,
            )
        )
        self.addParameter(QgsProcessingParameterFeatureSink(self.OUTPUT, self.tr("Incidents"), SOURCE_POINT))
        self.addOutput(QgsProcessingOutputNumber(self.INCIDENTS, self.tr("Number of incidents")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        import numpy as np

        from ....core.store import Workspace
        from ..columns import point_feature

        with expected_errors(feedback):
            path = self.workspace(parameters, context)
            with Workspace.open(path, create=False) as workspace:
                columns = workspace.read_incidents()
            insee = self.parameterAsString(parameters, self.INSEE, context).strip()
            taken = np.flatnonzero(columns["insee"] == insee) if insee else np.arange(len(columns["id"]))
            fields = fields_of((name, _KINDS.get(values.dtype.kind, TEXT)) for name, values in columns.items())
            sink, identifier = self.sink(parameters, self.OUTPUT, context, fields, POINT, wgs84())
            for start in range(0, len(taken), _BATCH):
                if feedback.isCanceled():
                    break
                rows = taken[start : start + _BATCH]
                lists = [values[rows] for values in columns.values()]
                lon, lat = columns["lon"][rows], columns["lat"][rows]
                sink.add(
                    [
                        point_feature(fields, [_value(values[i]) for values in lists], lon[i], lat[i])
                        for i in range(len(rows))
                    ]
                )
                feedback.setProgress(100.0 * (start + len(rows)) / len(taken))
            if insee and not len(taken):
                feedback.pushWarning(self.tr("No incident in the commune {insee}.").format(insee=insee))
            return {self.OUTPUT: identifier, self.INCIDENTS: len(taken)}
        return {}


def _value(value: Any) -> Any:
    return None if isinstance(value, str) and not value else value
