# SPDX-License-Identifier: GPL-2.0-or-later
"""The states of a report, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Optional

from ...core.store.states import State, load_states


class States:
    """All states, in the order in which they are shown."""

    def __init__(self, states: Iterable[State]) -> None:
        self._states = {state.id: state for state in states}

    def __iter__(self) -> Iterator[State]:
        return iter(self._states.values())

    def __contains__(self, state: object) -> bool:
        return state in self._states

    def get(self, state: str) -> Optional[State]:
        """Return one state, None where it is unknown."""
        return self._states.get(state)

    def name(self, state: str, language: str) -> str:
        """Return the name to show; an unknown id as it is."""
        known = self._states.get(state)
        return known.name(language) if known else state

    def after(self, state: str) -> tuple[State, ...]:
        """Return the states that may follow; after an unknown one, all."""
        known = self._states.get(state)
        return tuple(self._states[i] for i in known.next) if known else tuple(self._states.values())


@lru_cache(maxsize=1)
def load() -> States:
    """Return the shipped states (read once).

    Raises
    ------
    DataError
        As :func:`~..core.store.states.load_states`.
    """
    return States(load_states().values())
