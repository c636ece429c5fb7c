"""Packages with libraries of their own, inside the program QGIS, which has the system's GEOS and libheif loaded."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import install_plugin
import pytest
from PIL import Image

SCRIPT = Path(__file__).with_name("formats_path.py")
FORMATS = ("heic", "jpg", "png", "tiff", "webp")


def test_a_photo_of_each_format_opens_in_the_desktop(tmp_path: Path, plugin_zip: Path) -> None:
    if shutil.which("xvfb-run") is None or shutil.which("qgis") is None:
        pytest.skip("no desktop here (packages xvfb, xauth and qgis)")
    heif = pytest.importorskip("pillow_heif")
    heif.register_heif_opener()
    photos = tmp_path / "photos"
    photos.mkdir()
    picture = Image.effect_noise((320, 240), 60).convert("RGB")
    for suffix in FORMATS:
        picture.save(photos / f"a.{suffix}")
    install_plugin.install(plugin_zip, tmp_path / "profiles")
    result = subprocess.run(
        ["xvfb-run", "-a", "qgis", "--nologo", "--noversioncheck", "--profiles-path", str(tmp_path / "profiles"),
         "--code", str(SCRIPT)],
        env={
            **os.environ,
            "HOME": str(tmp_path),
            "QT_QPA_PLATFORM": "xcb",
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if "site-packages" in path),
            "SIGMA_E2E_PHOTOS": str(photos),
            "SIGMA_E2E_FOUND": str(tmp_path / "found.json"),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )  # fmt: skip
    assert (tmp_path / "found.json").is_file(), f"QGIS ended: {result.returncode}\n{result.stderr[-2000:]}"
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert "failed" not in found, found["failed"]
    assert {f"a.{suffix}": [48, 64, 3] for suffix in FORMATS}.items() <= found.items()
    assert abs(found["area"] - 3.12) < 0.01 and len(found["loaded"]) == 3
