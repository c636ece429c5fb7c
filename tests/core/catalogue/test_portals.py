# SPDX-License-Identifier: GPL-2.0-or-later
"""CKAN, OpenDataSoft, OGC API - Records and DCAT: pages, dates, fields, and what is broken in them."""

from __future__ import annotations

import itertools
import json
from types import ModuleType
from typing import Any

import pytest
from sigma_communes.core.catalogue import Calls, Catalogue, CatalogueSource, guess_kind, harvest
from sigma_communes.core.catalogue.protocols import ckan as ckan_module
from sigma_communes.core.catalogue.protocols import opendatasoft as ods_module
from sigma_communes.core.errors import DataError
from sigma_communes.core.model import Record, Rejected


def records_of(items: Any) -> list[Record]:
    return [item for item in items if isinstance(item, Record)]


# --- CKAN ---------------------------------------------------------------------------------------------------------


def package(number: int, **more: Any) -> dict[str, Any]:
    """Return a dataset in the schema of the regional catalogue."""
    return {
        "id": f"0000000{number % 10}-1111-4222-8333-{number:012d}",
        "name": f"jeu-{number}",
        "title": f"Jeu {number}",
        "notes": "Des **arbres** &amp; des <b>parcs</b>",
        "license_id": "lov2",
        "license_title": "Licence Ouverte v2.0",
        "metadata_modified": f"2025-01-{1 + number % 28:02d}T08:00:00.000000",
        "type": "dataset",
        "dataset_publication_date": "2019-05-06",
        "maintainer_email": "sig@ville.fr",
        "organization": {"name": "ville", "title": "Ville de Martigues"},
        "groups": [{"name": "env", "display_name": "Environnement et climat"}],
        "tags": [{"name": "arbres", "display_name": "arbres"}],
        "spatial": '{"type": "Polygon", "coordinates": [[[5.0, 43.3], [5.1, 43.3], [5.1, 43.5], [5.0, 43.3]]]}',
        "resources": [
            {
                "url": "https://x.fr/arbres.geojson",
                "format": "GeoJSON",
                "name": "Arbres",
                "crs": "RGF93 / Lambert-93 - France",
            },
            {"url": "https://x.fr/doc.pdf", "format": "PDF", "name": "Notice"},
            {
                "url": "/dataset/files/a.zip",
                "format": "SHP",
                "name": "Arbres",
                "api": json.dumps({"url": "https://ows.x.fr/geoserver/wfs", "typename": "v:arbres"}),
            },
        ],
        **more,
    }


def test_ckan_comes_in_pages(server: Any, calls: Calls) -> None:
    url = server.add_ckan([package(n) for n in range(230)])
    records = records_of(harvest(calls, CatalogueSource("s", "ckan", url)))
    assert len(records) == 230
    assert [call[2]["start"] for call in server.calls] == ["0", "100", "200"]
    assert server.calls[0][2]["sort"] == "metadata_modified asc, id asc"
    record = records[0]
    assert (record.title, record.organisation, record.contact) == ("Jeu 0", "Ville de Martigues", "sig@ville.fr")
    assert record.abstract == "Des **arbres** & des parcs"
    assert (record.licence, record.extent) == ("Licence Ouverte 2.0", (5.0, 43.3, 5.1, 43.5))
    assert record.keywords == ("arbres", "Environnement et climat")
    assert record.page == f"{url}/dataset/jeu-0"
    assert [(link.kind, link.layer) for link in record.links] == [
        ("geojson", ""),
        ("document", ""),
        ("shapefile", ""),
        ("wfs", "v:arbres"),
    ]
    assert record.links[0].crs == "EPSG:2154"
    assert record.links[2].url == f"{url}/dataset/files/a.zip"


def test_ckan_is_lazy(server: Any, calls: Calls) -> None:
    url = server.add_ckan([package(n) for n in range(1000)])
    records = harvest(calls, CatalogueSource("s", "ckan", url))
    assert len(list(itertools.islice(records, 10))) == 10
    records.close()
    assert len(server.calls) <= 2


def test_ckan_is_asked_for_what_changed(server: Any, calls: Calls) -> None:
    url = server.add_ckan([package(n) for n in range(28)])
    source = CatalogueSource("s", "ckan", url, filter={"fq": "organization:ville"})
    assert len(records_of(harvest(calls, source, "2025-01-20T00:00:00Z"))) == 9
    assert server.calls[0][2]["fq"] == "(organization:ville) AND metadata_modified:[2025-01-20T00:00:00Z TO *]"


def test_ckan_odd_datasets(server: Any, calls: Calls) -> None:
    odd = [
        None,
        {"id": "a"},
        {"id": "b", "resources": [None, {"url": None}, {"url": " "}], "extras": "x", "tags": [3]},
        {"title": "", "resources": [{"url": "javascript:alert(1)", "format": "CSV"}], "id": "c", "spatial": "{broken"},
        package(
            1, extras=[{"key": "guid", "value": "fr-iso-1"}, {"key": "bbox-west-long", "value": "5"}], spatial=None
        ),
        package(2, spatial='{"type": "Point"}', organization=None, author="Une personne"),
    ]
    found = list(harvest(calls, CatalogueSource("s", "ckan", server.add_ckan(odd))))
    assert [item.reason for item in found if isinstance(item, Rejected)] == ["Is no JSON object"]
    records = records_of(found)
    assert [record.id for record in records] == ["a", "b", "c", "fr-iso-1", package(2)["id"]]
    assert records[0].flaws == ("no title", "no links", "no extent")
    assert records[0].title == "a"
    assert records[4].organisation == "Une personne"


def test_ckan_says_no(server: Any, calls: Calls) -> None:
    body = {"success": False, "error": {"message": "Search Query is invalid", "__type": "Search Query Error"}}
    server.add_json("/api/3/action/package_search", body, status=409)
    with pytest.raises(DataError, match="Search Query is invalid"):
        list(harvest(calls, CatalogueSource("s", "ckan", server.url)))


@pytest.mark.parametrize("shape", ["[]", '{"success": true}', '{"success": true, "result": {"results": {}}}', "{", ""])
def test_ckan_answers_of_other_shapes(server: Any, calls: Calls, shape: str) -> None:
    server.add("/api/3/action/package_search", shape, "application/json")
    try:
        found = list(harvest(calls, CatalogueSource("s", "ckan", server.url)))
    except DataError:
        return
    assert records_of(found) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://x.fr/ckan",
        "https://x.fr/ckan/",
        "https://x.fr/ckan/api/3",
        "https://x.fr/ckan/api/3/action/package_search",
    ],
)
def test_ckan_addresses(url: str) -> None:
    assert ckan_module.portal_of(url) == "https://x.fr/ckan/"


# --- OpenDataSoft -------------------------------------------------------------------------------------------------


def dataset(number: int, **default: Any) -> dict[str, Any]:
    """Return a dataset as Explore v2.1 gives it."""
    return {
        "dataset_id": f"jeu-{number}",
        "dataset_uid": f"da_{number}",
        "has_records": True,
        "features": ["analyze", "geo"],
        "attachments": [
            {"id": "notice_pdf", "title": "Notice", "url": "odsfile://notice.pdf", "mimetype": "application/pdf"}
        ],
        "alternative_exports": [],
        "metas": {
            "default": {
                "title": f"Éclairage {number}",
                "description": "<p>Les <a href='x'>points</a></p>",
                "theme": ["Voirie"],
                "keyword": ["éclairage"],
                "license": "Licence Ouverte v2.0 (Etalab)",
                "publisher": "Métropole",
                "modified": f"2025-02-{1 + number % 28:02d}T00:00:00+00:00",
                "language": "fr",
                "references": "https://x.fr/wms?service=WMS",
                "bbox": {
                    "type": "Feature",
                    "properties": {},
                    "geometry": {
                        "type": "Polygon",
                        "coordinates": [[[5.1, 43.2], [5.5, 43.2], [5.5, 43.4], [5.1, 43.4], [5.1, 43.2]]],
                    },
                },
                **default,
            },
            "inspire": {"theme": ["Services d'utilité publique"]},
            "dcat": {"created": "2020-01-01"},
        },
    }


def test_opendatasoft_comes_in_pages(server: Any, calls: Calls) -> None:
    url = server.add_opendatasoft([dataset(n) for n in range(205)])
    records = records_of(harvest(calls, CatalogueSource("s", "opendatasoft", url, page_size=500)))
    assert len(records) == 205
    assert [call[2]["limit"] for call in server.calls] == ["100", "100", "100"]
    record = records[0]
    assert (record.id, record.title, record.abstract) == ("jeu-0", "Éclairage 0", "Les points")
    assert (record.licence, record.extent) == ("Licence Ouverte 2.0", (5.1, 43.2, 5.5, 43.4))
    assert [link.kind for link in record.links] == ["geojson", "shapefile", "csv", "document", "wms"]
    assert record.links[0].url == f"{url}/api/explore/v2.1/catalog/datasets/jeu-0/exports/geojson"
    assert record.links[3].url == f"{url}/api/explore/v2.1/catalog/datasets/jeu-0/attachments/notice_pdf"
    assert record.page == f"{url}/explore/dataset/jeu-0/"


def test_opendatasoft_tables_have_no_geometry_to_load(server: Any, calls: Calls) -> None:
    table = {**dataset(1), "features": ["analyze"]}
    (record,) = records_of(harvest(calls, CatalogueSource("s", "opendatasoft", server.add_opendatasoft([table]))))
    assert [link.kind for link in record.links] == ["csv", "document", "wms"]


def test_opendatasoft_gives_ten_thousand_and_the_rest_is_said(server: Any, calls: Calls) -> None:
    url = server.add_opendatasoft([{"dataset_id": str(n)} for n in range(10_150)])
    found = list(harvest(calls, CatalogueSource("s", "opendatasoft", url)))
    assert len(records_of(found)) == 10_000
    (rejected,) = (item for item in found if isinstance(item, Rejected))
    assert "150 were left out" in rejected.reason


def test_opendatasoft_is_asked_for_what_changed(server: Any, calls: Calls) -> None:
    url = server.add_opendatasoft([dataset(n) for n in range(28)])
    source = CatalogueSource("s", "opendatasoft", url, filter={"where": "publisher='Métropole'"})
    assert len(records_of(harvest(calls, source, "2025-02-27"))) == 2
    assert server.calls[0][2]["where"] == "(publisher='Métropole') AND modified >= date'2025-02-27'"


def test_opendatasoft_odd_datasets(server: Any, calls: Calls) -> None:
    odd = [3, {}, {"dataset_id": "a"}, {"dataset_id": "b", "metas": None, "features": None, "has_records": True}]
    found = list(harvest(calls, CatalogueSource("s", "opendatasoft", server.add_opendatasoft(odd))))
    assert [record.id for record in records_of(found)] == ["a", "b"]
    assert len(found) == 4


@pytest.mark.parametrize(
    "url",
    [
        "https://x.fr",
        "https://x.fr/",
        "https://x.fr/explore/?sort=title",
        "https://x.fr/api/explore/v2.1/catalog/datasets",
    ],
)
def test_opendatasoft_addresses(url: str) -> None:
    assert ods_module.portal_of(url) == "https://x.fr/"


# --- OGC API - Records --------------------------------------------------------------------------------------------


def feature(number: int) -> dict[str, Any]:
    return {
        "id": f"urn:uuid:rec-{number}",
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [[[5, 43], [5, 43.5], [5.5, 43.5], [5.5, 43], [5, 43]]]},
        "properties": {
            "type": "dataset",
            "title": f"Zonage {number}",
            "description": "Zones",
            "keywords": ["plui"],
            "updated": "2025-01-01",
            "language": {"code": "fr"},
            "license": "CC-BY-4.0",
            "themes": [{"concepts": [{"id": "landuse"}], "scheme": "http://inspire.ec.europa.eu/theme"}],
            "contacts": [{"organization": "Agence d'urbanisme", "emails": [{"value": "a@b.fr"}]}],
        },
        "links": [
            {"rel": "self", "href": f"http://x/items/{number}", "type": "application/geo+json"},
            {
                "rel": "item",
                "href": "https://x.fr/ows?service=WFS&typeNames=u:zonage",
                "type": "application/xml",
                "protocol": "OGC:WFS",
            },
            {
                "rel": "enclosure",
                "href": "data/zonage.gpkg",
                "type": "application/geopackage+sqlite3",
                "title": "GeoPackage",
            },
        ],
    }


@pytest.mark.parametrize("below", ["/records", "/records/collections", "/records/collections/meta/items"])
def test_ogc_records_from_any_address_of_it(server: Any, calls: Calls, below: str) -> None:
    server.add_ogc_records([feature(n) for n in range(120)])
    records = records_of(harvest(calls, CatalogueSource("s", "ogc-records", server.url + below)))
    assert len(records) == 120
    record = records[0]
    assert (record.title, record.organisation, record.contact) == ("Zonage 0", "Agence d'urbanisme", "a@b.fr")
    assert (record.licence, record.language, record.extent) == ("CC BY", "fr", (5.0, 43.0, 5.5, 43.5))
    assert record.inspire_themes == ("landuse",)
    assert [(link.kind, link.layer) for link in record.links] == [("wfs", "u:zonage"), ("geopackage", "")]
    assert record.links[1].url == f"{server.url}/records/collections/meta/items/data/zonage.gpkg".replace(
        "items/data", "data"
    )


def test_ogc_api_without_records_says_so(server: Any, calls: Calls) -> None:
    server.add_json("/x", {"collections": [{"id": "a", "itemType": "feature", "links": []}]})
    with pytest.raises(DataError, match="None of its 1 collections holds records"):
        list(harvest(calls, CatalogueSource("s", "ogc-records", server.url + "/x")))


def test_a_next_link_in_a_circle_ends(server: Any, calls: Calls) -> None:
    page = {"type": "FeatureCollection", "features": [feature(1)], "links": [{"rel": "next", "href": "/i?page=2"}]}
    server.add_json("/i", page)
    assert len(records_of(harvest(calls, CatalogueSource("s", "ogc-records", server.url + "/i")))) == 1
    assert len(server.calls) == 3


# --- DCAT ---------------------------------------------------------------------------------------------------------

CONTEXT = {"dct": "http://purl.org/dc/terms/", "dcat": "http://www.w3.org/ns/dcat#"}
NESTED = {
    "@context": CONTEXT,
    "@type": "dcat:Catalog",
    "dcat:dataset": [
        {
            "@id": "https://x.fr/d/1",
            "@type": "dcat:Dataset",
            "dct:identifier": "d1",
            "dct:title": [{"@value": "Trees", "@language": "en"}, {"@value": "Arbres", "@language": "fr"}],
            "dct:description": "Les <i>arbres</i>",
            "dcat:keyword": ["arbres", {"@value": "nature"}],
            "dct:publisher": {"@type": "foaf:Agent", "foaf:name": "Ville"},
            "dct:license": {"@id": "https://www.etalab.gouv.fr/lo"},
            "dct:modified": {"@value": "2025-05-05", "@type": "xsd:date"},
            "dcat:theme": {"skos:prefLabel": "Environnement"},
            "dct:spatial": {
                "dcat:bbox": {"@value": "POLYGON((5 43, 5.5 43, 5.5 43.5, 5 43.5, 5 43))", "@type": "geo:wktLiteral"}
            },
            "dcat:distribution": {
                "@type": "dcat:Distribution",
                "dcat:downloadURL": {"@id": "https://x.fr/a.gpkg"},
                "dct:title": "Arbres",
                "dct:format": "GPKG",
            },
        }
    ],
}
FLAT = [
    {
        "@id": "https://x.fr/d/1",
        "@type": ["http://www.w3.org/ns/dcat#Dataset"],
        "http://purl.org/dc/terms/identifier": [{"@value": "d1"}],
        "http://purl.org/dc/terms/title": [{"@value": "Arbres", "@language": "fr"}],
        "http://purl.org/dc/terms/description": [{"@value": "Les <i>arbres</i>"}],
        "http://www.w3.org/ns/dcat#keyword": [{"@value": "arbres"}, {"@value": "nature"}],
        "http://www.w3.org/ns/dcat#theme": [{"@id": "_:t"}],
        "http://purl.org/dc/terms/publisher": [{"@id": "_:p"}],
        "http://purl.org/dc/terms/license": [{"@id": "https://www.etalab.gouv.fr/lo"}],
        "http://purl.org/dc/terms/modified": [{"@value": "2025-05-05"}],
        "http://purl.org/dc/terms/spatial": [{"@id": "_:s"}],
        "http://www.w3.org/ns/dcat#distribution": [{"@id": "_:d"}],
    },
    {"@id": "_:p", "http://xmlns.com/foaf/0.1/name": [{"@value": "Ville"}]},
    {"@id": "_:t", "http://www.w3.org/2004/02/skos/core#prefLabel": [{"@value": "Environnement"}]},
    {"@id": "_:s", "http://www.w3.org/ns/dcat#bbox": [{"@value": "POLYGON((5 43, 5.5 43, 5.5 43.5, 5 43.5, 5 43))"}]},
    {
        "@id": "_:d",
        "http://www.w3.org/ns/dcat#downloadURL": [{"@id": "https://x.fr/a.gpkg"}],
        "http://purl.org/dc/terms/title": [{"@value": "Arbres"}],
        "http://purl.org/dc/terms/format": [{"@value": "GPKG"}],
    },
]


@pytest.mark.parametrize("document", [NESTED, FLAT, {"@graph": FLAT}], ids=["nested", "flat", "graph"])
def test_dcat_in_its_forms(server: Any, calls: Calls, document: Any) -> None:
    url = server.add("/catalog.jsonld", json.dumps(document), "application/ld+json")
    (record,) = records_of(harvest(calls, CatalogueSource("s", "dcat", url)))
    assert (record.id, record.title, record.abstract, record.organisation) == ("d1", "Arbres", "Les arbres", "Ville")
    assert record.keywords == ("arbres", "nature", "Environnement")
    assert (record.licence, record.modified) == ("Licence Ouverte", "2025-05-05")
    assert record.extent == (5.0, 43.0, 5.5, 43.5)
    assert [(link.kind, link.url, link.title) for link in record.links] == [
        ("geopackage", "https://x.fr/a.gpkg", "Arbres")
    ]


def test_dcat_pages_follow_hydra(server: Any, calls: Calls) -> None:
    first = {
        "@graph": [
            {"@id": "u:1", "@type": "Dataset", "title": "Un"},
            {"@type": "hydra:PartialCollectionView", "hydra:next": "/p2"},
        ]
    }
    server.add(
        "/p2", json.dumps({"@graph": [{"@id": "u:2", "@type": "Dataset", "title": "Deux"}]}), "application/ld+json"
    )
    url = server.add("/p1", json.dumps(first), "application/ld+json")
    assert [record.title for record in records_of(harvest(calls, CatalogueSource("s", "dcat", url)))] == ["Un", "Deux"]


def test_a_later_page_that_changed_is_noticed(server: Any, catalogue: Catalogue, calls: Calls) -> None:
    first = {"@graph": [{"@id": "u:1", "@type": "Dataset", "title": "Un"}, {"hydra:next": "/p2"}]}
    url = server.add_document("/p1", json.dumps(first), "application/ld+json")
    catalogue.add(CatalogueSource("d", "dcat", url))
    for title in ("Deux", "Trois"):
        server.add_json("/p2", {"@graph": [{"@id": "u:2", "@type": "Dataset", "title": title}]})
        assert catalogue.harvest("d", calls.session).records == 2
        assert title in [hit.record.title for hit in catalogue.search()]


def test_dcat_as_rdf_xml(server: Any, calls: Calls) -> None:
    pytest.importorskip("rdflib", reason="RDF/XML needs rdflib, an extra")
    url = server.add("/c.rdf", RDF, "application/rdf+xml")
    (record,) = records_of(harvest(calls, CatalogueSource("s", "dcat", url)))
    assert (record.title, record.organisation) == ("Arbres", "Ville")
    assert [link.kind for link in record.links] == ["geojson"]


RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dct="http://purl.org/dc/terms/"
 xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:foaf="http://xmlns.com/foaf/0.1/"><dcat:Dataset rdf:about="https://x.fr/1">
<dct:title xml:lang="fr">Arbres</dct:title><dct:publisher><foaf:Agent><foaf:name>Ville</foaf:name></foaf:Agent>
</dct:publisher><dcat:distribution><dcat:Distribution><dcat:downloadURL rdf:resource="https://x.fr/a.geojson"/>
</dcat:Distribution></dcat:distribution></dcat:Dataset></rdf:RDF>"""


def test_an_empty_dcat_says_so(server: Any, calls: Calls) -> None:
    url = server.add("/c", "{}", "application/ld+json")
    with pytest.raises(DataError, match="no dcat:Dataset"):
        list(harvest(calls, CatalogueSource("s", "dcat", url)))


# --- which it is --------------------------------------------------------------------------------------------------


def test_the_kind_is_told_by_asking(server: Any, calls: Calls, iso: ModuleType, servers: ModuleType) -> None:
    assert guess_kind(calls, server.add_csw([iso.iso_record(1)], "/a")) == "csw"
    assert guess_kind(calls, server.add_ckan([package(1)], portal="/portal")) == "ckan"
    assert guess_kind(calls, server.add_ogc_records([feature(1)], "/oar")) == "ogc-records"
    assert guess_kind(calls, server.add("/wms", servers.wms_capabilities("<Layer><Name>a</Name></Layer>"))) == "wms"
    assert guess_kind(calls, server.add_opendatasoft([dataset(1)])) == "opendatasoft"
    with pytest.raises(DataError, match="No known kind"):
        guess_kind(calls, server.add("/page", "<html><title>x</title></html>", "text/html"))


def dcat(*nodes: dict[str, Any]) -> str:
    return json.dumps({"@context": CONTEXT, "@graph": list(nodes)})


def test_the_service_of_a_distribution_is_no_record(
    server: Any, servers: ModuleType, catalogue: Catalogue, calls: Calls
) -> None:
    label = iter(range(100))

    def page(query: dict[str, str]) -> Any:
        blank = f"_:N{next(label)}"  # another at each answer, as rdflib makes them
        nodes = [
            {"@id": "u:c", "@type": "dcat:Catalog", "dcat:dataset": {"@id": "u:1"}},
            {"@id": "u:1", "@type": "dcat:Dataset", "dct:title": "Parkings", "dcat:distribution": {"@id": "u:d"}},
            {"@id": "u:d", "@type": "dcat:Distribution", "dcat:accessService": {"@id": blank},
             "dcat:accessURL": "https://x.fr/r/1"},
            {"@id": blank, "@type": "dcat:DataService", "dct:title": "Flux Parkings",
             "dct:conformsTo": "http://www.opengeospatial.org/standards/wms",
             "dcat:endpointURL": "https://x.fr/wms"},
            {"@id": "u:api", "@type": "dcat:DataService", "dct:title": "API", "dcat:endpointURL": "https://x.fr/api"},
        ]  # fmt: skip
        return servers.Answer(dcat(*nodes).encode(), "application/ld+json")

    url = server.behave("/c.jsonld", page)
    catalogue.add(CatalogueSource("d", "dcat", url))
    catalogue.harvest("d", calls.session)
    again = catalogue.harvest("d", calls.session)
    assert (again.records, again.changed.new, again.changed.removed) == (2, 0, 0)
    (dataset,) = [r for r in records_of(harvest(calls, CatalogueSource("d", "dcat", url))) if r.kind == "dataset"]
    assert [(link.kind, link.url) for link in dataset.links] == [("wms", "https://x.fr/r/1")]


def test_a_dataset_with_a_blank_label_keeps_its_identity(server: Any, calls: Calls) -> None:
    ids = set()
    for label in ("_:a", "_:b"):
        url = server.add("/c", dcat({"@id": label, "@type": "Dataset", "dct:title": "Arbres"}), "application/ld+json")
        ids |= {record.id for record in records_of(harvest(calls, CatalogueSource("s", "dcat", url)))}
    assert ids == {"Arbres"}


@pytest.mark.parametrize(
    "spatial",
    [
        "5.0,43.0,5.5,43.5",
        "5.0 43.0 5.5 43.5",
        {"@value": "5.0,43.0,5.5,43.5"},
        {"ogc:asWKT": "<http://www.opengis.net/def/crs/OGC/1.3/CRS84> Polygon((5 43, 5.5 43, 5.5 43.5, 5 43.5, 5 43))"},
        {"dcat:bbox": "POLYGON((5 43, 5.5 43, 5.5 43.5, 5 43))"},
        {
            "locn:geometry": {
                "@value": '{"type": "Polygon", "coordinates": [[[5, 43], [5.5, 43], [5.5, 43.5], [5, 43]]]}'
            }
        },
        {"type": "Polygon", "coordinates": [[[5, 43], [5.5, 43], [5.5, 43.5], [5, 43]]]},
    ],
)
def test_extents_as_portals_write_them(server: Any, calls: Calls, spatial: Any) -> None:
    node = {"@id": "u:1", "@type": "Dataset", "dct:title": "Arbres", "dct:spatial": spatial}
    url = server.add("/c", dcat(node), "application/ld+json")
    (record,) = records_of(harvest(calls, CatalogueSource("s", "dcat", url)))
    assert record.extent == (5.0, 43.0, 5.5, 43.5)


def test_what_stands_behind_blank_nodes_is_read(server: Any, calls: Calls) -> None:
    node = {
        "@id": "u:1", "@type": "Dataset", "dct:title": "Arbres", "dct:conformsTo": [{"@id": "_:crs"}, {"@id": "_:x"}],
        "dct:license": {"@id": "_:l"},
    }  # fmt: skip
    crs = {"@id": "_:crs", "@type": "dct:Standard", "dct:title": "EPSG:2154 (RGF93 / Lambert-93)"}
    licence = {"@id": "_:l", "@type": "dct:LicenseDocument", "rdfs:label": "Ayants droit seulement"}
    url = server.add("/c", dcat(node, crs, licence, {"@id": "_:x"}), "application/ld+json")
    (record,) = records_of(harvest(calls, CatalogueSource("s", "dcat", url)))
    assert (record.crs, record.licence) == (("EPSG:2154",), "Ayants droit seulement")
    assert not any("_:" in text for text in (*record.constraints, record.page, record.id))
