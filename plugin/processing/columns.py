# SPDX-License-Identifier: GPL-2.0-or-later
"""Between QGIS' features and the core's columns. It brings numpy: import it where it is used, not at start."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray
from qgis.core import (
    NULL,
    QgsCoordinateTransform,
    QgsCsException,
    QgsFeature,
    QgsFields,
    QgsGeometry,
    QgsPointXY,
)
from qgis.PyQt.QtCore import QDate, QDateTime, Qt

from ...core.base.columns import objects
from ..base.compat import POINT_GEOMETRY
from .fields import as_text

# --- features to columns -----------------------------------------------------------------------------------------


def texts(features: Sequence[QgsFeature], field: str) -> NDArray[Any]:
    """Return a field as an object array of text; ``""`` where it is NULL or where there is no such field."""
    return objects(as_text(value) for value in _values(features, field))


def numbers(features: Sequence[QgsFeature], field: str) -> NDArray[np.float64]:
    """Return a field as float64; NaN where it is NULL or no number."""
    return np.array([_number(value) for value in _values(features, field)], dtype=np.float64)


def flags(features: Sequence[QgsFeature], field: str) -> NDArray[np.bool_]:
    """Return a field as truth values; false where it is NULL. ``"true"`` and ``"1"`` as text are true."""
    return np.array([as_text(value).lower() in ("true", "1") for value in _values(features, field)], dtype=bool)


def times(features: Sequence[QgsFeature], field: str) -> NDArray[Any]:
    """Return a field of dates, times or ISO 8601 text as datetime64[s] in UTC; NaT where there is none."""
    return np.array([_time(value) for value in _values(features, field)], dtype="datetime64[s]")


def positions(
    features: Sequence[QgsFeature], transform: QgsCoordinateTransform
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return longitude and latitude of each feature (:func:`place`); NaN where it has none."""
    as_they_are = transform.isShortCircuited()
    lon, lat = np.full(len(features), np.nan), np.full(len(features), np.nan)
    for i, feature in enumerate(features):
        geometry = feature.geometry()
        try:
            found = geometry.asPoint() if as_they_are else place(geometry, transform)
        except (TypeError, ValueError):  # several points, a line, an area, or none
            found = place(geometry, transform)
        if found is not None:
            lon[i], lat[i] = found.x(), found.y()
    return lon, lat


def place(geometry: QgsGeometry, transform: QgsCoordinateTransform) -> Optional[QgsPointXY]:
    """Return where a geometry is: a point itself, the first of several, of a line or an area a point on it.

    None where it is empty or its position has no longitude and latitude.
    """
    if geometry.isNull() or geometry.isEmpty():
        return None
    # The first vertex of a point geometry is its first point; pointOnSurface is for what has an extent.
    first = geometry.vertexAt(0) if geometry.type() == POINT_GEOMETRY else geometry.pointOnSurface().vertexAt(0)
    try:
        return transform.transform(QgsPointXY(first.x(), first.y()))
    except QgsCsException:
        return None


def _values(features: Sequence[QgsFeature], field: str) -> Iterable[Any]:
    index = features[0].fieldNameIndex(field) if features and field else -1
    return [None] * len(features) if index < 0 else [feature.attribute(index) for feature in features]


def _number(value: Any) -> float:
    try:
        return float(as_text(value).replace(",", ".") or "nan")
    except ValueError:
        return float("nan")


def _time(value: Any) -> Any:
    if isinstance(value, str):
        text = value.strip()
        value = QDateTime.fromString(text, Qt.DateFormat.ISODate)
        if not value.isValid():
            value = QDate.fromString(text[:10], Qt.DateFormat.ISODate)
    if isinstance(value, QDate):
        return np.datetime64(value.toString(Qt.DateFormat.ISODate)) if value.isValid() else np.datetime64("NaT")
    if not isinstance(value, QDateTime) or not value.isValid():
        return np.datetime64("NaT")
    # A time without a zone has none in its source: it is taken as it stands.
    if value.timeSpec() != Qt.TimeSpec.LocalTime:
        value = value.toUTC()
    return np.datetime64(value.toString("yyyy-MM-ddTHH:mm:ss"))


# --- columns to features -----------------------------------------------------------------------------------------


def attributes(values: Any) -> list[Any]:
    """Return a column as QGIS takes it, value by value as :func:`attribute` does."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "biuU":
        return list(values.tolist())
    if isinstance(values, np.ndarray) and values.dtype == object:
        return [value if type(value) is str else attribute(value) for value in values]
    return [attribute(value) for value in values]


def attribute(value: Any) -> Any:
    """Return a value of a column as QGIS takes it: NaN, NaT and None are NULL, times are UTC."""
    if isinstance(value, np.datetime64):
        return NULL if np.isnat(value) else _qdate(value)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and value != value:
        return NULL
    if isinstance(value, dt.datetime):
        return QDateTime.fromString(value.isoformat(timespec="seconds"), Qt.DateFormat.ISODate)
    return NULL if value is None else value


def _qdate(value: Any) -> Any:
    if value.dtype == np.dtype("datetime64[D]"):
        return QDate.fromString(str(value), Qt.DateFormat.ISODate)
    return QDateTime.fromString(f"{np.datetime_as_string(value, unit='s')}Z", Qt.DateFormat.ISODate)


def point_feature(fields: QgsFields, values: Sequence[Any], lon: float, lat: float) -> QgsFeature:
    """Return a feature at a position (degrees); without a geometry where the position is not finite."""
    feature = QgsFeature(fields)
    if np.isfinite(lon) and np.isfinite(lat):
        feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(lon, lat)))
    feature.setAttributes([attribute(value) for value in values])
    return feature
