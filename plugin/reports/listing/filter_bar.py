# SPDX-License-Identifier: GPL-2.0-or-later
"""Above the list: text, what may be chosen, saved filters."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Optional

from qgis.core import QgsSettings
from qgis.gui import QgsFilterLineEdit
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QInputDialog, QMenu, QToolButton, QVBoxLayout, QWidget

from ....core.store.listing import KINDS
from ...base.compat import Action
from ...base.flow_layout import FlowLayout
from .index import Wanted, saved_filters

SAVED = "sigma_communes/filters"
_PERIODS = (1, 7, 30, 90, 365)
_RADII = (200, 500, 1000, 5000)


class FilterBar(QWidget):
    """Emits :attr:`changed` with the filter at each letter and each choice."""

    changed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.filter = Wanted()
        self._names: dict[str, Callable[[str], str]] = {kind: str for kind in KINDS}
        self.text = QgsFilterLineEdit()
        self.text.setShowSearchIcon(True)
        self.text.setPlaceholderText(self.tr("Search: words, address, class, number…"))
        self.text.setAccessibleName(self.tr("Search in the reports"))
        self.text.textChanged.connect(self._typed)
        self._buttons = {
            "states": self._button(self.tr("State")),
            "classes": self._button(self.tr("Class")),
            "teams": self._button(self.tr("Team")),
            "communes": self._button(self.tr("Commune")),
            "quartiers": self._button(self.tr("District")),
        }
        self._titles = {kind: button.text() for kind, button in self._buttons.items()}
        self._period = self._button(self.tr("Period"))
        self._period_title = self._period.text()
        self._near = self._button(self.tr("Near"))
        self._near.setToolTip(self.tr("Near the centre of the map"))
        self._near_title = self._near.text()
        for metres in _RADII:
            self._choice(self._near.menu(), self._distance(metres), metres, self._choose_near)
        self._flags = {
            "waiting": self._flag("✎", "waiting", self.tr("Only what was edited here and waits to be sent")),
            "conflicts": self._flag("⚡", "conflicts", self.tr("Only conflicts, and what is gone on the server")),
            "mine": self._flag("☺", "mine", self.tr("Only what I worked on")),
        }
        self._saved = self._button("☆")
        self._saved.setToolTip(self.tr("Saved filters"))
        self._saved.setAccessibleName(self.tr("Saved filters"))
        self._saved.menu().aboutToShow.connect(self._fill_saved)
        for days in _PERIODS:
            self._choice(self._period.menu(), self._period_name(days), days, self._choose_period)
        chosen = (*self._buttons.values(), self._period, self._near, *self._flags.values(), self._saved)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.text)
        column.addLayout(FlowLayout(*chosen))
        self.setEnabled(False)

    # --- what may be chosen --------------------------------------------------------------------------------------

    def speak(self, names: Mapping[str, Callable[[str], str]]) -> None:
        """Call values by these names, and let filters be chosen; what may be chosen comes when it is counted."""
        self._names = {**dict.fromkeys(KINDS, str), **names}
        self.setEnabled(True)
        self._show()

    def offer(self, values: Mapping[str, Mapping[str, int]]) -> None:
        """Offer the values that the workspace holds, with how often, by their names."""
        for kind, button in self._buttons.items():
            menu = button.menu()
            menu.clear()
            clear = menu.addAction(self.tr("All"))
            clear.triggered.connect(partial(self._choose_all, kind))
            menu.addSeparator()
            counted = values.get(kind, {})
            named = sorted(counted, key=partial(self._name, kind))
            for value in sorted(named, key=counted.__getitem__, reverse=True):
                said = f"{self._name(kind, value)}  ({counted[value]})"
                self._choice(menu, said, value, lambda *_: self._chosen())
        self._show()

    def set_filter(self, wanted: Wanted) -> None:
        """Take a filter, for instance a saved one; the extent stays that of the map."""
        self.filter = replace(wanted, extent=self.filter.extent)
        self.text.blockSignals(True)
        self.text.setText(wanted.text)
        self.text.blockSignals(False)
        self._show()
        self.changed.emit()

    def only(self, flag: str) -> None:
        """List only what waits (``waiting``), conflicts (``conflicts``) or is mine (``mine``), wherever it is."""
        chosen: dict[str, Any] = {flag: True}
        self.set_filter(Wanted(**chosen))

    def clear(self) -> None:
        """List everything."""
        self.filter = Wanted()
        self.set_filter(Wanted())

    # --- saved ---------------------------------------------------------------------------------------------------

    def saved(self) -> Mapping[str, Wanted]:
        """Return the saved filters by their names."""
        return saved_filters(QgsSettings().value(SAVED, "{}", type=str))

    def save(self, name: str) -> None:
        """Save the present filter."""
        self._store({**self.saved(), name: self.filter})

    def forget(self, name: str) -> None:
        """Remove a saved filter."""
        self._store({key: value for key, value in self.saved().items() if key != name})

    def _store(self, filters: Mapping[str, Wanted]) -> None:
        text = json.dumps({name: value.to_json() for name, value in filters.items()}, ensure_ascii=False)
        QgsSettings().setValue(SAVED, text)

    def _fill_saved(self) -> None:
        menu = self._saved.menu()
        menu.clear()
        filters = self.saved()
        for name, wanted in filters.items():
            menu.addAction(name).triggered.connect(lambda _=False, wanted=wanted: self.set_filter(wanted))
        if filters:
            menu.addSeparator()
        add = menu.addAction(self.tr("Save this filter…"))
        add.setEnabled(not replace(self.filter, extent=None).empty)
        add.triggered.connect(lambda _=False: self._ask_name())
        if filters:
            forget = menu.addMenu(self.tr("Remove"))
            for name in filters:
                forget.addAction(name).triggered.connect(lambda _=False, name=name: self.forget(name))

    def _ask_name(self) -> None:
        name, taken = QInputDialog.getText(self, self.tr("Save this filter"), self.tr("Name"))
        if taken and name.strip():
            self.save(name.strip())

    # --- the person chooses --------------------------------------------------------------------------------------

    def _typed(self, text: str) -> None:
        self._take(replace(self.filter, text=text))

    def _chosen(self) -> None:
        choices: dict[str, Any] = {}
        for kind, button in self._buttons.items():
            checked = tuple(a.data() for a in button.menu().actions() if a.isCheckable() and a.isChecked())
            choices[kind] = checked or None
        self._take(replace(self.filter, **choices))

    def _choose_all(self, kind: str, _: bool = False) -> None:
        every: dict[str, Any] = {kind: None}
        self._take(replace(self.filter, **every))

    def _choose_period(self, days: int, on: bool) -> None:
        self._take(replace(self.filter, days=days if on else None))

    def _choose_near(self, metres: int, on: bool) -> None:
        self._take(replace(self.filter, near=metres if on else None))

    def _take(self, wanted: Wanted) -> None:
        if wanted != self.filter:
            self.filter = wanted
            self._show()
            self.changed.emit()

    def _show(self) -> None:
        """Let buttons and menus say what the filter is."""
        for kind, button in self._buttons.items():
            chosen = getattr(self.filter, kind) or ()
            for action in button.menu().actions():
                if action.isCheckable():
                    action.setChecked(action.data() in chosen)
            said = f"{self._titles[kind]} ({len(chosen)})" if chosen else self._titles[kind]
            button.setText(said)
            button.setToolTip(", ".join(self._name(kind, value) for value in chosen))
        for action in self._period.menu().actions():
            action.setChecked(action.data() == self.filter.days)
        days = self.filter.days
        self._period.setText(self._period_name(days) if days else self._period_title)
        for action in self._near.menu().actions():
            action.setChecked(action.data() == self.filter.near)
        near = self.filter.near
        self._near.setText(self._distance(near) if near else self._near_title)
        for name, flag in self._flags.items():
            flag.blockSignals(True)
            flag.setChecked(bool(getattr(self.filter, name)))
            flag.blockSignals(False)
        self._saved.setText("☆" if self.filter not in self.saved().values() else "★")

    def _name(self, kind: str, value: str) -> str:
        return self._names.get(kind, str)(value) or self.tr("none")

    def _period_name(self, days: int) -> str:
        return {
            1: self.tr("1 day"),
            7: self.tr("7 days"),
            30: self.tr("30 days"),
            90: self.tr("3 months"),
            365: self.tr("1 year"),
        }[days]

    def _distance(self, metres: int) -> str:
        return f"{metres} m" if metres < 1000 else f"{metres // 1000} km"

    def _flag(self, sign: str, name: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setText(sign)
        button.setCheckable(True)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.toggled.connect(lambda on: self._take(replace(self.filter, **{name: on})))
        return button

    def _button(self, title: str) -> QToolButton:
        button = QToolButton()
        button.setText(title)
        button.setAccessibleName(title)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(QMenu(button))
        return button

    def _choice(self, menu: QMenu, said: str, value: Any, chosen: Callable[[Any, bool], Any]) -> None:
        action = Action(said.replace("&", "&&"), menu)
        action.setCheckable(True)
        action.setData(value)
        action.triggered.connect(lambda on=False, value=value: chosen(value, on))
        menu.addAction(action)
