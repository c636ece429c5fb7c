# SPDX-License-Identifier: GPL-2.0-or-later
"""Boxes over a photo: what is blurred in every copy that leaves. Drawn, moved and deleted by mouse or keyboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Optional

from qgis.PyQt.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QColor, QMouseEvent, QPen
from qgis.PyQt.QtWidgets import QGraphicsItem, QGraphicsRectItem, QGraphicsView

from ...core.store.privacy import IGNORED, MANUAL, BlurBox

FOUND = "found"
"""A box that a detector found just now; it is not stored, and deleting it makes an ignored one."""
_FILLS = {MANUAL: QColor(0, 0, 0, 150), FOUND: QColor(0, 0, 0, 90), IGNORED: QColor(0, 0, 0, 0)}
_LINES = {MANUAL: Qt.PenStyle.SolidLine, FOUND: Qt.PenStyle.DashLine, IGNORED: Qt.PenStyle.DotLine}
_STEP = 0.01  # of the picture, for an arrow key
_LEAST = 0.008  # of the picture: a smaller drag is a click
_MOVES = {
    Qt.Key.Key_Left: (-_STEP, 0.0),
    Qt.Key.Key_Right: (_STEP, 0.0),
    Qt.Key.Key_Up: (0.0, -_STEP),
    Qt.Key.Key_Down: (0.0, _STEP),
}

# Other events come while the view is being destroyed.
_MOUSE = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease)


class BoxItem(QGraphicsRectItem):
    """One box; a person's can be moved by the mouse."""

    def __init__(self, rect: QRectF, kind: str, who: Optional[str], at: str, parent: QGraphicsItem) -> None:
        super().__init__(rect, parent)
        self.kind, self.who, self.at = kind, who, at
        self.setBrush(_FILLS[kind])
        pen = QPen(QColor(255, 255, 255), 2, _LINES[kind])
        pen.setCosmetic(True)
        self.setPen(pen)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsMovable, kind == MANUAL)


class BoxEditor(QObject):
    """The boxes of the photo that a view shows; calls ``changed`` with those to store after each edit."""

    def __init__(self, view: QGraphicsView, picture: Any, changed: Callable[[list[BlurBox]], None]) -> None:
        super().__init__(view)
        self._view, self._picture, self._changed = view, picture, changed
        self._items: list[BoxItem] = []
        self._start: Optional[QPointF] = None
        self._drawn: Optional[BoxItem] = None
        self._stored: list[BlurBox] = []
        self.drawing = False
        self._port = view.viewport()
        self._port.installEventFilter(self)
        view.installEventFilter(self)

    # --- what is there -------------------------------------------------------------------------------------------

    def show(self, boxes: Sequence[BlurBox]) -> None:
        """Show boxes in place of all others."""
        for item in self._items:
            if item.scene() is not None:
                item.scene().removeItem(item)
        self._items = []
        for box in boxes:
            self._add(box)
        self._stored = self.boxes()

    def rescale(self, before: QRectF) -> None:
        """Keep the boxes in their place when a sharper picture takes the place of one with the rectangle ``before``."""
        now = self._picture.boundingRect()
        if before.isEmpty() or now == before:
            return
        across, down = now.width() / before.width(), now.height() / before.height()
        for item in self._items:
            rect = item.mapRectToParent(item.rect())
            item.setPos(0, 0)
            item.setRect(rect.x() * across, rect.y() * down, rect.width() * across, rect.height() * down)

    def show_found(self, boxes: Sequence[tuple[float, float, float, float]]) -> None:
        """Show what detectors found, beside the boxes that are there."""
        for x, y, w, h in boxes:
            self._add(BlurBox(x, y, w, h, FOUND))

    def boxes(self) -> list[BlurBox]:
        """Return the boxes that are stored: those drawn by hand and those ignored."""
        return [self._box(item) for item in self._items if item.kind != FOUND]

    def found(self) -> int:
        """Return how many detected boxes are shown."""
        return sum(item.kind == FOUND for item in self._items)

    def add_in_the_middle(self) -> None:
        """Add a box in the middle of the photo and choose it: the keyboard's way to draw."""
        if not self._picture.boundingRect().isEmpty():
            self._choose(self._add(BlurBox(0.4, 0.4, 0.2, 0.2)))
            self._edited()

    def delete_chosen(self) -> None:
        """Delete the chosen boxes; of a detected one remember that nothing is there, of an ignored one forget it."""
        chosen = [item for item in self._items if item.isSelected()]
        for item in chosen:
            self._items.remove(item)
            item.scene().removeItem(item)
            if item.kind == FOUND:
                self._add(self._box(item)._replace(kind=IGNORED))
        if chosen:
            self._edited()

    # --- by hand -------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.KeyPress and watched is self._view:
            return self._key(event)
        if kind in _MOUSE and watched is self._port and not self._picture.boundingRect().isEmpty():
            pressed = isinstance(event, QMouseEvent) and event.button() == Qt.MouseButton.LeftButton
            if kind == QEvent.Type.MouseButtonPress and self.drawing and pressed:
                self._start = self._at(event)
                return True
            if kind == QEvent.Type.MouseMove and self._start is not None:
                self._stretch(self._at(event))
                return True
            if kind == QEvent.Type.MouseButtonRelease:
                if self._start is not None:
                    self._stretch(self._at(event))
                    self._finish()
                    return True
                if self.boxes() != self._stored:  # moved; the item itself gets the event first
                    self._edited()
        return False

    def _key(self, event: Any) -> bool:
        if event.key() == Qt.Key.Key_Insert:
            self.add_in_the_middle()
            return True
        chosen = [item for item in self._items if item.isSelected()]
        if not chosen:
            return False
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_chosen()
            return True
        move = _MOVES.get(event.key())
        if move is None:
            return False
        larger = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        for item in chosen:
            if item.kind == MANUAL:
                box = self._box(item)
                if larger:
                    box = box._replace(w=max(_LEAST, box.w + move[0]), h=max(_LEAST, box.h + move[1]))
                else:
                    box = box._replace(x=box.x + move[0], y=box.y + move[1])
                self._place(item, box)
        self._edited()
        return True

    def _at(self, event: Any) -> QPointF:
        point = self._picture.mapFromScene(self._view.mapToScene(event.pos()))
        area = self._picture.boundingRect()
        return QPointF(min(max(point.x(), 0), area.width()), min(max(point.y(), 0), area.height()))

    def _stretch(self, to: QPointF) -> None:
        rect = QRectF(self._start or to, to).normalized()
        if self._drawn is None:
            self._drawn = BoxItem(rect, MANUAL, None, "", self._picture)
            self._items.append(self._drawn)
        self._drawn.setRect(rect)

    def _finish(self) -> None:
        item, self._drawn, self._start = self._drawn, None, None
        if item is None:
            return
        box = self._box(item)
        if box.w < _LEAST or box.h < _LEAST:
            self._items.remove(item)
            item.scene().removeItem(item)
            return
        self._choose(item)
        self._edited()

    # --- between pixels and fractions ----------------------------------------------------------------------------

    def _add(self, box: BlurBox) -> BoxItem:
        item = BoxItem(QRectF(), box.kind, box.who, box.at, self._picture)
        self._place(item, box)
        self._items.append(item)
        return item

    def _place(self, item: BoxItem, box: BlurBox) -> None:
        area = self._picture.boundingRect()
        x, y = min(max(box.x, 0.0), 1 - _LEAST), min(max(box.y, 0.0), 1 - _LEAST)
        w, h = min(box.w, 1 - x), min(box.h, 1 - y)
        item.setPos(0, 0)
        item.setRect(x * area.width(), y * area.height(), w * area.width(), h * area.height())

    def _box(self, item: BoxItem) -> BlurBox:
        area, rect = self._picture.boundingRect(), item.mapRectToParent(item.rect())
        if area.isEmpty():
            return BlurBox(0, 0, 1, 1, item.kind, item.who, item.at)
        left, top = max(0.0, rect.left() / area.width()), max(0.0, rect.top() / area.height())
        right, bottom = min(1.0, rect.right() / area.width()), min(1.0, rect.bottom() / area.height())
        left, top = min(left, 1 - _LEAST), min(top, 1 - _LEAST)
        w, h = max(_LEAST, right - left), max(_LEAST, bottom - top)
        return BlurBox(left, top, w, h, item.kind, item.who, item.at)

    def _choose(self, item: BoxItem) -> None:
        for other in self._items:
            other.setSelected(other is item)
        self._view.setFocus()

    def _edited(self) -> None:
        self._stored = self.boxes()
        self._changed(self._stored)
