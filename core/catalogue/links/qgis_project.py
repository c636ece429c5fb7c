# SPDX-License-Identifier: GPL-2.0-or-later
"""A QGIS project (.qgs, .qgz), from a file or an address, as a catalogue of layers that bring their styles along."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Optional
from urllib.parse import quote, urljoin, urlsplit

from ...base.archives import reading_zip
from ...base.bilingual import Bilingual
from ...base.xml import etree
from ...errors import DataError, SigmaError, UsageError
from ...model import Link, Record, Rejected
from ..protocols.calls import Calls
from ..protocols.documents import Element, below, child, children, parse_xml, text_of
from ..protocols.protocol import Protocol
from ..protocols.source import CatalogueSource
from ..records.extents import Extent, read_extent
from ..records.licences import licence_of
from ..records.plain_text import distinct, one_line, plain

_LARGEST = 256 << 20
_DROPPED = ("layer-tree-layer",)


def read_project(calls: Calls, source: CatalogueSource, since: str = "") -> Iterator[Record | Rejected]:
    """Give a record for each layer of a project; none where a project on a server did not change (ETag).

    Raises
    ------
    TransportError, DataError
        It can't be fetched or read.
    """
    data = _bytes(calls, source.url, conditional=True)
    if data is None:
        return
    root = project_root(data, source.url)
    title = text_of(root, "title") or one_line(root.get("projectname"))
    groups = _groups(root)
    layers = children(child(root, "projectlayers"), "maplayer")
    # A layer that was copied with its metadata has the same identifier there as its original.
    own = Counter(_named_identifier(element) for element in layers)
    for element in layers:
        identifier = text_of(element, "id") or one_line(element.get("id"))
        if not identifier:
            yield Rejected(f"{source.url}, layer '{text_of(element, 'layername')}'", "Has no id")
        elif element.get("embedded") == "1":
            try:
                yield _embedded_record(calls, element, source, title, groups.get(identifier, ()))
            except SigmaError as error:
                where = f"{source.url}, layer '{identifier}'"
                yield Rejected(where, f"Is embedded from another project, which can't be read: {error.what}")
        else:
            record = _layer_record(element, source, title, groups.get(identifier, ()))
            yield replace(record, id=identifier) if own[_named_identifier(element)] > 1 else record


def _named_identifier(element: Element) -> str:
    return text_of(element, "resourceMetadata", "identifier") or text_of(element, "id")


def _embedded_record(
    calls: Calls, element: Element, source: CatalogueSource, project: str, groups: tuple[str, ...]
) -> Record:
    """Return the record of a layer that the project takes from another one; its link leads to that one."""
    named = str(element.get("project") or "")
    remote = urlsplit(source.url).scheme in ("http", "https")
    address = urljoin(source.url, quote(named)) if remote else str((Path(source.url).parent / named).resolve())
    if remote and urlsplit(address)[:2] != urlsplit(source.url)[:2]:
        raise DataError("It lies on another server", where=source.url)
    root = project_root(_bytes(calls, address) or b"", address)
    identifier = str(element.get("id"))
    for each in children(child(root, "projectlayers"), "maplayer"):
        if text_of(each, "id") == identifier:
            return _layer_record(each, replace(source, url=address), project, groups)
    raise DataError(f"The project has no layer '{identifier}'", where=address)


def _bytes(calls: Calls, url: str, *, conditional: bool = False) -> Optional[bytes]:
    if urlsplit(url).scheme in ("http", "https"):
        answer = calls.get(url, conditional=conditional)
        return None if answer.status == 304 else answer.body
    try:
        with Path(url).open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise DataError(f"Can't be read: {error.strerror or error}", where=url) from error
    if len(data) > _LARGEST:
        raise DataError(f"Is larger than {_LARGEST:,} bytes", where=url)
    return data


def project_root(data: bytes, where: str) -> Element:
    """Return the root of a project from the bytes of a .qgs or .qgz file.

    Raises
    ------
    DataError
        It is none, damaged, or unpacks to more than 256 MB.
    """
    if data[:4] == b"PK\x03\x04":
        with reading_zip(io.BytesIO(data), "Is no whole .qgz file", where=where, most=1 << 40) as archive:
            members = [info for info in archive.infolist() if info.filename.casefold().endswith(".qgs")]
            if not members:
                raise DataError("Holds no .qgs file", where=where)
            with archive.open(members[0]) as file:
                data = file.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise DataError(f"Unpacks to more than {_LARGEST:,} bytes", where=where)
    root = parse_xml(data, where)
    if root.tag != "qgis":
        raise DataError("Is no QGIS project", where=where, next_step="Choose a .qgs or .qgz file")
    return root


def _groups(root: Element) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for leaf in below(child(root, "layer-tree-group"), "layer-tree-layer"):
        names = [str(up.get("name", "")) for up in leaf.iterancestors("layer-tree-group")]
        found[str(leaf.get("id"))] = distinct(reversed(names))
    return found


def _layer_record(element: Element, source: CatalogueSource, project: str, groups: tuple[str, ...]) -> Record:
    about = child(element, "resourceMetadata")
    identifier = text_of(element, "id")
    title = text_of(about, "title") or text_of(element, "layername")
    extent, wrong = _extent(element)
    rights = distinct(
        [text_of(each) for tag in ("license", "rights", "constraints") for each in children(about, tag)], 2000
    )
    words = [text_of(each) for each in below(about, "keyword")] + [
        text_of(each) for each in below(child(element, "keywordList"), "value")
    ]
    crs = text_of(element, "srs", "spatialrefsys", "authid")
    organisation = next((text_of(each, "organization") for each in children(about, "contact")), "")
    flaws = list(wrong)
    if not title:
        flaws.insert(0, "no title")
    abstract = child(about, "abstract")
    abstract = child(element, "abstract") if abstract is None or not abstract.text else abstract
    return Record(
        id=text_of(about, "identifier") or identifier,
        source=source.name,
        title=title or identifier,
        abstract="" if abstract is None else plain("".join(abstract.itertext())),
        kind="layer",
        keywords=distinct([*words, *groups], 200),
        organisation=organisation or project or source.title,
        licence=licence_of(rights),
        constraints=rights,
        extent=extent,
        crs=(crs,) if crs else (),
        language=text_of(about, "language"),
        links=(
            Link(
                url=source.url,
                kind="qgis",
                layer=identifier,
                format=text_of(element, "provider"),
                title=title,
                crs=crs,
                style="project",
            ),
        ),
        flaws=tuple(flaws),
    )


def _extent(element: Element) -> tuple[Optional[Extent], tuple[str, ...]]:
    names = ("xmin", "ymin", "xmax", "ymax")
    box = child(element, "wgs84extent")
    if box is None and text_of(element, "srs", "spatialrefsys", "authid") == "EPSG:4326":
        box = child(element, "extent")
    if box is None:
        return None, ("no extent",)
    return read_extent(*(text_of(box, name) for name in names))


def project_layer(calls: Calls, url: str, identifier: str) -> tuple[str, str, bytes, str]:
    """Return provider, data source, QML style and kind (vector, raster …) of one layer of a project.

    The data source is as the project has it: a relative path in it is relative to the project.

    Raises
    ------
    TransportError, DataError
        The project can't be fetched or read.
    UsageError
        It has no such layer.
    """
    root = project_root(_bytes(calls, url) or b"", url)
    for element in children(child(root, "projectlayers"), "maplayer"):
        if text_of(element, "id") == identifier:
            provider = text_of(element, "provider")
            datasource = child(element, "datasource")
            uri = "" if datasource is None else "".join(datasource.itertext())
            return provider, uri, _qml(element), str(element.get("type", ""))
    raise UsageError(f"The project has no layer '{identifier}'", where=url, next_step="Harvest this source again")


def _qml(element: Element) -> bytes:
    """Return the style part of a project's layer as a QML document: the same elements below another root."""
    root = etree.Element("qgis", {name: value for name, value in element.attrib.items() if name != "type"})
    without = {
        "id", "datasource", "layername", "shortname", "srs", "extent", "wgs84extent", "provider", "resourceMetadata",
        "keywordList", "title", "abstract", "layerDependencies", "dataDependencies", "attributeactions",
    }  # fmt: skip
    for each in element:
        if isinstance(each.tag, str) and each.tag not in without and not each.tag.startswith("editform"):
            root.append(_copy(each))
    text: bytes = etree.tostring(
        root, encoding="utf-8", doctype="<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
    )
    return text


def _copy(element: Element) -> Element:
    return etree.fromstring(
        etree.tostring(element, with_tail=False),
        etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False),
    )


PROTOCOL = Protocol(
    "qgis-project",
    Bilingual(fr="Projet QGIS", en="QGIS project"),
    read_project,
    conditional=True,
    files=(".qgs", ".qgz"),
    tried=None,
)
