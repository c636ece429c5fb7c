# SPDX-License-Identifier: GPL-2.0-or-later
"""The list of reports as a Qt model: rows are numbers, what they show is read a window at a time."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any, Callable, Optional

from qgis.PyQt.QtCore import QAbstractTableModel, QModelIndex, Qt
from qgis.PyQt.QtGui import QBrush, QColor, QFont, QIcon

from ....core.store.listing import CONFLICT, WAITS, BacklogIndex, Row

CLASS, PLACE, AGE, TEAM, MARK, STATE = range(6)
_WINDOW = 128
_WINDOWS_KEPT = 16


class BacklogModel(QAbstractTableModel):
    """Columns: class (with its icon), place, age, team, mark of what waits, letter of the state."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._index: Optional[BacklogIndex] = None
        self._rows: list[int] = []
        self._windows: OrderedDict[int, list[Row]] = OrderedDict()
        self._class_name: Callable[[str], str] = str
        self._icon: Callable[[str], QIcon] = lambda _: QIcon()
        self._team_names: Mapping[str, str] = {}
        self._state_name: Callable[[str], str] = str
        self._state_mark: Callable[[str], tuple[str, str]] = lambda _: ("", "")
        self._bold = QFont()
        self._bold.setBold(True)

    def show(
        self,
        index: Optional[BacklogIndex],
        class_name: Callable[[str], str] = str,
        icon: Optional[Callable[[str], QIcon]] = None,
        team_names: Optional[Mapping[str, str]] = None,
        state_name: Callable[[str], str] = str,
        state_mark: Optional[Callable[[str], tuple[str, str]]] = None,
    ) -> None:
        """Take another workspace, or None; ``state_mark`` gives a state's letter and colour."""
        self.beginResetModel()
        self._index, self._rows, self._class_name = index, [], class_name
        self._icon = icon or (lambda _: QIcon())
        self._team_names, self._state_name = team_names or {}, state_name
        self._state_mark = state_mark or (lambda _: ("", ""))
        self._windows.clear()
        self.endResetModel()

    def set_rows(self, rows: list[int]) -> None:
        """Take what a filter lets through."""
        self.beginResetModel()
        self._rows = rows
        self._windows.clear()
        self.endResetModel()

    def read_again(self) -> None:
        """Show what was written to the rows that are listed."""
        self._windows.clear()
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, STATE))

    # --- rows ----------------------------------------------------------------------------------------------------

    def row(self, position: int) -> Optional[Row]:
        """Return what one line shows; None where the line is not there."""
        if self._index is None or not 0 <= position < len(self._rows):
            return None
        window = position // _WINDOW
        if window not in self._windows:
            start = window * _WINDOW
            self._windows[window] = self._index.page(self._rows[start : start + _WINDOW])
            while len(self._windows) > _WINDOWS_KEPT:
                self._windows.popitem(last=False)
        offset = position - window * _WINDOW
        page = self._windows[window]
        return page[offset] if offset < len(page) else None

    def rows_at(self, positions: Sequence[int]) -> list[Row]:
        """Return what some lines show; many are read in one go."""
        if self._index is None:
            return []
        if len(positions) <= 8:
            return [row for row in map(self.row, positions) if row is not None]
        return self._index.page([self._rows[i] for i in positions if 0 <= i < len(self._rows)])

    def fids(self, positions: Sequence[int]) -> list[int]:
        """Return the numbers, in the layer, of some lines."""
        return [row.fid for row in self.rows_at(positions)]

    def positions_of(self, fids: Sequence[int]) -> list[int]:
        """Return the lines of some reports; those that the filter hides have none."""
        if self._index is None or not self._rows:
            return []
        wanted = set(self._index.rows_of(fids))
        if not wanted:
            return []
        return [position for position, row in enumerate(self._rows) if row in wanted]

    # --- Qt ------------------------------------------------------------------------------------------------------

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else 6

    def headerData(self, section: int, orientation: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("Class"), self.tr("Place"), self.tr("Age"), self.tr("Team"), "", "")[section]

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index.row())
        if row is None:
            return None
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            if column == CLASS:
                return self._class_name(row.class_id)
            if column == PLACE:
                return row.place
            if column == AGE:
                return self.age(row.reported_at)
            if column == STATE:
                return self._state_mark(row.state)[0]
            if column == TEAM:
                return self._team_names.get(row.team, row.team) or "–"
            return "⚡" if row.marks & CONFLICT else "✎" if row.marks & WAITS else ""
        if role == Qt.ItemDataRole.DecorationRole and column == CLASS:
            return self._icon(row.class_id)
        if role == Qt.ItemDataRole.FontRole and (column == STATE or (column == CLASS and row.class_from == "person")):
            return self._bold
        if role == Qt.ItemDataRole.ForegroundRole and column == STATE:
            return QBrush(QColor(self._state_mark(row.state)[1] or "#000000"))
        if role == Qt.ItemDataRole.TextAlignmentRole and column == STATE:
            return Qt.AlignmentFlag.AlignCenter
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._said(row)
        return None

    def _said(self, row: Row) -> str:
        parts = [
            self._class_name(row.class_id),
            row.place,
            self._state_name(row.state),
            self._team_names.get(row.team, row.team),
            self.tr("class given by a person") if row.class_from == "person" else "",
            self.tr("edited here, not sent") if row.marks & WAITS else "",
            self.tr("conflict: to be decided") if row.marks & CONFLICT else "",
        ]
        return " · ".join(part for part in parts if part)

    def age(self, reported_at: Optional[str], now: Optional[dt.datetime] = None) -> str:
        """Return how long ago, in one unit."""
        if not reported_at:
            return ""
        try:
            then = dt.datetime.fromisoformat(reported_at[:19])
        except ValueError:
            return ""
        now = now or dt.datetime.now(dt.timezone.utc).replace(tzinfo=None)
        minutes = max(0, int((now - then).total_seconds() // 60))
        if minutes < 60:
            return self.tr("{0} min").format(minutes)
        if minutes < 24 * 60:
            return self.tr("{0} h").format(minutes // 60)
        days = minutes // (24 * 60)
        if days < 90:
            return self.tr("{0} d").format(days)
        return self.tr("{0} months").format(days // 30) if days < 730 else self.tr("{0} y").format(days // 365)
