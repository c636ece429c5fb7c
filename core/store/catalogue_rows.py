# SPDX-License-Identifier: GPL-2.0-or-later
"""Records on their way into the workspace: as JSON and back, the key that twins share, several origins as one."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from ..model import Link, Record
from .file.timestamps import storable

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_FIELDS = tuple(field.name for field in dataclasses.fields(Record))
_LINK_FIELDS = tuple(field.name for field in dataclasses.fields(Link))
_DEFAULTS = {
    field.name: field.default for field in dataclasses.fields(Record) if field.default is not dataclasses.MISSING
}
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_URI = re.compile(r"(https?://|urn:)\S{8,}", re.IGNORECASE)
_MARKS = re.compile("[\u0300-\u036f]+")
_WORDS = re.compile(r"[^\W_]+")
_UNIONS = ("keywords", "inspire_themes", "iso_topics", "constraints", "crs")


def to_json(record: Record) -> str:
    """Return a record as JSON, without what is empty."""
    values = {name: value for name in _FIELDS if (value := getattr(record, name)) != _DEFAULTS.get(name)}
    if record.links:
        values["links"] = [
            {name: text for name in _LINK_FIELDS if (text := getattr(link, name))} for link in record.links
        ]
    return storable(_ENCODER.encode(values))


def from_json(text: str) -> Record:
    """Return the record that :func:`to_json` wrote; what another version added is left out."""
    values: dict[str, Any] = {name: value for name, value in json.loads(text).items() if name in _FIELDS}
    links = tuple(
        Link(**{"url": "", **{name: value for name, value in link.items() if name in _LINK_FIELDS}})
        for link in values.pop("links", ())
    )
    for name, value in values.items():
        if isinstance(value, list):
            values[name] = tuple(value)
    return Record(**values, links=links)


def public_id(record: Record) -> str:
    """Return what names a record in the workspace.

    An identifier that is unique in the world (a UUID in it, or a URI) is that, so the same in two sources is one;
    ``trees`` or ``12`` may be something else on every portal, so there the source's name goes before it.
    """
    if _UUID.search(record.id) or _URI.match(record.id):
        return storable(record.id)
    return storable(f"{record.source}:{record.id}")


def folded_words(text: str) -> list[str]:
    """Return the words of a text without accents, case and what is no letter or digit."""
    flat = text.casefold()
    if not flat.isascii():
        flat = _MARKS.sub("", unicodedata.normalize("NFKD", flat))
    found: list[str] = _WORDS.findall(flat)
    return found


def folded(text: str) -> str:
    """Return text without accents, case and what is no letter or digit; words apart by one space."""
    return _folded_name(text) if len(text) < 200 else " ".join(folded_words(text))


@lru_cache(maxsize=8192)
def _folded_name(text: str) -> str:
    return " ".join(folded_words(text))


def twin_keys(record: Record) -> set[str]:
    """Return a key for each link, of title, organisation and that link: records that share one are the same.

    Without an organisation there is none: "Arbres" at the same server may be another town's.
    """
    title, organisation = folded(record.title), folded(record.organisation)
    if not title or not organisation:
        return set()
    keys = set()
    for link in record.links:
        if link.kind in ("page", "document"):
            continue
        parts = urlsplit(link.url) if "[" not in link.url else None
        if parts is None or not parts.netloc:
            continue
        # Scheme, case, a closing slash and the parameters of a service say nothing about which one it is.
        service = link.kind in ("wms", "wmts", "wfs", "ogc-features", "ogc-service")
        place = f"{parts.netloc}{parts.path.rstrip('/')}".casefold() + ("" if service else f"?{parts.query}")
        text = f"{title}|{organisation}|{place}|{link.layer}"
        keys.add(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=12).hexdigest())
    return keys


def merged(records: Sequence[Record]) -> Record:
    """Return one record of several origins: the first one's words, gaps filled by the next ones, all links."""
    first = records[0]
    if len(records) == 1:
        return first
    values: dict[str, Any] = {}
    for name in _FIELDS:
        if name in ("id", "source", "links", "flaws"):
            continue
        if name in _UNIONS:
            values[name] = tuple(dict.fromkeys(value for record in records for value in getattr(record, name)))
        else:
            empty = _DEFAULTS.get(name, "")
            values[name] = next((value for record in records if (value := getattr(record, name)) != empty), empty)
    links: dict[tuple[str, str, str], Link] = {}
    for record in records:
        for link in record.links:
            links.setdefault((link.kind, link.url.rstrip("/?&"), link.layer), link)
    # A flaw that every origin has is one of the record.
    flaws = tuple(flaw for flaw in first.flaws if all(flaw in record.flaws for record in records))
    return dataclasses.replace(first, **values, links=tuple(links.values()), flaws=flaws)
