# SPDX-License-Identifier: GPL-2.0-or-later
"""One process at a time, for what must not be done twice.

The lock is SQLite's own on an empty file beside the workspace (``.NAME.gpkg.push``): it works on every system and ends
with its process, however that ends. The file stays: to remove it would let in two, one with the old and one with a new.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...errors import WorkspaceError


@contextmanager
def turn(path: Path, what: str) -> Iterator[None]:
    """Hold the only turn for ``what`` on the workspace at ``path`` during the block.

    Raises
    ------
    WorkspaceError
        Another process has it.
    """
    file = path.with_name(f".{path.name}.{what}")
    busy = WorkspaceError(
        f"Another program is at it: {what}", where=str(path), next_step="Wait until it has finished, then try again"
    )
    try:
        connection = sqlite3.connect(str(file), timeout=0, isolation_level=None)
    except sqlite3.Error as error:
        raise WorkspaceError(f"Can't be written beside: {error}", where=str(path)) from error
    try:
        try:
            connection.execute("PRAGMA journal_mode = MEMORY")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise busy from error
        yield
    finally:
        connection.close()
