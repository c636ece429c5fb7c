# SPDX-License-Identifier: GPL-2.0-or-later
"""A CSW, page by page: schemas, dates, ends, and what is broken in it."""

from __future__ import annotations

import itertools
from types import ModuleType
from typing import Any

import pytest
from sigma_communes.core.catalogue import Calls, CatalogueSource, harvest
from sigma_communes.core.catalogue.protocols.csw import csw_address
from sigma_communes.core.errors import DataError
from sigma_communes.core.model import Record, Rejected
from sigma_communes.core.transport import RefusedCredentials, Unreachable


def records_of(items: Any) -> list[Record]:
    return [item for item in items if isinstance(item, Record)]


def test_all_pages_come_once_each(server: Any, calls: Calls, iso: ModuleType) -> None:
    url = server.add_csw([iso.iso_record(n) for n in range(255)], most=100)
    found = list(harvest(calls, CatalogueSource("s", "csw", url)))
    assert [record.id for record in found] == [iso.identifier(n) for n in range(255)]
    pages = [call for call in server.calls if call[2]["request"] == "GetRecords"]
    assert [page[2]["startposition"] for page in pages] == ["1", "101", "201"]
    record = found[0]
    assert record.title == "Zonage du plan local d'urbanisme intercommunal de Marseille (0)"
    assert record.organisation == "Métropole Aix-Marseille-Provence"
    assert record.licence == "Licence Ouverte 2.0"
    assert record.inspire_themes == ("Usage des sols",)
    assert record.scale == 5000
    assert record.crs == ("EPSG:2154",)
    assert [(link.kind, link.layer) for link in record.links] == [("wms", "amp:layer_0"), ("wfs", "amp:layer_0")]
    assert record.flaws == ()


def test_a_hundred_thousand_records_are_read_lazily(server: Any, calls: Calls, iso: ModuleType) -> None:
    url = server.add_csw(iso.iso_record, count=100_000, most=50)
    records = harvest(calls, CatalogueSource("big", "csw", url, page_size=50))
    assert len(list(itertools.islice(records, 120))) == 120
    records.close()
    # Capabilities, three pages, and at most two that were fetched ahead of the two thousand.
    assert len(server.calls) <= 6


@pytest.mark.parametrize(
    "next_record",
    [
        lambda following, count: "",
        lambda following, count: f'nextRecord="{count + 1 if following == 0 else following}"',
        lambda following, count: f'nextRecord="{following or 1}"',
    ],
    ids=["missing", "beyond the end", "back to the start"],
)
def test_ends_whatever_the_server_says_of_the_next_record(
    server: Any, calls: Calls, iso: ModuleType, next_record: Any
) -> None:
    url = server.add_csw([iso.iso_record(n) for n in range(45)], most=20, next_record=next_record)
    assert len(records_of(harvest(calls, CatalogueSource("s", "csw", url)))) == 45


def test_a_server_that_repeats_its_page_for_ever_is_left(server: Any, calls: Calls, iso: ModuleType) -> None:
    url = server.add_csw(lambda number: iso.iso_record(number % 10), count=1000, most=10)
    assert len(records_of(harvest(calls, CatalogueSource("s", "csw", url)))) == 10
    # Capabilities, the page, the same again, and the one that was fetched ahead meanwhile.
    assert len(server.calls) <= 4


def test_a_damaged_page_gives_what_can_be_read_and_says_so(server: Any, calls: Calls, iso: ModuleType) -> None:
    def damage(text: str, start: int) -> str:
        return text.replace("version 2.0", "version \x0b & 2.0", 1) if start == 21 else text

    url = server.add_csw([iso.iso_record(n) for n in range(60)], most=20, page=damage)
    found = list(harvest(calls, CatalogueSource("s", "csw", url)))
    rejected = [item for item in found if isinstance(item, Rejected)]
    assert len(rejected) == 1
    assert "from record 21 was damaged" in rejected[0].reason
    assert len(records_of(found)) == 60


def test_one_odd_record_does_not_lose_its_page(server: Any, calls: Calls, iso: ModuleType) -> None:
    odd = '<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd"><gmd:fileIdentifier/></gmd:MD_Metadata>'
    unknown = '<x:Thing xmlns:x="http://x"><x:identifier>odd-1</x:identifier><x:title>Odd</x:title></x:Thing>'
    url = server.add_csw([iso.iso_record(0), odd, unknown, iso.iso_record(1)])
    found = list(harvest(calls, CatalogueSource("s", "csw", url)))
    assert [record.id for record in records_of(found)] == [iso.identifier(0), "odd-1", iso.identifier(1)]
    assert [item.reason for item in found if isinstance(item, Rejected)] == [
        "A record without identifier, title and links says nothing"
    ]


def test_a_record_that_is_there_twice_comes_once(server: Any, calls: Calls, iso: ModuleType) -> None:
    url = server.add_csw([iso.iso_record(0), iso.iso_record(1), iso.iso_record(0)])
    found = list(harvest(calls, CatalogueSource("s", "csw", url)))
    assert len(records_of(found)) == 2
    assert [item.reason for item in found if isinstance(item, Rejected)] == ["Is in the source twice"]


@pytest.mark.parametrize(
    ("box", "extent", "flawed"),
    [
        ((43.2, 5.1, 43.4, 5.5), (5.1, 43.2, 5.5, 43.4), True),
        ((5.1, 43.2, 5.5, 43.4), (5.1, 43.2, 5.5, 43.4), False),
        ((40.0, -10.0, 50.0, 12.0), (40.0, -10.0, 50.0, 12.0), False),
        ((-61.8, 15.8, -61.0, 16.5), (-61.8, 15.8, -61.0, 16.5), False),
    ],
    ids=["swapped", "right", "Somalia itself", "Guadeloupe"],
)
def test_an_extent_whose_axes_seem_swapped_is_turned_and_said(
    server: Any, calls: Calls, iso: ModuleType, box: tuple[float, ...], extent: tuple[float, ...], flawed: bool
) -> None:
    url = server.add_csw([iso.iso_record(1, extent=iso.EXTENT.format(*box))])
    (record,) = records_of(harvest(calls, CatalogueSource("s", "csw", url)))
    assert record.extent == extent
    assert record.flaws == (("the extent's axes seem swapped; read as longitude, latitude",) if flawed else ())


def test_what_changed_is_asked_for(server: Any, calls: Calls, iso: ModuleType) -> None:
    url = server.add_csw([iso.iso_record(0)])
    list(harvest(calls, CatalogueSource("s", "csw", url), "2026-02-03T10:00:00Z"))
    asked = server.calls[-1][2]
    assert asked["constraintlanguage"] == "FILTER"
    assert (
        "<ogc:PropertyName>apiso:Modified</ogc:PropertyName><ogc:Literal>2026-02-03</ogc:Literal>"
        in asked["constraint"]
    )


def test_a_server_without_filters_is_read_whole(server: Any, calls: Calls, iso: ModuleType) -> None:
    url = server.add_csw([iso.iso_record(n) for n in range(3)], filters=False)
    assert len(records_of(harvest(calls, CatalogueSource("s", "csw", url), "2026-02-03"))) == 3


def test_a_filter_of_the_source_goes_along(server: Any, calls: Calls, iso: ModuleType) -> None:
    url = server.add_csw([iso.iso_record(0)])
    source = CatalogueSource("s", "csw", url, filter={"constraint": "apiso:Type = 'dataset'"})
    list(harvest(calls, source))
    assert server.calls[-1][2]["constraint"] == "apiso:Type = 'dataset'"
    list(harvest(calls, source, "2026-02-03"))
    assert server.calls[-1][2]["constraint"] == "apiso:Type = 'dataset' AND apiso:Modified >= '2026-02-03'"


DUBLIN_CORE = """<csw:Record xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:dct="http://purl.org/dc/terms/" xmlns:ows="http://www.opengis.net/ows">
<dc:identifier>dc-1</dc:identifier><dc:title>Voirie</dc:title><dc:type>dataset</dc:type><dc:subject>route</dc:subject>
<dct:abstract>&lt;p&gt;Les &lt;b&gt;rues&lt;/b&gt;&lt;/p&gt;</dct:abstract><dct:modified>2024-01-02</dct:modified>
<dc:publisher>Ville</dc:publisher><dc:rights>ODbL</dc:rights>
<dct:references scheme="OGC:WMS">https://geo.example.org/wms?layers=voirie</dct:references>
<dc:URI protocol="OGC:WFS" name="amp:voirie">https://geo.example.org/wfs</dc:URI>
<ows:BoundingBox crs="urn:ogc:def:crs:EPSG:6.11:4326"><ows:LowerCorner>43.2 5.3</ows:LowerCorner>
<ows:UpperCorner>43.4 5.5</ows:UpperCorner></ows:BoundingBox></csw:Record>"""


def test_dublin_core_where_there_is_nothing_better(server: Any, calls: Calls) -> None:
    url = server.add_csw([DUBLIN_CORE], schemas=["http://www.opengis.net/cat/csw/2.0.2"])
    (record,) = records_of(harvest(calls, CatalogueSource("s", "csw", url)))
    assert server.calls[-1][2]["typenames"] == "csw:Record"
    assert (record.id, record.title, record.abstract) == ("dc-1", "Voirie", "Les rues")
    assert (record.licence, record.organisation, record.modified) == ("ODbL", "Ville", "2024-01-02")
    assert [(link.kind, link.layer) for link in record.links] == [("wfs", "amp:voirie"), ("wms", "voirie")]


@pytest.mark.parametrize(
    ("crs", "lower", "upper"),
    [
        ("urn:ogc:def:crs:EPSG:6.11:4326", "43.2 5.3", "43.4 5.5"),
        ("http://www.opengis.net/def/crs/EPSG/0/4326", "43.2 5.3", "43.4 5.5"),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "5.3 43.2", "5.5 43.4"),
        ("EPSG:4326", "5.3 43.2", "5.5 43.4"),
    ],
)
def test_the_axes_of_a_bounding_box_follow_its_crs(server: Any, calls: Calls, crs: str, lower: str, upper: str) -> None:
    text = (
        DUBLIN_CORE.replace("urn:ogc:def:crs:EPSG:6.11:4326", crs).replace("43.2 5.3", lower).replace("43.4 5.5", upper)
    )
    url = server.add_csw([text], schemas=[])
    (record,) = records_of(harvest(calls, CatalogueSource("s", "csw", url)))
    assert record.extent == (5.3, 43.2, 5.5, 43.4)


# --- servers that are none ----------------------------------------------------------------------------------------


def test_a_web_page_is_an_error_with_its_title(server: Any, calls: Calls) -> None:
    url = server.add("/csw", "<!DOCTYPE html><html><title>Connexion</title></html>", "text/html")
    with pytest.raises(DataError, match=r"web page \(“Connexion”\)"):
        list(harvest(calls, CatalogueSource("s", "csw", url)))


def test_a_refusal_says_so(server: Any, calls: Calls) -> None:
    url = server.add("/csw", "no", "text/plain", 401)
    with pytest.raises(RefusedCredentials):
        list(harvest(calls, CatalogueSource("s", "csw", url)))


def test_a_server_that_never_answers_is_left(server: Any, calls: Calls) -> None:
    with pytest.raises(Unreachable):
        list(harvest(calls, CatalogueSource("s", "csw", server.add_silence("/csw", 5.0))))


def test_an_exception_report_is_an_error_with_its_text(server: Any, calls: Calls, servers: ModuleType) -> None:
    url = server.behave("/csw", lambda query: servers.exception("NoApplicableCode", "the database is away"))
    with pytest.raises(DataError, match="the database is away"):
        list(harvest(calls, CatalogueSource("s", "csw", url)))


def test_another_kind_of_document_is_none(server: Any, calls: Calls, servers: ModuleType) -> None:
    url = server.add("/csw", servers.wms_capabilities(""))
    with pytest.raises(DataError, match="Is no CSW: it answered with <WMS_Capabilities>"):
        list(harvest(calls, CatalogueSource("s", "csw", url)))


@pytest.mark.parametrize(
    "bomb",
    [
        '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><r>&b;</r>',
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>',
        '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]><r/>',
    ],
    ids=["growing", "file", "call"],
)
def test_entities_are_refused(server: Any, calls: Calls, bomb: str) -> None:
    with pytest.raises(DataError, match="Declares entities"):
        list(harvest(calls, CatalogueSource("s", "csw", server.add("/csw", bomb))))


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("https://x.fr/geonetwork", "https://x.fr/geonetwork/srv/eng/csw"),
        ("https://x.fr/geonetwork/srv/fre/catalog.search#/home", "https://x.fr/geonetwork/srv/fre/csw"),
        ("https://x.fr/geonetwork/srv/api/search/records/_search", "https://x.fr/geonetwork/srv/eng/csw"),
        ("https://x.fr/geonetwork/srv/fre/csw-inspire?x=1", "https://x.fr/geonetwork/srv/fre/csw-inspire?x=1"),
    ],
)
def test_geonetwork_is_read_by_its_csw(given: str, address: str) -> None:
    assert csw_address(CatalogueSource("g", "geonetwork", given)) == address
