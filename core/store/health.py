# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether a workspace is whole, without changing it."""

from __future__ import annotations

from dataclasses import dataclass

from .file.migrations import VERSION
from .file.reading import Reader

_COUNTS = (
    "SELECT (SELECT max(version) FROM schema_version), (SELECT count(*) FROM report), (SELECT count(*) FROM change)"
)


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
    """Look at a workspace without migrating or locking it; ``waiting`` counts edits that are not yet on a server."""
    found = [text for (text,) in workspace.rows("PRAGMA quick_check(1)")]
    found += [f"{table}: a reference leads nowhere" for table, *_ in workspace.rows("PRAGMA foreign_key_check")]
    version, reports, waiting = workspace.row(_COUNTS)
    damage = next((text for text in found if text != "ok"), "")
    return Health(version, VERSION, workspace.path.stat().st_size, damage, reports, waiting)
