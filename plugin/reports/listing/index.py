# SPDX-License-Identifier: GPL-2.0-or-later
"""What a person wants listed: a filter with a distance on the map, and filters that were saved."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional

from ....core.store.listing import Filter

Box = tuple[float, float, float, float]
_METRES_A_DEGREE = 111_320.0


@dataclass(frozen=True)
class Wanted(Filter):
    """A filter with ``near``, metres from the centre of the map."""

    near: Optional[int] = None

    @classmethod
    def from_json(cls, text: str) -> Wanted:
        """Return a saved filter; what is damaged or unknown is left out."""
        known: dict[str, Any] = dict(vars(Filter.from_json(text)))
        try:
            saved = json.loads(text)
        except ValueError:
            saved = {}
        near = saved.get("near") if isinstance(saved, dict) else None
        if isinstance(near, int) and not isinstance(near, bool) and near > 0:
            known["near"] = near
        return cls(**known)


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
