# SPDX-License-Identifier: GPL-2.0-or-later
"""The QGIS project of a pack (``.qgz``): paths below its folder, styles, forms; for QGIS 3.22 and QField.

A ``.qgz`` is a ZIP with one ``.qgs``, whose XML is written here without QGIS; what it does not say is as QGIS has it
without a word. What QField, QFieldSync and QFieldCloud ask of a project is in libqfieldsync (``project_checker.py``,
``layer.py``): paths below the project, no home path, names that every system can write, an action for every layer.
"""

from __future__ import annotations

import json
import uuid
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..base.files import replacing
from ..base.xml import etree
from .layers.styles import Element, geometry_word
from .place import METRES

PROJECT = "projet.qgz"
ATTACHMENTS = ("DCIM", "photos")
"""Folders with files that belong to features: QField's default for new photos, and those that came with the pack."""
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
_VERSION = "3.22.0-Białowieża"


@dataclass(frozen=True)
class MapLayer:
    """One layer of the project; ``family`` is points, lines, polygons, ``raster`` or ``""`` (a table).

    ``style`` are the elements of a QML document; ``fields`` are in the order of the table. ``attachments`` are the
    expressions by which QField names the files of a field.
    """

    id: str
    name: str
    source: str
    family: str
    crs: str = ""
    style: Sequence[Element] = ()
    fields: Sequence[FormField] = ()
    read_only: bool = True
    visible: bool = True
    group: str = ""
    display: str = ""
    abstract: str = ""
    attribution: str = ""
    licence: str = ""
    origin: str = ""
    extent: Sequence[float] = ()
    attachments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FormField:
    """One field of a form: ``values`` are the allowed ones with their names, ``widget`` QGIS' word.

    ``default`` is an expression for new features.
    """

    name: str
    alias: str = ""
    widget: str = ""
    values: Sequence[tuple[str, str]] = ()
    editable: bool = True
    default: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Relation:
    """Rows of a table (``child``) that belong to features of a layer (``parent``)."""

    id: str
    name: str
    child: str
    child_field: str
    parent: str
    parent_field: str


NULL_VALUE = "{2839923C-8B7D-419E-B84B-CA2FE9B80EC7}"
"""What stands for no value in a value map (QgsValueMapFieldFormatter.NULL_VALUE)."""


def write(
    folder: Path,
    title: str,
    layers: Sequence[MapLayer],
    extent: Sequence[float],
    *,
    relations: Iterable[Relation] = (),
) -> Path:
    """Write the project into the folder of a pack; ``extent`` is what it shows first, in Lambert-93 metres."""
    document = project_xml(title, layers, extent, relations)
    path = folder / PROJECT
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
        # A fixed time: the same pack gives the same bytes.
        name = zipfile.ZipInfo(path.with_suffix(".qgs").name, (2020, 1, 1, 0, 0, 0))
        archive.writestr(name, document, zipfile.ZIP_DEFLATED)
    return path


def project_xml(
    title: str, layers: Sequence[MapLayer], extent: Sequence[float], relations: Iterable[Relation] = ()
) -> bytes:
    """Return the text of the ``.qgs``; layers are given from the top of the map to its bottom."""
    root = etree.Element("qgis", projectname=title, version=_VERSION)
    etree.SubElement(root, "homePath", path="")
    _text(root, "title", title)
    etree.SubElement(root, "autotransaction", active="0")
    etree.SubElement(root, "evaluateDefaultValues", active="0")
    etree.SubElement(root, "trust", active="0")
    _crs(etree.SubElement(root, "projectCrs"), METRES)
    _tree(root, layers)
    canvas = etree.SubElement(root, "mapcanvas", name="theMapCanvas", annotationsVisible="1")
    _text(canvas, "units", "meters")
    _box(etree.SubElement(canvas, "extent"), extent)
    _text(canvas, "rotation", "0")
    _crs(etree.SubElement(canvas, "destinationsrs"), METRES)
    related = etree.SubElement(root, "relations")
    for relation in relations:
        element = etree.SubElement(
            related,
            "relation",
            id=relation.id,
            name=relation.name,
            referencingLayer=relation.child,
            referencedLayer=relation.parent,
            strength="Association",
        )
        etree.SubElement(
            element, "fieldRef", referencingField=relation.child_field, referencedField=relation.parent_field
        )
    projectlayers = etree.SubElement(root, "projectlayers")
    order = etree.SubElement(root, "layerorder")
    for layer in layers:
        projectlayers.append(_maplayer(layer))
        etree.SubElement(order, "layer", id=layer.id)
    properties = etree.SubElement(root, "properties")
    paths = etree.SubElement(properties, "Paths")
    _text(paths, "Absolute", "false", type="bool")
    systems = etree.SubElement(properties, "SpatialRefSys")
    _text(systems, "ProjectionsEnabled", "1", type="int")
    field_app = etree.SubElement(properties, "qfieldsync")
    active = next((layer.id for layer in layers if not layer.read_only), "")
    _text(field_app, "initialActiveLayer", active, type="QString")
    # What QFieldSync takes along to the cloud and back.
    synced = etree.SubElement(properties, "QFieldSync")
    synced.text = " "  # on one line
    folders = etree.SubElement(synced, "attachmentDirs", type="QStringList")
    for name in ATTACHMENTS:
        _text(folders, "value", name)
    gui = etree.SubElement(properties, "Measurement")
    _text(gui, "DistanceUnits", "meters", type="QString")
    _text(gui, "AreaUnits", "m2", type="QString")
    text: bytes = etree.tostring(root, encoding="UTF-8", pretty_print=True, doctype=_DOCTYPE)
    return text


def layer_id(table: str, pack: str) -> str:
    """Return the id of a layer: the same in each project of a pack."""
    return f"{table}_{uuid.uuid5(uuid.NAMESPACE_OID, pack + table).hex[:12]}"


def _text(parent: Element, tag: str, text: str, **attributes: str) -> Element:
    element = etree.SubElement(parent, tag, **attributes)
    element.text = _clean(text)
    return element


def _clean(text: str) -> str:
    """Return text without what XML can't hold."""
    return "".join(c for c in text if c in "\t\n\r" or (c >= " " and not "\ud800" <= c <= "\udfff" and c < "\ufffe"))


def _crs(parent: Element, crs: str) -> None:
    system = etree.SubElement(parent, "spatialrefsys")
    if ":" in crs and len(crs) < 40:
        _text(system, "srsid", "1")  # any below the user's own: QGIS 3.22 else passes over the authority's code
        _text(system, "authid", "EPSG:4326" if crs == "OGC:CRS84" else crs)
    else:
        _text(system, "wkt", crs)


def _box(parent: Element, box: Sequence[float]) -> None:
    for tag, value in zip(("xmin", "ymin", "xmax", "ymax"), box):
        _text(parent, tag, repr(float(value)))


def _tree(root: Element, layers: Sequence[MapLayer]) -> None:
    tree = etree.SubElement(root, "layer-tree-group")
    groups: dict[str, Element] = {"": tree}
    for layer in layers:
        if layer.group not in groups:
            groups[layer.group] = etree.SubElement(
                tree, "layer-tree-group", name=layer.group, checked="Qt::Checked", expanded="1"
            )
        etree.SubElement(
            groups[layer.group],
            "layer-tree-layer",
            id=layer.id,
            name=layer.name,
            source=layer.source,
            providerKey=_provider(layer),
            checked="Qt::Checked" if layer.visible else "Qt::Unchecked",
            expanded="0",
        )


def _provider(layer: MapLayer) -> str:
    return "gdal" if layer.family == "raster" else "ogr"


def _maplayer(layer: MapLayer) -> Element:
    raster = layer.family == "raster"
    element = etree.Element(
        "maplayer",
        type="raster" if raster else "vector",
        autoRefreshEnabled="0",
        hasScaleBasedVisibilityFlag="0",
        maxScale="0",
        minScale="1e+08",
    )
    if not raster:
        element.set("geometry", geometry_word(layer.family))
        element.set("readOnly", "1" if layer.read_only else "0")
    if layer.extent:
        _box(etree.SubElement(element, "extent"), layer.extent)
    _text(element, "id", layer.id)
    _text(element, "datasource", layer.source)
    _text(element, "layername", layer.name)
    _text(element, "title", layer.name)
    if layer.attribution:
        _text(element, "attribution", layer.attribution)
    if layer.crs:
        _crs(etree.SubElement(element, "srs"), layer.crs)
    element.append(metadata(layer.name, layer.abstract, layer.licence, layer.attribution, layer.origin, layer.crs))
    _text(element, "provider", _provider(layer), **({} if raster else {"encoding": "UTF-8"}))
    given = {etree.QName(part).localname for part in layer.style}
    for part in layer.style:
        if etree.QName(part).localname not in ("layerGeometryType", "datasource", "id", "customproperties"):
            element.append(etree.fromstring(etree.tostring(part, with_tail=False)))
    _custom_properties(element, layer)
    if not raster:
        if "fieldConfiguration" not in given:
            _form(element, layer)
        if layer.display and "previewExpression" not in given:
            _text(element, "previewExpression", layer.display)
    return element


def _custom_properties(element: Element, layer: MapLayer) -> None:
    """Add those of the layer's style, and what QFieldSync is to do: files as they are, edits in the cloud by row."""
    options = etree.SubElement(etree.SubElement(element, "customproperties"), "Option", type="Map")
    for part in layer.style:
        if etree.QName(part).localname != "customproperties":
            continue
        for option in part.findall("Option/Option"):
            if not (option.get("name") or "").startswith("QFieldSync/"):
                options.append(etree.fromstring(etree.tostring(option, with_tail=False)))
        for old in part.findall("property"):  # before QGIS 3.20
            _option(options, old.get("key") or "", old.get("value") or "")
    _option(options, "QFieldSync/action", "copy")
    _option(options, "QFieldSync/cloud_action", "no_action" if layer.read_only else "offline")
    if layer.attachments:
        names = json.dumps(dict(layer.attachments))
        _option(options, "QFieldSync/attachment_naming", names)
        _option(options, "QFieldSync/photo_naming", names)  # before QFieldSync 4.3


def metadata(title: str, abstract: str, licence: str, attribution: str, origin: str, crs: str = "") -> Element:
    """Return QGIS' metadata of a layer (http://mrcc.com/qgis.dtd)."""
    element = etree.Element("resourceMetadata")
    _text(element, "identifier", origin)
    etree.SubElement(element, "parentidentifier")
    _text(element, "language", "FRE")
    _text(element, "type", "dataset")
    _text(element, "title", title)
    _text(element, "abstract", abstract)
    etree.SubElement(element, "links")
    if attribution:
        _text(element, "rights", attribution)
    if licence:
        _text(element, "license", licence)
    if crs:
        _crs(etree.SubElement(element, "crs"), crs)
    return element


def _form(element: Element, layer: MapLayer) -> None:
    configuration = etree.SubElement(element, "fieldConfiguration")
    aliases = etree.SubElement(element, "aliases")
    defaults = etree.SubElement(element, "defaults")
    editable = etree.SubElement(element, "editable")
    for number, each in enumerate(layer.fields):
        holder = etree.SubElement(configuration, "field", name=each.name, configurationFlags="None")
        widget = each.widget or ("ValueMap" if each.values else "")
        edit = etree.SubElement(holder, "editWidget", type=widget)
        config = etree.SubElement(edit, "config")
        options = etree.SubElement(config, "Option", type="Map")
        if each.values:
            listed = etree.SubElement(options, "Option", name="map", type="List")
            for value, label in each.values:
                pair = etree.SubElement(listed, "Option", type="Map")
                etree.SubElement(pair, "Option", name=_clean(label), type="QString", value=value)
        for name, value in each.options.items():
            _option(options, name, value)
        if each.alias:
            etree.SubElement(aliases, "alias", index=str(number), field=each.name, name=each.alias)
        if each.default:
            etree.SubElement(defaults, "default", field=each.name, expression=each.default, applyOnUpdate="0")
        etree.SubElement(editable, "field", name=each.name, editable="1" if each.editable else "0")


def _option(parent: Element, name: str, value: Any) -> None:
    if isinstance(value, bool):
        etree.SubElement(parent, "Option", name=name, type="bool", value="true" if value else "false")
    elif isinstance(value, int):
        etree.SubElement(parent, "Option", name=name, type="int", value=str(value))
    else:
        etree.SubElement(parent, "Option", name=name, type="QString", value=str(value))
