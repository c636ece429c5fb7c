# SPDX-License-Identifier: GPL-2.0-or-later
"""A table of reports in, the same table with the class that their own words give out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsCoordinateTransform,
    QgsFeature,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsProcessingParameterField,
)

from ...base import settings
from ...base.compat import SOURCE_VECTOR, TEXT
from ..fields import Definition
from ..layer_algorithm import LayerAlgorithm

if TYPE_CHECKING:
    from ....core.model import Columns


class ClassesFromWords(LayerAlgorithm):
    """``sigma_communes:classes_from_words``."""

    NAME, GROUP, CODE, DESCRIPTION = "SERVICE_NAME", "SERVICE_GROUP", "SERVICE_CODE", "DESCRIPTION"
    source_kind = SOURCE_VECTOR

    def name(self) -> str:
        return "classes_from_words"

    def displayName(self) -> str:
        return self.tr("Class from the words of a report")

    def shortHelpString(self) -> str:
        return self.tr(
            "Adds to each report the class that its category or its description tells, and the words that say so. A "
            "category that is known as a whole decides. Otherwise phrases count, and how much the words are like those "
            "of other reports. Words that speak of several classes, or of none, give no class: a person qualifies the "
            "report."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.add_input(self.tr("Reports"))
        for name, label, default in (
            (self.NAME, self.tr("Field with the category"), "service_name"),
            (self.GROUP, self.tr("Field with the family of categories"), "group"),
            (self.CODE, self.tr("Field with the code of the category"), "service_code"),
            (self.DESCRIPTION, self.tr("Field with the description"), "description"),
        ):
            self.addParameter(QgsProcessingParameterField(name, label, default, self.INPUT, optional=True))
        self.add_output(self.tr("Reports with their class"))

    def added_fields(self) -> Sequence[Definition]:
        return (("class", TEXT), ("class_name", TEXT), ("class_from", TEXT), ("evidence", TEXT))

    def read_parameters(
        self,
        source: QgsProcessingFeatureSource,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> None:
        from ....core import taxonomy

        self._taxonomy = taxonomy.load()
        self._language = settings.language()
        known = source.fields().names()
        names = (self.NAME, self.GROUP, self.CODE, self.DESCRIPTION)
        given = [self.parameterAsString(parameters, name, context) for name in names]
        self._fields = [name if name in known else "" for name in given]
        if not any(self._fields):
            raise QgsProcessingException(
                self.tr("None of the fields is in the layer: choose the field with the category or the description.")
            )

    def columns(
        self, features: Sequence[QgsFeature], transform: QgsCoordinateTransform, feedback: QgsProcessingFeedback
    ) -> Columns:
        from ....core import words
        from ....core.base.columns import empty_text
        from ..columns import texts

        name, group, code, description = (texts(features, field) for field in self._fields)
        reading = words.read(
            self._taxonomy,
            service_name=name.tolist(),
            group=group.tolist(),
            service_code=code.tolist(),
            description=description.tolist(),
        )
        names, origin, evidence = (empty_text(len(features)) for _ in range(3))
        names[:] = [self._taxonomy.name(class_id, self._language) for class_id in reading.class_id]
        origin[:] = ["words" if class_id else "" for class_id in reading.class_id]
        evidence[:] = [match.sentence(self._language) for match in reading.matches]
        return {"class": reading.class_id, "class_name": names, "class_from": origin, "evidence": evidence}
