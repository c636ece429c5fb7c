# SPDX-License-Identifier: GPL-2.0-or-later
"""What is in a pack, with source, date, licence; what was left out, and why: ``contents.json``, ``LISEZMOI.html``."""

from __future__ import annotations

import copy
import json
import os
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import jinja2

from ... import resources
from ..base.archives import UNREADABLE
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


_BELOW = "pack:"
"""How a path begins that is told from the pack's folder; ``pack:?`` where that would name folders of the machine."""


def is_elsewhere(wanted: str) -> bool:
    """Return whether a pack does not say where a layer's file is."""
    return wanted.startswith(f"{_BELOW}?")


def _told(text: str, folder: Path) -> str:
    """Return a layer or a workspace as a pack names it: the path of a file from the pack's own folder."""
    name, bar, layer = text.partition("|layername=")
    if text.casefold().startswith(("http://", "https://", _BELOW)) or not text:
        return text
    try:
        path = Path(name).expanduser().resolve()
        if not path.exists():
            return text if len(Path(name).parts) < 2 else f"{_BELOW}?{Path(name).name}{bar}{layer}"
        folder = folder.resolve()
        shared = Path(os.path.commonpath([path, folder]))
        known = shared != Path(shared.anchor) and shared.parent != Path(shared.anchor)
        there = Path(os.path.relpath(path, folder)).as_posix() if known else f"?{path.name}"
    except (OSError, ValueError, RuntimeError):
        return f"{_BELOW}?{Path(name).name}{bar}{layer}"
    return f"{_BELOW}{there}{bar}{layer}"


def _found(text: str, folder: Path) -> str:
    """Return what :func:`_told` was given, as a path of this machine."""
    if not text.startswith(_BELOW) or is_elsewhere(text):
        return text
    name, bar, layer = text[len(_BELOW) :].partition("|layername=")
    return f"{(folder / name).resolve()}{bar}{layer}"


def _each_path(contents: Contents, change: Callable[[str], str]) -> None:
    contents.workspace = change(contents.workspace)
    contents.wanted = [change(each) for each in contents.wanted]
    entries: list[Any] = [*contents.layers, *contents.left_out]
    for entry in entries:
        entry.wanted = change(entry.wanted)


def save(contents: Contents, folder: Path) -> None:
    """Write both files, each whole or not at all; files of this machine are named from the pack's folder."""
    with replacing(folder / CONTENTS) as temporary:
        told = copy.deepcopy(contents)
        _each_path(told, lambda text: _told(text, folder))
        text = json.dumps(asdict(told), ensure_ascii=False, indent=1)
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
            holder.notes = [_words(each) for each in holder.notes]
        left_out: list[Any] = list(contents.left_out)
        for missing in left_out:
            missing.reason = _words(missing.reason)
    except (*UNREADABLE, TypeError, AttributeError, RecursionError) as error:
        raise DataError(f"Is no pack: {error}", where=str(folder), next_step=step) from error
    if isinstance(folder, Path):
        _each_path(contents, lambda text: _found(text, folder))
        if contents.workspace.startswith(_BELOW):
            contents.workspace = ""
    return contents


_KINDS: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (int, float), "bool": (bool,)}


def _read(kind: type[Any], document: Mapping[str, Any]) -> Any:
    """Return a dataclass of a JSON object; a value of another kind than the field's raises TypeError."""
    known = {each.name: str(each.type) for each in fields(kind)}
    values = {name: value for name, value in document.items() if name in known}
    for name, value in values.items():
        listed = known[name].startswith("list")
        allowed = _KINDS.get(known[name], (list,) if listed else (object,))
        if listed and isinstance(value, list) and known[name] == "list[str]":
            allowed = (list,) if all(isinstance(each, str) for each in value) else ()
        if not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed):
            raise TypeError(f"'{name}' is no {known[name]}")
    return kind(**values)


def _words(value: Any) -> Bilingual:
    words = Bilingual(**value)
    if not isinstance(words.en, str) or not isinstance(words.fr, str):
        raise TypeError("a note is no text")
    return words


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
