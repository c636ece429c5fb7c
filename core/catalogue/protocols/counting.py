# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether all of a list came: what its answers count themselves is compared with what was in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Optional

from ...model import Rejected
from .calls import Calls

EMPTY_PAGES = 3
"""So many pages in a row without a record end a list, whatever it counts."""


class Count:
    """One list that is being read, ``where`` it is; ``came`` counts records, ``lost`` those known to be unreadable."""

    def __init__(self, calls: Calls, where: str) -> None:
        self._calls = calls
        self._where = where
        self.came = 0
        self.lost = 0
        self.total: Optional[int] = None

    def page(self, records: int, total: Optional[int]) -> None:
        """Take note of a page and of what it says of the whole list."""
        self.came += records
        if total is not None and total >= 0:
            self.total = total

    @property
    def left(self) -> bool:
        """Whether the list counts more records than came."""
        return self.total is not None and self.came + self.lost < self.total

    def ending(self) -> Iterator[Rejected]:
        """Say at the end what is missing; what a source had before is then not taken for removed."""
        if self.lost:
            self._calls.complete = False
        if self.left:
            self._calls.complete = False
            yield Rejected(
                self._where, f"The list counts {self.total} records and gave {self.came + self.lost} of them"
            )
