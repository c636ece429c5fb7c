# SPDX-License-Identifier: GPL-2.0-or-later
"""A layer of a transactional WFS as a source: pages by ``startIndex``, Insert and Update by Transaction.

WFS 1.1.0 (OGC 04-094) and 2.0 (ISO 19142). Features come as GeoJSON where the server has it, else as GML; their
properties are GeoReport's fields by the synonyms of ``resources/reports/columns.yaml``. Positions are asked for in
``EPSG:4326`` and sent in the layer's own system (not every server reprojects what it is sent), named ``EPSG:n``: that
form GeoServer and QGIS Server take as x, y in every version. An Update sets only what changed, and may be repeated; a
WFS has no way to say that nobody changed the feature meanwhile.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Optional
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import requests

from ...base.xml import etree
from ...errors import DataError, UsageError
from ...feedback import SILENT, Feedback
from ...model import Rejected, Report
from ...transport import Answer, BadAnswer, BadRequest, Limits, NotFound, TransportError, scrubbed
from ..formats.body import read_body, read_xml
from ..formats.columns import id_columns
from ..formats.georeport import Created
from ..formats.gml import children, descendants, features, local, text_of
from .collection import Features, Remote, check_moved, checked_address, ids_last, position, read_back, stamp, wanted
from .registry import Opening
from .source import Abilities, ChangedRequest, NewRequest

_PAGE = 1000
_MOST_PAGES = 100_000
_SRS = "EPSG:4326"
_OWN = frozenset(
    {"service", "request", "version", "typename", "typenames", "acceptversions", "outputformat", "srsname"}
)
_CODE = re.compile(r"EPSG.{0,60}?(\d{1,9})$", re.IGNORECASE)
_FIELDS = ("description", "address", "service_code", "service_name", "media_url")
_POINTS = re.compile(r"(?:Multi)?(?:Point|Geometry)(?:Property|Association)?")
_JSON = ("application/json", "application/geo+json", "application/vnd.geo+json", "geojson", "json")


@dataclass(frozen=True)
class WfsVersion:
    """The words of one version of WFS."""

    version: str
    wfs: str
    gml: str
    fes: str
    type_name: str
    count: str
    identifier: tuple[str, str]
    reference: str


_VERSIONS = {
    "2.0": WfsVersion(
        "2.0.0", "http://www.opengis.net/wfs/2.0", "http://www.opengis.net/gml/3.2", "http://www.opengis.net/fes/2.0",
        "typeNames", "count", ("ResourceId", "rid"), "ValueReference",
    ),
    "1.1": WfsVersion(
        "1.1.0", "http://www.opengis.net/wfs", "http://www.opengis.net/gml", "http://www.opengis.net/ogc",
        "typeName", "maxFeatures", ("FeatureId", "fid"), "PropertyName",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Layer:
    """A layer: its operations and its reference system as ``EPSG:n``."""

    operations: frozenset[str]
    srs: str = _SRS


@dataclass(frozen=True)
class Capabilities:
    """What a WFS says of itself: its version, its layers by name, and how it names GeoJSON (empty: it has none).

    ``post`` is where a Transaction goes; empty where there are none.
    """

    words: WfsVersion
    layers: Mapping[str, Layer]
    json: str
    post: str


@dataclass(frozen=True)
class Schema:
    """A layer's properties with their types, its geometry, its namespace, and the words that a property may have."""

    namespace: str
    types: Mapping[str, str]
    geometry: str
    listed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class WfsT(Remote):
    """A layer of a WFS as a :class:`.source.Source`.

    Parameters
    ----------
    url : str
        The address of the service; ``typeName=…`` in it names the layer, which may be left out where there is one.
        Other parameters (``map=…``) go with every call.
    session : requests.Session
        From :func:`..transport.new_session`.
    name : str
        ``Report.source``; the host's name where not given.
    key : str
        See :class:`.collection.Remote`.

    Raises
    ------
    UsageError
        This is no address.
    """

    def __init__(
        self,
        url: str,
        session: requests.Session,
        *,
        name: str = "",
        key: str = "",
        limits: Limits = Limits(),  # noqa: B008 - frozen
        feedback: Feedback = SILENT,
    ) -> None:
        parts = urlsplit(checked_address(url, "WFS"))
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        self._params = {key: value for key, value in pairs if key.lower() not in _OWN}
        self._layer = next((value for key, value in pairs if key.lower() in ("typename", "typenames")), "")
        address = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
        known_as = name or parts.hostname or "wfs"
        who = {**self._params, **({"typeName": self._layer} if self._layer else {})}
        super().__init__(address, session, name=known_as, key=key, parameters=who, limits=limits, feedback=feedback)
        self._features = Features(self.name)
        self._looked = self._words_read = False
        self._said: Optional[tuple[Capabilities, str, Schema]] = None

    @property
    def abilities(self) -> Abilities:
        """What the server lets be done with this layer, and the layer has properties for; no photos."""
        capabilities, layer, schema = self._description()
        can = capabilities.layers[layer].operations
        write = bool(capabilities.post)
        has = {field for field in _FIELDS if self._theirs(field) in schema.types}
        has |= {"position"} if _POINTS.match(schema.types.get(schema.geometry, "")) else set()
        changes = write and "Update" in can
        return Abilities(
            changes=True,
            create=write and "Insert" in can,
            comments=changes and self._theirs("status_notes") in schema.types,
            status=changes and self._theirs("status") in schema.types,
            fields=frozenset(has) if changes else frozenset(),
            new=frozenset(has),
            longest=100_000,
        )

    # --- reading ---------------------------------------------------------------------------------------------------

    def requests(
        self,
        *,
        since: Optional[datetime] = None,
        until: Optional[datetime] = None,
        changed: bool = False,
        status: str = "",
        service_codes: Sequence[str] = (),
    ) -> Iterator[Report | Rejected]:
        """Give every feature once, page by page; times are not looked at."""
        words = self._description()[0].words
        seen: set[str] = set()
        start = pages = nameless = 0
        matched: Optional[int] = None
        reason = ""
        # How to go on where a server refuses startIndex: rows without a key have no order until they are given one.
        ways = ["pages", "sorted", "all"]
        while pages < _MOST_PAGES:
            limits: dict[str, str] = {} if ways[0] == "all" else {words.count: str(_PAGE)}
            if start:
                limits["startIndex"] = str(start)
            if ways[0] == "sorted":
                limits.update(startIndex=str(start), sortBy=self._sorting())
            try:
                page, said = self._get_features(limits)
            except BadRequest as error:
                if not start and ways[0] == "pages":
                    raise
                reason = error.what
                del ways[0]
                if not ways:
                    break
                start = 0
                continue
            pages += 1
            matched = said if said is not None else matched
            if page and not seen:
                self._look_at_ids(page, limits)
            fresh = 0
            for place, feature in enumerate(page, 1):
                verdict = self._features.report(feature, f"{self.name}: page {pages}, feature {place}")
                if isinstance(verdict, Rejected):
                    nameless += 1
                    yield verdict
                elif verdict.service_request_id not in seen:
                    seen.add(verdict.service_request_id)
                    fresh += 1
                    if wanted(verdict, status, service_codes):
                        yield verdict
            start += len(page)
            if ways[0] == "all" or not page or (matched is not None and len(seen) + nameless >= matched):
                break
            if not fresh and ways[0] == "pages":
                ways, start = ["all"], 0  # a server that gives its first page again knows no pages: it is asked for all
        else:
            yield Rejected(self.name, f"the list of {len(seen)} features does not end")
            return
        if matched is not None and len(seen) + nameless < matched and start < matched:
            reason = f" ({reason})" if reason else ""
            yield Rejected(self.name, f"the list is cut off: {len(seen)} of {matched} features came{reason}")
        elif not ways:
            yield Rejected(self.name, f"the list of {len(seen)} features may be cut off ({reason})")

    def _sorting(self) -> str:
        """Return the column that gives the rows an order: one for ids, else the first of the schema."""
        schema = self._description()[2]
        names = [name for name in schema.types if name != schema.geometry]
        return next(iter([*id_columns(names), *names]), "")

    def _look_at_ids(self, page: list[Any], limits: Mapping[str, str]) -> None:
        """Let rows be named by their own column where ids do not last; see :func:`.collection.ids_last`."""
        if self._looked:
            return
        self._looked = True
        if not ids_last(page, self._is_there, lambda: self._get_features(limits)[0]):
            self._features.identify(page)

    def _is_there(self, identifier: str) -> bool:
        try:
            return self.request(identifier) is not None
        except BadRequest:
            return False

    def request(self, service_request_id: str) -> Optional[Report]:
        """Return one feature, or None where there is none of this id."""
        words = self._description()[0].words
        name = "resourceId" if words.version.startswith("2") else "featureId"
        key = self._features.key
        try:
            chosen = {"filter": self._by_key(service_request_id)} if key else {name: service_request_id}
            page, _ = self._get_features(chosen)
        except Refused as error:
            # Servers refuse an id that no feature of the layer can have.
            if error.code in ("InvalidParameterValue", "NotFound", "OperationProcessingFailed"):
                return None
            raise
        for feature in page:
            verdict = self._features.report(feature, f"{self.name}: {service_request_id}")
            if isinstance(verdict, Report) and verdict.service_request_id == service_request_id:
                return verdict
        return None

    # --- sending ---------------------------------------------------------------------------------------------------

    def create(self, new: NewRequest) -> Created:
        """Insert a feature, once; raises as :meth:`.client.Client.create` does.

        Raises
        ------
        UsageError
            The layer has no property for something that is to be sent.
        """
        _, layer, schema = self._description()
        due = {
            "service_code": new.service_code,
            "description": new.description,
            "address": new.address,
            "media_url": new.media_url,
            **{str(name): _joined(value) for name, value in new.attributes.items()},
        }
        values = {self._property(name, schema): value for name, value in due.items() if value}
        for name, value in (("status", "open"), ("requested_datetime", stamp()), ("updated_datetime", stamp())):
            if self._theirs(name) in schema.types:
                values.setdefault(self._theirs(name), self._word(value, "received") if name == "status" else value)
        if new.lon is not None and new.lat is not None:
            if not schema.geometry:
                raise UsageError("The layer has no geometry", where=self.name)
            values[schema.geometry] = self._place(new.lon, new.lat)
        root, tag = self._transaction("Insert")
        feature = etree.SubElement(root, tag(layer), nsmap={"ours": schema.namespace} if schema.namespace else None)
        # The schema is a sequence: strict servers want its order.
        for name in schema.types:
            if name in values:
                self._value(etree.SubElement(feature, tag(name)), values[name], name, schema)
        answer = self._send(root.getroottree())
        found = (element for element in descendants(answer, "FeatureId", "ResourceId"))
        identifier = next((e.get("fid") or e.get("rid") or "" for e in found), "")
        return read_back(self, identifier, new)

    def update(self, service_request_id: str, edit: ChangedRequest) -> None:
        """Set properties of a feature; a comment becomes its ``status_notes``.

        Raises
        ------
        UsageError
            The layer has no property for something that is to be sent.
        NotFound
            There is no such feature.
        """
        capabilities, layer, schema = self._description()
        words = capabilities.words
        said = {"status": edit.status and self._word(edit.status, edit.state), "status_notes": edit.comment}
        due = {**edit.fields, **{name: value for name, value in said.items() if value}}
        moved = due.pop("position", "")
        values = {self._property(name, schema): value for name, value in due.items()}
        if self._theirs("updated_datetime") in schema.types:
            values[self._theirs("updated_datetime")] = stamp()
        if moved:
            values[schema.geometry] = self._place(*position(moved))
        root, tag = self._transaction("Update")
        root.set("typeName", f"ours:{_plain(layer)}" if schema.namespace else layer)
        for name, value in values.items():
            prop = etree.SubElement(root, f"{{{words.wfs}}}Property")
            tag_of_name = "Name" if words.reference == "PropertyName" else words.reference
            etree.SubElement(prop, f"{{{words.wfs}}}{tag_of_name}").text = name
            self._value(etree.SubElement(prop, f"{{{words.wfs}}}Value"), value, name, schema)
        element, attribute = words.identifier
        if self._features.key:
            root.append(etree.fromstring(self._by_key(service_request_id).encode("utf-8")))  # our own text
        else:
            chosen = etree.SubElement(root, f"{{{words.fes}}}Filter", nsmap={"f": words.fes})
            etree.SubElement(chosen, f"{{{words.fes}}}{element}", {attribute: service_request_id})
        answer = self._send(root.getroottree())
        updated = next((text_of(item) for item in descendants(answer, "totalUpdated")), "")
        if updated == "0":
            raise NotFound("There is no such feature", where=f"{self.name}/{service_request_id}", may_have_acted=False)
        if moved:
            check_moved(self.request(service_request_id), position(moved))

    def _by_key(self, identifier: str) -> str:
        """Return the filter that finds a row by its own column of ids."""
        words = self._description()[0].words
        chosen = etree.Element(f"{{{words.fes}}}Filter", nsmap={"f": words.fes})
        equal = etree.SubElement(chosen, f"{{{words.fes}}}PropertyIsEqualTo")
        etree.SubElement(equal, f"{{{words.fes}}}{words.reference}").text = self._features.key
        etree.SubElement(equal, f"{{{words.fes}}}Literal").text = _xml_text(identifier)
        return str(etree.tostring(chosen, encoding="unicode"))

    def _word(self, status: str, state: str) -> str:
        """Return the layer's word for a status: of those that its schema allows, or that its first page shows."""
        schema = self._description()[2]
        listed = schema.listed.get(self._theirs("status"), ())
        if not self._words_read:
            self._words_read = True
            self._features.words.clear()
            for _ in itertools.islice(self.requests(), _PAGE):
                continue
        return self._features.word(status, state, listed)

    def _place(self, lon: float, lat: float) -> str:
        """Return a position as the layer's own coordinates, x and y."""
        capabilities, layer, _ = self._description()
        srs = capabilities.layers[layer].srs
        if srs == _SRS:
            return f"{lon!r} {lat!r}"
        from ...base.geos import shapely
        from ...vector.reading import reprojected

        (point,) = reprojected(shapely.points([[lon, lat]]), _SRS, srs)
        return f"{point.x:.4f} {point.y:.4f}"

    def _transaction(self, action: str) -> tuple[Any, Any]:
        """Return the element of an action inside a new Transaction, and how the layer's names are written."""
        capabilities, _, schema = self._description()
        words = capabilities.words
        spaces = {None: words.wfs, "gml": words.gml}
        if schema.namespace:
            spaces["ours"] = schema.namespace
        root = etree.Element(f"{{{words.wfs}}}Transaction", {"service": "WFS", "version": words.version}, nsmap=spaces)
        element = etree.SubElement(root, f"{{{words.wfs}}}{action}")
        prefix = f"{{{schema.namespace}}}" if schema.namespace else ""
        return element, lambda name: f"{prefix}{_plain(name)}"

    def _value(self, element: Any, value: str, name: str, schema: Schema) -> None:
        if name == schema.geometry:
            capabilities, layer, _ = self._description()
            gml = capabilities.words.gml
            srs = {"srsName": capabilities.layers[layer].srs}
            if schema.types[name].startswith("MultiPoint") or (
                self._features.multi and "Point" not in schema.types[name]
            ):
                several = etree.SubElement(element, f"{{{gml}}}MultiPoint", srs)
                element = etree.SubElement(several, f"{{{gml}}}pointMember")
            point = etree.SubElement(element, f"{{{gml}}}Point", srs)
            etree.SubElement(point, f"{{{gml}}}pos", {"srsDimension": "2"}).text = value
        else:
            element.text = _xml_text(value[:10] if schema.types.get(name) == "date" else value)

    def _property(self, name: str, schema: Schema) -> str:
        theirs = self._theirs(name)
        if theirs not in schema.types:
            raise UsageError(f"The layer has no property for {name}", where=self.name)
        return theirs

    def _theirs(self, field: str) -> str:
        self._description()
        return self._features.theirs(field)

    # --- what the server has ---------------------------------------------------------------------------------------

    def capabilities(self) -> Capabilities:
        """Ask what the server has.

        Raises
        ------
        DataError
            This is no WFS, or one of another version.
        """
        answer = self._call({"request": "GetCapabilities", "acceptVersions": "2.0.0,1.1.0"})
        root = self._xml(answer)
        version = str(root.get("version") or "")[:3]
        if local(root) != "WFS_Capabilities" or version not in _VERSIONS:
            what = f"Is a WFS {version}" if local(root) == "WFS_Capabilities" else "Is no WFS"
            step = "Give the address of a WFS 1.1.0 or 2.0.0"
            raise DataError(what, where=scrubbed(self.url), next_step=step)
        # The address as the person gave it: behind a proxy, what the server says of itself is often wrong.
        address = f"{self.url}?{urlencode(self._params)}" if self._params else self.url
        return read_capabilities(root, _VERSIONS[version], address)

    def _description(self) -> tuple[Capabilities, str, Schema]:
        if self._said is None:
            capabilities = self.capabilities()
            layer = self._chosen(capabilities)
            answer = self._call(
                {
                    "request": "DescribeFeatureType",
                    "version": capabilities.words.version,
                    capabilities.words.type_name: layer,
                }
            )
            schema = read_schema(self._xml(answer), _plain(layer), self.name)
            self._features.learn(tuple(name for name in schema.types if name != schema.geometry))
            self._said = (capabilities, layer, schema)
        return self._said

    def _chosen(self, capabilities: Capabilities) -> str:
        layers = list(capabilities.layers)
        if self._layer in layers or (not self._layer and len(layers) == 1):
            return self._layer or layers[0]
        named = [layer for layer in layers if _plain(layer) == self._layer]
        if len(named) == 1:
            return named[0]
        what = f"There is no layer {self._layer}" if self._layer else "Has more than one layer"
        step = f"Add typeName=… to the address, one of {', '.join(layers[:20]) or '(none)'}"
        raise UsageError(what, where=scrubbed(self.url), next_step=step)

    def _get_features(self, more: Mapping[str, str]) -> tuple[list[Any], Optional[int]]:
        """Return a page of features, and how many there are in all where that is said."""
        capabilities, layer, _ = self._description()
        words = capabilities.words
        asked = {"request": "GetFeature", "version": words.version, words.type_name: layer, "srsName": _SRS, **more}
        if capabilities.json:
            asked["outputFormat"] = capabilities.json
        answer = self._call(asked)
        if answer.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
            root = self._xml(answer)
            return list(features(root, self.name)), _count(root.get("numberMatched"))
        value = read_body(answer.body, source=self.name, content_type=answer.content_type).value
        found = value.get("features") if isinstance(value, dict) else None
        if not isinstance(found, list):
            raise DataError("Holds no list of features", where=self.name, next_step="Give the address of a WFS")
        return found, _count(value.get("numberMatched", value.get("totalFeatures")))

    # --- calls -----------------------------------------------------------------------------------------------------

    def _call(self, params: Mapping[str, str]) -> Answer:
        address = f"{self.url}?{urlencode({**self._params, 'service': 'WFS', **params})}"
        with words_of_an_exception(self.name):
            return self._fetch(address)

    def _send(self, tree: Any) -> Any:
        body = etree.tostring(tree, xml_declaration=True, encoding="UTF-8")
        address = self._description()[0].post
        with words_of_an_exception(self.name):
            answer = self._fetch(
                address, method="POST", content=body, headers={"Content-Type": "text/xml; charset=utf-8"}
            )
        try:
            root = self._xml(answer)
        except DataError as error:
            raise BadAnswer(f"Answered a transaction with something else: {error.what}", where=self.name) from error
        if local(root) != "TransactionResponse":
            raise BadAnswer(f"Answered a transaction with {local(root)}", where=self.name)
        failed = [text_of(item) for item in descendants(root, "Message") if text_of(item)]
        if failed and not any(text_of(item) not in ("", "0") for item in descendants(root, *_TOTALS)):
            raise Refused(f"The server refused the transaction; it says “{failed[0][:300]}”", where=self.name)
        return root

    def _xml(self, answer: Answer) -> Any:
        root = read_xml(answer.body, source=self.name, content_type=answer.content_type)
        if local(root) in ("ExceptionReport", "ServiceExceptionReport"):
            raise _exception(root, self.name, answer.status)
        return root


_TOTALS = ("totalInserted", "totalUpdated", "totalReplaced")


class Refused(BadRequest):
    """An exception of the server, with any status; ``code`` is its own word."""

    def __init__(self, what: str, *, where: str, code: str = "", status: int = 200) -> None:
        super().__init__(what, where=where, next_step="See the server's reason", status=status, may_have_acted=False)
        self.code = code


def _exception(root: Any, where: str, status: int) -> Refused:
    found = next(descendants(root, "Exception", "ServiceException"), None)
    code = "" if found is None else found.get("exceptionCode") or found.get("code") or ""
    words = "" if found is None else " ".join("".join(found.itertext()).split())
    return Refused(
        f"The server refused the call; it says “{words[:300] or code}”", where=where, code=code, status=status
    )


class words_of_an_exception:  # noqa: N801 - used as a function
    """Turn an error status with an ExceptionReport in its body into what the report says."""

    def __init__(self, where: str) -> None:
        self._where = where

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        """Look at the error."""
        if isinstance(error, TransportError) and error.body and error.status and not isinstance(error, Refused):
            try:
                root = read_xml(error.body, source=self._where, content_type=error.content_type)
            except DataError:
                return
            if local(root) in ("ExceptionReport", "ServiceExceptionReport"):
                said = _exception(root, self._where, error.status)
                if isinstance(error, (BadRequest, NotFound)):
                    raise said from error
                error.what = f"{error.what}; {said.what.partition('; ')[2]}"


def read_capabilities(root: Any, words: WfsVersion, url: str) -> Capabilities:
    """Read a WFS_Capabilities document; ``url`` is where a Transaction goes if it takes any."""
    formats: list[str] = []
    post = ""
    for operation in descendants(root, "Operation"):
        kind = operation.get("name")
        if kind == "GetFeature":
            for parameter in descendants(operation, "Parameter"):
                if str(parameter.get("name")).lower() == "outputformat":
                    formats = [text_of(value) for value in descendants(parameter, "Value")]
        elif kind == "Transaction":
            post = url
    known = {name.lower(): name for name in formats}
    named = next((known[name] for name in _JSON if name in known), "")
    everywhere = _operations(next(descendants(root, "FeatureTypeList"), root))
    layers: dict[str, Layer] = {}
    for layer in descendants(root, "FeatureType"):
        name = next((text_of(item) for item in children(layer, "Name")), "")
        own = _operations(layer)
        # WFS 2.0 has no operations by layer: a service with Transaction has them for all.
        given = frozenset({"Insert", "Update"}) if words.version == "2.0.0" and post else frozenset()
        if name:
            srs = next((text_of(item) for item in children(layer, "DefaultSRS", "DefaultCRS")), "")
            code = _CODE.search(srs)
            layers[name] = Layer(own or everywhere or given, f"EPSG:{code[1]}" if code else _SRS)
    return Capabilities(words, layers, named, post)


def _operations(element: Any) -> frozenset[str]:
    groups = children(element, "Operations")
    return frozenset(text_of(item) for group in groups for item in children(group, "Operation"))


def read_schema(root: Any, layer: str, where: str) -> Schema:
    """Read the properties of a layer from an XML Schema.

    Raises
    ------
    DataError
        The layer is not in it.
    """
    element = next((item for item in children(root, "element") if item.get("name") == layer), None)
    kind = _plain(element.get("type") or "") if element is not None else ""
    holder = next((item for item in children(root, "complexType") if item.get("name") == kind), element)
    if holder is None:
        raise DataError(f"Does not say what {layer} has", where=where)
    types: dict[str, str] = {}
    listed: dict[str, tuple[str, ...]] = {}
    geometry = ""
    for item in descendants(holder, "element"):
        name, type_ = item.get("name"), _plain(item.get("type") or "")
        if not name or item is element:
            continue
        named = next((item for item in children(root, "simpleType") if item.get("name") == type_), None)
        words = tuple(value.get("value") or "" for value in descendants(item, "enumeration"))
        if named is not None and not words:
            words = tuple(value.get("value") or "" for value in descendants(named, "enumeration"))
        if words:
            listed[name] = words
        types[name] = type_
        if not geometry and type_.endswith(("PropertyType", "AssociationType")):
            geometry = name
    return Schema(root.get("targetNamespace") or "", types, geometry, listed)


def _plain(name: str) -> str:
    return name.rpartition(":")[2]


def _count(value: Any) -> Optional[int]:
    return int(value) if str(value).isdigit() else None


def _joined(value: str | Sequence[str]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _xml_text(value: str) -> str:
    """Return a text with U+FFFD for what XML 1.0 can't hold."""
    return "".join(c if c in "\t\n\r" or (c >= " " and not "\ud800" <= c <= "\udfff" and c < "\ufffe") or c > "\uffff"
                   else "\ufffd" for c in value)  # fmt: skip


def open_source(opening: Opening) -> WfsT:
    """Return the source that a person set up."""
    return WfsT(
        opening.server.url, opening.session,
        name=opening.name, key=opening.key, limits=opening.limits, feedback=opening.feedback,
    )  # fmt: skip
