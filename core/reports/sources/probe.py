# SPDX-License-Identifier: GPL-2.0-or-later
"""What kind of report server is at an address: asked a few questions, matched with the signs that profiles name."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Optional
from urllib.parse import urlsplit

import requests

from ...errors import DataError, SigmaError, UsageError
from ...feedback import SILENT, Feedback
from ...model import Report
from ...transport import Limits, NotFound, TransportError, fetch, scrubbed
from ..formats.body import Body, first_line_of_page, read_body
from ..formats.georeport import Service, parse_requests, parse_services
from .ogc_features import OgcFeatures
from .profile import GENERIC, Profile, load_profile, profile_names
from .source import Abilities
from .wfs_t import WfsT

_FILE = re.compile(r"/(?:services|requests|discovery|issues)(?:\.\w+)?/?$")
_SAMPLE = 25


@dataclass(frozen=True)
class Probe:
    """What was found, and the profile that is proposed.

    ``kind`` is that of :class:`.servers.Server`; a profile there is for GeoReport alone, ``layers`` only for a WFS.
    ``signs`` are what speaks for the profile; ``formats`` answered; ``pages`` is None where there was too little to
    tell; ``notes`` are what a person should know or decide.
    """

    url: str
    profile: str
    signs: tuple[str, ...]
    formats: tuple[str, ...]
    services: tuple[Service, ...]
    sample: tuple[Report, ...]
    pages: Optional[bool]
    capabilities: Mapping[str, bool]
    discovery: Any = None
    notes: tuple[str, ...] = ()
    kind: str = "georeport"
    layers: tuple[str, ...] = ()


@dataclass
class Evidence:
    """What a server showed of itself: its address, keys of lists, fields of records with dots, words of pages.

    A profile's signs name it: ``url /path``, ``list key`` (of JSON), ``root element`` (of XML), ``field a.b``,
    ``service keywords word``, ``page words``.
    """

    url: str
    lists: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)
    keywords: set[str] = field(default_factory=set)
    pages: list[str] = field(default_factory=list)

    def shows(self, sign: str) -> bool:
        """Say whether a sign of a profile is there: see :class:`Evidence`."""
        kind, _, words = sign.partition(" ")
        if kind == "url":
            return words in self.url
        if kind in ("list", "root"):
            return sign in self.lists
        if kind == "field":
            return words in self.fields
        if kind == "service":
            return words.partition(" ")[2] in self.keywords
        return kind == "page" and any(words in page for page in self.pages)


def recognise(evidence: Evidence) -> tuple[str, tuple[str, ...]]:
    """Return the name of the profile with the most signs, and these; the generic one where there are none."""
    best: tuple[str, tuple[str, ...]] = (GENERIC, ())
    for name in profile_names():
        signs = tuple(sign for sign in load_profile(name).signs if evidence.shows(sign))
        if _weight(signs) > _weight(best[1]):
            best = (name, signs)
    return best


def _weight(signs: tuple[str, ...]) -> int:
    """Return how much signs say: what a server gives more than where it stands, for many share a path."""
    return sum(1 if sign.startswith("url ") else 3 for sign in signs)


def probe(
    url: str,
    session: requests.Session,
    *,
    given: Optional[Mapping[str, str]] = None,
    limits: Limits = Limits(retries=1),  # noqa: B008 - frozen
    feedback: Feedback = SILENT,
) -> Probe:
    """Ask a server for its discovery, services and some requests, and propose a profile.

    Parameters
    ----------
    url : str
        The address below which its lists are, or that of one of them.
    session : requests.Session
        From :func:`..transport.new_session`.
    given : mapping, optional
        Parameters such as ``jurisdiction_id`` where they are known.

    Raises
    ------
    UsageError
        This is no address.
    TransportError, DataError
        Nothing that answers there is a report server; the first failure tells why.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise UsageError("Is no address of a server", where=scrubbed(url), next_step="Begin it with https://")
    if "service=wfs" in url.lower() or "typename" in url.lower():
        return _wfs(url, session, limits, feedback)
    base = _FILE.sub("", url.rstrip("/"))
    asked = _Asked(base, session, dict(given or {}), limits, feedback)
    discovery = asked.plain("discovery.json")
    if discovery is None and base == url.rstrip("/") and not re.search(r"/v\d+$", base):
        # The root of a site, or of its Open311: lists are most often below these.
        for below in ("/v2", "") if base.endswith("/open311") else ("/open311/v2", ""):
            deeper = _Asked(f"{base}{below}", session, dict(given or {}), limits, feedback)
            found = deeper.plain("discovery.json") if below else None
            if found is not None:
                asked, discovery = deeper, found
                break
    formats: list[str] = []
    services: list[Service] = []
    sample: list[Report] = []
    for form in ("json", "xml"):
        listed = [s for s in asked.records(f"services.{form}", parse_services) if isinstance(s, Service)]
        more = {"extensions": "true"} if form == "json" else None
        reports = [r for r in asked.records(f"requests.{form}", parse_requests, more=more) if isinstance(r, Report)]
        if listed or reports:
            formats.append(form)
        services, sample = services or listed, sample or reports[:_SAMPLE]
    if not formats and asked.plain("issues") is not None:
        formats.append("json")
    evidence = asked.evidence
    for service in services:
        evidence.keywords.update(service.keywords)
    name, signs = recognise(evidence)
    if not services and not sample and not signs:
        other = _rows(url, session, limits, feedback)
        if other is not None:
            return other
    profile = load_profile(name)
    notes = list(asked.notes)
    if not formats:
        notes_of_page = [f"It answers with a web page: “{page}”" for page in evidence.pages[:1]]
        if not signs:
            raise asked.first_error or DataError("Lists neither services nor requests", where=scrubbed(url))
        notes += notes_of_page
    missing = [need for need in profile.needs if not (given or {}).get(need)]
    if missing:
        notes.append(
            f"Give {', '.join(missing)}: this kind of server needs it (reports probe {asked.base} --given"
            f" {missing[0]}=…, and the same with servers add)"
        )
    if name == "seeclickfix" and not sample:
        sample = [r for r in asked.records("issues", parse_requests, profile) if isinstance(r, Report)][:_SAMPLE]
    pages = _has_pages(asked, profile)
    if pages is False and profile.paging.style != "none":
        notes.append("It ignores pages: long lists are read by halving periods")
    updates = _has_updates(asked)
    capabilities = {
        **profile.capabilities(),
        "paging": profile.paging.style != "none" and pages is not False,
        "definitions": any(service.metadata for service in services),
    }
    if updates and not profile.paths.updates:
        notes.append("It has servicerequestupdates: set paths.updates in a profile of your own to read them")
    return Probe(
        url=asked.base,
        profile=name,
        signs=signs,
        formats=tuple(formats),
        services=tuple(services),
        sample=tuple(sample),
        pages=pages,
        capabilities=capabilities,
        discovery=discovery,
        notes=tuple(notes),
    )


def _rows(url: str, session: requests.Session, limits: Limits, feedback: Feedback) -> Optional[Probe]:
    """Ask whether this is a collection of features, or a WFS; return None where it is neither."""
    for ask in (_collection, _wfs):
        try:
            return ask(url, session, limits, feedback)
        except SigmaError as error:
            feedback.info(f"{scrubbed(url)}: {error.what}")
    return None


def _collection(url: str, session: requests.Session, limits: Limits, feedback: Feedback) -> Probe:
    source = OgcFeatures(url, session, limits=limits, feedback=feedback)
    sample = tuple(r for r in itertools.islice(source.requests(), _SAMPLE) if isinstance(r, Report))
    note = "Whether it takes transactions shows when something is sent"
    return _of_rows("ogcapi", source.url, ("page of features",), sample, source.abilities, (note,), ())


def _wfs(url: str, session: requests.Session, limits: Limits, feedback: Feedback) -> Probe:
    source = WfsT(url, session, limits=limits, feedback=feedback)
    said = source.capabilities()
    layers = tuple(said.layers)
    notes: list[str] = []
    abilities = Abilities()
    sample: tuple[Report, ...] = ()
    try:
        abilities = source.abilities
        sample = tuple(r for r in itertools.islice(source.requests(), _SAMPLE) if isinstance(r, Report))
    except UsageError as error:
        notes.append(str(error))
        given = frozenset().union(*(layer.operations for layer in said.layers.values())) if said.post else frozenset()
        abilities = Abilities(changes=True, create="Insert" in given, status="Update" in given)
    signs = (f"WFS {said.words.version}", *(["Transaction"] if said.post else []))
    return _of_rows("wfs", url, signs, sample, abilities, tuple(notes), layers)


def _of_rows(
    kind: str,
    url: str,
    signs: tuple[str, ...],
    sample: tuple[Report, ...],
    can: Abilities,
    notes: tuple[str, ...],
    layers: tuple[str, ...],
) -> Probe:
    capabilities = {
        "incremental": False,
        "paging": True,
        "periods": False,
        "definitions": False,
        "create": can.create,
        "media": can.photos,
        "updates": can.status or can.comments or bool(can.fields),
        "status": can.status,
    }
    formats = ("json",)
    return Probe(url, "", signs, formats, (), sample, None, capabilities, None, notes, kind, layers)


class _Asked:
    """Questions to one server; failures are kept as notes, the first as the error to raise in the end."""

    def __init__(
        self, base: str, session: requests.Session, given: dict[str, str], limits: Limits, feedback: Feedback
    ) -> None:
        self.base = base
        self.evidence = Evidence(base)
        self.notes: list[str] = []
        self.first_error: Optional[SigmaError] = None
        self._session, self._given, self._limits, self._feedback = session, given, limits, feedback

    def body(self, path: str, params: Optional[Mapping[str, str]] = None) -> Optional[tuple[bytes, str]]:
        """Return body and content type, None where the server has no such list or fails."""
        try:
            answer = fetch(
                self._session,
                f"{self.base}/{path}",
                params={**self._given, **(params or {})},
                limits=self._limits,
                feedback=self._feedback,
            )
        except TransportError as error:
            if not isinstance(error, NotFound):
                self.notes.append(f"{path}: {error.what}")
            self.first_error = self.first_error or error
            return None
        return answer.body, answer.content_type

    def plain(self, path: str, found: Optional[tuple[bytes, str]] = None) -> Any:
        """Return the plain data of a list, None where there are none; its keys and fields become evidence."""
        found = found or self.body(path)
        if found is None:
            return None
        try:
            body: Body = read_body(found[0], source=path, content_type=found[1])
        except DataError as error:
            line = first_line_of_page(found[0][: 1 << 16].decode("utf-8", "replace"))
            if line and line not in self.evidence.pages:
                self.evidence.pages.append(line)
            self.first_error = self.first_error or error
            return None
        self._learn(body.value, "root" if path.endswith(".xml") else "list")
        return body.value

    def records(
        self, path: str, parse: Any, profile: Optional[Profile] = None, more: Optional[Mapping[str, str]] = None
    ) -> Iterator[Any]:
        """Give the records of a list, none where it can't be read."""
        found = self.body(path, more)
        if found is None or self.plain(path, found) is None:
            return
        options = {"dialect": profile.dialect} if profile else {}
        try:
            yield from parse(found[0], source=self.base, content_type=found[1], **options)
        except DataError as error:
            self.notes.append(f"{path}: {error.what}")
            self.first_error = self.first_error or error

    def _learn(self, value: Any, kind: str) -> None:
        level = value
        for _ in range(4):
            if isinstance(level, dict):
                lists = [key for key, item in level.items() if isinstance(item, (list, dict))]
                self.evidence.lists.update(f"{kind} {key}" for key in lists)
                named = next((key for key in lists if isinstance(level[key], list)), lists[0] if lists else None)
                if named is None:
                    return
                level = level[named]
        for record in level[:_SAMPLE] if isinstance(level, list) else []:
            if isinstance(record, dict):
                for key, item in record.items():
                    self.evidence.fields.add(key)
                    if isinstance(item, dict):
                        self.evidence.fields.update(f"{key}.{inner}" for inner in item)


def _has_pages(asked: _Asked, profile: Profile) -> Optional[bool]:
    """Ask for two small pages and compare them; None where there are too few reports to tell."""
    paging = profile.paging
    if paging.style == "none" or not profile.paths.requests:
        return None
    seen: list[list[str]] = []
    # A server that counts from 1 may take page 0 for page 1, so the third page is compared with the first.
    for number in (paging.first, paging.first + 2):
        step = 2 * number if paging.style == "offset" else number
        params = {**profile.params, paging.page: str(step), **({paging.size: "2"} if paging.size else {})}
        found = asked.body(profile.paths.requests.format(format=profile.format), params)
        if found is None:
            return None
        try:
            verdicts = parse_requests(found[0], source=asked.base, content_type=found[1], dialect=profile.dialect)
            seen.append([v.service_request_id for v in verdicts if isinstance(v, Report)])
        except DataError:
            return None
    if not seen[0] or len(seen[0]) < 2:
        return None
    return seen[0] != seen[1]


def _has_updates(asked: _Asked) -> bool:
    notes = list(asked.notes)
    found = asked.plain("servicerequestupdates.json")
    asked.notes[:] = notes  # most servers have none; no news
    return found is not None
