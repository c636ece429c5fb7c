# SPDX-License-Identifier: GPL-2.0-or-later
"""One object from the button to the byte: progress out, cancel in.

The command line gives a rich progress bar, the plugin its QgsTask or QgsProcessingFeedback, a script
nothing at all. The core calls these few methods and knows no more.
"""

from __future__ import annotations

from typing import Optional

from .errors import Cancelled


class Feedback:
    """Silent feedback that is never cancelled; base of the others.

    Methods may be called from worker threads; implementations must be thread-safe.
    """

    def stage(self, name: str, total: Optional[int] = None) -> None:
        """Begin a stage, e.g. ``"photos"``, of ``total`` steps (None: unknown)."""

    def advance(self, steps: int = 1) -> None:
        """Say that ``steps`` more steps of the present stage are done."""

    def info(self, message: str) -> None:
        """Tell the person something worth reading."""

    def warning(self, message: str) -> None:
        """Tell the person something that may need an action."""

    def is_cancelled(self) -> bool:
        """Whether the person asked to stop."""
        return False

    def check(self) -> None:
        """Raise :class:`~.errors.Cancelled` if the person asked to stop."""
        if self.is_cancelled():
            raise Cancelled("Stopped as asked")


class CancelOnly(Feedback):
    """The cancel button of another feedback without its voice: the caller tells the progress."""

    def __init__(self, feedback: Feedback) -> None:
        self._feedback = feedback

    def is_cancelled(self) -> bool:
        """Whether the person asked to stop."""
        return self._feedback.is_cancelled()


SILENT = Feedback()
