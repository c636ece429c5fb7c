# SPDX-License-Identifier: GPL-2.0-or-later
"""A map of communes from the State's API or from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterString,
)

from ...base import settings
from ...base.feedback import ProcessingFeedback
from ..algorithm import Results, SigmaAlgorithm, expected_errors

METROPOLIS = "200054807"


class RefreshCommunes(SigmaAlgorithm):
    """``sigma_communes:refresh_communes``."""

    FILE, EPCI, MAP, COMMUNES = "FILE", "EPCI", "MAP", "COMMUNES"
    group_id = "territory"

    def name(self) -> str:
        return "refresh_communes"

    def displayName(self) -> str:
        return self.tr("Refresh the map of the communes")

    def shortHelpString(self) -> str:
        return self.tr(
            "Takes the communes of an intercommunal body (EPCI), any of France, from the State's service (needs the "
            "network) or from a file (GeoJSON, GeoPackage, Shapefile). The map is checked before it replaces the one "
            "in use: overlaps and gaps are told in the log. Without a file name it becomes your own map, which this "
            "plugin uses from then on."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.addParameter(
            QgsProcessingParameterFile(
                self.FILE, self.tr("File of communes (empty: the State's service)"), optional=True
            )
        )
        self.addParameter(
            QgsProcessingParameterString(
                self.EPCI,
                self.tr("EPCI (nine digits; empty: all communes of the file)"),
                defaultValue=METROPOLIS,
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterFileDestination(
                self.MAP,
                self.tr("Map to write (empty: your own)"),
                "GeoJSON (*.geojson)",
                optional=True,
                createByDefault=False,
            )
        )
        self.addOutput(QgsProcessingOutputNumber(self.COMMUNES, self.tr("Number of communes")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core import territory
        from ...base.transport import qgis_session

        file = self.parameterAsString(parameters, self.FILE, context)
        epci = self.parameterAsString(parameters, self.EPCI, context).strip() or None
        out = self.parameterAsFileOutput(parameters, self.MAP, context)
        if not file and not epci:
            raise QgsProcessingException(self.tr("Give a file, or the number of an EPCI."))
        chosen = settings.load().values
        if not file and not chosen.network:
            raise QgsProcessingException(self.tr("The network is switched off in the options. Give a file."))
        with expected_errors(feedback):
            with qgis_session(feedback.isCanceled, patience=chosen.timeout) as session:
                found = territory.refresh(
                    file or territory.API,
                    epci=epci,
                    session=session,
                    out=Path(out) if out else territory.user_map(),
                    feedback=ProcessingFeedback(feedback),
                )
            feedback.pushInfo(
                self.tr("{count} communes of {name}: {path}").format(count=len(found), name=found.name, path=found.path)
            )
            return {self.MAP: str(found.path), self.COMMUNES: len(found)}
        return {}
