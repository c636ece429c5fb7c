# SPDX-License-Identifier: GPL-2.0-or-later
"""OGC API - Records, Part 1 (OGC 20-004r1): GeoJSON records, from page to page by their ``next`` link.

Where a server gives none, the list goes on by ``offset`` (what pygeoapi, ldproxy and QGIS Server know) while it counts
more records than came, or its pages are full.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urljoin

from ...base.bilingual import Bilingual
from ...base.read_ahead import read_ahead
from ...errors import DataError
from ...model import Link, Record, Rejected
from ...transport import Answer, BadRequest
from ..records.crs_names import crs_name
from ..records.extents import of_geojson
from ..records.licences import licence_of
from ..records.plain_text import distinct, one_line, plain
from .calls import Calls
from .counting import Count
from .documents import as_dict, as_list, parse_json
from .kinds import kind_of, layer_in
from .protocol import Protocol
from .source import CatalogueSource

_ACCEPT = "application/geo+json, application/json"
_JSON = {"f": "json"}


class _Page(NamedTuple):
    features: list[Any]
    where: str


def read_ogc_records(calls: Calls, source: CatalogueSource, since: str = "") -> Iterator[Record | Rejected]:
    """Give the records of all record collections below an address: a landing page, a collection, or its items.

    The standard has no filter by the date of change that every server must know, so ``since`` is not asked for.

    Raises
    ------
    TransportError, DataError
        The server does not answer, refuses, or has no collection of records.
    """
    with read_ahead(_pages(calls, source), chunk=1, depth=2) as pages:
        for page in pages:
            if isinstance(page, Rejected):
                yield page
                continue
            for number, feature in enumerate(page.features):
                if isinstance(feature, dict):
                    yield read_feature(feature, source.name, page.where)
                else:
                    yield Rejected(f"{page.where}, record {number + 1} of the page", "Is no JSON object")


def _pages(calls: Calls, source: CatalogueSource) -> Iterator[_Page | Rejected]:
    for items in _items_addresses(calls, source):
        count = Count(calls, items)
        first = {**_JSON, **source.filter, "limit": str(source.page_size)}
        url, params, known = items, first, {""}
        seen: set[Any] = set()
        while url and url not in known:
            known.add(url)
            answer, refused = _answer(calls, url, params)
            if refused:
                first.pop("limit", None)
            body = as_dict(parse_json(answer))
            features = as_list(body.get("features"))
            identifiers = {feature.get("id") for feature in features if isinstance(feature, dict)}
            if not features or (identifiers and identifiers <= seen):
                break
            seen |= identifiers
            matched = body.get("numberMatched")
            count.page(len(features), matched if isinstance(matched, int) else None)
            yield _Page(features, answer.url)
            url = _link(body, "next", answer.url)
            # The next link carries its own parameters.
            params = {}
            full = count.total is None and ("limit" not in first or len(features) >= source.page_size)
            if not url and (count.left or full):
                params = {**first, "offset": str(count.came)}
                url, known = items, {""}
        yield from count.ending()


def _answer(calls: Calls, url: str, params: dict[str, str]) -> tuple[Answer, bool]:
    """Ask for a page; where the server refuses its size (pygeoapi's ``on_exceed: error``), for one of its own size."""
    try:
        return calls.get(url, params, accept=_ACCEPT), False
    except BadRequest:
        if "limit" not in params:
            raise
        own = {name: value for name, value in params.items() if name != "limit"}
        return calls.get(url, own, accept=_ACCEPT), True


def _items_addresses(calls: Calls, source: CatalogueSource) -> list[str]:
    answer = calls.get(source.url, _JSON, accept=_ACCEPT)
    body = as_dict(parse_json(answer))
    if body.get("type") == "FeatureCollection":
        return [source.url]
    items = _link(body, "items", answer.url)
    if items:
        return [items]
    if "collections" not in body:
        data = _link(body, "data", answer.url)
        if not data:
            raise DataError("Is no OGC API: it names no collections", where=answer.url, next_step="Check the address")
        answer = calls.get(data, _JSON, accept=_ACCEPT)
        body = as_dict(parse_json(answer))
    collections = [as_dict(each) for each in as_list(body.get("collections"))]
    wanted = [each for each in collections if each.get("itemType") in ("record", "records")]
    found = [_link(each, "items", answer.url) for each in wanted]
    if not any(found):
        raise DataError(
            f"None of its {len(collections)} collections holds records",
            where=answer.url,
            next_step="Add it as a source of the kind ogc-features, or check the address",
        )
    return [address for address in found if address]


def _link(body: Mapping[str, Any], relation: str, base: str) -> str:
    """Return the address of a link, JSON before other types; ``""`` for none."""
    links = [as_dict(link) for link in as_list(body.get("links"))]
    # "http://www.opengis.net/def/rel/ogc/1.0/items" is the long form.
    fitting = [each for each in links if str(each.get("rel", "")).rpartition("/")[2] == relation and each.get("href")]
    fitting.sort(key=lambda each: "json" not in str(each.get("type", "json")))
    return urljoin(base, str(fitting[0]["href"])) if fitting else ""


def read_feature(feature: Mapping[str, Any], source: str, where: str) -> Record:
    """Return the record of one GeoJSON record."""
    about = as_dict(feature.get("properties"))
    identifier = one_line(feature.get("id") or about.get("externalId") or about.get("identifier"))
    title = one_line(about.get("title"))
    extent, wrong = of_geojson(feature.get("geometry") or feature.get("bbox") or about.get("extent"))
    contacts = [as_dict(each) for each in [*as_list(about.get("contacts")), *as_list(about.get("providers"))]]
    themes = [as_dict(theme) for theme in as_list(about.get("themes"))]
    concepts = [
        (one_line(theme.get("scheme")), concept.get("title") or concept.get("id") or concept.get("name"))
        for theme in themes
        for concept in (
            as_dict(each) if isinstance(each, dict) else {"id": each} for each in as_list(theme.get("concepts"))
        )
    ]
    links = tuple(
        dict.fromkeys(link for each in as_list(feature.get("links")) for link in _data_link(as_dict(each), where))
    )
    rights = distinct([about.get("license"), about.get("rights"), *_licence_links(feature)])
    language = about.get("language")
    missing = (("no identifier", not identifier), ("no title", not title), ("no links", not links))
    flaws = [what for what, is_missing in missing if is_missing]
    if extent is None and not wrong:
        wrong = ("no extent",)
    publisher = about.get("publisher")
    return Record(
        id=identifier,
        source=source,
        title=title,
        abstract=plain(about.get("description") or about.get("abstract")),
        kind=one_line(about.get("type")),
        keywords=distinct([*as_list(about.get("keywords")), *(name for _, name in concepts)], 200),
        inspire_themes=distinct(name for scheme, name in concepts if "inspire" in scheme.casefold()),
        iso_topics=distinct(name for scheme, name in concepts if "topic" in scheme.casefold()),
        organisation=next(
            (text for each in contacts if (text := one_line(each.get("organization") or each.get("name")))),
            one_line(publisher if isinstance(publisher, str) else as_dict(publisher).get("name")),
        ),
        contact=next((text for each in contacts if (text := _mail(each))), ""),
        licence=licence_of(rights),
        constraints=rights,
        created=one_line(about.get("created"), 40),
        published=one_line(about.get("issued") or about.get("published"), 40),
        modified=one_line(about.get("updated") or about.get("modified"), 40),
        extent=extent,
        crs=distinct(crs_name(str(each)) for each in as_list(about.get("crs")) if isinstance(each, str)),
        lineage=plain(about.get("lineage")),
        language=one_line(language if isinstance(language, str) else as_dict(language).get("code"), 20),
        page=_link(feature, "self", where),
        links=links,
        flaws=(*flaws, *wrong),
    )


_NO_DATA = frozenset(
    {"self", "collection", "root", "parent", "next", "prev", "license", "alternate", "canonical", "describedby", "up"}
)


def _data_link(link: Mapping[str, Any], where: str) -> Iterator[Link]:
    relation = str(link.get("rel", ""))
    url = str(link.get("href") or "").strip()
    if not url or relation in _NO_DATA:
        return
    form = one_line(link.get("type"), 80)
    protocol = one_line(link.get("protocol") or relation, 120)
    # "item", "data", "enclosure" say what a link is for, and only some servers put a protocol there.
    kind = kind_of(url, protocol if ":" in protocol else "", form).kind
    named = one_line(link.get("layer") or link.get("name"), 300)
    title = one_line(link.get("title"), 300)
    service = kind in ("wms", "wmts", "wfs", "ogc-features")
    yield Link(
        url=url if ":" in url.partition("/")[0] else urljoin(where, url),
        kind=kind,
        layer=(layer_in(url) or named) if service else "",
        format=form,
        title=title or named,
        protocol=protocol,
    )


def _licence_links(feature: Mapping[str, Any]) -> Iterator[str]:
    for each in as_list(feature.get("links")):
        link = as_dict(each)
        if link.get("rel") == "license":
            yield from (one_line(link.get("title")), one_line(link.get("href")))


def _mail(contact: Mapping[str, Any]) -> str:
    for each in as_list(contact.get("emails")):
        text = one_line(as_dict(each).get("value") if isinstance(each, dict) else each, 200)
        if "@" in text:
            return text
    return one_line(contact.get("email"), 200)


PROTOCOL = Protocol(
    "ogc-records", Bilingual.same("OGC API Records"), read_ogc_records, hints=("/collections",), tried=1
)
