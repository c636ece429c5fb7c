# SPDX-License-Identifier: GPL-2.0-or-later
"""Features in, the same features with their commune out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsCoordinateTransform,
    QgsCsException,
    QgsFeature,
    QgsMultiPoint,
    QgsPointXY,
    QgsProcessingContext,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
)

from ...base.compat import BOOL, SOURCE_GEOMETRY, TEXT
from ..fields import Definition
from ..layer_algorithm import LayerAlgorithm

if TYPE_CHECKING:
    from ....core.model import Columns


class LocatePoints(LayerAlgorithm):
    """``sigma_communes:locate``."""

    group_id = "territory"
    source_kind = SOURCE_GEOMETRY

    def name(self) -> str:
        return "locate"

    def displayName(self) -> str:
        return self.tr("Commune of each point")

    def shortHelpString(self) -> str:
        return self.tr(
            "Adds to each point its commune (INSEE code and name), whether the point is so near to a boundary that the "
            "commune is uncertain, whether it is outside the territory, and whether it is in the water of the Étang de "
            "Berre. Works off line with the embedded map of the communes. Of several points the first counts, and the "
            "commune is uncertain where they are not all in one; a line or an area counts where a point on it is."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.add_input(self.tr("Points"))
        self.add_output(self.tr("Points with their commune"))

    def added_fields(self) -> Sequence[Definition]:
        return (("insee", TEXT), ("commune", TEXT), ("ambiguous", BOOL), ("outside", BOOL), ("water", BOOL))

    def read_parameters(
        self,
        source: QgsProcessingFeatureSource,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> None:
        from ....core import territory

        self._communes = territory.load(territory.current_map())

    def columns(
        self, features: Sequence[QgsFeature], transform: QgsCoordinateTransform, feedback: QgsProcessingFeedback
    ) -> Columns:
        from ..columns import positions

        lon, lat = positions(features, transform)
        columns = self._communes.columns(lon, lat)
        owner, x, y = _further_points(features, transform)
        if len(owner):
            elsewhere = self._communes.columns(x, y)["insee"] != columns["insee"][owner]
            columns["ambiguous"] = columns["ambiguous"].copy()
            columns["ambiguous"][owner[elsewhere]] = True
        return columns


def _further_points(features: Sequence[QgsFeature], transform: QgsCoordinateTransform) -> tuple[Any, Any, Any]:
    """Return every point but the first of the features that have several: the feature's index, longitude, latitude."""
    import numpy as np

    found = []
    for i, feature in enumerate(features):
        points = feature.geometry().constGet()
        if not isinstance(points, QgsMultiPoint):
            continue
        for k in range(1, points.numGeometries()):
            try:
                at = transform.transform(QgsPointXY(points.pointN(k)))
            except QgsCsException:
                continue
            found.append((i, at.x(), at.y()))
    owner, x, y = zip(*found) if found else ((), (), ())
    return np.array(owner, dtype=np.intp), np.array(x, dtype=float), np.array(y, dtype=float)
