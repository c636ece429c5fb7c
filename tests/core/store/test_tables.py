# SPDX-License-Identifier: GPL-2.0-or-later
"""Photos, predictions, triage, assignments, territory: in, out, and in again."""

from __future__ import annotations

import os
from typing import Any, Callable

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from sigma_communes.core.errors import WorkspaceError
from sigma_communes.core.model import Columns, Photo, PhotoVerdict, Prediction, Rejected, Report
from sigma_communes.core.store import Workspace, Written, report_id
from sigma_communes.core.store.file import geometry

MakeReport = Callable[..., Report]


def _objects(values: list[Any]) -> np.ndarray[Any, Any]:
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


def _photo(path: str, **fields: Any) -> Photo:
    return Photo(path, fields.pop("verdict", PhotoVerdict.OK), sha256=f"{abs(hash(path)):x}", size=10, **fields)


def test_photos_have_the_columns_of_importphotos(ws: Workspace) -> None:
    photo = _photo("/data/a b/IMG.1.jpg", lon=5.4, lat=43.3, altitude=-1.5, direction=90.0, rotation=270,
                   taken_at="2025-06-01T12:00:00+02:00")  # fmt: skip
    assert ws.add_photos([(photo, b"\xff\xd8")]) == Written(1, 0, 0)
    row = ws.row(
        "SELECT photo, filename, directory, altitude, direction, rotation, longitude, latitude, timestamp FROM photo"
    )
    assert row == (
        "/data/a b/IMG.1.jpg", "IMG.1", "/data/a b", -1.5, 90.0, 270, 5.4, 43.3, "2025-06-01T10:00:00.000Z",
    )  # fmt: skip


def test_photos_are_kept_once_and_hang_on_reports(ws: Workspace, make_report: MakeReport) -> None:
    ws.add_reports([make_report(1, source="photos", service_request_id="abc")])
    key = report_id("photos", "abc")
    files = [
        (_photo("/p/1.jpg"), b"one"),
        (_photo("/p/2\udcff\n.jpg"), b"two"),
        (_photo("/p/3.jpg", verdict=PhotoVerdict.UNREADABLE, reason="cut off"), None),
        (_photo("/p/4.jpg", verdict=PhotoVerdict.DUPLICATE, duplicate_of="/p/1.jpg"), None),
    ]
    report_of = {"/p/1.jpg": key, "/p/2\udcff\n.jpg": key}
    assert ws.add_photos(files, report_of=report_of) == Written(4, 0, 0)
    assert ws.add_photos(files) == Written(0, 0, 4), "the reports stay though they are not named again"
    assert ws.add_photos([(_photo("/p/3.jpg"), b"three")]) == Written(0, 1, 0)
    assert ws.photo_verdicts() == {"ok": 3, "duplicate of": 1}
    thumbnails = ws.thumbnails()
    assert dict(thumbnails) == {key: b"one"}
    assert key in thumbnails
    assert "other" not in thumbnails
    with pytest.raises(KeyError):
        thumbnails["other"]
    ws._connection.execute("DELETE FROM report")
    assert ws.row("SELECT count(report_id), count(*) FROM photo") == (0, 4)


def test_a_photo_of_no_report_is_refused(ws: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="FOREIGN KEY"):
        ws.add_photos([(_photo("/p/1.jpg"), None)], report_of={"/p/1.jpg": "nobody"})
    assert ws.counts()["photo"] == 0


def test_predictions(ws: Workspace) -> None:
    ws.add_photos([(_photo("/p/1.jpg"), None), (_photo(os.path.abspath("2.jpg")), None)])
    sure = Prediction((("waste", 0.9), ("graffiti", 0.1)), False, "base-1")
    unsure = Prediction((("waste", 0.5), ("none", 0.4)), True, "base-1", "below 0.7")
    for _ in range(2):
        ws.add_predictions([("/p/1.jpg", sure), ("2.jpg", unsure)])
    rows = ws.rows("SELECT label, score, abstained, reason, top FROM prediction ORDER BY fid")
    assert rows == [
        ("waste", 0.9, 0, None, '[{"label": "waste", "score": 0.9}, {"label": "graffiti", "score": 0.1}]'),
        (None, None, 1, "below 0.7", '[{"label": "waste", "score": 0.5}, {"label": "none", "score": 0.4}]'),
    ]
    ws.add_predictions([("/p/1.jpg", Prediction((("none", 1.0),), False, "base-2"))])
    assert ws.counts()["prediction"] == 3
    with pytest.raises(WorkspaceError, match="no photo '/p/9.jpg'"):
        ws.add_predictions([("/p/9.jpg", sure)])


def test_triage_and_assignments_come_back_as_columns(ws: Workspace, make_report: MakeReport) -> None:
    ws.add_reports(make_report(n) for n in range(3))
    table = ws.read_incidents()
    written: Columns = {
        "id": table["id"][::-1],
        "class": _objects(["waste", "", "none"]),
        "confidence": np.array([0.9, np.nan, 0.7]),
        "class_from": _objects(["photo", "", "words"]),
        "insee": _objects(["13055", "", "13001"]),
        "commune": _objects(["Marseille", "", "Aix-en-Provence"]),
        "ambiguous": np.array([True, False, False]),
        "outside": np.array([False, True, False]),
        "water": np.array([False, False, True]),
        "group_id": _objects(["city/K2", "city/K1", "city/K0"]),
        "team": _objects(["cleaning", "", "roads"]),
        "rule": _objects(["r1", "", "r2"]),
        "reason_en": _objects(["because", "", "as"]),
        "reason_fr": _objects(["parce que", "", "car"]),
    }
    for _ in range(2):
        ws.write_triage(written)
        ws.write_assignments(written)
    read = ws.read_incidents()
    for name, column in written.items():
        np.testing.assert_array_equal(read[name], column[::-1], err_msg=name)
    assert ws.counts()["assignment"] == 2
    before = ws.rows("SELECT at FROM assignment ORDER BY fid")
    ws.write_assignments(written)
    assert ws.rows("SELECT at FROM assignment ORDER BY fid") == before
    ws.write_assignments({**written, "team": _objects(["", "", "roads"])})
    assert ws.read_incidents()["team"].tolist() == ["roads", "", ""]
    ws.write_triage({"id": read["id"]})
    assert set(ws.read_incidents()["commune"]) == {""}, "a row is replaced as a whole"


def test_territory_is_replaced(ws: Workspace) -> None:
    square, other = shapely.box(5, 43, 5.1, 43.1), shapely.box(5.2, 43.2, 5.3, 43.3)
    communes: Columns = {
        "insee": _objects(["13001", "13055"]),
        "name": _objects(["Aix-en-Provence", "Marseille"]),
        "population": np.array([149695, -1]),
        "geometry": _objects([square, shapely.MultiPolygon([other])]),
    }
    quartiers: Columns = {
        "insee": _objects(["13055"]), "name": _objects(["Endoume"]), "geometry": _objects([other]),
    }  # fmt: skip
    ws.write_territory(communes, quartiers, source="IGN, Licence Ouverte 2.0")
    ws.write_territory({name: column[:1] for name, column in communes.items()}, source="IGN, Licence Ouverte 2.0")
    rows = ws.rows("SELECT insee, name, population, geom FROM commune")
    assert [row[:3] for row in rows] == [("13001", "Aix-en-Provence", 149695)]
    assert shapely.from_wkb(geometry.wkb(rows[0][3])) == shapely.MultiPolygon([square])
    contents = ws.row("SELECT description, min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = 'commune'")
    assert contents == ("IGN, Licence Ouverte 2.0", 5, 43, 5.1, 43.1)
    assert ws.row("SELECT count(*) FROM rtree_commune_geom") == (1,)
    assert ws.counts()["quartier"] == 1, "None leaves the quartiers"


def test_rejected_and_runs(ws: Workspace) -> None:
    rejected = [Rejected("a.csv:3", "no position"), Rejected("b\udcff.csv:1", "nul \0")]
    for _ in range(2):
        ws.add_rejected(rejected)
    assert ws.rejected() == [Rejected("a.csv:3", "no position"), Rejected("b\\udcff.csv:1", "nul \\x00")]
    ws.add_run("0.1.0", {"photos": ["é"]}, {"reports": 3})
    assert ws.rows("SELECT version, parameters, counts FROM run") == [("0.1.0", '{"photos": ["é"]}', '{"reports": 3}')]


coordinates = st.floats(-180, 180), st.floats(-90, 90)


@given(*coordinates)
def test_a_point_has_the_bounds_of_its_position(x: float, y: float) -> None:
    blob = geometry.point(x, y)
    if x == y == 0:
        assert blob is None
        return
    assert blob is not None
    assert geometry.bounds(blob) == (x, x, y, y)
    assert shapely.from_wkb(geometry.wkb(blob)).coords[0] == (x, y)


@given(
    st.lists(st.tuples(*coordinates), min_size=4, max_size=8),
    st.sampled_from([(0, 0), (1, 32), (2, 48), (3, 48), (4, 64)]),
    st.booleans(),
)
def test_bounds_are_shapelys_whatever_the_header(
    points: list[tuple[float, float]], envelope: tuple[int, int], little: bool
) -> None:
    line = shapely.LineString(points)
    min_x, min_y, max_x, max_y = line.bounds
    order = "<" if little else ">"
    kind, size = envelope
    box = np.array([min_x, max_x, min_y, max_y, 0, 0, 0, 0], f"{order}f8").tobytes()[:size]
    header = b"GP\0" + bytes([int(little) | kind << 1]) + np.array(4326, f"{order}i4").tobytes()
    blob = header + box + shapely.to_wkb(line, byte_order=int(little))
    assert geometry.bounds(blob) == (min_x, max_x, min_y, max_y)
    assert geometry.wkb(blob) == header[:0] + shapely.to_wkb(line, byte_order=int(little))


@pytest.mark.parametrize(
    "blob", [b"", b"GP", b"GP\0\x01\xe6\x10\0\0", b"not a geometry at all", b"GP\0\x0b" + b"x" * 40]
)
def test_what_is_no_geometry_is_said(blob: bytes) -> None:
    with pytest.raises(ValueError):
        geometry.bounds(blob)


def test_empty_geometries_have_no_bounds() -> None:
    empty = shapely.to_wkb(shapely.Point(), byte_order=1)
    assert geometry.bounds(b"GP\0\x11\xe6\x10\0\0" + empty) is None
    assert geometry.bounds(b"GP\0\x01\xe6\x10\0\0" + empty) is None
    assert geometry.bounds(None) is None
