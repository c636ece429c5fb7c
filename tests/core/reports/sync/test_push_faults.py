# SPDX-License-Identifier: GPL-2.0-or-later
"""What is sent meets everything that a server can do wrong: nothing is lost, nothing arrives twice."""

from __future__ import annotations

from typing import Any

import pytest
from sigma_communes.core.errors import SigmaError
from sigma_communes.core.jobs.handling import set_state
from sigma_communes.core.reports.sync.pull import pull
from sigma_communes.core.reports.sync.push import push
from sigma_communes.core.store import Workspace
from sigma_communes.core.transport import Limits
from sigma_communes.tests.servers.georeport import GeoReportServer

from .conftest import Serve, rows
from .test_push import draw, left, present

FAULTS = ["hang before", "hang after", "drop before", "drop after", "cut", "truncated", "mis-encoded", "429", "500",
          "502", "503", "401", "403", "html", "entities", "deep", "bomb", "double gzip", "enormous", "loop",
          "error 200"]  # fmt: skip


def attempt(ws: Workspace, client: Any) -> None:
    """Send as a person does who tries again later: what stops it is told and no more."""
    try:
        push(ws, client, who="anne")
    except SigmaError as error:
        assert error.what


def assert_once(ws: Workspace, server: GeoReportServer) -> None:
    """Check that the server has all of it, once, and that nothing waits."""
    found = sorted(r["description"] for r in server.reports.values() if str(r["description"]).startswith("drawn"))
    assert found == ["drawn 0", "drawn 1", "drawn 2"]
    assert {key: server.reports[key]["status"] for key in ("1", "2", "4")} == dict.fromkeys(("1", "2", "4"), "closed")
    assert left(ws) == []
    assert rows(ws, "SELECT count(*) FROM outbox WHERE state <> 'sent'") == [(0,)]


@pytest.mark.parametrize("times", [1, 4])
@pytest.mark.parametrize("method", ["POST", "PATCH"])
@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_of_what_is_sent(ws: Workspace, serve: Serve, fault: Any, method: str, times: int) -> None:
    server, client = serve("citysdk")
    client._limits = Limits(connect=1, read=0.1, backoff=0.001, retries=2, max_bytes=4 << 20)
    server.add(5)
    present(server)
    pull(ws, client)
    for n in range(3):
        draw(ws, f"drawn {n}")
    set_state(ws, ["city/1", "city/2", "city/4"], "resolved", "anne")
    server.fault(fault, method=method, times=times)
    for _ in range(3):
        attempt(ws, client)
    server.faults.clear()
    attempt(ws, client)
    refused = rows(ws, "SELECT count(*) FROM outbox WHERE state = 'refused'")[0][0]
    if refused:  # a refusal is told, kept, and may be tried again
        ws._connection.execute("DELETE FROM outbox WHERE state = 'refused'")
    push(ws, client, who="anne")
    assert_once(ws, server)
    pull(ws, client, full=True)
    assert rows(ws, "SELECT count(*) FROM report") == [(8,)]


def test_no_key_follows_what_is_sent_to_another_host(ws: Workspace, serve: Serve) -> None:
    other, _ = serve("generic")
    server, client = serve("citysdk", key="s3cret")
    server.add(2)
    present(server)
    pull(ws, client)
    key = draw(ws, "drawn 0")
    server.fault("elsewhere", location=f"{other.url}/requests.json", method="POST", times=1)
    attempt(ws, client)
    assert other.calls == [], "a POST is not sent on"
    assert push(ws, client, who="anne").created == [key]
    assert len(server.reports) == 3
