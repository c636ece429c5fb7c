# SPDX-License-Identifier: GPL-2.0-or-later
"""Incidents in, the same incidents with their team and the reason out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsCoordinateTransform,
    QgsFeature,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsProcessingParameterField,
    QgsProcessingParameterFile,
)

from ...base import settings
from ...base.compat import SOURCE_VECTOR, TEXT
from ..fields import Definition
from ..layer_algorithm import LayerAlgorithm

if TYPE_CHECKING:
    from ....core.model import Columns

# Column of the core → what reads it, a function of .columns.
_READ = {
    "class_from": "texts",
    "confidence": "numbers",
    "insee": "texts",
    "commune": "texts",
    "reported_at": "times",
    "ambiguous": "flags",
    "outside": "flags",
    "water": "flags",
}


class RouteIncidents(LayerAlgorithm):
    """``sigma_communes:route``."""

    CLASS, INSEE, RULES = "CLASS", "INSEE", "RULES"
    source_kind = SOURCE_VECTOR

    def name(self) -> str:
        return "route"

    def displayName(self) -> str:
        return self.tr("Team in charge")

    def shortHelpString(self) -> str:
        return self.tr(
            "Gives each incident the team of the first rule whose conditions hold, else the default team, with the "
            "reason as a sentence in French and English. Reads the class and the INSEE code of the commune from the "
            "fields named here; commune, class_from, confidence, reported_at, ambiguous, outside, water and "
            "near_<layer> from the fields of these names, where they are there. The shipped rule book is an example to "
            "adapt."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.add_input(self.tr("Incidents"))
        self.addParameter(
            QgsProcessingParameterField(self.CLASS, self.tr("Field with the class"), "class", self.INPUT, optional=True)
        )
        self.addParameter(
            QgsProcessingParameterField(
                self.INSEE, self.tr("Field with the INSEE code of the commune"), "insee", self.INPUT, optional=True
            )
        )
        self.addParameter(
            QgsProcessingParameterFile(
                self.RULES,
                self.tr("Rule book (empty: the example of the metropolis)"),
                fileFilter="YAML (*.yaml *.yml)",
                defaultValue=settings.load().values.rules or None,
                optional=True,
            )
        )
        self.add_output(self.tr("Incidents with their team"))

    def added_fields(self) -> Sequence[Definition]:
        return (("team", TEXT), ("rule", TEXT), ("reason_fr", TEXT), ("reason_en", TEXT))

    def read_parameters(
        self,
        source: QgsProcessingFeatureSource,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> None:
        from ....core import routing, taxonomy

        rules = self.parameterAsString(parameters, self.RULES, context)
        self._book = routing.load(Path(rules) if rules else routing.example_path())
        self._taxonomy = taxonomy.load()
        known = source.fields().names()
        self._class = self.field(parameters, self.CLASS, source, context)
        insee = self.parameterAsString(parameters, self.INSEE, context)
        self._read = {name: (read, name) for name, read in _READ.items() if name in known}
        if insee in known:
            self._read["insee"] = ("texts", insee)
        if "insee" not in self._read:
            feedback.pushWarning(
                self.tr("The layer has no INSEE code: rules that ask for a commune don't hold. Locate it first.")
            )
        for layer in self._book.layers_needed:
            if f"near_{layer}" not in known:
                raise QgsProcessingException(
                    self.tr(
                        "The rule book asks how near the layer “{layer}” is, and there is no field near_{layer}. Run "
                        "“Nearest asset” with this name first."
                    ).format(layer=layer)
                )
            self._read[f"near:{layer}"] = ("numbers", f"near_{layer}")

    def columns(
        self, features: Sequence[QgsFeature], transform: QgsCoordinateTransform, feedback: QgsProcessingFeedback
    ) -> Columns:
        from ....core import routing
        from .. import columns

        table = {name: getattr(columns, read)(features, field) for name, (read, field) in self._read.items()}
        return routing.route({**table, "class": columns.texts(features, self._class)}, self._book, self._taxonomy)
