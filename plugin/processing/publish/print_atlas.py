# SPDX-License-Identifier: GPL-2.0-or-later
"""A workspace in, a PDF with one page for each commune out."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsLayoutExporter,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsProject,
)

from ...base import compat, settings
from ...base.feedback import ProcessingFeedback
from ..algorithm import Results, expected_errors
from ..workspace_algorithm import WorkspaceAlgorithm


class PrintAtlas(WorkspaceAlgorithm):
    """``sigma_communes:atlas``."""

    WORKSPACE, COMMUNES, RULES, TEMPLATE = "WORKSPACE", "COMMUNES", "RULES", "TEMPLATE"
    STYLE, DPI, PDF, PAGES = "STYLE", "DPI", "PDF", "PAGES"
    group_id = "publish"

    def name(self) -> str:
        return "atlas"

    def displayName(self) -> str:
        return self.tr("Atlas (PDF)")

    def shortHelpString(self) -> str:
        return self.tr(
            "Prints one page for each commune that has reports: the map, and how many there are of each state and of "
            "each symbol. A template of your own (Layout › Save as template) can take the place of the shipped one; "
            "its words come from the variables @sigma_title, @sigma_subtitle, @sigma_total, @sigma_by_state, "
            "@sigma_by_symbol and @sigma_sources. In the desktop, SIGM@communes › Atlas opens the same pages in the "
            "layout designer of QGIS."
        )

    def flags(self) -> Any:
        """Layouts belong to the main thread, as in QGIS' own atlas algorithms."""
        return super().flags() | compat.NO_THREADING

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        preferred = settings.load().values
        self.add_workspace()
        self.addParameter(
            QgsProcessingParameterString(
                self.COMMUNES,
                self.tr("INSEE codes of the communes, with commas between (empty: all that have reports)"),
                defaultValue=preferred.commune,
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterEnum(
                self.STYLE,
                self.tr("Symbols"),
                options=[self.tr("By class"), self.tr("By state"), self.tr("By team")],
                defaultValue=0,
            )
        )
        self.add_rules()
        self.addParameter(
            QgsProcessingParameterFile(
                self.TEMPLATE,
                self.tr("Template of the page (empty: the shipped one)"),
                fileFilter="QPT (*.qpt)",
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterNumber(
                self.DPI, self.tr("Resolution (dots per inch)"), defaultValue=200, minValue=72, maxValue=600
            )
        )
        self.addParameter(QgsProcessingParameterFileDestination(self.PDF, self.tr("Atlas"), "PDF (*.pdf)"))
        self.addOutput(QgsProcessingOutputNumber(self.PAGES, self.tr("Pages")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core.base import files
        from ....core.jobs import overview
        from ...map import layers
        from ...map.atlas import TEMPLATE, CommunePages
        from ...workspace_file import look

        out = Path(self.parameterAsFileOutput(parameters, self.PDF, context))
        template = self.parameterAsString(parameters, self.TEMPLATE, context)
        codes = self.parameterAsString(parameters, self.COMMUNES, context)
        with expected_errors(feedback):
            opened = look(
                self.workspace(parameters, context),
                self.parameterAsString(parameters, self.RULES, context),
                ProcessingFeedback(feedback),
            )
            shown = layers.WorkspaceLayers(opened.path, opened.taxonomy, opened.states, opened.teams)
            project = QgsProject()
            project.setCrs(QgsCoordinateReferenceSystem("EPSG:2154"))  # Lambert-93
            shown.add_to(project, opened.present)
            renderers = (shown.class_renderer, shown.state_renderer, shown.team_renderer)
            incidents = layers.find(project, "incident", opened.path)
            if incidents is None:
                return {}
            incidents.setRenderer(shown.clusters(renderers[self.parameterAsEnum(parameters, self.STYLE, context)]()))
            layout = CommunePages(shown, Path(template) if template else TEMPLATE).add_to(
                project,
                overview.counts_by_commune(opened.path),
                [code.strip() for code in codes.split(",") if code.strip()],
            )
            export = QgsLayoutExporter.PdfExportSettings()
            export.dpi = self.parameterAsInt(parameters, self.DPI, context)
            with files.replacing(out) as part:
                result, words = QgsLayoutExporter.exportToPdf(layout.atlas(), str(part), export, feedback)
                if result != QgsLayoutExporter.ExportResult.Success:
                    raise QgsProcessingException(self.tr("The atlas could not be printed: {0}").format(words))
            return {self.PDF: str(out), self.PAGES: layout.atlas().count()}
        return {}
