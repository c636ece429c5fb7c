# SPDX-License-Identifier: GPL-2.0-or-later
"""The style that goes with a layer: from the project, from a link, from the map service; what can't be one."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

import pytest
from sigma_communes.core.catalogue import Calls, Catalogue, CatalogueSource, Filters, choose, style_of
from sigma_communes.core.catalogue.links.styles import read_style
from sigma_communes.core.errors import DataError
from sigma_communes.core.model import Link, Record

QML = (
    "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'><qgis version='3.22'><renderer-v2 type='singleSymbol'/>"
    "<editforminitcode>import os</editforminitcode><attributeactions><actionsetting/></attributeactions></qgis>"
)
SLD = (
    '<StyledLayerDescriptor xmlns="http://www.opengis.net/sld" version="1.0.0"><NamedLayer><Name>{name}</Name>'
    "<UserStyle><FeatureTypeStyle><Rule/></FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>"
)


def asked(record: Record, calls: Calls) -> Any:
    choice = choose(record, calls)
    assert choice.best is not None, choice.refused
    return style_of(record, choice.best, calls)


def test_a_style_that_the_record_links(server: Any, calls: Calls) -> None:
    data = Link(server.add("/arbres.geojson", "{}", "application/geo+json"), "geojson")
    record = Record("r", "s", "Arbres", links=(data, Link(server.add("/arbres.qml", QML), "style")))
    found = asked(record, calls)
    assert found.form == "qml" and b"singleSymbol" in found.data
    assert b"import os" not in found.data and b"actionsetting" not in found.data
    refused = choose(record, calls, ask_all=True).refused
    assert [each.reason for each in refused] == ["Is a style, which goes along with a layer"]


def test_a_style_that_can_not_be_used_leaves_the_next(server: Any, calls: Calls) -> None:
    broken = Link(server.add("/web.sld", "<html><title>Sign in</title></html>", "text/html"), protocol="WWW:DOWNLOAD")
    gone = Link(f"{server.url}/gone.qml", "style")
    good = Link(server.add("/good.sld", SLD.format(name="a")), "style")
    data = Link(server.add("/arbres.geojson", "{}", "application/geo+json"), "geojson")
    found = asked(Record("r", "s", "Arbres", links=(broken, gone, data, good)), calls)
    assert found.form == "sld" and found.url.endswith("/good.sld")
    assert asked(Record("r", "s", "Arbres", links=(gone, data)), calls) is None


def test_the_style_of_the_map_service(server: Any, calls: Calls, servers: Any) -> None:
    def wms(query: dict[str, str]) -> Any:
        return servers.Answer(SLD.format(name=escape(query["layers"])).encode())

    data = Link(server.add("/arbres.geojson", "{}", "application/geo+json"), "geojson")
    record = Record("r", "s", "Arbres", links=(data, Link(server.behave("/wms", wms), "wms", "a b&c")))
    choice = choose(record, kinds=("geojson",))
    assert choice.best is not None
    found = style_of(record, choice.best, calls)
    assert found is not None and found.form == "sld" and b"<Name>a b&amp;c</Name>" in found.data
    assert server.calls[-1][2]["layers"] == "a b&c" and server.calls[-1][2]["request"] == "GetStyles"
    assert style_of(record, choice.best) is None


def test_the_style_that_the_link_names_comes_first(server: Any, calls: Calls) -> None:
    own = server.add("/own.sld", SLD.format(name="own"))
    data = Link(server.add("/arbres.geojson", "{}", "application/geo+json"), "geojson", style=own)
    other = Link(server.add("/other.qml", QML), "style")
    found = asked(Record("r", "s", "Arbres", links=(other, data)), calls)
    assert (found.form, found.url) == ("sld", own)
    server.add("/own.sld", b" " * ((4 << 20) + 1))
    assert asked(Record("r", "s", "Arbres", links=(other, data)), calls).form == "qml"


def test_pictures_come_drawn(calls: Calls) -> None:
    record = Record("r", "s", "Arbres", links=(Link("https://x.fr/{z}/{x}/{y}.png", "xyz"),))
    choice = choose(record)
    assert choice.best is not None and style_of(record, choice.best, calls) is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("<gpx/>", "neither QML nor SLD"),
        ('<StyledLayerDescriptor xmlns="http://www.opengis.net/sld"/>', "neither QML nor SLD"),
        ("<html><title>Bonjour</title></html>", "web page"),
        ("<!DOCTYPE qgis [<!ENTITY a 'b'>]><qgis>&a;</qgis>", "entities"),
        ("<qgis><renderer-v2>", "whole XML"),
        ("", "nothing"),
    ],
)
def test_what_is_no_style(data: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        read_style(data.encode(), "here")


def test_from_a_record_to_its_layer_in_one_call(server: Any, catalogue: Catalogue, calls: Calls, servers: Any) -> None:
    from dataclasses import replace

    data = Link(server.add("/arbres.geojson", "{}", "application/geo+json"), "geojson")
    link = Link(server.add("/arbres.qml", QML), "style")
    record = Record("arbres", "s", "Arbres", organisation="Ville", licence="ODbL", links=(link, data))
    catalogue.add(CatalogueSource("s", "csw", server.url, authcfg="ville01"))
    catalogue.records.put(catalogue.records.begin("s"), [record, replace(record, id="rien", links=(link,))])
    found = catalogue.layer("s:arbres", calls.session)
    assert found.choice.best is not None and found.style is not None and found.style.form == "qml"
    best = found.choice.best
    assert (best.provider, best.attribution, best.licence) == ("ogr", "Ville", "ODbL")
    assert best.uri == f"{data.url} authcfg='ville01'"
    offline = catalogue.layer("s:arbres")
    assert offline.choice.best is not None and offline.style is None
    nothing = catalogue.layer("s:rien", calls.session)
    assert nothing.choice.best is None and nothing.choice.refused and nothing.style is None
    assert len(catalogue.search(filters=Filters(viewed=True))) == 2
