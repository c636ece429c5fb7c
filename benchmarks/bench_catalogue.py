# SPDX-License-Identifier: GPL-2.0-or-later
"""Harvest from a real pycsw, and search off line.

Harvest: the time to read N records into a workspace beside the time to fetch the same pages and drop them (the limit),
taking turns; the ratio is that of the medians. ``harvest_cpu_s`` and ``fetch_cpu_s`` are processor time of this process
alone, which other programs disturb less; ``again_s`` and ``again_cpu_s`` is a second whole harvest, of which nothing
changed. Beside them the same pages read with OWSLib as MetaSearch does, where it is installed.
Search: a list of queries on the harvested records, at the 50th and 95th percentile, alone and with a commune and a kind
of link; each keystroke of one of them, alone and with a commune; ``*_cpu_ms`` in processor time. Beside them, query by
query in turn, the same words as a full-text GetRecords on the same server, and what QGIS' MetaSearch
does (OWSLib's ``getrecords2``, ``csw:AnyText``, ten full records, parsed).

    ./dev bench catalogue [--json] [--records N] [--repeat N]

The last line is one JSON object: ``ratio_to_fetch`` (aim: 1.2 at most), ``search_p95_ms`` (20), ``keystroke_max_ms``
(50), ``ratio_to_csw`` and ``ratio_to_metasearch`` (of the median times of the same queries).
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import iso_records
from pycsw import NotAvailable, Pycsw
from sigma_communes.core import territory, transport
from sigma_communes.core.catalogue import Calls, Catalogue, CatalogueSource, Filters
from sigma_communes.core.catalogue.protocols.csw import _SCHEMAS, _page, _params
from sigma_communes.core.store import Workspace

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "servers"))

QUERIES = (
    "PLUi zonage", "éclairage public", "eclairage", "voirie Marseille", "déchets apport volontaire", "arbres",
    "parcelles",
    "eau potable Martigues", "piste cyclable", "debroussaillement", "commune", "métropole", "plan local d'urbanisme",
    "street furniture", "cadastre La Ciotat", "points", "reseau", "Berre-l'Étang", "zonage urbanisme Aix", "mis à jour",
)  # fmt: skip


def pages(calls: Calls, source: CatalogueSource) -> Iterator[bytes]:
    """Fetch the pages that a harvest fetches; only the number of the next one is read."""
    start = 1
    while True:
        answer = calls.get(source.url, _params(source, _SCHEMAS[0], start, source.page_size, ""))
        yield answer.body
        head = answer.body[: answer.body.find(b">", answer.body.find(b"SearchResults"))]
        start = int(head.partition(b'nextRecord="')[2].partition(b'"')[0])
        if start == 0:
            return


def timed(function: Any, *arguments: Any) -> tuple[float, Any]:
    """Return seconds and result."""
    started = time.perf_counter()
    result = function(*arguments)
    return time.perf_counter() - started, result


def busy(function: Any, *arguments: Any) -> float:
    """Return seconds of processor time."""
    started = time.process_time()
    function(*arguments)
    return time.process_time() - started


def fetch_all(source: CatalogueSource) -> int:
    """Fetch all pages and drop them."""
    with transport.new_session() as session:
        return sum(len(page) for page in pages(Calls(session), source))


def harvest_all(source: CatalogueSource, folder: Path) -> Any:
    """Read all records into a new workspace."""
    path = folder / f"harvest-{time.monotonic_ns()}.gpkg"
    with Workspace.open(path) as workspace, transport.new_session() as session:
        catalogue = Catalogue(workspace)
        catalogue.add(source)
        return catalogue.harvest(source.name, session), path


def harvest_again(source: CatalogueSource, path: Path) -> Any:
    """Read all records into a workspace that has them."""
    with Workspace.open(path, create=False) as workspace, transport.new_session() as session:
        return Catalogue(workspace).harvest(source.name, session, whole=True)


def parse_with_owslib(source: CatalogueSource) -> int:
    """Fetch all pages and read their records with OWSLib, one after the other, as MetaSearch does."""
    from owslib.iso import MD_Metadata

    count = 0
    with transport.new_session() as session:
        calls = Calls(session)
        start = 1
        while start:
            page = _page(calls.get(source.url, _params(source, _SCHEMAS[0], start, source.page_size, "")), start)
            for element in page.elements:
                MD_Metadata(element)
                count += 1
            start = page.following
    return count


def percentile(values: list[float], share: float) -> float:
    """Return a percentile in milliseconds."""
    return 1000 * sorted(values)[min(len(values) - 1, int(share * len(values)))]


def main() -> None:
    """Run, print, and end with one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    out: dict[str, Any] = {"records": options.records}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        iso_records.write_records(folder / "records", range(options.records))
        try:
            server = Pycsw(folder / "pycsw", folder / "records", most=100)
        except NotAvailable as error:
            sys.exit(str(error))
        with server:
            source = CatalogueSource("pycsw", "csw", server.url)
            fetching, harvesting, processor, floor = [], [], [], []
            for _ in range(options.repeat):
                started = time.process_time()
                fetching.append(timed(fetch_all, source)[0])
                floor.append(time.process_time() - started)
                started = time.process_time()
                seconds, (outcome, path) = timed(harvest_all, source, folder)
                processor.append(time.process_time() - started)
                harvesting.append(seconds)
            out.update(harvested=outcome.records, fetch_s=statistics.median(fetching))
            out.update(harvest_s=statistics.median(harvesting), harvest_cpu_s=min(processor))
            out["fetch_cpu_s"] = min(floor)
            out["ratio_to_fetch"] = out["harvest_s"] / out["fetch_s"]
            started = time.process_time()
            out["again_s"], again = timed(harvest_again, source, path)
            out.update(again_cpu_s=time.process_time() - started, again_unchanged=again.changed.unchanged)
            out["again_to_fetch"] = out["again_s"] / out["fetch_s"]
            out["owslib_s"] = timed(parse_with_owslib, source)[0]
            with Workspace.open(path) as workspace:
                catalogue = Catalogue(workspace)
                search(catalogue, out)
                beside(catalogue, source, out)
    out = {key: round(value, 3) if isinstance(value, float) else value for key, value in out.items()}
    if not options.json:
        for key, value in out.items():
            print(f"{key}: {value}")
    print(json.dumps(out))


def search(catalogue: Catalogue, out: dict[str, Any]) -> None:
    """Measure searches on the harvested records."""
    catalogue.search("chauffe")  # abbreviations and the statements are read once
    plain = [timed(catalogue.search, query)[0] for query in QUERIES for _ in range(10)]
    out.update(
        search_p50_ms=percentile(plain, 0.5), search_p95_ms=percentile(plain, 0.95), search_max_ms=1000 * max(plain)
    )
    processor = [busy(catalogue.search, query) for query in QUERIES for _ in range(3)]
    out.update(search_cpu_ms=1000 * statistics.mean(processor), search_p95_cpu_ms=percentile(processor, 0.95))
    place = territory.load()
    communes = ("13055", "13001", "13014", "Berre-l’Étang", "84089")
    filtered = [
        timed(lambda: catalogue.search(query, filters=Filters(kinds=("wms",)), commune=commune, territory=place))[0]  # noqa: B023 - called at once
        for query in QUERIES
        for commune in communes
    ]
    out.update(commune_p50_ms=percentile(filtered, 0.5), commune_p95_ms=percentile(filtered, 0.95))
    typed = "éclairage public marseille"
    keys = [timed(catalogue.search, typed[:length])[0] for length in range(1, len(typed) + 1)]
    out.update(keystroke_mean_ms=1000 * statistics.mean(keys), keystroke_max_ms=1000 * max(keys))
    starts = [typed[:length] for length in range(1, len(typed) + 1)]
    out["keystroke_max_cpu_ms"] = 1000 * max(busy(catalogue.search, start) for start in starts)
    out["keystroke_commune_max_cpu_ms"] = 1000 * max(
        busy(lambda: catalogue.search(start, commune="13055", territory=place))  # noqa: B023 - called at once
        for start in starts
    )
    out["commune_p95_cpu_ms"] = percentile(
        [
            busy(lambda: catalogue.search(query, filters=Filters(kinds=("wms",)), commune=commune, territory=place))  # noqa: B023 - called at once
            for query in QUERIES
            for commune in communes
        ],
        0.95,
    )


def beside(catalogue: Catalogue, source: CatalogueSource, out: dict[str, Any]) -> None:
    """Measure the same queries here, as GetRecords of the same server, and as MetaSearch asks them; in turn."""
    from owslib.csw import CatalogueServiceWeb
    from owslib.fes import PropertyIsLike

    asked = {
        "service": "CSW", "version": "2.0.2", "request": "GetRecords", "typeNames": "csw:Record",
        "elementSetName": "summary", "resultType": "results", "maxRecords": "20", "constraintLanguage": "CQL_TEXT",
        "constraint_language_version": "1.1.0",
    }  # fmt: skip
    peer = CatalogueServiceWeb(source.url, timeout=60)
    ours, csw, metasearch = [], [], []
    with transport.new_session() as session:
        calls = Calls(session)
        for query in QUERIES:
            words = query.replace("'", "''").split()
            wanted = " and ".join(f"csw:AnyText like '%{word}%'" for word in words)
            like = [PropertyIsLike("csw:AnyText", f"%{query}%")]
            ours.append(timed(catalogue.search, query)[0])
            csw.append(timed(calls.get, source.url, {**asked, "constraint": wanted})[0])
            metasearch.append(timed(lambda: peer.getrecords2(constraints=like, maxrecords=10, esn="full"))[0])  # noqa: B023 - called at once
    for name, times in (("csw", csw), ("metasearch", metasearch)):
        out[f"{name}_p50_ms"], out[f"{name}_p95_ms"] = percentile(times, 0.5), percentile(times, 0.95)
        out[f"ratio_to_{name}"] = statistics.median(ours) / statistics.median(times)


if __name__ == "__main__":
    main()
