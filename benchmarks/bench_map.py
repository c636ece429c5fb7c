# SPDX-License-Identifier: GPL-2.0-or-later
"""The map of many reports, drawn by QGIS: our clusters and symbols beside a plain layer of the same points.

Run it with the environment that has QGIS: ``.venv-qgis/bin/python benchmarks/bench_map.py [--reports N] [--json]``. The
pictures are drawn in turn, and the medians compared: all communes on one screen, a city, and a district.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsMarkerSymbol,
    QgsPointClusterRenderer,
    QgsProject,
    QgsRectangle,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from sigma_communes.core import taxonomy, territory
from sigma_communes.core.demo import render_reports
from sigma_communes.core.jobs import run
from sigma_communes.plugin.map import layers
from sigma_communes.plugin.reports import states

VIEWS = {
    "92 communes": QgsRectangle(4.75, 43.15, 5.82, 43.78),
    "Marseille": QgsRectangle(5.28, 43.21, 5.50, 43.36),
    "a district": QgsRectangle(5.37, 43.285, 5.40, 43.305),
}
PLAIN = "a plain layer"


def drawn(layer: QgsVectorLayer, extent: QgsRectangle) -> float:
    """Draw one layer; return seconds."""
    view = QgsMapSettings()
    view.setLayers([layer])
    view.setExtent(extent)
    view.setOutputSize(QSize(1400, 900))
    view.setDestinationCrs(layer.crs())
    job = QgsMapRendererSequentialJob(view)
    start = time.perf_counter()
    job.start()
    job.waitForFinished()
    return time.perf_counter() - start


def renderers(shown: layers.WorkspaceLayers) -> dict[str, object]:
    """Return what is compared; the plain layer and the plain clusters are QGIS' own defaults."""
    dot = {"name": "circle", "size": "2"}
    plain_clusters = QgsPointClusterRenderer()
    plain_clusters.setTolerance(8)
    return {
        PLAIN: QgsSingleSymbolRenderer(QgsMarkerSymbol.createSimple(dot)),
        "ours, grouped from afar": shown.clusters(shown.class_rules()),
        "ours, up to 5,000 reports": shown.clusters(shown.class_renderer()),
        "QGIS' own clusters": plain_clusters,
        "ours, by class": shown.class_renderer(),
        "ours, heat map": layers.heat_map(),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    application = QgsApplication([], True)
    application.initQgis()
    with tempfile.TemporaryDirectory() as folder:
        reports = render_reports(Path(folder) / "reports.csv", territory=territory.load(), n=options.reports)
        path = run.run(reports=[reports], out=Path(folder)).workspace
        project = QgsProject()
        shown = layers.WorkspaceLayers(path, taxonomy.load(), states.load(), {})
        shown.add_to(project, ())
        layer = layers.find(project, "incident", path)
        result: dict[str, dict[str, float]] = {}
        for view, extent in VIEWS.items():
            times: dict[str, list[float]] = {}
            for _ in range(options.repeats):
                for name, renderer in renderers(shown).items():
                    layer.setRenderer(renderer)
                    times.setdefault(name, []).append(drawn(layer, extent))
            medians = {name: statistics.median(values) for name, values in times.items()}
            result[view] = {name: round(value / medians[PLAIN], 2) for name, value in medians.items()}
            if not options.json:
                print(f"{view}: of {options.reports:,} reports")
                for name, value in medians.items():
                    print(f"  {name:<26}{1000 * value:8.0f} ms   {value / medians[PLAIN]:6.2f} x {PLAIN}")
        project.clear()
    print(json.dumps({"reports": options.reports, "ratio_to_plain": result}))
    sys.stdout.flush()
    os._exit(0)  # PyQGIS may crash at exit after its work is done


if __name__ == "__main__":
    main()
