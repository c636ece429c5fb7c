# SPDX-License-Identifier: GPL-2.0-or-later
"""Played inside QGIS by ``screenshots.py``: opens the example and pictures each screen."""

from __future__ import annotations

import importlib.util
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, Optional

from qgis.core import QgsCoordinateTransform, QgsProject, QgsSettings
from qgis.gui import QgsMapTip
from qgis.PyQt.QtCore import QEventLoop, QPoint, Qt, QTimer
from qgis.PyQt.QtWidgets import QDockWidget, QTreeView, QWidget
from qgis.utils import iface, plugins

OUT = Path(os.environ["SIGMA_SCENES_OUT"])
WORKSPACE = Path(os.environ["SIGMA_SCENES_WORKSPACE"])
PHOTOS = Path(os.environ["SIGMA_SCENES_PHOTOS"])
SERVERS = Path(os.environ["SIGMA_SCENES_SERVERS"])


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
    exchange_scenes(desktop)
    atlas_scene(desktop)
    catalogue_scenes(desktop)
    if os.environ.get("SIGMA_SCENES_DIALOGS"):
        dialog_scenes(desktop)
    desktop.tasks.stop()


def exchange_scenes(desktop: Any) -> None:
    """Picture a reply, what will leave, and a conflict, with the tests' own report server."""
    from sigma_communes.core.reports.sources.servers import Server, save_server
    from sigma_communes.plugin.reports.exchange.servers import servers_file

    spec = importlib.util.spec_from_file_location("georeport", SERVERS / "georeport.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(SERVERS)
    georeport = importlib.util.module_from_spec(spec)
    sys.modules["georeport"] = georeport
    spec.loader.exec_module(georeport)
    window, backlog = iface.mainWindow(), desktop.show_dock("backlog")
    with georeport.GeoReportServer(georeport.STYLES["citysdk"]) as server:
        server.add(
            3, lat=43.2929, long=5.57065, service_name="Graffiti", description="Tags sur le mur de l'école",
            address="12 rue de la République, Aubagne", every=60,
            start=georeport.datetime.now(georeport.timezone.utc) - georeport.timedelta(days=1),
        )  # fmt: skip
        save_server("ville", Server(server.url, profile="citysdk", title="Ville de test"), servers_file())
        backlog.filters.clear()
        backlog.sync.click()
        until(lambda: not desktop.tasks.busy() and desktop.workspace.now is not None, "the round")
        wait(500)
        until(lambda: not desktop.tasks.busy(), "the list")
        iface.messageBar().clearWidgets()
        backlog.handling.set_state(["ville/1"], "in_progress")
        backlog.handling.set_state(["ville/2"], "resolved")
        backlog.filters.text.setText("République")
        backlog.table.selectRow(1)
        backlog.pane.ask_reply("resolved")
        window.resizeDocks([backlog], [420], Qt.Orientation.Horizontal)
        wait(300)
        backlog.pane.ensureWidgetVisible(backlog.pane.reply)
        picture("reply", backlog)
        backlog.write_words("reply", backlog.pane.reply.text.toPlainText())
        backlog.pane.reply.hide()
        server.now = georeport.datetime.now(georeport.timezone.utc)
        server.edit("1", status="closed", description="Nettoyé ce matin")
        with desktop.workspace.writing() as workspace, workspace.transaction():
            workspace._connection.execute("UPDATE report SET description = 'Tags, côté cour' WHERE id = 'ville/1'")
        backlog.sync.click()
        until(lambda: backlog.syncing.page is not None, "what will leave")
        backlog.syncing.page.tree.expandAll()
        picture("sync", backlog.syncing.page)
        backlog.syncing.page.receive.click()
        until(lambda: not desktop.tasks.busy(), "the round")
        wait(500)
        until(lambda: not desktop.tasks.busy(), "the list")
        for _ in range(100):  # the round ends before the list knows of the conflict
            if backlog.conflicts.isVisibleTo(backlog):
                break
            wait(100)
        backlog.show_conflicts("ville/1")
        picture("conflict", backlog._conflicts)
        backlog._conflicts.close()
        backlog.filters.text.setText("République")
        backlog.table.selectRow(0)
        wait(500)
        picture("exchange", backlog)
        iface.messageBar().clearWidgets()
        backlog.filters.clear()


def atlas_scene(desktop: Any) -> None:
    """Picture a page of the atlas in QGIS' layout designer."""
    desktop.make_atlas()
    until(lambda: iface.openLayoutDesigners(), "the layout designer")
    designer = iface.openLayoutDesigners()[0]
    atlas = QgsProject.instance().layoutManager().printLayouts()[0].atlas()
    designer.window().resize(1200, 780)
    designer.setAtlasPreviewEnabled(True)
    atlas.updateFeatures()
    fullest = max(range(atlas.count()), key=lambda page: _total(atlas, page))
    atlas.seekTo(fullest)
    designer.setAtlasFeature(atlas.layout().reportContext().feature())
    designer.view().zoomFull()
    wait(4000)
    picture("atlas", designer.window())
    designer.close()


def _total(atlas: Any, page: int) -> int:
    atlas.seekTo(page)
    text = atlas.layout().itemById("total").currentText()
    return int("".join(filter(str.isdigit, text)) or 0)


def catalogue_scenes(desktop: Any) -> None:
    """Picture the dock with a record, the Browser panel and the locator bar."""
    window = iface.mainWindow()
    QgsSettings().setValue("sigma_communes/commune", "13001")
    dock = desktop.show_dock("catalogue")
    until(lambda: dock._overview is not None and not dock._thread.busy(), "the catalogue")
    window.resizeDocks([dock], [520], Qt.Orientation.Horizontal)
    dock.facets.mine.setChecked(True)
    dock.facets.text.setText("zonage")
    until(lambda: not dock._thread.busy() and dock.list.records.rowCount(), "the records")
    dock.list.choose(0)
    until(lambda: dock.page.page is not None, "the record")
    drawn()
    picture("catalogue")
    dock.facets.clear()
    until(lambda: not dock._thread.busy(), "the records")
    dock.setFloating(True)
    dock.resize(1000, 560)
    wait(500)
    dock.page.verticalScrollBar().setValue(150)
    picture("catalogue-record", dock)
    dock.setFloating(False)
    browser = window.findChild(QDockWidget, "Browser")
    if browser is not None:
        browser.show()
        browser.setFloating(True)
        browser.resize(360, 520)
        model = iface.browserModel()
        view = browser.findChild(QTreeView)
        for path in ("sigma_communes:", "sigma_communes:/bundle/urbanism", "sigma_communes:/favourites"):
            until(lambda path=path: model.findPath(path).isValid(), path)
            index = view.model().mapFromSource(model.findPath(path))
            view.expand(index)
            wait(1200)
        view.scrollTo(view.model().mapFromSource(model.findPath("sigma_communes:")), view.ScrollHint.PositionAtTop)
        picture("catalogue-browser", browser)
        browser.setFloating(False)
        browser.hide()
    iface.locatorSearch("cat zonage")
    wait(1500)
    window.activateWindow()
    picture("catalogue-locator")
    iface.locatorSearch("")


def dialog_scenes(desktop: Any) -> None:
    """Picture the screens around the work: options, first steps, doctor, sources of the catalogue, choice of a team."""
    from sigma_communes.plugin.reports.pane.team_dialog import TeamDialog
    from sigma_communes.plugin.setup.options import OptionsFactory

    window, screens = iface.mainWindow(), plugins["sigma_communes"].screens
    page = OptionsFactory().createWidget(window)
    page.setWindowFlag(Qt.WindowType.Window)
    page.resize(720, 640)
    page.show()
    picture("options", page)
    page.close()
    screens.show_first_run()
    for number, name in enumerate(("first-run", "first-run-workspace", "first-run-servers")):
        if number:
            screens._open["first_run"].next()
        picture(name, screens._open["first_run"])
    screens._open["first_run"].reject()
    screens.show_doctor()
    wait(6000)
    picture("doctor", screens._open["doctor"])
    screens._open["doctor"].close()
    dock = desktop.show_dock("catalogue")
    dock.show_sources()
    picture("catalogue-sources", dock._sources)
    dock._sources.close()
    team = TeamDialog({"voirie": "Voirie Est", "proprete": "Propreté"}, ["Aubagne", "Cassis"], window, hand_on=True)
    team.show()
    picture("hand-on", team)
    team.close()


def play() -> None:
    try:
        scenes()
    except BaseException:
        (OUT / "failed.txt").write_text(traceback.format_exc(), encoding="utf-8")
    finally:
        os._exit(0)  # QGIS 3.22 may crash while it takes down what a script has touched


QTimer.singleShot(1500, play)
