# SPDX-License-Identifier: GPL-2.0-or-later
"""Features of a service within a box, brought to this disk: WFS, OGC API Features, ArcGIS, files on a server.

All goes through :mod:`..transport`; GDAL reads what was fetched. A WFS is asked by 2.0.0, and by 1.1.0 where it
refuses that (QGIS Server knows no ``typeNames``). Pages end where the service says so, or with an empty
page, or with one that came before (services that know no paging). Formats: WFS 2.0.0 (OGC 09-025r2, 7.9), OGC API -
Features - Part 1 (17-069r4, 7.15), ArcGIS REST ``query``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

import numpy as np
from numpy.typing import NDArray

from ...base.bilingual import Bilingual
from ...base.geos import shapely
from ...catalogue import Calls
from ...catalogue.links.provider_uris import service_address
from ...catalogue.protocols.documents import as_dict, as_list, is_html, web_page
from ...feedback import SILENT, Feedback
from ...reports.formats.body import read_xml
from ...reports.formats.columns import id_columns
from ...reports.formats.gml import children, local
from ...reports.sources.collection import number_of
from ...transport import BadRequest, ServerFailed
from ...vector import tables
from ...vector.reading import reprojected
from ..words import OFFLINE, NotTaken, no_json, service_said
from .sources import Source

PAGE = 2000
_MOST_PAGES = 10_000
_EAST_NORTH = ("EPSG:2154", "EPSG:3857")
_LON_LAT = ("EPSG:4326", "OGC:CRS84", "CRS:84", "EPSG:4258", "")
_SUFFIX = {"geojson": ".geojson", "geopackage": ".gpkg", "shapefile": ".zip", "csv": ".csv"}


@dataclass
class Fetched:
    """What lies on this disk now; ``pages``: all layers are parts of one. ``fingerprint`` tells whether it changed."""

    layers: list[tables.TableLayer] = field(default_factory=list)
    pages: bool = False
    fingerprint: str = ""


def fetch(
    source: Source, calls: Calls | None, box: Sequence[float], folder: Path, feedback: Feedback = SILENT
) -> Fetched:
    """Fetch the features of a source that touch a box (west, south, east, north in degrees) into a folder.

    Raises
    ------
    TransportError
        The service does not answer, refuses or fails.
    DataError
        What it answers are no features.
    """
    if calls is None:
        raise NotTaken(OFFLINE, where=source.shown)
    if source.kind in _SUFFIX:
        return _file(source, calls, folder)
    pages = {"wfs": _wfs, "ogc-features": _ogc_features, "arcgis-features": _arcgis}.get(source.kind)
    if pages is None:
        kind = Bilingual(
            en=f"Layers of the kind {source.kind} are not taken along",
            fr=f"Les couches {source.kind} ne s'emportent pas",
        )
        raise NotTaken(kind, where=source.shown)
    fetched = Fetched(pages=True)
    digest = hashlib.blake2b(digest_size=16)
    binding = tables.gdal()
    for number, (body, suffix, crs) in enumerate(pages(source, calls, box)):
        feedback.check()
        path = folder / f"page{number:05d}{suffix}"
        path.write_bytes(body)
        digest.update(_stable(body))
        for layer in binding.layers(str(path)):
            fetched.layers.append(_with_crs(layer, crs, binding))
    fetched.fingerprint = f"body {digest.hexdigest()}"
    return fetched


def _stable(body: bytes) -> bytes:
    """Return of a page what says something of the features: not when it was made."""
    try:
        document = json.loads(body)
    except ValueError:
        return body
    return json.dumps(document.get("features") if isinstance(document, dict) else document, sort_keys=True).encode()


def _with_crs(layer: tables.TableLayer, asked: str, binding: tables.Gdal) -> tables.TableLayer:
    """Return a layer with the coordinate system that it really is in.

    GeoJSON without ``crs`` is in degrees (RFC 7946), but servers that were asked for another system give it and do not
    say so: positions beyond degrees tell.
    """
    if layer.driver not in ("GeoJSON", "ESRIJSON") or layer.crs not in _LON_LAT or asked in _LON_LAT:
        return layer
    shapes = binding.read(layer, None).geometries
    shapes = shapes[~shapely.is_missing(shapes)]
    if len(shapes) and np.nanmax(np.abs(shapely.total_bounds(shapes))) > 360:
        return tables.TableLayer(layer.source, layer.name, layer.driver, asked, layer.has_geometry)
    return layer


def _file(source: Source, calls: Calls, folder: Path) -> Fetched:
    answer = calls.get(source.url)
    if is_html(answer.body):
        raise web_page(answer.body, source.shown)
    path = folder / f"file{_SUFFIX[source.kind]}"
    path.write_bytes(answer.body)
    headers = {name.casefold(): value for name, value in answer.headers.items()}
    mark = headers.get("etag") or headers.get("last-modified")
    name = f"/vsizip/{{{path.as_posix()}}}" if path.suffix == ".zip" else path.as_posix()
    layers = tables.gdal().layers(name)
    named = [layer for layer in layers if layer.name == source.layer]
    digest = hashlib.blake2b(answer.body, digest_size=16).hexdigest()
    return Fetched(named or layers, False, f"etag {mark}" if mark else f"body {digest}")


# --- WFS ---------------------------------------------------------------------------------------------------------


def _wfs(source: Source, calls: Calls, box: Sequence[float]) -> Iterator[tuple[bytes, str, str]]:
    base = service_address(source.url)
    crs = source.crs if source.crs in _EAST_NORTH else ""
    for swapped in (False, True):
        any_found = False
        for body, suffix in _wfs_pages(source, calls, base, box, crs, swapped):
            any_found = True
            yield body, suffix, crs
        # With EPSG:4326 servers disagree on which axis comes first: an empty answer is asked again the other way.
        if any_found or crs:
            return


def _wfs_pages(
    source: Source, calls: Calls, base: str, box: Sequence[float], crs: str, swapped: bool
) -> Iterator[tuple[bytes, str]]:
    west, south, east, north = _box_in(box, crs)
    sides = (west, south, east, north) if crs or swapped else (south, west, north, east)
    srs = f"urn:ogc:def:crs:EPSG::{crs.rpartition(':')[2] if crs else 4326}"
    asked = {
        "service": "WFS", "request": "GetFeature", "srsName": srs,
        "bbox": ",".join(f"{side:.6f}" for side in sides) + f",{srs}",
    }  # fmt: skip
    two = {"version": "2.0.0", "typeNames": source.layer, "count": str(PAGE)}
    one = {"version": "1.1.0", "typeName": source.layer, "maxFeatures": str(PAGE)}
    old = dict(parse_qsl(urlsplit(source.url).query.casefold())).get("version") or _version_in(source.uri)
    ways = [
        {**names, **({"outputFormat": form} if form else {})}
        for names in ((one, two) if old.startswith("1") else (two, one))
        for form in ("application/json", "GeoJSON", "")
    ]
    seen: set[bytes] = set()
    start = 0
    # A service over rows without a key refuses startIndex: they are then sorted, or all asked for. Until it is
    # known how to go on, the first page is held.
    how = ["pages", "sorted", "all"]
    held: list[tuple[bytes, str]] = []
    column = ""
    for _ in range(_MOST_PAGES):
        more = {"startIndex": str(start)} if start or how[0] == "sorted" else {}
        if how[0] == "sorted":
            more["sortBy"] = column
        try:
            body = _page(calls, base, asked, ways, more, source, whole=how[0] == "all")
        except (BadRequest, ServerFailed, NotTaken):
            if not held:
                raise
            del how[0]
            if not how:
                break
            start = 0
            seen.clear()
            continue
        count, matched, columns = _counted(body)
        mark = hashlib.blake2b(_stable(body), digest_size=16).digest()
        if count == 0 or mark in seen:
            break
        seen.add(mark)
        page = (body, ".geojson" if body.lstrip()[:1] == b"{" else ".gml")
        if how[0] == "pages" and not start:
            held, column = [page], next(iter([*id_columns(columns), *columns]), "")
        else:
            if how[0] == "pages":
                yield from held
            held = []
            yield page
        start += count
        if how[0] == "all" or (matched is not None and start >= matched):
            break
    yield from held


def _page(
    calls: Calls,
    base: str,
    asked: Mapping[str, str],
    ways: list[dict[str, str]],
    more: Mapping[str, str],
    source: Source,
    *,
    whole: bool,
) -> bytes:
    """Return one page; ``ways`` loses the versions and formats that the service does not take."""
    while True:
        way = {name: value for name, value in ways[0].items() if not (whole and name in ("count", "maxFeatures"))}
        try:
            body = calls.get(base, {**asked, **way, **more}).body
        except (BadRequest, ServerFailed) as error:
            if len(ways) == 1 or more:
                raise
            if error.body and _is_exception(error.body) and len(ways) == 2:
                _refuse_page(error.body, source)
            ways.pop(0)
            continue
        if _is_exception(body) and len(ways) > 1 and not more:
            ways.pop(0)
            continue
        _refuse_page(body, source)
        return body


def _version_in(uri: str) -> str:
    """Return the version that a provider's address names."""
    found = re.search(r"\bversion='?(\d[\d.]*)", uri)
    return found.group(1) if found else ""


def _box_in(box: Sequence[float], crs: str) -> tuple[float, ...]:
    if not crs:
        return tuple(box)
    shape: NDArray[Any] = np.array([shapely.segmentize(shapely.box(*box), 0.05)], dtype=object)
    return tuple(shapely.bounds(reprojected(shape, "OGC:CRS84", crs)[0]).tolist())


def _is_exception(body: bytes) -> bool:
    return b"ExceptionReport" in body[:2000] or b"ServiceException" in body[:2000]


def _refuse_page(body: bytes, source: Source) -> None:
    if is_html(body):
        raise web_page(body, source.shown)
    if _is_exception(body):
        text = " ".join(body[:600].decode("utf-8", "replace").split())
        raise NotTaken(service_said(text), where=source.shown, next_step="Ask whoever runs the service")


def _counted(body: bytes) -> tuple[int, int | None, list[str]]:
    """Return the number of features of a page, how many there are in all (None: it does not say), and their columns."""
    if body.lstrip()[:1] == b"{":
        try:
            document = as_dict(json.loads(body))
        except ValueError as error:
            raise NotTaken(no_json(error)) from error
        found = as_list(document.get("features"))
        columns = list(as_dict(as_dict(found[0]).get("properties"))) if found else []
        return len(found), number_of(document.get("numberMatched", document.get("totalFeatures"))), columns
    root = read_xml(body, source="WFS", max_bytes=max(len(body), 1))
    members = children(root, "member", "featureMember", "featureMembers")
    features = [item for member in members for item in member if local(item)]
    columns = [local(item) for item in features[0] if local(item) and not len(item)] if features else []
    return len(features), number_of(root.get("numberMatched")), columns


# --- OGC API Features, ArcGIS ------------------------------------------------------------------------------------


def _ogc_features(source: Source, calls: Calls, box: Sequence[float]) -> Iterator[tuple[bytes, str, str]]:
    landing = source.url.partition("/collections")[0].partition("?")[0].rstrip("/")
    url = f"{landing}/collections/{quote(source.layer, safe='')}/items"
    asked = {"bbox": ",".join(f"{side:.6f}" for side in box), "limit": "1000", "f": "json"}
    items, params, offset = url, dict(asked), 0
    seen: set[bytes] = set()
    for _ in range(_MOST_PAGES):
        try:
            answer = calls.get(url, params, accept="application/geo+json, application/json")
        except BadRequest:
            if offset or "limit" not in asked:
                raise
            del asked["limit"], params["limit"]  # some refuse more than their largest page
            continue
        _refuse_page(answer.body, source)
        try:
            document = as_dict(json.loads(answer.body))
        except ValueError as error:
            raise NotTaken(no_json(error), where=source.shown) from error
        found = as_list(document.get("features"))
        mark = hashlib.blake2b(_stable(answer.body), digest_size=16).digest()
        if not found or mark in seen:
            return
        seen.add(mark)
        yield answer.body, ".geojson", ""
        offset += len(found)
        links = [as_dict(link) for link in as_list(document.get("links"))]
        following = next((str(link.get("href")) for link in links if link.get("rel") == "next"), "")
        matched = number_of(document.get("numberMatched"))
        if following:
            url, params = urljoin(url, following), {}
        elif matched is not None and offset >= matched:
            return
        else:  # without a link there may be more all the same: what it counts, or an empty page, tells
            url, params = items, {**asked, "offset": str(offset)}


def _arcgis(source: Source, calls: Calls, box: Sequence[float]) -> Iterator[tuple[bytes, str, str]]:
    url = source.url.partition("?")[0].rstrip("/")
    if not url.rpartition("/")[2].isdigit():
        url = f"{url}/{source.layer or 0}"
    start = 0
    seen: set[bytes] = set()
    for _ in range(_MOST_PAGES):
        answer = calls.get(
            f"{url}/query",
            {
                "where": "1=1", "outFields": "*", "f": "geojson", "outSR": "4326", "inSR": "4326",
                "geometry": ",".join(f"{side:.6f}" for side in box), "geometryType": "esriGeometryEnvelope",
                "spatialRel": "esriSpatialRelIntersects", "resultOffset": str(start), "resultRecordCount": str(PAGE),
            },
        )  # fmt: skip
        _refuse_page(answer.body, source)
        try:
            document = as_dict(json.loads(answer.body))
        except ValueError as error:
            raise NotTaken(no_json(error), where=source.shown) from error
        if document.get("error"):
            raise NotTaken(service_said(str(as_dict(document["error"]).get("message", "?"))), where=source.shown)
        count = len(as_list(document.get("features")))
        mark = hashlib.blake2b(_stable(answer.body), digest_size=16).digest()
        if count == 0 or mark in seen:
            return
        seen.add(mark)
        yield answer.body, ".geojson", ""
        start += count
        more = document.get("exceededTransferLimit") or as_dict(document.get("properties")).get("exceededTransferLimit")
        if not more:
            return
