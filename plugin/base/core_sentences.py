# SPDX-License-Identifier: GPL-2.0-or-later
"""What the core says, in the language of QGIS."""

from __future__ import annotations

from ...core.base.french import Sentences, french
from .language import language

__all__ = ["Sentences", "sentence"]


def sentence(text: str) -> str:
    """Return what the core says in the language of QGIS."""
    return french(text) if language() == "fr" else text
