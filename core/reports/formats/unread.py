# SPDX-License-Identifier: GPL-2.0-or-later
"""Values that a source gives and that can't be read: counted, with an example, so that none is lost in silence."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ...model import Report
from .position import MISSING

DATE, STATE, POSITION = "date", "state", "position"


@dataclass
class Unread:
    """What could not be read of many reports.

    ``counts`` are by :data:`DATE`, :data:`STATE` and :data:`POSITION`; ``examples`` the first value of each and its
    report; ``positions`` why there is none, by flag (``missing`` where the source gives none: that is no fault).
    """

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    positions: Counter[str] = field(default_factory=Counter)

    def see(self, report: Report) -> Report:
        """Count what is unread of a report; return the report."""
        for name in ("requested_datetime", "updated_datetime"):
            raw = report.extra.get(name)
            if getattr(report, name) is None and raw not in (None, ""):
                self._note(DATE, raw, report)
        if report.raw_status and not report.status:
            self._note(STATE, report.raw_status, report)
        if report.position_flag:
            self.positions[report.position_flag] += 1
            if report.position_flag != MISSING:
                value = f"{report.extra.get('long', '')} {report.extra.get('lat', '')}"
                self._note(POSITION, f"{value}: {report.position_flag}", report)
        return report

    def _note(self, what: str, value: object, report: Report) -> None:
        self.counts[what] += 1
        self.examples.setdefault(what, f"{report.service_request_id}: {str(value)[:80]}")
