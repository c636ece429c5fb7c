# SPDX-License-Identifier: GPL-2.0-or-later
"""The report servers as a person edits them: name, address, kind and authentication; no password is kept here."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
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
from ...base.error_text import error_lines, told
from ...base.language import language
from ...base.tasks import CoreTask, Tasks
from ..pane.field_words import FieldWords
from .servers import network_allowed, servers_file, session_of, title_of, unlock

if TYPE_CHECKING:
    from ....core.feedback import Feedback
    from ....core.reports.sources.servers import Server


_ASK = ("", "")
"""The kind that is found out by asking."""
_PATIENCE_S = 20


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
        self._words = FieldWords()
        self.title = QLineEdit(title_of(name, server) if server else "")
        self.title.setPlaceholderText(self.tr("Town of …"))
        self.url = QLineEdit(server.url if server else "")
        self.url.setPlaceholderText("https://…/open311/v2")
        self.kind = QComboBox()
        if server is None:
            self.kind.addItem(self.tr("Recognise it by asking"), _ASK)
        for profile in profile_names():
            title = self.tr("GeoReport v2, of no known make") if profile == GENERIC else load_profile(profile).title
            self.kind.addItem(title, ("georeport", profile))
        for kind, label in kind_names().items():
            self.kind.addItem(label, (kind, GENERIC))
        wanted = (server.kind, server.profile) if server else _ASK
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
        self.test = self.buttons.addButton(self.tr("Test"), QDialogButtonBox.ButtonRole.ActionRole)
        self.test.setToolTip(self.tr("Ask the server what it is, and whether it answers; nothing is sent"))
        self.test.clicked.connect(lambda _=False: self.ask())
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._tasks = Tasks(None, self)
        self._asking: Optional[CoreTask] = None
        self._asked = ""
        self.given.setToolTip(self.tr("Parameters that this server wants with each call, as name=value"))
        self.sender_line.setToolTip(self.tr("What the server is told of us with each report or reply, as name=value"))
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self._message)
        layout.addWidget(self.buttons)
        self.resize(self.fontMetrics().horizontalAdvance("m") * 40, self.sizeHint().height())
        for line in (self.title, self.url, self.given, self.sender_line):
            line.textChanged.connect(lambda _: self._check())
        self.kind.currentIndexChanged.connect(lambda _: self._check())
        self._check()

    # --- asking the server ---------------------------------------------------------------------------------------

    def accept(self) -> None:
        """Keep it; what kind it is is asked first where nobody said."""
        if tuple(self.kind.currentData()) == _ASK and self._asked != self.url.text().strip() and network_allowed():
            self.ask(then_accept=True)
        else:
            super().accept()

    def reject(self) -> None:
        """Leave it, and wait for no answer."""
        self._tasks.drop(self._asking)
        super().reject()

    def ask(self, *, then_accept: bool = False) -> None:
        """Ask the server what it is; it is told below. ``then_accept``: and keep it where it answers."""
        if self._asking is not None or not unlock({"": self.server()[1]}):
            return
        name, server = self.server()
        recognise = tuple(self.kind.currentData()) == _ASK
        self._asked = self.url.text().strip()
        self._message.setText(self.tr("Asking the server…"))
        self._enable(False)

        def answered(found: Any) -> None:
            self._answer_ended()
            probe, tried = found
            if probe is not None:
                self.url.setText(probe.url)
                self._asked = probe.url.strip()
                self._choose_kind(probe.kind, probe.profile)
            said = self.tr("It answers: {0}").format(self.kind.currentText())
            if tried is not None:
                takes = ", ".join(self._words.field(what) for what in tried.takes)
                said = self.tr("{0}; it takes: {1}").format(said, takes or self.tr("nothing from us"))
            notes = [sentence(note) for note in probe.notes] if probe is not None else []
            self._message.setText("\n".join((said, *notes)))
            if then_accept:
                super(ServerDialog, self).accept()

        def failed(error: Exception) -> None:
            self._answer_ended()
            said = self.tr("It is not clear what it is: {0}").format(told(error))
            again = self.tr("Choose its kind yourself, or press OK again to keep it as a GeoReport server.")
            self._message.setText("\n".join((said, again)) if then_accept else said)

        self._asking = self._tasks.start(
            self.tr("Report server"),
            lambda feedback: _look(name, server, recognise, feedback),
            answered,
            failed=failed,
            cancelled=self._answer_ended,
            quiet=True,
        )

    def _answer_ended(self) -> None:
        self._asking = None
        self._enable(True)

    def _enable(self, on: bool) -> None:
        for button in (self.buttons.button(QDialogButtonBox.StandardButton.Ok), self.test):
            button.setEnabled(on)

    def _choose_kind(self, kind: str, profile: str) -> None:
        wanted = (kind, profile)
        at = next((i for i in range(self.kind.count()) if tuple(self.kind.itemData(i)) == wanted), -1)
        if at >= 0:
            self.kind.setCurrentIndex(at)

    # --- what it is ----------------------------------------------------------------------------------------------

    def server(self) -> tuple[str, Server]:
        """Return the name and the server; raises ValueError where it can't be used."""
        from ....core.reports.sources.profile import GENERIC
        from ....core.reports.sources.servers import Server

        kind, profile = self.kind.currentData()
        if (kind, profile) == _ASK:
            kind, profile = "georeport", GENERIC
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
        self._enable(not said and self._asking is None)


def _look(name: str, server: Server, recognise: bool, feedback: Feedback) -> tuple[Any, Any]:
    """Return what was recognised (None where the kind is known) and what the server takes; in a thread."""
    from ....core.reports.sources.check import try_server
    from ....core.reports.sources.probe import probe

    with session_of(server, feedback, _PATIENCE_S) as session:
        found = probe(server.url, session, given=server.given, feedback=feedback) if recognise else None
        if found is not None:
            server = replace(server, url=found.url, kind=found.kind, profile=found.profile)
        try:
            return found, try_server(name, server, session, feedback)
        except SigmaError:
            if found is None:
                raise
            return found, None


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
