# SPDX-License-Identifier: GPL-2.0-or-later
"""Every kind of link, from a record to features or pixels in QGIS: files on a server, QGIS Server, tiles, ArcGIS."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from osgeo import gdal, osr
from PIL import Image
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor
from sigma_communes.core import transport
from sigma_communes.core.catalogue import Calls, CatalogueSource, Loadable, choose, harvest, style_of
from sigma_communes.core.model import Link, Record

pytest.importorskip("qgis.core")

SERVERS = Path(__file__).resolve().parents[1] / "servers"
N = 25
LAYER = "Arbres & l'allée"
PLAIN = "allée"  # QGIS Server itself loses its way with other names in WFS (GML elements) and WMTS (GetTile)
EXTENT = QgsRectangle(5.29, 43.19, 5.51, 43.41)


def _points() -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"name": f"l'arbre {n}"},
                "geometry": {"type": "Point", "coordinates": [5.3 + 0.05 * (n % 5), 43.2 + 0.05 * (n // 5)]},
            }
            for n in range(N)
        ],
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, qgis_app: Any) -> Path:
    """Give a folder with the same points in each format, tiles, a picture, and a QGIS project."""
    out = tmp_path_factory.mktemp("served")
    gdal.UseExceptions()
    text = json.dumps(_points())
    (out / "points.geojson").write_text(text)
    (out / "arcgis.geojson").write_text(text)
    source = gdal.OpenEx(str(out / "points.geojson"))
    gdal.VectorTranslate(str(out / "points.gpkg"), source, format="GPKG", layerName=LAYER)
    gdal.VectorTranslate(str(out / "points.shp"), source, format="ESRI Shapefile")
    with zipfile.ZipFile(out / "points.zip", "w") as archive:
        for path in sorted(out.glob("points.*")):
            if path.suffix in (".shp", ".shx", ".dbf", ".prj"):
                archive.write(path, path.name)
    rows = [
        f"{f['properties']['name']},{f['geometry']['coordinates'][0]},{f['geometry']['coordinates'][1]}"
        for f in _points()["features"]
    ]
    exports = out / "exports"
    exports.mkdir()
    (out / "points.csv").write_text("nom,Longitude,Latitude\n" + "\n".join(rows) + "\n")
    for form, file in (
        ("geojson", "points.geojson"),
        ("gpkg", "points.gpkg"),
        ("shp", "points.zip"),
        ("csv", "points.csv"),
    ):
        shutil.copy(out / file, exports / form)
    gdal.VectorTranslate(
        str(out / "mvt"),
        source,
        format="MVT",
        layerName="points",
        datasetCreationOptions=["FORMAT=DIRECTORY", "MINZOOM=0", "MAXZOOM=12", "COMPRESS=NO"],
    )
    memory = gdal.GetDriverByName("MEM").Create("", 512, 512, 3)
    memory.SetGeoTransform((5.29, 0.22 / 512, 0, 43.41, 0, -0.22 / 512))
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(4326)
    memory.SetProjection(reference.ExportToWkt())
    for band, value in ((1, 200), (2, 30), (3, 60)):
        memory.GetRasterBand(band).Fill(value)
    gdal.GetDriverByName("COG").CreateCopy(str(out / "image.tif"), memory)
    for zoom in range(12):
        size = 2**zoom
        x, y = int((5.4 + 180) / 360 * size), _tile_row(43.3, zoom)
        for column in range(max(0, x - 3), min(size, x + 4)):
            for row in range(max(0, y - 3), min(size, y + 4)):
                path = out / "xyz" / str(zoom) / str(column) / f"{row}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                Image.new("RGB", (256, 256), (10, 120, 220)).save(path)
    Image.new("RGBA", (256, 256), (240, 120, 20, 255)).save(out / "arcgis.png")
    _project(out)
    return out


def _tile_row(latitude: float, zoom: int) -> int:
    import math

    radians = math.radians(latitude)
    return int((1 - math.asinh(math.tan(radians)) / math.pi) / 2 * 2**zoom)


def _project(out: Path) -> None:
    """Write a project for QGIS Server: WMS, WMTS, WFS and OGC API of the points under two names."""
    project = QgsProject()
    project.setCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    layers = [QgsVectorLayer(f"{out / 'points.gpkg'}|layername={LAYER}", name, "ogr") for name in (LAYER, PLAIN)]
    for layer in layers:
        assert layer.isValid()
        symbol = layer.renderer().symbol()
        symbol.setColor(QColor(255, 0, 255))
        symbol.setSize(8)
        project.addMapLayer(layer)
    identifiers = [layer.id() for layer in layers]
    project.setTitle("Arbres")
    project.writeEntry("WMSServiceCapabilities", "/", True)
    project.writeEntry("WMSServiceTitle", "/", "Arbres")
    project.writeEntry("WFSLayers", "/", identifiers)
    project.writeEntry("WMSCrsList", "/", ["EPSG:3857", "EPSG:4326", "EPSG:2154"])
    project.writeEntry("WMTSLayers", "Layer", identifiers)
    project.writeEntry("WMTSPngLayers", "Layer", identifiers)
    project.writeEntry("WMTSGrids", "CRS", ["EPSG:3857"])
    project.writeEntry("WMTSGrids", "Config", ["EPSG:3857,20037508.34,-20037508.34,559082264.029,12"])
    project.writeEntryBool("Paths", "/Absolute", False)
    assert project.write(str(out / "arbres.qgs"))
    project.clear()


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[str]:
    """Give the address of the folder, served by a process of its own."""
    process = subprocess.Popen(
        [sys.executable, str(SERVERS / "catalogue.py"), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None and process.stdin is not None
    yield process.stdout.readline().strip()
    process.stdin.close()
    process.wait(10)


@pytest.fixture(scope="module")
def qgis_server(folder: Path) -> Iterator[str]:
    """Give the address of a QGIS Server with the project."""
    program = shutil.which("qgis_mapserver")
    if program is None:
        pytest.skip("qgis_mapserver is not installed (package qgis-server)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (folder / "qgis_server.log").open("wb")
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QGIS_SERVER_LOG_STDERR": "1"}
    process = subprocess.Popen(
        [program, "-p", str(folder / "arbres.qgs"), f"127.0.0.1:{port}"], stdout=log, stderr=log, env=environment
    )
    url = f"http://127.0.0.1:{port}/"
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"{url}?SERVICE=WMS&REQUEST=GetCapabilities", timeout=20):
                break
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    else:
        pytest.fail((folder / "qgis_server.log").read_text()[-1000:])
    yield url
    process.terminate()
    process.wait(10)
    log.close()


@pytest.fixture(scope="module")
def calls() -> Iterator[Calls]:
    with transport.new_session() as session:
        yield Calls(session)


def best(link: Link, calls: Calls, **more: Any) -> Loadable:
    choice = choose(Record("r", "s", "Arbres", links=(link,)), calls, **more)
    assert choice.best is not None, choice.refused
    return choice.best


def layer_of(found: Loadable) -> Any:
    """Do what the plugin does with a choice."""
    makers = {"vector": QgsVectorLayer, "raster": QgsRasterLayer}
    if found.layer_type == "vector-tiles":
        layer = QgsVectorTileLayer(found.uri, found.name)
    else:
        layer = makers[found.layer_type](found.uri, found.name, found.provider)
    assert layer.isValid(), (found.uri, layer.error().message())
    return layer


def assert_points(layer: QgsVectorLayer) -> None:
    """Assert that all points are there, at their places: 5.3 to 5.5 east, 43.2 to 43.4 north."""
    crs = layer.crs()
    features = list(layer.getFeatures())
    assert len(features) == N
    points = [feature.geometry().asPoint() for feature in features]
    if crs.authid() not in ("EPSG:4326", "OGC:CRS84"):
        from qgis.core import QgsCoordinateTransform

        transform = QgsCoordinateTransform(crs, QgsCoordinateReferenceSystem("EPSG:4326"), QgsProject.instance())
        points = [transform.transform(point) for point in points]
    assert min(point.x() for point in points) == pytest.approx(5.3, abs=1e-4)
    assert max(point.y() for point in points) == pytest.approx(43.4, abs=1e-4)


def colours(layer: Any, extent: QgsRectangle = EXTENT) -> dict[tuple[int, int, int], int]:
    """Return how many pixels of each colour a map of the layer has."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    settings.setExtent(extent)
    settings.setOutputSize(QSize(256, 256))
    settings.setBackgroundColor(QColor(255, 255, 255))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    counts: dict[tuple[int, int, int], int] = {}
    for y in range(0, 256, 2):
        for x in range(0, 256, 2):
            colour = image.pixelColor(x, y).getRgb()[:3]
            counts[colour] = counts.get(colour, 0) + 1
    return counts


def pixels_like(layer: Any, red: int, green: int, blue: int) -> int:
    """Return how many pixels come near a colour."""
    return sum(
        n for colour, n in colours(layer).items() if max(abs(a - b) for a, b in zip(colour, (red, green, blue))) < 40
    )


# --- files --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("points.geojson", "geojson"),
        ("points.gpkg", "geopackage"),
        ("points.zip", "shapefile"),
        ("points.csv", "csv"),
        ("exports/geojson", "geojson"),
        ("exports/gpkg", "geopackage"),
        ("exports/shp", "shapefile"),
        ("exports/csv", "csv"),
    ],
)
@pytest.mark.parametrize("query", ["", "?token=a,b&name=l'é|{x} y"])
def test_vector_files(served: str, calls: Calls, file: str, kind: str, query: str) -> None:
    found = best(Link(f"{served}/{file}{query}", kind), calls)
    assert (found.kind, found.asked) == (kind, True)
    assert_points(layer_of(found))


def test_a_cloud_optimised_geotiff(served: str, calls: Calls) -> None:
    layer = layer_of(best(Link(f"{served}/image.tif", "cog"), calls))
    assert pixels_like(layer, 200, 30, 60) > 15_000


def test_a_layer_of_a_project_on_a_server_with_its_style(served: str, calls: Calls, tmp_path: Path) -> None:
    record, _ = harvest(calls, CatalogueSource("p", "qgis-project", f"{served}/arbres.qgs"))
    assert isinstance(record, Record) and record.title == LAYER
    found = best(record.links[0], calls)
    layer = layer_of(found)
    assert_points(layer)
    style = tmp_path / "style.qml"
    style.write_bytes(found.qml)
    message, good = layer.loadNamedStyle(str(style))
    assert good, message
    assert layer.renderer().symbol().color().getRgb()[:3] == (255, 0, 255)
    assert pixels_like(layer, 255, 0, 255) > 100


# --- tiles and ArcGIS ---------------------------------------------------------------------------------------------


def test_xyz_tiles(served: str, calls: Calls) -> None:
    layer = layer_of(best(Link(f"{served}/xyz/{{z}}/{{x}}/{{y}}.png", "xyz"), calls))
    assert pixels_like(layer, 10, 120, 220) > 15_000


def test_vector_tiles(served: str, calls: Calls) -> None:
    layer = layer_of(best(Link(f"{served}/mvt/{{z}}/{{x}}/{{y}}.pbf", "vector-tiles"), calls))
    white = colours(layer).get((255, 255, 255), 0)
    assert 0 < white < 128 * 128


def test_an_arcgis_feature_server(served: str, calls: Calls) -> None:
    found = best(Link(f"{served}/rest/services/points/FeatureServer", "arcgis-features"), calls)
    assert found.name == "Points"
    assert_points(layer_of(found))


def test_an_arcgis_map_server(served: str, calls: Calls) -> None:
    found = best(Link(f"{served}/rest/services/image/MapServer", "arcgis-map"), calls)
    assert (found.name, found.provider) == ("Image", "arcgismapserver")
    assert pixels_like(layer_of(found), 240, 120, 20) > 10_000


def test_sensorthings_as_geojson_where_there_is_no_provider(served: str, calls: Calls) -> None:
    found = best(Link(f"{served}/FROST/v1.1", "sensorthings"), calls, qgis="3.22")
    assert found.kind == "geojson" and "3.36" in found.note
    assert_points(layer_of(found))


# --- QGIS Server --------------------------------------------------------------------------------------------------


def test_wms_with_a_name_that_needs_escaping(qgis_server: str, calls: Calls) -> None:
    found = best(Link(qgis_server, "wms", LAYER), calls)
    assert (found.kind, found.crs) == ("wms", "EPSG:2154")
    assert pixels_like(layer_of(found), 255, 0, 255) > 100


def test_the_axes_of_wms_in_degrees(qgis_server: str, calls: Calls) -> None:
    layer = layer_of(best(Link(qgis_server, "wms", LAYER), calls, crs="EPSG:4326"))
    assert layer.crs().authid() == "EPSG:4326"
    assert layer.extent().contains(QgsRectangle(5.31, 43.21, 5.49, 43.39))
    assert pixels_like(layer, 255, 0, 255) > 100


def test_wfs(qgis_server: str, calls: Calls) -> None:
    found = best(Link(f"{qgis_server}?SERVICE=WFS&REQUEST=GetFeature", "wfs", PLAIN), calls)
    assert found.kind == "wfs"
    assert_points(layer_of(found))


def test_wfs_in_another_crs_has_its_axes_right(qgis_server: str, calls: Calls) -> None:
    for crs in ("EPSG:2154", "EPSG:4326"):
        layer = layer_of(best(Link(qgis_server, "wfs", PLAIN), calls, crs=crs))
        assert_points(layer)


def test_wmts_behind_the_same_address(qgis_server: str, calls: Calls) -> None:
    found = best(Link(f"{qgis_server}?SERVICE=WMTS", "wmts", PLAIN), calls)
    assert found.kind == "wmts" and "tileMatrixSet=" in found.uri
    assert pixels_like(layer_of(found), 255, 0, 255) > 50


def test_an_address_that_only_says_services(qgis_server: str, calls: Calls) -> None:
    found = best(Link(qgis_server, "ogc-service", PLAIN), calls)
    assert found.kind == "wms"


def test_ogc_api_features(qgis_server: str, calls: Calls) -> None:
    found = best(Link(f"{qgis_server}wfs3", "ogc-features", LAYER), calls)
    assert_points(layer_of(found))


def test_capabilities_are_read_as_owslib_reads_them(qgis_server: str, calls: Calls) -> None:
    services = pytest.importorskip("owslib.wms"), pytest.importorskip("owslib.wfs"), pytest.importorskip("owslib.wmts")
    from sigma_communes.core.catalogue.links.capabilities import ask

    for kind, module, maker, version in (
        ("wms", services[0], "WebMapService", "1.3.0"),
        ("wfs", services[1], "WebFeatureService", "1.1.0"),
        ("wmts", services[2], "WebMapTileService", "1.0.0"),
    ):
        body = calls.get(qgis_server, {"SERVICE": kind.upper(), "REQUEST": "GetCapabilities"}).body
        if kind == "wmts":
            peer = getattr(module, maker)(qgis_server, xml=body)
        else:
            peer = getattr(module, maker)(qgis_server, xml=body, version=version)
        ours = ask(calls, qgis_server, kind)
        assert ours is not None
        assert {layer.name for layer in ours.layers} == set(peer.contents)
        for layer in ours.layers:
            theirs = peer.contents[layer.name]
            assert layer.title == (theirs.title or "")
            if kind == "wms":
                assert set(layer.crs) >= {code for code in theirs.crsOptions if code.startswith("EPSG")}
            if layer.extent and theirs.boundingBoxWGS84:
                assert layer.extent == pytest.approx(theirs.boundingBoxWGS84, abs=1e-6)


def test_the_style_of_the_map_service_draws_the_file(
    qgis_server: str, served: str, calls: Calls, tmp_path: Path
) -> None:
    links = (Link(f"{served}/points.geojson", "geojson"), Link(qgis_server, "wms", PLAIN))
    record = Record("r", "s", "Arbres", organisation="Ville", licence="ODbL", page="https://x.fr/r", links=links)
    chosen = choose(record, calls, kinds=("geojson",)).best
    assert chosen is not None
    assert (chosen.attribution, chosen.licence, chosen.metadata) == ("Ville", "ODbL", "https://x.fr/r")
    style = style_of(record, chosen, calls)
    assert style is not None and style.form == "sld"
    layer = layer_of(chosen)
    assert pixels_like(layer, 255, 0, 255) == 0
    (tmp_path / "style.sld").write_bytes(style.data)
    message, good = layer.loadSldStyle(str(tmp_path / "style.sld"))
    assert good, message
    assert pixels_like(layer, 255, 0, 255) > 100


def test_what_this_qgis_is_too_old_for_is_said(calls: Calls) -> None:
    from qgis.core import Qgis

    version = Qgis.QGIS_VERSION.split("-")[0]
    link = Link("https://x.fr/FROST/v1.1", "sensorthings")
    choice = choose(Record("r", "s", "Capteurs", links=(link,)), qgis=version)
    if Qgis.QGIS_VERSION_INT < 33600:
        assert "Needs QGIS 3.36" in choice.refused[0].reason
    else:
        assert choice.best is not None and choice.best.provider == "sensorthings"


# --- from the dock ------------------------------------------------------------------------------------------------


class Window:
    """What the dock uses of ``iface``."""

    def __init__(self) -> None:
        from qgis.gui import QgsMapCanvas, QgsMessageBar

        self.canvas, self.bar, self.active = QgsMapCanvas(), QgsMessageBar(), None

    def mapCanvas(self) -> Any:  # noqa: N802 (QGIS' name)
        return self.canvas

    def messageBar(self) -> Any:  # noqa: N802 (QGIS' name)
        return self.bar

    def setActiveLayer(self, layer: Any) -> None:  # noqa: N802 (QGIS' name)
        self.active = layer


def test_the_dock_adds_a_wms_and_a_wfs(qgis_server: str, qgis_app: Any, qtbot: Any, tmp_path: Path) -> None:
    from qgis.core import QgsSettings
    from qgis.PyQt.QtCore import Qt
    from sigma_communes.core.catalogue import Catalogue
    from sigma_communes.core.store import Workspace
    from sigma_communes.plugin.base.tasks import Tasks
    from sigma_communes.plugin.catalogue.panel.dock import CatalogueDock
    from sigma_communes.plugin.workspace_file import WorkspaceFile

    QgsSettings().remove("sigma_communes")
    QgsProject.instance().clear()
    path = tmp_path / "workspace.gpkg"
    links = (Link(qgis_server, "wms", PLAIN), Link(qgis_server, "wfs", PLAIN))
    record = Record(
        "fr-allee", "s", "Allées plantées", organisation="Ville d'Aubagne", licence="ODbL", links=links,
        extent=(5.3, 43.2, 5.5, 43.4),
    )  # fmt: skip
    with Workspace.open(path) as made:
        catalogue = Catalogue(made)
        catalogue.add(CatalogueSource("s", "csw", qgis_server))
        catalogue.records.put(catalogue.records.begin("s"), [record, Record("x", "s", "Autre chose")])
    window = Window()
    qtbot.addWidget(window.canvas)
    qtbot.addWidget(window.bar)
    tasks = Tasks(window.bar)
    workspace = WorkspaceFile(tasks)
    with qtbot.waitSignal(workspace.opened, timeout=30000):
        workspace.open(path, map_layers=False)
    dock = CatalogueDock(workspace, window)
    qtbot.addWidget(dock)
    dock.resize(500, 800)
    dock.show()
    try:
        qtbot.waitUntil(lambda: dock.facets.isEnabled() and not dock._thread.busy(), timeout=30000)
        qtbot.keyClicks(dock.facets.text, "allees plan")
        qtbot.waitUntil(lambda: not dock._thread.busy(), timeout=30000)
        (entry,) = dock.list.records.entries
        assert (entry.title, entry.kinds) == ("Allées plantées", ("wms", "wfs"))
        added = {}
        for act, text in (("add", "+ Map"), ("wfs", "WFS")):
            window.active = None
            option = dock.list._option(dock.list.records.index(0))
            button = next(each for each in dock.list.lines.buttons(option, entry) if each.act == act)
            assert button.text == text
            qtbot.mouseClick(dock.list.viewport(), Qt.MouseButton.LeftButton, pos=button.rect.center())
            qtbot.waitUntil(lambda: window.active is not None, timeout=60000)
            added[act] = window.active
        picture, features = added["add"], added["wfs"]
        assert picture.providerType() == "wms" and pixels_like(picture, 255, 0, 255) > 100
        assert features.providerType() == "WFS"
        assert_points(features)
        assert features.renderer().symbol().color().getRgb()[:3] == (255, 0, 255)  # the map service's own style
        assert pixels_like(features, 255, 0, 255) > 100
        for layer in (picture, features):
            assert layer.id() in QgsProject.instance().mapLayers()
            assert layer.metadata().rights()[0] == "Ville d'Aubagne" and layer.metadata().licenses() == ["ODbL"]
            server = layer.serverProperties()
            assert (server if hasattr(server, "attribution") else layer).attribution() == "Ville d'Aubagne"
    finally:
        dock.clean_up()
        tasks.stop()
        QgsProject.instance().clear()
