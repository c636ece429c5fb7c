# SPDX-License-Identifier: GPL-2.0-or-later
"""Every algorithm by ``qgis_process``, from the installed ZIP: one after another, each on what the one before gave."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

ALL = {
    "photos", "classify", "run", "classes_from_words", "group", "nearest", "route", "statistics", "check_rules",
    "read_reports", "pull_reports", "push_reports", "reports_status", "resolve_conflict", "export_dispatch", "locate",
    "communes", "refresh_communes", "model_info", "bulletin", "atlas", "export_incidents",
    "review_queue", "learn_model", "compare_models", "use_model", "evaluate_model", "explain_photo", "export_decisions",
    "import_decisions", "register_model", "blur_photos", "photo_retention", "harvest_catalogue", "search_catalogue",
    "catalogue_layer", "pack", "refresh_pack", "return_pack", "choose_team", "sync_reports",
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
    atlas = run("atlas", WORKSPACE=made["WORKSPACE"], DPI=96, PDF=folder / "atlas.pdf")
    pages = subprocess.run(["pdftotext", folder / "atlas.pdf", "-"], check=True, capture_output=True, text=True).stdout
    assert atlas["PAGES"] == pages.count("\f") == 2 and "Marseille" in pages and "Aix-en-Provence" in pages
    export = run("export_incidents", WORKSPACE=made["WORKSPACE"], OUTPUT=folder / "export.shp")
    assert export["INCIDENTS"] == 3 and (folder / "export.shp").is_file()


def test_photos_then_classes(run: Run, folder: Path, photos: Path) -> None:
    scanned = run("photos", FOLDER=photos, OUTPUT=folder / "photos.gpkg", INVALID=folder / "left.csv")
    assert scanned["FILES"] == 2
    assert "no position" in (folder / "left.csv").read_text(encoding="utf-8")
    run("classify", INPUT=folder / "photos.gpkg", FAST="true", THRESHOLD=0, OUTPUT=folder / "classified.geojson")
    (row,) = properties(folder / "classified.geojson")
    assert row["abstained"] and "uniform" in row["why"] and row["model"].startswith("fidamia-base")
    about = run("model_info", HTML=folder / "model.html")
    assert row["class1"] in about["LABELS"] and about["ID"] == row["model"]


def test_the_model_learns_is_compared_switched_on_and_back(run: Run, folder: Path) -> None:
    taught = folder / "taught"
    taught.mkdir()
    rows = ["file,label,group"]
    for i in range(14):
        random = np.random.default_rng(i)
        pixels = random.integers(0, 255, (12, 16, 3), dtype=np.uint8)
        pixels[..., i % 2] //= 4
        picture = Image.fromarray(pixels).resize((320, 240), Image.Resampling.BICUBIC)
        noise = random.normal(0, 12, (240, 320, 3))
        Image.fromarray(np.clip(np.asarray(picture) + noise, 0, 255).astype(np.uint8)).save(taught / f"{i}.png")
        rows.append(f"{i}.png,{('waste', 'noise')[i % 2]},g{i}")
    (taught / "manifest.csv").write_text("\n".join(rows), encoding="utf-8")
    one, two = folder / "version-1", folder / "version-2"
    learned = run("learn_model", WORKSPACE="", DATA=taught, CHECK="false", OUT=one)
    run("export_decisions", MODEL=one, FILE=folder / "decisions.npz")
    merged = run("import_decisions", FILES=folder / "decisions.npz", OUT=two)
    assert learned["VERSION"] and merged["VERSION"]
    assert run("use_model", MODEL=one, WORKSPACE="")["VERSION"] == learned["VERSION"]
    png = folder / "why.png"
    why = run("explain_photo", PHOTO=taught / "0.png", WORKSPACE="", DATA=taught, PNG=png)
    assert why["LABEL"] and Image.open(png).size == (320, 240)
    page = folder / "figures.html"
    measured = run("evaluate_model", WORKSPACE="", DATA=taught, HTML=page)
    assert measured["PHOTOS"] == 14 and learned["VERSION"] in page.read_text(encoding="utf-8")
    assert run("use_model", BACK="true", WORKSPACE="")["VERSION"] != learned["VERSION"]
    run("register_model", MODEL=one, HTML=folder / "register.html")
    assert "L. 311-3-1" in (folder / "register.html").read_text(encoding="utf-8")


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
        ("bulletin", {"WORKSPACE": "/nowhere.gpkg", "BULLETIN": "b.html"}, "There is no such workspace"),
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
    assert before.returncode != 0 and "shapely is not installed" in told and "Traceback" not in told, told
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


def test_reports_there_and_back(run: Run, folder: Path) -> None:
    drops = folder / "drops"
    drops.mkdir()
    (drops / "a.csv").write_text("id,type,lon,lat\n1,Tags,5.3698,43.2965\n2,Tags,5.4474,43.5268\n", encoding="utf-8")
    where = {"WORKSPACE": folder / "two-way.gpkg", "SERVER": drops}
    assert run("pull_reports", **where)["NEW"] == 2
    with sqlite3.connect(folder / "two-way.gpkg") as connection:
        connection.execute("UPDATE report SET description = 'mine' WHERE id = 'drops/1'")
    connection.close()
    assert run("reports_status", WORKSPACE=where["WORKSPACE"])["TO_SEND"] == 1
    listed = run("push_reports", **where)
    assert (listed["WAITING"], listed["UPDATED"], (drops / "out").exists()) == (1, 0, False)
    out = folder / "dispatch.geojson"
    assert run("export_dispatch", WORKSPACE=where["WORKSPACE"], FILE=out)["REPORTS"] == 1
    assert properties(out)[0]["id"] == "drops/1"
    assert run("push_reports", **where, CONFIRMED="true")["UPDATED"] == 1
    assert [path.name for path in (drops / "out").iterdir()] == ["1.json"]
