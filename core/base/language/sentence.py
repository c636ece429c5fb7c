# SPDX-License-Identifier: GPL-2.0-or-later
"""What in a text is no word about the problem: where it is, what is not there, what is mended, who writes.

The words are ``resources/language.yaml``, French and English.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, Optional

from .... import resources
from .. import checked_yaml
from ..checked_yaml import Written
from .text import fold, plain_words

_SOLVED_BEFORE, _UNLESS_BEFORE, _UNLESS_AFTER = 3, 6, 4
_PERSONAL = re.compile(
    r"[\w.+-]{1,64}@\S+"  # an e-mail address
    r"|https?://\S+"
    r"|\+?\d(?:[\s./-]{0,2}\d){6,}"  # a telephone number
    r"|\b[A-Z]{2}[\s-]?\d{2,3}[\s-]?[A-Z]{2,3}\b"  # a number plate
    r"|(?:\b(?:M\.|Mr?\b\.?|Mrs\b\.?|Ms\b\.?|Mme\b\.?|Mlle\b\.?|Madame|Monsieur|[Mm]y name is|[Jj]e m'appelle)\s+)"
    r"[A-ZÀ-Ý][\w'-]+(?:\s+[A-ZÀ-Ý][\w'-]+)?"
)
_MAYBE_PERSONAL = re.compile(r"[@\d]|://|\bM[A-Za-z]{0,7}\b|[Mm]y name|m'appelle")
_ADDRESS = re.compile(
    r"\b\d{1,4}\s*(?:bis|ter)?,?\s*(?:rue|avenue|av\.?|bd\.?|boulevard|chemin|place|impasse|allée|traverse|cours|quai)\s+"
    r"(?:(?:de|du|des|la|le|les)\s+|d['’]|l['’])*\w+",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Denied:
    before: list[Written]
    after: list[Written]


@dataclass(frozen=True)
class _Solved:
    auxiliaries: list[Written]
    participles: list[Written]
    gone: list[Written]
    wholes: list[Written]
    thanks: list[Written]
    unless: list[Written]


@dataclass(frozen=True)
class _File:
    version: Literal["1"]
    stop: list[Written]
    insults: list[Written]
    places: list[Written]
    articles: list[Written]
    absent: list[Written]
    denied: _Denied
    denied_before: list[Written]
    solved: _Solved
    right: list[Written]


class _Runs:
    """Runs of folded words, looked up by their first word."""

    def __init__(self, written: Iterable[str]) -> None:
        self._runs: dict[str, list[tuple[str, ...]]] = {}
        for text in written:
            run = tuple(fold(text).split())
            self._runs.setdefault(run[0], []).append(run)

    def first_words(self) -> frozenset[str]:
        """Return the words that runs begin with."""
        return frozenset(self._runs)

    def at(self, words: Sequence[str], i: int) -> int:
        """Return how many words the longest run has that begins at word ``i``; 0 where none does."""
        runs = self._runs.get(words[i])
        if runs is None:
            return 0
        return max((len(run) for run in runs if tuple(words[i : i + len(run)]) == run), default=0)

    def end_at(self, words: Sequence[str], end: int) -> int:
        """Return where the longest run begins that ends before word ``end``; -1 where none does."""
        for start in range(max(end - 3, 0), end):
            if self.at(words, start) == end - start:
                return start
        return -1


class Sentences:
    """The rules; made by :func:`load`. All words are folded ones of :func:`~.text.tokens`."""

    def __init__(self, file: _File) -> None:
        self.unread: frozenset[str] = frozenset(
            word for text in (*file.stop, *file.insults) for word in plain_words(text)
        )
        self.right: frozenset[str] = _folded((*file.right, *file.stop, *file.insults, *file.articles))
        self._places, self._absent, self._not = (
            _Runs(_short(file.places)),
            _Runs(file.absent),
            _Runs(file.denied_before),
        )
        self._articles = _folded(file.articles)
        self._before, self._after = _folded(file.denied.before), _folded(file.denied.after)
        solved = file.solved
        self._auxiliaries, self._thanks = _folded(solved.auxiliaries), _folded(solved.thanks)
        self._participles, self._gone, self._wholes = (
            _Runs(solved.participles),
            _Runs(solved.gone),
            _Runs(solved.wholes),
        )
        self._unless = _folded(solved.unless)
        self._place_begins = self._places.first_words()
        self._solved_begins = frozenset().union(
            *(runs.first_words() for runs in (self._participles, self._gone, self._wholes))
        )

    def places(self, words: Sequence[str]) -> set[int]:
        """Return the numbers of words that say where: ``près du toboggan``."""
        out: set[int] = set()
        if self._place_begins.isdisjoint(words):
            return out
        i = 0
        for begin, word in enumerate(words):
            if begin < i or word not in self._place_begins:
                continue
            count, i = self._places.at(words, begin), begin
            if not count:
                continue
            end = i + count
            while end < len(words) and words[end] in self._articles:
                end += 1
            end += 1
            # The place of a place: près de la porte de l'école.
            if end + 1 < len(words) and words[end] in ("de", "du", "d", "of"):
                end += 1
                while end < len(words) and words[end] in self._articles:
                    end += 1
                end += 1
            out.update(range(i, min(end, len(words))))
            i = end
        return out

    def denies(self, words: Sequence[str], positions: Collection[int], name: bool) -> bool:
        """Whether a text says that what stands at ``positions`` is not so; ``name``: it is the name of a problem."""
        mine = set(positions)
        first, last = min(mine), max(mine)
        if name and (start := self._absent.end_at(words, first)) >= 0 and mine.isdisjoint(range(start, first)):
            return True
        for i in mine:
            after = i + 1 < len(words) and words[i + 1] in self._after and i + 1 not in mine
            if after and any(j >= 0 and words[j] in self._before and j not in mine for j in (i - 1, i - 2)):
                return True
            if i != first or i == last:
                start = self._not.end_at(words, i)
                if start >= 0 and mine.isdisjoint(range(start, i)):
                    return True
        return False

    def solved(self, words: Sequence[str]) -> Optional[tuple[int, int]]:
        """Return first and last word (exclusive) of what says that the problem is gone; None where nothing does."""
        if self._solved_begins.isdisjoint(words):
            return None
        thanked = any(
            word in self._thanks and words[i + 1 : i + 2] not in (["de"], ["d"]) for i, word in enumerate(words)
        )
        for i, word in enumerate(words):
            if word not in self._solved_begins:
                continue
            whole = self._wholes.at(words, i)
            count = whole or self._participles.at(words, i) or (self._gone.at(words, i) if thanked else 0)
            if not count:
                continue
            before = words[max(i - _SOLVED_BEFORE, 0) : i]
            if not whole and self._auxiliaries.isdisjoint(before):
                continue
            near = [*words[max(i - _UNLESS_BEFORE, 0) : i], *words[i + count : i + count + _UNLESS_AFTER]]
            if self._unless.isdisjoint(near):
                start = (
                    i
                    if whole
                    else next(j for j in range(max(i - _SOLVED_BEFORE, 0), i) if words[j] in self._auxiliaries)
                )
                return start, i + count
        return None


def impersonal(text: str) -> str:
    """Return the text with blanks for names after titles, addresses, telephone numbers, e-mails and number plates."""
    if _MAYBE_PERSONAL.search(text) is None:
        return text
    text = _PERSONAL.sub(lambda found: " " * len(found[0]), text)
    return _ADDRESS.sub(lambda found: " " * len(found[0]), text)


def _short(places: Iterable[str]) -> Iterable[str]:
    """Leave out a last ``de`` or ``à``: as ``du``, ``d'`` or ``au`` it is an article."""
    return (re.sub(r" (de|à|a)$", "", place) for place in places)


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(fold(word) for word in words)


@lru_cache(maxsize=1)
def load() -> Sentences:
    """Read the rules, once.

    Raises
    ------
    DataError
        The file can't be read or does not hold together; ``where`` is ``file:line``.
    """
    return Sentences(checked_yaml.load(resources.path("language.yaml"), _File))
