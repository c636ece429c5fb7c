# SPDX-License-Identifier: GPL-2.0-or-later
"""A workspace in, a table of what waits in it out."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import (
    QgsFeature,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
)

from ...base.compat import BOOL, NO_GEOMETRY, SOURCE_VECTOR, TEXT
from ..algorithm import Results, expected_errors
from ..fields import fields_of
from ..workspace_algorithm import WorkspaceAlgorithm

_TEXTS = ("report", "source", "what", "who", "at", "stays_because")


class ReportsStatus(WorkspaceAlgorithm):
    """``sigma_communes:reports_status``."""

    OUTPUT = "OUTPUT"

    def name(self) -> str:
        return "reports_status"

    def displayName(self) -> str:
        return self.tr("What waits in a workspace")

    def shortHelpString(self) -> str:
        return self.tr(
            "Lists the reports with edits that wait: to be sent, to be decided, or to stay here because their server "
            "does not take them; with who edited what and when. No server is asked."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.add_workspace()
        self.addParameter(
            QgsProcessingParameterFeatureSink(self.OUTPUT, self.tr("What waits"), SOURCE_VECTOR, optional=True)
        )
        for name, text in self._counts().items():
            self.addOutput(QgsProcessingOutputNumber(name, text))

    def _counts(self) -> dict[str, str]:
        return {
            "TO_SEND": self.tr("To be sent"),
            "KEPT": self.tr("Stay here"),
            "CONFLICTS": self.tr("Conflicts"),
            "UNKNOWN": self.tr("Perhaps taken"),
            "GONE": self.tr("Gone from their server"),
        }

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core.reports.sync.status import status
        from ....core.store import Workspace

        with expected_errors(feedback):
            with Workspace.open(self.workspace(parameters, context), create=False) as workspace:
                found = status(workspace)
            results: Results = {
                name: sum(getattr(source, name.lower()) for source in found.sources) for name in self._counts()
            }
            for source in found.sources:
                read = source.read_at or "—"
                text = self.tr("{source}: read {read}; {to_send} to send, {kept} stay here, {conflicts} conflicts")
                feedback.pushInfo(text.format(**{**vars(source), "read": read}))
            if parameters.get(self.OUTPUT) is not None:
                fields = fields_of([*((name, TEXT) for name in _TEXTS), ("conflict", BOOL)])
                sink, results[self.OUTPUT] = self.sink(parameters, self.OUTPUT, context, fields, NO_GEOMETRY)
                features = []
                for item in found.items:
                    feature = QgsFeature(fields)
                    words = [item.report_id, item.source, ", ".join(item.what), item.who, item.at, item.kept]
                    feature.setAttributes([*words, item.conflict])
                    features.append(feature)
                sink.add(features)
            return results
        return {}
