# SPDX-License-Identifier: GPL-2.0-or-later
"""A layer in, the same features with more columns out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, repeat
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsCoordinateTransform,
    QgsFeature,
    QgsFeatureRequest,
    QgsFields,
    QgsProcessingContext,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingUtils,
)

from ..base.compat import SKIP_VALIDITY, SOURCE_POINT
from .algorithm import Results, SigmaAlgorithm, expected_errors
from .fields import Definition, fields_of, to_wgs84

if TYPE_CHECKING:
    from ...core.model import Columns

BATCH = 10_000
_ASK_EVERY = 1_000  # features between two looks at the button “Cancel”


class LayerAlgorithm(SigmaAlgorithm):
    """Reads features, asks the core for columns, writes the features with them.

    ``whole`` says that the core needs all features at once; else they come in batches.
    """

    INPUT, OUTPUT = "INPUT", "OUTPUT"
    source_kind = SOURCE_POINT
    whole = False

    def add_input(self, label: str, optional: bool = False) -> None:
        """Declare the layer that comes in."""
        self.addParameter(QgsProcessingParameterFeatureSource(self.INPUT, label, [self.source_kind], optional=optional))

    def add_output(self, label: str) -> None:
        """Declare the layer that goes out."""
        self.addParameter(QgsProcessingParameterFeatureSink(self.OUTPUT, label, self.source_kind))

    def added_fields(self) -> Sequence[Definition]:
        """Return the fields that are added, once :meth:`prepare` is done."""
        raise NotImplementedError

    def read_parameters(
        self,
        source: QgsProcessingFeatureSource,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> None:
        """Read the parameters and whatever the core needs beside the features."""

    def columns(
        self, features: Sequence[QgsFeature], transform: QgsCoordinateTransform, feedback: QgsProcessingFeedback
    ) -> Columns:
        """Return the columns that are added to these features."""
        raise NotImplementedError

    def finished(self, feedback: QgsProcessingFeedback) -> Results:
        """Say what came out; return outputs beside the layer."""
        return {}

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        source = self.source(parameters, self.INPUT, context)
        with expected_errors(feedback):
            self.read_parameters(source, parameters, context, feedback)
            definitions = self.added_fields()
            fields = QgsProcessingUtils.combineFields(source.fields(), fields_of(definitions))
            sink, identifier = self.sink(parameters, self.OUTPUT, context, fields, source.wkbType(), source.sourceCrs())
            transform = to_wgs84(source.sourceCrs(), context)
            total = source.featureCount()
            done = 0
            for batch in _batches(source, None if self.whole else BATCH, feedback):
                added = self.columns(batch, transform, feedback)
                if feedback.isCanceled():
                    break
                sink.add(_with(batch, fields, [added[name] for name, _ in definitions]))
                done += len(batch)
                if total > 0:
                    feedback.setProgress(100.0 * done / total)
            return {self.OUTPUT: identifier, **self.finished(feedback)}
        return {}


def _batches(
    source: QgsProcessingFeatureSource, size: Optional[int], feedback: QgsProcessingFeedback
) -> Iterator[list[QgsFeature]]:
    # An invalid geometry has a place like others: it is not the core's business.
    flag = SKIP_VALIDITY
    features = iter(source.getFeatures(QgsFeatureRequest(), flag))
    batch: list[QgsFeature] = []
    while some := list(islice(features, _ASK_EVERY)):
        if feedback.isCanceled():
            return
        batch += some
        if size is not None and len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


def _with(features: Sequence[QgsFeature], fields: QgsFields, added: Sequence[Any]) -> list[QgsFeature]:
    """Return the same features with more attributes; what they have stays in QGIS and is not copied through Python."""
    from .columns import attributes

    count, nobody = fields.count(), QgsFeature().id()
    places = range(count - len(added), count)
    rows = zip(*map(attributes, added)) if added else repeat((), len(features))
    for feature, row in zip(features, rows):
        feature.setId(nobody)
        feature.setFields(fields, False)
        feature.resizeAttributes(count)
        for place, value in zip(places, row):
            feature.setAttribute(place, value)
    return list(features)
