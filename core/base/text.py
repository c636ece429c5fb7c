# SPDX-License-Identifier: GPL-2.0-or-later
"""Words of a text made comparable: no case, accents or punctuation, no final plural."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_WORD = re.compile(r"[^\W_]+")
_STOP = re.compile(r"[.!?;\n]")


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
    return _WORD.findall(_plain(text))


def _plain(text: str) -> str:
    # Decomposed first: a letter of a mathematical alphabet has no small one before it is a letter.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return plain.replace("œ", "oe").replace("æ", "ae")


def _folded(plain_word: str) -> str:
    word = plain_word
    if len(word) > 3 and word[-1] in "sx":
        word = word[:-1]
    # French feminine participles (cassée) meet the masculine ones (cassé).
    return word[:-1] if len(word) > 4 and word.endswith("ee") else word


@lru_cache(maxsize=65536)
def _folded_written(word: str) -> tuple[str, ...]:
    return tuple(_folded(part) for part in plain_words(word))


def tokens(text: str) -> list[Token]:
    """Return the folded words of a composed (NFC) text and where they stand; combining accents would cut words."""
    out: list[Token] = []
    end = sentence = 0
    for found in _WORD.finditer(text):
        if end and _STOP.search(text, end, found.start()):
            sentence += 1
        end = found.end()
        out.extend(Token(word, found.start(), end, sentence) for word in _folded_written(found[0]))
    return out
