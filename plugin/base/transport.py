# SPDX-License-Identifier: GPL-2.0-or-later
"""The core's network session, carried by QGIS: its proxies, its certificates, its authentication configurations.

An adapter of ``requests`` hands each call to QgsNetworkAccessManager and gives the answer back as it comes in, so the
core's own limits (size, time, cancel between chunks) hold as they do without QGIS. While it waits, the adapter asks
twenty times a second whether to stop.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Mapping
from typing import Any, Optional

import requests
from qgis.core import QgsApplication, QgsNetworkAccessManager, QgsSettings
from qgis.PyQt.QtCore import QBuffer, QByteArray, QEventLoop, QIODevice, QTimer, QUrl
from qgis.PyQt.QtNetwork import QNetworkProxy, QNetworkProxyQuery, QNetworkReply, QNetworkRequest
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3.exceptions import MaxRetryError, NewConnectionError
from urllib3.response import HTTPResponse

from ...core.errors import Cancelled, UsageError
from ...core.transport import new_session

Asks = Callable[[], bool]
_POLL_MS = 50
_BUFFER = 1 << 20
"""Bytes that Qt may hold before the core has read them: an answer larger than memory never is in memory."""
_WAIT_S = 60.0

_Error = QNetworkReply.NetworkError
_Attribute = QNetworkRequest.Attribute
_PROXY_ERRORS = (
    _Error.ProxyConnectionRefusedError,
    _Error.ProxyConnectionClosedError,
    _Error.ProxyNotFoundError,
    _Error.ProxyTimeoutError,
    _Error.ProxyAuthenticationRequiredError,
    _Error.UnknownProxyError,
)
_NOT_REACHED = (_Error.HostNotFoundError, _Error.ConnectionRefusedError, _Error.UnknownNetworkError)


def qgis_session(
    is_cancelled: Optional[Asks] = None,
    authcfgs: Optional[Mapping[str, str]] = None,
    patience: Optional[float] = None,
) -> requests.Session:
    """Return the core's session with QGIS' network below it; one for each thread.

    Parameters
    ----------
    is_cancelled : callable, optional
        Asked while waiting whether to stop; it then raises :class:`~..core.errors.Cancelled`.
    authcfgs : mapping of str to str, optional
        Address of a server (``https://host/``) → id of an authentication configuration of QGIS. It is used for calls
        to this server alone, so a redirect elsewhere takes no key along.
    patience : float, optional
        Seconds without an answer after which a call is given up, whatever the caller asks for.
    """
    _follow_options()
    session = new_session()
    # requests' own proxies and .netrc would go round QGIS.
    session.trust_env = False
    for scheme in ("http://", "https://"):
        session.mount(scheme, QgisAdapter(is_cancelled, patience=patience))
    for address, authcfg in (authcfgs or {}).items():
        session.mount(f"{address.rstrip('/')}/", QgisAdapter(is_cancelled, authcfg, patience))
    return session


def _follow_options() -> None:
    """Let the calling thread have the proxy of the options: QGIS tells a change to the main thread's manager alone."""
    stored = QgsSettings()
    wanted = ("", 0)
    if stored.value("proxy/proxyEnabled", False, type=bool) and stored.value("proxy/proxyType", "") != "DefaultProxy":
        port = str(stored.value("proxy/proxyPort", "") or "")
        wanted = (str(stored.value("proxy/proxyHost", "") or ""), int(port) if port.isdigit() else 0)
    manager = QgsNetworkAccessManager.instance()
    known = manager.fallbackProxy()
    if (known.hostName(), known.port()) != wanted:
        manager.setupDefaultProxyAndCache()


def proxy_of(url: QUrl) -> Optional[QNetworkProxy]:
    """Return the proxy that QGIS takes for an address; None where it goes there directly."""
    manager = QgsNetworkAccessManager.instance()
    factory = manager.proxyFactory()
    proxies = factory.queryProxy(QNetworkProxyQuery(url)) if factory is not None else [manager.proxy()]
    proxy = proxies[0] if proxies else manager.proxy()
    kinds = QNetworkProxy.ProxyType
    return None if proxy.type() in (kinds.NoProxy, kinds.DefaultProxy) else proxy


class QgisAdapter(BaseAdapter):
    """Carries the calls of a session over QgsNetworkAccessManager."""

    def __init__(
        self, is_cancelled: Optional[Asks] = None, authcfg: str = "", patience: Optional[float] = None
    ) -> None:
        super().__init__()
        self._patience = patience
        self._is_cancelled = is_cancelled or (lambda: False)
        self._authcfg = authcfg
        # It knows how requests makes a Response of urllib3's; it never opens a connection here.
        self._responses = HTTPAdapter()

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: None | float | tuple[Optional[float], Optional[float]] = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Optional[Mapping[str, str]] = None,
    ) -> requests.Response:
        """Send one request; redirects are left to the caller. Raises the exceptions of requests."""
        # A thread that Python started has no dispatcher until there is a loop; without it QGIS' own timers fail.
        QEventLoop()
        patience = self._patience or (timeout[1] if isinstance(timeout, tuple) else timeout) or _WAIT_S
        until = getattr(timeout, "until", time.monotonic() + 3600)
        call = _Call(self._started(request), request, patience, self._is_cancelled, until)
        try:
            call.wait_for_headers()
        except BaseException:
            call.close()
            raise
        answer = HTTPResponse(
            body=call,
            headers=call.headers(),
            status=call.status(),
            reason=call.reason(),
            preload_content=False,
            decode_content=False,
            request_method=request.method,
        )
        response = self._responses.build_response(request, answer)
        if not stream:
            response.content  # noqa: B018 - reads the body, as requests' own adapter's caller does
        return response

    def close(self) -> None:
        """Nothing is kept open."""

    def _started(self, request: requests.PreparedRequest) -> tuple[QNetworkReply, Any]:
        asked = QNetworkRequest(QUrl.fromEncoded(QByteArray((request.url or "").encode("ascii"))))
        asked.setAttribute(_Attribute.RedirectPolicyAttribute, QNetworkRequest.RedirectPolicy.ManualRedirectPolicy)
        asked.setAttribute(_Attribute.CacheLoadControlAttribute, QNetworkRequest.CacheLoadControl.AlwaysNetwork)
        asked.setAttribute(_Attribute.CacheSaveControlAttribute, False)
        # Cookies of QGIS' browser-like session are not ours to send.
        for attribute in (_Attribute.CookieLoadControlAttribute, _Attribute.CookieSaveControlAttribute):
            asked.setAttribute(attribute, QNetworkRequest.LoadControl.Manual)
        for name, value in request.headers.items():
            if name.lower() not in ("connection", "content-length"):
                asked.setRawHeader(QByteArray(name.encode("latin-1")), QByteArray(_octets(value)))
        if self._authcfg and not _applied(asked, self._authcfg):
            raise UsageError(
                f"The authentication configuration {self._authcfg} of QGIS can't be used",
                next_step="Open Settings > Options > Authentication: check it and the master password",
            )
        body = QBuffer()
        body.setData(QByteArray(_body(request)))
        body.open(QIODevice.OpenModeFlag.ReadOnly)
        manager = QgsNetworkAccessManager.instance()
        method = request.method or "GET"
        # Qt would wait for the body of a HEAD that is sent as a custom request.
        if method == "HEAD":
            reply = manager.head(asked)
        elif method == "GET":
            reply = manager.get(asked)
        else:
            reply = manager.sendCustomRequest(asked, QByteArray(method.encode("ascii")), body)
        reply.setReadBufferSize(_BUFFER)
        return reply, body


def _applied(asked: QNetworkRequest, authcfg: str) -> bool:
    done = QgsApplication.authManager().updateNetworkRequest(asked, authcfg)
    return bool(done[0] if isinstance(done, tuple) else done)


def _octets(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("latin-1")


def _body(request: requests.PreparedRequest) -> bytes:
    body: Any = request.body
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode("utf-8")
    if isinstance(body, bytes):
        return body
    return b"".join(body) if not hasattr(body, "read") else body.read()


class _Call(io.RawIOBase):
    """One reply of Qt as a file that is read while it comes in."""

    def __init__(
        self,
        started: tuple[QNetworkReply, Any],
        request: requests.PreparedRequest,
        patience: float,
        asks: Asks,
        until: float,
    ) -> None:
        super().__init__()
        # The buffer of the body lives as long as the reply reads from it.
        self._reply: Any
        self._reply, self._body = started
        self._request = request
        self._patience, self._until = patience, until
        self._is_cancelled = asks
        self._read = 0

    # --- waiting -------------------------------------------------------------------------------------------------

    def wait_for_headers(self) -> None:
        """Wait until the status is known, or raise why it will not be."""
        self._wait(lambda: self.status() > 0)
        if self.status() == 0:
            self._raise()

    def _wait(self, done: Callable[[], bool]) -> None:
        """Run the events of this thread until ``done`` or the end of the reply."""
        alive, seen = time.monotonic(), self._reply.bytesAvailable()
        while not done() and not self._reply.isFinished():
            if self._is_cancelled():
                self._reply.abort()
                raise Cancelled("Stopped as asked")
            loop = QEventLoop()
            signals: tuple[Any, ...] = (self._reply.finished, self._reply.readyRead, self._reply.metaDataChanged)
            for signal in signals:
                signal.connect(loop.quit)
            QTimer.singleShot(_POLL_MS, loop.quit)
            # In the main thread nothing may be clicked in the meantime.
            flags: Any = QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents
            loop.exec(flags)
            came = self._reply.bytesAvailable()
            if came != seen:
                alive, seen = time.monotonic(), came
            if time.monotonic() - alive > self._patience or time.monotonic() > self._until:
                self._reply.abort()
                raise requests.exceptions.ReadTimeout(request=self._request)

    def _raise(self) -> None:
        """Raise what requests would have raised; Qt's own text may hold the address and is left out."""
        error = self._reply.error()
        if error == _Error.SslHandshakeFailedError:
            raise requests.exceptions.SSLError(request=self._request)
        # Qt says of a plain HTTP proxy that does not answer what it says of a server.
        lost = error in _NOT_REACHED and proxy_of(self._reply.url()) is not None
        if error in _PROXY_ERRORS or lost:
            raise requests.exceptions.ProxyError(request=self._request)
        if error in _NOT_REACHED:
            said = "name resolution failed" if error == _Error.HostNotFoundError else "not reached"
            pool: Any = None
            reason = MaxRetryError(pool, "", NewConnectionError(pool, said))
            raise requests.exceptions.ConnectionError(reason, request=self._request)
        if error in (_Error.TimeoutError, _Error.OperationCanceledError):
            raise requests.exceptions.ReadTimeout(request=self._request)
        raise requests.exceptions.ConnectionError(request=self._request)

    # --- the answer ----------------------------------------------------------------------------------------------

    def status(self) -> int:
        """Return the HTTP status; 0 while there is none."""
        return int(self._reply.attribute(_Attribute.HttpStatusCodeAttribute) or 0)

    def reason(self) -> str:
        """Return the words beside the status."""
        return str(self._reply.attribute(_Attribute.HttpReasonPhraseAttribute) or "")

    def headers(self) -> dict[str, str]:
        """Return the headers as they came; Qt has joined those of one name."""
        pairs = self._reply.rawHeaderPairs()
        return {bytes(name).decode("latin-1"): bytes(value).decode("latin-1") for name, value in pairs}

    def readable(self) -> bool:
        """Return True: this is for reading."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what has come, at most the length of ``buffer``; wait where nothing has; 0 at the end."""
        self._wait(lambda: self._reply.bytesAvailable() > 0)
        if time.monotonic() > self._until:  # one byte now and then is no end
            raise requests.exceptions.ReadTimeout(request=self._request)
        if self._is_cancelled():
            raise Cancelled("Stopped as asked")
        data = bytes(self._reply.read(len(buffer)) or b"")
        if not data and self._reply.error() != _Error.NoError and self.status() < 400:
            raise requests.exceptions.ChunkedEncodingError(request=self._request)
        buffer[: len(data)] = data
        self._read += len(data)
        return len(data)

    def tell(self) -> int:
        """Return the number of bytes read, compressed as they came."""
        return self._read

    def close(self) -> None:
        """End the call, whether all of it was read or not."""
        if not self.closed:
            if not self._reply.isFinished():
                self._reply.abort()
            self._reply.deleteLater()
        super().close()
