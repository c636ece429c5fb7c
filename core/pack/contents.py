# SPDX-License-Identifier: GPL-2.0-or-later
"""What is in a pack, with source, date, licence; what was left out, and why: ``contents.json``, ``LISEZMOI.html``."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import jinja2

from ... import resources
from ..base.bilingual import Bilingual
from ..base.files import replacing
from ..errors import DataError

CONTENTS, READ_ME = "contents.json", "LISEZMOI.html"
FORMAT = 1


@dataclass
class PackEntry:
    """One layer of a pack. ``table`` or ``file`` says where it is; ``notes`` what was done to it."""

    wanted: str
    title: str
    kind: str
    table: str = ""
    file: str = ""
    family: str = ""
    features: int = 0
    bytes: int = 0
    crs: str = ""
    source: str = ""
    organisation: str = ""
    licence: str = ""
    date: str = ""
    page: str = ""
    abstract: str = ""
    fingerprint: str = ""
    notes: list[Bilingual] = field(default_factory=list)
    checked: bool = False


@dataclass
class Missing:
    """What was asked for and is not inside."""

    wanted: str
    title: str
    reason: Bilingual
    source: str = ""
    fingerprint: str = ""


@dataclass
class Contents:
    """A pack, as its ``contents.json`` tells it; times are ISO 8601 UTC, ``buffer`` metres, sizes bytes."""

    id: str
    insee: str
    commune: str
    buffer: float = 0.0
    budget: int = 0
    unblurred: bool = False
    made_at: str = ""
    refreshed_at: str = ""
    inputs: str = ""
    place: str = ""
    wanted: list[str] = field(default_factory=list)
    workspace: str = ""
    layers: list[PackEntry] = field(default_factory=list)
    left_out: list[Missing] = field(default_factory=list)
    reports: int = 0
    reports_digest: str = ""
    photos: int = 0
    notes: list[Bilingual] = field(default_factory=list)
    bytes: int = 0
    checked_at: str = ""
    format: int = FORMAT

    @property
    def parcel(self) -> str:
        """The name by which its edits are known in a workspace."""
        return f"{self.insee}-{self.id[:12]}"

    @property
    def ready(self) -> bool:
        """Whether every layer was opened with the network refused."""
        return bool(self.checked_at) and all(entry.checked for entry in self.layers)


def save(contents: Contents, folder: Path) -> None:
    """Write both files, each whole or not at all."""
    with replacing(folder / CONTENTS) as temporary:
        text = json.dumps(asdict(contents), ensure_ascii=False, indent=1)
        temporary.write_text(text, encoding="utf-8", errors="replace", newline="\n")
    with replacing(folder / READ_ME) as temporary:
        temporary.write_text(read_me(contents), encoding="utf-8", errors="replace", newline="\n")


def load(folder: Path | zipfile.Path) -> Contents:
    """Read the contents of a pack, from its folder or from its folder in a ZIP.

    Raises
    ------
    DataError
        The folder is no pack, or one of a newer version.
    """
    path = folder / CONTENTS
    step = "Give the folder of a pack: it holds contents.json and pack.gpkg"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["format"] > FORMAT:
            raise DataError("The pack is of a newer version", where=str(folder), next_step="Update the plugin")
        contents: Contents = _read(Contents, document)
        contents.layers = [_read(PackEntry, each) for each in document["layers"]]
        contents.left_out = [_read(Missing, each) for each in document["left_out"]]
        holders: list[Any] = [contents, *contents.layers]
        for holder in holders:
            holder.notes = [Bilingual(**each) for each in holder.notes]
        left_out: list[Any] = list(contents.left_out)
        for missing in left_out:
            missing.reason = Bilingual(**missing.reason)
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise DataError(f"Is no pack: {error}", where=str(folder), next_step=step) from error
    return contents


def _read(kind: type[Any], document: Mapping[str, Any]) -> Any:
    known = {each.name for each in fields(kind)}
    return kind(**{name: value for name, value in document.items() if name in known})


def read_me(contents: Contents) -> str:
    """Return the page for people: French, alone, nothing loaded from elsewhere."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resources.path("templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["megabytes"] = megabytes
    environment.filters["thousands"] = lambda n: f"{n:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    return environment.get_template("pack.html.j2").render(pack=contents)


def megabytes(size: int) -> str:
    """Return a size as people read it, in French.

    >>> megabytes(1_500_000)
    '1,5 Mo'
    """
    return f"{size / 1e6:.1f} Mo".replace(".", ",") if size >= 100_000 else f"{max(1, round(size / 1000))} ko"
