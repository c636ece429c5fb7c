# SPDX-License-Identifier: GPL-2.0-or-later
"""Vector files of many kinds give the same features, and bad ones a clear word."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from sigma_communes.core.errors import DataError, MissingPackage
from sigma_communes.core.vector import reading
from sigma_communes.core.vector.reading import read_features

POINTS = np.array([[5.36978, 43.29695], [5.4474, 43.52974], [2.2945, 48.8582]])
NAMES = ["Marseille", "Aix-en-Provence", "Été à l'œuvre"]
DRIVERS = {".gpkg": "GPKG", ".geojson": "GeoJSON", ".shp": "ESRI Shapefile", ".fgb": "FlatGeobuf", ".kml": "KML"}


def write(path: Path, *, crs: str = "EPSG:4326", layer: str = "places", append: bool = False) -> Path:
    """Write three named points with pyogrio, projected by pyproj (another PROJ than the one under test uses)."""
    raw = pytest.importorskip("pyogrio.raw")
    pyproj = pytest.importorskip("pyproj")
    xy = POINTS
    if crs and crs != "EPSG:4326":
        transformer = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)
        xy = np.column_stack(transformer.transform(*POINTS.T))
    raw.write(
        path,
        geometry=shapely.to_wkb(shapely.points(xy)),
        field_data=[np.array(NAMES, dtype=object), np.array([1, 2, 3], dtype=np.int32)],
        fields=["name", "rank"],
        layer=layer,
        geometry_type="Point",
        crs=crs or None,
        driver=DRIVERS[path.suffix],
        append=append,
        **({"SPATIAL_INDEX": "NO"} if path.suffix == ".fgb" else {}),
    )
    return path


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:2154", "EPSG:4171", "EPSG:32631"])
@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".fgb"])
def test_any_kind_and_coordinate_system_gives_the_same_features(tmp_path: Path, suffix: str, crs: str) -> None:
    features = read_features(write(tmp_path / f"places{suffix}", crs=crs))
    assert features.columns["name"].tolist() == NAMES
    assert features.columns["rank"].tolist() == [1, 2, 3]
    # One metre is 1e-5 degrees; a Shapefile or a projection keep millimetres.
    np.testing.assert_allclose(shapely.get_coordinates(features.geometries), POINTS, atol=1e-8)
    assert features.crs == crs
    assert len(features) == 3


@pytest.mark.parametrize("suffix", [".geojson", ".kml"])
def test_kinds_that_are_always_in_degrees(tmp_path: Path, suffix: str) -> None:
    features = read_features(str(write(tmp_path / f"places{suffix}")))
    np.testing.assert_allclose(shapely.get_coordinates(features.geometries), POINTS, atol=1e-8)


@pytest.mark.parametrize("folder", ["", "inside/"])
def test_a_zipped_shapefile(tmp_path: Path, folder: str) -> None:
    write(tmp_path / "places.shp", crs="EPSG:2154")
    archive = tmp_path / "été & co.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for part in tmp_path.glob("places.*"):
            zipped.write(part, folder + part.name)
    features = read_features(archive)
    assert features.columns["name"].tolist() == NAMES
    np.testing.assert_allclose(shapely.get_coordinates(features.geometries), POINTS, atol=1e-8)


def test_a_zip_without_one_vector_file(tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("readme.txt", "nothing")
    with pytest.raises(DataError, match="holds no vector file"):
        read_features(archive)
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("a.geojson", "{}")
        zipped.writestr("b.geojson", "{}")
    with pytest.raises(DataError, match=r"holds 2 vector files: a\.geojson, b\.geojson"):
        read_features(archive)


def test_names_that_xml_and_sql_dislike(tmp_path: Path) -> None:
    layer = """l'été <&> "x" """.strip()
    path = write(tmp_path / "a & 'b' <c>.gpkg", crs="EPSG:2154", layer=layer)
    features = read_features(path)
    assert features.layer == layer
    np.testing.assert_allclose(shapely.get_coordinates(features.geometries), POINTS, atol=1e-8)


def test_several_layers_need_a_choice(tmp_path: Path) -> None:
    path = write(tmp_path / "two.gpkg", layer="a")
    write(path, layer="b", append=True)
    with pytest.raises(DataError, match="Has 2 layers: a, b") as caught:
        read_features(path)
    assert caught.value.next_step == "Say which layer is meant"
    assert read_features(path, layer="b").layer == "b"
    with pytest.raises(DataError, match="Has no layer 'c'"):
        read_features(path, layer="c")


def test_no_coordinate_system_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path / "places.shp")
    path.with_suffix(".prj").unlink()
    with pytest.raises(DataError, match="States no coordinate system"):
        read_features(path)


def mixed(path: Path) -> Path:
    """Write a GeoJSON of every type of value, missing ones too, and a feature without geometry."""
    full: dict[str, Any] = {
        "text": "é",
        "count": 7,
        "big": 2**40,
        "share": 0.5,
        "flag": True,
        "day": "2026-02-03",
        "local": "2026-02-03T04:05:06+02:00",
        "utc": "2026-02-03T04:05:06.5Z",
        "list": ["a", "b"],
    }
    features = [
        {"type": "Feature", "properties": full, "geometry": {"type": "Point", "coordinates": [5, 43, 12]}},
        {"type": "Feature", "properties": dict.fromkeys(full), "geometry": None},
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


EXPECTED = {
    "text": ["é", None],
    "count": [7.0, None],
    "big": [float(2**40), None],
    "share": [0.5, None],
    "day": ["2026-02-03", None],
    "local": ["2026-02-03T04:05:06+02:00", None],
    "utc": ["2026-02-03T04:05:06.500Z", None],
}


def plain(features: reading.Features) -> dict[str, list[Any]]:
    """Return the columns as lists, NaN as None."""
    return {name: [None if v is None or v != v else v for v in features.columns[name].tolist()] for name in EXPECTED}


def test_types_and_missing_values(tmp_path: Path) -> None:
    features = read_features(mixed(tmp_path / "mixed.geojson"))
    assert plain(features) == EXPECTED
    assert features.columns["count"].dtype == np.float64
    assert features.columns["text"].dtype == object
    assert list(features.columns["list"][0]) == ["a", "b"]
    assert shapely.to_wkt(features.geometries[0]) == "POINT (5 43)"
    assert features.geometries[1] is None


def test_gdals_own_bindings_give_the_same(tmp_path: Path) -> None:
    """In a process of its own: two GDAL libraries don't live in one."""
    write(tmp_path / "places.gpkg", crs="EPSG:2154")
    mixed(tmp_path / "mixed.geojson")
    (tmp_path / "bad.gpkg").write_bytes(b"SQLite format 3\0 not really")
    program = """
import json, sys
sys.modules["pyogrio"] = None
sys.path.append("/usr/lib/python3/dist-packages")
try:
    from osgeo import ogr
except ImportError:
    sys.exit(77)
import numpy as np, shapely
from sigma_communes.core.errors import DataError
from sigma_communes.core.vector.reading import read_features
folder = sys.argv[1]
a, b = read_features(folder + "/places.gpkg"), read_features(folder + "/mixed.geojson")
try:
    read_features(folder + "/bad.gpkg")
except DataError as error:
    refused = error.what
print(json.dumps({
    "names": a.columns["name"].tolist(), "rank": str(a.columns["rank"].dtype), "crs": a.crs,
    "xy": shapely.get_coordinates(a.geometries).tolist(),
    "mixed": {k: [None if x is None or x != x else x for x in v.tolist()] for k, v in b.columns.items()},
    "wkt": shapely.to_wkt(b.geometries[0]), "none": b.geometries[1] is None, "refused": refused,
}))
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode == 77:
        pytest.skip("GDAL's Python bindings are not installed")
    assert done.returncode == 0, done.stderr
    got = json.loads(done.stdout)
    assert (got["names"], got["rank"], got["crs"]) == (NAMES, "int32", "EPSG:2154")
    np.testing.assert_allclose(got["xy"], POINTS, atol=1e-8)
    assert {k: v for k, v in got["mixed"].items() if k in EXPECTED} == EXPECTED
    assert got["wkt"] == "POINT (5 43)"
    assert got["none"] is True
    assert got["refused"].startswith("Can't be read as a vector file")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.geojson", b"", "Is empty"),
        ("blank.geojson", b"\xef\xbb\xbf  \n", "Is empty"),
        ("page.geojson", b"<!DOCTYPE html><title>502 Bad\nGateway</title>", "Is an HTML or XML page.*502 Bad Gateway"),
        ("remote.gpkg", b"<OGRVRTDataSource></OGRVRTDataSource>", "Is an HTML or XML page"),
        ("cut.geojson", b'{"type": "FeatureCollection", "features": [{"type"', "Can't be read as a vector file"),
        ("bad.gpkg", b"SQLite format 3\0 but not really", "Can't be read as a vector file"),
        ("photo.shp", b"\xff\xd8\xff\xe0 a photo", "Can't be read as a vector file"),
        ("notzip.zip", b"PK but not really", "Can't be read"),
        ("table.csv", b"lon,lat\n5,43\n", "Files of the kind CSV are not read here"),
    ],
)
def test_what_is_no_vector_file_is_refused(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError, match=said) as caught:
        read_features(path)
    assert caught.value.where.startswith(str(path))
    assert caught.value.next_step


def test_a_missing_file_or_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="There is no such file"):
        read_features(tmp_path / "none.gpkg")
    with pytest.raises(DataError, match="There is no such file"):
        read_features(tmp_path)


def test_without_any_gdal_the_next_step_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = mixed(tmp_path / "mixed.geojson")
    for module in ("pyogrio", "pyogrio.raw", "osgeo"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingPackage, match="pip install pyogrio"):
        read_features(path)
