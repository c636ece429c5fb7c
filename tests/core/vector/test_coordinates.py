# SPDX-License-Identifier: GPL-2.0-or-later
"""Which columns are positions, and in which system: French tables as they are, in reports, layers and packs alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sigma_communes.core.feedback import Feedback
from sigma_communes.core.jobs.files import locate_file
from sigma_communes.core.model import Report
from sigma_communes.core.reports.formats.files import read_reports
from sigma_communes.core.vector.binding import gdal
from sigma_communes.core.vector.coordinates import (
    DEGREES,
    beginning_positions,
    candidates,
    pairs,
    positions,
    system_of,
    table_positions,
    to_degrees,
)

# Old Port of Marseille, by PROJ 9: lon, lat, and the same in each system.
LON, LAT = 5.3698, 43.2965
SYSTEMS = ["EPSG:2154", "EPSG:3942", "EPSG:3943", "EPSG:3944", "EPSG:32631", "EPSG:3857"]
NEAR = (4.2, 42.9, 6.2, 43.9)
BAN = (
    "id;numero;nom_voie;code_insee;nom_commune;x;y;lon;lat\n"
    "1;1;rue des Essais;13055;Marseille;892507.64;6246371.49;5.371;43.2905\n"
)
BAL = (
    "cle_interop;uid_adresse;voie_nom;numero;commune_insee;commune_nom;x;y;long;lat;source\n"
    "13055_x001;;rue des Essais;1;13055;Marseille;892507.64;6246371.49;5.371;43.2905;commune\n"
)


def metres(crs: str, lon: float = LON, lat: float = LAT) -> tuple[float, float]:
    from sigma_communes.core.base.geos import shapely
    from sigma_communes.core.vector.reading import reprojected

    (point,) = reprojected(np.array([shapely.Point(lon, lat)], dtype=object), DEGREES, crs)
    return float(point.x), float(point.y)


@pytest.mark.parametrize(
    ("header", "best"),
    [
        ("x;y;lon;lat", ("lon", "lat", "")),
        ("x;y;long;lat", ("long", "lat", "")),
        ("X_L93;Y_L93", ("X_L93", "Y_L93", "EPSG:2154")),
        ("x_l93;y_l93;x;y", ("x_l93", "y_l93", "EPSG:2154")),
        ("Longitude (X);Latitude (Y)", ("Longitude (X)", "Latitude (Y)", "")),
        (
            "Coordonnée X (EPSG:2154);Coordonnée Y (EPSG:2154)",
            ("Coordonnée X (EPSG:2154)", "Coordonnée Y (EPSG:2154)", "EPSG:2154"),
        ),
        ("x_cc44;y_cc44", ("x_cc44", "y_cc44", "EPSG:3944")),
        ("x_utm31n;y_utm31n", ("x_utm31n", "y_utm31n", "EPSG:32631")),
        ("lon_wgs84;lat_wgs84", ("lon_wgs84", "lat_wgs84", DEGREES)),
        ("est;nord", ("est", "nord", "")),
    ],
)
def test_the_best_pair_of_columns(header: str, best: tuple[str, str, str]) -> None:
    names = header.split(";")
    pair = pairs(names)[0]
    found = (names[pair.x], names[pair.y], pair.crs)
    assert found == best


@pytest.mark.parametrize(
    "header", ["longueur;largeur", "x;nom", "index_x;index_y_total", "lon;nom", "maxx;maxy", "platitude"]
)
def test_names_that_are_no_positions(header: str) -> None:
    assert pairs(header.split(";")) == []


@pytest.mark.parametrize("crs", SYSTEMS)
def test_metres_tell_their_system_and_come_back_to_degrees(crs: str) -> None:
    x, y = metres(crs)
    assert crs in candidates(x, y)
    many = np.array([[x, y], [x + 900, y - 700], [np.nan, np.nan]]).T
    assert system_of(*many, area=NEAR) == crs
    lon, lat = to_degrees(many[0], many[1], crs)
    assert (lon[0], lat[0]) == pytest.approx((LON, LAT), abs=1e-7) and np.isnan(lon[2])


def test_what_can_be_two_things_is_not_guessed() -> None:
    x, y = metres("EPSG:32631")
    assert system_of(np.array([x]), np.array([y])) == ""
    assert system_of(np.array([12.0e6]), np.array([3.0e6])) == ""


@pytest.mark.parametrize("text", [BAN, BAL], ids=["ban", "bal"])
def test_address_bases_are_read_by_their_degrees_everywhere(tmp_path: Path, text: str) -> None:
    path = tmp_path / "adresses.csv"
    path.write_text(text, encoding="utf-8")
    (report,) = read_reports(path)
    assert isinstance(report, Report) and (report.lon, report.lat) == (5.371, 43.2905)
    names, found = table_positions(path)
    assert found is not None and names[found.y] == "lat" and found.crs == DEGREES
    assert beginning_positions(text.encode() + b"cut", "x")[1] == found
    binding = gdal()
    (layer,) = binding.layers(str(path))
    assert layer.crs == DEGREES
    (point,) = binding.read(layer, None).geometries
    assert (point.x, point.y) == (5.371, 43.2905)


@pytest.mark.parametrize("crs", ["EPSG:2154", "EPSG:3944", "EPSG:3943"])
@pytest.mark.parametrize("header", ["ref;x;y", "ref;X;Y", "ref;coord_x;coord_y"])
def test_a_table_in_metres_is_placed_and_it_is_said(tmp_path: Path, crs: str, header: str) -> None:
    said: list[str] = []

    class Told(Feedback):
        def info(self, message: str) -> None:
            said.append(message)

    x, y = metres(crs)
    path = tmp_path / "points.csv"
    path.write_text(f"{header}\nA;{x:.2f};{y:.2f}\nB;;\n".replace(".", ","), encoding="utf-8")
    placed, none = read_reports(path, feedback=Told())
    assert isinstance(placed, Report) and isinstance(none, Report)
    assert (placed.lon, placed.lat) == pytest.approx((LON, LAT), abs=1e-6) and not placed.position_flag
    assert none.position_flag == "missing"
    assert len(said) == 1 and crs in said[0]
    assert placed.extra[header.split(";")[1]]  # what the file says is kept
    (layer,) = gdal().layers(str(path))
    assert layer.crs == crs
    counts, _ = locate_file(path, tmp_path / "out.csv")
    assert (counts["located"], counts["without position"]) == (1, 1)


def test_a_person_may_say_the_system(tmp_path: Path) -> None:
    x, y = metres("EPSG:32631")
    path = tmp_path / "points.csv"
    path.write_text(f"ref,x,y\nA,{x},{y}\n", encoding="utf-8")
    (unknown,) = read_reports(path)
    assert isinstance(unknown, Report) and unknown.lon is None and unknown.position_flag
    (placed,) = read_reports(path, crs="EPSG:32631")
    assert isinstance(placed, Report) and placed.lon == pytest.approx(LON, abs=1e-6)
    (placed,) = read_reports(path, area=NEAR)
    assert isinstance(placed, Report) and placed.lon == pytest.approx(LON, abs=1e-6)


def test_one_row_in_metres_among_degrees_is_flagged_and_not_moved(tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text("ref,x,y\nA,5.37,43.29\nB,5.38,43.3\nC,893000.5,6246000\n", encoding="utf-8")
    *_, odd = read_reports(path)
    assert isinstance(odd, Report) and odd.lon is None and "metres" in odd.position_flag


def test_degrees_among_metres_stay_degrees() -> None:
    found = positions(["x", "y"], [("892507,64", "6246371,49"), ("892 600,1", "6 246 400"), ("5,37", "43,29")])
    assert found is not None and found.crs == "EPSG:2154" and "Lambert-93" in found.said
