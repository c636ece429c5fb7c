# SPDX-License-Identifier: GPL-2.0-or-later
"""All that is said of a version on decided photos: its figures out of source and in source, its errors, its drift."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from ....base.files import replacing
from ....errors import DataError, ModelError
from ....feedback import SILENT, Feedback
from ....store import Workspace
from ....store.decisions import read_past_predictions
from .. import versions
from ..fit.cross_validation import IN_SOURCE, figures_of, held_out_suggestions
from ..head import Head, base_head, read_head
from ..session import Photos, evaluate_heads, taught_examples
from .comparing import compare_heads
from .drift import Drift, drift_of
from .page import WorstError, evaluation_page, shown_in

OUT_OF_SOURCE = "out of source"


@dataclass(frozen=True)
class Measured:
    """The figures by column (at least one), the worst errors, the drift of a workspace, and what could not be said."""

    head: Head
    columns: Mapping[str, Mapping[str, Any]]
    worst: tuple[WorstError, ...]
    drift: Optional[Drift]
    notes: tuple[str, ...]

    @property
    def main(self) -> Mapping[str, Any]:
        """The figures that count: out of source; else in source by cross-validation; else of photos it was taught."""
        return next(self.columns[name] for name in (OUT_OF_SOURCE, IN_SOURCE, "in source") if name in self.columns)


def measure_heads(
    photos: Photos, *, folder: Optional[Path] = None, workspace: Optional[Path] = None, feedback: Feedback = SILENT
) -> Measured:
    """Measure the version of a folder (by default the one that runs) on decided photos.

    ``workspace`` is where drift is looked for.

    Raises
    ------
    DataError
        No photo has a label that the version knows.
    ModelError
        The version does not fit the features.
    """
    backbone = photos.examples.backbone
    head = read_head(folder, backbone=backbone) if folder is not None else versions.running_head(backbone=backbone)
    taught_in = folder if folder is not None else versions.running_folder()
    found, worst = evaluate_heads(head, photos, taught=taught_examples(taught_in) if taught_in is not None else None)
    columns: dict[str, Mapping[str, Any]] = dict(found)
    notes = []
    try:
        columns[IN_SOURCE] = figures_of(held_out_suggestions(base_head(), photos, feedback=feedback), photos)
    except (DataError, ModelError) as error:
        notes.append(f"No figures in source: {error}")
    drift = None
    if workspace is not None:
        with Workspace.open(workspace, create=False) as opened:
            drift = drift_of(read_past_predictions(opened), head.summary)
    return Measured(head, columns, tuple(worst), drift, tuple(notes))


def measured_page(
    found: Measured, file: str | Path, *, workspace: Optional[Path] = None, who: str = "", unblurred: bool = False
) -> None:
    """Write all of it as one HTML page, whole or not at all.

    Photos in it are copies that may leave: see :func:`~.shown.shown_in` for ``workspace``, ``who`` and ``unblurred``.
    """
    file = Path(file)
    with shown_in(file.name, workspace, who=who, unblurred=unblurred) as show, replacing(file) as temporary:
        page = evaluation_page(found.head, found.columns, found.worst, show=show, drift=found.drift, notes=found.notes)
        temporary.write_text(page, encoding="utf-8")


def compared_folders(first: Path, second: Path, photos: Photos, *, feedback: Feedback = SILENT) -> dict[str, Any]:
    """Return two versions' comparison on decided photos, with their ``versions``; see :func:`~.comparing.compared`.

    Raises
    ------
    ModelError
        One of them can't be read or is of another backbone.
    DataError
        No photo can tell.
    """
    backbone = photos.examples.backbone
    heads = [read_head(folder, backbone=backbone) for folder in (first, second)]
    taught = taught_examples(first), taught_examples(second)
    held_out = None
    if taught[1] is not None:
        try:
            held_out = held_out_suggestions(base_head(), photos, feedback=feedback)
        except DataError as error:
            feedback.warning(str(error))
    found = compare_heads(heads[0], heads[1], photos, taught=taught, held_out=held_out)
    return {"versions": [head.version for head in heads], **found}
