# SPDX-License-Identifier: GPL-2.0-or-later
"""What a kind of report server does in its own way: a profile, kept as YAML in ``resources/servers``.

A person can write another file and give its path; no code knows a server by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal

from .... import resources
from ...base import checked_yaml
from ...errors import UsageError
from ...store.fields import CHANGEABLE
from ...store.states import load_states
from ..formats.dates import Order
from ..formats.georeport import Dialect


@dataclass(frozen=True)
class Paths:
    """Addresses below the server's own; ``{format}`` is json or xml, ``{id}`` what is asked for; empty: none."""

    discovery: str = "discovery.{format}"
    services: str = "services.{format}"
    definition: str = "services/{id}.{format}"
    requests: str = "requests.{format}"
    request: str = "requests/{id}.{format}"
    token: str = "tokens/{id}.{format}"  # noqa: S105 - an address, no secret
    updates: str = ""


@dataclass(frozen=True)
class Paging:
    """How a list is read in pages.

    ``page`` and ``size`` name the parameters (``size`` empty: the server has none); ``first`` is the number of the
    first page or offset; ``look_at_zero`` asks for page 0 once, because some count from there. ``ordered`` is False
    where records move between pages: a list that does not fit one page is then read by shorter periods. ``repeats``
    pages in a row of known ids, or ``empties`` pages in a row without any record, end the list; ``short_page_ends``
    says that a page with fewer records than asked for is the last. Behind a page with records a 404 is the end, too.
    """

    style: Literal["none", "page", "offset"] = "none"
    page: str = "page"
    size: str = ""
    first: int = 1
    page_size: int = 100
    ordered: bool = True
    repeats: int = 1
    empties: int = 1
    short_page_ends: bool = False
    most_pages: int = 10_000
    look_at_zero: bool = False


@dataclass(frozen=True)
class Periods:
    """How a list is limited in time.

    ``start`` and ``end`` name the parameters for when a request was made, ``changed_start`` and ``changed_end`` those
    for when it last changed (empty: there are none). One call asks for at most ``days`` (0: any length), and is
    halved down to ``seconds``. An answer of exactly one of ``caps`` records, or as many as the largest, counts as cut
    off where pages can't tell. ``dates`` is the form: with Z, with an offset, without zone in UTC, or the day alone.
    """

    start: str = "start_date"
    end: str = "end_date"
    changed_start: str = ""
    changed_end: str = ""
    days: int = 90
    seconds: int = 60
    caps: tuple[int, ...] = (1000,)
    dates: Literal["Z", "offset", "no zone", "day"] = "Z"


@dataclass(frozen=True)
class Writing:
    """What may be sent.

    ``create`` takes new requests; ``updates`` is how a change of status or a comment is sent; ``status`` says that such
    an update may change the status; ``media`` how a photo goes along; ``longest`` the characters of a description.

    ``fields`` maps other fields of ours that a PATCH may change to the server's names. ``states`` maps our states (see
    ``resources/states/states.yaml``) to the server's own words, sent as ``state_field``; without it only open and
    closed are sent. ``listed`` says that a new request is in the lists at once: one that is not there ``settle``
    seconds after its answer was lost was not taken, and may be sent again.
    """

    create: bool = False
    updates: Literal["none", "servicerequestupdates", "patch"] = "none"
    status: bool = False
    media: Literal["none", "multipart", "url"] = "none"
    longest: int = 4000
    fields: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    state_field: str = "status"
    listed: bool = True
    settle: float = 60.0

    def __post_init__(self) -> None:
        unknown = sorted(set(self.states) - set(load_states()))
        if unknown:
            raise ValueError(f"there is no state {', '.join(unknown)}")
        wrong = sorted(set(self.fields) - CHANGEABLE)
        if wrong:
            raise ValueError(f"of fields, {', '.join(sorted(CHANGEABLE))} may be changed, not {', '.join(wrong)}")


@dataclass(frozen=True)
class Key:
    """Where an API key goes: nowhere, into the form of what is sent, or into a header of every call."""

    place: Literal["none", "form", "header"] = "form"
    name: str = "api_key"
    prefix: str = ""


@dataclass(frozen=True)
class Profile:
    """One kind of server.

    ``needs`` are parameters that a person must give (a jurisdiction); ``params`` and ``headers`` go with every call;
    ``statuses`` are asked for one call after the other (empty: not named, so all come); ``ids`` is how many ids one
    call may name; ``empty`` a status that means an empty list; ``pause`` the seconds between calls; ``signs`` are how
    the kind is recognised (see :class:`.probe.Evidence`).
    """

    name: str
    title: str
    notes: str = ""
    format: Literal["json", "xml"] = "json"
    paths: Paths = field(default_factory=Paths)
    needs: tuple[str, ...] = ()
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    paging: Paging = field(default_factory=Paging)
    periods: Periods = field(default_factory=Periods)
    statuses: tuple[str, ...] = ()
    ids: int = 1
    empty: tuple[int, ...] = ()
    pause: float = 0.0
    items: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    service_fields: Mapping[str, str] = field(default_factory=dict)
    status: Mapping[str, str] = field(default_factory=dict)
    dates: Order = "unknown"
    writing: Writing = field(default_factory=Writing)
    key: Key = field(default_factory=Key)
    signs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        wrong = sorted(set(self.status.values()) - {"open", "closed"})
        if wrong:
            raise ValueError(f"a status maps to open or closed, not to {', '.join(wrong)}")
        if (
            self.paging.page_size < 1
            or self.paging.repeats < 1
            or self.paging.most_pages < 1
            or self.periods.seconds < 1
        ):
            raise ValueError("page_size, repeats, most_pages and seconds are at least 1")

    @property
    def dialect(self) -> Dialect:
        """How this server's requests are read."""
        status = {word.lower(): state for word, state in self.status.items()}
        return Dialect(self.items, self.fields, status, self.dates)

    @property
    def service_dialect(self) -> Dialect:
        """How this server's services are read."""
        return Dialect(self.items, self.service_fields)

    def capabilities(self) -> dict[str, bool]:
        """Return what the server can do, by name."""
        return {
            "incremental": bool(self.periods.changed_start or self.paths.updates),
            "paging": self.paging.style != "none",
            "periods": bool(self.periods.start),
            "definitions": bool(self.paths.definition),
            "create": self.writing.create,
            "media": self.writing.media != "none",
            "updates": self.writing.updates != "none",
            "status": self.writing.status,
        }


GENERIC = "generic"


def profile_names() -> tuple[str, ...]:
    """Return the names of the shipped profiles."""
    return tuple(sorted(path.stem for path in resources.path("servers").glob("*.yaml")))


@lru_cache(maxsize=64)
def load_profile(name: str | Path) -> Profile:
    """Read a shipped profile by its name, or another by the path of its file.

    Raises
    ------
    UsageError
        There is no profile of this name.
    DataError
        The file differs from :class:`Profile`; ``where`` is its line.
    """
    path = Path(name)
    if path.suffix not in (".yaml", ".yml"):
        if str(name) not in profile_names():
            step = f"Choose one of {', '.join(profile_names())}, or give the path of a .yaml file"
            raise UsageError(f"There is no server profile named {name}", next_step=step)
        path = resources.path("servers", f"{name}.yaml")
    return checked_yaml.load(path, Profile)
