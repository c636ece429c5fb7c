# SPDX-License-Identifier: GPL-2.0-or-later
"""What is asked of a workspace as it stands: its bulletin, its counts, and whether it is whole."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Literal, Optional

from .. import publish, routing, taxonomy, territory
from ..classify.learning.judge.drift import Drift, drift_of
from ..classify.learning.versions import learned_head
from ..feedback import SILENT, Feedback
from ..privacy.way_out import WayOut
from ..publish.privacy_page import photos_not_shown
from ..store import Workspace
from ..store.decisions import read_past_predictions
from ..store.desk import count_by_commune
from ..store.file.reading import reading
from ..store.health import Health, health_of


def bulletin_of(
    path: Path,
    out: Path,
    *,
    rules: Optional[Path] = None,
    insee: Optional[str] = None,
    title: str = "",
    language: Literal["fr", "en"] = "fr",
    now: Optional[dt.datetime] = None,
    feedback: Feedback = SILENT,
) -> int:
    """Write the bulletin of a workspace as it stands to ``out``; return the number of incidents in the workspace.

    ``rules`` is the rule book that names the teams; ``insee``, ``title`` and ``language`` as in
    :func:`~.publish.bulletin.bulletin`.

    Raises
    ------
    UsageError
        ``insee`` is no commune of the map.
    WorkspaceError, DataError
        The workspace, the rule book or the map can't be read; the bulletin can't be written.
    """
    classes, communes = taxonomy.load(), territory.load()
    book = routing.load(rules or routing.example_path())
    feedback.stage("bulletin")
    with Workspace.open(path, create=False) as workspace:
        incidents = workspace.read_incidents()
        feedback.check()
        publish.write_bulletin(
            out,
            incidents,
            communes=communes,
            taxonomy=classes,
            teams=book.teams,
            thumbnails=WayOut(workspace, "bulletin").thumbnails(),
            notices=photos_not_shown(),
            photo_verdicts=workspace.photo_verdicts(),
            rejected=workspace.rejected(),
            title=title,
            generated_at=now or dt.datetime.now().astimezone(),
            insee=insee,
            language=language,
        )
    return len(incidents["id"])


def counts_by_commune(path: Path) -> dict[str, dict[str, Counter[str]]]:
    """Return INSEE code → ``class``, ``state``, ``team`` → value → how many reports; ``""`` is for none.

    Raises
    ------
    WorkspaceError
        As :func:`workspace_health`.
    """
    with reading(path) as workspace:
        return count_by_commune(workspace)


def workspace_health(path: Path) -> Health:
    """Look at a workspace without migrating or locking it; ``waiting`` counts the reports to send.

    Raises
    ------
    WorkspaceError
        There is no such file, it can't be read, or it is no workspace, or one of a newer version.
    """
    with reading(path) as workspace:
        return health_of(workspace)


def workspace_drift(path: Path) -> Drift:
    """Look whether the photos of a workspace are still like those that the running model was checked with.

    Raises
    ------
    WorkspaceError
        As :func:`workspace_health`.
    ModelError
        The head that runs can't be read.
    """
    head = learned_head()
    with reading(path) as workspace:
        return drift_of(read_past_predictions(workspace), head.summary if head is not None else None)
