# SPDX-License-Identifier: GPL-2.0-or-later
"""The report servers that the settings name, and how they are reached over QGIS' network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional
from urllib.parse import urlsplit

from qgis.core import QgsApplication

from ...base import settings

if TYPE_CHECKING:
    from ....core.feedback import Feedback
    from ....core.reports.sources.servers import Server
    from ....core.reports.sources.source import ReportSource


def servers_file(chosen: Optional[str] = None) -> Path:
    """Return the file of the servers: that of the options, else the one of the command line."""
    from ....core.reports.sources.servers import settings_file

    named = settings.load().values.servers if chosen is None else chosen
    return Path(named) if named else settings_file()


def known_servers() -> dict[str, Server]:
    """Return the servers by name.

    Raises
    ------
    DataError
        The file can't be read or holds something else.
    """
    from ....core.reports.sources.servers import load_servers

    return load_servers(servers_file())


def title_of(name: str, server: Server) -> str:
    """Return what the screens call a server."""
    return server.title or name


def network_allowed() -> bool:
    """Whether servers may be asked at all."""
    return settings.load().values.network


def unlock(servers: dict[str, Server]) -> bool:
    """Ask for QGIS' master password, in the main thread, where a server needs it; say whether it was given.

    A worker's thread could not ask.
    """
    if not any(server.authcfg for server in servers.values()):
        return True
    return bool(QgsApplication.authManager().setMasterPassword(True))


def session_of(server: Server, feedback: Feedback, patience: Optional[float] = None) -> Any:
    """Return a session for the calling thread: QGIS' proxy and certificates, and the server's authentication."""
    from ...base.transport import qgis_session

    seconds = settings.load().values.timeout if patience is None else patience
    keys = {_address(server): server.authcfg} if server.authcfg else {}
    return qgis_session(feedback.is_cancelled, keys, seconds)


def _address(server: Server) -> str:
    """Return what the addresses of a server begin with; those of a WFS go on with parameters, not with a path."""
    parts = urlsplit(server.url)
    return f"{parts.scheme}://{parts.netloc}" if server.kind == "wfs" else server.url


def opener(name: str, server: Server) -> Callable[[Feedback], ReportSource]:
    """Return what opens a server as a source, in the thread that uses it."""

    def open_it(feedback: Feedback) -> ReportSource:
        from ....core.reports.sources.servers import open_source

        # QGIS' authentication goes before a key of the keyring.
        key = "" if server.authcfg else None
        return open_source(name, replace(server), session_of(server, feedback), key=key, feedback=feedback)

    return open_it
