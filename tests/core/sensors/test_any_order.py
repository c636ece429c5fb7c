"""Any order, any repetition, any cut: the same episodes, and one report for each.

``SIGMA_ORDERS`` says how many orders are tried (100 where it is not set; 10,000 take some minutes).
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from typing import Any, Optional

import numpy as np
import pytest
from sigma_communes.core import taxonomy
from sigma_communes.core.base import checked_yaml
from sigma_communes.core.sensors.check import Checked, Neighbours, check_sensor
from sigma_communes.core.sensors.episodes import episodes
from sigma_communes.core.sensors.rules import Rule, RuleFile
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.inbox import Inbox, present_fields
from sigma_communes.core.store.sensors import (
    Described,
    Sensor,
    add_observations,
    put_sensors,
    read_episodes,
    sensors,
)

MIN = 60_000
START = 1_772_358_000_000
CLASSES = taxonomy.load()
ORDERS = int(os.environ.get("SIGMA_ORDERS", "100"))
RULES = """
version: "1"
rules:
  - {id: level, unit: "%", when: {above: 5, clear: 3}, for: 20 min, gap: 2 h, rest: 30 min}
  - {id: at_once, unit: "%", when: {below: 2}, gap: 2 h, rest: 1 h}
  - {id: same, unit: "%", when: {stuck: 0}, for: 30 min}
  - {id: fast, unit: "%", when: {rising: 8, clear: 1}, gap: 2 h}
  - {id: silent, when: {silent: true}, for: 90 min, rest: 10 min}
  - {id: night, unit: "%", when: {above: 6, clear: 4}, rest: 20 h, during: {light: dark}}
"""
ALIKE = "title: {fr: a, en: b}, observes: [p], class: waste, text: {fr: '{since}', en: '{since}'}"
LOADED: Sequence[Rule] = checked_yaml.loads(RULES.replace("when:", f"{ALIKE}, when:"), RuleFile).rules


def drawn(chance: random.Random) -> list[tuple[int, float, int]]:
    """Return observations (moment, value, when the result was made): a walk with holes, repeated values,
    corrections.
    """
    value, minute, out = chance.uniform(0, 9), 0, []
    for _ in range(chance.randrange(4, 40)):
        minute += chance.choice([1, 5, 10, 10, 10, 30, 100, 200])
        if chance.random() < 0.6:
            value = min(max(value + chance.uniform(-4, 4), 0), 9)
        out.append((START + minute * MIN, round(value, 1), 0))
        if chance.random() < 0.1:  # the same moment again, corrected
            out.append((START + minute * MIN, round(chance.uniform(0, 9), 1), START + minute * MIN + 5))
    return out


def stream(workspace: Workspace, key: str) -> Sensor:
    described = Described(key, key, "", "", "p", "", "%", "number", 5.37, 43.3)
    return put_sensors(workspace, "x", [described])[key][0]


def deliver(workspace: Workspace, sensor: Sensor, rows: Sequence[tuple[int, float, int]]) -> None:
    at, value, made = (np.array(column) for column in zip(*rows))
    add_observations(workspace, sensor, at.astype(np.int64), value.astype(float), result_at=made.astype(np.int64))


def live(workspace: Workspace, sensor: Sensor) -> list[tuple[Any, ...]]:
    found = []
    for rule in LOADED:
        for e in read_episodes(workspace, sensor.fid, str(rule.id)):
            if e.replaced_by is None:
                value = None if e.value is None else round(e.value, 9)
                found.append(
                    (rule.id, e.key, e.started, e.raised, e.last, e.cleared, e.ended, e.count, value, e.observations)
                )
    return found


def by_the_engine(rows: Sequence[tuple[int, float, int]], key: str, horizon: int) -> list[tuple[Any, ...]]:
    """Return the episodes of all that came, put in order at once."""
    best: dict[int, tuple[int, float]] = {}
    for at, value, made in rows:
        best[at] = max(best.get(at, (-1, -1.0)), (made, value))
    moments = np.array(sorted(best), dtype=np.int64)
    values = np.array([best[at][1] for at in sorted(best)])
    out = []
    for rule in LOADED:
        for e in episodes(rule, moments, values, horizon=horizon, lon=5.37, lat=43.3):
            moment = str(np.datetime64(e.start, "ms")).replace("-", "").replace(":", "")
            value: Optional[float] = round(e.value, 9) if np.isfinite(e.value) else None
            name = f"{rule.id}-{key}-{moment}Z"
            out.append((rule.id, name, e.start, e.raised, e.last, e.cleared, e.ended, e.count, value, e.observations))
    return out


def in_one_order(workspace: Workspace, chance: random.Random, number: int) -> None:
    key = f"s{number}"
    rows = drawn(chance)
    horizon = max(at for at, _, _ in rows) + chance.choice([0, 10, 1000]) * MIN
    sent = rows + chance.sample(rows, chance.randrange(len(rows)))
    style = chance.choice(["any", "late", "backwards", "blocks"])
    if style == "any":
        chance.shuffle(sent)
    elif style == "late":  # nearly in order, some packets much later
        sent = sorted(sent, key=lambda row: row[0] + (chance.random() < 0.2) * chance.randrange(1000) * MIN)
    elif style == "backwards":
        sent = sorted(sent, reverse=True)
    sensor = stream(workspace, key)
    checks = 0
    while sent:
        size = chance.randrange(1, len(sent) + 1)
        portion, sent = sent[:size], sent[size:]
        deliver(workspace, sensor, portion)
        if sent and checks < 6 and chance.random() < 0.7:
            checks += 1
            check_sensor(workspace, LOADED, sensor, Neighbours([sensor]), CLASSES, Checked(), horizon=horizon)
    checked = Checked()
    check_sensor(workspace, LOADED, sensor, Neighbours([sensor]), CLASSES, checked, horizon=horizon)
    wanted = by_the_engine(rows, key, horizon)
    assert live(workspace, sensor) == wanted, (number, style)
    # Each has one report, that is there, and no two share one.
    reports = [line.report_id for line in checked.lines]
    assert len(set(reports)) == len(reports) == len(wanted)
    assert set(present_fields(workspace, reports)) == set(reports)
    again = Checked()
    check_sensor(workspace, LOADED, sensor, Neighbours([sensor]), CLASSES, again, horizon=horizon)
    assert [line.what for line in again.lines] == ["unchanged"] * len(wanted) and not again.replaced


@pytest.mark.timeout(3000)
def test_any_order_any_repetition_any_cut_the_same_episodes(workspace: Workspace) -> None:
    # 591: an episode whose start had moved was cut in two, and the second had the id that the first report was made
    # with.
    for number in sorted({591, *range(ORDERS)}):
        in_one_order(workspace, random.Random(number), number)
    assert len(sensors(workspace)) == len({591, *range(ORDERS)})


def test_a_report_keeps_its_place_when_its_start_moves(workspace: Workspace) -> None:
    sensor = stream(workspace, "1")
    rule = [LOADED[0]]
    deliver(workspace, sensor, [(START + m * MIN, 7.0, 0) for m in (60, 80, 90)])
    first = Checked()
    check_sensor(workspace, rule, sensor, Neighbours([]), CLASSES, first, horizon=START + 90 * MIN)
    deliver(workspace, sensor, [(START + m * MIN, 8.0, 0) for m in (30, 45)])  # late
    second = Checked()
    check_sensor(workspace, rule, sensor, Neighbours([]), CLASSES, second, horizon=START + 90 * MIN)
    [before], [after] = first.lines, second.lines
    assert before.report_id == after.report_id and before.key != after.key and after.what == "changed"
    known = Inbox(workspace, "sensors/x").known([after.key])
    assert known == {after.key: before.report_id}  # the new id is another name of the same report
    deliver(workspace, sensor, [(START + m * MIN, 0.0, 0) for m in (31, 46, 61, 81, 91)])  # there was none after all
    third = Checked()
    check_sensor(workspace, rule, sensor, Neighbours([]), CLASSES, third, horizon=START + 2000 * MIN)
    assert third.lines == [] and third.replaced == [before.report_id]
    # It is proposed, not done: the report is there, in its state.
    assert present_fields(workspace, third.replaced)[before.report_id]["state"] == "received"
