# SPDX-License-Identifier: GPL-2.0-or-later
"""The servers that a person named: a settings file without secrets, and where their keys come from.

A key comes from the environment (``SIGMA_KEY_MARSEILLE`` for the server ``marseille``) or from the keyring of the
system (service ``sigma-communes``, user: the name of the server). In QGIS its own authentication does it instead.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Optional
from urllib.parse import parse_qsl, urlsplit

import requests
import yaml

from ...base import checked_yaml
from ...base.files import replacing
from ...base.keys import KEYRING_SERVICE, find_key, key_variable, settings_folder, store_key
from ...errors import UsageError
from ...feedback import SILENT, Feedback
from ...transport import Limits, scrubbed
from .profile import GENERIC, load_profile
from .registry import BY_KIND, Opening
from .source import ReportSource

__all__ = [
    "KEYRING_SERVICE", "Server", "find_key", "find_server", "key_variable", "load_servers", "open_source",
    "remove_server", "save_server", "settings_file", "store_key",
]  # fmt: skip
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,60}")
_SECRET = re.compile(r"key|token|secret|pass", re.IGNORECASE)


@dataclass(frozen=True)
class Server:
    """One server as a person set it up.

    ``kind`` is ``georeport`` (a report server; ``profile`` says how it speaks), ``folder`` (a folder of files; ``url``
    is its path), ``ogcapi`` (an OGC API Features collection; ``url`` is that of the collection) or ``wfs`` (a layer of
    a WFS; ``url`` is that of the service, with ``typeName=…`` where it has more than one). ``given`` are parameters of
    every call (``jurisdiction_id``), ``sender`` what goes along with everything that is sent (``email``),
    ``area`` where positions should lie: west, south, east, north in degrees. ``title`` is what screens call it;
    ``authcfg`` the id of an authentication configuration of QGIS, which no other program can use.
    """

    url: str
    kind: str = "georeport"
    profile: str = GENERIC
    given: Mapping[str, str] = field(default_factory=dict)
    sender: Mapping[str, str] = field(default_factory=dict)
    area: tuple[float, ...] = ()
    title: str = ""
    authcfg: str = ""

    def __post_init__(self) -> None:
        if self.kind not in BY_KIND:
            raise ValueError(f"the kind is one of {', '.join(BY_KIND)}, not '{self.kind}'")
        if self.area and len(self.area) != 4:
            raise ValueError("an area is west, south, east, north")
        secret = [name for name in (*self.given, *self.sender) if _SECRET.search(name)]
        parts = urlsplit(self.url)
        if not BY_KIND[self.kind].is_folder:
            secret += [name for name, _ in parse_qsl(parts.query) if _SECRET.search(name)]
            if parts.password or parts.username:
                secret.append("password")
        if secret:
            raise ValueError(
                f"keys do not belong into this file ({', '.join(secret)}): use the environment or the keyring"
            )


@dataclass(frozen=True)
class _File:
    servers: dict[str, Server] = field(default_factory=dict)


def settings_file() -> Path:
    """Return the settings file: ``SIGMA_SERVERS``, or ``servers.yaml`` in the person's configuration folder."""
    named = os.environ.get("SIGMA_SERVERS")
    if named:
        return Path(named)
    return settings_folder() / "servers.yaml"


def load_servers(path: Optional[Path] = None) -> dict[str, Server]:
    """Return the servers by name; none where there is no file.

    Raises
    ------
    DataError
        The file differs from :class:`Server`, or holds a key.
    """
    file = path or settings_file()
    return checked_yaml.load(file, _File).servers if file.exists() else {}


def save_server(name: str, server: Server, path: Optional[Path] = None, *, replace: bool = False) -> None:
    """Add a server to the settings file.

    Raises
    ------
    UsageError
        The name is not a plain one, or is taken.
    DataError
        The file can't be read or written.
    """
    file = path or settings_file()
    if not _NAME.fullmatch(name):
        step = "Use small letters, digits, '.', '-' and '_'"
        raise UsageError(f"'{name}' is no name for a server", next_step=step)
    servers = load_servers(file)
    if name in servers and not replace:
        step = "Choose another name, or say that it is to be replaced"
        raise UsageError(f"There is a server {name} already", where=str(file), next_step=step)
    if server.kind == "georeport":
        load_profile(server.profile)  # raises where there is none
    servers[name] = server
    _write(servers, file)


def remove_server(name: str, path: Optional[Path] = None) -> None:
    """Take a server out of the settings file; workspaces keep what they have of it.

    Raises
    ------
    UsageError
        There is none of this name.
    """
    file = path or settings_file()
    servers = load_servers(file)
    if name not in servers:
        raise UsageError(f"There is no server {name}", where=str(file))
    del servers[name]
    _write(servers, file)


def find_server(name_or_url: str, *, profile: str = "", path: Optional[Path] = None) -> tuple[str, Server]:
    """Return a server by its name in the settings, or make one of an address or of the path of a folder.

    Raises
    ------
    UsageError
        It is neither.
    """
    known = load_servers(path)
    if name_or_url in known:
        server = known[name_or_url]
        return name_or_url, Server(**{**server.__dict__, "profile": profile}) if profile else server
    parts = urlsplit(name_or_url)
    try:
        if parts.scheme in ("http", "https") and parts.hostname:
            return parts.hostname, Server(name_or_url, profile=profile or GENERIC)
        if Path(name_or_url).is_dir():
            return Path(name_or_url).name, Server(name_or_url, kind="folder")
    except ValueError as error:
        raise UsageError(f"Can't be used: {error}", where=scrubbed(name_or_url)) from error
    step = f"Choose one of {', '.join(sorted(known)) or '(none is set up)'}, an address or a folder; see `servers add`"
    raise UsageError(f"There is no server {name_or_url}", next_step=step)


def open_source(
    name: str,
    server: Server,
    session: requests.Session,
    *,
    key: Optional[str] = None,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    feedback: Feedback = SILENT,
) -> ReportSource:
    """Return a server as a source; its key is looked for where none is given.

    Raises
    ------
    UsageError
        The address is none, or a parameter is missing that the profile needs.
    DataError
        The profile can't be read.
    """
    kind = BY_KIND[server.kind]
    secret = "" if kind.is_folder else (find_key(name)[0] if key is None else key)
    return kind.open(Opening(name, server, session, secret, limits, feedback))


def _write(servers: Mapping[str, Server], file: Path) -> None:
    plain = {key: {k: _plain(v) for k, v in asdict(value).items() if v} for key, value in servers.items()}
    with replacing(file) as temporary:
        temporary.write_text(yaml.safe_dump({"servers": plain}, allow_unicode=True, sort_keys=True), encoding="utf-8")


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(k): str(v) for k, v in value.items()}
    return list(value) if isinstance(value, tuple) else value
