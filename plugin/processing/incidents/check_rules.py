# SPDX-License-Identifier: GPL-2.0-or-later
"""A rule book in, a page and a table of what is wrong or doubtful in it out."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsFeature,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
)

from ...base import settings
from ...base.compat import INTEGER, NO_GEOMETRY, SOURCE_VECTOR, TEXT
from ...base.core_sentences import sentence
from ..algorithm import Results, SigmaAlgorithm, expected_errors
from ..fields import fields_of


class CheckRules(SigmaAlgorithm):
    """``sigma_communes:check_rules``."""

    RULES, OUTPUT, HTML, ERRORS, FINDINGS = "RULES", "OUTPUT", "HTML", "ERRORS", "FINDINGS"

    def name(self) -> str:
        return "check_rules"

    def displayName(self) -> str:
        return self.tr("Check a rule book")

    def shortHelpString(self) -> str:
        return self.tr(
            "Lists what is wrong in a rule book before an incident goes astray: classes, communes and teams that do "
            "not exist, rules that can never apply, teams that get nothing, pairs of class and commune without a rule. "
            "Each finding has its line and what to do."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.addParameter(
            QgsProcessingParameterFile(
                self.RULES,
                self.tr("Rule book (empty: the example of the metropolis)"),
                fileFilter="YAML (*.yaml *.yml)",
                defaultValue=settings.load().values.rules or None,
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterFeatureSink(self.OUTPUT, self.tr("Findings"), SOURCE_VECTOR, optional=True)
        )
        self.addParameter(
            QgsProcessingParameterFileDestination(
                self.HTML, self.tr("Page of the findings"), "HTML (*.html)", optional=True
            )
        )
        self.addOutput(QgsProcessingOutputNumber(self.ERRORS, self.tr("Number of errors")))
        self.addOutput(QgsProcessingOutputNumber(self.FINDINGS, self.tr("Number of findings")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core import routing, taxonomy, territory

        fields = fields_of((("severity", TEXT), ("line", INTEGER), ("finding", TEXT), ("next_step", TEXT)))
        found: Results = {}
        with expected_errors(feedback):
            rules = self.parameterAsString(parameters, self.RULES, context)
            book = routing.load(Path(rules) if rules else routing.example_path())
            findings = routing.check(book, taxonomy.load(), territory.load(territory.current_map()))
            if parameters.get(self.OUTPUT) is not None:
                sink, found[self.OUTPUT] = self.sink(parameters, self.OUTPUT, context, fields, NO_GEOMETRY)
                rows = []
                for finding in findings:
                    row = QgsFeature(fields)
                    message, next_step = sentence(finding.message), sentence(finding.next_step)
                    row.setAttributes([finding.severity, finding.line, message, next_step])
                    rows.append(row)
                sink.add(rows)
            page = self.parameterAsFileOutput(parameters, self.HTML, context)
            if page:
                self._write(Path(page), str(book.path), findings)
                found[self.HTML] = page
            for finding in findings:
                message, next_step = sentence(finding.message), sentence(finding.next_step)
                said = f"{sentence(finding.severity)}: {finding.line}: {message}. {next_step}"
                (feedback.pushWarning if finding.severity == "error" else feedback.pushInfo)(said)
            errors = sum(finding.severity == "error" for finding in findings)
            return {**found, self.ERRORS: errors, self.FINDINGS: len(findings)}
        return {}

    def _write(self, page: Path, book: str, findings: list[Any]) -> None:
        from ....core.base.files import replacing

        severities = {"error": self.tr("Error"), "warning": self.tr("Warning"), "info": self.tr("Information")}
        head = "".join(
            f"<th>{escape(text)}</th>"
            for text in (self.tr("Severity"), self.tr("Line"), self.tr("Finding"), self.tr("What to do"))
        )
        rows = "".join(
            f"<tr><td>{escape(severities[f.severity])}</td><td>{f.line}</td>"
            f"<td>{escape(sentence(f.message))}</td><td>{escape(sentence(f.next_step))}</td></tr>"
            for f in findings
        )
        body = f"<table><tr>{head}</tr>{rows}</table>" if findings else f"<p>{escape(self.tr('Nothing found.'))}</p>"
        text = (
            '<!DOCTYPE html><html><head><meta charset="utf-8"><style>body{font-family:sans-serif}'
            "td,th{text-align:left;vertical-align:top;padding:.2em .6em;border-bottom:1px solid #ccc}</style></head>"
            f"<body><h1>{escape(self.tr('Check of the rule book'))}</h1><p>{escape(book)}</p>{body}</body></html>\n"
        )
        with replacing(page) as temporary:
            temporary.write_text(text, encoding="utf-8")
