# SPDX-License-Identifier: GPL-2.0-or-later
"""The Python program of this QGIS, run as a process of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Optional

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, pyqtSignal


def python_program() -> Optional[Path]:
    """Return the Python that QGIS runs in; None where its folder holds none.

    In QGIS ``sys.executable`` may be QGIS itself, and starting that would open a second window.
    """
    return next((path for path in _candidates() if path.is_file()), None)


def _candidates() -> Iterator[Path]:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    running = Path(sys.executable or "")
    roots = [Path(sys.exec_prefix), Path(sys.base_exec_prefix), Path(os.__file__).resolve().parents[1]]
    # An embedded Python takes the first python3 on the PATH for itself: that may be pyenv's or conda's.
    ours = any(root in running.parents for root in (*roots, Path(QgsApplication.applicationDirPath())))
    if running.name.lower().startswith("python") and ours:
        yield running
    if sys.platform == "win32":
        for root in roots:
            yield from (root / "python.exe", root / "python3.exe")
    else:
        roots += [Path(QgsApplication.applicationDirPath()), Path(os.__file__).resolve().parents[2]]
        for root in roots:
            yield from (root / "bin" / f"python{version}", root / "bin" / "python3")


class PythonProcess(QObject):
    """One run of a Python program; ``said`` gives its lines, ``ended`` its exit code and all that it said.

    The exit code is -1 where it did not start, crashed, or was stopped.
    """

    said = pyqtSignal(str)
    ended = pyqtSignal(int, str)

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._process = QProcess(self)
        self._process.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
        self._process.readyReadStandardOutput.connect(self._take)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._failed)
        self._limit = QTimer(self)
        self._limit.setSingleShot(True)
        self._limit.timeout.connect(self.stop)
        self._output = ""
        self._over = False

    def start(
        self, program: Path, arguments: Sequence[str], *, seconds: int, environment: Optional[dict[str, str]] = None
    ) -> None:
        """Start; it is stopped after so many seconds."""
        variables = QProcessEnvironment.systemEnvironment()
        for name, value in {"PYTHONIOENCODING": "utf-8", **(environment or {})}.items():
            variables.insert(name, value)
        self._process.setProcessEnvironment(variables)
        self._limit.start(seconds * 1000)
        self._process.start(str(program), list(arguments))

    def stop(self) -> None:
        """Stop at once; ``ended`` follows."""
        self._process.kill()

    def wait(self) -> None:
        """Wait for the end; for scripts and tests, not for screens."""
        self._process.waitForFinished(-1)

    def _take(self) -> None:
        text = bytes(self._process.readAllStandardOutput()).decode("utf-8", "replace")
        self._output += text
        for line in text.splitlines():
            if line.strip():
                self.said.emit(line.strip())

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._take()
        self._end(code if status == QProcess.ExitStatus.NormalExit else -1)

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._output += self._process.errorString()
            self._end(-1)

    def _end(self, code: int) -> None:
        if not self._over:
            self._over = True
            self._limit.stop()
            self.ended.emit(code, self._output)
