# SPDX-License-Identifier: GPL-2.0-or-later
"""What is remembered while a server's list is read: the ids that came, what became of a period, what was asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Optional

from ...model import Rejected, Report
from ..formats.periods import moment


@dataclass
class Reading:
    """What became of one period: whole or not, and the records that could not be used."""

    whole: bool = False
    endless: bool = False
    came: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)

    @property
    def fits(self) -> bool:
        """Whether nothing more is to be had by shorter periods."""
        return self.whole or self.endless


class Known:
    """The ids that a list has given already.

    Some servers change the case of ids: two that differ by nothing else, made at the same time for the same
    service, are one request.
    """

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._alike: set[int] = set()

    def add(self, report: Report) -> bool:
        """Remember a report; False where it was known."""
        if report.service_request_id in self._ids:
            return False
        self._ids.add(report.service_request_id)
        alike = hash((report.service_request_id.casefold(), report.requested_datetime, report.service_code))
        known = alike in self._alike
        self._alike.add(alike)
        return not known


def asked_for(
    since: Optional[datetime], until: Optional[datetime], status: str, codes: frozenset[str]
) -> Callable[[Report], bool]:
    """Return whether a report is one of those asked for, as far as it says.

    A day of tolerance covers dates without zone. Either date may lie in the period: servers differ in which they
    compare.
    """
    day = timedelta(days=1)
    low = moment(since.isoformat()) if since else None
    high = moment(until.isoformat()) if until else None

    def wanted(report: Report) -> bool:
        if status and report.status != status:
            return False
        if codes and report.service_code not in codes:
            return False
        dates = [d for d in (moment(report.requested_datetime), moment(report.updated_datetime)) if d]
        return not dates or any((not low or d >= low - day) and (not high or d <= high + day) for d in dates)

    return wanted
