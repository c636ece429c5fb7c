# SPDX-License-Identifier: GPL-2.0-or-later
"""To whom a report goes instead: a team of the rule book, a commune, or a name of the person's own; with a note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Optional

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)


class TeamDialog(QDialog):
    """``hand_on``: with a note that is due, and with the question whether it is ours at all."""

    def __init__(
        self,
        teams: Mapping[str, str],
        communes: Sequence[str],
        parent: Optional[QWidget] = None,
        *,
        hand_on: bool = False,
        present: str = "",
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Hand on") if hand_on else self.tr("Another team"))
        self._hand_on = hand_on
        self.team = QComboBox()
        self.team.setEditable(True)
        self.team.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.team.setAccessibleName(self.tr("Team or commune"))
        for team, name in sorted(teams.items(), key=lambda item: item[1].casefold()):
            if team != present:
                self.team.addItem(name, team)
        self._teams = self.team.count()
        for commune in communes:
            said = self.tr("Commune: {0}").format(commune)
            self.team.addItem(said, said)
        self.team.setCurrentIndex(-1)
        completer = self.team.completer()
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.note = QPlainTextEdit()
        self.note.setTabChangesFocus(True)
        self.note.setAccessibleName(self.tr("Note"))
        self.note.setPlaceholderText(self.tr("Why, and what they should know"))
        self.note.setMaximumHeight(self.fontMetrics().height() * 5)
        self.outside = QCheckBox(self.tr("Not ours: it leaves our services"))
        self.outside.setVisible(hand_on)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Team or commune"), self.team)
        form.addRow(self.tr("Note"), self.note)
        form.addRow("", self.outside)
        explained = QLabel(
            self.tr("The state becomes “Assigned”, or “Not ours”; the note stays in the history.")
            if hand_on
            else self.tr("Your choice holds against the rules, until you take it back.")
        )
        explained.setWordWrap(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(explained)
        layout.addWidget(self.buttons)
        self.resize(self.fontMetrics().horizontalAdvance("m") * 34, self.sizeHint().height())
        self.team.currentIndexChanged.connect(lambda index: self.outside.setChecked(index >= self._teams))
        self.team.editTextChanged.connect(lambda _: self._check())
        self.note.textChanged.connect(self._check)
        self._check()

    def chosen(self) -> str:
        """Return the team's id, or the text."""
        text = self.team.currentText().strip()
        index = self.team.findText(text, Qt.MatchFlag.MatchFixedString)
        return str(self.team.itemData(index)) if index >= 0 else text

    def said(self) -> str:
        """Return the note."""
        return str(self.note.toPlainText().strip())

    def _check(self) -> None:
        ready = bool(self.chosen()) and (bool(self.said()) or not self._hand_on)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(ready)
