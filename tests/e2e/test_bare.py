"""The built ZIP in a QGIS with nothing beside it: no shapely, onnxruntime or pillow-heif, an empty PYTHONPATH."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).with_name("bare_path.py")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, plugin_zip: Path) -> dict[str, Any]:
    """Open all there is, once; give what went wrong and what was seen."""
    if shutil.which("xvfb-run") is None or shutil.which("qgis") is None:
        pytest.skip("no desktop here (packages xvfb, xauth and qgis)")
    import install_plugin
    from sigma_communes.core.jobs.run import run

    folder = tmp_path_factory.mktemp("bare")
    reports = folder / "reports.csv"
    reports.write_text(
        "id,type,date_declaration,lon,lat\nA1,Graffitis sur mur,2026-11-02,5.57,43.29\n", encoding="utf-8"
    )
    run(reports=[reports], out=folder / "out")
    profiles = folder / "profiles"
    install_plugin.install(plugin_zip, profiles)
    with (profiles / "profiles" / "default" / "QGIS" / "QGIS3.ini").open("a", encoding="utf-8") as file:
        file.write("[locale]\noverrideFlag=true\nuserLocale=fr\n[qgis]\ncheckVersion=false\n")
    bare = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME")}
    bare["PATH"] = os.pathsep.join(part for part in os.environ["PATH"].split(os.pathsep) if ".venv" not in part)
    result = subprocess.run(
        ["xvfb-run", "-a", "-s", "-screen 0 1400x900x24", "qgis", "--nologo", "--noversioncheck", "--lang", "fr",
         "--profiles-path", str(profiles), "--code", str(SCRIPT)],
        env={
            **bare,
            "HOME": str(folder),
            "QT_QPA_PLATFORM": "xcb",
            "SIGMA_E2E_FOUND": str(folder / "found.json"),
            "SIGMA_E2E_WORKSPACE": str(folder / "out" / "workspace.gpkg"),
            "SIGMA_SERVERS": str(folder / "servers.yaml"),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )  # fmt: skip
    assert (folder / "found.json").is_file(), result.stdout + result.stderr
    seen: dict[str, Any] = json.loads((folder / "found.json").read_text(encoding="utf-8"))
    if "shapely" not in seen["missing"]:
        pytest.skip("this QGIS has shapely")
    return seen


def test_every_menu_dock_and_dialog_opens(found: dict[str, Any]) -> None:
    assert found["errors"] == []
    assert found["docks"] == ["backlog", "catalogue", "import_photos", "review"]


def test_the_doctor_names_what_is_missing_with_its_button(found: dict[str, Any]) -> None:
    for key in ("shapely", "onnxruntime", "heif"):
        status, *fixes = found["doctor"][key]
        assert status != "ok" and "install" in fixes, key
    assert any("Installer" in text for text in found["buttons"])


def test_the_communes_can_be_chosen_without_their_geometry(found: dict[str, Any]) -> None:
    assert found["communes"] == 93  # all, and each of 92


def test_a_workspace_opens(found: dict[str, Any]) -> None:
    assert found["listed"] > 0
