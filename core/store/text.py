# SPDX-License-Identifier: GPL-2.0-or-later
"""Text that SQLite and GDAL can take."""

from __future__ import annotations


def storable(text: str) -> str:
    """Return text without what UTF-8 has no form for (bytes of a file name, halves of a pair) and without NUL.

    Such characters are written as escapes (``\\udcff``), so two different texts stay different.
    """
    if "\0" in text:
        text = text.replace("\0", "\\x00")
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
