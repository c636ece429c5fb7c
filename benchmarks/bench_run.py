# SPDX-License-Identifier: GPL-2.0-or-later
"""The main job on 10,000 reports without photos: time, memory, start-up; beside ogr2ogr, which only copies them.

    ./dev bench run [--json] [--reports FILE] [--repeats 5]

Each figure is of a process of its own, so start-up and imports are in it. The limit for the whole is 10 s, for the
import of the package 0.3 s.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def timed(command: list[str]) -> tuple[float, float]:
    """Run a command; return its wall time in seconds and its peak memory in MB."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit(f"failed: {command}")
    return seconds, usage.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--reports", type=Path, help="default: 10,000 reports drawn over the communes")
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        reports = options.reports or _drawn(home / "reports.csv")
        commands = {
            "python": [sys.executable, "-c", "pass"],
            "import": [sys.executable, "-c", "import sigma_communes.core.cli"],
            "run": [
                sys.executable,
                "-m",
                "sigma_communes.core.cli",
                "run",
                "--reports",
                str(reports),
                "--json",
                "--out",
                "",
            ],
        }
        if shutil.which("ogr2ogr"):
            options_csv = ["-oo", "X_POSSIBLE_NAMES=lon", "-oo", "Y_POSSIBLE_NAMES=lat", "-a_srs", "EPSG:4326"]
            commands["ogr2ogr"] = ["ogr2ogr", "-f", "GPKG", "", str(reports), *options_csv]
        figures: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for turn in range(options.repeats):
            for name, command in commands.items():
                target = str(home / f"{name}-{turn}") + (".gpkg" if name == "ogr2ogr" else "")
                figures[name].append(timed([part or target for part in command]))
        result: dict[str, float | None] = {}
        for name, runs in figures.items():
            seconds = statistics.median(s for s, _ in runs)
            memory = max(m for _, m in runs)
            result[f"{name}_s"], result[f"{name}_mb"] = round(seconds, 3), round(memory, 1)
            if not options.json:
                print(f"{name:8} {seconds:7.3f} s   {memory:6.0f} MB peak")
        result["import_over_python_s"] = round(result["import_s"] - result["python_s"], 3)
        result["ratio_run_to_limit"] = round(result["run_s"] / 10, 3)
        result["ratio_import_to_limit"] = round(result["import_over_python_s"] / 0.3, 3)
        result["ratio_run_to_ogr2ogr"] = (
            round(result["run_s"] / result["ogr2ogr_s"], 2) if "ogr2ogr_s" in result else None
        )
        print(json.dumps(result))


def _drawn(path: Path) -> Path:
    # In a process of its own: the peak of a child is never told smaller than its parent was.
    code = "import sys; from sigma_communes.core import demo, territory; "
    code += "demo.render_reports(sys.argv[1], n=10_000, territory=territory.load())"
    subprocess.run([sys.executable, "-c", code, str(path)], check=True)
    return path


if __name__ == "__main__":
    main()
