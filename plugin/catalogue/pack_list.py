# SPDX-License-Identifier: GPL-2.0-or-later
"""The layers that a person wants to take along: a list in the project, for the algorithm that makes the pack."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from qgis.core import QgsApplication, QgsProject

ALGORITHM = "sigma_communes:pack"
_SECTION, _KEY = "sigma_communes", "pack_records"


def available() -> bool:
    """Whether this QGIS can make packs: its algorithm is there."""
    return QgsApplication.processingRegistry().algorithmById(ALGORITHM) is not None


def chosen() -> list[str]:
    """Return the ids of the records that are to go into the pack."""
    return list(QgsProject.instance().readListEntry(_SECTION, _KEY)[0])


def put(identifier: str, on: bool) -> None:
    """Put a record into the pack, or take it out."""
    kept = [each for each in chosen() if each != identifier]
    QgsProject.instance().writeEntry(_SECTION, _KEY, [*kept, identifier] if on else kept)


def show_algorithm(workspace: Optional[Path]) -> None:
    """Open the dialog of the algorithm, with what is known filled in."""
    from qgis import processing

    known = {"WORKSPACE": str(workspace) if workspace else "", "RECORDS": "\n".join(chosen())}
    algorithm = QgsApplication.processingRegistry().algorithmById(ALGORITHM)
    names = {definition.name() for definition in algorithm.parameterDefinitions()} if algorithm else set()
    processing.execAlgorithmDialog(ALGORITHM, {name: value for name, value in known.items() if name in names})
