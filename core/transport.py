# SPDX-License-Identifier: GPL-2.0-or-later
"""The only door to the network.

A ``requests.Session`` carries every call, so QGIS can mount an adapter of its own on it and proxies, certificates and
authentication are then those of QGIS. What must hold whatever the adapter is done here: time-outs, retries of
calls that may be repeated, a cap on decoded bytes, redirects that take no key along, errors that name no key.
"""

from __future__ import annotations

import base64
import logging
import random
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Optional
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import requests
from urllib3.exceptions import ConnectTimeoutError, HTTPError, InvalidHeader, NewConnectionError
from urllib3.util.retry import Retry

from .base.watching import watch, watched_adapter
from .errors import Cancelled, SigmaError
from .feedback import SILENT, Feedback

log = logging.getLogger(__name__)

USER_AGENT = "sigma-communes (+https://github.com/sigma-communes/sigma-communes)"
REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS"})
_PASSING = frozenset({429, 500, 502, 503, 504})
_CHUNK = 8 << 10
_ERROR_BYTES = 64 << 10
_SHORTEST_KEY = 6  # characters: what is shorter stands in texts by itself


@dataclass(frozen=True)
class Limits:
    """What one call may take.

    ``connect`` and ``read`` are seconds without an answer, ``whole`` seconds for all of a body; ``max_bytes`` counts
    decoded bytes; ``retries`` come after the first try, ``backoff`` seconds before the first of them and twice as many
    before each next; a server that asks for a pause longer than ``longest_pause`` seconds is not waited for, and none
    longer than ``waiting`` seconds in all the calls of a session. A server's own fault is tried again at once the first
    time.
    """

    connect: float = 10.0
    read: float = 60.0
    whole: float = 600.0
    max_bytes: int = 64 << 20
    redirects: int = 5
    retries: int = 4
    backoff: float = 0.5
    longest_pause: float = 60.0
    waiting: float = 900.0


@dataclass(frozen=True)
class Credentials:
    """Keys for one server, by header or in the body of what is sent. Never shown, never in a URL.

    ``origin`` is any address of the server that they are for: they go to its scheme, host and port alone; empty: to the
    address that is asked. Where an answer repeats them, they are masked.
    """

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] = field(default_factory=dict, repr=False)
    origin: str = ""

    def secrets(self) -> tuple[bytes, ...]:
        """Return what must not be repeated: keys, and passwords of Basic; the longest first."""
        found = set()
        for value in (*self.headers.values(), *self.form.values()):
            kind, _, key = value.rpartition(" ")
            found.add(key)
            if kind.lower() == "basic":
                try:
                    found.add(base64.b64decode(key).decode("utf-8").partition(":")[2])
                except (ValueError, UnicodeError):
                    log.debug("a key of the kind Basic is none")
        return tuple(sorted((key.encode() for key in found if len(key) >= _SHORTEST_KEY), key=len, reverse=True))


NO_CREDENTIALS = Credentials()


@dataclass(frozen=True)
class Answer:
    """A whole answer, decompressed. ``url`` is the last one after redirects, without its secrets."""

    status: int
    body: bytes = field(repr=False)
    content_type: str
    url: str
    headers: Mapping[str, str] = field(repr=False)


# --- errors ------------------------------------------------------------------------------------------------------


class TransportError(SigmaError):
    """A call that failed.

    ``status`` and ``body`` (its beginning) are the server's where it answered; ``may_have_acted`` is False only where
    the server certainly did nothing: it was not reached, or it refused.
    """

    def __init__(
        self,
        what: str,
        *,
        where: Optional[str] = None,
        next_step: Optional[str] = None,
        status: int = 0,
        body: bytes = b"",
        content_type: str = "",
        may_have_acted: bool = True,
        retry_after: Optional[float] = None,
        code: str = "",
    ) -> None:
        super().__init__(what, where=where, next_step=next_step, code=code)
        self.status = status
        self.body = body
        self.content_type = content_type
        self.may_have_acted = may_have_acted
        self.retry_after = retry_after


class Unreachable(TransportError):
    """No answer, or half of one: no such host, refused, timed out, cut. It may pass."""

    code = "unreachable"
    passing = True


class UnknownHost(Unreachable):
    """The name of the host leads nowhere, or no network is there to ask for it: asking at once again does not help."""

    code = "unknown-host"
    passing = False


class NotTrusted(Unreachable):
    """The certificate is not trusted, or the proxy refused: trying again does not help."""

    code = "certificate"
    passing = False


class RefusedCredentials(TransportError):
    """401, 403 or 407: the key is missing, wrong, or not allowed to do this."""

    code = "sign-in"


class NotFound(TransportError):
    """404 or 410: nothing is at this address."""

    code = "gone"


class TooManyRequests(TransportError):
    """429, still after waiting as long as is reasonable; ``retry_after`` is in seconds."""

    code = "busy"


class BadRequest(TransportError):
    """Another status from 400 to 499: the server understood and refused; its reason is in ``body``."""

    code = "refused"


class ServerFailed(TransportError):
    """A status from 500: the server's own fault, which repeating did not cure."""

    code = "server-fault"


class BadAnswer(TransportError):
    """An answer that can't be used: badly compressed, redirected in circles or where it must not be."""

    code = "bad-answer"


class TooLarge(BadAnswer):
    """More decoded bytes than allowed; ask for less at a time."""

    code = "too-large"


# --- secrets -----------------------------------------------------------------------------------------------------

_SECRET_NAME = re.compile(r"key|token|secret|pass|auth|sig|session|credential", re.IGNORECASE)
# What may go along to another host; a header that is not named here may hold a key.
_HARMLESS_HEADERS = frozenset(
    {"accept", "accept-encoding", "accept-language", "connection", "user-agent", "if-modified-since", "if-none-match"}
)


def scrubbed(url: str) -> str:
    """Return a URL without user, password, fragment and the values of parameters that look like keys."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        host = f"[{host}]" if ":" in host else host
        host = f"{host}:{parts.port}" if parts.port else host
        query = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return "<an address that can't be read>"
    shown = [(name, "***" if _SECRET_NAME.search(name) else value) for name, value in query]
    return urlunsplit((parts.scheme, host, parts.path, urlencode(shown, safe="*:,/"), ""))


def _no_other_key(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


class Patience(tuple[float, float]):
    """Seconds to connect and to read, as requests takes them, and the moment (``time.monotonic``) when all ends."""

    until: float

    def __new__(cls, connect: float, read: float, until: float) -> Patience:
        """Keep the moment beside the two numbers."""
        made = super().__new__(cls, (connect, read))
        made.until = until
        return made


class _Session(requests.Session):
    """A session that leaves redirects to :func:`fetch`: requests reads the body of each to its end, however large."""

    def get_redirect_target(self, resp: requests.Response) -> Optional[str]:
        """Return None: no redirect is followed, nor looked at, by requests."""
        return None


def new_session(*, user_agent: str = USER_AGENT) -> requests.Session:
    """Return a session for :func:`fetch`; one for each thread. Close it, or use it in a ``with`` block.

    Its adapters never retry by themselves (:func:`fetch` does, and can be stopped meanwhile), so an adapter of QGIS
    can take their place: ``session.mount("https://", adapter)``. Keys go into :class:`Credentials`, not on the
    session, which would send them to every host.
    """
    session = _Session()
    session.headers["User-Agent"] = user_agent
    # Without this a line of ~/.netrc would take the place of the key that a person gave.
    session.auth = _no_other_key
    for scheme in ("http://", "https://"):
        session.mount(scheme, watched_adapter())
    # Only what zlib unpacks, a thousandfold at most; a body in other compressions is refused.
    session.headers["Accept-Encoding"] = "gzip, deflate"
    return session


# --- one call ----------------------------------------------------------------------------------------------------


def fetch(
    session: requests.Session,
    url: str,
    *,
    method: str = "GET",
    params: Optional[Mapping[str, str]] = None,
    headers: Optional[Mapping[str, str]] = None,
    form: Optional[Mapping[str, str]] = None,
    files: Optional[Mapping[str, Any]] = None,
    json: Optional[Any] = None,
    content: Optional[bytes] = None,
    credentials: Credentials = NO_CREDENTIALS,
    limits: Limits = Limits(),
    accept: frozenset[int] = frozenset(),
    feedback: Feedback = SILENT,
) -> Answer:
    """Make one call and return its whole answer.

    Parameters
    ----------
    session : requests.Session
        From :func:`new_session`.
    url : str
        ``http`` or ``https``; a key has no place in it.
    method : str
        GET, HEAD and OPTIONS are repeated on 429, 500, 502, 503, 504 and on lost connections, and follow
        redirects; every other method is tried once, repeated only where the server was not even reached, and
        follows no redirect (it would lose its body, or take a key in it along).
    params, headers, form, files, json
        As in requests; ``credentials`` are added to headers and form.
    content : bytes, optional
        A body as it is to be sent, in the place of ``form``, ``files`` and ``json``.
    accept : frozenset of int
        Statuses from 400 on that are an answer here and no error.
    feedback : Feedback
        Asked for cancel between chunks, before tries and while waiting.

    Raises
    ------
    TransportError
        One of its kinds, each with the next step.
    Cancelled
        As ``feedback`` asked.
    """
    method = method.upper()
    where = scrubbed(url)
    if credentials.origin and _origin(credentials.origin) != _origin(url):
        raise RefusedCredentials(
            f"The key is for {scrubbed(credentials.origin)}, and is not sent elsewhere",
            where=where,
            next_step="If that address is right, set the server up under it, with its key",
            may_have_acted=False,
        )
    secrets = credentials.secrets()
    sent = {
        "params": params,
        "headers": {**(headers or {}), **credentials.headers},
        "data": {**form, **credentials.form} if form is not None else content,
        "files": files,
        "json": json,
    }
    tries = 0
    while True:
        feedback.check()
        try:
            answer = _once(session, method, url, sent, limits, accept, feedback)
            return replace(answer, body=_masked(answer.body, secrets)) if secrets else answer
        except TransportError as error:
            error.body = _masked(error.body, secrets)
            pause = _pause(tries, error, limits)
            if pause is None or tries >= limits.retries or not _worth_repeating(method, error):
                raise
            tries += 1
            waited = getattr(session, "waited", 0.0) + pause
            if waited > limits.waiting:
                error.what = f"{error.what}; {limits.waiting:.0f} s were waited for this server in all"
                raise
            session.waited = waited  # type: ignore[attr-defined]
            log.info("%s %s: %s; try %d of %d in %.1f s", method, where, error.what, tries, limits.retries, pause)
            if pause:
                feedback.info(f"{error.what}; trying again in {pause:.0f} s ({waited:.0f} s waited in all)")
            wait(pause, feedback)


def _masked(body: bytes, secrets: tuple[bytes, ...]) -> bytes:
    """Return a body without the keys that were sent: some servers repeat them in their words."""
    for secret in secrets:
        body = body.replace(secret, b"***")
    return body


def _worth_repeating(method: str, error: TransportError) -> bool:
    if method not in REPEATABLE and (error.status or error.may_have_acted):
        return False
    return error.status in _PASSING or (isinstance(error, Unreachable) and error.passing)


def _once(
    session: requests.Session,
    method: str,
    url: str,
    sent: dict[str, Any],
    limits: Limits,
    accept: frozenset[int],
    feedback: Feedback,
) -> Answer:
    started = time.monotonic()
    for _ in range(limits.redirects + 1):
        where = scrubbed(url)
        with _watched(started, limits, where, feedback):
            response = session.request(
                method,
                url,
                **sent,
                timeout=Patience(limits.connect, limits.read, started + limits.whole),
                allow_redirects=False,
                stream=True,
            )
        with response:
            if response.is_redirect:
                url, sent = _next_hop(method, response, sent)
                continue
            status, kind = response.status_code, response.headers.get("Content-Type", "")
            if status >= 400 and status not in accept:
                with _watched(started, limits, where, feedback):
                    refusal = _refusal(response, where)
                raise refusal
            with _watched(started, limits, where, feedback):
                body = b"".join(_decoded(response, where, limits, started, feedback))
            log.debug("%s %s: %d, %d bytes, %.2f s", method, where, status, len(body), time.monotonic() - started)
            return Answer(status, body, kind, where, dict(response.headers))
    step = "Open the address in a browser, and take the address where it ends"
    raise BadAnswer(f"Redirects more than {limits.redirects} times", where=scrubbed(url), next_step=step)


def _next_hop(method: str, response: requests.Response, sent: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the address of a redirect, and what may be sent there: to another host no key, nor what may be one."""
    try:
        target = urljoin(response.url, response.headers["Location"])
        same = _origin(target) == _origin(response.url)
    except ValueError:
        raise BadAnswer("Redirects to no address", where=scrubbed(response.url)) from None
    if method not in REPEATABLE:
        raise BadAnswer(
            f"Sends a {method} on to {scrubbed(target)}",
            where=scrubbed(response.url),
            next_step="Put that address into the server's settings if it is the right one",
            status=response.status_code,
            may_have_acted=False,
        )
    headers = sent["headers"]
    if not same:
        headers = {name: value for name, value in headers.items() if name.lower() in _HARMLESS_HEADERS}
    # The parameters are in the address that the server gives, as far as it wants them there.
    return target, {**sent, "headers": headers, "params": None}


def _origin(url: str) -> tuple[str, Optional[str], Optional[int]]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _decoded(
    response: requests.Response, where: str, limits: Limits, started: float, feedback: Feedback
) -> Iterator[bytes]:
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise BadAnswer(f"Is compressed in a way that was not asked for: {encoding[:60]}", where=where)
    size = 0
    for chunk in response.iter_content(_CHUNK):
        size += len(chunk)
        if size > limits.max_bytes:
            raise TooLarge(
                f"Is larger than {limits.max_bytes:,} bytes",
                where=where,
                next_step="Ask for less at a time: a smaller page or a shorter period",
            )
        if time.monotonic() - started > limits.whole:
            raise Unreachable(f"Sent {size:,} bytes in {limits.whole:.0f} s, and not all", where=where)
        feedback.check()
        yield chunk
    _check_whole(response, where)


def _check_whole(response: requests.Response, where: str) -> None:
    """Raise where fewer bytes came than were announced; urllib3 1.26 does not look by itself."""
    announced, tell = response.headers.get("Content-Length", ""), getattr(response.raw, "tell", None)
    if not announced.isdigit() or tell is None or response.request.method == "HEAD":
        return
    came = tell()
    if came < int(announced):
        what = f"Was cut off after {came:,} of {int(announced):,} bytes"
        raise Unreachable(what, where=where, code="connection-lost")


@contextmanager
def _watched(started: float, limits: Limits, where: str, feedback: Feedback) -> Iterator[None]:
    """End what blocks in here within a second of Cancel and of ``limits.whole``, whatever the other side does."""
    with watch(started + limits.whole, feedback.is_cancelled) as call:
        try:
            with _own_words(where):
                yield
        except (TransportError, requests.exceptions.RequestException, HTTPError, OSError):
            if not call.ended:
                raise
        if call.ended == "late":
            raise Unreachable(f"Did not come to its end in {limits.whole:.0f} s", where=where, code="no-answer")
        if call.ended:
            raise Cancelled("Stopped as asked")


# --- what went wrong ---------------------------------------------------------------------------------------------

_CHECK_NETWORK = "Check the connection, the proxy and the address, then try again; nothing is lost meanwhile"


@contextmanager
def _own_words(where: str) -> Iterator[None]:
    """Turn errors of requests into ours; theirs hold whole URLs and sometimes keys, so their text is not kept."""
    try:
        yield
    except requests.exceptions.SSLError:
        raise NotTrusted(
            "Its certificate is not trusted",
            where=where,
            next_step="Check the address and the clock; behind TLS inspection, add the organisation's authority",
            may_have_acted=False,
        ) from None
    except requests.exceptions.ProxyError:
        what, step = "The proxy refused or did not answer", "Check the settings of the proxy and its password"
        raise NotTrusted(what, where=where, next_step=step, may_have_acted=False, code="proxy") from None
    except requests.exceptions.ConnectTimeout:
        what = "Did not answer in time"
        raise Unreachable(what, where=where, next_step=_CHECK_NETWORK, may_have_acted=False, code="no-answer") from None
    except requests.exceptions.Timeout:
        what = "Took the call and then did not answer in time"
        raise Unreachable(what, where=where, next_step=_CHECK_NETWORK, code="no-answer") from None
    except requests.exceptions.ContentDecodingError:
        raise BadAnswer("Is badly compressed", where=where) from None
    except (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
        kind, what, acted = _lost(error)
        code = "connection-lost" if acted else kind.code
        raise kind(what, where=where, next_step=_CHECK_NETWORK, may_have_acted=acted, code=code) from None
    except (requests.exceptions.InvalidHeader, UnicodeError):
        what, step = "A header or key holds a character that none may hold", "Type or paste the key again"
        raise RefusedCredentials(what, where=where, next_step=step, may_have_acted=False) from None
    except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, requests.exceptions.MissingSchema):
        step = "Give an address that begins with https:// or http://"
        raise BadAnswer("Is no address of a server", where=where, next_step=step, may_have_acted=False) from None
    except (requests.exceptions.RequestException, HTTPError, OSError) as error:
        what = f"The call failed ({type(error).__name__})"
        raise Unreachable(what, where=where, next_step=_CHECK_NETWORK) from None


# urllib3 1.26 has no class of its own for this.
_NO_HOST = re.compile(r"NameResolutionError|name resolution|name or service|nodename|getaddrinfo", re.IGNORECASE)


def _lost(error: requests.exceptions.RequestException) -> tuple[type[Unreachable], str, bool]:
    """Say how a connection was lost, and whether the server may have had the call."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    if _NO_HOST.search(f"{type(reason).__name__} {reason}"):
        return UnknownHost, "No such host is known", False
    if isinstance(reason, (NewConnectionError, ConnectTimeoutError)):
        return Unreachable, "Can't be reached: nothing answers at this address", False
    return Unreachable, "The connection was lost", True


def _refusal(response: requests.Response, where: str) -> TransportError:
    status = response.status_code
    said: dict[str, Any] = {
        "where": where,
        "status": status,
        "content_type": response.headers.get("Content-Type", ""),
        "body": _beginning(response),
        "may_have_acted": status >= 500,
        "retry_after": _retry_after(response.headers.get("Retry-After")),
    }
    if status in (401, 403, 407):
        who = "proxy" if status == 407 else "server"
        step = f"Check the key or password for this {who}, and that it may do this"
        return RefusedCredentials(f"The {who} refused the key, or wants one ({status})", next_step=step, **said)
    if status in (404, 410):
        step = "Check the address and, for Open311, the jurisdiction"
        return NotFound(f"Nothing is at this address ({status})", next_step=step, **said)
    if status == 429:
        pause = said["retry_after"]
        step = f"Try again in {pause:.0f} s" if pause else "Try again later"
        return TooManyRequests("The server wants fewer calls (429)", next_step=step, **said)
    if status < 500:
        return BadRequest(f"The server refused the call ({status})", next_step="See the server's reason", **said)
    return ServerFailed(f"The server failed ({status})", next_step="Try again later; nothing is lost meanwhile", **said)


def _beginning(response: requests.Response) -> bytes:
    """Return the beginning of the body of a refusal; what goes wrong on the way is no news beside the refusal."""
    body = b""
    if response.headers.get("Content-Encoding", "identity").lower() in ("identity", "gzip", "x-gzip", "deflate"):
        try:
            for chunk in response.iter_content(_CHUNK):
                body += chunk
                if len(body) >= _ERROR_BYTES:
                    break
        except (requests.exceptions.RequestException, HTTPError, OSError) as error:
            log.debug("the body of a refusal was cut: %s", type(error).__name__)
    return body[:_ERROR_BYTES]


def _retry_after(value: Optional[str]) -> Optional[float]:
    """Return the seconds of a Retry-After header: a number or a date. None where there is none that can be read."""
    if not value:
        return None
    try:
        seconds: float = Retry(0).parse_retry_after(value)
        return seconds
    except (InvalidHeader, ValueError, OverflowError, TypeError):
        return None


def _pause(tries: int, error: TransportError, limits: Limits) -> Optional[float]:
    """Return the seconds to wait before the next try; None where the server asks for longer than is reasonable."""
    own = limits.backoff * (1 << tries) * random.SystemRandom().uniform(0.5, 1.0)
    asked = error.retry_after
    if asked is None and not tries and error.status >= 500:
        return 0.0  # most often one call of many fails, and the same at once does not
    if asked is None:
        return min(own, limits.longest_pause)
    return max(own, asked) if asked <= limits.longest_pause else None


def wait(seconds: float, feedback: Feedback = SILENT) -> None:
    """Wait; end at once with :class:`~.errors.Cancelled` where the person asks to stop."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        feedback.check()
        time.sleep(min(left, 0.1))
    feedback.check()
