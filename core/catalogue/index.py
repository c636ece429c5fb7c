# SPDX-License-Identifier: GPL-2.0-or-later
"""The catalogue on one's own disk: harvest into it, search it off line."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Optional

import requests

from ..base.hosts import origin_of
from ..errors import Cancelled, SigmaError, UsageError, WorkspaceError
from ..feedback import SILENT, Feedback
from ..model import Record, Rejected
from ..store import Workspace
from ..store.catalogue import RANKED, Changed, Facets, Filters, Hit, Records
from ..store.catalogue_rows import folded
from ..territory import Territory
from .harvest import harvest
from .links.choosing import Choice, choose
from .links.styles import Style, style_of
from .protocols.calls import LIMITS, Calls, Known, Unchanged
from .protocols.source import Bundle, CatalogueSource, bundle, bundles, checked_address
from .registry import protocol_of
from .words import match_all, match_any, match_beginnings, record_words

BATCH = 500
"""Records a transaction."""
_OVERLAP = timedelta(days=2)
"""Servers' clocks and zones differ, and some filter by whole days; what comes again changes nothing."""
_FEW_REASONS = 50


@dataclass
class HarvestOutcome:
    """What became of the harvest of one source."""

    source: str
    records: int = 0
    flawed: int = 0
    changed: Changed = field(default_factory=Changed)
    rejected: int = 0
    reasons: list[Rejected] = field(default_factory=list)
    incremental: bool = False
    error: str = ""
    error_code: str = ""
    seconds: float = 0.0
    calls: int = 0
    latency_ms: float = 0.0
    bytes: int = 0


@dataclass(frozen=True)
class LoadedLayer:
    """What became of a record: the record, what QGIS can load for it (or why it can't), and the style of the best."""

    hit: Hit
    choice: Choice
    style: Optional[Style]


class Catalogue:
    """The records of a workspace: sources, harvest, search.

    Parameters
    ----------
    workspace : Workspace
        Open, and of this thread.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.records = Records(workspace, record_words)
        self._workspace = workspace

    # --- sources -------------------------------------------------------------------------------------------------

    def add(self, source: CatalogueSource) -> None:
        """Add a source, or change the one of this name.

        Raises
        ------
        UsageError
            Its address is none.
        """
        url = checked_address(source.url, source.kind)
        settings: dict[str, Any] = {}
        if source.filter:
            settings["filter"] = dict(source.filter)
        if source.page_size != 100:
            settings["page_size"] = source.page_size
        if source.pause:
            settings["pause"] = source.pause
        if source.authcfg:
            settings["authcfg"] = source.authcfg
        self.records.put_source(source.name, source.kind, url, source.title, settings)

    def source(self, name: str) -> CatalogueSource:
        """Return a source.

        Raises
        ------
        UsageError
            There is none of this name.
        """
        return _source(self.records.source(name))

    def sources(self) -> list[tuple[CatalogueSource, dict[str, Any]]]:
        """Return all sources, each with what is known of it (:data:`~..store.records.SOURCE_COLUMNS`)."""
        return [(_source(row), row) for row in self.records.sources()]

    # --- harvest -------------------------------------------------------------------------------------------------

    def harvest(
        self,
        name: str,
        session: requests.Session,
        *,
        whole: bool = False,
        feedback: Feedback = SILENT,
        calls: Optional[Calls] = None,
    ) -> HarvestOutcome:
        """Read a source into the workspace: what changed since it was last read to its end, else all of it.

        Parameters
        ----------
        name : str
            The source.
        session : requests.Session
            From :func:`..transport.new_session`.
        whole : bool
            Read all of it, whatever was read before; only this finds what the source no longer has.
        calls : Calls, optional
            The manners towards the source; by default its own pause and the usual limits.

        Returns
        -------
        Outcome
            With ``error`` where the source failed; the records that came before are stored, what was known stays.

        Raises
        ------
        UsageError
            There is no such source.
        WorkspaceError
            The workspace can't be written.
        Cancelled
            As asked; what came before is stored.
        """
        source = self.source(name)
        begun = self.records.begin(name)
        since = "" if whole else _since(begun.known, source)
        calls = calls or Calls(session, source.pause, LIMITS, feedback=feedback)
        if since and protocol_of(source.kind).conditional:
            calls.etag, calls.last_modified = begun.known["etag"] or "", begun.known["last_modified"] or ""
            if not (calls.etag or calls.last_modified):
                since = ""
        calls.known = Known(self.records.digests(begun))
        outcome = HarvestOutcome(name, incremental=bool(since))
        started = time.monotonic()
        feedback.stage(source.title or name)
        stopped: Optional[Cancelled] = None
        try:
            for batch in _batches(harvest(calls, source, since), outcome):
                same = [item.id for item in batch if isinstance(item, Unchanged)]
                read = [item for item in batch if isinstance(item, Record)]
                if same:
                    outcome.changed.add(self.records.seen(begun, same))
                if read:
                    outcome.changed.add(self.records.put(begun, read, calls.known.now))
                    calls.known.now.clear()
                feedback.advance(len(batch))
        except Cancelled as error:
            stopped = error
            outcome.error = error.what
        except WorkspaceError:
            raise
        except SigmaError as error:
            outcome.error, outcome.error_code = str(error), error.code
        health = calls.health
        outcome.seconds = time.monotonic() - started
        outcome.calls, outcome.latency_ms, outcome.bytes = health.calls, health.latency_ms, health.bytes
        ended = self.records.end(
            begun,
            whole=calls.complete and not calls.unchanged and (not since or protocol_of(source.kind).conditional),
            error=outcome.error,
            error_code=outcome.error_code,
            etag=calls.etag,
            last_modified=calls.last_modified,
            health=(health.calls, health.failed, health.latency_ms, 1000 * health.slowest, health.bytes),
            rejected=outcome.rejected,
        )
        outcome.changed.add(ended)
        if stopped is not None:
            raise stopped
        return outcome

    # --- search --------------------------------------------------------------------------------------------------

    def search(
        self,
        words: str = "",
        *,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        commune: str = "",
        territory: Optional[Territory] = None,
        limit: int = 20,
    ) -> list[Hit]:
        """Return the records that fit best, at most ``limit``.

        Parameters
        ----------
        words : str
            All of them are looked for; after the records that have them come those that have words beginning with them
            ("plu" finds PLUi); where no record has them all, any. None: all records, the last modified first.
        filters : Filters
            What the search is narrowed to.
        commune : str
            The INSEE code or the name of a commune: only records whose extent touches it, then those without an extent.
        territory : Territory, optional
            The map that knows the commune; needed with ``commune``.

        Raises
        ------
        UsageError
            The commune is unknown.
        """
        limit = max(1, min(limit, 10_000))
        filters, inside = _narrowed(filters, commune, territory)
        match = match_all(words)
        hits = self._fitting(match, filters, inside, limit, match_beginnings(words))
        if not hits and " AND " in match:
            hits = self._fitting(match_any(words), filters, inside, limit)
        return hits

    def matches(
        self,
        words: str = "",
        *,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        commune: str = "",
        territory: Optional[Territory] = None,
        most: int = RANKED,
    ) -> int:
        """Return how many records :meth:`search` would find without a limit, counted up to ``most``.

        More than :data:`RANKED` are not all ranked: the person had better add a word. Of a commune its box counts.

        Raises
        ------
        UsageError
            The commune is unknown.
        """
        filters, _ = _narrowed(filters, commune, territory)
        match = match_beginnings(words)
        return self.records.matches(match, filters, most) or (
            self.records.matches(match_any(words), filters, most) if " AND " in match else 0
        )

    def _fitting(self, match: str, filters: Filters, inside: Any, limit: int, looser: str = "") -> list[Hit]:
        if inside is None:
            return list(self.records.search(match, filters, limit, looser))
        from ..base.geos import shapely

        hits: list[Hit] = []
        for hit in self.records.search(match, filters, -1, looser):
            # The box of the commune was asked for; its corners lie in other communes.
            extent = hit.record.extent
            if extent is None or inside.intersects(shapely.box(*extent)):
                hits.append(hit)
                if len(hits) == limit:
                    break
        return hits

    def search_bundle(
        self,
        name: str,
        *,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        commune: str = "",
        territory: Optional[Territory] = None,
        limit: int = 50,
    ) -> list[Hit]:
        """Return the records of a thematic bundle: any of its searches, each record once, the best first.

        Raises
        ------
        UsageError
            There is no such bundle, or the commune is unknown.
        """
        theme = bundle(name)
        filters, inside = _narrowed(replace(filters, kinds=filters.kinds or theme.kinds), commune, territory)
        # All words of one entry, never any: "feux tricolores" is not everything about fire.
        searches = [(match_all(words), filters) for words in theme.words]
        if theme.themes:
            searches.append(("", replace(filters, themes=theme.themes)))
        best: dict[str, Hit] = {}
        for match, narrowed in searches:
            for hit in self._fitting(match, narrowed, inside, limit):
                if hit.id not in best or hit.score > best[hit.id].score:
                    best[hit.id] = hit
        return sorted(best.values(), key=lambda hit: -hit.score)[:limit]

    def facets(
        self,
        words: str = "",
        *,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        commune: str = "",
        territory: Optional[Territory] = None,
    ) -> Facets:
        """Count what :meth:`search` finds for the same arguments, by kind, organisation, theme, licence and source.

        Of a commune its box counts.

        Raises
        ------
        UsageError
            The commune is unknown.
        """
        filters, _ = _narrowed(filters, commune, territory)
        match = match_beginnings(words)
        found = self.records.facets(match, filters)
        if not found.total and " AND " in match:
            found = self.records.facets(match_any(words), filters)
        return found

    # --- bundles -------------------------------------------------------------------------------------------------

    def switch_bundle(self, name: str, commune: str = "", *, on: bool = True) -> None:
        """Switch a thematic bundle on or off for a commune (INSEE code; ``""`` for the whole territory).

        Raises
        ------
        UsageError
            There is no such bundle.
        """
        self.records.switch_bundle(bundle(name).id, commune, on=on)

    def bundles_on(self, commune: str = "") -> list[Bundle]:
        """Return the bundles that are switched on for a commune, those of the whole territory among them."""
        names = dict.fromkeys(name for each in ("", commune) for _, name in self.records.switched_bundles(each))
        return [bundle(name) for name in names if name in bundles()]

    # --- from a record to a layer --------------------------------------------------------------------------------

    def layer(
        self,
        identifier: str,
        session: Optional[requests.Session] = None,
        *,
        kinds: Sequence[str] = (),
        crs: str = "",
        qgis: str = "",
        ask_all: bool = False,
        feedback: Feedback = SILENT,
    ) -> LoadedLayer:
        """Return what QGIS will load for a record, with its style; or why it can't.

        Parameters
        ----------
        identifier : str
            Of the record; that it was looked at is noted.
        session : requests.Session, optional
            To ask services with; None: only what the record says, and no style but a project's.
        kinds, crs, qgis, ask_all
            See :func:`.links.choose`.

        Raises
        ------
        UsageError
            There is no such record.
        """
        hit = self.open(identifier)
        calls = None if session is None else Calls(session, feedback=feedback)
        choice = choose(
            hit.record, calls, kinds=kinds, crs=crs, authcfg=self.authentication(), qgis=qgis, ask_all=ask_all,
            home=self.home(hit.record),
        )  # fmt: skip
        style = style_of(hit.record, choice.best, calls) if choice.best is not None else None
        return LoadedLayer(hit, choice, style)

    def authentication(self) -> dict[str, str]:
        """Return origin → id of the QGIS authentication configuration, of the sources that need one."""
        return {origin_of(source.url): source.authcfg for source, _ in self.sources() if source.authcfg}

    def home(self, record: Record) -> str:
        """Return the address of a record's source; ``""`` where it is known no more."""
        return next((source.url for source, _ in self.sources() if source.name == record.source), "")

    def open(self, identifier: str) -> Hit:
        """Return a record, and note that it was looked at.

        Raises
        ------
        UsageError
            There is no such record.
        """
        hit = self.records.get(identifier)
        self.records.mark(hit.id, viewed=True)
        return hit


def _narrowed(filters: Filters, commune: str, territory: Optional[Territory]) -> tuple[Filters, Any]:
    """Return the filters with the box of a commune, and its shape (None: no commune)."""
    if not commune:
        return filters, None
    from ..base.geos import shapely

    if territory is None:
        raise UsageError("A map of communes is needed to search by commune")
    place = territory.geometries[commune_index(territory, commune)]
    west, south, east, north = (float(side) for side in shapely.bounds(place))
    shapely.prepare(place)
    return replace(filters, extent=(west, south, east, north)), place


def commune_index(territory: Territory, commune: str) -> int:
    """Return the index of a commune from its INSEE code or its name, however accents and apostrophes are written.

    Raises
    ------
    UsageError
        There is none, or several of this name.
    """
    wanted = folded(commune)
    found = [
        index
        for index, (insee, name) in enumerate(zip(territory.insee.tolist(), territory.names.tolist()))
        if insee == commune.strip() or folded(name) == wanted
    ]
    if len(found) == 1:
        return found[0]
    what = f"Several communes are called '{commune}'" if found else f"There is no commune '{commune}' on the map"
    raise UsageError(what, next_step="Give the INSEE code, five characters such as 13055")


def _source(row: dict[str, Any]) -> CatalogueSource:
    settings = row["settings"]
    return CatalogueSource(
        row["name"],
        row["kind"],
        row["url"],
        row["title"] or "",
        settings.get("filter", {}),
        settings.get("page_size", 100),
        settings.get("pause", 0.0),
        settings.get("authcfg", ""),
    )


def _since(known: Mapping[str, Any], source: CatalogueSource) -> str:
    read_at = known.get("read_at")
    if not read_at or not (protocol_of(source.kind).incremental or protocol_of(source.kind).conditional):
        return ""
    try:
        moment = datetime.strptime(str(read_at)[:19], "%Y-%m-%dT%H:%M:%S") - _OVERLAP
    except ValueError:
        return ""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _batches(
    items: Iterator[Record | Unchanged | Rejected], outcome: HarvestOutcome
) -> Iterator[Sequence[Record | Unchanged]]:
    """Give records in batches and count the rest; an error comes after the batch before it."""
    batch: list[Record | Unchanged] = []
    try:
        for item in items:
            if isinstance(item, Rejected):
                outcome.rejected += 1
                if len(outcome.reasons) < _FEW_REASONS:
                    outcome.reasons.append(item)
                continue
            outcome.records += 1
            outcome.flawed += item.flawed if isinstance(item, Unchanged) else bool(item.flaws)
            batch.append(item)
            if len(batch) == BATCH:
                yield batch
                batch = []
    except SigmaError:
        if batch:
            yield batch
        raise
    if batch:
        yield batch
