# SPDX-License-Identifier: GPL-2.0-or-later
"""The backlog's list over many reports: opening, a filter at each typed letter, selection; beside its limits.

The list without a screen: what the model does for each key, drawing excluded.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sigma_communes.core import taxonomy, territory, workflow
from sigma_communes.core.demo import render_reports
from sigma_communes.core.feedback import SILENT
from sigma_communes.plugin.docks.backlog_index import BacklogIndex, Filter

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
        index = BacklogIndex.build(path, names, SILENT)
        index.values()
        listed = time.perf_counter()
        index.page(index.rows(Filter())[:128])
        shown = time.perf_counter()
        index.searchable(60)
        times.append(((listed - start) * 1000, (time.perf_counter() - start) * 1000, (shown - listed) * 1000))
        index.close()
    listed_ms, searchable_ms, page_ms = (statistics.median(values) for values in zip(*times))
    return listed_ms, searchable_ms, page_ms


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--workspace", type=Path, help="an existing workspace instead of a drawn one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.workspace
        if path is None:
            reports = render_reports(Path(folder) / "reports.csv", territory=territory.load(), n=options.reports)
            path = workflow.run(reports=[reports], out=Path(folder)).workspace
        names = {entry.id: entry.fr for entry in taxonomy.load().classes}
        shown, searched, page = opened(path, names)
        index = BacklogIndex.build(path, names, SILENT)
        index.searchable(60)
        print(f"{index.total:,} reports")
        print(f"  {'listed and counted, in a thread':<40}{shown:7.1f} ms   limit 300 ms")
        print(f"  {'first page':<40}{page:7.1f} ms   limit 50 ms")
        print(f"  {'words searchable, in another thread':<40}{searched:7.1f} ms")
        worst = 0.0
        for end in range(1, len(TYPED) + 1):
            worst = max(worst, timed(lambda end=end: index.page(index.rows(Filter(text=TYPED[:end]))[:100])))
        every = [
            ("each letter of a text typed, the worst", worst),
            ("a letter that most reports have", timed(lambda: index.rows(Filter(text="a")))),
            ("state and class", timed(lambda: index.rows(Filter(states=("received",), classes=("graffiti", "waste"))))),
            ("extent", timed(lambda: index.rows(Filter(extent=(5.3, 43.2, 5.5, 43.4))))),
            ("all", timed(lambda: index.rows(Filter()))),
        ]
        for name, value in every:
            print(f"  {name:<40}{value:7.1f} ms   limit 50 ms")
        fids = [row.fid for row in index.page(range(1, 1001))]
        selection = timed(lambda: index.rows_of(fids))
        print(f"  {'1,000 selected on the map':<40}{selection:7.1f} ms   limit 100 ms")
        index.close()
    return int(max(page, *(value for _, value in every)) > 50 or selection > 100 or shown > 300)


if __name__ == "__main__":
    sys.exit(main())
