# SPDX-License-Identifier: GPL-2.0-or-later
"""The words of French addresses: one spelling for what means the same, kinds of way, noise, sounds; from YAML."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Optional

from ... import resources
from ..base.checked_yaml import load
from ..errors import DataError

_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "Oe", "æ": "ae", "Æ": "Ae", "ß": "ss", "ø": "o", "’": "'", "ʼ": "'", "`": "'", "´": "'", "‘": "'"}
)
_JOINED_CASE = re.compile(r"(?<=[a-zà-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ])")
_TOKEN = re.compile(r"\d+|[a-z]+'?")
_ORDINAL = {"e", "er", "eme", "ere", "nd", "nde", "ieme"}


@dataclass(frozen=True)
class _Beside:
    metres: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class _Crossing:
    before: tuple[str, ...]
    between: tuple[str, ...]


@dataclass(frozen=True)
class Divided:
    """A municipality in parts: INSEE code of the whole, beginnings of the parts' codes and post codes, how many."""

    insee: str
    part: str
    post: str
    parts: int

    def post_code(self, number: int) -> str:
        """Return the post code of a part, e.g. ``13008``."""
        return f"{self.post}{number:0{5 - len(self.post)}d}"


@dataclass(frozen=True)
class _Written:
    same: dict[str, tuple[str, ...]]
    phrases: dict[str, str]
    ways: tuple[str, ...]
    small: tuple[str, ...]
    ignored: tuple[str, ...]
    suffixes: dict[str, tuple[str, ...]]
    letters_for: dict[str, str]
    beside: _Beside
    before: tuple[str, ...]
    noise: tuple[str, ...]
    crossing: _Crossing
    divided: dict[str, Divided]
    sounds: tuple[tuple[str, ...], ...]


def plain(text: str) -> str:
    """Return ``text`` in lower case without accents, with straight apostrophes and single spaces; other signs stay."""
    text = _JOINED_CASE.sub(" ", text.translate(_LIGATURES))
    text = unicodedata.normalize("NFKD", text)
    return " ".join("".join(c for c in text if not unicodedata.combining(c)).lower().split())


def raw_tokens(text: str) -> list[str]:
    """Return the words and numbers of a :func:`plain` text; a word that an apostrophe cuts off keeps it (``d'``)."""
    return _TOKEN.findall(text)


class Wording:
    """What ``resources/addresses/words.yaml`` says, ready for use."""

    def __init__(self, written: _Written, where: str) -> None:
        self.canonical: dict[str, str] = {}
        for word, forms in written.same.items():
            for form in forms:
                if self.canonical.setdefault(form, word) != word:
                    raise DataError(f"'{form}' stands for two words", where=where)
        self.ways = frozenset(written.ways)
        self.light = self.ways | frozenset(written.small)
        self.small = frozenset(written.small)
        self.ignored = frozenset(written.ignored)
        self.suffixes = {form: suffix for suffix, forms in written.suffixes.items() for form in forms}
        self.letters_for = {**written.letters_for, **{letter: suffix for suffix, letter in written.letters_for.items()}}
        self.beside_m = written.beside.metres
        self.divided = written.divided
        try:
            self.beside = _starting(written.beside.words)
            self.before = _starting(written.before)
            self.crossing = _starting(written.crossing.before)
            self.between = re.compile(rf"\s(?:{_any_of(written.crossing.between)})\s")
            self.noise = re.compile("|".join(written.noise))
            self._phrases = re.compile(rf"\b(?:{_any_of(written.phrases)})\b")
            self._sounds = [(re.compile(pattern), by) for pattern, by in written.sounds]
        except (re.error, ValueError) as error:
            raise DataError(f"Is not a pattern: {error}", where=where) from error
        self._phrase_of = written.phrases
        names = "|".join(sorted(self.divided))
        self._part = re.compile(
            rf"\b(?P<a>{names})\s+0?(?P<n>\d{{1,2}})(?:er|e|eme|ieme)?(?!\d)(?:\s+(?:arrondissement|arrdt|arrt|arr|ardt)\b)?"
            rf"|\b0?(?P<m>\d{{1,2}})\s?(?:er|e|eme|ieme)\s+(?:arrondissement|arrdt|arrt|arr|ardt)\b(?:\s+(?:de\s+)?(?P<b>{names})\b)?"
            rf"|\b0?(?P<o>\d{{1,2}})\s?(?:er|e|eme|ieme)\s+(?P<c>{names})$"
        )

    def words(self, text: str) -> list[str]:
        """Return the words of a name in the one spelling that all its forms share.

        >>> wording().words("Bd. du Gal-de-Gaulle")
        ['boulevard', 'du', 'general', 'de', 'gaulle']
        """
        return self.spelt(raw_tokens(self.with_phrases(plain(text).replace("-", " ").replace(".", " "))))

    def with_phrases(self, text: str) -> str:
        """Return a plain text with the expressions of several words as one."""
        return self._phrases.sub(lambda found: self._phrase_of[found.group()], text)

    def spelt(self, tokens: list[str]) -> list[str]:
        """Return raw tokens in their one spelling, ordinals as numbers, without cut-off and ignored words."""
        out = []
        for i, token in enumerate(tokens):
            if token.endswith("'"):
                token = token[:-1]
                if len(token) < 3:
                    continue
            if token in self.ignored or (token in _ORDINAL and i and tokens[i - 1].isdigit()):
                continue
            out.append(self.one_spelling(token))
        return out

    def one_spelling(self, token: str) -> str:
        """Return the one spelling of a word or number."""
        token = self.canonical.get(token, token)
        if token[0] == "0" and len(token) < 5 and token.isdigit():
            return token.lstrip("0") or "0"
        return token

    def part_of(self, text: str) -> tuple[str, Optional[tuple[str, int]]]:
        """Take an arrondissement out of a plain text: return the text with the city's name alone, and (city, number).

        The city is ``""`` where only the number is said.
        """
        found = self._part.search(text)
        if found is None:
            return text, None
        city = found["a"] or found["b"] or found["c"] or ""
        number = int(found["n"] or found["m"] or found["o"])
        if not 1 <= number <= (self.divided[city].parts if city else 20):
            return text, None
        return f"{text[: found.start()]} {city} {text[found.end() :]}", (city, number)

    @lru_cache(maxsize=100_000)  # noqa: B019 - one object for the life of the process
    def sound(self, word: str) -> str:
        """Return the key that words of one sound share; ``""`` for numbers and what is too short to tell."""
        if len(word) < 4 or word.isdigit():
            return ""
        for pattern, by in self._sounds:
            word = pattern.sub(by, word)
        return word if len(word) > 1 else ""


def _any_of(words: object) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))  # type: ignore[call-overload]


def _starting(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"^\W*(?:{_any_of(words)})\b[\s,:'°]*")


@lru_cache(maxsize=1)
def wording() -> Wording:
    """Return the words that ship with the product, read once.

    Raises
    ------
    DataError
        The file has a wrong key, type or pattern.
    """
    path = resources.path("addresses", "words.yaml")
    return Wording(load(path, _Written), str(path))
