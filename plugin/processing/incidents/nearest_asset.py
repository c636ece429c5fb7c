# SPDX-License-Identifier: GPL-2.0-or-later
"""Incidents in, the same incidents with the nearest feature of another layer out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsCoordinateTransform,
    QgsCsException,
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from ...base.compat import REAL, SOURCE_GEOMETRY, TEXT
from ..algorithm import Results
from ..fields import Definition, as_text, to_wgs84
from ..layer_algorithm import LayerAlgorithm

if TYPE_CHECKING:
    from ....core.model import Columns


class NearestAsset(LayerAlgorithm):
    """``sigma_communes:nearest``."""

    ASSETS, FIELD, NAME, DISTANCE, FOUND = "ASSETS", "FIELD", "NAME", "DISTANCE", "FOUND"

    def name(self) -> str:
        return "nearest"

    def displayName(self) -> str:
        return self.tr("Nearest asset")

    def shortHelpString(self) -> str:
        return self.tr(
            "Adds to each incident the nearest feature of a layer (street lights, roads, parks…) and the distance to "
            "it in metres on the ellipsoid; nothing where none is within the greatest distance. Inside an area the "
            "distance is 0. A rule book that asks how near a layer is finds the distance in the column near_ followed "
            "by the name given here."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.add_input(self.tr("Incidents"))
        self.addParameter(QgsProcessingParameterFeatureSource(self.ASSETS, self.tr("Assets"), [SOURCE_GEOMETRY]))
        self.addParameter(
            QgsProcessingParameterField(
                self.FIELD, self.tr("Field of the assets to copy"), None, self.ASSETS, optional=True
            )
        )
        self.addParameter(
            QgsProcessingParameterString(self.NAME, self.tr("Name of the assets in the result"), defaultValue="asset")
        )
        self.addParameter(
            QgsProcessingParameterNumber(
                self.DISTANCE,
                self.tr("Greatest distance (metres)"),
                QgsProcessingParameterNumber.Type.Double,
                defaultValue=50.0,
                minValue=0.01,
            )
        )
        self.add_output(self.tr("Incidents with their nearest asset"))
        self.addOutput(QgsProcessingOutputNumber(self.FOUND, self.tr("Number of incidents with an asset")))

    def added_fields(self) -> Sequence[Definition]:
        return ((self._name, TEXT), (f"near_{self._name}", REAL))

    def read_parameters(
        self,
        source: QgsProcessingFeatureSource,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> None:
        assets = self.source(parameters, self.ASSETS, context)
        field = self.parameterAsString(parameters, self.FIELD, context)
        transform = to_wgs84(assets.sourceCrs(), context)
        self._name = self.parameterAsString(parameters, self.NAME, context).strip() or "asset"
        self._distance = self.parameterAsDouble(parameters, self.DISTANCE, context)
        self._labels: list[str] = []
        self._found = 0
        blobs: list[Optional[bytes]] = []
        for asset in assets.getFeatures(QgsFeatureRequest()):
            if feedback.isCanceled():
                break
            self._labels.append(as_text(asset.attribute(field)) if field else str(asset.id()))
            blobs.append(_wkb(asset.geometry(), transform))
        import numpy as np

        from ....core.base.geos import shapely

        self._geometries = shapely.from_wkb(np.array([*blobs, None], dtype=object), on_invalid="ignore")[:-1]

    def columns(
        self, features: Sequence[QgsFeature], transform: QgsCoordinateTransform, feedback: QgsProcessingFeedback
    ) -> Columns:
        import numpy as np

        from ....core import overlay
        from ..columns import positions

        lon, lat = positions(features, transform)
        index, distance = overlay.nearest(lon, lat, self._geometries, max_distance_m=self._distance)
        near = index >= 0
        self._found += int(near.sum())
        labels = np.array([*self._labels, ""], dtype=object)
        return {self._name: labels[index], f"near_{self._name}": np.where(near, distance, np.nan)}

    def finished(self, feedback: QgsProcessingFeedback) -> Results:
        return {self.FOUND: self._found}


def _wkb(geometry: QgsGeometry, transform: QgsCoordinateTransform) -> Optional[bytes]:
    if geometry.isNull() or geometry.isEmpty():
        return None
    # Curves are for QGIS alone; a copy, because transforming changes in place.
    shape = geometry.constGet()
    copy = QgsGeometry(shape.segmentize() if shape is not None else None)
    try:
        copy.transform(transform)
    except QgsCsException:
        return None
    return bytes(copy.asWkb())
