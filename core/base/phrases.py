# SPDX-License-Identifier: GPL-2.0-or-later
"""Phrases found in a text: parts that stand near each other, each a run of words or any of a list of them (a term)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import NamedTuple, Optional

from .text import Token

_WINDOW = 8
_SENTENCE = 4
"""How many words the end of a sentence counts for."""
_REPEATS = 6
_LEAST_JOINED = 7
_GAP = 0.25
"""What a word between the parts of a phrase takes from its length."""

Part = tuple[str, ...]
"""Folded words in a row."""


_NONE: dict[Part, set[str]] = {}


class Phrase(NamedTuple):
    """What is looked for: each part is a term's name or its own words joined by spaces."""

    parts: tuple[str, ...]
    class_id: str
    sure: bool


class Found(NamedTuple):
    """A phrase and its parts in the text: first word and number of words of each."""

    phrase: Phrase
    spans: tuple[tuple[int, int], ...]

    @property
    def start(self) -> int:
        """The first word's number."""
        return min(start for start, _ in self.spans)

    def positions(self) -> list[int]:
        """Return the numbers of all its words."""
        return [i for start, count in self.spans for i in range(start, start + count)]


class PhraseIndex:
    """Finds phrases in a text by their parts; the longest and tightest phrase takes its words.

    ``terms`` maps a term's name to the parts that mean it. Any part of a phrase that is no term means itself.
    """

    def __init__(self, phrases: Iterable[Phrase], terms: Mapping[str, Sequence[Part]]) -> None:
        self._slots: dict[str, dict[Part, set[str]]] = {}
        self._phrases: dict[str, list[Phrase]] = {}
        for phrase in phrases:
            self._phrases.setdefault(phrase.parts[0], []).append(phrase)
            for name in phrase.parts:
                for part in terms.get(name, [tuple(name.split())]):
                    self._slots.setdefault(part[0], {}).setdefault(part, set()).add(name)

    def words(self) -> set[str]:
        """Return all words that occur in phrases."""
        return {word for parts in self._slots.values() for part in parts for word in part}

    def find(self, tokens: Sequence[Token], words: Sequence[str]) -> list[Found]:
        """Return what stands in a text, each word in one phrase only; ``words`` are those of ``tokens``, spelt well."""
        places: dict[str, dict[int, int]] = {}
        for i, word in enumerate(words):
            for part, names in self._slots.get(word, _NONE).items():
                if len(part) == 1 or tuple(words[i : i + len(part)]) == part:
                    _note(places, names, i, len(part))
            # Compounds are written apart, too: pot hole, foot path.
            if i + 1 < len(words) and (joined := word + words[i + 1]) in self._slots and len(joined) >= _LEAST_JOINED:
                _note(places, self._slots[joined].get((joined,), ()), i, 2)
        at = [i + _SENTENCE * token.sentence for i, token in enumerate(tokens)]
        found = []
        for name in places:
            for phrase in self._phrases.get(name, ()):
                near = _nearest(phrase, places, at)
                if near is not None:
                    found.append(near)
        found.sort(key=lambda match: match[:-1])
        taken: set[int] = set()
        kept = []
        for *_, match in found:
            positions = match.positions()
            if taken.isdisjoint(positions):
                taken.update(positions)
                kept.append(match)
        return kept


def _note(places: dict[str, dict[int, int]], names: Iterable[str], start: int, count: int) -> None:
    for name in names:
        spans = places.setdefault(name, {})
        if spans.get(start, 0) < count:
            spans[start] = count


_Ranked = tuple[float, bool, int, Phrase, Found]


def _nearest(phrase: Phrase, places: Mapping[str, Mapping[int, int]], at: Sequence[int]) -> Optional[_Ranked]:
    if len(phrase.parts) > 1 and any(part not in places for part in phrase.parts[1:]):
        return None
    if len(phrase.parts) == 1:
        start, count = max(places[phrase.parts[0]].items(), key=lambda span: (span[1], -span[0]))
        return (-count, not phrase.sure, start, phrase, Found(phrase, ((start, count),)))
    # A text that repeats one word hundreds of times must not cost their product.
    options = product(*(list(places[part].items())[:_REPEATS] for part in phrase.parts))
    best, least = None, _WINDOW + 1
    for spans in options:
        starts = [at[span[0]] for span in spans]
        reach = max(starts) - min(starts)
        if reach < least and _apart(spans):
            best, least = spans, reach
    if best is None:
        return None
    length = sum(count for _, count in best)
    last = max(at[start + count - 1] for start, count in best)
    gap = last - min(at[start] for start, _ in best) + 1 - length
    match = Found(phrase, best)
    return (_GAP * gap - length, not phrase.sure, match.start, phrase, match)


def _apart(spans: Sequence[tuple[int, int]]) -> bool:
    ordered = sorted(spans)
    return all(start + count <= following for (start, count), (following, _) in zip(ordered, ordered[1:]))
