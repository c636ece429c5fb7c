# SPDX-License-Identifier: GPL-2.0-or-later
"""A small map: the communes, mine among them, and the box of a record."""

from __future__ import annotations

import math
from typing import Optional

from qgis.PyQt.QtCore import QPointF, QRectF, QSize, Qt
from qgis.PyQt.QtGui import QPainter, QPainterPath, QPalette, QPen, QPolygonF, QTransform
from qgis.PyQt.QtWidgets import QSizePolicy, QWidget

Box = tuple[float, float, float, float]
Rings = list[list[tuple[float, float]]]
_MOST = 3.0  # a box more than so many times as wide as the communes is drawn as far as that


class ExtentMap(QWidget):
    """Drawn in degrees, squeezed to the latitude of the communes; the colours are those of the theme."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._communes = QPainterPath()
        self._mine = QPainterPath()
        self.extent: Optional[Box] = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Extent on the map"))

    def set_communes(self, whole: Rings, mine: Rings) -> None:
        """Take the outlines, in degrees."""
        self._communes, self._mine = _path(whole), _path(mine)
        self.update()

    def show_extent(self, extent: Optional[Box]) -> None:
        """Show the box of a record."""
        self.extent = extent
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(280, max(110, 8 * self.fontMetrics().height()))

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        palette = self.palette()
        painter.fillRect(self.rect(), palette.color(QPalette.ColorRole.Base))
        ground = self._communes.boundingRect()
        if ground.isEmpty():
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = _rect(self.extent)
        transform = self._fit(_view(ground, box))
        line = palette.color(QPalette.ColorRole.Mid)
        painter.setPen(QPen(line, 0.8))
        painter.setBrush(palette.color(QPalette.ColorRole.AlternateBase))
        painter.drawPath(transform.map(self._communes))
        accent = palette.color(QPalette.ColorRole.Highlight)
        if not self._mine.isEmpty():
            soft = palette.color(QPalette.ColorRole.Text)
            soft.setAlpha(60)
            painter.setBrush(soft)
            painter.drawPath(transform.map(self._mine))
        if box is not None:
            inside = transform.mapRect(box).intersected(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5))
            veil = palette.color(QPalette.ColorRole.Highlight)
            veil.setAlpha(50)
            painter.setBrush(veil)
            painter.setPen(QPen(accent, 2))
            # A point or a line still is to be seen.
            centre = inside.center()
            inside.setSize(inside.size().expandedTo(QRectF(0, 0, 6, 6).size()))
            inside.moveCenter(centre)
            painter.drawRect(inside)
        painter.setPen(QPen(line, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _fit(self, view: QRectF) -> QTransform:
        squeeze = math.cos(math.radians(-view.center().y()))
        scale = 0.92 * min(self.width() / (view.width() * squeeze), self.height() / view.height())
        transform = QTransform()
        transform.translate(self.width() / 2, self.height() / 2)
        transform.scale(scale * squeeze, scale)
        transform.translate(-view.center().x(), -view.center().y())
        return transform


def _view(ground: QRectF, box: Optional[QRectF]) -> QRectF:
    """Return what is shown: the communes and the box, as far as that keeps the communes to be seen."""
    if box is None:
        return ground
    centre = ground.center()
    most = QRectF(0, 0, _MOST * ground.width(), _MOST * ground.height())
    most.moveCenter(centre)
    near = box.intersected(most)
    # A box elsewhere is shown where it is, small as the communes then are.
    return ground.united(near if box.intersects(most) else box)


def _rect(extent: Optional[Box]) -> Optional[QRectF]:
    if extent is None:
        return None
    west, south, east, north = extent
    return QRectF(QPointF(west, -north), QPointF(east, -south))


def _path(rings: Rings) -> QPainterPath:
    path = QPainterPath()
    for ring in rings:
        path.addPolygon(QPolygonF([QPointF(x, -y) for x, y in ring]))
    return path
