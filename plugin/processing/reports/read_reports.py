# SPDX-License-Identifier: GPL-2.0-or-later
"""A file of reports in, a layer of the reports and a table of rejected records out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsFeature,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFile,
    QgsProcessingParameterString,
)

from ...base.compat import NO_GEOMETRY, POINT, REAL, SOURCE_POINT, SOURCE_VECTOR, TEXT
from ...base.core_sentences import sentence
from ..algorithm import Results, SigmaAlgorithm, expected_errors
from ..fields import fields_of, wgs84

if TYPE_CHECKING:
    from ....core.model import Report

_TEXTS = (
    "source", "service_request_id", "service_code", "service_name", "group", "description", "status", "raw_status",
    "position_flag", "address", "requested_datetime", "updated_datetime", "agency_responsible", "media_url",
)  # fmt: skip
_BATCH = 5_000


class ReadReports(SigmaAlgorithm):
    """``sigma_communes:read_reports``."""

    FILE, SOURCE, OUTPUT, REJECTED = "FILE", "SOURCE", "OUTPUT", "REJECTED"
    READ, REFUSED = "READ", "REFUSED"
    group_id = "reports"

    def name(self) -> str:
        return "read_reports"

    def displayName(self) -> str:
        return self.tr("Read a file of reports")

    def shortHelpString(self) -> str:
        return self.tr(
            "Reads citizens' reports from a CSV, GeoJSON, GeoPackage or other vector file, or from an Open311 answer "
            "saved as XML or JSON, whatever its encoding, separator and column names. Every record becomes a report or "
            "a row of the table of rejected records, with the reason. A position that is missing or impossible gives "
            "no point and is flagged, not repaired. Columns that have no place of their own are kept in extra, as JSON."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.addParameter(QgsProcessingParameterFile(self.FILE, self.tr("File of reports")))
        self.addParameter(
            QgsProcessingParameterString(
                self.SOURCE, self.tr("Name of the source (empty: the file's)"), defaultValue="", optional=True
            )
        )
        self.addParameter(QgsProcessingParameterFeatureSink(self.OUTPUT, self.tr("Reports"), SOURCE_POINT))
        self.addParameter(
            QgsProcessingParameterFeatureSink(self.REJECTED, self.tr("Rejected records"), SOURCE_VECTOR, optional=True)
        )
        self.addOutput(QgsProcessingOutputNumber(self.READ, self.tr("Number of reports")))
        self.addOutput(QgsProcessingOutputNumber(self.REFUSED, self.tr("Number of rejected records")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core.model import Rejected
        from ....core.reports.formats.files import read_reports

        fields = fields_of([(name, TEXT) for name in _TEXTS] + [("lon", REAL), ("lat", REAL), ("extra", TEXT)])
        rejected_fields = fields_of((("where", TEXT), ("reason", TEXT)))
        found: Results = {}
        counts = {self.READ: 0, self.REFUSED: 0}
        batch: list[QgsFeature] = []
        refused: list[QgsFeature] = []
        with expected_errors(feedback):
            path = Path(self.parameterAsString(parameters, self.FILE, context))
            source = self.parameterAsString(parameters, self.SOURCE, context) or None
            verdicts = read_reports(path, source=source)
            sink, found[self.OUTPUT] = self.sink(parameters, self.OUTPUT, context, fields, POINT, wgs84())
            table = None
            if parameters.get(self.REJECTED) is not None:
                table, found[self.REJECTED] = self.sink(
                    parameters, self.REJECTED, context, rejected_fields, NO_GEOMETRY
                )
            for verdict in verdicts:
                if feedback.isCanceled():
                    break
                if isinstance(verdict, Rejected):
                    counts[self.REFUSED] += 1
                    refused.append(_row(rejected_fields, [verdict.where, sentence(verdict.reason)]))
                else:
                    counts[self.READ] += 1
                    batch.append(_report(fields, verdict))
                if len(batch) >= _BATCH:
                    sink.add(batch)
                    batch = []
            sink.add(batch)
            if table is not None:
                table.add(refused)
            said = self.tr("{read} reports, {refused} rejected records")
            feedback.pushInfo(said.format(read=counts[self.READ], refused=counts[self.REFUSED]))
        return {**found, **counts}


def _report(fields: Any, report: Report) -> QgsFeature:
    from ..columns import point_feature

    lon, lat = report.lon, report.lat
    if lon is None or lat is None or report.position_flag:
        lon = lat = float("nan")
    extra = json.dumps(dict(report.extra), ensure_ascii=False, default=str) if report.extra else None
    values = [*(getattr(report, name) or None for name in _TEXTS), report.lon, report.lat, extra]
    return point_feature(fields, values, lon, lat)


def _row(fields: Any, values: list[Any]) -> QgsFeature:
    feature = QgsFeature(fields)
    feature.setAttributes(values)
    return feature
