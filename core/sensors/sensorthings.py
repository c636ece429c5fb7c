# SPDX-License-Identifier: GPL-2.0-or-later
"""OGC SensorThings 1.0 and 1.1 (15-078r6, 18-088) as a source of observations.

Lists are followed by ``@iot.nextLink``, relative or absolute; a key goes to the server's own host only. What a server
refuses of a question (an order, fewer fields, the data array, the size of a page) is left out and asked again, once.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any, NamedTuple, Optional
from urllib.parse import quote, unquote, urljoin, urlsplit

import numpy as np
import requests

from ..errors import DataError
from ..feedback import SILENT, Feedback
from ..model import Rejected
from ..transport import (
    NO_CREDENTIALS,
    BadRequest,
    Credentials,
    Limits,
    NotFound,
    ServerFailed,
    fetch,
    scrubbed,
)
from .dialect import Dialect, load_dialect, recognised
from .places import point_of
from .readings import readings
from .streams import Group, Kind, Readings, Stream

MULTI = "multi:"
_MOST_PAGES = 1_000_000
_KINDS: Mapping[str, Kind] = {
    "OM_Measurement": "number",
    "OM_CountObservation": "number",
    "OM_TruthObservation": "flag",
    "OM_CategoryObservation": "text",
}
_NEIGHBOURS = ("Thing", "ObservedProperty", "ObservedProperties")
_PLAIN = "(),/:'$=*"
_TAGS = re.compile(r"<[^<>]*>|\s+")


class Root(NamedTuple):
    """What a server's root says: its address, its collections, and the dialect that it looks like."""

    url: str
    collections: frozenset[str]
    dialect: Dialect


class SensorThings:
    """One server; see :class:`.streams.Source`.

    Parameters
    ----------
    url : str
        Its root, with or without the version (``…/v1.1``).
    session : requests.Session
        From :func:`~..transport.new_session`.
    name : str
        How a person calls it.
    dialect : str
        Name of a shipped dialect or path of a file; empty: what the root looks like.
    key, header, prefix : str
        A key goes along as ``header: prefix key``, to this host only.
    """

    def __init__(
        self,
        url: str,
        session: requests.Session,
        *,
        name: str,
        dialect: str = "",
        key: str = "",
        header: str = "Authorization",
        prefix: str = "Bearer ",
        limits: Limits = Limits(),  # noqa: B008 - frozen
        feedback: Feedback = SILENT,
    ) -> None:
        self.url = url
        self.name = name
        self._session = session
        self._dialect = dialect
        self._credentials = Credentials(headers={header: f"{prefix}{key}"}) if key else NO_CREDENTIALS
        self._limits = limits
        self._feedback = feedback
        self._root: Optional[Root] = None
        self._quoted = False
        self._each = self._looked = False
        self._left_out: dict[str, set[str]] = {}
        self.notes: list[str] = []

    # --- root ------------------------------------------------------------------------------------------------------

    @property
    def root(self) -> Root:
        """What the root says; asked for once.

        Raises
        ------
        TransportError, DataError
            It can't be reached, or is no SensorThings server.
        """
        if self._root is None:
            self._root = self._find_root()
        return self._root

    def _find_root(self) -> Root:
        base = self.url.split("?")[0].rstrip("/")
        tries = [base, f"{base}/"]
        if not re.search(r"/v1\.\d$", base):
            tries += [f"{base}/{version}{slash}" for version in ("v1.1", "v1.0") for slash in ("", "/")]
        failed: Optional[Exception] = None
        for address in tries:
            try:
                answer = self._json(address)
            except (NotFound, DataError) as error:
                failed = failed or error
                continue
            entries = answer.get("value") if isinstance(answer, dict) else None
            names = {str(entry.get("name")) for entry in entries or () if isinstance(entry, dict) and entry.get("url")}
            if "Datastreams" in names:
                known = f"{address} {json.dumps(answer)}"
                dialect = load_dialect(self._dialect) if self._dialect else recognised(known)
                return Root(address.rstrip("/"), frozenset(names), dialect)
            failed = failed or DataError(
                "Is no SensorThings server: its answer lists no Datastreams",
                where=scrubbed(address),
                next_step="Give the address that ends with v1.0 or v1.1",
            )
        if failed is None:
            raise DataError("Is no SensorThings server", where=scrubbed(self.url))
        raise failed

    # --- streams ---------------------------------------------------------------------------------------------------

    def groups(self) -> Iterator[Group | Rejected]:
        """Give each Datastream alone, and each MultiDatastream with its components."""
        root = self.root
        yield from self._listed("Datastreams", root.dialect.expand, self._single)
        if "MultiDatastreams" in root.collections:
            yield from self._listed("MultiDatastreams", root.dialect.expand_multi, self._components)

    def _listed(self, collection: str, expand: str, read: Any) -> Iterator[Group | Rejected]:
        self._each = self._each or self.root.dialect.expand_each
        fields = {"$expand": expand, "$top": str(self.root.dialect.page_size), "$orderby": "id"}
        if self._each:
            del fields["$expand"]
        for page in self._pages(collection, fields, ("$orderby", "$top", "$expand")):
            if isinstance(page, Rejected):
                yield page
                continue
            self._look_twice(collection, expand, page)
            for entity in page:
                try:
                    if isinstance(entity, dict) and self._each:
                        entity = self._alone(collection, expand, entity)
                    if isinstance(entity, dict) and "Thing" not in entity:
                        entity = self._with_neighbours(entity)
                    yield read(entity)
                except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
                    label = entity.get("@iot.id") if isinstance(entity, dict) else str(entity)[:60]
                    yield Rejected(f"{self.name}: {collection}({label})", f"can't be read: {error}")

    def _look_twice(self, collection: str, expand: str, page: list[Any]) -> None:
        """Ask for one of a list alone, once: there are servers whose lists give all the neighbours of the first.

        (django-ogc-sensorthings 1.2.0 does; its single answers are right.)
        """
        entity = page[-1] if len(page) > 1 else None
        if self._each or self._looked or not isinstance(entity, dict) or "Thing" not in entity:
            return
        self._looked = True
        try:
            alone = self._alone(collection, expand, entity)
        except (BadRequest, NotFound, ServerFailed, DataError, ValueError):
            return  # it can't be asked for alone, so nothing can be said of it
        if any(_ids(alone.get(name)) != _ids(entity.get(name)) for name in _NEIGHBOURS):
            self._each = True
            self.notes.append("The server's lists give the wrong neighbours; each stream is asked for alone")

    def _alone(self, collection: str, expand: str, entity: dict[str, Any]) -> dict[str, Any]:
        literal = self._literal(self._id(entity))
        answer = self._json(f"{self.root.url}/{collection}({literal})", {"$expand": expand})
        return answer if isinstance(answer, dict) else entity

    def _with_neighbours(self, entity: dict[str, Any]) -> dict[str, Any]:
        """Ask for what the list did not bring along."""
        out = dict(entity)
        for name, more in (("Thing", {"$expand": "Locations"}), ("ObservedProperty", {}), ("ObservedProperties", {})):
            link = entity.get(f"{name}@iot.navigationLink")
            if isinstance(link, str):
                answer = self._json(urljoin(f"{self.root.url}/", link), more)
                out[name] = answer.get("value", answer) if isinstance(answer, dict) else answer
        thing = out.get("Thing")
        if (
            isinstance(thing, dict)
            and "Locations" not in thing
            and isinstance(thing.get("Locations@iot.navigationLink"), str)
        ):
            answer = self._json(urljoin(f"{self.root.url}/", thing["Locations@iot.navigationLink"]))
            thing["Locations"] = answer.get("value", []) if isinstance(answer, dict) else []
        return out

    def _id(self, entity: Mapping[str, Any]) -> str:
        found = entity.get("@iot.id", entity.get("id", entity.get("@id")))
        if found is None:
            raise ValueError("it has no id")
        # The form of its address tells how an id is written in one: Datastreams('x') or Datastreams(7).
        link = entity.get("@iot.selfLink")
        if isinstance(link, str) and link.endswith(")"):
            self._quoted = unquote(link).endswith("')")
        else:
            self._quoted = isinstance(found, str)
        return str(found)

    def _single(self, entity: Mapping[str, Any]) -> Group:
        prop = entity.get("ObservedProperty") or {}
        unit, kind = entity.get("unitOfMeasurement"), _kind(entity.get("observationType"))
        return (self._stream(entity, self._id(entity), str(entity.get("name") or ""), prop, unit, kind),)

    def _components(self, entity: Mapping[str, Any]) -> Group:
        units, kinds = entity.get("unitOfMeasurements") or [], entity.get("multiObservationDataTypes") or []
        props = entity.get("ObservedProperties") or []
        count = max(len(units), len(kinds), len(props))
        if count == 0:
            raise ValueError("it says nothing of its components")
        out = []
        for i in range(count):
            prop = props[i] if i < len(props) else {}
            name = f"{entity.get('name') or ''}: {prop.get('name') or i + 1}"
            unit, kind = units[i] if i < len(units) else None, _kind(kinds[i] if i < len(kinds) else None)
            out.append(self._stream(entity, f"{MULTI}{self._id(entity)}/{i}", name, prop, unit, kind))
        return tuple(out)

    def _stream(
        self, entity: Mapping[str, Any], key: str, name: str, prop: Mapping[str, Any], unit: Any, kind: Kind
    ) -> Stream:
        thing = entity.get("Thing") or {}
        lon, lat, flaw = point_of(thing.get("Locations") or ())
        return Stream(
            key=key,
            name=name,
            thing=str(thing.get("@iot.id", thing.get("id", ""))),
            thing_name=str(thing.get("name") or ""),
            property=str(prop.get("name") or ""),
            definition=str(prop.get("definition") or ""),
            unit=_unit(unit),
            kind=kind,
            lon=lon,
            lat=lat,
            flaws=(flaw,) if flaw else (),
        )

    # --- observations ----------------------------------------------------------------------------------------------

    def observations(self, group: Group, since: Optional[int] = None) -> Iterator[tuple[Stream, Readings] | Rejected]:
        """Give the observations of a Datastream, or of all components of a MultiDatastream, page by page."""
        dialect, key = self.root.dialect, group[0].key
        multi = key.startswith(MULTI)
        identifier = key[len(MULTI) :].rpartition("/")[0] if multi else key
        collection = f"{'MultiDatastreams' if multi else 'Datastreams'}({self._literal(identifier)})/Observations"
        fields = {"$top": str(dialect.array_size if dialect.data_array else dialect.page_size)}
        if since is not None and dialect.filter:
            moment = datetime.fromtimestamp(since / 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
            fields["$filter"] = f"phenomenonTime ge {moment}"
        if dialect.order:
            fields["$orderby"] = dialect.order
        if dialect.select:
            fields["$select"] = "phenomenonTime,resultTime,result"
        if dialect.data_array:
            fields["$resultFormat"] = "dataArray"
        leave_out = ("$orderby", "$select", "$resultFormat", "$top", "$filter")
        for page in self._pages(collection, fields, leave_out):
            if isinstance(page, Rejected):
                yield page
                continue
            columns = _columns(page)
            if columns is None:
                yield Rejected(
                    f"{self.name}: {collection}", "a page of observations can't be read: no times, no results"
                )
                continue
            times, results, made = columns
            if not times:
                continue
            if not multi:
                yield group[0], _since(readings(times, results, made, group[0].kind), since)
                continue
            for i, stream in enumerate(group):
                part = [row[i] if isinstance(row, list) and i < len(row) else None for row in results]
                yield stream, _since(readings(times, part, made, stream.kind), since)

    def _literal(self, identifier: str) -> str:
        doubled = identifier.replace("'", "''")
        return quote(f"'{doubled}'" if self._quoted else identifier, safe="'")

    # --- pages -----------------------------------------------------------------------------------------------------

    def _pages(
        self, collection: str, fields: Mapping[str, str], leave_out: Sequence[str]
    ) -> Iterator[list[Any] | Rejected]:
        """Give the pages of a list; one that goes in circles, or is no list, ends with a verdict."""
        kind = collection.rpartition("/")[2]
        url, where = f"{self.root.url}/{collection}", f"{self.name}: {unquote(collection)}"
        answer = self._first(url, fields, leave_out, self._left_out.setdefault(kind, set()))
        seen: set[bytes] = set()
        for _ in range(_MOST_PAGES):
            page = answer.get("value") if isinstance(answer, dict) else answer
            if not isinstance(page, list):
                yield Rejected(where, "its answer holds no list")
                return
            yield page
            link = _next(answer)
            if not link:
                return
            url = urljoin(url, link)
            mark = hashlib.blake2b(url.encode("utf-8", "replace"), digest_size=8).digest()
            if mark in seen:
                yield Rejected(where, "its list goes in circles: a page names one before it as the next")
                return
            seen.add(mark)
            self._feedback.check()
            answer = self._json(url)
        yield Rejected(where, f"its list does not end after {_MOST_PAGES:,} pages")

    def _first(self, url: str, fields: Mapping[str, str], leave_out: Sequence[str], without: set[str]) -> Any:
        """Ask for a first page; what the server refuses is left out, one after the other, and stays left out."""
        while True:
            asked = {name: value for name, value in fields.items() if name not in without}
            try:
                return self._json(url, asked)
            except (BadRequest, ServerFailed) as error:
                name = next((name for name in leave_out if name in asked), None)
                if name is None or (isinstance(error, ServerFailed) and error.status not in (500, 501)):
                    raise
                without.add(name)
                self.notes.append(f"The server refuses {name}={asked[name]} ({error.status}); asked without it")

    def _json(self, url: str, params: Optional[Mapping[str, str]] = None) -> Any:
        """Return decoded JSON; to another host no key goes along.

        Raises
        ------
        TransportError
            See :func:`~..transport.fetch`.
        DataError
            It is no JSON.
        """
        own = _origin(url) == _origin(self.url)
        if params:
            # Some servers read neither "+" for a space nor a coded "$".
            url += "?" + "&".join(f"{name}={quote(value, safe=_PLAIN)}" for name, value in params.items())
        limits = replace(self._limits, retries=min(self._limits.retries, 1)) if params else self._limits
        answer = fetch(
            self._session,
            url,
            headers={"Accept": "application/json"},
            credentials=self._credentials if own else NO_CREDENTIALS,
            limits=limits,
            feedback=self._feedback,
        )
        try:
            return json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise _no_json(answer.body, answer.url) from error


def _origin(url: str) -> tuple[str, Optional[str], Optional[int]]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _no_json(body: bytes, where: str) -> DataError:
    begin = body[:4000].decode("utf-8", "replace")
    words = " ".join(_TAGS.sub(" ", begin).split())[:80]
    what = "A page of HTML came where JSON was due" if "<html" in begin.casefold() else "What came is no JSON"
    return DataError(
        f"{what}: {words or 'nothing'}", where=where, next_step="Check the address, and sign in where it asks"
    )


def _next(answer: Any) -> Optional[str]:
    if not isinstance(answer, dict):
        return None
    for name in ("@iot.nextLink", "@nextLink", "@odata.nextLink"):
        if isinstance(answer.get(name), str) and answer[name]:
            return str(answer[name])
    return None


def _ids(neighbour: Any) -> Any:
    if isinstance(neighbour, list):
        return [_ids(one) for one in neighbour]
    return neighbour.get("@iot.id", neighbour.get("id")) if isinstance(neighbour, dict) else None


def _kind(observation_type: Any) -> Kind:
    return _KINDS.get(str(observation_type or "").rpartition("/")[2], "any")


def _unit(given: Any) -> str:
    """Return the symbol, or the code or name where it is empty."""
    if isinstance(given, str):
        return given.strip()
    if not isinstance(given, dict):
        return ""
    values = (given.get("symbol"), given.get("definition"), given.get("name"))
    return next((str(value).strip() for value in values if isinstance(value, str) and value.strip()), "")


def _columns(page: list[Any]) -> Optional[tuple[list[Any], list[Any], Optional[list[Any]]]]:
    """Return times, results and result times of a page, plain or as data arrays."""
    if page and isinstance(page[0], dict) and "dataArray" in page[0]:
        times: list[Any] = []
        results: list[Any] = []
        made: list[Any] = []
        for part in page:
            components, rows = part.get("components"), part.get("dataArray")
            if not isinstance(components, list) or not isinstance(rows, list):
                return None
            if not rows:
                continue
            names = [str(name) for name in components]
            if "phenomenonTime" not in names or "result" not in names:
                return None
            width = len(names)
            whole = [row for row in rows if isinstance(row, list) and len(row) == width]
            if not whole:
                return None
            columns = list(zip(*whole))
            times += columns[names.index("phenomenonTime")]
            results += columns[names.index("result")]
            made += columns[names.index("resultTime")] if "resultTime" in names else [None] * len(whole)
        return times, results, made
    try:
        return (
            [entity["phenomenonTime"] for entity in page],
            [entity.get("result") for entity in page],
            [entity.get("resultTime") for entity in page],
        )
    except (KeyError, TypeError, AttributeError):
        kept = [entity for entity in page if isinstance(entity, dict) and "phenomenonTime" in entity]
        return _columns(kept) if kept else None


def _since(found: Readings, since: Optional[int]) -> Readings:
    """Filter again: a server may not."""
    if since is None or len(found) == 0 or bool((found.at >= since).all()):
        return found
    return found.take(np.flatnonzero(found.at >= since))
