# SPDX-License-Identifier: GPL-2.0-or-later
"""ISO 8601 text to GeoPackage's DATETIME."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigma_communes.core.store.file.timestamps import now, utc

zones = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=st.none() | zones))
def test_every_isoformat_is_read(moment: datetime) -> None:
    text = utc(moment.isoformat())
    assert text is not None
    expected = moment if moment.tzinfo is None else moment.astimezone(timezone.utc).replace(tzinfo=None)
    assert text == expected.isoformat(timespec="milliseconds") + "Z"
    assert utc(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-06-01T12:00:00Z", "2025-06-01T12:00:00.000Z"),
        ("2025-06-01T12:00:00+0200", "2025-06-01T10:00:00.000Z"),
        ("2025-06-01 12:00 +02", "2025-06-01T10:00:00.000Z"),
        ("2025-06-01T12:00:00,5", "2025-06-01T12:00:00.500Z"),
        ("2025-06-01", "2025-06-01T00:00:00.000Z"),
        ("2025-06-31", None),
        ("2025-06-01T24:00:00", None),
        ("0001-01-01T00:00:00+01:00", None),
        ("01/06/2025", None),
        ("", None),
        (None, None),
    ],
)
def test_forms(text: Optional[str], expected: Optional[str]) -> None:
    assert utc(text) == expected


def test_now_has_the_same_form_and_is_utc() -> None:
    text = now()
    assert utc(text) == text
    assert abs(datetime.fromisoformat(text[:-1]) - datetime.now(timezone.utc).replace(tzinfo=None)) < timedelta(hours=1)
