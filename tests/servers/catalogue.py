# SPDX-License-Identifier: GPL-2.0-or-later
"""Catalogues for tests: the standard library, a real HTTP socket on the loopback, answers shaped as the real ones are.

Each ``add_…`` gives a path a behaviour and returns its address; ``calls`` is what was asked::

    with CatalogueServer() as server:
        url = server.add_csw([iso_record(n) for n in range(250)], most=100)
"""

from __future__ import annotations

import hashlib
import json
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Optional
from urllib.parse import parse_qsl, unquote, urlsplit

CSW = 'xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"'
OWS = 'xmlns:ows="http://www.opengis.net/ows"'
XML, JSON, HTML = "application/xml", "application/json", "text/html; charset=utf-8"


class Answer(NamedTuple):
    """One answer."""

    body: bytes
    content_type: str = XML
    status: int = 200
    headers: Mapping[str, str] = {}


Behaviour = Callable[[dict[str, str]], Answer]


@dataclass
class CatalogueServer:
    """The server; ``calls`` are (method, path, parameters with lower-case names, headers)."""

    calls: list[tuple[str, str, dict[str, str], dict[str, str]]] = field(default_factory=list)
    behaviours: dict[str, Behaviour] = field(default_factory=dict)
    url: str = ""
    _server: Optional[ThreadingHTTPServer] = None

    def __enter__(self) -> CatalogueServer:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                query = {name.casefold(): value for name, value in parse_qsl(parts.query, keep_blank_values=True)}
                path = unquote(parts.path)
                outer.calls.append((self.command, path, query, dict(self.headers)))
                behaviour = outer.behaviours.get(path)
                answer = behaviour(query) if behaviour else Answer(b"nothing here", "text/plain", 404)
                headers = dict(answer.headers)
                tag = headers.get("ETag")
                if tag and self.headers.get("If-None-Match") == tag:
                    answer = Answer(b"", answer.content_type, 304, headers)
                start, end = 0, len(answer.body)
                wanted = self.headers.get("Range", "")
                status = answer.status
                if wanted.startswith("bytes=") and status == 200:
                    first, _, last = wanted[6:].partition("-")
                    start, end = int(first), min(end, int(last) + 1) if last else end
                    headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(answer.body)}"
                    status = 206
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", answer.content_type)
                    self.send_header("Content-Length", str(end - start))
                    self.send_header("Accept-Ranges", "bytes")
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.end_headers()
                    if self.command != "HEAD" and status != 304:
                        self.wfile.write(answer.body[start:end])
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            do_HEAD = do_GET

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    # --- what it says --------------------------------------------------------------------------------------------

    def add(self, path: str, body: str | bytes, content_type: str = XML, status: int = 200, **headers: str) -> str:
        """Give a path one answer; header names with ``_`` for ``-``."""
        data = body.encode() if isinstance(body, str) else body
        answer = Answer(data, content_type, status, {name.replace("_", "-"): value for name, value in headers.items()})
        return self.behave(path, lambda query: answer)

    def add_json(self, path: str, value: Any, status: int = 200) -> str:
        """Give a path one JSON answer."""
        return self.add(path, json.dumps(value), JSON, status)

    def add_document(self, path: str, body: str, content_type: str = XML) -> str:
        """Give a path a document with an ETag, which answers 304 where it is known."""
        tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:12]}"'
        return self.add(path, body, content_type, 200, ETag=tag)

    def add_silence(self, path: str, seconds: float) -> str:
        """Let a path answer after ``seconds``."""

        def late(query: dict[str, str]) -> Answer:
            time.sleep(seconds)
            return Answer(b"<late/>")

        return self.behave(path, late)

    def behave(self, path: str, behaviour: Behaviour) -> str:
        """Give a path any behaviour."""
        self.behaviours[path] = behaviour
        return self.url + path

    def add_csw(
        self,
        records: Sequence[str] | Callable[[int], str],
        path: str = "/csw",
        *,
        count: Optional[int] = None,
        most: int = 100,
        schemas: Sequence[str] = ("http://www.isotc211.org/2005/gmd",),
        next_record: Callable[[int, int], str] = lambda following, count: f'nextRecord="{following}"',
        page: Callable[[str, int], str] = lambda text, start: text,
        filters: bool = True,
    ) -> str:
        """Let a path be a CSW with these records (texts of XML elements, or a function of the number from 0)."""
        total = len(records) if count is None and not callable(records) else count or 0
        values = "".join(f"<ows:Value>{schema}</ows:Value>" for schema in schemas)
        capabilities = (
            f'<csw:Capabilities {CSW} {OWS} version="2.0.2"><ows:OperationsMetadata><ows:Operation name="GetRecords">'
            f'<ows:Parameter name="outputSchema">{values}</ows:Parameter></ows:Operation></ows:OperationsMetadata>'
            "</csw:Capabilities>"
        )

        def answer(query: dict[str, str]) -> Answer:
            if query.get("request", "").casefold() == "getcapabilities":
                return Answer(capabilities.encode())
            if query.get("constraint") and not filters:
                return exception("InvalidParameterValue", "no filters here")
            start = int(query["startposition"]) - 1
            end = min(start + min(int(query["maxrecords"]), most), total)
            texts = [records(number) if callable(records) else records[number] for number in range(start, end)]
            body = "".join(text.partition("?>")[2] if text.startswith("<?xml") else text for text in texts)
            following = 0 if end >= total else end + 1
            return Answer(
                page(
                    f'<?xml version="1.0" encoding="UTF-8"?><csw:GetRecordsResponse {CSW}><csw:SearchStatus/>'
                    f'<csw:SearchResults numberOfRecordsMatched="{total}" numberOfRecordsReturned="{end - start}" '
                    f"{next_record(following, total)}>{body}</csw:SearchResults></csw:GetRecordsResponse>",
                    start + 1,
                ).encode()
            )

        return self.behave(path, answer)

    def add_ckan(self, packages: Sequence[Any], *, most: int = 100, portal: str = "") -> str:
        """Let a path be a CKAN portal with these datasets; ``fq`` by metadata_modified is followed."""

        def answer(query: dict[str, str]) -> Answer:
            found = list(packages)
            fq = query.get("fq", "")
            if "metadata_modified:[" in fq:
                since = fq.partition("metadata_modified:[")[2].partition(" ")[0]
                found = [package for package in found if package.get("metadata_modified", "") >= since[:10]]
            start, rows = int(query.get("start", "0")), min(int(query.get("rows", "10")), most)
            result = {"count": len(found), "results": found[start : start + rows], "sort": query.get("sort")}
            return Answer(json.dumps({"help": "x", "success": True, "result": result}).encode(), JSON)

        self.behave(f"{portal}/api/3/action/package_search", answer)
        return self.url + portal

    def add_opendatasoft(self, datasets: Sequence[Any]) -> str:
        """Let the server be an OpenDataSoft portal with these datasets; its limits are the real ones."""

        def answer(query: dict[str, str]) -> Answer:
            limit, offset = int(query.get("limit", "10")), int(query.get("offset", "0"))
            if limit > 100 or offset + limit > 10_000:
                error = {"error_code": "InvalidRESTParameterError", "message": "Invalid value for limit API parameter"}
                return Answer(json.dumps(error).encode(), JSON, 400)
            found = datasets
            if "modified >= date'" in query.get("where", ""):
                since = query["where"].partition("modified >= date'")[2][:10]
                found = [each for each in datasets if each["metas"]["default"].get("modified", "") >= since]
            body = {"total_count": len(found), "results": list(found[offset : offset + limit])}
            return Answer(json.dumps(body).encode(), JSON)

        self.behave("/api/explore/v2.1/catalog/datasets", answer)
        return self.url

    def add_ogc_records(self, features: Sequence[Any], path: str = "/records", *, most: int = 50) -> str:
        """Let a path be an OGC API with one collection of records, and one of features."""
        items = f"{path}/collections/meta/items"

        def page(query: dict[str, str]) -> Answer:
            start, limit = int(query.get("offset", "0")), min(int(query.get("limit", "10")), most)
            links = [{"rel": "self", "href": f"{self.url}{items}?f=json", "type": "application/geo+json"}]
            if start + limit < len(features):
                # Relative, as some servers give it.
                links.append({"rel": "next", "href": f"{items}?offset={start + limit}&limit={limit}&f=json"})
            body = {"type": "FeatureCollection", "features": list(features[start : start + limit]), "links": links}
            return Answer(json.dumps(body).encode(), "application/geo+json")

        collections = [
            {"id": "meta", "itemType": "record", "links": [{"rel": "items", "href": self.url + items}]},
            {"id": "roads", "itemType": "feature", "links": [{"rel": "items", "href": f"{self.url}{path}/x"}]},
        ]
        self.add_json(f"{path}/collections", {"collections": collections})
        self.behave(items, page)
        data = {"rel": "data", "href": f"{path}/collections", "type": JSON}
        return self.add_json(path, {"title": "Records", "links": [data]})


def exception(code: str, text: str) -> Answer:
    """Return an OWS exception report, with status 200 as many servers send it."""
    return Answer(
        f'<ows:ExceptionReport {OWS} version="1.0.0"><ows:Exception exceptionCode="{code}"><ows:ExceptionText>{text}'
        "</ows:ExceptionText></ows:Exception></ows:ExceptionReport>".encode()
    )


def wms_capabilities(layers: str, *, title: str = "Cartes", url: str = "http://x.example/wms?") -> str:
    """Return WMS 1.3.0 capabilities around layers."""
    return (
        '<?xml version="1.0"?><WMS_Capabilities version="1.3.0" xmlns="http://www.opengis.net/wms" '
        'xmlns:xlink="http://www.w3.org/1999/xlink"><Service><Name>WMS</Name>'
        f"<Title>{title}</Title><Abstract>Service</Abstract><AccessConstraints>Licence Ouverte 2.0</AccessConstraints>"
        "<ContactInformation><ContactPersonPrimary><ContactOrganization>Ville</ContactOrganization></ContactPersonPrimary>"
        "</ContactInformation></Service><Capability><Request><GetMap><Format>image/jpeg</Format><Format>image/png</Format>"
        f'<DCPType><HTTP><Get><OnlineResource xlink:href="{url}"/></Get></HTTP></DCPType></GetMap></Request>'
        "<Layer><Title>Tout</Title><CRS>EPSG:4326</CRS><CRS>EPSG:2154</CRS><EX_GeographicBoundingBox>"
        "<westBoundLongitude>4.7</westBoundLongitude><eastBoundLongitude>5.9</eastBoundLongitude>"
        "<southBoundLatitude>43.1</southBoundLatitude><northBoundLatitude>43.8</northBoundLatitude>"
        f"</EX_GeographicBoundingBox>{layers}</Layer></Capability></WMS_Capabilities>"
    )


def wmts_capabilities(name: str = "plan", formats: str = "<Format>image/png</Format>") -> str:
    """Return WMTS 1.0.0 capabilities with one layer in two tile matrix sets."""
    ows = "http://www.opengis.net/ows/1.1"
    return (
        f'<?xml version="1.0"?><Capabilities xmlns="http://www.opengis.net/wmts/1.0" xmlns:ows="{ows}" version="1.0.0">'
        "<ows:ServiceIdentification><ows:Title>Tuiles</ows:Title></ows:ServiceIdentification><Contents>"
        f"<Layer><ows:Title>Plan de ville</ows:Title><ows:WGS84BoundingBox><ows:LowerCorner>4.7 43.1</ows:LowerCorner>"
        "<ows:UpperCorner>5.9 43.8</ows:UpperCorner></ows:WGS84BoundingBox>"
        f"<ows:Identifier>{name}</ows:Identifier><Style><ows:Identifier>gris</ows:Identifier></Style>"
        '<Style isDefault="true"><ows:Identifier>normal</ows:Identifier></Style>'
        f"{formats}<TileMatrixSetLink><TileMatrixSet>WGS84G</TileMatrixSet></TileMatrixSetLink>"
        "<TileMatrixSetLink><TileMatrixSet>PM</TileMatrixSet></TileMatrixSetLink></Layer>"
        "<TileMatrixSet><ows:Identifier>PM</ows:Identifier><ows:SupportedCRS>urn:ogc:def:crs:EPSG::3857</ows:SupportedCRS>"
        "</TileMatrixSet><TileMatrixSet><ows:Identifier>WGS84G</ows:Identifier>"
        "<ows:SupportedCRS>urn:ogc:def:crs:EPSG::4326</ows:SupportedCRS></TileMatrixSet></Contents></Capabilities>"
    )


def wfs_capabilities(names: Sequence[str], crs: str = "urn:ogc:def:crs:EPSG::2154") -> str:
    """Return WFS 2.0.0 capabilities with these feature types."""
    types = "".join(
        f"<FeatureType><Name>{name}</Name><Title>{name.rpartition(':')[2]}</Title><DefaultCRS>{crs}</DefaultCRS>"
        "<OtherCRS>urn:ogc:def:crs:EPSG::4326</OtherCRS><ows:WGS84BoundingBox>"
        "<ows:LowerCorner>5.1 43.2</ows:LowerCorner>"
        "<ows:UpperCorner>5.5 43.4</ows:UpperCorner></ows:WGS84BoundingBox></FeatureType>"
        for name in names
    )
    return (
        '<?xml version="1.0"?><wfs:WFS_Capabilities version="2.0.0" xmlns:wfs="http://www.opengis.net/wfs/2.0" '
        'xmlns="http://www.opengis.net/wfs/2.0" xmlns:ows="http://www.opengis.net/ows/1.1" xmlns:amp="http://amp">'
        "<ows:ServiceIdentification><ows:Title>Objets</ows:Title></ows:ServiceIdentification>"
        f"<FeatureTypeList>{types}</FeatureTypeList></wfs:WFS_Capabilities>"
    )


# --- files on a server, in a process of its own (a program under test that blocks must not block its server) ----------

_TYPES = {
    ".geojson": "application/geo+json",
    ".gpkg": "application/geopackage+sqlite3",
    ".zip": "application/zip",
    ".csv": "text/csv; charset=utf-8",
    ".tif": "image/tiff",
    ".png": "image/png",
    ".pbf": "application/x-protobuf",
    ".json": JSON,
    ".qgs": "application/octet-stream",
    ".qgz": "application/octet-stream",
    ".html": HTML,
    ".xml": XML,
}


def _arcgis(server: CatalogueServer, path: str, features: Sequence[Any]) -> None:
    """Let a path be an ArcGIS FeatureServer with one layer of points (GeoJSON features in WGS 84)."""
    fields = [
        {"name": "OBJECTID", "type": "esriFieldTypeOID", "alias": "id"},
        {"name": "name", "type": "esriFieldTypeString", "alias": "name", "length": 80},
    ]
    reference = {"wkid": 4326, "latestWkid": 4326}
    xs, ys = zip(*(feature["geometry"]["coordinates"] for feature in features))
    extent = {"xmin": min(xs), "ymin": min(ys), "xmax": max(xs), "ymax": max(ys), "spatialReference": reference}
    about = {
        "currentVersion": 10.9,
        "id": 0,
        "name": "Points",
        "type": "Feature Layer",
        "geometryType": "esriGeometryPoint",
        "objectIdField": "OBJECTID",
        "fields": fields,
        "extent": extent,
        "maxRecordCount": 1000,
        "capabilities": "Query",
        "sourceSpatialReference": reference,
        "drawingInfo": {
            "renderer": {
                "type": "simple",
                "symbol": {
                    "type": "esriSMS",
                    "style": "esriSMSCircle",
                    "color": [0, 0, 255, 255],
                    "size": 4,
                    "outline": {"color": [0, 0, 0, 255], "width": 1, "style": "esriSLSSolid"},
                },
            }
        },
    }

    def query(asked: dict[str, str]) -> Answer:
        ids = list(range(1, len(features) + 1))
        if asked.get("returnidsonly") == "true":
            body: Any = {"objectIdFieldName": "OBJECTID", "objectIds": ids}
        elif asked.get("returncountonly") == "true":
            body = {"count": len(ids)}
        else:
            wanted = [int(text) for text in asked.get("objectids", "").split(",") if text] or ids
            body = {
                "objectIdFieldName": "OBJECTID",
                "geometryType": "esriGeometryPoint",
                "spatialReference": reference,
                "fields": fields,
                "features": [
                    {
                        "attributes": {"OBJECTID": number, "name": features[number - 1]["properties"]["name"]},
                        "geometry": dict(zip("xy", features[number - 1]["geometry"]["coordinates"])),
                    }
                    for number in wanted
                ],
            }
        return Answer(json.dumps(body).encode(), JSON)

    server.add_json(
        path, {"currentVersion": 10.9, "layers": [{"id": 0, "name": "Points"}], "spatialReference": reference}
    )
    server.add_json(f"{path}/0", about)
    server.behave(f"{path}/0/query", query)


def _arcgis_map(server: CatalogueServer, path: str, picture: bytes) -> None:
    """Let a path be an ArcGIS MapServer with one layer, which draws the same picture whatever is asked."""
    reference = {"wkid": 4326, "latestWkid": 4326}
    extent = {"xmin": 5.29, "ymin": 43.19, "xmax": 5.51, "ymax": 43.41, "spatialReference": reference}
    layer = {"id": 0, "name": "Image", "parentLayerId": -1, "subLayerIds": None}
    about = {
        "currentVersion": 10.9,
        "mapName": "Image",
        "layers": [layer],
        "spatialReference": reference,
        "initialExtent": extent,
        "fullExtent": extent,
        "units": "esriDecimalDegrees",
        "supportedImageFormatTypes": "PNG32,PNG24,PNG,JPG",
        "capabilities": "Map,Query,Data",
        "singleFusedMapCache": False,
    }
    server.add_json(path, about)
    server.add_json(f"{path}/0", {**layer, "type": "Raster Layer", "extent": extent})
    server.add_json(f"{path}/legend", {"layers": []})
    server.add(f"{path}/export", picture, "image/png")


def _sensorthings(server: CatalogueServer, path: str, features: Sequence[Any]) -> None:
    """Let a path be a SensorThings service whose locations can be had as GeoJSON, as FROST-Server gives them."""
    server.add_json(path, {"value": [{"name": "Locations", "url": f"{server.url}{path}/Locations"}]})

    def locations(asked: dict[str, str]) -> Answer:
        if asked.get("$resultformat") == "GeoJSON":
            body: Any = {"type": "FeatureCollection", "features": list(features)}
        else:
            body = {"value": [{"@iot.id": n, "location": each["geometry"]} for n, each in enumerate(features)]}
        return Answer(json.dumps(body).encode(), JSON)

    server.behave(f"{path}/Locations", locations)


def serve(folder: Path) -> None:
    """Serve a folder until standard input ends; ``arcgis.geojson`` is a FeatureServer too. Print the address."""
    with CatalogueServer() as server:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                server.add(
                    f"/{path.relative_to(folder).as_posix()}",
                    path.read_bytes(),
                    _TYPES.get(path.suffix or f".{path.name}", "application/octet-stream"),
                )
        points = folder / "arcgis.geojson"
        if points.exists():
            features = json.loads(points.read_text())["features"]
            _arcgis(server, "/rest/services/points/FeatureServer", features)
            _sensorthings(server, "/FROST/v1.1", features)
        picture = folder / "arcgis.png"
        if picture.exists():
            _arcgis_map(server, "/rest/services/image/MapServer", picture.read_bytes())
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
