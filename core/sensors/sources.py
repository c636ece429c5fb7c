# SPDX-License-Identifier: GPL-2.0-or-later
"""The sources of observations that a person named: a settings file without secrets.

A key comes from the environment (``SIGMA_KEY_SENSORS_AIX`` for the source ``aix``) or from the keyring of the system.
"""

from __future__ import annotations

import os
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, Optional
from urllib.parse import parse_qsl, urlsplit

import requests
import yaml

from ..base import checked_yaml
from ..base.files import replacing
from ..base.keys import find_key, key_variable, settings_folder
from ..errors import UsageError
from ..feedback import SILENT, Feedback
from ..model import Rejected
from ..transport import Limits
from .dialect import load_dialect
from .drops import Drops
from .sensorthings import SensorThings
from .streams import Source

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,60}")
_SECRET = re.compile(r"key|token|secret|pass", re.IGNORECASE)


@dataclass(frozen=True)
class SensorSource:
    """One source: a SensorThings server (``url`` is its root) or a folder of drops (``url`` is its path).

    ``dialect`` is empty where the root shows it; a key goes along as ``header: prefix key``. ``overlap_days`` is how
    long before the newest observation each pull asks again for, ``keep_days`` how long observations stay one by one.
    """

    url: str
    kind: Literal["sensorthings", "folder"] = "sensorthings"
    dialect: str = ""
    header: str = "Authorization"
    prefix: str = "Bearer "
    overlap_days: float = 3.0
    keep_days: int = 60

    def __post_init__(self) -> None:
        if not 0 <= self.overlap_days <= self.keep_days:
            raise ValueError("overlap_days is from 0 to keep_days")
        if not 1 <= self.keep_days <= 4000:
            raise ValueError("keep_days is from 1 to 4000")
        if self.kind == "folder":
            return
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("the address begins with http:// or https://")
        if parts.password or parts.username or any(_SECRET.search(name) for name, _ in parse_qsl(parts.query)):
            raise ValueError("keys do not belong into an address: use the environment or the keyring")


@dataclass(frozen=True)
class _File:
    sources: dict[str, SensorSource] = field(default_factory=dict)


def settings_file() -> Path:
    """Return the settings file: ``SIGMA_SENSORS``, or ``sensors.yaml`` in the person's configuration folder."""
    named = os.environ.get("SIGMA_SENSORS")
    return Path(named) if named else settings_folder() / "sensors.yaml"


def load_sources(path: Optional[Path] = None) -> dict[str, SensorSource]:
    """Return the sources by name; none where there is no file.

    Raises
    ------
    DataError
        The file differs from :class:`SensorSource`, or holds a key.
    """
    file = path or settings_file()
    return checked_yaml.load(file, _File).sources if file.exists() else {}


def save_source(name: str, source: SensorSource, path: Optional[Path] = None, *, replace: bool = False) -> None:
    """Add a source to the settings file.

    Raises
    ------
    UsageError
        The name is not a plain one, or is taken.
    DataError
        The file can't be read or written.
    """
    file = path or settings_file()
    if not _NAME.fullmatch(name):
        raise UsageError(f"'{name}' is no name for a source", next_step="Use small letters, digits, '.', '-' and '_'")
    known = load_sources(file)
    if name in known and not replace:
        step = "Choose another name, or say that it is to be replaced"
        raise UsageError(f"There is a source {name} already", where=str(file), next_step=step)
    if source.dialect:
        load_dialect(source.dialect)  # raises where there is none
    known[name] = source
    plain = {key: {k: v for k, v in asdict(value).items() if v} for key, value in known.items()}
    with replacing(file) as temporary:
        temporary.write_text(yaml.safe_dump({"sources": plain}, allow_unicode=True, sort_keys=True), encoding="utf-8")


def find_source(name: str, path: Optional[Path] = None) -> tuple[str, SensorSource]:
    """Return a source by its name.

    Raises
    ------
    UsageError
        There is none of this name.
    """
    known = load_sources(path)
    if name not in known:
        step = f"Choose one of {', '.join(sorted(known)) or '(none is set up)'}; see `sensors add`"
        raise UsageError(f"There is no source of observations {name}", next_step=step)
    return name, known[name]


def key_name(name: str) -> str:
    """Return the name under which the key of a source is kept; see :func:`~..base.keys.key_variable`."""
    return f"sensors-{name}"


def key_place(name: str) -> str:
    """Return the environment variable for a source's key."""
    return key_variable(key_name(name))


def open_source(
    name: str,
    source: SensorSource,
    session: requests.Session,
    *,
    key: Optional[str] = None,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    feedback: Feedback = SILENT,
) -> Source:
    """Return a source to read from; its key is looked for where none is given.

    Raises
    ------
    UsageError
        There is no such folder, or no such dialect.
    """
    if source.kind == "folder":
        return Drops(Path(source.url), name=name)
    return SensorThings(
        source.url,
        session,
        name=name,
        dialect=source.dialect,
        key=find_key(key_name(name))[0] if key is None else key,
        header=source.header,
        prefix=source.prefix,
        limits=limits,
        feedback=feedback,
    )


def try_source(source: Source) -> dict[str, Any]:
    """Ask for the first streams and their newest observations, and say what came.

    Raises
    ------
    TransportError, DataError
        It can't be read.
    """
    out: dict[str, Any] = {
        "name": source.name,
        "streams": 0,
        "properties": [],
        "without_position": 0,
        "observations": 0,
    }
    if isinstance(source, SensorThings):
        out.update(url=source.root.url, dialect=source.root.dialect.name)
    properties: dict[str, None] = {}
    flaws: list[str] = []
    for group in source.groups():
        if isinstance(group, Rejected):
            flaws.append(f"{group.where}: {group.reason}")
            continue
        out["streams"] += len(group)
        properties.update({f"{stream.property} ({stream.unit or 'no unit'})": None for stream in group})
        out["without_position"] += sum(stream.lon is None for stream in group)
        if out["observations"] == 0:
            for portion in source.observations(group):
                if isinstance(portion, Rejected):
                    flaws.append(f"{portion.where}: {portion.reason}")
                    continue
                out["observations"] += len(portion[1])
                break
        if out["streams"] >= 100:
            break
    out.update(properties=sorted(properties)[:50], flaws=flaws[:20], notes=list(getattr(source, "notes", ())))
    return out
