# SPDX-License-Identifier: GPL-2.0-or-later
"""Slips of the pen: a word that is not known is read as the one known word that is nearest to it.

Nearest: one letter missing, too many, wrong or two exchanged (Damerau 1964, the optimal string alignment distance);
two in long words. Candidates come from deleted letters (Garbe's SymSpell): a lookup, no comparison with all words.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations

_SHORTEST, _LONG = 5, 9
_LONGEST = 30


class Spelling:
    """Reads words as ``known`` ones; ``right`` are words that are spelt well though they look like known ones."""

    def __init__(self, known: Iterable[str], right: Iterable[str] = ()) -> None:
        self._known = frozenset(known)
        self._right = frozenset(right)
        self._near: dict[str, list[str]] = {}
        for word in sorted(self._known):
            if len(word) >= _SHORTEST and word.isalpha():
                for shorter in _deleted(word):
                    self._near.setdefault(shorter, []).append(word)
        self.read = lru_cache(maxsize=65536)(self._read)

    def _read(self, word: str) -> str:
        if word in self._known or word in self._right or not _SHORTEST <= len(word) <= _LONGEST or not word.isalpha():
            return word
        candidates = {near for shorter in _deleted(word) for near in self._near.get(shorter, ()) if near[0] == word[0]}
        scored = sorted((distance(word, near), near) for near in candidates)
        scored = [(far, near) for far, near in scored if far <= _allowed(min(len(near), len(word)))]
        # Two words equally near: nobody knows which was meant.
        if not scored or (len(scored) > 1 and scored[0][0] == scored[1][0]):
            return word
        return scored[0][1]


def _allowed(length: int) -> int:
    return 2 if length >= _LONG else 1


def _deleted(word: str) -> set[str]:
    out = {word}
    for count in range(1, _allowed(len(word) + 1) + 1):
        out.update("".join(kept) for kept in combinations(word, len(word) - count))
    return out


def distance(a: str, b: str) -> int:
    """Return how many letters are missing, too many, wrong or exchanged with their neighbour between two words."""
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        row = [i]
        for j, right in enumerate(b, 1):
            best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (left != right))
            if i > 1 and j > 1 and left == b[j - 2] and a[i - 2] == right:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        before, last = last, row
    return last[-1]
