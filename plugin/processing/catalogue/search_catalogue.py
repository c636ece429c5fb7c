# SPDX-License-Identifier: GPL-2.0-or-later
"""The records of a workspace's catalogue that fit some words, as a layer of their extents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsRectangle,
)

from ...base.compat import MULTIPOLYGON, REAL, SOURCE_POLYGON, TEXT
from ..algorithm import Results, expected_errors
from ..fields import fields_of, wgs84
from ..workspace_algorithm import WorkspaceAlgorithm

if TYPE_CHECKING:
    from ....core.catalogue import Hit

_FIELDS = (
    ("id", TEXT), ("title", TEXT), ("organisation", TEXT), ("licence", TEXT), ("modified", TEXT), ("kinds", TEXT),
    ("keywords", TEXT), ("abstract", TEXT), ("page", TEXT), ("sources", TEXT), ("score", REAL),
)  # fmt: skip


class SearchCatalogue(WorkspaceAlgorithm):
    """``sigma_communes:search_catalogue``."""

    WORDS, COMMUNE, KINDS, BUNDLE, LIMIT, OUTPUT = "WORDS", "COMMUNE", "KINDS", "BUNDLE", "LIMIT", "OUTPUT"
    FOUND = "FOUND"
    group_id = "catalogue"

    def name(self) -> str:
        return "search_catalogue"

    def displayName(self) -> str:
        return self.tr("Search the catalogue")

    def shortHelpString(self) -> str:
        return self.tr(
            "Searches what was harvested into a workspace, without a network: with or without accents, plural or "
            "singular, abbreviations such as PLUi, the last word may be a beginning. Gives one feature a record, the "
            "best first, with its extent (none where the record has none). With a commune, only what touches it. A "
            "thematic bundle (roads, lighting, cleanliness, parks, urbanism, networks, cadastre) takes the place of "
            "the words. The field id is what “Layer of a record” takes."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.add_workspace()
        for name, text in (
            (self.WORDS, self.tr("Words (empty: all records)")),
            (self.COMMUNE, self.tr("Commune (INSEE code or name; empty: everywhere)")),
            (self.KINDS, self.tr("Kinds of links, e.g. wms,wfs (empty: all)")),
            (self.BUNDLE, self.tr("Thematic bundle in the place of words")),
        ):
            self.addParameter(QgsProcessingParameterString(name, text, defaultValue="", optional=True))
        self.addParameter(
            QgsProcessingParameterNumber(
                self.LIMIT, self.tr("At most so many"), defaultValue=100, minValue=1, maxValue=10_000
            )
        )
        self.addParameter(QgsProcessingParameterFeatureSink(self.OUTPUT, self.tr("Records"), SOURCE_POLYGON))
        self.addOutput(QgsProcessingOutputNumber(self.FOUND, self.tr("Number of records")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core import territory
        from ....core.catalogue import KINDS, OTHERS, Catalogue, Filters
        from ....core.errors import UsageError
        from ....core.store import Workspace

        words, commune, kinds, theme = (
            self.parameterAsString(parameters, name, context).strip()
            for name in (self.WORDS, self.COMMUNE, self.KINDS, self.BUNDLE)
        )
        wanted = tuple(kind.strip() for kind in kinds.split(",") if kind.strip())
        with expected_errors(feedback):
            unknown = [kind for kind in wanted if kind not in KINDS + OTHERS]
            if unknown:
                raise UsageError(f"Unknown kind '{unknown[0]}'", next_step=f"Known: {', '.join(KINDS + OTHERS)}")
            place = territory.load(territory.current_map()) if commune else None
            how: dict[str, Any] = {
                "filters": Filters(kinds=wanted),
                "commune": commune,
                "territory": place,
                "limit": self.parameterAsInt(parameters, self.LIMIT, context),
            }
            with Workspace.open(self.workspace(parameters, context), create=False) as workspace:
                catalogue = Catalogue(workspace)
                hits = catalogue.search_bundle(theme, **how) if theme else catalogue.search(words, **how)
                count = catalogue.records.count()
            fields = fields_of(_FIELDS)
            sink, identifier = self.sink(parameters, self.OUTPUT, context, fields, MULTIPOLYGON, wgs84())
            sink.add([_feature(fields, hit) for hit in hits])
            said = self.tr("{found} of {count} records").format(found=len(hits), count=count)
            feedback.pushInfo(said)
            return {self.OUTPUT: identifier, self.FOUND: len(hits)}
        return {}


def _feature(fields: Any, hit: Hit) -> QgsFeature:
    record = hit.record
    feature = QgsFeature(fields)
    if record.extent is not None:
        geometry = QgsGeometry.fromRect(QgsRectangle(*record.extent))
        geometry.convertToMultiType()
        feature.setGeometry(geometry)
    kinds = ", ".join(dict.fromkeys(link.kind for link in record.links if link.kind))
    texts = (hit.id, record.title, record.organisation, record.licence, record.modified, kinds)
    more = (", ".join(record.keywords), record.abstract, record.page, ", ".join(hit.sources))
    feature.setAttributes([*(text or None for text in (*texts, *more)), hit.score])
    return feature
