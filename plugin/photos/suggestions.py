# SPDX-License-Identifier: GPL-2.0-or-later
"""What a model sees on a photo, as bars with a number each; a person confirms, corrects or passes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

from qgis.PyQt.QtCore import QLocale, Qt, pyqtSignal
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import QGridLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ..base.compat import Shortcut
from ..base.flow_layout import FlowLayout
from ..workspace_file import Opened
from .class_picker import ClassPicker

NONE = "none"
"""The class of a photo that shows no disorder."""


class Suggestions(QWidget):
    """Emits what the person says; it writes nothing itself. Keys: 1 2 3, L, 0, Space."""

    decided = pyqtSignal(str)
    """The class that holds from now on."""
    passed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._opened: Optional[Opened] = None
        self._top: tuple[tuple[str, float], ...] = ()
        self._title = QLabel()
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setWordWrap(True)
        self._grid = QGridLayout()
        self._grid.setVerticalSpacing(2)
        self._buttons: list[QPushButton] = []
        self._bars: list[QProgressBar] = []
        self._names: list[QLabel] = []
        for i in range(3):
            button, bar, name = QPushButton(str(i + 1)), QProgressBar(), QLabel()
            button.setFixedWidth(28)
            button.clicked.connect(lambda _=False, i=i: self.confirm(i))
            bar.setRange(0, 100)
            bar.setTextVisible(False)
            bar.setFixedSize(64, 12)
            name.setWordWrap(True)
            self._grid.addWidget(button, i, 0)
            self._grid.addWidget(bar, i, 1)
            self._grid.addWidget(name, i, 2)
            self._buttons.append(button)
            self._bars.append(bar)
            self._names.append(name)
        self._grid.setColumnStretch(2, 1)
        self._correct = QPushButton(self.tr("Correct…"))
        self._correct.setToolTip(self.tr("Choose another class (L)"))
        self._correct.clicked.connect(lambda _=False: self.correct())
        self._none = QPushButton(self.tr("No problem"))
        self._none.setToolTip(self.tr("The photo shows nothing to repair (0)"))
        self._none.clicked.connect(lambda _=False: self.say(NONE))
        self._pass = QPushButton(self.tr("Skip"))
        self._pass.setToolTip(self.tr("Decide later (Space)"))
        self._pass.clicked.connect(lambda _=False: self.passed.emit())
        row = FlowLayout(self._correct, self._none, self._pass, gap=4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._title)
        layout.addLayout(self._grid)
        layout.addLayout(row)

    def add_keys(self, owner: QWidget) -> None:
        """Let the keys work wherever the focus is inside ``owner``; a text field keeps what is typed into it."""
        context = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for key, act in (
            ("1", lambda: self.confirm(0)),
            ("2", lambda: self.confirm(1)),
            ("3", lambda: self.confirm(2)),
            ("0", lambda: self.say(NONE)),
            ("L", self.correct),
        ):
            shortcut = Shortcut(QKeySequence(key), owner)
            shortcut.setContext(context)
            shortcut.activated.connect(act)

    def show_suggestion(
        self,
        opened: Optional[Opened],
        model: str,
        top: Sequence[tuple[str, float]],
        abstained: bool,
        present: str = "",
        by_person: bool = False,
        words: str = "",
    ) -> None:
        """Show the best classes of a model, or the one that ``words`` of the report gave; else what to do instead."""
        self._opened, self._top = opened, tuple(top)[:3]
        if by_person and opened is not None:
            title = self.tr("Decided by a person: {0}").format(opened.class_name(present))
        elif words:
            title = self.tr("Suggestion of the words, {0}:").format(words if len(words) < 80 else f"{words[:79]}…")
        elif not top:
            title = self.tr("No suggestion: there is no photo that the model has seen. Choose the class yourself.")
        elif abstained:
            title = self.tr("The model does not know; its guesses ({0}):").format(model)
        else:
            title = self.tr("Suggestion of the model ({0}):").format(model)
        self._title.setText(title)
        for i, (button, bar, name) in enumerate(zip(self._buttons, self._bars, self._names)):
            there = i < len(self._top) and opened is not None
            for widget in (button, bar, name):
                widget.setVisible(there)
            if there and opened is not None:
                label, score = self._top[i]
                said = opened.class_name(label)
                percent = f"{QLocale().toString(score * 100, 'f', 0)} %"
                bar.setValue(round(score * 100))
                name.setText(f"{said} {percent}")
                button.setToolTip(self.tr("Confirm: {0} (key {1})").format(said, i + 1))
                button.setAccessibleName(self.tr("Confirm {0}, {1}").format(said, percent))
        self.setEnabled(opened is not None and not opened.read_only)

    def show_no_suggestion(self, opened: Opened) -> None:
        """Offer only what goes for several reports at once."""
        self.show_suggestion(opened, "", (), False)
        self._title.setText("")

    def confirm(self, number: int) -> None:
        """Take one of the suggestions."""
        if self.isEnabled() and number < len(self._top):
            self.say(self._top[number][0])

    def say(self, label: str) -> None:
        """Take a class."""
        if self.isEnabled() and self._opened is not None:
            self.decided.emit(label)

    def correct(self) -> None:
        """Let the person choose from all classes."""
        if not self.isEnabled() or self._opened is None:
            return
        picker = ClassPicker(self._opened, self)
        if picker.exec() and picker.chosen:
            self.say(picker.chosen)

    def show_skip(self, shown: bool) -> None:
        """Whether there is something to skip to."""
        self._pass.setVisible(shown)
