# SPDX-License-Identifier: GPL-2.0-or-later
"""Fields, coordinate systems and single values of QGIS; light, so that the toolbox can be listed at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qgis.core import (
    NULL,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsField,
    QgsFields,
    QgsProcessingContext,
)
from qgis.PyQt.QtCore import QDate, QDateTime, Qt, QTime

Definition = tuple[str, Any]
"""Name and type (one of :mod:`~..compat`'s) of a field."""


def wgs84() -> QgsCoordinateReferenceSystem:
    """Return EPSG:4326, in which the core's positions are."""
    return QgsCoordinateReferenceSystem("EPSG:4326")


def to_wgs84(crs: QgsCoordinateReferenceSystem, context: QgsProcessingContext) -> QgsCoordinateTransform:
    """Return the transformation of a layer's positions to longitude and latitude."""
    return QgsCoordinateTransform(crs, wgs84(), context.transformContext())


def fields_of(definitions: Iterable[Definition]) -> QgsFields:
    """Return QGIS' fields."""
    fields = QgsFields()
    for name, kind in definitions:
        fields.append(QgsField(name, kind))
    return fields


def as_text(value: Any) -> str:
    """Return an attribute as text; times in ISO 8601, NULL as ``""``."""
    if value is None or value == NULL:
        return ""
    if isinstance(value, (QDate, QDateTime, QTime)):
        return str(value.toString(Qt.DateFormat.ISODate))
    return str(value)
