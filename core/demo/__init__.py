# SPDX-License-Identifier: GPL-2.0-or-later
"""The embedded example: photos that this program draws itself, reports drawn at random over the communes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from .. import territory
from ..base.bilingual import Bilingual
from .photos import NOW, render_photos
from .reports import render_reports

__all__ = ["NOTICE", "NOW", "make_inputs", "render_photos", "render_reports"]

NOTICE = Bilingual(
    fr="Exemple : les photos sont des dessins faits par ce programme et les signalements sont tirés au hasard",
    en="Example: the photos are drawings made by this program and the reports are drawn at random",
)
"""What every reader of the example's results must know."""


def make_inputs(folder: Path, *, seed: int = 1, now: date = NOW) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Write the example's photos and reports below ``folder``; return the photo folders and the report files.

    Raises
    ------
    DataError
        The folder can't be written.
    """
    photos, reports = Path(folder) / "photos", Path(folder) / "reports.csv"
    render_photos(photos, seed=seed, now=now)
    render_reports(reports, territory=territory.load(territory.shipped_map()), seed=seed, now=now)
    return (photos,), (reports,)
