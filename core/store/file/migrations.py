# SPDX-License-Identifier: GPL-2.0-or-later
"""The schema and its history: one SQL script a version, each run in one transaction of its own."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ...errors import WorkspaceError
from .connection import explaining, scalar

SCRIPTS = sorted((Path(__file__).parents[1] / "schema").glob("[0-9]*.sql"))
VERSION = len(SCRIPTS)
"""The newest schema version that this product knows: the number of its scripts, 0001.sql, 0002.sql …"""

_GPKG = 0x47504B47


def version_of(connection: sqlite3.Connection, path: Path) -> int:
    """Return the schema version of an open file, 0 where the file is new and empty.

    ``PRAGMA user_version`` belongs to GeoPackage (its own version), so ours is the last row of ``schema_version``.

    Raises
    ------
    WorkspaceError
        The file is no GeoPackage, is one but no workspace, or is a workspace of a newer version.
    """
    with explaining(path):
        if scalar(connection, "SELECT count(*) FROM sqlite_master") == 0:
            return 0
        if scalar(connection, "PRAGMA application_id") != _GPKG:
            raise WorkspaceError("Is not a GeoPackage", where=str(path), next_step="Choose another file name")
        if not scalar(connection, "SELECT count(*) FROM sqlite_master WHERE name = 'schema_version'"):
            raise WorkspaceError(
                "Is a GeoPackage, but not a workspace of SIGM@communes",
                where=str(path),
                next_step="Choose another file name; to read its reports, give it as --reports",
            )
        version = scalar(connection, "SELECT max(version) FROM schema_version") or 0
    if version > VERSION:
        raise WorkspaceError(
            f"The workspace has version {version}, this program knows up to {VERSION}",
            where=str(path),
            next_step="Update the plugin (or the package sigma-communes)",
        )
    return version


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring a file to the newest version; a script that fails or is killed leaves the version before it whole.

    Raises
    ------
    WorkspaceError
        As :func:`version_of`, or the file can't be written.
    """
    for number in range(version_of(connection, path) + 1, VERSION + 1):
        script = SCRIPTS[number - 1].read_text(encoding="utf-8")
        with explaining(path):
            try:
                connection.execute("BEGIN IMMEDIATE")
                # Another process may have done it while we waited for the lock.
                if version_of(connection, path) < number:
                    for statement in _statements(script):
                        connection.execute(statement)
                    connection.execute(
                        "INSERT INTO schema_version VALUES (?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))", (number,)
                    )
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise


def _statements(script: str) -> list[str]:
    """Cut a script into its statements; a trigger is one (executescript would commit before it starts)."""
    statements, pending = [], ""
    for line in script.splitlines(keepends=True):
        pending += line
        if ";" in line and sqlite3.complete_statement(pending):
            statements.append(pending)
            pending = ""
    return statements
