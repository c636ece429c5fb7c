# SPDX-License-Identifier: GPL-2.0-or-later
"""Which offsets from UTC were in force at a place."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# The territories of France: west, south, east, north in degrees WGS 84, and the zone of the IANA database.
_FRANCE = (
    (-5.5, 41.2, 9.7, 51.2, "Europe/Paris"),
    (-63.2, 14.3, -60.7, 18.2, "America/Guadeloupe"),
    (-54.7, 2.0, -51.5, 6.0, "America/Cayenne"),
    (-56.6, 46.6, -56.0, 47.2, "America/Miquelon"),
    (55.1, -21.5, 55.9, -20.8, "Indian/Reunion"),
    (44.9, -13.1, 45.4, -12.5, "Indian/Mayotte"),
    (163.0, -23.0, 169.0, -19.0, "Pacific/Noumea"),
    (-178.3, -14.5, -176.0, -13.1, "Pacific/Wallis"),
    (-152.9, -18.0, -148.0, -15.8, "Pacific/Tahiti"),
)
# Elsewhere: every offset that a clock on land has had since 1995, in quarters of an hour.
_KNOWN = sorted({4 * hours for hours in range(-12, 15)} | {-38, -14, -10, 14, 18, 22, 23, 26, 35, 38, 42, 51, 55})
_FARTHEST = timedelta(hours=3, minutes=15)
"""How far legal time goes from the sun's: in the west of China, and in summer in the west of Spain and of Alaska."""


def offsets_at(utc: datetime, lon: float, lat: float) -> list[timedelta]:
    """Return the offsets from UTC that a clock at a place may have shown at a moment.

    Parameters
    ----------
    utc : datetime
        The moment, with its zone.
    lon, lat : float
        Degrees WGS 84.

    Returns
    -------
    list of timedelta
        One in the territories of France; elsewhere all known ones within three hours and a quarter of the sun's time.
    """
    for west, south, east, north, name in _FRANCE:
        if west <= lon <= east and south <= lat <= north:
            try:
                offset = utc.astimezone(ZoneInfo(name)).utcoffset()
            except (ZoneInfoNotFoundError, OverflowError):
                break  # Windows without the package tzdata
            return [] if offset is None else [offset]
    sun = timedelta(hours=lon / 15)
    found = (timedelta(minutes=15 * quarters) for quarters in _KNOWN)
    return [offset for offset in found if abs(offset - sun) <= _FARTHEST]
