# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs inside QGIS (``--code``): the path of a newcomer, with the built plugin; writes what it found as JSON."""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QEventLoop, Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication
from qgis.utils import iface, plugins

PHOTOS = Path(os.environ["SIGMA_E2E_PHOTOS"])
WORKSPACE = Path(os.environ["SIGMA_E2E_WORKSPACE"])
FOUND = Path(os.environ["SIGMA_E2E_FOUND"])


def wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def until(true: Callable[[], Any], what: str, seconds: int = 90) -> None:
    for _ in range(seconds * 20):
        if true():
            return
        wait(50)
    raise TimeoutError(what)


def steps(found: dict[str, Any]) -> None:
    desktop = plugins["sigma_communes"].desktop
    found["language"] = desktop.tr("Reports")

    # Import photos: the verdicts, a place by hand, a new workspace.
    photos = desktop.show_dock("import_photos")
    photos.add([PHOTOS])
    until(lambda: photos._scanning is None and photos.model.rowCount(), "the verdicts")
    found["verdicts"] = dict(photos.model.counts())
    photos.import_photos(WORKSPACE)
    until(lambda: desktop.workspace.now is not None, "the new workspace")
    backlog = desktop.show_dock("backlog")
    until(lambda: backlog._index is not None and backlog.model.rowCount(), "the list")
    found["listed"] = backlog.model.rowCount()
    incidents = desktop.workspace.layer("incident")
    found["on the map"] = incidents.featureCount()

    # Confirm by the keyboard, and see the team.
    review = desktop.show_dock("review")
    wait(500)
    QApplication.setActiveWindow(iface.mainWindow())  # Xvfb has no window manager that would
    review.widget().setFocus()
    found["to check"] = len(review._queue)
    if review.current() is not None:
        report = review.current().report
        found["suggested"] = review.current().top[0][0]
        QTest.keyClick(review.widget(), Qt.Key.Key_1)
    else:  # no onnxruntime here: everything but the suggestion works
        report = backlog.model.row(0).id
        desktop.workspace.decide([report], "road_damage")
    wait(500)
    confirmed = next(f for f in incidents.getFeatures() if f["id"] == report)
    found["confirmed"] = [confirmed["class"], confirmed["class_from"], confirmed["team"]]
    incidents.styleManager().setCurrentStyle(sorted(incidents.styleManager().styles())[0])
    incidents.selectByIds([confirmed.id()])
    desktop.show_dock("backlog")
    found["chosen in the list"] = [row.id == report for row in backlog.chosen()]

    # Edit in the attribute table's layer.
    reports = desktop.workspace.layer("report")
    iface.setActiveLayer(reports)
    iface.showAttributeTable(reports)
    reports.startEditing()
    reports.changeAttributeValue(confirmed.id(), reports.fields().indexOf("state"), "in_progress")
    found["saved"] = reports.commitChanges()
    until(lambda: backlog.chosen() or backlog.model.rowCount(), "the list after the edit")

    # The plugin is reloaded while a job runs, the project closed: nothing breaks.
    backlog.read()
    QgsProject.instance().clear()
    from qgis.utils import reloadPlugin

    reloadPlugin("sigma_communes")
    wait(300)
    found["reloaded"] = plugins["sigma_communes"].desktop is not desktop
    iface.mainWindow().grab().save(str(FOUND.with_suffix(".png")))


def run() -> None:
    found: dict[str, Any] = {}
    try:
        steps(found)
    except BaseException:
        found["failed"] = traceback.format_exc()
    try:
        FOUND.write_text(json.dumps(found, default=repr), encoding="utf-8")
    finally:
        os._exit(0)  # QGIS 3.22 may crash while it takes down what a script has touched


QTimer.singleShot(1500, run)
