# SPDX-License-Identifier: GPL-2.0-or-later
"""File names as people can read them."""

from __future__ import annotations

import unicodedata

_JOINERS = "\u200c\u200d"  # hold emoji and some scripts together


def printable(name: str) -> str:
    r"""Return ``name`` so that it fits on one line, in UTF-8 text and in a database.

    A file system allows what a screen does not: line ends and control characters become ``\n`` and ``\x1b``, marks
    that turn the direction of writing ``\u202e``, and bytes that are no text (Python's lone surrogates) ``\xff``.
    Names that are plain text stay as they are.
    """
    return name if name.isprintable() else "".join(_escaped(char) for char in name)


def _escaped(char: str) -> str:
    if char.isprintable() or char in _JOINERS or unicodedata.category(char) == "Zs":
        return char
    if 0xDC80 <= ord(char) <= 0xDCFF:
        return f"\\x{ord(char) - 0xDC00:02x}"
    return char.encode("unicode_escape").decode("ascii")
