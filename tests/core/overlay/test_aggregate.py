# SPDX-License-Identifier: GPL-2.0-or-later
"""Counts, weeks and ages."""

from __future__ import annotations

import datetime
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigma_communes.core.overlay import age_days, count, cross, week

words = st.sampled_from(["Marseille", "Aix", "Étang", "", "œuf"])


@given(st.lists(st.tuples(words, st.integers(-3, 3), words), max_size=40))
def test_counts_are_those_of_a_counter(rows: list[tuple[str, int, str]]) -> None:
    a = np.array([r[0] for r in rows], dtype=object)
    b = np.array([r[1] for r in rows], dtype=np.int64)
    c = np.array([r[2] for r in rows], dtype=object)
    keys, counts = count(a, b, c)
    got = list(zip(*(k.tolist() for k in keys)))
    assert dict(zip(got, counts.tolist())) == Counter(rows)
    assert got == sorted(got)


@given(st.lists(st.tuples(words, words), max_size=40))
def test_a_cross_table_holds_every_row_once(rows: list[tuple[str, str]]) -> None:
    table = cross(np.array([r[0] for r in rows], dtype=object), np.array([r[1] for r in rows], dtype=object))
    expected = Counter(rows)
    assert table.counts.sum() == len(rows)
    for i, row in enumerate(table.rows):
        for j, column in enumerate(table.columns):
            assert table.counts[i, j] == expected[(row, column)]


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 1, 1)))
def test_a_week_begins_on_its_monday(day: datetime.date) -> None:
    monday = week([np.datetime64(day) + np.timedelta64(23, "h")])[0].astype(object)
    assert monday == day - datetime.timedelta(days=day.weekday())


def test_unknown_times_stay_unknown() -> None:
    times = np.array(["NaT", "2026-01-01T12:00:00"], dtype="datetime64[s]")
    assert np.isnat(week(times)).tolist() == [True, False]
    ages = age_days(times, np.datetime64("2026-01-03T00:00:00"))
    np.testing.assert_array_equal(ages, [np.nan, 1.5])
    keys, counts = count(week(np.append(times, times[:1])))
    assert counts.tolist() == [1, 2]
    assert np.isnat(keys[0]).tolist() == [False, True]


def test_columns_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="not of one length"):
        count([1, 2], [1])
    with pytest.raises(ValueError, match="not of one length"):
        cross([1, 2], [1])
    with pytest.raises(ValueError, match="at least one"):
        count()
    with pytest.raises(ValueError, match="one dimension"):
        count(np.zeros((2, 2)))
