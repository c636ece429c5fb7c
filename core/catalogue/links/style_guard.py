# SPDX-License-Identifier: GPL-2.0-or-later
"""A style from elsewhere draws what is there, and asks for nothing: what could call out or tell on the person goes.

A style can name pictures on a server or in a file, and compute names of files and texts by expressions, which know the
person's name, the environment and other layers. Remote and local paths are taken out, and expressions that use any
function or variable that is not known to be harmless (``resources/catalogue/expressions.yaml``). Inside QGIS its own
parser tells what an expression uses; elsewhere a reader of names does, which takes everything for a function or
variable that might be one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Optional

from ....resources import path
from ...base import checked_yaml
from ..protocols.documents import Element, local

_LOOK = frozenset(
    {
        "renderer-v2", "labeling", "labelattributes", "blendMode", "featureBlendMode", "layerOpacity",
        "layerGeometryType", "SingleCategoryDiagramRenderer", "LinearlyInterpolatedDiagramRenderer",
        "DiagramLayerSettings", "pipe", "renderer-3d", "flags", "elevation", "selection",
    }
)  # fmt: skip
"""What of a QML tells how a layer looks; forms, actions, map tips and defaults are none of it."""
_PICTURES = {
    "SvgMarker": "SimpleMarker", "RasterMarker": "SimpleMarker", "AnimatedMarker": "SimpleMarker",
    "SVGFill": "SimpleFill", "RasterFill": "SimpleFill", "RasterLine": "SimpleLine",
}  # fmt: skip
_PATH_NAMES = frozenset({"name", "svgFile", "imageFile", "file", "path", "source", "url"})
_ELSEWHERE = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9+.-]{1,20}:|[\\/]|~|[A-Za-z]:[\\/]|\.\.)")
_EXPRESSION_KEYS = frozenset({"expression", "filter", "geometryModifier", "expressionString", "labelExpression"})
_LITERAL = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/", re.DOTALL)
_FUNCTION = re.compile(r"(?<![A-Za-z0-9_$])(\$?[A-Za-z_][A-Za-z0-9_]*)\s*\(|(\$[A-Za-z_][A-Za-z0-9_]*)")
_VARIABLE = re.compile(r"@([A-Za-z_][A-Za-z0-9_]*)")
_WORDS = frozenset({"and", "or", "not", "in", "is", "like", "ilike", "case", "when", "then", "else", "end", "null"})
_LONGEST = 20_000


class Used(NamedTuple):
    """The functions and variables (without @) of an expression."""

    functions: frozenset[str]
    variables: frozenset[str]


Parser = Callable[[str], Optional[Used]]
"""What an expression uses; None where it is no expression."""


@dataclass(frozen=True)
class Harmless:
    """Functions and variables that a style may use."""

    functions: tuple[str, ...]
    variables: tuple[str, ...]


@lru_cache(maxsize=1)
def harmless_names() -> Used:
    """Return what expressions of a style may use."""
    listed = checked_yaml.load(path("catalogue", "expressions.yaml"), Harmless)
    return Used(frozenset(listed.functions), frozenset(listed.variables))


def names_in(expression: str) -> Optional[Used]:
    """Return the names that may be functions or variables; None where a bracket of text or comment is not closed."""
    bare = _LITERAL.sub(" ", expression)
    if "'" in bare or '"' in bare or "/*" in bare:
        return None
    functions = {(call or value).casefold() for call, value in _FUNCTION.findall(bare)}
    return Used(frozenset(functions - _WORDS), frozenset(_VARIABLE.findall(bare)))


def is_harmless(expression: str, parser: Parser = names_in) -> bool:
    """Say whether an expression uses harmless functions and variables alone."""
    used = parser(expression) if len(expression) <= _LONGEST else None
    known = harmless_names()
    return used is not None and used.functions <= known.functions and used.variables <= known.variables


def guard_qml(root: Element, parser: Parser = names_in) -> tuple[str, ...]:
    """Take out of a QML what does not only draw, in place; return what went, one sentence for each kind."""
    gone: dict[str, int] = {}
    for each in list(root):
        if local(each) not in _LOOK:
            root.remove(each)
    for each in list(root.iter()):
        if not isinstance(each.tag, str):
            continue
        if local(each) == "layer" and each.get("class") in _PICTURES and any(_elsewhere(v) for v in _values(each)):
            each.set("class", _PICTURES[each.get("class")])
            for option in list(each.iter("Option", "prop")):
                if (option.get("name") or option.get("k")) in _PATH_NAMES:
                    _drop(option)
            gone["pictures"] = gone.get("pictures", 0) + 1
    for each in list(root.iter("Option", "prop")):
        name, value = each.get("name") or each.get("k") or "", each.get("value") or each.get("v") or ""
        if name in _PATH_NAMES and (_elsewhere(value) or _is_data_defined(each)):
            _drop(each)
            gone["pictures"] = gone.get("pictures", 0) + 1
    for holder, key, expression in list(_expressions(root)):
        if not is_harmless(expression, parser):
            holder.set(key, "NULL")
            gone["expressions"] = gone.get("expressions", 0) + 1
    for each in root.iter("text-style"):
        if each.get("allowHtml") == "1":
            each.set("allowHtml", "0")
    return _said(gone)


def guard_sld(root: Element) -> tuple[str, ...]:
    """Take out of an SLD pictures from elsewhere and functions that are not harmless, in place; say what went."""
    gone: dict[str, int] = {}
    known = harmless_names().functions
    for each in list(root.iter("{*}ExternalGraphic", "{*}InlineContent", "{*}OnlineResource")):
        if each.getparent() is not None:
            _drop(each)
            gone["pictures"] = gone.get("pictures", 0) + 1
    for each in list(root.iter("{*}Function")):
        if (each.get("name") or "").casefold() not in known:
            rule = next((up for up in each.iterancestors() if local(up) == "Rule"), each)
            if rule.getparent() is not None:
                _drop(rule)
            gone["expressions"] = gone.get("expressions", 0) + 1
    return _said(gone)


def _said(gone: dict[str, int]) -> tuple[str, ...]:
    found = []
    if "pictures" in gone:
        found.append(f"{gone['pictures']} pictures from elsewhere were taken out of the style")
    if "expressions" in gone:
        found.append(f"{gone['expressions']} expressions that may read more than the layer were taken out of the style")
    return tuple(found)


def _drop(element: Element) -> None:
    element.getparent().remove(element)


def _values(layer: Element) -> Iterator[str]:
    for option in layer.iter("Option", "prop"):
        if (option.get("name") or option.get("k")) in _PATH_NAMES:
            yield option.get("value") or option.get("v") or ""


def _elsewhere(value: str) -> bool:
    """Say whether a value names a file or an address; pictures of QGIS' own library and embedded ones do not."""
    return bool(_ELSEWHERE.match(value)) and not value.lstrip().startswith("base64:")


def _is_data_defined(option: Element) -> bool:
    """Say whether an option is a property computed for each feature: such a path is one that nobody has read."""
    return option.get("type") == "Map" and any(each.get("name") in ("expression", "field") for each in option)


def _expressions(root: Element) -> Iterator[tuple[Element, str, str]]:
    for each in root.iter():
        if not isinstance(each.tag, str):
            continue
        if local(each) in ("Option", "prop"):
            name = each.get("name") or each.get("k")
            key = "value" if "value" in each.attrib else "v"
            if name in _EXPRESSION_KEYS and each.get(key):
                yield each, key, str(each.get(key))
            continue
        for key, value in each.attrib.items():
            named = key in _EXPRESSION_KEYS or (key == "attr" and local(each) == "renderer-v2")
            if value and (named or (key == "fieldName" and each.get("isExpression") == "1")):
                if key == "attr" and re.fullmatch(r"\w+|\"[^\"]*\"", value):
                    continue  # a field's name
                yield each, str(key), str(value)
