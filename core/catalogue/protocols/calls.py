# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls to one source: polite, counted and timed; pages fetched ahead of the one in use; what is known already."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Optional, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import requests

from ... import transport
from ...feedback import SILENT, Feedback
from ...transport import NO_CREDENTIALS, Answer, Credentials, Limits

T = TypeVar("T")
LIMITS = Limits(read=120.0, max_bytes=128 << 20)
"""Catalogues may think long over a page; a capabilities document of 20 MB is real."""


@dataclass
class Health:
    """How a source answered: calls, those that failed, bytes, seconds waited in all and for the slowest."""

    calls: int = 0
    failed: int = 0
    bytes: int = 0
    seconds: float = 0.0
    slowest: float = 0.0

    @property
    def latency_ms(self) -> float:
        """Mean milliseconds of a call."""
        return 1000 * self.seconds / self.calls if self.calls else 0.0


@dataclass(frozen=True)
class Unchanged:
    """A record of which the source says what it said before, byte by byte; its identifier is the source's."""

    id: str
    flawed: bool


@dataclass
class Known:
    """What a source sent before, by digest: the same again needs no reading and no storing.

    ``before``: digest → identifier, and whether the record has flaws; ``now``: identifier → digest of what was read.
    """

    before: Mapping[bytes, tuple[str, bool]] = field(default_factory=dict)
    now: dict[str, bytes] = field(default_factory=dict)


@dataclass
class Calls:
    """A session and its manners towards one source; one thread at a time.

    ``pause`` seconds lie between two calls; time-outs, repeats, back-off and size caps are
    :func:`..transport.fetch`'s. ``etag`` and ``last_modified`` of the last harvest make calls with ``conditional``
    answer 304 where nothing changed (``unchanged``); afterwards they are those of the answer. With ``known`` a reader
    that can gives an :class:`Unchanged` in the place of a record that it knows. ``complete`` is False where a list did
    not give all that it counts (:mod:`.counting`).
    """

    session: requests.Session
    pause: float = 0.0
    limits: Limits = LIMITS
    credentials: Credentials = NO_CREDENTIALS
    feedback: Feedback = SILENT
    etag: str = ""
    last_modified: str = ""
    unchanged: bool = False
    complete: bool = True
    known: Optional[Known] = None
    health: Health = field(default_factory=Health)
    _last: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def get(
        self,
        url: str,
        params: Optional[Mapping[str, str]] = None,
        *,
        accept: str = "",
        conditional: bool = False,
        answers: frozenset[int] = frozenset(),
        retries: Optional[int] = None,
    ) -> Answer:
        """Fetch a page; parameters replace those of the same name (whatever the case) in the address.

        ``retries`` in place of those of ``limits``, where a failure is likely to be the answer.

        Raises
        ------
        TransportError, Cancelled
            See :func:`..transport.fetch`.
        """
        headers = {"Accept": accept} if accept else {}
        if conditional and self.etag:
            headers["If-None-Match"] = self.etag
        if conditional and self.last_modified:
            headers["If-Modified-Since"] = self.last_modified
        with self._lock:
            left = self._last + self.pause - time.monotonic()
            if left > 0:
                transport.wait(left, self.feedback)
            with self._timed():
                answer = transport.fetch(
                    self.session,
                    with_params(url, params or {}),
                    headers=headers,
                    credentials=self.credentials,
                    limits=self.limits if retries is None else replace(self.limits, retries=retries),
                    accept=answers,
                    feedback=self.feedback,
                )
            self.health.bytes += len(answer.body)
            if conditional:
                self.unchanged = answer.status == 304
            if conditional and answer.status != 304:
                found = {name.casefold(): value for name, value in answer.headers.items()}
                self.etag, self.last_modified = found.get("etag", ""), found.get("last-modified", "")
        return answer

    def head(self, url: str) -> Answer:
        """Ask for the headers of what is at an address.

        Raises
        ------
        TransportError, Cancelled
            See :func:`..transport.fetch`.
        """
        with self._lock, self._timed():
            return transport.fetch(
                self.session,
                url,
                method="HEAD",
                credentials=self.credentials,
                limits=self.limits,
                feedback=self.feedback,
            )

    def beginning(self, url: str, count: int = 1 << 16) -> bytes:
        """Return the first bytes of a file; all of it where the server gives no parts and it is not too long.

        Raises
        ------
        TransportError, Cancelled
            See :func:`..transport.fetch`.
        """
        with self._lock, self._timed():
            answer = transport.fetch(
                self.session,
                url,
                headers={"Range": f"bytes=0-{count - 1}", "Accept-Encoding": "identity"},
                credentials=self.credentials,
                limits=replace(self.limits, retries=0),
                accept=frozenset({206}),
                feedback=self.feedback,
            )
        self.health.bytes += len(answer.body)
        return answer.body[:count]

    @contextmanager
    def _timed(self) -> Iterator[None]:
        started = time.monotonic()
        self.health.calls += 1
        try:
            yield
        except BaseException:
            self.health.failed += 1
            raise
        finally:
            self._last = time.monotonic()
            took = self._last - started
            self.health.seconds += took
            self.health.slowest = max(self.health.slowest, took)


def with_params(url: str, params: Mapping[str, str]) -> str:
    """Return a URL with parameters; those of the same name, whatever their case, are replaced. No fragment."""
    parts = urlsplit(url)
    names = {name.casefold() for name in params}
    kept = [
        (name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name.casefold() not in names
    ]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode([*kept, *params.items()]), ""))
