# SPDX-License-Identifier: GPL-2.0-or-later
"""The states of a report, which may follow which, and which close it: data, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Optional

from ... import resources
from ..base import checked_yaml
from ..base.bilingual import Bilingual
from ..errors import DataError, UsageError


@dataclass(frozen=True)
class State(Bilingual):
    """One state. ``closed`` is what GeoReport calls it; ``next`` are the states that may follow.

    ``reason`` says that whoever gives it has to say why.
    """

    id: str
    letter: str = ""
    colour: str = ""
    closed: bool = False
    reason: bool = False
    next: tuple[str, ...] = ()
    line: int = 0

    @property
    def status(self) -> str:
        """GeoReport's word: ``open`` or ``closed``."""
        return "closed" if self.closed else "open"

    def name(self, language: str) -> str:
        """Return the state's name in ``fr`` or ``en``."""
        return self.in_language(language)


@dataclass(frozen=True)
class _States:
    version: int
    states: list[State]


@lru_cache(maxsize=8)
def load_states(path: Optional[Path] = None) -> Mapping[str, State]:
    """Read the states, by their ids: those of ``resources/states/states.yaml``, or of another file.

    Raises
    ------
    DataError
        The file differs from :class:`State`, or a state that may follow is none.
    """
    file = path or resources.path("states", "states.yaml")
    read = checked_yaml.load(file, _States).states
    states = {state.id: state for state in read}
    for state in read:
        if states[state.id] is not state:
            raise DataError(f"The state '{state.id}' stands twice", where=f"{file}:{state.line}")
        for follower in state.next:
            if follower not in states:
                raise DataError(f"{state.id}: there is no state '{follower}'", where=f"{file}:{state.line}")
    return states


def check_transition(
    old: str, new: str, states: Optional[Mapping[str, State]] = None, *, where: Optional[str] = None
) -> None:
    """Raise where ``new`` is no state or may not follow ``old``; a state may always stay.

    Raises
    ------
    UsageError
        With the states that may follow.
    """
    known = states or load_states()
    if new not in known:
        raise UsageError(f"There is no state '{new}'", next_step=f"Choose one of {', '.join(known)}")
    before = known.get(old)
    if before is not None and new != old and new not in before.next:
        step = f"After {old} come {', '.join(before.next) or 'none'}"
        raise UsageError(f"'{new}' may not follow '{old}'", where=where, next_step=step)


@lru_cache(maxsize=1)
def closed_states() -> frozenset[str]:
    """Return the ids of the states that close a report."""
    return frozenset(state.id for state in load_states().values() if state.closed)


def words_for_closed() -> frozenset[str]:
    """Return the ids and names of the states that close a report, without case, as tables and layers write them."""
    closed = (state for state in load_states().values() if state.closed)
    return frozenset(word.casefold() for state in closed for word in (state.id, state.fr, state.en))
