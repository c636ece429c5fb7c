# SPDX-License-Identifier: GPL-2.0-or-later
"""Words of a text made comparable: no case, accents or punctuation, no final plural."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_WORD = re.compile(r"[^\W_]+")
_STOPS = frozenset(".!?;\n")
_WORD_OR_STOP = re.compile(rf"{_WORD.pattern}|[.!?;\n]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_LONGEST_KEPT = 40
_LIGATURES = {"œ": "oe", "æ": "ae"}


class Token(NamedTuple):
    """A folded word, where it stands in the text, and how many sentences end before it."""

    word: str
    start: int
    end: int
    sentence: int


def fold(text: str) -> str:
    """Return the words of ``text`` for comparison: no case, accents, punctuation or final plural s and x.

    >>> fold("Nids-de-poule (chaussée)")
    'nid de poule chausse'
    """
    return " ".join(_folded(word) for word in plain_words(text))


def plain_words(text: str) -> list[str]:
    """Return the words of ``text`` without case and accents: ``L'Étang-Salé`` gives ``["l", "etang", "sale"]``."""
    # Nothing of this reaches over white space: piece by piece is the same, and pieces come again.
    out: list[str] = []
    for piece in text.split():
        out += _plain_words(piece) if len(piece) <= _LONGEST_KEPT else _WORD.findall(_plain(piece))
    return out


@lru_cache(maxsize=65536)
def _plain_words(piece: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(_plain(piece)))


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    # Decomposed first: a letter of a mathematical alphabet has no small one before it is a letter.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return _BEYOND_ASCII.sub(_without_marks, decomposed)


def _without_marks(found: re.Match[str]) -> str:
    return "".join(_LIGATURES.get(char, char) for char in found[0] if not unicodedata.combining(char))


def _folded(plain_word: str) -> str:
    word = plain_word
    if len(word) > 3 and word[-1] in "sx":
        word = word[:-1]
    # French feminine participles (cassée) meet the masculine ones (cassé).
    return word[:-1] if len(word) > 4 and word.endswith("ee") else word


@lru_cache(maxsize=65536)
def _folded_written(word: str) -> tuple[str, ...]:
    return tuple(_folded(part) for part in _WORD.findall(_plain(word)))


def tokens(text: str) -> list[Token]:
    """Return the folded words of a composed (NFC) text and where they stand; combining accents would cut words."""
    out: list[Token] = []
    sentence, begun, ended = 0, False, False
    for found in _WORD_OR_STOP.finditer(text):
        written = found[0]
        if written in _STOPS:
            ended = begun
            continue
        if ended:
            sentence += 1
        begun, ended = True, False
        start, end = found.span()
        for word in _folded_written(written):
            out.append(Token(word, start, end, sentence))
    return out
