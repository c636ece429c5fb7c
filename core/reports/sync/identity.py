# SPDX-License-Identifier: GPL-2.0-or-later
"""Which source a name in a workspace stands for: kept when it is read first, compared whenever it is read or sent to.

Two towns on one host are two sources: what one no longer shows must not be marked as gone because of the other.
"""

from __future__ import annotations

import requests

from ...errors import UsageError
from ...feedback import SILENT, Feedback
from ...store import Workspace
from ...store.inbox import Inbox, known_identities
from ..sources.servers import Server, open_source
from ..sources.source import ReportSource


def name_in(workspace: Workspace, name: str, identity: str) -> str:
    """Return the name under which a workspace knows a source that was given by its address or path.

    ``name`` where it is free, or was read by a version that kept no identity; else what tells it apart from the other.
    """
    known = known_identities(workspace)
    same = next((source for source, other in known.items() if other == identity), None)
    if same is not None:
        return same
    return name if not known.get(name) else identity.partition("://")[2].strip("/")


def check_identity(workspace: Workspace, source: ReportSource, *, moved: bool = False) -> None:
    """Raise where a workspace holds reports of another source under this name; keep who it is where nothing is known.

    ``moved``: a person says that it is the same source at another address.

    Raises
    ------
    UsageError
        Another source has this name here.
    """
    known = known_identities(workspace).get(source.name)
    if known == source.identity:
        return
    if known and not moved:
        raise UsageError(
            f"Under the name {source.name} this workspace holds reports of {known}, not of {source.identity}",
            next_step="Give it a name of its own (servers add NAME ADDRESS); if it is the same one and only its address"
            " changed: reports pull --moved",
        )
    Inbox(workspace, source.name).identify(source.identity)


def open_source_in(
    workspace: Workspace,
    given: str,
    name: str,
    server: Server,
    session: requests.Session,
    *,
    feedback: Feedback = SILENT,
) -> ReportSource:
    """Return a server as a source under the name that a workspace knows it by.

    ``given`` is what the person gave: a name of the settings stands for itself, an address or a path does not.
    Raises as :func:`..sources.servers.open_source` does.
    """
    source = open_source(name, server, session, feedback=feedback)
    known = name if given == name else name_in(workspace, name, source.identity)
    return source if known == name else open_source(known, server, session, feedback=feedback)
