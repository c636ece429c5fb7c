# SPDX-License-Identifier: GPL-2.0-or-later
"""Reports from a server into the workspace, beside the floor and beside ogr2ogr, and the merge of two sides' changes.

    ./dev bench reports [--json] [--reports 100000] [--repeats 3] [--merge 10000] [--million [N]]

The floor downloads and decodes the same bodies with the same client and stores nothing; the limit is 1.3 times it. An
unchanged incremental read may take 1 s, the merge 2 s, and a read of 1,000,000 reports (``--million``) 500 MB. Each
figure is of a process of its own, with the processor time of all its threads; the test server is another one. ogr2ogr
loads the same reports from a GeoJSON file on the disk, without any network, into a bare GeoPackage.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from sigma_communes.core.model import Report
from sigma_communes.core.reports.sources.georeport_server import Client
from sigma_communes.core.reports.sources.profile import load_profile
from sigma_communes.core.reports.sync.conflicts import keep_apart
from sigma_communes.core.reports.sync.pull import pull
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.inbox import Inbox
from sigma_communes.core.transport import Limits, fetch, new_session


def serve(count: int) -> None:
    """Be the server: say the address, serve until standard input ends."""
    # Imported here: it holds a gzip bomb, which would count as memory of the others.
    from sigma_communes.tests.servers.georeport import STYLES, GeoReportServer

    with GeoReportServer(STYLES["citysdk"], days=0, end=200) as server:
        server.add(count, every=300.0)
        print(server.url, flush=True)
        sys.stdin.read()


def client(url: str, session: Any) -> Client:
    """Return a client that asks for large pages."""
    profile = load_profile("citysdk")
    profile = replace(
        profile,
        paging=replace(profile.paging, page_size=1000, short_page_ends=True),
        periods=replace(profile.periods, days=0),
    )
    return Client(url, profile, session, name="bench", limits=Limits(read=120))


def job(what: str, url: str, path: str, count: int) -> dict[str, Any]:
    """Do one job in this process."""
    start, used = time.perf_counter(), time.process_time()
    with new_session() as session:
        source = client(url, session)
        if what == "raw":  # download and json.loads alone
            n, page = 0, 1
            while True:
                answer = fetch(session, f"{url}/requests.json", params={"page": str(page), "page_size": "1000"})
                records = json.loads(answer.body)
                n, page = n + len(records), page + 1
                if len(records) < 1000:
                    break
        elif what == "floor":
            n = sum(1 for _ in source.requests())
        else:
            with Workspace.open(path) as ws:
                pulled = pull(ws, source)
                n = pulled.new + pulled.unchanged
    seconds, cpu = time.perf_counter() - start, time.process_time() - used
    return {
        "seconds": seconds,
        "cpu": cpu,
        "records": n,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def merge_job(count: int) -> dict[str, Any]:
    """Merge so many changes made here with as many made there, half of them to the same field."""

    def report(n: int, address: str = "here") -> Report:
        return Report("bench", str(n), service_name="Trou", description=f"n {n}", status="open", lon=5.3,
                      lat=43.2 + n / 1e6, requested_datetime="2025-01-01T00:00:00Z", address=address)  # fmt: skip

    with tempfile.TemporaryDirectory() as folder, Workspace.open(Path(folder, "w.gpkg")) as ws:
        ws.add_reports(report(n) for n in range(count))
        other = sqlite3.connect(ws.path)
        with other:
            other.execute("UPDATE report SET description = 'mine ' || service_request_id")
        other.close()
        theirs = [
            report(n, address="there") if n % 2 else replace(report(n), description=f"theirs {n}") for n in range(count)
        ]
        exchange = Inbox(ws, "bench")
        start = time.perf_counter()
        conflicts = 0
        for at in range(0, count, 2000):
            with ws.transaction():
                received = exchange.receive(theirs[at : at + 2000])
                conflicts += keep_apart(exchange, received.edited, detailed=False)
        seconds = time.perf_counter() - start
    assert conflicts == count // 2
    return {"seconds": seconds, "conflicts": conflicts, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def apart(*arguments: str) -> dict[str, Any]:
    """Do a job in a process of its own."""
    done = subprocess.run([sys.executable, __file__, "--job", *arguments], capture_output=True, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def geojson(path: Path, url: str) -> None:
    """Write the same reports as a GeoJSON file."""
    with new_session() as session, path.open("w", encoding="utf-8") as file:
        file.write('{"type": "FeatureCollection", "features": [')
        for n, verdict in enumerate(client(url, session).requests()):
            assert isinstance(verdict, Report)
            values = {k: v for k, v in vars(verdict).items() if k not in ("extra", "lon", "lat")}
            feature = {"type": "Feature", "properties": {**values, "extra": json.dumps(verdict.extra)},
                       "geometry": {"type": "Point", "coordinates": [verdict.lon, verdict.lat]}}  # fmt: skip
            file.write(("," if n else "") + json.dumps(feature))
        file.write("]}")


def main() -> None:
    """Measure, and print a table and one JSON line."""
    if sys.argv[1:2] == ["--job"]:
        what, *rest = sys.argv[2:]
        if what == "serve":
            serve(int(rest[0]))
        else:
            print(json.dumps(merge_job(int(rest[0])) if what == "merge" else job(what, rest[0], rest[1], int(rest[2]))))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--merge", type=int, default=10_000)
    parser.add_argument(
        "--million", type=int, nargs="?", const=1_000_000, default=0, metavar="N",
        help="a read of 1,000,000 as well (several minutes), or of so many",
    )  # fmt: skip
    options = parser.parse_args()
    n = str(options.reports)
    best: dict[str, float] = {}
    memory: dict[str, float] = {}
    cpu: dict[str, float] = {}
    ratios: list[float] = []

    def keep(name: str, result: dict[str, Any]) -> None:
        best[name] = min(result["seconds"], best.get(name, 1e9))
        memory[name] = max(result["mb"], memory.get(name, 0))
        if "cpu" in result:
            cpu[name] = min(result["cpu"], cpu.get(name, 1e9))

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with subprocess.Popen(
            [sys.executable, __file__, "--job", "serve", n], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as server:
            assert server.stdout is not None
            url = server.stdout.readline().strip()
            for turn in range(options.repeats):
                path = str(folder / f"{turn}.gpkg")
                done = {what: apart(what, url, path, n) for what in ("raw", "floor", "pull")}
                for what, figures in done.items():
                    keep(what, figures)
                ratios.append(done["pull"]["seconds"] / done["floor"]["seconds"])
                keep("again", apart("again", url, path, n))
            geojson(folder / "reports.geojson", url)
            if shutil.which("ogr2ogr"):
                for turn in range(options.repeats):
                    out = str(folder / f"ogr{turn}.gpkg")
                    start = time.perf_counter()
                    child = subprocess.Popen(["ogr2ogr", "-f", "GPKG", out, str(folder / "reports.geojson")])
                    usage = os.wait4(child.pid, 0)[2]
                    keep("ogr2ogr", {"seconds": time.perf_counter() - start, "mb": usage.ru_maxrss / 1024})
            server.communicate("")
        for _ in range(options.repeats):
            keep("merge", apart("merge", str(options.merge)))
        if options.million:
            with subprocess.Popen(
                [sys.executable, __file__, "--job", "serve", str(options.million)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            ) as server:  # fmt: skip
                assert server.stdout is not None
                url, path = server.stdout.readline().strip(), str(folder / "million.gpkg")
                keep("million", apart("pull", url, path, str(options.million)))
                server.communicate("")
    random.seed(0)
    result: dict[str, Any] = {"reports": options.reports, "merged": options.merge}
    result.update({f"{key}_s": round(value, 3) for key, value in best.items()})
    result.update({f"{key}_mb": round(value, 1) for key, value in memory.items()})
    result.update({f"{key}_cpu_s": round(value, 3) for key, value in cpu.items()})
    result["ratios_pull_to_floor"] = [round(ratio, 3) for ratio in ratios]
    result["ratio_pull_to_floor"] = round(best["pull"] / best["floor"], 3)
    result["ratio_pull_to_raw"] = round(best["pull"] / best["raw"], 3)
    if "ogr2ogr" in best:
        result["ratio_pull_to_ogr2ogr"] = round(best["pull"] / best["ogr2ogr"], 2)
    limits = {"ratio_pull_to_floor": 1.3, "again_s": 1.0, "merge_s": 2.0, "million_mb": 500}
    result["within_limits"] = {key: result[key] <= limit for key, limit in limits.items() if key in result}
    if not options.json:
        for key, words in (
            ("raw", "download, json.loads"),
            ("floor", "download and decode to reports (floor)"),
            ("pull", "read into a workspace"),
            ("again", "incremental read, unchanged"),
            ("ogr2ogr", "ogr2ogr from a GeoJSON file"),
            ("merge", f"merge of {options.merge:,} and {options.merge:,} changes"),
            ("million", f"read of {options.million:,}"),
        ):
            if key in best:
                processor = f"   processor {cpu[key]:6.2f} s" if key in cpu else ""
                print(f"  {words:42} {best[key]:8.2f} s {memory[key]:7.0f} MB{processor}")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
