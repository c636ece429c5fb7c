# SPDX-License-Identifier: GPL-2.0-or-later
"""The commune of a million points: ours beside geopandas, QGIS and DuckDB, with the answers compared.

Ours starts from two arrays of numbers and gives commune, ambiguity, outside and water. The peers get their points as
geometries, made before the clock starts, and give the commune alone. All runs take turns in one process (QGIS and
DuckDB in their own); the figure is the median.

    ./dev bench locate [--json] [--points N] [--repeats N] [--fast]

The last line is one JSON object: ``ratio_to_geopandas`` is our time over geopandas' (aim: 0.05 at most), ``identical``
whether every peer gave the same commune for every point.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import shapely
from numpy.typing import NDArray
from sigma_communes.core import territory

HERE = Path(__file__).resolve().parent
AIM = 0.05


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--json", action="store_true", help="print only the line of JSON")
    parser.add_argument("--fast", action="store_true", help="leave QGIS and DuckDB out")
    parser.add_argument("--qgis-python", default="/usr/bin/python3", help="a python that can import qgis")
    parser.add_argument("--duckdb-python", default=sys.executable, help="a python with duckdb (and duckdb-ext-spatial)")
    arguments = parser.parse_args()

    def say(text: str) -> None:
        if not arguments.json:
            print(text, flush=True)

    communes = territory.load()
    lon, lat = points_over(communes, arguments.points)
    say(f"{len(lon):,} points at random over the box of {len(communes)} communes; {platform.processor() or 'cpu'}")

    builds = []
    for _ in range(arguments.repeats):
        fresh = replace(communes)
        start = time.perf_counter()
        _ = fresh.grid
        builds.append(time.perf_counter() - start)
    plain = replace(communes, accuracy_m=0.0)
    _ = communes.grid, plain.grid

    frame = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(lon, lat), crs="EPSG:4326")
    polygons = geopandas.GeoDataFrame(geometry=communes.geometries, crs="EPSG:4326")
    runs: dict[str, Callable[[], Any]] = {
        "ours": lambda: communes.locate(lon, lat),
        "ours without ambiguity": lambda: plain.locate(lon, lat),
        "geopandas": lambda: geopandas.sjoin(frame, polygons, how="inner", predicate="intersects"),
    }
    times: dict[str, list[float]] = {name: [] for name in runs}
    answers: dict[str, Any] = {}
    for _ in range(arguments.repeats):
        for name, run in runs.items():
            start = time.perf_counter()
            answers[name] = run()
            times[name].append(time.perf_counter() - start)
    located = answers["ours"]
    joined = answers["geopandas"]
    found = {
        "ours without ambiguity": answers["ours without ambiguity"].commune,
        "geopandas": lowest(joined.index.to_numpy(), joined["index_right"].to_numpy(), len(lon)),
    }
    missing: dict[str, str] = {}
    if not arguments.fast:
        with tempfile.TemporaryDirectory() as folder:
            write_inputs(Path(folder), communes, lon, lat)
            for name, python in (("qgis", arguments.qgis_python), ("duckdb", arguments.duckdb_python)):
                answer = peer(name, python, Path(folder), arguments.repeats)
                if isinstance(answer, str):
                    missing[name] = answer
                else:
                    times[name], pairs = answer
                    found[name] = lowest(pairs[0], pairs[1], len(lon))

    same = {name: bool(np.array_equal(commune, located.commune)) for name, commune in found.items()}
    median = {name: statistics.median(values) for name, values in times.items()}
    say(
        f"index: built in {statistics.median(builds):.3f} s and kept with the map; the map has "
        f"{territory.shipped_map().stat().st_size:,} bytes"
    )
    for name, seconds in median.items():
        spread = f"{min(times[name]):.3f} to {max(times[name]):.3f}, {len(times[name])} runs"
        agreement = "" if name == "ours" else ", same answers" if same[name] else ", OTHER ANSWERS"
        say(f"{name:>24}: {seconds:8.3f} s  ({spread}){agreement}")
    for name, reason in missing.items():
        say(f"{name:>24}: not available: {reason}")
    say(
        f"ambiguous {located.ambiguous.mean():.2%}, outside {located.outside.mean():.2%}, water "
        f"{located.water.mean():.2%}; our time includes all three"
    )
    ratio = median["ours"] / median["geopandas"]
    say(f"ours / geopandas = {ratio:.4f} (aim: at most {AIM})")
    print(
        json.dumps(
            {
                "benchmark": "locate",
                "points": len(lon),
                "communes": len(communes),
                "ratio_to_geopandas": round(ratio, 5),
                "ratio_without_ambiguity": round(median["ours without ambiguity"] / median["geopandas"], 5),
                "identical": all(same.values()),
                "same_answers": same,
                "seconds": {name: round(value, 4) for name, value in median.items()},
                "index_build_seconds": round(statistics.median(builds), 4),
                "not_available": missing,
            }
        )
    )
    return 0


def points_over(communes: territory.Territory, n: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return random points over the map's box, the map's own corners among them (ties)."""
    rng = np.random.default_rng(20260101)
    corners = np.unique(shapely.get_coordinates(communes.geometries), axis=0)[: n // 10]
    west, south, east, north = shapely.total_bounds(communes.geometries)
    rest = rng.uniform([west, south], [east, north], (n - len(corners), 2))
    x, y = rng.permutation(np.concatenate([rest, corners])).T
    return np.ascontiguousarray(x), np.ascontiguousarray(y)


def lowest(point: NDArray[Any], commune: NDArray[Any], n: int) -> NDArray[Any]:
    """Reduce pairs by the tie rule: of the communes that intersect a point the lowest, -1 for none."""
    out = np.full(n, np.iinfo(np.int64).max)
    np.minimum.at(out, point, commune)
    return np.where(out == np.iinfo(np.int64).max, -1, out)


def write_inputs(folder: Path, communes: territory.Territory, lon: NDArray[Any], lat: NDArray[Any]) -> None:
    """Write what the peers read: points and communes as GeoPackage and as numpy."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        number = np.arange(len(lon))
        geopandas.GeoDataFrame({"point": number}, geometry=geopandas.points_from_xy(lon, lat), crs="EPSG:4326").to_file(
            folder / "points.gpkg", engine="pyogrio"
        )
        geopandas.GeoDataFrame(
            {"commune": np.arange(len(communes))}, geometry=communes.geometries, crs="EPSG:4326"
        ).to_file(folder / "communes.gpkg", engine="pyogrio")
    np.save(folder / "points.npy", np.column_stack([lon, lat]))
    (folder / "communes.json").write_text(json.dumps([shapely.to_wkb(g, hex=True) for g in communes.geometries]))


def peer(name: str, python: str, folder: Path, repeats: int) -> str | tuple[list[float], NDArray[Any]]:
    """Run a peer's script; return its times and its pairs (point, commune), or why it is not available."""
    command = [python, str(HERE / "peers" / f"locate_{name}.py"), str(folder), str(repeats)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=1800)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    pairs = folder / f"{name}.npy"
    # QGIS may crash at exit after its work is done: what counts is what it wrote.
    if not pairs.exists():
        lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        return lines[-1].strip() if lines else f"exit code {done.returncode}"
    times = json.loads((folder / f"{name}.json").read_text())
    return times, np.load(pairs)


if __name__ == "__main__":
    sys.exit(main())
