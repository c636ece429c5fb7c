# SPDX-License-Identifier: GPL-2.0-or-later
"""A style from elsewhere draws and asks for nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigma_communes.core.catalogue.links.style_guard import harmless_names, is_harmless, names_in
from sigma_communes.core.catalogue.links.styles import Style, read_style

QML = """<qgis version="3.22"><renderer-v2 type="RuleRenderer"><rules><rule filter="{rule}" symbol="0"/></rules>
<symbols><symbol name="0" type="marker"><layer class="{kind}" enabled="1"><Option type="Map">
<Option name="name" type="QString" value="{path}"/><Option name="size" type="QString" value="2"/></Option>
<prop k="name" v="{path}"/><data_defined_properties><Option type="Map"><Option name="properties" type="Map">
<Option name="{prop}" type="Map"><Option name="active" value="true" type="bool"/>
<Option name="expression" type="QString" value="{expression}"/></Option></Option></Option></data_defined_properties>
</layer></symbol></symbols></renderer-v2><editforminit>import os</editforminit><mapTip>[% env('X') %]</mapTip>
<labeling type="simple"><settings><text-style fieldName="{label}" isExpression="1" allowHtml="1"/></settings></labeling>
</qgis>"""
PLAIN = {
    "kind": "SimpleMarker", "path": "circle", "rule": "hauteur &gt; 3", "prop": "size", "expression": "hauteur / 2",
    "label": "upper(nom)",
}  # fmt: skip


def qml(**changes: str) -> Style:
    return read_style(QML.format(**{**PLAIN, **changes}).encode(), "x")


def test_a_plain_style_stays_as_it_is() -> None:
    style = qml()
    assert style.taken_out == ()
    for kept in (b"hauteur / 2", b"upper(nom)", b'value="circle"', b"hauteur &gt; 3"):
        assert kept in style.data
    for gone in (b"import os", b"mapTip", b'allowHtml="1"'):
        assert gone not in style.data


@pytest.mark.parametrize("path", ["http://127.0.0.1/a.svg", "https://x.example/a.png", "file:///a.svg", "/srv/a.svg",
                                  "//host/a.svg", "C:/a.svg", "../a.svg", "/vsicurl/http://x/a.svg"])  # fmt: skip
@pytest.mark.parametrize(("kind", "instead"), [("SvgMarker", b"SimpleMarker"), ("RasterMarker", b"SimpleMarker")])
def test_pictures_from_elsewhere_go(path: str, kind: str, instead: bytes) -> None:
    style = qml(kind=kind, path=path)
    assert path.encode() not in style.data and b'class="' + instead in style.data
    assert "taken out" in style.taken_out[0]


@pytest.mark.parametrize("path", ["transport/bus.svg", "base64:PHN2Zy8+", "circle"])
def test_pictures_of_qgis_own_library_stay(path: str) -> None:
    style = qml(kind="SvgMarker", path=path)
    assert path.encode() in style.data and style.taken_out == ()


def test_a_computed_path_goes_whatever_it_computes() -> None:
    style = qml(prop="name", expression="lower(nom)")
    assert b"lower(nom)" not in style.data and style.taken_out


@pytest.mark.parametrize("place", ["rule", "expression", "label"])
@pytest.mark.parametrize(
    "expression",
    ["env(nom)", "@user_full_name", "aggregate(nom, nom)", "layer_property(nom, nom)", "eval(nom)", "ENV (nom)",
     "coalesce(nom, @user_account_name)", "get_feature(nom)", "file_exists(nom)", "some_plugin_function(1)"],
)  # fmt: skip
def test_expressions_that_read_more_than_the_layer_go(place: str, expression: str) -> None:
    style = qml(**{place: expression})
    assert expression.encode() not in style.data
    assert "expressions" in style.taken_out[-1]


def test_words_in_quotes_are_no_functions() -> None:
    assert is_harmless("nom = 'env(x)' and \"champ (m)\" > 2 -- env()")
    assert not is_harmless("nom = 'open")
    assert names_in("CASE WHEN a IN (1, 2) THEN round(x) END") == (frozenset({"round"}), frozenset())


@given(st.sampled_from(["env", "eval", "aggregate", "raster_value"]), st.text("ab'\"( )-/*@$\n", max_size=12))
def test_a_name_that_is_called_is_seen_behind_anything_but_text(name: str, before: str) -> None:
    """Whatever stands before a call, it is refused unless it is inside text or a comment that is closed."""
    expression = f"{before}{name}(x)"
    if is_harmless(expression):
        assert names_in(before) is None or "--" in before or any(quote in before for quote in "'\"*")


def test_functions_that_reach_out_are_not_in_the_list() -> None:
    known = harmless_names()
    assert not known.functions & {
        "env",
        "eval",
        "eval_template",
        "aggregate",
        "raster_value",
        "get_feature",
        "exif",
        "layer_property",
        "var",
        "attributes",
        "file_path",
        "from_json",
        "represent_value",
    }
    assert not any(name.startswith(("user", "project", "layer", "qgis")) for name in known.variables)


SLD = """<StyledLayerDescriptor xmlns="http://www.opengis.net/sld" xmlns:ogc="http://www.opengis.net/ogc"
 xmlns:xlink="http://www.w3.org/1999/xlink"><NamedLayer><UserStyle><FeatureTypeStyle><Rule>{inside}</Rule><Rule>
<PointSymbolizer><Graphic><Mark><WellKnownName>circle</WellKnownName></Mark></Graphic></PointSymbolizer></Rule>
</FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>"""


def test_an_sld_asks_for_nothing_either() -> None:
    graphic = (
        '<ExternalGraphic><OnlineResource xlink:href="http://127.0.0.1/a.svg"/><Format>svg</Format></ExternalGraphic>'
    )
    style = read_style(
        SLD.format(inside=f"<PointSymbolizer><Graphic>{graphic}</Graphic></PointSymbolizer>").encode(), "x"
    )
    assert b"127.0.0.1" not in style.data and style.taken_out
    called = '<ogc:Filter><ogc:Function name="env"><ogc:Literal>X</ogc:Literal></ogc:Function></ogc:Filter>'
    style = read_style(SLD.format(inside=called).encode(), "x")
    assert b"env" not in style.data and b"circle" in style.data and style.taken_out
