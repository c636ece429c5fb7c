# SPDX-License-Identifier: GPL-2.0-or-later
"""Above the list of records: words, and what they are narrowed by."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Optional

from qgis.gui import QgsFilterLineEdit
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QCheckBox, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from ..catalogue_reading import Overview, Wanted
from ..catalogue_words import KIND_NAMES, as_tip
from ..compat import Action
from ..language import language

_LONGEST = 60  # letters of a value in a menu


class CatalogueFacets(QWidget):
    """Emits :attr:`changed` at each letter and each choice; :attr:`wanted` is what is looked for."""

    changed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.wanted = Wanted()
        self._commune = ""
        self._newer_than = 0
        self.text = QgsFilterLineEdit()
        self.text.setShowSearchIcon(True)
        self.text.setPlaceholderText(self.tr("Search for a layer: words, producer, abbreviation…"))
        self.text.setAccessibleName(self.tr("Search in the catalogue"))
        self.text.textChanged.connect(lambda text: self._take(words=text))
        self.theme = self._menu_button(self.tr("Theme"))
        self.producer = self._menu_button(self.tr("Producer"))
        self.kind = self._menu_button(self.tr("Type"))
        self.licence = self._menu_button(self.tr("Licence"))
        self._titles = {b: b.text() for b in (self.theme, self.producer, self.kind, self.licence)}
        self.mine = QCheckBox(self.tr("My commune"))
        self.mine.toggled.connect(lambda on: self._take(commune=self._commune if on else ""))
        self.new = self._toggle(self.tr("New"), self.tr("Only what is new since the last visit"))
        self.new.toggled.connect(lambda on: self._take(newer_than=self._newer_than if on else 0))
        self.starred = self._toggle("★", self.tr("Only favourites"))
        self.starred.toggled.connect(lambda on: self._take(favourites=on))
        self.viewed = self._toggle(self.tr("Seen"), self.tr("Only what was looked at"))
        self.viewed.toggled.connect(lambda on: self._take(viewed=on))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.text)
        for widgets in (
            (self.theme, self.producer, self.kind, self.licence),
            (self.mine, self.new, self.starred, self.viewed),
        ):
            row = QHBoxLayout()
            row.setSpacing(2)
            for widget in widgets:
                row.addWidget(widget)
            row.addStretch()
            column.addLayout(row)
        self.set_commune("", "")
        self.setEnabled(False)

    # --- what may be chosen --------------------------------------------------------------------------------------

    def offer(self, found: Overview, newer_than: int) -> None:
        """Offer what the index holds, with how often."""
        from ...core.catalogue import bundles

        self._newer_than = newer_than
        self._fill(self.theme, "theme", found.values.get("themes", {}))
        menu = self.theme.menu()
        first = menu.actions()[1] if len(menu.actions()) > 1 else None
        french = language() == "fr"
        for bundle in bundles().values():
            action = self._action(menu, bundle.fr if french else bundle.en, f"bundle:{bundle.id}")
            action.triggered.connect(lambda on=False, name=bundle.id: self._take(bundle=name if on else "", theme=""))
            menu.insertAction(first, action)
        menu.insertSeparator(first)
        self._fill(self.producer, "organisation", found.values.get("organisations", {}))
        self._fill(self.licence, "licence", found.values.get("licences", {}))
        self._fill_kinds(found.values.get("kinds", {}))
        self.new.setText(self.tr("New ({0})").format(found.new) if found.new else self.tr("New"))
        self.new.setEnabled(bool(newer_than))
        self.setEnabled(True)
        self._show()

    def set_commune(self, insee: str, name: str) -> None:
        """Say which commune is the person's; ``""``: none is chosen."""
        self._commune = insee
        self.mine.setEnabled(bool(insee))
        self.mine.setText(name or self.tr("My commune"))
        self.mine.setToolTip(
            as_tip(self.tr("Only layers that touch {0}").format(name))
            if insee
            else self.tr("Choose your commune in the options of QGIS, page SIGM@communes")
        )
        if not insee and self.mine.isChecked():
            self.mine.setChecked(False)

    def clear(self) -> None:
        """List everything."""
        self.set_wanted(Wanted())

    def set_wanted(self, wanted: Wanted) -> None:
        """Look for something else."""
        before, self.wanted = self.wanted, wanted
        widgets = (self.text, self.mine, self.new, self.starred, self.viewed)
        for widget in widgets:
            widget.blockSignals(True)
        self.text.setText(wanted.words)
        self.mine.setChecked(bool(wanted.commune))
        self.new.setChecked(bool(wanted.newer_than))
        self.starred.setChecked(wanted.favourites)
        self.viewed.setChecked(wanted.viewed)
        for widget in widgets:
            widget.blockSignals(False)
        self._show()
        if before != wanted:
            self.changed.emit()

    def _fill(self, button: QToolButton, name: str, counted: dict[str, int]) -> None:
        menu = button.menu()
        menu.clear()
        menu.addAction(self.tr("All")).triggered.connect(lambda _=False: self._take(**self._nothing(name)))
        menu.addSeparator()
        for value, often in counted.items():
            short = value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"
            action = self._action(menu, f"{short}  ({often})", value)
            action.triggered.connect(
                lambda on=False, value=value: self._take(**{**self._nothing(name), name: value if on else ""})
            )
            menu.addAction(action)

    def _nothing(self, name: str) -> dict[str, Any]:
        return {"theme": "", "bundle": ""} if name == "theme" else {name: ""}

    def _fill_kinds(self, counted: dict[str, int]) -> None:
        menu = self.kind.menu()
        menu.clear()
        menu.addAction(self.tr("All")).triggered.connect(lambda _=False: self._take(kinds=()))
        menu.addSeparator()
        for kind, often in counted.items():
            action = self._action(menu, f"{KIND_NAMES[kind]}  ({often})", kind)
            action.triggered.connect(lambda *_: self._take(kinds=self._chosen_kinds()))
            menu.addAction(action)

    def _chosen_kinds(self) -> tuple[str, ...]:
        return tuple(a.data() for a in self.kind.menu().actions() if a.isCheckable() and a.isChecked())

    # --- the person chooses --------------------------------------------------------------------------------------

    def _take(self, **changes: Any) -> None:
        wanted = replace(self.wanted, **changes)
        if wanted != self.wanted:
            self.wanted = wanted
            self._show()
            self.changed.emit()

    def _show(self) -> None:
        """Let buttons and menus say what is looked for."""
        now = self.wanted
        theme = f"bundle:{now.bundle}" if now.bundle else now.theme
        for button, values in (
            (self.theme, (theme,)),
            (self.producer, (now.organisation,)),
            (self.licence, (now.licence,)),
            (self.kind, now.kinds),
        ):
            said = []
            for action in button.menu().actions():
                if action.isCheckable():
                    action.setChecked(action.data() in values)
                    if action.isChecked():
                        said.append(action.text().replace("&&", "&").partition("  (")[0])
            chosen = [value for value in values if value]
            button.setText(f"{self._titles[button]} ●" if chosen else self._titles[button])
            button.setToolTip(as_tip(", ".join(said or chosen)) if chosen else "")
            button.setAccessibleDescription(", ".join(said or chosen))

    def _menu_button(self, title: str) -> QToolButton:
        button = QToolButton()
        button.setText(title)
        button.setAccessibleName(title)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(QMenu(button))
        return button

    def _toggle(self, text: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setCheckable(True)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button

    def _action(self, menu: QMenu, text: str, value: str) -> Any:
        action = Action(text.replace("&", "&&"), menu)
        action.setCheckable(True)
        action.setData(value)
        return action
