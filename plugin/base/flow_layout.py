# SPDX-License-Identifier: GPL-2.0-or-later
"""Widgets side by side that go on in the next line where the room ends, as words do in a text."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import QPoint, QRect, QSize, Qt
from qgis.PyQt.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """A row that breaks; ``gap`` is the space between widgets and between lines, in pixels.

    After Qt's own example of a flow layout.
    """

    def __init__(self, *widgets: QWidget, gap: int = 2) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self.setContentsMargins(0, 0, 0, 0)
        for widget in widgets:
            self.addWidget(widget)

    # --- what Qt asks a layout -----------------------------------------------------------------------------------

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> Any:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> Any:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Any:
        return Qt.Orientations() if hasattr(Qt, "Orientations") else Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, room: QRect) -> None:
        super().setGeometry(room)
        self._place(room, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            if not item.isEmpty():
                size = size.expandedTo(item.minimumSize().expandedTo(QSize(item.sizeHint().width(), 0)))
        return size

    def _place(self, room: QRect, *, move: bool) -> int:
        """Put the widgets into lines, each in the middle of its line; return the height of all lines."""
        lines: list[list[tuple[QLayoutItem, int, QSize]]] = [[]]
        x = room.x()
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            if lines[-1] and x + size.width() > room.x() + room.width():
                x = room.x()
                lines.append([])
            lines[-1].append((item, x, size))
            x += size.width() + self._gap
        y = room.y()
        for line in filter(None, lines):
            height = max(size.height() for _, _, size in line)
            for item, left, size in line if move else ():
                item.setGeometry(QRect(QPoint(left, y + (height - size.height()) // 2), size))
            y += height + self._gap
        return max(0, y - self._gap - room.y())
