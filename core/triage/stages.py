# SPDX-License-Identifier: GPL-2.0-or-later
"""The stages from evidence to a team; each takes a table and adds columns to it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from .. import overlay, routing
from ..base.columns import empty_text
from ..errors import UsageError
from ..feedback import SILENT, Feedback
from ..model import Columns
from ..routing import RuleBook
from ..store import Workspace
from ..taxonomy import Taxonomy
from ..territory import Territory
from ..vector.reading import read_features
from .evidence import classes_of

# --- incidents ---------------------------------------------------------------------------------------------------


def read_layers(
    book: RuleBook, layers: Mapping[str, Path], feedback: Feedback = SILENT
) -> dict[str, Optional[NDArray[Any]]]:
    """Read the geometries of the layers that a rule book asks for; None, and a warning, where no file was given.

    Raises
    ------
    UsageError
        A file was given for a layer that the book does not know.
    DataError
        A file can't be read.
    """
    for name in layers:
        if name not in book.layers:
            known = ", ".join(book.layers) or "none"
            raise UsageError(
                f"The rule book knows no layer '{name}'", where=str(book.path), next_step=f"Known: {known}"
            )
    found: dict[str, Optional[NDArray[Any]]] = {}
    for name in book.layers_needed:
        found[name] = read_features(layers[name]).geometries if name in layers else None
        if found[name] is None:
            feedback.warning(
                f"No file for layer '{name}': rules that ask for nearness to it don't hold (--layer {name}=FILE)"
            )
    return found


def write_communes(workspace: Workspace, communes: Territory) -> None:
    """Put the commune map into a workspace, in place of the one it had."""
    columns = {
        "insee": communes.insee,
        "name": communes.names,
        "population": communes.population,
        "geometry": communes.geometries,
    }
    workspace.write_territory(columns, source=f"{communes.source}. {communes.licence}")


def triage(
    evidence: Columns,
    classes: Taxonomy,
    communes: Territory,
    book: RuleBook,
    layers: Mapping[str, Optional[NDArray[Any]]],
    feedback: Feedback = SILENT,
) -> Columns:
    """Add class, commune, group and team to a table of evidence (:meth:`~.store.Workspace.read_evidence`).

    Where the class comes from: :mod:`~.class_evidence`. ``layers`` are those of :func:`read_layers`.
    """
    for name, stage in (
        ("classes", lambda table: {**table, **classes_of(table, classes)}),
        ("communes", lambda table: {**table, **_communes(table, communes)}),
        ("groups", lambda table: {**table, "group_id": _groups(table)}),
        ("nearness", lambda table: {**table, **_distances(table, layers, book)}),
        ("teams", lambda table: routing.route(table, book, classes)),
    ):
        feedback.stage(name)
        feedback.check()
        evidence = stage(evidence)
    return evidence


def _communes(table: Columns, communes: Territory) -> Columns:
    """Give the commune of each incident: by its position, else the one that its address names.

    A position known from an address, or one that a camera itself calls poor, is ambiguous where a commune's boundary is
    within its accuracy.
    """
    lon, lat = table["lon"], table["lat"]
    found = communes.columns(lon, lat, table.get("place_accuracy_m"))
    named = table.get("place_insee", empty_text(len(lon)))
    row = {str(insee): i for i, insee in enumerate(communes.insee)}
    for i in np.flatnonzero(~np.isfinite(lon) & (named != "")):
        if named[i] in row:
            found["insee"][i], found["commune"][i] = named[i], communes.names[row[named[i]]]
    return found


def _distances(table: Columns, layers: Mapping[str, Optional[NDArray[Any]]], book: RuleBook) -> Columns:
    """Give the metres to the nearest feature of each layer, up to the farthest that any rule asks for."""
    out: Columns = {}
    for name, geometries in layers.items():
        reach = max(rule.near.within for rule in book.rules if rule.near is not None and rule.near.layer == name)
        if geometries is None:
            out[f"near:{name}"] = np.full(len(table["lon"]), np.inf)
        else:
            _, out[f"near:{name}"] = overlay.nearest(table["lon"], table["lat"], geometries, max_distance_m=reach)
    return out


def _groups(table: Columns) -> Any:
    """Name each group by its first incident; an incident alone is in none."""
    first = overlay.group(table["lon"], table["lat"], table["reported_at"], table["class"])
    sizes = np.bincount(first, minlength=len(first))
    named = empty_text(len(first))
    together = sizes[first] > 1
    named[together] = table["id"][first[together]]
    return named
