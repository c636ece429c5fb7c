# SPDX-License-Identifier: GPL-2.0-or-later
"""Every algorithm by ``qgis_process``, from the installed ZIP: one after another, each on what the one before gave."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

ALL = {
    "photos", "classify", "run", "classes_from_words", "group", "nearest", "route", "statistics", "check_rules",
    "read_reports", "locate", "communes", "refresh_communes", "model_info", "bulletin", "export_incidents",
}  # fmt: skip
Run = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("algorithms")


@pytest.fixture(scope="module")
def run(qgis_process: Any) -> Run:
    """Give a call of an algorithm that returns its results."""

    def call(name: str, **parameters: Any) -> dict[str, Any]:
        arguments = [f"--{key}={value}" for key, value in parameters.items()]
        algorithm = name if name.endswith(".model3") else f"sigma_communes:{name}"
        return json.loads(qgis_process("run", algorithm, "--json", *arguments).stdout)["results"]

    return call


def properties(path: Path) -> list[dict[str, Any]]:
    """Return the attributes of a GeoJSON file's features, with their geometry."""
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return [{**feature["properties"], "geometry": feature["geometry"]} for feature in features]


@pytest.fixture(scope="module")
def reports(folder: Path) -> Path:
    path = folder / "reports.csv"
    path.write_text(
        "id,type,date_declaration,adresse,lon,lat\n"
        "A1,Tags,2026-11-02,Vieux-Port,5.3698,43.2965\n"
        "A2,Tags,2026-11-03,Vieux-Port,5.3699,43.2965\n"
        "A3,Nid de poule,2026-11-09,Cours Mirabeau,5.4474,43.5268\n"
        "A3,Nid de poule,2026-11-09,Cours Mirabeau,5.4474,43.5268\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture(scope="module")
def photos(folder: Path) -> Path:
    """Give a folder with a photo in Marseille and one without a position."""
    pictures = folder / "photos"
    pictures.mkdir()
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (43.0, 17.0, 47.4), 3: "E", 4: (5.0, 22.0, 11.28)}
    Image.new("RGB", (320, 240), (90, 90, 90)).save(pictures / "port.jpg", exif=exif)
    Image.new("RGB", (320, 240), (30, 90, 200)).save(pictures / "nowhere.jpg")
    return pictures


def test_every_algorithm_is_there_with_help(qgis_process: Any) -> None:
    listed = json.loads(qgis_process("list", "--json").stdout)["providers"]["sigma_communes"]["algorithms"]
    assert set(listed) == {f"sigma_communes:{name}" for name in ALL}
    for name in ("classify", "group"):
        assert "sigma_communes" in qgis_process("help", f"sigma_communes:{name}").stdout


def test_territory(run: Run, folder: Path) -> None:
    communes = folder / "communes.geojson"
    assert run("communes", OUTPUT=communes)["COMMUNES"] == 92
    refreshed = run("refresh_communes", FILE=communes, EPCI="", MAP=folder / "map.geojson")
    assert refreshed["COMMUNES"] == 92 and Path(refreshed["MAP"]).is_file()


def test_from_a_file_of_reports_to_counts(run: Run, folder: Path, reports: Path) -> None:
    read = run("read_reports", FILE=reports, OUTPUT=folder / "read.gpkg", REJECTED=folder / "rejected.csv")
    assert (read["READ"], read["REFUSED"]) == (3, 1)
    assert "A3" in (folder / "rejected.csv").read_text(encoding="utf-8")
    run("classes_from_words", INPUT=folder / "read.gpkg", OUTPUT=folder / "classes.gpkg")
    run("locate", INPUT=folder / "classes.gpkg", OUTPUT=folder / "located.gpkg")
    grouped = run("group", INPUT=folder / "located.gpkg", TIME="requested_datetime", OUTPUT=folder / "grouped.gpkg")
    assert grouped["GROUPS"] == 2
    near = run(
        "nearest", INPUT=folder / "grouped.gpkg", ASSETS=folder / "located.gpkg", FIELD="service_request_id",
        NAME="report", DISTANCE=1, OUTPUT=folder / "near.gpkg",
    )  # fmt: skip
    assert near["FOUND"] == 3
    run("route", INPUT=folder / "near.gpkg", OUTPUT=folder / "routed.geojson")
    routed = {row["service_request_id"]: row for row in properties(folder / "routed.geojson")}
    assert [routed[key]["class"] for key in ("A1", "A2", "A3")] == ["graffiti", "graffiti", "road_damage"]
    assert [routed[key]["insee"] for key in ("A1", "A3")] == ["13055", "13001"]
    assert all(row["team"] and row["reason_fr"] and row["geometry"] for row in routed.values())
    counted = run("statistics", INPUT=folder / "routed.geojson", OUTPUT=folder / "counts.csv")
    assert counted["ROWS"] == 2
    assert "Marseille,graffiti" in (folder / "counts.csv").read_text(encoding="utf-8")


def test_the_main_job_its_bulletin_and_its_export(run: Run, folder: Path, reports: Path) -> None:
    made = run("run", REPORTS=reports, OUT=folder / "out")
    assert (made["INCIDENTS"], made["REJECTED"]) == (3, 1)
    page = folder / "aix.html"
    run("bulletin", WORKSPACE=made["WORKSPACE"], INSEE="13001", BULLETIN=page)
    assert "Aix-en-Provence" in page.read_text(encoding="utf-8")
    export = run("export_incidents", WORKSPACE=made["WORKSPACE"], OUTPUT=folder / "export.shp")
    assert export["INCIDENTS"] == 3 and (folder / "export.shp").is_file()


def test_photos_then_classes(run: Run, folder: Path, photos: Path) -> None:
    scanned = run("photos", FOLDER=photos, OUTPUT=folder / "photos.gpkg", INVALID=folder / "left.csv")
    assert scanned["FILES"] == 2
    assert "no position" in (folder / "left.csv").read_text(encoding="utf-8")
    run("classify", INPUT=folder / "photos.gpkg", FAST="true", THRESHOLD=0, OUTPUT=folder / "classified.geojson")
    (row,) = properties(folder / "classified.geojson")
    assert row["class"] == row["class1"] and row["model"].startswith("fidamia-base")
    about = run("model_info", HTML=folder / "model.html")
    assert row["class"] in about["LABELS"] and about["ID"] == row["model"]


def test_the_check_of_the_rule_book(run: Run, folder: Path) -> None:
    found = run("check_rules", OUTPUT=folder / "findings.csv", HTML=folder / "check.html")
    assert found["ERRORS"] == 0 and (folder / "check.html").is_file() and (folder / "findings.csv").is_file()


def test_the_example_models(run: Run, qgis_process: Any, folder: Path, reports: Path, photos: Path) -> None:
    models = qgis_process.plugin / "resources" / "models"
    run(
        str(models / "reports_to_teams.model3"), reports=reports,
        **{
            "read:Rejected records": folder / "m_rejected.csv",
            "route:Incidents": folder / "m_incidents.geojson",
            "count:Counts": folder / "m_counts.csv",
        },
    )  # fmt: skip
    assert len(properties(folder / "m_incidents.geojson")) == 3
    assert "Marseille" in (folder / "m_counts.csv").read_text(encoding="utf-8")
    run(
        str(models / "photos_to_map.model3"), photos=photos,
        **{"photos:Files that are not on the map": folder / "m_left.csv", "locate:Photos": folder / "m_photos.geojson"},
    )  # fmt: skip
    assert [row["commune"] for row in properties(folder / "m_photos.geojson")] == ["Marseille"]


@pytest.mark.parametrize(
    ("name", "parameters", "said"),
    [
        ("bulletin", {"WORKSPACE": "/nowhere.gpkg", "BULLETIN": "b.html"}, "The workspace is not there any more"),
        ("read_reports", {"FILE": "/nowhere.csv", "OUTPUT": "o.gpkg"}, "There is no such file"),
        ("check_rules", {"RULES": "{here}"}, "YAML"),
    ],
)
def test_expected_errors_have_no_traceback(
    qgis_process: Any, tmp_path: Path, name: str, parameters: dict[str, str], said: str
) -> None:
    broken = tmp_path / "rules.yaml"
    broken.write_text("rules: [", encoding="utf-8")
    given = [f"--{key}={value.format(here=broken)}" for key, value in parameters.items()]
    given = [text.replace("=b.html", f"={tmp_path}/b.html").replace("=o.gpkg", f"={tmp_path}/o.gpkg") for text in given]
    result = qgis_process("run", f"sigma_communes:{name}", *given, check=False)
    told = result.stdout + result.stderr
    assert result.returncode != 0 and said in told, told
    assert "Traceback" not in told


def test_what_the_doctor_installs_is_found_and_told_where_it_is_missing(qgis_process: Any, tmp_path: Path) -> None:
    """Without the packages beside QGIS: first nothing in the profile, then a folder as the doctor makes it."""
    program = qgis_process("--version").args[0]
    # Python finds an environment by the PATH too.
    environment = {key: value for key, value in qgis_process.environment.items() if key != "PYTHONPATH"}
    environment["PATH"] = "/usr/bin:/bin"
    # Profiles of its own: what lies there must not reach other tests.
    own_profiles = tmp_path / "qgis"
    environment["QGIS_CUSTOM_CONFIG_PATH"] = str(own_profiles)
    points = tmp_path / "points.geojson"
    points.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},'
        '"geometry":{"type":"Point","coordinates":[5.3698,43.2965]}}]}',
        encoding="utf-8",
    )
    command = [program, "run", "sigma_communes:locate", f"--INPUT={points}", f"--OUTPUT={tmp_path}/located.geojson"]
    own = subprocess.run(
        ["/usr/bin/python3", "-c", "import shapely"], env=environment, capture_output=True, check=False
    )
    if own.returncode == 0:
        pytest.skip("this QGIS brings shapely")
    enable = [program, "plugins", "enable", "sigma_communes"]
    subprocess.run(enable, env=environment, capture_output=True, check=False, timeout=240)
    before = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=240)
    told = before.stdout + before.stderr
    assert before.returncode != 0 and "shapely is missing" in told and "Traceback" not in told, told
    tag = f"cp{sys.version_info.major}{sys.version_info.minor}"
    runtime = own_profiles / "profiles" / "default" / "sigma_communes" / "runtime" / f"{tag}-1"
    runtime.mkdir(parents=True)
    site = Path(sysconfig.get_path("purelib"))
    for name in ("shapely", "shapely.libs"):
        (runtime / name).symlink_to(site / name)
    (runtime / "complete.txt").write_text("", encoding="utf-8")
    after = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=240)
    assert after.returncode == 0, after.stdout + after.stderr
    assert properties(tmp_path / "located.geojson")[0]["insee"] == "13055"
