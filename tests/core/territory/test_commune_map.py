# SPDX-License-Identifier: GPL-2.0-or-later
"""The file of the commune map: what ships, and what is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from sigma_communes.core import territory
from sigma_communes.core.base.ellipsoid import area_km2
from sigma_communes.core.errors import DataError
from sigma_communes.core.territory import coverage

ROOT = Path(__file__).resolve().parents[3]


def test_the_shipped_map_is_the_metropolis() -> None:
    shipped = territory.load()
    assert len(shipped) == 92
    assert sorted(shipped.insee) == list(shipped.insee)
    assert {d: int((shipped.department == d).sum()) for d in set(shipped.department)} == {"13": 90, "83": 1, "84": 1}
    assert 1.9e6 < shipped.population.sum() < 2.0e6
    # 3,158 km² in Lambert-93; on the ellipsoid 0.08 % less.
    assert area_km2(shipped.geometries).sum() == pytest.approx(3155.7, abs=0.1)
    assert shipped.water_names.tolist() == ["Étang de Berre"]
    assert area_km2(shipped.water).sum() == pytest.approx(155, abs=0.5)
    assert (shipped.accuracy_m, shipped.epci) == (25.0, "200054807")
    assert "IGN ADMIN EXPRESS" in shipped.source
    assert "Licence Ouverte" in shipped.licence
    assert shipped.date
    assert len(set(shipped.former_territory)) == 6
    assert territory.shipped_map().stat().st_size <= 300_000


def test_the_shipped_map_covers_without_overlap_or_gap() -> None:
    shipped = territory.load()
    assert coverage.overlaps(shipped.geometries) == []
    holes = coverage.holes(shipped.geometries)
    assert len(holes) == 1
    assert holes[0].equals(shipped.water[0])
    assert shipped.water[0].exterior.is_ccw


def test_saved_and_loaded_it_is_the_same_to_the_byte(tmp_path: Path) -> None:
    territory.save(territory.load(), tmp_path / "again.geojson")
    assert (tmp_path / "again.geojson").read_bytes() == territory.shipped_map().read_bytes()


@pytest.mark.shared
def test_the_tool_computes_the_shipped_map_from_the_open_data(shared: Path, tmp_path: Path) -> None:
    out = tmp_path / "communes.geojson"
    source = shared / "territory" / "amp_communes.geojson"
    command = [sys.executable, ROOT / "tools" / "build_commune_map.py", source, "--out", out]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "92 communes, 3155.7 km², water 154.9 km²" in done.stdout
    assert out.read_bytes() == territory.shipped_map().read_bytes()


def test_overlaps_and_holes_are_found_and_measured() -> None:
    squares = shapely.box([5.0, 5.1, 5.0, 5.1, 5.19], [43.0, 43.0, 43.1, 43.1, 43.0], [5.1, 5.2, 5.1, 5.2, 5.3], 43.2)
    ring = shapely.difference(shapely.box(6.0, 43.0, 6.3, 43.3), shapely.box(6.1, 43.1, 6.2, 43.2))
    polygons = np.append(squares[[0, 1, 4]], ring)
    found = coverage.overlaps(polygons)
    assert [(o.first, o.second) for o in found] == [(1, 2)]
    assert found[0].km2 == pytest.approx(float(area_km2(shapely.box(5.19, 43.0, 5.2, 43.2))), rel=1e-9)
    assert coverage.overlaps(polygons, above_km2=1000) == []
    holes = coverage.holes(polygons)
    assert len(holes) == 1
    assert float(area_km2(holes[0])) == pytest.approx(90.2, abs=0.5)
    assert len(coverage.holes(polygons, above_km2=100)) == 0


def edited(tmp_path: Path, **changes: Any) -> Path:
    document = json.loads(territory.shipped_map().read_text(encoding="utf-8"))
    document.update(changes)
    path = tmp_path / "edited.geojson"
    path.write_text(json.dumps({k: v for k, v in document.items() if v is not None}), encoding="utf-8")
    return path


def feature(**properties: Any) -> dict[str, Any]:
    whole = {"kind": "commune", "insee": "13001", "name": "Aix", "department": "13", "population": 1, "siren": ""}
    coordinates = properties.pop("coordinates", [[[5, 43], [6, 43], [6, 44], [5, 43]]])
    return {
        "type": "Feature",
        "properties": {**whole, "former_territory": "", **properties},
        "geometry": {"type": "Polygon", "coordinates": coordinates},
    }


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"features": []}, "Holds no commune"),
        ({"features": [feature(), feature()]}, "same INSEE code twice"),
        ({"features": [feature(coordinates=[[[5, 43], [6, 44], [6, 43], [5, 44], [5, 43]]])]}, "Not valid poly.*13001"),
        (
            {"features": [feature(coordinates=[[[893e3, 6e6], [894e3, 6e6], [894e3, 7e6], [893e3, 6e6]]])]},
            "not degrees",
        ),
        ({"features": [feature(population="many")]}, "Is not a map of communes"),
        ({"features": [{"type": "Feature"}]}, "Is not a map of communes"),
        ({"features": {"a": 1}}, "Is not a map of communes"),
        ({"source": None}, r"Is not a map of communes.*source"),
        ({"accuracy_m": "very"}, "Is not a map of communes"),
        ({"accuracy_m": -1}, "accuracy_m is not a number of metres"),
    ],
)
def test_a_map_that_is_none_is_refused(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(DataError, match=said) as caught:
        territory.load(edited(tmp_path, **changes))
    assert "communes refresh" in caught.value.next_step


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"<html>", b"[1, 2]", b'"text"', b"null"])
def test_a_file_that_is_no_map_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "communes.geojson"
    path.write_bytes(content)
    with pytest.raises(DataError):
        territory.load(path)
    with pytest.raises(DataError, match="can't be read"):
        territory.load(tmp_path / "none.geojson")


def test_order_in_the_file_does_not_matter(tmp_path: Path) -> None:
    shipped = territory.load()
    backwards = {
        name: getattr(shipped, name)[::-1]
        for name in ("insee", "names", "department", "population", "siren", "former_territory", "geometries")
    }
    territory.save(replace(shipped, **backwards), tmp_path / "backwards.geojson")
    again = territory.load(tmp_path / "backwards.geojson")
    assert again.insee.tolist() == shipped.insee.tolist()
    assert shapely.equals_exact(again.geometries, shipped.geometries).all()


def test_the_current_map_is_the_refreshed_one_where_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert territory.user_map() == tmp_path / "sigma-communes" / "communes.geojson"
    assert territory.current_map() == territory.shipped_map()
    territory.save(territory.load(), territory.user_map())
    assert territory.current_map() == territory.user_map()
    assert len(territory.load(territory.current_map())) == 92


def test_each_system_has_its_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("APPDATA", str(tmp_path / "Roaming"))
    assert territory.user_map().parent == tmp_path / "Roaming" / "sigma-communes"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "Application Support" in str(territory.user_map())
