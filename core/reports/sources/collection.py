# SPDX-License-Identifier: GPL-2.0-or-later
"""What the sources have in common that hold rows rather than speak GeoReport: folders, collections, layers.

They are read whole (no common name for the time of a change), list no comments, give no tokens; a row's columns are
GeoReport's fields by the synonyms of ``resources/reports/columns.yaml``.
"""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any, Optional
from urllib.parse import urljoin, urlsplit

import requests

from ... import transport
from ...errors import DataError, UsageError
from ...feedback import SILENT, Feedback
from ...model import Rejected, Report
from ...transport import NO_CREDENTIALS, Answer, BadAnswer, BadRequest, Credentials, Limits, scrubbed
from ..formats.columns import Layout, id_columns, layout, row_report, state_of, status_of
from ..formats.dates import iso_date
from ..formats.georeport import Created, Update, plausible
from ..formats.periods import EARLIEST, Period, moment
from ..sync.matching import NEAR, is_like
from .source import NewRequest, identity_of


def stamp() -> str:
    """Return the present time in UTC, to the second, as ISO 8601."""
    return datetime.now(timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")


def position(value: str) -> tuple[float, float]:
    """Return longitude and latitude of a changed position, which is sent as ``latitude,longitude``."""
    lat, _, lon = value.partition(",")
    return float(lon), float(lat)


def check_moved(report: Optional[Report], place: tuple[float, float]) -> None:
    """Raise BadRequest where a server took a change and the report does not lie at the longitude and latitude sent.

    QGIS Server 3.22 leaves a feature where it was on a PUT, and stores degrees in a layer of metres on an Update.
    """
    if report is None or report.lon is None or report.lat is None:
        return
    if max(abs(report.lon - place[0]), abs(report.lat - place[1])) > NEAR:
        where = f"{report.source}/{report.service_request_id}"
        step = "Look at it on the server, and move it there"
        what = "The server took the change, but not the new position"
        raise BadRequest(what, where=where, next_step=step, may_have_acted=False)


def read_back(source: Any, identifier: str, new: NewRequest) -> Created:
    """Return the id that an answer named for a new feature, after a look at it: some name a feature that is none.

    Raises
    ------
    BadAnswer
        It is no id, no feature has it, or another one.
    """
    if not plausible(identifier):
        raise BadAnswer("Took a feature, and did not say its id", where=source.name)
    try:
        there = source.request(identifier)
    except (BadRequest, DataError):
        there = None
    if there is None:
        raise BadAnswer(f"Took a feature, and named {identifier} as its id, which no feature has", where=source.name)
    sent: dict[str, Any] = {"service_code": new.service_code, "description": new.description, "address": new.address}
    sent.update(lon=new.lon, lat=new.lat)
    if not is_like(sent, there):
        raise BadAnswer(f"Took a feature, and named the id of another one ({identifier})", where=source.name)
    return Created(identifier)


class ReadWhole:
    """The part of a :class:`.source.Source` that is the same for all that are read whole."""

    _ahead = timedelta(0)

    def now(self) -> datetime:
        """Return the present time by the later of the two clocks."""
        return datetime.now(timezone.utc) + max(timedelta(0), self._ahead)

    def clock(self) -> datetime:
        """Return the present time by the source's clock."""
        return datetime.now(timezone.utc) + self._ahead

    def periods(
        self, since: Optional[datetime] = None, until: Optional[datetime] = None, *, changed: bool = False
    ) -> Iterator[Period]:
        """Give all times as one."""
        yield Period(EARLIEST, until or self.now() + timedelta(days=1), said=False)

    def outside(self) -> Iterator[Report | Rejected]:
        """Give nothing: all is read, whatever its dates."""
        return iter(())

    def updates(
        self, since: Optional[datetime] = None, until: Optional[datetime] = None
    ) -> Iterator[Update | Rejected]:
        """Give nothing: what changed shows in the rows."""
        return iter(())

    def token(self, token: str) -> Created:
        """Return an empty answer: there are no tokens."""
        return Created(token=token)


class Remote(ReadWhole):
    """One server's features: its calls with their key, and its clock.

    Parameters
    ----------
    url : str
        The address that relative ones are below.
    session : requests.Session
        From :func:`..transport.new_session`.
    parameters : mapping, optional
        What tells it from others at this address.
    key : str
        Sent in the header ``Authorization``, to the scheme, host and port of ``url`` alone: as Basic where it is
        ``user:password``, as Bearer otherwise.
    """

    def __init__(
        self,
        url: str,
        session: requests.Session,
        *,
        name: str,
        key: str = "",
        parameters: Optional[Mapping[str, str]] = None,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        feedback: Feedback = SILENT,
    ) -> None:
        self.url, self.name, self.identity = url, name, identity_of(url, parameters or {})
        self._session, self._limits, self._feedback = session, limits, feedback
        self._credentials = replace(authorization(key), origin=url)

    def media(self, url: str, *, max_bytes: int) -> Answer:
        """Fetch a photo, without any key."""
        address = urljoin(f"{self.url}/", url)
        if urlsplit(address).scheme not in ("http", "https"):
            raise UsageError("Is no address of a photo", where=scrubbed(address))
        limits = replace(self._limits, max_bytes=max_bytes)
        return transport.fetch(self._session, address, limits=limits, feedback=self._feedback)

    def _fetch(self, url: str, **more: Any) -> Answer:
        answer = transport.fetch(
            self._session, url, credentials=self._credentials, limits=self._limits, feedback=self._feedback, **more
        )
        at = moment(iso_date(header(answer, "date")))
        if at is not None:
            self._ahead = at - datetime.now(timezone.utc)
        return answer


def checked_address(url: str, what: str) -> str:
    """Return an address, or raise UsageError where it is none; ``what`` names the thing that is due there."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        step = f"Give the address of the {what}, it begins with https://"
        raise UsageError(f"Is no address of a {what}", where=scrubbed(url), next_step=step)
    return url


def header(answer: Answer, name: str) -> str:
    """Return a header of an answer, whatever its case; empty where there is none."""
    return next((value for key, value in answer.headers.items() if key.lower() == name), "")


def authorization(key: str) -> Credentials:
    """Return a key as the header ``Authorization``: Basic where it is ``user:password``, else Bearer."""
    if not key:
        return NO_CREDENTIALS
    basic = ":" in key
    said = base64.b64encode(key.encode("utf-8")).decode("ascii") if basic else key
    return Credentials(headers={"Authorization": f"{'Basic' if basic else 'Bearer'} {said}"})


class Features:
    """GeoJSON features of one collection as reports, and GeoReport's names as the collection's.

    ``key`` is the property that names a feature where the feature's own id does not last; ``multi`` says that its
    geometries are MultiPoints; ``words`` counts the status words that were seen.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.key = ""
        self.multi = False
        self.words: Counter[str] = Counter()
        self._layouts: dict[tuple[str, ...], Layout] = {}
        self._theirs: dict[str, str] = {}

    @property
    def known(self) -> bool:
        """Whether the collection's names were seen."""
        return bool(self._layouts)

    def learn(self, names: tuple[str, ...]) -> Layout:
        """Find out what properties of these names mean.

        Raises
        ------
        DataError
            Not one of them is known.
        """
        known = self._layouts.get(names)
        if known is None:
            made = layout(["service_request_id", *names, "long", "lat"], where=self.source)
            last = len(made.names)
            known = Layout(made.names, made.fields, last - 2, last - 1, None, made.dialect)
            self._layouts[names] = known
            for at, field in known.fields.items():
                if field != "service_request_id":
                    self._theirs.setdefault(field, known.names[at])
        return known

    def has(self, field: str) -> bool:
        """Say whether the collection showed a property for a field of GeoReport."""
        return field in self._theirs

    def theirs(self, field: str) -> str:
        """Return the collection's name for a field of GeoReport."""
        return self._theirs.get(field, field)

    def identify(self, features: Sequence[Any]) -> None:
        """Let the rows' own column of ids name them, because the features' ids do not last.

        Raises
        ------
        DataError
            No column that is known for an id tells the rows apart.
        """
        rows = [f.get("properties") or {} for f in features if isinstance(f, dict)]
        names = list(dict.fromkeys(name for row in rows for name in row))
        for column in id_columns(names):
            values = [text(row.get(column)).strip() for row in rows]
            if all(values) and len(set(values)) == len(values):
                self.key = column
                return
        raise DataError(
            "Its features have no ids that last: the server makes them anew for each answer",
            where=self.source,
            next_step="Let the layer have a key, or a column of ids named like id, numero or reference",
        )

    def report(self, feature: Any, where: str) -> Report | Rejected:
        """Return a feature as a report, under the feature's own id, or that of its row (see :meth:`identify`)."""
        if not isinstance(feature, dict) or not isinstance(feature.get("properties") or {}, dict):
            return Rejected(where, "is no feature")
        properties = dict(feature.get("properties") or {})
        identifier = text(properties.get(self.key)) if self.key else text(feature.get("id"))
        properties.pop("service_request_id", None)
        if not identifier:
            return Rejected(where, "has no id")
        lon, lat, flaw = self._point(feature.get("geometry"))
        cells = [_cell(value) for value in properties.values()]
        verdict = row_report(
            [identifier, *cells, lon, lat], self.learn(tuple(properties)), source=self.source, where=where
        )
        if isinstance(verdict, Report) and verdict.raw_status:
            self.words[verdict.raw_status] += 1
        return replace(verdict, position_flag=flaw) if flaw and isinstance(verdict, Report) else verdict

    def _point(self, geometry: Any) -> tuple[Any, Any, str]:
        if geometry is None:
            return None, None, ""
        kind = geometry.get("type") if isinstance(geometry, Mapping) else None
        coordinates = geometry.get("coordinates") if isinstance(geometry, Mapping) else None
        if kind == "MultiPoint" and isinstance(coordinates, list):
            self.multi = True
            if not coordinates:
                return None, None, ""
            kind, coordinates = "Point" if len(coordinates) == 1 else kind, coordinates[0]
        if kind != "Point" or not isinstance(coordinates, list) or len(coordinates) < 2:
            return None, None, "not a point"
        return coordinates[0], coordinates[1], ""

    def word(self, status: str, state: str, listed: Sequence[str] = ()) -> str:
        """Return the collection's own word for a status, or for one of our states; ours where it shows no words.

        ``listed`` are the words that its schema allows. A word of the state itself goes before one that only closes
        or opens, what is frequent before what is rare.

        Raises
        ------
        UsageError
            It has words, and none that means this.
        """
        known = list(listed) or [word for word, _ in self.words.most_common()]
        # A layer whose features say open or closed speaks GeoReport, though all that it has now may be open.
        if not known or status in known or (not listed and set(known) <= {"open", "closed"}):
            return status
        fits = [word for word in known if status_of(word) == status]
        of_state = [word for word in fits if state_of(word) == state]
        if fits:
            return max(of_state or fits, key=lambda word: self.words[word])
        shown = ", ".join(known[:8])
        raise UsageError(f"The layer has no word for {status}; it knows {shown}", where=self.source)


_MADE_UP = re.compile(r"(?:^|\.)fid-+[0-9a-f]+[_-]|^anonymous", re.IGNORECASE)


def looks_made_up(identifier: str) -> bool:
    """Say whether an id is of the form that GeoServer gives to rows without a key, anew in each answer."""
    return bool(_MADE_UP.search(identifier))


def ids_last(features: Sequence[Any], known: Callable[[str], bool], again: Callable[[], Any]) -> bool:
    """Say whether the features of a first page can be found again by their ids.

    ``known`` asks for one by its id; where nothing is there the page is asked for ``again``, and the ids compared: a
    server may not know how to give one alone.
    """
    ids = [text(f.get("id")) for f in features if isinstance(f, dict)]
    if not ids or not all(ids) or looks_made_up(ids[0]):
        return not ids
    if known(ids[0]):
        return True
    second = again()
    return not isinstance(second, list) or any(text(f.get("id")) in ids for f in second if isinstance(f, dict))


def number_of(value: Any, known: Optional[int] = None) -> Optional[int]:
    """Return a count as a server says it, or what was known before where it says none."""
    return int(value) if str(value).isdigit() else known


def text(value: Any) -> str:
    """Return an id as text; empty where it is none."""
    return "" if value is None or isinstance(value, (bool, dict, list)) else str(value)


def wanted(report: Report, status: str, service_codes: Any) -> bool:
    """Say whether a report is one of those asked for."""
    return (not status or report.status == status) and (not service_codes or report.service_code in service_codes)


def _cell(value: Any) -> Any:
    plain = value is None or isinstance(value, (str, int, float, bool))
    return value if plain else json.dumps(value, ensure_ascii=False)
