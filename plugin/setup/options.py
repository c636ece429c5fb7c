# SPDX-License-Identifier: GPL-2.0-or-later
"""The page in QGIS' own Options dialog, made from the fields of :class:`~.settings.Settings`."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, Optional

from qgis.gui import QgsFileWidget, QgsOptionsPageWidget, QgsOptionsWidgetFactory
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ... import ROOT
from ...core.errors import SigmaError
from ..base import settings
from ..base.error_text import error_lines
from ..base.translate import Translated

PAGE = "sigma_communes_options"


class OptionText(NamedTuple):
    """What the page says of one field: its label, and more in the tool tip."""

    label: str
    tip: str


class Editor(NamedTuple):
    """The widget of one field, and how to read and write it."""

    widget: QWidget
    get: Callable[[], Any]
    put: Callable[[Any], None]


class OptionsPage(Translated, QgsOptionsPageWidget):
    """One row a field; what an environment variable gives is shown as such and can't be edited."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName(PAGE)
        self._loaded = settings.load()
        self.editors: dict[str, Editor] = {}
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        words = self.words()
        for name in settings.NAMES:
            editor = self._editor(name)
            self.editors[name] = editor
            label = QLabel(words[name].label)
            label.setBuddy(editor.widget)
            for widget in (label, editor.widget):
                widget.setToolTip(words[name].tip)
            editor.widget.setAccessibleName(words[name].label)
            editor.widget.setAccessibleDescription(words[name].tip)
            form.addRow(label, self._with_override(name, editor.widget))
        content = QWidget()
        inside = QVBoxLayout(content)
        for problem in self._loaded.problems:
            inside.addWidget(self._problem(problem))
        inside.addLayout(form)
        inside.addLayout(self._file_buttons())
        inside.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)
        self.show_values(self._loaded.values)

    def words(self) -> dict[str, OptionText]:
        """Return field → what the page says of it."""
        return {
            "commune": OptionText(
                self.tr("My commune"), self.tr("What the screens and bulletins show first. None: all communes.")
            ),
            "workspace": OptionText(
                self.tr("Workspace"), self.tr("The GeoPackage with the reports, photos and decisions.")
            ),
            "servers": OptionText(
                self.tr("Report servers"),
                self.tr("The servers to exchange reports with. Passwords stay in QGIS' own authentication store."),
            ),
            "rules": OptionText(
                self.tr("Rule book"), self.tr("Which team takes what. None: the example of the metropolis.")
            ),
            "model": OptionText(
                self.tr("Model"), self.tr("The folder of the photo classifier. None: the one that ships.")
            ),
            "threshold": OptionText(
                self.tr("Least confidence"),
                self.tr("Below it the model says that it does not know. Lowest: the model's own thresholds."),
            ),
            "fast": OptionText(
                self.tr("One view a photo"), self.tr("Five times faster, and a little less often right.")
            ),
            "keep_features": OptionText(
                self.tr("Remember photos that were looked at"),
                self.tr("Keeps numbers of each photo, never a picture: a second look takes no time."),
            ),
            "language": OptionText(
                self.tr("Language of what is written"),
                self.tr("Of bulletins and class names. The screens speak the language of QGIS."),
            ),
            "network": OptionText(
                self.tr("Use the network"),
                self.tr("Switched off, no server is asked anything. Reports, photos and maps work off line."),
            ),
            "timeout": OptionText(
                self.tr("Patience with servers"), self.tr("Seconds without an answer after which a call is given up.")
            ),
        }

    # --- editors -------------------------------------------------------------------------------------------------

    def _editor(self, name: str) -> Editor:
        declared = settings.DECLARED[name]
        make = {
            "commune": self._commune,
            "file": self._file,
            "folder": self._file,
            "servers": self._servers,
            "share": self._share,
            "flag": self._flag,
            "choice": self._choice,
            "seconds": self._seconds,
        }
        return make[declared["kind"]](declared)

    def _commune(self, declared: Any) -> Editor:
        box = CommuneBox()
        return Editor(box, box.code, box.set_code)

    def _file(self, declared: Any) -> Editor:
        widget = QgsFileWidget()
        if declared["kind"] == "folder":
            widget.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
        else:
            widget.setFilter(declared["filter"])
        widget.lineEdit().setShowClearButton(True)
        return Editor(widget, widget.filePath, lambda value: widget.setFilePath(value or ""))

    def _servers(self, declared: Any) -> Editor:
        from ..reports.exchange.server_list import ServerList

        widget = ServerList()
        return Editor(widget, widget.path, widget.set_path)

    def _share(self, declared: Any) -> Editor:
        widget = QDoubleSpinBox()
        widget.setRange(-0.01, 1.0)
        widget.setSingleStep(0.05)
        widget.setDecimals(2)
        # The lowest value stands for "none given".
        widget.setSpecialValueText(self.tr("the model's own"))

        def get() -> Optional[float]:
            return None if widget.value() < 0 else round(widget.value(), 2)

        return Editor(widget, get, lambda value: widget.setValue(-0.01 if value is None else value))

    def _flag(self, declared: Any) -> Editor:
        widget = QCheckBox()
        return Editor(widget, widget.isChecked, widget.setChecked)

    def _choice(self, declared: Any) -> Editor:
        widget = QComboBox()
        names = {"": self.tr("that of QGIS"), "fr": "Français", "en": "English"}
        for value in declared["choices"]:
            widget.addItem(names[value], value)
        return Editor(widget, widget.currentData, lambda value: widget.setCurrentIndex(widget.findData(value)))

    def _seconds(self, declared: Any) -> Editor:
        widget = QSpinBox()
        widget.setRange(declared["least"], declared["most"])
        widget.setSuffix(" s")
        return Editor(widget, widget.value, widget.setValue)

    def _with_override(self, name: str, widget: QWidget) -> QWidget:
        variable = self._loaded.overridden.get(name)
        if variable is None:
            return widget
        widget.setEnabled(False)
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(widget, 1)
        note = QLabel(self.tr("given by {variable}").format(variable=variable))
        note.setToolTip(
            self.tr("Your administrator set this environment variable; it goes before what is chosen here.")
        )
        line.addWidget(note)
        return holder

    def _problem(self, problem: settings.Problem) -> QLabel:
        text = self.tr("“{value}”, given by {where} for “{name}”, is not taken.")
        where = problem.variable or self.tr("the profile of QGIS")
        label = QLabel(text.format(name=self.words()[problem.name].label, where=where, value=problem.value))
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        return label

    def _file_buttons(self) -> QHBoxLayout:
        line = QHBoxLayout()
        for text, slot in (
            (self.tr("Import settings…"), self.import_settings),
            (self.tr("Export settings…"), self.export_settings),
        ):
            button = QPushButton(text)
            button.clicked.connect(lambda _=False, slot=slot: slot())
            line.addWidget(button)
        line.addStretch(1)
        return line

    # --- values --------------------------------------------------------------------------------------------------

    def show_values(self, values: settings.Settings) -> None:
        """Put values into the editors."""
        for name, editor in self.editors.items():
            editor.put(getattr(values, name))

    def values(self) -> settings.Settings:
        """Return what the editors hold."""
        return settings.Settings(**{name: editor.get() for name, editor in self.editors.items()})

    def apply(self) -> None:
        """Store; called by QGIS when OK is pressed."""
        settings.save(self.values())

    def import_settings(self, path: Optional[Path] = None) -> None:
        """Read a settings file into the editors; it is stored with OK."""
        kinds = self.tr("Settings (*.yaml *.yml *.json)")
        chosen = path or _path(QFileDialog.getOpenFileName(self, self.tr("Import settings"), "", kinds))
        if chosen is None:
            return
        try:
            read = settings.import_file(chosen, self.values())
        except SigmaError as error:
            QMessageBox.warning(self, self.tr("Import settings"), error_lines(error))
            return
        # What the environment gives stays as it is.
        kept = {name: getattr(self._loaded.values, name) for name in self._loaded.overridden}
        self.show_values(settings.replaced(read, **kept))

    def export_settings(self, path: Optional[Path] = None) -> None:
        """Write what the editors hold to a settings file."""
        kinds = self.tr("Settings (*.yaml *.yml *.json)")
        name = "sigma_communes.yaml"
        chosen = path or _path(QFileDialog.getSaveFileName(self, self.tr("Export settings"), name, kinds))
        if chosen is None:
            return
        try:
            settings.export_file(chosen, self.values())
        except SigmaError as error:
            QMessageBox.warning(self, self.tr("Export settings"), error_lines(error))


def _path(answer: tuple[str, str]) -> Optional[Path]:
    return Path(answer[0]) if answer[0] else None


class CommuneBox(Translated, QComboBox):
    """The communes of the map, by name; typing finds them. The map is read when the box is made, never at start."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.addItem(self.tr("All communes"), "")
        for name, code in _communes():
            self.addItem(f"{name} ({code})", code)
        completer = self.completer()
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)

    def code(self) -> str:
        """Return the INSEE code; ``""`` for all."""
        typed = self.currentText().strip()
        if re.fullmatch(r"[0-9][0-9AB][0-9]{3}", typed):
            return typed
        index = self.findText(self.currentText())
        return str(self.itemData(index) or "") if index >= 0 else str(self.currentData() or "")

    def set_code(self, code: str) -> None:
        """Choose a commune by its INSEE code; one that the map does not know stays as it is written."""
        if code and self.findData(code) < 0:
            self.addItem(code, code)
        self.setCurrentIndex(max(0, self.findData(code)))


def _communes() -> list[tuple[str, str]]:
    from ...core import territory

    try:
        found = territory.commune_names()
    except SigmaError:
        found = territory.commune_names(territory.shipped_map())
    return sorted(((name, insee) for insee, name in found), key=lambda pair: _plain(pair[0]))


def _plain(name: str) -> str:
    from ...core.taxonomy import plain_words

    return " ".join(plain_words(name))


class OptionsFactory(QgsOptionsWidgetFactory):
    """Gives QGIS the page when its Options dialog opens."""

    def __init__(self) -> None:
        super().__init__()
        self.setTitle("SIGM@communes")

    def icon(self) -> QIcon:
        """Return the icon in the list of pages."""
        return QIcon(str(ROOT / "resources" / "icons" / "sigma_communes.svg"))

    def createWidget(self, parent: Optional[QWidget] = None) -> OptionsPage:
        """Make the page."""
        return OptionsPage(parent)
