# SPDX-License-Identifier: GPL-2.0-or-later
"""The report servers as a person edits them: name, address, kind and authentication; no password is kept here."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.gui import QgsAuthConfigSelect, QgsFileWidget
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ....core.errors import SigmaError
from ...base.core_sentences import sentence
from ...base.error_text import error_lines
from ...base.language import language
from .servers import servers_file, title_of

if TYPE_CHECKING:
    from ....core.reports.sources.servers import Server


class ServerList(QWidget):
    """A table of servers with its buttons. What is edited is written at once to the file of servers."""

    changed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._servers: dict[str, Server] = {}
        self.file = QgsFileWidget()
        self.file.setFilter("YAML (*.yaml *.yml)")
        self.file.lineEdit().setShowClearButton(True)
        self.file.setAccessibleName(self.tr("File of servers"))
        self.file.fileChanged.connect(lambda _: self.read())
        self.table = QTableWidget(0, 3)
        self.table.setAccessibleName(self.tr("Report servers"))
        self.table.setHorizontalHeaderLabels([self.tr("Name"), self.tr("Address"), self.tr("Kind")])
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().setVisible(False)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.table.setMinimumHeight(self.fontMetrics().height() * 7)
        self.table.itemSelectionChanged.connect(self._enable)
        self.table.doubleClicked.connect(lambda _: self.edit())
        self._add = QPushButton(self.tr("Add…"))
        self._edit = QPushButton(self.tr("Edit…"))
        self._remove = QPushButton(self.tr("Remove"))
        row = QHBoxLayout()
        for button, act in ((self._add, self.add), (self._edit, self.edit), (self._remove, self.remove)):
            button.clicked.connect(lambda _=False, act=act: act())
            row.addWidget(button)
        row.addStretch()
        self._message = QLabel()
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._message.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)
        layout.addLayout(row)
        layout.addWidget(self._message)
        label = QLabel(self.tr("Kept in this file (none: that of the command line):"))
        label.setWordWrap(True)
        label.setBuddy(self.file)
        layout.addWidget(label)
        layout.addWidget(self.file)
        self.read()

    def path(self) -> str:
        """Return the chosen file; empty for the one of the command line."""
        return str(self.file.filePath())

    def set_path(self, path: str) -> None:
        """Show the servers of another file."""
        self.file.setFilePath(path or "")
        self.read()

    def read(self) -> None:
        """Read the servers again."""
        from ....core.reports.sources.servers import load_servers

        self._servers, said = {}, ""
        try:
            self._servers = load_servers(servers_file(self.path()))
        except SigmaError as error:
            said = error_lines(error)
        if not self._servers and not said:
            said = self.tr("No server yet: everything works off line, and what you edit waits here.")
        self._message.setText(said)
        self._message.setVisible(bool(said))
        self.table.setRowCount(len(self._servers))
        for row, (name, server) in enumerate(sorted(self._servers.items())):
            kind = server.profile if server.kind == "georeport" else kind_names()[server.kind]
            for column, text in enumerate((title_of(name, server), server.url, kind)):
                item = QTableWidgetItem(text)
                item.setData(Qt.ItemDataRole.UserRole, name)
                item.setToolTip(text)
                self.table.setItem(row, column, item)
        self._enable()

    def chosen(self) -> str:
        """Return the name of the chosen server; empty where none is."""
        items = self.table.selectedItems()
        return str(items[0].data(Qt.ItemDataRole.UserRole)) if items else ""

    def _enable(self) -> None:
        for button in (self._edit, self._remove):
            button.setEnabled(bool(self.chosen()))

    # --- what a person does --------------------------------------------------------------------------------------

    def add(self) -> None:
        """Ask for a server and keep it."""
        dialog = ServerDialog(self)
        if dialog.exec():
            self.keep(*dialog.server())

    def edit(self) -> None:
        """Let the chosen server be changed."""
        name = self.chosen()
        if name:
            dialog = ServerDialog(self, name, self._servers[name])
            if dialog.exec():
                self.keep(*dialog.server())

    def remove(self) -> None:
        """Take the chosen server out of the list; workspaces keep what they have of it."""
        from ....core.reports.sources.servers import remove_server

        if self.chosen():
            self._try(lambda: remove_server(self.chosen(), servers_file(self.path())))

    def keep(self, name: str, server: Server) -> None:
        """Write a server, in place of one of the same name."""
        from ....core.reports.sources.servers import save_server

        self._try(lambda: save_server(name, server, servers_file(self.path()), replace=True))

    def _try(self, act: Any) -> None:
        try:
            act()
        except SigmaError as error:
            self._message.setText(error_lines(error))
            self._message.setVisible(True)
            return
        self.read()
        self.changed.emit()


class ServerDialog(QDialog):
    """One server. OK only where it can be used."""

    def __init__(self, parent: Optional[QWidget] = None, name: str = "", server: Optional[Server] = None) -> None:
        super().__init__(parent)
        from ....core.reports.sources.profile import GENERIC, load_profile, profile_names

        self.setWindowTitle(self.tr("Report server"))
        self._name, self._before = name, server
        self.title = QLineEdit(title_of(name, server) if server else "")
        self.title.setPlaceholderText(self.tr("Town of …"))
        self.url = QLineEdit(server.url if server else "")
        self.url.setPlaceholderText("https://…/open311/v2")
        self.kind = QComboBox()
        for profile in profile_names():
            self.kind.addItem(load_profile(profile).title, ("georeport", profile))
        for kind, label in kind_names().items():
            self.kind.addItem(label, (kind, GENERIC))
        wanted = (server.kind, server.profile) if server else ("georeport", GENERIC)
        kinds = [self.kind.itemData(i) for i in range(self.kind.count())]
        if tuple(wanted) not in [tuple(kind) for kind in kinds]:
            self.kind.addItem(Path(wanted[1]).stem, wanted)  # a profile file of the person's own
            kinds.append(wanted)
        self.kind.setCurrentIndex([tuple(kind) for kind in kinds].index(tuple(wanted)))
        self.authcfg = QgsAuthConfigSelect()
        if server and server.authcfg:
            self.authcfg.setConfigId(server.authcfg)
        self.given = QLineEdit("; ".join(f"{k}={v}" for k, v in server.given.items()) if server else "")
        self.given.setPlaceholderText("jurisdiction_id=…")
        self.sender_line = QLineEdit("; ".join(f"{k}={v}" for k, v in server.sender.items()) if server else "")
        self.sender_line.setPlaceholderText("email=…")
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for label, widget in (
            (self.tr("Name"), self.title),
            (self.tr("Address"), self.url),
            (self.tr("Kind"), self.kind),
            (self.tr("Goes with every call"), self.given),
            (self.tr("Goes with what is sent"), self.sender_line),
            (self.tr("Authentication"), self.authcfg),
        ):
            widget.setAccessibleName(label)
            form.addRow(label, widget)
        self._message = QLabel()
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._message.setWordWrap(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self._message)
        layout.addWidget(self.buttons)
        self.resize(self.fontMetrics().horizontalAdvance("m") * 40, self.sizeHint().height())
        for line in (self.title, self.url, self.given, self.sender_line):
            line.textChanged.connect(lambda _: self._check())
        self.kind.currentIndexChanged.connect(lambda _: self._check())
        self._check()

    def server(self) -> tuple[str, Server]:
        """Return the name and the server; raises ValueError where it can't be used."""
        from ....core.reports.sources.servers import Server

        kind, profile = self.kind.currentData()
        title = self.title.text().strip()
        name = self._name or plain_name(title)
        if not name:
            raise ValueError(self.tr("Give it a name."))
        url = self.url.text().strip()
        if kind != "folder" and not re.match(r"https?://[^/\s]+", url):
            raise ValueError(self.tr("An address begins with https:// or http://."))
        if kind == "folder" and not Path(url).is_dir():
            raise ValueError(self.tr("There is no such folder."))
        area = self._before.area if self._before else ()
        try:
            made = Server(
                url,
                kind,
                profile,
                given=_pairs(self.given.text()),
                sender=_pairs(self.sender_line.text()),
                area=area,
                title=title if title != name else "",
                authcfg=self.authcfg.configId(),
            )
        except ValueError as error:
            said = self.tr("Passwords and keys do not belong here: choose an authentication below. ({0})")
            raise ValueError(said.format(error)) from error
        return name, made

    def _check(self) -> None:
        said = ""
        try:
            self.server()
        except ValueError as error:
            said = sentence(str(error))
        self._message.setText(said)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not said)


def kind_names() -> dict[str, str]:
    """Return the kinds that are no report server → what they are called."""
    from ....core.reports.sources.registry import KINDS

    return {kind.kind: kind.label.in_language(language()) for kind in KINDS if kind.kind != "georeport"}


def plain_name(title: str) -> str:
    """Return a name for the file from what a person calls a server.

    >>> plain_name("Ville de Test (é)")
    'ville-de-test-e'
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60]


def _pairs(text: str) -> dict[str, str]:
    out = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        name, sign, value = part.partition("=")
        if not sign or not name.strip():
            raise ValueError(f"{part}: NAME=VALUE")
        out[name.strip()] = value.strip()
    return out
