# SPDX-License-Identifier: GPL-2.0-or-later
"""Styles: a plain one for a layer that brings none, as QML and as SLD; those that it brings, as they are.

QML is QGIS' own (``<qgis>`` with ``renderer-v2``), read from 3.22 on; SLD is OGC 02-070 (1.0.0).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from typing import Any, Optional

from ...base.xml import etree
from .clipping import LINES, POINTS

Element = Any
# Okabe & Ito: told apart by everybody.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#882255", "#117733")
_SYMBOL = {"points": "marker", "lines": "line", "polygons": "fill"}
_GEOMETRY = {"points": "Point", "lines": "Line", "polygons": "Polygon"}
_HEX = re.compile("#[0-9a-fA-F]{6}")
_SLD = "http://www.opengis.net/sld"
_OGC = "http://www.opengis.net/ogc"


def colour_of(name: str) -> str:
    """Return the colour of a layer: the same for the same name."""
    return _COLOURS[zlib.crc32(name.encode()) % len(_COLOURS)]


def colour_in(sld: bytes) -> str:
    """Return the first colour of an SLD, fill before stroke; empty where it names none."""
    root = parse(sld) if sld else None
    if root is None:
        return ""
    found: dict[str, str] = {}
    for element in root.iter("{*}CssParameter", "{*}SvgParameter"):
        text = (element.text or "").strip()
        if _HEX.fullmatch(text):
            found.setdefault(element.get("name") or "", text)
    return found.get("fill") or found.get("stroke") or ""


def parse(document: bytes) -> Optional[Element]:
    """Return a style document's root; None where it is no XML (entities and network are refused)."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root


def rgba(colour: str, alpha: int = 255) -> str:
    """Return ``#RRGGBB`` as QGIS writes colours.

    >>> rgba("#0072B2")
    '0,114,178,255'
    """
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + f",{alpha}"


def _options(parent: Element, values: dict[str, str]) -> None:
    options = etree.SubElement(parent, "Option", type="Map")
    for name, value in values.items():
        etree.SubElement(options, "Option", name=name, type="QString", value=value)
    # QGIS 3.22 reads the older form only.
    for name, value in values.items():
        etree.SubElement(parent, "prop", k=name, v=value)


def symbol(name: str, family: str, colour: str, *, outline: bool = False, size: float = 2.4) -> Element:
    """Return a plain symbol: a dot of ``size`` mm, a line, a transparent surface; ``outline``: only its edge."""
    element = etree.Element("symbol", name=name, type=_SYMBOL[family], alpha="1", force_rhr="0", clip_to_extent="1")
    if family == POINTS:
        layer = etree.SubElement(element, "layer", {"class": "SimpleMarker", "enabled": "1", "locked": "0"})
        _options(
            layer,
            {
                "name": "circle", "color": rgba(colour), "outline_color": "255,255,255,255", "outline_style": "solid",
                "outline_width": "0.3", "outline_width_unit": "MM", "size": str(size), "size_unit": "MM", "angle": "0",
            },
        )  # fmt: skip
    elif family == LINES:
        layer = etree.SubElement(element, "layer", {"class": "SimpleLine", "enabled": "1", "locked": "0"})
        _options(
            layer,
            {
                "line_color": rgba(colour), "line_style": "solid", "line_width": "0.6", "line_width_unit": "MM",
                "joinstyle": "round", "capstyle": "round",
            },
        )  # fmt: skip
    else:
        layer = etree.SubElement(element, "layer", {"class": "SimpleFill", "enabled": "1", "locked": "0"})
        _options(
            layer,
            {
                "color": rgba(colour, 70), "style": "no" if outline else "solid", "outline_color": rgba(colour),
                "outline_style": "solid", "outline_width": "0.7" if outline else "0.3", "outline_width_unit": "MM",
                "joinstyle": "round",
            },
        )  # fmt: skip
    return element


def single(family: str, colour: str, *, outline: bool = False) -> Element:
    """Return a renderer with one symbol for all."""
    renderer = etree.Element("renderer-v2", type="singleSymbol", forceraster="0", symbollevels="0", enableorderby="0")
    etree.SubElement(renderer, "symbols").append(symbol("0", family, colour, outline=outline))
    return renderer


def by_value(field: str, values: Sequence[tuple[str, str, str]], rest: str) -> Element:
    """Return a renderer of points with one colour for each (value, label, colour); ``rest`` names all others."""
    renderer = etree.Element(
        "renderer-v2", type="categorizedSymbol", attr=field, forceraster="0", symbollevels="0", enableorderby="0"
    )
    categories = etree.SubElement(renderer, "categories")
    symbols = etree.SubElement(renderer, "symbols")
    for number, (value, label, colour) in enumerate((*values, ("", rest, "#777777"))):
        etree.SubElement(
            categories, "category", symbol=str(number), value=value, label=label, render="true", type="string"
        )
        symbols.append(symbol(str(number), POINTS, colour, size=4.4))
    return renderer


def style_parts(qml: bytes) -> list[Element]:
    """Return what a QML document says of a layer, to be put into a project; empty where it says nothing of use."""
    root = parse(qml) if qml else None
    if root is None or etree.QName(root).localname != "qgis":
        return []
    return [element for element in root if isinstance(element.tag, str)]


def qml(parts: Sequence[Element], family: str) -> bytes:
    """Return a QML document."""
    number = {"points": "0", "lines": "1", "polygons": "2"}.get(family, "")
    root = etree.Element("qgis", version="3.22.0", styleCategories="AllStyleCategories")
    for part in parts:
        root.append(_copy(part))
    if number:
        etree.SubElement(root, "layerGeometryType").text = number
    text: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=False, doctype="<!DOCTYPE qgis>")
    return text


def _copy(element: Element) -> Element:
    return etree.fromstring(etree.tostring(element, with_tail=False))


def sld(name: str, family: str, colour: str) -> bytes:
    """Return an SLD document with the plain style."""
    root = etree.Element(f"{{{_SLD}}}StyledLayerDescriptor", nsmap={None: _SLD, "ogc": _OGC}, version="1.0.0")
    layer = etree.SubElement(root, f"{{{_SLD}}}NamedLayer")
    etree.SubElement(layer, f"{{{_SLD}}}Name").text = name
    rule = layer
    for tag in ("UserStyle", "FeatureTypeStyle", "Rule"):
        rule = etree.SubElement(rule, f"{{{_SLD}}}{tag}")
    if family == POINTS:
        graphic = etree.SubElement(etree.SubElement(rule, f"{{{_SLD}}}PointSymbolizer"), f"{{{_SLD}}}Graphic")
        mark = etree.SubElement(graphic, f"{{{_SLD}}}Mark")
        etree.SubElement(mark, f"{{{_SLD}}}WellKnownName").text = "circle"
        _css(etree.SubElement(mark, f"{{{_SLD}}}Fill"), {"fill": colour})
        etree.SubElement(graphic, f"{{{_SLD}}}Size").text = "8"
    elif family == LINES:
        stroke = etree.SubElement(etree.SubElement(rule, f"{{{_SLD}}}LineSymbolizer"), f"{{{_SLD}}}Stroke")
        _css(stroke, {"stroke": colour, "stroke-width": "2"})
    else:
        polygon = etree.SubElement(rule, f"{{{_SLD}}}PolygonSymbolizer")
        _css(etree.SubElement(polygon, f"{{{_SLD}}}Fill"), {"fill": colour, "fill-opacity": "0.27"})
        _css(etree.SubElement(polygon, f"{{{_SLD}}}Stroke"), {"stroke": colour, "stroke-width": "1"})
    text: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return text


def _css(parent: Element, values: dict[str, str]) -> None:
    for name, value in values.items():
        etree.SubElement(parent, f"{{{_SLD}}}CssParameter", name=name).text = value


def geometry_word(family: str) -> str:
    """Return QGIS' word for the geometry of a layer."""
    return _GEOMETRY.get(family, "No geometry")
