# SPDX-License-Identifier: GPL-2.0-or-later
"""What every source of reports is to two-way sync: a report server, a collection of features, a folder."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Optional, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

from ...model import Rejected, Report
from ...store.fields import question
from ...transport import Answer
from ..formats.georeport import Created, Update
from ..formats.periods import Period


@dataclass(frozen=True)
class Abilities:
    """What a source can do.

    ``changes``: be asked for what changed since a time. ``updates``: list comments and changes of status. ``create``:
    take new reports. ``comments``, ``status``: take a comment, a change of status. ``fields``: other fields that may
    be changed (``position`` is latitude,longitude), ``new`` those that a new report may have (None: all).
    ``states``: our states that it has words for, in its field ``state_field``; without, it knows open and closed.
    ``photos``: take a photo with a new report. ``longest``: characters of a text. ``listed``, ``settle``: see
    :class:`.profile.Writing`.
    """

    changes: bool = False
    updates: bool = False
    create: bool = False
    comments: bool = False
    status: bool = False
    fields: frozenset[str] = frozenset()
    new: Optional[frozenset[str]] = None
    states: Mapping[str, str] = field(default_factory=dict)
    state_field: str = "status"
    photos: bool = False
    longest: int = 4000
    listed: bool = True
    settle: float = 0.0

    def text(self, takes: Sequence[str] = ()) -> str:
        """Return them as JSON, for :func:`abilities_from`; ``takes`` go along as they are."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        values.update(fields=sorted(self.fields), states=dict(self.states), takes=list(takes))
        values["new"] = None if self.new is None else sorted(self.new)
        return json.dumps(values)

    def has_new(self, field: str) -> bool:
        """Say whether a new report may have a field, which may be ours (``geom``) or a source's (``position``)."""
        return self.new is None or field in self.new or question(field) in self.new


def abilities_from(text: str) -> Abilities:
    """Read what :meth:`Abilities.text` wrote; what this version does not know is left out."""
    known = {name: value for name, value in json.loads(text).items() if name in Abilities.__dataclass_fields__}
    new = known.get("new")
    known.update(fields=frozenset(known.get("fields") or ()), new=None if new is None else frozenset(new))
    return Abilities(**known)


@dataclass(frozen=True)
class NewRequest:
    """What a person wants to send. Degrees in WGS 84; ``attributes`` by code; ``extra`` as the server names it.

    ``photo`` is (file name, bytes, media type).
    """

    service_code: str
    description: str = ""
    lon: Optional[float] = None
    lat: Optional[float] = None
    address: str = ""
    attributes: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    media_url: str = ""
    photo: Optional[tuple[str, bytes, str]] = field(default=None, repr=False)
    extra: Mapping[str, str] = field(default_factory=dict)


def identity_of(url: str, parameters: Mapping[str, str]) -> str:
    """Return who a server is: scheme, host, port, path and parameters, whatever the way in which they are written.

    >>> identity_of("HTTPS://Host.example:443/open311/v2/", {"jurisdiction_id": "aubagne"})
    'https://host.example/open311/v2?jurisdiction_id=aubagne'
    """
    parts = urlsplit(url)
    scheme, host = parts.scheme.lower(), parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, {"http": 80, "https": 443}.get(scheme)) else f":{parts.port}"
    pairs = sorted({**dict(parse_qsl(parts.query, keep_blank_values=True)), **parameters}.items())
    query = f"?{urlencode(pairs)}" if pairs else ""
    return f"{scheme}://{host}{port}{parts.path.rstrip('/')}{query}"


def is_cut(verdict: Rejected) -> bool:
    """Say whether a list that gave this is not whole: what is not in it may be there all the same."""
    return "cut off" in verdict.reason or "does not end" in verdict.reason


@dataclass(frozen=True)
class ChangedRequest:
    """What changes of a report at its source; an empty ``status`` or ``comment`` is nothing to send.

    ``state`` is the one of ours that ``status`` comes from. ``fields`` are ours too; one with an empty value is emptied
    there. ``position`` is latitude,longitude in degrees, WGS 84.
    """

    status: str = ""
    state: str = ""
    comment: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


class ReportSource(Protocol):
    """A source of reports. Reading is lazy and may be repeated; what is sent is sent once.

    Every method may raise :class:`~..transport.TransportError` or :class:`~..errors.DataError`; for one that sends,
    ``TransportError.may_have_acted`` says whether it may have been taken all the same.
    """

    name: str
    """``Report.source`` of all its reports."""

    @property
    def identity(self) -> str:
        """Who it is, see :func:`identity_of`; of a folder its whole path."""

    @property
    def abilities(self) -> Abilities:
        """What it can do."""

    def now(self) -> datetime:
        """Return the present time, by the later of the two clocks."""

    def clock(self) -> datetime:
        """Return the present time by the source's clock, as far as it is known."""

    def periods(
        self, since: Optional[datetime] = None, until: Optional[datetime] = None, *, changed: bool = False
    ) -> Iterator[Period]:
        """Give the periods that it is best asked for, oldest first."""

    def requests(
        self,
        *,
        since: Optional[datetime] = None,
        until: Optional[datetime] = None,
        changed: bool = False,
        status: str = "",
        service_codes: Sequence[str] = (),
    ) -> Iterator[Report | Rejected]:
        """Give the reports of a time, each once; with ``changed`` those that changed in it."""

    def outside(self) -> Iterator[Report | Rejected]:
        """Give the reports that none of these periods holds: dated when no report can be."""

    def request(self, service_request_id: str) -> Optional[Report]:
        """Return one report, or None where there is none of this id."""

    def updates(
        self, since: Optional[datetime] = None, until: Optional[datetime] = None
    ) -> Iterator[Update | Rejected]:
        """Give comments and changes of status."""

    def create(self, new: NewRequest) -> Created:
        """Send a new report; return its id, or a token to ask for it with."""

    def token(self, token: str) -> Created:
        """Ask for the id of a report that was taken with a token; it is empty as long as there is none."""

    def update(self, service_request_id: str, edit: ChangedRequest) -> None:
        """Send a change of status, a comment, other fields; all that ``edit`` says, or an error."""

    def media(self, url: str, *, max_bytes: int) -> Answer:
        """Fetch a photo."""
