# SPDX-License-Identifier: GPL-2.0-or-later
"""The screens around the work: the options page, the doctor, the first run. Each is imported when it is opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Optional

from qgis.core import Qgis
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QAction, QDialog, QPushButton

from ..base import settings
from ..base.translate import Translated

MENU = "SIGM@communes"


class Screens(Translated, QObject):
    """Made in ``initGui``, taken away by :meth:`unload`."""

    def __init__(self, iface: Any, open_workspace: Optional[Callable[[Path], Any]] = None) -> None:
        super().__init__(iface.mainWindow())
        self.iface = iface
        self._open_workspace = open_workspace
        self._open: dict[str, QDialog] = {}
        self._message: Optional[Any] = None
        self._actions = [
            self._action("doctor", self.tr("Diagnostic…"), self.show_doctor),
            self._action("first_run", self.tr("First steps…"), self.show_first_run),
        ]
        from .options import OptionsFactory

        self._factory = OptionsFactory()
        iface.registerOptionsWidgetFactory(self._factory)
        if settings.is_first_run():
            iface.initializationCompleted.connect(self.invite)

    def _action(self, name: str, text: str, slot: Any) -> QAction:
        action = QAction(text, self.iface.mainWindow())
        action.setObjectName(f"sigma_communes_{name}")
        action.triggered.connect(lambda _=False: slot())
        self.iface.addPluginToMenu(MENU, action)
        return action

    def invite(self) -> None:
        """Say in the message bar, once QGIS is there, that there are first steps; nothing opens by itself."""
        bar = self.iface.messageBar()
        self._message = bar.createMessage("SIGM@communes", self.tr("Choose your commune and your workspace."))
        button = QPushButton(self.tr("First steps…"))
        button.clicked.connect(lambda _=False: self.show_first_run())
        self._message.layout().addWidget(button)
        # The person may close it; the object is gone then.
        self._message.destroyed.connect(self._message_gone)
        bar.pushWidget(self._message, Qgis.MessageLevel.Info)

    def _message_gone(self) -> None:
        self._message = None

    def show_first_run(self) -> None:
        """Open the first-run panel; QGIS can be used beside it."""
        from .first_run import FirstRun

        self._take_message_away()
        self._show("first_run", FirstRun)
        self._open["first_run"].accepted.connect(self._open_chosen)

    def _open_chosen(self) -> None:
        """End the first steps on the map of the workspace that was chosen."""
        chosen = settings.load().values.workspace
        if chosen and Path(chosen).is_file() and self._open_workspace is not None:
            self._open_workspace(Path(chosen))

    def _take_message_away(self) -> None:
        message, self._message = self._message, None
        if message is not None:
            self.iface.messageBar().popWidget(message)

    def show_doctor(self) -> None:
        """Open the doctor's screen."""
        from .doctor import DoctorDialog

        self._show("doctor", lambda parent: DoctorDialog(self.iface, parent))

    def _show(self, name: str, make: Any) -> None:
        dialog = self._open.get(name)
        if dialog is None:
            dialog = self._open[name] = make(self.iface.mainWindow())
            dialog.finished.connect(lambda _: self._closed(name))
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def _closed(self, name: str) -> None:
        dialog = self._open.pop(name, None)
        if dialog is not None:
            dialog.deleteLater()

    def unload(self) -> None:
        """Take everything away again."""
        self._take_message_away()
        for dialog in list(self._open.values()):
            dialog.close()
        self.iface.unregisterOptionsWidgetFactory(self._factory)
        for action in self._actions:
            self.iface.removePluginMenu(MENU, action)
            action.deleteLater()
        self._actions.clear()
        self.deleteLater()
