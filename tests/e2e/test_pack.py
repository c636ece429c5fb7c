# SPDX-License-Identifier: GPL-2.0-or-later
"""A pack of Aubagne from real services and files, opened by a QGIS without network, edited there, brought home."""

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

import numpy as np
import pytest
from osgeo import gdal, osr
from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsVectorLayer
from qgis.PyQt.QtGui import QColor
from sigma_communes.core import territory, transport
from sigma_communes.core.base.geos import shapely
from sigma_communes.core.catalogue import Calls
from sigma_communes.core.model import Report
from sigma_communes.core.pack import Made, Order, find, make
from sigma_communes.core.store import Workspace
from sigma_communes.tests.servers.pygeoapi import NotAvailable, Pygeoapi

pytest.importorskip("qgis.core")

SERVERS = Path(__file__).resolve().parents[1] / "servers"
AUBAGNE = "13005"
WEST, SOUTH, STEP, SIDE = 5.45, 43.20, 0.01, 21
KEY = "city/1"


def grid() -> list[tuple[float, float]]:
    """Return points over Aubagne and round it."""
    return [(WEST + STEP * (n % SIDE), SOUTH + STEP * (n // SIDE)) for n in range(SIDE * SIDE)]


def outline() -> Any:
    known = territory.load()
    return known.geometries[known.insee.tolist().index(AUBAGNE)]


def expected() -> int:
    """Return how many points of the grid lie in the commune."""
    return int(shapely.intersects(outline(), shapely.points(np.array(grid()))).sum())


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, qgis_app: Any) -> Path:
    """Give a folder with the same points in each format, squares with styles, a picture in Lambert-93."""
    out = tmp_path_factory.mktemp("sources")
    gdal.UseExceptions()
    features = [
        {"type": "Feature", "id": n, "properties": {"name": f"l'arbre {n}"},
         "geometry": {"type": "Point", "coordinates": list(point)}}
        for n, point in enumerate(grid())
    ]  # fmt: skip
    text = json.dumps({"type": "FeatureCollection", "features": features})
    (out / "points.geojson").write_text(text)
    (out / "arcgis.geojson").write_text(text)
    source = gdal.OpenEx(str(out / "points.geojson"))
    for name, crs in (("degres", "EPSG:4326"), ("lambert", "EPSG:2154")):
        gdal.VectorTranslate(str(out / f"{name}.gpkg"), source, format="GPKG", layerName=name, dstSRS=crs)
    gdal.VectorTranslate(str(out / "points.shp"), source, format="ESRI Shapefile")
    with zipfile.ZipFile(out / "formes.zip", "w") as archive:
        for path in out.glob("points.*"):
            if path.suffix in (".shp", ".shx", ".dbf", ".prj"):
                archive.write(path, path.name)
    rows = "".join(f"{n},{lon},{lat}\n" for n, (lon, lat) in enumerate(grid()))
    (out / "tableau.csv").write_text(f"nom,Longitude,Latitude\n{rows}")
    for name, colour in (("stylé", (1, 2, 3)), ("sld", (4, 5, 6))):
        path = out / f"{name}.gpkg"
        gdal.VectorTranslate(str(path), source, format="GPKG", layerName=name)
        layer = QgsVectorLayer(str(path), name, "ogr")
        layer.renderer().symbol().setColor(QColor(*colour))
        save = layer.saveNamedStyle if name == "stylé" else layer.saveSldStyle
        save(str(path.with_suffix(".qml" if name == "stylé" else ".sld")))
    system = osr.SpatialReference()
    system.ImportFromEPSG(2154)
    memory = gdal.GetDriverByName("MEM").Create("", 600, 600, 3)
    memory.SetProjection(system.ExportToWkt())
    memory.SetGeoTransform((895000.0, 50.0, 0.0, 6265000.0, 0.0, -50.0))
    for band, value in ((1, 200), (2, 30), (3, 60)):
        memory.GetRasterBand(band).Fill(value)
    gdal.GetDriverByName("COG").CreateCopy(str(out / "photo.tif"), memory)
    _project(out)
    return out


def _project(out: Path) -> None:
    project = QgsProject()
    project.setCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    for name in ("degres", "lambert"):
        layer = QgsVectorLayer(f"{out / name}.gpkg|layername={name}", name, "ogr")
        layer.renderer().symbol().setColor(QColor(255, 0, 255))
        layer.renderer().symbol().setSize(6)
        project.addMapLayer(layer)
    ids = list(project.mapLayers())
    project.writeEntry("WMSServiceCapabilities", "/", True)
    project.writeEntry("WFSLayers", "/", ids)
    project.writeEntry("WMSCrsList", "/", ["EPSG:3857", "EPSG:4326", "EPSG:2154"])
    project.writeEntry("WMTSLayers", "Layer", ids)
    project.writeEntry("WMTSPngLayers", "Layer", ids)
    project.writeEntry("WMTSGrids", "CRS", ["EPSG:3857"])
    project.writeEntry("WMTSGrids", "Config", ["EPSG:3857,20037508.34,-20037508.34,559082264.029,14"])
    assert project.write(str(out / "service.qgs"))
    project.clear()


@pytest.fixture(scope="module")
def files(data: Path) -> Iterator[str]:
    """Give the address of the folder, with its ArcGIS FeatureServer, in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, str(SERVERS / "catalogue.py"), str(data)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None and process.stdin is not None
    yield process.stdout.readline().strip()
    process.stdin.close()
    process.wait(10)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("home") / "workspace.gpkg"
    point = shapely.point_on_surface(outline())
    with Workspace.open(path) as made:
        made.add_reports(
            [Report("city", str(n), "S", "Voirie", description="trou", status="open", lon=point.x, lat=point.y)
             for n in range(3)]
        )  # fmt: skip
    return path


@pytest.fixture(scope="module")
def wanted(data: Path, files: str) -> Iterator[dict[str, str]]:
    """Give name → what is asked to take along; the servers run meanwhile."""
    program = shutil.which("qgis_mapserver")
    if program is None:
        pytest.skip("qgis_mapserver is not installed (package qgis-server)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}/"
    with (data / "service.log").open("wb") as log:
        server = subprocess.Popen(
            [program, "-p", str(data / "service.qgs"), f"127.0.0.1:{port}"], stdout=log, stderr=log,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "QGIS_SERVER_LOG_STDERR": "1"},
        )  # fmt: skip
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"{url}?SERVICE=WMS&REQUEST=GetCapabilities", timeout=20):
                break
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    else:
        pytest.fail((data / "service.log").read_text()[-1000:])
    yield {
        "wfs 2154": f"{url}?SERVICE=WFS&VERSION=1.1.0#lambert",
        "wfs 4326": f"{url}?SERVICE=WFS#degres",
        "wms 3857": f"{url}?SERVICE=WMS#lambert",
        "ogc features": f"{url}wfs3/collections/degres/items",
        "arcgis": f"{files}/rest/services/points/FeatureServer/0",
        "cog": f"{files}/photo.tif",
        "geojson": f"{files}/points.geojson",
        "qml": str(data / "stylé.gpkg"),
        "sld": str(data / "sld.gpkg"),
        "shapefile": str(data / "formes.zip"),
        "csv": str(data / "tableau.csv"),
    }
    server.terminate()
    server.wait(10)


@pytest.fixture(scope="module")
def made(wanted: dict[str, str], workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Give the pack, moved away from where it was made."""
    out = tmp_path_factory.mktemp("packs")
    with transport.new_session() as session:
        made = make(
            find(territory.load(), AUBAGNE), Order(tuple(wanted.values()), workspace, budget=6_000_000), out,
            territory=territory.load(), calls=Calls(session),
        )  # fmt: skip
    made.path = Path(shutil.move(made.path, tmp_path_factory.mktemp("carte SD") / "paquet d'Aubagne"))
    return made


LOOK = """
import json, sys
from qgis.core import QgsApplication, QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsProject
app = QgsApplication([], False)
app.initQgis()
project = QgsProject.instance()
found = {"read": project.read(sys.argv[1]), "home": project.presetHomePath(), "layers": {}}
degrees = QgsCoordinateReferenceSystem("EPSG:4326")
for layer in project.mapLayers().values():
    seen = {"valid": layer.isValid(), "source": layer.publicSource(), "crs": layer.crs().authid()}
    if hasattr(layer, "getFeatures"):
        to = QgsCoordinateTransform(layer.crs(), degrees, project)
        shapes = [feature.geometry() for feature in layer.getFeatures()]
        seen["features"] = len(shapes)
        seen["centres"] = [
            (round(p.x(), 5), round(p.y(), 5)) for p in (to.transform(s.boundingBox().center()) for s in shapes if s)
        ] if layer.isSpatial() else []
        symbol = layer.renderer().symbol() if layer.renderer() and hasattr(layer.renderer(), "symbol") else None
        seen["colour"] = list(symbol.color().getRgb()[:3]) if symbol else None
    else:
        provider = layer.dataProvider()
        blocks = [provider.block(band, layer.extent(), 200, 200) for band in (1, 2, 3)]
        seen["pixels"] = {}
        for i in range(0, 200, 2):
            for j in range(0, 200, 2):
                colour = ",".join(str(int(block.value(i, j)) // 16) for block in blocks)
                seen["pixels"][colour] = seen["pixels"].get(colour, 0) + 1
    found["layers"][layer.id()] = seen
if len(sys.argv) > 2:
    reports = project.mapLayersByName("Signalements")[0]
    reports.startEditing()
    for feature in reports.getFeatures():
        if feature["id"] == sys.argv[2]:
            reports.changeAttributeValue(feature.id(), reports.fields().indexOf("state"), "resolved")
    found["committed"] = reports.commitChanges()
    del reports
print("FOUND " + json.dumps(found))
project.clear()
app.exitQgis()
"""


def look(folder: Path, *arguments: str) -> dict[str, Any]:
    """Open a pack's project in a QGIS of its own, which has no network."""
    cut = ["unshare", "-rn"] if subprocess.run(["unshare", "-rn", "true"], check=False).returncode == 0 else []
    dead = {name: "http://127.0.0.1:9" for name in ("http_proxy", "https_proxy", "GDAL_HTTP_PROXY")}
    done = subprocess.run(
        ["env", *(f"{name}={value}" for name, value in dead.items()), "QT_QPA_PLATFORM=offscreen", *cut,
         sys.executable, "-W", "ignore", "-c", LOOK, str(folder / "projet.qgz"), *arguments],
        capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    line = next((line for line in done.stdout.splitlines() if line.startswith("FOUND ")), None)
    assert line is not None, done.stdout + done.stderr
    return json.loads(line[6:])


def test_each_source_is_in_the_pack_and_opens_without_network(made: Made, wanted: dict[str, str]) -> None:
    assert [(left.wanted, left.reason.en) for left in made.contents.left_out] == []
    assert made.contents.ready and made.contents.reports == 3

    seen = look(made.path)

    assert seen["read"] and seen["home"] == ""
    layers = list(seen["layers"].values())
    assert all(layer["valid"] for layer in layers)
    assert all(Path(layer["source"].partition("|")[0]).is_relative_to(made.path) for layer in layers)
    by_place = {Path(layer["source"].partition("|")[0]).name + layer["source"].partition("layername=")[2]: layer
                for layer in layers}  # fmt: skip
    found = {}
    for name, text in wanted.items():
        entry = next(entry for entry in made.contents.layers if entry.wanted == text)
        found[name] = by_place[Path(entry.file).name if entry.file else f"pack.gpkg{entry.table}"]
    inside = {(round(x, 5), round(y, 5)) for x, y in grid() if shapely.intersects(outline(), shapely.Point(x, y))}
    for name, layer in found.items():
        if "features" in layer:
            assert layer["features"] == expected() == len(inside), name
            assert {(round(x, 4), round(y, 4)) for x, y in layer["centres"]} == {
                (round(x, 4), round(y, 4)) for x, y in inside
            }, name  # fmt: skip
    # Asked in Lambert-93, QGIS Server writes its GeoJSON in degrees.
    assert found["wfs 2154"]["crs"] == "EPSG:4326" and found["qml"]["colour"] == [1, 2, 3]
    assert found["sld"]["colour"] == [4, 5, 6]
    assert sum(n for colour, n in found["cog"]["pixels"].items() if colour.startswith(("12,", "11,"))) > 2000
    assert found["wms 3857"]["crs"] == "EPSG:3857"
    assert found["wms 3857"]["pixels"].get("15,0,15", 0) > 5, found["wms 3857"]["pixels"]


def test_the_style_that_came_as_sld_is_in_the_geopackage(made: Made, wanted: dict[str, str]) -> None:
    entry = next(entry for entry in made.contents.layers if entry.wanted == wanted["sld"])
    layer = QgsVectorLayer(f"{made.path / 'pack.gpkg'}|layername={entry.table}", "sld", "ogr")
    assert layer.isValid() and layer.renderer().symbol().color().getRgb()[:3] == (4, 5, 6)


def test_an_edit_comes_home_into_the_queue(made: Made, workspace: Path) -> None:
    assert look(made.path, KEY)["committed"]

    command = [sys.executable, "-m", "sigma_communes.core.cli", "pack", "return", str(made.path)]
    done = subprocess.run(
        [*command, "--workspace", str(workspace), "--who", "Zoé", "--json"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["edits"] == 1
    with Workspace.open(workspace) as home:
        rows = home.rows("SELECT report_id, field, new, origin, who FROM change")
    assert rows == [(KEY, "state", "resolved", "parcel", "Zoé")]


def test_features_of_pygeoapi(tmp_path: Path, data: Path) -> None:
    features = json.loads((data / "points.geojson").read_text())
    try:
        with Pygeoapi(tmp_path / "service", [], features) as server, transport.new_session() as session:
            order = Order((f"{server.url}/collections/trees/items",))
            made = make(
                find(territory.load(), AUBAGNE), order, tmp_path / "out", territory=territory.load(),
                calls=Calls(session),
            )  # fmt: skip
    except NotAvailable as error:
        pytest.skip(str(error))
    assert [left.reason.en for left in made.contents.left_out] == []
    assert made.contents.layers[0].features == expected()
