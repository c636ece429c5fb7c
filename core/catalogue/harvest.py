# SPDX-License-Identifier: GPL-2.0-or-later
"""Records of a source, whatever its kind: one lazy generator, each record once, each with a name and an address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Optional
from urllib.parse import urljoin, urlsplit

from ..errors import DataError
from ..model import Link, Record, Rejected
from ..transport import TransportError
from .protocols.calls import Calls, Unchanged
from .protocols.source import CatalogueSource
from .records.extents import turned
from .registry import likely, protocol_of


def harvest(calls: Calls, source: CatalogueSource, since: str = "") -> Iterator[Record | Unchanged | Rejected]:
    """Give the records of a source, page by page as the caller goes on, each identifier once.

    Parameters
    ----------
    calls : Calls
        The session, and the manners towards this source.
    source : Source
        Where to read.
    since : str
        ISO 8601: only what changed from then on, where the kind allows (:class:`.protocols.protocol.Protocol`).

    Yields
    ------
    Record
        With a title (its identifier where it has none) and absolute links as far as they can be made so.
    Unchanged
        In the place of a record that ``calls.known`` knows, of a kind of source whose reader can tell (CSW).
    Rejected
        What could not be used, and why; a record that is in the list twice; the rest goes on.

    Raises
    ------
    TransportError, DataError
        The source does not answer, or is not what it is said to be. What was given before stands.
    """
    seen: set[str] = set()
    records = protocol_of(source.kind).read(calls, source, since)
    for item in records:
        calls.feedback.check()
        if isinstance(item, Rejected):
            yield item
            continue
        record = item if isinstance(item, Unchanged) else _presentable(item, source)
        if record is None:
            yield Rejected(source.name, "A record without identifier, title and links says nothing")
            continue
        if record.id in seen:
            yield Rejected(f"{source.name}: {record.id}", "Is in the source twice")
            continue
        seen.add(record.id)
        yield record


def _presentable(record: Record, source: CatalogueSource) -> Optional[Record]:
    links = tuple(_absolute(link, source.url) for link in record.links)
    identifier = record.id or record.title or (links[0].url if links else "")
    if not identifier:
        return None
    extent, flaws = turned(record.extent)
    if record.id and record.title and links == record.links and not flaws:
        return record
    title = record.title or identifier
    return replace(record, id=identifier[:500], title=title, links=links, extent=extent, flaws=(*record.flaws, *flaws))


def _absolute(link: Link, base: str) -> Link:
    """Make a relative address one below its source's, if it can be meant so: ``/geoserver/wms`` can, ``data`` can't."""
    url = link.url.strip()
    if url.startswith("//"):
        return replace(link, url=f"{urlsplit(base).scheme or 'https'}:{url}")
    if url.startswith("/") and urlsplit(base).scheme in ("http", "https"):
        return replace(link, url=urljoin(base, url))
    return link if url == link.url else replace(link, url=url)


def try_source(calls: Calls, source: CatalogueSource) -> tuple[int, str]:
    """Read the beginning of a source; return how many records its first page gave, and a title among them.

    Raises
    ------
    TransportError, DataError
        It does not answer, or is not what it is said to be.
    """
    count, title = 0, ""
    records = harvest(calls, source)
    for item in records:
        if isinstance(item, Record):
            count += 1
            title = title or item.title
        if count >= source.page_size:
            break
    close = getattr(records, "close", None)
    if close is not None:
        close()
    return count, title


def guess_kind(calls: Calls, url: str) -> str:
    """Tell what kind of source is at an address, by its shape, then by asking.

    Raises
    ------
    DataError
        It is none that is known; what each try said is in the message.
    """
    for kind in likely(url):
        source = CatalogueSource("guess", kind, url, page_size=10)
        try:
            count, _ = try_source(calls, source)
        except (TransportError, DataError) as error:
            calls.feedback.info(f"no {kind}: {error.what}")
            continue
        if count:
            return kind
    raise DataError("No known kind of catalogue answers there", where=url, next_step="Say which it is with --kind")
