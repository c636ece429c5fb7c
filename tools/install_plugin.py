# SPDX-License-Identifier: GPL-2.0-or-later
"""Put the built ZIP into a QGIS profile of its own and enable it there."""

from __future__ import annotations

import argparse
import configparser
import shutil
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAME = "sigma_communes"


def install(zip_path: Path, profiles: Path, profile: str = "default") -> Path:
    """Unpack the ZIP into ``profiles/profiles/<profile>`` (QGIS' --profiles-path layout); return the plugin folder."""
    home = profiles / "profiles" / profile
    plugins = home / "python" / "plugins"
    shutil.rmtree(plugins / NAME, ignore_errors=True)
    plugins.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(zip_path) as archive:
        archive.extractall(plugins)
    ini = home / "QGIS" / "QGIS3.ini"
    ini.parent.mkdir(parents=True, exist_ok=True)
    settings = configparser.ConfigParser(interpolation=None)
    settings.optionxform = str  # type: ignore[assignment,method-assign]
    settings.read(ini, encoding="utf-8")
    if not settings.has_section("PythonPlugins"):
        settings.add_section("PythonPlugins")
    settings.set("PythonPlugins", NAME, "true")
    with ini.open("w", encoding="utf-8") as handle:
        settings.write(handle, space_around_delimiters=False)
    return plugins / NAME


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--zip", type=Path, default=ROOT / "dist" / f"{NAME}.zip")
    parser.add_argument("--profiles", type=Path, required=True)
    options = parser.parse_args()
    print(install(options.zip, options.profiles))


if __name__ == "__main__":
    main()
