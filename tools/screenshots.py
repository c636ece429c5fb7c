# SPDX-License-Identifier: GPL-2.0-or-later
"""Make the pictures of README and guide, in French and English, from the built ZIP in a real desktop under Xvfb.

Run it in the environment with QGIS, after ``./dev package``; look at each picture afterwards. They show the embedded
example: drawn photos and reports drawn at random.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import install_plugin
import screenshot_catalogue
from PIL import Image
from sigma_communes.core.demo import make_inputs
from sigma_communes.core.jobs import run

ROOT = Path(__file__).resolve().parents[1]
SCENES = Path(__file__).with_name("screenshot_scenes.py")
LANGUAGES = ("fr", "en")


def small(path: Path) -> None:
    """Write a PNG again with 256 colours."""
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def take(
    language: str, inputs: Path, out: Path, *, theme: str = "", scale: float = 1, dialogs: bool = False
) -> list[Path]:
    """Play the scenes in one language; return the pictures."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        folder = home / "demo"  # its name is on the pictures
        folder.mkdir()
        shutil.copy(inputs / "demo" / "workspace.gpkg", folder)
        install_plugin.install(ROOT / "dist" / "sigma_communes.zip", home)
        ini = home / "profiles" / "default" / "QGIS" / "QGIS3.ini"
        with ini.open("a", encoding="utf-8") as file:
            file.write(f"[locale]\noverrideFlag=true\nuserLocale={language}\nglobalLocale={language}\n")
            file.write("[qgis]\ncheckVersion=false\n")
            if theme:
                file.write(f"[UI]\nUITheme={theme}\n")
        subprocess.run(
            ["xvfb-run", "-a", "-s", f"-screen 0 {int(1440 * scale)}x{int(900 * scale)}x24", "qgis", "--nologo",
             "--noversioncheck", "--lang", language, "--profiles-path", str(home), "--code", str(SCENES)],
            env={
                **os.environ,
                "HOME": str(home),
                "QT_QPA_PLATFORM": "xcb",
                "PYTHONPATH": os.pathsep.join(path for path in sys.path if "site-packages" in path),
                "SIGMA_SCENES_OUT": str(out),
                "SIGMA_SCENES_WORKSPACE": str(folder / "workspace.gpkg"),
                "SIGMA_SCENES_PHOTOS": str(inputs / "new photos"),
                "SIGMA_SCENES_SERVERS": str(ROOT / "tests" / "servers"),
                "SIGMA_SERVERS": str(home / "servers.yaml"),
                **({"QT_SCALE_FACTOR": str(scale)} if scale != 1 else {}),
                **({"SIGMA_SCENES_DIALOGS": "1"} if dialogs else {}),
            },
            check=True,
            timeout=240,
        )  # fmt: skip
    failed = out / "failed.txt"
    if failed.exists():
        text = failed.read_text(encoding="utf-8")
        failed.unlink()
        raise SystemExit(f"The scenes stopped:\n{text}")
    pictures = sorted(out.glob("*.png"))
    for picture in pictures:
        small(picture)
    return pictures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "screenshots")
    parser.add_argument("--language", choices=LANGUAGES, action="append")
    parser.add_argument("--theme", default="", help="a theme of QGIS, e.g. 'Night Mapping'")
    parser.add_argument("--scale", type=float, default=1, help="1 to 2: what the screen enlarges by")
    parser.add_argument("--dialogs", action="store_true", help="options, first steps, doctor and others too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        inputs = Path(name)
        photos, reports = make_inputs(inputs)
        run.run(photos=photos, reports=reports, out=inputs / "demo")
        screenshot_catalogue.fill(inputs / "demo" / "workspace.gpkg")
        shutil.copytree(photos[0], inputs / "new photos")
        for path in sorted((inputs / "new photos").iterdir())[:3]:
            with path.open("ab") as file:
                file.write(b"\0")  # other bytes, so that it is another photo
        (inputs / "new photos" / "notes.jpg").write_text("not a picture", encoding="utf-8")
        for language in options.language or LANGUAGES:
            for picture in take(
                language,
                inputs,
                options.out / language,
                theme=options.theme,
                scale=options.scale,
                dialogs=options.dialogs,
            ):
                print(f"{picture}: {picture.stat().st_size / 1024:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
