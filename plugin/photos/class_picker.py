# SPDX-License-Identifier: GPL-2.0-or-later
"""Choose a class by typing a part of its name."""

from __future__ import annotations

from typing import Any, Optional

from qgis.PyQt.QtCore import QEvent, QObject, Qt
from qgis.PyQt.QtGui import QIcon, QKeyEvent
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from ..workspace_file import Opened


class ClassPicker(QDialog):
    """The list of classes; :attr:`chosen` is the class after Enter or a double click."""

    def __init__(self, opened: Opened, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        from ...core.base.language.text import fold

        self._fold = fold
        self.chosen = ""
        self.setWindowTitle(self.tr("Choose the class"))
        self.resize(360, 420)
        self._search = QLineEdit()
        self._search.setPlaceholderText(self.tr("Type a part of the name"))
        self._search.setAccessibleName(self.tr("Search a class"))
        self._search.textChanged.connect(self._filter)
        self._search.installEventFilter(self)
        self._list = QListWidget()
        self._list.setAccessibleName(self.tr("Classes"))
        self._list.itemActivated.connect(self._take)
        for entry in opened.taxonomy.classes:
            item = QListWidgetItem(QIcon(str(opened.taxonomy.icon(entry.id))), opened.class_name(entry.id))
            item.setData(Qt.ItemDataRole.UserRole, str(entry.id))
            self._list.addItem(item)
        self._list.setCurrentRow(0)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(lambda: self._take(self._list.currentItem()))
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (self._search, self._list, buttons):
            layout.addWidget(widget)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrows move in the list while a person types."""
        keys = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in keys:
            self._list.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    def _filter(self, text: str) -> None:
        wanted = self._fold(text).split()
        best: Optional[tuple[int, int]] = None
        for i in range(self._list.count()):
            item = self._list.item(i)
            if item is None:
                continue
            name = self._fold(item.text())
            item.setHidden(not all(word in name for word in wanted))
            if not item.isHidden():
                rank = (self._rank(name, self._fold(text)), i)
                best = rank if best is None else min(best, rank)
        if best is not None:
            self._list.setCurrentRow(best[1])

    def _rank(self, name: str, typed: str) -> int:
        """Return 0 where a name begins so, 1 where a word of it does, else 2."""
        if name.startswith(typed):
            return 0
        return 1 if any(word.startswith(typed) for word in name.split()) else 2

    def _take(self, item: Any) -> None:
        if item is not None and not item.isHidden():
            self.chosen = item.data(Qt.ItemDataRole.UserRole)
            self.accept()
