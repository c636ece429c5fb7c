# SPDX-License-Identifier: GPL-2.0-or-later
"""A stateful GeoReport v2 server for tests: the standard library, a real HTTP socket on the loopback, a free port.

``Style`` says how it differs from the standard, as servers in the wild do; ``fault`` makes it fail in a named way::

    with GeoReportServer(STYLES["ureport"]) as server:
        server.add(250)
        server.fault("503", times=2)
        ... server.url, server.reports, server.calls ...
"""

from __future__ import annotations

import contextlib
import copy
import gzip
import json
import random
import re
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Optional
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from sigma_communes.core.reports.sources.profile import Profile, Writing, load_profile

BASE = "/open311/v2"
EPOCH = datetime(2024, 1, 1, 8, 0, tzinfo=timezone.utc)


@dataclass(frozen=True)
class Style:
    """What a kind of server does in its own way; the defaults are the standard with pages."""

    base: str = BASE
    paging: Literal["none", "page", "offset"] = "page"
    page: str = "page"
    size: str = "page_size"
    first: int = 1
    zero_is_one: bool = False  # page 0 is page 1
    default_size: int = 100
    largest: int = 1000
    most: int = 1000  # of records in one answer, whatever was asked for
    unordered: bool = False  # each page is drawn from the list in another order
    after_end: Literal["empty", "last again", "made up"] = "empty"
    filters: Literal["before paging", "after paging"] = "before paging"
    overlap: int = 0  # records that the next page shows again
    days: int = 90  # span of an answer without dates; 0: no limit
    empty: int = 200  # status of an empty list
    wrap: str = ""  # JSON lists in an object under this key
    record: Literal["georeport", "seeclickfix"] = "georeport"
    dates: Literal["Z", "offset", "no zone", "US", "epoch", "blank"] = "Z"
    reads_dates: Literal["all", "no Z"] = "all"
    text_numbers: bool = False
    agency_object: bool = False
    flips_case: bool = False
    jurisdiction: str = ""  # without it: a web page with status 200
    status: Literal["any", "one", "ignored", "open by default"] = "any"
    changed: tuple[str, str] = ("", "")
    key: str = ""
    key_place: Literal["form", "header"] = "form"
    updates: Literal["", "servicerequestupdates", "patch"] = ""
    tokens: bool = False  # a new request gets a token first
    post: Literal["creates", "whole", "lists"] = "creates"  # the answer has the whole request, or nothing is made
    lists_updates: bool = True  # else updates are taken by POST alone
    keeps_address: bool = True
    extended: bool = False  # extended_attributes come with extensions=true alone
    end: int = 200  # status of a page behind the last one
    detail: bool = False  # errors are {"code", "detail"}
    extra: dict[str, Any] = field(default_factory=dict)


STYLES: dict[str, Style] = {
    "generic": Style(),
    "fixmystreet": Style(
        paging="none", size="max_requests", wrap="service_requests", agency_object=True, jurisdiction="fms.example",
        status="one", updates="servicerequestupdates", post="lists", lists_updates=False,
    ),
    # Nobody's: GeoReport with comments, for what such a server would have to hold.
    "updates": Style(
        paging="none", size="max_requests", wrap="service_requests", agency_object=True, jurisdiction="fms.example",
        status="one", updates="servicerequestupdates",
    ),
    "ureport": Style(
        base="/crm/open311/v2", unordered=True, zero_is_one=True, after_end="last again", status="ignored", key="k1",
        changed=("updated_after", "updated_before"),
    ),
    "connectedbits": Style(
        first=1, zero_is_one=True, reads_dates="no Z", dates="offset", changed=("updated_after", "updated_before"),
        text_numbers=True, extra={"extended_attributes": {"channel": "Mobile"}},
        key_place="header",
    ),
    "seeclickfix": Style(
        base="/api/v2", record="seeclickfix", size="per_page", default_size=20, largest=100, dates="US", days=0,
        wrap="issues", changed=("updated_at_after", "updated_at_before"),
    ),
    "markaspot": Style(
        base="/georeport/v2", size="limit", first=1, zero_is_one=True, changed=("updated", ""),
        default_size=25, largest=100, days=0, empty=404,
        filters="after paging", extra={"extended_attributes": {"markaspot": {"nid": 1}}},
    ),
    "klarschiff": Style(
        base="/citysdk", paging="none", size="", days=0, most=10**9, status="open by default",
        changed=("updated_after", "updated_before"), updates="patch", dates="offset",
        extra={"extended_attributes": {"detailed_status": "RECEIVED"}},
    ),
    # One that takes changes, for a profile of a person's own; 6aika takes none.
    "citysdk": Style(
        changed=("updated_after", "updated_before"), updates="patch", extended=True, end=404, detail=True, post="whole",
        extra={"extended_attributes": {"title": "t", "media_urls": []}},
    ),
    "6aika": Style(
        base="/api/georeport/v2", changed=("updated_after", "updated_before"), extended=True, end=404, detail=True,
        post="whole", keeps_address=False, extra={"extended_attributes": {"title": "t", "media_urls": []}},
    ),
    "libre311": Style(first=0),
}  # fmt: skip


def profile_for(kind: str) -> Profile:
    """Return the profile for a style: the shipped one, or one that a person would write for a server with more."""
    if kind == "updates":
        profile = load_profile("fixmystreet")
        paths = replace(profile.paths, updates="servicerequestupdates.{format}")
        writing = Writing(create=True, updates="servicerequestupdates", media="url", listed=False)
        return replace(profile, paths=paths, writing=writing)
    if kind == "citysdk":
        profile = load_profile("citysdk")
        return replace(profile, writing=replace(profile.writing, updates="patch", status=True))
    return load_profile({"6aika": "citysdk", "libre311": "generic"}.get(kind, kind))


Kind = Literal[
    "hang before", "hang after", "drop before", "drop after", "cut", "400", "429", "500", "502", "503", "401", "403",
    "html", "truncated", "mis-encoded", "enormous", "deep", "entities", "bomb", "double gzip", "loop", "elsewhere",
    "error 200", "405",
]  # fmt: skip


@dataclass
class Fault:
    """One way of failing, for the next ``times`` calls whose method and path fit."""

    kind: Kind
    times: int = 1
    path: str = ""
    method: str = ""
    after: int = 0
    retry_after: str = ""
    location: str = ""


@dataclass(frozen=True)
class Call:
    """One call as it came."""

    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    form: dict[str, list[str]]
    files: dict[str, bytes]


class GeoReportServer:
    """A report server; a context manager. ``reports`` is its state: id to record, with times as datetimes."""

    def __init__(self, style: Style = STYLES["generic"], **changes: Any) -> None:
        self.style = replace(style, **changes)
        self.reports: dict[str, dict[str, Any]] = {}
        self.updates: list[dict[str, Any]] = []
        self.tokens: dict[str, str] = {}
        self.calls: list[Call] = []
        self.faults: list[Fault] = []
        self.now = EPOCH + timedelta(days=365)
        self.clock = timedelta(0)  # what the header Date is ahead of this computer
        self.files: dict[str, tuple[str, bytes]] = {}  # path to media type and bytes
        self.lock = threading.RLock()
        self.stopping = threading.Event()
        self._away = 0  # reports that were taken away
        self._version = 0
        self._cache: tuple[Any, list[dict[str, Any]]] = (None, [])
        server = self

        class Handler(_Handler):
            state = server

        self.connections: set[socket.socket] = set()
        self._http = _Http(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> GeoReportServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()
        for connection in tuple(self.connections):  # those that clients keep alive
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    @property
    def url(self) -> str:
        """The address to give to a client."""
        return f"http://127.0.0.1:{self._http.server_port}{self.style.base}"

    # --- state -----------------------------------------------------------------------------------------------------

    def add(self, count: int = 1, *, every: float = 3600.0, start: datetime = EPOCH, **fields: Any) -> list[str]:
        """Add reports, one every so many seconds, every third of them closed; return their ids."""
        with self.lock:
            ids = []
            for _ in range(count):
                n = len(self.reports) + self._away + 1  # no number is given again
                identifier = f"{0xA0000 + n:x}" if self.style.flips_case else str(n)
                time = start + timedelta(seconds=every * (n - 1))
                self.reports[identifier] = {
                    "id": identifier,
                    "status": "closed" if n % 3 == 0 else "open",
                    "service_code": f"S{n % 4}",
                    "service_name": ("Trou", "Dépôt", "Tag", "Éclairage")[n % 4],
                    "description": f"Signalement n° {n} « été »",
                    "address": f"{n} rue de la République",
                    "lat": round(43.2 + (n % 1000) / 5000, 6),
                    "long": round(5.3 + (n % 777) / 4000, 6),
                    "requested": time,
                    "updated": time,
                    **fields,
                }
                ids.append(identifier)
            self._version += 1
        return ids

    def edit(self, identifier: str, **fields: Any) -> None:
        """Change a report on the server's side; its date of change is the server's clock, which then moves on."""
        with self.lock:
            self.now += timedelta(seconds=1)
            self.reports[identifier].update(fields, updated=self.now)
            self._version += 1

    def delete(self, identifier: str) -> None:
        """Take a report away without a word, as servers do."""
        with self.lock:
            del self.reports[identifier]
            self._away += 1
            self._version += 1

    def named(self, identifier: str) -> str:
        """Return the id of a report in the case that the server has it in, whatever the case it is asked in."""
        if not self.style.flips_case:
            return identifier
        return next((key for key in self.reports if key.casefold() == identifier.casefold()), identifier)

    def fault(self, kind: Kind, times: int = 1, **options: Any) -> None:
        """Fail in this way at the next ``times`` fitting calls (``path``, ``method``, ``after`` so many good ones)."""
        self.faults.append(Fault(kind, times, **options))

    def take_fault(self, method: str, path: str) -> Optional[Fault]:
        """Return the fault that this call is to have."""
        with self.lock:
            for fault in self.faults:
                if fault.times > 0 and fault.path in path and fault.method in ("", method):
                    if fault.after > 0:
                        fault.after -= 1
                        continue
                    fault.times -= 1
                    return fault
        return None

    # --- lists -----------------------------------------------------------------------------------------------------

    def listed(self, params: dict[str, str]) -> list[dict[str, Any]]:
        """Return the page that is asked for."""
        style = self.style
        filters = {k: v for k, v in params.items() if k not in (style.page, style.size)}
        with self.lock:
            fits = self._fits(filters)
            key = (self._version, json.dumps(filters, sort_keys=True))
            if style.filters == "after paging":
                rows = sorted(self.reports.values(), key=lambda r: (r["requested"], r["id"]))
                return [row for row in self._paged(rows, params) if fits(row)]
            if self._cache[0] != key:
                rows = sorted(self.reports.values(), key=lambda r: (r["requested"], r["id"]))
                self._cache = (key, [row for row in rows if fits(row)])
            return self._paged(self._cache[1], params)

    def _paged(self, rows: list[dict[str, Any]], params: dict[str, str]) -> list[dict[str, Any]]:
        style = self.style
        size = min(int(params.get(style.size) or style.default_size), style.largest)
        if style.paging == "none":
            asked = min(int(params.get(style.size) or style.most), style.most) if style.size else style.most
            return rows[:asked]
        number = int(params.get(style.page, style.first))
        if style.zero_is_one and number < 1:
            number = 1
        start = number if style.paging == "offset" else (number - style.first) * size
        start = max(0, start - (style.overlap if start else 0))
        if style.unordered:
            rows = random.Random(number).sample(rows, len(rows))
        page = rows[start : start + size]
        if not page and start and style.end != 200:
            raise _NoPage
        if page or not rows or style.after_end == "empty":
            return page[: style.most]
        if style.after_end == "last again":
            return rows[(len(rows) - 1) // size * size :]
        return [{**rows[i % len(rows)], "id": f"made-up-{start + i}"} for i in range(size)]

    def _fits(self, params: dict[str, str]) -> Any:
        style = self.style
        status = params.get("status", "open" if style.status == "open by default" else "")
        words = set(filter(None, status.split(","))) if style.status != "ignored" else set()
        codes = set(filter(None, params.get("service_code", "").split(",")))
        ids = {i.lower() for i in params.get("service_request_id", "").split(",") if i}
        scf = style.record == "seeclickfix"
        names = ("after", "before") if scf else ("start_date", "end_date")
        made = [self._moment(params.get(name)) for name in names]
        changed = [self._moment(params.get(name)) if name else None for name in style.changed]
        if style.days and made == [None, None] and changed == [None, None] and not ids:
            made[0] = self.now - timedelta(days=style.days)
        if style.days and made[0] and made[1]:
            made[1] = min(made[1], made[0] + timedelta(days=style.days))

        def fits(row: dict[str, Any]) -> bool:
            return (
                (not words or row["status"] in words)
                and (not codes or row["service_code"] in codes)
                and (not ids or row["id"].lower() in ids)
                and (made[0] is None or row["requested"] >= made[0])
                and (made[1] is None or row["requested"] <= made[1])
                and (changed[0] is None or row["updated"] >= changed[0])
                and (changed[1] is None or row["updated"] <= changed[1])
            )

        return fits

    def _moment(self, text: Optional[str]) -> Optional[datetime]:
        if not text:
            return None
        if self.style.reads_dates == "no Z" and text.endswith("Z"):
            raise ValueError("dates without Z, please")
        time = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return time if time.tzinfo else time.replace(tzinfo=timezone.utc)

    def shown(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a record as the server writes it."""
        style = self.style
        number: Any = str if style.text_numbers else float
        identifier: Any = row["id"]
        if style.flips_case and random.Random(len(self.calls)).random() < 0.5:
            identifier = identifier.upper()
        if identifier.isdigit() and not style.text_numbers:
            identifier = int(identifier)
        requested, updated = self._date(row["requested"]), self._date(row["updated"])
        if style.record == "seeclickfix":
            word = {"open": "Acknowledged", "closed": "Archived"}.get(row["status"], row["status"])
            return {
                "id": identifier, "status": word,
                "summary": row["service_name"], "description": row["description"], "address": row["address"],
                "lat": row["lat"], "lng": row["long"], "created_at": requested, "updated_at": updated,
                "request_type": {"id": row["service_code"], "title": row["service_name"]},
                "media": {"image_full": None}, "shortened_url": None,
            }  # fmt: skip
        return {
            "service_request_id": identifier, "status": row["status"], "status_notes": row.get("status_notes"),
            "service_name": row["service_name"], "service_code": row["service_code"], "description": row["description"],
            "agency_responsible": {"recipient": ["Voirie"]} if style.agency_object else "Voirie",
            "requested_datetime": requested, "updated_datetime": updated, "address": row["address"],
            "lat": number(row["lat"]), "long": number(row["long"]), "media_url": row.get("media_url"),
            **copy.deepcopy(style.extra),
            **({"extended_attributes": {**style.extra.get("extended_attributes", {}),
                "detailed_status": row["detailed_status"]}} if "detailed_status" in row else {}),
        }  # fmt: skip

    def _date(self, time: datetime) -> Any:
        style = self.style.dates
        if style == "epoch":
            return int(time.timestamp())
        if style == "offset":
            return time.astimezone(timezone(timedelta(hours=2))).isoformat()
        form = {"Z": "%Y-%m-%dT%H:%M:%SZ", "no zone": "%Y-%m-%dT%H:%M:%S", "US": "%m/%d/%Y %I:%M:%S %p",
                "blank": "%Y-%m-%d %H:%M:%S +0000"}[style]  # fmt: skip
        return time.strftime(form)

    # --- writing ---------------------------------------------------------------------------------------------------

    def create(self, form: dict[str, list[str]], files: dict[str, bytes]) -> list[dict[str, Any]]:
        """Take a new request; return what the server answers."""
        single = {name: values[0] for name, values in form.items()}
        with self.lock:
            self.now += timedelta(seconds=1)
            (identifier,) = self.add(
                1,
                service_code=single["service_code"],
                description=single.get("description", ""),
                address=single.get("address_string", "") if self.style.keeps_address else "",
                lat=float(single.get("lat", "nan")),
                long=float(single.get("long", "nan")),
                status="open",
                attributes={name: values for name, values in form.items() if name.startswith("attribute[")},
                media=files.get("media"),
                media_url=single.get("media_url"),
            )
            self.reports[identifier].update(requested=self.now, updated=self.now)
            self._version += 1
            if self.style.tokens:
                token = f"token-{identifier}"
                self.tokens[token] = identifier
                return [{"token": token, "service_notice": "", "account_id": None}]
        return [{"service_request_id": identifier, "service_notice": "Merci", "account_id": None}]

    def update(self, identifier: str, form: dict[str, str]) -> list[dict[str, Any]]:
        """Take a comment or a change of status; return what the server answers."""
        with self.lock:
            names = {"address_string": "address", **{n: n for n in ("status", "status_notes", "service_code")}}
            if self.style.updates == "patch":
                names["description"] = "description"  # else it is the comment
            emptied = {"description", "address_string"}  # may be; the others are nothing when they are empty
            fields: dict[str, Any] = {
                ours: form[name] for name, ours in names.items() if form.get(name) or (name in emptied and name in form)
            }
            fields.update({name: float(form[name]) for name in ("lat", "long") if form.get(name)})
            if form.get("detailed_status"):
                closed = form["detailed_status"] in ("PROCESSED", "REJECTED")
                fields.update(detailed_status=form["detailed_status"], status="closed" if closed else "open")
            self.edit(identifier, **fields)
            number = str(len(self.updates) + 1)
            self.updates.append({"update_id": number, "service_request_id": identifier, "time": self.now, **form})
        return [{"update_id": number, "service_request_id": identifier}]


class _NoPage(Exception):
    """There is no such page."""


class _Http(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that went away; everything else is a fault of this server."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    state: GeoReportServer
    protocol_version = "HTTP/1.1"
    server_version = "GeoReportForTests"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def setup(self) -> None:
        super().setup()
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.state.connections.add(self.request)

    def finish(self) -> None:
        self.state.connections.discard(self.request)
        with contextlib.suppress(OSError):  # the client may have gone
            super().finish()

    def do_GET(self) -> None:
        self._handle()

    do_POST = do_PATCH = do_HEAD = do_GET

    def date_time_string(self, timestamp: Optional[float] = None) -> str:
        """Return the header Date by the server's own clock."""
        ahead = self.state.clock.total_seconds()
        return super().date_time_string(time.time() + ahead if timestamp is None else timestamp)

    # --- one call --------------------------------------------------------------------------------------------------

    def _handle(self) -> None:
        state, parts = self.state, urlsplit(self.path)
        params = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        form, files = self._sent()
        state.calls.append(Call(self.command, parts.path, params, dict(self.headers.items()), form, files))
        fault = state.take_fault(self.command, parts.path)
        kind = fault.kind if fault else None
        if fault and self._fails_before(fault):
            return
        try:
            status, body, content_type = self._answer(parts.path, params, form, files)
        except _NoPage:
            status, body, content_type = self._errors(state.style.end, "Invalid page.", "json")
        except (ValueError, KeyError) as error:
            status, body, content_type = self._errors(400, f"Bad request: {error}", "json")
        if kind == "hang after":
            state.stopping.wait(30)
            self.close_connection = True
        elif kind == "drop after":
            self._drop()
        elif kind == "cut":
            self._head(200, content_type, len(body))
            self.wfile.write(body[: len(body) // 2])
            self._drop()
        elif kind == "truncated":
            self._send(200, body[: len(body) * 2 // 3], content_type)
        elif kind == "mis-encoded":
            self._send(status, body.decode().encode("cp1252", "replace"), "application/json; charset=utf-8")
        else:
            self._send(status, body, content_type)

    def _fails_before(self, fault: Fault) -> bool:
        kind = fault.kind
        if kind == "hang before":
            self.state.stopping.wait(30)
            self.close_connection = True
        elif kind == "drop before":
            self._drop()
        elif kind in ("400", "405", "429", "500", "502", "503", "401", "403"):
            extra = {"Retry-After": fault.retry_after} if fault.retry_after else {}
            self._send(*self._errors(int(kind), f"as asked: {kind}", "json"), **extra)
        elif kind == "error 200":
            self._send(200, *self._errors(200, "no such thing", "json")[1:])
        elif kind == "html":
            page = b"<!DOCTYPE html><html><head><title>Maintenance</title></head><body>Back soon</body></html>"
            self._send(200, page, "text/html")
        elif kind == "enormous":
            self._stream((b"[" + b" " * (1 << 20) for _ in range(4096)), 4096 * ((1 << 20) + 1))
        elif kind == "deep":
            self._send(200, b"[" * 100_000 + b"]" * 100_000, "application/json")
        elif kind == "entities":
            self._send(200, _ENTITIES, "text/xml")
        elif kind == "bomb":
            self._send(200, _BOMB, "application/json", **{"Content-Encoding": "gzip"})
        elif kind == "double gzip":
            self._send(200, gzip.compress(_BOMB), "application/json", **{"Content-Encoding": "gzip, gzip"})
        elif kind == "loop":
            self._send(302, b"", "text/plain", Location=self.path)
        elif kind == "elsewhere":
            self._send(302, b"", "text/plain", Location=fault.location)
        else:
            return False
        return True

    def _answer(
        self, path: str, params: dict[str, str], form: dict[str, list[str]], files: dict[str, bytes]
    ) -> tuple[int, bytes, str]:
        state, style = self.state, self.state.style
        if path in state.files:
            return 200, state.files[path][1], state.files[path][0]
        match = re.fullmatch(rf"{re.escape(style.base)}/(\w+)(?:/([^/]+?))?(?:\.(json|xml))?", path)
        if not match:
            return 404, b"<html><body>Not found</body></html>", "text/html"
        name, identifier, kind = match[1], unquote(match[2] or ""), match[3] or "json"
        single = {key: values[0] for key, values in form.items()}
        if style.jurisdiction and {**params, **single}.get("jurisdiction_id") != style.jurisdiction:
            return (
                200,
                b"<html><head><title>Open311 ::\n FixMyStreet</title></head><body>Hello</body></html>",
                "text/html",
            )
        if not self._may(single):
            return self._errors(403, "the key is wrong or missing", kind)
        if self.command == "PATCH" and name == "requests" and style.updates == "patch":
            identifier = state.named(identifier)
            if identifier not in state.reports:
                return self._errors(404, "no such request", kind)
            return self._list(state.update(identifier, single), "request", kind)
        if self.command == "PATCH":
            return self._errors(405, 'Method "PATCH" not allowed.', kind)
        if self.command == "POST" and name == "requests" and not identifier and style.post == "lists":
            return self._list([state.shown(row) for row in state.listed(single)], "request", kind)
        if self.command == "POST" and name == "requests" and not identifier and style.post == "whole":
            (made,) = state.create(form, files)
            if "token" in made:
                return self._list([made], "request", kind, 201)
            return self._list([state.shown(state.reports[made["service_request_id"]])], "request", kind, 201)
        if self.command == "POST" and name == "requests" and not identifier:
            return self._list(state.create(form, files), "request", kind, 201)
        if name == "servicerequestupdates" and style.updates == "servicerequestupdates":
            if self.command == "POST":
                named = state.named(single["service_request_id"])
                return self._list(state.update(named, single), "request_update", kind, 201)
            if not style.lists_updates:
                return self._errors(400, "Bad request: POST", kind)
            rows = [
                {**{k: v for k, v in row.items() if k != "time"}, "updated_datetime": row["time"].isoformat()}
                for row in state.updates
            ]
            return self._list(rows, "request_update", kind)
        if self.command == "GET" and name == "discovery":
            endpoint = {"specification": "http://wiki.open311.org/GeoReport_v2", "url": state.url, "type": "production"}
            return 200, json.dumps({"changeset": "2024", "endpoints": [endpoint]}).encode(), "application/json"
        if self.command == "GET" and name == "services" and style.record == "georeport":
            return self._services(identifier, kind)
        if self.command == "GET" and name == "tokens" and identifier in state.tokens:
            return self._list([{"token": identifier, "service_request_id": state.tokens[identifier]}], "request", kind)
        if self.command == "GET" and name in ("requests", "issues"):
            if identifier:
                rows = [row for key, row in state.reports.items() if key.lower() == identifier.lower()]
                if not rows:
                    return self._errors(404, "no such request", kind)
            else:
                rows = state.listed(params)
            shown = [state.shown(row) for row in rows]
            if style.extended and params.get("extensions") != "true":
                shown = [{k: v for k, v in row.items() if k != "extended_attributes"} for row in shown]
            if not shown and style.empty != 200:
                return self._errors(style.empty, "nothing found", kind)
            return self._list(shown, "request", kind)
        return self._errors(404, "no such list", kind)

    def _may(self, form: dict[str, str]) -> bool:
        style = self.state.style
        if not style.key:
            return True
        if style.key_place == "header":
            return self.headers.get("Authorization", "") == f"Bearer {style.key}"
        given = form.get("api_key", "")
        return given == style.key if self.command != "GET" else given in ("", style.key)

    def _services(self, code: str, kind: str) -> tuple[int, bytes, str]:
        names = ("Trou", "Dépôt", "Tag", "Éclairage")
        if code:
            values = [{"key": "1", "name": "Petit"}, {"key": "2", "name": "Grand"}]
            attribute = {"variable": True, "code": "SIZE", "datatype": "singlevaluelist", "required": True, "order": 1,
                         "description": "Taille ?", "values": values}  # fmt: skip
            return 200, json.dumps({"service_code": code, "attributes": [attribute]}).encode(), "application/json"
        rows = [{"service_code": f"S{i}", "service_name": name, "metadata": i == 0, "type": "realtime", "group": "Rue",
                 "keywords": "a, b"} for i, name in enumerate(names)]  # fmt: skip
        return self._list(rows, "service", kind)

    def _list(self, rows: list[dict[str, Any]], name: str, kind: str, status: int = 200) -> tuple[int, bytes, str]:
        if kind == "xml":
            root = "services" if name == "service" else "service_requests"
            body = (
                f'<?xml version="1.0" encoding="utf-8"?>\n<{root}>{"".join(_xml(name, row) for row in rows)}</{root}>'
            )
            return status, body.encode(), "text/xml; charset=utf-8"
        wrap = self.state.style.wrap
        value: Any = {wrap: rows} if wrap and name == "request" else rows
        if wrap == "issues":
            value["metadata"] = {"pagination": {"entries": len(rows)}, "more": [1]}
        return status, json.dumps(_shuffled(value), ensure_ascii=False).encode(), "application/json; charset=utf-8"

    def _errors(self, status: int, words: str, kind: str) -> tuple[int, bytes, str]:
        if kind == "xml":
            body = f"<errors><error><code>{status}</code><description>{escape(words)}</description></error></errors>"
            return status, body.encode(), "text/xml"
        said: Any = (
            {"code": status, "detail": words} if self.state.style.detail else [{"code": status, "description": words}]
        )
        return status, json.dumps(said).encode(), "application/json"

    # --- bytes -----------------------------------------------------------------------------------------------------

    def _sent(self) -> tuple[dict[str, list[str]], dict[str, bytes]]:
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kind = self.headers.get("Content-Type", "")
        if not kind.startswith("multipart/form-data"):
            return parse_qs(data.decode("utf-8", "replace"), keep_blank_values=True), {}
        form: dict[str, list[str]] = {}
        files: dict[str, bytes] = {}
        for part in message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + data).get_payload():
            name = str(part.get_param("name", header="content-disposition"))  # type: ignore[union-attr]
            content = part.get_payload(decode=True)  # type: ignore[union-attr]
            if part.get_filename():  # type: ignore[union-attr]
                files[name] = content  # type: ignore[assignment]
            else:
                form.setdefault(name, []).append(content.decode())  # type: ignore[union-attr]
        return form, files

    def _head(self, status: int, content_type: str, length: int, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _send(self, status: int, body: bytes, content_type: str, **headers: str) -> None:
        self._head(status, content_type, len(body), **headers)
        if self.command != "HEAD":
            self.wfile.write(body)

    def _stream(self, chunks: Iterator[bytes], length: int) -> None:
        self._head(200, "application/json", length)
        self.close_connection = True
        try:
            for chunk in chunks:
                self.wfile.write(chunk)
        except OSError:
            return  # the client had enough, as it should

    def _drop(self) -> None:
        """Close at once, with a reset and without an answer."""
        self.wfile.flush()
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.request.close()
        self.wfile = self.rfile = _Nowhere()  # type: ignore[assignment]


def _shuffled(value: Any) -> Any:
    """Write the keys of objects in another order each time, as some servers do."""
    if isinstance(value, list):
        return [_shuffled(item) for item in value]
    if not isinstance(value, dict):
        return value
    pairs = list(value.items())
    random.shuffle(pairs)
    return {key: _shuffled(item) if isinstance(item, dict) else item for key, item in pairs}


class _Nowhere:
    """Stands for the streams of a connection that is gone."""

    closed = True

    def flush(self) -> None: ...

    def close(self) -> None: ...


_BOMB = gzip.compress(b"[" + b" " * (96 << 20), 1)
_ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    b"<service_requests><request><service_request_id>&b;</service_request_id></request></service_requests>"
)


def _xml(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return f"<{name}>{''.join(_xml(key, item) for key, item in value.items())}</{name}>"
    if isinstance(value, list):
        return "".join(_xml(name, item) for item in value) or f"<{name}/>"
    return f"<{name}/>" if value is None else f"<{name}>{escape(str(value))}</{name}>"
