# SPDX-License-Identifier: GPL-2.0-or-later
"""Above the list of records: words, and what they are narrowed by."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Optional

from qgis.gui import QgsFilterLineEdit
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QCheckBox, QMenu, QToolButton, QVBoxLayout, QWidget

from ...base.compat import Action
from ...base.flow_layout import FlowLayout
from ...base.language import language
from ..reading import Overview, Wanted
from ..words import KIND_NAMES, as_tip

_LONGEST = 60  # letters of a value in a menu


class CatalogueFacets(QWidget):
    """Emits :attr:`changed` at each letter and each choice; :attr:`wanted` is what is looked for.

    :attr:`commune` is the person's, an INSEE code; ``""``: none, the bundles are those of the whole territory.
    """

    changed = pyqtSignal()
    switched = pyqtSignal(str, bool)
    """A thematic bundle (its id) is to be on or off for :attr:`commune`."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.wanted = Wanted()
        self.commune = ""
        self._place = ""
        self._on: frozenset[str] = frozenset()
        self._everywhere: frozenset[str] = frozenset()
        self._newer_than = 0
        self._themes: dict[str, int] = {}
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
        self.mine.toggled.connect(lambda on: self._take(commune=self.commune if on else ""))
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
            column.addLayout(FlowLayout(*widgets))
        self.set_commune("", "")
        self.setEnabled(False)

    # --- what may be chosen --------------------------------------------------------------------------------------

    def offer(self, found: Overview, newer_than: int) -> None:
        """Offer what the index holds, with how often."""
        self._newer_than = newer_than
        self._themes = found.values.get("themes", {})
        self._on, self._everywhere = found.bundles, found.bundles_everywhere
        self._fill_themes()
        self._fill(self.producer, "organisation", found.values.get("organisations", {}))
        self._fill(self.licence, "licence", found.values.get("licences", {}))
        self._fill_kinds(found.values.get("kinds", {}))
        self.new.setText(self.tr("New ({0})").format(found.new) if found.new else self.tr("New"))
        self.new.setEnabled(bool(newer_than))
        self.setEnabled(True)
        self._show()

    def set_bundles(self, on: frozenset[str], everywhere: frozenset[str]) -> None:
        """Say which bundles the commune switched on, and which are on for the whole territory."""
        before = self._mine()
        self._on, self._everywhere = on, everywhere
        self._fill_themes()
        if before and self.wanted.bundles == before:
            self._take(bundles=self._mine())
        self._show()

    def _mine(self) -> tuple[str, ...]:
        return tuple(sorted(self._on | self._everywhere))

    def _fill_themes(self) -> None:
        """Offer the themes of the commune, all themes that ship, those of INSPIRE, and which are the commune's."""
        from ....core.catalogue import bundles

        self._fill(self.theme, "theme", self._themes)
        menu = self.theme.menu()
        first = menu.actions()[1]
        place = self._place or self.tr("the whole territory")
        french = language() == "fr"
        names = {bundle.id: bundle.fr if french else bundle.en for bundle in bundles().values()}
        if self._mine():
            kept = self._action(menu, self.tr("Themes of {0}").format(place), self._bundle_data(self._mine()))
            kept.triggered.connect(lambda on=False: self._take(bundles=self._mine() if on else (), theme=""))
            menu.insertAction(first, kept)
        for name, text in names.items():
            action = self._action(menu, text, self._bundle_data((name,)))
            action.triggered.connect(lambda on=False, name=name: self._take(bundles=(name,) if on else (), theme=""))
            menu.insertAction(first, action)
        self.switches = QMenu(self.tr("Choose those of {0}").format(place.replace("&", "&&")), menu)
        for name, text in names.items():
            everywhere = name in self._everywhere and bool(self.commune)
            action = self._action(self.switches, text, name)
            action.setChecked(name in self._on or name in self._everywhere)
            action.setEnabled(not everywhere)
            action.setToolTip(as_tip(self.tr("Switched on for the whole territory")) if everywhere else "")
            action.triggered.connect(lambda on=False, name=name: self.switched.emit(name, on))
            self.switches.addAction(action)
        self.switches.setToolTipsVisible(True)
        menu.insertMenu(first, self.switches)
        menu.insertSeparator(first)

    def _bundle_data(self, names: tuple[str, ...]) -> str:
        return f"bundle:{','.join(names)}"

    def set_commune(self, insee: str, name: str) -> None:
        """Say which commune is the person's; ``""``: none is chosen."""
        self.commune, self._place = insee, name
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
        return {"theme": "", "bundles": ()} if name == "theme" else {name: ""}

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
        theme = self._bundle_data(now.bundles) if now.bundles else now.theme
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
