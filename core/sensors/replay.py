# SPDX-License-Identifier: GPL-2.0-or-later
"""A rule over the past: what it would have reported, beside what citizens did report, at this threshold and at others.

*Right* is an episode to which a citizen's report of its class belongs: no farther than ``within`` metres, made from a
day before its start to three days after its end. Where citizens report little, precision is low whatever the rule: it
says how often somebody else saw it too, no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from ..base.ellipsoid import metres_per_degree
from ..errors import UsageError
from ..feedback import SILENT, Feedback
from ..model import Columns, Rejected
from ..store import Workspace
from ..store.sensors import DAY_MS, Sensor, sensors
from .check import SOURCE, Neighbours, find
from .episodes import Episode
from .rules import Rule

WITHIN_M = 100.0


@dataclass(frozen=True)
class Point:
    """What a threshold gives: episodes, how many of them are right, how many reports have an episode."""

    threshold: Optional[float]
    episodes: int
    right: int
    reports: int
    reports_found: int

    @property
    def precision(self) -> Optional[float]:
        """Right episodes of all; None where there is none."""
        return self.right / self.episodes if self.episodes else None

    @property
    def recall(self) -> Optional[float]:
        """Reports with an episode of all; None where there is none."""
        return self.reports_found / self.reports if self.reports else None


@dataclass
class Replayed:
    """The episodes at the rule's own threshold, the figures there, and the curve."""

    rule: Rule
    episodes: list[tuple[Sensor, Episode, bool]]
    figures: Point
    curve: list[Point]
    rejected: list[Rejected]


def replay(
    workspace: Workspace,
    rule: Rule,
    *,
    since: int = 0,
    until: Optional[int] = None,
    thresholds: Sequence[float] = (),
    within: float = WITHIN_M,
    feedback: Feedback = SILENT,
) -> Replayed:
    """Run a rule over what is stored; nothing is written.

    Parameters
    ----------
    since, until : int
        The time, ms UTC; by default all that is stored, until the newest observation.
    thresholds : sequence of float
        Others to try; ``clear`` keeps its distance. Empty: nine round the rule's own.
    within : float
        Metres within which a citizen's report speaks of the same thing.

    Raises
    ------
    UsageError
        Thresholds are given for a rule that has none.
    """
    read = [sensor for sensor in sensors(workspace) if rule.reads(sensor.property, sensor.definition)]
    neighbours = Neighbours(sensors(workspace))
    newest = max((sensor.last_at or 0 for sensor in read), default=0)
    end = newest if until is None else until
    reports = _reports(workspace, str(rule.class_), read, since, end, within)
    rejected: dict[str, Rejected] = {}
    curve: list[Point] = []
    levels = _levels(rule, thresholds)
    feedback.stage("replay", len(levels) + 1)
    found, figures = _at(workspace, rule, read, neighbours, since, end, reports, rejected, within)
    feedback.advance()
    for level in levels:
        feedback.check()
        _, point = _at(workspace, _with_threshold(rule, level), read, neighbours, since, end, reports, rejected, within)
        curve.append(point)
        feedback.advance()
    return Replayed(rule, found, figures, curve, list(rejected.values()))


def _levels(rule: Rule, thresholds: Sequence[float]) -> list[float]:
    if rule.when.kind not in ("above", "below", "rising", "falling"):
        if thresholds:
            raise UsageError(f"The rule {rule.id} has no threshold to try", next_step="Leave --threshold out")
        return []
    if thresholds:
        return sorted(thresholds)
    own = abs(rule.when.begin)
    return [round(own * factor, 6) for factor in (0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4)] if own else []


def _with_threshold(rule: Rule, level: float) -> Rule:
    when = rule.when
    value = getattr(when, when.kind)
    clear = None if when.clear is None else when.clear + (level - value)
    changes: dict[str, Any] = {when.kind: level, "clear": clear}
    return replace(rule, when=replace(when, **changes))


def _at(
    workspace: Workspace,
    rule: Rule,
    read: Sequence[Sensor],
    neighbours: Neighbours,
    since: int,
    end: int,
    reports: Columns,
    rejected: dict[str, Rejected],
    within: float,
) -> tuple[list[tuple[Sensor, Episode, bool]], Point]:
    found: list[tuple[Sensor, Episode, bool]] = []
    seen: NDArray[Any] = np.zeros(len(reports["lon"]), dtype=bool)
    for sensor in read:
        try:
            some = find(workspace, rule, sensor, neighbours, horizon=end, since=since)
        except ValueError as error:
            rejected.setdefault(
                sensor.key, Rejected(f"{rule.id}: {sensor.source}: {sensor.name or sensor.key}", str(error))
            )
            continue
        near = _near(sensor, reports, within)
        for episode in some:
            stop = episode.cleared if episode.cleared is not None else max(episode.last, episode.raised)
            fits = near & (reports["at"] >= episode.start - DAY_MS) & (reports["at"] <= stop + 3 * DAY_MS)
            seen |= fits
            found.append((sensor, episode, bool(fits.any())))
    threshold = rule.when.begin if rule.when.kind in ("above", "below", "rising", "falling") else None
    right = sum(fits for _, _, fits in found)
    return found, Point(threshold, len(found), right, len(seen), int(seen.sum()))


def _reports(workspace: Workspace, class_: str, read: Sequence[Sensor], since: int, end: int, within: float) -> Columns:
    """Return citizens' reports of a class in the time that are near one of the sensors: ``lon, lat, at`` (ms)."""
    table = workspace.read_incidents()
    at = table["reported_at"].astype("datetime64[ms]").astype(np.int64)
    ours = np.array([str(source).startswith(SOURCE) for source in table["source"]], dtype=bool)
    kept = (table["class"] == class_) & ~ours & ~np.isnat(table["reported_at"]) & (at >= since) & (at <= end)
    out = {"lon": table["lon"][kept], "lat": table["lat"][kept], "at": at[kept]}
    near = np.zeros(len(out["lon"]), dtype=bool)
    for sensor in read:
        near |= _near(sensor, out, within)
    return {name: column[near] for name, column in out.items()}


def _near(sensor: Sensor, reports: Columns, within: float) -> NDArray[np.bool_]:
    if sensor.lon is None or sensor.lat is None:
        return np.zeros(len(reports["lon"]), dtype=bool)
    per_lon, per_lat = metres_per_degree(sensor.lat)
    with np.errstate(invalid="ignore"):
        away = np.hypot((reports["lon"] - sensor.lon) * per_lon, (reports["lat"] - sensor.lat) * per_lat)
        near: NDArray[np.bool_] = away <= within
    return near
