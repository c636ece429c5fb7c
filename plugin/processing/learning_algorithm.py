# SPDX-License-Identifier: GPL-2.0-or-later
"""What the algorithms of the model that learns share: where decided photos come from, what gives features."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFile,
)

from ..base import settings
from ..base.core_sentences import sentence
from ..base.feedback import ProcessingFeedback
from ..base.translate import Translated
from .algorithm import SigmaAlgorithm

if TYPE_CHECKING:
    from ...core.classify.features import FeatureCache
    from ...core.classify.learning.session import Photos
    from ...core.classify.package import ModelPackage

FOLDER = QgsProcessingParameterFile.Behavior.Folder


class LearningTexts(Translated):
    """What is said in several of them."""

    def workspace(self) -> str:
        return self.tr("Workspace: what people decided of its photos")

    def data(self) -> str:
        return self.tr("Or a folder with manifest.csv (file, label, group, source)")

    def one(self) -> str:
        return self.tr("Give a workspace or a folder of photos, not both.")

    def unblurred(self) -> str:
        return self.tr("Show photos without looking for faces and plates")

    def disagree(self, photo: str, said: str, kept: str) -> str:
        if kept:
            return self.tr("{photo}: people disagree ({said}); most say {kept}").format(
                photo=photo, said=said, kept=kept
            )
        return self.tr("{photo}: people disagree ({said}); it is left out").format(photo=photo, said=said)


class LearningAlgorithm(SigmaAlgorithm):
    """An algorithm of the group “Model” that looks at decided photos."""

    WORKSPACE, DATA, UNBLURRED = "WORKSPACE", "DATA", "UNBLURRED"
    group_id = "model"

    def add_photos(self, *, data: bool = True) -> None:
        """Declare where decided photos come from."""
        texts, preferred = LearningTexts(), settings.load().values
        self.addParameter(
            QgsProcessingParameterFile(
                self.WORKSPACE,
                texts.workspace(),
                fileFilter="GeoPackage (*.gpkg)",
                defaultValue=preferred.workspace or None,
                optional=data,
            )
        )
        if data:
            self.addParameter(QgsProcessingParameterFile(self.DATA, texts.data(), behavior=FOLDER, optional=True))

    def add_unblurred(self) -> None:
        """Declare whether photos may be shown as they are."""
        self.addParameter(
            QgsProcessingParameterBoolean(self.UNBLURRED, LearningTexts().unblurred(), defaultValue=False)
        )

    def unblurred(self, parameters: Mapping[str, Any], context: QgsProcessingContext) -> bool:
        """Return whether a person allows photos that no detector looked at."""
        return bool(self.parameterAsBool(dict(parameters), self.UNBLURRED, context))

    def path(self, parameters: Mapping[str, Any], name: str, context: QgsProcessingContext) -> Optional[Path]:
        """Return a path that was given, or None."""
        given = self.parameterAsString(dict(parameters), name, context)
        return Path(given) if given else None

    def package(self) -> ModelPackage:
        """Return the model package of the options, or the default one."""
        from ...core import classify

        model = settings.load().values.model
        return classify.load_package(Path(model) if model else classify.default_package_dir())

    def photos(
        self,
        parameters: Mapping[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
        package: ModelPackage,
        cache: FeatureCache,
        undecided: str = "no",
    ) -> Photos:
        """Read the photos with their features; say what could not be used, and where people disagree."""
        from ...core.classify.learning.session import read_photos
        from ...core.classify.learning.workspace_photos import workspace_photos

        workspace, data = self.path(parameters, self.WORKSPACE, context), self.path(parameters, self.DATA, context)
        told = ProcessingFeedback(feedback)
        if data is not None and parameters.get(self.WORKSPACE):
            raise QgsProcessingException(LearningTexts().one())
        if data is not None:
            photos = read_photos(data, package, cache, feedback=told)
        elif workspace is not None:
            found = workspace_photos(workspace, package, cache, undecided=undecided, feedback=told)
            for item in found.disagreements:
                said = ", ".join(f"{who or '?'}: {label}" for who, label in item.said)
                feedback.pushWarning(LearningTexts().disagree(item.photo, said, item.kept))
            photos = found.photos
        else:
            raise QgsProcessingException(LearningTexts().one())
        for rejected in photos.rejected:
            feedback.pushWarning(sentence(f"{rejected.where}: {rejected.reason}"))
        return photos
