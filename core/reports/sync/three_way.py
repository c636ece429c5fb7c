# SPDX-License-Identifier: GPL-2.0-or-later
"""Three versions of a report into one: as last pulled (base), as edited here (mine), as the server has it (theirs).

Field by field: what one side changed is taken, what both changed alike is no question, what both changed differently
is a conflict that a person decides. Pure functions; nothing here knows a store or a server.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Optional

from ..formats.periods import moment

Fields = Mapping[str, Any]

TOGETHER: Mapping[str, tuple[str, ...]] = {
    "position": ("lon", "lat"),
    "service": ("service_code", "service_name", "group"),
    "status": ("status", "raw_status"),
}
"""Fields that mean something only together, and the name under which they are one question."""

_NEAR = 1e-7  # degrees, a centimetre: servers round coordinates
_GROUP_OF = {name: group for group, names in TOGETHER.items() for name in names}

Case = Literal["same", "merged", "conflict", "new here", "new there", "gone", "gone but edited", "deleted here", "none"]
"""What became of a report:

``same``: nothing to do. ``merged``: changes of one or both sides, all of which fit. ``conflict``: see ``conflicts``.
``new here``, ``new there``: one side alone has it. ``gone``: the server deleted or hid it, nothing was edited here; it
is kept and marked. ``gone but edited``: the same, and edits wait here. ``deleted here``: taken away here (GeoReport
can't delete, so nothing is sent). ``none``: neither side has it any more.
"""


@dataclass(frozen=True)
class Conflict:
    """One question for a person: what both sides changed differently.

    ``field`` is a field or a name in :data:`TOGETHER`; the three versions are dicts of the fields in question.
    """

    field: str
    base: Fields
    mine: Fields
    theirs: Fields
    mine_by: str = ""
    mine_at: str = ""
    theirs_by: str = ""
    theirs_at: str = ""


@dataclass(frozen=True)
class Merged:
    """One report after merging.

    ``fields`` hold what to show: in a conflict still mine, so nothing that was typed disappears. ``to_send`` are the
    fields in which they differ from the server and that are in no conflict; ``taken`` those that came from the server.
    """

    case: Case
    fields: dict[str, Any]
    conflicts: tuple[Conflict, ...] = ()
    to_send: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Side:
    """Who made a version, and when, for the person who decides."""

    by: str = ""
    at: str = ""


_NOBODY = Side()


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
        first, second = moment(a), moment(b)
        return first is not None and first == second
    return False


def plain(value: Any) -> Any:
    """Return a value without what servers change in a text: line ends and outer blanks; empty text for None."""
    return "\n".join(value.split("\r\n")).strip() if isinstance(value, str) else "" if value is None else value


def merge(
    base: Optional[Fields],
    mine: Optional[Fields],
    theirs: Optional[Fields],
    *,
    my_side: Side = _NOBODY,
    their_side: Side = _NOBODY,
) -> Merged:
    """Merge three versions of one report; None: that side has none (deleted, hidden, or not yet made).

    A field that a version does not have counts as empty there.
    """
    if mine is None or theirs is None:
        return _one_sided(base, mine, theirs)
    base = base or {}
    fields: dict[str, Any] = {}
    conflicts: list[Conflict] = []
    to_send: set[str] = set()
    taken: set[str] = set()
    for name, group in _questions(base, mine, theirs).items():
        i_changed, they_changed = _differ(group, base, mine), _differ(group, base, theirs)
        apart = _differ(group, mine, theirs)
        chosen = mine if i_changed or not they_changed else theirs
        for key in group:
            if key in chosen or key in mine or key in theirs:
                fields[key] = chosen.get(key)
        if not apart:
            continue
        if i_changed and they_changed:
            before, here, there = ({key: version.get(key) for key in group} for version in (base, mine, theirs))
            who = {"mine_by": my_side.by, "mine_at": my_side.at, "theirs_by": their_side.by, "theirs_at": their_side.at}
            conflicts.append(Conflict(name, before, here, there, **who))
        elif i_changed:
            to_send.update(group)
        else:
            taken.update(group)
    case: Case = "conflict" if conflicts else "merged" if to_send or taken else "same"
    return Merged(case, fields, tuple(conflicts), frozenset(to_send), frozenset(taken))


def _one_sided(base: Optional[Fields], mine: Optional[Fields], theirs: Optional[Fields]) -> Merged:
    if mine is None and theirs is None:
        return Merged("none", {})
    if mine is None:
        return Merged(
            "deleted here" if base is not None else "new there", dict(theirs or {}), taken=frozenset(theirs or ())
        )
    if base is None:
        return Merged("new here", dict(mine), to_send=frozenset(mine))
    edited = any(_differ(group, base, mine) for group in _questions(base, mine, {}).values())
    return Merged("gone but edited" if edited else "gone", dict(mine))


def resolve(merged: Merged, choices: Mapping[str, Literal["mine", "theirs"] | Fields]) -> Merged:
    """Settle conflicts: for each field named, ``mine``, ``theirs`` or other values. Those not named stay open.

    Raises
    ------
    KeyError
        A field is named that is in no conflict.
    """
    open_ones = {conflict.field: conflict for conflict in merged.conflicts}
    fields, to_send, taken = dict(merged.fields), set(merged.to_send), set(merged.taken)
    for name, choice in choices.items():
        conflict = open_ones.pop(name)
        chosen = {"mine": conflict.mine, "theirs": conflict.theirs}[choice] if isinstance(choice, str) else choice
        keys = tuple(conflict.theirs)
        fields.update({key: chosen.get(key) for key in keys})
        (to_send if _differ(keys, chosen, conflict.theirs) else taken).update(keys)
    left = tuple(conflict for conflict in merged.conflicts if conflict.field in open_ones)
    case: Case = "conflict" if left else "merged"
    return Merged(case, fields, left, frozenset(to_send), frozenset(taken))


def _questions(*versions: Fields) -> dict[str, tuple[str, ...]]:
    """Return every field of any version, in their order, those that belong together under one name."""
    out: dict[str, tuple[str, ...]] = {}
    for version in versions:
        for key in version:
            name = _GROUP_OF.get(key, key)
            out.setdefault(name, TOGETHER[name] if key in _GROUP_OF else (key,))
    return out


def _differ(group: tuple[str, ...], a: Fields, b: Fields) -> bool:
    return not all(same(a.get(key), b.get(key)) for key in group)
