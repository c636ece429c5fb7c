# SPDX-License-Identifier: GPL-2.0-or-later
"""What Processing adds to the core: the same job as an algorithm of the toolbox and as the core function it calls.

Run it with the environment that has QGIS: ``.venv-qgis/bin/python benchmarks/bench_algorithms.py [--reports N]``. Both
sides read the same file and write the same kind of file, in turn; ``cpu`` counts processor time of the process.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback

LIMIT = 1.10


def timed(call: Callable[[], Any]) -> tuple[float, float]:
    """Return wall and processor seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    call()
    return time.perf_counter() - wall, time.process_time() - cpu


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=20_000)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    application = QgsApplication([], True)
    application.initQgis()
    sys.path.append("/usr/share/qgis/python/plugins")
    import processing
    from processing.core.Processing import Processing

    Processing.initialize()
    from sigma_communes.core import territory
    from sigma_communes.core.demo import render_reports
    from sigma_communes.core.jobs import files, overview, run
    from sigma_communes.plugin.processing.provider import SigmaProvider

    provider = SigmaProvider()
    QgsApplication.processingRegistry().addProvider(provider)

    def algorithm(name: str, **parameters: Any) -> Any:
        return processing.run(
            f"sigma_communes:{name}", parameters, context=QgsProcessingContext(), feedback=QgsProcessingFeedback()
        )

    result = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        reports = render_reports(folder / "reports.csv", territory=territory.load(), n=options.reports)
        points = folder / "points.gpkg"
        algorithm("read_reports", FILE=str(reports), OUTPUT=str(points))
        made = run.run(reports=[reports], out=folder / "made").workspace
        jobs: dict[str, tuple[Callable[[int], Any], Callable[[int], Any]]] = {
            "run": (
                lambda i: run.run(reports=[reports], out=folder / f"core{i}"),
                lambda i: algorithm("run", REPORTS=[str(reports)], OUT=str(folder / f"alg{i}")),
            ),
            "bulletin": (
                lambda i: overview.bulletin_of(made, folder / f"core{i}.html"),
                lambda i: algorithm("bulletin", WORKSPACE=str(made), INSEE="", BULLETIN=str(folder / f"alg{i}.html")),
            ),
            "locate": (
                lambda i: files.locate_file(points, folder / f"core{i}.gpkg"),
                lambda i: algorithm("locate", INPUT=str(points), OUTPUT=str(folder / f"alg{i}.gpkg")),
            ),
        }
        for job, (core, ours) in jobs.items():
            pairs = [(timed(lambda i=i, f=core: f(i)), timed(lambda i=i, f=ours: f(i))) for i in range(options.repeats)]
            wall = statistics.median(b[0] / a[0] for a, b in pairs)
            cpu = statistics.median(b[1] / a[1] for a, b in pairs)
            result[job] = {"wall": round(wall, 2), "cpu": round(cpu, 2)}
            seconds = statistics.median(a[0] for a, _ in pairs)
            print(
                f"{job:<10} core {seconds:6.2f} s   algorithm / core: wall {wall:5.2f}, cpu {cpu:5.2f}   limit {LIMIT}"
            )
    print(json.dumps({"reports": options.reports, "ratio_to_core": result, "limit": LIMIT}))
    sys.stdout.flush()
    os._exit(0)  # PyQGIS may crash at exit after its work is done


if __name__ == "__main__":
    main()
