# SPDX-License-Identifier: GPL-2.0-or-later
"""Class, place and team of a few reports, found again after a decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Optional

from .. import routing, taxonomy
from ..routing import RuleBook
from ..store import Workspace
from ..store.desk import last_run, read_evidence_of, read_incidents_of
from ..territory.current import communes
from .stages import read_layers, triage, write_communes


def draw_communes(workspace: Workspace) -> None:
    """Give a workspace the commune map where it has none: one that photos or a server began."""
    if not workspace.counts()["commune"]:
        write_communes(workspace, communes())


def route_again(
    workspace: Workspace, report_ids: Sequence[str], book: RuleBook, layers: Optional[Mapping[str, Path]] = None
) -> None:
    """Find class, place and team of a few reports again; their group stays until the next run of the main job.

    ``layers`` are the files of the layers that the rule book asks for, by name.
    """
    known, evidence = read_incidents_of(workspace, report_ids), read_evidence_of(workspace, report_ids)
    found = triage(evidence, taxonomy.load(), communes(), book, read_layers(book, layers or {}))
    found.update({name: known[name] for name in ("group_id", "quartier")})
    workspace.write_triage(found)
    workspace.write_assignments(found)


def rule_book_of(workspace: Workspace) -> tuple[RuleBook, dict[str, Path]]:
    """Return the rule book, and the files of its layers, of the last run; the shipped example where there was none.

    Raises
    ------
    DataError
        The rule book can't be used.
    """
    parameters = last_run(workspace)
    rules = parameters.get("rules")
    layers = parameters.get("layers")
    path = Path(str(rules)) if rules else None
    book = routing.load(path if path is not None and path.is_file() else routing.example_path())
    files = {str(name): Path(str(file)) for name, file in layers.items()} if isinstance(layers, dict) else {}
    return book, {name: file for name, file in files.items() if name in book.layers and file.is_file()}
