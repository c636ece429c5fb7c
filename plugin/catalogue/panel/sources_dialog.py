# SPDX-License-Identifier: GPL-2.0-or-later
"""The sources of the catalogue: those of the region to tick, others by their address; each can be tried."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.gui import QgsAuthConfigSelect
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...base import settings
from ...base.language import language
from ...base.tasks import Tasks
from ..link_reasons import error_reason
from ..words import as_tip

if TYPE_CHECKING:
    from ..reading import SourceState

_NAME = int(Qt.ItemDataRole.UserRole)


class SourcesDialog(QDialog):
    """Emits :attr:`changed` when a source was added or removed, :attr:`harvest_wanted` with the names to read."""

    changed = pyqtSignal()
    harvest_wanted = pyqtSignal(list)

    def __init__(self, path: Path, tasks: Tasks, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._path = path
        self._tasks = tasks
        self._sources: dict[str, SourceState] = {}
        self._filling = False
        self.setWindowTitle(self.tr("Sources of the catalogue"))
        self.resize(720, 520)
        self.tree = QTreeWidget()
        self.tree.setHeaderLabels([self.tr("Source"), self.tr("Records"), self.tr("State")])
        self.tree.setRootIsDecorated(False)
        self.tree.setAccessibleName(self.tr("Sources of the catalogue"))
        self.tree.header().setStretchLastSection(True)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self.tree.setColumnWidth(0, 380)
        self.tree.itemChanged.connect(self._ticked)
        self.tree.currentItemChanged.connect(lambda *_: self._enable())
        self.test = QPushButton(self.tr("Test"))
        self.test.clicked.connect(lambda _=False: self.try_chosen())
        self.remove = QPushButton(self.tr("Remove"))
        self.remove.clicked.connect(lambda _=False: self.ask_remove())
        self.harvest = QPushButton(self.tr("Harvest all"))
        self.harvest.clicked.connect(lambda _=False: self.harvest_wanted.emit([]))
        # Return in the address adds it.
        for button in (self.test, self.remove, self.harvest):
            button.setAutoDefault(False)
        row = QHBoxLayout()
        for button in (self.test, self.remove):
            row.addWidget(button)
        row.addStretch()
        row.addWidget(self.harvest)
        self.address = QLineEdit()
        self.address.setPlaceholderText("https://…")
        self.name = QLineEdit()
        self.kind = QComboBox()
        self.kind.addItem(self.tr("Find out by asking"), "")
        self.auth = QgsAuthConfigSelect()
        self.add = QPushButton(self.tr("Add"))
        self.add.setDefault(True)
        self.add.clicked.connect(lambda _=False: self.add_address())
        form = QFormLayout()
        form.addRow(self.tr("Address"), self.address)
        form.addRow(self.tr("Name"), self.name)
        form.addRow(self.tr("Kind"), self.kind)
        form.addRow(self.tr("Authentication"), self.auth)
        form.addRow("", self.add)
        self.said = QLabel()
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setWordWrap(True)
        self.said.setAccessibleName(self.tr("What came of it"))
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        hint = QLabel(self.tr("Tick what your commune uses, then harvest. The search needs no network afterwards."))
        hint.setWordWrap(True)
        layout.addWidget(hint)
        layout.addWidget(self.tree, 1)
        layout.addLayout(row)
        layout.addWidget(QLabel(self.tr("Another source:")))
        layout.addLayout(form)
        layout.addWidget(self.said)
        layout.addWidget(close)
        self._fill_kinds()
        self._enable()

    def _fill_kinds(self) -> None:
        from ....core.catalogue import PROTOCOLS

        for protocol in PROTOCOLS:
            self.kind.addItem(protocol.label.in_language(language()), protocol.kind)

    def show_sources(self, sources: tuple[SourceState, ...], state: Callable[[SourceState], str]) -> None:
        """Show what the workspace has, and below it what ships with the product."""
        from ....core.catalogue import profiles

        self._filling = True
        chosen = self._chosen()
        self._sources = {source.name: source for source in sources}
        self.tree.clear()
        known = profiles()
        for source in sources:
            item = QTreeWidgetItem([source.title, self.locale().toString(source.records), state(source)])
            said = error_reason(source.error_code, source.error)
            self._put(item, source.name, Qt.CheckState.Checked, f"{source.url}\n{said}".strip())
        for name, profile in known.items():
            if name not in self._sources:
                self._put(QTreeWidgetItem([profile.title, "", ""]), name, Qt.CheckState.Unchecked, profile.url)
        for row in range(self.tree.topLevelItemCount()):
            listed = self.tree.topLevelItem(row)
            if listed is not None and listed.data(0, _NAME) == chosen:
                self.tree.setCurrentItem(listed)
        self._filling = False
        self.harvest.setEnabled(bool(sources))
        self._enable()

    def _put(self, item: QTreeWidgetItem, name: str, state: Any, tip: str) -> None:
        item.setData(0, _NAME, name)
        item.setCheckState(0, state)
        item.setTextAlignment(1, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter))
        for column in range(3):
            item.setToolTip(column, as_tip(tip))
        self.tree.addTopLevelItem(item)

    def _chosen(self) -> str:
        item = self.tree.currentItem()
        return item.data(0, _NAME) if item is not None else ""

    def _enable(self) -> None:
        self.test.setEnabled(bool(self._chosen()))
        self.remove.setEnabled(self._chosen() in self._sources)

    # --- what a person does --------------------------------------------------------------------------------------

    def _ticked(self, item: QTreeWidgetItem, column: int) -> None:
        if self._filling or column:
            return
        from .. import sources as catalogue_sources

        name = item.data(0, _NAME)
        on = item.checkState(0) == Qt.CheckState.Checked
        if on and name not in self._sources:
            self._do(lambda feedback: catalogue_sources.add_profiles(self._path, [name]), lambda _: "")
        elif not on and name in self._sources:
            self.tree.setCurrentItem(item)
            self.ask_remove()

    def ask_remove(self) -> None:
        """Ask before a source goes with its records."""
        name = self._chosen()
        source = self._sources.get(name)
        if source is None:
            return
        if not source.records:
            self.remove_source(name)
            return
        box = QMessageBox(
            QMessageBox.Icon.Question,
            self.windowTitle(),
            self.tr("Remove “{0}” and its {1} records? They come back when it is harvested again.").format(
                source.title, self.locale().toString(source.records)
            ),
            QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No,
            self,
        )
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        yes = box.button(QMessageBox.StandardButton.Yes)
        box.finished.connect(lambda _: self.remove_source(name) if box.clickedButton() is yes else self.changed.emit())
        box.open()

    def remove_source(self, name: str) -> None:
        """Remove a source, in a task."""
        from .. import sources as catalogue_sources

        self._do(
            lambda feedback: catalogue_sources.remove(self._path, name),
            lambda gone: self.tr("{0} records went with the source.").format(gone),
        )

    def add_address(self) -> None:
        """Add what is at the address, in a task."""
        from .. import sources as catalogue_sources

        url, name, kind, auth = self.address.text(), self.name.text(), self.kind.currentData(), self.auth.configId()
        timeout = float(settings.load().values.timeout)

        def added(source: Any) -> str:
            self.address.clear()
            self.name.clear()
            return self.tr("“{0}” was added: {1}. Harvest it now.").format(source.name, source.kind)

        self._do(
            lambda feedback: catalogue_sources.add_address(self._path, name, url, kind, auth, timeout, feedback), added
        )

    def try_chosen(self) -> None:
        """Read the beginning of the chosen source, in a task."""
        from ....core.catalogue import CatalogueSource, profiles
        from .. import sources as catalogue_sources

        name = self._chosen()
        timeout = float(settings.load().values.timeout)
        known = self._sources.get(name)

        def work(feedback: Any) -> Any:
            if known is not None:
                source = CatalogueSource(known.name, known.kind, known.url, authcfg=known.authcfg)
            else:
                source = profiles()[name].source()
            return catalogue_sources.try_it(source, timeout, feedback)

        self._do(
            work,
            lambda found: (
                self.tr("It answers: {0} records on its first page, for instance “{1}”.").format(*found)
                if found[0]
                else self.tr("It answers, and has no record.")
            ),
            wrote=False,
        )

    def _do(self, work: Callable[[Any], Any], said: Callable[[Any], str], *, wrote: bool = True) -> None:
        self.said.setText(self.tr("One moment…"))
        self._busy(True)

        def done(result: Any) -> None:
            self._busy(False)
            self.said.setText(said(result))
            if wrote:
                self.changed.emit()

        def failed(error: Exception) -> None:
            from ..sources import what

            self._busy(False)
            said = error_reason(getattr(error, "code", ""), what(error))
            self.said.setText(self.tr("It does not work: {0}").format(said))
            self.changed.emit()

        self._tasks.start(
            self.windowTitle(), work, done, failed=failed, cancelled=lambda: self._busy(False), quiet=True
        )

    def _busy(self, on: bool) -> None:
        self.add.setEnabled(not on)
        self.tree.setEnabled(not on)
        self.test.setEnabled(not on)
