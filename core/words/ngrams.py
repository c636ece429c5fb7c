# SPDX-License-Identifier: GPL-2.0-or-later
"""A text as counts of the pieces of its words: runs of 3 to 5 characters, hashed to a fixed number of columns.

Pieces of words bear what whole words do not: plurals, compounds, slips of the pen, related words of other languages.
"""

from __future__ import annotations

import re
import zlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..base.language import sentence
from ..base.language.text import plain_words

COLUMNS = 4096
_SHORTEST, _LONGEST = 3, 5
_BRACKETS = re.compile(r"\[[^\]]{0,400}\]")
_MOST_CHARACTERS = 4000
_NONE = np.zeros(0, np.int64)


@lru_cache(maxsize=65536)
def columns_of(word: str) -> NDArray[np.int64]:
    """Return the columns of the pieces of a word without case and accents; its beginning and end are pieces, too."""
    padded = f" {word} " if len(word) > 1 else ""
    sizes = range(_SHORTEST, _LONGEST + 1)
    pieces = (padded[start : start + size] for size in sizes for start in range(len(padded) - size + 1))
    return np.array([zlib.crc32(piece.encode()) % COLUMNS for piece in pieces], dtype=np.int64)


def words_of(text: str) -> list[str]:
    """Return the words of a text, of its first 4,000 characters, that may tell what is wrong.

    Left out: what stands in [brackets] (an agent's remark), names, numbers, addresses, insults, words of any text.
    """
    unread = sentence.load().unread
    text = text[:_MOST_CHARACTERS]
    if "[" in text:
        text = _BRACKETS.sub(" ", text)
    words = plain_words(sentence.impersonal(text))
    return [word for word in words if word not in unread and word.isalpha()]


def counted(text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return columns and values of a text: 1 + log of the counts, of length 1 together; both empty without pieces."""
    counts = np.bincount(np.concatenate([_NONE, *map(columns_of, words_of(text))]), minlength=COLUMNS)
    columns = np.flatnonzero(counts)
    values = 1 + np.log(counts[columns].astype(np.float32))
    return columns, values / max(float(np.sqrt(values.dot(values))), 1e-9)
