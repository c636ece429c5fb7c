# SPDX-License-Identifier: GPL-2.0-or-later
"""What catalogues put into their texts, as plain text on which nothing runs."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# A tag begins with a letter, "/" or "!": "a < b" stays what it is.
_SCRIPT = re.compile(r"<(script|style)\b.*?(</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<(br|/p|/div|/li|/h[1-6]|/tr)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<!--.*?(-->|$)|</?[A-Za-z!][^<>]*(>|$)", re.DOTALL)
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n\s*")
_UNSEEN = {
    i: None for i in (*range(32), 127, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0xFEFF) if i not in (9, 10)
}


def plain(text: object, limit: int = 20_000) -> str:
    """Return text without tags, scripts, entities, control characters and needless spaces; lines stay lines.

    Tags that were written as entities (``&lt;b&gt;``, as CKAN and OpenDataSoft often have) go too.
    """
    if text is None:
        return ""
    value = str(text)[: 4 * limit]
    if "<" not in value and "&" not in value and value.isprintable():
        value = " ".join(value.split())
        return (value if value.isascii() else unicodedata.normalize("NFC", value))[:limit]
    for _ in range(2):
        if "<" in value:
            value = _SCRIPT.sub(" ", value)
            value = _BREAK.sub("\n", value)
            value = _TAG.sub(" ", value)
        if "&" not in value:
            break
        value = html.unescape(value)
    value = value.replace("\r\n", "\n").replace("\r", "\n").translate(_UNSEEN)
    value = _LINES.sub("\n", _SPACES.sub(" ", value)).strip()
    return unicodedata.normalize("NFC", value)[:limit]


def one_line(text: object, limit: int = 500) -> str:
    """Return :func:`plain` text on one line."""
    # Names, protocols and addresses of a catalogue are the same over and over.
    return _short_line(text, limit) if type(text) is str and len(text) < 200 else _line(text, limit)


def _line(text: object, limit: int) -> str:
    return plain(text, limit).replace("\n", " ")


_short_line = lru_cache(maxsize=8192)(_line)


def distinct(texts: Iterable[object], limit: int = 500) -> tuple[str, ...]:
    """Return the one-line texts that are not empty, each once, in their order."""
    return tuple(dict.fromkeys(text for text in (one_line(item, limit) for item in texts) if text))
