# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether a workspace is whole, without changing it."""

from __future__ import annotations

from dataclasses import dataclass

from .file.migrations import VERSION
from .file.reading import Reader

_COUNTS = "SELECT (SELECT max(version) FROM schema_version), (SELECT count(*) FROM report)"
_FIRST_WITH_MARKS = 4
_TO_SEND = "SELECT report_id FROM report_waiting ORDER BY report_id"


@dataclass(frozen=True)
class Health:
    """What a workspace is: schema version, newest known version, bytes, damage (``""``: none), and its counts."""

    version: int
    newest: int
    size: int
    damage: str
    reports: int
    waiting: int


def health_of(workspace: Reader) -> Health:
    """Look at a workspace without migrating or locking it; ``waiting`` counts as :func:`reports_to_send`."""
    found = [text for (text,) in workspace.rows("PRAGMA quick_check(1)")]
    found += [f"{table}: a reference leads nowhere" for table, *_ in workspace.rows("PRAGMA foreign_key_check")]
    version, reports = workspace.row(_COUNTS)
    waiting = len(reports_to_send(workspace)) if version >= _FIRST_WITH_MARKS else 0
    damage = next((text for text in found if text != "ok"), "")
    return Health(version, VERSION, workspace.path.stat().st_size, damage, reports, waiting)


def reports_to_send(workspace: Reader) -> list[str]:
    """Return the ids of the reports with an edit that a server takes, or that is new and was not tried yet.

    It is what every screen and list calls “to send”.
    """
    return [str(report_id) for (report_id,) in workspace.rows(_TO_SEND)]
