# SPDX-License-Identifier: GPL-2.0-or-later
"""Phrases found in a text: parts that stand near each other, each a run of words or any of a list of them (a term)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product, zip_longest
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
        self._alone: dict[str, set[str]] = {}
        self._runs: dict[str, dict[str, dict[Part, set[str]]]] = {}
        # By first and last part: most phrases of a word fail because the other one is not there.
        self._phrases: dict[str, dict[str, list[Phrase]]] = {}
        for phrase in phrases:
            self._phrases.setdefault(phrase.parts[0], {}).setdefault(phrase.parts[-1], []).append(phrase)
            for name in phrase.parts:
                for part in terms.get(name, [tuple(name.split())]):
                    if len(part) == 1:
                        self._alone.setdefault(part[0], set()).add(name)
                    else:
                        seconds = self._runs.setdefault(part[0], {})
                        seconds.setdefault(part[1], {}).setdefault(part, set()).add(name)
        self._beginnings = {
            word[:end] for word in self._alone if len(word) >= _LEAST_JOINED for end in range(1, len(word))
        }

    def words(self) -> set[str]:
        """Return all words that occur in phrases."""
        runs = {
            word for seconds in self._runs.values() for parts in seconds.values() for part in parts for word in part
        }
        return runs.union(self._alone)

    def find(self, tokens: Sequence[Token], words: Sequence[str]) -> list[Found]:
        """Return what stands in a text, each word in one phrase only; ``words`` are those of ``tokens``, spelt well."""
        places: dict[str, dict[int, int]] = {}
        alone, runs, beginnings = self._alone, self._runs, self._beginnings
        for i, (word, following) in enumerate(zip_longest(words, words[1:], fillvalue="")):
            if word in alone:
                _note(places, alone[word], i, 1)
            if word in runs and following in runs[word]:
                for part, names in runs[word][following].items():
                    if len(part) == 2 or tuple(words[i : i + len(part)]) == part:
                        _note(places, names, i, len(part))
            # Compounds are written apart, too: pot hole, foot path.
            if following and word in beginnings and len(joined := word + following) >= _LEAST_JOINED:
                _note(places, alone.get(joined, ()), i, 2)
        if not places:
            return []
        at = [i + _SENTENCE * token.sentence for i, token in enumerate(tokens)]
        found: list[_Ranked] = []
        for name in places:
            for last, phrases in self._phrases.get(name, {}).items():
                if last in places:
                    found.extend(near for phrase in phrases if (near := _nearest(phrase, places, at)) is not None)
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
    if len(phrase.parts) == 1:
        start, count = max(places[phrase.parts[0]].items(), key=lambda span: (span[1], -span[0]))
        return (-count, not phrase.sure, start, phrase, Found(phrase, ((start, count),)))
    if len(phrase.parts) > 2 and any(part not in places for part in phrase.parts):
        return None
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
