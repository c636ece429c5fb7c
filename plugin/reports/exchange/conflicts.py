# SPDX-License-Identifier: GPL-2.0-or-later
"""What was changed here and on the server, side by side: the person says what holds, field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QRadioButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...base.language import language
from ...workspace_file import WorkspaceFile, person
from ..pane.field_words import FieldWords, degrees, when
from .position_sketch import PositionSketch

if TYPE_CHECKING:
    from ....core.reports.sync.conflicts import Compared, Difference

FIELD, BASE, MINE, THEIRS, KEEP = range(5)


class ConflictsDialog(QDialog):
    """The reports on the left, one of them on the right. Beside the map: QGIS can be used meanwhile."""

    def __init__(self, workspace: WorkspaceFile, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("sigma_communes_conflicts")
        self.setWindowTitle(self.tr("Conflicts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._workspace, self._words = workspace, FieldWords()
        self._found: list[Difference] = []
        self._choices: list[_Choice] = []
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Reports with a conflict"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(self._show)
        self._title = self._label()
        self._note = self._label()
        self.table = QTableWidget(0, 5)
        self.table.setAccessibleName(self.tr("Versions of the report"))
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setWordWrap(True)
        self.table.verticalHeader().setVisible(False)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(FIELD, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(KEEP, QHeaderView.ResizeMode.ResizeToContents)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.sketch = PositionSketch()
        self.all_mine = QPushButton(self.tr("All mine"))
        self._all_of_the_server = self.tr("All of the server")
        self.all_theirs = QPushButton(self._all_of_the_server)
        self.keep_here = QPushButton(self.tr("Keep it here, send no more"))
        self.decide = QPushButton(self.tr("Decide"))
        self.decide.setDefault(True)
        close = QPushButton(self.tr("Later"))
        self.all_mine.clicked.connect(lambda _=False: self._choose("mine"))
        self.all_theirs.clicked.connect(lambda _=False: self._choose("theirs"))
        self.keep_here.clicked.connect(lambda _=False: self._keep_here())
        self.decide.clicked.connect(lambda _=False: self._decide())
        close.clicked.connect(lambda _=False: self.close())
        buttons = QHBoxLayout()
        for button in (self.all_mine, self.all_theirs, self.keep_here):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        close.setAutoDefault(False)
        buttons.addStretch()
        buttons.addWidget(close)
        buttons.addWidget(self.decide)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self._title, self._note):
            column.addWidget(widget)
        column.addWidget(self.table, 1)
        column.addWidget(self.sketch)
        column.addLayout(buttons)
        splitter = QSplitter()
        splitter.addWidget(self.list)
        splitter.addWidget(right)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([self.fontMetrics().horizontalAdvance("m") * 16, 1000])
        layout = QVBoxLayout(self)
        layout.addWidget(splitter)
        self.resize(self.fontMetrics().horizontalAdvance("m") * 78, self.fontMetrics().height() * 26)
        workspace.closed.connect(self.close)
        workspace.changed.connect(self._written)
        self.read()

    def _label(self) -> QLabel:
        label = QLabel()
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        return label

    # --- what is shown -------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Read the conflicts again; the chosen report stays chosen where it still has one."""
        from ....core.reports.sync.conflicts import differences

        chosen = self._current()
        self._found = []
        with self._workspace.doing(self.windowTitle()), self._workspace.writing() as workspace:
            self._found = differences(workspace)
        self.list.blockSignals(True)
        self.list.clear()
        for difference in self._found:
            mark = "⌫" if difference.gone_at and not any(f.conflict for f in difference.fields) else "⚡"
            item = QListWidgetItem(f"{mark} {difference.place or difference.report_id}")
            item.setToolTip(difference.report_id)
            self.list.addItem(item)
        ids = [difference.report_id for difference in self._found]
        at = ids.index(chosen.report_id) if chosen is not None and chosen.report_id in ids else 0
        self.list.setCurrentRow(at if ids else -1)
        self.list.blockSignals(False)
        self._show(self.list.currentRow())

    def _written(self, _: list[str]) -> None:
        if self.isVisible():
            self.read()

    def _current(self) -> Optional[Difference]:
        row = self.list.currentRow()
        return self._found[row] if 0 <= row < len(self._found) else None

    def show_report(self, report_id: str) -> None:
        """Choose a report."""
        ids = [difference.report_id for difference in self._found]
        if report_id in ids:
            self.list.setCurrentRow(ids.index(report_id))

    def _show(self, _: int) -> None:
        found = self._current()
        self._choices = []
        self.table.setRowCount(0)
        asked = [field for field in found.fields if field.conflict] if found else []
        self.table.setVisible(found is not None)
        for button in (self.all_mine, self.all_theirs, self.decide):
            button.setVisible(bool(asked))
        self.keep_here.setVisible(bool(found and found.gone_at))
        positions = next((f for f in asked if f.field == "position"), None)
        self.sketch.setVisible(positions is not None)
        if found is None:
            self._title.setText(self.tr("No conflict waits for a decision."))
            self._note.setText("")
            return
        self._title.setText(f"{found.place} — {found.report_id}" if found.place else found.report_id)
        notes = []
        if found.gone_at:
            notes.append(
                self.tr(
                    "The server does not show this report any more (since {0}). What you edited stays here."
                ).format(when(found.gone_at))
            )
        if any(field.field == "service" for field in asked):
            notes.append(self.tr("Another service may mean another class and team: they are found anew."))
        if positions is not None:
            notes.append(self.tr("It was moved on both sides: place and team are found anew."))
            self.sketch.show_points(
                {
                    self.tr("before"): positions.base,
                    self.tr("mine"): positions.mine,
                    self.tr("pack") if positions.pack else self.tr("server"): positions.theirs,
                }
            )
        packs = sorted({field.pack for field in asked if field.pack})
        if packs:
            notes.append(
                self.tr("Edited here and in an offline pack: {0}. Until you decide, your edit is not sent.").format(
                    ", ".join(packs)
                )
            )
        self._note.setText("\n".join(notes))
        self._note.setVisible(bool(notes))
        first = asked[0] if asked else (found.fields[0] if found.fields else None)
        mine = self._words.by(first.mine_by, first.mine_at) if first else ""
        origin = packs[0] if packs else found.source
        theirs = ", ".join(filter(None, (origin, when(first.theirs_at) if first and first.theirs_at else "")))
        only_packs = bool(packs) and all(field.pack for field in asked)
        whose = self.tr("In the pack") if only_packs else self.tr("On the server")
        if packs and not only_packs:
            whose, theirs = self.tr("On the server, or in a pack"), found.source
        self.all_theirs.setText(
            self.tr("All of the pack") if only_packs else self.tr("All theirs") if packs else self._all_of_the_server
        )
        self.table.setHorizontalHeaderLabels(
            [
                self.tr("Field"),
                self.tr("Before"),
                "\n".join((self.tr("Here"), *mine.split(", "))),
                "\n".join((whose, *theirs.split(", "))),
                self.tr("Keep"),
            ]
        )
        self.table.setRowCount(len(found.fields))
        for row, field in enumerate(found.fields):
            self._fill(row, field)

    def _fill(self, row: int, field: Compared) -> None:
        opened = self._workspace.now
        texts = [self._words.field(field.field)]
        texts += [self._words.version(opened, version) for version in (field.base, field.mine, field.theirs)]
        if field.pack:
            texts[THEIRS] = "\n".join((texts[THEIRS], self.tr("pack {0}").format(field.pack)))
        tips = ["", "", self._words.by(field.mine_by, field.mine_at), field.theirs_at and when(field.theirs_at)]
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            item.setToolTip("\n".join(filter(None, (text, tips[column]))))
            self.table.setItem(row, column, item)
        if field.conflict:
            choice = _Choice(field, self._words, opened)
            self._choices.append(choice)
            self.table.setCellWidget(row, KEEP, choice)
        else:
            self.table.setItem(row, KEEP, QTableWidgetItem(self.tr("merged: yours holds")))

    # --- what a person does --------------------------------------------------------------------------------------

    def _choose(self, side: str) -> None:
        for choice in self._choices:
            choice.choose(side)

    def _decide(self) -> None:
        """Write what was chosen, and go on to the next report."""
        from ....core.reports.sync.conflicts import resolve
        from ....core.triage import again

        found, opened = self._current(), self._workspace.now
        if found is None or opened is None:
            return
        with self._workspace.doing(self.windowTitle()):
            chosen = [(choice.field, choice.chosen()) for choice in self._choices]
            with self._workspace.writing() as workspace, workspace.transaction():
                for field, side in chosen:
                    resolve(workspace, found.report_id, side, who=person(), field=field.key)
                if {field.field for field, _ in chosen} & {"position", "service", "class"}:
                    again.route_again(workspace, [found.report_id], opened.book, opened.layers)
            self._workspace.written([found.report_id])

    def _keep_here(self) -> None:
        from ....core.reports.sync.conflicts import keep_here

        found = self._current()
        if found is not None:
            with self._workspace.doing(self.windowTitle()):
                with self._workspace.writing() as workspace:
                    keep_here(workspace, found.report_id)
                self._workspace.written([found.report_id])


class _Choice(QWidget):
    """Mine, the server's, or another value, of one field."""

    def __init__(self, field: Compared, words: FieldWords, opened: Any) -> None:
        super().__init__()
        self.field = field
        self._group = QButtonGroup(self)
        self._sides: dict[str, QRadioButton] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 2, 4, 2)
        layout.setSpacing(0)
        row = QHBoxLayout()
        name = words.field(field.field)
        theirs = self.tr("pack") if field.pack else self.tr("server")
        for side, text in (("mine", self.tr("mine")), ("theirs", theirs), ("other", self.tr("other"))):
            button = QRadioButton(text)
            button.setAccessibleName(f"{name}: {text}")
            self._sides[side] = button
            self._group.addButton(button)
            row.addWidget(button)
        layout.addLayout(row)
        self._other = self._editor(opened)
        self._other.setAccessibleName(self.tr("Another value for {0}").format(name))
        self._other.setVisible(False)
        layout.addWidget(self._other)
        self._sides["other"].toggled.connect(self._other.setVisible)
        self._sides["mine"].setChecked(True)

    def _editor(self, opened: Any) -> QComboBox | QLineEdit:
        field = self.field
        if field.field == "state" and opened is not None:
            box = QComboBox()
            for state in opened.states:
                box.addItem(state.name(language()), state.id)
            box.setCurrentIndex(max(0, box.findData(field.mine.get("state"))))
            return box
        if field.field == "status":
            box = QComboBox()
            for status in ("open", "closed"):
                box.addItem(FieldWords().value(None, "status", status), status)
            return box
        line = QLineEdit()
        if field.field == "position":
            line.setText(degrees(field.mine.get("lat"), field.mine.get("lon")))
            line.setPlaceholderText(self.tr("latitude, longitude"))
        else:
            line.setText(str(field.mine.get(self._name()) or ""))
        return line

    def _name(self) -> str:
        """Return the field that another value is given for."""
        if self.field.field == "service":
            return "service_name" if "service_name" in self.field.theirs else "service_code"
        return next(iter(self.field.theirs), self.field.field)

    def choose(self, side: str) -> None:
        """Choose ``mine``, ``theirs`` or ``other``."""
        self._sides[side].setChecked(True)

    def set_other(self, value: str) -> None:
        """Give another value."""
        self.choose("other")
        if isinstance(self._other, QComboBox):
            self._other.setCurrentIndex(self._other.findData(value))
        else:
            self._other.setText(value)

    def chosen(self) -> Any:
        """Return what :func:`~...core.reports.merging.resolve` takes.

        Raises
        ------
        UsageError
            The other value is no position.
        """
        from ....core.errors import UsageError

        side = next(side for side, button in self._sides.items() if button.isChecked())
        if side != "other":
            return side
        if isinstance(self._other, QComboBox):
            return {self._name(): self._other.currentData()}
        text = self._other.text().strip()
        if self.field.field != "position":
            return {self._name(): text}
        try:
            lat, lon = (float(part) for part in text.replace(";", ",").split(","))
        except ValueError:
            lat = lon = float("nan")
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise UsageError(self.tr("Give latitude and longitude in degrees: 43.2965, 5.3698"))
        return {"lat": lat, "lon": lon}
