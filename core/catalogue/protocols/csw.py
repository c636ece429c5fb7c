# SPDX-License-Identifier: GPL-2.0-or-later
"""A CSW 2.0.2 server (OGC 07-006r1), read in pages: ISO 19139, ISO 19115-3 or Dublin Core, whichever it has.

GeoNetwork's own search is read through its CSW: same index, a stable contract, plain GET requests that may be repeated.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from html import escape
from typing import NamedTuple, Optional
from urllib.parse import urlsplit, urlunsplit

from ...base.bilingual import Bilingual
from ...base.read_ahead import read_ahead
from ...base.xml import etree
from ...errors import DataError
from ...model import Record, Rejected
from ...transport import Answer, BadRequest, ServerFailed
from ..records.dublin_core import ROOTS as DUBLIN_CORE
from ..records.dublin_core import read_dublin_core
from ..records.iso import ROOTS as ISO
from ..records.iso import read_iso
from .calls import Calls, Known, Unchanged
from .counting import EMPTY_PAGES, Count
from .documents import Element, below, child, local, parse_xml, text_of
from .protocol import Protocol
from .source import CatalogueSource

_GMD = "http://www.isotc211.org/2005/gmd"
_MDB = ("http://standards.iso.org/iso/19115/-3/mdb/2.0", "http://standards.iso.org/iso/19115/-3/mdb/1.0")
_CSW = "http://www.opengis.net/cat/csw/2.0.2"
_NEXT = re.compile(rb"""\bnextRecord=["'](\d{1,11})["']""")
_READING = 1
"""Of how records are read: a higher number when they are read differently has all of them read again."""
_MOST_LOST = 100
"""So many records that a server can't write, and it is the server."""
_BASE = {"service": "CSW", "version": "2.0.2"}


class _Schema(NamedTuple):
    """What to ask for: the output schema, the type name, and by which property records are filtered by date."""

    output: str
    type_names: str
    namespace: str
    modified: str


_SCHEMAS = (
    _Schema(_GMD, "gmd:MD_Metadata", f"xmlns(gmd={_GMD})", "apiso:Modified"),
    *(_Schema(uri, "mdb:MD_Metadata", f"xmlns(mdb={uri})", "apiso:Modified") for uri in _MDB),
)
_PLAIN = _Schema(_CSW, "csw:Record", f"xmlns(csw={_CSW})", "dct:modified")


def read_csw(calls: Calls, source: CatalogueSource, since: str = "") -> Iterator[Record | Unchanged | Rejected]:
    """Give the records of a CSW; with ``since`` (ISO 8601) those changed from then on, where it can be asked.

    Pages are as large as the server allows; its ``nextRecord`` leads, and a page that brings nothing new or goes back
    ends the list. A page that the server can't write is asked for again in halves, down to one record, which is passed
    over. At most two pages are fetched ahead of the one in use. A page that is not whole XML is read as far as it goes.
    Each of these is said by a :class:`~..model.Rejected`, as is a list that gives fewer records than it counts.

    Raises
    ------
    TransportError, DataError
        The server does not answer, refuses, or is no CSW. What was given before stands.
    """
    url = csw_address(source)
    schema = _choose_schema(calls, url)
    # One page is parsed ahead, and the answer to the one after it fetched.
    with read_ahead(_pages(_Answers(calls, url), source, schema, since), chunk=1, depth=1) as pages:
        for page in pages:
            if isinstance(page, Rejected):
                yield page
                continue
            if page.damage:
                yield Rejected(page.where, page.damage)
            for element in page.elements:
                yield _read(element, source, calls.known)


def _read(element: Element, source: CatalogueSource, known: Optional[Known]) -> Record | Unchanged:
    if known is None:
        return read_element(element, source.name)
    sent = etree.tostring(element, with_tail=False)
    digest = hashlib.blake2b(f"{_READING} {source.url}\n".encode() + sent, digest_size=16).digest()
    before = known.before.get(digest)
    if before is not None:
        return Unchanged(*before)
    record = read_element(element, source.name)
    known.now.setdefault(record.id, digest)
    return record


def read_element(element: Element, source: str) -> Record:
    """Return the record of one element of any of the three schemas; of an unknown one what can be found."""
    name = local(element)
    if name in ISO:
        return read_iso(element, source)
    record = read_dublin_core(element, source)
    if name in DUBLIN_CORE:
        return record
    found = below(element, "MD_Metadata", "MI_Metadata")
    if found:
        return read_iso(found[0], source)
    return record


def csw_address(source: CatalogueSource) -> str:
    """Return the address of the CSW; for GeoNetwork it is made from the portal's."""
    if source.kind != "geonetwork" or re.search(r"/csw([-_?/]|$)", source.url):
        return source.url
    parts = urlsplit(source.url)
    found = re.match(r"(.*?)(/srv(?:/(?!api)([a-z]{3}))?(?:/.*)?)?$", parts.path.rstrip("/"))
    base, language = (found.group(1), found.group(3)) if found else (parts.path, None)
    return urlunsplit((parts.scheme, parts.netloc, f"{base}/srv/{language or 'eng'}/csw", "", ""))


class _Page(NamedTuple):
    elements: list[Element]
    where: str
    damage: str
    matched: Optional[int]
    following: int


def _choose_schema(calls: Calls, url: str) -> _Schema:
    """Ask which output schemas there are; the best of them, Dublin Core where none is named."""
    answer = calls.get(url, {**_BASE, "request": "GetCapabilities"}, accept="application/xml, text/xml")
    root = parse_xml(answer.body, answer.url)
    raise_exception(root, answer.url)
    if local(root) != "Capabilities":
        raise DataError(
            f"Is no CSW: it answered with <{local(root)}>", where=answer.url, next_step="Check the address of the CSW"
        )
    offered = {text_of(value) for value in below(root, "Value")}
    return next((schema for schema in _SCHEMAS if schema.output in offered), _PLAIN)


class _Answers:
    """Answers of a CSW, the next page being fetched while the present one is parsed, where the answer names it."""

    def __init__(self, calls: Calls, url: str) -> None:
        self.calls = calls
        self._url = url
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="catalogue")
        self._coming: Optional[tuple[dict[str, str], Future[Answer]]] = None
        self.retries: Optional[int] = None

    def get(self, params: dict[str, str]) -> Answer:
        """Return the answer to these parameters, and have that to the next page fetched."""
        expected, answer = self._coming or ({}, None)
        self._coming = None
        here = answer.result() if answer is not None and expected == params else self._fetch(params)
        found = _NEXT.search(here.body[:4096])
        following = int(found.group(1)) if found else 0
        if following > int(params["startPosition"]):
            params = {**params, "startPosition": str(following)}
            self._coming = params, self._pool.submit(self._fetch, params)
        return here

    def _fetch(self, params: dict[str, str]) -> Answer:
        return self.calls.get(
            self._url, params, accept="application/xml, text/xml", answers=frozenset({400}), retries=self.retries
        )

    def close(self) -> None:
        """Fetch no more."""
        self._pool.shutdown(wait=True)


def _pages(answers: _Answers, source: CatalogueSource, schema: _Schema, since: str) -> Iterator[_Page | Rejected]:
    try:
        yield from _pages_in_order(answers, source, schema, since)
    finally:
        answers.close()


def _pages_in_order(
    answers: _Answers, source: CatalogueSource, schema: _Schema, since: str
) -> Iterator[_Page | Rejected]:
    calls = answers.calls
    start, size, empty = 1, source.page_size, 0
    changed = since[:10]
    count = Count(calls, source.name)
    last: tuple[str, ...] = ()
    while True:
        calls.feedback.check()
        try:
            page = _page(answers.get(_params(source, schema, start, size, changed)), start)
        except (DataError, BadRequest, ServerFailed) as error:
            if changed and start == 1:
                calls.feedback.info(f"{source.name} can't be asked for what changed ({error}); reading all of it")
                changed = ""
                continue
            # One record that the server can't write costs its page: smaller ones, down to that record. A page that
            # failed after the usual tries is likely to fail again.
            answers.retries = 1
            if size > 1:
                size = max(1, size // 2)
                continue
            if count.total is None and count.lost:
                raise  # two records in a row and none before: the server refuses the question
            if count.lost >= _MOST_LOST:
                raise
            count.lost += 1
            yield Rejected(f"{source.name}, record {start} of the list", f"The server can't give it: {error.what}")
            start += 1
            continue
        identifiers = tuple(_identifier(element) for element in page.elements)
        count.page(len(page.elements), page.matched)
        empty = 0 if page.elements else empty + 1
        if identifiers == last and any(identifiers):
            count.came -= len(identifiers)
            break
        if page.elements:
            last = identifiers
            yield page
        following = page.following
        if following <= start:
            # Some servers leave nextRecord out, or repeat the present one; the count then tells.
            following = start + (len(page.elements) or size) if page.following < 0 and page.matched is not None else 0
        if following == 0 and size < source.page_size and count.left:
            following = start + size
        if following == 0 or empty > EMPTY_PAGES or (page.matched is not None and following > page.matched):
            break
        start = following
        if size < source.page_size:
            size = min(source.page_size, size * 2)
        else:
            answers.retries = None
    yield from count.ending()


def _identifier(element: Element) -> str:
    found = child(element, "fileIdentifier")
    if found is None:
        found = child(element, "metadataIdentifier")
    if found is None:
        found = child(element, "identifier")
    return text_of(found)


def _params(source: CatalogueSource, schema: _Schema, start: int, size: int, changed: str) -> dict[str, str]:
    params = {
        **_BASE,
        "request": "GetRecords",
        "resultType": "results",
        "elementSetName": "full",
        "outputSchema": schema.output,
        "typeNames": schema.type_names,
        "namespace": schema.namespace,
        "startPosition": str(start),
        "maxRecords": str(size),
    }
    wanted = source.filter.get("constraint", "")
    if changed:
        params["constraintLanguage"] = "FILTER"
        params["constraint_language_version"] = "1.1.0"
        params["constraint"] = (
            '<ogc:Filter xmlns:ogc="http://www.opengis.net/ogc"><ogc:PropertyIsGreaterThanOrEqualTo>'
            f"<ogc:PropertyName>{schema.modified}</ogc:PropertyName><ogc:Literal>{escape(changed)}</ogc:Literal>"
            "</ogc:PropertyIsGreaterThanOrEqualTo></ogc:Filter>"
        )
        if wanted:
            params["constraintLanguage"] = "CQL_TEXT"
            # Without an OR no brackets: pycsw 2 knows none.
            own = f"({wanted})" if " or " in wanted.casefold() else wanted
            params["constraint"] = f"{own} AND {schema.modified} >= '{changed}'"
    elif wanted:
        params |= {"constraintLanguage": "CQL_TEXT", "constraint_language_version": "1.1.0", "constraint": wanted}
    return params


def _page(answer: Answer, start: int) -> _Page:
    damage = ""
    try:
        root = parse_xml(answer.body, answer.url)
    except DataError as error:
        if "web page" in error.what or "entities" in error.what or "nothing" in error.what:
            raise
        root = parse_xml(answer.body, answer.url, repair=True)
        damage = f"The page from record {start} was damaged and read as far as it goes ({error.what})"
    raise_exception(root, answer.url)
    results = next(iter(below(root, "SearchResults")), None)
    if results is None:
        raise DataError(f"Answered with <{local(root)}> where records were due", where=answer.url)
    return _Page(
        [each for each in results if local(each)],
        f"{answer.url.split('?')[0]} from record {start}",
        damage,
        _whole(results.get("numberOfRecordsMatched")),
        -1 if (following := _whole(results.get("nextRecord"))) is None else following,
    )


def _whole(text: Optional[str]) -> Optional[int]:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def raise_exception(root: Element, where: str) -> None:
    """Raise what an OGC exception report says.

    Raises
    ------
    DataError
        The document is one.
    """
    if local(root) not in ("ExceptionReport", "ServiceExceptionReport"):
        return
    texts = [text_of(each) for each in below(root, "ExceptionText", "ServiceException")]
    said = "; ".join(text for text in texts if text) or next(
        (str(each.get("exceptionCode")) for each in below(root, "Exception")), "no reason given"
    )
    raise DataError(f"The server refused: {said[:300]}", where=where, next_step="Check the address and the filter")


PROTOCOL = Protocol("csw", Bilingual.same("CSW"), read_csw, incremental=True, hints=("service=csw", "csw"), tried=4)
GEONETWORK = Protocol(
    "geonetwork", Bilingual.same("GeoNetwork"), read_csw, incremental=True, hints=("/geonetwork", "/srv"), tried=None
)
