# SPDX-License-Identifier: GPL-2.0-or-later
"""Killed at any instant, two at once, a full disk: afterwards all is as if nothing had happened.

``SIGMA_KILLS`` says how many instants (a dozen where it is not set).
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sigma_communes.core.errors import WorkspaceError
from sigma_communes.core.jobs.handling import set_state
from sigma_communes.core.reports.sync import pull as pulling
from sigma_communes.core.reports.sync.pull import pull
from sigma_communes.core.reports.sync.push import push
from sigma_communes.core.store import Workspace
from sigma_communes.tests.servers.georeport import EPOCH, STYLES, GeoReportServer

from . import disturbed
from .conftest import Serve
from .disturbed import SINCE, content, run
from .test_push import draw

KILLS = int(os.environ.get("SIGMA_KILLS", "12"))


class Processes:
    """Processes that have imported all before they start, to be killed."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", disturbed.__name__]
        self._parent = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def _ask(self, command: str) -> int:
        assert self._parent.stdin and self._parent.stdout
        self._parent.stdin.write(f"{command}\n")
        self._parent.stdin.flush()
        return int(self._parent.stdout.readline())

    def start(self, path: Path, url: str, what: str) -> int:
        return self._ask(f"start {path}|{url}|{what}")

    def wait(self, pid: int) -> int:
        return self._ask(f"wait {pid}")

    def disturb(self, path: Path, url: str, what: str, seconds: float) -> bool:
        """Run something and kill it after some seconds; say whether it was killed before its end."""
        pid = self.start(path, url, what)
        time.sleep(seconds)
        os.kill(pid, signal.SIGKILL)
        return self.wait(pid) == -signal.SIGKILL

    def close(self) -> None:
        with self._parent:
            self._parent.kill()


@pytest.fixture(scope="module")
def processes() -> Iterator[Processes]:
    if not hasattr(os, "fork"):
        pytest.skip("kill -9 and fork are POSIX")
    made = Processes()
    yield made
    made.close()


def copied(template: Path, path: Path) -> Path:
    """Copy a workspace that nobody has open."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return Path(shutil.copy(template, path))


def differences(found: dict[str, list[Any]], expected: dict[str, list[Any]]) -> list[Any]:
    """Return the rows that only one of two workspaces has."""
    return [(table, set(found[table]) ^ set(rows)) for table, rows in expected.items() if found[table] != rows]


def base_of(tmp_path: Path, server: GeoReportServer) -> Path:
    """Return a workspace that has read a server and in which a person has worked since."""
    template = tmp_path / "template.gpkg"
    run(template, server.url, "pull")
    with Workspace.open(template) as ws:
        for n in range(8):
            draw(ws, f"drawn {n}")
        set_state(ws, ["city/1", "city/2", "city/4"], "resolved", "anne")
        set_state(ws, ["city/5"], "in_progress", "anne")
        ws._connection.execute("UPDATE report SET description = 'mine' WHERE id IN ('city/7', 'city/8', 'city/9')")
    return template


def test_a_killed_read_goes_on(tmp_path: Path, processes: Processes) -> None:
    chance = random.Random(3)
    with GeoReportServer(STYLES["citysdk"]) as server:
        server.add(500)
        template = base_of(tmp_path, server)
        for n in range(1, 500, 3):
            server.edit(str(n), description=f"theirs {n}", address="new")
        server.add(200)
        server.delete("400")
        calm = copied(template, tmp_path / "calm.gpkg")
        start = time.monotonic()
        run(calm, server.url, "full")
        lasts = time.monotonic() - start
        expected = content(calm)
        assert len(expected["conflict"]) == 1
        assert expected["gone"] == [("city/400",)]
        killed = 0
        for _ in range(KILLS):
            path = copied(template, tmp_path / "disturbed.gpkg")
            for _ in range(chance.choice((1, 1, 2, 3))):
                killed += processes.disturb(path, server.url, "full", chance.uniform(0, lasts * 1.1))
            run(path, server.url, "full")
            assert differences(content(path), expected) == []
        assert killed > KILLS / 3, "the kills came too late to show anything"


def test_a_killed_send_goes_on(tmp_path: Path, processes: Processes) -> None:
    chance = random.Random(5)
    expected: Any = None
    lasts, killed = 0.0, 0
    with GeoReportServer(STYLES["citysdk"]) as server:
        server.add(12)
        template = base_of(tmp_path, server)
        before = {key: dict(value) for key, value in server.reports.items()}
        for turn in range(KILLS + 1):
            server.reports.clear()
            server.reports.update({key: dict(value) for key, value in before.items()})
            server.now = EPOCH + timedelta(days=365)
            server._version += 1
            path = copied(template, tmp_path / "disturbed.gpkg")
            if turn:
                for _ in range(chance.choice((1, 1, 2, 3))):
                    killed += processes.disturb(path, server.url, "push", chance.uniform(0, lasts * 1.2))
            start = time.monotonic()
            run(path, server.url, "push")
            lasts = lasts or time.monotonic() - start
            sent = sorted(r["description"] for r in server.reports.values() if "drawn" in r["description"])
            assert sent == [f"drawn {n}" for n in range(8)], "once each"
            assert [server.reports[n]["status"] for n in ("1", "2", "4", "5")] == ["closed"] * 3 + ["open"]
            run(path, server.url, "pull")
            found = content(path)
            expected = expected or found
            assert differences(found, expected) == []
    assert killed > KILLS / 3


def test_two_processes_on_one_workspace(tmp_path: Path, processes: Processes) -> None:
    with GeoReportServer(STYLES["citysdk"]) as server:
        server.add(900)
        template = base_of(tmp_path, server)
        server.add(300)
        calm = copied(template, tmp_path / "calm.gpkg")
        run(calm, server.url, "full")
        path = copied(template, tmp_path / "both.gpkg")
        running = [processes.start(path, server.url, what) for what in ("full", "pull", "full")]
        codes = [processes.wait(pid) for pid in running]
        assert codes == [0, 0, 0]
        run(path, server.url, "pull")
        assert differences(content(path), content(calm)) == []


def test_two_that_send_at_once(tmp_path: Path, processes: Processes) -> None:
    with GeoReportServer(STYLES["citysdk"]) as server:
        server.add(12)
        path = base_of(tmp_path, server)
        running = [processes.start(path, server.url, "push") for _ in range(3)]
        codes = [processes.wait(pid) for pid in running]
        assert 0 in codes
        run(path, server.url, "push")
        assert len(server.reports) == 20
        assert len([call for call in server.calls if call.method == "POST"]) == 8


def test_a_full_disk(ws: Workspace, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulling, "_BATCH", 100)
    server, client = serve("citysdk")
    server.add(3000)
    for n in range(5):
        draw(ws, f"drawn {n}")
    server.now = datetime.now(timezone.utc)
    pages = ws._connection.execute("PRAGMA page_count").fetchone()[0]
    ws._connection.execute(f"PRAGMA max_page_count = {pages + 100}")
    with pytest.raises(WorkspaceError, match="disk is full"):
        pull(ws, client, since=SINCE)
    kept = ws.counts()["report"]
    assert 0 < kept - 5 < 3000
    assert (kept - 5) % 100 == 0
    while True:  # take what is left of the last pages
        try:
            with ws.transaction():
                ws._connection.execute("INSERT INTO rejected (input, reason, at) VALUES (hex(randomblob(200)), '', '')")
        except WorkspaceError:
            break
    calls = len([call for call in server.calls if call.method == "POST"])
    try:
        push(ws, client)
    except WorkspaceError as error:
        assert "disk is full" in str(error)
    ws._connection.execute("PRAGMA max_page_count = 1000000")
    pull(ws, client, since=SINCE)
    push(ws, client)
    pull(ws, client, full=True, since=SINCE)
    assert calls == 0
    assert len(server.reports) == 3005
    assert ws.counts()["report"] == 3005
