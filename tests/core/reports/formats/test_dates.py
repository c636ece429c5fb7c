# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigma_communes.core.reports.formats.dates import iso_date


@pytest.mark.parametrize(
    ("raw", "iso"),
    [
        ("2014-07-12T10:58:43-05:00", "2014-07-12T10:58:43-05:00"),
        ("2014-07-12T10:58:43-0500", "2014-07-12T10:58:43-05:00"),
        ("2014-07-12T15:58:43Z", "2014-07-12T15:58:43+00:00"),
        ("2014-07-12T15:58:43", "2014-07-12T15:58:43"),
        ("2014-07-12 15:58:43 UTC", "2014-07-12T15:58:43+00:00"),
        ("2014-07-12 15:58:43 +0200", "2014-07-12T15:58:43+02:00"),
        ("20140712T155843Z", None),
        ("2014-07-12T15:58:43.123456789Z", "2014-07-12T15:58:43.123456+00:00"),
        ("2014-07-12", "2014-07-12"),
        ("07/30/2018 12:01 AM", "2018-07-30T00:01:00"),
        ("07/30/2018 at 01:05 PM", "2018-07-30T13:05:00"),
        (1405180723, "2014-07-12T15:58:43+00:00"),
        ("1405180723000", "2014-07-12T15:58:43+00:00"),
        ("Sat, 12 Jul 2014 10:58:43 -0500", "2014-07-12T10:58:43-05:00"),
        ("2014-02-31", None),
        ("2014-07-12T25:00:00Z", None),
        ("2014-07-12T10:58:43+99:00", None),
        ("13:30 PM", None),
        ("yesterday", None),
        ("", None),
        (None, None),
        (True, None),
        ("9" * 5000, None),
    ],
)
def test_shapes_seen_in_the_wild(raw: object, iso: str | None) -> None:
    assert iso_date(raw) == iso


def test_slashes_are_read_only_in_a_known_order_or_where_there_is_one() -> None:
    assert iso_date("03/04/2024") is None
    assert iso_date("04/04/2024") == "2024-04-04"
    assert iso_date("03/04/2024", "day first") == "2024-04-03"
    assert iso_date("03/04/2024", "month first") == "2024-03-04"
    assert iso_date("03/04/2024 à 14:05", "day first") == "2024-04-03T14:05:00"
    assert iso_date("30/12/2024", "month first") is None


@given(st.datetimes(min_value=datetime(1000, 1, 1)), st.integers(-14 * 60, 14 * 60) | st.none())
def test_iso_text_comes_back_as_it_is(moment: datetime, minutes: int | None) -> None:
    if minutes is not None:
        moment = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert iso_date(moment.isoformat()) == moment.isoformat()


@given(st.text(max_size=80) | st.integers() | st.floats() | st.lists(st.integers(), max_size=2))
def test_anything_gives_a_date_that_python_reads_or_none(raw: object) -> None:
    iso = iso_date(raw)
    assert iso is None or datetime.fromisoformat(iso)
