# SPDX-License-Identifier: GPL-2.0-or-later
"""A pack brought up to date."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFile,
)

from ...base import settings
from ...base.feedback import ProcessingFeedback
from ..algorithm import Results, SigmaAlgorithm, expected_errors


class RefreshPack(SigmaAlgorithm):
    """``sigma_communes:refresh_pack``."""

    PACK, WORKSPACE, PICTURES, RENEWED, WAITING = "PACK", "WORKSPACE", "PICTURES", "RENEWED", "WAITING"
    group_id = "catalogue"

    def name(self) -> str:
        return "refresh_pack"

    def displayName(self) -> str:
        return self.tr("Refresh an offline pack")

    def shortHelpString(self) -> str:
        return self.tr(
            "Brings into a pack only what changed since it was made: layers whose file or service gives something "
            "else, and the reports of the commune. What was edited in the pack stays, field by field, until it has "
            "come home. Close the pack in QGIS first: if it is edited meanwhile, it is left as it was."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.addParameter(
            QgsProcessingParameterFile(
                self.PACK, self.tr("Folder of the pack"), behavior=QgsProcessingParameterFile.Behavior.Folder
            )
        )
        self.addParameter(
            QgsProcessingParameterFile(
                self.WORKSPACE,
                self.tr("Workspace (empty: where the pack came from)"),
                fileFilter="GeoPackage (*.gpkg)",
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterBoolean(self.PICTURES, self.tr("Fetch the pictures of services again"), False)
        )
        self.addOutput(QgsProcessingOutputNumber(self.RENEWED, self.tr("Number of layers that came anew")))
        self.addOutput(QgsProcessingOutputNumber(self.WAITING, self.tr("Number of edits that wait in the pack")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core import pack, territory
        from ....core.catalogue import Calls
        from ...base.transport import qgis_session

        workspace = self.parameterAsString(parameters, self.WORKSPACE, context)
        chosen = settings.load().values
        speaking = ProcessingFeedback(feedback)
        with expected_errors(feedback), qgis_session(feedback.isCanceled, patience=chosen.timeout) as session:
            refreshed = pack.refresh(
                Path(self.parameterAsString(parameters, self.PACK, context)),
                territory=territory.load(territory.current_map()),
                calls=Calls(session, feedback=speaking) if chosen.network else None,
                workspace=Path(workspace) if workspace else None,
                pictures=self.parameterAsBool(parameters, self.PICTURES, context),
                feedback=speaking,
            )
            return {self.RENEWED: len(refreshed.renewed), self.WAITING: refreshed.waiting}
        return {}
