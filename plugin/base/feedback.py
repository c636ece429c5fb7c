# SPDX-License-Identifier: GPL-2.0-or-later
"""The core's feedback, told to a Processing feedback (dialog, ``qgis_process``, task)."""

from __future__ import annotations

from typing import Optional

from qgis.core import QgsProcessingFeedback

from ...core.feedback import Feedback
from .core_sentences import sentence
from .translate import Translated


class StageNames(Translated):
    """The core's stages in the language of QGIS."""

    def shown(self, stage: str) -> str:
        """Return what to show of a stage; one that is not known is shown as it is."""
        name, colon, rest = stage.partition(": ")
        names = {
            "photos": self.tr("Reading photos"),
            "classify": self.tr("Classifying photos"),
            "reports": self.tr("Reading reports"),
            "classes": self.tr("Finding classes"),
            "communes": self.tr("Finding communes"),
            "groups": self.tr("Grouping"),
            "teams": self.tr("Finding teams"),
            "workspace": self.tr("Writing the workspace"),
            "bulletin": self.tr("Writing the bulletin"),
            "layers": self.tr("Cutting layers"),
            "packs": self.tr("Making packs"),
        }
        return f"{names[name]}{colon}{rest}" if name in names else sentence(stage)


def stage_name(stage: str) -> str:
    """Return what to show of a stage of the core."""
    return StageNames().shown(stage)


class ProcessingFeedback(Feedback):
    """Progress and messages to QGIS, cancel from QGIS."""

    def __init__(self, feedback: QgsProcessingFeedback) -> None:
        self._feedback = feedback
        self._total: Optional[int] = None
        self._done = 0

    def stage(self, name: str, total: Optional[int] = None) -> None:
        self._total, self._done = total, 0
        self._feedback.setProgressText(stage_name(name))
        self._feedback.setProgress(0)

    def advance(self, steps: int = 1) -> None:
        self._done += steps
        if self._total:
            self._feedback.setProgress(100.0 * self._done / self._total)

    def info(self, message: str) -> None:
        self._feedback.pushInfo(sentence(message))

    def warning(self, message: str) -> None:
        self._feedback.pushWarning(sentence(message))

    def is_cancelled(self) -> bool:
        return bool(self._feedback.isCanceled())
