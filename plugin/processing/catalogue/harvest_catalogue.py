# SPDX-License-Identifier: GPL-2.0-or-later
"""Catalogues into a workspace: what is new and what changed."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterString,
)

from ...base import settings
from ...base.feedback import ProcessingFeedback
from ..algorithm import Results, expected_errors
from ..report_server import ServerTexts
from ..workspace_algorithm import WorkspaceAlgorithm


class HarvestCatalogue(WorkspaceAlgorithm):
    """``sigma_communes:harvest_catalogue``."""

    NAME, URL, KIND, WHOLE = "NAME", "URL", "KIND", "WHOLE"
    RECORDS, NEW, CHANGED, REMOVED, FLAWED, FAILED = "RECORDS", "NEW", "CHANGED", "REMOVED", "FLAWED", "FAILED"
    group_id = "catalogue"

    def name(self) -> str:
        return "harvest_catalogue"

    def displayName(self) -> str:
        return self.tr("Harvest catalogues")

    def shortHelpString(self) -> str:
        return self.tr(
            "Reads catalogues of layers into a workspace, which is made where there is none: what is new, and what "
            "changed since the last time. They are then searched without a network. With an address the source is "
            "added first: CSW, GeoNetwork, OGC API Records, CKAN, OpenDataSoft, DCAT, the capabilities of a WMS, WMTS, "
            "WFS or OGC API Features, or a QGIS project. With a name alone it is a source of the workspace, or one "
            "that ships with the plugin (ampmetropole, datasud, geoplateforme, data-gouv-amp); without either, every "
            "source of the workspace is read. A source that fails does not stop the others; what was known stays."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.add_workspace()
        for name, text in (
            (self.NAME, self.tr("Name of the source (empty: all of the workspace)")),
            (self.URL, self.tr("Address of a source to add")),
            (self.KIND, self.tr("Its kind, e.g. csw, ckan, wms (empty: found by asking)")),
        ):
            self.addParameter(QgsProcessingParameterString(name, text, defaultValue="", optional=True))
        self.addParameter(
            QgsProcessingParameterBoolean(
                self.WHOLE, self.tr("Read everything again, and look for what is gone"), False
            )
        )
        self.addOutput(QgsProcessingOutputNumber(self.RECORDS, self.tr("Records read")))
        self.addOutput(QgsProcessingOutputNumber(self.NEW, self.tr("New records")))
        self.addOutput(QgsProcessingOutputNumber(self.CHANGED, self.tr("Changed records")))
        self.addOutput(QgsProcessingOutputNumber(self.REMOVED, self.tr("Records that are gone")))
        self.addOutput(QgsProcessingOutputNumber(self.FLAWED, self.tr("Records with flaws or unusable")))
        self.addOutput(QgsProcessingOutputNumber(self.FAILED, self.tr("Sources that failed")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core.catalogue import Catalogue, HarvestOutcome
        from ....core.errors import UsageError
        from ....core.store import Workspace
        from ...base.transport import qgis_session
        from ...catalogue.sources import HarvestTexts

        values = settings.load().values
        name = self.parameterAsString(parameters, self.NAME, context).strip()
        whole = self.parameterAsBool(parameters, self.WHOLE, context)
        if not values.network:
            raise QgsProcessingException(ServerTexts().network_off())
        outcomes: list[HarvestOutcome] = []
        with expected_errors(feedback):
            told = ProcessingFeedback(feedback)
            path = self.workspace(parameters, context)
            with Workspace.open(path) as workspace:
                catalogue = Catalogue(workspace)
                name = self._added(catalogue, parameters, context, told) or name
                sources = [source for source, _ in catalogue.sources() if name in ("", source.name)]
                if not sources:
                    catalogue.source(name)  # says which there are
                    raise UsageError("There is no source yet", next_step="Give the address of one")
                for source in sources:
                    keyed = {source.url: source.authcfg} if source.authcfg else {}
                    with qgis_session(told.is_cancelled, keyed, float(values.timeout)) as session:
                        outcomes.append(catalogue.harvest(source.name, session, whole=whole, feedback=told))
            said = HarvestTexts().told(outcomes)
            feedback.pushInfo(f"{said.text}\n{said.details}")
        for each in outcomes:
            if each.error:
                feedback.reportError(f"{each.source}: {each.error}")
        return {
            self.RECORDS: sum(each.records for each in outcomes),
            self.NEW: sum(each.changed.new for each in outcomes),
            self.CHANGED: sum(each.changed.changed + each.changed.joined for each in outcomes),
            self.REMOVED: sum(each.changed.removed for each in outcomes),
            self.FLAWED: sum(each.flawed + each.rejected for each in outcomes),
            self.FAILED: sum(bool(each.error) for each in outcomes),
        }

    def _added(
        self, catalogue: Any, parameters: dict[str, Any], context: QgsProcessingContext, told: ProcessingFeedback
    ) -> str:
        """Add the source that the parameters describe, if they do; return its name."""
        from urllib.parse import urlsplit

        from ....core.catalogue import Calls, CatalogueSource, guess_kind, profiles
        from ....core.errors import UsageError
        from ...base.transport import qgis_session

        name, url, kind = (
            self.parameterAsString(parameters, each, context).strip() for each in (self.NAME, self.URL, self.KIND)
        )
        if not url:
            known = {source.name for source, _ in catalogue.sources()}
            if name in profiles() and name not in known:
                catalogue.add(profiles()[name].source())
            return name
        if not kind:
            with qgis_session(told.is_cancelled, patience=float(settings.load().values.timeout)) as session:
                kind = guess_kind(Calls(session, feedback=told), url)
        try:
            source = CatalogueSource(name or urlsplit(url).hostname or url[-100:], kind, url)
        except ValueError as error:
            raise UsageError(str(error)) from error
        catalogue.add(source)
        return source.name
