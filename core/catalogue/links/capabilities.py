# SPDX-License-Identifier: GPL-2.0-or-later
"""What a service says it has: WMS, WMTS and WFS capabilities, OGC API collections, as one :class:`Service`.

Read element by element, so one odd layer among thousands loses only what is odd. Formats: WMS 1.1.1 and 1.3.0 (OGC
06-042), WMTS 1.0.0 (OGC 07-057r7), WFS 1.0.0 to 2.0.x (OGC 09-025r2), OGC API - Features Part 1 (OGC 17-069r4).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Optional
from urllib.parse import urljoin

from ...base.bilingual import Bilingual
from ...errors import DataError
from ...model import Link, Record, Rejected
from ...transport import Answer
from ..protocols.calls import Calls
from ..protocols.csw import raise_exception
from ..protocols.documents import (
    Element,
    as_dict,
    as_list,
    below,
    child,
    children,
    local,
    parse_json,
    parse_xml,
    text_of,
)
from ..protocols.protocol import Protocol
from ..protocols.source import CatalogueSource
from ..records.crs_names import crs_name
from ..records.extents import Extent, read_extent
from ..records.licences import licence_of
from ..records.plain_text import distinct, one_line, plain

_DEEPEST = 30


@dataclass(frozen=True)
class ServiceLayer:
    """One layer, feature type or collection. ``tile_matrix_sets`` are (identifier, CRS) pairs of WMTS."""

    name: str
    title: str = ""
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    extent: Optional[Extent] = None
    crs: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    tile_matrix_sets: tuple[tuple[str, str], ...] = ()
    metadata: tuple[str, ...] = ()
    attribution: str = ""
    scale: Optional[int] = None
    flaws: tuple[str, ...] = ()


@dataclass(frozen=True)
class Service:
    """A service: ``kind`` is wms, wmts, wfs or ogc-features; ``url`` where its requests go."""

    kind: str
    version: str
    url: str
    title: str = ""
    abstract: str = ""
    organisation: str = ""
    contact: str = ""
    constraints: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    layers: tuple[ServiceLayer, ...] = field(default=(), repr=False)

    def layer(self, name: str) -> Optional[ServiceLayer]:
        """Return a layer by its name, or by its name without its namespace where only one fits."""
        for layer in self.layers:
            if layer.name == name:
                return layer
        short = name.rpartition(":")[2].casefold()
        found = [layer for layer in self.layers if layer.name.rpartition(":")[2].casefold() == short]
        return found[0] if len(found) == 1 else None


REQUESTS: dict[str, dict[str, str]] = {
    "wms": {"service": "WMS", "request": "GetCapabilities"},
    "wmts": {"service": "WMTS", "request": "GetCapabilities"},
    "wfs": {"service": "WFS", "request": "GetCapabilities"},
}


def ask(calls: Calls, url: str, kind: str, *, conditional: bool = False) -> Optional[Service]:
    """Ask a service what it has; None where it did not change (only with ``conditional``).

    Raises
    ------
    TransportError
        It does not answer, or refuses.
    DataError
        What it answers is no such capabilities document.
    """
    if kind == "ogc-features":
        answer = calls.get(url, {"f": "json"}, accept="application/json", conditional=conditional)
        return None if answer.status == 304 else _ogc_api(calls, answer)
    # A WMTS may be a file without parameters.
    params = {} if url.casefold().partition("?")[0].endswith(".xml") else REQUESTS[kind]
    answer = calls.get(url, params, accept="text/xml, application/xml", conditional=conditional)
    if answer.status == 304:
        return None
    return read_capabilities(answer.body, answer.url, url)


def read_capabilities(data: bytes, where: str, url: str) -> Service:
    """Return the service that a capabilities document describes; its root tells which kind.

    Raises
    ------
    DataError
        No XML, a web page, an exception report, or another kind of document.
    """
    root = parse_xml(data, where)
    raise_exception(root, where)
    name = local(root)
    namespace = str(root.tag)
    if name in ("WMS_Capabilities", "WMT_MS_Capabilities"):
        return _wms(root, url)
    if name == "WFS_Capabilities":
        return _wfs(root, url)
    if name == "Capabilities" and "wmts" in namespace:
        return _wmts(root, url)
    raise DataError(f"Is no capabilities document of WMS, WMTS or WFS but <{name}>", where=where, code="no-service")


# --- WMS ---------------------------------------------------------------------------------------------------------


def _wms(root: Element, url: str) -> Service:
    service, capability = child(root, "Service"), child(root, "Capability")
    contact = child(service, "ContactInformation")
    get_map = child(capability, "Request", "GetMap")
    layers: list[ServiceLayer] = []
    for top in children(capability, "Layer"):
        _wms_layer(top, (), (), None, "", layers, 0)
    resource = child(get_map, "DCPType", "HTTP", "Get", "OnlineResource")
    return Service(
        kind="wms",
        version=str(root.get("version", "")),
        url=_href(resource) or url,
        title=text_of(service, "Title"),
        abstract=plain("".join(abstract.itertext()) if (abstract := child(service, "Abstract")) is not None else ""),
        organisation=text_of(contact, "ContactPersonPrimary", "ContactOrganization"),
        contact=text_of(contact, "ContactElectronicMailAddress"),
        constraints=_constraints(text_of(service, "AccessConstraints"), text_of(service, "Fees")),
        formats=distinct(text_of(each) for each in children(get_map, "Format")),
        keywords=distinct((text_of(each) for each in children(child(service, "KeywordList"), "Keyword")), 200),
        layers=tuple(layers),
    )


def _wms_layer(
    element: Element,
    crs: tuple[str, ...],
    styles: tuple[str, ...],
    extent: Optional[Extent],
    attribution: str,
    out: list[ServiceLayer],
    depth: int,
) -> None:
    """Add a layer and those inside it; CRS, styles, extent and attribution come down (OGC 06-042, 7.2.4.8)."""
    own_crs = [
        crs_name(name) for tag in ("CRS", "SRS") for each in children(element, tag) for name in text_of(each).split()
    ]
    if own_crs:
        crs = tuple(dict.fromkeys([*crs, *own_crs]))
    own_styles = [text_of(each, "Name") for each in children(element, "Style")]
    if own_styles:
        styles = tuple(dict.fromkeys([*styles, *own_styles]))
    own_extent, flaws = _wms_extent(element)
    extent = own_extent or extent
    attribution = text_of(element, "Attribution", "Title") or attribution
    name = text_of(element, "Name")
    if name:
        abstract = child(element, "Abstract")
        out.append(
            ServiceLayer(
                name=name,
                title=text_of(element, "Title"),
                abstract="" if abstract is None else plain("".join(abstract.itertext())),
                keywords=distinct((text_of(each) for each in below(child(element, "KeywordList"), "Keyword")), 200),
                extent=extent,
                crs=crs,
                styles=styles,
                metadata=distinct(
                    (_href(child(each, "OnlineResource")) for each in children(element, "MetadataURL")), 2000
                ),
                attribution=attribution,
                flaws=flaws,
            )
        )
    if depth < _DEEPEST:
        for each in children(element, "Layer"):
            _wms_layer(each, crs, styles, extent, attribution, out, depth + 1)


def _wms_extent(element: Element) -> tuple[Optional[Extent], tuple[str, ...]]:
    box = child(element, "EX_GeographicBoundingBox")
    if box is not None:
        names = ("westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude")
        return read_extent(*(text_of(box, name) for name in names))
    box = child(element, "LatLonBoundingBox")
    if box is not None:
        return read_extent(*(box.get(name) for name in ("minx", "miny", "maxx", "maxy")))
    return None, ()


def _href(element: Optional[Element]) -> str:
    if element is None:
        return ""
    return str(element.get("{http://www.w3.org/1999/xlink}href") or element.get("href") or "").strip()


def _constraints(*texts: str) -> tuple[str, ...]:
    return distinct((text for text in texts if text.casefold() not in ("none", "aucun", "aucune", "unknown")), 2000)


# --- WMTS --------------------------------------------------------------------------------------------------------


def _wmts(root: Element, url: str) -> Service:
    service, provider = child(root, "ServiceIdentification"), child(root, "ServiceProvider")
    contents = child(root, "Contents")
    sets = {
        text_of(each, "Identifier"): crs_name(text_of(each, "SupportedCRS"))
        for each in children(contents, "TileMatrixSet")
    }
    layers = []
    for element in children(contents, "Layer"):
        name = text_of(element, "Identifier")
        if not name:
            continue
        links = [text_of(each, "TileMatrixSet") for each in children(element, "TileMatrixSetLink")]
        styles = sorted(children(element, "Style"), key=lambda each: each.get("isDefault") != "true")
        extent, flaws = _ows_extent(element)
        layers.append(
            ServiceLayer(
                name=name,
                title=text_of(element, "Title"),
                abstract=text_of(element, "Abstract"),
                keywords=distinct((text_of(each) for each in below(child(element, "Keywords"), "Keyword")), 200),
                extent=extent,
                crs=distinct(sets.get(each, "") for each in links),
                styles=distinct(text_of(each, "Identifier") for each in styles),
                formats=distinct(text_of(each) for each in children(element, "Format")),
                tile_matrix_sets=tuple((each, sets.get(each, "")) for each in links if each),
                metadata=distinct((_href(each) for each in children(element, "Metadata")), 2000),
                flaws=flaws,
            )
        )
    return Service(
        kind="wmts",
        version=str(root.get("version", "")),
        url=url,
        title=text_of(service, "Title"),
        abstract=text_of(service, "Abstract"),
        organisation=text_of(provider, "ProviderName"),
        contact=next((text_of(each) for each in below(provider, "ElectronicMailAddress")), ""),
        constraints=_constraints(text_of(service, "AccessConstraints"), text_of(service, "Fees")),
        layers=tuple(layers),
    )


def _ows_extent(element: Element) -> tuple[Optional[Extent], tuple[str, ...]]:
    box = child(element, "WGS84BoundingBox")
    lower, upper = text_of(box, "LowerCorner").split(), text_of(box, "UpperCorner").split()
    if len(lower) < 2 or len(upper) < 2:
        return None, ()
    return read_extent(lower[0], lower[1], upper[0], upper[1])


# --- WFS ---------------------------------------------------------------------------------------------------------


def _wfs(root: Element, url: str) -> Service:
    service = child(root, "ServiceIdentification")
    service = child(root, "Service") if service is None else service
    provider = child(root, "ServiceProvider")
    prefixes = {uri: prefix for prefix, uri in (root.nsmap or {}).items() if prefix}
    layers = []
    for element in children(child(root, "FeatureTypeList"), "FeatureType"):
        name_element = child(element, "Name")
        name = text_of(name_element)
        if not name:
            continue
        if ":" in name and name_element is not None:
            # A prefix declared on the element itself may differ from the one that the whole document has for it.
            prefix, _, short = name.partition(":")
            uri = (name_element.nsmap or {}).get(prefix)
            name = f"{prefixes.get(uri, prefix)}:{short}"
        extent, flaws = _ows_extent(element)
        if extent is None and child(element, "LatLongBoundingBox") is not None:
            box = child(element, "LatLongBoundingBox")
            extent, flaws = read_extent(
                *((box.get(side) if box is not None else None) for side in ("minx", "miny", "maxx", "maxy"))
            )
        default = [text_of(element, tag) for tag in ("DefaultCRS", "DefaultSRS", "SRS")]
        others = [text_of(each) for tag in ("OtherCRS", "OtherSRS") for each in children(element, tag)]
        words = [text_of(each) for each in below(child(element, "Keywords"), "Keyword")] or text_of(
            element, "Keywords"
        ).split(",")
        layers.append(
            ServiceLayer(
                name=name,
                title=text_of(element, "Title"),
                abstract=text_of(element, "Abstract"),
                keywords=distinct(words, 200),
                extent=extent,
                crs=distinct(crs_name(each) for each in (*default, *others) if each),
                formats=distinct(text_of(each) for each in children(child(element, "OutputFormats"), "Format")),
                metadata=distinct((_href(each) or text_of(each) for each in children(element, "MetadataURL")), 2000),
                flaws=flaws,
            )
        )
    return Service(
        kind="wfs",
        version=str(root.get("version", "")),
        url=url,
        title=text_of(service, "Title"),
        abstract=text_of(service, "Abstract"),
        organisation=text_of(provider, "ProviderName"),
        contact=next((text_of(each) for each in below(provider, "ElectronicMailAddress")), ""),
        constraints=_constraints(text_of(service, "AccessConstraints"), text_of(service, "Fees")),
        layers=tuple(layers),
    )


# --- OGC API - Features ------------------------------------------------------------------------------------------


def _ogc_api(calls: Calls, answer: Answer) -> Service:
    landing = as_dict(parse_json(answer))
    base = answer.url.partition("?")[0]
    if "collections" in landing:
        base = base.rstrip("/").removesuffix("/collections")
        body = landing
    elif landing.get("itemType") or landing.get("extent") is not None and landing.get("id"):
        base, _, _ = base.rstrip("/").rpartition("/collections")
        body = {"collections": [landing]}
    else:
        links = [as_dict(each) for each in as_list(landing.get("links"))]
        data = [each for each in links if str(each.get("rel", "")).rpartition("/")[2] == "data" and each.get("href")]
        data.sort(key=lambda each: "json" not in str(each.get("type", "json")))
        if not data:
            what = "Is no OGC API: it names no collections"
            raise DataError(what, where=answer.url, next_step="Check the address", code="no-service")
        page = calls.get(urljoin(answer.url, str(data[0]["href"])), {"f": "json"}, accept="application/json")
        body = as_dict(parse_json(page))
    layers = []
    for each in as_list(body.get("collections")):
        collection = as_dict(each)
        name = one_line(collection.get("id"))
        # A collection without an item type is one of features (Part 1, 7.14); records and tiles say so.
        if not name or collection.get("itemType", "feature") != "feature" or _no_items(collection):
            continue
        boxes = as_list(as_dict(as_dict(collection.get("extent")).get("spatial")).get("bbox"))
        extent, flaws = (None, ())
        if boxes and isinstance(boxes[0], list) and len(boxes[0]) in (4, 6):
            half = len(boxes[0]) // 2
            extent, flaws = read_extent(boxes[0][0], boxes[0][1], boxes[0][half], boxes[0][half + 1])  # type: ignore[assignment]
        layers.append(
            ServiceLayer(
                name=name,
                title=one_line(collection.get("title")),
                abstract=plain(collection.get("description")),
                keywords=distinct(as_list(collection.get("keywords")), 200),
                extent=extent,
                crs=distinct(crs_name(str(name)) for name in as_list(collection.get("crs"))),
                attribution=one_line(collection.get("attribution")),
                flaws=flaws,
            )
        )
    return Service(
        kind="ogc-features",
        version="1.0",
        url=base.rstrip("/") or base,
        title=one_line(landing.get("title")),
        abstract=plain(landing.get("description")),
        layers=tuple(layers),
    )


def _no_items(collection: dict[str, Any]) -> bool:
    links = [as_dict(each) for each in as_list(collection.get("links"))]
    return bool(links) and not any(str(each.get("rel", "")).rpartition("/")[2] in ("items", "item") for each in links)


# --- as a catalogue ----------------------------------------------------------------------------------------------


def read_service(calls: Calls, source: CatalogueSource, since: str = "") -> Iterator[Record | Rejected]:
    """Give a record for each layer of a service; none where its document did not change since the last time (ETag).

    Raises
    ------
    TransportError, DataError
        See :func:`ask`.
    """
    # The landing page of an OGC API stays as it is when its collections change.
    service = ask(calls, source.url, source.kind, conditional=source.kind != "ogc-features")
    if service is None:
        return
    if service.kind != source.kind:
        what = f"Is a {service.kind.upper()} service, no {source.kind.upper()}"
        raise DataError(what, where=source.url, code="no-service")
    for layer in service.layers:
        yield layer_record(service, layer, source)


def layer_record(service: Service, layer: ServiceLayer, source: CatalogueSource) -> Record:
    """Return the record of one layer; what the layer leaves out is the service's."""
    texts = [*service.constraints, layer.attribution]
    flaws = [] if layer.title else ["no title"]
    if layer.extent is None and not layer.flaws:
        flaws.append("no extent")
    link = Link(
        url=source.url,
        kind=service.kind,
        layer=layer.name,
        version=service.version,
        title=layer.title,
        crs=layer.crs[0] if layer.crs else "",
        style=layer.styles[0] if layer.styles else "",
    )
    return Record(
        id=layer.name,
        source=source.name,
        title=layer.title or layer.name,
        abstract=layer.abstract or service.abstract,
        kind="layer",
        keywords=layer.keywords or service.keywords,
        organisation=service.organisation or service.title,
        contact=service.contact,
        licence=licence_of(texts),
        constraints=distinct(texts, 2000),
        extent=layer.extent,
        crs=layer.crs[:50],
        page=next((url for url in layer.metadata if url.startswith("http")), ""),
        links=(link,),
        flaws=(*flaws, *layer.flaws),
    )


PROTOCOLS = (
    Protocol("wms", Bilingual.same("WMS"), read_service, conditional=True, hints=("service=wms", "/wms"), tried=7),
    Protocol("wmts", Bilingual.same("WMTS"), read_service, conditional=True, hints=("service=wmts", "wmts"), tried=9),
    Protocol("wfs", Bilingual.same("WFS"), read_service, conditional=True, hints=("service=wfs", "/wfs"), tried=8),
    Protocol("ogc-features", Bilingual.same("OGC API Features"), read_service, tried=6),
)
