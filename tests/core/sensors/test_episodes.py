"""Episodes: against a plain state machine, and whatever the order, repetition and portions of the observations."""

from __future__ import annotations

from typing import Any, Optional

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigma_communes.core.base import checked_yaml
from sigma_communes.core.sensors.daylight import is_dark, local
from sigma_communes.core.sensors.episodes import Episode, episodes
from sigma_communes.core.sensors.rules import Rule

MIN, HOUR = 60_000, 3_600_000
START = 1_772_358_000_000  # 2026-03-01T09:40Z


def rule(when: str, **more: str) -> Rule:
    keys = {"for": "30 min", "gap": "2 h", "rest": "1 h", "unit": '"%"', **more}
    text = "\n".join(f"{key}: {value}" for key, value in keys.items())
    return checked_yaml.loads(
        f"id: r\ntitle: {{fr: a, en: b}}\nobserves: [fill]\nwhen: {when}\nclass: waste\ntext: {{fr: a, en: b}}\n{text}",
        Rule,
    )


def found(
    made: Rule, minutes: list[float], values: list[float], horizon: Optional[float] = None, **more: Any
) -> list[Episode]:
    at = np.array([START + round(m * MIN) for m in minutes], dtype=np.int64)
    end = at[-1] if horizon is None else START + round(horizon * MIN)
    return episodes(made, at, np.array(values, dtype=float), horizon=int(end), **more)


def minutes(episode: Episode) -> tuple[float, float, Optional[float], bool, int, float]:
    cleared = None if episode.cleared is None else (episode.cleared - START) / MIN
    return (
        (episode.start - START) / MIN,
        (episode.raised - START) / MIN,
        cleared,
        episode.ended,
        episode.count,
        episode.value,
    )


def test_hysteresis_holds_between_the_thresholds() -> None:
    made = rule("{above: 85, clear: 60}")
    [one] = found(made, [0, 10, 20, 40, 50, 130], [10, 90, 70, 61, 59, 10])
    assert minutes(one) == (10, 40, 50, True, 1, 90)
    assert found(rule("{above: 85}"), [0, 10, 20, 40, 50], [10, 90, 70, 61, 59]) == []


def test_below_ends_above_clear() -> None:
    [one] = found(rule("{below: 15, clear: 25}"), [0, 30, 60, 90], [15, 20, 12, 26], 90)
    assert minutes(one) == (0, 30, 90, False, 1, 12)


def test_a_time_too_short_is_none_and_a_silence_breaks_it() -> None:
    made = rule("{above: 85}")
    assert found(made, [0, 29, 40], [90, 90, 10]) == []
    # 130 minutes apart: nobody knows what was between, so it has not held for half an hour.
    assert found(made, [0, 130], [90, 90]) == []
    [one] = found(made, [0, 130, 165], [90, 90, 95])
    assert minutes(one) == (130, 165, None, False, 1, 95)


def test_flapping_is_one_with_a_count() -> None:
    values, times = [], []
    for i in range(4):
        times += [i * 100, i * 100 + 35, i * 100 + 45]
        values += [90, 95 + i, 10]
    made = rule("{above: 85}")
    [one] = found(made, times, values, 1000)
    assert (one.count, one.value, one.ended) == (4, 98, True)
    assert len(found(rule("{above: 85}", rest="20 min"), times, values)) == 4


def test_seen_again_as_before_after_a_silence_is_the_same_episode() -> None:
    [one] = found(rule("{above: 85}"), [0, 40, 3000, 3040], [90, 91, 92, 93])
    assert minutes(one) == (0, 40, None, False, 1, 93)


def test_rate_needs_time_and_direction() -> None:
    made = rule("{rising: 10, clear: 2, over: 1 h}", **{"for": "0 s"})
    [one] = found(made, [0, 30, 60, 90, 120, 150], [0, 1, 2, 20, 21, 21])
    assert minutes(one)[0] == 90
    assert found(made, [0, 1], [0, 50]) == []  # two values a minute apart tell nothing of an hour
    [fall] = found(rule("{falling: 10, over: 1 h}", **{"for": "0 s"}), [0, 60, 120], [50, 20, 19])
    assert (fall.start, fall.value) == (START + HOUR, -30)


def test_stuck_counts_from_the_first_equal_value() -> None:
    made = rule("{stuck: 0.1}", **{"for": "2 h"})
    [one] = found(made, [0, 60, 120, 180, 240], [5.0, 7.0, 7.05, 7.0, 9.0])
    assert minutes(one)[:3] == (60, 180, 240)


def test_silence_begins_at_the_last_word() -> None:
    made = rule("{silent: true}", rest="5 min", **{"for": "3 h"})
    # A null is heard, although it says nothing.
    first, second = found(made, [0, 60, 300, 310], [1, 1, float("nan"), 1], 1000)
    assert minutes(first)[:4] == (60, 240, 300, True)
    assert (second.start, second.cleared) == (START + 310 * MIN, None)
    assert [e.start for e in found(made, [0, 60, 300, 310], [1, 1, 1, 1], 400)] == [START + 60 * MIN]


def test_only_the_time_of_day_counts() -> None:
    at = START + np.arange(0, 48 * 6) * 10 * MIN
    value = np.zeros(len(at))
    made = rule("{below: 5}", during="{light: dark}", rest="30 h")
    [one] = episodes(made, at, value, horizon=int(at[-1]), lon=5.37, lat=43.3)
    dark = is_dark(at, 5.37, 43.3)
    assert one.start == at[dark][0] and one.observations == dark.sum()
    by_clock = rule("{below: 5}", during='{from: "22:00", to: "06:00"}', rest="30 h")
    [other] = episodes(by_clock, at, value, horizon=int(at[-1]))
    assert local(np.array([other.start]))[0] // HOUR % 24 == 22
    with pytest.raises(ValueError, match="no position"):
        episodes(made, at, value, horizon=int(at[-1]))


def test_civil_twilight_is_that_of_an_almanac() -> None:
    """Marseille, UTC, to the minute: dusk 18:19 and dawn 05:13 on 20 March 2026, 16:38 and 06:34 on 21 December
    (astral 3.2, depression 6°)."""
    for day, dawn, dusk in (("2026-03-20", 5 * 60 + 13, 18 * 60 + 19), ("2026-12-21", 6 * 60 + 34, 16 * 60 + 38)):
        at = np.datetime64(day, "ms").astype(np.int64) + np.arange(1440) * MIN
        dark = is_dark(at, 5.3698, 43.2965)
        assert np.abs(np.flatnonzero(np.diff(dark.astype(int))) - [dawn, dusk]).max() <= 1


def test_the_clock_of_france_changes_at_one_utc() -> None:
    moments = np.array(["2026-03-29T00:59", "2026-03-29T01:00", "2026-10-25T00:59", "2026-10-25T01:00"], "M8[ms]")
    hours = (local(moments.astype(np.int64)) - moments.astype(np.int64)) // HOUR
    assert hours.tolist() == [1, 2, 2, 1]


def test_a_neighbour_has_to_see_it_too() -> None:
    made = rule("{above: 10}", together="{observes: [rain], unit: mm, above: 1, since: 1 h}")
    theirs = np.array([START, START + 60 * MIN])
    [one] = found(made, [0, 20, 40, 60, 70], [20, 20, 20, 20, 5], beside=(theirs, np.array([2.0, 0.0])))
    assert minutes(one)[:3] == (0, 40, 60)
    with pytest.raises(ValueError, match="no sensor near"):
        found(made, [0], [20])


def test_what_is_not_plausible_does_not_count() -> None:
    made = rule("{above: 85}", plausible="{from: 0, to: 120}")
    assert found(made, [0, 40], [999, 999]) == []


# --- against a state machine, and in any order ---------------------------------------------------------------------


def machine(made: Rule, at: list[int], value: list[float]) -> list[tuple[int, Optional[int], int]]:
    """Level rules, one observation after the other: (start, cleared, count)."""
    runs: list[tuple[int, Optional[int]]] = []
    state, piece, counted = False, None, None
    last = 0
    for t, v in zip(at, value):
        s = made.when.sign
        new = True if s * v >= s * made.when.begin else False if s * v < s * made.when.end else state
        if new and (not state or t - last > made.gap_ms):
            piece = t
        if new and counted is None and piece is not None and t - piece >= made.for_ms:
            counted = piece
        if state and not new:
            if counted is not None:
                runs.append((counted, t))
            counted = None
        state, last = new, t
    if counted is not None:
        runs.append((counted, None))
    out: list[list[Any]] = []
    for start, cleared in runs:
        if out and out[-1][1] is not None and start - out[-1][1] <= made.rest_ms:
            out[-1][1:] = [cleared, out[-1][2] + 1]
        else:
            out.append([start, cleared, 1])
    return [(a, b, c) for a, b, c in out]


LEVELS = [
    rule("{above: 5, clear: 3}", **{"for": "0 s"}),
    rule("{above: 5, clear: 3}"),
    rule("{below: 2, clear: 4}", rest="3 h"),
    rule("{above: 7}", gap="20 min"),
]
SERIES = st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 9)), max_size=60, unique_by=lambda pair: pair[0])


@given(SERIES, st.sampled_from(LEVELS))
def test_as_a_state_machine_says(series: list[tuple[int, int]], made: Rule) -> None:
    series = sorted(series)
    at, value = [START + m * MIN for m, _ in series], [float(v) for _, v in series]
    ours = episodes(made, np.array(at, dtype=np.int64), np.array(value), horizon=START + 10_000 * MIN)
    assert [(e.start, e.cleared, e.count) for e in ours] == machine(made, at, value)
