# SPDX-License-Identifier: GPL-2.0-or-later
"""Light and local time of day, on whole arrays: the sun's altitude, civil twilight, and the clocks of France.

The sun: the low-precision formulas of *The Astronomical Almanac* (section C, "Low precision formulas for the Sun"),
right to 0.01° from 1950 to 2050; that is some seconds of twilight. Summer time: Directive 2000/84/EC, from the last
Sunday of March to the last of October, at 01:00 UTC (Windows has no table of time zones that Python finds).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

CIVIL_DEGREES = -6.0
"""The sun's altitude, of its centre and without refraction, at which civil twilight begins and ends."""
_DAY_MS = 86_400_000
_HOUR_MS = 3_600_000
_J2000_MS = 946_728_000_000  # 2000-01-01T12:00Z


def sun_altitude(at: Any, lon: float, lat: float) -> NDArray[np.float64]:
    """Return the altitude of the sun's centre, degrees, without refraction.

    Parameters
    ----------
    at : array of int
        Milliseconds since 1970, UTC.
    lon, lat : float
        WGS 84, degrees.
    """
    n = (np.asarray(at, dtype=np.float64) - _J2000_MS) / _DAY_MS
    anomaly = np.radians(357.528 + 0.9856003 * n)
    longitude = np.radians(280.460 + 0.9856474 * n + 1.915 * np.sin(anomaly) + 0.020 * np.sin(2 * anomaly))
    tilt = np.radians(23.439 - 4e-7 * n)
    ascension = np.arctan2(np.cos(tilt) * np.sin(longitude), np.cos(longitude))
    declination = np.arcsin(np.sin(tilt) * np.sin(longitude))
    sidereal = np.radians(15.0 * ((18.697374558 + 24.06570982441908 * n) % 24.0) + lon)
    hour, phi = sidereal - ascension, np.radians(lat)
    sine = np.sin(phi) * np.sin(declination) + np.cos(phi) * np.cos(declination) * np.cos(hour)
    altitude: NDArray[np.float64] = np.degrees(np.arcsin(np.clip(sine, -1.0, 1.0)))
    return altitude


def is_dark(at: Any, lon: float, lat: float) -> NDArray[np.bool_]:
    """Say at which moments (ms, UTC) the sun is lower than in civil twilight."""
    dark: NDArray[np.bool_] = sun_altitude(at, lon, lat) < CIVIL_DEGREES
    return dark


def local(at: Any) -> NDArray[np.int64]:
    """Return the clock of metropolitan France, as if it were UTC, at moments in ms UTC."""
    utc = np.asarray(at, dtype=np.int64)
    days = utc.astype("datetime64[ms]")
    years = days.astype("datetime64[Y]")
    begins, ends = (_last_sunday(years, month) for month in (2, 9))
    return utc + _HOUR_MS * (1 + ((utc >= begins) & (utc < ends)).astype(np.int64))


def minute_of_day(at: Any) -> NDArray[np.int64]:
    """Return the minutes since midnight, by the clock of metropolitan France."""
    minutes: NDArray[np.int64] = local(at) // 60_000 % 1440
    return minutes


def _last_sunday(years: NDArray[Any], month: int) -> NDArray[np.int64]:
    """Return 01:00 UTC of the last Sunday of a month (0 is January) that has 31 days, ms."""
    last = (years.astype("datetime64[M]") + month).astype("datetime64[D]") + 30
    number = last.astype(np.int64)
    # 1970-01-01 was a Thursday; Sunday is (number + 4) % 7 == 0.
    return ((number - (number + 4) % 7) * 24 + 1) * _HOUR_MS
