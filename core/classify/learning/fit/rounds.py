# SPDX-License-Identifier: GPL-2.0-or-later
"""One round of learning: a new version from all decisions, beside the one that runs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Optional

from ....base.files import replacing
from ....errors import DataError, ModelError
from ....feedback import SILENT, Feedback
from .. import versions
from ..head import Head, base_head
from ..judge.comparing import compare_heads
from ..judge.register import CARD_FILE, Authority, keep_figures, model_card, read_sheet
from ..session import SUMMARY_FILE, Learned, Photos, learn, taught_examples
from .cross_validation import IN_SOURCE, figures_of, held_out_suggestions


@dataclass(frozen=True)
class Round:
    """What a round gave: the new version, the one that runs, and both side by side; without a comparison, why."""

    learned: Learned
    running: Head
    comparison: Optional[dict[str, Any]] = None
    no_comparison: str = ""


def learn_round(
    photos: Photos,
    *,
    base: Optional[Head] = None,
    out: Optional[Path] = None,
    check: bool = True,
    measured_on: str = "",
    feedback: Feedback = SILENT,
) -> Round:
    """Learn a new version from decided photos (label ``""``: no decision), and compare it with the one that runs.

    Nothing is switched on. With ``check`` the version's folder also holds its figures (``figures.json``, grouped
    cross-validation) and the comparison; it costs three more fits.

    Parameters
    ----------
    photos : Photos
        Of a folder or a workspace.
    base : Head, optional
        What to build on; by default the shipped head.
    out : Path, optional
        The folder of the new version; by default one in the person's data folder.
    measured_on : str
        What the photos are, for the page in the register.

    Raises
    ------
    DataError
        Too few decided photos, or one class only.
    ModelError
        The base or the head that runs is of another backbone.
    Cancelled
        The person asked to stop; no version is written before it is whole.
    """
    start = base or base_head()
    running = versions.running_head(backbone=photos.examples.backbone)
    learned = learn(photos.examples, start, out or versions.new_folder(), rejected=photos.rejected, feedback=feedback)
    if not check:
        write_card(learned.folder)
        return Round(learned, running)
    try:
        held_out = held_out_suggestions(start, photos, feedback=feedback)
        keep_figures(learned.folder, {IN_SOURCE: figures_of(held_out, photos)}, measured_on)
        folder = versions.running_folder()
        taught = taught_examples(folder) if folder is not None else None
        comparison = compare_heads(
            running, learned.head, photos, taught=(taught, taught_examples(learned.folder)), held_out=held_out
        )
    except DataError as error:
        write_card(learned.folder)
        return Round(learned, running, None, str(error))
    told = read_sheet(learned.folder).learned
    with replacing(learned.folder / SUMMARY_FILE) as temporary:
        text = json.dumps({**told, "comparison": comparison}, ensure_ascii=False, indent=2)
        temporary.write_text(text, encoding="utf-8")
    write_card(learned.folder)
    return Round(learned, running, comparison)


def write_card(folder: Path) -> None:
    """Write the card of a version into its folder, from its own figures."""
    with replacing(folder / CARD_FILE) as temporary:
        temporary.write_text(model_card(read_sheet(folder), Authority()), encoding="utf-8")


def learned_at(folder: Optional[Path]) -> str:
    """Return when a version was learned, as the workspace writes times; ``""`` for the package's own or where unknown.

    Decisions after it are new to the version.
    """
    if folder is None:
        return ""
    try:
        told = json.loads((folder / SUMMARY_FILE).read_text(encoding="utf-8"))["learned_at"]
        moment = datetime.fromisoformat(str(told)).astimezone(timezone.utc)
    except FileNotFoundError:
        return ""
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ModelError(f"Can't be read: {error}", where=str(folder / SUMMARY_FILE)) from error
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
