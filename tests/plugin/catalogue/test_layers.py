# SPDX-License-Identifier: GPL-2.0-or-later
"""From a record to a layer: each kind of file from a server, its style without scripts, its metadata; what fails."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsProject, QgsRectangle, QgsVectorLayer
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QPushButton
from sigma_communes.core.catalogue import Style
from sigma_communes.core.model import Link, Record
from sigma_communes.core.store import Workspace
from sigma_communes.plugin.catalogue import layers
from sigma_communes.plugin.catalogue.layers import RECORD, is_web, wish
from sigma_communes.plugin.catalogue.link_reasons import LinkReasons
from sigma_communes.plugin.workspace_file import WorkspaceFile

from .conftest import Window, store


def add(workspace: WorkspaceFile, window: Window, record: Record, qtbot: Any, **options: Any) -> Any:
    """Store a record, add it, and give the layer (None: none) once the person was told."""
    Workspace.open(workspace.path).close()
    store(workspace.path, [record])
    window.bar.clearWidgets()
    found: list[Any] = []
    layers.add(workspace.tasks, wish(workspace.path, f"region:{record.id}", **options), found.append)
    qtbot.waitUntil(lambda: bool(window.bar.items()), timeout=60000)
    return found[0] if found else None


def record(*links: Link, **more: Any) -> Record:
    return Record("r", "region", title="Arbres", organisation="Ville", licence="ODbL", links=links, **more)


@pytest.mark.parametrize(
    ("file", "kind"), [("points.gpkg", "geopackage"), ("points.geojson", "geojson"), ("points.csv", "csv")]
)
def test_vector_files_come_with_their_features(
    opened: WorkspaceFile, window: Window, server: Any, file: str, kind: str, qtbot: Any
) -> None:
    layer = add(opened, window, record(Link(f"{server.url}/{file}", kind)), qtbot)
    assert layer.featureCount() == 9
    assert QgsRectangle(5.29, 43.19, 5.41, 43.31).contains(layer.extent())
    assert layer.thread() is QgsProject.instance().thread()
    assert QgsProject.instance().mapLayer(layer.id()) is layer
    assert "on the map" in window.bar.currentItem().text()
    assert layer.crs().authid() in ("EPSG:4326", "OGC:CRS84")


def test_a_cog_comes_with_its_pixels(opened: WorkspaceFile, window: Window, server: Any, qtbot: Any) -> None:
    layer = add(opened, window, record(Link(f"{server.url}/image.tif", "cog")), qtbot)
    value, found = layer.dataProvider().sample(layer.extent().center(), 1)
    assert found and value == 200


def test_metadata_licence_and_attribution_go_with_the_layer(
    opened: WorkspaceFile, window: Window, server: Any, qtbot: Any
) -> None:
    layer = add(
        opened,
        window,
        record(
            Link(f"{server.url}/points.geojson", "geojson"),
            abstract="Un <b>texte</b>",
            keywords=("arbre",),
            extent=(5.3, 43.2, 5.4, 43.3),
            page="javascript:alert(1)",
        ),
        qtbot,
    )
    said = layer.metadata()
    assert said.title() == "Arbres" and said.licenses() == ["ODbL"] and said.rights() == ["Ville"]
    assert said.abstract() == "Un texte" and said.keywords()["keywords"] == ["arbre"]
    assert [link.url for link in said.links()] == [f"{server.url}/points.geojson"]
    assert said.extent().spatialExtents()[0].bounds.xMinimum() == 5.3
    assert layer.customProperty(RECORD) == "region:r"


def test_a_style_comes_without_its_scripts(opened: WorkspaceFile, window: Window, server: Any, qtbot: Any) -> None:
    link = Link(f"{server.url}/points.geojson", "geojson", style=f"{server.url}/style.qml")
    layer = add(opened, window, record(link), qtbot)
    assert layer.renderer().symbol().color().getRgb()[:3] == (12, 34, 56)
    assert layer.actions().actions() == [] and layer.editFormConfig().initCode() == ""
    # A style that is not cleaned by the core brings no scripts either.
    assert layers._put_style(layer, Style("qml", (server.behaviours["/style.qml"]({})).body))
    assert layer.actions().actions() == [] and layer.editFormConfig().initCode() == ""


def test_one_link_or_one_kind_can_be_asked_for(opened: WorkspaceFile, window: Window, server: Any, qtbot: Any) -> None:
    both = record(Link(f"{server.url}/points.gpkg", "geopackage"), Link(f"{server.url}/points.csv", "csv"))
    assert "points.csv" in add(opened, window, both, qtbot, kinds=("csv",)).source()
    assert "points.csv" in add(opened, window, both, qtbot, link=both.links[1]).source()
    assert "points.gpkg" in add(opened, window, both, qtbot).source()


def test_the_next_best_link_takes_the_place_of_one_that_fails(
    opened: WorkspaceFile, window: Window, server: Any, qtbot: Any
) -> None:
    server.add("/broken.gpkg", b"not a GeoPackage at all", "application/octet-stream")
    choosing = (Link(f"{server.url}/broken.gpkg", "geopackage"), Link(f"{server.url}/points.geojson", "geojson"))
    layer = add(opened, window, record(*choosing), qtbot)
    assert layer.featureCount() == 9
    assert "GPKG does not load; the next best link is on the map (GeoJSON)" in window.bar.currentItem().text()


@pytest.mark.parametrize(
    ("address", "kind", "said"),
    [
        ("/gone.geojson", "geojson", "nothing is at this address any more"),
        ("/page.html", "geojson", "leads to a web page"),
        ("/secret.geojson", "geojson", "choose an authentication"),
        ("/caps", "wms", "WMS: "),
    ],
)
def test_a_link_that_fails_is_told_with_its_reason(
    opened: WorkspaceFile, window: Window, server: Any, address: str, kind: str, said: str, qtbot: Any
) -> None:
    server.add("/page.html", "<html><body>Connexion</body></html>", "text/html")
    server.add("/secret.geojson", b"no", "text/plain", 401)
    server.add("/caps", "<html><body>503</body></html>", "text/html")
    layer = add(opened, window, record(Link(server.url + address, kind, "x"), page=f"{server.url}/fiche"), qtbot)
    assert layer is None and QgsProject.instance().mapLayers() == {}
    assert said in window.bar.currentItem().text()
    texts = [button.text() for button in window.bar.currentItem().findChildren(QPushButton)]
    assert "Open the metadata" in texts


def test_without_network_it_is_said_at_once(
    opened: WorkspaceFile, window: Window, server: Any, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    monkeypatch.setenv("SIGMA_COMMUNES_NETWORK", "no")
    layer = add(opened, window, record(Link(f"{server.url}/points.geojson", "geojson")), qtbot)
    assert layer is None and "switched off in the options" in window.bar.currentItem().text()
    assert server.calls == []


def test_a_server_that_never_answers_does_not_stop_the_main_loop(
    opened: WorkspaceFile, window: Window, server: Any, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    monkeypatch.setenv("SIGMA_COMMUNES_TIMEOUT", "2")
    server.add_silence("/silent.geojson", 6)
    ticks: list[float] = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(time.monotonic()))
    timer.start(20)
    layer = add(opened, window, record(Link(f"{server.url}/silent.geojson", "geojson")), qtbot)
    timer.stop()
    assert layer is None and "does not answer" in window.bar.currentItem().text()
    assert len(ticks) > 20  # it went on all the time


def test_a_project_layer_brings_its_style(
    opened: WorkspaceFile, window: Window, files: Path, tmp_path: Path, qtbot: Any
) -> None:
    from sigma_communes.core.catalogue import Catalogue, CatalogueSource
    from sigma_communes.core.feedback import SILENT
    from sigma_communes.plugin.catalogue import sources

    project = QgsProject()
    layer = QgsVectorLayer(str(files / "points.geojson"), "Arbres du projet", "ogr")
    layer.renderer().symbol().setColor(layer.renderer().symbol().color().fromRgb(1, 2, 3))
    project.addMapLayer(layer)
    assert project.write(str(tmp_path / "communal.qgs"))
    with Workspace.open(opened.path) as workspace:
        Catalogue(workspace).add(CatalogueSource("communal", "qgis-project", str(tmp_path / "communal.qgs")))
    (outcome,) = sources.harvest(opened.path, ["communal"], 10.0, SILENT)
    assert (outcome.records, outcome.error) == (1, "")
    with Workspace.open(opened.path) as workspace:
        (hit,) = Catalogue(workspace).search("arbres du projet")
    found: list[Any] = []
    layers.add(opened.tasks, wish(opened.path, hit.id), found.append)
    qtbot.waitUntil(lambda: bool(window.bar.items()), timeout=30000)
    assert found[0].featureCount() == 9
    assert found[0].renderer().symbol().color().getRgb()[:3] == (1, 2, 3)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "", "http://", "http://[", "data:,x"])
def test_only_the_web_is_opened(url: str) -> None:
    assert not is_web(url) and not layers.open_page(url)


def test_every_reason_of_the_core_has_its_words() -> None:
    from sigma_communes.core import transport
    from sigma_communes.core.catalogue.links import choosing
    from sigma_communes.core.catalogue.protocols import documents

    source = "".join(Path(module.__file__).read_text(encoding="utf-8") for module in (choosing, documents))
    codes = set(re.findall(r"""_No\(\s*"([a-z-]+)"|code="([a-z-]+)\"""", source))
    named = {code for pair in codes for code in pair if code}
    named |= {each.code for each in vars(transport).values() if isinstance(each, type) and getattr(each, "code", "")}
    named |= {choosing.UNASKED, *("page", "document", "csw", "style", "file")}
    assert len(named) > 30
    known = LinkReasons()._known()
    assert named <= set(known)
    for code in named:
        assert LinkReasons().shown(code, "core", ("a", "b", "c")) != "core"
    assert LinkReasons().shown("", "as the core says it") == "as the core says it"


@pytest.mark.parametrize(
    ("expression", "harmless"),
    [
        ("upper(nom)", True),
        ("@map_scale > 1000", True),
        ("$area / 2", True),
        ("@user_full_name", False),
        ("var('user' || '_full_name')", False),
        ("env('X')", False),
        ("upper(", False),
    ],
)
def test_qgis_itself_says_what_a_style_computes(expression: str, harmless: bool) -> None:
    from sigma_communes.core.catalogue.links.style_guard import is_harmless

    assert is_harmless(expression, layers.used_by) == harmless
