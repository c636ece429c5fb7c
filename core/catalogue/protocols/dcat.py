# SPDX-License-Identifier: GPL-2.0-or-later
"""DCAT-AP catalogues (version 2 and 3) as JSON-LD, and as RDF/XML where rdflib is installed.

JSON-LD is read by the local names of its keys (``dct:title``, ``http://purl.org/dc/terms/title`` and ``title`` are
one), nested or flat in ``@graph``; contexts are never fetched. RDF/XML goes through rdflib, which gives flat JSON-LD.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any, Optional
from urllib.parse import urljoin

from ...base.bilingual import Bilingual
from ...errors import DataError, MissingPackage
from ...model import Link, Record, Rejected
from ...transport import Answer
from ..records.crs_names import crs_name
from ..records.extents import Extent, of_geojson, read_extent
from ..records.licences import licence_of
from ..records.plain_text import distinct, one_line, plain
from .calls import Calls
from .documents import as_list, parse_json, parse_xml
from .kinds import kind_of, layer_in
from .protocol import Protocol
from .source import CatalogueSource

_ACCEPT = "application/ld+json, application/json;q=0.9, application/rdf+xml;q=0.5"
_NUMBERS = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_CODE = re.compile(r"[A-Z]{3,8}:\w{2,12}")
_FRENCH_FIRST = ("fr", "", "en")
Node = Mapping[str, Any]


class _Graph:
    """The nodes of a document by their ``@id``, with keys by their local names."""

    def __init__(self, document: Any) -> None:
        self.nodes: list[dict[str, Any]] = []
        self._by_id: dict[str, dict[str, Any]] = {}
        self._gather(document, 0)

    def _gather(self, value: Any, depth: int) -> Any:
        if depth > 40:
            return None
        if isinstance(value, list):
            return [self._gather(each, depth + 1) for each in value]
        if not isinstance(value, dict):
            return value
        if "@value" in value:
            return value
        if set(value) == {"@id"}:
            return value
        node = {_local(key): self._gather(each, depth + 1) for key, each in value.items() if key != "@context"}
        identifier = value.get("@id") or value.get("id")
        if isinstance(identifier, str):
            known = self._by_id.setdefault(identifier, node)
            if known is not node:
                known.update({key: each for key, each in node.items() if key not in known})
                return known
        self.nodes.append(node)
        return node

    def of_type(self, name: str) -> Iterator[dict[str, Any]]:
        """Give the nodes of a class, by its local name."""
        for node in self.nodes:
            kinds = as_list(node.get("@type")) or as_list(node.get("type"))
            if any(isinstance(kind, str) and _local(kind) == name for kind in kinds):
                yield node

    def named_by(self, name: str) -> set[int]:
        """Return the ``id()`` of the nodes that are the value of a property of another."""
        return {id(value) for node in self.nodes for value in self.all(node, name) if isinstance(value, dict)}

    def records(self) -> Iterator[dict[str, Any]]:
        """Give the datasets and services that are records of their own.

        A part of another node, such as the ``dcat:accessService`` of a distribution, is none where it has no IRI.
        """
        listed = self.named_by("dataset") | self.named_by("service")
        parts = {id(value) for node in self.nodes for value in self._values(node)} - listed
        for kind in ("Dataset", "DataService"):
            for node in self.of_type(kind):
                if id(node) not in parts or _iri(node):
                    yield node

    def _values(self, node: Node) -> Iterator[dict[str, Any]]:
        for name in node:
            if not name.startswith("@") and name != "graph":
                yield from (
                    value for value in self.all(node, name) if isinstance(value, dict) and "@value" not in value
                )

    def all(self, node: Node, *names: str) -> list[Any]:
        """Return the values of the first of these properties that there is; references are followed."""
        for name in names:
            values = as_list(node.get(name))
            if values:
                return [self._resolved(value) for value in values]
        return []

    def _resolved(self, value: Any) -> Any:
        if isinstance(value, dict) and set(value) == {"@id"}:
            return self._by_id.get(str(value["@id"]), value)
        return value if not isinstance(value, str) else self._by_id.get(value, value)

    def text(self, node: Node, *names: str) -> str:
        """Return the text of a property: in French, or without a language, or in English, or what there is."""
        found: dict[str, str] = {}
        for value in self.all(node, *names):
            if isinstance(value, dict):
                language = str(value.get("@language", "")).casefold()[:2]
                text = value.get("@value", value.get("@id") or value.get("label") or value.get("title") or "")
                if isinstance(text, dict):
                    text = text.get("@value", "")
            else:
                language, text = "", value
            if text not in (None, "") and not isinstance(text, (list, dict)):
                found.setdefault(language, str(text))
        return next(
            (found[language] for language in _FRENCH_FIRST if language in found), next(iter(found.values()), "")
        )

    def named(self, node: Node, *names: str) -> str:
        """Return the name of what a property refers to (an agent, a licence, a concept), else its own text or URI."""
        for value in self.all(node, *names):
            if isinstance(value, dict) and "@value" not in value:
                name = self.text(value, "name", "fn", "organization-name", "prefLabel", "label", "title")
                if name or _iri(value):
                    return name or _iri(value)
        text = self.text(node, *names)
        return "" if text.startswith("_:") else text


def _iri(node: Node) -> str:
    """Return the IRI of a node; ``""`` for a blank one, whose label is another at each answer."""
    identifier = str(node.get("@id") or node.get("id") or "")
    return "" if identifier.startswith("_:") else identifier


def _local(key: str) -> str:
    if key.startswith("@"):
        return key
    return re.split(r"[#/:]", key)[-1] or key


def read_dcat(calls: Calls, source: CatalogueSource, since: str = "") -> Iterator[Record | Rejected]:
    """Give the datasets of a DCAT document and of the pages that follow it (``hydra:next``).

    The first page is asked for only if it changed since the last time (ETag, Last-Modified); nothing comes where it
    did not.

    Raises
    ------
    TransportError, DataError
        It can't be fetched or read.
    MissingPackage
        It is RDF/XML and rdflib is not installed.
    """
    url, known = source.url, set[str]()
    while url and url not in known:
        known.add(url)
        first = len(known) == 1
        answer = calls.get(url, source.filter if first else {}, accept=_ACCEPT, conditional=first)
        if answer.status == 304:
            return
        graph = _Graph(_document(answer))
        found = False
        for node in graph.records():
            found = True
            yield read_dataset(graph, node, source.name)
        if not found and first:
            raise DataError("Holds no dcat:Dataset", where=answer.url, next_step="Check the address of the catalogue")
        url = _next(graph, answer.url)
        if url:
            # The first page may stay as it is when others change.
            calls.etag = calls.last_modified = ""


def _document(answer: Answer) -> Any:
    if answer.body.lstrip()[:1] in (b"{", b"["):
        return parse_json(answer)
    parse_xml(answer.body, answer.url)  # no web page, no entities
    try:
        from rdflib import Graph
    except ImportError as error:
        raise MissingPackage(
            "Is RDF/XML, which needs the package rdflib",
            where=answer.url,
            next_step="Ask the portal for JSON-LD (often the same address with .jsonld), or: pip install rdflib",
        ) from error
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)  # it logs each date that is none with a traceback
    try:
        return json.loads(Graph().parse(data=answer.body, format="xml").serialize(format="json-ld"))
    except Exception as error:  # rdflib and its SAX parser raise what they like
        raise DataError(f"Can't be read as RDF/XML: {one_line(error, 200)}", where=answer.url) from error


def _next(graph: _Graph, base: str) -> str:
    for node in graph.nodes:
        if "nextPage" in node or "next" in node:
            reference = graph.all(node, "next", "nextPage")[:1]
            if reference:
                value = reference[0]
                url = value.get("@id") or value.get("@value") if isinstance(value, dict) else value
                return urljoin(base, str(url)) if url else ""
    return ""


def read_dataset(graph: _Graph, node: Node, source: str) -> Record:
    """Return the record of a ``dcat:Dataset`` or ``dcat:DataService``."""
    uri = _iri(node)
    identifier = one_line(graph.text(node, "identifier") or uri)
    title = one_line(graph.text(node, "title"))
    extent, wrong = _extent(graph, node)
    links = tuple(dict.fromkeys(_links(graph, node)))
    contact = next((value for value in graph.all(node, "contactPoint") if isinstance(value, dict)), {})
    holders = [node, *(value for value in graph.all(node, "distribution") if isinstance(value, dict))]
    licences = [graph.named(holder, "license") for holder in holders]
    rights = [*licences]
    for holder in holders:
        rights += [graph.text(holder, "license"), graph.named(holder, "rights", "accessRights")]
    constraints = distinct(each for each in rights if not each.startswith("_:"))
    themes = [
        one_line(graph.named({"theme": theme}, "theme")) for theme in graph.all(node, "theme") if theme is not None
    ]
    missing = (("no identifier", not identifier), ("no title", not title), ("no links", not links))
    flaws = [what for what, is_missing in missing if is_missing]
    if extent is None and not wrong:
        wrong = ("no extent",)
    is_service = any(_local(str(kind)) == "DataService" for kind in as_list(node.get("@type")))
    return Record(
        id=identifier,
        source=source,
        title=title,
        abstract=plain(graph.text(node, "description")),
        kind="service" if is_service else "dataset",
        keywords=distinct(
            [graph.text({"k": word}, "k") for word in graph.all(node, "keyword")]
            + [theme for theme in themes if not theme.startswith("http")],
            200,
        ),
        inspire_themes=distinct(theme for theme in themes if "inspire" in theme),
        organisation=one_line(graph.named(node, "publisher") or graph.named(node, "creator")),
        contact=one_line(graph.text(contact, "hasEmail", "email").removeprefix("mailto:"), 200),
        licence=licence_of(constraints) or next((each for each in licences if each and "://" not in each), ""),
        constraints=constraints,
        created=one_line(graph.text(node, "created"), 40),
        published=one_line(graph.text(node, "issued"), 40),
        modified=one_line(graph.text(node, "modified"), 40),
        extent=extent,
        crs=distinct(name for each in graph.all(node, "conformsTo") if (name := _crs(graph, each))),
        lineage=plain(graph.named(node, "provenance")),
        language=one_line(graph.text(node, "language").rstrip("/").rpartition("/")[2], 20),
        page=one_line(graph.text(node, "landingPage") or (uri if uri.startswith("http") else ""), 1000),
        links=links,
        flaws=(*flaws, *wrong),
    )


def _extent(graph: _Graph, node: Node) -> tuple[Optional[Extent], tuple[str, ...]]:
    for place in graph.all(node, "spatial"):
        # A literal, a geometry, or a place that has one.
        own = isinstance(place, dict) and "@value" not in place
        if own and "coordinates" in place:
            return of_geojson(place)
        for value in graph.all(place, "bbox", "geometry", "hasGeometry", "asWKT", "asGeoJSON") if own else [place]:
            if isinstance(value, dict) and "coordinates" in value:
                return of_geojson(value)
            text = (
                graph.text({"v": value}, "v")
                if not isinstance(value, dict) or "@value" in value
                else (graph.text(value, "asWKT", "asGeoJSON", "@value"))
            )
            extent, wrong = _extent_of_text(text)
            if extent is not None or wrong:
                return extent, wrong
    return None, ()


def _extent_of_text(text: str) -> tuple[Optional[Extent], tuple[str, ...]]:
    """Return the extent that a text gives: GeoJSON, WKT (GeoSPARQL's with a CRS before it), or four bare numbers."""
    if text.lstrip().startswith("{"):
        try:
            return of_geojson(json.loads(text))
        except (ValueError, RecursionError):
            return None, ("the extent is not whole GeoJSON",)
    bare = text[:200].replace(",", " ").split()
    if len(bare) == 4 and all(_NUMBERS.fullmatch(each) for each in bare):
        return read_extent(*bare)
    # The shape's name may hold digits ("<http://…/EPSG/0/4326> POLYGON((…"): numbers count from the bracket.
    numbers = [float(number) for number in _NUMBERS.findall(text.partition("(")[2])]
    if len(numbers) >= 4 and len(numbers) % 2 == 0:
        xs, ys = numbers[0::2], numbers[1::2]
        if "EPSG/0/4326" in text:
            xs, ys = ys, xs
        return read_extent(min(xs), min(ys), max(xs), max(ys))
    return None, ()


def _crs(graph: _Graph, value: Any) -> str:
    """Return the reference system that ``dct:conformsTo`` names, by its IRI or title; ``""`` for other standards."""
    texts = [graph.text({"c": value}, "c")]
    if isinstance(value, dict):
        texts += [graph.text(value, "title", "label", "prefLabel", "notation", "identifier")]
    names = (crs_name(text) for text in texts if "epsg" in text.casefold() or "/def/crs/" in text)
    return next((name for name in names if _CODE.fullmatch(name)), "")


def _links(graph: _Graph, node: Node) -> Iterator[Link]:
    for url in graph.all(node, "endpointURL"):
        address = graph.text({"u": url}, "u")
        if address:
            protocol = graph.text(node, "conformsTo")
            kind = kind_of(address, protocol).kind
            yield Link(
                address,
                kind,
                layer_in(address),
                "",
                "",
                one_line(graph.text(node, "title"), 300),
                one_line(protocol, 120),
            )
    for value in graph.all(node, "distribution"):
        if not isinstance(value, dict):
            continue
        form = one_line(graph.named(value, "format") or graph.text(value, "mediaType"), 120).rpartition("/")[2]
        media = one_line(graph.text(value, "mediaType"), 120).rpartition("media-types/")[2]
        title = one_line(graph.text(value, "title", "description"), 300)
        # What the data service of a distribution says is about the distribution.
        service = next((each for each in graph.all(value, "accessService") if isinstance(each, dict)), {})
        protocol = one_line(graph.text(value, "conformsTo") or graph.text(service, "conformsTo"), 120)
        addresses = [graph.text(value, name).strip() for name in ("downloadURL", "accessURL")]
        addresses += [graph.text(service, name).strip() for name in ("endpointDescription", "endpointURL")]
        address = next((each for each in addresses if each), "")
        if address:
            kind = kind_of(address, protocol, f"{form} {media}".strip()).kind
            yield Link(address, kind, layer_in(address), form, "", title, protocol)


PROTOCOL = Protocol(
    "dcat", Bilingual.same("DCAT"), read_dcat, conditional=True, hints=(".jsonld", ".rdf", "dcat"), tried=5
)
