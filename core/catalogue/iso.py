# SPDX-License-Identifier: GPL-2.0-or-later
"""ISO 19139 and ISO 19115-3 metadata elements as records.

Both schemas are read by the local names of their elements, which they share for the most part, and nothing that is
missing or odd stops the rest: the reader of OWSLib stops at a whole record for one odd element, differs between the
versions that come with QGIS, and reads ISO 19115-3 only in the newest (docs/architecture.md). Formats: ISO/TS
19139:2007 (gmd), ISO/TS 19115-3:2016 (mdb).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Optional

from ..model import Link, Record
from .crs_names import crs_name
from .documents import Element, below, child, children, local
from .extents import Extent, read_extent, union
from .kinds import kind_of, layer_in
from .licences import licence_of
from .plain_text import distinct, one_line, plain

ROOTS = frozenset({"MD_Metadata", "MI_Metadata"})
_VALUES = frozenset(
    {"CharacterString", "Anchor", "URL", "Date", "DateTime", "Decimal", "Integer", "Real", "LocalName", "Boolean"}
)
_DATES = {"creation": "created", "publication": "published", "revision": "modified", "lastUpdate": "modified"}


def read_iso(root: Element, source: str) -> Record:
    """Return the record of an ``MD_Metadata`` or ``MI_Metadata`` element; what is missing is in its ``flaws``."""
    about = next(iter(below(child(root, "identificationInfo"), "*")[1:]), None)
    citation = child(about, "citation", "CI_Citation")
    flaws: list[str] = []
    identifier = value(child(root, "fileIdentifier")) or value(
        child(root, "metadataIdentifier", "MD_Identifier", "code")
    )
    if not identifier:
        identifier = _resource_identifier(citation)
        flaws.append("no file identifier")
    title = one_line(value(child(citation, "title")))
    if not title:
        flaws.append("no title")
    keywords, themes = _keywords(about)
    constraints = _constraints(about)
    extent, extent_flaws = _extent(about)
    links = tuple(_links(root, about))
    if not links:
        flaws.append("no links")
    dates = _dates(root, citation)
    organisation, contact = _responsible(about, root)
    return Record(
        id=one_line(identifier),
        source=source,
        title=title,
        abstract=plain(value(child(about, "abstract"))),
        kind=_kind(root),
        keywords=keywords,
        inspire_themes=themes,
        iso_topics=distinct(value(topic) for topic in children(about, "topicCategory")),
        organisation=organisation,
        contact=contact,
        licence=licence_of(constraints),
        constraints=constraints,
        created=dates.get("created", ""),
        published=dates.get("published", ""),
        modified=dates.get("modified", ""),
        extent=extent,
        crs=distinct(
            crs_name(value(child(each, "code")), value(child(each, "codeSpace")))
            for system in children(root, "referenceSystemInfo")
            for each in below(system, "RS_Identifier", "MD_Identifier")
        ),
        scale=_scale(about),
        lineage=_lineage(root),
        language=_language(root, about),
        links=links,
        flaws=(*flaws, *extent_flaws),
    )


def value(element: Optional[Element]) -> str:
    """Return the text of an ISO property: its text, code or anchor; of several languages the record's own."""
    if element is None:
        return ""
    for each in element:
        name = local(each)
        if name in _VALUES and each.text and each.text.strip():
            return str(each.text)
        code = each.get("codeListValue")
        if code:
            return str(code)
        if name.endswith("Code") and each.text and each.text.strip():
            return str(each.text)
    for each in below(element, "LocalisedCharacterString"):
        if each.text and each.text.strip():
            return str(each.text)
    return str(element.text or "") if len(element) == 0 else ""


def _anchor(element: Element) -> str:
    anchor = child(element, "Anchor")
    return "" if anchor is None else str(anchor.get("{http://www.w3.org/1999/xlink}href", ""))


def _resource_identifier(citation: Optional[Element]) -> str:
    for each in children(citation, "identifier"):
        for identifier in each:
            code = value(child(identifier, "code"))
            if code:
                return code
    return ""


def _kind(root: Element) -> str:
    level = value(child(root, "hierarchyLevel")) or value(
        child(root, "metadataScope", "MD_MetadataScope", "resourceScope")
    )
    return one_line(level, 40)


def _keywords(about: Optional[Element]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    words: list[str] = []
    themes: list[str] = []
    for block in children(about, "descriptiveKeywords"):
        group = child(block, "MD_Keywords")
        thesaurus = value(child(group, "thesaurusName", "CI_Citation", "title")).casefold()
        inspire = "inspire" in thesaurus and "theme" in thesaurus.replace("thème", "theme")
        for keyword in children(group, "keyword"):
            word = value(keyword)
            words.append(word)
            if inspire or "inspire.ec.europa.eu/theme/" in _anchor(keyword):
                themes.append(word)
    return distinct(words, 200), distinct(themes, 200)


def _constraints(about: Optional[Element]) -> tuple[str, ...]:
    texts: list[str] = []
    for block in children(about, "resourceConstraints"):
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


def _responsible(about: Optional[Element], root: Element) -> tuple[str, str]:
    """Return organisation and e-mail of the resource's owner, publisher or contact; else of the metadata's contact."""
    parties = [party for block in children(about, "pointOfContact") for party in block]
    parties += [party for block in children(root, "contact") for party in block]
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


def _dates(root: Element, citation: Optional[Element]) -> dict[str, str]:
    dates: dict[str, str] = {}
    stamp = value(child(root, "dateStamp"))
    for block in (*children(citation, "date"), *children(root, "dateInfo")):
        date = child(block, "CI_Date")
        name = _DATES.get(value(child(date, "dateType")), "")
        when = one_line(value(child(date, "date")), 40)
        if name and when and (name not in dates or when > dates[name]):
            dates[name] = when
    if stamp and one_line(stamp, 40) > dates.get("modified", ""):
        dates["modified"] = one_line(stamp, 40)
    return dates


def _scale(about: Optional[Element]) -> Optional[int]:
    for block in children(about, "spatialResolution"):
        for each in below(block, "denominator"):
            text = value(each).strip().replace(" ", "")
            if text.isascii() and text.isdigit() and int(text[:12]) > 0:
                return int(text[:12])
    return None


def _lineage(root: Element) -> str:
    for block in (*children(root, "dataQualityInfo"), *children(root, "resourceLineage")):
        for each in below(block, "statement"):
            text = plain(value(each))
            if text:
                return text
    return ""


def _language(root: Element, about: Optional[Element]) -> str:
    said = value(child(root, "language")) or value(child(root, "defaultLocale", "PT_Locale", "language"))
    return one_line(said or value(child(about, "language")), 20)


def _links(root: Element, about: Optional[Element]) -> Iterator[Link]:
    distribution = child(root, "distributionInfo")
    formats = {value(child(each, "name")) for each in below(distribution, "MD_Format")}
    formats |= {
        value(child(each, "formatSpecificationCitation", "CI_Citation", "title"))
        for each in below(distribution, "MD_Format")
    }
    formats.discard("")
    only_format = formats.pop() if len(formats) == 1 else ""
    operations = children(about, "containsOperations")
    resources = [each for block in (distribution, *operations) for each in below(block, "CI_OnlineResource")]
    seen: set[tuple[str, str, str]] = set()
    for each in resources:
        url = value(child(each, "linkage")).strip()
        if not url:
            continue
        protocol = one_line(value(child(each, "protocol")), 120)
        name = one_line(value(child(each, "name")), 300)
        if (url, protocol, name) in seen:
            continue
        seen.add((url, protocol, name))
        # The profile tells where protocol does not ("WWW:LINK", application profile "view").
        words = f"{protocol} {value(child(each, 'applicationProfile'))}"
        kind = kind_of(url, words).kind
        download = kind in ("", "file") and "download" in protocol.casefold()
        if download and only_format:
            kind = kind_of(url, protocol, only_format).kind or kind
        service = kind in ("wms", "wmts", "wfs", "ogc-features")
        description = one_line(value(child(each, "description")), 300)
        yield Link(
            url=url,
            kind=kind,
            layer=(layer_in(url) or name) if service else "",
            format=only_format if download else "",
            version=_version(protocol),
            title=(description or name) if service else (name or description),
            protocol=protocol,
        )


def _version(protocol: str) -> str:
    """Return the version in ``OGC:WMS-1.3.0-http-get-map``; the 1.0 of ``WWW:LINK-1.0-…`` is none of a service."""
    if not protocol.upper().startswith("OGC:"):
        return ""
    for part in protocol.split("-"):
        if part.count(".") == 2 and part.replace(".", "").isdigit():
            return part
    return ""
