# SPDX-License-Identifier: GPL-2.0-or-later
"""A workspace open for reading: its rows, and SQLite's errors in words that a person can act on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Union

from ...errors import WorkspaceError
from .connection import explaining
from .migrations import version_of

Values = Union[Sequence[Any], Mapping[str, Any]]
"""What the statement's parameters stand for, by place or by name."""


class Reader:
    """What can be asked of a workspace; :func:`reading` gives one that can do no more, a ``Workspace`` is one too.

    Each method raises a WorkspaceError where the file is gone, locked or damaged.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.path = path
        self._connection = connection

    def rows(self, statement: str, values: Values = ()) -> list[tuple[Any, ...]]:
        """Return all rows that a statement finds."""
        with explaining(self.path):
            return self._connection.execute(statement, values).fetchall()

    def each(self, statement: str, values: Values = ()) -> Iterator[tuple[Any, ...]]:
        """Give the rows one by one, for who stops before the last one."""
        with explaining(self.path):
            yield from self._connection.execute(statement, values)

    def row(self, statement: str, values: Values = ()) -> Any:
        """Return the first row that a statement finds, None where it finds none."""
        with explaining(self.path):
            return self._connection.execute(statement, values).fetchone()

    def value(self, statement: str, values: Values = ()) -> Any:
        """Return the first value of the first row, None where there is none."""
        row = self.row(statement, values)
        return None if row is None else row[0]


def uri(path: Path) -> str:
    """Return the address by which SQLite opens a file for reading only."""
    return f"{path.resolve().as_uri()}?mode=ro"


@contextmanager
def reading(path: Path, *, wait: float = 5.0) -> Iterator[Reader]:
    """Open a workspace that is only read: nothing is migrated, no journal is made, no lock outlives a statement.

    Parameters
    ----------
    path : Path
        The GeoPackage.
    wait : float
        Seconds to wait for another program that writes at this moment.

    Raises
    ------
    WorkspaceError
        There is no such file, it is empty, no workspace, of a newer version, locked or damaged.
    """
    path = Path(path)
    if not path.is_file():
        raise WorkspaceError("There is no such workspace", where=str(path), next_step="Check the path")
    with explaining(path), closing(sqlite3.connect(uri(path), uri=True, timeout=wait)) as connection:
        if version_of(connection, path) == 0:
            raise WorkspaceError("The file is empty", where=str(path), next_step="Restore a copy, or delete it")
        yield Reader(connection, path)
