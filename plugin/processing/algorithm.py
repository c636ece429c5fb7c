# SPDX-License-Identifier: GPL-2.0-or-later
"""What all our algorithms share: names, help and expected errors without a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from qgis.core import QgsProcessingAlgorithm, QgsProcessingException, QgsProcessingFeedback
from qgis.PyQt.QtGui import QIcon

from ... import ROOT
from ...core.errors import Cancelled, SigmaError
from ..translate import Translated


class SigmaAlgorithm(Translated, QgsProcessingAlgorithm):
    """An algorithm that calls one core function. ``group_id`` is one of photos, incidents, territory."""

    group_id = "incidents"

    def createInstance(self) -> QgsProcessingAlgorithm:  # noqa: N802 (QGIS' name)
        return type(self)()

    def groupId(self) -> str:  # noqa: N802 (QGIS' name)
        return self.group_id

    def icon(self) -> QIcon:
        return QIcon(str(ROOT / "resources" / "icons" / "sigma_communes.svg"))


@contextmanager
def expected_errors(feedback: QgsProcessingFeedback) -> Iterator[None]:
    """Turn the core's errors into what Processing shows; a cancel ends quietly."""
    try:
        yield
    except Cancelled as error:
        feedback.pushInfo(str(error))
    except SigmaError as error:
        raise QgsProcessingException(str(error)) from error


Results = dict[str, Any]
