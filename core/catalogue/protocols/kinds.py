# SPDX-License-Identifier: GPL-2.0-or-later
"""The kinds of links, and what tells them: the protocol that a record names, its format, the URL itself.

Protocol words: the list that GeoNetwork and INSPIRE catalogues use (``OGC:WMS-1.3.0-http-get-map``,
``WWW:DOWNLOAD-1.0-http--download``), media types, and the format names of CKAN and OpenDataSoft.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

KINDS = (
    "wms", "wmts", "wfs", "ogc-features", "vector-tiles", "xyz", "arcgis-features", "arcgis-map", "sensorthings",
    "geopackage", "geojson", "shapefile", "csv", "cog", "qgis",
)  # fmt: skip
"""Kinds that can become a layer, most useful for a map that stays current first."""
OTHERS = ("csw", "arcgis", "ogc-service", "style", "file", "document", "page")
"""Kinds that can't: a catalogue, an undecided service, a style, a file of another format, something to read."""

# A request parameter of the URL says what will really be asked, whatever the record calls it.
_SERVICE = {"wms": "wms", "wmts": "wmts", "wfs": "wfs", "csw": "csw"}

_PROTOCOLS = (
    (r"\bkml-2", "file"),
    (r"wmts|web map tile service", "wmts"),
    (r"\bwms\b|^wms|ogc:wms|web map service|view service", "wms"),
    (r"\bwfs\b|^wfs|ogc:wfs|web feature service", "wfs"),
    (r"ogc[ -]?api[ -:]*features|ogcfeat|oapif|api[ -]features", "ogc-features"),
    (r"sensor ?things|ogc:sta\b", "sensorthings"),
    (r"vector[ -]?tiles?\b|mapbox|\bmvt\b|vnd\.mapbox-vector-tile|\bpbf\b", "vector-tiles"),
    (r"\bxyz\b|slippy|\btms\b", "xyz"),
    (r"csw\b", "csw"),
    (r"featureserver|arcgis feature", "arcgis-features"),
    (r"mapserver.*(esri|arcgis)|(esri|arcgis).*mapserver|arcgis map|esri:aims", "arcgis-map"),
    (r"\besri\b.*rest|arcgis.*(rest|geoservice)", "arcgis"),
    (r"geopackage|\bgpkg\b|geopackage\+sqlite3", "geopackage"),
    (r"geojson|geo\+json", "geojson"),
    (r"shapefile|\bshp\b|\bshape\b", "shapefile"),
    (r"\bcog\b|cloud.optimi[sz]ed|profile=cloud-optimized", "cog"),
    (r"\bgeotiff\b|image/tiff|\btiff?\b", "cog"),
    (r"\bcsv\b|text/csv|comma.separated", "csv"),
    (r"\bqgs\b|\bqgz\b|qgis project|projet qgis", "qgis"),
    (r"\bkml\b|\bxlsx?\b|\bods\b|\bdxf\b|\bdwg\b", "file"),
    (r"text/html|\bhtml\b|webpage|page web", "page"),
    (r"\bpdf\b|\bdocx?\b|\bodt\b|document", "document"),
)
_EXTENSIONS = (
    (".gpkg", "geopackage"),
    (".geojson", "geojson"),
    (".shp.zip", "shapefile"),
    (".shz", "shapefile"),
    (".csv", "csv"),
    (".tif", "cog"),
    (".tiff", "cog"),
    (".qgs", "qgis"),
    (".qgz", "qgis"),
    (".qml", "style"),
    (".sld", "style"),
    (".pdf", "document"),
    (".doc", "document"),
    (".docx", "document"),
    (".odt", "document"),
    (".html", "page"),
    (".htm", "page"),
    (".zip", "file"),
    (".kml", "file"),
    (".xlsx", "file"),
    (".json", "file"),
    (".xml", "file"),
)  # fmt: skip
_PATHS = (
    (r"/featureserver(/\d+)?/?$", "arcgis-features"),
    (r"/(mapserver|imageserver)(/\d+)?/?$", "arcgis-map"),
    (r"\{z\}.*\.(pbf|mvt)", "vector-tiles"),
    (r"\{z\}.*\{[xy]\}|\{[xy]\}.*\{z\}", "xyz"),
    (r"/exports/geojson$", "geojson"),
    (r"/exports/shp$", "shapefile"),
    (r"/exports/csv$", "csv"),
    (r"/exports/gpkg$", "geopackage"),
    (r"/collections/[^/]+/items/?$|/collections/[^/]+/?$|/ogcapi/features|/wfs3/?$", "ogc-features"),
    (r"/v1\.[01]/?(things|locations|datastreams|featuresofinterest|observations)?/?$", "sensorthings"),
    (r"/(geoserver/)?gwc/service/wmts|/wmts/?$|wmtscapabilities\.xml$", "wmts"),
    (r"/wms/?$|/wms[-_/][^/.]*/?$|/wmsserver/?$", "wms"),
    (r"/wfs/?$|/wfs[-_/][^/.]*/?$|/wfsserver/?$", "wfs"),
    (r"/csw/?$|/csw[-_][^/]*/?$", "csw"),
    (r"/wxs/?$|mapserv(\.exe|\.fcgi|\.cgi)?/?$|/ows/?$|qgis_mapserv\.fcgi", "ogc-service"),
)
_PROTOCOL_PATTERNS = tuple((re.compile(pattern), kind) for pattern, kind in _PROTOCOLS)
_PATH_PATTERNS = tuple((re.compile(pattern), kind) for pattern, kind in _PATHS)
_GENERIC = re.compile(r"www:(download|link)(-\S*)?")


class Clue(NamedTuple):
    """A kind and what told it: ``request`` (a parameter of the URL), ``protocol``, ``url``, or ``""`` for nothing."""

    kind: str
    told_by: str


def kind_of(url: str, protocol: str = "", format: str = "") -> Clue:
    """Tell the kind of a link without asking anybody.

    The URL's own ``service=`` parameter comes first (it is what will be asked), then protocol and format, then the
    shape of the URL. A protocol that only says "download" or "link" tells less than a URL that ends in ``.gpkg``.
    """
    by_request, by_url = _by_url(url)
    if by_request:
        return Clue(by_request, "request")
    said = _by_words(f"{protocol} {format}".strip())
    if said in KINDS or said == "csw":
        refined = by_url if said == "arcgis" and by_url.startswith("arcgis") else said
        return Clue(refined, "protocol")
    if by_url in KINDS or by_url in ("csw", "ogc-service", "style"):
        return Clue(by_url, "url")
    if said:
        return Clue(said, "protocol")
    if not by_url and protocol.casefold().startswith("www:link"):
        return Clue("page", "protocol")
    return Clue(by_url, "url" if by_url else "")


@lru_cache(maxsize=4096)
def _by_words(words: str) -> str:
    # "WWW:DOWNLOAD-1.0-http--download" and the like say how, not what; "WWW:DOWNLOAD:text/csv" says both.
    text = _GENERIC.sub(" ", words.casefold())
    for pattern, kind in _PROTOCOL_PATTERNS:
        if pattern.search(text):
            return kind
    return ""


@lru_cache(maxsize=4096)
def _by_url(url: str) -> tuple[str, str]:
    """Return the kind by the parameter ``service``, and the kind by the shape of the address."""
    try:
        parts = urlsplit(url.strip())
        query = {name.casefold(): value for name, value in parse_qsl(parts.query)}
    except ValueError:
        return "", ""
    path = unquote(parts.path).casefold()
    if "catalog.search" in path or parts.fragment.startswith("/metadata"):
        return "", "page"
    by_request = _SERVICE.get(query.get("service", "").casefold(), "")
    for pattern, kind in _PATH_PATTERNS:
        if pattern.search(path):
            return by_request, kind
    named = [path, *(value.casefold() for value in query.values())]
    for suffix, kind in _EXTENSIONS:
        if any(name.endswith(suffix) for name in named):
            return by_request, kind
    form = query.get("format", query.get("f", query.get("outputformat", ""))).casefold()
    return by_request, _by_words(form) if form else ""


@lru_cache(maxsize=4096)
def layer_in(url: str) -> str:
    """Return the layer that a request in a URL names (``layers``, ``typeNames``); ``""`` for none or several."""
    try:
        query = {name.casefold(): value for name, value in parse_qsl(urlsplit(url).query)}
    except ValueError:
        return ""
    for name in ("typenames", "typename", "layers", "layer"):
        value = query.get(name, "").strip()
        if value:
            return "" if "," in value else value
    return ""
