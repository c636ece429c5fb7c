# SPDX-License-Identifier: GPL-2.0-or-later
"""What the core's errors say, in the language of QGIS, with the person's next step."""

from __future__ import annotations

from ...core.errors import SigmaError
from .core_sentences import sentence
from .language import language
from .translate import Translated


def error_lines(error: SigmaError) -> str:
    """Return where, what happened and the next step, as plain text."""
    said = ". ".join(filter(None, (sentence(error.what).rstrip("."), sentence(error.next_step or ""))))
    if not error.where:
        return said
    return f"{sentence(error.where)}{chr(0xA0) if language() == 'fr' else ''}: {said}"


def told(error: Exception) -> str:
    """Return what an error says, in the language of QGIS where the core says it."""
    return error_lines(error) if isinstance(error, SigmaError) else sentence(str(error))


class MissingTexts(Translated):
    """What is said of a package that this QGIS does not have."""

    def missing(self, name: str) -> str:
        """Say how to get it."""
        return self.tr("The package {name} is missing in this QGIS. SIGM@communes › Diagnostic installs it.").format(
            name=name
        )
