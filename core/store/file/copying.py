# SPDX-License-Identifier: GPL-2.0-or-later
"""A database file copied whole, whoever has it open."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from .connection import explaining


def copy_database(path: Path, target: Path) -> None:
    """Copy by SQLite's own backup: what waits in a ``-wal`` comes along, a half-written transaction does not.

    Raises
    ------
    WorkspaceError
        It can't be read, or the copy not written.
    """
    with (
        explaining(path),
        closing(sqlite3.connect(str(path))) as old,
        closing(sqlite3.connect(str(target))) as new,
    ):
        old.backup(new)


def lacks_wal(path: Path) -> bool:
    """Return whether a database says of itself that a ``-wal`` belongs to it, and there is none beside it.

    QGIS and we leave that mode when we close the file: it was open when it was copied.
    """
    try:
        with path.open("rb") as file:
            header = file.read(20)
    except OSError:
        return False  # who opens it says what is wrong
    return header[18:20] == b"\x02\x02" and not path.with_name(f"{path.name}-wal").exists()
