# SPDX-License-Identifier: GPL-2.0-or-later
"""The project of a pack, which is written without QGIS, read by the QGIS of these tests; and by the rules of QField.

The rules are those that libqfieldsync checks before it takes a project along (``project_checker.py``, ``layer.py``).
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from qgis.core import (
    Qgis,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsVectorLayerUtils,
)
from sigma_communes.core import territory
from sigma_communes.core.base.geos import shapely
from sigma_communes.core.jobs import packs
from sigma_communes.core.pack import Order, contents, find, make
from sigma_communes.core.store import Workspace

AUBAGNE = "13005"


def inside() -> tuple[float, float]:
    known = territory.load()
    point = shapely.point_on_surface(known.geometries[known.insee.tolist().index(AUBAGNE)])
    return float(point.x), float(point.y)


@pytest.fixture
def folder(tmp_path: Path, demo_workspace: Path, qgis_app: Any) -> Path:
    """Give a pack of Aubagne with a layer that has a style of its own, moved away from where it was made."""
    lon, lat = inside()
    layer = tmp_path / "l'éclairage.geojson"
    points = [{"type": "Feature", "properties": {"n": n, "nom": "mât"}, "geometry": {
        "type": "Point", "coordinates": [lon + n * 1e-4, lat]}} for n in range(5)]  # fmt: skip
    layer.write_text(json.dumps({"type": "FeatureCollection", "features": points}), encoding="utf-8")
    layer.with_suffix(".qml").write_text(
        "<qgis><customproperties><property key='keep' value='me'/></customproperties>"
        "<renderer-v2 type='singleSymbol'><symbols><symbol type='marker' name='0'><layer class='SimpleMarker'>"
        "<prop k='color' v='1,2,3,255'/></layer></symbol></symbols></renderer-v2></qgis>",
        encoding="utf-8",
    )
    made = make(
        find(territory.load(), AUBAGNE), Order((str(layer),), demo_workspace), tmp_path / "packs",
        territory=territory.load(),
    )  # fmt: skip
    return Path(shutil.move(made.path, tmp_path / "carte SD"))


@pytest.fixture
def project(folder: Path) -> Iterator[QgsProject]:
    opened = QgsProject()
    assert opened.read(str(folder / "projet.qgz"))
    yield opened
    opened.clear()


def layer_of(project: QgsProject, name: str) -> Any:
    (layer,) = project.mapLayersByName(name)
    return layer


def test_every_layer_opens_with_its_style_its_system_and_its_rows(project: QgsProject, folder: Path) -> None:
    pack = contents.load(folder)
    layers = project.mapLayers().values()
    assert {layer.name() for layer in layers} == {"Signalements", "Photos", "l'éclairage", "Commune : Aubagne"}
    assert all(layer.isValid() for layer in layers) and project.crs().authid() == "EPSG:2154"
    assert project.title() == "Aubagne : paquet hors connexion"
    lights, reports = layer_of(project, "l'éclairage"), layer_of(project, "Signalements")
    assert lights.renderer().symbol().color().getRgb()[:3] == (1, 2, 3)
    assert [feature["nom"] for feature in lights.getFeatures()] == ["mât"] * 5
    assert lights.crs().authid() == "EPSG:4326" and lights.customProperty("keep") == "me"
    assert reports.featureCount() == pack.reports > 0 and reports.renderer().type() == "categorizedSymbol"
    (relation,) = project.relationManager().referencedRelations(reports)
    assert relation.isValid() and relation.referencingLayer() == layer_of(project, "Photos")


def test_what_qfield_asks_of_a_project(project: QgsProject, folder: Path) -> None:
    with_types = getattr(Qgis, "FilePathType", None)
    if with_types is not None and hasattr(project, "filePathStorage"):
        assert project.filePathStorage() == with_types.Relative
    assert project.presetHomePath() == ""
    for path in folder.rglob("*"):
        assert path.name.isascii() and not set(path.name) & set('<>:"/\\|?*')
        assert path == folder / "projet.qgz" or path.stem != "projet"
    for layer in project.mapLayers().values():
        file = layer.source().partition("|")[0]
        assert os.path.isfile(file) and Path(file).parent.is_relative_to(folder)
        editable = layer.name() in ("Signalements", "Photos")
        assert layer.readOnly() is not editable
        assert layer.customProperty("QFieldSync/action") == "copy"
        assert layer.customProperty("QFieldSync/cloud_action") == ("offline" if editable else "no_action")
        if editable:  # the cloud tells edits by the one key of a row
            assert [layer.fields()[i].name() for i in layer.primaryKeyAttributes()] == ["fid"]
    active = project.readEntry("qfieldsync", "/initialActiveLayer")[0]
    assert active == layer_of(project, "Signalements").id()


def test_a_photo_taken_outdoors_comes_home_with_its_report(
    project: QgsProject, folder: Path, demo_workspace: Path
) -> None:
    """What QField does: a report with its defaults, a file below the project, a row of the relation with its path."""
    reports, photos = layer_of(project, "Signalements"), layer_of(project, "Photos")
    setup = photos.editorWidgetSetup(photos.fields().indexOf("photo"))
    assert setup.type() == "ExternalResource" and int(setup.config()["RelativeStorage"]) == 1
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(reports))
    lon, lat = inside()
    geometry = QgsGeometry.fromPointXY(QgsPointXY(lon, lat))
    report: QgsFeature = QgsVectorLayerUtils.createFeature(reports, geometry, {}, context)
    key = report["id"]
    assert key.startswith("local/") and len(key) == 22
    naming = json.loads(photos.customProperty("QFieldSync/attachment_naming"))["photo"]
    name = QgsExpression(naming).evaluate(context).replace("{extension}", "jpg")
    assert name.startswith("photos/")
    (folder / name).parent.mkdir(exist_ok=True)  # QField makes it where no photo left with the pack
    Image.effect_noise((640, 480), 60).convert("RGB").save(folder / name)
    assert reports.startEditing() and reports.addFeature(report) and reports.commitChanges(), reports.commitErrors()
    row = QgsVectorLayerUtils.createFeature(photos, QgsGeometry(), {}, context)
    (relation,) = project.relationManager().referencedRelations(reports)
    row[relation.fieldPairs().popitem()[0]] = key
    row["photo"] = name
    assert photos.startEditing() and photos.addFeature(row) and photos.commitChanges(), photos.commitErrors()
    project.clear()

    returned = packs.bring_pack_home(folder, demo_workspace)

    assert (returned.new, returned.photos, returned.kept) == ([key], 1, [])
    with Workspace.open(demo_workspace) as workspace:
        rows = workspace._connection.execute(
            "SELECT incident.insee, incident.team <> '', photo.verdict FROM incident "
            "JOIN photo ON photo.report_id = incident.id WHERE incident.id = ?", (key,)
        ).fetchall()  # fmt: skip
    assert [row[:2] for row in rows] == [(AUBAGNE, 1)]
