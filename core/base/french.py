# SPDX-License-Identifier: GPL-2.0-or-later
"""What the core says, in French.

The core speaks English. ``i18n/core_fr.json`` has the French of each of its sentences (``tools/core_sentences.py``
reads them from the sources): ``{0}`` is what was put in, ``{0:n}`` a number to be written as in French, and
``{0|one|many}`` a number and its word. The file is read when the first sentence is asked for.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

_FILE = Path(__file__).resolve().parents[2] / "i18n" / "core_fr.json"
_FIELD = re.compile(r"\{(\d+)(?::(n)|\|([^|}]*)\|([^|}]*))?\}")
_NUMBER = re.compile(r"[+-]?\d[\d,]*(\.\d+)?")
_LONGEST = 2000  # characters: what is longer is no sentence
_MATCHES = 3  # templates that are compared when several fit
_SPLITS = 4  # colons that are tried


class _Template(NamedTuple):
    """A sentence with something put in: how to know it, how many of its characters are its own, its French."""

    pattern: re.Pattern[str]
    longest: str
    literal: int
    fields: tuple[int, ...]
    french: str


class _Said(NamedTuple):
    """A French text and how many English characters were known for sure."""

    text: str
    known: int


class Sentences:
    """The French of the core's sentences.

    Parameters
    ----------
    french : dict of str to str
        English template to French template.
    """

    def __init__(self, french: dict[str, str]) -> None:
        self._whole = {english: text for english, text in french.items() if not _FIELD.search(english)}
        templates = (_compiled(english, text) for english, text in french.items() if english not in self._whole)
        self._templates = sorted(templates, key=lambda template: -template.literal)
        self.best = functools.lru_cache(maxsize=4096)(self._best)

    def french(self, text: str) -> str:
        """Return a text in French; what is not known stays as it is."""
        return self.best(text).text if len(text) <= _LONGEST else text

    def _best(self, text: str) -> _Said:
        bare = text.strip()
        before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        if bare in self._whole:
            return _Said(before + self._whole[bare] + after, len(bare))
        found = [*self._matches(bare), *self._split(bare)]
        best = max(found, key=lambda said: said.known, default=_Said(bare, 0))
        return _Said(before + best.text + after, best.known) if best.known else _Said(text, 0)

    def _matches(self, text: str) -> list[_Said]:
        found: list[_Said] = []
        for template in self._templates:
            match = template.pattern.fullmatch(text) if template.longest in text else None
            if match is None:
                continue
            values = {number: self._put_in(value) for number, value in zip(template.fields, match.groups())}
            known = template.literal + sum(value.known for value in values.values())
            said = _FIELD.sub(partial(_put, values), template.french)
            found.append(_Said(said, known))
            if len(found) == _MATCHES:
                break
        return found

    def _put_in(self, value: str) -> _Said:
        # A single word is a name, even where a stage or a state is called so too.
        return self.best(value) if " " in value.strip() else _Said(value, 0)

    def _split(self, text: str) -> list[_Said]:
        found = []
        if ". " in text or text.endswith("."):
            parts = [self.best(part) for part in text.removesuffix(".").split(". ")]
            said = ". ".join(part.text for part in parts) + ("." if text.endswith(".") else "")
            found.append(_Said(said, sum(part.known for part in parts)))
        for colon in [match.start() for match in re.finditer(": ", text)][:_SPLITS]:
            head, tail = self._put_in(text[:colon]), self.best(text[colon + 2 :])
            found.append(_Said(f"{head.text}\u00a0: {tail.text}", head.known + tail.known))
        return found


def _compiled(english: str, french: str) -> _Template:
    literals, fields = _FIELD.split(english)[::5], tuple(map(int, re.findall(r"\{(\d+)\}", english)))
    pattern = "(.*?)".join(map(re.escape, literals))
    return _Template(re.compile(pattern, re.DOTALL), max(literals, key=len), sum(map(len, literals)), fields, french)


def _put(values: Mapping[int, _Said], field: re.Match[str]) -> str:
    return _filled(field, values[int(field[1])].text)


def _filled(field: re.Match[str], value: str) -> str:
    _, number, one, many = field.groups()
    if one is None and number is None:
        return value
    if not _NUMBER.fullmatch(value):
        return value if one is None else f"{value}\u00a0{many}"
    whole, dot, part = value.replace(",", "").partition(".")
    shown = f"{int(whole):,}".replace(",", "\u202f") + ("," if dot else "") + part
    return shown if one is None else f"{shown}\u00a0{one if abs(float(value.replace(',', ''))) < 2 else many}"


@functools.lru_cache(maxsize=1)
def _of_file() -> Sentences:
    return Sentences(dict(json.loads(_FILE.read_text(encoding="utf-8"))))


def french(text: str) -> str:
    """Return what the core says in French; what is not known stays as it is."""
    return _of_file().french(text) if text else text
