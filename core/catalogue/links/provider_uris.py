# SPDX-License-Identifier: GPL-2.0-or-later
"""Data source URIs as the providers of QGIS read them, with every name and address escaped. No QGIS is needed.

Two forms: providers that take an encoded query (``wms``, ``vectortile``; QgsDataSourceUri.setEncodedUri) and those that
take quoted pairs (``WFS``, ``OAPIF``, ArcGIS, SensorThings; the constructor of QgsDataSourceUri). Files go to ``ogr``
and ``gdal`` by GDAL's virtual file systems.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

Pairs = Iterable[tuple[str, str]]
_URL_CHARACTERS = "%/:=&?~#+!$,;'@()*[]"
_REQUEST_PARAMETERS = frozenset(
    {
        "service", "request", "version", "layers", "layer", "styles", "style", "format", "bbox", "width", "height",
        "crs", "srs", "srsname", "transparent", "typename", "typenames", "outputformat", "maxfeatures", "count",
        "tilematrixset", "tilematrix", "tilerow", "tilecol", "exceptions", "bgcolor", "query_layers", "info_format",
        "i", "j", "x", "y", "acceptversions", "sections", "startindex", "resulttype", "dpi", "format_options",
    }
)  # fmt: skip


def encoded(pairs: Pairs) -> str:
    """Return ``name=value&…`` with values percent-encoded."""
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in pairs)


def quoted(pairs: Pairs) -> str:
    """Return ``name='value' …`` with backslashes and quotes escaped."""
    return " ".join(f"{name}='{_escaped(value)}'" for name, value in pairs)


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")


def service_address(url: str) -> str:
    """Return a service's address without the parameters of a request; its own (``map=``, keys) stay."""
    parts = urlsplit(url.strip())
    kept = [
        pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0].casefold() not in _REQUEST_PARAMETERS
    ]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(kept, safe="/:"), ""))


def wms(
    url: str,
    layers: Sequence[str],
    styles: Sequence[str],
    crs: str,
    image: str,
    *,
    own_address: bool,
    authcfg: str = "",
) -> str:
    """Return the URI of a WMS layer; with ``own_address`` maps come from ``url``, whatever the service says."""
    pairs = [("contextualWMSLegend", "0"), ("crs", crs), ("dpiMode", "7"), ("featureCount", "10"), ("format", image)]
    pairs += [("layers", layer) for layer in layers]
    pairs += [("styles", style) for style in styles]
    if own_address:
        pairs += [("IgnoreGetMapUrl", "1"), ("IgnoreGetFeatureInfoUrl", "1")]
    if authcfg:
        pairs.append(("authcfg", authcfg))
    return encoded([*pairs, ("url", url)])


def wmts(url: str, layer: str, style: str, tile_matrix_set: str, crs: str, image: str, authcfg: str = "") -> str:
    """Return the URI of a WMTS layer; ``url`` is that of the capabilities document."""
    pairs = [("crs", crs), ("dpiMode", "7"), ("format", image), ("layers", layer), ("styles", style)]
    pairs.append(("tileMatrixSet", tile_matrix_set))
    if authcfg:
        pairs.append(("authcfg", authcfg))
    return encoded([*pairs, ("url", url)])


def tiles(url: str, *, zoom: tuple[int, int], authcfg: str = "") -> str:
    """Return the URI of XYZ tiles, raster or vector."""
    pairs = [("type", "xyz"), ("url", url), ("zmax", str(zoom[1])), ("zmin", str(zoom[0]))]
    return encoded([*pairs, ("authcfg", authcfg)] if authcfg else pairs)


def wfs(url: str, type_name: str, crs: str, version: str, authcfg: str = "") -> str:
    """Return the URI of a WFS layer; features are asked for by what the map shows, in pages."""
    pairs = [("pagingEnabled", "true"), ("preferCoordinatesForWfsT11", "false"), ("restrictToRequestBBOX", "1")]
    if crs:
        pairs.append(("srsname", crs))
    pairs += [("typename", type_name), ("url", url), ("version", version or "auto")]
    return quoted([*pairs, ("authcfg", authcfg)] if authcfg else pairs)


def ogc_features(url: str, collection: str, authcfg: str = "") -> str:
    """Return the URI of a collection of OGC API - Features; ``url`` is the landing page."""
    pairs = [("restrictToRequestBBOX", "1"), ("typename", collection), ("url", url)]
    return quoted([*pairs, ("authcfg", authcfg)] if authcfg else pairs)


def arcgis_features(url: str, crs: str, authcfg: str = "") -> str:
    """Return the URI of a layer of an ArcGIS FeatureServer; ``url`` ends with the layer's number."""
    pairs = [("crs", crs), ("url", url)]
    return quoted([*pairs, ("authcfg", authcfg)] if authcfg else pairs)


def arcgis_map(url: str, layer: str, crs: str, image: str, authcfg: str = "") -> str:
    """Return the URI of a layer of an ArcGIS MapServer."""
    pairs = [("crs", crs), ("format", image), ("layer", layer), ("url", url)]
    return quoted([*pairs, ("authcfg", authcfg)] if authcfg else pairs)


def sensorthings(url: str, authcfg: str = "") -> str:
    """Return the URI of the locations of a SensorThings service (QGIS 3.36 and later)."""
    pairs = [("entity", "Location"), ("pageSize", "100"), ("type", "PointZ"), ("url", url)]
    return quoted([*pairs, ("authcfg", authcfg)] if authcfg else pairs)


def remote_file(url: str, *, driver: str = "", zipped: bool = False, options: Pairs = (), authcfg: str = "") -> str:
    """Return the path of a file on a server as GDAL reads it, in parts; ``zipped``: what is inside a ZIP.

    ``driver`` goes before it where the name of the file may not tell its format (``CSV``). What would end the path for
    QGIS or GDAL is percent-encoded: ``|``, braces, spaces. ``options`` are those of GDAL's driver.
    """
    path = f"/vsicurl/{quote(url, safe=_URL_CHARACTERS)}"
    if zipped:
        path = f"/vsizip/{{{path}}}"
    if driver:
        path = f"{driver}:{path}"
    path += "".join(f"|option:{name}={value}" for name, value in options)
    return f"{path} authcfg='{authcfg}'" if authcfg else path
