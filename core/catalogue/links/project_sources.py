# SPDX-License-Identifier: GPL-2.0-or-later
"""Data sources of a QGIS project's layers, as they may be loaded from where the project is.

A person's own project opens what it opens in QGIS; only its relative paths are made absolute. A project found on a
server is somebody else's: a data source in it could have QGIS and GDAL read local files, databases or other hosts with
the person's authentication. So only providers that read web services and plain files are taken, each data source is
taken apart and written again by :mod:`.provider_uris`, and authentication configurations named in it are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple, Optional
from urllib.parse import parse_qs, quote, unquote, urljoin, urlsplit

from . import provider_uris

_PATHS = frozenset({"ogr", "gdal", "delimitedtext", "spatialite", "mdal"})
_FILES = frozenset({".gpkg", ".geojson", ".json", ".shp", ".zip", ".kml", ".gml", ".fgb", ".csv", ".tif", ".tiff"})
_PAIR = re.compile(r"(?<!\w)(\w+)=(?:'((?:[^'\\]|\\.)*)'|([^\s']\S*))")
_MOST = 20_000
"""A data source is no longer than this."""


class Source(NamedTuple):
    """What QGIS is to load: a provider and its data source."""

    provider: str
    uri: str


class NotTaken(Exception):
    """A data source of a foreign project that is not loaded; ``code`` as in :class:`~.choosing.Refused`."""

    def __init__(self, code: str, reason: str, *values: str) -> None:
        super().__init__(reason)
        self.code = code
        self.values = values


def own_source(provider: str, uri: str, project: Path) -> Source:
    """Return the data source of a layer of a person's own project, its path made absolute.

    Paths are written as QGIS does it: bare (``./x.gpkg|layername=a``), or as an address with parameters
    (``file:./x.csv?delimiter=;``, for delimited text).
    """
    if provider not in _PATHS:
        return Source(provider, uri)
    if uri.startswith("file:"):
        path, mark, parameters = uri.removeprefix("file:").partition("?")
        if path.startswith("//"):
            return Source(provider, uri)
        inner = Path(unquote(path))
        if inner.is_absolute():
            return Source(provider, uri)
        return Source(provider, f"{(project.parent / inner).resolve().as_uri()}{mark}{parameters}")
    path, bar, rest = uri.partition("|")
    if path.startswith(("/vsi", "http:", "https:")) or _has_driver(path) or Path(path).is_absolute():
        return Source(provider, uri)
    return Source(provider, f"{(project.parent / path).resolve()}{bar}{rest}")


def _has_driver(path: str) -> bool:
    """Say whether a path begins with the name of a GDAL driver (``GPKG:``, ``PG:``); one letter is a Windows drive."""
    return re.match(r"[A-Za-z_][\w+.-]+:", path) is not None


def foreign_source(provider: str, uri: str, project: str, crs: str = "") -> Source:
    """Return the data source of a layer of a project found at an address, written anew.

    Raises
    ------
    NotTaken
        Its provider is not one of those that are allowed, or its address is none of a server.
    """
    uri = uri.strip()[:_MOST]
    if provider in ("ogr", "gdal"):
        return Source(provider, _file(uri, project))
    if provider == "wms":
        return Source(provider, _wms(uri, crs))
    if provider in ("WFS", "OAPIF", "arcgisfeatureserver", "arcgismapserver"):
        return Source(provider, _service(provider, uri, crs))
    if provider == "vectortile":
        values = _decoded(uri)
        return Source(provider, provider_uris.tiles(_address(values.get("url", "")), zoom=_zoom(values)))
    if provider == "delimitedtext":
        raise NotTaken("data-elsewhere", "Its data are a file on the computer where the project was made")
    raise NotTaken("provider", f"A project from the network opens no {provider or 'nameless'} source", provider)


def _file(uri: str, project: str) -> str:
    path, _, options = uri.partition("|")
    address = path.removeprefix("/vsizip/").removeprefix("/vsicurl/")
    if not address.startswith(("http://", "https://")):
        parts = PurePosixPath(address.replace("\\", "/")).parts
        outside = address.startswith(("/", "file:")) or ".." in parts or ":" in address
        if outside or not address:
            raise NotTaken("data-elsewhere", "Its data are a file on the computer where the project was made")
        address = urljoin(project, quote(address, safe="/%"))
    address = _address(address)
    suffix = PurePosixPath(urlsplit(address).path).suffix.casefold()
    if suffix not in _FILES:
        raise NotTaken("provider", f"A project from the network opens no {suffix or 'nameless'} file", suffix)
    found = provider_uris.remote_file(address, zipped=suffix == ".zip")
    layer = next((each for each in options.split("|") if each.startswith("layername=")), "")
    return f"{found}|{layer}" if layer else found


def _wms(uri: str, crs: str) -> str:
    values = _decoded(uri)
    many = parse_qs(uri, keep_blank_values=True)
    address = _address(values.get("url", ""))
    if values.get("type") == "xyz":
        return provider_uris.tiles(address, zoom=_zoom(values))
    layers = many.get("layers") or [""]
    chosen, image = values.get("crs") or crs or "EPSG:3857", values.get("format", "image/png")
    if values.get("tileMatrixSet"):
        return provider_uris.wmts(address, layers[0], values.get("styles", ""), values["tileMatrixSet"], chosen, image)
    styles = [*many.get("styles", []), *[""] * len(layers)][: len(layers)]
    return provider_uris.wms(address, layers, styles, chosen, image, own_address="IgnoreGetMapUrl" in values)


def _service(provider: str, uri: str, crs: str) -> str:
    values = {name: re.sub(r"\\(.)", r"\1", quoted or bare) for name, quoted, bare in _PAIR.findall(uri)}
    if provider == "WFS" and "url" not in values:  # the old form is one address
        query = {name.casefold(): each[0] for name, each in parse_qs(urlsplit(uri).query).items()}
        values = {"url": provider_uris.service_address(uri), **query}
    address, chosen = _address(values.get("url", "")), values.get("srsname") or values.get("crs") or crs
    if provider == "WFS":
        version = values.get("version", "")
        return provider_uris.wfs(address, values.get("typename", ""), chosen, version if version[:1].isdigit() else "")
    if provider == "OAPIF":
        return provider_uris.ogc_features(address, values.get("typename", ""))
    if provider == "arcgisfeatureserver":
        return provider_uris.arcgis_features(address, chosen)
    return provider_uris.arcgis_map(address, values.get("layer", ""), chosen, values.get("format", "PNG32"))


def _decoded(uri: str) -> Mapping[str, str]:
    return {name: values[0] for name, values in parse_qs(uri, keep_blank_values=True).items()}


def _zoom(values: Mapping[str, str]) -> tuple[int, int]:
    def level(name: str, default: int) -> int:
        text = values.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else default

    return level("zmin", 0), level("zmax", 19)


def _address(url: str) -> str:
    """Return an address of a server, without what would sign in there.

    Raises
    ------
    NotTaken
        It is none of http or https, or holds a password.
    """
    host: Optional[str] = None
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not host:
        raise NotTaken("data-elsewhere", "Its data are not on a server that anyone can reach")
    if parts.username or parts.password:
        raise NotTaken("credentials", "Its address holds a password: use a QGIS authentication configuration")
    return url.strip()
