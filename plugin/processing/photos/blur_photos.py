# SPDX-License-Identifier: GPL-2.0-or-later
"""A folder of photos in, a folder of copies that may leave out."""

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

from ...base.core_sentences import sentence
from ...base.feedback import ProcessingFeedback
from ..algorithm import Results, SigmaAlgorithm, expected_errors
from ..results_folder import lasting, results_folder


class BlurPhotos(SigmaAlgorithm):
    """``sigma_communes:blur_photos``."""

    FOLDER, WORKSPACE, UNBLURRED, OUTPUT = "FOLDER", "WORKSPACE", "UNBLURRED", "OUTPUT"
    COPIES, REFUSED, FACES, PLATES = "COPIES", "REFUSED", "FACES", "PLATES"
    group_id = "photos"

    def name(self) -> str:
        return "blur_photos"

    def displayName(self) -> str:
        return self.tr("Blur faces and number plates")

    def shortHelpString(self) -> str:
        return self.tr(
            "Copies the photos of a folder into another one: upright, without position, date, camera or any other "
            "metadata, and with the faces and number plates that were found blurred for good. The detectors miss some: "
            "look at the copies before you publish them. With a workspace, the boxes that were drawn by hand count "
            "too, and its register keeps what left. A photo that can't be blurred is not copied, and the log says why."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        folder = QgsProcessingParameterFile.Behavior.Folder
        self.addParameter(QgsProcessingParameterFile(self.FOLDER, self.tr("Folder of photos"), behavior=folder))
        self.addParameter(
            QgsProcessingParameterFile(
                self.WORKSPACE, self.tr("Workspace (GeoPackage)"), fileFilter="GeoPackage (*.gpkg)", optional=True
            )
        )
        self.addParameter(
            QgsProcessingParameterBoolean(
                self.UNBLURRED, self.tr("Copy without looking for faces and plates"), defaultValue=False
            )
        )
        self.addParameter(results_folder(self.OUTPUT, self.tr("Folder of the copies"), "photos floutees"))
        self.addOutput(QgsProcessingOutputNumber(self.COPIES, self.tr("Number of copies")))
        self.addOutput(QgsProcessingOutputNumber(self.REFUSED, self.tr("Files without a copy")))
        self.addOutput(QgsProcessingOutputNumber(self.FACES, self.tr("Faces blurred")))
        self.addOutput(QgsProcessingOutputNumber(self.PLATES, self.tr("Number plates blurred")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core.privacy.folders import blur_photos

        copies = refused = faces = plates = 0
        out = str(lasting(self, parameters, self.OUTPUT, context))
        workspace = self.parameterAsString(parameters, self.WORKSPACE, context)
        with expected_errors(feedback):
            for leaving in blur_photos(
                [Path(self.parameterAsString(parameters, self.FOLDER, context))],
                Path(out),
                workspace=Path(workspace) if workspace else None,
                unblurred=self.parameterAsBool(parameters, self.UNBLURRED, context),
                feedback=ProcessingFeedback(feedback),
            ):
                copies, refused = copies + bool(leaving.dest), refused + (not leaving.dest)
                faces, plates = faces + leaving.faces, plates + leaving.plates
                if not leaving.dest:
                    feedback.pushWarning(sentence(f"{leaving.source}: {leaving.reason}. {leaving.next_step}"))
        return {self.OUTPUT: out, self.COPIES: copies, self.REFUSED: refused, self.FACES: faces, self.PLATES: plates}
