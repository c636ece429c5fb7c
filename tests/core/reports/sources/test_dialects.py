# SPDX-License-Identifier: GPL-2.0-or-later
"""Each kind of server from the probe to the rows: the cases are data, in ``tests/data/dialects``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from sigma_communes.core.model import Report
from sigma_communes.core.reports.formats.georeport import Service
from sigma_communes.core.reports.sources.georeport_server import Client
from sigma_communes.core.reports.sources.probe import probe
from sigma_communes.core.reports.sources.profile import load_profile, profile_names
from sigma_communes.core.transport import Limits, new_session

DIALECTS = Path(__file__).resolve().parents[3] / "data" / "dialects"
LIMITS = Limits(connect=1, read=5, backoff=0.01, retries=1)
KINDS = sorted(path.name for path in DIALECTS.iterdir() if path.is_dir())


@contextmanager
def served(kind: str, case: dict[str, Any]) -> Iterator[str]:
    """Serve a folder; give the address below which its lists are."""
    folder = DIALECTS / kind
    paging = load_profile(kind).paging

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            name = parts.path.removeprefix(case["base"]).strip("/")
            file = folder / name
            if case.get("needs_query") and case["needs_query"] not in query:
                self._say(200, case["without"].encode(), "text/html")
            elif "/" in name or not name or not file.is_file():
                self._say(404, b"", "text/plain")
            elif name.startswith(("requests", "issues")) and int(query.get(paging.page, 0)) > max(1, paging.first):
                self._after(file)
            else:
                self._say(200, file.read_bytes())

        def _after(self, file: Path) -> None:
            said = case.get("after_end", "empty")
            if said == "again":
                self._say(200, file.read_bytes())
            else:
                self._say(case.get("after_status", 200), b"[]" if said == "empty" else said.encode())

        def _say(self, status: int, body: bytes, content_type: str = "application/octet-stream") -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_port}{case['base']}"
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def test_every_shipped_kind_has_its_folder() -> None:
    assert set(KINDS) == set(profile_names()) - {"generic"}


@pytest.mark.parametrize("kind", KINDS)
def test_from_the_probe_to_the_rows(kind: str) -> None:
    case = yaml.safe_load((DIALECTS / kind / "server.yaml").read_text(encoding="utf-8"))
    with served(kind, case) as url, new_session() as session:
        found = probe(url, session, given=case.get("given"), limits=LIMITS)
        assert (found.kind, found.profile, found.signs != ()) == ("georeport", kind, True)
        assert [service.service_code for service in found.services] == case["services"]
        client = Client(url, load_profile(kind), session, name="city", given=case.get("given", {}), limits=LIMITS)
        if case["services"]:
            services = [service for service in client.services() if isinstance(service, Service)]
            assert [service.service_code for service in services] == case["services"]
        verdicts = list(client.requests())
    assert all(isinstance(verdict, Report) for verdict in verdicts)
    reports = {verdict.service_request_id: verdict for verdict in verdicts if isinstance(verdict, Report)}
    assert len(verdicts) == len(case["rows"]), "each once"
    for row in case["rows"]:
        report = reports[row["service_request_id"]]
        assert bool(report.position_flag) is row.pop("flagged", False)
        assert {name: getattr(report, name) for name in row} == row
    for key, kept in case["kept"].items():
        assert {name: reports[key].extra.get(name) for name in kept} == kept


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_in_xml(kind: str) -> None:
    """A server has to give XML; where the folder has both forms of a list, they say the same."""
    from sigma_communes.core.reports.formats.georeport import parse_services

    folder = DIALECTS / kind
    forms = [path for path in (folder / "services.json", folder / "services.xml") if path.exists()]
    dialect = load_profile(kind).service_dialect
    read = [list(parse_services(path.read_bytes(), source="city", dialect=dialect)) for path in forms]
    assert all(one == read[0] for one in read)


@pytest.mark.shared
@pytest.mark.parametrize("kind", ["ureport", "connectedbits", "klarschiff", "citysdk"])
def test_the_lists_keep_to_the_schemas(kind: str, shared: Path) -> None:
    """What GeoReport v2 wants of a request and of a service is in the answers of the kinds that keep to it."""
    folder = shared / "reports" / "open311" / "schema"
    for name, schema in (("requests", "request"), ("services", "service")):
        wanted = json.loads((folder / f"{schema}.json").read_text(encoding="utf-8"))
        for record in json.loads((DIALECTS / kind / f"{name}.json").read_text(encoding="utf-8")):
            assert set(wanted.get("required", [])) <= set(record), (kind, name)
            known = set(wanted["properties"]) & set(record)
            assert len(known) >= 4
