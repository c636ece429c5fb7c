# SPDX-License-Identifier: GPL-2.0-or-later
"""The commune's offline pack: made, made for all, brought up to date, brought home."""

from ..store.packs import Returned
from .contents import Contents
from .making import BUDGET, Made, Order, make
from .many import PackOutcome, Summary, make_all
from .place import Place, find
from .refreshing import Refreshed, refresh
from .returning import bring_home

__all__ = [
    "BUDGET",
    "Contents",
    "Made",
    "Order",
    "PackOutcome",
    "Place",
    "Refreshed",
    "Returned",
    "Summary",
    "bring_home",
    "find",
    "make",
    "make_all",
    "refresh",
]
