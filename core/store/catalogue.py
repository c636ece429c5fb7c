# SPDX-License-Identifier: GPL-2.0-or-later
"""The catalogue in the workspace: its sources, their records, and the search in them. All SQL of it is here."""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Optional

from ..errors import UsageError
from ..model import Record
from .catalogue_rows import folded, from_json, merged, public_id, to_json, twin_keys
from .file.timestamps import now, storable
from .workspace import Workspace

RecordWords = Callable[[Record], "tuple[str, str, str, str]"]
"""The stems of a record's title, keywords, organisation and abstract."""

SOURCE_COLUMNS = (
    "name", "kind", "url", "title", "settings", "added_at", "tried_at", "read_at", "error", "failures", "etag",
    "last_modified", "calls", "failed_calls", "latency_ms", "slowest_ms", "bytes", "rejected", "error_code", "records",
    "flawed",
)  # fmt: skip
_SOURCES = """
SELECT name, kind, url, title, settings, added_at, tried_at, read_at, error, failures, etag, last_modified, calls,
    failed_calls, latency_ms, slowest_ms, bytes, rejected, coalesce(error_code, ''),
    (SELECT count(*) FROM record_origin AS o WHERE o.source_id = s.fid),
    (SELECT count(*) FROM record_origin AS o WHERE o.source_id = s.fid AND instr(o.document, '"flaws":'))
FROM catalogue_source AS s ORDER BY s.fid
"""
_PUT_SOURCE = """
INSERT INTO catalogue_source (name, kind, url, title, settings, added_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (name) DO UPDATE SET kind = ?2, url = ?3, title = ?4, settings = ?5,
    read_at = CASE WHEN (kind, url, settings) IS (?2, ?3, ?5) THEN read_at END,
    etag = CASE WHEN (kind, url, settings) IS (?2, ?3, ?5) THEN etag END,
    last_modified = CASE WHEN (kind, url, settings) IS (?2, ?3, ?5) THEN last_modified END
"""
_BEGIN = "UPDATE catalogue_source SET harvest = harvest + 1, tried_at = ? WHERE name = ?"
_END = """
UPDATE catalogue_source SET error = ?2, failures = CASE WHEN ?2 IS NULL THEN 0 ELSE failures + 1 END,
    read_at = CASE WHEN ?2 IS NULL THEN tried_at ELSE read_at END,
    etag = CASE WHEN ?2 IS NULL THEN ?3 ELSE etag END,
    last_modified = CASE WHEN ?2 IS NULL THEN ?4 ELSE last_modified END,
    calls = ?5, failed_calls = ?6, latency_ms = ?7, slowest_ms = ?8, bytes = ?9, rejected = ?10, error_code = ?11
WHERE fid = ?1
"""
_KNOWN = """
SELECT identifier, record_id, document FROM record_origin
WHERE source_id = ? AND identifier IN (SELECT value FROM json_each(?))
"""
_BY_ID = "SELECT id, fid FROM record WHERE id IN (SELECT value FROM json_each(?))"
_SEEN = "UPDATE record_origin SET harvest = ? WHERE source_id = ? AND identifier = ?"
_DIGEST = "UPDATE record_origin SET harvest = ?, digest = ? WHERE source_id = ? AND identifier = ?"
_DIGESTS = """
SELECT digest, identifier, instr(document, '"flaws":') > 0 FROM record_origin WHERE source_id = ? AND digest NOTNULL
"""
_PUT_ORIGIN = """
INSERT INTO record_origin (source_id, identifier, record_id, harvest, document, digest) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (source_id, identifier) DO UPDATE SET record_id = excluded.record_id, harvest = excluded.harvest,
    document = excluded.document, digest = excluded.digest
"""
_TWINS = """
SELECT key, record_id FROM record_twin WHERE key IN (SELECT value FROM json_each(?1))
    AND NOT EXISTS (SELECT 1 FROM record_origin AS o WHERE o.record_id = record_twin.record_id AND o.source_id = ?2)
"""
_ORIGINS = "SELECT document FROM record_origin WHERE record_id = ? ORDER BY source_id"
_LAST_FID = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'record'"
_PUT_RECORD = """
INSERT INTO record (fid, id, title, organisation, kind, licence, modified, west, south, east, north, kinds,
    organisation_folded, licence_folded, themes, document, first_seen, changed_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?)
"""
_UPDATE_RECORD = """
UPDATE record SET title = ?, organisation = ?, kind = ?, licence = ?, modified = ?, west = ?, south = ?, east = ?,
    north = ?, kinds = ?, organisation_folded = ?, licence_folded = ?, themes = ?, document = ?, changed_at = ?
WHERE fid = ?
"""
_PUT_TWIN = "INSERT OR IGNORE INTO record_twin (key, record_id) VALUES (?, ?)"
_PUT_TEXT = "INSERT INTO record_text (rowid, title, keywords, organisation, abstract) VALUES (?, ?, ?, ?, ?)"
_GONE = "SELECT DISTINCT record_id FROM record_origin WHERE source_id = ? AND harvest < ?"
_SEARCH = """
SELECT fid, score, count(*) OVER () FROM (
    SELECT r.fid AS fid,
        -t.rank * CASE WHEN ?5 NOTNULL AND (r.west IS NULL OR r.east - r.west > 10) THEN 0.5 ELSE 1 END AS score
    FROM record_text AS t CROSS JOIN record AS r ON r.fid = t.rowid
    WHERE record_text MATCH ?1
        AND (?2 IS NULL OR EXISTS (SELECT 1 FROM json_each(?2) WHERE instr(r.kinds, ' ' || value || ' ')))
        AND (?3 IS NULL OR EXISTS (SELECT 1 FROM json_each(?3) WHERE instr(r.themes, value)))
        AND (?4 IS NULL OR instr(r.organisation_folded, ?4))
        AND (?5 IS NULL OR r.west IS NULL OR (r.west <= ?7 AND r.east >= ?5 AND r.south <= ?8 AND r.north >= ?6))
        AND (?9 IS NULL OR instr(r.licence_folded, ?9))
        AND (?10 IS NULL OR r.modified >= ?10)
        AND (?11 IS NULL OR EXISTS (SELECT 1 FROM record_origin AS o JOIN catalogue_source AS s ON s.fid = o.source_id
            WHERE o.record_id = r.fid AND s.name IN (SELECT value FROM json_each(?11))))
        AND (NOT ?12 OR EXISTS (SELECT 1 FROM record_mark AS m WHERE m.id = r.id AND m.favourite))
        AND (NOT ?13 OR EXISTS (SELECT 1 FROM record_mark AS m WHERE m.id = r.id AND m.viewed_at NOTNULL))
        AND r.fid > ?14
    LIMIT ?16
) ORDER BY score DESC, fid LIMIT ?15
"""
# Nothing but words: FTS5 ranks without looking at the records.
_SEARCH_WORDS = """
SELECT rowid, -rank, count(*) OVER () FROM (
    SELECT rowid, rank FROM record_text WHERE record_text MATCH ?1 LIMIT ?3
) ORDER BY rank, rowid LIMIT ?2
"""
RANKED = 2000
"""Records that are ranked; words that more have tell little."""
_LIST = """
SELECT r.fid, 0.0, 0 FROM record AS r
WHERE ?1 = '' AND ?16
    AND (?2 IS NULL OR EXISTS (SELECT 1 FROM json_each(?2) WHERE instr(r.kinds, ' ' || value || ' ')))
    AND (?3 IS NULL OR EXISTS (SELECT 1 FROM json_each(?3) WHERE instr(r.themes, value)))
    AND (?4 IS NULL OR instr(r.organisation_folded, ?4))
    AND (?5 IS NULL OR r.west IS NULL OR (r.west <= ?7 AND r.east >= ?5 AND r.south <= ?8 AND r.north >= ?6))
    AND (?9 IS NULL OR instr(r.licence_folded, ?9))
    AND (?10 IS NULL OR r.modified >= ?10)
    AND (?11 IS NULL OR EXISTS (SELECT 1 FROM record_origin AS o JOIN catalogue_source AS s ON s.fid = o.source_id
        WHERE o.record_id = r.fid AND s.name IN (SELECT value FROM json_each(?11))))
    AND (NOT ?12 OR EXISTS (SELECT 1 FROM record_mark AS m WHERE m.id = r.id AND m.favourite))
    AND (NOT ?13 OR EXISTS (SELECT 1 FROM record_mark AS m WHERE m.id = r.id AND m.viewed_at NOTNULL))
    AND r.fid > ?14
ORDER BY ?5 NOTNULL AND (r.west IS NULL OR r.east - r.west > 10), r.modified DESC, r.fid LIMIT ?15
"""


@dataclass(frozen=True)
class Filters:
    """What a search is narrowed to; None or empty: not.

    ``kinds`` of links, any of them; ``themes``: INSPIRE themes or ISO topics, any, parts of words allowed;
    ``organisation`` and ``licence``: a part of the name; ``extent``: west, south, east, north in degrees, records
    without an extent stay in; ``since``: modified from that ISO date on; ``sources``: names; ``newer_than``: what
    :meth:`Records.visit` returned.
    """

    kinds: Sequence[str] = ()
    themes: Sequence[str] = ()
    organisation: str = ""
    extent: Optional[tuple[float, float, float, float]] = None
    licence: str = ""
    since: str = ""
    sources: Sequence[str] = ()
    favourites: bool = False
    viewed: bool = False
    newer_than: int = 0


NO_FILTERS = Filters()


class Hit(NamedTuple):
    """One result: the higher the score, the better it fits (0 where there were no words)."""

    id: str
    score: float
    record: Record
    sources: tuple[str, ...]
    favourite: bool
    first_seen: str


@dataclass(frozen=True)
class Facets:
    """What a search finds, counted: (value, number of records) each, the most frequent first.

    ``themes`` are INSPIRE themes, spelled as one of the records has them.
    """

    total: int
    kinds: tuple[tuple[str, int], ...]
    organisations: tuple[tuple[str, int], ...]
    themes: tuple[tuple[str, int], ...]
    licences: tuple[tuple[str, int], ...]
    sources: tuple[tuple[str, int], ...]


@dataclass
class Changed:
    """What a batch of records did to the workspace."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    joined: int = 0
    removed: int = 0

    def add(self, other: Changed) -> None:
        """Count another batch too."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


@dataclass(frozen=True)
class Harvest:
    """A harvest that was begun: which source, and its number."""

    source_id: int
    number: int
    known: Mapping[str, Any] = field(default_factory=dict)


class Records:
    """The catalogue of an open workspace.

    Parameters
    ----------
    workspace : Workspace
        Open, and of this thread.
    words : callable
        Gives the stems under which a record is found; the same function must stem the words that are looked for.
    """

    def __init__(self, workspace: Workspace, words: RecordWords) -> None:
        self._workspace = workspace
        self._words = words

    # --- sources -------------------------------------------------------------------------------------------------

    def put_source(self, name: str, kind: str, url: str, title: str, settings: Mapping[str, Any]) -> None:
        """Add a source, or change the one of this name; a change of address or filter makes it be read whole again."""
        with self._workspace._writing("catalogue") as connection:
            text = json.dumps(dict(settings), ensure_ascii=False, sort_keys=True)
            connection.execute(_PUT_SOURCE, (name, kind, url, title or None, text, now()))
            self._workspace._touch("catalogue_source")

    def remove_source(self, name: str) -> Changed:
        """Remove a source, and every record that no other source has.

        Raises
        ------
        UsageError
            There is no source of this name.
        """
        with self._workspace._writing("catalogue") as connection:
            row = connection.execute("SELECT fid FROM catalogue_source WHERE name = ?", (name,)).fetchone()
            if row is None:
                raise self._no_source(name)
            changed = self._drop_origins(connection, row[0], None)
            connection.execute("DELETE FROM catalogue_source WHERE fid = ?", row)
            self._workspace._touch("catalogue_source", "record")
        return changed

    def sources(self) -> list[dict[str, Any]]:
        """Return each source as a dict of :data:`SOURCE_COLUMNS`, in the order in which they were added."""
        found = [dict(zip(SOURCE_COLUMNS, row)) for row in self._workspace.rows(_SOURCES)]
        for source in found:
            source["settings"] = json.loads(source["settings"])
        return found

    def source(self, name: str) -> dict[str, Any]:
        """Return one source.

        Raises
        ------
        UsageError
            There is no source of this name.
        """
        found = next((source for source in self.sources() if source["name"] == name), None)
        if found is None:
            raise self._no_source(name)
        return found

    def _no_source(self, name: str) -> UsageError:
        known = ", ".join(source["name"] for source in self.sources()) or "none yet; add one with: catalogue add"
        return UsageError(f"There is no source '{name}'", next_step=f"Known: {known}")

    # --- harvests ------------------------------------------------------------------------------------------------

    def begin(self, name: str) -> Harvest:
        """Begin a harvest of a source.

        Raises
        ------
        UsageError
            There is no source of this name.
        """
        known = self.source(name)
        with self._workspace._writing("catalogue") as connection:
            connection.execute(_BEGIN, (now(), name))
            row = connection.execute("SELECT fid, harvest FROM catalogue_source WHERE name = ?", (name,)).fetchone()
        return Harvest(row[0], row[1], known)

    def digests(self, harvest: Harvest) -> dict[bytes, tuple[str, bool]]:
        """Return the digest of what a source sent → its identifier of that record, and whether the record is flawed."""
        rows = self._workspace.rows(_DIGESTS, (harvest.source_id,))
        return {digest: (identifier, bool(flawed)) for digest, identifier, flawed in rows}

    def seen(self, harvest: Harvest, identifiers: Sequence[str]) -> Changed:
        """Note in one transaction that a source still has records, unchanged; the identifiers are the source's."""
        with self._workspace._writing("catalogue") as connection:
            rows = [(harvest.number, harvest.source_id, identifier) for identifier in identifiers]
            connection.executemany(_SEEN, rows)
        return Changed(unchanged=len(rows))

    def put(
        self,
        harvest: Harvest,
        records: Sequence[Record],
        digests: Mapping[str, bytes] = {},
    ) -> Changed:
        """Store a batch of a harvest in one transaction; a record that says the same as before changes nothing.

        ``digests``: identifier of a record → digest of what the source sent, for :meth:`digests`.

        Raises
        ------
        WorkspaceError
            See :meth:`.workspace.Workspace.transaction`; all batches before stay.
        """
        changed = Changed()
        rows = [(storable(record.id), public_id(record), record, to_json(record)) for record in records]
        with self._workspace._writing("catalogue") as connection:
            identifiers, names = (json.dumps([row[column] for row in rows]) for column in (0, 1))
            known = {row[0]: row[1:] for row in connection.execute(_KNOWN, (harvest.source_id, identifiers))}
            by_id = dict(connection.execute(_BY_ID, (names,)))
            keys = {row[0]: twin_keys(row[2]) for row in rows if row[0] not in known}
            every_key = json.dumps(sorted(set().union(*keys.values())))
            twins = dict(connection.execute(_TWINS, (every_key, harvest.source_id)))
            free = itertools.count(connection.execute(_LAST_FID).fetchone()[0] + 1)
            seen: list[str] = []
            origins: list[tuple[str, int, str]] = []
            new: dict[int, tuple[str, Record, set[str]]] = {}
            again: dict[int, None] = {}
            for identifier, name, record, document in rows:
                before = known.get(identifier)
                if before is not None and before[1] == document:
                    seen.append(identifier)
                    continue
                fid = before[0] if before is not None else by_id.get(name)
                if fid is None:
                    fid = next((twins[key] for key in keys[identifier] if key in twins), None)
                if fid is None:
                    fid = by_id[name] = next(free)
                    new[fid] = (name, record, keys[identifier])
                else:
                    again[fid] = None
                    changed.changed += before is not None
                    changed.joined += before is None
                origins.append((identifier, fid, document))
            changed.new, changed.unchanged = len(new), len(seen)
            at, source, number = now(), harvest.source_id, harvest.number
            connection.executemany(_DIGEST, [(number, digests.get(each), source, each) for each in seen])
            connection.executemany(
                _PUT_RECORD, [(fid, name, *_row(each), at, at) for fid, (name, each, _) in new.items()]
            )
            connection.executemany(
                _PUT_ORIGIN, [(source, each, fid, number, text, digests.get(each)) for each, fid, text in origins]
            )
            alone = [(fid, record, of) for fid, (_, record, of) in new.items() if fid not in again]
            connection.executemany(_PUT_TEXT, [(fid, *self._words(record)) for fid, record, _ in alone])
            connection.executemany(_PUT_TWIN, [(key, fid) for fid, _, of in alone for key in of])
            for fid in again:
                self._merge(connection, fid)
            self._workspace._touch("record")
        return changed

    def _merge(self, connection: sqlite3.Connection, fid: int) -> None:
        """Make a record anew of its origins."""
        origins = [from_json(document) for (document,) in connection.execute(_ORIGINS, (fid,))]
        record = merged(origins)
        document = to_json(record) if len(origins) > 1 else None
        connection.execute(_UPDATE_RECORD, (*_row(record), document, now(), fid))
        connection.execute("DELETE FROM record_text WHERE rowid = ?", (fid,))
        connection.execute(_PUT_TEXT, (fid, *self._words(record)))
        connection.execute("DELETE FROM record_twin WHERE record_id = ?", (fid,))
        keys = {key for origin in origins for key in twin_keys(origin)}
        connection.executemany(_PUT_TWIN, [(key, fid) for key in keys])

    def end(
        self,
        harvest: Harvest,
        *,
        whole: bool,
        error: str = "",
        error_code: str = "",
        etag: str = "",
        last_modified: str = "",
        health: Sequence[float] = (0, 0, 0.0, 0.0, 0),
        rejected: int = 0,
    ) -> Changed:
        """End a harvest: write down how it went; remove what the source no longer has where it was read whole.

        ``health`` is calls, failed calls, mean and longest milliseconds, bytes.
        """
        changed = Changed()
        with self._workspace._writing("catalogue") as connection:
            connection.execute(
                _END,
                (
                    harvest.source_id,
                    storable(error) or None,
                    etag or None,
                    last_modified or None,
                    *health,
                    rejected,
                    error_code or None,
                ),  # fmt: skip
            )
            if whole and not error:
                changed = self._drop_origins(connection, harvest.source_id, harvest.number)
            self._workspace._touch("catalogue_source", "record")
        return changed

    def _drop_origins(self, connection: sqlite3.Connection, source_id: int, before: Optional[int]) -> Changed:
        limit = 1 << 62 if before is None else before
        fids = [row[0] for row in connection.execute(_GONE, (source_id, limit))]
        connection.execute("DELETE FROM record_origin WHERE source_id = ? AND harvest < ?", (source_id, limit))
        changed = Changed()
        for fid in fids:
            if connection.execute("SELECT 1 FROM record_origin WHERE record_id = ?", (fid,)).fetchone():
                self._merge(connection, fid)
                changed.changed += 1
            else:
                connection.execute("DELETE FROM record_text WHERE rowid = ?", (fid,))
                connection.execute("DELETE FROM record WHERE fid = ?", (fid,))
                changed.removed += 1
        return changed

    # --- search --------------------------------------------------------------------------------------------------

    def search(self, match: str, filters: Filters, limit: int, looser: str = "") -> Iterator[Hit]:
        """Give the best records first, as far as the caller goes, at most ``limit`` (below 0: all).

        Of more than :data:`RANKED` that fit, the first ones by number are ranked, those with the words in their title
        before the others: see :meth:`matches`.

        Parameters
        ----------
        match : str
            An FTS5 query of stems; ``""``: all records, the last modified first.
        filters : Filters
            What they are narrowed to. Where there is an extent, records without one and those of more than 10 degrees
            come later.
        looser : str
            A second query, for what the first leaves free of ``limit``; what it finds comes after, scored no higher.
        """
        given: set[int] = set()
        least = highest = float("inf")
        for query in dict.fromkeys((match, looser) if looser else (match,)):
            if len(given) == limit:
                return
            for fid, score in self._ranked(query, filters, limit):
                if fid not in given and len(given) != limit:
                    given.add(fid)
                    least = min(score, highest)
                    yield self._hit(fid, least)
            highest = least

    def matches(self, match: str, filters: Filters, most: int) -> int:
        """Return how many records fit, counted up to ``most``; of an extent the box counts."""
        if not match:
            return len(self._rows("", filters, most))
        rows = self._rows(match, filters, 1, most)
        return rows[0][2] if rows else 0

    def _ranked(self, match: str, filters: Filters, limit: int) -> list[tuple[int, float]]:
        rows = self._rows(match, filters, limit)
        if not match or not rows or rows[0][2] < RANKED:
            return [(fid, score) for fid, score, _ in rows]
        titled = dict(row[:2] for row in self._rows(f"{{title}} : ({match})", filters, limit))
        least = min(titled.values(), default=rows[0][1])
        others = [(fid, min(score, least)) for fid, score, _ in rows if fid not in titled]
        found = [*titled.items(), *others]
        return found if limit < 0 else found[:limit]

    def _rows(self, match: str, filters: Filters, limit: int, ranked: int = RANKED) -> list[tuple[Any, ...]]:
        if match and filters == NO_FILTERS:
            return self._workspace.rows(_SEARCH_WORDS, (match, limit, ranked))
        statement = _SEARCH if match else _LIST
        return self._workspace.rows(statement, (*_parameters(match, filters, limit), ranked))

    def _hit(self, fid: int, score: float) -> Hit:
        identifier, document, first_seen, favourite = self._workspace.row(_HIT, (fid,))
        sources = tuple(name for (name,) in self._workspace.rows(_HIT_SOURCES, (fid,)))
        return Hit(identifier, round(score, 9), from_json(document), sources, bool(favourite), first_seen)

    def get(self, identifier: str) -> Hit:
        """Return one record by its id, or by the identifier that one source alone has for it.

        Raises
        ------
        UsageError
            There is none, or several sources mean different ones.
        """
        fid = self._workspace.value("SELECT fid FROM record WHERE id = ?", (identifier,))
        if fid is None:
            rows = self._workspace.rows(_MEANT, (identifier,))
            if len(rows) > 1:
                names = ", ".join(name for _, name in rows[:5])
                raise UsageError(f"Several sources have a record '{identifier}'", next_step=f"Give one of: {names}")
            if not rows:
                raise UsageError(
                    f"There is no record '{identifier}'",
                    next_step="Look for it with: catalogue search, or harvest first",
                )
            fid = rows[0][0]
        return self._hit(fid, 0.0)

    def origins(self, identifier: str) -> list[tuple[str, Record]]:
        """Return a record as each of its sources gives it: (source, record)."""
        return [(name, from_json(document)) for name, document in self._workspace.rows(_AS_EACH_GIVES, (identifier,))]

    def count(self, newer_than: int = 0) -> int:
        """Return the number of records; with what :meth:`visit` returned, of those that are new since."""
        return int(self._workspace.value(_COUNT, (newer_than,)))

    def facets(self, match: str, filters: Filters) -> Facets:
        """Count what a search finds by kind of link, organisation, theme, licence and source, the most frequent first.

        Parameters are those of :meth:`search`; the box of an extent counts, not the shape within it.
        """
        kinds: Counter[str] = Counter()
        themes: Counter[str] = Counter()
        having: dict[str, int] = {}
        organisations: Counter[str] = Counter()
        licences: Counter[str] = Counter()
        fids = json.dumps([row[0] for row in self._rows(match, filters, -1, -1)])
        rows = self._workspace.rows(_FACETS, (fids,))
        sources = [(name, count) for name, count in self._workspace.rows(_FACET_SOURCES, (fids,))]
        for count, its_kinds, its_themes, organisation, licence, fid in rows:
            kinds.update(dict.fromkeys(its_kinds.split(), count))
            named = dict.fromkeys(filter(None, its_themes.split("|")), count)
            themes.update(named)
            having.update(dict.fromkeys(named, fid))
            organisations[organisation or ""] += count
            licences[licence or ""] += count
        for counted in (organisations, licences):
            counted.pop("", None)
        spelled = self._spelled(having)
        return Facets(
            sum(row[0] for row in rows),
            kinds=tuple(kinds.most_common()),
            organisations=tuple(organisations.most_common()),
            themes=tuple((spelled[theme], often) for theme, often in themes.most_common() if theme in spelled),
            licences=tuple(licences.most_common()),
            sources=tuple(sources),
        )

    def _spelled(self, having: Mapping[str, int]) -> dict[str, str]:
        """Return folded theme → the INSPIRE theme as a record spells it; ``having`` gives the number of that record."""
        found: dict[str, str] = {}
        for fid in sorted(set(having.values())):
            for theme in self._hit(fid, 0.0).record.inspire_themes:
                found.setdefault(folded(theme), theme)
        return {theme: found[theme] for theme in having if theme in found}

    # --- bundles -------------------------------------------------------------------------------------------------

    def switch_bundle(self, bundle: str, commune: str, *, on: bool) -> None:
        """Switch a thematic bundle on or off for a commune (INSEE code; ``""`` for the whole territory)."""
        with self._workspace._writing("catalogue") as connection:
            connection.execute(*((_BUNDLE_ON, (commune, bundle, now())) if on else (_BUNDLE_OFF, (commune, bundle))))

    def switched_bundles(self, commune: Optional[str] = None) -> list[tuple[str, str]]:
        """Return (commune, bundle) of the bundles that are switched on, of one commune or of all."""
        return [(place, bundle) for place, bundle in self._workspace.rows(_BUNDLES, (commune,))]

    # --- the person's marks --------------------------------------------------------------------------------------

    def mark(self, identifier: str, *, favourite: Optional[bool] = None, viewed: bool = False) -> None:
        """Make a record a favourite, or none; note that it was looked at."""
        with self._workspace._writing("catalogue") as connection:
            connection.execute("INSERT OR IGNORE INTO record_mark (id) VALUES (?)", (identifier,))
            if favourite is not None:
                connection.execute("UPDATE record_mark SET favourite = ? WHERE id = ?", (int(favourite), identifier))
            if viewed:
                connection.execute("UPDATE record_mark SET viewed_at = ? WHERE id = ?", (now(), identifier))

    def recent(self, limit: int = 20) -> list[Hit]:
        """Return the records looked at last, the last one first."""
        return [self._hit(fid, 0.0) for (fid,) in self._workspace.rows(_RECENT, (limit,))]

    def visit(self) -> int:
        """Note a visit; return the number of the newest record at the one before (0: this is the first visit).

        Numbers and not times: records of the same millisecond are told apart.
        """
        with self._workspace._writing("catalogue") as connection:
            row = connection.execute("SELECT last_record FROM catalogue_visit ORDER BY fid DESC LIMIT 1").fetchone()
            connection.execute(_VISIT, (now(),))
        return 0 if row is None else int(row[0])


_MEANT = """
SELECT DISTINCT r.fid, r.id FROM record_origin AS o JOIN record AS r ON r.fid = o.record_id WHERE o.identifier = ?
"""
_AS_EACH_GIVES = """
SELECT s.name, o.document FROM record AS r JOIN record_origin AS o ON o.record_id = r.fid
    JOIN catalogue_source AS s ON s.fid = o.source_id WHERE r.id = ? ORDER BY s.fid
"""
_RECENT = """
SELECT r.fid FROM record_mark AS m JOIN record AS r ON r.id = m.id WHERE m.viewed_at NOTNULL
ORDER BY m.viewed_at DESC, m.rowid DESC LIMIT ?
"""
_COUNT = "SELECT count(*) FROM record WHERE fid > ?"
_FACETS = """
SELECT count(*), kinds, themes, organisation, licence, min(fid) FROM record
WHERE fid IN (SELECT value FROM json_each(?))
GROUP BY kinds, themes, organisation, licence
"""
_FACET_SOURCES = """
SELECT s.name, count(DISTINCT o.record_id) AS n
FROM record_origin AS o JOIN catalogue_source AS s ON s.fid = o.source_id
WHERE o.record_id IN (SELECT value FROM json_each(?)) GROUP BY s.fid ORDER BY n DESC, s.fid
"""
_BUNDLE_ON = "INSERT OR IGNORE INTO catalogue_bundle (commune, bundle, at) VALUES (?, ?, ?)"
_BUNDLE_OFF = "DELETE FROM catalogue_bundle WHERE commune = ? AND bundle = ?"
_BUNDLES = "SELECT commune, bundle FROM catalogue_bundle WHERE ?1 IS NULL OR commune = ?1 ORDER BY commune, at, bundle"
_VISIT = "INSERT INTO catalogue_visit (at, last_record) VALUES (?, (SELECT coalesce(max(fid), 0) FROM record))"
_HIT = """
SELECT r.id, coalesce(r.document, (SELECT o.document FROM record_origin AS o WHERE o.record_id = r.fid)),
     r.first_seen, (SELECT m.favourite FROM record_mark AS m WHERE m.id = r.id)
FROM record AS r WHERE r.fid = ?
"""
_HIT_SOURCES = """
SELECT DISTINCT s.name FROM record_origin AS o JOIN catalogue_source AS s ON s.fid = o.source_id
WHERE o.record_id = ? ORDER BY s.fid
"""


def _row(record: Record) -> tuple[Any, ...]:
    """Return the columns of a record from title to themes."""
    kinds = " ".join(dict.fromkeys(link.kind for link in record.links if link.kind))
    themes = "|".join(folded(theme) for theme in (*record.inspire_themes, *record.iso_topics))
    return (
        storable(record.title),
        storable(record.organisation) or None,
        storable(record.kind) or None,
        storable(record.licence) or None,
        storable(record.modified) or None,
        *(record.extent or (None, None, None, None)),
        f" {storable(kinds)} ",
        folded(record.organisation),
        folded(record.licence),
        f"|{themes}|",
    )


def _parameters(match: str, filters: Filters, limit: int) -> tuple[Any, ...]:
    def listed(values: Sequence[str]) -> Optional[str]:
        return json.dumps(list(values)) if values else None

    return (
        match,
        listed(filters.kinds),
        listed([folded(theme) for theme in filters.themes]),
        folded(filters.organisation) or None,
        *(filters.extent or (None, None, None, None)),
        folded(filters.licence) or None,
        filters.since or None,
        listed(filters.sources),
        int(filters.favourites),
        int(filters.viewed),
        filters.newer_than,
        limit,
    )
