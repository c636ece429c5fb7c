# SPDX-License-Identifier: GPL-2.0-or-later
"""OGC API - Records and Features of a real pygeoapi; the same records by a CSW and by its façade are one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sigma_communes.core import transport
from sigma_communes.core.catalogue import Calls, Catalogue, CatalogueSource, choose, guess_kind, harvest
from sigma_communes.core.model import Record
from sigma_communes.core.store import Workspace
from sigma_communes.tests.servers import iso_records, pycsw, pygeoapi

N = 95


def _record(number: int) -> dict[str, Any]:
    west = 5.0 + number / 1000
    ring = [[west, 43.2], [west + 0.1, 43.2], [west + 0.1, 43.3], [west, 43.3], [west, 43.2]]
    return {
        "id": f"urn:uuid:0000-{number:04d}",
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {
            "type": "dataset", "title": f"Éclairage du quartier {number}", "description": "Points lumineux",
            "keywords": ["éclairage"], "updated": "2025-01-02", "language": "fr",
        },
        "links": [{"rel": "item", "type": "application/geopackage+sqlite3", "href": f"https://x.example/{number}.gpkg"}],
    }  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pygeoapi.Pygeoapi]:
    """Give a pygeoapi with records, trees and a façade of a pycsw; skip where they can't be installed."""
    folder = tmp_path_factory.mktemp("pygeoapi")
    points = [
        {"type": "Feature", "id": n, "properties": {"id": n, "name": f"t{n}"},
         "geometry": {"type": "Point", "coordinates": [5.3 + n / 100, 43.3]}}
        for n in range(25)
    ]  # fmt: skip
    iso_records.write_records(folder / "records", range(12))
    try:
        with pycsw.Pycsw(folder / "csw", folder / "records") as csw:
            trees = {"type": "FeatureCollection", "features": points}
            records = [_record(number) for number in range(N)]
            with pygeoapi.Pygeoapi(folder / "server", records, trees, csw=csw.url) as running:
                yield running
    except (pycsw.NotAvailable, pygeoapi.NotAvailable) as error:
        pytest.skip(str(error))


@pytest.fixture
def calls() -> Iterator[Calls]:
    with transport.new_session() as session:
        yield Calls(session)


def test_records_of_one_collection(server: pygeoapi.Pygeoapi, calls: Calls) -> None:
    source = CatalogueSource("p", "ogc-records", f"{server.url}/collections/meta")
    records = [record for record in harvest(calls, source) if isinstance(record, Record)]
    # The server gives 40 a page at most.
    assert {record.id for record in records} == {f"urn:uuid:0000-{number:04d}" for number in range(N)}
    record = next(record for record in records if record.id.endswith("-0007"))
    assert record.title == "Éclairage du quartier 7" and record.keywords == ("éclairage",)
    assert record.extent == pytest.approx((5.007, 43.2, 5.107, 43.3))
    assert [link.kind for link in record.links] == ["geopackage"]


def test_all_collections_of_records_from_the_landing_page(
    server: pygeoapi.Pygeoapi, calls: Calls, tmp_path: Path
) -> None:
    assert guess_kind(calls, server.url) == "ogc-records"
    with Workspace.open(tmp_path / "w.gpkg") as workspace:
        catalogue = Catalogue(workspace)
        catalogue.add(CatalogueSource("api", "ogc-records", server.url))
        outcome = catalogue.harvest("api", calls.session)
        assert outcome.error == "" and outcome.records == N + 12
        assert catalogue.search("eclairage quartier 7")[0].record.title == "Éclairage du quartier 7"
        assert len(catalogue.search("plui zonage", limit=5)) == 2


def test_features_are_a_catalogue_and_a_layer(server: pygeoapi.Pygeoapi, calls: Calls) -> None:
    records = list(harvest(calls, CatalogueSource("p", "ogc-features", server.url)))
    (trees,) = (record for record in records if isinstance(record, Record))
    assert (trees.id, trees.title, trees.extent) == ("trees", "Arbres", (4.7, 43.1, 5.9, 43.8))
    best = choose(trees, calls).best
    assert best is not None and best.provider == "OAPIF"
    qgis_core = pytest.importorskip("qgis.core")
    layer = qgis_core.QgsVectorLayer(best.uri, best.name, best.provider)
    assert layer.isValid()
    features = list(layer.getFeatures())
    assert len(features) == 25
    assert min(feature.geometry().asPoint().x() for feature in features) == pytest.approx(5.3)


def test_the_facade_and_the_csw_behind_it_say_the_same(server: pygeoapi.Pygeoapi, calls: Calls) -> None:
    source = CatalogueSource("f", "ogc-records", f"{server.url}/collections/facade")
    titles = {record.title for record in harvest(calls, source) if isinstance(record, Record)}
    assert len(titles) == 12 and any(title.startswith("Zonage du plan local") for title in titles)
