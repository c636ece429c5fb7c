# SPDX-License-Identifier: GPL-2.0-or-later
"""Rules over the observations of a workspace: the episodes that hold now, beside those that were found before.

One episode is one report of the source ``sensors/NAME``. Its id is made of rule, datastream and start. Where late
observations move the start, join two episodes or show that there was none, the report that a person may be working on
stays the same one: its new id is an alias, and what it became is proposed to him, never done.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import Any, Optional

import numpy as np

from ..base.ellipsoid import metres_per_degree
from ..feedback import SILENT, Feedback
from ..model import Rejected, Report
from ..store import Workspace
from ..store.inbox import Inbox
from ..store.report_rows import report_id
from ..store.sensors import (
    Sensor,
    StoredEpisode,
    put_alias,
    put_episodes,
    put_flags,
    read_episodes,
    read_runs,
    read_series,
    read_texts,
    sensors,
)
from ..taxonomy import Taxonomy
from . import units
from .episodes import Episode, Floats, episodes
from .rules import Rule, folded, reads
from .sentences import sentence

SOURCE = "sensors/"
"""Reports of a source of observations NAME are those of the source ``sensors/NAME``."""


@dataclass(frozen=True)
class Line:
    """One episode as a check found it.

    ``report_id`` is that of its report in the workspace; ``what`` is ``new``, ``changed`` or ``unchanged``; ``flaw``
    says that the rule itself is to be looked at.
    """

    episode: Episode
    rule: Rule
    sensor: Sensor
    key: str
    report_id: str
    what: str
    flaw: str = ""


@dataclass
class Checked:
    """What a check found; ``rejected`` says which rule could not be applied to which sensor, and why."""

    lines: list[Line] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    applied: int = 0


def check(
    workspace: Workspace,
    rules: Sequence[Rule],
    classes: Taxonomy,
    *,
    now: Optional[int] = None,
    feedback: Feedback = SILENT,
) -> Checked:
    """Apply rules to all sensors; store the episodes, and make each a report.

    A sensor and a rule are one transaction: a stop at any moment leaves whole ones.

    Parameters
    ----------
    now : int, optional
        The present, ms UTC.

    Raises
    ------
    WorkspaceError
        The workspace can't be written.
    Cancelled
        The person asked to stop.
    """
    present = _present(now)
    checked = Checked()
    known = sensors(workspace)
    neighbours = Neighbours(known)
    feedback.stage("rules", len(known))
    flags: list[tuple[int, Optional[str]]] = []
    for sensor in known:
        feedback.check()
        flag = check_sensor(workspace, rules, sensor, neighbours, classes, checked, horizon=present)
        flags.append((sensor.fid, flag))
        feedback.advance()
    put_flags(workspace, flags)
    for rule in rules:
        if not any(rule.reads(sensor.property, sensor.definition) for sensor in known):
            checked.rejected.append(Rejected(str(rule.id), "no sensor observes what this rule reads"))
    return checked


def check_sensor(
    workspace: Workspace,
    rules: Sequence[Rule],
    sensor: Sensor,
    neighbours: Neighbours,
    classes: Taxonomy,
    checked: Checked,
    *,
    horizon: int,
) -> Optional[str]:
    """Apply rules to one sensor, add what they find to ``checked``; return its flag (see
    :func:`~..store.sensors.put_flags`).

    ``horizon`` is until when observations can have come, ms UTC.
    """
    flag: Optional[str] = None
    for rule in rules:
        if not rule.reads(sensor.property, sensor.definition):
            continue
        try:
            found = find(workspace, rule, sensor, neighbours, horizon=horizon)
        except ValueError as error:
            checked.rejected.append(Rejected(f"{rule.id}: {_called(sensor)}", str(error)))
            continue
        checked.applied += 1
        with workspace.transaction():
            _reconcile(workspace, rule, sensor, found, classes, checked, horizon)
        flag = _flag(rule, sensor, found) or flag
    return flag


def find(
    workspace: Workspace,
    rule: Rule,
    sensor: Sensor,
    neighbours: Neighbours,
    *,
    horizon: int,
    since: int = 0,
) -> list[Episode]:
    """Return the episodes of a rule in what is stored of a sensor.

    Raises
    ------
    ValueError
        The rule can't be applied: its unit is not that of the sensor, there is no position, or no neighbour.
    """
    if sensor.kind == "text" and rule.when.kind not in ("is", "silent"):
        raise ValueError("it says words, and the rule asks for numbers")
    if rule.when.kind == "is":
        at, value, texts = read_texts(workspace, sensor.fid, since=since, until=horizon)
        value = _said(rule, value, texts)
    else:
        ranges = _ranges(rule, sensor)
        if ranges is None:
            at, value = read_series(workspace, sensor.fid, since=since, until=horizon)
        else:
            at, value = read_runs(workspace, sensor.fid, *ranges, since=since, until=horizon)
        value = in_unit(value, sensor.unit, rule.unit, rule.when.kind == "silent")
    beside = None
    if rule.together is not None:
        other = neighbours.nearest(sensor, rule)
        if other is not None:
            theirs, seen = read_series(workspace, other.fid, since=since, until=horizon)
            beside = theirs, in_unit(seen, other.unit, rule.together.unit)
    nowhere = float("nan")
    return episodes(
        rule,
        at,
        value,
        horizon=horizon,
        lon=nowhere if sensor.lon is None else sensor.lon,
        lat=nowhere if sensor.lat is None else sensor.lat,
        beside=beside,
    )


def _ranges(rule: Rule, sensor: Sensor) -> Optional[tuple[tuple[float, float], tuple[float, float]]]:
    """Return in which values (of the sensor's own unit) a rule may begin and surely ends; None: all has to be read.

    What lies on an edge, give or take a rounding, may begin and does not surely end: too much is read, never too
    little.
    """
    when = rule.when
    if when.kind not in ("above", "below"):
        return None
    how = units.SAME if not rule.unit else units.conversion(sensor.unit or "1", rule.unit)
    if how is None or how.factor <= 0:
        return None
    low, high = (-np.inf, np.inf) if rule.plausible is None else (rule.plausible.from_, rule.plausible.to)
    on = (when.begin, high) if when.sign > 0 else (low, when.begin)
    off = (low, when.end) if when.sign > 0 else (when.end, high)
    if rule.during is not None or rule.together is not None:
        off = (np.inf, -np.inf)  # what ends it depends on more than the value

    def own(value: float, slack: float) -> float:
        back = (value - how.offset) / how.factor
        return back + slack * (abs(back) * 1e-9 + 1e-9) if np.isfinite(back) else back

    return (own(on[0], -1), own(on[1], 1)), (own(off[0], 1), own(off[1], -1))


def in_unit(value: Floats, given: str, wanted: str, any_unit: bool = False) -> Floats:
    """Return values in another unit.

    Raises
    ------
    ValueError
        They don't convert, or the sensor does not say its unit.
    """
    if any_unit or not wanted:
        return value
    if not given and wanted != "1":
        raise ValueError(f"it does not say its unit, and the rule is in {wanted}")
    how = units.conversion(given or "1", wanted)
    if how is None:
        raise ValueError(f"its unit is {given}, which does not convert to the rule's {wanted}")
    return value * how.factor + how.offset if how.changes else value


class Neighbours:
    """Which sensor of another kind is nearest."""

    def __init__(self, known: Sequence[Sensor]) -> None:
        self._known = [sensor for sensor in known if sensor.lon is not None and sensor.lat is not None]

    def nearest(self, sensor: Sensor, rule: Rule) -> Optional[Sensor]:
        """Return the nearest sensor that measures what ``rule.together`` names, within its metres; None: there is
        none.
        """
        if rule.together is None or sensor.lon is None or sensor.lat is None:
            return None
        candidates = [
            other
            for other in self._known
            if other.fid != sensor.fid and reads(rule.together.observes, (other.property, other.definition))
        ]
        if not candidates:
            return None
        per_lon, per_lat = metres_per_degree(sensor.lat)
        away = np.hypot(
            (np.array([other.lon for other in candidates], dtype=float) - sensor.lon) * per_lon,
            (np.array([other.lat for other in candidates], dtype=float) - sensor.lat) * per_lat,
        )
        best = int(np.argmin(away))
        return candidates[best] if away[best] <= rule.together.within else None


def _said(rule: Rule, value: Floats, texts: Sequence[Optional[str]]) -> Floats:
    """Return 1 where the result is one of the rule's words, 0 where it is another, NaN where nothing was said."""
    out = np.full(len(value), np.nan)
    for i, text in enumerate(texts):
        if text is not None:
            out[i] = folded(text) in rule.when.words
    numbers = np.isfinite(value)
    if numbers.any():
        for number in np.unique(value[numbers]).tolist():
            said = {folded(f"{number:g}")} | ({"true"} if number == 1 else {"false"} if number == 0 else set())
            out[value == number] = bool(said & rule.when.words)
    return out


# --- what was found before -----------------------------------------------------------------------------------------


def key_of(rule: Rule, sensor: Sensor, start: int) -> str:
    """Return the id of an episode at its source: rule, datastream and start."""
    when = datetime.fromtimestamp(start / 1000, timezone.utc)
    return f"{rule.id}-{sensor.key}-{when:%Y%m%dT%H%M%S}.{start % 1000:03d}Z"


def _reconcile(
    workspace: Workspace,
    rule: Rule,
    sensor: Sensor,
    found: Sequence[Episode],
    classes: Taxonomy,
    checked: Checked,
    present: int,
) -> None:
    """Put the episodes of now beside those of before: the same, moved, joined, or none after all."""
    before = [old for old in read_episodes(workspace, sensor.fid, str(rule.id)) if old.replaced_by is None]
    folded_to = sensor.folded_to or 0
    left = dict(enumerate(before))
    matched: list[tuple[Episode, list[StoredEpisode]]] = []
    for episode in found:
        olds = [left.pop(i) for i in [i for i, old in left.items() if _overlap(old, episode)]]
        if olds and olds[0].started < folded_to:
            # Its beginning is hourly sums by now: what was found then holds.
            first = olds[0]
            episode = replace(episode, start=first.started, raised=first.raised, count=max(first.count, episode.count))
        matched.append((episode, olds))
    out: list[StoredEpisode] = []
    pairs: list[tuple[Episode, StoredEpisode, str]] = []
    taken = {olds[0].report_key for _, olds in matched if olds}
    for episode, olds in matched:
        key = key_of(rule, sensor, episode.start)
        report_key = olds[0].report_key if olds else _free(key, taken)
        taken.add(report_key)
        stored = _stored(episode, key, report_key)
        what = "new" if not olds else "unchanged" if stored == olds[0] else "changed"
        pairs.append((episode, stored, what))
        # A later episode may have the key that an earlier one had: it comes after it, and holds.
        out += [replace(old, replaced_by=key) for old in olds if old.key != key]
        out.append(stored)
        _joined_reports(workspace, rule, sensor, stored, olds[1:], checked)
    live = {stored.key for _, stored, _ in pairs}
    for old in left.values():
        if old.key in live:
            continue
        if max(old.last, old.cleared or 0) < folded_to:
            continue  # whole in the time that is hourly sums
        out.append(replace(old, replaced_by=""))
        checked.replaced.append(report_id(SOURCE + sensor.source, old.report_key))
        _withdraw(workspace, sensor, old, "des observations tardives montrent que ce n'était pas le cas", checked)
    put_episodes(workspace, sensor.fid, str(rule.id), out)
    exchange = Inbox(workspace, SOURCE + sensor.source)
    reports = []
    for episode, stored, what in pairs:
        ours = report_id(SOURCE + sensor.source, stored.report_key)
        if stored.key != stored.report_key:
            put_alias(workspace, report_id(SOURCE + sensor.source, stored.key), ours)
        flaw = ""
        if not episode.ended and present - episode.start > rule.longest_ms:
            flaw = f"has held for longer than {rule.longest}: look at the rule and at the sensor"
            checked.rejected.append(Rejected(f"{rule.id}: {_called(sensor)}", flaw))
        checked.lines.append(Line(episode, rule, sensor, stored.key, ours, what, flaw))
        reports.append(report_of(rule, episode, sensor, stored.report_key, classes))
    exchange.receive(reports)
    proposals = [
        (
            report_id(SOURCE + sensor.source, stored.report_key),
            f"{stored.report_key}:{episode.cleared}",
            "resolved",
            sentence(rule, episode, sensor, "fr"),
            "capteur",
        )
        for episode, stored, what in pairs
        if episode.ended and what != "unchanged"
    ]
    if proposals:
        exchange.add_comments(proposals)


def _free(key: str, taken: Collection[str]) -> str:
    """Return the key, or one beside it where the report of that name is another episode's by now (one was cut in
    two).
    """
    name, number = key, 1
    while name in taken:
        number += 1
        name = f"{key}-{number}"
    return name


def _joined_reports(
    workspace: Workspace,
    rule: Rule,
    sensor: Sensor,
    stored: StoredEpisode,
    others: Sequence[StoredEpisode],
    checked: Checked,
) -> None:
    for old in others:
        if old.report_key != stored.report_key:
            checked.replaced.append(report_id(SOURCE + sensor.source, old.report_key))
            _withdraw(
                workspace, sensor, old, f"fait partie de l'épisode {stored.report_key}", checked, state="duplicate"
            )


def _withdraw(
    workspace: Workspace, sensor: Sensor, old: StoredEpisode, why: str, checked: Checked, *, state: str = "rejected"
) -> None:
    """Propose to close a report that turned out to be none of its own; a person decides."""
    exchange = Inbox(workspace, SOURCE + sensor.source)
    key = report_id(SOURCE + sensor.source, old.report_key)
    exchange.add_comments([(key, f"{old.report_key}:{state}:{why}", state, why, "capteur")])


def _stored(episode: Episode, key: str, report_key: str) -> StoredEpisode:
    value = episode.value if np.isfinite(episode.value) else None
    return StoredEpisode(
        key, episode.start, episode.raised, episode.last, episode.cleared, episode.ended, episode.count, value,
        episode.observations, report_key, None,
    )  # fmt: skip


def _overlap(old: StoredEpisode, new: Episode) -> bool:
    old_end = old.cleared if old.cleared is not None else max(old.last, old.raised)
    new_end = new.cleared if new.cleared is not None else max(new.last, new.raised)
    return old.started <= new_end and new.start <= old_end


# --- reports -------------------------------------------------------------------------------------------------------


def report_of(rule: Rule, episode: Episode, sensor: Sensor, key: str, classes: Taxonomy) -> Report:
    """Return an episode as a report. Its end is proposed in words: a person closes it."""
    entry = classes.get(str(rule.class_))
    changed = episode.cleared if episode.cleared is not None else episode.last
    extra: Mapping[str, Any] = {
        "sensor": sensor.key,
        "rule": str(rule.id),
        "urgency": rule.urgency or entry.urgency,
        "count": episode.count,
        "value": episode.value if np.isfinite(episode.value) else None,
        "unit": rule.unit,
        "proposes": "resolved" if episode.ended else "",
        "text_en": sentence(rule, episode, sensor, "en"),
    }
    return Report(
        source=SOURCE + sensor.source,
        service_request_id=key,
        service_code=str(rule.class_),
        service_name=entry.fr,
        description=sentence(rule, episode, sensor, "fr"),
        status="open",
        raw_status="terminé" if episode.ended else "en cours",
        lon=sensor.lon,
        lat=sensor.lat,
        address=sensor.thing_name,
        requested_datetime=_iso(episode.start),
        updated_datetime=_iso(changed),
        extra={name: value for name, value in extra.items() if value not in ("", None)},
    )


def _flag(rule: Rule, sensor: Sensor, found: Sequence[Episode]) -> Optional[str]:
    if rule.when.kind == "stuck" and found and found[-1].cleared is None:
        return "stuck"
    if rule.plausible is not None and sensor.last_value is not None:
        try:
            last = float(in_unit(np.array([sensor.last_value]), sensor.unit, rule.unit)[0])
        except ValueError:
            return None
        if not rule.plausible.from_ <= last <= rule.plausible.to:
            return "out_of_range"
    return None


def _iso(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, timezone.utc).isoformat(timespec="seconds")


def _called(sensor: Sensor) -> str:
    return f"{sensor.source}: {sensor.name or sensor.key}"


def _present(now: Optional[int]) -> int:
    return int(datetime.now(timezone.utc).timestamp() * 1000) if now is None else now
