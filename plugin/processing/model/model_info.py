# SPDX-License-Identifier: GPL-2.0-or-later
"""What a model package says of itself."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputString,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
)

from ...base import settings
from ..algorithm import Results, SigmaAlgorithm, expected_errors


class ModelInfo(SigmaAlgorithm):
    """``sigma_communes:model_info``."""

    MODEL, HTML, ID, LABELS = "MODEL", "HTML", "ID", "LABELS"
    group_id = "model"

    def name(self) -> str:
        return "model_info"

    def displayName(self) -> str:
        return self.tr("About the model")

    def shortHelpString(self) -> str:
        return self.tr(
            "Opens a model package, checks that this computer computes what its author got, and shows what it says of "
            "itself: name and version, classes, training data, licence, and the confidence below which it suggests "
            "nothing. Needs the package onnxruntime: see SIGM@communes › Diagnostic."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.addParameter(
            QgsProcessingParameterFile(
                self.MODEL,
                self.tr("Folder of the model (empty: the default one)"),
                behavior=QgsProcessingParameterFile.Behavior.Folder,
                defaultValue=settings.load().values.model or None,
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterFileDestination(
                self.HTML, self.tr("Page about the model"), "HTML (*.html)", optional=True
            )
        )
        self.addOutput(QgsProcessingOutputString(self.ID, self.tr("Name and version")))
        self.addOutput(QgsProcessingOutputString(self.LABELS, self.tr("Classes")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core import classify
        from ....core.base.files import replacing
        from ....core.classify.learning.running import running

        with expected_errors(feedback):
            model = self.parameterAsString(parameters, self.MODEL, context)
            answers = running(classify.load_package(Path(model) if model else classify.default_package_dir()))
            told = answers.describe()
            for name, value in told.items():
                feedback.pushInfo(f"{name}: {value}")
            found: Results = {self.ID: answers.id, self.LABELS: ", ".join(answers.labels)}
            page = self.parameterAsFileOutput(parameters, self.HTML, context)
            if page:
                rows = "".join(f"<tr><th>{escape(k)}</th><td>{escape(str(v))}</td></tr>" for k, v in told.items())
                with replacing(Path(page)) as temporary:
                    temporary.write_text(
                        '<!DOCTYPE html><html><head><meta charset="utf-8"><style>body{font-family:sans-serif}'
                        "td,th{text-align:left;vertical-align:top;padding:.2em .6em}</style></head>"
                        f"<body><h1>{escape(answers.id)}</h1><table>{rows}</table></body></html>\n",
                        encoding="utf-8",
                    )
                found[self.HTML] = page
            return found
        return {}
