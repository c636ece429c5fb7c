# SPDX-License-Identifier: GPL-2.0-or-later
"""A workspace, a report server on a real socket, and what a person does in between."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sigma_communes.core.feedback import Feedback
from sigma_communes.core.reports.sources.georeport_server import Client
from sigma_communes.core.store import Workspace
from sigma_communes.core.transport import Limits, new_session
from sigma_communes.tests.servers.georeport import STYLES, GeoReportServer, profile_for

pytest.register_assert_rewrite(f"{__package__}.contract")
HERE = Path(__file__).parent
LIMITS = Limits(connect=1, read=0.25, backoff=0.01, longest_pause=2, max_bytes=4 << 20)
Serve = Callable[..., tuple[GeoReportServer, Client]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1"]))


@pytest.fixture(autouse=True)
def _no_network() -> None:
    """Take the place of the fixture that blocks every socket: ``allow_hosts`` blocks all but the loopback."""


def client_of(
    server: GeoReportServer, kind: str, session: Any, feedback: Feedback | None = None, **writing: Any
) -> Client:
    """Return a client as a person would set it up; a lost answer may be looked for at once."""
    profile = profile_for(kind)
    profile = replace(profile, writing=replace(profile.writing, **{"settle": 0.0, **writing}))
    return Client(
        server.url,
        profile,
        session,
        name="city",
        key=server.style.key,
        given={need: "fms.example" for need in profile.needs},
        limits=LIMITS,
        feedback=feedback or Feedback(),
    )


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Give a function that starts a server of a kind and returns it with a client."""
    with ExitStack() as stack:

        def start(kind: str = "citysdk", writing: dict[str, Any] | None = None, **changes: Any) -> Any:
            server = stack.enter_context(GeoReportServer(STYLES[kind], **changes))
            session = stack.enter_context(new_session())
            return server, client_of(server, kind, session, **(writing or {}))

        yield start


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
def edit(ws: Workspace) -> Iterator[Callable[..., None]]:
    """Give a function that edits the workspace as another program does: by SQL."""
    connection = sqlite3.connect(ws.path)

    def run(statement: str, *values: Any) -> None:
        with connection:
            connection.execute(statement, values)

    yield run
    connection.close()


def rows(ws: Workspace, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Return what a query finds."""
    return ws._connection.execute(statement, values).fetchall()
