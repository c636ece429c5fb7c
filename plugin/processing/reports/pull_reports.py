# SPDX-License-Identifier: GPL-2.0-or-later
"""A report server into a workspace: what is new and what changed."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterString,
)

from ...base.core_sentences import sentence
from ...base.feedback import ProcessingFeedback
from ..algorithm import Results, expected_errors
from ..report_server import ServerAlgorithm


class PullReports(ServerAlgorithm):
    """``sigma_communes:pull_reports``."""

    SINCE, FULL, MEDIA = "SINCE", "FULL", "MEDIA"
    NEW, CHANGED, UNCHANGED, REJECTED, CONFLICTS = "NEW", "CHANGED", "UNCHANGED", "REJECTED", "CONFLICTS"
    CURSOR = "CURSOR"

    def name(self) -> str:
        return "pull_reports"

    def displayName(self) -> str:
        return self.tr("Receive reports from a server")

    def shortHelpString(self) -> str:
        return self.tr(
            "Reads a report server (Open311), a collection of OGC API Features, a layer of a WFS or a folder of files "
            "into a workspace, which is made where there is none: what is new, and what changed since the last time. "
            "Nothing that was edited here is lost; where the server changed the same, a conflict waits for a decision. "
            "A read that was interrupted goes on where it was."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.add_workspace()
        self.add_server()
        self.addParameter(
            QgsProcessingParameterString(
                self.SINCE, self.tr("Only since (YYYY-MM-DD; empty: all)"), defaultValue="", optional=True
            )
        )
        self.addParameter(
            QgsProcessingParameterBoolean(self.FULL, self.tr("Read everything again, and look for what is gone"), False)
        )
        self.addParameter(QgsProcessingParameterBoolean(self.MEDIA, self.tr("Fetch photos too"), False))
        self.addOutput(QgsProcessingOutputNumber(self.NEW, self.tr("New reports")))
        self.addOutput(QgsProcessingOutputNumber(self.CHANGED, self.tr("Changed reports")))
        self.addOutput(QgsProcessingOutputNumber(self.UNCHANGED, self.tr("Unchanged reports")))
        self.addOutput(QgsProcessingOutputNumber(self.REJECTED, self.tr("Rejected records")))
        self.addOutput(QgsProcessingOutputNumber(self.CONFLICTS, self.tr("Open conflicts")))
        self.addOutput(QgsProcessingOutputString(self.CURSOR, self.tr("Read up to")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core.errors import UsageError
        from ....core.reports.formats.periods import moment
        from ....core.reports.sync.pull import pull
        from ....core.store import Workspace

        with expected_errors(feedback):
            said = self.parameterAsString(parameters, self.SINCE, context).strip()
            since = moment(said)
            if said and since is None:
                raise UsageError(self.tr("“{0}” is no date: write it as 2026-01-31.").format(said))
            path = self.workspace(parameters, context)
            with self.asked(parameters, context, feedback) as source, Workspace.open(path) as workspace:
                pulled = pull(
                    workspace,
                    source,
                    since=since,
                    full=self.parameterAsBool(parameters, self.FULL, context),
                    media=self.parameterAsBool(parameters, self.MEDIA, context),
                    feedback=ProcessingFeedback(feedback),
                )
            for item in pulled.reasons:
                feedback.pushWarning(sentence(f"{item.where}: {item.reason}"))
            for note in pulled.notes:
                feedback.pushInfo(sentence(note))
            text = self.tr(
                "{new} new, {changed} changed, {unchanged} unchanged, {rejected} rejected; {conflicts} conflicts."
            )
            feedback.pushInfo(text.format(**pulled.counts()))
            return {name.upper(): value for name, value in pulled.counts().items()}
        return {}
