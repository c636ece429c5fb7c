# SPDX-License-Identifier: GPL-2.0-or-later
"""The first-run panel: which commune, which workspace, which servers; each may be left out, all may be skipped."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from qgis.gui import QgsFileWidget
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QLabel, QVBoxLayout, QWidget, QWizard, QWizardPage

from ..base import settings
from ..base.translate import Translated
from ..reports.exchange.server_list import ServerList
from .options import CommuneBox


class FirstRun(Translated, QWizard):
    """Stores each answer when it is finished; skipped, it keeps what was given so far and is not shown again."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("sigma_communes_first_run")
        self.setWindowTitle(self.tr("Welcome to SIGM@communes"))
        self.setWizardStyle(QWizard.WizardStyle.ModernStyle)
        self.setOption(QWizard.WizardOption.NoBackButtonOnStartPage)
        self.setButtonText(QWizard.WizardButton.NextButton, self.tr("Next"))
        self.setButtonText(QWizard.WizardButton.BackButton, self.tr("Back"))
        self.setButtonText(QWizard.WizardButton.FinishButton, self.tr("Finish"))
        self.setButtonText(QWizard.WizardButton.CancelButton, self.tr("Skip"))
        loaded = settings.load()
        values = loaded.values
        self.commune = CommuneBox()
        self.commune.set_code(values.commune)
        self.workspace = QgsFileWidget()
        self.workspace.setStorageMode(QgsFileWidget.StorageMode.GetFile)
        self.workspace.setFilter("GeoPackage (*.gpkg)")
        self.workspace.setFilePath(values.workspace)
        self.servers = ServerList()
        self.servers.set_path(values.servers)
        for name, title, label, text, widget in (
            (
                "commune",
                self.tr("Your commune"),
                self.tr("Commune"),
                self.tr(
                    "What the screens and bulletins show first. You can type a part of its name. All others stay "
                    "within reach."
                ),
                self.commune,
            ),
            (
                "workspace",
                self.tr("Your workspace"),
                self.tr("Workspace"),
                self.tr(
                    "One GeoPackage file holds reports, photos, decisions and teams. If you have none yet, leave this "
                    "empty: “Photos and reports to incidents…” makes one from your own photos and lists."
                ),
                self.workspace,
            ),
            (
                "servers",
                self.tr("Report servers"),
                self.tr("Servers"),
                self.tr(
                    "The servers to exchange reports with, if your commune has any. Without one everything works off "
                    "line. Passwords stay in QGIS' own authentication store."
                ),
                self.servers,
            ),
        ):
            self.addPage(_page(title, label, text, widget, self._override(name, loaded)))
            widget.setEnabled(name not in loaded.overridden)
        self.resize(self.fontMetrics().horizontalAdvance("m") * 44, self.fontMetrics().height() * 26)

    def _override(self, name: str, loaded: settings.Loaded) -> str:
        if name not in loaded.overridden:
            return ""
        return self.tr("Given by your administrator ({variable}).").format(variable=loaded.overridden[name])

    def accept(self) -> None:
        """Store the answers."""
        self._store()
        super().accept()

    def reject(self) -> None:
        """Leave out the rest: what was given so far is kept, all of it is in the options later."""
        self._store()
        super().reject()

    def _store(self) -> None:
        values = settings.load().values
        given = self.workspace.filePath()
        settings.save(
            settings.replaced(
                values,
                commune=self.commune.code(),
                workspace=given if not given or Path(given).is_file() else values.workspace,
                servers=self.servers.path(),
            )
        )
        settings.first_run_done()


def _page(title: str, label: str, text: str, widget: QWidget, note: str) -> QWizardPage:
    page = QWizardPage()
    page.setTitle(title)
    said = QLabel(text)
    said.setTextFormat(Qt.TextFormat.PlainText)
    said.setWordWrap(True)
    name = QLabel(label)
    name.setBuddy(widget)
    widget.setAccessibleName(label)
    layout = QVBoxLayout(page)
    layout.addWidget(said)
    layout.addSpacing(12)
    layout.addWidget(name)
    layout.addWidget(widget)
    if note:
        layout.addWidget(QLabel(note))
    layout.addStretch(1)
    return page
