# SPDX-License-Identifier: GPL-2.0-or-later
"""One translation context for all screens and algorithms; ``pylupdate5`` reads the calls of :func:`tr`."""

from __future__ import annotations

from qgis.PyQt.QtCore import QCoreApplication


def tr(text: str) -> str:
    """Return ``text`` in the language of QGIS, or as it is where there is no translation."""
    return QCoreApplication.translate("SigmaCommunes", text)
