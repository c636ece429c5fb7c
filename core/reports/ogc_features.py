# SPDX-License-Identifier: GPL-2.0-or-later
"""An OGC API Features collection as a source: pages by their ``next`` links, new features by POST, changes by PUT.

Reading: OGC API - Features - Part 1 (17-069r4), clause 7.15; a feature's properties are GeoReport's fields by the
synonyms of ``resources/reports/columns.yaml``. Writing: Part 4 (20-002): POST to ``items`` answers 201 with Location; a
PUT replaces a feature, so it is read first, changed, and put back whole, with ``If-Match`` where the server gives an
ETag. A PUT may be repeated: it sets what it sets.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, Optional
from urllib.parse import quote, unquote, urljoin, urlsplit

import requests

from .. import transport
from ..errors import DataError, UsageError
from ..feedback import SILENT, Feedback
from ..model import Rejected, Report
from ..transport import NO_CREDENTIALS, Answer, BadAnswer, Credentials, Limits, NotFound, scrubbed
from .body import read_body
from .client import words_of_the_server
from .columns import Layout, layout, row_report
from .dates import iso_date
from .georeport import Created, Update
from .periods import EARLIEST, Period, moment
from .source import Abilities, NewRequest

_PAGE = 1000
_MOST_PAGES = 100_000
_GEOJSON = "application/geo+json"


class OgcFeatures:
    """A collection of features as a :class:`.source.Source`.

    Parameters
    ----------
    url : str
        The address of the collection, e.g. ``https://host/collections/reports``.
    session : requests.Session
        From :func:`..transport.new_session`.
    name : str
        ``Report.source``; the collection's name where not given.
    key : str
        Sent as ``Authorization: Bearer``.
    writable : bool
        Whether the server takes transactions.

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
        writable: bool = True,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        feedback: Feedback = SILENT,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            step = "Give the address of the collection, it begins with https://"
            raise UsageError("Is no address of a collection", where=scrubbed(url), next_step=step)
        self.url = url.split("?")[0].rstrip("/").removesuffix("/items")
        self.name = name or self.url.rpartition("/")[2]
        self._session, self._limits, self._feedback = session, limits, feedback
        self._credentials = Credentials(headers={"Authorization": f"Bearer {key}"}) if key else NO_CREDENTIALS
        self._writable = writable
        self._ahead = timedelta(0)
        self._layouts: dict[tuple[str, ...], Layout] = {}
        self._fields: dict[str, str] = {}  # GeoReport's name to the collection's

    @property
    def abilities(self) -> Abilities:
        """All fields by PUT; no photos."""
        fields = frozenset({"description", "address", "service_code", "service_name", "position", "media_url"})
        can = self._writable
        return Abilities(
            changes=True,
            create=can,
            comments=can,
            status=can,
            fields=fields if can else frozenset(),
            longest=100_000,
        )

    def now(self) -> datetime:
        """Return the present time by the later of the two clocks."""
        return datetime.now(timezone.utc) + max(timedelta(0), self._ahead)

    def clock(self) -> datetime:
        """Return the present time by the server's clock."""
        return datetime.now(timezone.utc) + self._ahead

    def periods(
        self, since: Optional[datetime] = None, until: Optional[datetime] = None, *, changed: bool = False
    ) -> Iterator[Period]:
        """Give all times as one: collections have no common name for the time of a change."""
        yield Period(EARLIEST, until or self.now() + timedelta(days=1), said=False)

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
        url: Optional[str] = f"{self.url}/items?limit={_PAGE}&f=json"
        seen: set[str] = set()
        for page in range(1, _MOST_PAGES):
            if url is None:
                return
            value = self._json(self._get(url))
            features = value.get("features")
            if not isinstance(features, list):
                raise DataError("Holds no list of features", where=self.name, next_step="Give the collection's address")
            fresh = 0
            for place, feature in enumerate(features, 1):
                verdict = self._report(feature, f"{self.name}: page {page}, feature {place}")
                if isinstance(verdict, Rejected):
                    yield verdict
                elif verdict.service_request_id not in seen:
                    seen.add(verdict.service_request_id)
                    fresh += 1
                    wanted = not service_codes or verdict.service_code in service_codes
                    if wanted and (not status or verdict.status == status):
                        yield verdict
            url = self._next(value, url) if fresh else None
        yield Rejected(self.name, f"the list of {len(seen)} features does not end")

    def request(self, service_request_id: str) -> Optional[Report]:
        """Return one feature, or None where there is none of this id."""
        found = self._feature(service_request_id)
        if found is None:
            return None
        verdict = self._report(found[0], f"{self.name}: {service_request_id}")
        return verdict if isinstance(verdict, Report) else None

    def updates(
        self, since: Optional[datetime] = None, until: Optional[datetime] = None
    ) -> Iterator[Update | Rejected]:
        """Give nothing: what changed shows in the features."""
        return iter(())

    # --- sending ---------------------------------------------------------------------------------------------------

    def create(self, new: NewRequest) -> Created:
        """Send a new feature, once; raises as :meth:`.client.Client.create` does."""
        values = {
            "service_code": new.service_code,
            "description": new.description,
            "address": new.address,
            "media_url": new.media_url,
            "status": "open",
            "requested_datetime": _stamp(),
            "updated_datetime": _stamp(),
        }
        properties: dict[str, Any] = {self._theirs(name): value for name, value in values.items() if value}
        properties.update(new.attributes)
        geometry = None
        if new.lon is not None and new.lat is not None:
            geometry = {"type": "Point", "coordinates": [new.lon, new.lat]}
        feature = {"type": "Feature", "geometry": geometry, "properties": properties}
        answer = self._send("POST", f"{self.url}/items", feature, {})
        where = next((value for name, value in answer.headers.items() if name.lower() == "location"), "")
        identifier = urlsplit(where).path.rstrip("/").rpartition("/")[2]
        if not identifier and answer.body:
            try:
                identifier = _text(self._json(answer).get("id"))
            except DataError as error:
                raise BadAnswer(
                    f"Took a feature, and its answer can't be read: {error.what}", where=self.name
                ) from error
        if not identifier:
            raise BadAnswer("Took a feature, and did not say its id", where=self.name)
        return Created(unquote(identifier))

    def token(self, token: str) -> Created:
        """Return an empty answer: collections give no tokens."""
        return Created(token=token)

    def update(
        self,
        service_request_id: str,
        *,
        status: str = "",
        description: str = "",
        state: str = "",
        fields: Optional[Mapping[str, str]] = None,
        extra: Optional[Mapping[str, str]] = None,
    ) -> None:
        """Put a feature back with changes; a comment becomes its ``status_notes``.

        Raises
        ------
        NotFound
            There is no such feature.
        BadRequest
            Somebody changed it between reading and writing (412): the next push reads it again.
        """
        found = self._feature(service_request_id)
        if found is None:
            raise NotFound("There is no such feature", where=f"{self.name}/{service_request_id}", may_have_acted=False)
        feature, etag = found
        properties = dict(feature.get("properties") or {})
        values = {"status": status, "status_notes": description, "updated_datetime": _stamp(), **(fields or {})}
        geometry = feature.get("geometry")
        position = values.pop("position", "")
        if position:
            lat, _, lon = position.partition(",")
            geometry = {"type": "Point", "coordinates": [float(lon), float(lat)]}
        for name, value in values.items():
            theirs = self._theirs(name)
            if value and (theirs in properties or name not in ("status_notes", "updated_datetime")):
                properties[theirs] = value
            elif value and name == "status_notes":
                raise UsageError("The collection has no property for comments", where=self.name)
        # Links and other members are the server's own.
        changed = {"type": "Feature", "id": feature.get("id"), "geometry": geometry,
                   "properties": {**properties, **(extra or {})}}  # fmt: skip
        headers = {"If-Match": etag} if etag else {}
        self._send("PUT", self._item(service_request_id), changed, headers)

    def media(self, url: str, *, max_bytes: int) -> Answer:
        """Fetch a photo, without any key."""
        limits = Limits(**{**self._limits.__dict__, "max_bytes": max_bytes})
        address = urljoin(f"{self.url}/", url)
        if urlsplit(address).scheme not in ("http", "https"):
            raise UsageError("Is no address of a photo", where=scrubbed(address))
        return transport.fetch(self._session, address, limits=limits, feedback=self._feedback)

    # --- features --------------------------------------------------------------------------------------------------

    def _report(self, feature: Any, where: str) -> Report | Rejected:
        if not isinstance(feature, dict) or not isinstance(feature.get("properties") or {}, dict):
            return Rejected(where, "is no feature")
        properties = dict(feature.get("properties") or {})
        properties.pop("service_request_id", None)
        identifier = _text(feature.get("id"))
        if not identifier:
            return Rejected(where, "has no id")
        geometry = feature.get("geometry")
        lon, lat, flaw = _point(geometry)
        names = tuple(properties)
        columns = self._layout(names)
        cells = [_cell(value) for value in properties.values()]
        verdict = row_report([identifier, *cells, lon, lat], columns, source=self.name, where=where)
        if flaw and isinstance(verdict, Report):
            return Report(**{**verdict.__dict__, "position_flag": flaw})
        return verdict

    def _layout(self, names: tuple[str, ...]) -> Layout:
        known = self._layouts.get(names)
        if known is None:
            made = layout(["service_request_id", *names, "long", "lat"], where=self.name)
            last = len(made.names)
            known = Layout(made.names, made.fields, last - 2, last - 1, None, made.dialect)
            self._layouts[names] = known
            for at, field in known.fields.items():
                if field != "service_request_id":
                    self._fields.setdefault(field, known.names[at])
        return known

    def _theirs(self, field: str) -> str:
        """Return the collection's name for a field of GeoReport."""
        if not self._layouts:
            next(iter(self.requests()), None)  # its first page shows the names
        return self._fields.get(field, field)

    def _feature(self, identifier: str) -> Optional[tuple[dict[str, Any], str]]:
        try:
            answer = self._get(f"{self._item(identifier)}?f=json")
        except NotFound:
            return None
        etag = next((value for name, value in answer.headers.items() if name.lower() == "etag"), "")
        return self._json(answer), etag

    def _item(self, identifier: str) -> str:
        return f"{self.url}/items/{quote(identifier, safe='')}"

    def _next(self, value: Mapping[str, Any], url: str) -> Optional[str]:
        links = value.get("links")
        for link in links if isinstance(links, list) else []:
            if isinstance(link, dict) and link.get("rel") == "next" and link.get("href"):
                target = urljoin(url, str(link["href"]))
                # A key must not follow a link to another host.
                if urlsplit(target)[:2] != urlsplit(self.url)[:2]:
                    raise BadAnswer(f"Its next page is on another host: {scrubbed(target)}", where=self.name)
                return target
        return None

    # --- calls -----------------------------------------------------------------------------------------------------

    def _get(self, url: str) -> Answer:
        answer = transport.fetch(
            self._session,
            url,
            headers={"Accept": f"{_GEOJSON}, application/json"},
            credentials=self._credentials,
            limits=self._limits,
            feedback=self._feedback,
        )
        said = next((value for name, value in answer.headers.items() if name.lower() == "date"), "")
        at = moment(iso_date(said))
        if at is not None:
            self._ahead = at - datetime.now(timezone.utc)
        return answer

    def _send(self, method: str, url: str, feature: Mapping[str, Any], headers: Mapping[str, str]) -> Answer:
        with words_of_the_server(self.name):
            return transport.fetch(
                self._session,
                url,
                method=method,
                json=dict(feature),
                headers={"Content-Type": _GEOJSON, "Accept": f"{_GEOJSON}, application/json", **headers},
                credentials=self._credentials,
                limits=self._limits,
                feedback=self._feedback,
            )

    def _json(self, answer: Answer) -> dict[str, Any]:
        value = read_body(answer.body, source=self.name, content_type=answer.content_type).value
        if not isinstance(value, dict):
            raise DataError("Is no GeoJSON object", where=self.name)
        return value


def _point(geometry: Any) -> tuple[Any, Any, str]:
    if geometry is None:
        return None, None, ""
    coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if not isinstance(coordinates, list) or geometry.get("type") != "Point" or len(coordinates) < 2:
        return None, None, "not a point"
    return coordinates[0], coordinates[1], ""


def _cell(value: Any) -> Any:
    plain = value is None or isinstance(value, (str, int, float, bool))
    return value if plain else json.dumps(value, ensure_ascii=False)


def _text(value: Any) -> str:
    return "" if value is None or isinstance(value, (bool, dict, list)) else str(value)


def _stamp() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")
