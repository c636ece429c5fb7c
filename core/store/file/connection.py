# SPDX-License-Identifier: GPL-2.0-or-later
"""A SQLite connection as the workspace needs it, and SQLite's errors in words that a person can act on."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Optional

from ...errors import WorkspaceError
from .geometry import register_functions

MINIMUM_SQLITE = (3, 33)  # json_each, upsert, row values

_CAUSES = (
    (
        ("locked", "busy"),
        "The workspace is in use by another program",
        "Close the other program or wait until it has finished (in QGIS: end the edit session), then try again",
    ),
    (
        ("disk is full",),
        "The disk is full",
        "Free some space and run the same command again: all whole batches are kept",
    ),
    (
        ("readonly",),
        "The workspace is read-only",
        "Copy it to a folder that can be written, or ask for the right to write there",
    ),
    (
        ("unable to open",),
        "The workspace can't be opened",
        "Check that the folder exists and that files can be created in it",
    ),
    (
        ("not a database", "malformed", "not an error", "encrypted"),
        "The file is damaged or is not a GeoPackage",
        "Restore a copy, or choose another file name",
    ),
    (
        ("disk I/O error",),
        "The disk can't be read or written",
        "Check the disk; on a network drive, copy the workspace to this computer",
    ),
)


def explained(error: sqlite3.Error, path: Path) -> WorkspaceError:
    """Return SQLite's error as a :class:`~..errors.WorkspaceError` with the next step."""
    text = str(error)
    for words, what, next_step in _CAUSES:
        if any(word in text for word in words):
            return WorkspaceError(f"{what} ({text})", where=str(path), next_step=next_step)
    return WorkspaceError(f"Can't be read or written: {text}", where=str(path))


@contextmanager
def explaining(path: Path) -> Iterator[None]:
    """Turn every SQLite error of the block into a WorkspaceError."""
    try:
        yield
    except sqlite3.Error as error:
        raise explained(error, path) from error


def connect(path: Path, busy_timeout: float) -> sqlite3.Connection:
    """Open a database file with the functions and settings of the workspace; waits ``busy_timeout`` s for locks."""
    if sqlite3.sqlite_version_info < MINIMUM_SQLITE:
        raise WorkspaceError(
            f"SQLite {sqlite3.sqlite_version} is too old",
            next_step="Use a Python whose SQLite is 3.33 or newer",
        )
    with suppress(OSError):  # SQLite says better what is wrong with a folder
        # A new file is its owner's alone; SQLite gives a journal the rights of its file.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with explaining(path):
        connection = sqlite3.connect(str(path), timeout=busy_timeout, isolation_level=None)
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten: it may be personal
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA cache_size = -32000")  # KB: what a batch of reports touches
            connection.execute("PRAGMA wal_autocheckpoint = 4000")  # pages; each waits for the disk
            # Triggers may call the functions below; that is SQLite's default, but builds can change it.
            connection.execute("PRAGMA trusted_schema = ON")
            register_functions(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def start_wal(connection: sqlite3.Connection) -> None:
    """Let others read while one writes, in a file that nobody else has open yet.

    A file found with a rollback journal keeps it. QGIS (seen with 3.22) shows such a file with SQLite's
    ``nolock``, which can't read WAL: switching would empty the map that a colleague looks at, and nothing tells
    whether there is one.
    """
    connection.execute("PRAGMA journal_mode = WAL")


def stop_wal(connection: sqlite3.Connection) -> None:
    """Put everything into the one file and leave WAL, so that it can be copied, or read from a read-only disk.

    Where another program has the file open, it stays in WAL with all that can be moved moved into it.
    """
    connection.execute("PRAGMA busy_timeout = 0")
    for pragma in ("PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA journal_mode = DELETE"):
        with suppress(sqlite3.OperationalError):
            connection.execute(pragma).fetchall()


def scalar(connection: sqlite3.Connection, statement: str) -> Optional[int]:
    """Return the first value of the first row."""
    row = connection.execute(statement).fetchone()
    return None if row is None else row[0]
