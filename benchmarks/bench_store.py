# SPDX-License-Identifier: GPL-2.0-or-later
"""Reports into the workspace, beside ogr2ogr loading the same as GeoJSON into a GeoPackage, and beside the floor.

The floor is SQLite's own: the same values into one table without a key, index or trigger, in one transaction. Ours
starts from Report objects; ogr2ogr's time holds the start of the program and the reading of the GeoJSON.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import numpy as np
from sigma_communes.core.model import Columns, Report
from sigma_communes.core.store import Workspace


def reports(n: int) -> Iterator[Report]:
    """Give ``n`` reports spread over the metropolis."""
    chance = random.Random(1)
    for i in range(n):
        yield Report(
            "bench.csv",
            f"K{i:07d}",
            service_code="12",
            service_name="Graffitis, tags, affiches et autocollants",
            description=f"Something in the street that somebody saw, number {chance.randrange(n)}",
            status="open",
            raw_status="Open",
            lon=5.0 + chance.random() * 0.7,
            lat=43.2 + chance.random() * 0.5,
            address=f"{chance.randrange(200)} rue de la République, Marseille",
            requested_datetime=f"2025-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}T10:00:00+01:00",
            extra={"canal": "Android", "intervenant": "DPE"},
        )


def seconds(work: Callable[[], Any]) -> float:
    """Return the wall time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def floor(path: Path, rows: list[tuple[Any, ...]]) -> None:
    """Insert the rows as fast as SQLite can."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE t (a, b, c, d, e, f, g, h REAL, i REAL, j, k, l)")
    with connection:
        connection.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    connection.close()


def main() -> None:
    """Measure, and print a table or one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=3, help="the best of so many runs counts")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    data = list(reports(arguments.reports))
    best: dict[str, float] = {}

    def keep(name: str, value: float) -> None:
        best[name] = min(value, best.get(name, value))

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fields = [
            {key: value for key, value in vars(report).items() if key not in ("lon", "lat", "extra")}
            | dict(report.extra)
            for report in data
        ]
        (folder / "reports.geojson").write_text(
            json.dumps(
                {
                    "type": "FeatureCollection",
                    "features": [
                        {
                            "type": "Feature",
                            "properties": properties,
                            "geometry": {"type": "Point", "coordinates": [report.lon, report.lat]},
                        }
                        for properties, report in zip(fields, data)
                    ],
                }
            )
        )
        rows = [
            (r.source, r.service_request_id, r.service_code, r.service_name, r.description, r.status, r.raw_status,
             r.lon, r.lat, r.address, r.requested_datetime, json.dumps(dict(r.extra)))
            for r in data
        ]  # fmt: skip
        for turn in range(arguments.repeat):
            with Workspace.open(folder / f"{turn}.gpkg") as ws:
                keep("add", seconds(lambda ws=ws: ws.add_reports(data)))
                keep("add_again", seconds(lambda ws=ws: ws.add_reports(data)))
                keep("read", seconds(ws.read_incidents))
                triage: Columns = ws.read_incidents()
                triage["insee"] = np.full(len(data), "13055", dtype=object)
                triage["class"] = np.full(len(data), "graffiti", dtype=object)
                keep("triage", seconds(lambda ws=ws, triage=triage: ws.write_triage(triage)))
            if shutil.which("ogr2ogr"):
                command = ["ogr2ogr", "-f", "GPKG", str(folder / f"ogr{turn}.gpkg"), str(folder / "reports.geojson")]
                keep("ogr2ogr", seconds(lambda command=command: subprocess.run(command, check=True)))
            keep("floor", seconds(lambda turn=turn: floor(folder / f"floor{turn}.db", rows)))
    result: dict[str, Any] = {"reports": len(data), **{name: round(value, 3) for name, value in best.items()}}
    result["ratio_to_floor"] = round(best["add"] / best["floor"], 2)
    if "ogr2ogr" in best:
        result["ratio_to_ogr2ogr"] = round(best["add"] / best["ogr2ogr"], 2)
    if arguments.json:
        print(json.dumps(result))
        return
    print(f"{len(data):,} reports, best of {arguments.repeat}, seconds")
    for label, key in (
        ("into a new workspace", "add"),
        ("ogr2ogr, GeoJSON to GeoPackage", "ogr2ogr"),
        ("floor: one bare SQLite table", "floor"),
        ("the same reports again (unchanged)", "add_again"),
        ("class and place of all", "triage"),
        ("read all incidents", "read"),
    ):
        print(f"  {label:36} {best[key]:7.2f}" if key in best else f"  {label:36} not installed")
    print(f"  ours ÷ ogr2ogr {result.get('ratio_to_ogr2ogr', '-')}, ours ÷ floor {result['ratio_to_floor']}")


if __name__ == "__main__":
    main()
