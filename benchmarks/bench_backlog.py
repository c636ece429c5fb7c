# SPDX-License-Identifier: GPL-2.0-or-later
"""The backlog's list over many reports: opening, a filter at each typed letter, selection; beside its limits.

The list without a screen: what the model does for each key, drawing excluded. Beside it the table of attributes of QGIS
on the same file (Debian's python3 alone can import it; else the peer is left out): its model and its filter, until the
first page is there.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sigma_communes.core import taxonomy, territory
from sigma_communes.core.demo import render_reports
from sigma_communes.core.feedback import SILENT
from sigma_communes.core.jobs import run
from sigma_communes.core.store.file.reading import reading
from sigma_communes.core.store.listing import BacklogIndex, Filter, values_of

TYPED = "trou rue république"


def timed(call: Callable[[], object], repeat: int = 5) -> float:
    """Return the median in milliseconds."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def opened(path: Path, names: dict[str, str]) -> tuple[float, float, float]:
    """Return milliseconds until the list is there, until its words can be searched too, and of its first page."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        index = BacklogIndex.build(path, names, SILENT, "Ada")
        listed = time.perf_counter()
        index.page(index.rows(Filter())[:128])
        shown = time.perf_counter()
        index.searchable(60)
        times.append(((listed - start) * 1000, (time.perf_counter() - start) * 1000, (shown - listed) * 1000))
        index.close()
    listed_ms, searchable_ms, page_ms = (statistics.median(values) for values in zip(*times))
    return listed_ms, searchable_ms, page_ms


def attribute_table(path: Path) -> tuple[float, float]:
    """Return milliseconds until QGIS' own table of the same reports shows its first page, and of a text filter."""
    from qgis.core import QgsApplication, QgsFeatureRequest, QgsVectorLayer, QgsVectorLayerCache
    from qgis.gui import QgsAttributeTableFilterModel, QgsAttributeTableModel, QgsMapCanvas
    from qgis.PyQt.QtCore import Qt

    application = QgsApplication([], True)
    application.initQgis()
    canvas = QgsMapCanvas()
    opened_in, filtered_in = [], []
    for _ in range(3):
        layer = QgsVectorLayer(f"{path}|layername=incident", "incident", "ogr")
        start = time.perf_counter()
        cache = QgsVectorLayerCache(layer, layer.featureCount())
        model = QgsAttributeTableModel(cache)
        model.setRequest(QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry))
        model.loadLayer()
        shown = QgsAttributeTableFilterModel(canvas, model)
        for row in range(min(128, shown.rowCount())):
            shown.data(shown.index(row, 1), Qt.ItemDataRole.DisplayRole)
        opened_in.append((time.perf_counter() - start) * 1000)
        start = time.perf_counter()
        found = QgsFeatureRequest().setFilterExpression("\"commune\" ILIKE '%mar%' OR \"class\" ILIKE '%mar%'")
        found.setFlags(QgsFeatureRequest.Flag.NoGeometry)
        shown.setFilteredFeatures([feature.id() for feature in cache.getFeatures(found)])
        shown.setFilterMode(QgsAttributeTableFilterModel.FilterMode.ShowFilteredList)
        filtered_in.append((time.perf_counter() - start) * 1000)
        del shown, model, cache, layer
    return statistics.median(opened_in), statistics.median(filtered_in)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--workspace", type=Path, help="an existing workspace instead of a drawn one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.workspace
        if path is None:
            reports = render_reports(Path(folder) / "reports.csv", territory=territory.load(), n=options.reports)
            path = run.run(reports=[reports], out=Path(folder)).workspace
        names = {entry.id: entry.fr for entry in taxonomy.load().classes}
        shown, searched, page = opened(path, names)
        index = BacklogIndex.build(path, names, SILENT)
        index.searchable(60)
        print(f"{index.total:,} reports")
        with reading(path) as workspace:
            counted = timed(lambda: values_of(workspace))
        print(f"  {'listed, in a thread':<40}{shown:7.1f} ms   limit 300 ms")
        print(f"  {'first page':<40}{page:7.1f} ms   limit 50 ms")
        print(f"  {'counted for the filters, in a thread':<40}{counted:7.1f} ms")
        print(f"  {'words searchable, in another thread':<40}{searched:7.1f} ms")
        worst = 0.0
        for end in range(1, len(TYPED) + 1):
            worst = max(worst, timed(lambda end=end: index.page(index.rows(Filter(text=TYPED[:end]))[:100])))
        every = [
            ("each letter of a text typed, the worst", worst),
            ("a letter that most reports have", timed(lambda: index.rows(Filter(text="a")))),
            ("state and class", timed(lambda: index.rows(Filter(states=("received",), classes=("graffiti", "waste"))))),
            ("quartier", timed(lambda: index.rows(Filter(quartiers=("Endoume",))))),
            ("mine and conflicts", timed(lambda: index.rows(Filter(mine=True, conflicts=True)))),
            ("extent", timed(lambda: index.rows(Filter(extent=(5.3, 43.2, 5.5, 43.4))))),
            ("all", timed(lambda: index.rows(Filter()))),
        ]
        for name, value in every:
            print(f"  {name:<40}{value:7.1f} ms   limit 50 ms")
        fids = [row.fid for row in index.page(range(1, 1001))]
        selection = timed(lambda: index.rows_of(fids))
        print(f"  {'1,000 selected on the map':<40}{selection:7.1f} ms   limit 100 ms")
        index.close()
        figures = {
            "reports": index.total, "listed_ms": round(shown), "searchable_ms": round(searched),
            "worst_filter_ms": round(max(value for _, value in every), 1), "selection_ms": round(selection, 1),
        }  # fmt: skip
        try:
            table, filtered = attribute_table(path)
        except ImportError:
            print("  no QGIS here: its table of attributes is not measured")
        else:
            ratio = table / (shown + page)
            print(f"  {'QGIS table of attributes, first page':<40}{table:7.1f} ms   {ratio:.1f} x ours")
            print(f"  {'QGIS table of attributes, filter':<40}{filtered:7.1f} ms   {filtered / worst:.1f} x ours")
            figures.update(qgis_table_ms=round(table), qgis_filter_ms=round(filtered))
        print(json.dumps(figures))
    return int(max(page, *(value for _, value in every)) > 50 or selection > 100 or shown > 300)


if __name__ == "__main__":
    sys.exit(main())
