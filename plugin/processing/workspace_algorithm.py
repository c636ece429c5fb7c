# SPDX-License-Identifier: GPL-2.0-or-later
"""What the algorithms share that work on a workspace: its parameter and those that often go with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingParameterFile, QgsProcessingParameterString

from ..base import settings
from ..base.translate import Translated
from .algorithm import SigmaAlgorithm


class WorkspaceTexts(Translated):
    """The words of these parameters."""

    def workspace(self) -> str:
        """Name the workspace."""
        return self.tr("Workspace")

    def rules(self) -> str:
        """Name the rule book."""
        return self.tr("Rule book with the names of the teams (empty: the example of the metropolis)")

    def who(self) -> str:
        """Name the person."""
        return self.tr("Who does it (empty: you)")


class WorkspaceAlgorithm(SigmaAlgorithm):
    """An algorithm on one workspace; of the group Reports unless it says otherwise."""

    WORKSPACE, RULES, WHO = "WORKSPACE", "RULES", "WHO"
    group_id = "reports"

    def add_workspace(self) -> None:
        """Declare the workspace."""
        chosen = settings.load().values.workspace or None
        self.addParameter(
            QgsProcessingParameterFile(
                self.WORKSPACE, WorkspaceTexts().workspace(), fileFilter="GeoPackage (*.gpkg)", defaultValue=chosen
            )
        )

    def add_rules(self) -> None:
        """Declare the rule book, for the names of the teams."""
        self.addParameter(
            QgsProcessingParameterFile(
                self.RULES,
                WorkspaceTexts().rules(),
                fileFilter="YAML (*.yaml *.yml)",
                defaultValue=settings.load().values.rules or None,
                optional=True,
            )
        )

    def add_who(self) -> None:
        """Declare the person."""
        words = WorkspaceTexts().who()
        self.addParameter(QgsProcessingParameterString(self.WHO, words, defaultValue="", optional=True))

    def workspace(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Path:
        """Return the path of the workspace."""
        return Path(self.parameterAsString(parameters, self.WORKSPACE, context))

    def who(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        """Return the person's name."""
        from ..workspace_file import person

        return self.parameterAsString(parameters, self.WHO, context).strip() or person()
