# SPDX-License-Identifier: GPL-2.0-or-later
"""QGIS' native:joinattributesbylocation on layers in memory; run by bench_locate.py with a python that has qgis."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import numpy as np
from qgis.core import QgsApplication, QgsFeatureRequest, QgsVectorLayer

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def main() -> None:
    folder, repeats = Path(sys.argv[1]), min(3, int(sys.argv[2]))
    application = QgsApplication([], False)
    application.initQgis()
    sys.path.append(str(Path(QgsApplication.pkgDataPath()) / "python" / "plugins"))
    import processing
    from processing.core.Processing import Processing

    Processing.initialize()
    points = QgsVectorLayer(str(folder / "points.gpkg"), "points", "ogr").materialize(QgsFeatureRequest())
    communes = QgsVectorLayer(str(folder / "communes.gpkg"), "communes", "ogr").materialize(QgsFeatureRequest())
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        result = processing.run(
            "native:joinattributesbylocation",
            {
                "INPUT": points,
                "JOIN": communes,
                "PREDICATE": [0],
                "JOIN_FIELDS": ["commune"],
                "METHOD": 0,
                "DISCARD_NONMATCHING": True,
                "PREFIX": "",
                "OUTPUT": "TEMPORARY_OUTPUT",
            },
        )["OUTPUT"]
        times.append(time.perf_counter() - start)
    request = QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry)
    pairs = np.array([(f["point"], f["commune"]) for f in result.getFeatures(request)], dtype=np.int64).T
    (folder / "qgis.json").write_text(json.dumps(times))
    np.save(folder / "qgis.npy", pairs)


main()
