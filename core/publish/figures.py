# SPDX-License-Identifier: GPL-2.0-or-later
"""The figures of a bulletin: arrays of incidents in, counts out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from ..base.columns import empty_text
from ..errors import DataError
from ..model import Columns

AGE_LIMITS = (7, 28, 91, 365)
"""Days that part the backlog: under a week, 1 to 4 weeks, 1 to 3 months, 3 to 12 months, older."""

_TEXTS = [
    "id",
    "source",
    "class",
    "class_from",
    "insee",
    "commune",
    "group_id",
    "team",
    "rule",
    "reason_fr",
    "reason_en",
    "state",
    "description",
    "address",
]
_FLAGS = ("ambiguous", "outside", "water")


def complete(incidents: Columns, closed_states: Collection[str]) -> Columns:
    """Return the incidents with every column that a bulletin reads, absent ones filled with "not known".

    Added: ``closed`` and ``stateless`` (bool), from ``state`` compared without case with ``closed_states``.

    Raises
    ------
    DataError
        There is no column ``id``, or a column is longer or shorter than it.
    """
    if "id" not in incidents and any(len(column) for column in incidents.values()):
        raise DataError("The incidents have no column 'id'", next_step="Read them with the workflow or the store")
    n = len(incidents["id"]) if "id" in incidents else 0
    for name, column in incidents.items():
        if len(column) != n:
            raise DataError(f"The column '{name}' has {len(column)} values for {n} incidents")
    out: Columns = {name: _texts(incidents.get(name), n) for name in _TEXTS}
    for name in _FLAGS:
        out[name] = np.asarray(incidents.get(name, np.zeros(n)), dtype=bool)
    for name in ("lon", "lat", "confidence"):
        out[name] = np.asarray(incidents.get(name, np.full(n, np.nan)), dtype=np.float64)
    at = incidents.get("reported_at", np.full(n, "NaT", dtype="datetime64[s]"))
    out["reported_at"] = np.asarray(at, dtype="datetime64[s]")
    states, which = np.unique(out["state"], return_inverse=True)
    closed = np.array([str(s).strip().casefold() in closed_states for s in states], dtype=bool)
    out["closed"] = closed[which] if n else np.zeros(0, dtype=bool)
    out["stateless"] = out["state"] == ""
    out["located"] = np.isfinite(out["lon"]) & np.isfinite(out["lat"])
    return out


def _texts(column: Optional[NDArray[Any]], n: int) -> NDArray[Any]:
    if column is None:
        return empty_text(n)
    values = np.asarray(column, dtype=object)
    return np.where([value is None for value in values], "", values).astype(str).astype(object)


def taken(table: Columns, rows: NDArray[Any]) -> Columns:
    """Return some rows of a table: a mask, or row numbers in their order."""
    return {name: column[rows] for name, column in table.items()}


def tally(values: NDArray[Any]) -> list[tuple[str, int]]:
    """Return each value with its count, the most frequent first, then by name; ``""`` (not known) comes last."""
    names, counts = np.unique(values, return_counts=True)
    pairs = [(str(name), int(count)) for name, count in zip(names, counts)]
    return sorted(pairs, key=lambda pair: (pair[0] == "", -pair[1], pair[0]))


@dataclass(frozen=True)
class Weeks:
    """Reports by ISO week: the Mondays shown with their counts, and how many are not shown."""

    mondays: tuple[dt.date, ...]
    counts: tuple[int, ...]
    earlier: int
    later: int
    undated: int
    recent: bool
    """Whether the last week shown is the one of "now"; if not, it is that of the latest report."""


def weeks(reported_at: NDArray[Any], now: np.datetime64, shown: int = 12) -> Weeks:
    """Count reports (UTC) by ISO week: the ``shown`` weeks up to ``now``.

    If nothing was reported in them, the weeks up to the latest report before ``now`` are shown. Weeks begin on
    Monday (ISO 8601); 1 January 1970, where the days are counted from, was a Thursday.
    """
    undated = np.isnat(reported_at)
    days = reported_at[~undated].astype("datetime64[D]").astype(np.int64)
    week = (days + 3) // 7
    this = (int(now.astype("datetime64[D]").astype(np.int64)) + 3) // 7
    past = week[week <= this]
    recent = past.size == 0 or int(past.max()) > this - shown
    last = this if recent else int(past.max())
    first = last - shown + 1
    counts = np.bincount(week[(week >= first) & (week <= last)] - first, minlength=shown)
    epoch = dt.date(1970, 1, 1)
    return Weeks(
        mondays=tuple(epoch + dt.timedelta(days=(first + i) * 7 - 3) for i in range(shown)),
        counts=tuple(counts.tolist()),
        earlier=int((week < first).sum()),
        later=int((week > last).sum()),
        undated=int(undated.sum()),
        recent=recent,
    )


def ages(reported_at: NDArray[Any], now: np.datetime64) -> tuple[int, ...]:
    """Count reports by age: one count for each part of :data:`AGE_LIMITS`, then those without a date.

    A report dated after ``now`` is counted with the youngest.
    """
    dated = reported_at[~np.isnat(reported_at)]
    seconds = (now.astype("datetime64[s]") - dated).astype(np.int64)
    part = np.searchsorted(np.array(AGE_LIMITS) * 86_400, seconds, side="right")
    counts = np.bincount(part, minlength=len(AGE_LIMITS) + 1).tolist()
    return (*counts, int(reported_at.size - dated.size))


def by_date(reported_at: NDArray[Any], *, newest_first: bool = False) -> NDArray[Any]:
    """Return row numbers in the order of their dates, those without a date last; equal dates keep their order."""
    seconds = reported_at.astype(np.int64)
    key = np.where(np.isnat(reported_at), np.iinfo(np.int64).max, -seconds if newest_first else seconds)
    return np.argsort(key, kind="stable")


@dataclass(frozen=True)
class Group:
    """Several reports of one problem: the row numbers, the first report first."""

    id: str
    rows: NDArray[Any]


def groups(group_id: NDArray[Any], reported_at: NDArray[Any]) -> list[Group]:
    """Return the groups of two reports and more, the largest first, then by id."""
    names, which, size = np.unique(group_id, return_inverse=True, return_counts=True)
    order = by_date(reported_at)
    order = order[np.argsort(which[order], kind="stable")]
    ends = np.cumsum(size)
    found = [
        Group(str(names[i]), order[ends[i] - size[i] : ends[i]])
        for i in np.flatnonzero((size > 1) & (names != "")).tolist()
    ]
    return sorted(found, key=lambda group: (-group.rows.size, group.id))
