# SPDX-License-Identifier: GPL-2.0-or-later
"""A workspace in a folder of its own, and reports to put into it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import pytest
from sigma_communes.core.model import Report
from sigma_communes.core.store import Workspace

MakeReport = Callable[..., Report]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give the path of a workspace that does not exist yet."""
    return tmp_path / "workspace.gpkg"


@pytest.fixture
def ws(path: Path) -> Iterator[Workspace]:
    """Give a new workspace, open."""
    with Workspace.open(path) as workspace:
        yield workspace


@pytest.fixture
def make_report() -> MakeReport:
    """Give a function that makes report number ``n``, with what is asked for changed."""

    def make(n: int, **fields: Any) -> Report:
        values: dict[str, Any] = {
            "source": "city",
            "service_request_id": f"K{n}",
            "service_name": "Graffitis",
            "description": f"number {n}",
            "status": "open",
            "lon": 5.2 + (n % 500) / 1000,
            "lat": 43.2 + (n % 300) / 1000,
            "requested_datetime": "2025-03-01T10:00:00+01:00",
            "extra": {"canal": "Android"},
        }
        return Report(**{**values, **fields})

    return make


@pytest.fixture
def plain(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection of another program that knows no function of ours or GDAL's."""
    connection = sqlite3.connect(path)
    yield connection
    connection.close()
