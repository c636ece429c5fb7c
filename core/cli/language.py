# SPDX-License-Identifier: GPL-2.0-or-later
"""The language of the command line: French under a French locale; what ``--json`` prints is English always."""

from __future__ import annotations

import os

from ..base.bilingual import Bilingual
from ..base.french import french


def language() -> str:
    """Return ``fr`` or ``en``: SIGMA_COMMUNES_LANGUAGE, else what the locale's variables say, in POSIX's order."""
    for name in ("SIGMA_COMMUNES_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        said = os.environ.get(name, "")
        if said:
            return "fr" if said.lower().startswith("fr") else "en"
    return "en"


def said(text: str | Bilingual) -> str:
    """Return a sentence of the core, or a text that is there in both, in the language of the command line."""
    if isinstance(text, Bilingual):
        return text.in_language(language())
    return french(text) if language() == "fr" else text
