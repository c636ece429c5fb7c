# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads and sends in a process of their own, to be killed; and what must be the same afterwards."""

from __future__ import annotations

import os
import sqlite3
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from sigma_communes.core.reports.sources.georeport_server import Client
from sigma_communes.core.reports.sources.profile import load_profile
from sigma_communes.core.reports.sync import pull as pulling
from sigma_communes.core.reports.sync.pull import pull
from sigma_communes.core.reports.sync.push import push
from sigma_communes.core.store import Workspace
from sigma_communes.core.transport import Limits, new_session
from sigma_communes.tests.servers.georeport import EPOCH

SINCE = EPOCH - timedelta(days=2)


def run(path: Path, url: str, what: str, kind: str = "citysdk") -> None:
    """Read or send as a person would."""
    from dataclasses import replace

    pulling._BATCH = 100
    profile = load_profile(kind)
    profile = replace(profile, writing=replace(profile.writing, settle=0.0))
    with new_session() as session, Workspace.open(path, busy_timeout=30) as ws:
        client = Client(url, profile, session, name="city", limits=Limits(connect=2, read=10, backoff=0.01))
        if what == "pull":
            pull(ws, client, since=SINCE)
        elif what == "full":
            pull(ws, client, full=True, since=SINCE)
        else:
            push(ws, client, who="anne")


def forks() -> None:
    """Start what standard input says, each in a process that has imported all before; answer with its number or end.

    ``start PATH|URL|WHAT`` and ``wait PID`` are the commands.
    """
    for line in sys.stdin:
        command, _, rest = line.strip().partition(" ")
        if command == "start":
            path, url, what = rest.split("|")
            pid = os.fork()
            if not pid:
                code = 1
                try:
                    run(Path(path), url, what)
                    code = 0
                finally:
                    os._exit(code)
            print(pid, flush=True)  # noqa: T201 - the answer
        else:
            print(os.waitstatus_to_exitcode(os.waitpid(int(rest), 0)[1]), flush=True)  # noqa: T201 - the answer


_TABLES = {
    "report": "id, source, service_request_id, service_code, service_name, description, status, state, address, lon,"
    " lat, geom, json_remove(extra, '$.updated_datetime', '$.requested_datetime')",
    "change": "report_id, action, field, old, new, origin, who, kept",
    "conflict": "report_id, field, base, mine, theirs",
    "gone": "report_id",
    "alias": "key, report_id",
    "history": "report_id, who, origin, what, old, new, note",
    "cursor": "source, sweep_since, sweep_to",
    "rejected": "input, reason",
}


def content(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return what a workspace holds, without what depends on the moment; check that it is whole."""
    connection = sqlite3.connect(path)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("SELECT count(*) FROM writer").fetchone() == (0,)
        points = "SELECT count(geom), (SELECT count(*) FROM rtree_report_geom) FROM report"
        ((here, indexed),) = connection.execute(points)
        assert here == indexed
        assert connection.execute("SELECT count(*) FROM outbox WHERE state NOT IN ('sent')").fetchone() == (0,)
        return {
            table: sorted(connection.execute(f"SELECT {columns} FROM {table}").fetchall(), key=repr)  # noqa: S608
            for table, columns in _TABLES.items()
        }
    finally:
        connection.close()


if __name__ == "__main__":
    forks()
