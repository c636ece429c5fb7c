# SPDX-License-Identifier: GPL-2.0-or-later
"""What the person who reported is told, by the state of the report: data, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Optional

from ... import resources
from ..base import checked_yaml
from ..base.bilingual import Bilingual
from ..errors import DataError
from ..store.states import load_states


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
