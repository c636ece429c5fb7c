# SPDX-License-Identifier: GPL-2.0-or-later
"""A CKAN 2.x portal by its action API: ``package_search``, in pages, oldest change first.

Fields beyond CKAN's own are those of the regional catalogue DataSud (its ckanext-scheming schema): ``spatial``,
``inspire_url``, dataset dates, and per resource ``crs``, ``api`` and ``restricted``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Optional
from urllib.parse import urljoin

from ...base.bilingual import Bilingual
from ...base.read_ahead import read_ahead
from ...errors import DataError
from ...model import Link, Record, Rejected
from ..records.crs_names import crs_name
from ..records.extents import Extent, of_geojson, read_extent
from ..records.licences import licence_of
from ..records.plain_text import distinct, one_line, plain
from .calls import Calls
from .counting import EMPTY_PAGES, Count
from .documents import as_dict, as_list, parse_json
from .kinds import kind_of, layer_in
from .protocol import Protocol
from .source import CatalogueSource

_SORT = "metadata_modified asc, id asc"


class _Page(NamedTuple):
    packages: list[Any]
    where: str


def read_ckan(calls: Calls, source: CatalogueSource, since: str = "") -> Iterator[Record | Rejected]:
    """Give the datasets of a CKAN portal; with ``since`` (ISO 8601) those whose metadata changed from then on.

    Raises
    ------
    TransportError, DataError
        The portal does not answer, refuses, or is no CKAN.
    """
    portal = portal_of(source.url)
    with read_ahead(_pages(calls, source, portal, since), chunk=1, depth=2) as pages:
        for page in pages:
            if isinstance(page, Rejected):
                yield page
                continue
            for number, package in enumerate(page.packages):
                if isinstance(package, dict):
                    yield read_package(package, source.name, portal)
                else:
                    yield Rejected(f"{page.where}, dataset {number + 1} of the page", "Is no JSON object")


def portal_of(url: str) -> str:
    """Return the address of the portal, with a slash at its end, from that or any address of its API."""
    return (
        re.sub(r"/?(api(/\d+)?(/action(/\w+)?)?|dataset|organization|group)?/?(\?.*)?(#.*)?$", "", url, count=1) + "/"
    )


def _pages(calls: Calls, source: CatalogueSource, portal: str, since: str) -> Iterator[_Page | Rejected]:
    params = {name: value for name, value in source.filter.items() if name in ("q", "fq", "ext_bbox")}
    if since:
        day = f"metadata_modified:[{since[:10]}T00:00:00Z TO *]"
        params["fq"] = f"({params['fq']}) AND {day}" if params.get("fq") else day
    start, empty = 0, 0
    count = Count(calls, source.name)
    while start == 0 or (start < (count.total or 0) and empty <= EMPTY_PAGES):
        asked = {**params, "sort": _SORT, "rows": str(source.page_size), "start": str(start)}
        answer = calls.get(
            urljoin(portal, "api/3/action/package_search"), asked, accept="application/json", answers=frozenset({409})
        )
        body = as_dict(parse_json(answer))
        if body.get("success") is not True:
            said = one_line(as_dict(body.get("error")).get("message") or json.dumps(body.get("error")), 300)
            raise DataError(f"The portal refused: {said}", where=answer.url, next_step="Check the filter of the source")
        result = as_dict(body.get("result"))
        packages = as_list(result.get("results"))
        count.page(len(packages), result["count"] if isinstance(result.get("count"), int) else None)
        if packages:
            yield _Page(packages, answer.url)
        empty = 0 if packages else empty + 1
        start += len(packages) or source.page_size
    yield from count.ending()


def read_package(package: Mapping[str, Any], source: str, portal: str) -> Record:
    """Return the record of a CKAN dataset (a "package")."""
    extras = {
        str(extra.get("key")): extra.get("value") for extra in as_list(package.get("extras")) if isinstance(extra, dict)
    }

    def field(*names: str) -> Any:
        return next((value for name in names for value in (package.get(name), extras.get(name)) if value), None)

    organisation = as_dict(package.get("organization"))
    groups = [as_dict(group) for group in as_list(package.get("groups"))]
    tags = [as_dict(tag).get("display_name") or as_dict(tag).get("name") for tag in as_list(package.get("tags"))]
    topics = [group.get("display_name") or group.get("title") or group.get("name") for group in groups]
    # A dataset that CKAN itself harvested keeps the identifier of its ISO record as "guid".
    identifier = one_line(field("guid", "id", "name"))
    title = one_line(package.get("title"))
    extent, wrong = _extent(field("spatial"), extras)
    resources = [as_dict(resource) for resource in as_list(package.get("resources"))]
    links = tuple(dict.fromkeys(link for resource in resources for link in _links(resource, portal)))
    rights = distinct([package.get("license_id"), package.get("license_title"), package.get("license_url")])
    flaws = [
        what
        for what, missing in (("no identifier", not identifier), ("no title", not title), ("no links", not links))
        if missing
    ]
    name = one_line(package.get("name"))
    return Record(
        id=identifier,
        source=source,
        title=title or name,
        abstract=plain(package.get("notes")),
        kind=one_line(package.get("type")),
        keywords=distinct([*tags, *topics], 200),
        inspire_themes=distinct(as_list(_decoded(field("inspire_theme", "theme-inspire")))),
        iso_topics=distinct(as_list(_decoded(field("topic-category", "topic_category")))),
        organisation=one_line(organisation.get("title") or organisation.get("name") or package.get("author")),
        contact=one_line(field("maintainer_email", "author_email", "contact-email"), 200),
        licence=licence_of(rights) or one_line(package.get("license_title")),
        constraints=rights,
        created=one_line(field("dataset_creation_date", "metadata_created"), 40),
        published=one_line(field("dataset_publication_date", "issued"), 40),
        modified=one_line(package.get("metadata_modified") or field("dataset_modification_date"), 40),
        extent=extent,
        crs=distinct(link.crs for link in links),
        lineage=plain(field("lineage")),
        language=one_line(field("language", "metadata_language"), 20),
        page=urljoin(portal, f"dataset/{name}") if name else "",
        links=links,
        flaws=(*flaws, *(wrong if extent or wrong else ("no extent",))),
    )


def _decoded(value: Any) -> Any:
    """Return the JSON value that a text holds, else the text itself."""
    if isinstance(value, str) and value.strip()[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def _extent(spatial: Any, extras: Mapping[str, Any]) -> tuple[Optional[Extent], tuple[str, ...]]:
    decoded = _decoded(spatial)
    if isinstance(decoded, (dict, list)):
        return of_geojson(decoded)
    names = ("bbox-west-long", "bbox-south-lat", "bbox-east-long", "bbox-north-lat")
    if all(extras.get(name) not in (None, "") for name in names):
        return read_extent(*(extras[name] for name in names))
    return None, ()


def _links(resource: Mapping[str, Any], portal: str) -> Iterator[Link]:
    url = str(resource.get("url") or "").strip()
    form = one_line(resource.get("format") or resource.get("mimetype"), 60)
    title = one_line(resource.get("name") or resource.get("description"), 300)
    protocol = one_line(resource.get("protocol") or resource.get("resource_locator_protocol"), 120)
    crs = crs_name(one_line(resource.get("crs"), 60))
    if url:
        kind = kind_of(url, protocol, form).kind
        layer = layer_in(url) or one_line(resource.get("layer_name") or resource.get("typename"), 300)
        absolute = urljoin(portal, url) if url.startswith("/") else url
        yield Link(absolute, kind, layer, form, "", title, protocol, crs)
    api = as_dict(_decoded(resource.get("api")))
    layer = one_line(api.get("typename"), 300)
    service = str(api.get("url") or "").strip()
    if service:
        kind = kind_of(service).kind or "ogc-service"
        yield Link(service, kind, layer, "", "", title, "", crs, one_line(api.get("getlegendgraphic"), 500))
    for name, kind in (("geojson", "geojson"), ("shapezip", "shapefile")):
        address = str(api.get(name) or "").strip()
        if address:
            yield Link(address, kind, layer, name, "", title, "", "EPSG:4326" if name == "geojson" else crs)


PROTOCOL = Protocol("ckan", Bilingual.same("CKAN"), read_ckan, incremental=True, hints=("package_search",), tried=2)
