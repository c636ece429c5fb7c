# SPDX-License-Identifier: GPL-2.0-or-later
"""A folder of photos in; a layer of those with a position, a table of all the others with the reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    NULL,
    QgsFeature,
    QgsGeometry,
    QgsPoint,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFile,
)
from qgis.PyQt.QtCore import QDateTime, Qt

from ...base.compat import BOOL, DATETIME, INTEGER, NO_GEOMETRY, POINT_Z, REAL, SOURCE_POINT, SOURCE_VECTOR, TEXT
from ...base.core_sentences import sentence
from ...base.feedback import ProcessingFeedback
from ..algorithm import Results, SigmaAlgorithm, expected_errors
from ..fields import fields_of, wgs84

# The columns of native:importphotos, then ours.
PHOTO_FIELDS = (
    ("photo", TEXT), ("filename", TEXT), ("directory", TEXT), ("altitude", REAL), ("direction", REAL),
    ("rotation", INTEGER), ("longitude", REAL), ("latitude", REAL), ("timestamp", DATETIME),
    ("verdict", TEXT), ("reason", TEXT), ("north", TEXT), ("accuracy", REAL),
)  # fmt: skip
INVALID_FIELDS = (
    ("photo", TEXT), ("filename", TEXT), ("directory", TEXT), ("readable", BOOL), ("verdict", TEXT), ("reason", TEXT),
    ("longitude", REAL), ("latitude", REAL), ("timestamp", DATETIME),
)  # fmt: skip
_BATCH = 200


class ScanPhotos(SigmaAlgorithm):
    """``sigma_communes:photos``."""

    FOLDER, OUTPUT, INVALID, FILES = "FOLDER", "OUTPUT", "INVALID", "FILES"
    group_id = "photos"

    def name(self) -> str:
        return "photos"

    def displayName(self) -> str:
        return self.tr("Read a folder of photos")

    def shortHelpString(self) -> str:
        return self.tr(
            "Gives a verdict on every file of a folder and of its subfolders. Photos with a position inside the "
            "territory become points, with the columns of QGIS' own import of geotagged photos. All other files go "
            "into the table, with the reason: no position, position impossible or outside the territory, not an "
            "image, unreadable, too large, duplicate of another file. No file is left out in silence, and none is "
            "changed."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        folder = QgsProcessingParameterFile.Behavior.Folder
        self.addParameter(QgsProcessingParameterFile(self.FOLDER, self.tr("Folder of photos"), behavior=folder))
        self.addParameter(QgsProcessingParameterFeatureSink(self.OUTPUT, self.tr("Photos"), SOURCE_POINT))
        self.addParameter(
            QgsProcessingParameterFeatureSink(
                self.INVALID, self.tr("Files that are not on the map"), SOURCE_VECTOR, optional=True
            )
        )
        self.addOutput(QgsProcessingOutputNumber(self.FILES, self.tr("Number of files")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core.jobs import photos as photo_jobs
        from ....core.model import PhotoVerdict
        from ....core.photos import photo_columns

        fields, invalid_fields = fields_of(PHOTO_FIELDS), fields_of(INVALID_FIELDS)
        points, points_id = self.sink(parameters, self.OUTPUT, context, fields, POINT_Z, wgs84())
        others, others_id = None, ""
        if parameters.get(self.INVALID) is not None:
            others, others_id = self.sink(parameters, self.INVALID, context, invalid_fields, NO_GEOMETRY)
        files, placed, rows, left = 0, 0, [], []
        with expected_errors(feedback):
            folder = Path(self.parameterAsString(parameters, self.FOLDER, context))
            for photo in photo_jobs.scan_photos([folder], feedback=ProcessingFeedback(feedback)):
                files += 1
                row = photo_columns(photo)
                if photo.verdict is PhotoVerdict.OK:
                    placed += 1
                    rows.append(_photo(fields, row))
                else:
                    left.append(_file(invalid_fields, row, readable=photo.verdict.usable))
                if len(rows) + len(left) >= _BATCH:
                    points.add(rows)
                    if others:
                        others.add(left)
                    rows, left = [], []
        points.add(rows)
        if others:
            others.add(left)
        feedback.pushInfo(self.tr("{files} files: {placed} on the map").format(files=files, placed=placed))
        found: Results = {self.OUTPUT: points_id, self.FILES: files}
        return {**found, self.INVALID: others_id} if others else found


def _photo(fields: Any, row: dict[str, Any]) -> QgsFeature:
    feature = QgsFeature(fields)
    altitude = float("nan") if row["altitude"] is None else row["altitude"]
    feature.setGeometry(QgsGeometry(QgsPoint(row["longitude"], row["latitude"], altitude)))
    feature.setAttributes([_value(row, name) for name, _ in PHOTO_FIELDS])
    return feature


def _file(fields: Any, row: dict[str, Any], *, readable: bool) -> QgsFeature:
    feature = QgsFeature(fields)
    known = {**row, "reason": sentence(row["reason"] or ""), "readable": readable}
    feature.setAttributes([_value(known, name) for name, _ in INVALID_FIELDS])
    return feature


def _value(row: dict[str, Any], name: str) -> Any:
    if name == "timestamp":
        return QDateTime.fromString(row[name], Qt.DateFormat.ISODate) if row[name] else NULL
    return NULL if row[name] is None else row[name]
