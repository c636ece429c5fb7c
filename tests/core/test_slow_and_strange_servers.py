# SPDX-License-Identifier: GPL-2.0-or-later
"""A read ends when it has to, whatever the other side does; a key goes to the server that it was given for."""

from __future__ import annotations

import base64
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigma_communes.core.errors import Cancelled
from sigma_communes.core.feedback import Feedback
from sigma_communes.core.reports.sources.servers import key_variable
from sigma_communes.core.transport import (
    BadRequest,
    Credentials,
    Limits,
    RefusedCredentials,
    Unreachable,
    fetch,
    new_session,
)

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"


@pytest.fixture(autouse=True)
def _no_network() -> None:
    """Take the place of the fixture that blocks every socket: ``allow_hosts`` blocks all but the loopback."""


@contextmanager
def server(answer: bytes, *, first: int, pause: float = 0.05) -> Iterator[tuple[str, list[bytes]]]:
    """Send ``first`` bytes of an answer at once, then one byte at a time."""
    asked: list[bytes] = []
    stopping = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while not stopping.is_set():
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=drip, args=(connection,), daemon=True).start()

    def drip(connection: socket.socket) -> None:
        with connection:
            asked.append(connection.recv(65536))
            try:
                connection.sendall(answer[:first])
                for at in range(first, len(answer)):
                    if stopping.wait(pause):
                        return
                    connection.sendall(answer[at : at + 1])
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/", asked
    finally:
        stopping.set()
        listening.close()


class StopsSoon(Feedback):
    def __init__(self, after: float) -> None:
        self.end = time.monotonic() + after

    def is_cancelled(self) -> bool:
        return time.monotonic() > self.end


@pytest.mark.parametrize("first", [0, 10, len(HEAD), len(HEAD) + 9000], ids=["silent", "head", "body", "later"])
def test_a_dribbling_server_is_left_within_a_second_of_cancel(first: int) -> None:
    with server(HEAD + b" " * 100_000, first=first) as (url, _), new_session() as session:
        started = time.monotonic()
        with pytest.raises(Cancelled):
            fetch(session, url, limits=Limits(retries=0), feedback=StopsSoon(0.5))
        assert time.monotonic() - started < 1.5


@pytest.mark.parametrize("first", [10, len(HEAD) + 9000], ids=["head", "body"])
def test_a_dribbling_server_is_left_at_the_limit_of_the_whole(first: int) -> None:
    with server(HEAD + b" " * 100_000, first=first) as (url, _), new_session() as session:
        started = time.monotonic()
        with pytest.raises(Unreachable, match="Did not come to its end|and not all"):
            fetch(session, url, limits=Limits(retries=0, whole=0.5))
        assert time.monotonic() - started < 1.5


def test_a_dribbling_refusal_ends_too() -> None:
    head = b"HTTP/1.1 400 Bad\r\nContent-Length: 5000\r\n\r\n"
    with server(head + b" " * 5000, first=len(head)) as (url, _), new_session() as session, pytest.raises(Cancelled):
        fetch(session, url, limits=Limits(retries=0), feedback=StopsSoon(0.4))


def answer(body: bytes, status: bytes = b"200 OK") -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (status, len(body), body)


def test_a_line_of_netrc_takes_no_key_s_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login other password else\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    reply = answer(b"[]")
    for key in ({"Authorization": "Bearer ours-1234"}, {}):
        with server(reply, first=len(reply)) as (url, asked), new_session() as session:
            fetch(session, url, credentials=Credentials(headers=key))
            assert b"Basic" not in asked[0]
            assert (b"Bearer ours-1234" in asked[0]) is bool(key)


@pytest.mark.parametrize("elsewhere", ["http://127.0.0.1:9/", "https://127.0.0.1:{port}/", "http://localhost:{port}/"])
def test_a_key_goes_to_no_other_scheme_host_or_port(elsewhere: str) -> None:
    reply = answer(b"[]")
    with server(reply, first=len(reply)) as (url, asked), new_session() as session:
        target = elsewhere.format(port=url.rstrip("/").rpartition(":")[2])
        key = Credentials(headers={"Authorization": "Bearer s3cr3t-key"}, origin=target)
        with pytest.raises(RefusedCredentials, match="is not sent elsewhere"):
            fetch(session, url, credentials=key)
        assert asked == []


@pytest.mark.parametrize("form", ["Bearer s3cr3t-key", "Basic " + base64.b64encode(b"me:s3cr3t-key").decode()])
def test_a_key_that_a_server_repeats_is_masked(form: str) -> None:
    said = b'[{"code":"400","description":"the key s3cr3t-key (' + form.encode() + b') is old"}]'
    key = Credentials(headers={"Authorization": form})
    for status in (b"200 OK", b"400 Bad"):
        reply = answer(said, status)
        with server(reply, first=len(reply)) as (url, _), new_session() as session:
            try:
                body = fetch(session, url, credentials=key).body
            except BadRequest as error:
                body = error.body
            assert b"s3cr3t-key" not in body and form.split()[1].encode() not in body
            assert b"is old" in body


names = st.text("ab.-_2e", min_size=1, max_size=4)


@given(names, names)
def test_two_names_never_share_a_variable(a: str, b: str) -> None:
    assert (key_variable(a) == key_variable(b)) is (a == b)
