# SPDX-License-Identifier: GPL-2.0-or-later
"""One record: what it is, where, whose, since when, under which licence, and its links; every text is plain text."""

from __future__ import annotations

from typing import Optional
from urllib.parse import urlsplit

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QDate, QLocale, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...base.flow_layout import FlowLayout
from ..layers import is_web, open_page
from ..link_reasons import reason
from ..reading import Page, SeenLink
from ..words import ADD, KIND_NAMES, PACK, STAR, EntryTexts, as_tip
from .extent_map import ExtentMap

_LINK = int(Qt.ItemDataRole.UserRole)
_MOST_LINES = 8  # links that are seen without scrolling
_LONGEST = 6000  # letters of an abstract or lineage on the screen


class RecordPage(QScrollArea):
    """What is done comes as :attr:`wanted` (act, entry), a single link as :attr:`link_wanted` (page, link)."""

    wanted = pyqtSignal(str, object)
    link_wanted = pyqtSignal(object, object)

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.page: Optional[Page] = None
        self._packed: frozenset[str] = frozenset()
        self._texts = EntryTexts()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("The chosen record"))
        self._title = _text()
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        self.add = QPushButton(self._texts.button(ADD))
        self.pack = QPushButton(self._texts.button(PACK))
        self.star = QPushButton("☆")
        for button, act in ((self.add, ADD), (self.pack, PACK), (self.star, STAR)):
            button.clicked.connect(lambda _=False, act=act: self._want(act))
        self.star.setFixedWidth(self.star.fontMetrics().horizontalAdvance("☆☆☆") + 6)
        self.pack.hide()
        self.metadata = QPushButton(self.tr("Open the metadata"))
        self.metadata.clicked.connect(lambda _=False: self.page and open_page(self.page.record.page))
        buttons = FlowLayout(self.add, self.pack, self.star, self.metadata, gap=4)
        self.map = ExtentMap()
        self._abstract = _text()
        self._more = QToolButton()
        self._more.setText(self.tr("More"))
        self._more.setAutoRaise(True)
        self._more.clicked.connect(lambda _=False: self._show_abstract(whole=True))
        self._facts = QVBoxLayout()
        self._facts.setSpacing(2)
        self._links_title = _text()
        self.links = QTreeWidget()
        self.links.setColumnCount(2)
        self.links.setHeaderHidden(True)
        self.links.setRootIsDecorated(False)
        self.links.setUniformRowHeights(True)
        self.links.setAccessibleName(self.tr("Links of the record"))
        self.links.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.links.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.links.header().setStretchLastSection(True)
        self.links.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.links.currentItemChanged.connect(lambda *_: self._link_chosen())
        self.links.itemActivated.connect(lambda *_: self.add_link())
        self._why = _text()
        self.link_add = QPushButton(self.tr("Add this link"))
        self.link_add.clicked.connect(lambda _=False: self.add_link())
        self.link_copy = QPushButton(self.tr("Copy the link"))
        self.link_copy.clicked.connect(lambda _=False: self.copy_link())
        link_buttons = FlowLayout(self.link_add, self.link_copy, gap=4)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(2, 4, 2, 4)
        column.addWidget(self._title)
        column.addLayout(buttons)
        column.addWidget(self._abstract)
        column.addWidget(self._more)
        column.addWidget(self._links_title)
        column.addWidget(self.links)
        column.addWidget(self._why)
        column.addLayout(link_buttons)
        column.addWidget(self.map)
        column.addLayout(self._facts)
        column.addStretch()
        self.setWidget(inner)
        self.show_page(None)

    def show_page(self, page: Optional[Page]) -> None:
        """Show a record; None: no record."""
        self.page = page
        self.widget().setVisible(page is not None)
        if page is None:
            return
        record = page.record
        self._title.setText(page.entry.title)
        self.show_star(page.entry.favourite)
        self.add.setEnabled(bool(page.entry.kinds))
        self.add.setToolTip(self._texts.tip(ADD, page.entry))
        self.pack.setEnabled(bool(page.entry.kinds))
        self.show_packed(self._packed)
        self.metadata.setVisible(is_web(record.page))
        self.metadata.setToolTip(as_tip(record.page))
        self._show_abstract(whole=False)
        self._show_links(page)
        self.map.show_extent(record.extent)
        self._show_facts(page)
        self.verticalScrollBar().setValue(0)

    def show_packed(self, packed: frozenset[str]) -> None:
        """Show whether the record goes into the pack."""
        self._packed = packed
        inside = self.page is not None and self.page.entry.id in packed
        self.pack.setText(self._texts.button(PACK, packed=inside))

    def show_star(self, on: bool) -> None:
        """Show whether the record is a favourite."""
        self.star.setText("★" if on else "☆")
        self.star.setToolTip(self.tr("No favourite any more") if on else self.tr("Make it a favourite"))
        self.star.setAccessibleName(self.star.toolTip())

    def link(self) -> Optional[SeenLink]:
        """Return the chosen link."""
        item = self.links.currentItem()
        return item.data(0, _LINK) if item is not None else None

    def add_link(self) -> None:
        """Ask for the chosen link as a layer."""
        seen = self.link()
        if self.page is not None and seen is not None and self.link_add.isEnabled():
            self.link_wanted.emit(self.page, seen)

    def copy_link(self) -> None:
        """Put the address of the chosen link on the clipboard."""
        seen = self.link()
        if seen is not None:
            QgsApplication.clipboard().setText(seen.link.url)

    # --- parts ---------------------------------------------------------------------------------------------------

    def _want(self, act: str) -> None:
        if self.page is not None:
            self.wanted.emit(act, self.page.entry)

    def _show_abstract(self, whole: bool) -> None:
        text = self.page.record.abstract[:_LONGEST] if self.page else ""
        short = text if len(text) <= 420 else f"{text[:400].rsplit(' ', 1)[0]}…"
        self._abstract.setText(text if whole else short)
        self._abstract.setVisible(bool(text))
        self._more.setVisible(not whole and short != text)

    def _show_links(self, page: Page) -> None:
        self.links.clear()
        for seen in page.links:
            name = seen.link.title or seen.link.layer or _host(seen.link.url)
            mark = "✓" if seen.refused is None else "?" if seen.unasked else "✕"
            kind = KIND_NAMES.get(seen.kind, "–")
            item = QTreeWidgetItem([f"{mark} {kind}", " ".join(name.split())[:200]])
            item.setData(0, _LINK, seen)
            item.setToolTip(1, as_tip(seen.link.url[:500]))
            self.links.addTopLevelItem(item)
        left = page.all_links - len(page.links)
        self._links_title.setText(
            self.tr("{0} links, the first {1}:").format(QLocale().toString(page.all_links), len(page.links))
            if left
            else self.tr("Links: {0}").format(page.all_links)
            if page.all_links
            else self.tr("The record has no link: ask its producer.")
        )
        for widget in (self.links, self.link_add, self.link_copy):
            widget.setVisible(bool(page.links))
        line = self.links.sizeHintForRow(0) if page.links else 0
        self.links.setFixedHeight(min(len(page.links), _MOST_LINES) * line + 2 * self.links.frameWidth() + 2)
        if page.links:
            self.links.setCurrentItem(self.links.topLevelItem(0))
        self._link_chosen()

    def _link_chosen(self) -> None:
        seen = self.link()
        why = reason(seen.refused) if seen is not None and seen.refused is not None else ""
        waits = seen is not None and seen.unasked
        self._why.setText(why if waits or not why else self.tr("Can't be loaded: {0}").format(why))
        self._why.setVisible(bool(why))
        self.link_add.setEnabled(waits or (seen is not None and seen.refused is None))

    def _show_facts(self, page: Page) -> None:
        while self._facts.count():
            gone = self._facts.takeAt(0).widget()
            gone.hide()
            gone.deleteLater()
        record = page.record
        for name, text in (
            (self.tr("Producer"), record.organisation),
            (self.tr("Contact"), record.contact if record.contact != record.organisation else ""),
            (self.tr("Licence"), record.licence),
            (self.tr("Constraints"), " / ".join(record.constraints)),
            (self.tr("Updated on"), day(record.modified)),
            (self.tr("Published on"), day(record.published)),
            (self.tr("Created on"), day(record.created)),
            (self.tr("Seen here since"), day(page.first_seen)),
            (self.tr("Extent"), self._extent_text(page)),
            (self.tr("Scale"), f"1:{QLocale().toString(record.scale)}" if record.scale else ""),
            (self.tr("CRS"), ", ".join(record.crs[:8])),
            (self.tr("Themes"), ", ".join(dict.fromkeys((*record.inspire_themes, *record.iso_topics)))),
            (self.tr("Keywords"), ", ".join(record.keywords[:40])),
            (self.tr("Lineage"), record.lineage[:_LONGEST]),
            (self.tr("Found in"), ", ".join(name for name, _ in page.origins)),
            (self.tr("Identifier"), record.id),
        ):
            if text:
                self._facts.addWidget(_text(self.tr("{0}: {1}").format(name, text)))

    def _extent_text(self, page: Page) -> str:
        if page.record.extent is None:
            return self.tr("not given")
        west, south, east, north = (QLocale().toString(side, "f", 2) for side in page.record.extent)
        return self.tr("{0}° to {1}° east, {2}° to {3}° north").format(west, east, south, north)


def day(text: str) -> str:
    """Return an ISO date in the form of QGIS' language; what is no date stays as it is."""
    date = QDate.fromString(text[:10], Qt.DateFormat.ISODate)
    return QLocale().toString(date, QLocale.FormatType.ShortFormat) if date.isValid() else text[:40]


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or url[:60]
    except ValueError:
        return url[:60]


def _text(text: str = "") -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setText(text)
    # A word of a thousand letters must not widen the dock.
    label.setMinimumWidth(1)
    policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    label.setSizePolicy(policy)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return label
