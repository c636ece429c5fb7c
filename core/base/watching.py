# SPDX-License-Identifier: GPL-2.0-or-later
"""A call of requests that ends when it has to: a reader that blocks on a slow server is woken by closing its socket.

Time-outs of sockets count from byte to byte, so a server that sends one now and then is read for ever, and nothing can
be asked meanwhile. One thread looks at the calls under way five times a second; it lives only while there are any.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, Optional

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

log = logging.getLogger(__name__)

_EVERY_S = 0.2
_IDLE_S = 5.0


@dataclass(eq=False)
class Call:
    """A call under way: until when (``time.monotonic``), how to ask for cancel, and why it was ended."""

    until: float
    is_cancelled: Callable[[], bool]
    connection: Optional[Any] = None
    ended: Literal["", "late", "cancelled"] = ""
    thread: int = field(default_factory=threading.get_ident)


_here = threading.local()
_calls: set[Call] = set()
_changed = threading.Condition()
_watching = False


@contextmanager
def watch(until: float, is_cancelled: Callable[[], bool]) -> Iterator[Call]:
    """End what this thread reads in the block through :func:`watched_adapter` at ``until``, or when it is cancelled.

    The reader then gets an error or half an answer; ``ended`` of the call says why.
    """
    global _watching
    call = Call(until, is_cancelled, getattr(_here, "connection", None))
    _here.call = call
    with _changed:
        _calls.add(call)
        if not _watching:
            _watching = True
            threading.Thread(target=_look, name="calls under way", daemon=True).start()
    try:
        yield call
    finally:
        _here.call = None
        with _changed:
            _calls.discard(call)


def _look() -> None:
    global _watching
    idle_since = time.monotonic()
    while True:
        with _changed:
            under_way = tuple(_calls)
            if under_way:
                idle_since = time.monotonic()
            elif time.monotonic() - idle_since > _IDLE_S:
                _watching = False
                return
        for call in under_way:
            late = time.monotonic() > call.until
            if late or call.is_cancelled():
                call.ended = call.ended or ("late" if late else "cancelled")
                _wake(call)
        time.sleep(_EVERY_S)


def _wake(call: Call) -> None:
    """Shut the socket of a call, below TLS: whoever reads it is woken, and frees it."""
    opened = getattr(call.connection, "sock", None)
    if opened is not None:
        try:
            socket.socket.shutdown(opened, socket.SHUT_RDWR)
        except OSError as error:
            log.debug("a connection was closed already: %s", error)


def _note(connection: Any) -> None:
    _here.connection = connection
    call = getattr(_here, "call", None)
    if call is not None:
        call.connection = connection


class _Http(HTTPConnection):
    def connect(self) -> None:
        _note(self)
        super().connect()

    def putrequest(self, *args: Any, **more: Any) -> None:
        _note(self)
        super().putrequest(*args, **more)


class _Https(HTTPSConnection):
    def connect(self) -> None:
        _note(self)
        super().connect()

    def putrequest(self, *args: Any, **more: Any) -> None:
        _note(self)
        super().putrequest(*args, **more)


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


class _Adapter(HTTPAdapter):
    """requests' own adapter with connections that say which call they serve."""

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        """Make the pools of connections, of ours."""
        super().init_poolmanager(*args, **more)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}

    def proxy_manager_for(self, *args: Any, **more: Any) -> Any:
        """Return the pools of a proxy, of ours."""
        manager = super().proxy_manager_for(*args, **more)
        if "http" in manager.pool_classes_by_scheme and manager.pool_classes_by_scheme["http"] is HTTPConnectionPool:
            manager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
        return manager


def watched_adapter() -> HTTPAdapter:
    """Return an adapter for a session, whose reads :func:`watch` can end."""
    return _Adapter()
