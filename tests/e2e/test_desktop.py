"""The real desktop under Xvfb with the built ZIP: photos in, confirmed, routed, edited, synced, mapped, printed."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("desktop_path.py")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Give the address of a folder, served by a process of its own: GDAL holds the interpreter while it asks."""
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "servers" / "catalogue.py"), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None and process.stdin is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.wait(10)


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a portal (CKAN) with a data set of three trees, and one without data."""
    data, portal = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("portal")
    tree = {
        "type": "Feature",
        "properties": {"essence": "platane"},
        "geometry": {"type": "Point", "coordinates": [5.57, 43.29]},
    }
    (data / "arbres.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [tree] * 3}))
    with served(data) as data_url:
        link = {"url": f"{data_url}/arbres.geojson", "format": "GeoJSON"}
        datasets = [
            {"id": "arbres", "title": "Arbres d'alignement", "resources": [link]},
            {"id": "bruit", "title": "Étude sur le bruit", "resources": []},
        ]
        answer = portal / "api" / "3" / "action" / "package_search"
        answer.parent.mkdir(parents=True)
        answer.write_text(json.dumps({"success": True, "result": {"count": 2, "results": datasets}}))
        with served(portal) as url:
            yield url


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, plugin_zip: Path, portal: str) -> dict[str, Any]:
    """Run the whole path once; give what the script saw, and the workspace."""
    if shutil.which("xvfb-run") is None or shutil.which("qgis") is None:
        pytest.skip("no desktop here (packages xvfb, xauth and qgis)")
    import install_plugin
    from sigma_communes.core.demo import render_photos

    folder = tmp_path_factory.mktemp("desktop")
    profiles = folder / "profiles"
    install_plugin.install(plugin_zip, profiles)
    ini = profiles / "profiles" / "default" / "QGIS" / "QGIS3.ini"
    with ini.open("a", encoding="utf-8") as file:
        file.write("[locale]\noverrideFlag=true\nuserLocale=fr\n[qgis]\ncheckVersion=false\n")
    render_photos(folder / "photos")
    (folder / "photos" / "notes.jpg").write_text("not a picture")
    result = subprocess.run(
        ["xvfb-run", "-a", "-s", "-screen 0 1400x900x24", "qgis", "--nologo", "--noversioncheck", "--lang", "fr",
         "--profiles-path", str(profiles), "--code", str(SCRIPT)],
        env={
            **os.environ,
            "HOME": str(folder),
            "QT_QPA_PLATFORM": "xcb",
            # onnxruntime is in the environment of the tests, as it would be in a folder of the profile.
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if "site-packages" in path),
            "SIGMA_E2E_PHOTOS": str(folder / "photos"),
            "SIGMA_E2E_WORKSPACE": str(folder / "workspace.gpkg"),
            "SIGMA_E2E_FOUND": str(folder / "found.json"),
            "SIGMA_E2E_PORTAL": portal,
            "SIGMA_E2E_SERVERS": str(ROOT / "tests" / "servers"),
            "SIGMA_SERVERS": str(folder / "servers.yaml"),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )  # fmt: skip
    assert (folder / "found.json").is_file(), result.stdout + result.stderr
    seen = json.loads((folder / "found.json").read_text(encoding="utf-8"))
    assert "failed" not in seen, seen["failed"]
    return {**seen, "workspace": folder / "workspace.gpkg"}


def rows(found: dict[str, Any], statement: str) -> list[Any]:
    with sqlite3.connect(found["workspace"]) as connection:
        return connection.execute(statement).fetchall()


def test_the_screens_speak_french(found: dict[str, Any]) -> None:
    assert found["language"] == "Signalements"


def test_every_file_has_a_verdict_and_the_ready_ones_are_on_the_map(found: dict[str, Any]) -> None:
    assert found["verdicts"] == {"ready": 10, "placeless": 2, "unusable": 1}
    assert found["listed"] == found["on the map"] == 10


def test_a_key_confirms_and_the_team_is_there(found: dict[str, Any]) -> None:
    label, by, team = found["confirmed"]
    assert by == "person" and team
    assert found["chosen in the list"] == [True]
    assert rows(found, "SELECT label FROM decision WHERE who NOTNULL") == [(label,)]
    if found["to check"]:
        assert label == found["suggested"]


def test_an_edit_in_the_attribute_table_waits_for_the_server(found: dict[str, Any]) -> None:
    assert found["saved"]
    edits = rows(found, "SELECT field, new FROM change WHERE origin = 'outside'")
    assert ("state", "in_progress") in edits


def test_a_server_is_read_its_conflict_decided_and_only_the_confirmed_sent(found: dict[str, Any]) -> None:
    assert found["received"] == [["ville/1", "Aubagne", True], ["ville/2", "Aubagne", True]]
    assert found["edited"] and found["conflicts"] == "⚡ 1 conflit"
    assert found["leaves"][-1].startswith("Envoyer 1 modification ") and found["on the server"] == "closed"
    assert found["left"] == 0 and rows(found, "SELECT count(*) FROM conflict") == [(0,)]
    assert rows(found, "SELECT description FROM report WHERE id = 'ville/1'") == [("là-bas",)]


def test_a_layer_is_found_in_the_catalogue_and_added(found: dict[str, Any]) -> None:
    assert found["harvested"] == 2
    assert found["from the catalogue"] == [["Arbres d'alignement", 3]]


def test_the_atlas_is_printed_with_a_page_for_each_commune(found: dict[str, Any]) -> None:
    communes = rows(found, "SELECT DISTINCT commune FROM triage WHERE insee NOTNULL")
    assert found["atlas"] == [True, "", len(communes)]
    printed = found["workspace"].with_name("atlas.pdf")
    text = subprocess.run(["pdftotext", str(printed), "-"], capture_output=True, text=True, check=True).stdout
    assert text.count("\f") == len(communes)
    assert all(f"· {name}" in text for (name,) in communes)


def test_the_plugin_survives_a_closed_project_and_a_reload(found: dict[str, Any]) -> None:
    assert found["in a round"] and found["reloaded"] and found["the round ended"]
