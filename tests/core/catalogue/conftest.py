# SPDX-License-Identifier: GPL-2.0-or-later
"""Catalogues are tested against a real HTTP socket: the loopback alone is open to these tests."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sigma_communes.core import transport
from sigma_communes.core.catalogue import Calls, Catalogue
from sigma_communes.core.store import Workspace
from sigma_communes.core.transport import Limits

HERE = Path(__file__).parent
SERVERS = HERE.parents[1] / "servers"
FAST = Limits(connect=2.0, read=1.0, whole=20.0, retries=1, backoff=0.01, longest_pause=0.1, max_bytes=64 << 20)


def _module(name: str) -> ModuleType:
    """Import a file of tests/servers, whatever the import mode."""
    known = sys.modules.get(f"test_servers_{name}")
    if known is not None:
        return known
    spec = importlib.util.spec_from_file_location(f"test_servers_{name}", SERVERS / f"{name}.py")
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


@pytest.fixture(scope="session")
def servers() -> ModuleType:
    """Give the module ``tests/servers/catalogue.py``."""
    return _module("catalogue")


@pytest.fixture(scope="session")
def iso() -> ModuleType:
    """Give the module ``tests/servers/iso_records.py``."""
    return _module("iso_records")


@pytest.fixture
def server(servers: ModuleType) -> Iterator[Any]:
    """Give a running server without any catalogue."""
    with servers.CatalogueServer() as running:
        yield running


@pytest.fixture
def calls() -> Iterator[Calls]:
    """Give calls with short time-outs."""
    with transport.new_session() as session:
        yield Calls(session, limits=FAST)


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    """Give the catalogue of a new workspace."""
    with Workspace.open(tmp_path / "w.gpkg") as workspace:
        yield Catalogue(workspace)
