# SPDX-License-Identifier: GPL-2.0-or-later
"""Translation for classes that are no QObject, the way ``pylupdate5`` reads it: the context is the class' name."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import QCoreApplication


class Translated:
    """Gives ``self.tr``; call it in the class whose name the context is, not in one derived from it."""

    def tr(self, text: str, disambiguation: Optional[str] = None, n: int = -1) -> str:
        """Return ``text`` in the language of QGIS, or as it is where there is no translation."""
        return str(QCoreApplication.translate(type(self).__name__, text, disambiguation or "", n))
