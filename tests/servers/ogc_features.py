# SPDX-License-Identifier: GPL-2.0-or-later
"""A stateful OGC API Features collection with transactions, for tests: pages by links, POST, PUT with ETags, faults."""

from __future__ import annotations

import contextlib
import hashlib
import json
import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from .loopback import Loopback


class OgcFeaturesServer(Loopback):
    """A server with one collection, ``reports``; a context manager. ``features`` is its state: id to feature."""

    def __init__(
        self,
        names: dict[str, str] | None = None,
        *,
        links: bool = True,
        counts: bool = True,
        offsets: bool = True,
        cap: int = 100,
        refuses_over: int = 0,
    ) -> None:
        self.names = names or {}
        # Whether it gives next links, counts what matches, knows offset; its largest page; over which limit it refuses.
        self.links, self.counts, self.offsets, self.cap, self.refuses_over = links, counts, offsets, cap, refuses_over
        self.renamed: Any = None  # a function: what an answer shows of a feature
        self.features: dict[str, dict[str, Any]] = {}
        self.calls: list[tuple[str, str]] = []
        self.faults: list[tuple[str, str]] = []  # (method, "before" or "after" or a status)
        self.lock = threading.RLock()
        super().__init__(_Handler)

    @property
    def url(self) -> str:
        """The address of the collection."""
        return f"{self.root}/collections/reports"

    def add(self, count: int, **properties: Any) -> list[str]:
        """Add features; return their ids."""
        ids = []
        for _ in range(count):
            n = len(self.features) + 1
            values = {
                "service_code": f"S{n % 4}", "service_name": "Trou", "description": f"Signalement n° {n}",
                "status": "closed" if n % 3 == 0 else "open", "address": f"{n} rue X",
                "requested_datetime": f"2025-01-{n % 28 + 1:02}T08:00:00Z", "status_notes": "", **properties,
            }  # fmt: skip
            self.put(str(n), values, [round(5.3 + n / 5000, 6), round(43.2 + n / 5000, 6)])
            ids.append(str(n))
        return ids

    def put(self, identifier: str, values: dict[str, Any], coordinates: list[float]) -> None:
        """Store a feature under the collection's own names."""
        properties = {self.names.get(name, name): value for name, value in values.items()}
        geometry = {"type": "Point", "coordinates": coordinates}
        self.features[identifier] = {
            "type": "Feature",
            "id": identifier,
            "geometry": geometry,
            "properties": properties,
        }

    def edit(self, identifier: str, **values: Any) -> None:
        """Change a feature on the server's side."""
        with self.lock:
            for name, value in values.items():
                self.features[identifier]["properties"][self.names.get(name, name)] = value


class _Handler(BaseHTTPRequestHandler):
    state: OgcFeaturesServer
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
        state, parts = self.state, urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        state.calls.append((self.command, parts.path))
        fault = next((f for f in state.faults if f[0] == self.command), None)
        if fault:
            state.faults.remove(fault)
            if fault[1] == "before":
                self._drop()
                return
            if fault[1].isdigit():
                self._send(int(fault[1]), {"code": fault[1], "description": "as asked"})
                return
        with state.lock:
            answer = self._answer(parts.path, parse_qs(parts.query), body)
        if fault:
            self._drop()
            return
        self._send(*answer)

    do_POST = do_PUT = do_GET

    def _answer(self, path: str, query: dict[str, list[str]], body: bytes) -> tuple[int, Any, dict[str, str]]:
        state = self.state
        base, _, identifier = path.partition("/items")
        identifier = unquote(identifier.strip("/"))
        if base != "/collections/reports":
            return 404, {"code": "NotFound"}, {}
        if self.command == "POST":
            feature = json.loads(body)
            identifier = str(len(state.features) + 1)
            state.features[identifier] = {**feature, "id": identifier}
            return 201, None, {"Location": f"{state.url}/items/{identifier}"}
        if not identifier:
            size, start = int(query.get("limit", ["10"])[0]), int(query.get("offset", ["0"])[0])
            if state.refuses_over and size > state.refuses_over:
                said = {"code": "InvalidParameterValue", "description": f"Limit of {state.refuses_over} exceeded"}
                return 400, said, {}
            size, start = min(size, state.cap), start if state.offsets else 0
            rows = list(state.features.values())
            if state.renamed:
                rows = [state.renamed(row) for row in rows]
            links = [{"rel": "self", "href": state.url}]
            if state.links and start + size < len(rows):
                links.append({"rel": "next", "href": f"{state.url}/items?offset={start + size}&limit={size}"})
            page = rows[start : start + size]
            found: dict[str, Any] = {"type": "FeatureCollection", "features": page, "links": links}
            return 200, {**found, **({"numberMatched": len(rows)} if state.counts else {})}, {}
        if identifier not in state.features:
            return 404, {"code": "NotFound"}, {}
        etag = hashlib.sha256(json.dumps(state.features[identifier]).encode()).hexdigest()[:16]
        if self.command == "PUT":
            if self.headers.get("If-Match", etag) != etag:
                return 412, {"code": "changed"}, {}
            state.features[identifier] = {**json.loads(body), "id": identifier}
            return 204, None, {}
        return 200, state.features[identifier], {"ETag": etag}

    def _send(self, status: int, value: Any, headers: dict[str, str] | None = None) -> None:
        body = b"" if value is None else json.dumps(value, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/geo+json")
        self.send_header("Content-Length", str(len(body)))
        for name, text in (headers or {}).items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def _drop(self) -> None:
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.request.shutdown(socket.SHUT_RDWR)
