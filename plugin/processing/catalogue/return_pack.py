# SPDX-License-Identifier: GPL-2.0-or-later
"""Edits of a pack, into the queue of the workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFile,
    QgsProcessingParameterString,
)

from ...base.core_sentences import sentence
from ...base.feedback import ProcessingFeedback
from ..algorithm import Results, expected_errors
from ..workspace_algorithm import WorkspaceAlgorithm


class ReturnPack(WorkspaceAlgorithm):
    """``sigma_communes:return_pack``."""

    PACK, WORKSPACE, WHO = "PACK", "WORKSPACE", "WHO"
    EDITS, NEW, PHOTOS, CONFLICTS = "EDITS", "NEW", "PHOTOS", "CONFLICTS"
    group_id = "catalogue"

    def name(self) -> str:
        return "return_pack"

    def displayName(self) -> str:
        return self.tr("Bring an offline pack home")

    def shortHelpString(self) -> str:
        return self.tr(
            "Brings what was edited in a pack into the workspace, where it waits for the report server like any other "
            "edit: changed fields, moved points, new reports, new photos. What was changed on both sides, differently, "
            "becomes a conflict that a person decides. A pack that comes home twice changes nothing the second time."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.addParameter(
            QgsProcessingParameterFile(
                self.PACK, self.tr("Folder of the pack"), behavior=QgsProcessingParameterFile.Behavior.Folder
            )
        )
        self.add_workspace()
        self.addParameter(
            QgsProcessingParameterString(self.WHO, self.tr("Who edited in the pack"), defaultValue="", optional=True)
        )
        self.addOutput(QgsProcessingOutputNumber(self.EDITS, self.tr("Number of edits")))
        self.addOutput(QgsProcessingOutputNumber(self.NEW, self.tr("Number of new reports")))
        self.addOutput(QgsProcessingOutputNumber(self.PHOTOS, self.tr("Number of new photos")))
        self.addOutput(QgsProcessingOutputNumber(self.CONFLICTS, self.tr("Number of conflicts")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core.jobs.packs import bring_pack_home

        with expected_errors(feedback):
            returned = bring_pack_home(
                Path(self.parameterAsString(parameters, self.PACK, context)),
                self.workspace(parameters, context),
                who=self.parameterAsString(parameters, self.WHO, context),
                feedback=ProcessingFeedback(feedback),
            )
            for key, reason in returned.kept:
                feedback.pushWarning(f"{key}: {sentence(reason)}")
            return {
                self.EDITS: returned.edits,
                self.NEW: len(returned.new),
                self.PHOTOS: returned.photos,
                self.CONFLICTS: returned.conflicts,
            }
        return {}
