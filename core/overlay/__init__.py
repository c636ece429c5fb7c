# SPDX-License-Identifier: GPL-2.0-or-later
"""Group, nearest, aggregate: arrays in, arrays out."""

from .aggregate import Table, age_days, count, cross, week
from .grouping import group
from .nearness import nearest

__all__ = ["Table", "age_days", "count", "cross", "group", "nearest", "week"]
