# SPDX-License-Identifier: GPL-2.0-or-later
"""What a WFS may say, and what is made of it: exceptions with 200, axes, keys, pages that are none, names of layers."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from sigma_communes.core.cli.reports import reports, servers
from sigma_communes.core.errors import DataError, UsageError
from sigma_communes.core.model import Rejected, Report
from sigma_communes.core.reports.formats.gml import features
from sigma_communes.core.reports.sources.probe import probe
from sigma_communes.core.reports.sources.source import ChangedRequest, NewRequest
from sigma_communes.core.reports.sources.wfs_t import Refused, WfsT
from sigma_communes.core.reports.sync.pull import pull
from sigma_communes.core.reports.sync.push import push
from sigma_communes.core.store import Workspace
from sigma_communes.core.transport import BadAnswer, NotFound, RefusedCredentials, new_session
from sigma_communes.tests.servers.wfs import WfsServer

from .conftest import LIMITS, rows
from .test_push import draw


def layer(server: WfsServer, url: str = "", **more: Any) -> WfsT:
    return WfsT(url or server.url, new_session(), name="city", limits=LIMITS, **more)


# --- positions -----------------------------------------------------------------------------------------------------

GML = "http://www.opengis.net/gml"


def page(srs: str, pos: str, tag: str = "pos") -> Any:
    return etree.fromstring(
        f'<c xmlns:g="{GML}"><featureMember><r fid="1"><geom><g:Point srsName="{srs}"><g:{tag}>{pos}</g:{tag}>'
        "</g:Point></geom></r></featureMember></c>"
    )


@pytest.mark.parametrize(
    ("srs", "first"),
    [
        ("EPSG:4326", "lon"),
        ("http://www.opengis.net/gml/srs/epsg.xml#4326", "lon"),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "lon"),
        ("CRS:84", "lon"),
        ("", "lon"),
        ("urn:ogc:def:crs:EPSG::4326", "lat"),
        ("urn:ogc:def:crs:EPSG:6.9:4326", "lat"),
        ("urn:x-ogc:def:crs:EPSG:4326", "lat"),
        ("http://www.opengis.net/def/crs/EPSG/0/4326", "lat"),
    ],
)
@given(lon=st.floats(-180, 180), lat=st.floats(-90, 90))
def test_axes_are_in_the_order_that_the_name_means(srs: str, first: str, lon: float, lat: float) -> None:
    pos = f"{lon!r} {lat!r}" if first == "lon" else f"{lat!r} {lon!r}"
    (feature,) = features(page(srs, pos), "x")
    assert [float(n) for n in feature["geometry"]["coordinates"]] == [lon, lat]
    (feature,) = features(page(srs, pos.replace(" ", ","), "coordinates"), "x")
    assert [float(n) for n in feature["geometry"]["coordinates"]] == [lon, lat]


def test_another_reference_system_is_an_error_and_other_shapes_are_flagged() -> None:
    with pytest.raises(DataError, match="EPSG:2154, not in EPSG:4326"):
        list(features(page("EPSG:2154", "900000 6200000"), "x"))
    (empty,) = features(page("EPSG:4326", ""), "x")
    assert empty["geometry"]["coordinates"] == []
    line = etree.fromstring(
        f'<c xmlns:g="{GML}"><member><r g:id="1"><a>1</a><b><c>x</c><d>y</d></b><n/><geom><g:LineString/></geom></r>'
        "</member></c>"
    )
    (feature,) = features(line, "x")
    assert feature == {"type": "Feature", "id": "1", "properties": {"a": "1", "b": "xy", "n": None},
                       "geometry": {"type": "LineString", "coordinates": []}}  # fmt: skip


# --- what goes wrong -----------------------------------------------------------------------------------------------


def test_an_exception_with_200_is_a_refusal_and_the_edit_stays(ws: Workspace) -> None:
    with WfsServer() as server:
        server.add(3)
        source = layer(server)
        pull(ws, source)
        ws._connection.execute("UPDATE report SET description = 'mine' WHERE id = 'city/reports.1'")
        key = draw(ws, "drawn")
        server.faults += ["exception", "400"]
        pushed = push(ws, source, who="anne")
        assert "no space left" in pushed.refused["city/reports.1"]
        assert "as asked" in pushed.refused[key]
        assert len(rows(ws, "SELECT 1 FROM change")) >= 2
        again = push(ws, source, who="anne")
        assert (again.updated, again.created) == (["city/reports.1"], [key])
        assert len(server.features) == 4
        with pytest.raises(Refused, match="no such layer") as caught:
            source._xml(source._call({"request": "GetFeature", "version": "1.1.0", "typeName": "none"}))
        assert not caught.value.may_have_acted


def test_a_transaction_that_is_answered_with_anything_else_may_have_acted(monkeypatch: pytest.MonkeyPatch) -> None:
    with WfsServer() as server:
        server.add(1)
        source = layer(server)
        for answer in (
            "<html>busy</html>",
            "<other/>",
            "{}",
            '<TransactionResponse xmlns="http://www.opengis.net/wfs"/>',
        ):
            monkeypatch.setattr(server, "transact", lambda body, said=answer: said)
            with pytest.raises(BadAnswer) as caught:
                source.create(NewRequest("S1", "x", 5.3, 43.2))
            assert caught.value.may_have_acted


def test_what_is_not_there(ws: Workspace) -> None:
    with WfsServer() as server:
        server.add(2)
        source = layer(server)
        assert source.request("reports.9") is None
        with pytest.raises(NotFound, match="no such feature"):
            source.update("reports.9", ChangedRequest(status="closed"))
        with pytest.raises(UsageError, match="no property for media_url"):
            source.create(NewRequest("S1", "x", 5.3, 43.2, media_url="https://x.example/a.jpg"))
        for name in ("town:none", "none"):
            with pytest.raises(UsageError, match="no layer") as caught:
                _ = layer(server, f"{server.url}&typeName={name}").abilities
            assert "town:reports" in str(caught.value.next_step)
        for name in ("town:reports", "reports"):
            assert layer(server, f"{server.url}&typeName={name}").abilities.create
        with pytest.raises(UsageError, match="no address of a WFS"):
            layer(server, "ftp://x.example")


def test_a_wfs_of_another_version_and_what_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with WfsServer() as server:
        for said, words in (
            ('<WFS_Capabilities version="1.0.0"/>', "Is a WFS 1.0"),
            ("<WMS_Capabilities/>", "Is no WFS"),
            ("<html><title>Portal</title></html>", "Portal"),
            ('<!DOCTYPE a [<!ENTITY b "c">]><a/>', "entities"),
            ("[1]", "Is no XML"),
        ):
            monkeypatch.setattr(server, "capabilities", lambda text=said: text)
            with pytest.raises(DataError, match=words):
                _ = layer(server).abilities


def test_keys_go_into_a_header_and_nowhere_else() -> None:
    for key, header in (("s3cret", "Bearer s3cret"), ("me:s3cret", "Basic bWU6czNjcmV0")):
        with WfsServer(key=header) as server:
            server.add(1)
            assert [r.service_request_id for r in layer(server, key=key).requests() if isinstance(r, Report)]
            with pytest.raises(RefusedCredentials):
                list(layer(server).requests())
            assert all("s3cret" not in path for _, path, _ in server.calls)


def test_words_survive_both_ways_and_what_xml_can_not_hold_is_replaced() -> None:
    with WfsServer("2.0.0") as server:
        server.add(1)
        source = layer(server)
        words = "<b>&amp; “é” 👍 ]]>\nnext\x0b"
        key = source.create(NewRequest("S1", words, 5.3, 43.2)).service_request_id
        found = source.request(key)
        assert found is not None
        assert found.description == words.replace("\x0b", "\ufffd").strip()
        assert found.requested_datetime is not None
        assert len(server.features[key]["values"]["requested_datetime"]) == 10, "the column is a date"
        assert math.isclose(found.lon or 0, 5.3)


def test_pages_that_never_end(monkeypatch: pytest.MonkeyPatch, ws: Workspace) -> None:
    from sigma_communes.core.reports.sources import wfs_t

    monkeypatch.setattr(wfs_t, "_MOST_PAGES", 5)
    with WfsServer(as_json=True) as server:

        def made_up(query: dict[str, str]) -> tuple[str, str]:
            start = int(query.get("startindex", 0))
            features = [{"type": "Feature", "id": f"reports.{number}", "geometry": None,
                         "properties": {"description": "x"}} for number in range(start, start + 3)]  # fmt: skip
            return json.dumps({"type": "FeatureCollection", "features": features}), "application/json"

        monkeypatch.setattr(server, "page", made_up)
        verdicts = list(layer(server).requests())
        assert isinstance(verdicts[-1], Rejected)
        assert "does not end" in verdicts[-1].reason


# --- commands ------------------------------------------------------------------------------------------------------


def test_probe_and_servers_know_a_wfs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGMA_SERVERS", str(tmp_path / "servers.yaml"))
    with WfsServer() as server, new_session() as session:
        server.add(5)
        for url in (server.url, f"{server.url}&service=WFS&request=GetCapabilities"):
            found = probe(url, session)
            assert (found.kind, found.layers, len(found.sample)) == ("wfs", ("town:reports",), 5)
            assert found.capabilities["create"] and found.capabilities["status"]

        def run(command: Any, *arguments: str) -> list[dict[str, Any]]:
            result = CliRunner().invoke(command, [*arguments, "--json"], catch_exceptions=False)
            assert result.exit_code == 0, result.stderr
            return [json.loads(line) for line in result.stdout.splitlines()]

        assert run(reports, "probe", server.url)[0]["kind"] == "wfs"
        assert run(servers, "add", "town", server.url)[0]["kind"] == "wfs"
        (tested,) = run(servers, "test", "town")
        assert (tested["answers"], "status" in tested["takes"]) == (True, True)
        pulled = run(reports, "pull", "--workspace", str(tmp_path / "w.gpkg"), "--server", "town")[-1]
        assert (pulled["new"], pulled["rejected"]) == (5, 0)
