# SPDX-License-Identifier: GPL-2.0-or-later
"""The list of records: two lines of text each, and buttons to add, to pack, to star."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Optional

from qgis.PyQt.QtCore import QAbstractListModel, QEvent, QModelIndex, QPoint, QRect, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QFont, QFontMetrics, QPainter, QPalette
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionButton,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from ..reading import Entry
from ..words import ADD, KIND_NAMES, PACK, STAR, EntryTexts, as_tip

ENTRY = int(Qt.ItemDataRole.UserRole)
_WIDE = 620  # pixels from which the buttons stand beside the text
_MOST_KINDS = 4
_GAP = 4


class Button(NamedTuple):
    """A button of a line: what it does (``add``, ``pack``, ``star`` or a kind of link) and where it is."""

    act: str
    text: str
    rect: QRect


class RecordModel(QAbstractListModel):
    """The entries that were found."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []
        self._texts = EntryTexts()

    def show(self, entries: Sequence[Entry]) -> None:
        """Show other entries."""
        self.beginResetModel()
        self.entries = list(entries)
        self.endResetModel()

    def replace(self, entry: Entry) -> None:
        """Show one entry anew, where it is listed."""
        for row, known in enumerate(self.entries):
            if known.id == entry.id:
                self.entries[row] = entry
                self.dataChanged.emit(self.index(row), self.index(row))

    def row_of(self, identifier: str) -> int:
        """Return the row of a record, -1 where it is not listed."""
        return next((row for row, entry in enumerate(self.entries) if entry.id == identifier), -1)

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: QModelIndex, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid() or index.row() >= len(self.entries):
            return None
        entry = self.entries[index.row()]
        if role == ENTRY:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            star = "★ " if entry.favourite else ""
            kinds = ", ".join(KIND_NAMES[kind] for kind in entry.kinds) or self._texts.nothing()
            return f"{star}{entry.title}. {self._texts.about(entry)}. {kinds}"
        return None


class RecordDelegate(QStyledItemDelegate):
    """Draws a line, and knows where its buttons are."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.packs = False
        self.packed: frozenset[str] = frozenset()
        self._texts = EntryTexts()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        line = option.fontMetrics.height()
        view = option.widget
        wide = isinstance(view, QAbstractScrollArea) and view.viewport().width() >= _WIDE
        return QSize(200, 2 * line + 4 * _GAP if wide else 2 * line + self._button_height(option) + 5 * _GAP)

    def buttons(self, option: QStyleOptionViewItem, entry: Entry) -> list[Button]:
        """Return the buttons of a line in their order from left to right, the star last."""
        acts = [*entry.kinds[:_MOST_KINDS]]
        if entry.kinds:
            acts += [ADD, PACK] if self.packs else [ADD]
        acts.append(STAR)
        metrics = _small(option)
        height = self._button_height(option)
        texts = [self._texts.button(act, entry.favourite, entry.id in self.packed) for act in acts]
        widths = [metrics.horizontalAdvance(text) + 12 for text in texts]
        area = option.rect.adjusted(_GAP + 2, _GAP, -_GAP, -_GAP)
        wide = option.rect.width() >= _WIDE
        while len(acts) > 2 and sum(widths) + _GAP * len(widths) > (area.width() * (0.6 if wide else 1)):
            # The last kind goes first: it is the least useful, and the record's page has them all.
            drop = next((i for i in reversed(range(len(acts))) if acts[i] not in (ADD, PACK, STAR)), None)
            if drop is None:
                break
            for each in (acts, texts, widths):
                each.pop(drop)
        x = area.right() - sum(widths) - _GAP * (len(widths) - 1) if wide else area.left()
        y = area.center().y() - height // 2 if wide else area.bottom() - height
        found = []
        for act, text, width in zip(acts, texts, widths):
            if act == STAR and not wide:
                x = area.right() - width
            found.append(Button(act, text, QRect(x, y, width, height)))
            x += width + _GAP
        return found

    def button_at(self, option: QStyleOptionViewItem, entry: Entry, point: QPoint) -> Optional[Button]:
        """Return the button under a point."""
        return next((button for button in self.buttons(option, entry) if button.rect.contains(point)), None)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        entry: Entry = index.data(ENTRY)
        self.initStyleOption(option, index)
        option.text = ""
        style = option.widget.style() if option.widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        buttons = self.buttons(option, entry)
        wide = option.rect.width() >= _WIDE
        area = option.rect.adjusted(_GAP + 2, _GAP, -_GAP, -_GAP)
        if wide:
            kept = buttons[0].rect.left() if entry.kinds else buttons[0].rect.left() - area.width() // 3
            area.setRight(kept - 2 * _GAP)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text
        line = option.fontMetrics.height()
        painter.save()
        painter.setPen(option.palette.color(role))
        bold = QFont(option.font)
        bold.setBold(True)
        painter.setFont(bold)
        title = QFontMetrics(bold).elidedText(entry.title, Qt.TextElideMode.ElideRight, area.width())
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine)
        painter.drawText(QRect(area.left(), area.top(), area.width(), line), flags, title)
        painter.setFont(option.font)
        painter.setOpacity(0.75)
        about = option.fontMetrics.elidedText(self._texts.about(entry), Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(QRect(area.left(), area.top() + line + 2, area.width(), line), flags, about)
        if not entry.kinds:
            line_of = buttons[-1].rect
            left = area.right() + 2 * _GAP if wide else area.left()
            place = QRect(left, line_of.top(), line_of.left() - left - _GAP, line_of.height())
            painter.drawText(place, flags, self._texts.nothing())
        painter.setOpacity(1.0)
        for button in buttons:
            if button.act == STAR:
                painter.drawText(button.rect, int(Qt.AlignmentFlag.AlignCenter), button.text)
                continue
            shape = QStyleOptionButton()
            shape.rect, shape.text, shape.palette = button.rect, button.text, option.palette
            shape.fontMetrics = _small(option)
            shape.state = QStyle.StateFlag.State_Enabled | QStyle.StateFlag.State_Raised
            painter.setFont(_small_font(option))
            style.drawControl(QStyle.ControlElement.CE_PushButton, shape, painter, None)
            painter.setFont(option.font)
        painter.restore()

    def helpEvent(self, event: Any, view: Any, option: QStyleOptionViewItem, index: QModelIndex) -> bool:
        entry = index.data(ENTRY) if index.isValid() else None
        if event.type() != QEvent.Type.ToolTip or entry is None:
            return False
        button = self.button_at(option, entry, event.pos())
        said = self._texts.tip(button.act, entry) if button else f"{entry.title}\n{self._texts.about(entry)}"
        # A tool tip takes what looks like HTML for HTML.
        QToolTip.showText(event.globalPos(), as_tip(said), view)
        return True

    def _button_height(self, option: QStyleOptionViewItem) -> int:
        return _small(option).height() + 6


def _small_font(option: QStyleOptionViewItem) -> QFont:
    font = QFont(option.font)
    if font.pointSizeF() > 0:
        font.setPointSizeF(font.pointSizeF() * 0.9)
    return font


def _small(option: QStyleOptionViewItem) -> QFontMetrics:
    return QFontMetrics(_small_font(option))


class RecordList(QListView):
    """The list; what is done on a line comes as :attr:`wanted` (act, entry)."""

    wanted = pyqtSignal(str, object)
    chosen = pyqtSignal(object)

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.records = RecordModel(self)
        self.lines = RecordDelegate(self)
        self._texts = EntryTexts()
        self.setModel(self.records)
        self.setItemDelegate(self.lines)
        self.setUniformItemSizes(True)
        self.setAlternatingRowColors(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self.selectionModel().currentChanged.connect(lambda now, _: self.chosen.emit(now.data(ENTRY)))

    def entry(self) -> Optional[Entry]:
        """Return the chosen entry."""
        entry: Optional[Entry] = self.currentIndex().data(ENTRY)
        return entry

    def choose(self, row: int) -> None:
        """Choose a line."""
        self.setCurrentIndex(self.records.index(row))

    def menu(self, entry: Entry) -> QMenu:
        """Return all that can be done with a line: what the buttons do, for the keyboard."""
        menu = QMenu(self)
        acts = [ADD, *entry.kinds, *([PACK] if self.lines.packs else [])] if entry.kinds else []
        for act in [*acts, STAR]:
            menu.addAction(self._texts.tip(act, entry)).triggered.connect(
                lambda _=False, act=act: self.wanted.emit(act, entry)
            )
        return menu

    def _show_menu(self, point: QPoint) -> None:
        index = self.indexAt(point)
        entry = index.data(ENTRY) if index.isValid() else self.entry()
        if entry is not None:
            menu = self.menu(entry)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.viewport().mapToGlobal(point))

    def _option(self, index: QModelIndex) -> QStyleOptionViewItem:
        option = QStyleOptionViewItem()
        option.initFrom(self)
        option.rect = self.visualRect(index)
        option.font = self.font()
        option.fontMetrics = self.fontMetrics()
        option.widget = self
        return option

    def _button_under(self, point: QPoint) -> tuple[Optional[Button], Optional[Entry]]:
        index = self.indexAt(point)
        entry = index.data(ENTRY) if index.isValid() else None
        return (self.lines.button_at(self._option(index), entry, point), entry) if entry else (None, None)

    # --- Qt ------------------------------------------------------------------------------------------------------

    def mouseReleaseEvent(self, event: Any) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            button, entry = self._button_under(event.pos())
            if button is not None:
                self.wanted.emit(button.act, entry)

    def mouseDoubleClickEvent(self, event: Any) -> None:
        button, entry = self._button_under(event.pos())
        if button is None and entry is not None and entry.kinds:
            self.wanted.emit(ADD, entry)

    def mouseMoveEvent(self, event: Any) -> None:
        super().mouseMoveEvent(event)
        button, _ = self._button_under(event.pos())
        self.viewport().setCursor(
            Qt.CursorShape.PointingHandCursor if button is not None else Qt.CursorShape.ArrowCursor
        )

    def keyPressEvent(self, event: Any) -> None:
        entry = self.entry()
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if entry is not None and enter and entry.kinds:
            self.wanted.emit(ADD, entry)
        elif entry is not None and event.text() == "*":
            self.wanted.emit(STAR, entry)
        elif entry is not None and event.text() == "+" and self.lines.packs and entry.kinds:
            self.wanted.emit(PACK, entry)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        if (event.size().width() >= _WIDE) != (event.oldSize().width() >= _WIDE):
            self.scheduleDelayedItemsLayout()
