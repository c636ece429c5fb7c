# SPDX-License-Identifier: GPL-2.0-or-later
"""The screen “Diagnostic”: is all that is needed there, and a button for what is not."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Optional

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QSize, Qt, QUrl
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QMessageBox,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ...core.errors import MissingPackage, SigmaError
from ..base import settings
from ..base.error_text import error_lines
from ..base.runtime import PACKAGES, lacking, runtime_folder, runtime_root
from ..base.tasks import CoreTask, Tasks
from ..base.translate import Translated
from ..reports.exchange.servers import known_servers, session_of, unlock
from .diagnosis import ERROR, INFO, MARKS, OK, TESTED_ADDRESS, WAITING, WARNING, Diagnosis, Finding
from .install_runtime import RuntimeInstallation, result_of
from .python_program import PythonProcess, python_program

_ICONS = {
    OK: "mIconSuccess.svg",
    INFO: "mIconInfo.svg",
    WARNING: "mIconWarning.svg",
    ERROR: "mIconCritical.svg",
    WAITING: "mIconInfo.svg",
}
_WORKER_S = 90
_PATIENCE_S = 20
_ORDER = (
    "versions", "settings", "shapely", "onnxruntime", "model", "heif", "communes", "workspace", "drift", "disk",
    "network", "servers",
)  # fmt: skip


class DoctorDialog(Translated, QDialog):
    """Looks when it is shown; what may take long is looked at in a task or in a process of its own."""

    def __init__(self, iface: Any = None, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.iface = iface
        self.setObjectName("sigma_communes_doctor")
        self.setWindowTitle(self.tr("Diagnostic — SIGM@communes"))
        self.findings: dict[str, Finding] = {}
        self._said = Diagnosis()
        self._tasks = Tasks(None, self)
        self._looks: list[CoreTask] = []
        self._worker: Optional[PythonProcess] = None
        self._rows = QGridLayout()
        self._rows.setColumnStretch(1, 1)
        self._rows.setSizeConstraint(QLayout.SizeConstraint.SetMinimumSize)
        self._buttons = self._end_buttons()
        content = QWidget()
        outer = QVBoxLayout(content)
        outer.addLayout(self._rows)
        outer.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(content)
        layout = QVBoxLayout(self)
        layout.addWidget(area)
        layout.addWidget(self._buttons)
        for first, then in zip(self._ending, self._ending[1:]):
            QWidget.setTabOrder(first, then)
        self.resize(self._size())

    def _size(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance("m") * 62
        return QSize(width, self.fontMetrics().height() * 26)

    def _end_buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = QPushButton(self.tr("Copy the report"))
        copy.setToolTip(self.tr("Without passwords and keys"))
        copy.clicked.connect(self.copy_report)
        again = QPushButton(self.tr("Check again"))
        again.clicked.connect(self.look)
        box.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        box.addButton(again, QDialogButtonBox.ButtonRole.ActionRole)
        self._ending = (copy, again, box.button(QDialogButtonBox.StandardButton.Close))
        box.rejected.connect(self.reject)
        return box

    # --- looking -------------------------------------------------------------------------------------------------

    def showEvent(self, event: Any) -> None:
        """Look at the first time."""
        super().showEvent(event)
        if not self.findings:
            self.look()

    def look(self) -> None:
        """Look at everything again."""
        loaded = settings.load()
        self.findings = {}
        found = [self._said.versions(), self._said.network(loaded.values.network), self._servers()]
        chosen = self._said.chosen(loaded)
        found += [chosen] if chosen else []
        workspace = loaded.values.workspace
        found.append(
            self._said.disk(Path(workspace).parent if workspace else Path(QgsApplication.qgisSettingsDirPath()))
        )
        waiting = self.tr("Looking…")
        found += [Finding(key, WAITING, waiting) for key in ("onnxruntime", "model", "communes")]
        found.append(Finding("workspace", WAITING, waiting) if workspace else self._said.no_workspace())
        for finding in found:
            self.findings[finding.key] = finding
        self._show()
        self._look_at_runtime(loaded.values.model)
        self._in_task(_look_at_communes, lambda said: self._take(self._said.communes(*said)))
        if workspace:
            path = Path(workspace)
            self._in_task(lambda: _look_at_workspace(path), lambda said: self._take(self._said.workspace(path, *said)))
            self._in_task(lambda: _look_at_drift(path), self._take_drift)

    def _take_drift(self, found: Any) -> None:
        finding = self._said.drift(found)
        if finding is not None:
            self._take(finding)

    def _look_at_runtime(self, model: str) -> None:
        program = python_program()
        if program is None:
            self._take(self._said.worker_failed(""))
            self._take(self._said.model({}))
            return
        if self._worker is not None:
            self._worker.ended.disconnect()
            self._worker.stop()
        self._worker = PythonProcess(self)
        self._worker.ended.connect(self._runtime_seen)
        folder = runtime_folder()
        script = Path(__file__).with_name("runtime_check.py")
        arguments = [str(script), str(folder) if folder else "-", model or "default"]
        self._worker.start(program, arguments, seconds=_WORKER_S)

    def _runtime_seen(self, code: int, output: str) -> None:
        self._worker = None
        found = result_of(output)
        shapely = self._said.shapely(found) if found else None
        for finding in (shapely, self._said.heif(found) if found else None):
            if finding is not None:
                self._take(finding)
        self._take(self._said.runtime(found) if found else self._said.worker_failed(output))
        self._take(self._said.model(found))

    def _in_task(self, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        title = self.tr("SIGM@communes: diagnostic")
        self._looks.append(self._tasks.start(title, lambda feedback: work(), then, quiet=True))

    def _take(self, finding: Finding) -> None:
        self.findings[finding.key] = finding
        self._show()

    def closeEvent(self, event: Any) -> None:
        """Let nothing come back to a closed window."""
        self._forget()
        super().closeEvent(event)

    def reject(self) -> None:
        """Close."""
        self._forget()
        super().reject()

    def _forget(self) -> None:
        for look in self._looks:
            self._tasks.drop(look)
        self._looks = []
        if self._worker is not None:
            self._worker.ended.disconnect()
            self._worker.stop()
            self._worker = None
        self.findings = {}

    # --- showing -------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        while self._rows.count():
            widget = self._rows.takeAt(0).widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        keys = self._ordered()
        for row, key in enumerate(keys):
            finding = self.findings[key]
            side = self.fontMetrics().height() * 3 // 2
            icon = QLabel()
            icon.setPixmap(QgsApplication.getThemeIcon(f"/{_ICONS[finding.status]}").pixmap(side, side))
            icon.setAccessibleName(self._status_name(finding.status))
            icon.setToolTip(self._status_name(finding.status))
            text = QLabel(finding.text)
            text.setTextFormat(Qt.TextFormat.PlainText)
            text.setWordWrap(True)
            text.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            text.setAccessibleName(f"{self._status_name(finding.status)}: {finding.text}")
            text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            self._rows.addWidget(icon, row * 2, 0, Qt.AlignmentFlag.AlignTop)
            self._rows.addWidget(text, row * 2, 1)
            if finding.fixes:
                self._rows.addWidget(self._fixes(finding), row * 2 + 1, 1)

    def _fixes(self, finding: Finding) -> QWidget:
        labels = self.fix_labels()
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 6)
        for key in finding.fixes:
            button = QPushButton(labels[key])
            button.setObjectName(f"fix_{key}")
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, wanted=key: self.fix(wanted))
            line.addWidget(button)
        line.addStretch(1)
        return holder

    def _status_name(self, status: str) -> str:
        return {
            OK: self.tr("in order"),
            WARNING: self.tr("to be looked at"),
            INFO: self.tr("for your information"),
            ERROR: self.tr("not in order"),
            WAITING: self.tr("being looked at"),
        }[status]

    def report(self) -> str:
        """Return the report as text."""
        return self._said.report([self.findings[key] for key in self._ordered()], settings.load())

    def _ordered(self) -> list[str]:
        tried = sorted(key for key in self.findings if key.startswith("server:"))
        return [key for key in _ORDER if key in self.findings] + tried

    def copy_report(self) -> None:
        """Put the report on the clipboard."""
        QgsApplication.clipboard().setText(self.report())

    # --- fixing --------------------------------------------------------------------------------------------------

    def fix_labels(self) -> dict[str, str]:
        """Return fix key → label of its button."""
        return {
            "install": self.tr("Install into the profile…"),
            "install_wheels": self.tr("From a folder of wheels…"),
            "install_other": self.tr("With another Python…"),
            "model": self.tr("Import a model…"),
            "communes": self.tr("Refresh the map…"),
            "workspace": self.tr("Choose a workspace…"),
            "migrate": self.tr("Bring it up to date"),
            "open_folder": self.tr("Open the folder"),
            "test_network": self.tr("Test the connection"),
            "proxy": self.tr("Proxy of QGIS…"),
            "options": self.tr("Options…"),
            "test_servers": self.tr("Test the servers"),
            "authentication": self.tr("Look at the authentication…"),
        }

    def fix(self, key: str) -> None:
        """Do what a button says."""
        fixes: dict[str, Callable[[], Any]] = {
            "install": self._install,
            "install_wheels": self._install_wheels,
            "install_other": self._install_other,
            "model": self._import_model,
            "communes": self._refresh_communes,
            "workspace": self._choose_workspace,
            "migrate": self._migrate,
            "open_folder": self._open_folder,
            "test_network": self._test_network,
            "proxy": lambda: self._options("mOptionsPageNetwork"),
            "options": lambda: self._options("sigma_communes_options"),
            "test_servers": self._test_servers,
            "authentication": lambda: self._options("mOptionsPageAuth"),
        }
        fixes[key]()

    def _install(self, wheels: Optional[Path] = None, program: Optional[Path] = None) -> None:
        dialog = InstallDialog(wheels=wheels, program=program, parent=self)
        dialog.exec()
        self.look()

    def _install_wheels(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Folder with the wheels"))
        if folder:
            self._install(wheels=Path(folder))

    def _install_other(self) -> None:
        program, _ = QFileDialog.getOpenFileName(self, self.tr("A Python that has pip"))
        if program:
            self._install(program=Path(program))

    def _import_model(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Folder of a model (it holds model.onnx)"))
        if not folder:
            return
        try:
            copied = import_model(Path(folder))
        except OSError as error:
            QMessageBox.warning(self, self.windowTitle(), str(error))
            return
        if copied is None:
            QMessageBox.warning(self, self.windowTitle(), self.tr("There is no model.onnx in this folder."))
            return
        loaded = settings.load()
        settings.save(settings.replaced(loaded.values, model=str(copied)))
        self.look()

    def _choose_workspace(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a workspace"), "", "GeoPackage (*.gpkg)")
        if path:
            settings.save(settings.replaced(settings.load().values, workspace=path))
            self.look()

    def _migrate(self) -> None:
        from ...core.store import Workspace

        try:
            Workspace.open(settings.load().values.workspace, create=False).close()
        except SigmaError as error:
            QMessageBox.warning(self, self.windowTitle(), error_lines(error))
        self.look()

    def _open_folder(self) -> None:
        workspace = settings.load().values.workspace
        folder = str(Path(workspace).parent) if workspace else QgsApplication.qgisSettingsDirPath()
        QDesktopServices.openUrl(QUrl.fromLocalFile(folder))

    def _test_network(self) -> None:
        self._take(Finding("network", WAITING, self.tr("Asking {address}…").format(address=TESTED_ADDRESS)))
        self._in_task(_look_at_network, lambda error: self._take(self._said.network_tried(error)))

    def _servers(self) -> Finding:
        try:
            return self._said.servers(known_servers(), settings.load().values.network)
        except SigmaError as error:
            return self._said.servers_unreadable(error)

    def _test_servers(self) -> None:
        servers = known_servers()
        if not unlock(servers):
            return
        for name, server in servers.items():
            self._take(self._said.server_asked(name, server))
            self._in_task(partial(_look_at_server, name, server), partial(self._server_seen, name, server))

    def _server_seen(self, name: str, server: Any, seen: tuple[Any, Optional[SigmaError]]) -> None:
        self._take(self._said.server(name, server, *seen))

    def _refresh_communes(self) -> None:
        from qgis import processing

        processing.execAlgorithmDialog("sigma_communes:refresh_communes", {})
        self.look()

    def _options(self, page: str) -> None:
        if self.iface is not None:
            self.iface.showOptionsDialog(self, page)
            self.look()


def _look_at_communes() -> tuple[str, str]:
    try:
        from ...core import territory

        found = territory.load(territory.current_map())
    except MissingPackage:
        return "", "shapely"
    except SigmaError as error:
        return "", error_lines(error)
    return f"{found.name}, {len(found)}, {found.date}", ""


def _look_at_workspace(path: Path) -> tuple[Any, Optional[SigmaError]]:
    try:
        from ...core.jobs.overview import workspace_health

        return workspace_health(path), None
    except ImportError as error:
        return None, MissingPackage(str(error))
    except SigmaError as error:
        return None, error


def _look_at_drift(path: Path) -> Any:
    """What can't be read is told by the line of the workspace."""
    try:
        from ...core.jobs.overview import workspace_drift

        return workspace_drift(path)
    except (ImportError, SigmaError):
        return None


def _look_at_server(name: str, server: Any) -> tuple[Any, Optional[SigmaError]]:
    """Return what a server showed, or why it did not; in a thread."""
    from ...core.feedback import SILENT
    from ...core.reports.sources.check import try_server

    try:
        with session_of(server, SILENT, _PATIENCE_S) as session:
            return try_server(name, server, session), None
    except SigmaError as error:
        return None, error


def _look_at_network() -> str:
    from ...core.transport import Limits, fetch
    from ..base.transport import qgis_session

    try:
        with qgis_session(patience=15) as session:
            fetch(session, TESTED_ADDRESS, method="HEAD", limits=Limits(retries=0), accept=_ANY_STATUS)
    except SigmaError as error:
        return error_lines(error)
    return ""


# Any answer shows that the network is there, but for a proxy that wants a password.
_ANY_STATUS = frozenset(range(400, 600)) - {407}


def import_model(folder: Path) -> Optional[Path]:
    """Copy a model package into the profile and return the copy; None where the folder holds no ``model.onnx``.

    Raises
    ------
    OSError
        It can't be read or written.
    """
    if not (folder / "model.onnx").is_file():
        return None
    target = runtime_root().parent / "models" / folder.name
    if folder.resolve() != target.resolve():
        target.mkdir(parents=True, exist_ok=True)
        for file in folder.iterdir():
            if file.is_file():
                shutil.copyfile(file, target / file.name)
    return target


class InstallDialog(Translated, QDialog):
    """Asks for consent, then shows how the installation goes."""

    def __init__(
        self, *, wheels: Optional[Path] = None, program: Optional[Path] = None, parent: Optional[QWidget] = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Install what is missing"))
        self._wheels, self._program = wheels, program
        self._installation: Optional[RuntimeInstallation] = None
        self.worked = False
        text = QLabel(self._consent())
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.hide()
        self._log = QPlainTextEdit()
        self._log.setReadOnly(True)
        self._log.setAccessibleName(self.tr("What the installation says"))
        self._log.hide()
        self._box = QDialogButtonBox()
        self._start = self._box.addButton(self.tr("Install"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._close = self._box.addButton(QDialogButtonBox.StandardButton.Cancel)
        self._start.clicked.connect(self.start)
        self._close.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (text, self._bar, self._log):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addWidget(self._box)
        self.resize(self.fontMetrics().horizontalAdvance("m") * 46, self.sizeHint().height())

    def _consent(self) -> str:
        if self._wheels is not None:
            source = self.tr("from the folder {folder}; nothing is downloaded").format(folder=self._wheels)
        else:
            source = self.tr("by pip, from the package registry that pip uses on this computer (about 25 MB)")
        purposes = {
            "shapely": self.tr("shapely (BSD licence), to place points in communes"),
            "onnxruntime": self.tr("onnxruntime (MIT licence), to classify photos"),
            "pillow_heif": self.tr("pillow-heif (BSD licence), to read HEIC photos of iPhones"),
        }
        names = "\n".join(f"• {purposes[name]}" for name in lacking() or PACKAGES)
        return self.tr(
            "This QGIS lacks\n\n{names}\n\nIt will be installed {source}, into {folder} (about 80 MB).\n\n"
            "QGIS' own folders are not changed. To remove it, delete this folder."
        ).format(names=names, source=source, folder=runtime_root())

    def start(self) -> None:
        """Begin, as the person agreed."""
        self._start.setEnabled(False)
        self._bar.show()
        self._log.show()
        self._close.setText(self.tr("Stop"))
        self._installation = RuntimeInstallation(wheels=self._wheels, program=self._program, parent=self)
        self._installation.told.connect(self._log.appendPlainText)
        self._installation.ended.connect(self._ended)
        self._installation.start()

    def reject(self) -> None:
        """Stop a running installation, else close."""
        if self._installation is not None:
            self._installation.stop()
        else:
            super().reject()

    def _ended(self, worked: bool, text: str) -> None:
        self._installation = None
        self.worked = worked
        self._bar.setRange(0, 1)
        self._bar.setValue(1 if worked else 0)
        self._log.appendPlainText(f"{MARKS[OK if worked else ERROR]} {text}")
        self._close.setText(self.tr("Close"))
        self._start.setText(self.tr("Try again"))
        self._start.setVisible(not worked)
        self._start.setEnabled(True)
