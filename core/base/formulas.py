# SPDX-License-Identifier: GPL-2.0-or-later
"""Text that a spreadsheet would take for a formula: written so that it is none, and read back as it was.

A cell that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line break is computed by Excel and LibreOffice
(OWASP, “CSV injection”). An apostrophe in front makes it text; one that stands there already gets a second one.
"""

from __future__ import annotations

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def _computed(text: str) -> bool:
    return text.lstrip("'").startswith(_STARTS)


def as_text(text: str) -> str:
    """Return what a table for spreadsheets has for a text.

    >>> as_text("=HYPERLINK(1)"), as_text("'+33"), as_text("l'arbre")
    ("'=HYPERLINK(1)", "''+33", "l'arbre")
    """
    return f"'{text}" if _computed(text) else text


def as_given(cell: str) -> str:
    """Return the text that :func:`as_text` was given.

    >>> as_given("'=HYPERLINK(1)"), as_given("''+33"), as_given("'l'arbre")
    ('=HYPERLINK(1)', "'+33", "'l'arbre")
    """
    return cell[1:] if cell[:1] == "'" and _computed(cell) else cell
