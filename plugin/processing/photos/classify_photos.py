# SPDX-License-Identifier: GPL-2.0-or-later
"""A table of photos in, the same table with what each photo seems to show out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsCoordinateTransform,
    QgsFeature,
    QgsProcessingContext,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterField,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
)

from ...base import settings
from ...base.compat import BOOL, REAL, SOURCE_VECTOR, TEXT
from ...base.core_sentences import sentence
from ...base.feedback import ProcessingFeedback
from ...photos.features import features_file
from ..fields import Definition
from ..layer_algorithm import LayerAlgorithm

if TYPE_CHECKING:
    from ....core.model import Columns, Prediction

_TOP = 3
_NAN = float("nan")


class ClassifyPhotos(LayerAlgorithm):
    """``sigma_communes:classify``."""

    PHOTO, MODEL, FAST, THRESHOLD = "PHOTO", "MODEL", "FAST", "THRESHOLD"
    group_id = "photos"
    source_kind = SOURCE_VECTOR
    whole = True

    def name(self) -> str:
        return "classify"

    def displayName(self) -> str:
        return self.tr("Classify photos")

    def shortHelpString(self) -> str:
        return self.tr(
            "Adds to each photo of a layer (such as “Read a folder of photos” gives) the three classes that it most "
            "likely shows, with their confidence, or says that the model does not know. Works off line, on this "
            "computer: no photo leaves it. A class is a suggestion that a person confirms. Needs the package "
            "onnxruntime: see SIGM@communes › Diagnostic."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        preferred = settings.load().values
        self.add_input(self.tr("Photos"))
        self.addParameter(
            QgsProcessingParameterField(
                self.PHOTO,
                self.tr("Field with the path of the photo"),
                "photo",
                self.INPUT,
                QgsProcessingParameterField.DataType.String,
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterFile(
                self.MODEL,
                self.tr("Folder of the model (empty: the default one)"),
                behavior=QgsProcessingParameterFile.Behavior.Folder,
                defaultValue=preferred.model or None,
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterBoolean(self.FAST, self.tr("One view a photo (faster)"), defaultValue=preferred.fast)
        )
        self.addParameter(
            QgsProcessingParameterNumber(
                self.THRESHOLD,
                self.tr("Least confidence (empty: the model's own)"),
                QgsProcessingParameterNumber.Type.Double,
                defaultValue=preferred.threshold,
                optional=True,
                minValue=0.0,
                maxValue=1.0,
            )
        )
        self.add_output(self.tr("Classified photos"))

    def added_fields(self) -> Sequence[Definition]:
        ranked = [(f"{name}{i}", kind) for i in range(1, _TOP + 1) for name, kind in (("class", TEXT), ("score", REAL))]
        return (("class", TEXT), ("confidence", REAL), ("abstained", BOOL), ("why", TEXT), *ranked, ("model", TEXT))

    def read_parameters(
        self,
        source: QgsProcessingFeatureSource,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> None:
        from ....core import classify
        from ....core.classify.learning.running import running

        model = self.parameterAsString(parameters, self.MODEL, context)
        self._running = running(classify.load_package(Path(model) if model else classify.default_package_dir()))
        self._photo = self.field(parameters, self.PHOTO, source, context)
        self._fast = self.parameterAsBool(parameters, self.FAST, context)
        given = parameters.get(self.THRESHOLD)
        self._threshold = None if given is None else self.parameterAsDouble(parameters, self.THRESHOLD, context)
        feedback.pushInfo(self.tr("Model: {model}").format(model=self._running.id))

    def columns(
        self, features: Sequence[QgsFeature], transform: QgsCoordinateTransform, feedback: QgsProcessingFeedback
    ) -> Columns:
        from ....core import classify
        from ....core.base.columns import empty_text
        from ....core.classify.features import kept_features
        from ..columns import texts

        told = ProcessingFeedback(feedback)
        columns = {name: empty_text(len(features)) for name, _ in self.added_fields()}
        with kept_features(features_file(), told) as cache:
            results = classify.classify(
                texts(features, self._photo).tolist(),
                self._running.package,
                fast=self._fast,
                threshold=self._threshold,
                decide=self._running.decider(self._threshold),
                cache=cache,
                pictures=lambda path: False,
                feedback=told,
            )
            for i, result in enumerate(results):
                said = result.prediction
                problem = sentence(f"{result.error.verdict}: {result.error.reason}") if result.error else ""
                for name, value in _row(said, problem).items():
                    columns[name][i] = value
        return columns


def _row(said: Optional[Prediction], problem: str) -> dict[str, Any]:
    if said is None:
        return {
            "why": problem,
            "confidence": _NAN,
            "abstained": None,
            **{f"score{i + 1}": _NAN for i in range(_TOP)},
        }
    row: dict[str, Any] = {
        "class": said.label or "",
        "confidence": _NAN if said.abstained else said.score,
        "abstained": said.abstained,
        "why": sentence(said.reason),
        "model": said.model,
    }
    ranked = [*said.top, *[("", _NAN)] * _TOP][:_TOP]
    for i, (label, score) in enumerate(ranked, start=1):
        row[f"class{i}"], row[f"score{i}"] = label, score
    return row
