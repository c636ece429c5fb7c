# SPDX-License-Identifier: GPL-2.0-or-later
"""Check a plugin ZIP, or the sources that would go into it, against the rules of plugins.qgis.org.

Form: size, one top folder, metadata, licence, nothing hidden, compiled or executable. Security: any finding of
bandit or detect-secrets blocks a version there, so any finding fails here.
"""

from __future__ import annotations

import argparse
import configparser
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MAX_BYTES = 20_000_000  # the site takes 25 MB; bad connections take less
REQUIRED = (
    "name",
    "description",
    "version",
    "qgisMinimumVersion",
    "author",
    "email",
    "about",
    "tracker",
    "repository",
    "changelog",
    "license",
)
FORBIDDEN = {".pyc", ".so", ".dll", ".dylib", ".exe", ".pyd", ".a", ".o", ".bat", ".zip", ".whl", ".pth", ".pkl"}


def check_zip(path: Path) -> list[str]:
    """Return what the site would refuse, one sentence each."""
    found = []
    if path.stat().st_size > MAX_BYTES:
        found.append(f"the ZIP has {path.stat().st_size} bytes, more than {MAX_BYTES}")
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
        names = archive.namelist()
        tops = {name.split("/")[0] for name in names}
        if len(tops) != 1:
            return [*found, f"one top folder is due, found {sorted(tops)}"]
        top = tops.pop()
        if not top.isidentifier() or "plugin" in top.lower():
            found.append(f"the top folder {top!r} must be a Python identifier without 'plugin' in it")
        found += [
            f"{name} may not be in the ZIP"
            for name in names
            if Path(name).suffix in FORBIDDEN or any(p.startswith(".") or p == "__pycache__" for p in Path(name).parts)
        ]
        needed = ("metadata.txt", "__init__.py", "LICENSE")
        found += [f"{need} is missing" for need in needed if f"{top}/{need}" not in names]
        archive.extractall(folder)
        found += check_metadata(Path(folder) / top / "metadata.txt")
        found += security(Path(folder) / top)
    return found


def check_metadata(path: Path) -> list[str]:
    """Return what is missing or wrong in metadata.txt."""
    config = configparser.ConfigParser(interpolation=None)
    config.read(path, encoding="utf-8")
    general = config["general"]
    found = [f"metadata.txt: {key} is missing" for key in REQUIRED if not general.get(key, "").strip()]
    if "supportsqt6" in general:
        found.append("metadata.txt: supportsQt6 was removed before QGIS 4: leave it out")
    icon = general.get("icon", "")
    if not (path.parent / icon).is_file():
        found.append(f"metadata.txt: the icon {icon!r} is not there")
    return found


def security(folder: Path) -> list[str]:
    """Return the findings of bandit and detect-secrets in ``folder``, with their default rules."""
    command = [sys.executable, "-m", "bandit", "--quiet", "--recursive", "--format", "json", str(folder)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    answer = json.loads(result.stdout)
    found = [
        f"bandit {r['test_id']} {Path(r['filename']).relative_to(folder)}:{r['line_number']}: {r['issue_text']}"
        for r in answer["results"]
    ]
    found += [f"bandit could not read {e['filename']}: {e['reason']}" for e in answer["errors"]]
    command = [sys.executable, "-m", "detect_secrets", "scan", "--all-files", "."]
    result = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder)
    for name, secrets in json.loads(result.stdout)["results"].items():
        found += [f"detect-secrets {name}:{s['line_number']}: {s['type']}" for s in secrets]
    return found


def report(found: list[str]) -> int:
    """Print the findings; return the exit code."""
    for line in found:
        print(f"  {line}", file=sys.stderr)
    print(f"plugin rules: {len(found)} finding(s)" if found else "plugin rules: nothing found")
    return 1 if found else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("zip", nargs="?", type=Path)
    parser.add_argument("--sources", action="store_true", help="check what would be shipped from this checkout")
    options = parser.parse_args()
    if options.zip:
        return report(check_zip(options.zip))
    import package_plugin

    with tempfile.TemporaryDirectory() as folder:
        return report(check_zip(package_plugin.build(Path(folder) / "sources.zip")))


if __name__ == "__main__":
    sys.exit(main())
