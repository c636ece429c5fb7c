# SPDX-License-Identifier: GPL-2.0-or-later
"""What the screens read from the catalogue of the workspace. Called in threads: only the core, no Qt, no QGIS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Optional

from ...core.catalogue import KINDS, UNASKED, Catalogue, Filters, Loadable, Refused, choose, commune_index
from ...core.catalogue.protocols.kinds import kind_of
from ...core.errors import SigmaError
from ...core.model import Link, Record
from ...core.store.catalogue import RANKED
from ...core.territory import current

if TYPE_CHECKING:
    from ...core.store.catalogue import Hit

MOST_LISTED = 100
MOST_RANKED = RANKED
"""Of more that fit, the best may not be among those listed: a word more is needed."""
MOST_LINKS = 200
"""Links of one record that are looked at: some catalogues file a folder of ten thousand tiles as one record."""
_FEW = 60  # values in a menu
_MOST_BROWSED = 20  # links of one record that the browser looks at
_SIMPLE_DEGREES = 0.002  # 200 m: less than a pixel of the small map


@dataclass(frozen=True)
class Wanted:
    """What a person looks for; ``bundles`` themes that ship as saved searches, any; ``commune`` an INSEE code."""

    words: str = ""
    bundles: tuple[str, ...] = ()
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
class Listing:
    """The entries that fit best; ``fitting`` is how many fit, up to ``MOST_RANKED`` + 1; None: not counted."""

    entries: list[Entry]
    fitting: Optional[int] = None


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
    error_code: str
    authcfg: str

    @property
    def answers(self) -> bool:
        """Whether it answered when it was asked last."""
        return not self.error


@dataclass(frozen=True)
class Overview:
    """What the index holds: its sources, and what its records can be narrowed by, each with how many.

    ``bundles`` are the thematic ones that the commune switched on, ``bundles_everywhere`` those of the territory.
    """

    records: int
    new: int
    newest: str
    sources: tuple[SourceState, ...]
    values: dict[str, dict[str, int]] = field(default_factory=dict)
    bundles: frozenset[str] = frozenset()
    bundles_everywhere: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SeenLink:
    """A link of a record, and why it can't be loaded; None: it can, as far as the record alone tells."""

    link: Link
    kind: str
    refused: Optional[Refused] = None

    @property
    def unasked(self) -> bool:
        """Whether only the service itself can tell."""
        return self.refused is not None and self.refused.code == UNASKED


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


def overview(catalogue: Catalogue, newer_than: int, commune: str = "") -> Overview:
    """Return what the index holds, and what a commune (INSEE code, ``""``: the whole territory) switched on.

    ``newer_than`` is what :meth:`~..core.store.records.Records.visit` returned.
    """
    states = tuple(
        SourceState(
            row["name"], row["title"] or row["name"], row["kind"], row["url"], row["records"], row["read_at"] or "",
            row["tried_at"] or "", row["error"] or "", row["error_code"], source.authcfg,
        )
        for source, row in catalogue.sources()
    )  # fmt: skip
    found = catalogue.facets()
    values = {
        "kinds": {kind: often for kind in KINDS if (often := dict(found.kinds).get(kind))},
        "organisations": dict(found.organisations[:_FEW]),
        "licences": dict(found.licences[:_FEW]),
        "themes": dict(found.themes[:_FEW]),
    }
    new = catalogue.records.count(newer_than) if newer_than else 0
    newest = max((state.read_at for state in states), default="")
    return Overview(found.total, new, newest, states, values, *bundles_on(catalogue, commune))


def bundles_on(catalogue: Catalogue, commune: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the ids of the bundles that a commune switched on, and of those switched on for the whole territory."""
    everywhere = frozenset(bundle.id for bundle in catalogue.bundles_on())
    return frozenset(bundle.id for bundle in catalogue.bundles_on(commune)) - everywhere, everywhere


def switch_bundle(catalogue: Catalogue, name: str, commune: str, on: bool) -> tuple[frozenset[str], frozenset[str]]:
    """Switch a bundle on or off for a commune (``""``: the whole territory); return what :func:`bundles_on` does."""
    catalogue.switch_bundle(name, commune, on=on)
    return bundles_on(catalogue, commune)


def listing(catalogue: Catalogue, wanted: Wanted, limit: int = MOST_LISTED) -> list[Entry]:
    """Return the entries that fit best, at most ``limit``."""
    filters = _filters(wanted)
    place = current.communes() if wanted.commune else None
    if not wanted.bundles:
        hits = catalogue.search(wanted.words, filters=filters, commune=wanted.commune, territory=place, limit=limit)
        return [entry(hit) for hit in hits]
    best: dict[str, Hit] = {}
    for bundle in wanted.bundles:
        found = catalogue.search_bundle(
            bundle, filters=filters, commune=wanted.commune, territory=place, limit=10_000 if wanted.words else limit
        )
        for hit in found:
            if hit.id not in best or hit.score > best[hit.id].score:
                best[hit.id] = hit
    whole = sorted(best.values(), key=lambda hit: -hit.score)
    if wanted.words.strip():
        fitting = catalogue.search(wanted.words, filters=filters, limit=10_000)
        whole = [hit for hit in fitting if hit.id in best]
    return [entry(hit) for hit in whole[:limit]]


def counted_listing(catalogue: Catalogue, wanted: Wanted, limit: int = MOST_LISTED) -> Listing:
    """Return the entries that fit best, at most ``limit``, and how many fit where there are more."""
    entries = listing(catalogue, wanted, limit + 1)
    if len(entries) <= limit or wanted.bundles:
        return Listing(entries[:limit], None if len(entries) > limit else len(entries))
    place = current.communes() if wanted.commune else None
    fitting = catalogue.matches(
        wanted.words, filters=_filters(wanted), commune=wanted.commune, territory=place, most=MOST_RANKED + 1
    )
    return Listing(entries[:limit], fitting)


def _filters(wanted: Wanted) -> Filters:
    return Filters(
        kinds=wanted.kinds,
        themes=(wanted.theme,) if wanted.theme else (),
        organisation=wanted.organisation,
        licence=wanted.licence,
        favourites=wanted.favourites,
        viewed=wanted.viewed,
        newer_than=wanted.newer_than,
        sources=(wanted.source,) if wanted.source else (),
    )


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
        return SeenLink(link, choice.best.kind)
    return SeenLink(link, _kind(link), choice.refused[0] if choice.refused else None)


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
    from ...core.base.geos import shapely

    known = current.communes()
    whole = _rings(shapely.simplify(known.geometries, _SIMPLE_DEGREES))
    mine: list[list[tuple[float, float]]] = []
    if insee and insee in known.insee.tolist():
        mine = _rings([shapely.simplify(known.geometries[commune_index(known, insee)], _SIMPLE_DEGREES)])
    return whole, mine


def _rings(shapes: Sequence[Any]) -> list[list[tuple[float, float]]]:
    from ...core.base.geos import shapely

    parts = shapely.get_parts(list(shapes))
    return [shapely.get_coordinates(shapely.get_exterior_ring(part)).tolist() for part in parts if not part.is_empty]


def commune_name(insee: str) -> str:
    """Return the name of a commune, ``""`` where the map does not know the code."""
    from ...core.territory import commune_names

    return dict(commune_names()).get(insee, "")


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
    from ...core.store import Workspace

    with Workspace.open(path, create=False) as workspace:
        return listing(Catalogue(workspace), wanted, limit)


def draggable(path: Path, wanted: Wanted, limit: int, qgis: str) -> list[Line]:
    """Open a workspace for one listing with what can be loaded; no server is asked.

    Raises
    ------
    WorkspaceError
        It can't be opened.
    """
    from ...core.store import Workspace

    with Workspace.open(path, create=False) as workspace:
        catalogue = Catalogue(workspace)
        found = []
        for each in listing(catalogue, wanted, limit):
            record = catalogue.records.get(each.id).record
            short = replace(record, links=record.links[:_MOST_BROWSED])
            found.append(Line(each, choose(short, None, qgis=qgis).best))
        return found
