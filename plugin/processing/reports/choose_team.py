# SPDX-License-Identifier: GPL-2.0-or-later
"""A team for many reports at once, chosen by a person against the rules."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterString,
)

from ..algorithm import Results, expected_errors
from ..workspace_algorithm import WorkspaceAlgorithm

_FILTERS = ("SOURCE", "STATE", "INSEE", "CLASS", "PRESENT")


class ChooseTeam(WorkspaceAlgorithm):
    """``sigma_communes:choose_team``."""

    TEAM, REPORTS, NOTE, CHOSEN = "TEAM", "REPORTS", "NOTE", "CHOSEN"

    def name(self) -> str:
        return "choose_team"

    def displayName(self) -> str:
        return self.tr("Give reports to a team")

    def shortHelpString(self) -> str:
        return self.tr(
            "Gives reports to a team, or to a commune, against the rules: those that are named, or those to which all "
            "the given filters apply. The choice is written down with its author and note, and no rule takes it back. "
            "All of them are given, or none."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.add_workspace()
        self.addParameter(
            QgsProcessingParameterString(self.TEAM, self.tr("Team (its name in the rule book), or a commune"))
        )
        texts = {
            self.REPORTS: self.tr("Ids of reports, with commas between (empty: by the filters below)"),
            "SOURCE": self.tr("Only from this source"),
            "STATE": self.tr("Only in this state"),
            "INSEE": self.tr("Only in this commune (INSEE code)"),
            "CLASS": self.tr("Only of this class"),
            "PRESENT": self.tr("Only of this team now"),
            self.NOTE: self.tr("Note"),
        }
        for name, text in texts.items():
            self.addParameter(QgsProcessingParameterString(name, text, defaultValue="", optional=True))
        self.add_who()
        self.addOutput(QgsProcessingOutputNumber(self.CHOSEN, self.tr("Number of reports")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core.errors import UsageError
        from ....core.jobs import handling
        from ....core.store import Workspace
        from ....core.store.handling import select_reports

        def said(name: str) -> str:
            return str(self.parameterAsString(parameters, name, context)).strip()

        with expected_errors(feedback):
            ids = [part.strip() for part in said(self.REPORTS).split(",") if part.strip()]
            source, state, insee, label, team = (said(name) or None for name in _FILTERS)
            if not ids and not any((source, state, insee, label, team)):
                raise UsageError(
                    self.tr("No report is named and no filter is given."),
                    next_step=self.tr("Name reports, or give a filter: all reports at once is no choice."),
                )
            with Workspace.open(self.workspace(parameters, context), create=False) as workspace:
                if not ids:
                    ids = select_reports(workspace, source=source, state=state, insee=insee, label=label, team=team)
                feedback.pushInfo(self.tr("{0} reports").format(len(ids)))
                if ids:
                    who, note = self.who(parameters, context), said(self.NOTE)
                    handling.choose_team(workspace, ids, said(self.TEAM), who, note)
            return {self.CHOSEN: len(ids)}
        return {}
