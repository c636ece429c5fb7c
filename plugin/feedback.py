# SPDX-License-Identifier: GPL-2.0-or-later
"""The core's feedback, told to a Processing feedback (dialog, ``qgis_process``, task)."""

from __future__ import annotations

from typing import Optional

from qgis.core import QgsProcessingFeedback

from ..core.feedback import Feedback


class ProcessingFeedback(Feedback):
    """Progress and messages to QGIS, cancel from QGIS."""

    def __init__(self, feedback: QgsProcessingFeedback) -> None:
        self._feedback = feedback
        self._total: Optional[int] = None
        self._done = 0

    def stage(self, name: str, total: Optional[int] = None) -> None:
        self._total, self._done = total, 0
        self._feedback.setProgressText(name)
        self._feedback.setProgress(0)

    def advance(self, steps: int = 1) -> None:
        self._done += steps
        if self._total:
            self._feedback.setProgress(100.0 * self._done / self._total)

    def info(self, message: str) -> None:
        self._feedback.pushInfo(message)

    def warning(self, message: str) -> None:
        self._feedback.pushWarning(message)

    def is_cancelled(self) -> bool:
        return bool(self._feedback.isCanceled())
