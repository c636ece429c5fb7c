# SPDX-License-Identifier: GPL-2.0-or-later
"""One text in French and in English, told by keyword: which of the two is French is never a matter of order."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, init=False)
class Bilingual:
    """The same said in both languages; both are given by keyword."""

    fr: str
    en: str

    def __init__(self, *, fr: str, en: str) -> None:
        # kw_only of dataclasses came with Python 3.10.
        object.__setattr__(self, "fr", fr)
        object.__setattr__(self, "en", en)

    @classmethod
    def same(cls, text: str) -> Bilingual:
        """Return what is written alike in both, e.g. a proper name."""
        return cls(fr=text, en=text)

    def in_language(self, language: str) -> str:
        """Return the French for ``fr`` and its kin (``fr_FR``), else the English."""
        return self.fr if language.startswith("fr") else self.en
