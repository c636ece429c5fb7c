# SPDX-License-Identifier: GPL-2.0-or-later
"""Does a server that a person set up answer, and what does it take: asked once, with little patience."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import timedelta

import requests

from ...feedback import SILENT, Feedback
from ...model import Report
from ...transport import Limits
from .georeport_server import Client
from .servers import Server, find_key, open_source

_LOOK_BACK = timedelta(days=30)
_LIMITS = Limits(retries=1, read=20)


@dataclass(frozen=True)
class Tried:
    """What a server showed: its services, whether it has a report of the last month, what it takes from us.

    ``key`` says where its key was found; ``incremental``, whether it can be asked for what changed.
    """

    name: str
    url: str
    services: int
    answers: bool
    key: str
    takes: tuple[str, ...]
    incremental: bool


def try_server(name: str, server: Server, session: requests.Session, feedback: Feedback = SILENT) -> Tried:
    """Ask a server for its services and one report.

    Raises
    ------
    TransportError, DataError
        It does not answer, or not as its profile says.
    UsageError
        The address is none, or a parameter is missing.
    """
    source = open_source(name, server, session, limits=_LIMITS, feedback=feedback)
    services = list(source.services()) if isinstance(source, Client) else []
    first = itertools.islice(source.requests(since=source.now() - _LOOK_BACK), 1)
    sample = [verdict for verdict in first if isinstance(verdict, Report)]
    can = source.abilities
    takes = [what for what in ("create", "comments", "status", "photos") if getattr(can, what)] + sorted(can.fields)
    return Tried(
        name=name,
        url=server.url,
        services=len(services),
        answers=bool(services or sample),
        key=find_key(name)[1],
        takes=tuple(takes),
        incremental=can.changes or can.updates,
    )
