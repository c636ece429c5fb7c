# SPDX-License-Identifier: GPL-2.0-or-later
"""Three versions of a report, question by question: as it was (base), as it is here (mine), as the other side has it.

What one side changed is taken, what both changed alike is no question, what both changed differently is a conflict that
a person decides. The other side is a source, or an offline pack that came home. Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .fields import question, together
from .file.timestamps import utc

Fields = Mapping[str, Any]
Outcome = Literal["same", "alike", "mine", "theirs", "conflict"]
"""``same``: nobody changed it. ``alike``: both did, to the same. ``mine``, ``theirs``: this side alone changed it."""

_NEAR = 1e-7  # degrees, a centimetre: servers round coordinates


@dataclass(frozen=True)
class Question:
    """A field, or the fields that belong together, in three versions."""

    name: str
    outcome: Outcome
    base: dict[str, Any]
    mine: dict[str, Any]
    theirs: dict[str, Any]


def merge(base: Fields, mine: Fields, theirs: Fields, fields: Iterable[str]) -> list[Question]:
    """Say what became of each question that ``fields`` belong to; a field that no version has is none of it."""
    out = []
    for name in dict.fromkeys(question(field) for field in fields):
        keys = [key for key in together(name) if key in base or key in mine or key in theirs]
        before, here, there = ({key: version.get(key) for key in keys} for version in (base, mine, theirs))
        i_changed, they_changed = not alike(before, here), not alike(before, there)
        outcome: Outcome = "mine" if i_changed else "theirs" if they_changed else "same"
        if i_changed and they_changed:
            outcome = "alike" if alike(here, there) else "conflict"
        out.append(Question(name, outcome, before, here, there))
    return out


def alike(a: Fields, b: Fields) -> bool:
    """Say whether two versions mean the same in every field of the second."""
    return all(same(a.get(key), b.get(key)) for key in b)


def same(a: Any, b: Any) -> bool:
    """Say whether two values of a field mean the same: as servers round, zone and break lines of what we sent them.

    Numbers may differ by 1e-7 (a centimetre in degrees), times by their zone if they are one instant, texts by
    their line ends and outer blanks; None and empty text are one.
    """
    if a is b:
        return True
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return bool(a == b or abs(a - b) <= _NEAR or (a != a and b != b))
    a, b = plain(a), plain(b)
    if a == b:
        return True
    if isinstance(a, str) and isinstance(b, str) and "T" in a and "T" in b:
        first = utc(a)
        return first is not None and first == utc(b)
    return False


def plain(value: Any) -> Any:
    """Return a value without what servers change in a text: line ends and outer blanks; empty text for None."""
    return "\n".join(value.split("\r\n")).strip() if isinstance(value, str) else "" if value is None else value
