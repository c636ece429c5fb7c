# SPDX-License-Identifier: GPL-2.0-or-later
"""One round with the report servers: what would leave; then receive, place, and send what a person confirmed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from ..errors import SigmaError
from ..feedback import SILENT, Feedback
from ..reports.sources.source import ReportSource
from ..reports.sync.pull import Pulled, pull
from ..reports.sync.push import Pushed, push
from ..routing import RuleBook
from ..store import Workspace
from ..store.inbox import unplaced
from ..triage.again import draw_communes, route_again

_BATCH = 2000


@dataclass
class Round:
    """What one server gave and got. ``placed`` counts the reports whose class, place and team were found."""

    source: str
    pulled: Optional[Pulled] = None
    pushed: Optional[Pushed] = None
    placed: int = 0
    error: Optional[SigmaError] = None


def sync(
    path: Path,
    sources: Mapping[str, Callable[[Feedback], ReportSource]],
    book: RuleBook,
    *,
    confirmed: Mapping[str, Collection[int]],
    who: str,
    layers: Optional[Mapping[str, Path]] = None,
    feedback: Feedback = SILENT,
) -> list[Round]:
    """Receive from each server, place what came, then send the confirmed edits; one that fails stops no other.

    Parameters
    ----------
    path : Path
        The workspace.
    sources : mapping
        Name of a server → what opens it.
    book : RuleBook
        Gives new reports, and those that were moved or got another service, their team; ``layers`` as in
        :func:`~.desk.route_again`.
    confirmed : mapping
        Name of a server → keys of the edits (:attr:`Leaving.keys`) that may leave. Nothing else is sent.
    who : str
        The person who sends.

    Raises
    ------
    WorkspaceError
        The workspace can't be opened. What goes wrong later is the ``error`` of its round.
    Cancelled
        The person asked to stop; what was received and sent until then is kept, whole.
    """
    rounds = []
    with Workspace.open(path, create=False) as workspace:
        for name, opened in sources.items():
            feedback.check()
            done = Round(name)
            rounds.append(done)
            try:
                source = opened(feedback)
                done.pulled = pull(workspace, source, feedback=feedback)
                done.placed = place_received(workspace, done.pulled, book, layers, feedback=feedback)
                if confirmed.get(name):
                    done.pushed = push(workspace, source, who=who, only=confirmed[name], feedback=feedback)
            except SigmaError as error:
                feedback.check()  # a cancel is one, whatever the server made of it
                done.error = error
    return rounds


def place_received(
    workspace: Workspace,
    pulled: Pulled,
    book: RuleBook,
    layers: Optional[Mapping[str, Path]] = None,
    *,
    feedback: Feedback = SILENT,
) -> int:
    """Give class, commune and team to what has none yet and to what moved or got another service; return how many.

    Raises
    ------
    WorkspaceError
        The workspace can't be written.
    DataError
        A layer of the rule book can't be read.
    Cancelled
        As ``feedback`` asked; whole batches stay.
    """
    draw_communes(workspace)
    report_ids = list(dict.fromkeys([*unplaced(workspace), *pulled.moved, *pulled.recategorised]))
    feedback.stage("triage", len(report_ids))
    for start in range(0, len(report_ids), _BATCH):
        feedback.check()
        batch = report_ids[start : start + _BATCH]
        with workspace.transaction():
            route_again(workspace, batch, book, layers)
        feedback.advance(len(batch))
    return len(report_ids)
