# SPDX-License-Identifier: GPL-2.0-or-later
"""The page of a version in the register of public algorithms."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterString,
)

from ..algorithm import Results, SigmaAlgorithm, expected_errors
from ..learning_algorithm import FOLDER


class RegisterModel(SigmaAlgorithm):
    """``sigma_communes:register_model``."""

    MODEL, AUTHORITY, CONTACT, HTML = "MODEL", "AUTHORITY", "CONTACT", "HTML"
    group_id = "model"

    def name(self) -> str:
        return "register_model"

    def displayName(self) -> str:
        return self.tr("Page for the register of algorithms")

    def shortHelpString(self) -> str:
        return self.tr(
            "Writes, in French, what French law asks to be told of an algorithm that takes part in a decision: its "
            "purpose, data, operations, parameters and their weights, its figures and limits, what people decide, and "
            "whom to ask. It comes from the version's own figures; what is not known is marked."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.addParameter(QgsProcessingParameterFile(self.MODEL, self.tr("Folder of the version"), behavior=FOLDER))
        for name, text in (
            (self.AUTHORITY, self.tr("Who answers for it")),
            (self.CONTACT, self.tr("Whom to ask (address, e-mail)")),
        ):
            self.addParameter(QgsProcessingParameterString(name, text, defaultValue="", optional=True))
        self.addParameter(QgsProcessingParameterFileDestination(self.HTML, self.tr("Page"), "HTML (*.html)"))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core.base.files import replacing
        from ....core.classify.learning.judge.register import Authority, read_sheet, register_page

        with expected_errors(feedback):
            sheet = read_sheet(Path(self.parameterAsString(parameters, self.MODEL, context)))
            responsible = Authority(
                self.parameterAsString(parameters, self.AUTHORITY, context),
                self.parameterAsString(parameters, self.CONTACT, context),
            )
            page = self.parameterAsFileOutput(parameters, self.HTML, context)
            with replacing(Path(page)) as temporary:
                temporary.write_text(register_page(sheet, responsible), encoding="utf-8")
            return {self.HTML: page}
        return {}
