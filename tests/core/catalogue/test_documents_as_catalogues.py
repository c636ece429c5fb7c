# SPDX-License-Identifier: GPL-2.0-or-later
"""Capabilities of services, and QGIS projects, as catalogues of their layers."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sigma_communes.core.catalogue import Calls, Catalogue, CatalogueSource, harvest
from sigma_communes.core.catalogue.links.qgis_project import project_layer, project_root
from sigma_communes.core.errors import DataError, UsageError
from sigma_communes.core.model import Record, Rejected


def records_of(items: Any) -> list[Record]:
    return [item for item in items if isinstance(item, Record)]


LAYERS = """<Layer queryable="1"><Name>zones</Name><Title>Zonage</Title><Abstract>Les zones</Abstract>
<KeywordList><Keyword>plui</Keyword></KeywordList><Attribution><Title>Agam</Title></Attribution>
<Layer><Name>zones:u &amp; au</Name><Title>U et AU</Title><CRS>EPSG:3857</CRS></Layer></Layer>
<Layer><Name>seule</Name><EX_GeographicBoundingBox><westBoundLongitude>x</westBoundLongitude></EX_GeographicBoundingBox>
</Layer><Layer><Title>Un groupe</Title></Layer>"""


def test_a_wms_is_a_catalogue_of_its_layers(server: Any, calls: Calls, servers: ModuleType) -> None:
    url = server.add("/wms", servers.wms_capabilities(LAYERS))
    zones, inner, odd = records_of(harvest(calls, CatalogueSource("s", "wms", url)))
    assert (zones.id, zones.title, zones.abstract, zones.organisation) == ("zones", "Zonage", "Les zones", "Ville")
    assert zones.crs == ("EPSG:4326", "EPSG:2154") and inner.crs == ("EPSG:4326", "EPSG:2154", "EPSG:3857")
    assert zones.extent == inner.extent == (4.7, 43.1, 5.9, 43.8)
    assert inner.id == "zones:u & au" and "Agam" in inner.constraints
    assert zones.licence == "Licence Ouverte 2.0"
    assert [(link.kind, link.layer, link.url) for link in inner.links] == [("wms", "zones:u & au", url)]
    # What is odd in one layer is that layer's.
    assert odd.title == "seule" and odd.extent == (4.7, 43.1, 5.9, 43.8)
    assert odd.flaws[0] == "no title" and "not numbers" in odd.flaws[1]


def test_wms_1_1_1_with_a_document_type(server: Any, calls: Calls) -> None:
    text = """<?xml version="1.0"?><!DOCTYPE WMT_MS_Capabilities SYSTEM "http://127.0.0.1:9/capabilities_1_1_1.dtd"
    [ <!ELEMENT VendorSpecificCapabilities EMPTY> ]><WMT_MS_Capabilities version="1.1.1"><Service/><Capability><Layer>
    <SRS>EPSG:2154 EPSG:4326</SRS><LatLonBoundingBox minx="5" miny="43" maxx="5.5" maxy="43.5"/><Layer><Name>a</Name>
    <Title>A</Title></Layer></Layer></Capability></WMT_MS_Capabilities>"""
    (record,) = records_of(harvest(calls, CatalogueSource("s", "wms", server.add("/wms", text))))
    assert (record.id, record.crs, record.extent) == ("a", ("EPSG:2154", "EPSG:4326"), (5.0, 43.0, 5.5, 43.5))


def test_wmts_and_wfs_are_catalogues_too(server: Any, calls: Calls, servers: ModuleType) -> None:
    (tiles,) = records_of(
        harvest(calls, CatalogueSource("t", "wmts", server.add("/wmts", servers.wmts_capabilities())))
    )
    assert (tiles.id, tiles.title, tiles.crs) == ("plan", "Plan de ville", ("EPSG:4326", "EPSG:3857"))
    assert tiles.links[0].style == "normal"
    url = server.add("/wfs", servers.wfs_capabilities(["amp:voirie", "amp:arbres"]))
    roads, trees = records_of(harvest(calls, CatalogueSource("f", "wfs", url)))
    assert (roads.id, roads.crs, roads.extent) == ("amp:voirie", ("EPSG:2154", "EPSG:4326"), (5.1, 43.2, 5.5, 43.4))
    assert trees.links[0].kind == "wfs"


def test_an_ogc_api_is_a_catalogue_of_its_collections(server: Any, calls: Calls) -> None:
    collections = [
        {
            "id": "arbres",
            "title": "Arbres",
            "extent": {"spatial": {"bbox": [[5, 43, 5.5, 43.5]]}},
            "crs": ["http://www.opengis.net/def/crs/OGC/1.3/CRS84"],
            "links": [{"rel": "items", "href": "x"}],
        },
        {"id": "meta", "itemType": "record"},
        {"id": "", "title": "sans nom"},
    ]
    server.add_json("/api/collections", {"collections": collections})
    url = server.add_json("/api", {"title": "API", "links": [{"rel": "data", "href": "/api/collections"}]})
    (record,) = records_of(harvest(calls, CatalogueSource("s", "ogc-features", url)))
    assert (record.id, record.extent, record.crs) == ("arbres", (5.0, 43.0, 5.5, 43.5), ("OGC:CRS84",))


def test_capabilities_of_twenty_megabytes(server: Any, calls: Calls, servers: ModuleType) -> None:
    layer = f"<Layer><Name>n%d</Name><Title>Couche %d</Title><Abstract>{'texte ' * 150}</Abstract></Layer>"
    text = servers.wms_capabilities("".join(layer % (n, n) for n in range(20_500)))
    assert len(text) > 20_000_000
    records = records_of(harvest(calls, CatalogueSource("s", "wms", server.add("/wms", text))))
    assert len(records) == 20_500
    assert records[-1].title == "Couche 20499"


def test_layers_nested_too_deep_are_left(server: Any, calls: Calls, servers: ModuleType) -> None:
    deep = "".join(f"<Layer><Name>d{n}</Name>" for n in range(100)) + "</Layer>" * 100
    records = records_of(
        harvest(calls, CatalogueSource("s", "wms", server.add("/wms", servers.wms_capabilities(deep))))
    )
    assert 20 < len(records) < 40


def test_a_document_that_did_not_change_is_not_fetched_again(
    server: Any, catalogue: Catalogue, calls: Calls, servers: ModuleType
) -> None:
    url = server.add_document("/wms", servers.wms_capabilities(LAYERS))
    catalogue.add(CatalogueSource("w", "wms", url))
    first = catalogue.harvest("w", calls.session)
    again = catalogue.harvest("w", calls.session)
    assert (first.records, again.records, again.changed.removed) == (3, 0, 0)
    assert server.calls[-1][3]["If-None-Match"].startswith('"')
    assert catalogue.records.count() == 3
    server.add_document("/wms", servers.wms_capabilities("<Layer><Name>zones</Name><Title>Zonage</Title></Layer>"))
    changed = catalogue.harvest("w", calls.session)
    assert (changed.records, changed.changed.removed) == (1, 2)
    assert catalogue.records.count() == 1
    server.add_document("/wms", servers.wms_capabilities(""))
    assert catalogue.harvest("w", calls.session).changed.removed == 1
    assert catalogue.records.count() == 0


# --- QGIS projects ------------------------------------------------------------------------------------------------

PROJECT = """<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis projectname="Plan" version="3.22.16"><title>Plan</title><layer-tree-group><layer-tree-group name="Réseaux">
<layer-tree-layer id="eau_1" name="Eau"/></layer-tree-group></layer-tree-group><projectlayers>
<maplayer type="vector" geometry="Line" minScale="1e8"><id>eau_1</id>
<datasource>./data/eau.gpkg|layername=eau</datasource><layername>Eau potable</layername>
<provider encoding="UTF-8">ogr</provider><srs><spatialrefsys><authid>EPSG:2154</authid>
</spatialrefsys></srs><wgs84extent><xmin>5</xmin><ymin>43</ymin><xmax>5.5</xmax><ymax>43.5</ymax></wgs84extent>
<resourceMetadata><identifier>eau-id</identifier><abstract>Les tuyaux</abstract><license>ODbL</license>
<keywords vocabulary="x"><keyword>canalisation</keyword></keywords><contact><organization>Eaux</organization></contact>
</resourceMetadata><renderer-v2 type="singleSymbol"/></maplayer>
<maplayer type="raster"><id>fond_2</id>
<datasource>type=xyz&amp;url=https://t/%7Bz%7D/%7Bx%7D/%7By%7D.png</datasource><layername>Fond</layername>
<provider>wms</provider></maplayer><maplayer><layername>sans id</layername></maplayer></projectlayers></qgis>"""


def qgz(text: str, name: str = "plan.qgs") -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return data.getvalue()


def test_a_project_is_a_catalogue_with_styles(tmp_path: Path, calls: Calls) -> None:
    path = tmp_path / "l'été.qgz"
    path.write_bytes(qgz(PROJECT))
    found = list(harvest(calls, CatalogueSource("p", "qgis-project", str(path))))
    water, background = records_of(found)
    assert (water.id, water.title, water.abstract) == ("eau-id", "Eau potable", "Les tuyaux")
    assert (water.organisation, water.licence, water.extent) == ("Eaux", "ODbL", (5.0, 43.0, 5.5, 43.5))
    assert water.keywords == ("canalisation", "Réseaux")
    assert background.title == "Fond" and "no extent" in background.flaws
    assert [item.reason for item in found if isinstance(item, Rejected)] == ["Has no id"]
    provider, uri, qml, kind = project_layer(calls, str(path), "eau_1")
    assert (provider, uri, kind) == ("ogr", "./data/eau.gpkg|layername=eau", "vector")
    assert b"<renderer-v2" in qml and b"datasource" not in qml and b'minScale="1e8"' in qml


def test_a_project_at_an_address(server: Any, calls: Calls) -> None:
    url = server.add("/plan.qgs", PROJECT, "application/octet-stream")
    assert len(records_of(harvest(calls, CatalogueSource("p", "qgis-project", url)))) == 2
    with pytest.raises(UsageError, match="no layer 'x'"):
        project_layer(calls, url, "x")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "nothing where XML"),
        (b"PK\x03\x04broken", "no whole .qgz"),
        (qgz(PROJECT)[:200], "no whole .qgz"),
        (qgz(PROJECT, "x.txt"), "Holds no .qgs"),
        (b"<kml/>", "no QGIS project"),
        (b"<html><body>x", "web page"),
        (b'<!DOCTYPE q [<!ENTITY a "b">]><qgis>&a;</qgis>', "entities"),
    ],
)
def test_files_that_are_no_project(data: bytes, said: str) -> None:
    with pytest.raises(DataError, match=said):
        project_root(data, "p.qgz")


def test_a_project_that_unpacks_to_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sigma_communes.core.catalogue.links.qgis_project._LARGEST", 1000)
    with pytest.raises(DataError, match="Unpacks to more than"):
        project_root(qgz("<qgis>" + " " * 5000 + "</qgis>"), "p.qgz")
