# SPDX-License-Identifier: GPL-2.0-or-later
"""What differs between QGIS 3.22 and 4.x, in one place."""

from __future__ import annotations

from qgis.core import Qgis
from qgis.PyQt.QtCore import QMetaType, QVariant

# QgsField takes QMetaType from 3.38 on and raises on it before.
if Qgis.QGIS_VERSION_INT >= 33800:
    TEXT, BOOL = QMetaType.Type.QString, QMetaType.Type.Bool
else:
    TEXT, BOOL = QVariant.String, QVariant.Bool
