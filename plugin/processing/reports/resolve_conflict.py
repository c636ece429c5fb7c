# SPDX-License-Identifier: GPL-2.0-or-later
"""A report whose server and whose editor differ: which version holds."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterEnum,
    QgsProcessingParameterString,
)

from ..algorithm import Results, expected_errors
from ..workspace_algorithm import WorkspaceAlgorithm

_CHOICES = ("mine", "theirs", "value")


class ResolveConflict(WorkspaceAlgorithm):
    """``sigma_communes:resolve_conflict``."""

    REPORT, CHOICE, FIELD, VALUES, DECIDED = "REPORT", "CHOICE", "FIELD", "VALUES", "DECIDED"

    def name(self) -> str:
        return "resolve_conflict"

    def displayName(self) -> str:
        return self.tr("Decide a conflict")

    def shortHelpString(self) -> str:
        return self.tr(
            "Decides the conflicts of one report, or the one of a field: the version of this workspace holds, that of "
            "the server, or another value (field=value; a position is lon=… and lat=…, separated by semicolons). "
            "What differs from the server then waits to be sent. The decision is kept in the history."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.add_workspace()
        self.addParameter(QgsProcessingParameterString(self.REPORT, self.tr("Id of the report")))
        words = [self.tr("What was edited here"), self.tr("What the server has"), self.tr("Another value")]
        self.addParameter(QgsProcessingParameterEnum(self.CHOICE, self.tr("What holds"), words, defaultValue=0))
        self.addParameter(
            QgsProcessingParameterString(
                self.FIELD, self.tr("Only this field (empty: all conflicts)"), defaultValue="", optional=True
            )
        )
        self.addParameter(
            QgsProcessingParameterString(
                self.VALUES, self.tr("Other values (field=value; …)"), defaultValue="", optional=True
            )
        )
        self.add_who()
        self.addOutput(QgsProcessingOutputNumber(self.DECIDED, self.tr("Number of decided conflicts")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core.reports.sync.conflicts import resolve
        from ....core.store import Workspace

        with expected_errors(feedback):
            choice = _CHOICES[self.parameterAsEnum(parameters, self.CHOICE, context)]
            given = self._values(self.parameterAsString(parameters, self.VALUES, context))
            with Workspace.open(self.workspace(parameters, context), create=False) as workspace:
                done = resolve(
                    workspace,
                    self.parameterAsString(parameters, self.REPORT, context).strip(),
                    given if choice == "value" else "mine" if choice == "mine" else "theirs",
                    who=self.who(parameters, context),
                    field=self.parameterAsString(parameters, self.FIELD, context).strip() or None,
                )
            for item in done:
                feedback.pushInfo(f"{item.report_id}: {item.field}")
            return {self.DECIDED: len(done)}
        return {}

    def _values(self, text: str) -> dict[str, Any]:
        from ....core.errors import UsageError

        out: dict[str, Any] = {}
        for part in filter(None, (part.strip() for part in text.split(";"))):
            name, sign, value = part.partition("=")
            if not sign:
                raise UsageError(self.tr("“{0}” is not field=value.").format(part))
            out[name.strip()] = value.strip()
        for name in {"lon", "lat"} & out.keys():
            try:
                out[name] = float(out[name].replace(",", "."))
            except ValueError:
                raise UsageError(self.tr("{0} is a number, in degrees.").format(name)) from None
        return out
