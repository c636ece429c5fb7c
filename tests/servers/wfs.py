# SPDX-License-Identifier: GPL-2.0-or-later
"""A stateful WFS with transactions, for tests: 1.1.0 and 2.0.0, GeoJSON or GML in either order of axes, faults."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from lxml import etree

from .loopback import Loopback

COLUMNS = {
    "service_code": "string", "service_name": "string", "description": "string", "status": "string",
    "address": "string", "requested_datetime": "date", "status_notes": "string",
}  # fmt: skip
_SPACES = {
    "1.1.0": ("http://www.opengis.net/wfs", "http://www.opengis.net/gml", "http://www.opengis.net/ogc", "http://www.opengis.net/ows"),
    "2.0.0": ("http://www.opengis.net/wfs/2.0", "http://www.opengis.net/gml/3.2", "http://www.opengis.net/fes/2.0", "http://www.opengis.net/ows/1.1"),
}  # fmt: skip
_TOWN = "http://town.example/ns"


class WfsServer(Loopback):
    """A server with one layer, ``town:reports``; a context manager. ``features`` is its state: id to feature.

    ``srs`` is how it names the reference system of the GML that it gives; ``pages`` says whether it knows
    ``startIndex``; ``key`` is the value of the header Authorization that it wants.
    """

    def __init__(
        self,
        version: str = "1.1.0",
        *,
        as_json: bool = False,
        srs: str = "urn:ogc:def:crs:EPSG::4326",
        pages: bool = True,
        key: str = "",
    ) -> None:
        self.version, self.as_json, self.srs, self.pages, self.key = version, as_json, srs, pages, key
        self.features: dict[str, dict[str, Any]] = {}
        self.calls: list[tuple[str, str, bytes]] = []
        self.faults: list[str] = []  # for the next transactions: "before", "after", "exception" or a status
        self.lock = threading.RLock()
        super().__init__(_Handler)

    @property
    def url(self) -> str:
        """The address of the service, as one behind ``map=``."""
        return f"{self.root}/wfs?map=town"

    def add(self, count: int) -> None:
        """Add features."""
        for _ in range(count):
            n = len(self.features) + 1
            values = {
                "service_code": f"S{n % 4}", "service_name": "Trou", "description": f"Signalement n° {n}",
                "status": "closed" if n % 3 == 0 else "open", "address": f"{n} rue X",
                "requested_datetime": f"2025-01-{n % 28 + 1:02}", "status_notes": "",
            }  # fmt: skip
            place = (round(5.3 + n / 5000, 6), round(43.2 + n / 5000, 6))
            self.features[f"reports.{n}"] = {"values": values, "place": place}

    # --- answers -----------------------------------------------------------------------------------------------------

    def capabilities(self) -> str:
        """Return the capabilities."""
        wfs, _, _, ows = _SPACES[self.version]
        formats = ["text/xml; subtype=gml/3.1.1", *(["application/json"] if self.as_json else [])]
        values = "".join(f"<o:Value>{value}</o:Value>" for value in formats)
        operations = "" if self.version == "2.0.0" else (
            "<Operations><Operation>Query</Operation><Operation>Insert</Operation><Operation>Update</Operation></Operations>"
        )  # fmt: skip
        crs = "DefaultCRS" if self.version == "2.0.0" else "DefaultSRS"
        return (
            f'<WFS_Capabilities xmlns="{wfs}" xmlns:o="{ows}" version="{self.version}"><o:OperationsMetadata>'
            f'<o:Operation name="GetFeature"><o:Parameter name="outputFormat">{values}</o:Parameter></o:Operation>'
            '<o:Operation name="Transaction"/></o:OperationsMetadata>'
            f'<FeatureTypeList><FeatureType xmlns:town="{_TOWN}"><Name>town:reports</Name>'
            f"<{crs}>urn:ogc:def:crs:EPSG::4326</{crs}>{operations}</FeatureType></FeatureTypeList></WFS_Capabilities>"
        )

    def schema(self) -> str:
        """Return the schema of the layer."""
        columns = "".join(f'<x:element name="{name}" type="x:{kind}"/>' for name, kind in COLUMNS.items())
        return (
            f'<x:schema xmlns:x="http://www.w3.org/2001/XMLSchema" xmlns:g="g" targetNamespace="{_TOWN}">'
            '<x:complexType name="reportsType"><x:complexContent><x:extension base="g:AbstractFeatureType"><x:sequence>'
            f'{columns}<x:element name="the_geom" type="g:PointPropertyType"/>'
            "</x:sequence></x:extension></x:complexContent></x:complexType>"
            '<x:element name="reports" type="town:reportsType"/></x:schema>'
        )

    def page(self, query: dict[str, str]) -> tuple[str, str]:
        """Return a page of features and its content type."""
        wanted = query.get("featureid") or query.get("resourceid")
        found = [
            (key, self.features[key]) for key in ([wanted] if wanted else list(self.features)) if key in self.features
        ]
        matched = len(found)
        if self.pages and "startindex" in query:
            found = found[int(query["startindex"]) :]
        size = query.get("maxfeatures") or query.get("count")
        found = found[: min(int(size), 90)] if size else found
        if query.get("outputformat") == "application/json":
            features = [
                {"type": "Feature", "id": key, "properties": f["values"],
                 "geometry": {"type": "Point", "coordinates": list(f["place"])} if f["place"] else None}
                for key, f in found
            ]  # fmt: skip
            return json.dumps({"type": "FeatureCollection", "features": features}), "application/json"
        wfs, gml, _, _ = _SPACES[self.version]
        swapped = self.srs.startswith(("urn", "http://www.opengis.net/def"))
        out = []
        for key, feature in found:
            cells = "".join(f"<t:{name}>{escape(str(v))}</t:{name}>" for name, v in feature["values"].items())
            place = ""
            if feature["place"]:
                x, y = feature["place"][::-1] if swapped else feature["place"]
                place = f'<t:the_geom><g:Point srsName="{self.srs}"><g:pos>{x} {y}</g:pos></g:Point></t:the_geom>'
            out.append(f'<w:member><t:reports g:id="{key}">{cells}{place}</t:reports></w:member>')
        total = f' numberMatched="{matched}"' if self.version == "2.0.0" else ""
        return (
            f'<w:FeatureCollection xmlns:w="{wfs}" xmlns:g="{gml}" xmlns:t="{_TOWN}"{total}>'
            f"{''.join(out)}</w:FeatureCollection>",
            "text/xml",
        )

    def transact(self, body: bytes) -> str:
        """Do what a transaction says; return the answer."""
        wfs, _, fes, _ = _SPACES[self.version]
        root = etree.fromstring(body)
        assert root.tag == f"{{{wfs}}}Transaction"
        inserted, updated = [], 0
        for insert in root.findall(f"{{{wfs}}}Insert"):
            key = f"reports.{len(self.features) + 1}"
            values, place = self._values(insert[0])
            assert list(values) == [name for name in COLUMNS if name in values], "in the order of the schema"
            self.features[key] = {"values": {**dict.fromkeys(COLUMNS, ""), **values}, "place": place}
            inserted.append(key)
        for update in root.findall(f"{{{wfs}}}Update"):
            ids = [e.get("fid") or e.get("rid") for e in update.iter(f"{{{fes}}}FeatureId", f"{{{fes}}}ResourceId")]
            for key in ids:
                if key not in self.features:
                    continue
                updated += 1
                for prop in update.findall(f"{{{wfs}}}Property"):
                    name, value = prop[0].text, prop[1]
                    if name == "the_geom":
                        self.features[key]["place"] = self._place(value)
                    else:
                        self.features[key]["values"][name] = value.text or ""
        ids = "".join(f'<Feature><f:FeatureId xmlns:f="{fes}" fid="{key}"/></Feature>' for key in inserted)
        return (
            f'<TransactionResponse xmlns="{wfs}"><TransactionSummary><totalInserted>{len(inserted)}</totalInserted>'
            f"<totalUpdated>{updated}</totalUpdated></TransactionSummary><InsertResults>{ids}</InsertResults>"
            "</TransactionResponse>"
        )

    def _values(self, element: Any) -> tuple[dict[str, str], Any]:
        values, place = {}, None
        for child in element:
            assert child.tag.startswith(f"{{{_TOWN}}}"), child.tag
            name = etree.QName(child).localname
            if name == "the_geom":
                place = self._place(child)
            else:
                values[name] = child.text or ""
        return values, place

    def _place(self, element: Any) -> tuple[float, float]:
        point = element[0]
        assert point.get("srsName") == "EPSG:4326"
        lon, lat = point[0].text.split()
        return float(lon), float(lat)

    def exception(self, code: str, words: str) -> str:
        """Return what the server says went wrong."""
        ows = _SPACES[self.version][3]
        return (
            f'<o:ExceptionReport xmlns:o="{ows}"><o:Exception exceptionCode="{code}"><o:ExceptionText>{words}'
            "</o:ExceptionText></o:Exception></o:ExceptionReport>"
        )


class _Handler(BaseHTTPRequestHandler):
    state: WfsServer
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def setup(self) -> None:
        super().setup()
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def finish(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            super().finish()

    def do_GET(self) -> None:
        state = self.state
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        state.calls.append((self.command, self.path, body))
        if state.key and self.headers.get("Authorization") != state.key:
            self._send(401, "", "text/plain")
            return
        query = {name.lower(): values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        fault = state.faults.pop(0) if state.faults and self.command == "POST" else ""
        if fault == "before":
            self._drop()
        elif fault == "exception":
            self._send(200, state.exception("OperationProcessingFailed", "no space left"))
        elif fault.isdigit():
            self._send(int(fault), state.exception("InvalidValue", "as asked"))
        elif query.get("map") != "town":
            self._send(404, "no such map", "text/plain")
        else:
            with state.lock:
                answer = self._answer(query, body)
            if fault == "after":
                self._drop()
            else:
                self._send(200, *answer)

    do_POST = do_GET

    def _answer(self, query: dict[str, str], body: bytes) -> tuple[str, str]:
        state = self.state
        if self.command == "POST":
            return state.transact(body), "text/xml"
        kind = query.get("request")
        if kind == "GetCapabilities":
            return state.capabilities(), "text/xml"
        if query.get("version") != state.version or "reports" not in (
            query.get("typename") or query.get("typenames", "")
        ):
            return state.exception("InvalidParameterValue", "no such layer"), "text/xml"
        return (state.schema(), "text/xml") if kind == "DescribeFeatureType" else state.page(query)

    def _send(self, status: int, text: str, kind: str = "text/xml") -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drop(self) -> None:
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.request.shutdown(socket.SHUT_RDWR)
