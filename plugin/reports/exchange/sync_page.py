# SPDX-License-Identifier: GPL-2.0-or-later
"""What will leave, server by server, report by report, before anything does: the person ticks and confirms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Optional

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...base.core_sentences import sentence
from ...workspace_file import Opened
from ..pane.field_words import FieldWords

if TYPE_CHECKING:
    from ....core.reports.sync.outgoing import Leaving

_MOST_SHOWN = 300  # reports of one server; the others are ticked together
_KEYS = Qt.ItemDataRole.UserRole


class SyncPage(QDialog):
    """Emits :attr:`confirmed` with server → keys of the edits that may leave; empty: only receive."""

    confirmed = pyqtSignal(dict)

    def __init__(
        self,
        opened: Opened,
        leaving: Mapping[str, Sequence[Leaving]],
        titles: Mapping[str, str],
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("sigma_communes_sync")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Send and receive"))
        self._opened, self._words = opened, FieldWords()
        said = QLabel(self.tr("Only what is ticked leaves. What is not ticked waits here; nothing is lost."))
        said.setWordWrap(True)
        self.tree = QTreeWidget()
        self.tree.setAccessibleName(self.tr("What will leave"))
        self.tree.setHeaderLabels([self.tr("Report"), self.tr("Change"), self.tr("By")])
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.tree.setColumnWidth(0, self.fontMetrics().horizontalAdvance("m") * 20)
        self.tree.setColumnWidth(2, self.fontMetrics().horizontalAdvance("m") * 12)
        self.tree.setUniformRowHeights(True)
        for name, reports in leaving.items():
            self._add_server(name, titles.get(name, name), reports)
        self.tree.itemChanged.connect(lambda *_: self._count())
        buttons = QDialogButtonBox()
        self.send = QPushButton()
        self.send.setDefault(True)
        self.receive = QPushButton(self.tr("Only receive"))
        buttons.addButton(self.send, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(self.receive, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self.send.clicked.connect(lambda _=False: self._end(self.chosen()))
        self.receive.clicked.connect(lambda _=False: self._end({}))
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(said)
        layout.addWidget(self.tree, 1)
        layout.addWidget(buttons)
        self.resize(self.fontMetrics().horizontalAdvance("m") * 62, self.fontMetrics().height() * 26)
        self._count()

    def _add_server(self, name: str, title: str, reports: Sequence[Leaving]) -> None:
        top = QTreeWidgetItem([title])
        top.setData(0, Qt.ItemDataRole.UserRole + 1, name)
        leave = [report for report in reports if report.keys]
        stay = [report for report in reports if not report.keys]
        if leave:
            top.setFlags(top.flags() | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsAutoTristate)
        self.tree.addTopLevelItem(top)
        for report in leave[:_MOST_SHOWN]:
            self._add_report(top, report)
        rest = leave[_MOST_SHOWN:]
        if rest:
            keys = [key for report in rest for key in report.keys]
            self._tickable(QTreeWidgetItem(top, [self.tr("… and {0} more").format(len(rest))]), keys)
        if stay:
            held = QTreeWidgetItem(
                top, [self.tr("1 stays here") if len(stay) == 1 else self.tr("{0} stay here").format(len(stay))]
            )
            for report in stay[:_MOST_SHOWN]:
                self._add_report(held, report)
        top.setExpanded(True)

    def _add_report(self, above: QTreeWidgetItem, report: Leaving) -> None:
        changes = [self._change(line.what, line.old, line.new) for line in report.lines if not line.stays]
        by = {self._words.who(line.who): None for line in report.lines}
        said = report.place or report.report_id
        item = QTreeWidgetItem(above, [said, " · ".join(changes), ", ".join(by)])
        item.setToolTip(0, report.report_id)
        item.setToolTip(1, "\n".join(changes))
        if report.keys:
            self._tickable(item, list(report.keys))
        for line in report.lines:
            text = self._change(line.what, line.old, line.new)
            if line.stays:
                text = self.tr("{0} — stays here: {1}").format(text, sentence(line.why))
            child = QTreeWidgetItem(item, ["", text, self._words.by(line.who, line.at)])
            child.setToolTip(1, text)
            child.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)

    def _tickable(self, item: QTreeWidgetItem, keys: list[int]) -> None:
        item.setFlags((item.flags() | Qt.ItemFlag.ItemIsUserCheckable) & ~Qt.ItemFlag.ItemIsAutoTristate)
        item.setCheckState(0, Qt.CheckState.Checked)
        item.setData(0, _KEYS, keys)

    def _change(self, what: str, old: str, new: str) -> str:
        name = self._words.field(what)
        if what in ("insert", "delete"):
            return name
        now = self._words.value(self._opened, what, new)
        if what == "comment":
            return f"{name} : « {now} »" if self.locale().name().startswith("fr") else f"{name}: “{now}”"
        return self.tr("{0}: {1} → {2}").format(name, self._words.value(self._opened, what, old), now)

    def chosen(self) -> dict[str, list[int]]:
        """Return server → keys of the edits that are ticked."""
        out: dict[str, list[int]] = {}
        for i in range(self.tree.topLevelItemCount()):
            top: Any = self.tree.topLevelItem(i)
            keys: list[int] = []
            for child in (top.child(j) for j in range(top.childCount())):
                if child.data(0, _KEYS) and child.checkState(0) == Qt.CheckState.Checked:
                    keys.extend(child.data(0, _KEYS))
            if keys:
                out[top.data(0, Qt.ItemDataRole.UserRole + 1)] = keys
        return out

    def _count(self) -> None:
        count = sum(len(keys) for keys in self.chosen().values())
        self.send.setText(
            self.tr("Send 1 change and receive")
            if count == 1
            else self.tr("Send {0} changes and receive").format(count)
        )
        self.send.setEnabled(bool(count))

    def _end(self, keys: dict[str, list[int]]) -> None:
        self.confirmed.emit(keys)
        self.accept()
