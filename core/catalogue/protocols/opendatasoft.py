# SPDX-License-Identifier: GPL-2.0-or-later
"""An OpenDataSoft portal by its Explore API v2.1: ``/catalog/datasets``, in pages of at most 100."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urljoin

from ...base.bilingual import Bilingual
from ...base.read_ahead import read_ahead
from ...model import Link, Record, Rejected
from ..records.extents import of_geojson
from ..records.licences import licence_of
from ..records.plain_text import distinct, one_line, plain
from .calls import Calls
from .counting import EMPTY_PAGES, Count
from .documents import as_dict, as_list, parse_json
from .kinds import kind_of
from .protocol import Protocol
from .source import CatalogueSource

_LARGEST = 100
_DEEPEST = 10_000
"""The API refuses ``offset + limit`` beyond this."""
_FILES = (("geojson", "geojson"), ("shp", "shapefile"), ("csv", "csv"))


class _Page(NamedTuple):
    datasets: list[Any]
    where: str
    left_out: int


def read_opendatasoft(calls: Calls, source: CatalogueSource, since: str = "") -> Iterator[Record | Rejected]:
    """Give the datasets of a portal; with ``since`` (ISO 8601) those modified from then on.

    A portal with more than 10,000 datasets gives no more than these to one search; a
    :class:`~..model.Rejected` then says how many were left out.

    Raises
    ------
    TransportError, DataError
        The portal does not answer, refuses, or is no such portal.
    """
    portal = portal_of(source.url)
    with read_ahead(_pages(calls, source, portal, since), chunk=1, depth=2) as pages:
        for page in pages:
            if isinstance(page, Rejected):
                yield page
                continue
            for number, dataset in enumerate(page.datasets):
                if isinstance(dataset, dict):
                    yield read_dataset(dataset, source.name, portal)
                else:
                    yield Rejected(f"{page.where}, dataset {number + 1} of the page", "Is no JSON object")
            if page.left_out:
                what = f"The portal gives at most {_DEEPEST} datasets to a search; {page.left_out} were left out"
                yield Rejected(page.where, f"{what}: narrow the source with a filter (where, refine)")


def portal_of(url: str) -> str:
    """Return the address of the portal, with a slash at its end, from that or any address of its API."""
    return re.sub(r"/?((api/)?explore/.*|api/.*|pages/.*)?/?(\?.*)?(#.*)?$", "", url, count=1) + "/"


def _pages(calls: Calls, source: CatalogueSource, portal: str, since: str) -> Iterator[_Page | Rejected]:
    params = {name: value for name, value in source.filter.items() if name in ("where", "refine", "exclude", "lang")}
    if since:
        changed = f"modified >= date'{since[:10]}'"
        params["where"] = f"({params['where']}) AND {changed}" if params.get("where") else changed
    size = min(source.page_size, _LARGEST)
    offset, empty = 0, 0
    count = Count(calls, source.name)
    while offset == 0 or (offset < min(count.total or 0, _DEEPEST) and empty <= EMPTY_PAGES):
        asked = {**params, "limit": str(min(size, _DEEPEST - offset)), "offset": str(offset), "order_by": "modified"}
        answer = calls.get(urljoin(portal, "api/explore/v2.1/catalog/datasets"), asked, accept="application/json")
        body = as_dict(parse_json(answer))
        datasets = as_list(body.get("results"))
        count.page(len(datasets), body["total_count"] if isinstance(body.get("total_count"), int) else None)
        empty = 0 if datasets else empty + 1
        offset += len(datasets) or size
        left_out = (count.total or 0) - offset if offset >= _DEEPEST else 0
        if left_out > 0:
            count.lost += left_out
        yield _Page(datasets, answer.url, max(0, left_out))
    yield from count.ending()


def read_dataset(dataset: Mapping[str, Any], source: str, portal: str) -> Record:
    """Return the record of one dataset."""
    metas = as_dict(dataset.get("metas"))
    about = as_dict(metas.get("default"))
    inspire, dcat = as_dict(metas.get("inspire")), as_dict(metas.get("dcat"))
    identifier = one_line(dataset.get("dataset_id"))
    title = one_line(about.get("title"))
    extent, wrong = of_geojson(about.get("bbox"))
    rights = distinct([about.get("license"), about.get("license_url"), *as_list(about.get("attributions"))])
    links = tuple(_links(dataset, portal, identifier)) if identifier else ()
    missing = (("no identifier", not identifier), ("no title", not title), ("no links", not links))
    flaws = [what for what, is_missing in missing if is_missing]
    if extent is None and not wrong:
        wrong = ("no extent",)
    scale = one_line(inspire.get("spatial_resolution"), 20).replace(" ", "")
    return Record(
        # Where the portal took the dataset from an ISO record, it keeps that one's identifier.
        id=one_line(inspire.get("file_identifier")) or identifier,
        source=source,
        title=title or identifier,
        abstract=plain(about.get("description")),
        kind="dataset",
        keywords=distinct([*as_list(about.get("keyword")), *as_list(about.get("theme"))], 200),
        inspire_themes=distinct(as_list(inspire.get("theme"))),
        iso_topics=distinct(as_list(inspire.get("topic_category") or inspire.get("type"))),
        organisation=one_line(about.get("publisher") or dcat.get("creator")),
        contact=one_line(dcat.get("contact_email") or inspire.get("contact_email"), 200),
        licence=licence_of(rights) or one_line(about.get("license")),
        constraints=rights,
        created=one_line(dcat.get("created"), 40),
        published=one_line(dcat.get("issued"), 40),
        modified=one_line(about.get("modified") or about.get("metadata_processed"), 40),
        extent=extent,
        scale=int(scale) if scale.isascii() and scale.isdigit() and 0 < int(scale[:12]) < 10**12 else None,
        lineage=plain(inspire.get("lineage")),
        language=one_line(about.get("metadata_languages") or about.get("language"), 20).strip("[]'\""),
        page=urljoin(portal, f"explore/dataset/{quote(identifier)}/") if identifier else "",
        links=links,
        flaws=(*flaws, *wrong),
    )


def _links(dataset: Mapping[str, Any], portal: str, identifier: str) -> Iterator[Link]:
    base = urljoin(portal, f"api/explore/v2.1/catalog/datasets/{quote(identifier, safe='')}/")
    features = as_list(dataset.get("features"))
    if dataset.get("has_records"):
        for form, kind in _FILES:
            # Without positions there is only a table.
            if kind == "csv" or "geo" in features:
                yield Link(f"{base}exports/{form}", kind, "", form, "", "", "", "EPSG:4326")
    for attachment in as_list(dataset.get("attachments")):
        file = as_dict(attachment)
        url = str(file.get("url") or "").strip()
        if url.startswith("odsfile:") and file.get("id"):
            url = f"{base}attachments/{quote(str(file['id']), safe='')}"
        if url:
            form = one_line(file.get("mimetype"), 80)
            yield Link(url, kind_of(url, "", form).kind, "", form, "", one_line(file.get("title"), 300))
    for export in as_list(dataset.get("alternative_exports")):
        file = as_dict(export)
        url = str(file.get("url") or "").strip()
        if url.casefold().startswith(("http:", "https:")):
            form = one_line(file.get("mimetype"), 80)
            yield Link(url, kind_of(url, "", form).kind, "", form, "", one_line(file.get("title"), 300))
    about = as_dict(as_dict(dataset.get("metas")).get("default"))
    for url in as_list(about.get("references")):
        for part in re.split(r"(?<=[\s;,])(?=https?:)", str(url).strip()):
            each = part.rstrip(" \t\r\n;,")
            if each.startswith(("http:", "https:")):
                yield Link(each, kind_of(each).kind or "page")


PROTOCOL = Protocol(
    "opendatasoft", Bilingual.same("OpenDataSoft"), read_opendatasoft, incremental=True, hints=("explore",), tried=3
)
