# SPDX-License-Identifier: GPL-2.0-or-later
"""What a bulletin says: rows, lists and cards, ready for the template."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from ..base.bilingual import Bilingual
from ..model import Columns, Rejected
from .figures import Group, by_date, taken, tally
from .kinds import Kind, numbers
from .wording import Said

TEXT_SHOWN = 110
"""Characters of a description or address that a list shows."""


@dataclass(frozen=True)
class Row:
    """One bar: what is counted, how many, of all (``share``) and of the longest bar (``part``)."""

    name: Said
    count: int
    share: float
    part: float
    open: int = 0
    kind: Optional[Kind] = None
    reason: Optional[Bilingual] = None
    others: int = 0
    """How many classes are gathered in this row."""


@dataclass(frozen=True)
class Line:
    """One report in a list; ``reason`` says why it went to ``team``."""

    ref: str
    kind: Kind
    day: Optional[dt.date]
    commune: str
    text: str
    closed: bool
    team: Said
    reason: Optional[Bilingual]


@dataclass(frozen=True)
class GroupLine:
    """Several reports of one problem."""

    size: int
    kind: Kind
    first: Optional[dt.date]
    last: Optional[dt.date]
    commune: str
    text: str


@dataclass(frozen=True)
class Check:
    """Something a person should look at: the keys of its sentences are ``key`` and ``key_todo``."""

    key: str
    rows: NDArray[Any]
    examples: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many rows."""
        return int(self.rows.size)


@dataclass(frozen=True)
class Refusal:
    """Records rejected for one reason, with the first places."""

    reason: str
    count: int
    where: tuple[str, ...]


def day(moment: Any) -> Optional[dt.date]:
    """Return the day of a numpy time, None for NaT."""
    return None if np.isnat(moment) else moment.astype("datetime64[D]").astype(dt.date)


def cut(text: str, length: int = TEXT_SHOWN) -> str:
    """Return a text on one line, shortened with an ellipsis."""
    flat = " ".join(text[: 8 * length].split())
    return flat if len(flat) <= length else flat[: length - 1].rstrip() + "…"


def class_rows(table: Columns, kinds: Sequence[Kind], shown: int = 0) -> list[Row]:
    """Count by class; where there are more than ``shown`` the last ones are gathered in one row (0: show all)."""
    kind_of = {kind.id: kind for kind in kinds}
    counted = tally(table["class"])
    total, longest = len(table["id"]), max([n for _, n in counted] + [1])
    open_of = dict(tally(table["class"][~table["closed"]]))
    rows = [Row(kind_of[c].name, n, n / total, n / longest, open_of.get(c, 0), kind_of[c]) for c, n in counted]
    if shown and len(rows) > shown + 1:
        head, tail = rows[:shown], rows[shown:]
        gathered = sum(row.count for row in tail)
        still_open = sum(row.open for row in tail)
        rest = Row("", gathered, gathered / total, min(gathered / longest, 1.0), still_open, others=len(tail))
        rows = [*head, rest]
    return rows


def team_rows(table: Columns, teams: Mapping[str, Said], nobody: Said) -> list[Row]:
    """Count by team, each with the reason that is most frequent for it."""
    counted = tally(table["team"])
    total, longest = len(table["id"]), max([n for _, n in counted] + [1])
    open_of = dict(tally(table["team"][~table["closed"]]))
    out = []
    for team, n in counted:
        mine = np.flatnonzero(table["team"] == team)
        name = teams.get(team, team) if team else nobody
        why = _usual_reason(table["rule"][mine], table["reason_fr"][mine], table["reason_en"][mine], name)
        out.append(Row(name, n, n / total, n / longest, open_of.get(team, 0), reason=why if team else None))
    return out


def _usual_reason(rule: NDArray[Any], fr: NDArray[Any], en: NDArray[Any], team: Said) -> Optional[Bilingual]:
    usual = np.flatnonzero(rule == tally(rule)[0][0])
    return reason(fr[usual[0]], en[usual[0]], team)


def reason(fr: str, en: str, team: Said) -> Optional[Bilingual]:
    """Return why a team was chosen, without its name in front (it stands beside).

    Where one language is missing the other stands in; None where both are.
    """
    name = Bilingual(fr=team, en=team) if isinstance(team, str) else team
    fr, en = fr.removeprefix(f"{name.fr} — "), en.removeprefix(f"{name.en} — ")
    return Bilingual(fr=cut(fr or en, 200), en=cut(en or fr, 200)) if fr or en else None


def lines(table: Columns, rows: NDArray[Any], kinds: Sequence[Kind], teams: Mapping[str, Said]) -> tuple[Line, ...]:
    """Return some reports as lines of a list."""
    some = taken(table, rows)
    return tuple(
        Line(
            ref=cut(some["id"][i], 40),
            kind=kinds[k],
            day=day(some["reported_at"][i]),
            commune=some["commune"][i],
            text=place(some, i),
            closed=bool(some["closed"][i]),
            team=teams.get(some["team"][i], some["team"][i]),
            reason=reason(some["reason_fr"][i], some["reason_en"][i], teams.get(some["team"][i], some["team"][i])),
        )
        for i, k in enumerate(numbers(some["class"], kinds).tolist())
    )


def place(table: Columns, i: int) -> str:
    """Return where a report is, in the best words there are: address, description, position or nothing."""
    for name in ("address", "description"):
        if table[name][i].strip():
            return cut(table[name][i])
    return f"{table['lat'][i]:.4f}, {table['lon'][i]:.4f}" if table["located"][i] else ""


def oldest_open(table: Columns, shown: int) -> NDArray[Any]:
    """Return the rows of the oldest open reports that have a date."""
    rows = np.flatnonzero(~table["closed"] & ~np.isnat(table["reported_at"]))
    oldest: NDArray[Any] = rows[by_date(table["reported_at"][rows])]
    return oldest[:shown]


def group_lines(table: Columns, found: Sequence[Group], kinds: Sequence[Kind]) -> list[GroupLine]:
    """Return groups as lines: the place is that of the first report."""
    kind_of = {kind.id: kind for kind in kinds}
    out = []
    for group in found:
        at = table["reported_at"][group.rows]
        dated = at[~np.isnat(at)]
        i = int(group.rows[0])
        first, last = (day(dated.min()), day(dated.max())) if dated.size else (None, None)
        out.append(
            GroupLine(group.rows.size, kind_of[table["class"][i]], first, last, table["commune"][i], place(table, i))
        )
    return out


def checks(table: Columns, now: np.datetime64, routed: bool, shown: int = 5) -> list[Check]:
    """Return what is uncertain, the kinds of doubt that occur. ``routed`` is false where no rule was applied at all."""
    at = table["reported_at"]
    masks = {
        "unqualified": table["class"] == "",
        "ambiguous": table["ambiguous"],
        "outside": table["outside"] & table["located"] & ~table["water"],
        "in_water": table["water"],
        "unplaced": ~table["located"],
        "unassigned": (table["team"] == "") & routed,
        "undated": np.isnat(at),
        "future": ~np.isnat(at) & (at > now),
    }
    found = {key: np.flatnonzero(mask) for key, mask in masks.items()}
    return [
        Check(key, rows, tuple(cut(ref, 40) for ref in table["id"][rows[:shown]]))
        for key, rows in found.items()
        if rows.size
    ]


def refusals(rejected: Sequence[Rejected], shown: int = 3) -> list[Refusal]:
    """Return the rejected records by reason, the most frequent first."""
    places: dict[str, list[str]] = defaultdict(list)
    for record in rejected:
        places[record.reason].append(record.where)
    ordered = sorted(places.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return [Refusal(cut(why, 300), len(where), tuple(cut(w) for w in where[:shown])) for why, where in ordered]
