# SPDX-License-Identifier: GPL-2.0-or-later
"""ISO 19139 and ISO 19115-3 metadata elements as records.

Both schemas are read by the local names of their elements, which they share for the most part, and nothing that is
missing or odd stops the rest: the reader of OWSLib stops at a whole record for one odd element, differs between the
versions that come with QGIS, and reads ISO 19115-3 only in the newest (docs/architecture.md). Formats: ISO/TS
19139:2007 (gmd), ISO/TS 19115-3:2016 (mdb).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Optional
from urllib.parse import unquote

from ...model import Link, Record
from ..protocols.documents import Element, Parts, below, child, children, local, part, parts_of
from ..protocols.kinds import kind_of, layer_in
from .crs_names import crs_name, names_crs
from .extents import Extent, read_extent, union
from .licences import licence_of
from .plain_text import distinct, one_line, plain

ROOTS = frozenset({"MD_Metadata", "MI_Metadata"})
_VALUES = frozenset(
    {"CharacterString", "Anchor", "URL", "Date", "DateTime", "Decimal", "Integer", "Real", "LocalName", "Boolean"}
)
_SENTENCE = 4
"""So many words are a title ("Lien vers le service WMS …"), not the name of a layer."""
_DATES = {"creation": "created", "publication": "published", "revision": "modified", "lastUpdate": "modified"}


def read_iso(root: Element, source: str) -> Record:
    """Return the record of an ``MD_Metadata`` or ``MI_Metadata`` element; what is missing is in its ``flaws``."""
    top = parts_of(root)
    information = part(top, "identificationInfo")
    about = None if information is None else next((each for each in information if local(each)), None)
    inside = parts_of(about)
    citation = parts_of(part(inside, "citation", "CI_Citation"))
    flaws: list[str] = []
    identifier = value(part(top, "fileIdentifier")) or value(part(top, "metadataIdentifier", "MD_Identifier", "code"))
    if not identifier:
        identifier = _resource_identifier(citation)
        flaws.append("no file identifier")
    title = one_line(value(part(citation, "title")))
    if not title:
        flaws.append("no title")
    keywords, themes = _keywords(inside)
    constraints = _constraints(inside)
    extent, extent_flaws = _extent(about)
    links = tuple(_links(top, inside))
    if not links:
        flaws.append("no links")
    dates = _dates(top, citation)
    named = distinct(
        _system(child(each, "code"), value(child(each, "codeSpace")))
        for system in top.get("referenceSystemInfo", ())
        for each in below(system, "RS_Identifier", "MD_Identifier")
    )
    systems = tuple(name for name in named if names_crs(name))
    flaws += [f"'{name[:60]}' is no reference system of coordinates" for name in named if not names_crs(name)]
    organisation, contact = _responsible(inside, top)
    return Record(
        id=one_line(identifier),
        source=source,
        title=title,
        abstract=plain(value(part(inside, "abstract"))),
        kind=_kind(top),
        keywords=keywords,
        inspire_themes=themes,
        iso_topics=distinct(value(topic) for topic in inside.get("topicCategory", ())),
        organisation=organisation,
        contact=contact,
        licence=licence_of(constraints),
        constraints=constraints,
        created=dates.get("created", ""),
        published=dates.get("published", ""),
        modified=dates.get("modified", ""),
        extent=extent,
        crs=systems,
        scale=_scale(inside),
        lineage=_lineage(top),
        language=_language(top, inside),
        links=links,
        flaws=(*flaws, *extent_flaws),
    )


def value(element: Optional[Element]) -> str:
    """Return the text of an ISO property: its text, code or anchor; of several languages the record's own."""
    if element is None:
        return ""
    for each in element:
        name = local(each)
        text = each.text
        if name in _VALUES:
            if text and not text.isspace():
                return str(text)
            continue
        code = each.get("codeListValue")
        if code:
            return str(code)
        if name.endswith("Code") and text and not text.isspace():
            return str(text)
    for each in below(element, "LocalisedCharacterString"):
        if each.text and each.text.strip():
            return str(each.text)
    return str(element.text or "") if len(element) == 0 else ""


def _system(code: Optional[Element], space: str) -> str:
    """Return a reference system: by the address behind its name where there is one, else by the name."""
    href = "" if code is None else _anchor(code)
    known = crs_name(href) if href else ""
    return known if re.fullmatch(r"[A-Z]+:\w+", known) else crs_name(value(code), space)


def _anchor(element: Element) -> str:
    anchor = child(element, "Anchor")
    return "" if anchor is None else str(anchor.get("{http://www.w3.org/1999/xlink}href", ""))


def _resource_identifier(citation: Parts) -> str:
    for each in citation.get("identifier", ()):
        for identifier in each:
            code = value(child(identifier, "code"))
            if code:
                return code
    return ""


def _kind(top: Parts) -> str:
    level = value(part(top, "hierarchyLevel")) or value(part(top, "metadataScope", "MD_MetadataScope", "resourceScope"))
    return one_line(level, 40)


def _keywords(inside: Parts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    words: list[str] = []
    themes: list[str] = []
    for block in inside.get("descriptiveKeywords", ()):
        group = child(block, "MD_Keywords")
        thesaurus = value(child(group, "thesaurusName", "CI_Citation", "title")).casefold()
        inspire = "inspire" in thesaurus and "theme" in thesaurus.replace("thème", "theme")
        for keyword in children(group, "keyword"):
            word = value(keyword)
            words.append(word)
            if inspire or "inspire.ec.europa.eu/theme/" in _anchor(keyword):
                themes.append(word)
    return distinct(words, 200), distinct(themes, 200)


def _constraints(inside: Parts) -> tuple[str, ...]:
    texts: list[str] = []
    for block in inside.get("resourceConstraints", ()):
        for group in block:
            for each in group:
                name = local(each)
                if name in ("useLimitation", "otherConstraints"):
                    texts += [value(each), _anchor(each)]
                elif name in ("reference", "citation"):
                    texts.append(value(child(each, "CI_Citation", "title")))
                elif name == "classification":
                    texts.append(value(each))
    return distinct(texts, 2000)


def _extent(about: Optional[Element]) -> tuple[Optional[Extent], tuple[str, ...]]:
    if about is None:
        return None, ("no extent",)
    found: list[Extent] = []
    flaws: list[str] = []
    for box in below(about, "EX_GeographicBoundingBox"):
        names = ("westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude")
        extent, wrong = read_extent(*(value(child(box, name)) for name in names))
        flaws += wrong
        if extent is not None:
            found.append(extent)
    if not found and not flaws:
        flaws.append("no extent")
    return union(found), tuple(dict.fromkeys(flaws))


def _responsible(inside: Parts, top: Parts) -> tuple[str, str]:
    """Return organisation and e-mail of the resource's owner, publisher or contact; else of the metadata's contact."""
    parties = [party for block in inside.get("pointOfContact", ()) for party in block]
    parties += [party for block in top.get("contact", ()) for party in block]
    ranks = {"owner": 0, "publisher": 1, "custodian": 2, "author": 3, "originator": 3, "pointOfContact": 4}
    parties[:] = sorted(parties, key=lambda party: ranks.get(value(child(party, "role")), 5))
    organisation = contact = ""
    for party in parties:
        organisation = organisation or value(child(party, "organisationName"))
        if not organisation:
            organisation = value(child(party, "party", "CI_Organisation", "name"))
        if not contact:
            mails = (value(each) for each in below(party, "electronicMailAddress"))
            contact = next((mail for mail in mails if mail.strip()), "")
    return one_line(organisation), one_line(contact, 200)


def _dates(top: Parts, citation: Parts) -> dict[str, str]:
    """Return the dates of the resource; what its citation does not say is taken from the metadata's own dates."""
    dates: dict[str, str] = {}
    for blocks in (citation.get("date", ()), top.get("dateInfo", ())):
        found: dict[str, str] = {}
        for block in blocks:
            date = child(block, "CI_Date")
            name = _DATES.get(value(child(date, "dateType")), "")
            when = one_line(value(child(date, "date")), 40)
            if name and when > found.get(name, ""):
                found[name] = when
        dates = {**found, **dates}
    stamp = one_line(value(part(top, "dateStamp")), 40)
    if stamp:
        dates.setdefault("modified", stamp)
    return dates


def _scale(inside: Parts) -> Optional[int]:
    for block in inside.get("spatialResolution", ()):
        for each in below(block, "denominator"):
            text = value(each).strip().replace(" ", "")
            if text.isascii() and text.isdigit() and int(text[:12]) > 0:
                return int(text[:12])
    return None


def _lineage(top: Parts) -> str:
    for block in (*top.get("dataQualityInfo", ()), *top.get("resourceLineage", ())):
        for each in below(block, "statement"):
            text = plain(value(each))
            if text:
                return text
    return ""


def _language(top: Parts, inside: Parts) -> str:
    said = value(part(top, "language")) or value(part(top, "defaultLocale", "PT_Locale", "language"))
    return one_line(said or value(part(inside, "language")), 20)


def _links(top: Parts, inside: Parts) -> Iterator[Link]:
    distribution = part(top, "distributionInfo")
    formats = {value(child(each, "name")) for each in below(distribution, "MD_Format")}
    formats |= {
        value(child(each, "formatSpecificationCitation", "CI_Citation", "title"))
        for each in below(distribution, "MD_Format")
    }
    formats.discard("")
    only_format = formats.pop() if len(formats) == 1 else ""
    operations = inside.get("containsOperations", ())
    resources = [each for block in (distribution, *operations) for each in below(block, "CI_OnlineResource")]
    seen: set[tuple[str, str, str]] = set()
    for resource in resources:
        each = parts_of(resource)
        url = _decoded_once(value(part(each, "linkage")).strip())
        if not url:
            continue
        protocol = one_line(value(part(each, "protocol")), 120)
        name = one_line(value(part(each, "name")), 300)
        if (url, protocol, name) in seen:
            continue
        seen.add((url, protocol, name))
        # The profile tells where protocol does not ("WWW:LINK", application profile "view").
        words = f"{protocol} {value(part(each, 'applicationProfile'))}"
        kind = kind_of(url, words).kind
        download = kind in ("", "file") and "download" in protocol.casefold()
        if download and only_format:
            kind = kind_of(url, protocol, only_format).kind or kind
        service = kind in ("wms", "wmts", "wfs", "ogc-features")
        description = one_line(value(part(each, "description")), 300)
        yield Link(
            url=url,
            kind=kind,
            layer=(layer_in(url) or (name if len(name.split()) < _SENTENCE else "")) if service else "",
            format=only_format if download else "",
            version=_version(protocol),
            title=(description or name) if service else (name or description),
            protocol=protocol,
        )


def _decoded_once(url: str) -> str:
    """Return an address whose whole query was percent-encoded (``?SERVICE%3DWMS%26…``) as it was meant."""
    head, mark, query = url.partition("?")
    return f"{head}?{unquote(query)}" if mark and "=" not in query and "%3d" in query.casefold() else url


def _version(protocol: str) -> str:
    """Return the version in ``OGC:WMS-1.3.0-http-get-map``; the 1.0 of ``WWW:LINK-1.0-…`` is none of a service."""
    if not protocol.upper().startswith("OGC:"):
        return ""
    for word in protocol.split("-"):
        if word.count(".") == 2 and word.replace(".", "").isdigit():
            return word
    return ""
