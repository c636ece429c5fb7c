# SPDX-License-Identifier: GPL-2.0-or-later
"""The states of a report, which may follow which, and what the person who reported is told: data, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Optional

from ... import resources
from ..base import checked_yaml
from ..base.bilingual import Bilingual
from ..errors import DataError, UsageError


@dataclass(frozen=True)
class State(Bilingual):
    """One state. ``closed`` is what GeoReport calls it; ``next`` are the states that may follow."""

    id: str
    letter: str = ""
    colour: str = ""
    closed: bool = False
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
    """Read the states, by their ids: those of ``resources/workflow/states.yaml``, or of another file.

    Raises
    ------
    DataError
        The file differs from :class:`State`, or a state that may follow is none.
    """
    file = path or resources.path("workflow", "states.yaml")
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


class Reply(Bilingual):
    """What a person is told; ``{id}``, ``{service}``, ``{address}``, ``{team}``, ``{note}`` are filled in."""


@dataclass(frozen=True)
class _Replies:
    version: int
    replies: dict[str, Reply] = field(default_factory=dict)


_BLANKS = ("id", "service", "address", "team", "note")


@lru_cache(maxsize=8)
def load_replies(path: Optional[Path] = None) -> Mapping[str, Reply]:
    """Read the replies by state: those of ``resources/replies/replies.yaml``, or of another file.

    Raises
    ------
    DataError
        The file differs from :class:`Reply`, names an unknown state, or a text has a blank that nothing fills.
    """
    file = path or resources.path("replies", "replies.yaml")
    replies = checked_yaml.load(file, _Replies).replies
    for state, reply in replies.items():
        if state not in load_states():
            raise DataError(f"There is no state '{state}'", where=str(file))
        for text in (reply.fr, reply.en):
            _filled(text, dict.fromkeys(_BLANKS, ""), str(file))
    return replies


def reply(state: str, language: str, values: Mapping[str, str]) -> str:
    """Return what a person is told in a state, in ``fr`` or ``en``; empty where nothing is to be said.

    ``values`` are ``id, service, address, team, note``; those that are missing leave no trace but a blank.
    """
    template = load_replies().get(state)
    if template is None:
        return ""
    text = template.in_language(language)
    return _filled(text, {name: values.get(name) or "" for name in _BLANKS}, state)


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return a text of a person's own with its blanks filled in; lines stay as they are.

    Raises
    ------
    DataError
        It has a blank that nothing fills.
    """
    known = {name: values.get(name) or "" for name in _BLANKS}
    return "\n".join(_filled(line, known, "") for line in text.splitlines())


def _filled(text: str, values: Mapping[str, str], where: str) -> str:
    for name in _BLANKS:
        text = text.replace(
            "{" + name + "}", values[name] if "{" not in values[name] else values[name].replace("{", "(")
        )
    if "{" in text:
        step = f"Use {', '.join('{' + name + '}' for name in _BLANKS)}"
        raise DataError(f"Has a blank that nothing fills: {text[text.index('{') :][:40]}", where=where, next_step=step)
    return " ".join(text.split())
