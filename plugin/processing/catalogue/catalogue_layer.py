# SPDX-License-Identifier: GPL-2.0-or-later
"""A record of the catalogue as a layer, with its style, attribution, licence and metadata."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputMapLayer,
    QgsProcessingOutputString,
    QgsProcessingParameterCrs,
    QgsProcessingParameterString,
)

from ...base.feedback import ProcessingFeedback
from ..algorithm import Results, expected_errors
from ..workspace_algorithm import WorkspaceAlgorithm

if TYPE_CHECKING:
    from ...catalogue.layers import Ready, Wish


class CatalogueLayer(WorkspaceAlgorithm):
    """``sigma_communes:catalogue_layer``."""

    RECORD, KINDS, CRS, OUTPUT = "RECORD", "KINDS", "CRS", "OUTPUT"
    KIND, PROVIDER, URI = "KIND", "PROVIDER", "URI"
    group_id = "catalogue"

    def __init__(self) -> None:
        super().__init__()
        self._wanted: Optional[Wish] = None
        self._ready: Optional[Ready] = None

    def name(self) -> str:
        return "catalogue_layer"

    def displayName(self) -> str:
        return self.tr("Layer of a record")

    def shortHelpString(self) -> str:
        return self.tr(
            "Opens the best link of a record that was harvested: its service is asked which layer, CRS and format it "
            "has; a link that can't be loaded gives way to the next best one, and the log says why. The style, the "
            "attribution, the licence and the metadata of the record go with the layer. With kinds (wfs,geojson) only "
            "those are tried, the first one best. The provider and the URI that QGIS loads are outputs too."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.add_workspace()
        self.addParameter(QgsProcessingParameterString(self.RECORD, self.tr("Record (its id)")))
        self.addParameter(
            QgsProcessingParameterString(
                self.KINDS, self.tr("Kinds of links, e.g. wms,wfs (empty: all)"), defaultValue="", optional=True
            )
        )
        self.addParameter(
            QgsProcessingParameterCrs(
                self.CRS, self.tr("CRS where the service has it (empty: the project's)"), "", True
            )
        )
        self.addOutput(QgsProcessingOutputMapLayer(self.OUTPUT, self.tr("Layer")))
        self.addOutput(QgsProcessingOutputString(self.KIND, self.tr("Kind of link")))
        self.addOutput(QgsProcessingOutputString(self.PROVIDER, self.tr("Provider")))
        self.addOutput(QgsProcessingOutputString(self.URI, self.tr("URI")))

    def prepareAlgorithm(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        """Note what is wanted for the project as it is; here, in the main thread."""
        ready = super().prepareAlgorithm(parameters, context, feedback)
        from ...catalogue.layers import wish

        kinds = self.parameterAsString(parameters, self.KINDS, context)
        self._wanted = wish(
            self.workspace(parameters, context),
            self.parameterAsString(parameters, self.RECORD, context).strip(),
            kinds=[kind.strip() for kind in kinds.split(",") if kind.strip()],
            crs=self.parameterAsCrs(parameters, self.CRS, context).authid(),
        )
        return ready

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ...catalogue.layers import LayerTexts, opened
        from ...catalogue.link_reasons import reason

        if self._wanted is None:
            return {}
        with expected_errors(feedback):
            ready = opened(self._wanted, ProcessingFeedback(feedback))
            for refused in ready.choice.refused:
                feedback.pushInfo(f"{refused.url}: {reason(refused)}")
            for failed in ready.failed:
                feedback.pushWarning(f"{failed.kind}: {reason(failed)}")
            if ready.layer is None or ready.loadable is None:
                raise QgsProcessingException(LayerTexts().nothing(ready).text)
            self._ready = ready
            found = ready.loadable
            return {self.KIND: found.kind, self.PROVIDER: found.provider, self.URI: found.uri}
        return {}

    def postProcessAlgorithm(self, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> Results:
        """Dress the layer and hand it over; in the main thread."""
        from ...catalogue.layers import dress

        ready, self._ready = self._ready, None
        if ready is None or ready.layer is None or ready.loadable is None:
            return {}
        layer = ready.layer
        dress(ready)
        store = context.temporaryLayerStore()
        if store is not None:
            store.addMapLayer(layer)
        if context.project() is not None:
            details = QgsProcessingContext.LayerDetails(layer.name(), context.project(), self.OUTPUT)
            context.addLayerToLoadOnCompletion(layer.id(), details)
        found = ready.loadable
        # What this returns takes the place of what the work returned.
        return {self.OUTPUT: layer.id(), self.KIND: found.kind, self.PROVIDER: found.provider, self.URI: found.uri}
