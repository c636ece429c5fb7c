# SPDX-License-Identifier: GPL-2.0-or-later
"""DuckDB's spatial join; run by bench_locate.py with a python that has duckdb and, off line, duckdb-ext-spatial."""

from __future__ import annotations

import json
import sys
import sysconfig
import time
from pathlib import Path

import duckdb
import numpy as np


def main() -> None:
    folder, repeats = Path(sys.argv[1]), int(sys.argv[2])
    connection = duckdb.connect()
    wheel = Path(sysconfig.get_paths()["platlib"]) / "duckdb_ext" / "extensions" / f"v{duckdb.__version__}"
    extension = next(wheel.rglob("spatial.duckdb_extension"), None)
    try:
        if extension is None:
            connection.execute("INSTALL spatial")
        connection.load_extension(str(extension or "spatial"))
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        sys.exit(f"{first} (off line: give --duckdb-python an environment with the wheel duckdb-ext-spatial)")
    xy = np.load(folder / "points.npy")
    numbers = {"point": np.arange(len(xy)), "x": xy[:, 0].copy(), "y": xy[:, 1].copy()}
    connection.execute("CREATE TABLE points AS SELECT point, ST_Point(x, y) AS geom FROM numbers")
    connection.execute("CREATE TABLE communes (commune BIGINT, geom GEOMETRY)")
    for i, wkb in enumerate(json.loads((folder / "communes.json").read_text())):
        connection.execute("INSERT INTO communes VALUES (?, ST_GeomFromHEXWKB(?))", [i, wkb])
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        connection.execute(
            "CREATE OR REPLACE TABLE pairs AS SELECT point, commune FROM points JOIN communes "
            "ON ST_Intersects(communes.geom, points.geom)"
        )
        times.append(time.perf_counter() - start)
    pairs = connection.execute("SELECT point, commune FROM pairs").fetchnumpy()
    (folder / "duckdb.json").write_text(json.dumps(times))
    np.save(folder / "duckdb.npy", np.stack([pairs["point"], pairs["commune"]]))
    del numbers


main()
