# SPDX-License-Identifier: GPL-2.0-or-later
"""Played inside QGIS by ``screenshots.py``: opens the example and pictures each screen."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, Optional

from qgis.core import QgsCoordinateTransform, QgsProject
from qgis.gui import QgsMapTip
from qgis.PyQt.QtCore import QEventLoop, QPoint, Qt, QTimer
from qgis.PyQt.QtWidgets import QDockWidget, QWidget
from qgis.utils import iface, plugins

OUT = Path(os.environ["SIGMA_SCENES_OUT"])
WORKSPACE = Path(os.environ["SIGMA_SCENES_WORKSPACE"])
PHOTOS = Path(os.environ["SIGMA_SCENES_PHOTOS"])


def wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def until(true: Callable[[], Any], what: str) -> None:
    for _ in range(1200):
        if true():
            return
        wait(50)
    raise TimeoutError(what)


def picture(name: str, widget: Optional[QWidget] = None) -> None:
    wait(300)
    (widget or iface.mainWindow()).grab().save(str(OUT / f"{name}.png"))


def drawn() -> None:
    """Wait until the map is drawn."""
    wait(300)
    until(lambda: not iface.mapCanvas().isDrawing(), "the map")
    wait(300)


def scenes() -> None:
    window = iface.mainWindow()
    window.resize(1440, 900)
    browser = window.findChild(QDockWidget, "Browser")
    if browser is not None:
        browser.hide()
    iface.messageBar().clearWidgets()
    desktop = plugins["sigma_communes"].desktop
    desktop.open_workspace(WORKSPACE)
    until(lambda: desktop.workspace.now is not None, "the workspace")
    backlog = desktop.docks["backlog"]
    until(lambda: backlog._index is not None, "the list")
    layer = desktop.workspace.layer("incident")
    canvas = iface.mapCanvas()
    iface.messageBar().clearWidgets()
    drawn()
    picture("map")
    backlog.filters.text.setText("photos")
    backlog.table.selectRow(1)
    wait(1500)
    drawn()
    picture("backlog")
    styles = layer.styleManager()
    names = styles.styles()
    team = next((n for n in names if "quipe" in n or "team" in n), names[0])
    heat = next((n for n in names if "chaleur" in n or "Heat" in n), names[0])
    start = styles.currentStyle()
    for name, style in (("map-teams", team), ("map-heat", heat)):
        styles.setCurrentStyle(style)
        drawn()
        picture(name)
    styles.setCurrentStyle(start)
    feature = next(layer.getFeatures("source = 'photos' AND class = 'road_damage'"))
    transform = QgsCoordinateTransform(layer.crs(), canvas.mapSettings().destinationCrs(), QgsProject.instance())
    before = canvas.extent()
    canvas.setCenter(transform.transform(feature.geometry().asPoint()))
    canvas.zoomScale(20000)
    drawn()
    tip = QgsMapTip()
    place = canvas.mapSettings().mapToPixel().transform(canvas.center())
    tip.showMapTip(layer, canvas.center(), QPoint(int(place.x()), int(place.y())), canvas)
    wait(1200)
    picture("map-tip")
    tip.clear(canvas)
    canvas.setExtent(before)
    desktop.show_dock("review")
    wait(1500)
    drawn()
    picture("review")
    photos = desktop.show_dock("import_photos")
    photos.add([PHOTOS])
    until(lambda: photos._scanning is None and photos.model.rowCount(), "the verdicts")
    window.resizeDocks([photos], [600], Qt.Orientation.Horizontal)
    drawn()
    picture("import-photos")
    desktop.tasks.stop()


def play() -> None:
    try:
        scenes()
    except BaseException:
        (OUT / "failed.txt").write_text(traceback.format_exc(), encoding="utf-8")
    finally:
        os._exit(0)  # QGIS 3.22 may crash while it takes down what a script has touched


QTimer.singleShot(1500, play)
