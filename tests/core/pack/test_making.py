# SPDX-License-Identifier: GPL-2.0-or-later
"""One pack: what is in it, what is not and why, and that it opens."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import signal
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyogrio
import pytest
from lxml import etree
from PIL import Image
from sigma_communes.core.base.geos import shapely
from sigma_communes.core.errors import Cancelled, DataError, SigmaError, UsageError
from sigma_communes.core.feedback import Feedback
from sigma_communes.core.pack import Order, checking, contents, find, make, make_all
from sigma_communes.core.store import Workspace
from sigma_communes.core.territory import Territory
from sigma_communes.core.vector.reading import read_features, reprojected

from .conftest import AUBAGNE, CABRIES, WriteLayer, inside, outline


def points_about(territory: Territory, insee: str, n: int = 400) -> list[Any]:
    west, south, east, north = shapely.bounds(outline(territory, insee)).tolist()
    rng = np.random.default_rng(5)
    return list(shapely.points(rng.uniform(west, east, n), rng.uniform(south, north, n)))


def count(path: Path, table: str) -> int:
    return int(pyogrio.read_info(path / "pack.gpkg", layer=table, force_feature_count=True)["features"])


def test_a_pack_has_layer_commune_reports_photos_project_and_contents(
    tmp_path: Path, territory: Territory, workspace: Path, write_layer: WriteLayer
) -> None:
    shapes = points_about(territory, AUBAGNE)
    layer = write_layer("arbres.geojson", shapes)

    made = make(find(territory, "aubagne"), Order((str(layer),), workspace), tmp_path / "out", territory=territory)

    expected = int(shapely.intersects(outline(territory, AUBAGNE), np.array(shapes)).sum())
    assert made.path.name == "13005-aubagne" and made.contents.ready
    assert {path.name for path in made.path.iterdir()} == {
        "pack.gpkg", "photos", "projet.qgz", "contents.json", "LISEZMOI.html",
    }  # fmt: skip
    assert count(made.path, "arbres") == expected == made.contents.layers[0].features
    assert count(made.path, "commune") == 1
    # Three that triage placed, and one that it did not see yet.
    assert count(made.path, "report") == made.contents.reports == 4
    assert count(made.path, "photo") == made.contents.photos == 1
    document = json.loads((made.path / "contents.json").read_text(encoding="utf-8"))
    assert document["layers"][0]["source"] == "arbres.geojson" and document["commune"] == "Aubagne"
    assert "arbres" in (made.path / "LISEZMOI.html").read_text(encoding="utf-8")


def test_photos_leave_without_exif_and_contact_data_stay(tmp_path: Path, territory: Territory, workspace: Path) -> None:
    made = make(find(territory, AUBAGNE), Order((), workspace), tmp_path / "out", territory=territory)

    (photo,) = (made.path / "photos").iterdir()
    with Image.open(photo) as image:
        assert image.size == (400, 300) and not image.getexif()
    with closing(sqlite3.connect(made.path / "pack.gpkg")) as connection:
        assert connection.execute("SELECT photo FROM photo").fetchall() == [(f"photos/{photo.name}",)]
        assert connection.execute("SELECT count(*) FROM report WHERE extra NOT NULL").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM change").fetchone() == (0,)
    assert b"a@b.fr" not in (made.path / "pack.gpkg").read_bytes()


def test_the_project_has_relative_paths_only_and_every_layer_opens(
    tmp_path: Path, territory: Territory, workspace: Path, write_layer: WriteLayer
) -> None:
    layer = write_layer("a.geojson", points_about(territory, AUBAGNE))
    made = make(find(territory, AUBAGNE), Order((str(layer),), workspace), tmp_path / "out", territory=territory)

    moved = shutil.move(made.path, tmp_path / "on a phone")

    checked = checking.check(Path(moved))
    assert {(check.name, check.problem) for check in checked} == {
        ("Signalements", ""), ("Photos", ""), ("a", ""), ("Commune : Aubagne", ""),
    }  # fmt: skip
    with zipfile.ZipFile(Path(moved) / "projet.qgz") as archive:
        text = archive.read("projet.qgs")
    assert str(tmp_path).encode() not in text


def test_a_project_that_points_elsewhere_is_found_out(tmp_path: Path, territory: Territory) -> None:
    made = make(find(territory, AUBAGNE), Order(), tmp_path / "out", territory=territory)
    with zipfile.ZipFile(made.path / "projet.qgz") as archive:
        text = archive.read("projet.qgs").decode()
    for bad in ("https://host/wfs", "../other.gpkg|layername=x", "./pack.gpkg|layername=nothing"):
        with zipfile.ZipFile(made.path / "projet.qgz", "w") as archive:
            archive.writestr("projet.qgs", text.replace("./pack.gpkg|layername=commune", bad))
        problems = [check.problem for check in checking.check(made.path) if check.problem]
        assert len(problems) == 1


@pytest.mark.parametrize("crs", ["EPSG:2154", "EPSG:3857", "EPSG:4326", "EPSG:3944"])
def test_a_layer_keeps_its_coordinate_system_and_is_cut_in_it(tmp_path: Path, territory: Territory, crs: str) -> None:
    place = outline(territory, CABRIES)
    west, south, east, north = shapely.bounds(place).tolist()
    boxes = np.array(
        [
            shapely.box(x, y, x + 0.02, y + 0.02)
            for x in np.arange(west, east, 0.02)
            for y in np.arange(south, north, 0.02)
        ],
        dtype=object,
    )
    projected = reprojected(boxes, "OGC:CRS84", crs)
    path = tmp_path / "zones.gpkg"
    pyogrio.raw.write(
        str(path), geometry=shapely.to_wkb(projected), field_data=[np.arange(len(boxes))], fields=["n"],
        geometry_type="Polygon", crs=crs, driver="GPKG", layer="zones",
    )  # fmt: skip

    made = make(find(territory, "Cabriès"), Order((str(path),)), tmp_path / "out", territory=territory)

    assert pyogrio.read_info(made.path / "pack.gpkg", layer="zones")["crs"] == crs
    cut = read_features(made.path / "pack.gpkg", layer="zones")
    expected = shapely.intersection(boxes, place)
    expected = expected[~shapely.is_empty(expected)]
    assert len(cut) == len(expected)
    assert shapely.area(cut.geometries).sum() == pytest.approx(shapely.area(expected).sum(), rel=1e-5)


def test_a_buffer_is_in_metres(tmp_path: Path, territory: Territory, write_layer: WriteLayer) -> None:
    edge = shapely.get_point(shapely.get_exterior_ring(shapely.convex_hull(outline(territory, AUBAGNE))), 0)
    away = reprojected(np.array([edge], dtype=object), "OGC:CRS84", "EPSG:2154")[0]
    centre = reprojected(
        np.array([shapely.centroid(outline(territory, AUBAGNE))], dtype=object), "OGC:CRS84", "EPSG:2154"
    )[0]
    length = shapely.distance(away, centre)
    metres = [
        shapely.Point(away.x + (away.x - centre.x) / length * d, away.y + (away.y - centre.y) / length * d)
        for d in (90, 110)
    ]
    shapes = reprojected(np.array(metres, dtype=object), "EPSG:2154", "OGC:CRS84")
    layer = write_layer("bornes.geojson", list(shapes))
    outside = shapely.distance(np.array(metres), find(territory, AUBAGNE).area_in("EPSG:2154"))
    assert (outside[0] < 100) and (outside[1] > 100)

    made = make(
        find(territory, AUBAGNE, 100.0), Order((str(layer),), buffer=100.0), tmp_path / "out", territory=territory
    )

    assert made.contents.layers[0].features == 1


class Bad(NamedTuple):
    name: str
    reason: str


def test_what_can_not_be_taken_along_is_told_and_the_rest_goes_on(
    tmp_path: Path, territory: Territory, write_layer: WriteLayer
) -> None:
    lon, lat = inside(territory, AUBAGNE)
    good = write_layer("bon.geojson", [shapely.Point(lon, lat)])
    far = write_layer("loin.geojson", [shapely.Point(2.35, 48.85)])
    bare = write_layer("nu.geojson", [None, None])
    table = tmp_path / "table.csv"
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    page = tmp_path / "page.geojson"
    page.write_text("<html><body>401 Unauthorized</body></html>", encoding="utf-8")
    no_crs = tmp_path / "sans.shp"
    with pytest.warns(UserWarning, match="crs"):
        pyogrio.raw.write(
            str(no_crs), geometry=shapely.to_wkb(np.array([shapely.Point(lon, lat)])), field_data=[np.array([1])],
            fields=["n"], geometry_type="Point", crs=None, driver="ESRI Shapefile", layer="sans",
        )  # fmt: skip
    wanted = [far, bare, table, page, no_crs, tmp_path / "absent.gpkg", tmp_path, good]

    made = make(find(territory, AUBAGNE), Order(tuple(map(str, wanted))), tmp_path / "out", territory=territory)

    assert [entry.title for entry in made.contents.layers] == ["bon"]
    reasons = {Path(each.wanted).name: each.reason.en for each in made.contents.left_out}
    assert reasons["loin.geojson"] == "Has nothing in this commune"
    assert reasons["nu.geojson"].startswith("Has ")
    assert reasons["table.csv"].startswith("Has no geometry")
    assert reasons["page.geojson"].startswith("Can't be read")
    assert reasons["sans.shp"].startswith("States no coordinate system")
    assert reasons["absent.gpkg"] == "There is no such file"
    assert reasons[tmp_path.name].startswith("Is a folder")
    text = (made.path / "LISEZMOI.html").read_text(encoding="utf-8")
    assert all(each.reason.fr.partition("'")[0] in text for each in made.contents.left_out)


def test_invalid_and_mixed_geometries_are_repaired_split_and_counted(
    tmp_path: Path, territory: Territory, write_layer: WriteLayer
) -> None:
    lon, lat = inside(territory, AUBAGNE)
    d = 0.0005
    bow_tie = shapely.Polygon([(lon, lat), (lon + d, lat + d), (lon + d, lat), (lon, lat + d), (lon, lat)])
    line = shapely.LineString([(lon, lat), (lon + d, lat)])
    layer = write_layer("tout.geojson", [shapely.Point(lon, lat), line, bow_tie, None])

    made = make(find(territory, AUBAGNE), Order((str(layer),)), tmp_path / "out", territory=territory)

    assert {(entry.family, entry.features) for entry in made.contents.layers} == {
        ("points", 1), ("lines", 1), ("polygons", 1),
    }  # fmt: skip
    notes = " ".join(note.en for note in made.contents.layers[0].notes)
    assert "1 geometries were not valid" in notes and "3 kinds" in notes
    cut = read_features(made.path / "pack.gpkg", layer="tout_surfaces")
    assert shapely.is_valid(cut.geometries).all()


def test_names_that_need_escaping_and_columns_that_differ_by_case(
    tmp_path: Path, territory: Territory, write_layer: WriteLayer
) -> None:
    lon, lat = inside(territory, AUBAGNE)
    name = 'PLUi "zonage" d\'Aix & <b> 100%.geojson'
    layer = write_layer(name, [shapely.Point(lon, lat)], NOM="x", fid="abc", geom="g", select=None)
    other = write_layer("photo.geojson", [shapely.Point(lon, lat)])

    made = make(find(territory, AUBAGNE), Order((str(layer), str(other))), tmp_path / "out", territory=territory)

    first, second = made.contents.layers
    assert first.title == name.removesuffix(".geojson") and first.features == 1 and first.checked
    assert second.table != "photo"  # that is ours
    read = read_features(made.path / "pack.gpkg", layer=first.table)
    assert {"nom", "NOM_2", "fid", "geom"} <= set(read.columns)
    assert "&lt;b&gt;" in (made.path / "LISEZMOI.html").read_text(encoding="utf-8")


def test_values_keep_their_types(tmp_path: Path, territory: Territory) -> None:
    lon, lat = inside(territory, AUBAGNE)
    path = tmp_path / "types.geojson"
    values = [
        {"n": 1, "x": 1.5, "t": "é", "ok": True, "d": "2024-02-29", "at": "2024-01-02T10:00:00+02:00"},
        {"n": None, "x": None, "t": None, "ok": None, "d": None, "at": None},
    ]
    features = [
        {"type": "Feature", "properties": each, "geometry": {"type": "Point", "coordinates": [lon, lat]}}
        for each in values
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")

    made = make(find(territory, AUBAGNE), Order((str(path),)), tmp_path / "out", territory=territory)

    with closing(sqlite3.connect(made.path / "pack.gpkg")) as connection:
        rows = connection.execute("SELECT n, x, t, ok, d, at FROM types ORDER BY fid").fetchall()
    assert rows == [(1, 1.5, "é", 1, "2024-02-29", "2024-01-02T08:00:00.000Z"), (None,) * 6]


def test_styles_metadata_and_licence_are_in_the_geopackage(
    tmp_path: Path, territory: Territory, write_layer: WriteLayer
) -> None:
    lon, lat = inside(territory, AUBAGNE)
    layer = write_layer("style.geojson", [shapely.Point(lon, lat)])
    own = "<qgis><renderer-v2 type='singleSymbol'><symbols/></renderer-v2><customproperties/></qgis>"
    layer.with_suffix(".qml").write_text(own, encoding="utf-8")

    made = make(find(territory, AUBAGNE), Order((str(layer),)), tmp_path / "out", territory=territory)

    with closing(sqlite3.connect(made.path / "pack.gpkg")) as connection:
        styles = dict(connection.execute("SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault"))
        metadata = dict(
            connection.execute(
                "SELECT table_name, metadata FROM gpkg_metadata_reference JOIN gpkg_metadata ON id = md_file_id"
            )
        )
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert styles["style"] == own and "renderer-v2" in styles["commune"]
    assert etree.fromstring(metadata["commune"]).findtext("license") == territory.licence
    assert etree.fromstring(metadata["style"]).findtext("title") == "style"


def test_a_pack_bigger_than_the_disk_is_refused_before_anything_is_written(
    tmp_path: Path, territory: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(1000, 999, 1))  # type: ignore[attr-defined]

    with pytest.raises(DataError, match="the disk has 0 MB"):
        make(find(territory, AUBAGNE), Order(), tmp_path / "out", territory=territory)

    assert list((tmp_path / "out").iterdir()) == []


def test_a_cancel_leaves_nothing_behind(
    tmp_path: Path, territory: Territory, workspace: Path, write_layer: WriteLayer
) -> None:
    class Stop(Feedback):
        asked = 0

        def is_cancelled(self) -> bool:
            self.asked += 1
            return self.asked > 2

    layer = write_layer("a.geojson", points_about(territory, AUBAGNE))

    with pytest.raises(Cancelled):
        make(
            find(territory, AUBAGNE),
            Order((str(layer),), workspace),
            tmp_path / "out",
            territory=territory,
            feedback=Stop(),
        )

    assert list((tmp_path / "out").iterdir()) == []


def test_what_stands_in_its_place_is_not_lost(tmp_path: Path, territory: Territory, workspace: Path) -> None:
    place, out = find(territory, AUBAGNE), tmp_path / "out"
    made = make(place, Order((), workspace), out, territory=territory)
    with Workspace.open(made.path / "pack.gpkg") as mine:
        mine._connection.execute("UPDATE report SET state = 'resolved' WHERE id = 'city/13005-1'")

    with pytest.raises(UsageError, match="1 edits"):
        make(place, Order((), workspace), out, territory=territory)

    folder = out / find(territory, CABRIES).slug
    folder.mkdir()
    (folder / "thesis.odt").write_text("mine")
    with pytest.raises(DataError, match="Is no pack"):
        make(find(territory, CABRIES), Order(), out, territory=territory)
    assert os.listdir(folder) == ["thesis.odt"]


def test_one_zip(tmp_path: Path, territory: Territory) -> None:
    made = make(find(territory, "Septèmes-les-Vallons"), Order(zipped=True), tmp_path / "out", territory=territory)

    assert made.path.name.endswith("-septemes-les-vallons.zip")
    with zipfile.ZipFile(made.path) as archive:
        assert archive.testzip() is None
        assert {Path(name).name for name in archive.namelist()} == {
            "pack.gpkg", "projet.qgz", "contents.json", "LISEZMOI.html",
        }  # fmt: skip
        archive.extractall(tmp_path / "out2")
    assert contents.load(tmp_path / "out2" / made.path.stem).ready


@pytest.mark.parametrize("name", ["Carry-le-Rouet", "carry le rouet", "CARRY LE ROUET", "13021"])
def test_communes_by_name_and_code(territory: Territory, name: str) -> None:
    assert find(territory, name).name == "Carry-le-Rouet"


@pytest.mark.parametrize("name", ["Gignac-la-Nerthe", "Saint-Marc-Jaumegarde", "La Penne-sur-Huveaune", "Plan d’Aups"])
def test_an_unknown_commune_gets_near_names_and_a_known_one_does_not(territory: Territory, name: str) -> None:
    known = {str(each) for each in territory.names}
    if name in known:
        assert find(territory, name.upper().replace("-", " ")).name == name
        return
    with pytest.raises(UsageError, match="There is no commune"):
        find(territory, name)


def test_the_nearest_names_are_told(territory: Territory) -> None:
    with pytest.raises(UsageError) as refusal:
        find(territory, "Aubanne")
    assert "Aubagne (13005)" in str(refusal.value)


def test_features_without_geometry_are_counted_and_told(
    tmp_path: Path, territory: Territory, write_layer: WriteLayer
) -> None:
    lon, lat = inside(territory, AUBAGNE)
    text = write_layer("trous.geojson", [shapely.Point(lon, lat), None, None])
    packed = tmp_path / "trous2.gpkg"
    points = np.array([shapely.Point(lon, lat), None], dtype=object)
    pyogrio.raw.write(
        str(packed), geometry=shapely.to_wkb(points), field_data=[np.arange(2)], fields=["n"], geometry_type="Point",
        crs="EPSG:4326", driver="GPKG", layer="a", layer_options={"GEOMETRY_NAME": 'la "forme"'},
    )  # fmt: skip
    full = write_layer("plein.geojson", [shapely.Point(lon, lat)])
    wanted = tuple(map(str, (text, packed, full)))

    one = make(find(territory, AUBAGNE), Order(wanted), tmp_path / "out", territory=territory)
    summary = make_all(
        Order(wanted), tmp_path / "all", territory=territory, online=False, communes=[AUBAGNE], threads=True
    )

    of_all = contents.load(Path(summary.outcomes[0].path))
    for pack in (one.contents, of_all):
        notes = {entry.title: [note.en.partition(":")[0] for note in entry.notes] for entry in pack.layers}
        assert notes == {
            "trous": ["2 features have no geometry"], "trous2": ["1 features have no geometry"], "plein": [],
        }  # fmt: skip
    assert "2 entités sans géométrie" in (one.path / "LISEZMOI.html").read_text(encoding="utf-8")


def test_the_page_for_people_is_french_whatever_goes_wrong(tmp_path: Path, territory: Territory) -> None:
    broken = tmp_path / "a.gpkg"
    broken.write_bytes(b"SQLite format 3\x00 and no more")
    layers = (str(broken), "javascript:alert(1)", "ftp://hote/a.zip", "https://hote/wfs")

    made = make(find(territory, AUBAGNE), Order(layers), tmp_path / "out", territory=territory)

    reasons = [each.reason for each in made.contents.left_out]
    assert len(reasons) == 4
    english = {"Has", "Can't", "There", "The", "Is", "Its", "Comes", "no"}
    for reason in reasons:
        assert not english & set(re.sub("« .*? »", "", reason.fr).split()), reason.fr


@pytest.mark.parametrize("limit", [100_000, 700_000])
@pytest.mark.parametrize("zipped", [False, True])
def test_a_disk_that_fills_leaves_nothing_behind(
    tmp_path: Path, territory: Territory, write_layer: WriteLayer, limit: int, zipped: bool
) -> None:
    """No file may be larger than so many bytes: what a full disk does, without a disk."""
    lines = [shapely.LineString([point, (point.x, point.y + 1e-4)]) for point in points_about(territory, AUBAGNE, 9000)]
    layer = write_layer("a.geojson", lines, long="x" * 300)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        with pytest.raises(SigmaError) as refusal:
            make(find(territory, AUBAGNE), Order((str(layer),), zipped=zipped), tmp_path / "out", territory=territory)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)

    assert refusal.value.what and list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    "name", ["L'Isle-d'Abeau", "Ensuès-la-Redonne", "Saint-Marc-Jaumegarde", "Plan-d’Aups", "Œuf & <b>"]
)
def test_communes_whose_names_need_care(
    tmp_path: Path, territory: Territory, workspace: Path, write_layer: WriteLayer, name: str
) -> None:
    names = territory.names.copy()
    names[territory.insee.tolist().index(AUBAGNE)] = name
    named = replace(territory, names=names)
    layer = write_layer("l'arbre.geojson", [shapely.Point(*inside(territory, AUBAGNE))])

    made = make(find(named, AUBAGNE), Order((str(layer),), workspace), tmp_path / "out", territory=named)

    assert re.fullmatch("13005-[a-z0-9-]+", made.path.name)
    assert all(not check.problem for check in checking.check(made.path))
    with zipfile.ZipFile(made.path / "projet.qgz") as archive:
        root = etree.fromstring(archive.read("projet.qgs"))
    assert root.findtext("title") == f"{name} : paquet hors connexion"
    assert contents.load(made.path).commune == name
