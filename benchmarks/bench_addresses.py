# SPDX-License-Identifier: GPL-2.0-or-later
"""Addresses: how often the first answer is right, how fast, how large; beside addok on Redis and geopandas.

    ./dev bench addresses --data DIR [--addok-python PYTHON --redis-port PORT] [--json] [--numbers N]
                          [--only quality|speed|near]

DIR holds ``addresses.csv`` (a Base Adresse Locale) and ``queries.csv`` (query, numero, toponyme, commune_nom,
code_postal, kind). The queries are split in two by a hash of their answer; words, scores and thresholds were chosen on
the first half alone, both are printed. addok (1.3 with addok-fr and addok-france, in an environment of its own)
searches the same addresses on a Redis that is started here and emptied. The large gazetteer is drawn from the names in
DIR: numbers in
streets of random names in random communes, positions within 1.5 km.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
import unicodedata
import warnings
import zlib
from collections import defaultdict
from pathlib import Path
from typing import Any, Optional

import numpy as np
from sigma_communes.core import addresses, territory

HERE = Path(__file__).resolve().parent
ADDOK_QUERIES = 1000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--numbers", type=int, default=1_000_000)
    parser.add_argument("--addok-python", help="a python with addok, addok-fr and addok-france")
    parser.add_argument("--redis-port", type=int, default=6399)
    parser.add_argument("--only", choices=["quality", "speed", "near"])
    parser.add_argument("--json", action="store_true", help="print only the line of JSON")
    arguments = parser.parse_args()
    result: dict[str, Any] = {"benchmark": "addresses"}

    def say(text: str) -> None:
        if not arguments.json:
            print(text, flush=True)

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        redis = start_redis(arguments, folder)
        try:
            rows = list(csv.DictReader((arguments.data / "addresses.csv").open(encoding="utf-8"), delimiter=";"))
            if arguments.only in (None, "quality"):
                result["quality"] = quality(arguments, folder, rows, say)
            if arguments.only in (None, "speed", "near"):
                drawn = draw(rows, arguments.numbers, folder / "drawn.csv")
                result.update(large(arguments, folder, drawn, say))
        finally:
            if redis is not None:
                redis.terminate()
                redis.wait()
    print(json.dumps(result))
    return 0


# --- the right answer first --------------------------------------------------------------------------------------


def quality(arguments: Any, folder: Path, rows: list[dict[str, str]], say: Any) -> dict[str, Any]:
    queries = list(csv.DictReader((arguments.data / "queries.csv").open(encoding="utf-8")))
    texts = [q["query"] for q in queries]
    index = folder / "quality.idx"
    addresses.add(arguments.data / "addresses.csv", communes=territory.load(), out=index)
    finder = addresses.finder(index)
    answers = finder.answers(texts, most=1)
    ours: list[Any] = [None] * len(queries)
    for i in range(len(answers.text)):
        found = finder.candidate(answers, i)
        ours[int(answers.text[i])] = [
            found.number,
            found.street,
            found.commune,
            found.post_code,
            found.score,
            found.kind,
        ]
    peers = {"ours": ours}
    if arguments.addok_python:
        peers["addok"] = addok(arguments, folder, documents(rows), texts)["answers"]
    least = addresses.scores().place_from
    table: dict[str, Any] = {}
    for name, found_by in peers.items():
        counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        for query, found in zip(queries, found_by):
            count = counts[half(query), query["kind"]]
            good = right(query, found)
            count[0] += 1
            count[1] += good
            if name == "ours" and found and found[4] >= least and found[5] != "commune":
                count[2] += 1
                count[3] += not good
        for (part, kind), (n, good, placed, wrong) in sorted(counts.items()):
            more = f"; placed {placed / n:.2%}, of these wrong {wrong / max(placed, 1):.2%}" if name == "ours" else ""
            say(f"{name:>6} {part:>6} half {kind:>6}: {good}/{n} right first = {good / n:.2%}{more}")
            table[f"{name} {part} {kind}"] = {
                "n": n,
                "right": good / n,
                "placed": placed / n,
                "wrong_of_placed": wrong / max(placed, 1),
            }
    return table


def half(query: dict[str, str]) -> str:
    answer = query["toponyme"] + query["commune_nom"] + query["code_postal"]
    return "tuned" if zlib.crc32(answer.encode()) % 2 == 0 else "other"


def bare(text: str) -> str:
    """Return letters and figures alone, so that spelling of signs and accents is nobody's fault."""
    return "".join(
        c for c in unicodedata.normalize("NFKD", text.replace("œ", "oe")).lower() if c.isascii() and c.isalnum()
    )


def right(query: dict[str, str], found: Optional[list[Any]]) -> bool:
    if not found:
        return False
    number, street, commune, post = found[:4]
    return (
        bare(street) == bare(query["toponyme"])
        and (not query["numero"] or bare(number) == bare(query["numero"]))
        and (bare(commune) == bare(query["commune_nom"]) if query["commune_nom"] else post == query["code_postal"])
    )


# --- addok -------------------------------------------------------------------------------------------------------


def start_redis(arguments: Any, folder: Path) -> Optional[subprocess.Popen[bytes]]:
    if not arguments.addok_python or arguments.only == "near":
        return None
    settings = folder / "addok_settings.py"
    settings.write_text(
        f'REDIS = {{"host": "127.0.0.1", "port": {arguments.redis_port}, '
        '"indexes": {"db": 0}, "documents": {"db": 1}}\n'
        f'LOG_DIR = "{folder}"\n'
    )
    os.environ["ADDOK_CONFIG_MODULE"] = str(settings)
    command = [
        "redis-server",
        "--port",
        str(arguments.redis_port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--dir",
        str(folder),
    ]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    time.sleep(1.0)
    if server.poll() is not None:
        raise SystemExit(f"redis-server does not start on port {arguments.redis_port}")
    return server


def documents(rows: list[dict[str, str]]) -> list[dict[str, Any]]:
    streets: dict[tuple[str, str, str], dict[str, Any]] = {}
    towns: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        place = {"lat": float(row["lat"]), "lon": float(row["long"])}
        town = (row["commune_nom"], row["code_postal"])
        towns.setdefault(
            town,
            {
                "id": f"m{len(towns)}",
                "type": "municipality",
                "name": town[0],
                "city": town[0],
                "postcode": town[1],
                "importance": 0.5,
                **place,
            },
        )
        if row["toponyme"]:
            key = (row["toponyme"], *town)
            street = streets.setdefault(
                key,
                {
                    "id": f"s{len(streets)}",
                    "type": "street",
                    "name": key[0],
                    "city": town[0],
                    "postcode": town[1],
                    "importance": 0.3,
                    **place,
                    "housenumbers": {},
                },
            )
            if row["numero"]:
                street["housenumbers"][f"{row['numero']} {row['suffixe']}".strip()] = {
                    **place,
                    "id": f"{street['id']}_{row['numero']}{row['suffixe']}",
                }
    return [*towns.values(), *streets.values()]


def addok(arguments: Any, folder: Path, held: list[dict[str, Any]], texts: list[str]) -> dict[str, Any]:
    (folder / "documents.json").write_text(
        "".join(json.dumps(d, ensure_ascii=False) + "\n" for d in held), encoding="utf-8"
    )
    (folder / "queries.json").write_text(json.dumps(texts), encoding="utf-8")
    done = subprocess.run(
        [
            arguments.addok_python,
            str(HERE / "peers" / "addok_find.py"),
            str(folder / "documents.json"),
            str(folder / "queries.json"),
        ],
        check=True,
        stdout=subprocess.PIPE,
    )
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


# --- a large gazetteer -------------------------------------------------------------------------------------------


def draw(rows: list[dict[str, str]], numbers: int, path: Path) -> list[dict[str, str]]:
    """Write a Base Adresse Nationale of ``numbers`` house numbers; return its rows."""
    random = np.random.default_rng(1)
    names = sorted({r["toponyme"] for r in rows if r["toponyme"] and r["numero"]})
    towns: dict[tuple[str, str], tuple[float, float]] = {}
    for r in rows:
        towns.setdefault((r["commune_nom"], r["code_postal"]), (float(r["long"]), float(r["lat"])))
    held = list(towns.items())
    each = 20
    pairs = random.permutation(len(names) * len(held))[: -(-numbers // each)]
    department: dict[str, int] = defaultdict(int)
    insee = {}
    for town, _ in held:
        department[town[1][:2]] += 1
        insee[town] = f"{town[1][:2]}{department[town[1][:2]]:03d}"
    out = []
    for street, pair in enumerate(pairs):
        name, (town, (east, north)) = names[pair % len(names)], held[pair // len(names)]
        x, y = east + random.uniform(-0.015, 0.015), north + random.uniform(-0.012, 0.012)
        way = random.uniform(0, 2 * np.pi)
        for k, number in enumerate(np.sort(random.choice(np.arange(1, 80), each, replace=False))):
            suffix = "bis" if k % 17 == 5 else ""
            out.append(
                {
                    "id": f"{insee[town]}_{street % 10000:04d}_{number:05d}{'_' + suffix if suffix else ''}",
                    "numero": str(number),
                    "rep": suffix,
                    "nom_voie": name,
                    "code_postal": town[1],
                    "code_insee": insee[town],
                    "nom_commune": town[0],
                    "x": "",
                    "y": "",
                    "lon": f"{x + number * 1e-4 * np.cos(way):.6f}",
                    "lat": f"{y + number * 1e-4 * np.sin(way):.6f}",
                }
            )
    out = out[:numbers]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(out[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(out)
    return out


def as_text(row: dict[str, str]) -> str:
    return f"{row['numero']} {row['rep']} {row['nom_voie']}, {row['code_postal']} {row['nom_commune']}".replace(
        "  ", " "
    )


def large(arguments: Any, folder: Path, drawn: list[dict[str, str]], say: Any) -> dict[str, Any]:
    out: dict[str, Any] = {}
    path, index = folder / "drawn.csv", folder / "drawn.idx"
    communes = territory.load()
    _ = communes.grid
    start, cpu = time.perf_counter(), time.process_time()
    addresses.add(path, communes=communes, out=index)
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    n = len(drawn)
    say(
        f"index of {n:,} numbers: {n / wall:,.0f} rows a second ({n / cpu:,.0f} of processor time), "
        f"{index.stat().st_size / n:.1f} bytes a number"
    )
    out["build_rows_s"], out["bytes_a_number"] = n / wall, index.stat().st_size / n
    opening = []
    for _ in range(5):
        start = time.perf_counter()
        finder = addresses.Finder(addresses.load(index))
        opening.append((time.perf_counter() - start) * 1000)
    say(f"opened in {np.median(opening):.1f} ms")
    out["open_ms"] = float(np.median(opening))
    if arguments.only in (None, "speed"):
        out.update(speed(arguments, folder, drawn, index, finder, say))
    if arguments.only in (None, "near"):
        out.update(near(drawn, index, say))
    return out


def speed(
    arguments: Any, folder: Path, drawn: list[dict[str, str]], index: Path, finder: Any, say: Any
) -> dict[str, Any]:
    random = np.random.default_rng(2)
    asked = [drawn[i] for i in random.choice(len(drawn), 20_000, replace=False)]
    texts = [as_text(row) for row in asked]
    (folder / "texts.json").write_text(json.dumps(texts[:2000]), encoding="utf-8")
    start, cpu = time.perf_counter(), time.process_time()
    answers = finder.answers(texts, most=1)
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    good = np.zeros(len(texts), bool)
    for i in range(len(answers.text)):
        found, row = finder.candidate(answers, i), asked[int(answers.text[i])]
        good[int(answers.text[i])] = (bare(found.street), bare(found.number), found.commune) == (
            bare(row["nom_voie"]), bare(row["numero"] + row["rep"]), row["nom_commune"]
        )  # fmt: skip
    say(
        f"batch: {len(texts) / wall:,.0f} addresses a second ({len(texts) / cpu:,.0f} of processor time), "
        f"{good.mean():.2%} right first"
    )
    typed, busy = [], []
    for text in texts[:150]:
        for end in range(4, len(text), 3):
            start, cpu = time.perf_counter(), time.process_time()
            finder.find(text[:end], most=8, unfinished=True)
            typed.append((time.perf_counter() - start) * 1000)
            busy.append((time.process_time() - cpu) * 1000)
    say(
        f"a key in the locator: median {np.median(typed):.1f} ms, 95th percentile {np.percentile(typed, 95):.1f} ms, "
        f"{len(typed)} keys (processor: {np.median(busy):.1f} and {np.percentile(busy, 95):.1f} ms)"
    )
    memory = json.loads(
        subprocess.run(
            [sys.executable, "-c", _MEMORY, str(index), str(folder / "texts.json")], check=True, stdout=subprocess.PIPE
        ).stdout
    )
    say(
        f"memory of a program that opens it and asks 2,000 addresses: {memory['peak_mb']:.0f} MB "
        f"({memory['before_mb']:.0f} MB before it opens it)"
    )
    out = {
        "batch_s": len(texts) / wall,
        "batch_processor_s": len(texts) / cpu,
        "batch_right": float(good.mean()),
        "key_median_ms": float(np.median(typed)),
        "key_95_ms": float(np.percentile(typed, 95)),
        "key_95_processor_ms": float(np.percentile(busy, 95)),
        **memory,
    }
    if arguments.addok_python:
        same = {"toponyme": "nom_voie", "numero": "numero", "suffixe": "rep", "commune_nom": "nom_commune"}
        same |= {"code_postal": "code_postal", "long": "lon", "lat": "lat"}
        held = documents([{name: row[other] for name, other in same.items()} for row in drawn])
        peer = addok(arguments, folder, held, texts[:ADDOK_QUERIES])
        right_first = np.mean(
            [
                bool(a)
                and (bare(a[1]), bare(a[0]), a[2])
                == (bare(r["nom_voie"]), bare(r["numero"] + r["rep"]), r["nom_commune"])
                for a, r in zip(peer["answers"], asked)
            ]
        )
        rate = ADDOK_QUERIES / peer["wall_s"]
        say(
            f"addok: loaded in {peer['loaded_s']:.0f} s, {rate:,.0f} addresses a second, "
            f"{right_first:.2%} right first; "
            f"ours is {len(texts) / wall / rate:.1f} times as fast"
        )
        out.update(addok_s=rate, addok_right=float(right_first), ratio_to_addok=len(texts) / wall / rate)
    return out


_MEMORY = """
import json, re, sys
from pathlib import Path
from sigma_communes.core import addresses
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
before = peak()
finder = addresses.finder(Path(sys.argv[1]))
finder.answers(json.loads(Path(sys.argv[2]).read_text()))
print(json.dumps({"before_mb": before, "peak_mb": peak()}))
"""


def near(drawn: list[dict[str, str]], index: Path, say: Any) -> dict[str, Any]:
    """Compare the nearest address with geopandas, which works in Lambert-93."""
    import geopandas

    random = np.random.default_rng(3)
    lon, lat = np.array([float(r["lon"]) for r in drawn]), np.array([float(r["lat"]) for r in drawn])
    n = 1_000_000
    pick = random.integers(0, len(lon), n)
    x, y = lon[pick] + random.normal(0, 0.003, n), lat[pick] + random.normal(0, 0.002, n)
    held = addresses.load(index)
    rooms = addresses.Neighbours(held)
    start, cpu = time.perf_counter(), time.process_time()
    _, number, metres = rooms.nearest(x, y)
    ours, ours_cpu = time.perf_counter() - start, time.process_time() - cpu
    points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(x, y), crs="EPSG:4326").to_crs("EPSG:2154")
    houses = geopandas.GeoDataFrame(
        geometry=geopandas.points_from_xy(held.number_lon * 1e-7, held.number_lat * 1e-7), crs="EPSG:4326"
    ).to_crs("EPSG:2154")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        start, cpu = time.perf_counter(), time.process_time()
        joined = geopandas.sjoin_nearest(points, houses, distance_col="metres")
        peer, peer_cpu = time.perf_counter() - start, time.process_time() - cpu
    first = joined[~joined.index.duplicated()]
    other = first["index_right"].to_numpy()
    theirs = first["metres"].to_numpy()
    ids = joined.groupby(level=0)["index_right"].agg(set) if joined.index.has_duplicates else None
    same = number == other
    if ids is not None:
        rest = np.flatnonzero(~same)
        same[rest] = [int(number[i]) in ids.iloc[i] for i in rest]
    differ = np.flatnonzero(~same)
    chosen = houses.geometry.iloc[number[differ]].distance(points.geometry.iloc[differ], align=False).to_numpy()
    worst = float(np.max((chosen - theirs[differ]) / np.maximum(theirs[differ], 1e-9), initial=0.0))
    say(
        f"nearest address of {n:,} points: {ours:.2f} s; geopandas.sjoin_nearest {peer:.2f} s: "
        f"{peer / ours:.1f} times as fast "
        f"(processor {ours_cpu:.2f} s and {peer_cpu:.2f} s: {peer_cpu / ours_cpu:.1f}); "
        f"{same.mean():.4%} the same house, the others are farther by {worst:.1e} at most "
        "(the scale of Lambert-93 is not that of the ground)"
    )
    return {
        "near_s": ours,
        "near_geopandas_s": peer,
        "near_ratio": peer / ours,
        "near_processor_ratio": peer_cpu / ours_cpu,
        "near_same": float(same.mean()),
        "near_worst": worst,
        "near_max_m": float(metres.max()),
    }


if __name__ == "__main__":
    sys.exit(main())
