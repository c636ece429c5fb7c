# SPDX-License-Identifier: GPL-2.0-or-later
"""Two or three positions of one report, drawn to scale without a map below: how far apart, and which way."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Optional

from qgis.core import QgsDistanceArea, QgsPointXY, QgsProject
from qgis.PyQt.QtCore import QPointF, QRectF, QSize, Qt
from qgis.PyQt.QtGui import QPainter, QPalette, QPen
from qgis.PyQt.QtWidgets import QSizePolicy, QWidget

_MARGIN = 34


class PositionSketch(QWidget):
    """North is up. Each point has its letter; the line says the distance in metres on the ellipsoid."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._points: list[tuple[str, float, float]] = []
        self._said = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """A map of the size of a stamp."""
        return QSize(260, 150)

    def show_points(self, points: Mapping[str, Any]) -> None:
        """Show letter → a version with ``lon`` and ``lat`` in degrees; those without a position are left out."""
        self._points = [
            (letter, float(version["lon"]), float(version["lat"]))
            for letter, version in points.items()
            if version.get("lon") is not None and version.get("lat") is not None
        ]
        self._said = self._distance()
        self.setAccessibleName(self._said)
        self.setToolTip(self._said)
        self.update()

    def _distance(self) -> str:
        found = {letter: QgsPointXY(lon, lat) for letter, lon, lat in self._points}
        letters = list(found)[-2:]
        if len(letters) < 2:
            return ""
        area = QgsDistanceArea()
        area.setEllipsoid("WGS84")
        area.setSourceCrs(_wgs84(), QgsProject.instance().transformContext())
        metres = area.measureLine(found[letters[0]], found[letters[1]])
        return self.tr("{0} and {1} are {2} m apart").format(*letters, self.locale().toString(metres, "f", 0))

    def paintEvent(self, event: Any) -> None:
        """Draw."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        painter.fillRect(self.rect(), palette.color(QPalette.ColorRole.Base))
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid)))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        if not self._points:
            return
        places = self._places()
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Text), 1, Qt.PenStyle.DashLine))
        painter.drawPolyline(*[point for _, point in places[-2:]])
        for letter, point in places:
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Text)))
            painter.setBrush(palette.color(QPalette.ColorRole.Highlight))
            painter.drawEllipse(point, 4, 4)
            painter.drawText(QPointF(point.x() + 8, point.y() + 4), letter)
        painter.drawText(QRectF(6, self.height() - 20, self.width() - 12, 18), self._said)

    def _places(self) -> list[tuple[str, QPointF]]:
        squeeze = math.cos(math.radians(self._points[0][2]))
        flat = [(letter, lon * squeeze, lat) for letter, lon, lat in self._points]
        west, east = min(x for _, x, _ in flat), max(x for _, x, _ in flat)
        south, north = min(y for _, _, y in flat), max(y for _, _, y in flat)
        wide, high = self.width() - 2 * _MARGIN, self.height() - 2 * _MARGIN
        scale = min(wide / max(east - west, 1e-9), high / max(north - south, 1e-9))
        left, top = (self.width() - (east - west) * scale) / 2, (self.height() - (north - south) * scale) / 2
        return [(letter, QPointF(left + (x - west) * scale, top + (north - y) * scale)) for letter, x, y in flat]


def _wgs84() -> Any:
    from qgis.core import QgsCoordinateReferenceSystem

    return QgsCoordinateReferenceSystem("EPSG:4326")
