# SPDX-License-Identifier: GPL-2.0-or-later
"""A workspace back to a report server: what persons made and changed, after a yes."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
)

from ...base.core_sentences import sentence
from ...base.feedback import ProcessingFeedback
from ..algorithm import Results, expected_errors
from ..report_server import ServerAlgorithm


class PushReports(ServerAlgorithm):
    """``sigma_communes:push_reports``."""

    CONFIRMED, PHOTOS, WAITING = "CONFIRMED", "PHOTOS", "WAITING"

    def name(self) -> str:
        return "push_reports"

    def displayName(self) -> str:
        return self.tr("Send reports to a server")

    def shortHelpString(self) -> str:
        return self.tr(
            "Without confirmation, lists what would leave a workspace for a server, edit by edit, and sends nothing. "
            "With it, sends what persons made and changed: new reports, states, comments, fields. Whatever happens on "
            "the way, nothing is sent twice and nothing is lost; what the server does not take stays here, with its "
            "reason, for the dispatch export."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.add_workspace()
        self.add_server()
        self.addParameter(
            QgsProcessingParameterBoolean(self.CONFIRMED, self.tr("I looked at what leaves: send it"), False)
        )
        self.addParameter(QgsProcessingParameterBoolean(self.PHOTOS, self.tr("Send photos of new reports too"), False))
        self.add_who()
        self.addOutput(QgsProcessingOutputNumber(self.WAITING, self.tr("Edits that can leave")))
        for name, text in self._counts().items():
            self.addOutput(QgsProcessingOutputNumber(name, text))

    def _counts(self) -> dict[str, str]:
        return {
            "CREATED": self.tr("New reports taken"),
            "UPDATED": self.tr("Reports changed there"),
            "TOKENS": self.tr("Taken, without an id yet"),
            "UNKNOWN": self.tr("Perhaps taken: looked for again at the next send"),
            "REFUSED": self.tr("Refused by the server"),
            "KEPT": self.tr("Stay here: the server does not take them"),
            "CONFLICTS": self.tr("Wait for a decision"),
        }

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core.reports.sync.outgoing import leaving
        from ....core.reports.sync.push import push
        from ....core.store import Workspace

        with expected_errors(feedback):
            path, who = self.workspace(parameters, context), self.who(parameters, context)
            confirmed = self.parameterAsBool(parameters, self.CONFIRMED, context)
            photos = self.parameterAsBool(parameters, self.PHOTOS, context)
            with self.asked(parameters, context, feedback) as source, Workspace.open(path, create=False) as workspace:
                listed = leaving(workspace, source)
                waiting = sum(len(report.keys) for report in listed)
                if not confirmed:
                    self._list(listed, feedback)
                    return {self.WAITING: waiting, **dict.fromkeys(self._counts(), 0)}
                pushed = push(workspace, source, who=who, photos=photos, feedback=ProcessingFeedback(feedback))
            for kind in ("unknown", "refused", "kept"):
                for key, reason in getattr(pushed, kind).items():
                    feedback.pushWarning(f"{key}: {self._counts()[kind.upper()]}: {sentence(reason)}")
            return {self.WAITING: waiting, **{name.upper(): count for name, count in pushed.counts().items()}}
        return {}

    def _list(self, listed: list[Any], feedback: QgsProcessingFeedback) -> None:
        for report in listed:
            for line in report.lines:
                change = f"{line.old or '—'} → {line.new or '—'}" if line.what not in ("insert", "delete") else ""
                where = self.tr("would leave")
                if line.stays:
                    where = self.tr("stays here") + f": {sentence(line.why)}"
                feedback.pushInfo(f"{report.report_id} · {line.what} {change} ({line.who or '?'}): {where}")
        feedback.pushInfo(self.tr("Nothing was sent: confirm to send."))
