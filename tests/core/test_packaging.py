# SPDX-License-Identifier: GPL-2.0-or-later
"""What is shipped is all there is: packages of the wheel, versions that agree."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from sigma_communes.core.jobs import run

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_the_wheel_lists_every_package() -> None:
    found = {"sigma_communes", "sigma_communes.resources"}
    for room in ("core", "plugin"):
        for init in (ROOT / room).rglob("__init__.py"):
            found.add(".".join(["sigma_communes", *init.parent.relative_to(ROOT).parts]))
    listed = re.search(r"^packages = \[(.*?)^\]", PYPROJECT, flags=re.S | re.M)
    assert listed is not None
    assert set(re.findall(r'"([\w.]+)"', listed[1])) == found


def test_the_version_is_said_once_in_each_file_and_agrees() -> None:
    wheel = re.search(r'^version = "(.+)"', PYPROJECT, flags=re.M)
    plugin = re.search(r"^version=(.+)", (ROOT / "metadata.txt").read_text(encoding="utf-8"), flags=re.M)
    assert wheel is not None and plugin is not None
    assert wheel[1] == plugin[1] == run.VERSION


def test_what_the_plugin_installs_is_that_of_the_lock() -> None:
    tool = Path(__file__).parents[2] / "tools" / "runtime_lock.py"
    done = subprocess.run([sys.executable, str(tool), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
