# SPDX-License-Identifier: GPL-2.0-or-later
"""Sources of observations are real HTTP sockets on the loopback, and a real server where it can be had."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Optional

import pytest
import requests
from sigma_communes.core import transport
from sigma_communes.core.sensors.sensorthings import SensorThings
from sigma_communes.core.store import Workspace
from sigma_communes.core.transport import Limits

HERE = Path(__file__).parent
FAST = Limits(connect=2.0, read=2.0, whole=20.0, retries=1, backoff=0.01, longest_pause=0.1)


def server_module(name: str) -> ModuleType:
    """Import a file of tests/servers, whatever the import mode."""
    known = sys.modules.get(f"test_servers_{name}")
    if known is not None:
        return known
    spec = importlib.util.spec_from_file_location(f"test_servers_{name}", HERE.parents[1] / "servers" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1"]))


@pytest.fixture(autouse=True)
def _no_network() -> None:
    """Take the place of the fixture that blocks every socket: ``allow_hosts`` blocks all but the loopback."""


class Fake:
    """A SensorThings server that answers what a test gives it."""

    def __init__(self, server: Any) -> None:
        self.server = server
        self.root = f"{server.url}/v1.1"
        self.listed: list[dict[str, Any]] = []
        self.multi: list[dict[str, Any]] = []
        names = ("Things", "Datastreams", "Observations", "MultiDatastreams")
        server.add_json("/v1.1", {"value": [{"name": name, "url": f"{self.root}/{name}"} for name in names]})
        server.behave("/v1.1/Datastreams", lambda query: self.answer({"value": self.listed}))
        server.behave("/v1.1/MultiDatastreams", lambda query: self.answer({"value": self.multi}))

    @staticmethod
    def answer(value: Any, status: int = 200) -> Any:
        """Return an answer in JSON, or text as HTML."""
        made = server_module("catalogue")
        if isinstance(value, str):
            return made.Answer(value.encode(), made.HTML, status)
        return made.Answer(json.dumps(value).encode(), made.JSON, status)

    def add(self, number: int = 1, *, prop: str = "fill level", unit: str = "%", thing: int = 1, **more: Any) -> str:
        """List a Datastream; return the path of its observations."""
        location = more.pop("location", {"type": "Point", "coordinates": [5.37, 43.3]})
        encoding = more.pop("encoding", "application/geo+json")
        entity = {
            "@iot.id": number,
            "@iot.selfLink": f"{self.root}/Datastreams({number})",
            "name": f"stream {number}",
            "observationType": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
            "unitOfMeasurement": {"name": unit, "symbol": unit, "definition": ""},
            "Thing": {
                "@iot.id": thing,
                "name": f"thing {thing}",
                "Locations": [{"encodingType": encoding, "location": location}],
            },
            "ObservedProperty": {"name": prop, "definition": f"https://example.org/{prop}"},
            **more,
        }
        self.listed = [known for known in self.listed if known["@iot.id"] != number] + [entity]
        return f"/v1.1/Datastreams({number})/Observations"

    def observe(self, path: str, rows: Sequence[tuple[Any, Any]], **more: Any) -> None:
        """Let a path give observations of (time, result)."""
        page = {
            "value": [{"phenomenonTime": time, "result": result, "resultTime": None} for time, result in rows],
            **more,
        }
        self.server.behave(path, lambda query: self.answer(page))

    def asked(self, path: str) -> list[dict[str, str]]:
        """Return the parameters of all calls of a path."""
        return [query for _, called, query, _ in self.server.calls if called == path]


@pytest.fixture
def fake() -> Iterator[Fake]:
    """Give a server that says what it is told to."""
    with server_module("catalogue").CatalogueServer() as server:
        yield Fake(server)


@pytest.fixture
def calls() -> Iterator[requests.Session]:
    """Give a session."""
    with transport.new_session() as session:
        yield session


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """Give an empty workspace."""
    with Workspace.open(tmp_path / "w.gpkg") as opened:
        yield opened


@pytest.fixture
def source(fake: Fake, calls: requests.Session) -> SensorThings:
    """Give a client of the fake server."""
    return client(fake, calls)


def client(fake: Fake, calls: requests.Session, *, key: str = "", dialect: Optional[str] = None) -> SensorThings:
    """Return a client of the fake server."""
    return SensorThings(fake.root, calls, name="x", key=key, dialect=dialect or "", limits=FAST)
