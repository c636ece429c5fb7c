# SPDX-License-Identifier: GPL-2.0-or-later
"""The reports of a workspace as a table in memory, newest first, that answers a filter while a person types.

SQLite itself copies the few columns of the list and builds a full-text index without accents and case; both run in a
thread, off the interpreter's lock. Then a filter is one statement, and only the rows on the screen are fetched.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, Optional

from ...core.errors import WorkspaceError
from ...core.feedback import Feedback
from ...core.store.connection import explained

_SCHEMA = """
CREATE TABLE listed (row INTEGER PRIMARY KEY, fid INTEGER, id TEXT, class TEXT, class_from TEXT, state TEXT, team TEXT,
    commune TEXT, place TEXT, reported_at TEXT, lon REAL, lat REAL, waits INTEGER);
CREATE TABLE name (id TEXT PRIMARY KEY, name TEXT);
CREATE VIRTUAL TABLE words USING fts5(text, tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3');
"""
_LIST = """
INSERT INTO listed
SELECT NULL, r.fid, r.id, coalesce(r.class, ''), r.class_from, r.state, coalesce(a.team, ''), coalesce(t.commune, ''),
    coalesce(r.address, t.commune, round(r.lat, 4) || ', ' || round(r.lon, 4), ''), r.reported_at,
    CASE WHEN r.geom NOTNULL THEN r.lon END, CASE WHEN r.geom NOTNULL THEN r.lat END,
    r.id IN (SELECT report_id FROM w.change)
FROM w.report AS r LEFT JOIN w.triage AS t ON t.fid = r.fid LEFT JOIN w.assignment AS a ON a.fid = r.fid
ORDER BY r.reported_at DESC, r.fid DESC
"""
_INDEX = """
INSERT INTO words (rowid, text)
SELECT l.row, l.id || ' ' || coalesce(r.description, '') || ' ' || coalesce(r.service_name, '') || ' ' ||
    l.place || ' ' || l.commune || ' ' || coalesce(c.name, '') || ' ' || coalesce(m.name, '')
FROM listed AS l JOIN w.report AS r ON r.fid = l.fid
    LEFT JOIN name AS c ON c.id = l.class LEFT JOIN name AS m ON m.id = l.team
"""
_AGAIN = """
INSERT OR REPLACE INTO listed
SELECT l.row, r.fid, r.id, coalesce(r.class, ''), r.class_from, r.state, coalesce(a.team, ''), coalesce(t.commune, ''),
    coalesce(r.address, t.commune, round(r.lat, 4) || ', ' || round(r.lon, 4), ''), r.reported_at,
    CASE WHEN r.geom NOTNULL THEN r.lon END, CASE WHEN r.geom NOTNULL THEN r.lat END,
    r.id IN (SELECT report_id FROM w.change)
FROM listed AS l JOIN w.report AS r ON r.fid = l.fid LEFT JOIN w.triage AS t ON t.fid = r.fid
    LEFT JOIN w.assignment AS a ON a.fid = r.fid
WHERE l.id IN (SELECT value FROM json_each(?))
"""
_INDEX_AGAIN = """
INSERT OR REPLACE INTO words (rowid, text)
SELECT l.row, l.id || ' ' || coalesce(r.description, '') || ' ' || coalesce(r.service_name, '') || ' ' ||
    l.place || ' ' || l.commune || ' ' || coalesce(c.name, '') || ' ' || coalesce(m.name, '')
FROM listed AS l JOIN w.report AS r ON r.fid = l.fid
    LEFT JOIN name AS c ON c.id = l.class LEFT JOIN name AS m ON m.id = l.team
WHERE l.id IN (SELECT value FROM json_each(?))
"""
# One text of numbers instead of one Python object a row: a hundred thousand rows in a few milliseconds.
_FILTER = """
SELECT group_concat(row) FROM (SELECT row FROM listed
WHERE (:states ISNULL OR state IN (SELECT value FROM json_each(:states)))
    AND (:classes ISNULL OR class IN (SELECT value FROM json_each(:classes)))
    AND (:teams ISNULL OR team IN (SELECT value FROM json_each(:teams)))
    AND (:communes ISNULL OR commune IN (SELECT value FROM json_each(:communes)))
    AND (:since ISNULL OR reported_at >= :since) AND (:waiting ISNULL OR waits)
    AND (:west ISNULL OR (lon BETWEEN :west AND :east AND lat BETWEEN :south AND :north))
ORDER BY row)
"""
_FILTER_WORDS = """
SELECT group_concat(row) FROM (SELECT row FROM words JOIN listed ON listed.row = words.rowid
WHERE words MATCH :words AND (:states ISNULL OR state IN (SELECT value FROM json_each(:states)))
    AND (:classes ISNULL OR class IN (SELECT value FROM json_each(:classes)))
    AND (:teams ISNULL OR team IN (SELECT value FROM json_each(:teams)))
    AND (:communes ISNULL OR commune IN (SELECT value FROM json_each(:communes)))
    AND (:since ISNULL OR reported_at >= :since) AND (:waiting ISNULL OR waits)
    AND (:west ISNULL OR (lon BETWEEN :west AND :east AND lat BETWEEN :south AND :north))
ORDER BY row)
"""
_WORDS = "SELECT group_concat(rowid) FROM (SELECT rowid FROM words WHERE words MATCH :words ORDER BY rowid)"
_PAGE = """
SELECT row, fid, id, class, class_from, state, team, place, reported_at, waits FROM listed
WHERE row IN (SELECT value FROM json_each(?)) ORDER BY row
"""
_ROWS_OF = "SELECT row FROM listed WHERE fid IN (SELECT value FROM json_each(?)) ORDER BY row"
_VALUES = """
SELECT 'states', state, count(*) FROM listed GROUP BY state UNION ALL
SELECT 'classes', class, count(*) FROM listed GROUP BY class UNION ALL
SELECT 'teams', team, count(*) FROM listed GROUP BY team UNION ALL
SELECT 'communes', commune, count(*) FROM listed GROUP BY commune
"""
_WORD = re.compile(r"\w+")


class Row(NamedTuple):
    """What one line of the list shows."""

    row: int
    fid: int
    id: str
    class_id: str
    class_from: str
    state: str
    team: str
    place: str
    reported_at: str
    waits: int


@dataclass(frozen=True)
class Filter:
    """Which reports are listed; what is None or empty does not count.

    ``since`` is ISO 8601; ``extent`` is west, south, east, north in degrees. Saved as JSON, without the extent.
    """

    text: str = ""
    states: Optional[tuple[str, ...]] = None
    classes: Optional[tuple[str, ...]] = None
    teams: Optional[tuple[str, ...]] = None
    communes: Optional[tuple[str, ...]] = None
    days: Optional[int] = None
    waiting: bool = False
    extent: Optional[tuple[float, float, float, float]] = None

    def to_json(self) -> str:
        """Return what can be saved."""
        return json.dumps({name: value for name, value in asdict(self).items() if name != "extent" and value})

    @classmethod
    def from_json(cls, text: str) -> Filter:
        """Return a saved filter; what is damaged or unknown is left out."""
        try:
            saved = json.loads(text)
        except ValueError:
            return cls()
        if not isinstance(saved, dict):
            return cls()
        known: dict[str, Any] = {}
        for name in ("states", "classes", "teams", "communes"):
            if isinstance(saved.get(name), list):
                known[name] = tuple(str(value) for value in saved[name])
        if isinstance(saved.get("text"), str):
            known["text"] = saved["text"]
        if isinstance(saved.get("days"), int):
            known["days"] = saved["days"]
        return cls(waiting=bool(saved.get("waiting")), **known)

    @property
    def empty(self) -> bool:
        """Whether every report is listed."""
        return not any(vars(self).values())


class BacklogIndex:
    """Made by :meth:`build` in a thread, then used in the main thread only."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self.path = path
        self.total = int(connection.execute("SELECT count(*) FROM listed").fetchone()[0])

    @classmethod
    def build(cls, path: Path, names: Mapping[str, str], feedback: Feedback) -> BacklogIndex:
        """Read a workspace; ``names`` are those of classes and teams, so that they are found too.

        Raises
        ------
        WorkspaceError
            The workspace is gone, locked or damaged.
        Cancelled
            The person asked to stop.
        """
        if not path.is_file():
            raise WorkspaceError("There is no such workspace", where=str(path))
        connection = sqlite3.connect(":memory:", uri=True, check_same_thread=False, isolation_level=None, timeout=5)
        try:
            connection.set_progress_handler(lambda: int(feedback.is_cancelled()), 100_000)
            connection.executescript(_SCHEMA)
            connection.executemany("INSERT OR REPLACE INTO name VALUES (?, ?)", names.items())
            connection.execute("ATTACH ? AS w", (_uri(path),))
            connection.execute("BEGIN")
            connection.execute(_LIST)
            connection.execute("CREATE INDEX listed_fid ON listed (fid)")
            connection.execute("CREATE INDEX listed_id ON listed (id)")
            connection.execute(_INDEX)
            connection.execute("COMMIT")
            connection.execute("DETACH w")
            connection.set_progress_handler(None, 0)
        except sqlite3.Error as error:
            connection.close()
            feedback.check()
            raise explained(error, path) from error
        return cls(connection, path)

    def close(self) -> None:
        """Free the memory."""
        self._connection.close()

    def rows(self, wanted: Filter, since: Optional[str] = None) -> list[int]:
        """Return the rows that a filter lets through, newest first; ``since`` is the start of its period."""
        words = " ".join(f'"{word}"*' for word in _WORD.findall(wanted.text))
        if not words and wanted.empty:
            return list(range(1, self.total + 1))
        west, south, east, north = wanted.extent or (None, None, None, None)
        values = {
            "words": words,
            "states": _json(wanted.states),
            "classes": _json(wanted.classes),
            "teams": _json(wanted.teams),
            "communes": _json(wanted.communes),
            "since": since,
            "waiting": 1 if wanted.waiting else None,
            "west": west,
            "south": south,
            "east": east,
            "north": north,
        }
        alone = words and replace(wanted, text="").empty
        statement = _WORDS if alone else _FILTER_WORDS if words else _FILTER
        found = self._connection.execute(statement, values).fetchone()[0]
        return list(map(int, found.split(","))) if found else []

    def page(self, rows: Sequence[int]) -> list[Row]:
        """Return what the list shows of some rows."""
        return [Row(*values) for values in self._connection.execute(_PAGE, (json.dumps(list(rows)),))]

    def rows_of(self, fids: Iterable[int]) -> list[int]:
        """Return the rows of some reports by their number in the layer."""
        return [row for (row,) in self._connection.execute(_ROWS_OF, (json.dumps(list(fids)),))]

    def values(self) -> dict[str, dict[str, int]]:
        """Return for ``states``, ``classes``, ``teams``, ``communes``: value → number of reports."""
        out: dict[str, dict[str, int]] = {"states": {}, "classes": {}, "teams": {}, "communes": {}}
        for kind, value, count in self._connection.execute(_VALUES):
            out[kind][value] = count
        return out

    def read_again(self, ids: Sequence[str]) -> None:
        """Take over what was written to some reports.

        Raises
        ------
        WorkspaceError
            The workspace is gone or locked.
        """
        keys = json.dumps(list(ids))
        try:
            self._connection.execute("ATTACH ? AS w", (_uri(self.path),))
            try:
                self._connection.execute(_AGAIN, (keys,))
                self._connection.execute(_INDEX_AGAIN, (keys,))
            finally:
                self._connection.execute("DETACH w")
        except sqlite3.Error as error:
            raise explained(error, self.path) from error


def _uri(path: Path) -> str:
    return f"{path.resolve().as_uri()}?mode=ro"


def _json(values: Optional[tuple[str, ...]]) -> Optional[str]:
    return json.dumps(values) if values else None
