# SPDX-License-Identifier: GPL-2.0-or-later
"""Layers and reports of a commune, taken to a place without network."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputFile,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFile,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from ...base import settings
from ...base.compat import SOURCE_MAP_LAYER
from ...base.core_sentences import sentence
from ...base.feedback import ProcessingFeedback
from ...base.language import language
from ..algorithm import Results, SigmaAlgorithm, expected_errors
from ..results_folder import lasting, results_folder

_INTEGER, _DOUBLE = QgsProcessingParameterNumber.Type.Integer, QgsProcessingParameterNumber.Type.Double
_LOCAL = ("ogr", "gdal")


class MakePack(SigmaAlgorithm):
    """``sigma_communes:pack``."""

    COMMUNE, ALL, RECORDS, LAYERS, WORKSPACE = "COMMUNE", "ALL", "RECORDS", "LAYERS", "WORKSPACE"
    BUFFER, BUDGET, ZIP, OUT, PROJECT, LEFT_OUT = "BUFFER", "BUDGET", "ZIP", "OUT", "PROJECT", "LEFT_OUT"
    group_id = "catalogue"

    def name(self) -> str:
        return "pack"

    def displayName(self) -> str:
        return self.tr("Make an offline pack")

    def shortHelpString(self) -> str:
        return self.tr(
            "Makes one folder (or ZIP) that a commune takes to a place without network: the layers chosen, cut to the "
            "commune; its reports, to edit; their photos with faces and plates blurred, without metadata; styles; a "
            "project that opens in QGIS and QField; and a list of what is inside with source, date and licence, and of"
            " what is not and why. Layers are records of the catalogue, addresses of services or files, one a line, or"
            " layers of the project whose data are files. Every layer of the pack is opened without network before it "
            "is called ready. A pack that is complete and from the same sources is not made again when all communes "
            "are asked for."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        preferred = settings.load().values
        self.addParameter(
            QgsProcessingParameterString(
                self.COMMUNE,
                self.tr("Commune (INSEE code or name)"),
                defaultValue=preferred.commune,
                optional=True,
            )
        )
        self.addParameter(QgsProcessingParameterBoolean(self.ALL, self.tr("All communes, one pack each"), False))
        self.addParameter(
            QgsProcessingParameterString(
                self.RECORDS,
                self.tr("Records, addresses and files, one a line"),
                multiLine=True,
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterMultipleLayers(
                self.LAYERS,
                self.tr("Layers of the project whose data are files"),
                SOURCE_MAP_LAYER,
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterFile(
                self.WORKSPACE,
                self.tr("Workspace with reports and catalogue (empty: no reports)"),
                fileFilter="GeoPackage (*.gpkg)",
                defaultValue=preferred.workspace or None,
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterNumber(
                self.BUFFER, self.tr("Metres beyond the commune"), _DOUBLE, 0.0, minValue=0, maxValue=20_000
            )
        )
        self.addParameter(
            QgsProcessingParameterNumber(
                self.BUDGET, self.tr("Megabytes for all pictures together"), _INTEGER, 200, minValue=1
            )
        )
        self.addParameter(QgsProcessingParameterBoolean(self.ZIP, self.tr("One ZIP instead of a folder"), False))
        self.addParameter(results_folder(self.OUT, self.tr("Folder of the packs"), "paquets"))
        self.addOutput(QgsProcessingOutputFile(self.PROJECT, self.tr("Project of the pack")))
        self.addOutput(QgsProcessingOutputNumber(self.LEFT_OUT, self.tr("Number of layers that were left out")))

    def prepareAlgorithm(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        """Take the sources of layers in the main thread, which owns them."""
        self._sources = []
        for layer in self.parameterAsLayerList(parameters, self.LAYERS, context) or []:
            if layer.providerType() in _LOCAL:
                path, _, rest = layer.source().partition("|")
                name = next((each[10:] for each in rest.split("|") if each.startswith("layername=")), "")
                self._sources.append(f"{path}|layername={name}" if name else path)
            else:
                feedback.pushWarning(
                    self.tr("“{name}” has no file: give its record or its address.").format(name=layer.name())
                )
        return super().prepareAlgorithm(parameters, context, feedback)

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core import pack, territory
        from ....core.catalogue import Calls
        from ...base.transport import qgis_session

        workspace = self.parameterAsString(parameters, self.WORKSPACE, context)
        lines = self.parameterAsString(parameters, self.RECORDS, context).splitlines()
        chosen = settings.load().values
        out = lasting(self, parameters, self.OUT, context)
        order = pack.Order(
            tuple(line.strip() for line in [*lines, *self._sources] if line.strip()),
            Path(workspace) if workspace else None,
            self.parameterAsDouble(parameters, self.BUFFER, context),
            self.parameterAsInt(parameters, self.BUDGET, context) * 1_000_000,
            self.parameterAsBool(parameters, self.ZIP, context),
        )
        speaking = ProcessingFeedback(feedback)
        with expected_errors(feedback):
            known = territory.load(territory.current_map())

            def session() -> Any:
                return qgis_session(feedback.isCanceled, patience=chosen.timeout)

            if self.parameterAsBool(parameters, self.ALL, context):
                summary = pack.make_all(
                    order, out, territory=known, session=session, online=chosen.network, threads=True, feedback=speaking
                )
                for outcome in summary.failed:
                    feedback.pushWarning(f"{outcome.commune}: {sentence(outcome.error)}")
                self._tell([(left.title, left.reason) for left in summary.left_out], feedback)
                return {self.OUT: str(out), self.PROJECT: "", self.LEFT_OUT: len(summary.left_out)}
            place = pack.find(known, self.parameterAsString(parameters, self.COMMUNE, context), order.buffer)
            with session() as opened:
                calls = Calls(opened, feedback=speaking) if chosen.network else None
                made = pack.make(place, order, out, territory=known, calls=calls, feedback=speaking)
            self._tell([(left.title, left.reason) for left in made.contents.left_out], feedback)
            project = made.path / "projet.qgz"
            return {
                self.OUT: str(made.path),
                self.PROJECT: str(project) if project.is_file() else "",
                self.LEFT_OUT: len(made.contents.left_out),
            }
        return {}

    def _tell(self, left_out: list[tuple[str, Any]], feedback: QgsProcessingFeedback) -> None:
        for title, reason in left_out:
            feedback.pushWarning(
                self.tr("Left out: {title}: {reason}").format(title=title, reason=reason.in_language(language()))
            )
