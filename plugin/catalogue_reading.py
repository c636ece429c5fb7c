# SPDX-License-Identifier: GPL-2.0-or-later
"""What the screens read from the catalogue of the workspace. Called in threads: only the core, no Qt, no QGIS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Optional

from ..core import desk
from ..core.catalogue import KINDS, Catalogue, Filters, Loadable, choose
from ..core.catalogue.index import commune_index
from ..core.catalogue.kinds import kind_of
from ..core.errors import SigmaError
from ..core.model import Link, Record
from .docks.reading import reading

if TYPE_CHECKING:
    from ..core.store.records import Hit

MOST_LISTED = 100
MOST_LINKS = 200
"""Links of one record that are looked at: some catalogues file a folder of ten thousand tiles as one record."""
_FEW = 60
_MOST_BROWSED = 20  # links of one record that the browser looks at
_SIMPLE_DEGREES = 0.002  # 200 m: less than a pixel of the small map

_ORGANISATIONS = """
SELECT organisation, count(*) AS often FROM record WHERE organisation NOTNULL
GROUP BY organisation ORDER BY often DESC, organisation LIMIT ?
"""
_LICENCES = """
SELECT licence, count(*) AS often FROM record WHERE licence NOTNULL
GROUP BY licence ORDER BY often DESC, licence LIMIT ?
"""
_KINDS = "SELECT kinds, count(*) FROM record GROUP BY kinds"
_THEMES = """
SELECT t.value, count(DISTINCT o.record_id) AS often
FROM record_origin AS o, json_each(json_extract(o.document, '$.inspire_themes')) AS t
GROUP BY t.value ORDER BY often DESC, t.value LIMIT ?
"""
_SINCE = "SELECT count(*) FROM record WHERE fid > ?"
_NEWEST = "SELECT max(read_at) FROM catalogue_source"


@dataclass(frozen=True)
class Wanted:
    """What a person looks for; ``bundle`` a theme that ships as a saved search, ``commune`` an INSEE code."""

    words: str = ""
    bundle: str = ""
    theme: str = ""
    organisation: str = ""
    licence: str = ""
    kinds: tuple[str, ...] = ()
    commune: str = ""
    favourites: bool = False
    viewed: bool = False
    newer_than: int = 0
    source: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether there is anything to take back so as to list more."""
        return self != Wanted()


@dataclass(frozen=True)
class Entry:
    """One line of the list; ``kinds`` are those that can become a layer, the best first."""

    id: str
    title: str
    organisation: str
    updated: str
    licence: str
    kinds: tuple[str, ...]
    favourite: bool
    links: int


class Line(NamedTuple):
    """An entry of the browser, with what QGIS can load as far as the record alone tells."""

    entry: Entry
    loadable: Optional[Loadable]


@dataclass(frozen=True)
class SourceState:
    """A source, and how it was when it was read last; times are ISO 8601 UTC, ``""`` for never."""

    name: str
    title: str
    kind: str
    url: str
    records: int
    read_at: str
    tried_at: str
    error: str
    authcfg: str

    @property
    def answers(self) -> bool:
        """Whether it answered when it was asked last."""
        return not self.error


@dataclass(frozen=True)
class Overview:
    """What the index holds: its sources, and what its records can be narrowed by, each with how many."""

    records: int
    new: int
    newest: str
    sources: tuple[SourceState, ...]
    values: dict[str, dict[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class SeenLink:
    """A link of a record, and why it can't be loaded; ``""``: it can, as far as the record alone tells."""

    link: Link
    kind: str
    reason: str


@dataclass(frozen=True)
class Page:
    """All that is shown of one record; ``origins`` are sources with the record's page there.

    ``links`` are the first ones, those that can become a layer before the others; ``all_links`` how many there are.
    """

    record: Record
    entry: Entry
    first_seen: str
    origins: tuple[tuple[str, str], ...]
    links: tuple[SeenLink, ...]
    all_links: int


def overview(catalogue: Catalogue, path: Path, newer_than: int) -> Overview:
    """Return what the index holds; ``newer_than`` is what :meth:`~..core.store.records.Records.visit` returned."""
    states = tuple(
        SourceState(
            row["name"], row["title"] or row["name"], row["kind"], row["url"], row["records"], row["read_at"] or "",
            row["tried_at"] or "", row["error"] or "", source.authcfg,
        )
        for source, row in catalogue.sources()
    )  # fmt: skip
    kinds: dict[str, int] = {}
    with reading(path) as connection:
        for text, often in connection.execute(_KINDS).fetchall():
            for kind in set(str(text).split()) & set(KINDS):
                kinds[kind] = kinds.get(kind, 0) + often
        values = {
            "kinds": dict(sorted(kinds.items(), key=lambda item: KINDS.index(item[0]))),
            "organisations": dict(connection.execute(_ORGANISATIONS, (_FEW,)).fetchall()),
            "licences": dict(connection.execute(_LICENCES, (_FEW,)).fetchall()),
            "themes": dict(connection.execute(_THEMES, (_FEW,)).fetchall()),
        }
        (new,) = connection.execute(_SINCE, (newer_than,)).fetchone()
        (newest,) = connection.execute(_NEWEST).fetchone()
    return Overview(catalogue.records.count(), new if newer_than else 0, newest or "", states, values)


def listing(catalogue: Catalogue, wanted: Wanted, limit: int = MOST_LISTED) -> list[Entry]:
    """Return the entries that fit best, at most ``limit``."""
    filters = Filters(
        kinds=wanted.kinds,
        themes=(wanted.theme,) if wanted.theme else (),
        organisation=wanted.organisation,
        licence=wanted.licence,
        favourites=wanted.favourites,
        viewed=wanted.viewed,
        newer_than=wanted.newer_than,
        sources=(wanted.source,) if wanted.source else (),
    )
    place = desk.communes() if wanted.commune else None
    if not wanted.bundle:
        hits = catalogue.search(wanted.words, filters=filters, commune=wanted.commune, territory=place, limit=limit)
        return [entry(hit) for hit in hits]
    whole = catalogue.search_bundle(
        wanted.bundle, filters=filters, commune=wanted.commune, territory=place, limit=10_000 if wanted.words else limit
    )
    if wanted.words.strip():
        fitting = catalogue.search(wanted.words, filters=filters, limit=10_000)
        members = {hit.id for hit in whole}
        whole = [hit for hit in fitting if hit.id in members]
    return [entry(hit) for hit in whole[:limit]]


def entry(hit: Hit) -> Entry:
    """Return the line of a record."""
    record = hit.record
    found = {_kind(link) for link in record.links[:MOST_LINKS]}
    return Entry(
        hit.id,
        " ".join(record.title.split()) or hit.id,
        record.organisation,
        (record.modified or record.published or record.created)[:10],
        record.licence,
        tuple(kind for kind in KINDS if kind in found),
        hit.favourite,
        len(record.links),
    )


def _kind(link: Link) -> str:
    return link.kind or kind_of(link.url, link.protocol, link.format).kind


def page(catalogue: Catalogue, identifier: str, *, qgis: str, look: bool = True) -> Page:
    """Return all that is shown of a record, and note that it was looked at where the workspace can be written.

    Raises
    ------
    UsageError
        There is no such record any more.
    """
    hit = catalogue.records.get(identifier)
    if look:
        _noted(lambda: catalogue.records.mark(hit.id, viewed=True))
    record = hit.record
    titles = {source.name: source.title or source.name for source, _ in catalogue.sources()}
    origins = tuple((titles.get(name, name), origin.page) for name, origin in catalogue.records.origins(hit.id))
    links = [_seen(record, link, qgis) for link in record.links[:MOST_LINKS]]
    order = {kind: place for place, kind in enumerate(KINDS)}
    links.sort(key=lambda seen: order.get(seen.kind, len(order)))
    return Page(record, entry(hit), hit.first_seen, origins, tuple(links), len(record.links))


def _seen(record: Record, link: Link, qgis: str) -> SeenLink:
    choice = choose(replace(record, links=(link,)), None, qgis=qgis)
    if choice.best is not None:
        return SeenLink(link, choice.best.kind, "")
    return SeenLink(link, _kind(link), choice.refused[0].reason if choice.refused else "")


def visit(catalogue: Catalogue) -> int:
    """Note a visit and return where the one before ended; 0 where there was none or the workspace is read-only."""
    return _noted(catalogue.records.visit) or 0


def _noted(write: Any) -> Any:
    """Write what is a convenience only: a locked or read-only workspace does not keep the person from reading."""
    try:
        return write()
    except SigmaError:
        return None


def outlines(insee: str) -> tuple[list[list[tuple[float, float]]], list[list[tuple[float, float]]]]:
    """Return the rings of all communes for a small map, and those of one, in degrees."""
    from ..core.geos import shapely

    known = desk.communes()
    whole = _rings(shapely.simplify(known.geometries, _SIMPLE_DEGREES))
    mine: list[list[tuple[float, float]]] = []
    if insee and insee in known.insee.tolist():
        mine = _rings([shapely.simplify(known.geometries[commune_index(known, insee)], _SIMPLE_DEGREES)])
    return whole, mine


def _rings(shapes: Sequence[Any]) -> list[list[tuple[float, float]]]:
    from ..core.geos import shapely

    parts = shapely.get_parts(list(shapes))
    return [shapely.get_coordinates(shapely.get_exterior_ring(part)).tolist() for part in parts if not part.is_empty]


def commune_name(insee: str) -> str:
    """Return the name of a commune, ``""`` where the map does not know the code."""
    known = desk.communes()
    return dict(zip(known.insee.tolist(), known.names.tolist())).get(insee, "")


def favourite(catalogue: Catalogue, identifier: str, on: bool) -> None:
    """Make a record a favourite, or none."""
    catalogue.records.mark(identifier, favourite=on)


def entries_of(path: Path, wanted: Wanted, limit: int) -> list[Entry]:
    """Open a workspace for one listing; for threads that belong to QGIS.

    Raises
    ------
    WorkspaceError
        It can't be opened.
    """
    from ..core.store import Workspace

    with Workspace.open(path, create=False) as workspace:
        return listing(Catalogue(workspace), wanted, limit)


def draggable(path: Path, wanted: Wanted, limit: int, qgis: str) -> list[Line]:
    """Open a workspace for one listing with what can be loaded; no server is asked.

    Raises
    ------
    WorkspaceError
        It can't be opened.
    """
    from ..core.store import Workspace

    with Workspace.open(path, create=False) as workspace:
        catalogue = Catalogue(workspace)
        found = []
        for each in listing(catalogue, wanted, limit):
            record = catalogue.records.get(each.id).record
            short = replace(record, links=record.links[:_MOST_BROWSED])
            found.append(Line(each, choose(short, None, qgis=qgis).best))
        return found
