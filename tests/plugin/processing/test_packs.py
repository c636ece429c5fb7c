# SPDX-License-Identifier: GPL-2.0-or-later
"""Packs made in QGIS, opened in a QGIS that has no network, edited there and brought home."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal, ogr, osr
from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsVectorLayer
from sigma_communes.core import territory
from sigma_communes.core.base.geos import shapely
from sigma_communes.core.pack import contents
from sigma_communes.core.store import Workspace
from sigma_communes.core.vector import tables
from sigma_communes.core.vector.binding import ByOsgeo, ByPyogrio
from sigma_communes.plugin.plugin import SigmaCommunesPlugin

Run = Callable[..., dict[str, Any]]
THREE = ("13005", "13001", "13055")


@pytest.fixture
def run(plugin: SigmaCommunesPlugin) -> Run:
    """Give a call of an algorithm by its name."""

    def call(name: str, **parameters: Any) -> dict[str, Any]:
        algorithm = plugin.provider.algorithm(name)
        done, ok = algorithm.run(parameters, QgsProcessingContext(), QgsProcessingFeedback())
        assert ok
        return done

    return call


@pytest.fixture
def trees(tmp_path: Path) -> Path:
    """Give a file of trees over the metropolis, with a style beside it."""
    west, south, east, north = shapely.total_bounds(territory.load().geometries).tolist()
    rng = np.random.default_rng(1)
    features = [
        {
            "type": "Feature",
            "properties": {"essence": "platane", "n": i},
            "geometry": {"type": "Point", "coordinates": [x, y]},
        }
        for i, (x, y) in enumerate(
            zip(rng.uniform(west, east, 5000).tolist(), rng.uniform(south, north, 5000).tolist())
        )
    ]
    path = tmp_path / "arbres d'alignement.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    styled = QgsVectorLayer(str(path), "arbres", "ogr")
    styled.renderer().symbol().setColor(styled.renderer().symbol().color().fromRgb(1, 2, 3))
    styled.saveNamedStyle(str(path.with_suffix(".qml")))
    return path


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    """Give an aerial picture of Aubagne in Lambert-93: 2 m a pixel, noise, about 48 MB as it is."""
    path = tmp_path / "ortho.tif"
    system = osr.SpatialReference()
    system.ImportFromEPSG(2154)
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), 4000, 4000, 3, gdal.GDT_Byte)
    dataset.SetProjection(system.ExportToWkt())
    dataset.SetGeoTransform((906000.0, 2.0, 0.0, 6250000.0, 0.0, -2.0))
    pixels = np.random.default_rng(2).integers(0, 255, (4000, 4000), dtype=np.uint8)
    for band in (1, 2, 3):
        dataset.GetRasterBand(band).WriteArray(pixels)
    dataset = None
    return path


# Runs in a process without network: what a colleague's QGIS sees.
LOOK = """
import json, sys
from qgis.core import QgsApplication, QgsProject
app = QgsApplication([], False)
app.initQgis()
project = QgsProject.instance()
found = {"read": project.read(sys.argv[1]), "crs": project.crs().authid(), "layers": {}}
try:
    import socket
    socket.create_connection(("1.1.1.1", 80), 2)
    found["network"] = True
except OSError:
    found["network"] = False
for layer in project.mapLayers().values():
    seen = {"valid": layer.isValid(), "source": layer.source()}
    if hasattr(layer, "featureCount"):
        seen["features"] = len(list(layer.getFeatures()))
        seen["renderer"] = layer.renderer().type() if layer.renderer() else ""
        if seen["renderer"] == "singleSymbol":
            seen["colour"] = layer.renderer().symbol().color().name()
    else:
        block = layer.dataProvider().block(1, layer.extent(), 50, 50)
        seen["pixels"] = sum(block.value(r, c) > 0 for r in range(50) for c in range(50) if not block.isNoData(r, c))
    found["layers"][layer.name()] = seen
reports = next(layer for layer in project.mapLayers().values() if layer.name() == "Signalements")
setup = reports.editorWidgetSetup(reports.fields().indexOf("state"))
found["states"] = [list(pair.values())[0] for pair in setup.config().get("map", [])]
if len(sys.argv) > 2:
    reports.startEditing()
    feature = next(reports.getFeatures())
    found["edited"] = feature["id"]
    reports.changeAttributeValue(feature.id(), reports.fields().indexOf("state"), "resolved")
    found["committed"] = reports.commitChanges()
print("FOUND " + json.dumps(found))
del reports
project.clear()
app.exitQgis()
"""


def network_cut() -> list[str]:
    """Return what runs a program without a network, where this machine allows it; not everywhere, as in containers."""
    try:
        allowed = subprocess.run(["unshare", "-rn", "true"], check=False, capture_output=True).returncode == 0
    except OSError:
        allowed = False
    return ["unshare", "-rn"] if allowed else []


def look(folder: Path, *arguments: str) -> dict[str, Any]:
    """Open a pack's project in a QGIS of its own with the network cut, from where it was moved to."""
    done = subprocess.run(
        [*network_cut(), sys.executable, "-W", "ignore", "-c", LOOK, str(folder / "projet.qgz"), *arguments],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    line = next((line for line in done.stdout.splitlines() if line.startswith("FOUND ")), None)
    assert line is not None, done.stdout + done.stderr
    return json.loads(line[6:])


def test_packs_of_three_communes_open_without_network(
    run: Run, demo_workspace: Path, trees: Path, photograph: Path, tmp_path: Path
) -> None:
    out = tmp_path / "packs"
    for insee in THREE:
        done = run(
            "pack",
            COMMUNE=insee,
            RECORDS=f"{trees}\n{photograph}",
            WORKSPACE=str(demo_workspace),
            BUDGET=2,
            OUT=str(out),
        )
        assert done["LEFT_OUT"] == (0 if insee == "13005" else 1), insee  # the picture is of Aubagne alone

    for folder in sorted(out.iterdir()):
        moved = Path(shutil.move(folder, tmp_path / f"phone {folder.name}"))
        pack = contents.load(moved)
        seen = look(moved)
        assert seen["read"] and seen["crs"] == "EPSG:2154" and pack.ready
        assert not (seen["network"] and network_cut())
        assert all(layer["valid"] for layer in seen["layers"].values())
        assert seen["layers"]["Signalements"]["features"] == pack.reports > 0
        assert seen["layers"]["Signalements"]["renderer"] == "categorizedSymbol"
        assert "in_progress" in seen["states"]
        layer = seen["layers"][trees.stem]
        assert layer["features"] == next(e.features for e in pack.layers if e.family == "points") > 0
        assert layer["colour"] == "#010203"
        if pack.insee == "13005":
            entry = next(e for e in pack.layers if e.family == "raster")
            assert seen["layers"]["ortho"]["pixels"] > 100
            assert 0 < entry.bytes <= 2_000_000 and "instead of 2" in entry.notes[0].en


def test_an_edit_in_a_pack_comes_home_and_a_refresh_forgets_it(run: Run, demo_workspace: Path, tmp_path: Path) -> None:
    made = run("pack", COMMUNE="Marseille", WORKSPACE=str(demo_workspace), OUT=str(tmp_path / "packs"))
    seen = look(Path(made["OUT"]), "edit")
    assert seen["committed"]

    first = run("return_pack", PACK=made["OUT"], WORKSPACE=str(demo_workspace), WHO="Zoé")
    again = run("return_pack", PACK=made["OUT"], WORKSPACE=str(demo_workspace), WHO="Zoé")
    refreshed = run("refresh_pack", PACK=made["OUT"])

    assert (first["EDITS"], first["CONFLICTS"], again["EDITS"], refreshed["WAITING"]) == (1, 0, 0, 0)
    with Workspace.open(demo_workspace) as workspace:
        row = workspace.row("SELECT state FROM report WHERE id = ?", (seen["edited"],))
        assert row == ("resolved",)
        queued = workspace.rows("SELECT origin, who FROM change WHERE report_id = ?", (seen["edited"],))
        assert ("parcel", "Zoé") in queued


def test_both_bindings_of_gdal_read_and_write_the_same(tmp_path: Path) -> None:
    pyogrio = pytest.importorskip("pyogrio")
    lon, lat = 5.5, 43.3
    values = [
        {"n": 1, "x": 1.5, "t": "é", "ok": True, "d": "2024-02-29", "at": "2024-01-02T10:00:00+02:00"},
        {"n": None, "x": None, "t": None, "ok": None, "d": None, "at": None},
    ]
    features = [
        {"type": "Feature", "properties": each, "geometry": {"type": "Point", "coordinates": [lon, lat]}}
        for each in values
    ]
    path = tmp_path / "types.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    bindings = (ByPyogrio(pyogrio), ByOsgeo(gdal, ogr, osr))
    read = []
    for number, binding in enumerate(bindings):
        (layer,) = binding.layers(str(path))
        table = binding.read(layer, (5, 43, 6, 44))
        gpkg = tmp_path / f"out{number}.gpkg"
        binding.write(gpkg, "a", table, "Point", layer.crs, title="a")
        other = bindings[1 - number]
        (again,) = other.layers(str(gpkg))
        assert other.count(again) == 2 and again.indexed
        back = other.read(again, None)
        read.append((table, back))

    kinds = [{name: column.kind for name, column in table.columns.items()} for pair in read for table in pair]
    assert all(each == kinds[0] for each in kinds) and kinds[0]["at"] == tables.MOMENT
    for table in (table for pair in read for table in pair):
        assert table.columns["at"].values[0] == np.datetime64("2024-01-02T08:00:00.000")
        assert [column.missing.tolist() for column in table.columns.values()] == [[False, True]] * 6
        assert shapely.get_x(table.geometries).tolist() == [lon, lon]
