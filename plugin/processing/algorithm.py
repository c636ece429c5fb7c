# SPDX-License-Identifier: GPL-2.0-or-later
"""What all our algorithms share: names, groups, and expected errors without a traceback."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Optional

from qgis.core import (
    QgsFeatureSink,
    QgsFields,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
)
from qgis.PyQt.QtGui import QIcon

from ... import ROOT
from ...core.errors import Cancelled, SigmaError
from ..base.error_text import MissingTexts, error_lines, told
from ..base.runtime import PACKAGES, use_runtime
from ..base.translate import Translated

Results = dict[str, Any]


class ToolboxGroups(Translated):
    """The folders of the toolbox, in the order of the work."""

    def names(self) -> dict[str, str]:
        """Return group id → name to show."""
        return {
            "photos": self.tr("Photos"),
            "incidents": self.tr("Incidents"),
            "reports": self.tr("Reports"),
            "catalogue": self.tr("Catalogue"),
            "territory": self.tr("Territory"),
            "model": self.tr("Model"),
            "publish": self.tr("Publish"),
        }


class FieldTexts(Translated):
    """What is said of fields that are not there."""

    def missing(self, name: str, known: list[str]) -> str:
        """Say that a field is not in the layer, and which are."""
        if not name:
            return self.tr("Choose a field. The layer has: {known}.").format(known=", ".join(known))
        text = self.tr("The layer has no field “{name}”. It has: {known}.")
        return text.format(name=name, known=", ".join(known))


class SigmaAlgorithm(Translated, QgsProcessingAlgorithm):
    """An algorithm that calls one core function; ``group_id`` is a key of :meth:`ToolboxGroups.names`."""

    group_id = "incidents"

    def createInstance(self) -> QgsProcessingAlgorithm:
        return type(self)()

    def group(self) -> str:
        return ToolboxGroups().names()[self.group_id]

    def groupId(self) -> str:
        return self.group_id

    def icon(self) -> QIcon:
        return QIcon(str(ROOT / "resources" / "icons" / "sigma_communes.svg"))

    def prepareAlgorithm(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        """Make the packages importable that the doctor installed; nothing is imported yet."""
        use_runtime()
        return True

    def processAlgorithm(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        """Do the work, and say of a package that is missing how to get it."""
        try:
            return self.work(parameters, context, feedback)
        except ImportError as error:
            if error.name not in PACKAGES:
                raise
            raise QgsProcessingException(MissingTexts().missing(error.name)) from error

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        """Call the core; what :meth:`processAlgorithm` is for QGIS."""
        raise NotImplementedError

    def source(
        self, parameters: dict[str, Any], name: str, context: QgsProcessingContext
    ) -> QgsProcessingFeatureSource:
        """Return the features of a parameter, or raise what Processing says of an invalid one."""
        found = self.parameterAsSource(parameters, name, context)
        if found is None:
            raise QgsProcessingException(self.invalidSourceError(parameters, name))
        return found

    def field(
        self, parameters: dict[str, Any], name: str, source: QgsProcessingFeatureSource, context: QgsProcessingContext
    ) -> str:
        """Return the field that a parameter names, or that is its default; raise where the layer has none such.

        Such a parameter is declared optional: QGIS refuses a call that leaves a field to its default otherwise.
        """
        field = self.parameterAsString(parameters, name, context)
        known = source.fields().names()
        if field not in known:
            raise QgsProcessingException(FieldTexts().missing(field, known))
        return field

    def sink(
        self, parameters: dict[str, Any], name: str, context: QgsProcessingContext, fields: QgsFields, *how: Any
    ) -> tuple[Sink, str]:
        """Return a sink whose refusals are errors, and the id of its layer; ``how`` is geometry type and CRS."""
        found, identifier = self.parameterAsSink(parameters, name, context, fields, *how)
        if found is None:
            raise QgsProcessingException(self.invalidSinkError(parameters, name))
        return Sink(found, lambda: self.writeFeatureError(found, parameters, name)), identifier


class Sink:
    """A feature sink that doesn't lose a feature without a word."""

    def __init__(self, sink: QgsFeatureSink, error: Any) -> None:
        self._sink = sink
        self._error = error

    def add(self, features: list[Any]) -> None:
        """Write features; raise QgsProcessingException where the format refuses one."""
        if not self._sink.addFeatures(features, QgsFeatureSink.Flag.FastInsert):
            raise QgsProcessingException(self._error())


class _ExpectedErrors(AbstractContextManager[None]):
    def __init__(self, feedback: QgsProcessingFeedback) -> None:
        self._feedback = feedback

    def __exit__(self, kind: Any, error: Optional[BaseException], trace: Any) -> bool:
        if isinstance(error, Cancelled):
            self._feedback.pushInfo(told(error))
            return True
        if isinstance(error, SigmaError):
            raise QgsProcessingException(error_lines(error)) from error
        return False


def expected_errors(feedback: QgsProcessingFeedback) -> _ExpectedErrors:
    """Turn the core's errors into what Processing shows; a cancel ends quietly."""
    return _ExpectedErrors(feedback)
