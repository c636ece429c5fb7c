# SPDX-License-Identifier: GPL-2.0-or-later
"""The list on the map: a mark that stays on the chosen report."""

from __future__ import annotations

from typing import Any, Optional

from qgis.gui import QgsVertexMarker
from qgis.PyQt.QtGui import QColor

_RING, _PEN = 30, 4  # pixels


class ChosenMark:
    """A ring around the chosen report; it stays until another one is chosen, also where a cluster hides the report."""

    def __init__(self, canvas: Any) -> None:
        self._canvas = canvas
        self.marker: Optional[QgsVertexMarker] = None

    def show(self, point: Any) -> None:
        """Draw it round a point of the map; None takes it away."""
        self.clear()
        if point is None or self._canvas is None:
            return
        self.marker = QgsVertexMarker(self._canvas)
        self.marker.setIconType(QgsVertexMarker.IconType.ICON_CIRCLE)
        self.marker.setIconSize(_RING)
        self.marker.setPenWidth(_PEN)
        self.marker.setColor(QColor("#D55E00"))
        self.marker.setCenter(point)

    def clear(self) -> None:
        """Take it away."""
        if self.marker is not None:
            self._canvas.scene().removeItem(self.marker)
            self.marker = None
