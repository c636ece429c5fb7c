# SPDX-License-Identifier: GPL-2.0-or-later
"""A reply to those who reported, or a note of ours: a template by state, the text to change, Ctrl+Enter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Optional

from qgis.PyQt.QtCore import QEvent, QObject, Qt, pyqtSignal
from qgis.PyQt.QtGui import QKeyEvent
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

REPLY, NOTE = "reply", "note"
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ReplyBox(QWidget):
    """Emits what the person wrote; it queues nothing itself."""

    written = pyqtSignal(str, str)
    """``reply`` or ``note``, and the text."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._kind = REPLY
        self._said = QLabel()
        self._said.setWordWrap(True)
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(self.fontMetrics().height() * 5)
        self.text.textChanged.connect(self._check)
        self.done = QPushButton()
        self.done.clicked.connect(lambda _=False: self._end())
        cancel = QPushButton(self.tr("Cancel"))
        cancel.clicked.connect(lambda _=False: self.hide())
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(cancel)
        row.addWidget(self.done)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._said)
        layout.addWidget(self.text)
        layout.addLayout(row)
        self.text.installEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ctrl+Enter ends the text, Escape leaves it."""
        if watched is self.text and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in _ENTER and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._end()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.hide()
                return True
        return bool(super().eventFilter(watched, event))

    def ask(self, kind: str, text: str = "", several: int = 1) -> None:
        """Show the box for a reply or a note."""
        self._kind = kind
        if kind == NOTE:
            said, button = self.tr("A note of ours; it is sent nowhere."), self.tr("Keep the note")
        else:
            said, button = self.tr("Leaves with the next sending, after you have confirmed it."), self.tr("Queue")
            if several > 1:
                said = self.tr("To {0} persons; what stands in braces is filled in for each.").format(several)
        self._said.setText(said)
        self.done.setText(button)
        self.done.setToolTip(self.tr("Ctrl+Enter"))
        self.text.setAccessibleName(self.tr("Note") if kind == NOTE else self.tr("Reply"))
        self.text.setPlainText(text)
        self.show()
        self.text.setFocus()
        self.text.selectAll()
        self._check()

    def _check(self) -> None:
        self.done.setEnabled(bool(self.text.toPlainText().strip()))

    def _end(self) -> None:
        text = self.text.toPlainText().strip()
        if text and self.isVisible():
            self.written.emit(self._kind, text)


def fill_menu(
    menu: Any, templates: Mapping[str, str], names: Mapping[str, str], present: str, chosen: Callable[[str], Any]
) -> None:
    """Fill a menu with the templates by state; the one of the present state stands first."""
    menu.clear()
    for state in sorted(templates, key=lambda state: state != present):
        action = menu.addAction(names.get(state, state).replace("&", "&&"))
        action.setToolTip(templates[state])
        action.triggered.connect(lambda _=False, state=state: chosen(state))
    menu.addSeparator()
    empty = menu.addAction("…")
    empty.triggered.connect(lambda _=False: chosen(""))
