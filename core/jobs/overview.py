# SPDX-License-Identifier: GPL-2.0-or-later
"""What is asked of a workspace as it stands: its bulletin, its counts, and whether it is whole."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Optional

from .. import publish, routing, taxonomy, territory
from ..classify.learning.judge.drift import Drift, drift_of
from ..classify.learning.versions import learned_head
from ..errors import WorkspaceError
from ..feedback import SILENT, Feedback
from ..privacy.way_out import WayOut
from ..publish.privacy_page import photos_not_shown
from ..store import Workspace
from ..store.decisions import past_predictions
from ..store.file.connection import explaining
from ..store.file.migrations import VERSION, version_of


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
    found: dict[str, dict[str, Counter[str]]] = {}
    with _reading(path) as connection:
        for insee, *values, n in connection.execute(
            "SELECT insee, class, state, team, count(*) FROM incident WHERE insee NOTNULL GROUP BY 1, 2, 3, 4"
        ):
            commune = found.setdefault(insee, {"class": Counter(), "state": Counter(), "team": Counter()})
            for name, value in zip(("class", "state", "team"), values):
                commune[name][value or ""] += n
    return found


@dataclass(frozen=True)
class Health:
    """What a workspace is, without changing it: schema version, newest known version, damage (``""``: none)."""

    version: int
    newest: int
    size: int
    damage: str
    reports: int
    waiting: int


def workspace_health(path: Path) -> Health:
    """Look at a workspace without migrating or locking it; ``waiting`` counts edits that are not yet on a server.

    Raises
    ------
    WorkspaceError
        There is no such file, it can't be read, or it is no workspace, or one of a newer version.
    """
    with _reading(path) as connection:
        version = version_of(connection, path)
        found = [row[0] for row in connection.execute("PRAGMA quick_check(1)")]
        found += [f"{table}: a reference leads nowhere" for table, *_ in connection.execute("PRAGMA foreign_key_check")]
        reports, waiting = connection.execute(
            "SELECT (SELECT count(*) FROM report), (SELECT count(*) FROM change)"
        ).fetchone()
    damage = next((text for text in found if text != "ok"), "")
    return Health(version, VERSION, path.stat().st_size, damage, reports, waiting)


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
    with _reading(path) as connection:
        return drift_of(past_predictions(connection), head.summary if head is not None else None)


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection that neither migrates nor locks."""
    if not path.is_file():
        raise WorkspaceError("There is no such workspace", where=str(path), next_step="Check the path")
    with explaining(path), closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        if version_of(connection, path) == 0:
            raise WorkspaceError("The file is empty", where=str(path), next_step="Restore a copy, or delete it")
        yield connection
