# SPDX-License-Identifier: GPL-2.0-or-later
"""When a photo was taken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Optional

from .exif import Exif, text
from .zones import offsets_at

# (time, its offset, its fraction of a second) in the order of trust, as native:importphotos has it
_TIMES = ((0x9003, 0x9011, 0x9291), (0x9004, 0x9012, 0x9292), (0x0132, 0x9010, 0x9290))
_XMP_TIMES = ("DateTimeOriginal", "DateCreated", "CreateDate")
_GPS_TIME, _GPS_DATE = 7, 29

_WHEN = re.compile(
    r"(\d{4})[:/.-](\d\d?)[:/.-](\d\d?)[ T]+(\d\d?):(\d\d)(?::(\d\d))?(?:[.,](\d+))?\s*(Z|[+-]\d\d?:?\d\d)?"
)
_DAY = re.compile(r"(\d{4})[:/.-](\d\d?)[:/.-](\d\d?)")
_TOLERANCE = timedelta(minutes=2)
_OFFSET = re.compile(r"([+-])(\d\d?):?(\d\d)")


def read_taken_at(
    exif: Exif, xmp: Mapping[str, str], lon: Optional[float] = None, lat: Optional[float] = None
) -> Optional[str]:
    """Return ISO 8601 text, or None where no valid time is given (``0000:00:00`` is none).

    The camera's clock with its offset where the file gives one. Without it the satellites' UTC helps: where both
    clocks differ (to two minutes) by an offset that was in force at the place, degrees WGS 84, at that moment, it is
    the offset. The satellites' time is that of the last fix and can be old, so the camera's clock stays without a zone
    otherwise, and where there is no place. Only UTC where the camera's clock is missing.
    """
    utc = _satellite_time(exif)
    for tag, offset_tag, fraction_tag in _TIMES:
        tags = {**exif.image, **exif.exposure}
        when = _moment(text(tags.get(tag)), text(tags.get(offset_tag)), text(tags.get(fraction_tag)))
        if when is not None:
            return _iso(when if when.tzinfo or utc is None else _with_offset(when, utc, lon, lat))
    if utc is not None:
        return _iso(utc)
    for name in _XMP_TIMES:
        when = _moment(xmp.get(name, ""), "", "")
        if when is not None:
            return _iso(when)
    return None


def _iso(when: datetime) -> str:
    return when.isoformat(timespec="milliseconds" if when.microsecond else "seconds")


def _moment(string: str, offset: str, fraction: str) -> Optional[datetime]:
    match = _WHEN.match(string)
    if match is None:
        return None
    *fields, own_fraction, own_offset = match.groups()
    digits = own_fraction or (fraction if fraction.isascii() and fraction.isdigit() else "")
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in fields)
        when = datetime(year, month, day, hour, minute, second, int(digits[:6].ljust(6, "0")))
        return when.replace(tzinfo=_zone(own_offset or offset))
    except ValueError:
        return None


def _zone(offset: str) -> Optional[timezone]:
    if offset == "Z":
        return timezone.utc
    match = _OFFSET.fullmatch(offset)
    if match is None:
        return None
    sign, hours, minutes = match.groups()
    delta = timedelta(hours=int(hours), minutes=int(minutes))
    if delta > timedelta(hours=14) or int(minutes) > 59:
        return None
    return timezone(-delta if sign == "-" else delta)


def _satellite_time(exif: Exif) -> Optional[datetime]:
    day, clock = _DAY.match(text(exif.gps.get(_GPS_DATE))), exif.gps.get(_GPS_TIME)
    if isinstance(clock, bytes):
        clock = tuple(float(part) for part in re.findall(r"\d+(?:\.\d+)?", text(clock)))
    if day is None or clock is None or len(clock) != 3:
        return None
    hours, minutes, seconds = clock
    if not (0 <= hours < 24 and 0 <= minutes < 60 and 0 <= seconds < 61):  # NaN fails too
        return None
    try:
        midnight = datetime(int(day.group(1)), int(day.group(2)), int(day.group(3)), tzinfo=timezone.utc)
        return midnight + timedelta(hours=hours, minutes=minutes, seconds=int(seconds))
    except (ValueError, OverflowError):
        return None


def _with_offset(local: datetime, utc: datetime, lon: Optional[float], lat: Optional[float]) -> datetime:
    if lon is None or lat is None:
        return local
    difference = local - utc.replace(tzinfo=None)
    near = [each for each in offsets_at(utc, lon, lat) if abs(difference - each) <= _TOLERANCE]
    return local.replace(tzinfo=timezone(near[0])) if near else local
