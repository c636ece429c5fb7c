# SPDX-License-Identifier: GPL-2.0-or-later
"""A workspace in, a bulletin out."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterString,
)

from ...base import settings
from ...base.feedback import ProcessingFeedback
from ..algorithm import Results, expected_errors
from ..workspace_algorithm import WorkspaceAlgorithm


class MakeBulletin(WorkspaceAlgorithm):
    """``sigma_communes:bulletin``."""

    WORKSPACE, INSEE, RULES, TITLE, BULLETIN = "WORKSPACE", "INSEE", "RULES", "TITLE", "BULLETIN"
    group_id = "publish"

    def name(self) -> str:
        return "bulletin"

    def displayName(self) -> str:
        return self.tr("Bulletin")

    def shortHelpString(self) -> str:
        return self.tr(
            "Writes the bulletin of a workspace: one page that stands alone, in French and English, with maps, counts "
            "by class, team and week, the age of what is open, photos, and what is uncertain. For all communes, or for "
            "one. It prints on A4 and loads nothing from elsewhere."
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
        self.add_rules()
        self.addParameter(QgsProcessingParameterString(self.TITLE, self.tr("Title"), defaultValue="", optional=True))
        self.addParameter(QgsProcessingParameterFileDestination(self.BULLETIN, self.tr("Bulletin"), "HTML (*.html)"))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core.jobs import overview

        rules = self.parameterAsString(parameters, self.RULES, context)
        out = self.parameterAsFileOutput(parameters, self.BULLETIN, context)
        with expected_errors(feedback):
            overview.bulletin_of(
                self.workspace(parameters, context),
                Path(out),
                rules=Path(rules) if rules else None,
                insee=self.parameterAsString(parameters, self.INSEE, context).strip() or None,
                title=self.parameterAsString(parameters, self.TITLE, context),
                language=settings.language(),
                feedback=ProcessingFeedback(feedback),
            )
            return {self.BULLETIN: out}
        return {}
