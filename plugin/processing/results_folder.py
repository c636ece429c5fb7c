# SPDX-License-Identifier: GPL-2.0-or-later
"""Where an algorithm puts a folder of results: among the person's documents, never where QGIS deletes it on closing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingParameterFolderDestination,
    QgsProcessingUtils,
)
from qgis.PyQt.QtCore import QStandardPaths

from ..base.translate import Translated


class FolderTexts(Translated):
    """What is said of a folder that will not last."""

    def temporary(self) -> str:
        """Say that another folder is due."""
        return self.tr("QGIS deletes temporary folders when it closes: choose a folder that lasts for these results.")


def documents(name: str) -> Path:
    """Return the folder that is proposed; it need not exist."""
    found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(found or Path.home()) / "SIGM@communes" / name


def results_folder(name: str, text: str, proposed: str) -> QgsProcessingParameterFolderDestination:
    """Return the parameter; ``proposed`` is the folder's own name."""
    return QgsProcessingParameterFolderDestination(name, text, str(documents(proposed)))


def lasting(
    algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext
) -> Path:
    """Return the folder that was given; raises QgsProcessingException where it is one that QGIS deletes."""
    path = Path(algorithm.parameterAsString(parameters, name, context))
    temporary = Path(QgsProcessingUtils.tempFolder()).resolve()
    if path.resolve() == temporary or temporary in path.resolve().parents:
        raise QgsProcessingException(FolderTexts().temporary())
    return path
