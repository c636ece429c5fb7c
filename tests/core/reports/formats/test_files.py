# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from sigma_communes.core.errors import DataError, UsageError
from sigma_communes.core.model import Rejected, Report
from sigma_communes.core.reports.formats import columns
from sigma_communes.core.reports.formats.files import read_reports
from sigma_communes.core.vector import spreadsheet

HEADER = "id,type,soustype,date_declaration,canal,intervenant,adresse,lon,lat"
ROW = 'G1,Propreté,Déchets,16/11/2023,Web,DPE,"42 rue X, Marseille",5.37,43.3'


def read(path: Path, content: str | bytes) -> list[Report | Rejected]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_reports(path))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "reports.csv"


def test_a_row_of_a_spreadsheet(file: Path) -> None:
    (report,) = read(file, f"{HEADER}\n{ROW}\n")
    assert report == Report(
        source="reports.csv",
        service_request_id="G1",
        service_name="Déchets",
        group="Propreté",
        lon=5.37,
        lat=43.3,
        address="42 rue X, Marseille",
        requested_datetime="2023-11-16",
        agency_responsible="DPE",
        extra={"canal": "Web", "requested_datetime": "16/11/2023"},
    )
    (report,) = read_reports(file, source="my city")
    assert isinstance(report, Report)
    assert report.source == "my city"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_as_spreadsheets_write_it(file: Path, encoding: str, delimiter: str, newline: str) -> None:
    table = io.StringIO()
    out = csv.writer(table, delimiter=delimiter, lineterminator=newline)
    out.writerow(["N°", "Identifiant", "Catégorie", "Date de création", "Longitude", "Latitude", "Équipe"])
    out.writerow(["7", "a1", "Propreté", "2024-01-02", "5,37", "43,3", 'côté; "nord", |\t\nest'])
    (report,) = read(file, table.getvalue().encode(encoding))
    assert isinstance(report, Report)
    assert (report.service_request_id, report.group, report.lon, report.lat) == ("a1", "Propreté", 5.37, 43.3)
    assert report.agency_responsible == 'côté; "nord", |\t\nest'
    assert report.extra["N°"] == "7"


def test_a_late_accent_does_not_hide_from_the_detection(file: Path) -> None:
    rows = "".join(f"{i},plain\n" for i in range(40_000))
    verdicts = read(file, ("id,type\n" + rows + "x,Propreté\n").encode("cp1252"))
    assert len(verdicts) == 40_001
    assert verdicts[-1].group == "Propreté"  # type: ignore[union-attr]


def test_excel_says_its_delimiter(file: Path) -> None:
    (report,) = read(file, "sep=;\nid;type;lat,lon\n1;Trou;x\n")
    assert isinstance(report, Report)
    assert (report.service_request_id, report.group) == ("1", "Trou")


@pytest.mark.parametrize(
    ("lon", "lat", "flag"),
    [
        ("43.3", "5.37", "swapped?"),
        ("", "", "missing"),
        ("0", "0", "0,0"),
        ("nord", "43.3", "not a number"),
        ("1000", "43.3", "out of range"),
    ],
)
def test_a_wrong_position_keeps_the_row_and_says_so(file: Path, lon: str, lat: str, flag: str) -> None:
    (report,) = read(file, f"id,lon,lat\n1,{lon},{lat}\n")
    assert isinstance(report, Report)
    assert (report.lon, report.lat, report.position_flag) == (None, None, flag)
    assert report.extra.get("long", "") == lon
    assert report.extra.get("lat", "") == lat


@pytest.mark.parametrize(
    ("name", "cell", "position"),
    [
        ("geo_point_2d", "43.3, 5.37", (5.37, 43.3)),
        ("Geo Point", "43.3,5.37", (5.37, 43.3)),
        ("coordonnées", "43,3; 5,37", (5.37, 43.3)),
        ("wkt", "POINT (5.37 43.3)", (5.37, 43.3)),
        ("geom", "SRID=4326;POINT Z (5.37 43.3 12)", (5.37, 43.3)),
        ("geo_shape", '{"coordinates": [5.37, 43.3], "type": "Point"}', (5.37, 43.3)),
        ("geo_shape", '{"type": "Point", "coordinates": [5.37, 43.3]}', (5.37, 43.3)),
        ("geo_point_2d", "Marseille", (None, None)),
        ("geo_point_2d", "", (None, None)),
    ],
)
def test_one_column_for_both_coordinates(file: Path, name: str, cell: str, position: tuple[Any, Any]) -> None:
    quoted = '"' + cell.replace('"', '""') + '"'
    (report,) = read(file, f"id,type,{name}\n1,Trou,{quoted}\n")
    assert isinstance(report, Report)
    assert (report.lon, report.lat) == position
    assert report.position_flag == ("" if position[0] else "missing" if not cell else "not a number")
    if not position[0] and cell:
        assert report.extra["lat"] == cell


def test_states_in_the_words_of_a_commune(file: Path) -> None:
    reports = read(file, "id,statut\n1,Ouvert\n2,Clôturé\n3,En cours\n4,Expédié\n5,\n")
    assert [r.status for r in reports] == ["open", "closed", "open", "", ""]  # type: ignore[union-attr]
    assert [r.raw_status for r in reports] == ["Ouvert", "Clôturé", "En cours", "Expédié", ""]  # type: ignore[union-attr]


def test_damaged_rows_are_rejected_with_their_line_and_the_others_stay(file: Path) -> None:
    lines = ["id,type,adresse", "1,a,b", "2,a", "", "3,a,b,c", '4,"two\nlines",b', "1,again,b", "5,a,b,,", ",,",
             ",a,b", "6,a\0,b", '7,"ab"c,d', '8,"never closed,b', "9,a,b"]  # fmt: skip
    verdicts = read(file, "\n".join(lines) + "\n")
    kept = [v.service_request_id for v in verdicts if isinstance(v, Report)]
    assert kept == ["1", "4", "5", "9"]
    rejected = {v.where: v.reason for v in verdicts if isinstance(v, Rejected)}
    assert {where: reason.split(":")[0] for where, reason in rejected.items()} == {
        "reports.csv:3": "has too few cells",
        "reports.csv:5": "has too many cells",
        "reports.csv:8": "its id 1 came before, at reports.csv",
        "reports.csv:11": "has no service_request_id",
        "reports.csv:12": "holds NUL bytes",
        "reports.csv:13": "is no CSV",
        "reports.csv:14": "is no CSV",
    }
    assert "never closed" in rejected["reports.csv:14"]
    assert "at reports.csv:2" in rejected["reports.csv:8"]


def test_a_quote_that_is_never_closed_in_a_long_file_costs_one_row(file: Path) -> None:
    rows = [f"{i},a,b" for i in range(20_000)]
    rows[5000] = '5000,"a,b'
    verdicts = read(file, "id,type,adresse\n" + "\n".join(rows))
    rejected = [v for v in verdicts if isinstance(v, Rejected)]
    assert [v.where for v in rejected] == ["reports.csv:5002"]
    assert len(verdicts) == 20_000


def test_a_line_without_end_is_rejected_and_the_next_is_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "LONGEST_LINE", 50)
    verdicts = read(file, "id,type\n1," + "x" * 333 + "\n2,b\n")
    assert isinstance(verdicts[0], Rejected)
    assert (verdicts[0].where, "longer than 50" in verdicts[0].reason) == ("reports.csv:2", True)
    assert verdicts[1].service_request_id == "2"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"\n \n", "nothing but blanks"),
        ("a.csv", b"\xef\xbb\xbf", "nothing but blanks"),
        ("a.csv", b"1,2,3\n4,5,6\n", "None of its columns is known: 1, 2, 3"),
        ("a.csv", b'"never closed\n1', "header can't be read"),
        ("a.csv", b'""\n', "no header"),
        ("a.json", b"", "empty"),
        ("a.json", b'[{"service_request_id": ', "not whole JSON"),
        ("a.xml", b"<html><body>Sign in</body></html>", "web page"),
        ("a.gpkg", b"not a database", "vector file"),
        ("a", b"\0\0\0\0", "nothing but blanks"),
    ],
)
def test_a_file_that_can_not_be_used_says_why(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path / name, content)
    assert words in str(caught.value)
    assert name in str(caught.value.where)


def test_no_file_and_no_report(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        read_reports(tmp_path / "none.csv")
    with pytest.raises(DataError, match="Can't be read"):
        list(read_reports(tmp_path))
    (verdict,) = read(tmp_path / "head.csv", HEADER + "\n")
    assert verdict == Rejected("head.csv", "holds no report")
    (verdict,) = read(tmp_path / "empty.json", "[]")
    assert verdict == Rejected("empty.json", "holds no report")


def test_a_table_without_ids_names_a_record_after_its_content(file: Path) -> None:
    one, two, three = read(file, "type,lon,lat\nTrou,5.37,43.3\nTag,5.38,43.3\nTrou,5.37,43.3\n")
    assert isinstance(one, Report)
    assert isinstance(two, Report)
    assert isinstance(three, Rejected)
    assert one.service_request_id != two.service_request_id
    again = read(file, "type,lon,lat\nTag,5.38,43.3\nTrou,5.37,43.3\n")
    assert {r.service_request_id for r in again} == {one.service_request_id, two.service_request_id}  # type: ignore[union-attr]


def test_open311_answers_and_geojson_are_told_apart_by_content(tmp_path: Path) -> None:
    (report,) = read(tmp_path / "a.json", '{"service_requests": [{"service_request_id": 1}]}')
    assert isinstance(report, Report)
    (report,) = read(
        tmp_path / "b.xml", "<requests><request><service_request_id>2</service_request_id></request></requests>"
    )
    assert isinstance(report, Report)
    feature = {"type": "Feature", "properties": {"id": "x", "statut": "Résolu", "couleur": "bleu"},
               "geometry": {"type": "Point", "coordinates": [5.37, 43.3]}}  # fmt: skip
    (report,) = read(tmp_path / "c.json", json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert isinstance(report, Report)
    assert (report.service_request_id, report.status, report.lon, report.lat) == ("x", "closed", 5.37, 43.3)
    assert report.extra == {"couleur": "bleu"}
    same, twice = read(tmp_path / "d.json", '[{"service_request_id": 1}, {"service_request_id": "1"}]')
    assert isinstance(same, Report)
    assert twice == Rejected("d.json: record 2", "its id 1 came before, at d.json: record 1")


@pytest.mark.parametrize("driver", ["GPKG", "GeoJSON", "ESRI Shapefile"])
def test_layers(tmp_path: Path, driver: str) -> None:
    shapes = [shapely.Point(5.37, 43.3), None, shapely.Point(0, 0), shapely.Point(5.4, 43.31)]
    path = tmp_path / {"GPKG": "r.gpkg", "GeoJSON": "r.geojson", "ESRI Shapefile": "r.shp"}[driver]
    pyogrio.raw.write(
        path,
        shapely.to_wkb(np.array(shapes, dtype=object)),
        [np.array([11, 12, 13, 11]), np.array(["Trou", "Tag", None, "x"], dtype=object), np.array([1.5, np.nan, 2, 3]),
         np.array([9.9, 9.9, 9.9, 9.9])],
        ["ref", "type", "score", "lon"],
        driver=driver,
        geometry_type="Point",
        crs="EPSG:4326",
    )  # fmt: skip
    one, two, three, four = read_reports(path)
    assert isinstance(one, Report)
    assert (one.service_request_id, one.group, one.lon, one.lat) == ("11", "Trou", 5.37, 43.3)
    assert one.extra["score"] == 1.5
    assert isinstance(two, Report)
    assert (two.lon, two.position_flag, "score" in two.extra) == (None, "missing", False)
    assert isinstance(three, Report)
    assert three.position_flag == "0,0"
    assert four == Rejected(f"{path.name}: feature 4", f"its id 11 came before, at {path.name}: feature 1")


def test_lines_and_areas_are_no_positions(tmp_path: Path) -> None:
    shapes = [shapely.LineString([(5, 43), (6, 43)]), shapely.MultiPoint([(5.37, 43.3)]),
              shapely.MultiPoint([(5, 43), (6, 43)])]  # fmt: skip
    path = tmp_path / "r.geojson"
    pyogrio.raw.write(path, shapely.to_wkb(np.array(shapes)), [np.array(["a", "b", "c"], dtype=object)], ["id"],
                      driver="GeoJSON", geometry_type="Unknown", crs="EPSG:4326")  # fmt: skip
    flags = [(r.lon, r.position_flag) for r in read_reports(path)]  # type: ignore[union-attr]
    assert flags == [(None, "not a point"), (5.37, ""), (None, "not a point")]


@given(
    st.lists(st.lists(st.text(max_size=8), min_size=3, max_size=3), min_size=1, max_size=6),
    st.sampled_from([",", ";", "\t", "|"]),
)
def test_whatever_a_csv_writer_writes_comes_back(tmp_path_factory: Any, rows: list[list[str]], delimiter: str) -> None:
    clean = [[cell.replace("\0", "").encode("utf-8", "ignore").decode() for cell in row] for row in rows]
    table = io.StringIO()
    out = csv.writer(table, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    out.writerow(["id", "type", "couleur"])
    out.writerows([[f"n{i}", *row[1:]] for i, row in enumerate(clean)])
    verdicts = read(tmp_path_factory.getbasetemp() / "any.csv", table.getvalue().encode("utf-8"))
    assert [v.service_request_id for v in verdicts] == [f"n{i}" for i in range(len(rows))]  # type: ignore[union-attr]
    assert [v.extra.get("couleur", "") for v in verdicts] == [row[2] for row in clean]  # type: ignore[union-attr]


@given(st.binary(max_size=200))
def test_any_bytes_give_verdicts_or_a_data_error(tmp_path_factory: Any, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(b"id,type\n" + data)
    for verdict in read_reports(path):
        assert isinstance(verdict, (Report, Rejected))
    path.write_bytes(data)
    try:
        list(read_reports(path))
    except DataError as error:
        assert error.where


def test_the_shipped_synonyms_are_folded_and_never_mean_two_things() -> None:
    names = columns.column_names()
    words = [word for group in (*names.fields.values(), names.point) for word in group]
    assert [word for word, n in Counter(words).items() if n > 1] == []
    assert all(columns.folded(word) == word for word in [*words, *names.longitude, *names.latitude])
    assert not set(words) & {*names.longitude, *names.latitude}
    assert set(names.status) == {"open", "closed"}
    assert set(names.fields) <= set(Report.__dataclass_fields__)


@pytest.mark.shared
def test_ten_thousand_real_rows(shared: Path) -> None:
    verdicts = list(read_reports(shared / "reports" / "dansmarue_marseille.csv"))
    assert len(verdicts) == 10_000
    assert all(isinstance(v, Report) and v.lon and v.requested_datetime and not v.position_flag for v in verdicts)
    first = verdicts[0]
    assert isinstance(first, Report)
    assert first.group == "Graffitis, tags, affiches et autocollants"
    assert first.service_name.startswith("Graffitis et autocollants sur mur")
    assert first.extra == {"canal": "Android"}
