# SPDX-License-Identifier: GPL-2.0-or-later
"""Of when the workspace's data are, and which episodes go on in a commune: what a page for all to see needs."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import NamedTuple, Optional

from .file.connection import explaining
from .workspace import Workspace

# When reports were last read: from a server, or by a run; else the newest report is the best that is known.
_REPORTS = """
SELECT coalesce(max((SELECT max(read_at) FROM cursor), (SELECT max(at) FROM run)), (SELECT max(read_at) FROM cursor),
    (SELECT max(at) FROM run), (SELECT max(reported_at) FROM report WHERE source NOT LIKE 'sensors/%'))
"""
_SENSORS = "SELECT max(last_at) FROM sensor"
_COMMUNE = "SELECT name FROM commune WHERE insee = ?"
_EPISODES = """
SELECT r.description, r.extra, r.reported_at
FROM report AS r JOIN triage AS t ON t.fid = r.fid
WHERE t.insee = ?1 AND r.source LIKE 'sensors/%' AND r.raw_status = 'en cours'
    AND r.state NOT IN ('resolved', 'rejected', 'duplicate', 'not_ours')
ORDER BY r.reported_at DESC, r.fid
"""


class DataTimes(NamedTuple):
    """The name of a commune (None: it is not known), and of when reports and sensors are (None: there are none)."""

    commune: Optional[str]
    reports: Optional[datetime]
    sensors: Optional[datetime]


def data_times(workspace: Workspace, insee: str) -> DataTimes:
    """Return of when the data are that a page on a commune shows."""
    with explaining(workspace.path):
        connection = workspace._connection
        (reports,) = connection.execute(_REPORTS).fetchone()
        (newest,) = connection.execute(_SENSORS).fetchone()
        commune = connection.execute(_COMMUNE, (insee,)).fetchone()
    return DataTimes(
        None if commune is None else str(commune[0]),
        None if reports is None else datetime.fromisoformat(str(reports)[:19]).replace(tzinfo=timezone.utc),
        None if newest is None else datetime.fromtimestamp(newest / 1000, timezone.utc),
    )


def open_episodes(workspace: Workspace, insee: str, language: str) -> list[str]:
    """Return the sentences of sensors' reports in a commune that go on, the newest first."""
    with explaining(workspace.path):
        rows = workspace._connection.execute(_EPISODES, (insee,)).fetchall()
    return [
        str(description)
        if language == "fr"
        else str((json.loads(extra) if extra else {}).get("text_en") or description)
        for description, extra, _ in rows
    ]
