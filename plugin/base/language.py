# SPDX-License-Identifier: GPL-2.0-or-later
"""The language of QGIS, as far as the product's own data know it."""

from __future__ import annotations

from qgis.core import QgsApplication


def language() -> str:
    """Return ``fr`` where QGIS speaks French, else ``en``."""
    return "fr" if QgsApplication.locale()[:2] == "fr" else "en"
