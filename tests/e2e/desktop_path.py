# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs inside QGIS (``--code``): the path of a newcomer, with the built plugin; writes what it found as JSON."""

from __future__ import annotations

import importlib.util
import json
import os
import socket
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from qgis.core import QgsLayoutExporter, QgsProject
from qgis.PyQt.QtCore import QEventLoop, Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QApplication
from qgis.utils import iface, plugins

PHOTOS = Path(os.environ["SIGMA_E2E_PHOTOS"])
WORKSPACE = Path(os.environ["SIGMA_E2E_WORKSPACE"])
FOUND = Path(os.environ["SIGMA_E2E_FOUND"])
SERVERS = Path(os.environ["SIGMA_E2E_SERVERS"])
PORTAL = os.environ["SIGMA_E2E_PORTAL"]
ATLAS = FOUND.with_name("atlas.pdf")


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


def exchange(found: dict[str, Any], desktop: Any, backlog: Any) -> None:
    """Receive from a server, edit, meet its edit, decide, send."""
    from sigma_communes.core.reports.sources.servers import Server, save_server
    from sigma_communes.plugin.reports.exchange.servers import servers_file

    spec = importlib.util.spec_from_file_location("georeport", SERVERS / "georeport.py")
    georeport = importlib.util.module_from_spec(spec)
    sys.modules["georeport"] = georeport
    spec.loader.exec_module(georeport)
    with georeport.GeoReportServer(georeport.STYLES["citysdk"]) as server:
        server.add(2, lat=43.2929, long=5.57065, service_name="Graffiti")
        save_server("ville", Server(server.url, profile="citysdk", title="Ville de test"), servers_file())

        def round_trip() -> None:
            until(lambda: not desktop.tasks.busy(), "quiet")
            backlog.sync.click()
            until(lambda: not backlog.syncing.running, "the list of what leaves, or the end")
            if backlog.syncing.page is not None:
                found.setdefault("leaves", []).append(backlog.syncing.page.send.text())
                backlog.syncing.page.send.click()
                until(lambda: not backlog.syncing.running, "the end of the round")
            until(lambda: not desktop.tasks.busy(), "the list")
            wait(200)

        round_trip()
        incidents = desktop.workspace.layer("incident")
        received = [f for f in incidents.getFeatures() if f["id"] in ("ville/1", "ville/2")]
        found["received"] = sorted([f["id"], f["commune"], bool(f["team"])] for f in received)
        number = next(f.id() for f in received if f["id"] == "ville/1")
        reports = desktop.workspace.layer("report")
        reports.startEditing()
        reports.changeAttributeValue(number, reports.fields().indexOf("description"), "ici")
        found["edited"] = reports.commitChanges()
        backlog.handling.set_state(["ville/2"], "resolved")
        server.edit("1", description="là-bas")
        round_trip()
        found["conflicts"] = backlog.conflicts.text()
        found["on the server"] = server.reports["2"]["status"]
        backlog.decide_conflicts.click()
        dialog = backlog._conflicts
        wait(300)
        dialog.grab().save(str(FOUND.with_name("conflict.png")))
        for choice in dialog._choices:
            choice.choose("theirs")
        dialog.decide.click()
        wait(300)
        found["left"] = dialog.list.count()
        dialog.close()


def add_from_catalogue(found: dict[str, Any], desktop: Any) -> None:
    """Add a portal by its address, harvest it, type, and put what is found on the map."""
    dock = desktop.show_dock("catalogue")
    until(lambda: dock._overview is not None, "the catalogue")
    dock.show_sources()
    sources = dock._sources
    sources.address.setText(PORTAL)
    sources.name.setText("Portail de test")
    sources.add.click()
    until(lambda: dock._overview.sources, "the source")
    found["source"] = sources.said.text()
    sources.close()
    dock.harvest_button.click()
    until(lambda: dock._overview.records and dock._harvesting is None, "the records")
    found["harvested"] = dock._overview.records
    QTest.keyClicks(dock.facets.text, "arbr")
    until(lambda: dock.list.records.rowCount() == 1, "what was searched for")
    QTest.keyClick(dock.facets.text, Qt.Key.Key_Return)
    before = set(QgsProject.instance().mapLayers())
    QTest.keyClick(dock.list, Qt.Key.Key_Return)
    until(lambda: set(QgsProject.instance().mapLayers()) - before, "the layer")
    added = [QgsProject.instance().mapLayer(key) for key in set(QgsProject.instance().mapLayers()) - before]
    found["from the catalogue"] = [[layer.name(), layer.featureCount()] for layer in added]
    until(lambda: not desktop.tasks.busy(), "quiet")


def print_atlas(found: dict[str, Any], desktop: Any) -> None:
    """Open the pages of the communes in QGIS' layout designer and export them."""
    iface.mainWindow().findChild(QAction, "sigma_communes_atlas").trigger()
    until(lambda: iface.openLayoutDesigners(), "the layout designer")
    designer = iface.openLayoutDesigners()[0]
    atlas = QgsProject.instance().layoutManager().printLayouts()[0].atlas()
    atlas.updateFeatures()
    wait(500)
    designer.window().grab().save(str(FOUND.with_name("atlas.png")))
    done, words = QgsLayoutExporter.exportToPdf(atlas, str(ATLAS), QgsLayoutExporter.PdfExportSettings())
    found["atlas"] = [done == QgsLayoutExporter.ExportResult.Success, words, atlas.count()]
    designer.close()


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

    exchange(found, desktop, backlog)
    add_from_catalogue(found, desktop)
    print_atlas(found, desktop)

    # The plugin is reloaded while a server hangs and the list is read, the project closed: nothing breaks.
    from sigma_communes.core.reports.sources.servers import Server, save_server
    from sigma_communes.plugin.reports.exchange.servers import servers_file

    hung = socket.create_server(("127.0.0.1", 0))
    save_server("attente", Server(f"http://127.0.0.1:{hung.getsockname()[1]}"), servers_file())
    desktop.show_dock("backlog")
    backlog.sync.click()
    wait(500)
    round_trip = backlog.syncing._task
    found["in a round"] = round_trip is not None and round_trip.runs()
    backlog.read()
    QgsProject.instance().clear()
    from qgis.utils import reloadPlugin

    reloadPlugin("sigma_communes")
    wait(300)
    found["reloaded"] = plugins["sigma_communes"].desktop is not desktop
    found["the round ended"] = round_trip.over.is_set()
    hung.close()
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
