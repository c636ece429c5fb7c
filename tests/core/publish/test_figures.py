# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import datetime as dt
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigma_communes.core.errors import DataError
from sigma_communes.core.publish import figures

NOW = np.datetime64("2026-11-21T14:30:00", "s")
moments = st.lists(
    st.one_of(
        st.none(),
        st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2027, 12, 31)).map(lambda d: d.replace(microsecond=0)),
    ),
    max_size=30,
)


def times(values: list[dt.datetime | None]) -> np.ndarray:
    return np.array(["NaT" if v is None else v.isoformat() for v in values], dtype="datetime64[s]")


@given(moments)
def test_weeks_are_those_of_the_calendar_and_nothing_is_lost(values: list[dt.datetime | None]) -> None:
    counted = figures.weeks(times(values), NOW)
    by_week = Counter(v.isocalendar()[:2] for v in values if v is not None)
    assert len(counted.mondays) == len(counted.counts) == 12
    for monday, count in zip(counted.mondays, counted.counts):
        assert monday.weekday() == 0
        assert count == by_week[monday.isocalendar()[:2]]
    assert sum(counted.counts) + counted.earlier + counted.later + counted.undated == len(values)
    if counted.recent:
        assert counted.mondays[-1] == dt.date(2026, 11, 16)


def test_when_nothing_is_recent_the_weeks_end_with_the_latest_report() -> None:
    counted = figures.weeks(times([dt.datetime(2025, 1, 1), dt.datetime(2024, 12, 25)]), NOW)
    assert not counted.recent
    assert counted.mondays[-1] == dt.date(2024, 12, 30)
    assert counted.counts[-2:] == (1, 1)


@given(moments)
def test_ages_are_counted_by_days(values: list[dt.datetime | None]) -> None:
    now = dt.datetime(2026, 11, 21, 14, 30)
    expected = [0] * 6
    for value in values:
        if value is None:
            expected[5] += 1
        else:
            expected[sum((now - value).total_seconds() >= limit * 86_400 for limit in figures.AGE_LIMITS)] += 1
    assert list(figures.ages(times(values), NOW)) == expected


@given(st.lists(st.sampled_from(["", "a", "b", "ç"]), max_size=30))
def test_a_tally_is_sorted_and_whole(values: list[str]) -> None:
    pairs = figures.tally(np.array(values, dtype=object))
    assert dict(pairs) == dict(Counter(values))
    known = [(-count, name) for name, count in pairs if name]
    assert known == sorted(known)
    assert all(name for name, _ in pairs[:-1])


@given(st.lists(st.tuples(st.sampled_from(["", "a", "b", "c"]), st.integers(0, 3)), max_size=20))
def test_groups_hold_two_reports_or_more_the_first_one_first(rows: list[tuple[str, int]]) -> None:
    ids = np.array([group for group, _ in rows], dtype=object)
    at = np.array(
        [np.datetime64("NaT") if day == 0 else np.datetime64("2026-01-01") + day for _, day in rows],
        dtype="datetime64[s]",
    )
    found = figures.groups(ids, at)
    sizes = Counter(group for group, _ in rows if group)
    assert {group.id: group.rows.size for group in found} == {name: n for name, n in sizes.items() if n > 1}
    assert [group.rows.size for group in found] == sorted((group.rows.size for group in found), reverse=True)
    for group in found:
        assert set(ids[group.rows]) == {group.id}
        known = at[group.rows][~np.isnat(at[group.rows])]
        assert np.all(known == np.sort(known))
        assert not np.isnat(at[group.rows][: known.size]).any()


def test_absent_columns_mean_not_known() -> None:
    table = figures.complete({"id": np.array(["a", None], dtype=object)}, frozenset({"closed"}))
    assert table["id"].tolist() == ["a", ""]
    assert np.isnan(table["lon"]).all()
    assert np.isnat(table["reported_at"]).all()
    assert table["stateless"].all()
    assert not table["closed"].any()
    assert not table["located"].any()


def test_states_are_compared_without_case() -> None:
    states = np.array([" Closed", "received", "", "FERMÉ"], dtype=object)
    table = figures.complete({"id": states, "state": states}, frozenset({"closed", "fermé"}))
    assert table["closed"].tolist() == [True, False, False, True]


def test_no_incident_at_all_is_a_table_too() -> None:
    table = figures.complete({}, frozenset())
    assert {len(column) for column in table.values()} == {0}


def test_columns_without_id_or_of_unequal_length_are_refused() -> None:
    with pytest.raises(DataError, match="no column 'id'"):
        figures.complete({"lon": np.zeros(2)}, frozenset())
    with pytest.raises(DataError, match="'lon' has 2 values for 1"):
        figures.complete({"id": np.array(["a"], dtype=object), "lon": np.zeros(2)}, frozenset())
