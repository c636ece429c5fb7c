# SPDX-License-Identifier: GPL-2.0-or-later
"""The style that goes with a layer: its project's own, one that its link or the record names, or its map service's.

Formats: QML (QGIS' style documents) and SLD (OGC 05-078r4), by file or by the operation GetStyles (OGC 02-070,
GeoServer and QGIS Server). What does not only draw is taken out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Optional

from ...base.xml import etree
from ...errors import DataError, SigmaError
from ...model import Record
from ..protocols.calls import Calls, with_params
from ..protocols.documents import below, local, parse_xml
from ..protocols.kinds import kind_of
from . import provider_uris
from .choosing import Loadable
from .style_guard import Parser, guard_qml, guard_sld, names_in

_LARGEST = 4 << 20  # bytes
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"


@dataclass(frozen=True)
class Style:
    """A style as a document: ``form`` is qml or sld; ``url`` where it comes from; ``taken_out`` what it may not do."""

    form: str
    data: bytes = field(repr=False)
    url: str = ""
    taken_out: tuple[str, ...] = ()


def style_of(
    record: Record, chosen: Loadable, calls: Optional[Calls] = None, parser: Parser = names_in
) -> Optional[Style]:
    """Return the style for a layer of features or a GeoTIFF, or what its project gives; None: none is there, or needed.

    Other pictures (WMS, tiles) come drawn. A style that can't be fetched or read is said to ``calls.feedback`` and the
    next one is tried; without ``calls`` only what is at hand is given. ``parser`` tells what an expression uses.
    """
    if chosen.qml:
        return read_style(chosen.qml, chosen.url, parser)
    if calls is None or (chosen.layer_type != "vector" and chosen.kind != "cog"):
        return None
    for url in dict.fromkeys(_addresses(record, chosen)):
        try:
            found = read_style(calls.get(url, accept="application/xml, text/xml, */*;q=0.5").body, url, parser)
        except SigmaError as error:
            calls.feedback.info(f"No style from there: {error}")
            continue
        for what in found.taken_out:
            calls.feedback.warning(f"{record.title}: {what}")
        return found
    return None


def _addresses(record: Record, chosen: Loadable) -> Iterator[str]:
    if _is_web(chosen.style):
        yield chosen.style.strip()
    for link in record.links:
        if _is_web(link.url) and kind_of(link.url, link.protocol, link.format).kind == "style":
            yield link.url.strip()
    for link in record.links if chosen.layer_type == "vector" else ():
        layer = link.layer or (chosen.layer if chosen.kind == "wfs" else "")
        if link.kind == "wms" and layer and "," not in layer:
            asked = {"SERVICE": "WMS", "VERSION": "1.1.1", "REQUEST": "GetStyles", "LAYERS": layer}
            yield with_params(provider_uris.service_address(link.url), asked)


def _is_web(url: str) -> bool:
    return url.strip().casefold().startswith(("http://", "https://"))


def read_style(data: bytes, where: str, parser: Parser = names_in) -> Style:
    """Return a style document, checked, without what does not only draw (:mod:`.style_guard`).

    Raises
    ------
    DataError
        Is neither QML nor SLD, draws nothing, is damaged, larger than 4 MB, or declares entities.
    """
    if len(data) > _LARGEST:
        raise DataError(f"Is larger than {_LARGEST:,} bytes, too much for a style", where=where, code="too-large")
    root = parse_xml(data, where)
    name = local(root)
    if name == "qgis":
        taken_out = guard_qml(root, parser)
        return Style("qml", etree.tostring(root, encoding="utf-8", doctype=_DOCTYPE), where, taken_out)
    if name == "StyledLayerDescriptor" and below(root, "FeatureTypeStyle"):
        taken_out = guard_sld(root)
        return Style("sld", etree.tostring(root, encoding="utf-8", xml_declaration=True), where, taken_out)
    raise DataError(f"Is no style: neither QML nor SLD but <{name}>", where=where)
