# SPDX-License-Identifier: GPL-2.0-or-later
"""The client against every kind of server, well and failing, over a real socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

import pytest
from sigma_communes.core.errors import Cancelled, DataError, SigmaError, UsageError
from sigma_communes.core.feedback import Feedback
from sigma_communes.core.model import Rejected, Report
from sigma_communes.core.reports.sources.georeport_server import Client, NewRequest
from sigma_communes.core.reports.sources.profile import load_profile, profile_names
from sigma_communes.core.reports.sources.source import ChangedRequest
from sigma_communes.core.transport import (
    BadAnswer,
    Limits,
    NotFound,
    RefusedCredentials,
    ServerFailed,
    TooLarge,
    TooManyRequests,
    TransportError,
    Unreachable,
    new_session,
)
from sigma_communes.tests.servers.georeport import EPOCH, STYLES, Call, GeoReportServer, profile_for

LIMITS = Limits(connect=1, read=0.25, backoff=0.01, longest_pause=2, max_bytes=4 << 20)
YEAR = {"since": EPOCH - timedelta(days=2), "until": EPOCH + timedelta(days=400)}

Serve = Callable[..., tuple[GeoReportServer, Client]]


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:

        def start(kind: str = "generic", profile: str = "", feedback: Feedback | None = None, **changes: Any) -> Any:
            server = stack.enter_context(GeoReportServer(STYLES[kind], **changes))
            session = stack.enter_context(new_session())
            chosen = profile_for(profile or kind)
            client = Client(
                server.url,
                chosen,
                session,
                name="city",
                key=server.style.key,
                given={need: "fms.example" for need in chosen.needs},
                limits=LIMITS,
                feedback=feedback or Feedback(),
            )
            return server, client

        yield start


def ids(verdicts: Any) -> list[str]:
    return [v.service_request_id for v in verdicts if isinstance(v, Report)]


# --- every dialect -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(STYLES))
def test_every_kind_of_server_is_read_whole_and_once(serve: Serve, kind: str) -> None:
    server, client = serve(kind)
    server.add(1234)
    verdicts = list(client.requests(**YEAR))
    assert sorted(ids(verdicts), key=int) == list(server.reports)
    assert [v for v in verdicts if isinstance(v, Rejected)] == []
    report = verdicts[0]
    assert isinstance(report, Report)
    truth = server.reports[report.service_request_id]
    assert (report.lon, report.lat, report.status) == (truth["long"], truth["lat"], truth["status"])
    assert (report.service_name, report.service_code) == (truth["service_name"], truth["service_code"])
    assert report.description == truth["description"]
    time = datetime.fromisoformat(report.requested_datetime or "")
    assert (time if time.tzinfo else time.replace(tzinfo=EPOCH.tzinfo)) == truth["requested"]


@pytest.mark.parametrize("kind", sorted(STYLES))
def test_filters_hold_whatever_the_server_does(serve: Serve, kind: str) -> None:
    server, client = serve(kind)
    server.add(300)
    since, until = EPOCH + timedelta(days=4), EPOCH + timedelta(days=6)
    verdicts = list(client.requests(since=since, until=until, status="closed", service_codes=["S1", "S2"]))
    day = timedelta(days=1)
    sure = {i for i, r in server.reports.items() if r["status"] == "closed" and r["service_code"] in ("S1", "S2")
            and since <= r["requested"] <= until}  # fmt: skip
    for report in verdicts:
        assert isinstance(report, Report)
        assert report.status == "closed"
        assert report.service_code in ("S1", "S2")
        assert since - day <= server.reports[report.service_request_id]["requested"] <= until + day
    assert sure
    assert sure <= set(ids(verdicts))


@pytest.mark.parametrize("kind", [k for k in sorted(STYLES) if profile_for(k).periods.changed_start])
def test_only_what_changed(serve: Serve, kind: str) -> None:
    server, client = serve(kind)
    server.add(60)
    before = server.now
    server.edit("7", status="closed")
    server.edit("41", status="open")
    changed = list(client.requests(since=before, until=before + timedelta(days=1), changed=True))
    assert sorted(ids(changed), key=int) == ["7", "41"]


def test_a_server_that_knows_no_changes_says_so(serve: Serve) -> None:
    _, client = serve("generic")
    with pytest.raises(UsageError, match="can't be asked for changes"):
        list(client.requests(changed=True))


def test_services_definitions_one_request(serve: Serve) -> None:
    server, client = serve()
    server.add(3)
    services = list(client.services())
    assert [(s.service_code, s.metadata) for s in services][:2] == [("S0", True), ("S1", False)]  # type: ignore[union-attr]
    (attribute,) = client.definition("S0").attributes
    assert (attribute.code, attribute.required, attribute.values) == ("SIZE", True, (("1", "Petit"), ("2", "Grand")))
    report = client.request("2")
    assert report is not None
    assert report.service_request_id == "2"
    assert client.request("999") is None
    assert client.request("../services") is None
    assert all("../" not in call.path for call in server.calls)


def test_xml_says_the_same(serve: Serve) -> None:
    server, client = serve()
    server.add(120)
    from_json = list(client.requests(**YEAR))
    object.__setattr__(client, "profile", load_profile("generic").__class__(
        **{**load_profile("generic").__dict__, "format": "xml"}))  # fmt: skip
    from_xml = list(client.requests(**YEAR))
    keys = [name for name in Report.__dataclass_fields__ if name != "extra"]
    assert [[getattr(r, k) for k in keys] for r in from_xml] == [[getattr(r, k) for k in keys] for r in from_json]


# --- pages that lie ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lies",
    [
        {"overlap": 13},
        {"after_end": "last again"},
        {"zero_is_one": True},
        {"paging": "none", "size": "page_size", "most": 100},
        {"paging": "none", "size": "", "most": 250},
        {"paging": "none", "size": "", "most": 1000, "days": 0},
        {"largest": 50},
        {"text_numbers": True, "dates": "epoch"},
        {"dates": "blank"},
        {"wrap": "data"},
        {"status": "ignored"},
        {"filters": "after paging", "days": 0},
    ],
    ids=str,
)
def test_the_generic_profile_survives_pages_that_lie(serve: Serve, lies: dict[str, Any]) -> None:
    server, client = serve("generic", **lies)
    server.add(1003)
    verdicts = list(client.requests(**YEAR))
    if lies == {"filters": "after paging", "days": 0}:
        # A page that is filtered empty ends the list of the generic profile; that is what the other profile is for.
        server, client = serve("markaspot", **lies)
        server.add(1003)
        verdicts = list(client.requests(**YEAR))
    assert sorted(ids(verdicts), key=int) == list(server.reports)
    assert [v for v in verdicts if isinstance(v, Rejected)] == []


def test_pages_that_never_end_are_cut_and_it_is_said(serve: Serve) -> None:
    server, client = serve("generic", after_end="made up", default_size=10, largest=10, days=0)
    server.add(30)
    profile = load_profile("generic")
    paging = profile.paging.__class__(**{**profile.paging.__dict__, "most_pages": 20})
    client.profile = profile.__class__(**{**profile.__dict__, "paging": paging})
    verdicts = list(client.requests(since=EPOCH, until=EPOCH + timedelta(days=30)))
    assert set(server.reports) <= set(ids(verdicts))
    assert len(verdicts) == 201
    notice = verdicts[-1]
    assert isinstance(notice, Rejected)
    assert "does not end" in notice.reason


def test_more_at_one_time_than_the_server_gives_is_said(serve: Serve) -> None:
    server, client = serve("fixmystreet", most=100)
    profile = load_profile("fixmystreet")
    periods = profile.periods.__class__(**{**profile.periods.__dict__, "caps": (100,)})
    client.profile = profile.__class__(**{**profile.__dict__, "periods": periods, "statuses": ("open",)})
    server.add(150, every=0.001, status="open")
    verdicts = list(client.requests(since=EPOCH - timedelta(hours=1), until=EPOCH + timedelta(hours=1)))
    assert len(ids(verdicts)) == 100
    notices = [v for v in verdicts if isinstance(v, Rejected)]
    assert notices
    assert all("may be cut off" in v.reason for v in notices)


def test_ids_that_change_their_case_are_one(serve: Serve) -> None:
    server, client = serve("generic", flips_case=True, overlap=30)
    server.add(700)
    found = ids(client.requests(**YEAR))
    assert len(found) == 700
    assert {i.lower() for i in found} == set(server.reports)
    assert client.request(found[0].swapcase()) is not None


def test_reading_is_lazy(serve: Serve) -> None:
    server, client = serve()
    server.add(1000)
    stream = client.requests(**YEAR)
    assert server.calls == []
    next(stream)
    assert len(server.calls) == 2, "page 0 is looked at once"


def test_records_without_id_are_rejected_with_their_page(serve: Serve) -> None:
    server, client = serve()
    server.add(150)
    server.reports["120"]["id"] = ""
    verdicts = list(client.requests(since=EPOCH, until=EPOCH + timedelta(days=30)))
    assert len(ids(verdicts)) == 149
    (rejected,) = [v for v in verdicts if isinstance(v, Rejected)]
    assert rejected.where.startswith("city, page 2 of 2024-01-01")
    assert rejected.where.endswith("record 20")


# --- faults ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    ["hang before", "hang after", "drop before", "drop after", "cut", "truncated", "429", "500", "502", "503", "html",
     "entities", "deep", "error 200"],
)  # fmt: skip
@pytest.mark.parametrize("after", [0, 2])
def test_a_passing_fault_loses_and_doubles_nothing(serve: Serve, fault: Any, after: int) -> None:
    server, client = serve()
    server.add(450)
    server.fault(fault, path="requests", after=after)
    found = ids(client.requests(since=EPOCH, until=EPOCH + timedelta(days=30)))
    assert sorted(found, key=int) == list(server.reports)
    assert len(found) == 450
    assert server.faults[0].times == 0


def test_a_mis_encoded_page_is_read_and_it_is_said(serve: Serve) -> None:
    server, client = serve()
    server.add(50)
    server.fault("mis-encoded", path="requests", times=2)
    reports = list(client.requests(since=EPOCH, until=EPOCH + timedelta(days=30)))
    assert len(reports) == 50
    assert isinstance(reports[0], Report)
    assert reports[0].description == "Signalement n° 1 « été »"
    assert reports[0].extra["decoded_as"] == "cp1252"


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        ("hang before", Unreachable, "did not answer in time"),
        ("drop before", Unreachable, "connection was lost"),
        ("cut", Unreachable, "connection was lost"),
        ("500", ServerFailed, "as asked: 500"),
        ("503", ServerFailed, "503"),
        ("429", TooManyRequests, "fewer calls"),
        ("401", RefusedCredentials, "refused the key"),
        ("403", RefusedCredentials, "as asked: 403"),
        ("html", DataError, "Maintenance"),
        ("truncated", DataError, "not whole JSON"),
        ("deep", DataError, "nested too deeply"),
        ("entities", DataError, "document type"),
        ("error 200", DataError, "no such thing"),
        ("bomb", TooLarge, "larger than"),
        ("enormous", TooLarge, "larger than"),
        ("double gzip", BadAnswer, "gzip, gzip"),
        ("loop", BadAnswer, "Redirects more than"),
    ],
)
def test_a_lasting_fault_is_one_error_with_a_next_step(
    serve: Serve, fault: Any, kind: type[SigmaError], words: str
) -> None:
    server, client = serve("klarschiff")
    server.add(5)
    server.fault(fault, times=10_000)
    client._limits = Limits(connect=1, read=0.1, backoff=0.001, retries=2, max_bytes=4 << 20)
    # A single period that can't be halved any more: an enormous answer stays enormous.
    with pytest.raises(kind) as caught:
        list(client.requests(since=EPOCH, until=EPOCH + timedelta(seconds=30)))
    assert words in str(caught.value)
    assert caught.value.where


def test_an_answer_that_is_too_large_is_asked_for_in_halves(serve: Serve) -> None:
    server, client = serve("klarschiff")
    server.add(3000)
    client._limits = Limits(connect=1, read=2, max_bytes=300_000)
    found = ids(client.requests(**YEAR))
    assert sorted(found, key=int) == list(server.reports)
    assert len(found) == 3000


def test_what_was_read_before_a_lasting_fault_stands(serve: Serve) -> None:
    server, client = serve()
    server.add(450)
    server.fault("500", times=10_000, after=2)
    found: list[str] = []
    with pytest.raises(ServerFailed):
        found.extend(v.service_request_id for v in client.requests(since=EPOCH, until=EPOCH + timedelta(days=30)))  # type: ignore[union-attr]
    stream = client.requests(since=EPOCH, until=EPOCH + timedelta(days=30))
    server.faults.clear()
    assert sorted(ids(stream), key=int) == list(server.reports)


def test_a_pause_that_is_asked_for_is_kept_and_one_that_is_too_long_is_told(serve: Serve) -> None:
    server, client = serve()
    server.add(5)
    server.fault("429", retry_after="1", path="requests")
    told: list[str] = []
    client._feedback.info = told.append  # type: ignore[method-assign]
    assert len(ids(client.requests(since=EPOCH, until=EPOCH + timedelta(days=30)))) == 5
    assert told == ["The server wants fewer calls (429); trying again in 1 s (1 s waited in all)"]
    server.fault("429", retry_after="3600", path="requests", times=100)
    calls = len(server.calls)
    with pytest.raises(TooManyRequests, match="Try again in 3600 s") as caught:
        list(client.requests(since=EPOCH, until=EPOCH + timedelta(days=30)))
    assert caught.value.retry_after == 3600
    assert len(server.calls) == calls + 1


def test_cancel_stops_between_pages_and_while_waiting(serve: Serve) -> None:
    class Stop(Feedback):
        calls = 0

        def is_cancelled(self) -> bool:
            self.calls += 1
            return self.calls > 10

    server, client = serve(feedback=Stop())
    server.add(10_000, every=60)
    with pytest.raises(Cancelled):
        list(client.requests(since=EPOCH, until=EPOCH + timedelta(days=30)))
    assert 0 < len(server.calls) < 10


def test_a_wrong_address_is_not_an_empty_list(serve: Serve) -> None:
    _, client = serve("markaspot")
    assert list(client.requests()) == []
    client.url = client.url.replace("georeport", "elsewhere")
    with pytest.raises(NotFound):
        list(client.requests())


# --- keys --------------------------------------------------------------------------------------------------------


def shown(call: Call) -> str:
    return f"{call.path} {call.params}"


def test_a_key_goes_where_the_profile_says_and_nowhere_else(serve: Serve) -> None:
    server, client = serve("connectedbits", key="s3cret")
    server.add(3)
    assert len(ids(client.requests(**YEAR))) == 3
    assert all(call.headers["Authorization"] == "Bearer s3cret" for call in server.calls)
    assert all("s3cret" not in shown(call) for call in server.calls)
    server, client = serve("ureport")
    client.create(NewRequest("S1", "x", lon=5.4, lat=43.3))
    assert server.calls[-1].form["api_key"] == ["k1"]
    assert "k1" not in shown(server.calls[-1])


def test_keys_do_not_follow_to_another_host(serve: Serve) -> None:
    other, _ = serve("generic")
    server, client = serve("connectedbits", key="s3cret")
    server.fault("elsewhere", location=f"{other.url}/requests.json?x=1", times=100)
    client.profile = client.profile.__class__(**{**client.profile.__dict__, "headers": {"X-Custom": "s3cret2"}})
    other.add(2)
    list(client.requests(since=EPOCH, until=EPOCH + timedelta(days=3)))
    assert other.calls
    for call in other.calls:
        assert "s3cret" not in f"{call.headers} {call.params} {call.form}"
        assert call.params == {"x": "1"}


def test_a_post_is_never_sent_on(serve: Serve) -> None:
    other, _ = serve("generic")
    server, client = serve("ureport")
    server.fault("elsewhere", location=f"{other.url}/requests.json")
    with pytest.raises(BadAnswer, match="Sends a POST on") as caught:
        client.create(NewRequest("S1", "x", lon=5.4, lat=43.3))
    assert other.calls == []
    assert caught.value.may_have_acted is False


def test_errors_hold_no_key(serve: Serve) -> None:
    server, client = serve("connectedbits", key="s3cret")
    client._params = {**client._params, "api_key": "s3cret"}
    for fault in ("403", "500", "drop before", "loop", "html"):
        server.faults.clear()
        server.fault(fault, times=1000)  # type: ignore[arg-type]
        with pytest.raises(SigmaError) as caught:
            list(client.requests(**YEAR))
        assert "s3cret" not in str(caught.value) + repr(caught.value.__dict__)


# --- sending -----------------------------------------------------------------------------------------------------


def test_a_new_request_with_all_that_belongs_to_it(serve: Serve) -> None:
    server, client = serve("citysdk")
    created = client.create(
        NewRequest("S0", "Trou « profond »", 5.37, 43.3, "1 rue X", {"SIZE": "1", "MANY": ["a", "b"]},
                   photo=("p.jpg", b"\xff\xd8jpeg", "image/jpeg"), extra={"email": "a@b.fr"})
    )  # fmt: skip
    report = server.reports[created.service_request_id]
    assert (report["description"], report["lat"], report["long"], report["address"]) == (
        "Trou « profond »", 43.3, 5.37, "1 rue X")  # fmt: skip
    assert report["attributes"] == {"attribute[SIZE]": ["1"], "attribute[MANY][]": ["a", "b"]}
    assert report["media"] == b"\xff\xd8jpeg"
    assert server.calls[-1].form["email"] == ["a@b.fr"]
    assert client.request(created.service_request_id) is not None


def test_a_token_becomes_an_id_later(serve: Serve) -> None:
    server, client = serve("generic", tokens=True)
    created = client.create(NewRequest("S1", "x", address="1 rue X"))
    assert (created.token, created.service_request_id) == ("token-1", "")
    assert client.token(created.token).service_request_id == "1"
    assert list(server.reports) == ["1"]


@pytest.mark.parametrize(
    ("fault", "acted"),
    [("hang after", True), ("drop after", True), ("hang before", True), ("drop before", True), ("503", True),
     ("429", False), ("403", False), ("html", True)],
)  # fmt: skip
def test_a_post_is_sent_once_and_the_error_says_if_it_may_have_been_taken(
    serve: Serve, fault: Any, acted: bool
) -> None:
    server, client = serve("ureport")
    server.fault(fault, method="POST")
    with pytest.raises(TransportError) as caught:
        client.create(NewRequest("S1", "x", lon=5.4, lat=43.3))
    assert caught.value.may_have_acted is acted
    assert [call.method for call in server.calls] == ["POST"]
    assert len(server.reports) == (1 if "after" in fault else 0)


def test_nothing_is_sent_where_no_one_listens() -> None:
    with GeoReportServer() as server:
        url = server.url
    with new_session() as session, pytest.raises(Unreachable) as caught:
        Client(url, load_profile("generic"), session, limits=LIMITS).create(NewRequest("S1", "x", 5.4, 43.3))
    assert caught.value.may_have_acted is False


def test_what_a_server_does_not_take_is_not_sent(serve: Serve) -> None:
    server, client = serve("seeclickfix")
    with pytest.raises(UsageError, match="takes no new requests"):
        client.create(NewRequest("1", "x", 5.4, 43.3))
    with pytest.raises(UsageError, match="takes no comments"):
        client.update("1", ChangedRequest(comment="x"))
    assert server.calls == []
    server, client = serve("updates")
    with pytest.raises(UsageError, match="takes no changes of status"):
        client.update("1", ChangedRequest(status="closed"))
    with pytest.raises(UsageError, match="position or an address"):
        client.create(NewRequest("1", "x"))
    with pytest.raises(UsageError, match="takes 4,000"):
        client.create(NewRequest("1", "x" * 4001, 5.4, 43.3))
    with pytest.raises(UsageError, match="takes no photos"):
        client.create(NewRequest("1", "x", 5.4, 43.3, photo=("a", b"", "image/png")))
    assert server.calls == []


def test_comments_and_changes_of_status(serve: Serve) -> None:
    server, client = serve("klarschiff")
    server.add(2)
    client.update("2", ChangedRequest(status="closed", comment="Fait"))
    assert (server.reports["2"]["status"], server.reports["2"]["status_notes"]) == ("closed", "Fait")
    assert server.calls[-1].method == "PATCH"
    server, client = serve("updates")
    server.add(2)
    client.update("1", ChangedRequest(comment="Vu"))
    (update,) = client.updates(since=server.now - timedelta(days=1))
    assert not isinstance(update, Rejected)
    assert (update.service_request_id, update.description) == ("1", "Vu")


def test_what_a_profile_needs_and_what_an_address_is() -> None:
    with new_session() as session:
        with pytest.raises(UsageError, match="Give jurisdiction_id"):
            Client("https://x.example", load_profile("fixmystreet"), session)
        for url in ("x.example", "file:///etc/passwd", "", "https://"):
            with pytest.raises(UsageError, match="no address"):
                Client(url, load_profile("generic"), session)


def test_every_profile_has_its_kind_of_server() -> None:
    assert set(profile_names()) == {profile_for(kind).name for kind in STYLES}
