# SPDX-License-Identifier: GPL-2.0-or-later
"""A version adapted to the photos of one place: made without a label, checked, and offered with before and after.

It is offered where it answers no fewer photos, leaves what was answered before as it was, and is not worse on the
photos that people decided on. Nothing is switched on.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Optional

import numpy as np

from ....base.files import replacing
from ....errors import DataError, ModelError
from ....feedback import SILENT, Feedback
from ...features import FeatureCache
from ...package import ModelPackage
from .. import versions
from ..head import HEAD_FILE, Head, Suggestions, base_head, write_head
from ..judge.comparing import compare_heads
from ..running import with_quality
from ..session import SUMMARY_FILE, Photos
from ..workspace_photos import workspace_photos
from .adapting import LEAST_PHOTOS
from .fitting import LEAST_PHOTOS as LEAST_DECIDED
from .fitting import fit
from .rounds import write_card

LEAST_THE_SAME = 0.95
"""Share of the photos answered before that must keep their class: of those 95 in 100 are right."""
_ELSEWHERE = 0.5
_LEAST_ELSEWHERE = 20


@dataclass(frozen=True)
class Adaptation:
    """An adapted version beside the one that runs.

    ``answered`` and ``score``: share of the photos answered, and the mean score of those answers, before and after;
    ``same``: share of the photos answered before whose class stays; ``counts``: label → answers before and after;
    ``comparison``: on decided photos, where there are enough; ``problem``: why it is not offered (``""``: it is), and
    then ``folder`` is None.
    """

    head: Head
    running: Head
    photos: int
    answered: tuple[float, float]
    score: tuple[float, float]
    same: float
    counts: dict[str, tuple[int, int]]
    comparison: Optional[dict[str, Any]]
    problem: str
    folder: Optional[Path] = None

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "version": self.head.version,
            "running": self.running.version,
            "photos": self.photos,
            "answered": [round(x, 4) for x in self.answered],
            "score": [round(x, 4) for x in self.score],
            "same": round(self.same, 4),
            "counts": {label: list(pair) for label, pair in self.counts.items()},
            "comparison": self.comparison,
            "problem": self.problem,
            "model": str(self.folder) if self.folder is not None else None,
        }


def adapt_to(photos: Photos, *, out: Optional[Path] = None, feedback: Feedback = SILENT) -> Adaptation:
    """Adapt the package's head to photos (their labels are looked at for the check only), and check it.

    Parameters
    ----------
    photos : Photos
        Of one place, decided or not.
    out : Path, optional
        The folder of the version; by default one in the person's data folder. It is written only if it is offered.

    Raises
    ------
    DataError
        Too few different photos, too few that the base recognises, all of one class; or confirmed photos were taught
        to the running version, and an adaptation would forget them.
    ModelError
        The head that runs is of another backbone.
    Cancelled
        The person asked to stop; nothing is written.
    """
    examples = photos.examples
    running = versions.running_head(backbone=examples.backbone)
    if running.summary.get("confirmed"):
        raise DataError(
            "The running version was taught confirmed photos; an adaptation of the base would forget them",
            next_step="Learn from the decisions: photos without one help, too (model learn)",
        )
    judged = np.array([not problem for problem in photos.quality], bool)
    feedback.check()
    head = fit(None, base=base_head(), unlabelled=examples.features[judged], feedback=feedback).head
    before, after = (
        with_quality(each.suggest(examples.features), photos.quality) for each in (running, head)
    )  # fmt: skip
    communes = Counter(x for x in photos.by.get("commune", np.array([], np.str_)).tolist() if x)
    place = {
        "communes": [name for name, _ in communes.most_common(20)],
        "photos": len(examples),
        "at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
    }
    unanswered = round(float(after.abstained.mean()), 4)
    head = replace(head, summary={**head.summary, "adapted_to": {**place, "unanswered": unanswered}})
    found = _side_by_side(running, head, before, after, photos)
    if found.problem:
        return found
    folder = Path(out or versions.folder_with(head.version) or versions.new_folder())
    write_head(folder / HEAD_FILE, head)
    told = {**found.as_json(), "model": None, "labels": list(head.labels), "learned_at": place["at"], **head.summary}
    with replacing(folder / SUMMARY_FILE) as temporary:
        temporary.write_text(json.dumps(told, ensure_ascii=False, indent=2, default=str), encoding="utf-8")
    write_card(folder)
    return replace(found, folder=folder)


def _side_by_side(running: Head, head: Head, before: Suggestions, after: Suggestions, photos: Photos) -> Adaptation:
    answered = ~before.abstained, ~after.abstained
    best = [np.array(h.labels)[said.probabilities.argmax(axis=1)] for h, said in ((running, before), (head, after))]
    share = float(answered[0].mean()), float(answered[1].mean())
    same = float((best[0] == best[1])[answered[0]].mean()) if answered[0].any() else 1.0
    scores = tuple(
        float(said.probabilities.max(axis=1)[told].mean()) if told.any() else 0.0
        for said, told in zip((before, after), answered)
    )
    counts = {
        label: (int((best[0][answered[0]] == label).sum()), int((best[1][answered[1]] == label).sum()))
        for label in head.labels
    }
    comparison = None
    if np.isin(photos.examples.label, head.labels).sum() >= LEAST_DECIDED:
        comparison = compare_heads(running, head, photos)
    return Adaptation(
        head, running, len(photos.examples), share, (scores[0], scores[1]), same, counts, comparison,
        _problem(running, head, share, same, comparison),
    )  # fmt: skip


def _problem(
    running: Head, head: Head, share: tuple[float, float], same: float, comparison: Optional[dict[str, Any]]
) -> str:
    if running.version == head.version:
        return "The running version is adapted to these photos already"
    if comparison is not None and comparison["worse"]:
        return (
            f"On the {comparison['common']} photos that people decided on it is worse: {comparison['only_first_right']}"
            f" wrong that were right, {comparison['only_second_right']} right that were wrong"
        )
    if share[1] < share[0]:
        return f"It would answer fewer photos: {share[1]:.0%} instead of {share[0]:.0%}"
    if same < LEAST_THE_SAME:
        return f"It would change the class of {1 - same:.0%} of the photos that are answered today"
    return ""


def offer_adapted(
    workspace: Path, package: ModelPackage, features: Path, feedback: Feedback = SILENT
) -> Optional[Adaptation]:
    """Adapt to the photos of a workspace whose features are kept; None, with a word, where that is not due.

    Raises
    ------
    Cancelled
        The person asked to stop.
    """
    try:
        with FeatureCache(features) as cache:
            photos = workspace_photos(workspace, package, cache, undecided="cached", feedback=feedback).photos
        if len(photos.examples) < LEAST_PHOTOS:
            return None
        warning = used_elsewhere(
            versions.running_head(backbone=photos.examples.backbone), photos.by["commune"].tolist()
        )
        if warning:
            feedback.warning(warning)
        found = adapt_to(photos, feedback=feedback)
    except (DataError, ModelError) as error:
        feedback.info(f"No version adapted to this place: {error}")
        return None
    if found.problem:
        feedback.info(f"No version adapted to this place: {found.problem}")
        return None
    return found


def used_elsewhere(head: Head, communes: Sequence[str]) -> str:
    """Return a warning where an adapted version looks at photos of other communes than its own; ``""`` else.

    Parameters
    ----------
    head : Head
        The one that answers.
    communes : sequence of str
        The commune of each photo, as the photos that it was adapted to were named.
    """
    place = head.summary.get("adapted_to")
    own = place.get("communes") if isinstance(place, dict) else None
    named = [name for name in communes if name]
    if not own or len(named) < _LEAST_ELSEWHERE:
        return ""
    other = Counter(name for name in named if name not in own)
    if sum(other.values()) < _ELSEWHERE * len(named):
        return ""
    return (
        f"The running version is adapted to {', '.join(own[:3])}; {sum(other.values())} of {len(named)} photos are of"
        f" other communes ({', '.join(name for name, _ in other.most_common(3))}): adapt it to them, or go back"
    )
