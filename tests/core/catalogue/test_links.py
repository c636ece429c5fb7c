# SPDX-License-Identifier: GPL-2.0-or-later
"""Links: told apart, made into what QGIS reads, or refused with the reason."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigma_communes.core.catalogue import KINDS, UNASKED, Calls, choose
from sigma_communes.core.catalogue.links import provider_uris as uris
from sigma_communes.core.catalogue.protocols.kinds import kind_of, layer_in
from sigma_communes.core.model import Link, Record


def record(*links: Link, **more: Any) -> Record:
    return Record("r", "s", more.pop("title", "Zonage"), links=links, **more)


@pytest.mark.parametrize(
    ("url", "protocol", "form", "kind"),
    [
        ("https://x.fr/ows", "OGC:WMS-1.3.0-http-get-map", "", "wms"),
        ("https://x.fr/ows?service=WMTS", "OGC:WMS", "", "wmts"),
        ("https://x.fr/geoserver/gwc/service/wmts", "", "", "wmts"),
        ("https://x.fr/wmts/1.0.0/WMTSCapabilities.xml", "", "", "wmts"),
        ("https://x.fr/ows?SERVICE=wfs&request=GetCapabilities", "", "", "wfs"),
        ("https://x.fr/wms-r/wms", "", "", "wms"),
        ("https://x.fr/ows", "", "", "ogc-service"),
        ("https://x.fr/cgi-bin/mapserv?map=/a.map", "WWW:LINK-1.0-http--link", "", "ogc-service"),
        ("https://x.fr/api/collections/arbres/items", "", "", "ogc-features"),
        ("https://x.fr/api", "OGC API - Features", "", "ogc-features"),
        ("https://x.fr/tiles/{z}/{x}/{y}.pbf", "", "", "vector-tiles"),
        ("https://x.fr/tiles/{z}/{x}/{y}.png", "", "", "xyz"),
        ("https://x.fr/arcgis/rest/services/a/FeatureServer/3", "", "", "arcgis-features"),
        ("https://x.fr/arcgis/rest/services/a/MapServer", "ESRI:REST", "", "arcgis-map"),
        ("https://x.fr/FROST-Server/v1.1", "", "", "sensorthings"),
        ("https://x.fr/a.gpkg", "WWW:DOWNLOAD-1.0-http--download", "", "geopackage"),
        ("https://x.fr/download?file=a.gpkg", "", "", "geopackage"),
        ("https://x.fr/exports/geojson", "", "", "geojson"),
        ("https://x.fr/d/1", "WWW:DOWNLOAD:text/csv", "", "csv"),
        ("https://x.fr/d/1", "", "application/geo+json", "geojson"),
        ("https://x.fr/d/1", "", "SHP", "shapefile"),
        ("https://x.fr/d/1", "", "GPKG", "geopackage"),
        ("https://x.fr/a.tif", "", "", "cog"),
        ("https://x.fr/a.zip", "WWW:LINK-1.0-http--link", "", "file"),
        ("https://x.fr/a.zip", "", "Shapefile", "shapefile"),
        ("https://x.fr/plan.qgz", "", "", "qgis"),
        ("https://x.fr/notice.pdf", "WWW:DOWNLOAD-1.0-http--download", "", "document"),
        ("https://x.fr/", "WWW:LINK-1.0-http--link", "", "page"),
        ("https://x.fr/geonetwork/srv/fre/catalog.search#/metadata/1", "WWW:DOWNLOAD-1.0-http--download", "", "page"),
        ("https://x.fr/csw?service=CSW", "", "", "csw"),
        ("https://x.fr/d/1", "", "", ""),
        ("http://[broken", "", "", ""),
    ],
)
def test_kinds(url: str, protocol: str, form: str, kind: str) -> None:
    assert kind_of(url, protocol, form).kind == kind


@given(st.text(max_size=60), st.text(max_size=30), st.text(max_size=20))
def test_any_text_has_a_kind_or_none(url: str, protocol: str, form: str) -> None:
    clue = kind_of(url, protocol, form)
    assert bool(clue.kind) == bool(clue.told_by) or clue.told_by == "protocol"
    assert isinstance(layer_in(url), str)


# --- addresses that may not be called -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "said", "code"),
    [
        ("javascript:alert(1)", "javascript: link", "runs-code"),
        ("JavaScript:alert(1)//.gpkg", "javascript: link", "runs-code"),
        ("data:text/html,x", "data: link", "runs-code"),
        ("file:///etc/passwd", "somebody's own computer", "own-computer"),
        ("file://server/share/a.gpkg", "somebody's own computer", "own-computer"),
        ("ftp://x.fr/a.gpkg", "begins with ftp:", "scheme"),
        ("data/a.gpkg", "relative address", "relative"),
        ("C:\\data\\a.gpkg", "begins with c:", "scheme"),
        ("", "relative address", "relative"),
        ("http:///a.gpkg", "no host", "no-address"),
        ("http://x y.fr/a.gpkg", "no host", "no-address"),
        ("http://[x/a.gpkg", "no address that can be read", "no-address"),
        ("http://x.fr:port/a.gpkg", "no address that can be read", "no-address"),
        ("https://me:secret@x.fr/a.gpkg", "holds a password", "credentials"),
    ],
)
def test_refused_addresses(url: str, said: str, code: str) -> None:
    choice = choose(record(Link(url, "geopackage")))
    assert choice.loadable == () and choice.best is None
    (refused,) = choice.refused
    assert said in refused.reason and refused.code == code


@pytest.mark.parametrize(
    ("kind", "said"), [("page", "web page"), ("document", "document"), ("csw", "catalogue"), ("file", "format")]
)
def test_kinds_that_are_no_layer(kind: str, said: str) -> None:
    (refused,) = choose(record(Link("https://x.fr/", kind))).refused
    assert said in refused.reason and refused.code == kind


# --- without asking -----------------------------------------------------------------------------------------------


def test_the_record_alone_is_enough_for_some() -> None:
    links = (
        Link("https://x.fr/a.csv", "csv"),
        Link("https://x.fr/wfs?service=WFS&request=GetFeature", "wfs", "a:b", version="2.0.0"),
        Link("https://x.fr/wms?map=/m.map", "wms", "l1,l2"), Link("https://x.fr/t/{z}/{x}/{y}.png", "xyz"),
        Link("https://x.fr/wmts", "wmts", "plan"),
    )  # fmt: skip
    choice = choose(record(*links), crs="EPSG:2154")
    assert [found.kind for found in choice.loadable] == ["wms", "wfs", "xyz", "csv"]
    assert [(refused.kind, refused.code) for refused in choice.refused] == [("wmts", UNASKED)]
    wms, wfs = choice.loadable[:2]
    assert wms.provider == "wms" and wms.layer_type == "raster"
    pairs = parse_qsl(wms.uri, keep_blank_values=True)
    assert [value for name, value in pairs if name == "layers"] == ["l1", "l2"]
    assert [value for name, value in pairs if name == "styles"] == ["", ""]
    assert dict(pairs)["url"] == "https://x.fr/wms?map=/m.map" and dict(pairs)["crs"] == "EPSG:2154"
    assert "typename='a:b' url='https://x.fr/wfs' version='2.0.0'" in wfs.uri and "srsname='EPSG:2154'" in wfs.uri


def test_only_the_kinds_that_were_asked_for() -> None:
    links = (Link("https://x.fr/a.gpkg", "geopackage"), Link("https://x.fr/a.geojson", "geojson"))
    choice = choose(record(*links), kinds=("geojson", "geopackage"))
    assert [found.kind for found in choice.loadable] == ["geojson", "geopackage"]
    choice = choose(record(*links), kinds=("geojson",))
    assert [found.kind for found in choice.loadable] == ["geojson"]
    assert "not asked for" in choice.refused[0].reason
    assert (choice.refused[0].code, choice.refused[0].values) == ("other-kind", ("geopackage",))


def test_the_authentication_goes_to_its_host_alone() -> None:
    links = (
        Link("https://in.fr/wfs", "wfs", "a"),
        Link("https://out.fr/wfs", "wfs", "a"),
        Link("https://in.fr/wms", "wms", "a"),
    )
    choice = choose(record(*links), authcfg={"https://in.fr": "abc1234"})
    with_key = [found.url for found in choice.loadable if "abc1234" in found.uri]
    assert sorted(with_key) == ["https://in.fr/wfs", "https://in.fr/wms"]


def test_what_needs_a_newer_qgis_says_so() -> None:
    link = Link("https://x.fr/FROST/v1.1/Things", "sensorthings")
    (found,) = choose(record(link), qgis="3.40").loadable
    assert "url='https://x.fr/FROST/v1.1'" in found.uri and found.provider == "sensorthings"
    (refused,) = choose(record(link), qgis="3.22").refused
    assert "QGIS 3.36" in refused.reason


def _read_pairs(uri: str) -> dict[str, str]:
    """Read ``name='value'`` pairs as QgsDataSourceUri does."""
    found = re.findall(r"(\w+)='((?:[^'\\]|\\.)*)'", uri, re.DOTALL)
    return {name: re.sub(r"\\(.)", r"\1", value, flags=re.DOTALL) for name, value in found}


def test_a_sensorthings_service_that_gives_a_hundred_places_and_ends_with_a_slash(
    server: Any, servers: ModuleType, calls: Calls
) -> None:
    def places(query: dict[str, str]) -> Any:
        most = int(query["$top"])
        body = b'{"type": "FeatureCollection", "features": []}' if most <= 100 else b'{"code": 422}'
        return servers.Answer(body, "application/json", 200 if most <= 100 else 422)

    server.add_json("/v1.1/", {"value": [{"name": "Locations", "url": "x"}]})
    server.behave("/v1.1/Locations", places)
    best = choose(record(Link(f"{server.url}/v1.1/", "sensorthings")), calls, qgis="3.22").best
    assert best is not None and best.uri.endswith("/v1.1/Locations?$top=100&$resultFormat=GeoJSON")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"type": "FeatureCollection", "features": []}, ""),
        ({"type": "FeatureCollection", "features": [], "@iot.nextLink": "x"}, "first 1000"),
        ({"value": []}, "gives no GeoJSON"),
        (None, "gives no GeoJSON"),
    ],
)
def test_sensorthings_for_a_qgis_without_its_provider(server: Any, calls: Calls, body: Any, said: str) -> None:
    server.add_json("/FROST/v1.1", {"value": [{"name": "Locations", "url": "x"}]})
    if body is not None:
        server.add_json("/FROST/v1.1/Locations", body)
    choice = choose(record(Link(f"{server.url}/FROST/v1.1/Things", "sensorthings")), calls, qgis="3.22")
    if said == "gives no GeoJSON":
        assert choice.best is None and said in choice.refused[0].reason and "3.36" in choice.refused[0].reason
        return
    assert choice.best is not None and said in choice.best.note and "3.36" in choice.best.note
    assert (choice.best.kind, choice.best.provider) == ("geojson", "ogr")
    assert choice.best.uri == f"{server.url}/FROST/v1.1/Locations?$top=1000&$resultFormat=GeoJSON"
    newer = choose(record(Link(f"{server.url}/FROST/v1.1", "sensorthings")), calls, qgis="3.36").best
    assert newer is not None and newer.provider == "sensorthings"


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=30))
def test_names_are_escaped_and_come_back(name: str) -> None:
    encoded = dict(
        parse_qsl(uris.wms("https://x.fr/wms?a=1&b=2", [name], [""], "EPSG:3857", "image/png", own_address=False), True)
    )
    assert encoded["layers"] == name and encoded["url"] == "https://x.fr/wms?a=1&b=2"
    assert _read_pairs(uris.wfs("https://x.fr/wfs", name, "", "2.0.0"))["typename"] == name
    assert _read_pairs(uris.ogc_features("https://x.fr", name))["typename"] == name
    path = uris.remote_file(f"https://x.fr/f?name={name}", zipped=True)
    assert path.startswith("/vsizip/{/vsicurl/https://x.fr/f?name=") and path.count("}") == 1 and "|" not in path
    if "%" not in name:
        assert unquote(path[len("/vsizip/{/vsicurl/") : -1]) == f"https://x.fr/f?name={name}"


def test_the_parameters_of_a_request_go_and_those_of_the_service_stay() -> None:
    url = "https://x.fr/ows?MAP=/a b.map&SERVICE=WMS&Version=1.3.0&REQUEST=GetMap&layers=x&key=1"
    assert uris.service_address(url) == "https://x.fr/ows?MAP=/a+b.map&key=1"


# --- by asking ----------------------------------------------------------------------------------------------------


def test_a_wmts_that_is_called_wms(server: Any, calls: Calls, servers: ModuleType) -> None:
    wmts = servers.wmts_capabilities("plan & cie").replace("plan & cie", "plan &amp; cie")

    def answer(query: dict[str, str]) -> Any:
        if query.get("service") == "WMTS":
            return servers.Answer(wmts.encode())
        return servers.exception("InvalidParameterValue", "no such service")

    url = server.behave("/tiles", answer)
    found = choose(record(Link(url, "wms", "plan & cie", protocol="OGC:WMS")), calls).best
    assert found is not None and (found.kind, found.crs, found.style) == ("wmts", "EPSG:3857", "normal")
    assert "the record calls it WMS" in found.note
    pairs = dict(parse_qsl(found.uri))
    assert (pairs["tileMatrixSet"], pairs["layers"], pairs["styles"]) == ("PM", "plan & cie", "normal")
    assert pairs["url"] == f"{url}?SERVICE=WMTS&REQUEST=GetCapabilities&VERSION=1.0.0"


def test_wms_and_wmts_of_one_record_stay_apart(server: Any, calls: Calls, servers: ModuleType) -> None:
    def answer(query: dict[str, str]) -> Any:
        if query.get("service") == "WMTS":
            return servers.Answer(servers.wmts_capabilities("zones").encode())
        return servers.Answer(servers.wms_capabilities("<Layer><Name>zones</Name><Title>Z</Title></Layer>").encode())

    url = server.behave("/ows", answer)
    links = (Link(f"{url}?service=WMTS", "wmts", "zones"), Link(f"{url}?service=WMS", "wms", "zones"))
    choice = choose(record(*links), calls, ask_all=True)
    assert [found.kind for found in choice.loadable] == ["wms", "wmts"]
    assert "tileMatrixSet" not in choice.loadable[0].uri and "tileMatrixSet=PM" in choice.loadable[1].uri


def test_the_service_tells_crs_format_and_address(server: Any, calls: Calls, servers: ModuleType) -> None:
    layers = "<Layer><Name>zones</Name><Title>Zonage</Title><Style><Name>plu</Name></Style></Layer>"
    url = server.add("/wms", servers.wms_capabilities(layers, url="http://internal:8080/wms?"))
    link = Link(f"{url}?REQUEST=GetCapabilities&SERVICE=WMS", "wms", "zones")
    found = choose(record(link, licence="ODbL", organisation="Ville"), calls).best
    assert found is not None
    pairs = dict(parse_qsl(found.uri, keep_blank_values=True))
    assert (pairs["crs"], pairs["format"], pairs["url"]) == ("EPSG:2154", "image/png", url)
    assert pairs["IgnoreGetMapUrl"] == "1"
    assert (found.name, found.style, found.licence, found.attribution, found.asked) == (
        "Zonage",
        "plu",
        "ODbL",
        "Ville",
        True,
    )
    wanted = choose(record(link), calls, crs="EPSG:4326").best
    assert wanted is not None and wanted.crs == "EPSG:4326"


@pytest.mark.parametrize(
    ("layer", "title", "found"),
    [
        ("amp:voirie", "x", "amp:voirie"),
        ("voirie", "x", "amp:voirie"),
        ("VOIRIE", "x", "amp:voirie"),
        ("URL du service", "Arbres", "amp:arbres"),
        ("", "x", None),
        ("bancs", "x", None),
    ],
)
def test_the_layer_is_the_one_that_is_meant(
    server: Any, calls: Calls, servers: ModuleType, layer: str, title: str, found: str | None
) -> None:
    url = server.add("/wfs", servers.wfs_capabilities(["amp:voirie", "amp:arbres"]))
    choice = choose(record(Link(url, "wfs", layer), title=title), calls)
    if found is None:
        assert "has 2 layers" in choice.refused[0].reason and "amp:voirie" in choice.refused[0].reason
    else:
        assert choice.best is not None and f"typename='{found}'" in choice.best.uri


def test_the_next_best_link_is_taken(server: Any, calls: Calls, servers: ModuleType) -> None:
    links = (
        Link(server.add("/wms", "<html><title>Accueil</title></html>", "text/html"), "wms", "a"),
        Link(server.add("/gone", "no", "text/plain", 404), "wfs", "a"),
        Link(server.add("/private", "no", "text/plain", 401), "geopackage"),
        Link(
            server.add("/a.geojson", '{"type": "FeatureCollection", "features": []}', "application/geo+json"), "geojson"
        ),
    )
    choice = choose(record(*links), calls)
    assert choice.best is not None and choice.best.kind == "geojson"
    reasons = {refused.kind: refused.reason for refused in choice.refused}
    assert "Accueil" in reasons["wms"] and "404" in reasons["wfs"]
    assert "QGIS authentication configuration" in reasons["geopackage"]
    assert {each.kind: each.code for each in choice.refused} == {
        "wms": "web-page",
        "wfs": "gone",
        "geopackage": "sign-in",
    }


def test_a_service_that_never_answers_is_asked_once(server: Any, calls: Calls) -> None:
    url = server.add_silence("/ows", 5.0)
    choice = choose(record(Link(url, "ogc-service"), Link(url, "ogc-service", "b")), calls)
    assert {refused.reason for refused in choice.refused} == {"Took the call and then did not answer in time"}
    assert {refused.code for refused in choice.refused} == {"no-answer"}
    assert len(server.calls) == 1 + calls.limits.retries


@pytest.mark.parametrize("kind", ["geopackage", "shapefile", "csv", "cog", "geojson"])
def test_a_file_that_is_a_web_page_is_refused(server: Any, calls: Calls, kind: str) -> None:
    url = server.add("/file", "<html>sign in</html>", "text/html")
    (refused,) = choose(record(Link(url, kind)), calls).refused
    assert "web page" in refused.reason


def test_a_link_of_which_nothing_is_known_is_told_by_its_answer(server: Any, calls: Calls, servers: ModuleType) -> None:
    server.add("/1", b"x", "application/geopackage+sqlite3")
    server.add("/2", b"x", "application/octet-stream", Content_Disposition='attachment; filename="arbres.geojson"')
    server.add("/3", servers.wms_capabilities("<Layer><Name>a</Name></Layer>"), "text/xml")
    server.add("/4", b"x", "application/octet-stream")
    kinds = [choose(record(Link(f"{server.url}/{number}")), calls).best for number in (1, 2, 3, 4)]
    assert [found.kind if found else None for found in kinds] == ["geopackage", "geojson", "wms", None]


def test_arcgis_layers_by_their_number(server: Any, calls: Calls) -> None:
    body = {
        "layers": [{"id": 0, "name": "Bancs"}, {"id": 1, "name": "Arbres"}],
        "spatialReference": {"latestWkid": 2154},
    }
    server.add_json("/rest/a/FeatureServer", body)
    server.add_json("/rest/a/MapServer", body)
    found = choose(record(Link(f"{server.url}/rest/a/FeatureServer/1", "arcgis-features")), calls).best
    assert found is not None and found.name == "Arbres"
    assert found.uri == f"crs='EPSG:2154' url='{server.url}/rest/a/FeatureServer/1'"
    (refused,) = choose(record(Link(f"{server.url}/rest/a/FeatureServer", "arcgis-features")), calls).refused
    assert "several layers" in refused.reason
    found = choose(record(Link(f"{server.url}/rest/a/MapServer", "arcgis-map")), calls).best
    assert found is not None and f"url='{server.url}/rest/a/MapServer'" in found.uri


def test_a_layer_of_a_project_keeps_style_and_source(tmp_path: Path, calls: Calls) -> None:
    text = (
        "<qgis><projectlayers><maplayer type='vector'><id>a_1</id><datasource>data/a.gpkg|layername=a</datasource>"
        "<provider>ogr</provider><renderer-v2 type='x'/></maplayer><maplayer type='vector'><id>b_2</id><datasource>"
        "dbname='x'</datasource><provider>postgres</provider></maplayer></projectlayers></qgis>"
    )
    with zipfile.ZipFile(tmp_path / "p.qgz", "w") as archive:
        archive.writestr("p.qgs", text)
    found = choose(record(Link(str(tmp_path / "p.qgz"), "qgis", "a_1")), calls).best
    assert found is not None
    assert (found.provider, found.uri) == ("ogr", f"{tmp_path / 'data' / 'a.gpkg'}|layername=a")
    assert b"renderer-v2" in found.qml
    other = choose(record(Link(str(tmp_path / "p.qgz"), "qgis", "b_2")), calls).best
    assert other is not None and other.uri == "dbname='x'"


@pytest.mark.parametrize(
    ("source", "uri"), [("data/a.gpkg", "/data/a.gpkg"), ("../../etc/passwd", None), ("/home/me/a.shp", None)]
)
def test_a_project_on_a_server_gives_no_way_to_files_elsewhere(
    server: Any, calls: Calls, source: str, uri: str | None
) -> None:
    text = f"<qgis><projectlayers><maplayer type='vector'><id>a</id><datasource>{source}</datasource>"
    text += "<provider>ogr</provider></maplayer></projectlayers></qgis>"
    url = server.add("/p/plan.qgs", text, "text/plain")
    choice = choose(record(Link(url, "qgis", "a")), calls)
    if uri is None:
        assert "on the computer where the project was made" in choice.refused[0].reason
    else:
        assert choice.best is not None and choice.best.uri == f"/vsicurl/{server.url}/p{uri}"


def test_every_kind_has_a_way_or_a_reason() -> None:
    for kind in KINDS:
        choice = choose(record(Link("https://x.fr/some/where", kind, "layer")))
        assert len(choice.loadable) + len(choice.refused) == 1, kind


def test_the_zip_of_a_shapefile_is_read_in_place() -> None:
    (found,) = choose(record(Link("https://x.fr/get?id=1,2&f=a.zip", "shapefile"))).loadable
    assert found.uri == "/vsizip/{/vsicurl/https://x.fr/get?id=1,2&f=a.zip}"


def test_a_text_of_a_public_catalogue_leads_to_no_private_network() -> None:
    inside = record(Link("http://192.168.1.20/arbres.geojson", "geojson"))
    refused = choose(inside, home="https://catalogue.example/csw")
    assert refused.best is None and refused.refused[0].code == "private"
    assert choose(inside, home="http://10.0.0.4/csw").best is not None
    assert choose(inside, home="/srv/projet.qgs").best is not None  # a file of one's own


def test_a_key_goes_to_the_origin_that_it_was_given_for() -> None:
    keys = {"https://geo.example": "abc1234"}

    def uri(url: str) -> str:
        best = choose(record(Link(url, "geojson")), authcfg=keys).best
        assert best is not None
        return best.uri

    assert "abc1234" in uri("https://geo.example/a.geojson") and "abc1234" in uri("https://GEO.example:443/a.geojson")
    for other in ("http://geo.example", "https://geo.example:8443", "https://geo.example.evil.example", "https://x"):
        assert "abc1234" not in uri(f"{other}/a.geojson")
