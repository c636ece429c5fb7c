# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs inside QGIS (``--code``) with nothing beside the ZIP: opens all there is, and writes down what went wrong."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QEventLoop, QTimer
from qgis.PyQt.QtWidgets import QAction, QApplication, QPushButton
from qgis.utils import iface, plugins

FOUND = Path(os.environ["SIGMA_E2E_FOUND"])
PACKAGES = ("shapely", "onnxruntime", "pillow_heif")
errors: list[str] = []
found: dict[str, Any] = {"errors": errors}


def wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def until(true: Callable[[], Any], what: str, seconds: int = 60) -> None:
    for _ in range(seconds * 20):
        if true():
            return
        wait(50)
    raise TimeoutError(what)


def take(kind: Any, error: BaseException, trace: Any) -> None:
    errors.append("".join(traceback.format_exception(kind, error, trace)))


def close_modal() -> None:
    """Close a dialog that waits; asked for before what opens it is called."""
    modal = QApplication.activeModalWidget()
    if modal is not None:
        found["dialogs"].append(type(modal).__name__)
        modal.close()


def steps() -> None:
    found["missing"] = [
        name for name in ("shapely", "onnxruntime", "pillow_heif") if not importlib.util.find_spec(name)
    ]
    found["dialogs"] = []
    plugin = plugins["sigma_communes"]
    window = iface.mainWindow()
    actions = [action for action in window.findChildren(QAction) if action.objectName().startswith("sigma_communes_")]
    found["actions"] = sorted({action.objectName() for action in actions})
    for name in found["actions"]:
        QTimer.singleShot(1200, close_modal)
        window.findChild(QAction, name).trigger()
        wait(1500)
    found["docks"] = sorted(name for name, dock in plugin.desktop.docks.items() if dock.isVisible() or dock.widget())
    doctor = plugin.screens._open.get("doctor")
    if doctor is not None:
        until(lambda: not any(f.status == "waiting" for f in doctor.findings.values()), "the doctor", 100)
        found["doctor"] = {key: [each.status, *each.fixes] for key, each in doctor.findings.items()}
        found["buttons"] = [button.text() for button in doctor.findChildren(QPushButton) if button.isVisible()]
        doctor.grab().save(str(FOUND.with_name("doctor.png")))
    first = plugin.screens._open.get("first_run")
    if first is not None:
        found["communes"] = first.commune.count()
        first.close()
    QTimer.singleShot(3000, close_modal)
    iface.showOptionsDialog(window, "sigma_communes_options")
    wait(300)
    workspace = os.environ.get("SIGMA_E2E_WORKSPACE")
    if workspace:
        plugin.desktop.open_workspace(Path(workspace))
        backlog = plugin.desktop.docks["backlog"]
        until(lambda: backlog._index is not None and backlog.model.rowCount(), "the list")
        found["listed"] = backlog.model.rowCount()
        wait(1500)
    window.grab().save(str(FOUND.with_name("bare.png")))


def run() -> None:
    sys.excepthook = take
    QgsApplication.messageLog().messageReceived.connect(
        lambda text, tag, level: errors.append(text) if tag == "SIGM@communes" and level == 2 else None
    )
    try:
        steps()
    except BaseException:
        errors.append(traceback.format_exc())
    try:
        FOUND.write_text(json.dumps(found, default=repr), encoding="utf-8")
    finally:
        os._exit(0)  # QGIS 3.22 may crash while it takes down what a script has touched


QTimer.singleShot(1500, run)
