# SPDX-License-Identifier: GPL-2.0-or-later
"""The reports of a workspace as a table in memory, newest first, that answers a filter while a person types.

SQLite itself copies the few columns of the list, in a thread, off the interpreter's lock; words are made ready for
search in another one, after it (:mod:`.listing_words`). Then a filter is one statement, and only the rows on the screen
are fetched.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, Optional

from ..errors import WorkspaceError
from ..feedback import Feedback
from .file.connection import explained
from .file.reading import Reader, uri
from .listing_words import WordIndex, asked

_SCHEMA = """
CREATE TABLE listed (row INTEGER PRIMARY KEY, fid INTEGER, id TEXT, class TEXT, class_from TEXT, state TEXT, team TEXT,
    commune TEXT, quartier TEXT, place TEXT, reported_at TEXT, lon REAL, lat REAL, marks INTEGER);
CREATE TABLE wanted (row INTEGER PRIMARY KEY, fid INTEGER);
CREATE TABLE marked (id TEXT PRIMARY KEY, marks INTEGER) WITHOUT ROWID;
"""
WAITS, CONFLICT, MINE = 1, 2, 4
"""Marks of a row: edited here and not sent; in conflict, or gone on the server while edits wait; this person's work."""
_MARK = """
INSERT INTO marked
SELECT report_id, sum(DISTINCT mark) FROM (
    SELECT report_id, 1 AS mark FROM w.report_waiting
    UNION ALL SELECT report_id, 2 FROM w.report_conflict
    UNION ALL SELECT report_id, 4 FROM w.history WHERE who = ?1
    UNION ALL SELECT report_id, 4 FROM w.decision WHERE who = ?1
    UNION ALL SELECT report_id, 4 FROM w.change WHERE who = ?1
) GROUP BY report_id
"""
_MARK_AGAIN = """
INSERT INTO marked
SELECT report_id, sum(DISTINCT mark) FROM (
    SELECT report_id, 1 AS mark FROM w.report_waiting
    UNION ALL SELECT report_id, 2 FROM w.report_conflict
    UNION ALL SELECT report_id, 4 FROM w.history WHERE who = ?1
    UNION ALL SELECT report_id, 4 FROM w.decision WHERE who = ?1
    UNION ALL SELECT report_id, 4 FROM w.change WHERE who = ?1
) WHERE report_id IN (SELECT value FROM json_each(?2)) GROUP BY report_id
"""
# Only row numbers are sorted: twice as fast as to sort what they show.
_ORDER = "INSERT INTO wanted SELECT NULL, fid FROM w.report ORDER BY reported_at DESC, fid DESC"
_ORDER_AGAIN = "INSERT INTO wanted SELECT row, fid FROM listed WHERE id IN (SELECT value FROM json_each(?))"
_COPY = """
INSERT OR REPLACE INTO listed
SELECT o.row, r.fid, r.id, coalesce(r.class, ''), r.class_from, r.state, coalesce(a.team, ''), coalesce(t.commune, ''),
    coalesce(t.quartier, ''), coalesce(r.address, t.commune, round(r.lat, 4) || ', ' || round(r.lon, 4), ''),
    r.reported_at, CASE WHEN r.geom NOTNULL THEN r.lon END, CASE WHEN r.geom NOTNULL THEN r.lat END,
    coalesce(m.marks, 0)
FROM wanted AS o CROSS JOIN w.report AS r ON r.fid = o.fid LEFT JOIN w.triage AS t ON t.fid = r.fid
    LEFT JOIN w.assignment AS a ON a.fid = r.fid LEFT JOIN marked AS m ON m.id = r.id
"""
_WANTED = "SELECT json_group_object(CAST(row AS TEXT), fid) FROM wanted"
# One text of numbers instead of one Python object a row: a hundred thousand rows in a few milliseconds.
_FILTER = """
SELECT group_concat(row) FROM (SELECT row FROM listed
WHERE (:states ISNULL OR state IN (SELECT value FROM json_each(:states)))
    AND (:classes ISNULL OR class IN (SELECT value FROM json_each(:classes)))
    AND (:teams ISNULL OR team IN (SELECT value FROM json_each(:teams)))
    AND (:communes ISNULL OR commune IN (SELECT value FROM json_each(:communes)))
    AND (:quartiers ISNULL OR quartier IN (SELECT value FROM json_each(:quartiers)))
    AND (:since ISNULL OR reported_at >= :since) AND marks & :marks = :marks
    AND (:west ISNULL OR (lon BETWEEN :west AND :east AND lat BETWEEN :south AND :north))
ORDER BY row)
"""
_FILTER_FOUND = """
SELECT group_concat(row) FROM (SELECT row FROM json_each(:found) AS f CROSS JOIN listed ON listed.row = f.value
WHERE (:states ISNULL OR state IN (SELECT value FROM json_each(:states)))
    AND (:classes ISNULL OR class IN (SELECT value FROM json_each(:classes)))
    AND (:teams ISNULL OR team IN (SELECT value FROM json_each(:teams)))
    AND (:communes ISNULL OR commune IN (SELECT value FROM json_each(:communes)))
    AND (:quartiers ISNULL OR quartier IN (SELECT value FROM json_each(:quartiers)))
    AND (:since ISNULL OR reported_at >= :since) AND marks & :marks = :marks
    AND (:west ISNULL OR (lon BETWEEN :west AND :east AND lat BETWEEN :south AND :north))
ORDER BY row)
"""
_PAGE = """
SELECT row, fid, id, class, class_from, state, team, place, reported_at, marks FROM listed
WHERE row IN (SELECT value FROM json_each(?)) ORDER BY row
"""
_ROWS_OF = "SELECT row FROM listed WHERE fid IN (SELECT value FROM json_each(?)) ORDER BY row"
_VALUES = """
SELECT 'states', state, count(*) FROM report GROUP BY state UNION ALL
SELECT 'classes', coalesce(class, ''), count(*) FROM report GROUP BY 2 UNION ALL
SELECT 'teams', coalesce(a.team, ''), count(*) FROM report AS r LEFT JOIN assignment AS a ON a.fid = r.fid
    GROUP BY 2 UNION ALL
SELECT 'communes', coalesce(t.commune, ''), count(*) FROM report AS r LEFT JOIN triage AS t ON t.fid = r.fid
    GROUP BY 2 UNION ALL
SELECT 'quartiers', quartier, count(*) FROM triage WHERE quartier <> '' GROUP BY quartier
"""
KINDS = ("states", "classes", "teams", "communes", "quartiers")


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
    marks: int


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
    quartiers: Optional[tuple[str, ...]] = None
    days: Optional[int] = None
    waiting: bool = False
    conflicts: bool = False
    mine: bool = False
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
        for name in KINDS:
            if isinstance(saved.get(name), list):
                known[name] = tuple(str(value) for value in saved[name])
        if isinstance(saved.get("text"), str):
            known["text"] = saved["text"]
        if isinstance(saved.get("days"), int):
            known["days"] = saved["days"]
        known.update({name: saved.get(name) is True for name in ("waiting", "conflicts", "mine")})
        return cls(**known)

    @property
    def empty(self) -> bool:
        """Whether every report is listed."""
        return not any(vars(self).values())


class BacklogIndex:
    """Made by :meth:`build` in a thread, then used in the main thread only."""

    def __init__(self, connection: sqlite3.Connection, path: Path, who: str, words: WordIndex) -> None:
        self._connection = connection
        self._words = words
        self._who = who
        self.path = path
        self.total = int(connection.execute("SELECT count(*) FROM listed").fetchone()[0])

    @classmethod
    def build(cls, path: Path, names: Mapping[str, str], feedback: Feedback, who: str = "") -> BacklogIndex:
        """Read a workspace; ``names`` are those of classes and teams, so that they are found too; ``who`` is “mine”.

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
            connection.execute("ATTACH ? AS w", (uri(path),))
            connection.execute("BEGIN")
            connection.execute(_ORDER)
            connection.execute(_MARK, (who,))
            connection.execute(_COPY)
            rows: str = connection.execute(_WANTED).fetchone()[0]
            connection.execute("COMMIT")
            connection.execute("DETACH w")
            connection.set_progress_handler(None, 0)
        except sqlite3.Error as error:
            connection.close()
            feedback.check()
            raise explained(error, path) from error
        return cls(connection, path, who, WordIndex(path, names, rows))

    def close(self) -> None:
        """Free the memory."""
        self._words.close()
        self._connection.close()

    def searchable(self, wait: float = 0.05) -> bool:
        """Say whether a text can be filtered by without waiting; ``wait`` is for how many seconds to try.

        Raises
        ------
        WorkspaceError
            The workspace is gone or damaged.
        """
        try:
            return self._words.ready(wait)
        except sqlite3.Error as error:
            raise explained(error, self.path) from error

    def rows(self, wanted: Filter, since: Optional[str] = None) -> list[int]:
        """Return the rows that a filter lets through, newest first; ``since`` is the start of its period.

        A filter with a text waits until :meth:`searchable`.

        Raises
        ------
        WorkspaceError
            As :meth:`searchable` does.
        """
        if wanted.empty:
            return list(range(1, self.total + 1))
        found = None
        if asked(wanted.text):
            try:
                self._words.ready()
                found = self._words.rows(wanted.text)
            except sqlite3.Error as error:
                raise explained(error, self.path) from error
            if replace(wanted, text="").empty:
                numbers: list[int] = json.loads(found)
                return numbers
        west, south, east, north = wanted.extent or (None, None, None, None)
        values = {
            "found": found,
            "states": _json(wanted.states),
            "classes": _json(wanted.classes),
            "teams": _json(wanted.teams),
            "communes": _json(wanted.communes),
            "quartiers": _json(wanted.quartiers),
            "since": since,
            "marks": WAITS * wanted.waiting | CONFLICT * wanted.conflicts | MINE * wanted.mine,
            "west": west,
            "south": south,
            "east": east,
            "north": north,
        }
        statement = _FILTER if found is None else _FILTER_FOUND
        listed = self._connection.execute(statement, values).fetchone()[0]
        return list(map(int, listed.split(","))) if listed else []

    def page(self, rows: Sequence[int]) -> list[Row]:
        """Return what the list shows of some rows."""
        return [Row(*values) for values in self._connection.execute(_PAGE, (json.dumps(list(rows)),))]

    def rows_of(self, fids: Iterable[int]) -> list[int]:
        """Return the rows of some reports by their number in the layer."""
        self._connection.execute("CREATE INDEX IF NOT EXISTS listed_fid ON listed (fid)")
        return [row for (row,) in self._connection.execute(_ROWS_OF, (json.dumps(list(fids)),))]

    def read_again(self, ids: Sequence[str]) -> None:
        """Take over what was written to some reports.

        Raises
        ------
        WorkspaceError
            The workspace is gone or locked.
        """
        try:
            self._connection.execute("CREATE INDEX IF NOT EXISTS listed_id ON listed (id)")
            self._connection.execute("DELETE FROM wanted")
            self._connection.execute("DELETE FROM marked")
            self._connection.execute(_ORDER_AGAIN, (json.dumps(list(ids)),))
            self._connection.execute("ATTACH ? AS w", (uri(self.path),))
            try:
                self._connection.execute(_MARK_AGAIN, (self._who, json.dumps(list(ids))))
                self._connection.execute(_COPY)
            finally:
                self._connection.execute("DETACH w")
            self._words.take_again(self._connection.execute(_WANTED).fetchone()[0])
        except sqlite3.Error as error:
            raise explained(error, self.path) from error


def values_of(workspace: Reader) -> dict[str, dict[str, int]]:
    """Return for ``states``, ``classes``, ``teams``, ``communes``, ``quartiers``: value → number of reports.

    It reads the whole table: called in a thread.
    """
    out: dict[str, dict[str, int]] = {kind: {} for kind in KINDS}
    for kind, value, count in workspace.rows(_VALUES):
        out[kind][value] = count
    return out


def _json(values: Optional[tuple[str, ...]]) -> Optional[str]:
    return json.dumps(values) if values else None
