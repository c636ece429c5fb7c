# SPDX-License-Identifier: GPL-2.0-or-later
"""Features of a WFS as GML, as the same GeoJSON features would be: id, point in degrees, properties.

GML 2 to 3.2 (ISO 19136). A point's axes are in the order that its ``srsName`` means: latitude first for
``urn:ogc:def:crs:EPSG::4326`` and ``http://www.opengis.net/def/crs/EPSG/0/4326``, longitude first for ``EPSG:4326``,
``http://www.opengis.net/gml/srs/epsg.xml#4326`` and CRS84, as GeoServer and QGIS Server have it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Optional

from ...base.xml import etree
from ...errors import DataError

_WGS84 = re.compile(r"(?:EPSG(?::[\d.]*:|/[\d.]+/|:|\.xml#)4326|CRS:?84)$", re.IGNORECASE)
_LAT_FIRST = re.compile(r"^(?:urn:(?:x-)?ogc:def:crs:EPSG:|https?://www\.opengis\.net/def/crs/EPSG/)", re.IGNORECASE)


def local(element: Any) -> str:
    """Return an element's name without its namespace; empty for a comment."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def children(element: Any, *names: str) -> Iterator[Any]:
    """Give the children of these names, in any namespace."""
    return (child for child in element if local(child) in names)


def descendants(element: Any, *names: str) -> Iterator[Any]:
    """Give the descendants of these names, in any namespace."""
    return (child for child in element.iter() if local(child) in names)


def text_of(element: Any) -> str:
    """Return the text of an element, without blanks around it."""
    return (element.text or "").strip() if element is not None else ""


def features(root: Any, where: str) -> Iterator[dict[str, Any]]:
    """Give the features of a FeatureCollection, as GeoJSON has them.

    Raises
    ------
    DataError
        A position is in another reference system than WGS 84, or is none.
    """
    for member in children(root, "member", "featureMember", "featureMembers"):
        for element in member:
            if isinstance(element.tag, str):
                yield _feature(element, where)


def _feature(element: Any, where: str) -> dict[str, Any]:
    identifier = next((value for name, value in element.attrib.items() if etree.QName(name).localname in _IDS), "")
    properties: dict[str, Any] = {}
    geometry: Optional[dict[str, Any]] = None
    for child in element:
        name = local(child)
        if not name or name == "boundedBy":
            continue
        inner = next((item for item in child if isinstance(item.tag, str)), None)
        if inner is None:
            properties[name] = text_of(child) or None
        elif _is_gml(inner):
            geometry = _point(inner, where)
        else:
            properties[name] = " ".join("".join(child.itertext()).split())
    return {"type": "Feature", "id": identifier, "geometry": geometry, "properties": properties}


_IDS = ("id", "fid")


def _is_gml(element: Any) -> bool:
    return str(etree.QName(element).namespace or "").startswith("http://www.opengis.net/gml")


def _point(element: Any, where: str, above: str = "") -> dict[str, Any]:
    kind = local(element)
    if kind == "MultiPoint":
        name = element.get("srsName") or ""
        points = [_point(item, where, name)["coordinates"] for item in descendants(element, "Point")]
        return {"type": kind, "coordinates": points}
    if kind != "Point":
        return {"type": kind, "coordinates": []}
    place = next(descendants(element, "pos", "coordinates", "coord"), None)
    if place is None:
        return {"type": "Point", "coordinates": []}
    numbers = re.split(r"[,\s]+", text_of(place) or " ".join(text_of(part) for part in place))
    name = element.get("srsName") or place.get("srsName") or above
    if name and not _WGS84.search(name):
        step = "Let the server give EPSG:4326 for this layer"
        raise DataError(f"Gives positions in {name}, not in EPSG:4326", where=where, next_step=step)
    if len(numbers) < 2:
        return {"type": "Point", "coordinates": []}
    first, second = numbers[:2]
    return {"type": "Point", "coordinates": [second, first] if _LAT_FIRST.match(name) else [first, second]}
