# SPDX-License-Identifier: GPL-2.0-or-later
"""The states of a report and their order, from ``resources/workflow/states.yaml``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, Optional

from .. import resources
from ..core import checked_yaml
from ..core.errors import DataError


@dataclass(frozen=True)
class State:
    """One state; ``next`` are the ids of those that may follow."""

    id: str
    fr: str
    en: str
    letter: str
    colour: str
    next: tuple[str, ...]
    closed: bool = False
    line: int = 0

    def name(self, language: str) -> str:
        """Return the name to show."""
        return self.fr if language == "fr" else self.en


@dataclass(frozen=True)
class _File:
    version: Literal["1"]
    states: tuple[State, ...]


class States:
    """All states, in the order in which they are shown."""

    def __init__(self, states: Iterable[State]) -> None:
        self._states = {state.id: state for state in states}

    def __iter__(self):  # noqa: ANN204 (an iterator of State)
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


def load(path: Optional[Path] = None) -> States:
    """Read the states, by default the shipped ones (read once).

    Raises
    ------
    DataError
        The file can't be read, or names a state that does not exist.
    """
    return _shipped() if path is None else _read(path)


@lru_cache(maxsize=1)
def _shipped() -> States:
    return _read(resources.path("workflow", "states.yaml"))


def _read(path: Path) -> States:
    file = checked_yaml.load(path, _File)
    ids = [state.id for state in file.states]
    for state in file.states:
        where = f"{path}:{state.line}"
        if ids.count(state.id) > 1:
            raise DataError(f"The state '{state.id}' stands twice", where=where)
        unknown = next((i for i in state.next if i not in ids), None)
        if unknown is not None:
            raise DataError(f"There is no state '{unknown}'", where=where, next_step=f"Take one of: {', '.join(ids)}")
    return States(file.states)
