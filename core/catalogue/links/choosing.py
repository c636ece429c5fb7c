# SPDX-License-Identifier: GPL-2.0-or-later
"""What QGIS will load for a record, and why it can't load the rest.

The kind of a link is told by its request, its protocol, its address (:mod:`.kinds`), then by asking the service, whose
answer has the last word: it also gives the layer's exact name, a CRS, a format. Links are tried from the best kind on
until one can be loaded; the others are kept as they can be told without asking.

Axis order: of the CRS that a layer has, one whose axes are east, north everywhere is taken first (EPSG:2154,
EPSG:3857), so no server can get it wrong; with EPSG:4326 alone QGIS follows the version's rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Optional
from urllib.parse import urlsplit

from ...base.hosts import may_lead_to, origin_of
from ...errors import DataError, SigmaError
from ...model import Link, Record
from ...store.catalogue_rows import folded
from ...transport import RefusedCredentials, TransportError, scrubbed
from ...vector.coordinates import DEGREES, beginning_positions
from ..protocols.calls import Calls, with_params
from ..protocols.documents import as_dict, as_list, is_html, parse_json
from ..protocols.kinds import KINDS, kind_of, layer_in
from . import provider_uris
from .capabilities import Service, ServiceLayer, ask
from .project_sources import NotTaken, foreign_source, own_source
from .qgis_project import project_layer

_BEST_CRS = ("EPSG:2154", "EPSG:3857", "EPSG:4326", "CRS:84", "OGC:CRS84", "EPSG:4258")
_OGC = ("wms", "wmts", "wfs")
# For a table that was not looked into: names of degrees alone, for x and y may be metres and stand first.
_X_NAMES = "lon,lng,long,longitude,lon_wgs84,x_wgs84,longitude_wgs84,geo_lon,xlong"
_Y_NAMES = "lat,latitude,lat_wgs84,y_wgs84,latitude_wgs84,geo_lat,ylat"
_VERSIONS = ("1.0.0", "1.1.0", "2.0.0")
_FILES = ("geopackage", "geojson", "shapefile", "csv", "cog")
_LOCATIONS = (1000, 100)
UNASKED = "unasked"
"""Code of the reason that only the service itself can tell."""
_LAYER_TYPES = {
    "wms": "raster", "wmts": "raster", "xyz": "raster", "arcgis-map": "raster", "cog": "raster",
    "vector-tiles": "vector-tiles",
}  # fmt: skip


@dataclass(frozen=True)
class Loadable:
    """What QGIS will load: a vector, raster or vector tile layer (``layer_type``) of ``uri`` by ``provider``.

    ``asked``: the service or server answered; else only the record says so. ``minimum_qgis``: what needs a newer one
    than 3.22. ``style`` names a style of the service, or is the address of an SLD or QML file; ``qml`` is a style as
    such, from a QGIS project.
    """

    kind: str
    provider: str
    uri: str
    layer_type: str
    name: str
    layer: str = ""
    crs: str = ""
    url: str = ""
    style: str = ""
    attribution: str = ""
    licence: str = ""
    metadata: str = ""
    asked: bool = False
    note: str = ""
    minimum_qgis: str = ""
    qml: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Refused:
    """A link that can't be loaded, and why.

    ``code`` is a stable name of the reason, that of the error (:attr:`~..errors.SigmaError.code`) where asking failed;
    ``values`` is what the reason names: kinds, layers, a version. :data:`UNASKED`: the service has to be asked first.
    """

    url: str
    kind: str
    layer: str
    reason: str
    code: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choice:
    """The links of a record: those that can be loaded, the best first, and those that can't."""

    loadable: tuple[Loadable, ...]
    refused: tuple[Refused, ...]

    @property
    def best(self) -> Optional[Loadable]:
        """The one to load; None where none can be."""
        return self.loadable[0] if self.loadable else None


class _No(Exception):
    """A reason why a link can't be loaded: its code, the reason in words, and what these name."""

    def __init__(self, code: str, reason: str, *values: str) -> None:
        super().__init__(reason)
        self.code = code
        self.values = values


def choose(
    record: Record,
    calls: Optional[Calls] = None,
    *,
    kinds: Sequence[str] = (),
    crs: str = "",
    authcfg: Optional[Mapping[str, str]] = None,
    qgis: str = "",
    ask_all: bool = False,
    home: str = "",
) -> Choice:
    """Return what QGIS can load for a record.

    Parameters
    ----------
    record : Record
        Its links are tried.
    calls : Calls, optional
        To ask services; None: only what the record says.
    kinds : sequence of str
        Only these, the best first; by default the order of :data:`.kinds.KINDS`.
    crs : str
        That of the map: taken where the layer has it.
    authcfg : mapping, optional
        Origin (:func:`~..base.hosts.origin_of`) → id of the QGIS authentication configuration that was given for it;
        no other origin gets one.
    qgis : str
        Version, e.g. ``3.22``: what needs a newer one is refused.
    ask_all : bool
        Ask for every link, not only until one can be loaded.
    home : str
        The address of the record's source: only one in a private network may lead there (:mod:`~..base.hosts`).
    """
    order = tuple(kinds) or KINDS
    refused: list[Refused] = []
    wanted: list[tuple[int, int, Link]] = []
    for number, link in enumerate(_usable(record, refused, home)):
        kind = link.kind
        if kind in ("ogc-service", "arcgis", ""):
            # Perhaps any of the wanted kinds; asked after those that are known.
            wanted.append((len(order), number, link))
        elif kind not in order:
            refused.append(_refusal(link, _other_kind(kind, kinds)))
        else:
            wanted.append((order.index(kind), number, link))
    loadable: list[Loadable] = []
    services = _Services(calls, order)
    seen: set[str] = set()
    for _, _, link in sorted(wanted, key=lambda item: item[:2]):
        asking = services if calls is not None and (ask_all or not loadable) else _Services(None, order)
        auth = (authcfg or {}).get(origin_of(link.url), "")
        try:
            found = _load(link, record, asking, crs, auth)
            if qgis and found.minimum_qgis and _version(qgis) < _version(found.minimum_qgis):
                found = _for_older(found, link, asking)
            if kinds and found.kind not in kinds:
                raise _other_kind(found.kind, kinds)
        except _No as reason:
            refused.append(_refusal(link, reason))
        except SigmaError as error:
            refused.append(_refusal(link, _No(error.code, _said(error))))
        else:
            if found.uri not in seen:
                seen.add(found.uri)
                loadable.append(_dressed(found, record, link))
    # What answered goes before what only the record says, else the order of kinds holds.
    loadable.sort(key=lambda each: not each.asked if calls is not None else False)
    return Choice(tuple(loadable), tuple(refused))


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:2] if part.isdigit())


def _said(error: SigmaError) -> str:
    if isinstance(error, RefusedCredentials):
        return f"{error.what}: choose a QGIS authentication configuration for this source"
    return error.what


def _refusal(link: Link, reason: _No) -> Refused:
    shown = scrubbed(link.url) if urlsplit_scheme(link.url) in ("http", "https") else link.url[:300]
    return Refused(shown, link.kind, link.layer, str(reason), reason.code, reason.values)


def _other_kind(kind: str, kinds: Sequence[str]) -> _No:
    reasons = {
        "page": "Is a web page to read, no layer",
        "document": "Is a document to read, no layer",
        "csw": "Is a catalogue, no layer",
        "style": "Is a style, which goes along with a layer",
        "file": "Is a file of a format that isn't loaded from here; download it",
    }
    if kind in reasons:
        return _No(kind, reasons[kind])
    if kinds:
        return _No("other-kind", f"Is {kind}, which was not asked for", kind)
    return _No("no-layer", f"Is {kind}, no layer", kind)


def urlsplit_scheme(url: str) -> str:
    """Return the scheme of an address in lower case; ``""`` where it has none or can't be read."""
    try:
        return urlsplit(url.strip()).scheme.casefold()
    except ValueError:
        return ""


def _usable(record: Record, refused: list[Refused], home: str) -> Iterator[Link]:
    """Give the links with an address that may be called, each with its kind; the others are refused."""
    for link in record.links:
        try:
            kind = link.kind or kind_of(link.url, link.protocol, link.format).kind
            if kind != "qgis" or urlsplit_scheme(link.url) in ("http", "https"):
                _check_address(link.url)
                if home and not may_lead_to(link.url, home):
                    raise _No("private", "Leads into a private network, where its catalogue is not: refused")
        except (_No, ValueError) as reason:
            no = reason if isinstance(reason, _No) else _No("no-address", "Is no address that can be read")
            refused.append(Refused(link.url[:300], link.kind, link.layer, str(no), no.code, no.values))
            continue
        yield replace(link, url=link.url.strip(), kind=kind)


def _check_address(url: str) -> None:
    parts = urlsplit(url.strip())
    scheme = parts.scheme.casefold()
    if not scheme and not parts.netloc:
        raise _No("relative", "Is a relative address: the record doesn't say of which server")
    if scheme in ("javascript", "vbscript", "data"):
        raise _No("runs-code", f"Is a {scheme}: link, which would run code: refused", scheme)
    if scheme == "file":
        raise _No("own-computer", "Is a file on somebody's own computer: refused")
    if scheme not in ("http", "https"):
        what = f"Its address begins with {scheme or 'no scheme'}:, only http and https are loaded"
        raise _No("scheme", what, scheme)
    if not parts.hostname or any(c.isspace() or not c.isprintable() for c in parts.netloc):
        raise _No("no-address", "Its address has no host")
    if parts.username or parts.password:
        raise _No("credentials", "Its address holds a password: use a QGIS authentication configuration")
    _ = parts.port  # ValueError where it is no number


def _dressed(found: Loadable, record: Record, link: Link) -> Loadable:
    return replace(
        found,
        name=found.name or link.title or record.title,
        style=found.style or link.style,
        url=link.url,
        attribution=found.attribution or record.organisation,
        licence=record.licence,
        metadata=record.page,
        layer_type=_LAYER_TYPES.get(found.kind, found.layer_type),
    )


class _Services:
    """Services that were asked, each once. Without calls: nobody is asked."""

    def __init__(self, calls: Optional[Calls], order: Sequence[str]) -> None:
        self.calls = calls
        self.order = order
        self._known: dict[tuple[str, str], Service | SigmaError] = {}

    def ask(self, url: str, kind: str) -> Service:
        """Return what a service has.

        Raises
        ------
        SigmaError
            It does not answer, or is none of this kind; said again when asked again.
        """
        if self.calls is None:
            raise _No(UNASKED, "Nobody was asked")
        key = (url, kind)
        if key not in self._known:
            try:
                found = ask(self.calls, url, kind)
            except SigmaError as error:
                self._known[key] = error
            else:
                if found is None:  # can't be: nothing conditional was asked
                    raise _No("no-service", "Nobody answered")
                self._known[key] = found
        known = self._known[key]
        if isinstance(known, SigmaError):
            raise known
        return known


def _load(link: Link, record: Record, services: _Services, crs: str, authcfg: str) -> Loadable:
    kind = link.kind
    if kind in (*_OGC, "ogc-service"):
        return _ogc(link, record, services, crs, authcfg)
    if kind == "ogc-features":
        return _ogc_features(link, record, services, authcfg)
    if kind in ("xyz", "vector-tiles"):
        return _tiles(link, authcfg)
    if kind in ("arcgis-features", "arcgis-map", "arcgis"):
        return _arcgis(link, services, crs, authcfg)
    if kind == "sensorthings":
        return _sensorthings(link, services, authcfg)
    if kind == "qgis":
        return _project(link, services)
    if kind in _FILES:
        return _file(link, kind, services, authcfg)
    return _unknown(link, record, services, crs, authcfg)


# --- OGC services ------------------------------------------------------------------------------------------------


def _ogc(link: Link, record: Record, services: _Services, crs: str, authcfg: str) -> Loadable:
    base = provider_uris.service_address(link.url)
    clue = kind_of(link.url, link.protocol, link.format)
    first = [link.kind] if link.kind in _OGC else []
    if services.calls is None:
        return _ogc_unasked(link, base, crs, authcfg)
    # What a record calls a WMS may be a WMTS: where its request does not tell, the service is asked for each.
    others = [] if clue.told_by == "request" else [kind for kind in ("wms", "wfs", "wmts") if kind not in first]
    error: Optional[SigmaError] = None
    for kind in (*first, *others):
        address = link.url if kind == "wmts" and base.casefold().endswith(".xml") else base
        try:
            service = services.ask(address, kind)
        except (DataError, TransportError) as problem:
            error = error or problem
            if isinstance(problem, TransportError) and not problem.status:
                break  # it does not answer at all; another request would wait as long
            continue
        layers = _layers(service, link, record)
        note = "" if not first or service.kind == first[0] else f"the record calls it {first[0].upper()}"
        found = _of_service(service, layers, address, crs, authcfg)
        return replace(found, asked=True, note=note)
    if error is None:
        raise _No("no-service", "Is no service that answers")
    raise error


def _ogc_unasked(link: Link, base: str, crs: str, authcfg: str) -> Loadable:
    layer = link.layer or layer_in(link.url)
    if not layer or link.kind in ("wmts", "ogc-service"):
        raise _No(UNASKED, "The record alone doesn't tell the layer; the service must be asked")
    if link.kind == "wfs":
        version = link.version if link.version in _VERSIONS else ""
        uri = provider_uris.wfs(base, layer, crs or link.crs, version, authcfg)
        return Loadable("wfs", "WFS", uri, "vector", link.title, layer, crs or link.crs)
    chosen = crs or link.crs or "EPSG:3857"
    layers = layer.split(",")
    styles = [""] * len(layers)
    uri = provider_uris.wms(base, layers, styles, chosen, "image/png", own_address=False, authcfg=authcfg)
    return Loadable("wms", "wms", uri, "raster", link.title, layer, chosen)


def _layers(service: Service, link: Link, record: Record) -> list[ServiceLayer]:
    """Return the layers of a service that a link means: by name, by title, by the metadata they point to, the only one.

    Raises
    ------
    _No
        None, or nothing tells which of several.
    """
    if not service.layers:
        raise _No("no-layers", f"The {service.kind.upper()} answers, and has no layers", service.kind.upper())
    names = [name for name in (link.layer, layer_in(link.url)) if name]
    for name in names:
        # A list is one unless a layer is really called so; what fits a part of it is no answer to all.
        found = service.layer(name) if "," not in name or name in {each.name for each in service.layers} else None
        if found is not None:
            return [found]
        parts = [part.strip() for part in name.split(",") if part.strip()] if "," in name else []
        several = [each for part in parts if (each := service.layer(part)) is not None]
        if parts and len(several) == len(parts) and (service.kind == "wms" or len(parts) == 1):
            return several
        if several:
            kind, count = service.kind.upper(), str(len(service.layers))
            lacking = next((part for part in parts if service.layer(part) is None), "")
            if lacking:
                raise _No("no-such-layer", f"The {kind} has no layer '{lacking}'", kind, count, lacking)
            raise _No(
                "several-layers", f"The record names {len(parts)} layers of the {kind}, which gives one at a time"
            )
    if len(service.layers) == 1:
        return [service.layers[0]]
    short = record.id.rpartition(":")[2] if record.id else ""
    pointing = [layer for layer in service.layers if short and any(short in url for url in layer.metadata)]
    if len(pointing) == 1:
        return pointing
    titles = {folded(text) for text in (*names, link.title, record.title) if text}
    titled = [layer for layer in service.layers if layer.title and folded(layer.title) in titles]
    if len(titled) == 1:
        return titled
    few = ", ".join(layer.name for layer in service.layers[:5])
    kind, count = service.kind.upper(), str(len(service.layers))
    wanted = f"none is called '{names[0]}'" if names else "the record doesn't say which"
    what = f"The {kind} has {count} layers and {wanted}: {few}, …"
    raise _No("no-such-layer", what, kind, count, names[0]) if names else _No("which-layer", what, kind, count)


def _of_service(service: Service, layers: Sequence[ServiceLayer], base: str, crs: str, authcfg: str) -> Loadable:
    first = layers[0]
    names = [layer.name for layer in layers]
    name, attribution = first.title or first.name, first.attribution
    if service.kind == "wfs":
        chosen = crs if crs in first.crs else first.crs[0] if first.crs else ""
        version = service.version if service.version in _VERSIONS else ""
        uri = provider_uris.wfs(base, first.name, chosen, version, authcfg)
        return Loadable("wfs", "WFS", uri, "vector", name, first.name, chosen, attribution=attribution)
    if service.kind == "wmts":
        return _of_wmts(first, base, crs, authcfg)
    chosen = _best_crs(first.crs, crs)
    image = _best_format(service.formats or first.formats)
    own = urlsplit(service.url)[:2] != urlsplit(base)[:2]
    styles = [""] * len(layers)
    uri = provider_uris.wms(base, names, styles, chosen, image, own_address=own, authcfg=authcfg)
    style = first.styles[0] if first.styles else ""
    return Loadable("wms", "wms", uri, "raster", name, ",".join(names), chosen, style=style, attribution=attribution)


def _of_wmts(layer: ServiceLayer, base: str, crs: str, authcfg: str) -> Loadable:
    if not layer.tile_matrix_sets:
        raise _No("no-tiles", f"The WMTS gives no tile matrix set for '{layer.name}'", layer.name)
    best = _best_crs([name for _, name in layer.tile_matrix_sets], crs)
    matrix, chosen = next((pair for pair in layer.tile_matrix_sets if pair[1] == best), layer.tile_matrix_sets[0])
    style = layer.styles[0] if layer.styles else ""
    address = base
    if not base.casefold().partition("?")[0].endswith(".xml"):
        address = with_params(base, {"SERVICE": "WMTS", "REQUEST": "GetCapabilities", "VERSION": "1.0.0"})
    uri = provider_uris.wmts(address, layer.name, style, matrix, chosen, _best_format(layer.formats), authcfg)
    return Loadable("wmts", "wms", uri, "raster", layer.title or layer.name, layer.name, chosen, style=style)


def _best_crs(offered: Sequence[str], wanted: str) -> str:
    if wanted and wanted in offered:
        return wanted
    return next((crs for crs in _BEST_CRS if crs in offered), offered[0] if offered else wanted or "EPSG:3857")


def _best_format(offered: Sequence[str]) -> str:
    for start in ("image/png", "image/png; mode=8bit", "image/png8", "image/jpeg", "image/jpgpng"):
        if start in offered:
            return start
    return next((each for each in offered if each.startswith("image/")), "image/png")


def _ogc_features(link: Link, record: Record, services: _Services, authcfg: str) -> Loadable:
    landing, _, rest = link.url.partition("/collections")
    named = rest.strip("/").split("/")[0].split("?")[0] if rest else ""
    landing = landing.partition("?")[0] if rest else link.url.partition("?")[0]
    if services.calls is None:
        layer = named or link.layer
        if not layer:
            raise _No(UNASKED, "The record alone doesn't tell the collection; the service must be asked")
        uri = provider_uris.ogc_features(landing, layer, authcfg)
        return Loadable("ogc-features", "OAPIF", uri, "vector", link.title, layer, "OGC:CRS84")
    service = services.ask(landing, "ogc-features")
    layer_found = _layers(service, replace(link, layer=named or link.layer), record)[0]
    uri = provider_uris.ogc_features(landing, layer_found.name, authcfg)
    crs = layer_found.crs[0] if layer_found.crs else "OGC:CRS84"
    name = layer_found.title or layer_found.name
    return Loadable("ogc-features", "OAPIF", uri, "vector", name, layer_found.name, crs, asked=True)


# --- tiles, ArcGIS, SensorThings ---------------------------------------------------------------------------------


def _tiles(link: Link, authcfg: str) -> Loadable:
    url = link.url
    if "{z}" not in url or "{x}" not in url or ("{y}" not in url and "{-y}" not in url):
        raise _No("no-template", "Its address is no template of tiles: it needs {z}, {x} and {y}")
    if link.kind == "vector-tiles":
        uri = provider_uris.tiles(url, zoom=(0, 14), authcfg=authcfg)
        return Loadable("vector-tiles", "vectortile", uri, "vector-tiles", link.title, crs="EPSG:3857")
    uri = provider_uris.tiles(url, zoom=(0, 19), authcfg=authcfg)
    return Loadable("xyz", "wms", uri, "raster", link.title, crs="EPSG:3857")


def _arcgis(link: Link, services: _Services, crs: str, authcfg: str) -> Loadable:
    url = link.url.partition("?")[0].rstrip("/")
    head, _, last = url.rpartition("/")
    number = last if last.isdigit() else ""
    address = head if number else url
    features = address.casefold().endswith("/featureserver")
    if not features and not address.casefold().endswith(("/mapserver", "/imageserver")):
        raise _No("no-arcgis-layer", "Is an ArcGIS address of no FeatureServer nor MapServer")
    asked = False
    name = link.title
    if services.calls is not None:
        body = as_dict(parse_json(services.calls.get(address, {"f": "json"}, accept="application/json")))
        if body.get("error"):
            raise DataError(f"The ArcGIS server refused: {as_dict(body['error']).get('message', 'no reason given')}")
        layers = [as_dict(each) for each in as_list(body.get("layers"))]
        if not number and len(layers) == 1:
            number = str(layers[0].get("id", ""))
        named = [each for each in layers if str(each.get("id")) == number]
        name = str(named[0].get("name") or name) if named else name
        reference = as_dict(body.get("spatialReference"))
        code = reference.get("latestWkid") or reference.get("wkid")
        crs = crs or (f"EPSG:{code}" if code else "")
        asked = True
    if not number and features:
        raise _No("several-layers", "The FeatureServer has several layers and the record doesn't say which")
    chosen = crs or link.crs or "EPSG:3857"
    if features:
        uri = provider_uris.arcgis_features(f"{address}/{number}", chosen, authcfg)
        return Loadable("arcgis-features", "arcgisfeatureserver", uri, "vector", name, number, chosen, asked=asked)
    uri = provider_uris.arcgis_map(address, number, chosen, "PNG32", authcfg)
    return Loadable("arcgis-map", "arcgismapserver", uri, "raster", name, number, chosen, asked=asked)


def _sensorthings(link: Link, services: _Services, authcfg: str) -> Loadable:
    found = kind_root(link.url)
    asked = False
    if services.calls is not None:
        body = _sensorthings_root(found, services.calls)
        names = {str(as_dict(each).get("name")) for each in as_list(body.get("value"))}
        if "Locations" not in names:
            raise DataError("Is no SensorThings service: it lists no Locations", code="no-service")
        asked = True
    uri = provider_uris.sensorthings(found, authcfg)
    return Loadable(
        "sensorthings", "sensorthings", uri, "vector", link.title, crs="EPSG:4326", asked=asked, minimum_qgis="3.36"
    )


def _sensorthings_root(root: str, calls: Calls) -> Mapping[str, object]:
    """Return what a service lists; some answer at their root with its final slash alone."""
    try:
        return as_dict(parse_json(calls.get(root, accept="application/json")))
    except TransportError as error:
        if error.status != 404:
            raise
        return as_dict(parse_json(calls.get(f"{root}/", accept="application/json")))


def _for_older(found: Loadable, link: Link, services: _Services) -> Loadable:
    """Return what an older QGIS can load in the place of what it has no provider for: SensorThings as GeoJSON.

    That result format is an extension (FROST-Server), so the service is asked for it.
    """
    too_old = f"Needs QGIS {found.minimum_qgis} or newer"
    if found.kind != "sensorthings" or services.calls is None:
        raise _No("newer-qgis", too_old, found.minimum_qgis)
    accept, most = "application/geo+json, application/json", _LOCATIONS[0]
    root = kind_root(link.url)
    try:
        try:
            answer = services.calls.get(_places(root, most), accept=accept)
        except TransportError as error:
            if error.status not in (400, 422):
                raise
            most = _LOCATIONS[1]
            answer = services.calls.get(_places(root, most), accept=accept)
        body = as_dict(parse_json(answer))
    except SigmaError as error:
        what = f"{too_old}, and the service gives no GeoJSON: {error.what}"
        raise _No("newer-qgis", what, found.minimum_qgis) from error
    if body.get("type") != "FeatureCollection":
        raise _No("newer-qgis", f"{too_old}, and the service gives no GeoJSON", found.minimum_qgis)
    note = f"{too_old} as what it is: its places are loaded as GeoJSON"
    if body.get("@iot.nextLink"):
        note += f", the first {most} of them"
    return replace(found, kind="geojson", provider="ogr", uri=_places(root, most), minimum_qgis="", note=note)


def _places(root: str, most: int) -> str:
    return f"{root}/Locations?$top={most}&$resultFormat=GeoJSON"


def kind_root(url: str) -> str:
    """Return the root of a SensorThings service, which ends with its version, from any address in it."""
    for version in ("/v1.1", "/v1.0"):
        before, found, _ = url.partition(version)
        if found:
            return before + found
    return url.partition("?")[0].rstrip("/")


# --- files -------------------------------------------------------------------------------------------------------


def _file(link: Link, kind: str, services: _Services, authcfg: str) -> Loadable:
    asked = False
    note = ""
    if services.calls is not None:
        note = _check_file(link, services.calls)
        asked = True
    system = ""
    if kind == "cog":
        uri = provider_uris.remote_file(link.url, authcfg=authcfg)
        return Loadable("cog", "gdal", uri, "raster", link.title, crs=link.crs, asked=asked, note=note)
    if kind == "csv":
        x, y, system = _table(link, services.calls)
        options = (("X_POSSIBLE_NAMES", x), ("Y_POSSIBLE_NAMES", y), ("AUTODETECT_TYPE", "YES"))
        uri = provider_uris.remote_file(link.url, driver="CSV", options=options, authcfg=authcfg)
    elif kind == "geojson":
        # GDAL's own HTTP reader takes an address that streams without a length, which exports do.
        uri = f"{link.url} authcfg='{authcfg}'" if authcfg else link.url
    else:
        uri = provider_uris.remote_file(link.url, zipped=kind == "shapefile", authcfg=authcfg)
    crs = system or link.crs or ("EPSG:4326" if kind in ("geojson", "csv") else "")
    return Loadable(kind, "ogr", uri, "vector", link.title, link.layer, crs, asked=asked, note=note)


def _table(link: Link, calls: Optional[Calls]) -> tuple[str, str, str]:
    """Return the columns of a table's positions and their system, by its first lines where they can be had."""
    if calls is None:
        return _X_NAMES, _Y_NAMES, ""
    try:
        names, found = beginning_positions(calls.beginning(link.url), link.url)
    except (TransportError, DataError) as error:
        calls.feedback.info(f"{link.url}: which columns are positions was not seen: {error.what}")
        return _X_NAMES, _Y_NAMES, ""
    if found is None or any(set(names[at]) & set(",|:") for at in (found.x, found.y)):
        return _X_NAMES, _Y_NAMES, ""
    return names[found.x], names[found.y], "EPSG:4326" if found.crs == DEGREES else found.crs


def _check_file(link: Link, calls: Calls) -> str:
    """Ask for the head of a file; return what is worth knowing.

    Raises
    ------
    SigmaError
        Nothing is there, or a web page.
    """
    try:
        answer = calls.head(link.url)
    except TransportError as error:
        if error.status in (400, 405, 501):
            return "the server doesn't tell what is there before it is loaded"
        raise
    kind = answer.content_type.partition(";")[0].strip().casefold()
    if kind in ("text/html", "application/xhtml+xml"):
        raise DataError("Leads to a web page, no file: it may ask for a sign-in, or have moved", code="web-page")
    headers = {name.casefold(): value for name, value in answer.headers.items()}
    if link.kind in ("cog", "geopackage") and headers.get("accept-ranges", "").casefold() != "bytes":
        return "the server may not give parts of the file: all of it would be fetched"
    return ""


def _unknown(link: Link, record: Record, services: _Services, crs: str, authcfg: str) -> Loadable:
    """Tell a link of which nothing is known by what comes back."""
    if services.calls is None:
        raise _No(UNASKED, "Nothing tells what it is; it must be asked")
    answer = services.calls.head(link.url)
    name = answer.headers.get("Content-Disposition", answer.headers.get("content-disposition", ""))
    file_name = name.rpartition("filename=")[2].strip("\"' ;") if "filename=" in name else ""
    kind = kind_of(file_name and f"https://x/{file_name}", "", answer.content_type).kind
    if kind == "page" or is_html(answer.body):
        raise _other_kind("page", ())
    if kind in _FILES:
        return _file(replace(link, kind=kind), kind, services, authcfg)
    if answer.content_type.partition(";")[0].strip() in ("text/xml", "application/xml", "application/vnd.ogc.wms_xml"):
        return _ogc(replace(link, kind="ogc-service"), record, services, crs, authcfg)
    what = f"Answers with {answer.content_type or 'nothing that is named'}, which is no layer"
    raise _No("no-data", what, answer.content_type)


# --- QGIS projects -----------------------------------------------------------------------------------------------


def _project(link: Link, services: _Services) -> Loadable:
    local_file = urlsplit_scheme(link.url) not in ("http", "https")
    if services.calls is None:
        if not local_file:
            raise _No(UNASKED, "The project must be fetched to know its layer")
        import requests

        with requests.Session() as session:
            provider, uri, qml, layer_type = project_layer(Calls(session), link.url, link.layer)
    else:
        provider, uri, qml, layer_type = project_layer(services.calls, link.url, link.layer)
    if local_file:
        provider, uri = own_source(provider, uri, Path(link.url))
    else:
        try:
            provider, uri = foreign_source(provider, uri, link.url, link.crs)
        except NotTaken as reason:
            raise _No(reason.code, str(reason), *reason.values) from reason
    kinds = {"raster": "raster", "vector": "vector", "vector-tile": "vector-tiles"}
    if layer_type not in kinds:
        what = f"Is a {layer_type or 'nameless'} layer of a project, which can't be loaded alone"
        raise _No("in-project", what, layer_type)
    return Loadable(
        "qgis", provider, uri, kinds[layer_type], link.title, link.layer, link.crs, style="project", asked=True, qml=qml
    )
