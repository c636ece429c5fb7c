# SPDX-License-Identifier: GPL-2.0-or-later
"""Sensors: a pull beside downloading and decoding the same bodies; rules beside the same windows in DuckDB; a curve.

DuckDB reads the workspace's own table through its sqlite extension (package duckdb-ext-sqlite of the same version, or a
path in ``SIGMA_DUCKDB_SQLITE``); where it can't be had, that part says so and is left out. Both give the same
episodes, or the script ends with an error.
"""

from __future__ import annotations

import argparse
import glob
import http.server
import json
import os
import resource
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Optional

import numpy as np
from sigma_communes.core import taxonomy, transport
from sigma_communes.core.base import checked_yaml
from sigma_communes.core.sensors.check import Neighbours, find
from sigma_communes.core.sensors.pull import pull
from sigma_communes.core.sensors.rules import Rule, RuleFile
from sigma_communes.core.sensors.sensorthings import SensorThings
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.sensors import (
    DAY_MS,
    Described,
    add_observations,
    fold,
    put_sensors,
    read_curve,
    sensors,
)

START = 1_767_225_600_000  # 2026-01-01
STEP = 300_000
PAGE = 10_000
RULES = """
version: "1"
rules:
  - {id: full, observes: [p0], when: {above: 90, clear: 60}, for: 1 h, COMMON}
  - {id: water, observes: [p1], when: {above: 80, clear: 75}, for: 10 min, COMMON}
  - {id: noise, observes: [p2], when: {above: 85, clear: 70}, for: 30 min, COMMON}
  - {id: taken, observes: [p3], when: {above: 95}, COMMON}
  - {id: dry, observes: [p4], when: {below: 12, clear: 25}, for: 6 h, COMMON}
  - {id: dark, observes: [p5], when: {below: 5, clear: 10}, for: 45 min, COMMON}
"""
COMMON = "title: {fr: a, en: b}, text: {fr: a, en: b}, unit: '%', gap: 2 h, rest: 1 h, class: waste"


def seconds(work: Callable[[], Any]) -> float:
    """Return the wall time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def walk(chance: np.random.Generator, n: int) -> np.ndarray:
    """Return ``n`` values from 0 to 100 that wander, as levels do, with one decimal."""
    slow = 45 + 30 * np.sin(np.arange(n) / chance.uniform(300, 3000) + chance.uniform(0, 6))
    return np.clip(np.round(slow + chance.normal(0, 6, n), 1), 0, 100)


# --- pull ------------------------------------------------------------------------------------------------------------


class Server(threading.Thread):
    """A SensorThings server whose pages are ready: one Datastream after the other, data arrays of 10,000."""

    def __init__(self, streams: int, each: int) -> None:
        super().__init__(daemon=True)
        chance = np.random.default_rng(1)
        self.pages: dict[str, bytes] = {}
        base = "/v1.1"
        names = ("Things", "Datastreams", "Observations")
        root = {"value": [{"name": name, "url": f"{base}/{name}"} for name in names]}
        self.pages[base] = json.dumps(root).encode()
        listed = [
            {
                "@iot.id": s, "@iot.selfLink": f"{base}/Datastreams({s})", "name": f"s{s}",
                "observationType": "x/OM_Measurement", "unitOfMeasurement": {"symbol": "%"},
                "Thing": {"@iot.id": s, "Locations": []}, "ObservedProperty": {"name": "p0"},
            }
            for s in range(streams)
        ]  # fmt: skip
        self.pages[f"{base}/Datastreams"] = json.dumps({"value": listed}).encode()
        self.urls: list[str] = []
        for s in range(streams):
            values = walk(chance, each).tolist()
            at = (START + np.arange(each) * STEP).astype("datetime64[ms]").astype("datetime64[s]")
            times = [f"{moment}Z" for moment in at]
            for k, first in enumerate(range(0, each, PAGE)):
                rows = [[t, v, t] for t, v in zip(times[first : first + PAGE], values[first : first + PAGE])]
                path = f"{base}/Datastreams({s})/Observations" + (f"?page={k}" if k else "")
                array = {"components": ["phenomenonTime", "result", "resultTime"], "dataArray": rows}
                page: dict[str, Any] = {"value": [array]}
                if first + PAGE < each:
                    page["@iot.nextLink"] = f"{base}/Datastreams({s})/Observations?page={k + 1}"
                self.pages[path] = json.dumps(page).encode()
                self.urls.append(path)
        pages = self.pages

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                path = self.path if "?page=" in self.path else self.path.split("?")[0]
                body = pages.get(path, b"{}")
                self.send_response(200 if path in pages else 404)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: Any) -> None:
                """Say nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def run(self) -> None:
        self.server.serve_forever()


def download(server: Server) -> None:
    """Fetch and decode every page."""
    with transport.new_session() as session:
        for path in server.urls:
            json.loads(transport.fetch(session, server.url + path).body)


def pull_all(server: Server, folder: Path, name: str) -> None:
    """Pull everything into a new workspace."""
    with transport.new_session() as session, Workspace.open(folder / f"{name}.gpkg") as workspace:
        source = SensorThings(f"{server.url}/v1.1", session, name="bench")
        pull(workspace, source, keep_days=4000, now=START + 4000 * DAY_MS)


# --- rules -----------------------------------------------------------------------------------------------------------


def rules() -> tuple[Rule, ...]:
    """Return the six rules."""
    return checked_yaml.loads(RULES.replace("COMMON", COMMON), RuleFile).rules


def fill(path: Path, streams: int, each: int) -> None:
    """Make a workspace with observations."""
    chance = np.random.default_rng(2)
    at = START + np.arange(each, dtype=np.int64) * STEP
    with Workspace.open(path) as workspace:
        for s in range(streams):
            described = Described(str(s), f"s{s}", "", "", f"p{s % 6}", "", "%", "number", 5.4, 43.3)
            sensor = put_sensors(workspace, "bench", [described])[str(s)][0]
            kept = chance.random(each) > 0.02  # gaps
            add_observations(workspace, sensor, at[kept], walk(chance, each)[kept])


Found = list[tuple[int, int, Optional[int], int]]


def ours(path: Path) -> Found:
    """Return (sensor, start, cleared, count) of all episodes."""
    out: Found = []
    horizon = START + 10_000 * DAY_MS
    with Workspace.open(path, create=False) as workspace:
        known = sensors(workspace)
        neighbours = Neighbours(known)
        for sensor in known:
            for rule in rules():
                if rule.reads(sensor.property):
                    for e in find(workspace, rule, sensor, neighbours, horizon=horizon):
                        out.append((sensor.fid, e.start, e.cleared, e.count))
    return sorted(out, key=str)


QUERY = """
WITH said AS (
    SELECT o.sensor_id AS s, o."at" AS t,
        CASE WHEN ? * value >= ? * ?::DOUBLE THEN 1 WHEN ? * value < ? * ?::DOUBLE THEN 0 END AS said
    FROM sqlite_scan(?, 'observation') AS o JOIN chosen ON chosen.fid = o.sensor_id
), held AS (
    SELECT s, t, coalesce(last_value(said IGNORE NULLS) OVER w, 0) AS state,
        lag(t) OVER w AS before, lead(t) OVER w AS after FROM said WINDOW w AS (PARTITION BY s ORDER BY t)
), marked AS (
    SELECT *, lag(state, 1, 0) OVER (PARTITION BY s ORDER BY t) AS was FROM held
), numbered AS (
    SELECT *, sum(CASE WHEN state = 1 AND was = 0 THEN 1 ELSE 0 END) OVER w AS run,
        sum(CASE WHEN state = 1 AND (was = 0 OR t - before > ?) THEN 1 ELSE 0 END) OVER w AS piece
    FROM marked WINDOW w AS (PARTITION BY s ORDER BY t)
), runs AS (
    SELECT s, run, nullif(max(coalesce(after, 1::BIGINT << 60)), 1::BIGINT << 60) AS cleared
    FROM numbered WHERE state = 1 GROUP BY s, run
), pieces AS (
    SELECT s, run, piece, min(t) AS first, max(t) AS last FROM numbered WHERE state = 1 GROUP BY s, run, piece
    HAVING max(t) - min(t) >= ?
), counted AS (
    SELECT p.s, p.run, min(first) AS first, any_value(cleared) AS cleared FROM pieces AS p JOIN runs AS r USING (s, run)
    GROUP BY p.s, p.run
), joined AS (
    SELECT *, sum(CASE WHEN b IS NULL OR first - b > ? THEN 1 ELSE 0 END) OVER (PARTITION BY s ORDER BY first) AS e
    FROM (SELECT *, lag(cleared) OVER (PARTITION BY s ORDER BY first) AS b FROM counted)
)
SELECT s, min(first), nullif(max(coalesce(cleared, 1::BIGINT << 60)), 1::BIGINT << 60), count(*)
FROM joined GROUP BY s, e
"""


def duckdb_extension() -> Optional[str]:
    """Return the path of DuckDB's sqlite extension, None where there is none."""
    named = os.environ.get("SIGMA_DUCKDB_SQLITE")
    if named:
        return named
    found = [
        file for folder in sys.path for file in glob.glob(f"{folder}/duckdb_ext/**/sqlite_scanner*", recursive=True)
    ]
    return found[0] if found else None


def theirs(path: Path, extension: str) -> Found:
    """Return the same from DuckDB."""
    import duckdb

    out: Found = []
    connection = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    connection.execute(f"LOAD '{extension}'")
    for rule in rules():
        when = rule.when
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE chosen AS SELECT fid FROM sqlite_scan(?, 'sensor') WHERE property = ?",
            [str(path), str(rule.observes[0])],
        )
        numbers = [when.sign, when.sign, when.begin, when.sign, when.sign, when.end]
        values = [*numbers, str(path), rule.gap_ms, rule.for_ms, rule.rest_ms]
        out += [(s, a, c, int(n)) for s, a, c, n in connection.execute(QUERY, values).fetchall()]
    connection.close()
    return sorted(out, key=str)


def main() -> None:
    """Measure, and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pull", type=int, default=1_000_000, help="observations to pull")
    parser.add_argument("--observations", type=int, default=10_000_000, help="stored observations for the rules")
    parser.add_argument("--sensors", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    taxonomy.load()
    out: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = Server(10, arguments.pull // 10)
        server.start()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        plain, whole = [], []
        for i in range(arguments.repeats):
            plain.append(seconds(lambda: download(server)))
            whole.append(seconds(lambda i=i: pull_all(server, folder, f"pull{i}")))  # type: ignore[misc]
        out["pull_s"], out["download_s"] = statistics.median(whole), statistics.median(plain)
        out["ratio_pull"] = out["pull_s"] / out["download_s"]
        out["pull_memory_grown_mb"] = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        server.server.shutdown()
        path = folder / "rules.gpkg"
        fill(path, arguments.sensors, arguments.observations // arguments.sensors)
        extension = duckdb_extension()
        mine, other, found, same = [], [], [], []
        for _ in range(arguments.repeats):
            mine.append(seconds(lambda: found.append(ours(path))))
            if extension:
                other.append(seconds(lambda: same.append(theirs(path, extension))))
        out["rules_s"], out["episodes"] = statistics.median(mine), len(found[0])
        if extension:
            if same[0] != found[0]:
                raise SystemExit(f"not the same episodes: {len(found[0])} here, {len(same[0])} in DuckDB")
            out["duckdb_s"] = statistics.median(other)
            out["ratio_rules"] = out["rules_s"] / out["duckdb_s"]
        else:
            print("DuckDB's sqlite extension is not here (pip install duckdb-ext-sqlite): left out")
        fill(folder / "year.gpkg", 1, 365 * 288)
        with Workspace.open(folder / "year.gpkg", create=False) as workspace:
            end = sensors(workspace)[0].last_at or START
            fold(workspace, days=60, now=end)  # as every pull does
            year = [seconds(lambda: read_curve(workspace, 1, since=end - 365 * DAY_MS, now=end)) for _ in range(9)]
            out["curve_ms"] = statistics.median(year) * 1000
    print(json.dumps({name: round(value, 3) for name, value in out.items()}))


if __name__ == "__main__":
    main()
