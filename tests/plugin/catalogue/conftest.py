# SPDX-License-Identifier: GPL-2.0-or-later
"""A workspace with a catalogue whose links lead to files beside it, and the docks' window."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsApplication, QgsProject, QgsSettings
from qgis.gui import QgsMapCanvas, QgsMessageBar
from sigma_communes.core.catalogue import Catalogue, CatalogueSource
from sigma_communes.core.model import Link, Record
from sigma_communes.core.store import Workspace
from sigma_communes.plugin.base.tasks import Tasks
from sigma_communes.plugin.workspace_file import WorkspaceFile

MARSEILLE = (5.22, 43.17, 5.54, 43.40)
PARIS = (2.2, 48.8, 2.5, 48.9)
WMS = Link("https://geo.example.org/wms", "wms", "plui:zonage")
WFS = Link("https://geo.example.org/wfs", "wfs", "plui:zonage")
PARIS_WFS = Link("https://geo.example.org/paris/wfs", "wfs", "paris:arbres")
HOSTILE = Record(
    "h-1",
    "region",
    title="<script>alert(1)</script> Carte <b>&amp; plan</b>",
    abstract="<img src='https://spy.example.org/x.png'> texte",
    organisation='"><h1>x</h1>',
    links=(
        Link("javascript:alert(1)", "", "", title="<a href='x'>lien</a>"),
        Link("file:///etc/passwd", "geojson"),
        Link("data/points.shp", "shapefile"),
        Link("https://geo.example.org/page.html", "page"),
    ),
    page="javascript:alert(2)",
)
RECORDS = (
    Record(
        "plui",
        "region",
        title="Zonage du PLUi, Pays d'Aix",
        abstract="Plan local d'urbanisme intercommunal : zonage réglementaire.",
        keywords=("urbanisme",),
        inspire_themes=("Usage des sols",),
        organisation="Métropole AMP",
        contact="geo@example.org",
        licence="Licence Ouverte 2.0",
        modified="2026-09-14",
        extent=(5.2, 43.4, 5.7, 43.7),
        crs=("EPSG:2154",),
        page="https://geo.example.org/fiche/plui",
        links=(WMS, WFS, Link("https://geo.example.org/plui.gpkg", "geopackage")),
    ),
    Record(
        "trees",
        "region",
        title="Arbres d'alignement",
        organisation="Ville de Marseille",
        licence="ODbL",
        modified="2025-02-01",
        extent=MARSEILLE,
        links=(Link("https://geo.example.org/arbres.geojson", "geojson"),),
    ),
    Record("paris", "region", title="Arbres de Paris", organisation="Ville de Paris", extent=PARIS, links=(PARIS_WFS,)),
    Record("note", "region", title="Étude sur le bruit", links=(Link("https://geo.example.org/x.pdf", "document"),)),
    HOSTILE,
)


def store(path: Path, records: Sequence[Record], source: str = "region", error: str = "") -> None:
    """Put records into a workspace as a harvest of a source does."""
    with Workspace.open(path) as workspace:
        catalogue = Catalogue(workspace)
        if source not in [known.name for known, _ in catalogue.sources()]:
            catalogue.add(CatalogueSource(source, "csw", f"https://{source}.example.org/csw", source.title()))
        begun = catalogue.records.begin(source)
        catalogue.records.put(begun, list(records))
        catalogue.records.end(begun, whole=True, error=error)


@pytest.fixture(autouse=True)
def _inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let records of invented catalogues lead to servers on this computer."""
    monkeypatch.setenv("SIGMA_COMMUNES_PRIVATE_NETWORK", "1")


class Window:
    """What the dock uses of ``iface``."""

    def __init__(self) -> None:
        self.canvas = QgsMapCanvas()
        self.bar = QgsMessageBar()
        self.active: Any = None

    def mapCanvas(self) -> QgsMapCanvas:
        return self.canvas

    def messageBar(self) -> QgsMessageBar:
        return self.bar

    def setActiveLayer(self, layer: Any) -> None:
        self.active = layer


@pytest.fixture
def window(qgis_app: QgsApplication, qtbot: Any) -> Window:
    QgsSettings().remove("sigma_communes")
    window = Window()
    qtbot.addWidget(window.canvas)
    qtbot.addWidget(window.bar)
    return window


@pytest.fixture
def workspace(window: Window, qtbot: Any) -> Iterator[WorkspaceFile]:
    """Give a WorkspaceFile in which nothing is open yet."""
    QgsProject.instance().clear()
    tasks = Tasks(window.bar)
    workspace = WorkspaceFile(tasks)
    yield workspace
    tasks.stop()
    QgsProject.instance().clear()


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a workspace with the records above; copy it before writing."""
    path = tmp_path_factory.mktemp("catalogue") / "workspace.gpkg"
    store(path, RECORDS)
    return path


@pytest.fixture
def path(filled: Path, tmp_path: Path) -> Path:
    """Give a copy that a test may write."""
    return Path(shutil.copy(filled, tmp_path / "workspace.gpkg"))


@pytest.fixture
def opened(workspace: WorkspaceFile, path: Path, qtbot: Any) -> WorkspaceFile:
    """Give the workspace open, without its layers."""
    with qtbot.waitSignal(workspace.opened, timeout=20000):
        workspace.open(path, map_layers=False)
    return workspace


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory, qgis_app: QgsApplication) -> Path:
    """Give a folder with nine points as GeoPackage, GeoJSON and CSV, and a small COG."""
    from osgeo import gdal, osr

    out = tmp_path_factory.mktemp("files")
    places = [(5.3 + 0.05 * (n % 3), 43.2 + 0.05 * (n // 3)) for n in range(9)]
    points = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"name": f"l'arbre {n}"},
                "geometry": {"type": "Point", "coordinates": place},
            }
            for n, place in enumerate(places)
        ],
    }
    (out / "points.geojson").write_text(json.dumps(points))
    gdal.VectorTranslate(str(out / "points.gpkg"), str(out / "points.geojson"), format="GPKG", layerName="Arbres")
    rows = [f"arbre {n},{x},{y}" for n, (x, y) in enumerate(places)]
    (out / "points.csv").write_text("nom,Longitude,Latitude\n" + "\n".join(rows) + "\n")
    memory = gdal.GetDriverByName("MEM").Create("", 64, 64, 3)
    memory.SetGeoTransform((5.2, 0.005, 0, 43.5, 0, -0.005))
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(4326)
    memory.SetProjection(reference.ExportToWkt())
    memory.GetRasterBand(1).Fill(200)
    gdal.GetDriverByName("COG").CreateCopy(str(out / "image.tif"), memory)
    (out / "style.qml").write_text(STYLE)
    return out


STYLE = """<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22" styleCategories="AllStyleCategories">
 <renderer-v2 type="singleSymbol" symbollevels="0">
  <symbols><symbol type="marker" name="0" alpha="1"><layer class="SimpleMarker" enabled="1" pass="0">
   <Option type="Map"><Option name="color" type="QString" value="12,34,56,255"/></Option>
   <prop k="color" v="12,34,56,255"/>
  </layer></symbol></symbols>
 </renderer-v2>
 <attributeactions><actionsetting type="1" name="run" action="import os" capture="0" id="{1}"/></attributeactions>
 <editforminitcodesource>2</editforminitcodesource>
 <editforminitcode>import os</editforminitcode>
</qgis>
"""


@pytest.fixture
def server(files: Path) -> Iterator[Any]:
    """Give a running HTTP server with the files, whose further answers a test may set."""
    name = "test_servers_catalogue"
    module = sys.modules.get(name)
    if module is None:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).parents[2] / "servers" / "catalogue.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    types = {".geojson": "application/geo+json", ".csv": "text/csv", ".tif": "image/tiff", ".qml": "text/xml"}
    with module.CatalogueServer() as running:
        for path in files.iterdir():
            kind = types.get(path.suffix, "application/octet-stream")
            running.add(f"/{path.name}", path.read_bytes(), kind)
        yield running
