# SPDX-License-Identifier: GPL-2.0-or-later
"""The door to the network, with an adapter in the network's place, as QGIS will mount one of its own."""

from __future__ import annotations

import gzip
import io
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import urllib3
from hypothesis import given
from hypothesis import strategies as st
from requests.adapters import BaseAdapter
from sigma_communes.core import transport
from sigma_communes.core.errors import Cancelled
from sigma_communes.core.feedback import Feedback
from sigma_communes.core.transport import (
    BadAnswer,
    BadRequest,
    Credentials,
    Limits,
    NotFound,
    NotTrusted,
    RefusedCredentials,
    ServerFailed,
    TooLarge,
    TooManyRequests,
    TransportError,
    Unreachable,
    fetch,
    new_session,
    scrubbed,
)

QUICK = Limits(backoff=0.001, retries=2, longest_pause=5)
Answer = Callable[[requests.PreparedRequest], Any]


class Canned(BaseAdapter):
    """Answers from a list: (status, headers, body) or an exception to raise; the last one for ever."""

    def __init__(self, *answers: Any) -> None:
        super().__init__()
        self.answers = list(answers)
        self.sent: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        self.sent.append(request)
        assert options["timeout"] == (QUICK.connect, QUICK.read)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        status, headers, body = answer
        raw = urllib3.HTTPResponse(
            io.BytesIO(body), status=status, headers=headers, preload_content=False, decode_content=False
        )
        response = requests.adapters.HTTPAdapter().build_response(request, raw)
        response.connection = self  # type: ignore[assignment]
        return response

    def close(self) -> None:
        """Nothing to close."""


def door(*answers: Any) -> tuple[requests.Session, Canned]:
    session, adapter = new_session(), Canned(*answers)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session, adapter


OK = (200, {"Content-Type": "application/json"}, b"[1]")


def test_an_answer() -> None:
    session, adapter = door(OK)
    answer = fetch(session, "https://x.example/a", params={"q": "é"}, limits=QUICK)
    assert (answer.status, answer.body, answer.content_type) == (200, b"[1]", "application/json")
    assert answer.url == "https://x.example/a"
    assert adapter.sent[0].url == "https://x.example/a?q=%C3%A9"
    assert adapter.sent[0].headers["User-Agent"] == transport.USER_AGENT
    assert adapter.sent[0].headers["Accept-Encoding"] == "gzip, deflate"


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_reading_is_repeated_and_sending_is_not(status: int) -> None:
    session, adapter = door((status, {}, b""), (status, {}, b""), OK)
    assert fetch(session, "https://x.example", limits=QUICK).body == b"[1]"
    assert len(adapter.sent) == 3
    for method in ("POST", "PATCH", "PUT", "DELETE"):
        session, adapter = door((status, {}, b""), OK)
        with pytest.raises(TransportError) as caught:
            fetch(session, "https://x.example", method=method, form={"a": "b"}, limits=QUICK)
        assert len(adapter.sent) == 1
        assert caught.value.may_have_acted is (status >= 500)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, BadRequest), (401, RefusedCredentials), (403, RefusedCredentials), (404, NotFound),
     (407, RefusedCredentials), (410, NotFound), (418, BadRequest), (429, TooManyRequests), (500, ServerFailed),
     (599, ServerFailed)],
)  # fmt: skip
def test_a_refusal_is_typed_and_keeps_what_the_server_said(status: int, kind: type[TransportError]) -> None:
    session, adapter = door((status, {"Content-Type": "text/plain"}, b"because " * 20_000))
    with pytest.raises(kind) as caught:
        fetch(session, "https://x.example/a", limits=QUICK)
    error = caught.value
    assert (error.status, error.content_type, error.where) == (status, "text/plain", "https://x.example/a")
    assert error.body.startswith(b"because")
    assert len(error.body) <= 64 << 10
    assert error.next_step
    assert len(adapter.sent) == (3 if status in (429, 500) else 1)


def test_a_status_can_be_an_answer() -> None:
    session, _ = door((404, {}, b"[]"))
    assert fetch(session, "https://x.example", accept=frozenset({404}), limits=QUICK).status == 404


@pytest.mark.parametrize(
    ("error", "kind", "acted", "tries"),
    [
        (requests.ConnectTimeout("x?key=s3cret"), Unreachable, False, 3),
        (requests.ReadTimeout("x?key=s3cret"), Unreachable, True, 3),
        (requests.ConnectionError(urllib3.exceptions.ProtocolError("gone")), Unreachable, True, 3),
        (requests.exceptions.ChunkedEncodingError("x"), Unreachable, True, 3),
        (requests.exceptions.SSLError("x"), NotTrusted, False, 1),
        (requests.exceptions.ProxyError("user:s3cret@proxy"), NotTrusted, False, 1),
        (requests.exceptions.ContentDecodingError("x"), BadAnswer, True, 1),
        (requests.exceptions.InvalidURL("x"), BadAnswer, False, 1),
        (OSError("x"), Unreachable, True, 3),
    ],
)
def test_lost_connections_are_said_in_our_words(
    error: Exception, kind: type[TransportError], acted: bool, tries: int
) -> None:
    session, adapter = door(error)
    with pytest.raises(kind) as caught:
        fetch(session, "https://x.example", limits=QUICK)
    assert len(adapter.sent) == tries
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None
    session, adapter = door(error, OK)
    if acted:
        with pytest.raises(kind) as caught:
            fetch(session, "https://x.example", method="POST", form={}, limits=QUICK)
        assert caught.value.may_have_acted
        assert len(adapter.sent) == 1
    elif kind is Unreachable:
        # The server was not even reached: then even this may be tried again.
        assert fetch(session, "https://x.example", method="POST", form={}, limits=QUICK).status == 200


def test_nothing_answers_and_no_such_host() -> None:
    def failed(error: Exception) -> requests.ConnectionError:
        return requests.ConnectionError(urllib3.exceptions.MaxRetryError(None, "/", error))  # type: ignore[arg-type]

    refused = urllib3.exceptions.NewConnectionError(None, "refused")  # type: ignore[arg-type]
    unknown = urllib3.exceptions.NewConnectionError(None, "[Errno -2] Name or service not known")  # type: ignore[arg-type]
    for error, words, again in ((refused, "nothing answers", QUICK.retries), (unknown, "No such host", 0)):
        session, adapter = door(failed(error))
        with pytest.raises(Unreachable, match=words) as caught:
            fetch(session, "https://x.example", method="POST", form={}, limits=QUICK)
        assert caught.value.may_have_acted is False
        assert len(adapter.sent) == 1 + again


def test_a_cut_body_is_noticed_and_read_again() -> None:
    cut = (200, {"Content-Length": "100"}, b"[1")
    session, adapter = door(cut, OK)
    assert fetch(session, "https://x.example", limits=QUICK).body == b"[1]"
    assert len(adapter.sent) == 2
    session, _ = door(cut)
    with pytest.raises(Unreachable):
        fetch(session, "https://x.example", limits=QUICK)


def test_sizes_count_decoded_bytes() -> None:
    limits = Limits(max_bytes=1000)
    body = gzip.compress(b" " * 1001)
    session, _ = door((200, {"Content-Encoding": "gzip"}, body))
    with pytest.raises(TooLarge, match="larger than 1,000 bytes"):
        fetch(session, "https://x.example", limits=limits)
    session, _ = door((200, {"Content-Encoding": "gzip"}, gzip.compress(b" " * 1000)))
    assert len(fetch(session, "https://x.example", limits=limits).body) == 1000
    session, _ = door((200, {"Content-Encoding": "gzip"}, b"no gzip"))
    with pytest.raises(BadAnswer, match="badly compressed"):
        fetch(session, "https://x.example", limits=limits)
    for encoding in ("br", "gzip, gzip", "zstd"):
        session, _ = door((200, {"Content-Encoding": encoding}, b""))
        with pytest.raises(BadAnswer, match="not asked for"):
            fetch(session, "https://x.example", limits=limits)


def moved(to: str, status: int = 302) -> tuple[int, dict[str, str], bytes]:
    return (status, {"Location": to}, b"x" * 100)


KEYS = Credentials(headers={"X-Api-Key": "s3cret", "Authorization": "Bearer s3cret"})


@pytest.mark.parametrize(
    ("start", "target", "keeps"),
    [
        ("https://x.example/a", "/b", True),
        ("https://x.example/a", "https://x.example:443/b", True),
        ("https://x.example/a", "https://y.example/b", False),
        ("https://x.example/a", "//y.example/b", False),
        ("https://x.example/a", "https://x.example:8443/b", False),
        ("https://x.example/a", "http://x.example/b", False),
    ],
)
def test_keys_stay_with_their_host(start: str, target: str, keeps: bool) -> None:
    session, adapter = door(moved(target), OK)
    answer = fetch(session, start, params={"q": "1"}, headers={"X-Other": "1", "Accept": "text/xml"}, credentials=KEYS,
                   limits=QUICK)  # fmt: skip
    sent = adapter.sent[1]
    assert ("s3cret" in str(sent.headers)) is keeps
    assert ("X-Other" in sent.headers) is keeps
    assert sent.headers["Accept"] == "text/xml"
    assert urlsplit(sent.url).path == "/b"  # type: ignore[type-var]
    assert "q=1" not in str(sent.url)
    assert answer.status == 200


def test_keys_do_not_come_back_on_the_way() -> None:
    session, adapter = door(moved("https://y.example/"), moved("https://x.example/c"), OK)
    fetch(session, "https://x.example/a", credentials=KEYS, limits=QUICK)
    assert ["s3cret" in str(sent.headers) for sent in adapter.sent] == [True, False, False]


@pytest.mark.parametrize(
    "target", ["https://x.example/a", "ftp://x.example/", "https://[broken/", "https://x.example:99999/"]
)
def test_redirects_end(target: str) -> None:
    session, adapter = door(moved(target))
    with pytest.raises(TransportError):
        fetch(session, "https://x.example/a", limits=QUICK)
    assert len(adapter.sent) <= (QUICK.redirects + 1) * 3


def test_the_body_of_a_redirect_is_not_read() -> None:
    class Endless(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            raise AssertionError("the body of a redirect was read")

    class Redirecting(Canned):
        def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
            response = super().send(request, **options)
            if response.is_redirect:
                response.raw = urllib3.HTTPResponse(Endless(), status=302, preload_content=False)
            return response

    session, adapter = new_session(), Redirecting(moved("/b"), OK)
    session.mount("https://", adapter)
    assert fetch(session, "https://x.example/a", limits=QUICK).status == 200


@pytest.mark.parametrize("key", ["a\nb", "clé →", "x\r\nHost: y"])
def test_a_key_that_no_header_can_hold_is_said(key: str) -> None:
    session = new_session()
    with pytest.raises(RefusedCredentials, match="holds a character") as caught:
        fetch(session, "http://127.0.0.1:9/", credentials=Credentials(headers={"X-Key": key}), limits=QUICK)
    assert key not in str(caught.value)


def test_what_is_sent_is_never_sent_on() -> None:
    for status in (301, 302, 303, 307, 308):
        session, adapter = door(moved("https://y.example/b", status), OK)
        with pytest.raises(BadAnswer, match="Sends a POST on to https://y.example/b") as caught:
            fetch(session, "https://x.example/a", method="POST", form={"api_key": "s3cret"}, limits=QUICK)
        assert len(adapter.sent) == 1
        assert not caught.value.may_have_acted


def test_credentials_go_into_headers_and_forms_and_show_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    keys = Credentials(headers={"X-Api-Key": "s3cret"}, form={"api_key": "s3cret"})
    session, adapter = door((500, {}, b""), OK)
    with pytest.raises(ServerFailed) as caught:
        fetch(session, "https://u:s3cret@x.example/a?token=s3cret", method="POST", form={"a": "b"}, credentials=keys,
              limits=QUICK)  # fmt: skip
    assert adapter.sent[0].headers["X-Api-Key"] == "s3cret"
    assert adapter.sent[0].body == "a=b&api_key=s3cret"
    fetch(session, "https://x.example/a?api_key=s3cret", credentials=keys, limits=QUICK)
    assert "x.example" in caplog.text
    for shown in (caplog.text, repr(keys), str(caught.value), repr(caught.value.__dict__)):
        assert "s3cret" not in shown


def test_retry_after_is_kept_as_number_or_date_and_bounded() -> None:
    told: list[str] = []

    class Told(Feedback):
        def info(self, message: str) -> None:
            told.append(message)

    for value in ("0", "Mon, 01 Jan 2001 00:00:00 GMT", "soon", "-5"):
        session, adapter = door((429, {"Retry-After": value}, b""), OK)
        assert fetch(session, "https://x.example", limits=QUICK, feedback=Told()).status == 200
        assert len(adapter.sent) == 2
    assert told == ["The server wants fewer calls (429); trying again in 0 s (0 s waited in all)"] * 4
    session, adapter = door((429, {"Retry-After": "6"}, b""), OK)
    with pytest.raises(TooManyRequests, match="Try again in 6 s"):
        fetch(session, "https://x.example", limits=QUICK)
    assert len(adapter.sent) == 1


def test_cancel_ends_waiting_and_reading() -> None:
    class Stop(Feedback):
        def __init__(self, after: int) -> None:
            self.left = after

        def is_cancelled(self) -> bool:
            self.left -= 1
            return self.left < 0

    session, adapter = door((503, {}, b""))
    with pytest.raises(Cancelled):
        fetch(session, "https://x.example", limits=Limits(backoff=60), feedback=Stop(2))
    assert len(adapter.sent) == 1
    session, _ = door((200, {}, b" " * (1 << 20)))
    with pytest.raises(Cancelled):
        fetch(session, "https://x.example", limits=QUICK, feedback=Stop(5))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://u:p@x.example:8443/a?api_key=k&q=1#f", "https://x.example:8443/a?api_key=***&q=1"),
        ("https://x.example/a?X-Amz-Signature=1&token=2&Password=3", "https://x.example/a?X-Amz-Signature=***&token=***&Password=***"),
        ("https://[2001:db8::1]:8/a", "https://[2001:db8::1]:8/a"),
        ("https://[broken", "<an address that can't be read>"),
    ],
)  # fmt: skip
def test_addresses_are_shown_without_their_secrets(url: str, shown: str) -> None:
    assert scrubbed(url) == shown


@given(st.text(max_size=60))
def test_any_text_can_be_scrubbed_and_fetched_or_refused(text: str) -> None:
    assert isinstance(scrubbed(text), str)
    assert "s3cret" not in scrubbed(f"https://x.example/{text.replace('?', '').replace('#', '')}?api_key=s3cret")
    session, _ = door(OK)
    try:
        assert fetch(session, text, limits=QUICK).status == 200
    except TransportError as error:
        assert error.next_step
