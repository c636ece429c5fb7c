# SPDX-License-Identifier: GPL-2.0-or-later
"""What differs between QGIS 3.22 and 4.x, in one place."""

from __future__ import annotations

from qgis.core import (
    Qgis,
    QgsDataItem,
    QgsDataProvider,
    QgsMapLayer,
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingFeatureSource,
    QgsSymbolLayer,
    QgsWkbTypes,
)
from qgis.PyQt import QtGui, QtWidgets
from qgis.PyQt.QtCore import QMetaType, QVariant

# QgsField takes QMetaType from 3.38 on and raises on it before.
if Qgis.QGIS_VERSION_INT >= 33800:
    TEXT, BOOL = QMetaType.Type.QString, QMetaType.Type.Bool
    INTEGER, LONG, REAL = QMetaType.Type.Int, QMetaType.Type.LongLong, QMetaType.Type.Double
    DATE, DATETIME = QMetaType.Type.QDate, QMetaType.Type.QDateTime
else:
    TEXT, BOOL = QVariant.String, QVariant.Bool
    INTEGER, LONG, REAL = QVariant.Int, QVariant.LongLong, QVariant.Double
    DATE, DATETIME = QVariant.Date, QVariant.DateTime

# The enums of geometry and source types moved to Qgis in 3.30 and 3.36.
_WKB = getattr(Qgis, "WkbType", QgsWkbTypes)
NO_GEOMETRY, POINT, POINT_Z, MULTIPOLYGON = _WKB.NoGeometry, _WKB.Point, _WKB.PointZ, _WKB.MultiPolygon
POINT_GEOMETRY = QgsWkbTypes.geometryType(POINT)

_SOURCE = getattr(Qgis, "ProcessingSourceType", None)
if _SOURCE is None:
    _OLD = QgsProcessing.SourceType
    SOURCE_POINT, SOURCE_GEOMETRY = _OLD.TypeVectorPoint, _OLD.TypeVectorAnyGeometry
    SOURCE_POLYGON, SOURCE_VECTOR, SOURCE_FILE = _OLD.TypeVectorPolygon, _OLD.TypeVector, _OLD.TypeFile
    SOURCE_MAP_LAYER = _OLD.TypeMapLayer
else:
    SOURCE_POINT, SOURCE_GEOMETRY = _SOURCE.VectorPoint, _SOURCE.VectorAnyGeometry
    SOURCE_POLYGON, SOURCE_VECTOR, SOURCE_FILE = _SOURCE.VectorPolygon, _SOURCE.Vector, _SOURCE.File
    SOURCE_MAP_LAYER = _SOURCE.MapLayer

# Properties of symbol layers lost their prefix in 3.36.
_PROPERTY = QgsSymbolLayer.Property
SIZE_PROPERTY = _PROPERTY.Size if hasattr(_PROPERTY, "Size") else _PROPERTY.PropertySize
CHARACTER_PROPERTY = _PROPERTY.Character if hasattr(_PROPERTY, "Character") else _PROPERTY.PropertyCharacter
ANGLE_PROPERTY = _PROPERTY.Angle if hasattr(_PROPERTY, "Angle") else _PROPERTY.PropertyAngle
STROKE_WIDTH_PROPERTY = _PROPERTY.StrokeWidth if hasattr(_PROPERTY, "StrokeWidth") else _PROPERTY.PropertyStrokeWidth
FILL_COLOR_PROPERTY = _PROPERTY.FillColor if hasattr(_PROPERTY, "FillColor") else _PROPERTY.PropertyFillColor
ENABLED_PROPERTY = _PROPERTY.LayerEnabled if hasattr(_PROPERTY, "LayerEnabled") else _PROPERTY.PropertyLayerEnabled

# The flags of algorithms moved to Qgis in 3.36.
_FLAG = getattr(Qgis, "ProcessingAlgorithmFlag", None)
_FEATURES = getattr(Qgis, "ProcessingFeatureSourceFlag", None)
SKIP_VALIDITY = (
    _FEATURES.SkipGeometryValidityChecks
    if _FEATURES is not None
    else QgsProcessingFeatureSource.Flag.FlagSkipGeometryValidityChecks
)
NO_THREADING = _FLAG.NoThreading if _FLAG is not None else QgsProcessingAlgorithm.Flag.FlagNoThreading

# QAction and QShortcut moved from QtWidgets to QtGui in Qt 6.
Action = getattr(QtGui, "QAction", None) or QtWidgets.QAction
Shortcut = getattr(QtGui, "QShortcut", None) or QtWidgets.QShortcut

# What a provider of the browser gives, and the type of its items, moved to Qgis in 3.36 and 3.20.
_BROWSER = getattr(Qgis, "DataItemProviderCapability", None)
BROWSER_NETWORK = _BROWSER.NetworkSources if _BROWSER is not None else QgsDataProvider.Net
_ITEM = getattr(Qgis, "BrowserItemType", QgsDataItem)
BROWSER_CUSTOM, BROWSER_ERROR = _ITEM.Custom, _ITEM.Error


def set_attribution(layer: QgsMapLayer, text: str) -> None:
    """Set who is to be named for a layer; it moved to the server's properties in 3.38."""
    server = layer.serverProperties()
    (server if hasattr(server, "setAttribution") else layer).setAttribution(text)
