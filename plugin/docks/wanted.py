# SPDX-License-Identifier: GPL-2.0-or-later
"""Which reports a person wants to see: what the index filters by, and what only the workspace knows."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Optional

from .backlog_index import Filter
from .reading import reading

Box = tuple[float, float, float, float]
_METRES_A_DEGREE = 111_320.0
_QUARTIERS = "SELECT quartier, count(*) FROM triage WHERE quartier <> '' GROUP BY quartier"
_OF_QUARTIERS = "SELECT fid FROM triage WHERE quartier IN (SELECT value FROM json_each(?))"
_MINE = """
SELECT fid FROM report WHERE id IN (SELECT report_id FROM history WHERE who = ?1
    UNION SELECT report_id FROM decision WHERE who = ?1 UNION SELECT report_id FROM change WHERE who = ?1)
"""
_CONFLICTS = """
SELECT fid FROM report WHERE id IN (SELECT report_id FROM conflict
    UNION SELECT gone.report_id FROM gone JOIN change ON change.report_id = gone.report_id)
"""


@dataclass(frozen=True)
class Wanted(Filter):
    """A filter with ``quartiers``; ``mine``, what this person worked on; ``conflicts``; ``near``, metres from the
    centre of the map.
    """

    quartiers: Optional[tuple[str, ...]] = None
    mine: bool = False
    conflicts: bool = False
    near: Optional[int] = None

    @classmethod
    def from_json(cls, text: str) -> Wanted:
        """Return a saved filter; what is damaged or unknown is left out."""
        known: dict[str, Any] = dict(vars(Filter.from_json(text)))
        try:
            saved = json.loads(text)
        except ValueError:
            saved = {}
        if isinstance(saved, dict):
            if isinstance(saved.get("quartiers"), list):
                known["quartiers"] = tuple(str(value) for value in saved["quartiers"])
            if isinstance(saved.get("near"), int) and not isinstance(saved["near"], bool) and saved["near"] > 0:
                known["near"] = saved["near"]
            known.update({name: saved.get(name) is True for name in ("mine", "conflicts")})
        return cls(**known)

    @property
    def beyond(self) -> tuple[Any, ...]:
        """What only the workspace can answer; empty where nothing of it is asked."""
        asked = (self.quartiers, self.mine, self.conflicts)
        return asked if any(asked) else ()

    def indexed(self) -> Filter:
        """Return what the index can answer."""
        return replace(self, quartiers=None, mine=False, conflicts=False, near=None)


def quartiers_of(path: Path) -> dict[str, int]:
    """Return quartier → number of reports in it."""
    with reading(path) as connection:
        return dict(connection.execute(_QUARTIERS).fetchall())


def fids_of(path: Path, wanted: Wanted, who: str) -> set[int]:
    """Return the numbers of the reports that fit what only the workspace knows; ``who`` is the person."""
    asked: list[tuple[str, Sequence[str]]] = []
    if wanted.quartiers:
        asked.append((_OF_QUARTIERS, (json.dumps(list(wanted.quartiers)),)))
    if wanted.mine:
        asked.append((_MINE, (who,)))
    if wanted.conflicts:
        asked.append((_CONFLICTS, ()))
    with reading(path) as connection:
        found = [{fid for (fid,) in connection.execute(statement, values)} for statement, values in asked]
    return set.intersection(*found)


def box_around(lon: float, lat: float, metres: float) -> Box:
    """Return west, south, east, north in degrees of a square around a place, ``metres`` to each side."""
    high = metres / _METRES_A_DEGREE
    wide = high / max(0.01, math.cos(math.radians(lat)))
    return (lon - wide, lat - high, lon + wide, lat + high)


def both(one: Optional[Box], other: Optional[Box]) -> Optional[Box]:
    """Return what two boxes share; None stands for the whole world. Where they share nothing, nothing fits."""
    if one is None or other is None:
        return one or other
    return (max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3]))


def saved_filters(text: str) -> Mapping[str, Wanted]:
    """Return the saved filters by name; what is damaged is left out."""
    try:
        stored = json.loads(text)
    except ValueError:
        return {}
    return {str(n): Wanted.from_json(str(v)) for n, v in stored.items()} if isinstance(stored, dict) else {}
