# SPDX-License-Identifier: GPL-2.0-or-later
"""What the doctor's screen says: one finding for each thing that has to be in order, and the report to copy."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.core import Qgis, QgsApplication
from qgis.PyQt.QtCore import QT_VERSION_STR, QLocale, QUrl
from qgis.PyQt.QtNetwork import QNetworkProxy

from ... import ROOT
from ...core.errors import SigmaError
from ..base import settings
from ..base.core_sentences import sentence
from ..base.error_text import error_lines
from ..base.runtime import runtime_folder
from ..base.translate import Translated

if TYPE_CHECKING:
    from ...core.classify.learning.judge.drift import Drift
    from ...core.reports.sources.check import Tried
    from ...core.reports.sources.servers import Server
    from ...core.store.health import Health

OK, INFO, WARNING, ERROR, WAITING = "ok", "info", "warning", "error", "waiting"
MARKS = {OK: "✓", INFO: "ℹ", WARNING: "⚠", ERROR: "✕", WAITING: "…"}
TESTED_ADDRESS = "https://geo.api.gouv.fr/"
_LITTLE_MB, _ENOUGH_MB = 200, 1000
_QGIS, _PYTHON = 32200, (3, 9)


@dataclass(frozen=True)
class Finding:
    """One line of the screen. ``key`` names what was looked at; ``fixes`` are keys of the doctor's buttons."""

    key: str
    status: str
    text: str
    fixes: tuple[str, ...] = ()


class Diagnosis(Translated):
    """Says what was found, in the language of QGIS."""

    def versions(self) -> Finding:
        """QGIS, Python and Qt."""
        text = self.tr("QGIS {qgis}, Python {python}, Qt {qt}, SIGM@communes {ours}").format(
            qgis=Qgis.QGIS_VERSION.split("-")[0],
            python=platform.python_version(),
            qt=QT_VERSION_STR,
            ours=plugin_version(),
        )
        if Qgis.QGIS_VERSION_INT < _QGIS or sys.version_info < _PYTHON:
            return Finding("versions", ERROR, text + ". " + self.tr("QGIS 3.22 and Python 3.9 are the least."))
        return Finding("versions", OK, text)

    def chosen(self, loaded: settings.Loaded) -> Optional[Finding]:
        """The settings that could not be taken; None where all could."""
        if not loaded.problems:
            return None
        said = "; ".join(f"{problem.variable or problem.name} = {problem.value}" for problem in loaded.problems)
        return Finding(
            "settings", WARNING, self.tr("Settings that are not taken: {said}").format(said=said), ("options",)
        )

    def shapely(self, found: Mapping[str, str]) -> Optional[Finding]:
        """What the worker process says of shapely; None where it is there, as in most QGIS."""
        if "shapely" in found:
            return None
        error = found.get("shapely_error", "?")
        if "No module named 'shapely'" in error:
            text = self.tr("shapely is missing in this QGIS: nothing can be placed in a commune.")
        else:
            text = self.tr("shapely does not start: {error}. Nothing can be placed in a commune.").format(error=error)
        return Finding("shapely", ERROR, text, ("install", "install_wheels", "install_other"))

    def heif(self, found: Mapping[str, str]) -> Optional[Finding]:
        """What the worker process says of pillow-heif; None where it is there."""
        if "pillow_heif" in found:
            return None
        text = self.tr("pillow-heif is missing: HEIC photos (iPhone) can't be read.")
        return Finding("heif", WARNING, text, ("install", "install_wheels", "install_other"))

    def runtime(self, found: Mapping[str, str]) -> Finding:
        """What the worker process says of onnxruntime."""
        if "onnxruntime" in found:
            text = self.tr("onnxruntime {version}").format(version=found["onnxruntime"])
            return Finding("onnxruntime", OK, text)
        fixes = ("install", "install_wheels", "install_other")
        error = found.get("onnxruntime_error", "")
        if error and "No module named 'onnxruntime'" not in error:
            text = self.tr("onnxruntime does not start: {error}. Photos can't be classified, all else works.")
            return Finding("onnxruntime", ERROR, text.format(error=error), fixes)
        text = self.tr("onnxruntime is missing: photos can't be classified, all else works.")
        return Finding("onnxruntime", ERROR, text, fixes)

    def model(self, found: Mapping[str, str]) -> Finding:
        """What the worker process says of the model."""
        if "model" in found:
            return Finding("model", OK, self.tr("Model {model}").format(model=found["model"]))
        if "onnxruntime" not in found:
            return Finding("model", WARNING, self.tr("The model can't be tried without onnxruntime."), ("model",))
        text = self.tr("The model can't be used: {error}").format(error=sentence(found.get("model_error", "?")))
        return Finding("model", ERROR, text, ("model",))

    def worker_failed(self, output: str) -> Finding:
        """The worker process told nothing."""
        text = self.tr("QGIS' Python could not be started on its own to try onnxruntime. {output}")
        return Finding("onnxruntime", WARNING, text.format(output=" ".join(output.split())[-200:]))

    def disk(self, folder: Path) -> Finding:
        """The space that is left where the workspace, or the profile, is."""
        place = next((p for p in (folder, *folder.parents) if p.exists()), folder)
        try:
            free = shutil.disk_usage(place).free // 1_000_000
        except OSError as error:
            text = self.tr("The disk can't be read: {error}").format(error=error.strerror or error)
            return Finding("disk", ERROR, text, ("open_folder",))
        said = QLocale().toString(free / 1000, "f", 1)
        text = self.tr("Disk: {free} GB free in {place}").format(free=said, place=homely(place))
        status = ERROR if free < _LITTLE_MB else WARNING if free < _ENOUGH_MB else OK
        return Finding("disk", status, text, () if status == OK else ("open_folder",))

    def network(self, allowed: bool) -> Finding:
        """The proxy that QGIS takes; nothing is asked of the network."""
        if not allowed:
            text = self.tr("Network: switched off in the options. All that is off line works.")
            return Finding("network", WARNING, text, ("options",))
        from ..base.transport import proxy_of

        proxy = proxy_of(QUrl(TESTED_ADDRESS))
        return Finding("network", OK, self._by(proxy), ("test_network", "proxy"))

    def network_tried(self, error: str) -> Finding:
        """What became of a call that the person asked for."""
        from ..base.transport import proxy_of

        by = self._by(proxy_of(QUrl(TESTED_ADDRESS)))
        if error:
            return Finding("network", ERROR, f"{by}. {sentence(error)}", ("test_network", "proxy"))
        text = self.tr("{network}: {address} answers").format(network=by, address=TESTED_ADDRESS)
        return Finding("network", OK, text, ("test_network", "proxy"))

    def servers(self, servers: Mapping[str, Server], allowed: bool) -> Finding:
        """The report servers that are set up; nothing is asked of them."""
        if not servers:
            text = self.tr("No report server is set up: everything works off line.")
            return Finding("servers", INFO, text, ("options",))
        names = ", ".join(sorted(server.title or name for name, server in servers.items()))
        text = self.tr("Report servers: {names}").format(names=names)
        return Finding("servers", OK, text, ("test_servers",) if allowed else ("options",))

    def servers_unreadable(self, error: SigmaError) -> Finding:
        """The file of servers can't be used."""
        text = self.tr("Report servers: {error}").format(error=error_lines(error))
        return Finding("servers", ERROR, text, ("options",))

    def server_asked(self, name: str, server: Server) -> Finding:
        """The person asked for a test."""
        text = self.tr("Asking the server “{name}”…").format(name=server.title or name)
        return Finding(f"server:{name}", WAITING, text)

    def server(self, name: str, server: Server, tried: Optional[Tried], error: Optional[SigmaError]) -> Finding:
        """What became of a test."""
        from ...core.transport import RefusedCredentials

        called = server.title or name
        if tried is None:
            said = error_lines(error) if error is not None else "?"
            text = self.tr("Server “{name}”: {error}").format(name=called, error=said)
            fixes = ("authentication", "options") if isinstance(error, RefusedCredentials) else ("options", "proxy")
            return Finding(f"server:{name}", ERROR, text, fixes)
        if not tried.answers:
            text = self.tr("Server “{name}” answers, with neither services nor reports. Check its address and kind.")
            return Finding(f"server:{name}", WARNING, text.format(name=called), ("options",))
        text = self.tr("Server “{name}” answers: {services} services").format(name=called, services=tried.services)
        if not tried.takes:
            text = self.tr("{said}; it takes nothing from us").format(said=text)
        return Finding(f"server:{name}", OK, text)

    def _by(self, proxy: Optional[QNetworkProxy]) -> str:
        if proxy is None:
            return self.tr("Network: without a proxy")
        # Never the user, never the password.
        where = f"{proxy.hostName()}:{proxy.port()}"
        return self.tr("Network: by the proxy {where}").format(where=where)

    def communes(self, told: str, error: str) -> Finding:
        """The map of the communes; ``error`` is ``shapely`` where that is missing."""
        if error == "shapely":
            return Finding("communes", WARNING, self.tr("The map of the communes can't be read without shapely."))
        if error:
            return Finding(
                "communes", ERROR, self.tr("Map of the communes: {error}").format(error=sentence(error)), ("communes",)
            )
        return Finding("communes", OK, self.tr("Map of the communes: {told}").format(told=sentence(told)))

    def no_workspace(self) -> Finding:
        """None is chosen."""
        return Finding("workspace", WARNING, self.tr("No workspace is chosen."), ("workspace",))

    def workspace(self, path: Path, health: Optional[Health], error: Optional[SigmaError]) -> Finding:
        """Integrity, version and size of the workspace."""
        if health is None:
            said = error_lines(error) if error is not None else "?"
            return Finding("workspace", ERROR, self.tr("Workspace: {error}").format(error=said), ("workspace",))
        size = f"{health.size / 1_000_000:.0f}"
        if health.damage:
            text = self.tr("Workspace {name} ({size} MB) is damaged: {damage}. Restore a copy.")
            said = text.format(name=path.name, size=size, damage=health.damage)
            return Finding("workspace", ERROR, said, ("workspace", "open_folder"))
        if health.version < health.newest:
            text = self.tr("Workspace {name} ({size} MB) is of version {version}; opening it brings it to {newest}.")
            said = text.format(name=path.name, size=size, version=health.version, newest=health.newest)
            return Finding("workspace", WARNING, said, ("migrate",))
        text = self.tr("Workspace: {name} ({size} MB, sound, {reports} reports, {waiting} edits not sent)")
        said = text.format(name=path.name, size=size, reports=health.reports, waiting=health.waiting)
        return Finding("workspace", OK, said)

    def drift(self, found: Optional[Drift]) -> Optional[Finding]:
        """Whether recent photos are still like those that the model was checked with; None where nothing can tell."""
        if found is None or found.reference is None or not found.slices:
            return None
        if not found.drifting:
            return Finding("drift", OK, self.tr("Photos: like those that the model was checked with"))
        said = ", ".join(
            self.tr("{value} ({share} % of {photos} unanswered)").format(
                value=part.value, share=round(100 * part.unanswered), photos=part.photos
            )
            for part in found.drifting
        )
        text = self.tr("Photos drift away from what the model knows: {said}. Check some of them, then let it learn.")
        return Finding("drift", WARNING, text.format(said=said))

    def report(self, findings: Sequence[Finding], loaded: settings.Loaded) -> str:
        """Return the text to copy: no password, no key, no address with one, no name of the person's folder."""
        lines = [f"{MARKS[finding.status]} {finding.text}" for finding in findings]
        folder = runtime_folder()
        lines += [
            "",
            f"{platform.platform()}, {platform.machine()}, {QgsApplication.platform()}, {QgsApplication.locale()}",
            f"runtime: {homely(folder) if folder else '-'}",
        ]
        for name in settings.NAMES:
            value = getattr(loaded.values, name)
            given = f" ({loaded.overridden[name]})" if name in loaded.overridden else ""
            if value != getattr(settings.Settings(), name):
                lines.append(f"{name}: {value}{given}")
        home = str(Path.home())
        return "\n".join(lines).replace(home, "~")


def homely(path: Path) -> str:
    """Return a path without the person's name in it."""
    try:
        return f"~/{path.relative_to(Path.home()).as_posix()}"
    except ValueError:
        return str(path)


def plugin_version() -> str:
    """Return the version in metadata.txt."""
    for line in (ROOT / "metadata.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("version="):
            return line.partition("=")[2].strip()
    return "?"
