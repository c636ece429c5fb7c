# SPDX-License-Identifier: GPL-2.0-or-later
"""Which words of an index a written word may mean: itself, one mistyped, one of the same sound, two run together."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

from .arrays import find_sorted, ranges
from .building import hashes_of
from .index import AddressIndex
from .typos import LONGEST, as_letters, edit_distance, keys_of
from .wording import wording

Meaning = tuple[NDArray[np.int32], NDArray[np.float32], float]
"""Rows of words, how like each is to what is written (0..1), and how much the likest tells (0: none is known)."""
_KEPT = 50_000
_SOUND = 0.72
_BEGINNING = 0.9
_TWO_WORDS = 0.9
_MOST_BEGINNINGS = 400


class WordsMeant:
    """Meanings of words in one index, each looked up once and then remembered."""

    def __init__(self, index: AddressIndex) -> None:
        self._index = index
        self._known: OrderedDict[str, Meaning] = OrderedDict()
        self._parts: dict[str, tuple[str, str]] = {}
        self._tells = np.maximum(index.word_weight_name, index.word_weight_label)

    def of(self, words: list[str]) -> list[Meaning]:
        """Return for each word the words of the index that it may mean (rows) and how like it they are (0..1)."""
        new = [w for w in dict.fromkeys(words) if w not in self._known]
        if new:
            for word, meaning in zip(new, self._looked_up(new)):
                self._known[word] = meaning
            while len(self._known) > max(_KEPT, len(words)):
                self._known.popitem(last=False)
        return [self._known[w] for w in words]

    def beginning(self, word: str) -> Meaning:
        """Return what a word means that may be the beginning of one."""
        vocabulary = self._index.word
        key = word.encode()[:LONGEST]
        first = int(np.searchsorted(vocabulary, np.array(key, vocabulary.dtype)))
        last = int(np.searchsorted(vocabulary, np.array((key + b"\xff" * LONGEST)[:LONGEST], vocabulary.dtype)))
        rows = np.arange(first, min(last, first + _MOST_BEGINNINGS), dtype=np.int32)
        meant, like, tells = self.of([word])[0]
        others = ~np.isin(rows, meant)
        rows = rows[others]
        if len(rows):
            tells = max(tells, float(self._tells[rows].max()))
        return np.concatenate([meant, rows]), np.concatenate([like, np.full(len(rows), _BEGINNING, np.float32)]), tells

    def split(self, word: str) -> tuple[str, str]:
        """Return the two words that were run together into one unknown one; two empty texts for none."""
        if word not in self._parts:
            self._parts[word] = self._split(word)
        return self._parts[word]

    def known(self, words: list[str]) -> NDArray[np.bool_]:
        """Return whether each word is in the index as it is written."""
        return find_sorted(self._index.word, np.array([w.encode()[:LONGEST] for w in words] or [b""], f"S{LONGEST}"))[
            1
        ][: len(words)]

    def _looked_up(self, words: list[str]) -> list[Meaning]:
        index = self._index
        written = np.array([w.encode("ascii", "ignore")[:LONGEST] for w in words], f"S{LONGEST}")
        letters = as_letters(written)
        long_enough = np.flatnonzero((letters[:, 2] != 0) & (letters[:, 0] > ord("9")))
        keys, owner = keys_of(letters[long_enough])
        first = np.searchsorted(index.typo_key, keys, "left")
        last = np.searchsorted(index.typo_key, keys, "right")
        hits, of_key = ranges(first, last)
        pairs = [np.column_stack([long_enough[owner[of_key]], index.typo_word[hits]])]
        at, there = find_sorted(index.word, written)
        pairs.append(np.column_stack([np.flatnonzero(there), at[there]]))
        pairs.append(self._of_one_sound(words))
        found = np.unique(np.concatenate(pairs).astype(np.int64), axis=0)
        who, meant = found[:, 0], found[:, 1].astype(np.int32)
        a, b = letters[who], as_letters(index.word[meant]) if len(meant) else letters[:0]
        distance = edit_distance(a, b)
        longest = np.maximum((a != 0).sum(axis=1), (b != 0).sum(axis=1))
        like = 1.0 - distance / np.maximum(longest, 1) * 1.15
        # A wrong first letter is rarer than a wrong one within.
        like = np.where((distance > 0) & (a[:, 0] != b[:, 0]), like - 0.04, like)
        allowed = np.where(longest >= 7, 2, 1)
        sounds = np.array([bool(s) for s in map(wording().sound, words)], bool)[who] & self._same_sound(
            words, who, meant
        )
        like = np.where(sounds, np.maximum(like, _SOUND), np.where(distance > allowed, 0.0, like)).astype(np.float32)
        good = like > 0.4
        who, meant, like = who[good], meant[good], like[good]
        start = np.searchsorted(who, np.arange(len(words) + 1))
        likest = np.zeros(len(words))
        np.maximum.at(likest, who, like)
        tells = np.zeros(len(words))
        top = like >= likest[who] - 0.01
        np.maximum.at(tells, who[top], self._tells[meant[top]])
        bounds = start.tolist()
        return [(meant[a:b], like[a:b], told) for a, b, told in zip(bounds, bounds[1:], tells.tolist())]

    def _of_one_sound(self, words: list[str]) -> NDArray[np.int64]:
        sounds = [wording().sound(w) for w in words]
        who = np.array([i for i, s in enumerate(sounds) if s], np.int64)
        keys = hashes_of([s for s in sounds if s])
        hits, owner = ranges(
            np.searchsorted(self._index.sound_key, keys, "left"), np.searchsorted(self._index.sound_key, keys, "right")
        )
        return np.column_stack([who[owner], self._index.sound_word[hits].astype(np.int64)])

    def _same_sound(self, words: list[str], who: NDArray[np.int64], meant: NDArray[np.int32]) -> NDArray[np.bool_]:
        of = [wording().sound(w) for w in words]
        return np.array([of[i] == wording().sound(self._index.word[m].decode()) for i, m in zip(who, meant)], bool)

    def _split(self, word: str) -> tuple[str, str]:
        if len(word) < 5 or word.isdigit():
            return "", ""
        spell = wording().one_spelling
        cuts = [(spell(word[:i]), spell(word[i:])) for i in range(2, len(word) - 1)]
        left, right = self.known([a for a, _ in cuts]), self.known([b for _, b in cuts])
        good = [i for i in range(len(cuts)) if left[i] and right[i]]
        if not good:
            return "", ""
        at, _ = find_sorted(
            self._index.word, np.array([w.encode()[:LONGEST] for i in good for w in cuts[i]], f"S{LONGEST}")
        )
        # The fewer small pieces the better: of the cuts the one whose words tell most.
        best = int(np.argmax(self._tells[at].reshape(-1, 2).sum(axis=1)))
        return cuts[good[best]]
