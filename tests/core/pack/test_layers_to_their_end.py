# SPDX-License-Identifier: GPL-2.0-or-later
"""A layer in a pack is read to its end, whatever hints its service leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sigma_communes.core.catalogue import Calls
from sigma_communes.core.pack.layers.fetching import _counted, fetch
from sigma_communes.core.pack.layers.sources import Source
from sigma_communes.core.transport import Limits, new_session
from sigma_communes.core.vector import binding
from sigma_communes.tests.servers.ogc_features import OgcFeaturesServer
from sigma_communes.tests.servers.wfs import WfsServer

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
BOX = (5.0, 43.0, 6.0, 44.0)


@pytest.fixture(autouse=True)
def _no_network() -> None:
    """Take the place of the fixture that blocks every socket: ``allow_hosts`` blocks all but the loopback."""


@pytest.fixture
def calls() -> Iterator[Calls]:
    """Give calls that soon lose patience."""
    with new_session() as session:
        yield Calls(session, limits=Limits(connect=1.0, read=2.0, whole=5.0, retries=0))


def count(source: Source, calls: Calls, folder: Path) -> int:
    fetched = fetch(source, calls, BOX, folder)
    return sum(len(binding.gdal().read(layer, None).geometries) for layer in fetched.layers)


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("cap", [60, 1000])
def test_a_collection_without_hints(calls: Calls, tmp_path: Path, links: bool, counts: bool, cap: int) -> None:
    with OgcFeaturesServer(links=links, counts=counts, cap=cap) as server:
        server.add(150)
        source = Source("x", "ogc-features", "x", url=server.url, layer="reports")
        assert count(source, calls, tmp_path) == 150


def test_a_collection_that_refuses_large_pages(calls: Calls, tmp_path: Path) -> None:
    with OgcFeaturesServer(refuses_over=40) as server:
        server.add(95)
        assert count(Source("x", "ogc-features", "x", url=server.url, layer="reports"), calls, tmp_path) == 95


@pytest.mark.parametrize("sorts", [True, False])
@pytest.mark.parametrize("version", ["1.1.0", "2.0.0"])
def test_a_layer_without_an_order(calls: Calls, tmp_path: Path, sorts: bool, version: str) -> None:
    with WfsServer(version, as_json=True) as server:
        server.add(150)
        page = server.page

        def ordered(query: dict[str, str]) -> tuple[str, str]:
            if query.get("startindex") and not (sorts and query.get("sortby")):
                return server.exception("NoApplicableCode", "no natural order without a key"), "text/xml"
            return page(query)

        server.page = ordered  # type: ignore[method-assign]
        source = Source("x", "wfs", "x", url=server.url, layer="town:reports")
        assert count(source, calls, tmp_path) == 150


@pytest.mark.parametrize("member", ["wfs:member", "member", "gml:featureMember", "gml:featureMembers"])
def test_features_of_a_page_are_counted_in_every_spelling(member: str) -> None:
    one = '<t:r gml:id="r"><t:numero>1</t:numero></t:r>'
    inner = f"<{member}>{one * 5}</{member}>" if member.endswith("s") else f"<{member}>{one}</{member}>" * 5
    body = (
        '<wfs:FeatureCollection xmlns="http://www.opengis.net/wfs/2.0" xmlns:wfs="http://www.opengis.net/wfs/2.0"'
        f' xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:t="t" numberMatched="12">{inner}</wfs:FeatureCollection>'
    )
    assert _counted(body.encode()) == (5, 12, ["numero"])
