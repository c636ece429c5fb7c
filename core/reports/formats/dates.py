# SPDX-License-Identifier: GPL-2.0-or-later
"""The dates that report servers and spreadsheets write, as ISO 8601.

Seen in the wild: ISO 8601 with an offset, with ``Z``, without a zone, with a blank for the ``T`` and a zone after
it, days and months with slashes, seconds or milliseconds since 1970, and the form of e-mail headers. A time
without a zone stays without one: nothing is invented.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any, Literal, Optional

Order = Literal["unknown", "day first", "month first"]
"""How ``03/04/2024`` is to be read; with ``unknown`` only a date that can be read in one way is."""

_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
_ZONE = r"(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)"
_ISO = re.compile(
    rf"(?P<year>\d{{4}})-?(?P<month>\d{{2}})-?(?P<day>\d{{2}})(?:(?:T|\s+){_TIME}\s*{_ZONE}?)?",
    re.IGNORECASE | re.ASCII,
)
_SLASHED = re.compile(
    rf"(?P<first>\d{{1,2}})[/.-](?P<second_part>\d{{1,2}})[/.-](?P<year>\d{{4}})"
    rf"(?:,?\s+(?:(?:at|à)\s+)?{_TIME}\s*(?P<half>AM|PM)?\s*{_ZONE}?)?",
    re.IGNORECASE | re.ASCII,
)
_EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?|\d{12,13}", re.ASCII)
_LONGEST = 64


def iso_date(raw: Any, order: Order = "unknown") -> Optional[str]:
    """Return ``raw`` as ISO 8601 text, or None where it is not a date that can be read in one way.

    A date alone stays ``YYYY-MM-DD``; ``Z``, ``UTC`` and ``GMT`` become ``+00:00``; seconds or milliseconds since
    1970 become UTC. Fractions finer than a microsecond are cut.

    Parameters
    ----------
    raw : str, int, float, datetime or None
    order : Order
        How to read dates with slashes.
    """
    if raw is None or isinstance(raw, bool):
        return None
    if isinstance(raw, datetime):
        return raw.isoformat()
    text = str(raw).strip()
    if not text or len(text) > _LONGEST:
        return None
    try:
        return _read(text, order)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None  # a 31st of February, a year 0, a zone of 99 hours: not a date


def _read(text: str, order: Order) -> Optional[str]:
    if _EPOCH.fullmatch(text):
        seconds = float(text) / (1000 if len(text.partition(".")[0]) >= 12 else 1)
        return (datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=seconds)).isoformat()
    match = _ISO.fullmatch(text)
    if match:
        return _iso(match, int(match["month"]), int(match["day"]))
    match = _SLASHED.fullmatch(text)
    if match:
        first, second = int(match["first"]), int(match["second_part"])
        if order == "unknown":
            if first <= 12 and second <= 12 and first != second:
                return None
            order = "day first" if first > 12 else "month first"
        day, month = (first, second) if order == "day first" else (second, first)
        return _iso(match, month, day)
    if text[0].isalpha() or "," in text:
        moment = parsedate_to_datetime(text)
        return moment.isoformat()
    return None


def _iso(match: re.Match[str], month: int, day: int) -> str:
    parts = match.groupdict()
    if parts["hour"] is None:
        return datetime(int(parts["year"]), month, day).date().isoformat()
    hour = int(parts["hour"])
    half = (parts.get("half") or "").upper()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(f"{hour} {half} is no hour")
        hour = hour % 12 + (12 if half == "PM" else 0)
    micro = int((parts["fraction"] or "0").ljust(9, "0")[:6])
    moment = datetime(int(parts["year"]), month, day, hour, int(parts["minute"]), int(parts["second"] or 0), micro)
    return moment.replace(tzinfo=_zone(parts["zone"])).isoformat()


def _zone(text: Optional[str]) -> Optional[timezone]:
    if not text:
        return None
    if text[0] not in "+-":
        return timezone.utc
    digits = text[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
