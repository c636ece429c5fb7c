# SPDX-License-Identifier: GPL-2.0-or-later
"""Layers, a workspace with reports in three communes, and the map."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sigma_communes.core import territory as territories
from sigma_communes.core.base.geos import shapely
from sigma_communes.core.model import Photo, PhotoVerdict, Report
from sigma_communes.core.store import Workspace
from sigma_communes.core.territory import Territory

WriteLayer = Callable[..., Path]
AUBAGNE, CABRIES, MARSEILLE = "13005", "13019", "13055"


@pytest.fixture(scope="session")
def territory() -> Territory:
    """Give the map that ships."""
    return territories.load()


def outline(territory: Territory, insee: str) -> Any:
    """Return the outline of a commune, in degrees."""
    return territory.geometries[territory.insee.tolist().index(insee)]


def inside(territory: Territory, insee: str) -> tuple[float, float]:
    """Return a position in a commune."""
    point = shapely.point_on_surface(outline(territory, insee))
    return float(point.x), float(point.y)


@pytest.fixture
def write_layer(tmp_path: Path) -> WriteLayer:
    """Give a function that writes a GeoJSON file of shapes with a number and a name each."""

    def write(name: str, shapes: Sequence[Any], **properties: Any) -> Path:
        features = [
            {
                "type": "Feature",
                "properties": {"n": i, "nom": f"n° {i}", **properties},
                "geometry": None if shape is None else json.loads(shapely.to_geojson(shape)),
            }
            for i, shape in enumerate(shapes)
        ]
        path = tmp_path / name
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
        return path

    return write


@pytest.fixture
def workspace(tmp_path: Path, territory: Territory) -> Path:
    """Give a workspace with three reports in each of three communes, a photo, and one report placed nowhere yet."""
    path = tmp_path / "workspace.gpkg"
    photo = tmp_path / "trou.jpg"
    exif = Image.Exif()
    exif[0x010F] = "Camera of somebody"
    pixels = np.random.default_rng(1).integers(0, 255, (30, 40, 3), dtype=np.uint8)
    Image.fromarray(pixels).resize((400, 300)).save(photo, exif=exif)
    reports = []
    for insee in (AUBAGNE, CABRIES, MARSEILLE):
        lon, lat = inside(territory, insee)
        reports += [
            Report(
                "city", f"{insee}-{n}", "S1", "Voirie", description=f"trou n° {n}", status="open",
                lon=lon + n * 1e-5, lat=lat, requested_datetime="2026-01-02T10:00:00Z", extra={"email": "a@b.fr"},
            )
            for n in range(3)
        ]  # fmt: skip
    lon, lat = inside(territory, AUBAGNE)
    reports.append(Report("city", "late", description="placed nowhere yet", status="open", lon=lon, lat=lat))
    with Workspace.open(path) as ws:
        ws.add_reports(reports)
        placed = [f"city/{insee}-{n}" for insee in (AUBAGNE, CABRIES, MARSEILLE) for n in range(3)]
        text = np.array(placed, dtype=object)
        codes = np.array([key[5:10] for key in placed], dtype=object)
        classes = np.array(["road_damage"] * len(placed), dtype=object)
        ws.write_triage({"id": text, "insee": codes, "commune": codes, "class": classes})
        ws.add_photos(
            [(Photo(str(photo), PhotoVerdict.OK, sha256="ab" * 32), None)], report_of={str(photo): f"city/{AUBAGNE}-0"}
        )
    return path
