# SPDX-License-Identifier: GPL-2.0-or-later
"""The session over QGIS' network: its proxy and its authentication configurations are really used. Loopback only."""

from __future__ import annotations

import base64
import gzip
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.request import urlopen

import pytest
from qgis.core import QgsApplication, QgsAuthMethodConfig, QgsNetworkAccessManager, QgsSettings
from qgis.PyQt.QtNetwork import QNetworkProxy
from sigma_communes.core.errors import Cancelled
from sigma_communes.core.transport import Limits, RefusedCredentials, TooLarge, Unreachable, fetch
from sigma_communes.plugin.base.transport import qgis_session

USER, WORD = "agent", "loopback"
BASIC = "Basic " + base64.b64encode(f"{USER}:{WORD}".encode()).decode()


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.target = ""
        self.url = f"http://127.0.0.1:{self.server_port}"


class Origin(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, *arguments: Any) -> None:
        """Stay silent."""

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append((self.command, self.path, dict(self.headers.items()), body))
        path = self.path.partition("?")[0]
        if path == "/key":
            allowed = self.headers.get("Authorization") == BASIC
            self.answer(200 if allowed else 401, b"in" if allowed else b"who are you?")
        elif path == "/gzip":
            self.answer(200, gzip.compress(b"packed " * 1000), Content_Encoding="gzip")
        elif path == "/away":
            self.answer(302, b"", Location=self.server.target)
        elif path == "/drip":
            self.send_response(200)
            self.send_header("Content-Length", str(64 << 20))
            self.end_headers()
            try:
                for _ in range(64):
                    self.wfile.write(b"x" * (1 << 20))
            except OSError:
                self.server.seen.append(("closed", self.path, {}, b""))
        elif path == "/never":
            time.sleep(20)
        elif path == "/503":
            self.answer(503, b"later", Retry_After="0")
        else:
            self.answer(200, body or b"hello")

    do_GET = do_POST = do_HEAD = do


class Proxy(Origin):
    """An HTTP proxy that serves its own answer, so that what comes can only have come through it."""

    def do(self) -> None:
        self.server.seen.append((self.command, self.path, dict(self.headers.items()), b""))
        if not self.path.startswith("http://127.0.0.1:"):
            self.answer(502, b"")
            return
        with urlopen(self.path, timeout=5) as response:
            self.answer(response.status, b"via proxy: " + response.read())

    do_GET = do


def _serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[Server]:
    server = Server(handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def origin() -> Iterator[Server]:
    yield from _serving(Origin)


@pytest.fixture
def other() -> Iterator[Server]:
    yield from _serving(Origin)


@pytest.fixture
def proxy(qgis_app: QgsApplication) -> Iterator[Server]:
    """Give a proxy that is set in QGIS' options as a person sets it."""
    for server in _serving(Proxy):
        settings = QgsSettings()
        values = {
            "proxyEnabled": True,
            "proxyType": "HttpProxy",
            "proxyHost": "127.0.0.1",
            "proxyPort": str(server.server_port),
        }
        for name, value in values.items():
            settings.setValue(f"proxy/{name}", value)
        manager = QgsNetworkAccessManager.instance()
        manager.setupDefaultProxyAndCache()
        yield server
        for name in values:
            settings.remove(f"proxy/{name}")
        manager.setupDefaultProxyAndCache()
        manager.setFallbackProxyAndExcludes(QNetworkProxy(QNetworkProxy.ProxyType.NoProxy), [], [])


@pytest.fixture
def authcfg(qgis_app: QgsApplication) -> str:
    """Give an authentication configuration of QGIS, with user and password."""
    manager = QgsApplication.authManager()
    if manager.isDisabled():
        pytest.skip(f"no authentication database: {manager.disabledMessage()}")
    manager.setMasterPassword("only in this test", True)
    config = QgsAuthMethodConfig("Basic")
    config.setName("a report server")
    config.setConfig("username", USER)
    config.setConfig("password", WORD)
    stored = manager.storeAuthenticationConfig(config)
    assert (stored[0] if isinstance(stored, tuple) else stored) and config.id()
    return config.id()


def test_a_call_and_what_it_carries(qgis_app: QgsApplication, origin: Server) -> None:
    with qgis_session() as session:
        answer = fetch(session, f"{origin.url}/x", method="POST", params={"a": "é"}, form={"k": "v"})
    assert (answer.status, answer.body) == (200, b"k=v")
    command, path, headers, _ = origin.seen[0]
    assert (command, path) == ("POST", "/x?a=%C3%A9")
    # QGIS puts its own User-Agent on every call.
    assert "QGIS" in headers["User-Agent"] and headers["Content-Type"] == "application/x-www-form-urlencoded"


def test_packed_bodies_and_head(qgis_app: QgsApplication, origin: Server) -> None:
    with qgis_session() as session:
        assert fetch(session, f"{origin.url}/gzip").body == b"packed " * 1000
        assert fetch(session, f"{origin.url}/x", method="HEAD").body == b""


def test_the_proxy_of_qgis_is_used(proxy: Server, origin: Server) -> None:
    with qgis_session() as session:
        answer = fetch(session, f"{origin.url}/x")
    assert answer.body == b"via proxy: hello"
    assert [(command, path) for command, path, _, _ in proxy.seen] == [("GET", f"{origin.url}/x")]


def test_a_proxy_that_is_not_there_is_told(proxy: Server, origin: Server) -> None:
    proxy.shutdown()
    proxy.server_close()
    with qgis_session() as session, pytest.raises(Unreachable) as caught:
        fetch(session, f"{origin.url}/x", limits=Limits(retries=0))
    assert "proxy" in caught.value.what and not caught.value.may_have_acted
    assert origin.seen == []


def test_the_authcfg_is_used_for_its_server_alone(authcfg: str, origin: Server, other: Server) -> None:
    with qgis_session() as session, pytest.raises(RefusedCredentials) as caught:
        fetch(session, f"{origin.url}/key")
    assert (caught.value.status, caught.value.body) == (401, b"who are you?")
    origin.target = f"{other.url}/key"
    with qgis_session(authcfgs={origin.url: authcfg}) as session:
        assert fetch(session, f"{origin.url}/key").body == b"in"
        with pytest.raises(RefusedCredentials):
            fetch(session, f"{origin.url}/away")
    assert all("Authorization" not in headers for _, _, headers, _ in other.seen)
    assert len(other.seen) == 1


def test_an_unknown_authcfg_sends_nothing(authcfg: str, origin: Server) -> None:
    from sigma_communes.core.errors import UsageError

    with qgis_session(authcfgs={origin.url: "abc1234"}) as session, pytest.raises(UsageError, match="authentication"):
        fetch(session, f"{origin.url}/key")
    assert origin.seen == []


def test_an_answer_that_is_too_large_is_cut_off(qgis_app: QgsApplication, origin: Server) -> None:
    with qgis_session() as session, pytest.raises(TooLarge):
        fetch(session, f"{origin.url}/drip", limits=Limits(max_bytes=1 << 20))
    deadline = time.monotonic() + 5
    while origin.seen[-1][0] != "closed" and time.monotonic() < deadline:
        time.sleep(0.01)
    assert origin.seen[-1][0] == "closed"


def test_cancel_and_a_server_that_never_answers(qgis_app: QgsApplication, origin: Server) -> None:
    asked = threading.Event()
    threading.Timer(0.2, asked.set).start()
    with qgis_session(asked.is_set) as session, pytest.raises(Cancelled):
        fetch(session, f"{origin.url}/never")
    with qgis_session() as session, pytest.raises(Unreachable, match="did not answer in time"):
        fetch(session, f"{origin.url}/never", limits=Limits(read=0.2, retries=0))


def test_a_port_where_nobody_is(qgis_app: QgsApplication, origin: Server) -> None:
    origin.shutdown()
    origin.server_close()
    with qgis_session() as session, pytest.raises(Unreachable) as caught:
        fetch(session, f"{origin.url}/x", limits=Limits(retries=0))
    assert not caught.value.may_have_acted


def test_it_works_in_a_thread(qgis_app: QgsApplication, origin: Server, qtbot: Any) -> None:
    found: list[bytes] = []

    def call() -> None:
        with qgis_session() as session:
            found.append(fetch(session, f"{origin.url}/x").body)

    thread = threading.Thread(target=call)
    thread.start()
    qtbot.waitUntil(lambda: not thread.is_alive(), timeout=10_000)
    assert found == [b"hello"]
