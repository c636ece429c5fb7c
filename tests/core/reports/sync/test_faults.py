# SPDX-License-Identifier: GPL-2.0-or-later
"""A read meets everything that a server can do wrong: nothing is lost, nothing doubled, the next read is whole."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sigma_communes.core.errors import Cancelled, SigmaError
from sigma_communes.core.feedback import Feedback
from sigma_communes.core.model import PhotoVerdict
from sigma_communes.core.photos import PhotoError
from sigma_communes.core.reports.sources.georeport_server import Client
from sigma_communes.core.reports.sync import media
from sigma_communes.core.reports.sync.media import fetch_media, media_folder
from sigma_communes.core.reports.sync.pull import pull
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.media import MediaTable
from sigma_communes.core.transport import Limits
from sigma_communes.tests.servers.georeport import EPOCH, GeoReportServer

from .conftest import Serve, rows

SINCE = EPOCH - timedelta(days=2)
PASSING = ["hang before", "hang after", "drop before", "drop after", "cut", "truncated", "429", "500", "502", "503",
           "html", "entities", "deep", "error 200"]  # fmt: skip
LASTING = ["hang before", "drop before", "cut", "truncated", "429", "500", "401", "403", "html", "entities", "deep",
           "bomb", "double gzip", "enormous", "loop", "error 200"]  # fmt: skip


def whole(ws: Workspace, server: GeoReportServer) -> None:
    """Check that the workspace holds what the server has, once each."""
    found = dict(rows(ws, "SELECT service_request_id, description FROM report"))
    assert found == {key: report["description"] for key, report in server.reports.items()}
    assert rows(ws, "SELECT count(*) FROM report") == [(len(found),)]


def quick(client: Client) -> None:
    """Let a client give up soon."""
    client._limits = Limits(connect=1, read=0.1, backoff=0.001, retries=2, max_bytes=4 << 20)


@pytest.mark.parametrize("fault", PASSING)
def test_a_fault_that_passes(ws: Workspace, serve: Serve, fault: Any) -> None:
    server, client = serve("citysdk")
    server.add(250)
    server.fault(fault, path="requests", after=1)
    pulled = pull(ws, client, since=SINCE)
    assert (pulled.new, pulled.rejected) == (250, 0)
    assert server.faults[0].times == 0
    whole(ws, server)


@pytest.mark.parametrize("fault", LASTING)
def test_a_fault_that_lasts(ws: Workspace, serve: Serve, fault: Any) -> None:
    server, client = serve("citysdk")
    server.add(250)
    quick(client)
    server.fault(fault, times=100_000, path="requests", after=2)
    with pytest.raises(SigmaError) as caught:
        pull(ws, client, since=SINCE)
    assert caught.value.where
    server.faults.clear()
    pull(ws, client, since=SINCE)
    whole(ws, server)
    server.edit("3", description="later")
    assert pull(ws, client).changed == 1
    whole(ws, server)


def test_a_mis_encoded_page(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk")
    server.add(20)
    server.fault("mis-encoded", path="requests")
    pull(ws, client, since=SINCE)
    whole(ws, server)


@pytest.mark.parametrize(
    "lies", [{"overlap": 13}, {"after_end": "last again"}, {"zero_is_one": True}, {"largest": 50}], ids=str
)
def test_pages_that_repeat_or_overlap(ws: Workspace, serve: Serve, lies: dict[str, Any]) -> None:
    server, client = serve("citysdk", **lies)
    server.add(403)
    pulled = pull(ws, client, since=SINCE)
    assert (pulled.new, pulled.unchanged) == (403, 0)
    whole(ws, server)


def test_pages_that_never_end(ws: Workspace, serve: Serve) -> None:
    from dataclasses import replace

    server, client = serve("citysdk", after_end="made up", end=200, default_size=10, largest=10)
    server.add(30)
    client.profile = replace(client.profile, paging=replace(client.profile.paging, most_pages=8))
    pulled = pull(ws, client, since=EPOCH)
    assert pulled.rejected
    assert all("does not end" in item.reason for item in pulled.reasons)
    assert set(server.reports) <= {key for (key,) in rows(ws, "SELECT service_request_id FROM report")}


def test_keys_do_not_follow_a_redirect(ws: Workspace, serve: Serve) -> None:
    other, _ = serve("generic")
    server, client = serve("connectedbits", key="s3cret")
    server.fault("elsewhere", location=f"{other.url}/requests.json", times=1000)
    other.add(2)
    pull(ws, client, since=SINCE)
    assert other.calls
    assert all("s3cret" not in f"{call.headers} {call.params} {call.form}" for call in other.calls)


# --- media ---------------------------------------------------------------------------------------------------------


def picture(colour: int) -> bytes:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (60, 40), (colour, 20, 30)).save(out, "JPEG")
    return out.getvalue()


def test_media_are_fetched_checked_and_kept_once(ws: Workspace, serve: Serve) -> None:
    server, client = serve("connectedbits", key="s3cret")
    base = client.url.rsplit("/open311", 1)[0]
    server.files = {"/a.jpg": ("image/jpeg", picture(10)), "/same.jpg": ("image/jpeg", picture(10)),
                    "/page.jpg": ("image/jpeg", b"<html>not here</html>"), "/huge.jpg": ("image/jpeg", bytes(5000)),
                    "/cut.jpg": ("image/jpeg", picture(99)[:300])}  # fmt: skip
    names = ["/a.jpg", "/same.jpg", "/page.jpg", "/cut.jpg", "/none.jpg", "/a.jpg"]
    for name in names:
        server.add(1, media_url=f"{base}{name}")
    server.add(1, media_url="file:///etc/passwd")
    server.add(1, media_url=None)
    pulled = pull(ws, client, since=SINCE, media=True)
    assert pulled.media is not None
    assert (pulled.media.fetched, pulled.media.known, pulled.media.refused) == (2, 1, 4)
    files = [p for p in media_folder(ws).rglob("*") if p.is_file()]
    assert [p.suffix for p in files] == [".jpg"]
    assert files[0].read_bytes() == picture(10)
    reasons = dict(rows(ws, "SELECT url, reason FROM media WHERE reason NOT NULL"))
    assert "web page" in reasons[f"{base}/page.jpg"]
    assert "no address" in reasons["file:///etc/passwd"]
    assert all("Authorization" not in call.headers for call in server.calls if call.path.endswith(".jpg"))
    calls = len(server.calls)
    assert fetch_media(ws, client).fetched == 0
    assert len(server.calls) == calls, "what is here or can't be used is not asked for again"


def test_media_are_capped_and_go_on_after_a_fault(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk")
    base = client.url.rsplit("/open311", 1)[0]
    server.files = {"/a.jpg": ("image/jpeg", picture(10)), "/b.jpg": ("image/jpeg", picture(200))}
    for name in ("a", "b"):
        server.add(1, media_url=f"{base}/{name}.jpg")
    pull(ws, client, since=SINCE)
    assert fetch_media(ws, client, max_bytes=100, report_ids=["city/1"]).refused == 1
    quick(client)
    server.fault("drop before", path=".jpg", times=100)
    with pytest.raises(SigmaError):
        fetch_media(ws, client)
    server.faults.clear()
    assert fetch_media(ws, client).fetched == 1


@pytest.mark.parametrize("how", ["cancel", "503", "disk", "heic"])
def test_a_photo_that_could_not_be_had_now_is_asked_for_again(
    ws: Workspace, serve: Serve, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, client = serve("citysdk")
    base = client.url.rsplit("/open311", 1)[0]
    server.files = {"/a.jpg": ("image/jpeg", picture(10))}
    server.add(1, media_url=f"{base}/a.jpg")
    pull(ws, client, since=SINCE)
    quick(client)
    feedback = Feedback()
    with monkeypatch.context() as patch:
        if how == "cancel":
            patch.setattr(type(client), "media", lambda *_, **__: _stop())
        elif how == "503":
            server.fault("503", path=".jpg", times=100)
        elif how == "disk":

            def full(*_: object, **__: object) -> None:
                raise OSError(28, "No space left on device")

            patch.setattr(Path, "write_bytes", full)
        else:
            patch.setattr(media, "open_picture", _no_reader)
        try:
            done = fetch_media(ws, client, feedback=feedback)
            assert (done.refused, done.later) == (0, 1)
        except Cancelled:
            assert how == "cancel"
    server.faults.clear()
    assert rows(ws, "SELECT count(*) FROM media") == [(0,)]
    assert fetch_media(ws, client).fetched == 1


def _stop() -> None:
    raise Cancelled("Stopped as asked")


def _no_reader(*_: object) -> None:
    try:
        raise ImportError("pillow_heif")
    except ImportError as error:
        raise PhotoError(PhotoVerdict.UNREADABLE, "HEIC needs the package pillow-heif") from error


def test_what_was_refused_can_be_asked_for_again(ws: Workspace, serve: Serve) -> None:
    server, client = serve("citysdk")
    base = client.url.rsplit("/open311", 1)[0]
    server.files = {"/a.jpg": ("image/jpeg", b"<html>not yet</html>")}
    server.add(1, media_url=f"{base}/a.jpg")
    pull(ws, client, since=SINCE)
    assert fetch_media(ws, client).refused == 1
    server.files = {"/a.jpg": ("image/jpeg", picture(10))}
    assert fetch_media(ws, client).fetched == 0
    assert MediaTable(ws).ask_again("city") == 1
    assert fetch_media(ws, client).fetched == 1
    assert MediaTable(ws).ask_again("city") == 0, "what is here stays"
