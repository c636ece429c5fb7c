# SPDX-License-Identifier: GPL-2.0-or-later
"""A workspace in, a file for teams and partners whom no server reaches out."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterString,
)

from ...base import settings
from ..algorithm import Results, expected_errors
from ..workspace_algorithm import WorkspaceAlgorithm


class ExportDispatch(WorkspaceAlgorithm):
    """``sigma_communes:export_dispatch``."""

    SOURCE, FILE, REPORTS = "SOURCE", "FILE", "REPORTS"

    def name(self) -> str:
        return "export_dispatch"

    def displayName(self) -> str:
        return self.tr("Export what no server takes")

    def shortHelpString(self) -> str:
        return self.tr(
            "Writes the reports with edits that wait or stay here to a CSV, GeoJSON or GeoPackage file for teams and "
            "partners: place, service, state, team, what was changed by whom, and why it is not on the server."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.add_workspace()
        self.addParameter(
            QgsProcessingParameterString(
                self.SOURCE, self.tr("Only reports of this source (empty: all)"), defaultValue="", optional=True
            )
        )
        self.addParameter(
            QgsProcessingParameterFileDestination(
                self.FILE, self.tr("File"), "CSV (*.csv);;GeoJSON (*.geojson);;GeoPackage (*.gpkg)"
            )
        )
        self.addOutput(QgsProcessingOutputNumber(self.REPORTS, self.tr("Number of reports")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core.reports.sync.dispatch import dispatch
        from ....core.store import Workspace

        with expected_errors(feedback):
            out = Path(self.parameterAsFileOutput(parameters, self.FILE, context))
            source = self.parameterAsString(parameters, self.SOURCE, context).strip() or None
            with Workspace.open(self.workspace(parameters, context), create=False) as workspace:
                count = dispatch(workspace, out, language=settings.language(), source=source)
            return {self.FILE: str(out), self.REPORTS: count}
        return {}
