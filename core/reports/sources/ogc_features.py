# SPDX-License-Identifier: GPL-2.0-or-later
"""An OGC API Features collection as a source: pages by their ``next`` links, new features by POST, changes by PUT.

Reading: OGC API - Features - Part 1 (17-069r4), clause 7.15; a feature's properties are GeoReport's fields by the
synonyms of ``resources/reports/columns.yaml``. Writing: Part 4 (20-002): POST to ``items`` answers 201 with Location; a
PUT replaces a feature, so it is read first, changed, and put back whole, with ``If-Match`` where the server gives an
ETag. A PUT may be repeated: it sets what it sets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Optional
from urllib.parse import quote, unquote, urljoin, urlsplit

import requests

from ...errors import DataError, UsageError
from ...feedback import SILENT, Feedback
from ...model import Rejected, Report
from ...transport import Answer, BadAnswer, Limits, NotFound, scrubbed
from ..formats.body import read_body
from ..formats.georeport import Created
from .collection import (
    Features,
    Remote,
    check_moved,
    checked_address,
    header,
    position,
    read_back,
    stamp,
    text,
    wanted,
)
from .georeport_server import words_of_the_server
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
                verdict = self._features.report(feature, f"{self.name}: page {page}, feature {place}")
                if isinstance(verdict, Rejected):
                    yield verdict
                elif verdict.service_request_id not in seen:
                    seen.add(verdict.service_request_id)
                    fresh += 1
                    if wanted(verdict, status, service_codes):
                        yield verdict
            url = self._next(value, url) if fresh else None
        yield Rejected(self.name, f"the list of {len(seen)} features does not end")

    def request(self, service_request_id: str) -> Optional[Report]:
        """Return one feature, or None where there is none of this id."""
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
                properties[self._theirs(name)] = value
        properties.update(new.attributes)
        geometry = None
        if new.lon is not None and new.lat is not None:
            geometry = {"type": "Point", "coordinates": [new.lon, new.lat]}
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
            geometry = {"type": "Point", "coordinates": list(position(moved))}
        if edit.comment and not self._has("status_notes"):
            raise UsageError("The collection has no property for comments", where=self.name)
        said = {"status": edit.status, "status_notes": edit.comment}
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
