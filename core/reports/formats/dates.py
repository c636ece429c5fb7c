# SPDX-License-Identifier: GPL-2.0-or-later
"""The dates that report servers and spreadsheets write, as ISO 8601.

Seen in the wild: ISO 8601 with an offset, with ``Z``, without a zone, with a blank for the ``T`` and a zone after
it, days and months with slashes, seconds or milliseconds since 1970, and the form of e-mail headers; where days come
first also what French offices write (two digits for the year, names of months, ``14h30``) and the serial numbers of
spreadsheets. A time without a zone stays without one: nothing is invented.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any, Literal, Optional

Order = Literal["unknown", "day first", "month first"]
"""How ``03/04/2024`` is to be read; with ``unknown`` only a date that can be read in one way is."""

_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
# 14h30, 8h05, 14 h, 14:30:00, 14h30min: as French offices write it.
_FRENCH_TIME = (
    r"(?P<hour>\d{1,2})\s?(?:h(?:eures?)?|:)\s?(?:(?P<minute>\d{2})(?:\s?(?:mn|min|m))?(?:[:m]\s?(?P<second>\d{2})s?"
    r"(?:[.,](?P<fraction>\d{1,9}))?)?)?"
)
_AFTER = rf"(?:(?:,|\s+-)?\s+(?:(?:à|a|vers)\s+)?{_FRENCH_TIME})?"
_MONTHS = {
    "janv": 1, "janvier": 1, "jan": 1, "fevr": 2, "fevrier": 2, "fev": 2, "mars": 3, "mar": 3, "avr": 4, "avril": 4,
    "mai": 5, "juin": 6, "juil": 7, "juillet": 7, "aout": 8, "sept": 9, "septembre": 9, "sep": 9, "oct": 10,
    "octobre": 10, "nov": 11, "novembre": 11, "dec": 12, "decembre": 12,
}  # fmt: skip
_WRITTEN = re.compile(
    rf"(?:(?:lun|mar|mer|jeu|ven|sam|dim)[a-z]*\.?,?\s+)?(?:le\s+)?(?P<day>\d{{1,2}})(?:er)?[\s-]+(?P<month>[a-z]{{3,9}})\.?"
    rf"[\s-]+(?P<year>\d{{4}}|\d{{2}}){_AFTER}"
)
_FRENCH = re.compile(
    rf"(?:(?:lun|mar|mer|jeu|ven|sam|dim)[a-z]*\.?,?\s+)?(?:le\s+)?(?P<day>\d{{1,2}})[/.-](?P<month>\d{{1,2}})[/.-]"
    rf"(?P<year>\d{{4}}|\d{{2}}){_AFTER}"
)
_SERIAL = re.compile(r"(?P<days>[345]\d{4})(?:[.,](?P<part>\d{1,12}))?", re.ASCII)
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
    if order == "day first":
        found = _of_an_office(text)
        if found is not None:
            return found
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


def _of_an_office(text: str) -> Optional[str]:
    """Read what French offices and their spreadsheets write: ``05/03/26``, ``1er août 2026 à 14h30``, ``46086.6``."""
    serial = _SERIAL.fullmatch(text)
    if serial:
        # Days since 1899-12-30 (ECMA-376 part 1, 18.17.4.1: the 1900 date system), 30000 to 59999: 1982 to 2064.
        day = datetime(1899, 12, 30) + timedelta(days=int(serial["days"]))
        if not int(serial["part"] or "0"):
            return day.date().isoformat()
        return (day + timedelta(seconds=round(float(f"0.{serial['part']}") * 86400))).isoformat()
    plain = unicodedata.normalize("NFKD", " ".join(text.split())).encode("ascii", "ignore").decode("ascii").lower()
    match = _FRENCH.fullmatch(plain) or _WRITTEN.fullmatch(plain)
    if not match:
        return None
    month = _MONTHS.get(match["month"]) or (int(match["month"]) if match["month"].isdigit() else 0)
    year = int(match["year"])
    year += 0 if year > 99 else 2000 if year < 70 else 1900
    moment = datetime(
        year, month, int(match["day"]), int(match["hour"] or 0), int(match["minute"] or 0), int(match["second"] or 0),
        int((match["fraction"] or "0").ljust(9, "0")[:6]),
    )  # fmt: skip
    return moment.date().isoformat() if match["hour"] is None else moment.isoformat()


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
