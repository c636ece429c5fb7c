# SPDX-License-Identifier: GPL-2.0-or-later
"""A source of records: its kind, its address, its filter; and those of the region, which ship as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Optional
from urllib.parse import urlsplit

from .... import resources
from ...base import checked_yaml
from ...base.bilingual import Bilingual
from ...errors import UsageError
from ...transport import scrubbed


def _check_kind(kind: str) -> None:
    from ..registry import BY_KIND  # the registry knows the readers, which know sources

    if kind not in BY_KIND:
        raise ValueError(f"unknown kind '{kind}' (known: {', '.join(BY_KIND)})")


@dataclass(frozen=True)
class CatalogueSource:
    """Where records come from.

    ``filter`` are parameters of every call, as the kind names them: ``fq`` and ``q`` (CKAN), ``where`` and ``refine``
    (OpenDataSoft), ``constraint`` (CSW: a CQL text), ``bbox`` and ``q`` (OGC API Records). ``page_size`` is what is
    asked for; a server may give fewer. ``pause`` is seconds between two calls. ``authcfg`` is the id of a QGIS
    authentication configuration that the layers of this source need; it is an id, no secret.
    """

    name: str
    kind: str
    url: str
    title: str = ""
    filter: Mapping[str, str] = field(default_factory=dict)
    page_size: int = 100
    pause: float = 0.0
    authcfg: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip() or len(self.name) > 100 or not self.name.isprintable():
            raise ValueError("a source needs a name of at most 100 characters")
        _check_kind(self.kind)
        if not 1 <= self.page_size <= 1000:
            raise ValueError("page_size is 1 to 1000")
        if self.pause < 0:
            raise ValueError("pause is 0 or more seconds")


@dataclass(frozen=True)
class Profile:
    """A source that ships with the product; ``tried`` is when it was last seen to answer, ``""``: never from here."""

    name: str
    kind: str
    url: str
    title: str
    notes: str = ""
    tried: str = ""
    licence: str = ""
    filter: Mapping[str, str] = field(default_factory=dict)
    page_size: int = 100
    pause: float = 0.0

    def __post_init__(self) -> None:
        _check_kind(self.kind)

    def source(self) -> CatalogueSource:
        """Return the source that the profile describes."""
        return CatalogueSource(self.name, self.kind, self.url, self.title, self.filter, self.page_size, self.pause)


@dataclass(frozen=True)
class Profiles:
    """The file ``sources.yaml``."""

    sources: tuple[Profile, ...]


@dataclass(frozen=True)
class Bundle(Bilingual):
    """A theme as a saved search: any of its ``words`` (each may be several), and its filters."""

    id: str
    words: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bundles:
    """The file ``bundles.yaml``."""

    bundles: tuple[Bundle, ...]


@lru_cache(maxsize=1)
def profiles(path: Optional[Path] = None) -> Mapping[str, Profile]:
    """Return the shipped sources by name."""
    found = checked_yaml.load(path or resources.path("catalogue", "sources.yaml"), Profiles)
    return {profile.name: profile for profile in found.sources}


@lru_cache(maxsize=1)
def bundles(path: Optional[Path] = None) -> Mapping[str, Bundle]:
    """Return the shipped thematic bundles by id."""
    found = checked_yaml.load(path or resources.path("catalogue", "bundles.yaml"), Bundles)
    return {bundle.id: bundle for bundle in found.bundles}


def bundle(name: str) -> Bundle:
    """Return a bundle.

    Raises
    ------
    UsageError
        There is none of this id.
    """
    found = bundles().get(name)
    if found is None:
        raise UsageError(f"There is no bundle '{name}'", next_step=f"Known: {', '.join(bundles())}")
    return found


def checked_address(url: str, kind: str) -> str:
    """Return the address of a source without spaces around it.

    Raises
    ------
    UsageError
        It is no ``http`` or ``https`` address (what a protocol reads as a file, a QGIS project for one, may be one).
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if good:
        if parts.username or parts.password:
            raise UsageError(
                "The address holds a password",
                where=scrubbed(url),
                next_step="Give the address without it, and the id of a QGIS authentication configuration",
            )
        return url
    from ..registry import BY_KIND

    if kind in BY_KIND and url.casefold().endswith(BY_KIND[kind].files):
        return str(Path(url).absolute())
    raise UsageError("Is no address of a catalogue", where=url[:200], next_step="Give one that begins with https://")
