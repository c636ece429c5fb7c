# SPDX-License-Identifier: GPL-2.0-or-later
"""What the plugin adds to the start of QGIS: its import, its provider, its screens; against 50 ms.

Run it with the environment that has QGIS: ``.venv-qgis/bin/python benchmarks/bench_plugin_start.py [--json]``. Each
trial is a Python of its own, in which QGIS and Processing are started before the clock; the least of the trials counts.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIMIT_MS = 50.0
HEAVY = ("numpy", "shapely", "requests", "lxml", "PIL", "onnxruntime", "cv2", "jinja2", "yaml", "pyogrio")

TRIAL = """
import json, sys, time
from unittest.mock import MagicMock
from qgis.core import QgsApplication
from qgis.gui import QgsMessageBar
from qgis.PyQt.QtWidgets import QMainWindow
app = QgsApplication([], True)
app.initQgis()
sys.path.append("/usr/share/qgis/python/plugins")
from processing.core.Processing import Processing
Processing.initialize()
for name in ("qgis.utils", "processing"):
    __import__(name)
window = QMainWindow()
iface = MagicMock()
iface.mainWindow.return_value = window
iface.messageBar.return_value = QgsMessageBar()
before = set(sys.modules)
start = time.perf_counter()
import sigma_communes
plugin = sigma_communes.classFactory(iface)
imported = time.perf_counter()
plugin.initGui()
end = time.perf_counter()
new = set(sys.modules) - before
print(json.dumps({{"import_ms": 1000 * (imported - start), "init_ms": 1000 * (end - imported),
                  "heavy": sorted(n for n in {heavy!r} if n in new), "modules": len(new)}}))
sys.stdout.flush()
import os
os._exit(0)
"""


def trial() -> dict[str, object]:
    """Start the plugin once, in a Python of its own."""
    code = TRIAL.format(heavy=HEAVY)
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        raise SystemExit(done.stderr)
    return json.loads(lines[-1])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--trials", type=int, default=5)
    options = parser.parse_args()
    trials = [trial() for _ in range(options.trials)]
    best = min(trials, key=lambda t: t["import_ms"] + t["init_ms"])
    total = best["import_ms"] + best["init_ms"]
    result = {**{k: round(v, 1) if isinstance(v, float) else v for k, v in best.items()}, "total_ms": round(total, 1)}
    result["limit_ms"] = LIMIT_MS
    print(json.dumps(result) if options.json else "\n".join(f"{key}: {value}" for key, value in result.items()))
    return 0 if total <= LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
