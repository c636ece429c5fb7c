# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

from datetime import timedelta

import pytest
from sigma_communes.core.errors import SigmaError, UsageError
from sigma_communes.core.reports.sources.probe import probe
from sigma_communes.core.transport import Limits, RefusedCredentials, Unreachable, new_session
from sigma_communes.tests.servers.georeport import EPOCH, STYLES, GeoReportServer, profile_for

LIMITS = Limits(connect=1, read=1, backoff=0.01, retries=1)


@pytest.mark.parametrize("kind", sorted(STYLES))
def test_each_kind_of_server_is_recognised(kind: str) -> None:
    with GeoReportServer(STYLES[kind]) as server, new_session() as session:
        server.add(300, start=EPOCH + timedelta(days=340))
        given = {need: "fms.example" for need in profile_for(kind).needs}
        found = probe(f"{server.url}/requests.json", session, given=given, limits=LIMITS)
        known = {"updates": "fixmystreet", "6aika": "citysdk", "libre311": "generic"}
        assert found.profile == known.get(kind, kind)
        assert found.url == server.url
        assert found.sample
        assert found.formats
        assert found.pages is (None if STYLES[kind].paging == "none" else True)
        assert len(server.calls) < 18
        assert all(call.method == "GET" for call in server.calls)
        if kind != "seeclickfix":
            assert len(found.services) == 4
            assert found.capabilities["definitions"] is True
            assert found.discovery["endpoints"]


def test_a_missing_jurisdiction_is_asked_for() -> None:
    with GeoReportServer(STYLES["fixmystreet"]) as server, new_session() as session:
        found = probe(server.url, session, limits=LIMITS)
    assert found.profile == "fixmystreet"
    assert any(note.startswith("Give jurisdiction_id: this kind of server needs it") for note in found.notes)
    assert f"reports probe {server.url} --given jurisdiction_id=" in " ".join(found.notes)
    assert any("web page" in note for note in found.notes)


def test_a_server_without_pages_is_told() -> None:
    with GeoReportServer(paging="none", size="") as server, new_session() as session:
        server.add(30, start=EPOCH + timedelta(days=340))
        found = probe(server.url, session, limits=LIMITS)
    assert (found.profile, found.pages, found.capabilities["paging"]) == ("generic", False, False)


def test_what_is_no_report_server_is_an_error_that_says_why() -> None:
    with new_session() as session:
        with pytest.raises(UsageError):
            probe("ftp://x.example", session)
        with GeoReportServer() as server:
            url = server.url
            with pytest.raises(SigmaError, match="Nothing is at this address"):
                probe(url.replace("open311", "elsewhere"), session, limits=LIMITS)
            server.fault("403", times=100)
            with pytest.raises(RefusedCredentials):
                probe(url, session, limits=LIMITS)
        with pytest.raises(Unreachable):
            probe(url, session, limits=LIMITS)
