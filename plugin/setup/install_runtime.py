# SPDX-License-Identifier: GPL-2.0-or-later
"""Installing what QGIS lacks into a folder of the profile: from the package registry or from a folder of wheels.

pip does it, in a process of its own, into a new folder: QGIS' own folders are never written. The folder counts once the
packages have been started from it. Nothing here runs unless a person asked for it.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Optional

from qgis.core import QgsNetworkAccessManager
from qgis.PyQt.QtCore import QObject, QUrl, pyqtSignal
from qgis.PyQt.QtNetwork import QNetworkProxy

from ..base.runtime import COMPLETE, OPTIONAL, PACKAGES, lacking, locked, python_tag, runtime_root
from ..base.translate import Translated
from .python_program import PythonProcess, python_program

_CHECK_S, _INSTALL_S = 60, 1800
_DEBIAN_WHEELS = Path("/usr/share/python-wheels")


class RuntimeInstallation(Translated, QObject):
    """One installation; ``told`` gives lines for the person, ``ended`` whether it worked and what to say."""

    told = pyqtSignal(str)
    ended = pyqtSignal(bool, str)

    def __init__(
        self, *, wheels: Optional[Path] = None, program: Optional[Path] = None, parent: Optional[QObject] = None
    ) -> None:
        """``wheels`` is a folder of wheels to take instead of the registry; ``program`` another Python, for its pip."""
        super().__init__(parent)
        self._wheels = wheels
        self._packages = lacking() or PACKAGES
        self._python = python_program()
        self._pip_python = program or self._python
        self._process: Optional[PythonProcess] = None
        self._stage: Optional[Path] = None
        self._wanted: Optional[Path] = None
        self._stopped = False

    def start(self) -> None:
        """Look for pip, install, try; each step is told."""
        if self._python is None or self._pip_python is None:
            self._end(False, self.tr("QGIS' own Python program was not found. Choose another Python for pip."))
            return
        absent = [name for name in self._packages if self._wheels and not list(self._wheels.glob(f"{name}-*.whl"))]
        self._packages = tuple(name for name in self._packages if name not in absent or name not in OPTIONAL)
        absent = [name for name in absent if name not in OPTIONAL]
        if absent:
            text = self.tr(
                "There is no wheel of {names} in {folder}. On a computer with a network: "
                "pip download --python-version {version} --only-binary=:all: {packages} pip"
            )
            names, packages = ", ".join(absent), " ".join(self._packages)
            said = text.format(names=names, folder=self._wheels, version=_python_version(), packages=packages)
            self._end(False, said)
            return
        self.told.emit(self.tr("Looking for pip…"))
        self._try_pip(_pips(self._wheels))

    def stop(self) -> None:
        """Stop as the person asked; nothing stays behind."""
        self._stopped = True
        if self._process is not None:
            self._process.stop()

    # --- steps ---------------------------------------------------------------------------------------------------

    def _try_pip(self, pips: list[list[str]]) -> None:
        if not pips:
            text = self.tr(
                "This Python has no pip: {program}. Install it (on Debian and Ubuntu the package python3-pip), put the "
                "wheel of pip into the folder of wheels, or choose another Python."
            )
            self._end(False, text.format(program=self._pip_python))
            return
        first, *others = pips

        def checked(code: int, output: str) -> None:
            if code == 0:
                self._install(first)
            else:
                self._try_pip(others)

        self._run(self._pip_python, [*first, "--version"], checked, _CHECK_S)

    def _install(self, pip: list[str]) -> None:
        try:
            runtime_root().mkdir(parents=True, exist_ok=True)
            self._stage = Path(tempfile.mkdtemp(prefix="part-", dir=runtime_root()))
        except OSError as error:
            self._end(False, self.tr("The folder can't be made: {reason}").format(reason=error.strerror or error))
            return
        # Both need numpy alone to start, which QGIS brings: a second numpy would only do harm.
        arguments = [
            *pip, "install", "--target", str(self._stage), "--no-deps", "--only-binary=:all:", "--no-compile",
            "--python-version", _python_version(), "--no-input", "--disable-pip-version-check",
            "--progress-bar", "off",
        ]  # fmt: skip
        if self._wheels is not None:
            arguments += ["--no-index", "--find-links", str(self._wheels), *self._packages]
        else:
            # From the registry only what the lock has, byte for byte; a folder of wheels is the person's choice.
            wanted = self._stage.with_suffix(".txt")
            wanted.write_text(locked(self._packages), encoding="utf-8")
            self._wanted = wanted
            arguments += ["--require-hashes", "-r", str(wanted)]
        self.told.emit(self.tr("Installing {names}…").format(names=", ".join(self._packages)))
        self._run(self._pip_python, arguments, self._installed, _INSTALL_S, _proxy_variables())

    def _installed(self, code: int, output: str) -> None:
        if code != 0:
            self._end(False, self.tr("pip could not install it:") + "\n" + _last(output))
            return
        self.told.emit(self.tr("Starting it to see whether it works here…"))
        script = Path(__file__).with_name("runtime_check.py")
        self._run(self._python, [str(script), str(self._stage), "-"], self._checked, _CHECK_S)

    def _checked(self, code: int, output: str) -> None:
        found = result_of(output)
        broken = [name for name in self._packages if name not in found and name not in OPTIONAL]
        if code != 0 or broken or self._stage is None:
            reason = "\n".join(found.get(f"{name}_error", name) for name in broken) if found else _last(output)
            self._end(False, self.tr("It was installed, but does not start here:") + "\n" + reason)
            return
        versions = ", ".join(f"{name} {found[name]}" for name in self._packages if name in found)
        try:
            (self._stage / COMPLETE).write_text(f"{versions}\n", encoding="utf-8")
            # Named by the time: the newest counts, and one that is in use on Windows need not give way.
            folder = runtime_root() / f"{python_tag()}-{time.time_ns()}"
            self._stage.rename(folder)
        except OSError as error:
            self._end(False, self.tr("The folder can't be written: {reason}").format(reason=error.strerror or error))
            return
        self._stage = None
        text = self.tr("{versions}: installed in {folder}. It can be used at once.")
        self._end(True, text.format(versions=versions, folder=folder))

    def _run(
        self,
        program: Optional[Path],
        arguments: Sequence[str],
        then: Callable[[int, str], None],
        seconds: int,
        environment: Optional[dict[str, str]] = None,
    ) -> None:
        if program is None:
            then(-1, "")
            return

        def ended(code: int, output: str) -> None:
            if self._stopped:
                self._end(False, self.tr("Stopped. Nothing was installed."))
            else:
                then(code, output)

        self._process = PythonProcess(self)
        self._process.said.connect(self._said)
        self._process.ended.connect(ended)
        self._process.start(program, arguments, seconds=seconds, environment=environment)

    def _said(self, line: str) -> None:
        # What runtime_check.py prints is for us.
        if not line.startswith("{"):
            self.told.emit(line)

    def _end(self, worked: bool, text: str) -> None:
        self._process = None
        if self._wanted is not None:
            self._wanted.unlink(missing_ok=True)
            self._wanted = None
        if self._stage is not None:
            shutil.rmtree(self._stage, ignore_errors=True)
            self._stage = None
        self.ended.emit(worked, text)


def result_of(output: str) -> dict[str, str]:
    """Return what ``runtime_check.py`` printed; empty where it printed nothing of the kind."""
    for line in reversed(output.splitlines()):
        if line.startswith("{"):
            try:
                found = json.loads(line)
            except ValueError:
                continue
            return {str(key): str(value) for key, value in found.items()}
    return {}


def _pips(wheels: Optional[Path]) -> list[list[str]]:
    """Return the ways to call pip, the best first: pip's wheel can be run as it is."""
    found = [["-m", "pip"]]
    folders = [folder for folder in (wheels, _DEBIAN_WHEELS) if folder is not None]
    found += [[f"{wheel}/pip"] for folder in folders for wheel in sorted(folder.glob("pip-*.whl"), reverse=True)]
    return found


def _python_version() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _last(output: str) -> str:
    return "\n".join(output.strip().splitlines()[-8:])


def _proxy_variables() -> dict[str, str]:
    """Return QGIS' proxy as pip understands it: in the environment, so that no list of processes shows a password."""
    proxy = QgsNetworkAccessManager.instance().fallbackProxy()
    kinds = QNetworkProxy.ProxyType
    if proxy.type() not in (kinds.HttpProxy, kinds.HttpCachingProxy, kinds.Socks5Proxy) or not proxy.hostName():
        return {}
    url = QUrl()
    url.setScheme("socks5" if proxy.type() == kinds.Socks5Proxy else "http")
    url.setHost(proxy.hostName())
    if proxy.port():
        url.setPort(proxy.port())
    url.setUserName(proxy.user())
    url.setPassword(proxy.password())
    address = bytes(url.toEncoded()).decode("ascii")
    return {name: address for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")}
