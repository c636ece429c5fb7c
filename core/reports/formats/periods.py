# SPDX-License-Identifier: GPL-2.0-or-later
"""Periods of time that a list is asked for in, and how they are halved where an answer was cut off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Literal, Optional

EARLIEST = datetime(2000, 1, 1, tzinfo=timezone.utc)
"""Before any report server; GeoReport is of 2009."""


@dataclass(frozen=True)
class Period:
    """From ``start`` to ``end``, both aware. ``said`` is False where the server is to be asked without dates."""

    start: datetime
    end: datetime
    said: bool = True

    def halves(self, shortest: float) -> tuple[Period, ...]:
        """Return two halves that share their middle, or nothing where they would be shorter than ``shortest`` s."""
        half = (self.end - self.start) / 2
        if half.total_seconds() < shortest:
            return ()
        middle = (self.start + half).replace(microsecond=0)
        return replace(self, end=middle, said=True), replace(self, start=middle, said=True)

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%dT%H:%M:%SZ} to {self.end:%Y-%m-%dT%H:%M:%SZ}" if self.said else "all"


def cut(
    since: Optional[datetime], until: Optional[datetime], days: int, *, now: Optional[datetime] = None
) -> Iterator[Period]:
    """Cut a span into periods of at most ``days`` days (0: any length), oldest first.

    Without ``since`` it begins at :data:`EARLIEST`; without ``until`` it ends a day from now, so that neither a wrong
    clock nor another zone hides the newest; ``now`` is the server's time where that is known. Where neither is given
    and any length goes, the server is asked without dates.
    """
    start = _aware(since) if since else EARLIEST
    end = _aware(until) if until else (now or datetime.now(timezone.utc)).replace(microsecond=0) + timedelta(days=1)
    if not days:
        yield Period(start, end, said=bool(since or until))
        return
    while start < end:
        stop = min(start + timedelta(days=days), end)
        yield Period(start, stop)
        start = stop


def stamp(moment: datetime, form: Literal["Z", "offset", "no zone", "day"]) -> str:
    """Return a moment as a server wants to read it, in UTC."""
    # strftime writes early years with fewer digits.
    text = _aware(moment).astimezone(timezone.utc).replace(tzinfo=None).isoformat(timespec="seconds")
    if form == "day":
        return text[:10]
    return text + {"Z": "Z", "offset": "+00:00", "no zone": ""}[form]


def moment(iso: Optional[str]) -> Optional[datetime]:
    """Return ISO 8601 text as an aware time; what has no zone is taken as UTC. None where there is none."""
    if not iso:
        return None
    try:
        return _aware(datetime.fromisoformat(iso))
    except ValueError:
        return None


def _aware(time: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=timezone.utc)
