# SPDX-License-Identifier: GPL-2.0-or-later
"""Harvest, search and load by algorithm, from a portal that is a process of its own; errors that say what to do."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsProcessingContext, QgsProcessingException, QgsProcessingFeedback, QgsProject
from sigma_communes.plugin.plugin import SigmaCommunesPlugin

SERVER = Path(__file__).resolve().parents[2] / "servers" / "catalogue.py"
LIGHTS = [
    {
        "type": "Feature",
        "properties": {"name": f"l'armoire {n}"},
        "geometry": {"type": "Point", "coordinates": [5.37 + n / 100, 43.29]},
    }
    for n in range(5)
]
QML = """<qgis version="3.22"><renderer-v2 type="singleSymbol" symbollevels="0" enableorderby="0"><symbols>
<symbol type="marker" name="0" alpha="1" clip_to_extent="1">
<layer class="SimpleMarker" pass="0" locked="0" enabled="1"><prop k="color" v="255,0,255,255"/><prop k="size" v="4"/>
</layer></symbol></symbols></renderer-v2></qgis>"""


def _dataset(identifier: str, title: str, box: str, *links: tuple[str, str]) -> dict[str, Any]:
    return {
        "@type": "dcat:Dataset",
        "dct:identifier": identifier,
        "dct:title": title,
        "dct:publisher": {"foaf:name": "Ville de Marseille"},
        "dct:license": {"@id": "https://www.etalab.gouv.fr/licence-ouverte-open-licence"},
        "dct:spatial": {"dcat:bbox": f"POLYGON(({box}))"} if box else {},
        "dcat:distribution": [{"dcat:downloadURL": {"@id": url}, "dct:format": form} for url, form in links],
    }


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a DCAT catalogue beside the files of its datasets."""
    folder = tmp_path_factory.mktemp("portal")
    (folder / "lights.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": LIGHTS}))
    (folder / "lights.qml").write_text(QML)
    marseille = "5.3 43.2, 5.5 43.2, 5.5 43.4, 5.3 43.4, 5.3 43.2"
    datasets = [
        _dataset(
            "lights", "Éclairage public : armoires", marseille, ("/lights.geojson", "geojson"), ("/lights.qml", "")
        ),
        _dataset("gone", "Éclairage public : câbles", "", ("/gone.gpkg", "gpkg"), ("javascript:alert(1)", "")),
        _dataset("paris", "Arbres de Paris", "2 48, 3 48, 3 49, 2 49, 2 48", ("/paris.geojson", "geojson")),
    ]
    context = {"dct": "http://purl.org/dc/terms/", "dcat": "http://www.w3.org/ns/dcat#"}
    (folder / "catalog.json").write_text(
        json.dumps({"@context": context, "@type": "dcat:Catalog", "dcat:dataset": datasets})
    )
    process = subprocess.Popen(
        [sys.executable, str(SERVER), str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdin is not None
    yield process.stdout.readline().strip()
    process.stdin.close()
    process.wait(10)


class Feedback(QgsProcessingFeedback):
    """Keeps what was said."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def pushInfo(self, info: str) -> None:
        self.said.append(info)

    pushWarning = pushInfo

    def reportError(self, error: str, fatalError: bool = False) -> None:
        self.said.append(error)


Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(plugin: SigmaCommunesPlugin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Give a call of an algorithm on one workspace by its name; its output layers are in the dict."""
    import processing

    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)

    def call(name: str, feedback: QgsProcessingFeedback | None = None, **parameters: Any) -> dict[str, Any]:
        parameters.setdefault("WORKSPACE", str(tmp_path / "w.gpkg"))
        if name == "search_catalogue":
            parameters.setdefault("OUTPUT", "TEMPORARY_OUTPUT")
        context = QgsProcessingContext()
        context.setProject(QgsProject.instance())
        algorithm = plugin.provider.algorithm(name)
        found = processing.run(algorithm, parameters, context=context, feedback=feedback or Feedback())
        if isinstance(found.get("OUTPUT"), str):
            found["OUTPUT"] = context.takeResultLayer(found["OUTPUT"])
        return found

    return call


@pytest.fixture
def harvested(run: Run, portal: str) -> Run:
    """Give the same, with the portal harvested."""
    feedback = Feedback()
    found = run("harvest_catalogue", feedback, NAME="ville", URL=f"{portal}/catalog.json", KIND="dcat")
    assert (found["RECORDS"], found["NEW"], found["FAILED"]) == (3, 3, 0), feedback.said
    return run


def test_harvest_then_search(harvested: Run) -> None:
    found = harvested("search_catalogue", WORDS="eclairages publics", COMMUNE="13055")
    names = found["OUTPUT"].fields().names()
    rows = [dict(zip(names, feature.attributes())) for feature in found["OUTPUT"].getFeatures()]
    assert found["FOUND"] == 2
    assert [row["title"] for row in rows] == ["Éclairage public : armoires", "Éclairage public : câbles"]
    assert rows[0]["organisation"] == "Ville de Marseille" and rows[0]["licence"] == "Licence Ouverte"
    assert rows[0]["sources"] == "ville" and "geojson" in rows[0]["kinds"] and rows[0]["score"] > 0
    boxes = [feature.geometry().boundingBox().toString(1) for feature in found["OUTPUT"].getFeatures()]
    assert (
        boxes[0] == "5.3,43.2 : 5.5,43.4"
        and not next(iter(found["OUTPUT"].getFeatures("id = 'ville:gone'"))).hasGeometry()
    )
    assert harvested("search_catalogue", KINDS="geojson")["FOUND"] == 2
    assert harvested("search_catalogue", BUNDLE="lighting")["FOUND"] == 2


def test_harvest_again_and_only_what_is_there(harvested: Run, portal: str) -> None:
    again = harvested("harvest_catalogue", WHOLE=True)
    assert (again["RECORDS"], again["NEW"], again["CHANGED"], again["REMOVED"]) == (3, 0, 0, 0)
    feedback = Feedback()
    failed = harvested("harvest_catalogue", feedback, NAME="autre", URL=f"{portal}/nothing-here", KIND="csw")
    assert failed["FAILED"] == 1 and any("404" in line for line in feedback.said)
    assert harvested("search_catalogue")["FOUND"] == 3


def test_a_record_becomes_a_layer_with_its_style(harvested: Run, portal: str) -> None:
    found = harvested("catalogue_layer", RECORD="ville:lights")
    assert (found["KIND"], found["PROVIDER"]) == ("geojson", "ogr") and found["URI"] == f"{portal}/lights.geojson"
    layer = found["OUTPUT"]
    assert sorted(feature["name"] for feature in layer.getFeatures()) == [f"l'armoire {n}" for n in range(5)]
    assert layer.renderer().symbol().color().name() == "#ff00ff"
    assert layer.metadata().licenses() == ["Licence Ouverte"]


def test_what_can_not_be_loaded_says_why(harvested: Run) -> None:
    feedback = Feedback()
    with pytest.raises(QgsProcessingException):
        harvested("catalogue_layer", feedback, RECORD="ville:gone")
    said = "\n".join(feedback.said)
    assert "javascript" in said and "gone.gpkg" in said
    with pytest.raises(QgsProcessingException, match="nobody"):
        harvested("catalogue_layer", RECORD="nobody")


@pytest.mark.parametrize(
    ("name", "parameters", "said"),
    [
        ("search_catalogue", {"KINDS": "wmsx"}, "wmsx"),
        ("search_catalogue", {"COMMUNE": "Atlantis"}, "Atlantis"),
        ("search_catalogue", {"BUNDLE": "unicorns"}, "unicorns"),
        ("harvest_catalogue", {"NAME": "no-such-source"}, "no-such-source"),
        ("harvest_catalogue", {"NAME": "x", "URL": "not-an-address", "KIND": "csw"}, "not-an-address"),
        ("harvest_catalogue", {"NAME": "x", "URL": "https://x.example", "KIND": "gopher"}, "gopher"),
    ],
)
def test_wrong_use_says_so(harvested: Run, name: str, parameters: dict[str, str], said: str) -> None:
    with pytest.raises(QgsProcessingException, match=said):
        harvested(name, **parameters)
