# SPDX-License-Identifier: GPL-2.0-or-later
"""A project's data sources: paths of one's own, and what a project of somebody else may open."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigma_communes.core.catalogue import Calls, CatalogueSource, choose, harvest
from sigma_communes.core.catalogue.links.project_sources import NotTaken, foreign_source, own_source
from sigma_communes.core.catalogue.links.qgis_project import project_root
from sigma_communes.core.model import Record, Rejected

PROJECT = "https://sig.example/cartes/plan.qgs"


@pytest.mark.parametrize("name", ["bornes.csv", "donnees/wkt été.csv", "l'été & co/a b.csv"])
@pytest.mark.parametrize("form", ["file:./{}?type=csv&delimiter=;", "file:{}?type=csv&delimiter=;"])
def test_text_layers_are_found_beside_the_project(tmp_path: Path, name: str, form: str) -> None:
    found = own_source("delimitedtext", form.format(quote(name)), tmp_path / "p.qgs")
    address, _, parameters = found.uri.partition("?")
    assert address == (tmp_path / name).as_uri()
    assert parameters == "type=csv&delimiter=;"


def test_other_paths_of_ones_own(tmp_path: Path) -> None:
    project = tmp_path / "p.qgs"
    here = tmp_path.resolve()
    assert own_source("ogr", "./a.gpkg|layername=x", project).uri == f"{here}/a.gpkg|layername=x"
    assert own_source("gdal", "../a.tif", project).uri == f"{here.parent}/a.tif"
    for uri in ("PG:dbname=x", "/vsicurl/https://x/a.gpkg", "https://x/a.geojson", "/srv/a.shp", "GPKG:/srv/a.gpkg:t"):
        assert own_source("ogr", uri, project).uri == uri
    assert own_source("delimitedtext", "file:///srv/a.csv?type=csv", project).uri == "file:///srv/a.csv?type=csv"
    assert own_source("postgres", "dbname=x", project).uri == "dbname=x"


@pytest.mark.parametrize(
    ("provider", "uri", "due"),
    [
        ("ogr", "./data/eau.gpkg|layername=eau", "/vsicurl/https://sig.example/cartes/data/eau.gpkg|layername=eau"),
        ("ogr", "https://other.example/a.geojson", "/vsicurl/https://other.example/a.geojson"),
        ("gdal", "/vsicurl/https://sig.example/a.tif", "/vsicurl/https://sig.example/a.tif"),
        ("ogr", "a.zip", "/vsizip/{/vsicurl/https://sig.example/cartes/a.zip}"),
    ],
)
def test_plain_files_of_a_foreign_project(provider: str, uri: str, due: str) -> None:
    assert foreign_source(provider, uri, PROJECT) == (provider, due)


def test_services_of_a_foreign_project_are_written_again() -> None:
    wms = "crs=EPSG:2154&layers=a&layers=b&styles=&styles=&format=image/png&authcfg=abc1234"
    wms += "&url=https%3A%2F%2Fs.example%2Fwms"
    found = foreign_source("wms", wms, PROJECT).uri
    assert "layers=a&layers=b" in found and "abc1234" not in found and "url=https%3A%2F%2Fs.example%2Fwms" in found
    wfs = "authcfg=abc1234 srsname='EPSG:2154' typename='v:arbres' url='https://s.example/wfs' sql='SELECT 1'"
    found = foreign_source("WFS", wfs, PROJECT).uri
    assert "typename='v:arbres'" in found and "abc1234" not in found and "sql" not in found
    tiles = "type=xyz&url=https://t.example/%7Bz%7D/%7Bx%7D/%7By%7D.png&zmax=18&zmin=0"
    found = foreign_source("wms", tiles, PROJECT).uri
    assert "zmax=18" in found and "type=xyz" in found


@pytest.mark.parametrize(
    ("provider", "uri"),
    [
        ("postgres", "dbname='x' host=127.0.0.1"),
        ("spatialite", "dbname='./a.sqlite'"),
        ("virtual", "?query=SELECT%201"),
        ("memory", "Point?crs=EPSG:4326"),
        ("delimitedtext", "file:./a.csv?type=csv"),
        ("ogr", "/srv/donnees/a.gpkg"),
        ("ogr", "../a.gpkg"),
        ("ogr", "file:///srv/a.gpkg"),
        ("ogr", "PG:dbname=x"),
        ("ogr", "a.vrt"),
        ("ogr", "/vsimem/a.gpkg"),
        ("gdal", "GPKG:a.gpkg:t"),
        ("wms", "type=mbtiles&url=file:///srv/a.mbtiles"),
        ("WFS", "url='ftp://s.example/wfs' typename='a'"),
        ("vectortile", "type=xyz&url=file:///srv/{z}/{x}/{y}.pbf"),
        ("", ""),
    ],
)
def test_what_a_foreign_project_may_not_open(provider: str, uri: str) -> None:
    with pytest.raises(NotTaken):
        foreign_source(provider, uri, PROJECT)


@given(
    st.sampled_from(["ogr", "gdal", "wms", "WFS", "OAPIF", "vectortile", "arcgisfeatureserver"]), st.text(max_size=60)
)
def test_nothing_but_addresses_of_servers_comes_out(provider: str, uri: str) -> None:
    try:
        found = foreign_source(provider, uri, PROJECT).uri
    except NotTaken:
        return
    assert "http" in found and "file:" not in found and "authcfg" not in found


LAYER = (
    '<maplayer type="vector"><id>{id}</id><datasource>{source}</datasource><layername>{id}</layername>'
    "<provider>{provider}</provider><resourceMetadata><identifier>{metadata}</identifier></resourceMetadata></maplayer>"
)


def project(*layers: str) -> str:
    return f"<qgis><projectlayers>{''.join(layers)}</projectlayers></qgis>"


def layer(identifier: str, metadata: str = "", source: str = "./a.gpkg", provider: str = "ogr") -> str:
    return LAYER.format(id=identifier, metadata=metadata, source=source, provider=provider)


def test_layers_that_share_an_identifier_are_two_records(tmp_path: Path, calls: Calls) -> None:
    path = tmp_path / "p.qgs"
    path.write_text(project(layer("un", "same"), layer("deux", "same"), layer("trois", "own")))
    found = list(harvest(calls, CatalogueSource("p", "qgis-project", str(path))))
    assert [r.id for r in found if isinstance(r, Record)] == ["un", "deux", "own"]


def test_an_embedded_layer_is_that_of_its_own_project(tmp_path: Path, calls: Calls) -> None:
    (tmp_path / "fonds").mkdir()
    (tmp_path / "fonds" / "fond.qgs").write_text(project(layer("eau")))
    path = tmp_path / "p.qgs"
    embedded = '<maplayer embedded="1" project="{}" id="{}"/>'
    path.write_text(
        project(layer("un"), embedded.format("./fonds/fond.qgs", "eau"), embedded.format("./nulle-part.qgs", "x"))
    )
    found = list(harvest(calls, CatalogueSource("p", "qgis-project", str(path))))
    water = next(r for r in found if isinstance(r, Record) and r.title == "eau")
    assert choose(water).loadable[0].uri == f"{tmp_path.resolve()}/fonds/a.gpkg"
    assert [r.reason.split(",")[0] for r in found if isinstance(r, Rejected)] == ["Is embedded from another project"]


def test_a_foreign_project_is_refused_in_words(server: Any, calls: Calls) -> None:
    url = server.add("/p.qgs", project(layer("un", provider="postgres", source="dbname=x host=127.0.0.1")))
    (record,) = [r for r in harvest(calls, CatalogueSource("p", "qgis-project", url)) if isinstance(r, Record)]
    choice = choose(record, calls)
    assert not choice.loadable and choice.refused[0].code == "provider"
    assert "postgres" in choice.refused[0].reason
    assert project_root(project(layer("un")).encode(), "p").tag == "qgis"
