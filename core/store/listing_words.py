# SPDX-License-Identifier: GPL-2.0-or-later
"""The words of the reports of a workspace, made ready for search in a thread while the list is shown already."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Optional

from .file.reading import uri

_SCHEMA = """
CREATE TABLE name (id TEXT PRIMARY KEY, name TEXT);
CREATE VIRTUAL TABLE words USING fts5(
    text, tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3', detail = none, columnsize = 0
);
"""
_TAKE = """
INSERT OR REPLACE INTO words (rowid, text)
SELECT CAST(o.key AS INTEGER), r.id || ' ' || coalesce(r.description, '') || ' ' || coalesce(r.service_name, '') ||
    ' ' || coalesce(r.address, '') || ' ' || coalesce(t.commune, '') || ' ' || coalesce(c.name, '') || ' ' ||
    coalesce(m.name, '')
FROM json_each(?) AS o JOIN w.report AS r ON r.fid = o.value
    LEFT JOIN w.triage AS t ON t.fid = r.fid LEFT JOIN w.assignment AS a ON a.fid = r.fid
    LEFT JOIN name AS c ON c.id = r.class LEFT JOIN name AS m ON m.id = a.team
"""
_FIND = "SELECT json_group_array(rowid) FROM (SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid)"
_WORD = re.compile(r"[^\W_]+")


def asked(text: str) -> str:
    """Return a typed text as FTS5 takes it: every word, and words that begin so."""
    return " ".join(f'"{word}"*' for word in _WORD.findall(text))


class WordIndex:
    """Made from a workspace in a thread of its own; everything else is for one thread, that of the list.

    Parameters
    ----------
    path : Path
        The workspace.
    names : mapping
        Ids of classes and teams to their names, so that reports are found by them too.
    rows : str
        JSON: an object of rows of the list to ``report.fid``.
    """

    def __init__(self, path: Path, names: Mapping[str, str], rows: str) -> None:
        self._path = path
        self._connection = sqlite3.connect(":memory:", uri=True, check_same_thread=False, isolation_level=None)
        self._stop = threading.Event()
        self._error: Optional[sqlite3.Error] = None
        self._later: list[str] = []
        self._thread = threading.Thread(target=self._make, args=(dict(names), rows), name="words", daemon=True)
        self._thread.start()

    def _make(self, names: Mapping[str, str], rows: str) -> None:
        try:
            self._connection.set_progress_handler(lambda: int(self._stop.is_set()), 100_000)
            self._connection.executescript(_SCHEMA)
            self._connection.executemany("INSERT OR REPLACE INTO name VALUES (?, ?)", names.items())
            self._take(rows)
            self._connection.set_progress_handler(None, 0)
        except sqlite3.Error as error:
            self._error = error

    def _take(self, rows: str) -> None:
        self._connection.execute("ATTACH ? AS w", (uri(self._path),))
        try:
            self._connection.execute(_TAKE, (rows,))
        finally:
            self._connection.execute("DETACH w")

    def ready(self, wait: Optional[float] = None) -> bool:
        """Say whether words can be searched, waiting so many seconds at most (None: until they can).

        Raises
        ------
        sqlite3.Error
            The workspace could not be read.
        """
        self._thread.join(wait)
        if self._thread.is_alive():
            return False
        if self._error is not None:
            raise self._error
        while self._later:
            self._take(self._later[0])
            del self._later[0]
        return True

    def rows(self, text: str) -> str:
        """Return the rows that have all words of a text, ascending, as a JSON list; call it when :meth:`ready`."""
        found: str = self._connection.execute(_FIND, (asked(text),)).fetchone()[0]
        return found

    def take_again(self, rows: str) -> None:
        """Take over what was written to some rows: at once, or when the words are ready."""
        self._later.append(rows)
        self.ready(0)

    def close(self) -> None:
        """Stop, and free the memory."""
        self._stop.set()
        self._thread.join()
        self._connection.close()
