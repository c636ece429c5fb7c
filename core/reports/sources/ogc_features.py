# SPDX-License-Identifier: GPL-2.0-or-later
"""An OGC API Features collection as a source: pages by their ``next`` links, new features by POST, changes by PUT.

Reading: OGC API - Features - Part 1 (17-069r4), clause 7.15; a feature's properties are GeoReport's fields by the
synonyms of ``resources/reports/columns.yaml``. Writing: Part 4 (20-002): POST to ``items`` answers 201 with Location; a
PUT replaces a feature, so it is read first, changed, and put back whole, with ``If-Match`` where the server gives an
ETag. A PUT may be repeated: it sets what it sets.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Optional
from urllib.parse import quote, unquote, urljoin, urlsplit

import requests

from ...errors import DataError, UsageError
from ...feedback import SILENT, Feedback
from ...model import Rejected, Report
from ...transport import Answer, BadAnswer, BadRequest, Limits, NotFound, scrubbed
from ..formats.body import read_body
from ..formats.georeport import Created
from .collection import (
    Features,
    Remote,
    check_moved,
    checked_address,
    header,
    ids_last,
    number_of,
    position,
    read_back,
    stamp,
    text,
    wanted,
)
from .georeport_server import words_of_the_server
from .registry import Opening
from .source import Abilities, ChangedRequest, NewRequest

_PAGE = 1000
_MOST_PAGES = 100_000
_GEOJSON = "application/geo+json"
_NO_SUCH = b"Invalid feature"  # what QGIS Server 3.22 says, with 500, of an id that is not there


class OgcFeatures(Remote):
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
        See :class:`.collection.Remote`.
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
        address = checked_address(url, "collection").split("?")[0].rstrip("/").removesuffix("/items")
        known_as = name or address.rpartition("/")[2]
        super().__init__(address, session, name=known_as, key=key, limits=limits, feedback=feedback)
        self._writable = writable
        self._features = Features(self.name)
        self._looked = self._words_read = False

    @property
    def abilities(self) -> Abilities:
        """All fields by PUT, comments where a property is there for them; no photos."""
        fields = frozenset({"description", "address", "service_code", "service_name", "position", "media_url"})
        can = self._writable
        return Abilities(
            changes=True,
            create=can,
            comments=can and self._has("status_notes"),
            status=can,
            fields=fields if can else frozenset(),
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
        seen: set[str] = set()
        limit: Optional[int] = _PAGE
        url, offset, came, nameless = self._items(limit, 0), 0, 0, 0
        matched: Optional[int] = None
        words, fresh = "", 0
        for page in range(1, _MOST_PAGES):
            try:
                value = self._json(self._get(url))
            except BadRequest as error:
                if page == 1 and limit is not None:  # some refuse more than their largest page
                    limit, url = None, self._items(None, 0)
                    continue
                if not came:
                    raise
                words = f" ({error.what})"
                break
            features = value.get("features")
            if not isinstance(features, list):
                raise DataError("Holds no list of features", where=self.name, next_step="Give the collection's address")
            if features and not came:
                self._look_at_ids(features, url)
            fresh = 0
            for place, feature in enumerate(features, 1):
                verdict = self._features.report(feature, f"{self.name}: page {page}, feature {place}")
                if isinstance(verdict, Rejected):
                    nameless += 1
                    yield verdict
                elif verdict.service_request_id not in seen:
                    seen.add(verdict.service_request_id)
                    fresh += 1
                    if wanted(verdict, status, service_codes):
                        yield verdict
            came += len(features)
            offset += len(features)
            matched = number_of(value.get("numberMatched"), matched)
            following = self._next(value, url)
            if not fresh or (following is None and matched is not None and offset >= matched):
                break
            # A server that gives no link may have more all the same: what it counts, or an empty page, tells.
            url = following or self._items(limit, offset)
        else:
            yield Rejected(self.name, f"the list of {len(seen)} features does not end")
            return
        if matched is not None and len(seen) + nameless < matched and (came < matched or not fresh):
            yield Rejected(self.name, f"the list is cut off: {len(seen)} of {matched} features came{words}")

    def _items(self, limit: Optional[int], offset: int) -> str:
        size = f"limit={limit}&" if limit else ""
        return f"{self.url}/items?{size}{f'offset={offset}&' if offset else ''}f=json"

    def _look_at_ids(self, features: list[Any], url: str) -> None:
        """Let rows be named by their own column where ids do not last; see :func:`.collection.ids_last`."""
        if self._looked:
            return
        self._looked = True
        again = lambda: self._json(self._get(url)).get("features")  # noqa: E731
        if not ids_last(features, lambda key: self._feature(key) is not None, again):
            self._features.identify(features)
            self._writable = False

    def request(self, service_request_id: str) -> Optional[Report]:
        """Return one feature, or None where there is none of this id."""
        if self._features.key:
            every = (v for v in self.requests() if isinstance(v, Report))
            return next((report for report in every if report.service_request_id == service_request_id), None)
        found = self._feature(service_request_id)
        if found is None:
            return None
        verdict = self._features.report(found[0], f"{self.name}: {service_request_id}")
        return verdict if isinstance(verdict, Report) else None

    # --- sending ---------------------------------------------------------------------------------------------------

    def create(self, new: NewRequest) -> Created:
        """Send a new feature, once; raises as :meth:`.client.Client.create` does."""
        values = {
            "service_code": new.service_code,
            "description": new.description,
            "address": new.address,
            "media_url": new.media_url,
        }
        properties: dict[str, Any] = {self._theirs(name): value for name, value in values.items() if value}
        # Strict servers refuse what they have no column for.
        for name, value in (("status", "open"), ("requested_datetime", stamp()), ("updated_datetime", stamp())):
            if self._features.has(name) or not self._features.known:
                properties[self._theirs(name)] = self._word(value, "received") if name == "status" else value
        properties.update(new.attributes)
        geometry = None
        if new.lon is not None and new.lat is not None:
            geometry = self._geometry(new.lon, new.lat)
        feature = {"type": "Feature", "geometry": geometry, "properties": properties}
        answer = self._send("POST", f"{self.url}/items", feature, {})
        identifier = urlsplit(header(answer, "location")).path.rstrip("/").rpartition("/")[2]
        if not identifier and answer.body:
            try:
                identifier = text(self._json(answer).get("id"))
            except DataError as error:
                raise BadAnswer(
                    f"Took a feature, and its answer can't be read: {error.what}", where=self.name
                ) from error
        return read_back(self, unquote(identifier), new)

    def update(self, service_request_id: str, edit: ChangedRequest) -> None:
        """Put a feature back with changes; a comment becomes its ``status_notes``.

        Raises
        ------
        NotFound
            There is no such feature.
        BadRequest
            Somebody changed it between reading and writing (412): the next push reads it again. Or the server did not
            take the position.
        """
        found = self._feature(service_request_id)
        if found is None:
            raise NotFound("There is no such feature", where=f"{self.name}/{service_request_id}", may_have_acted=False)
        feature, etag = found
        properties = dict(feature.get("properties") or {})
        fields = dict(edit.fields)
        geometry = feature.get("geometry")
        moved = fields.pop("position", "")
        if moved:
            multi = isinstance(geometry, dict) and geometry.get("type") == "MultiPoint"
            geometry = self._geometry(*position(moved), multi=multi)
        if edit.comment and not self._has("status_notes"):
            raise UsageError("The collection has no property for comments", where=self.name)
        said = {"status": edit.status and self._word(edit.status, edit.state), "status_notes": edit.comment}
        for name, value in {**fields, **{name: value for name, value in said.items() if value}}.items():
            properties[self._theirs(name)] = value
        if self._theirs("updated_datetime") in properties:
            properties[self._theirs("updated_datetime")] = stamp()
        # Links and other members are the server's own.
        changed = {"type": "Feature", "id": feature.get("id"), "geometry": geometry, "properties": properties}
        headers = {"If-Match": etag} if etag else {}
        answer = self._send("PUT", self._item(service_request_id), changed, headers)
        if answer.body.lstrip()[:1] == b"<":
            where = f"{self.name}/{service_request_id}"
            raise BadAnswer("Was sent a change, and answered with a web page", where=where)
        if moved:
            check_moved(self.request(service_request_id), position(moved))

    # --- features --------------------------------------------------------------------------------------------------

    def _geometry(self, lon: float, lat: float, multi: bool = False) -> dict[str, Any]:
        """Return a position as the collection's geometries are."""
        if multi or self._features.multi:
            return {"type": "MultiPoint", "coordinates": [[lon, lat]]}
        return {"type": "Point", "coordinates": [lon, lat]}

    def _word(self, status: str, state: str) -> str:
        """Return the collection's word for a status: its first page shows which it has."""
        if not self._words_read:
            self._words_read = True
            self._features.words.clear()
            for _ in itertools.islice(self.requests(), _PAGE):
                continue
        return self._features.word(status, state)

    def _theirs(self, field: str) -> str:
        """Return the collection's name for a field of GeoReport."""
        self._has(field)
        return self._features.theirs(field)

    def _has(self, field: str) -> bool:
        """Say whether the collection has a property for a field of GeoReport: its first page shows the names."""
        if not self._features.known:
            next(iter(self.requests()), None)
        return self._features.has(field)

    def _feature(self, identifier: str) -> Optional[tuple[dict[str, Any], str]]:
        url = f"{self._item(identifier)}?f=json"
        try:
            answer = self._get(url, accept=frozenset({500}))
            if answer.status == 500:
                if _NO_SUCH in answer.body:
                    return None
                answer = self._get(url)
        except NotFound:
            return None
        return self._json(answer), header(answer, "etag")

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

    def _get(self, url: str, accept: frozenset[int] = frozenset()) -> Answer:
        with words_of_the_server(self.name):
            return self._fetch(url, headers={"Accept": f"{_GEOJSON}, application/json"}, accept=accept)

    def _send(self, method: str, url: str, feature: Mapping[str, Any], headers: Mapping[str, str]) -> Answer:
        kinds = {"Content-Type": _GEOJSON, "Accept": f"{_GEOJSON}, application/json"}
        with words_of_the_server(self.name):
            return self._fetch(url, method=method, json=dict(feature), headers={**kinds, **headers})

    def _json(self, answer: Answer) -> dict[str, Any]:
        value = read_body(answer.body, source=self.name, content_type=answer.content_type).value
        if not isinstance(value, dict):
            raise DataError("Is no GeoJSON object", where=self.name)
        return value


def open_source(opening: Opening) -> OgcFeatures:
    """Return the source that a person set up."""
    return OgcFeatures(
        opening.server.url, opening.session,
        name=opening.name, key=opening.key, limits=opening.limits, feedback=opening.feedback,
    )  # fmt: skip
