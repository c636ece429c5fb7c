# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether the photos that come now are still like those that the running model was checked with.

It is told by what the model itself says of them, stored with every photo: the share that it leaves unanswered, and of
that the share that is unlike anything it was taught, by camera and by month. The reference is what it left unanswered
of held-out photos when it learned; where a head does not say, what it leaves unanswered of the older half of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

from ....store.decisions import PastPrediction
from .evaluation import wilson

LEAST = 20
"""Fewer photos tell nothing."""
_MORE = 0.10
"""How much more than at learning time must be unanswered, for certain, to be called a drift."""
STRANGE = "unlike anything"


@dataclass(frozen=True)
class Slice:
    """The photos of one camera or month: how many, which share is unanswered (with 95 % interval), strange, the mean
    score of the best guess, and whether that is a drift.
    """

    by: str
    value: str
    photos: int
    unanswered: float
    interval: tuple[float, float]
    strange: float
    score: float
    drifts: bool


@dataclass(frozen=True)
class Drift:
    """What :func:`drift_of` found; ``reference`` is None where too few photos tell one."""

    model: str
    reference: Optional[float]
    reference_from: str
    slices: tuple[Slice, ...]

    @property
    def drifting(self) -> tuple[Slice, ...]:
        """The cameras and months that differ."""
        return tuple(part for part in self.slices if part.drifts)

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "model": self.model,
            "reference": self.reference,
            "reference_from": self.reference_from,
            "drifting": [f"{part.by}: {part.value}" for part in self.drifting],
            "slices": [dict(vars(part)) for part in self.slices],
        }


def drift_of(past: Sequence[PastPrediction], summary: Optional[Mapping[str, Any]] = None) -> Drift:
    """Look at what the model that spoke last said of the photos.

    Parameters
    ----------
    past : sequence of PastPrediction
        Of a workspace, the oldest first.
    summary : mapping, optional
        The ``summary`` of the head that runs: what it left unanswered of held-out photos.
    """
    if not past:
        return Drift("", None, "", ())
    model = past[-1].model
    mine = sorted((each for each in past if each.model == model), key=lambda each: each.taken_at)
    held_out = (summary or {}).get("held_out") or {}
    reference: Optional[float] = None
    source = ""
    if isinstance(held_out, Mapping) and isinstance(held_out.get("unanswered"), (int, float)):
        reference, source = float(held_out["unanswered"]), "held-out photos at learning time"
    elif len(mine) >= 2 * LEAST:
        older = mine[: len(mine) // 2]
        reference, source = sum(each.abstained for each in older) / len(older), "the older half of the photos"
    slices = []
    for by, value_of in (("month", _month), ("camera", _camera)):
        groups: dict[str, list[PastPrediction]] = {}
        for each in mine:
            groups.setdefault(value_of(each), []).append(each)
        slices += [_slice(by, value, rows, reference) for value, rows in sorted(groups.items()) if value]
    return Drift(model, reference, source, tuple(slices))


def _month(each: PastPrediction) -> str:
    return each.taken_at[:7]


def _camera(each: PastPrediction) -> str:
    return each.camera


def _slice(by: str, value: str, rows: Sequence[PastPrediction], reference: Optional[float]) -> Slice:
    unanswered = sum(each.abstained for each in rows)
    interval = wilson(unanswered, len(rows)) or (0.0, 1.0)
    return Slice(
        by,
        value,
        len(rows),
        unanswered / len(rows),
        interval,
        sum(each.reason.startswith(STRANGE) for each in rows) / len(rows),
        sum(each.score for each in rows) / len(rows),
        reference is not None and len(rows) >= LEAST and interval[0] > reference + _MORE,
    )
