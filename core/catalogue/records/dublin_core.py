# SPDX-License-Identifier: GPL-2.0-or-later
"""Dublin Core records of a CSW: ``csw:Record``, ``csw:SummaryRecord``, ``csw:BriefRecord`` (OGC 07-006r1, 10.2.5)."""

from __future__ import annotations

from typing import Optional

from ...model import Link, Record
from ..protocols.documents import Element, below, children, text_of
from ..protocols.kinds import kind_of, layer_in
from .crs_names import crs_name
from .extents import Extent, read_extent
from .licences import licence_of
from .plain_text import distinct, one_line, plain

ROOTS = frozenset({"Record", "SummaryRecord", "BriefRecord"})


def read_dublin_core(root: Element, source: str) -> Record:
    """Return the record of a Dublin Core element; what is missing is in its ``flaws``."""
    flaws: list[str] = []

    def first(*names: str) -> str:
        return next((text for name in names for each in children(root, name) if (text := text_of(each))), "")

    identifier = first("identifier")
    title = first("title")
    extent, crs, wrong = _extent(root)
    links = _links(root)
    flaws += [what for what, missing in (("no identifier", not identifier), ("no title", not title)) if missing]
    flaws += wrong
    if not links:
        flaws.append("no links")
    rights = distinct(
        (text_of(each) for name in ("license", "rights", "accessRights") for each in children(root, name)), 2000
    )
    abstracts = [
        plain("".join(each.itertext())) for name in ("abstract", "description") for each in children(root, name)
    ]
    return Record(
        id=identifier,
        source=source,
        title=title,
        abstract=next((text for text in abstracts if text), ""),
        kind=first("type"),
        keywords=distinct((text_of(each) for each in children(root, "subject")), 200),
        organisation=first("publisher", "creator", "contributor"),
        licence=licence_of(rights),
        constraints=rights,
        created=first("created"),
        published=first("issued"),
        modified=first("modified", "date"),
        extent=extent,
        crs=(crs,) if crs else (),
        lineage=first("source", "provenance"),
        language=first("language"),
        links=links,
        flaws=tuple(flaws),
    )


def _extent(root: Element) -> tuple[Optional[Extent], str, tuple[str, ...]]:
    """Read ``ows:BoundingBox``, whose axes follow its CRS: the URN of EPSG:4326 is latitude first, CRS84 is not."""
    for box in below(root, "WGS84BoundingBox", "BoundingBox"):
        lower, upper = text_of(box, "LowerCorner").split(), text_of(box, "UpperCorner").split()
        name = str(box.get("crs", ""))
        if len(lower) < 2 or len(upper) < 2:
            continue
        crs = crs_name(name) if name else ""
        if crs not in ("", "EPSG:4326", "OGC:CRS84", "EPSG:4258"):
            return None, crs, (f"the extent is in {crs}",)
        latitude_first = name.casefold().startswith(("urn:", "http")) and crs.startswith("EPSG")
        if latitude_first:
            lower, upper = [lower[1], lower[0]], [upper[1], upper[0]]
        extent, wrong = read_extent(lower[0], lower[1], upper[0], upper[1])
        return extent, "", wrong
    return None, "", ("no extent",)


def _links(root: Element) -> tuple[Link, ...]:
    links: dict[tuple[str, str], Link] = {}
    formats = [text_of(each) for each in children(root, "format")]
    only_format = formats[0] if len(formats) == 1 else ""
    for name in ("URI", "references", "relation", "source"):
        for each in children(root, name):
            url = "".join(each.itertext()).strip()
            if not url.casefold().startswith(("http:", "https:", "ftp:", "javascript:", "file:")) and name != "URI":
                continue
            protocol = one_line(each.get("protocol") or each.get("scheme") or "", 120)
            if not url or (url, protocol) in links:
                continue
            title, about = one_line(each.get("name"), 300), one_line(each.get("description"), 300)
            kind = kind_of(url, protocol, only_format).kind
            service = kind in ("wms", "wmts", "wfs", "ogc-features")
            links[url, protocol] = Link(
                url=url,
                kind=kind,
                layer=(layer_in(url) or title) if service else "",
                format=only_format,
                title=(about or title) if service else (title or about),
                protocol=protocol,
            )
    return tuple(links.values())
