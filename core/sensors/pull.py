# SPDX-License-Identifier: GPL-2.0-or-later
"""Observations from a source into the workspace: what is new since the last time, and again a while before it.

Packets come late: each pull asks again for the last days (``overlap``), and what is here already changes nothing.
What can't be used gets a verdict; the rest goes on.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Optional

import numpy as np

from ..base.ellipsoid import metres_per_degree
from ..base.read_ahead import read_ahead
from ..errors import DataError, WorkspaceError
from ..feedback import SILENT, Feedback
from ..model import Rejected
from ..store import Workspace
from ..store.sensors import DAY_MS, Described, Sensor, add_observations, fold, put_sensors, refresh_last
from ..transport import TransportError
from . import units
from .readings import without_future
from .streams import Group, Readings, Source, Stream

_GROUPS = 200
_MOVED_M = 50.0
OVERLAP_DAYS = 3
KEEP_DAYS = 60


@dataclass
class Pulled:
    """What came: ``rejected`` counts observations and streams that could not be used, ``reasons`` says which and why.

    ``notes`` are things to know that stop nothing: a unit that was converted, a sensor that moved.
    """

    source: str
    sensors: int = 0
    observations_new: int = 0
    duplicates: int = 0
    late: int = 0
    rejected: int = 0
    folded: int = 0
    reasons: list[Rejected] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """Return the numbers by name."""
        names = ("sensors", "observations_new", "duplicates", "late", "rejected")
        return {name: getattr(self, name) for name in names}

    def reject(self, where: str, reason: str, count: int = 1) -> None:
        """Count what could not be used; of one reason and place one line is kept."""
        self.rejected += count
        if len(self.reasons) < 10_000:
            self.reasons.append(Rejected(where, reason))


def pull(
    workspace: Workspace,
    source: Source,
    *,
    overlap_days: float = OVERLAP_DAYS,
    keep_days: int = KEEP_DAYS,
    full: bool = False,
    now: Optional[int] = None,
    feedback: Feedback = SILENT,
) -> Pulled:
    """Read a source into the workspace.

    Parameters
    ----------
    workspace : Workspace
        Open; each portion is one transaction, so that a stop at any moment loses nothing that was read.
    source : Source
        Where observations are.
    overlap_days : float
        How long before the newest observation of a stream to ask again for.
    keep_days : int
        Older observations become hourly sums at the end; what comes later for such a time is refused, with a verdict.
    full : bool
        Ask for everything, not only since the last time.
    now : int, optional
        The present, ms UTC.

    Raises
    ------
    TransportError, DataError
        The source can't be read at all; what goes wrong with one stream is a verdict.
    Cancelled
        The person asked to stop; what was read is kept.
    """
    pulled = Pulled(source.name)
    present = int(datetime.now(timezone.utc).timestamp() * 1000) if now is None else now
    feedback.stage("sensors")
    for groups in _batches(source.groups(), pulled):
        feedback.check()
        streams = [stream for group in groups for stream in group]
        known = put_sensors(workspace, source.name, [_described(stream) for stream in streams])
        pulled.sensors += len(streams)
        plans: dict[str, _Plan] = {}
        for stream in streams:
            plans[stream.key] = _plan(stream, *known[stream.key], pulled)
        for group in groups:
            feedback.check()
            _pull_group(workspace, source, group, plans, overlap_days, full, present, pulled, feedback)
            feedback.advance(len(group))
    pulled.notes += [note for note in getattr(source, "notes", ()) if note not in pulled.notes]
    pulled.folded = fold(workspace, days=keep_days, now=present)
    return pulled


@dataclass
class _Plan:
    """How the observations of one stream are taken."""

    sensor: Sensor
    conversion: Optional[units.Conversion]
    last_before: Optional[int]


def _plan(stream: Stream, sensor: Sensor, before: Optional[Sensor], pulled: Pulled) -> _Plan:
    where = f"{pulled.source}: {stream.name or stream.key}"
    for flaw in stream.flaws:
        if before is None:
            pulled.notes.append(f"{where}: {flaw}")
    if before is not None:
        if before.thing and stream.thing and before.thing != stream.thing:
            pulled.notes.append(f"{where}: it belongs to another thing now ({before.thing} before, {stream.thing} now)")
        moved = _metres(before, stream)
        if moved is not None and moved > _MOVED_M:
            pulled.notes.append(f"{where}: it has moved by {moved:.0f} m")
    conversion: Optional[units.Conversion] = units.SAME
    if stream.unit != sensor.unit:
        conversion = units.conversion(stream.unit, sensor.unit)
        if conversion is not None and conversion.changes:
            pulled.notes.append(
                f"{where}: its unit has changed from {sensor.unit} to {stream.unit}; values are converted"
            )
    return _Plan(sensor, conversion, sensor.last_at)


def _pull_group(
    workspace: Workspace,
    source: Source,
    group: Group,
    plans: dict[str, _Plan],
    overlap_days: float,
    full: bool,
    present: int,
    pulled: Pulled,
    feedback: Feedback,
) -> None:
    newest = [plans[stream.key].sensor.last_at for stream in group]
    since: Optional[int] = None
    if not full and all(last is not None for last in newest):
        since = min(last for last in newest if last is not None) - round(overlap_days * DAY_MS)
    where = f"{pulled.source}: {group[0].name or group[0].key}"
    touched: set[int] = set()
    try:
        with read_ahead(source.observations(group, since), chunk=1, depth=3) as portions:
            for portion in portions:
                feedback.check()
                if isinstance(portion, Rejected):
                    pulled.reject(portion.where, portion.reason)
                    continue
                stream, found = portion
                if _take(workspace, plans[stream.key], stream, without_future(found, present), pulled):
                    touched.add(plans[stream.key].sensor.fid)
    except WorkspaceError:
        raise
    except (TransportError, DataError) as error:
        pulled.reject(where, error.what)
    finally:
        if touched:
            refresh_last(workspace, touched)


def _take(workspace: Workspace, plan: _Plan, stream: Stream, found: Readings, pulled: Pulled) -> bool:
    """Store a portion; say whether anything was new."""
    where = f"{pulled.source}: {stream.name or stream.key}"
    for verdict in found.verdicts:
        pulled.reject(where, f"{verdict.count} observations: {verdict.reason} ({verdict.example})", verdict.count)
    if len(found) == 0:
        return False
    if plan.conversion is None:
        said, known = stream.unit or "no unit", plan.sensor.unit
        what = f"{len(found)} observations: its unit was {known} and is {said} now, which does not convert"
        pulled.reject(where, what, len(found))
        return False
    if plan.sensor.folded_to is not None and bool((found.at < plan.sensor.folded_to).any()):
        old = found.at < plan.sensor.folded_to
        # Before the newest that is here it may well be what was summed up; a whole pull asks for all of it again.
        pulled.duplicates += int(old.sum())
        found = found.take(~old)
        if len(found) == 0:
            return False
    value = found.value * plan.conversion.factor + plan.conversion.offset if plan.conversion.changes else found.value
    added = add_observations(
        workspace,
        plan.sensor,
        found.at,
        value,
        text=found.text,
        result_at=found.result_at,
        span=found.span,
        last_before=plan.last_before,
    )
    pulled.observations_new += added.new
    pulled.duplicates += added.duplicates
    pulled.late += added.late
    return added.new + added.duplicates > 0


def _described(stream: Stream) -> Described:
    return Described(
        stream.key, stream.name, stream.thing, stream.thing_name, stream.property, stream.definition, stream.unit,
        stream.kind, stream.lon, stream.lat,
    )  # fmt: skip


def _metres(before: Sensor, stream: Stream) -> Optional[float]:
    if None in (before.lon, before.lat, stream.lon, stream.lat):
        return None
    x, y = metres_per_degree(before.lat)
    dx, dy = ((stream.lon or 0.0) - (before.lon or 0.0)) * x, ((stream.lat or 0.0) - (before.lat or 0.0)) * y
    return float(np.hypot(dx, dy))


def _batches(groups: Iterator[Any], pulled: Pulled) -> Iterator[list[Group]]:
    """Give groups some hundreds at a time, each stream once; verdicts are counted."""
    seen: set[str] = set()

    def fine() -> Iterator[Group]:
        for group in groups:
            if isinstance(group, Rejected):
                pulled.reject(group.where, group.reason)
                continue
            fresh = tuple(stream for stream in group if stream.key not in seen)
            seen.update(stream.key for stream in fresh)
            if fresh:
                yield fresh

    iterator = fine()
    while batch := list(itertools.islice(iterator, _GROUPS)):
        yield batch
