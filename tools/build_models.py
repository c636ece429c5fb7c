# SPDX-License-Identifier: GPL-2.0-or-later
"""Write the example models, resources/models/*.model3; run it with the environment that has QGIS."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelOutput,
    QgsProcessingModelParameter,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFile,
)
from qgis.PyQt.QtCore import QPointF

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "resources" / "models"
Source = QgsProcessingModelChildParameterSource
Step = tuple[str, str, dict[str, Source], dict[str, str]]


def child(identifier: str, output: str = "OUTPUT") -> Source:
    """Take what an earlier step gives."""
    return Source.fromChildOutput(identifier, output)


def model(
    name: str, title: str, text: str, inputs: list[QgsProcessingParameterDefinition], steps: list[Step]
) -> QgsProcessingModelAlgorithm:
    """Return a model: a column of inputs, a column of steps. A step is id, algorithm, parameters, results to keep."""
    made = QgsProcessingModelAlgorithm(title, "SIGM@communes")
    made.setHelpContent({"ALG_DESC": text})
    for row, definition in enumerate(inputs):
        component = QgsProcessingModelParameter(definition.name())
        component.setPosition(QPointF(120, 80 + 120 * row))
        made.addModelParameter(definition, component)
    for row, (identifier, algorithm, parameters, kept) in enumerate(steps):
        component = QgsProcessingModelChildAlgorithm(f"sigma_communes:{algorithm}")
        component.setChildId(identifier)
        component.setDescription(component.algorithm().displayName())
        component.setPosition(QPointF(400, 80 + 120 * row))
        for key, source in parameters.items():
            component.addParameterSources(key, [source])
        outputs = {}
        for output, label in kept.items():
            result = QgsProcessingModelOutput(label)
            result.setChildId(identifier)
            result.setChildOutputName(output)
            result.setPosition(QPointF(660, 120 + 120 * row))
            outputs[label] = result
        component.setModelOutputs(outputs)
        made.addChildAlgorithm(component)
    made.updateDestinationParameters()
    errors = [error for step in steps for error in made.validateChildAlgorithm(step[0])[1]]
    if errors:
        raise SystemExit(f"{name}: {errors}")
    return made


def models() -> dict[str, QgsProcessingModelAlgorithm]:
    """Return file name → model."""
    value = Source.fromStaticValue
    given = Source.fromModelParameter
    folder = QgsProcessingParameterFile("photos", "Folder of photos", QgsProcessingParameterFile.Behavior.Folder)
    return {
        "reports_to_teams": model(
            "reports_to_teams",
            "Reports to teams",
            "Reads a file of reports, finds class, commune and problem of each, gives it a team with the reason, and "
            "counts what each team has in each commune.",
            [
                QgsProcessingParameterFile("reports", "File of reports"),
                QgsProcessingParameterFile("rules", "Rule book", extension="yaml", optional=True),
            ],
            [
                ("read", "read_reports", {"FILE": given("reports")}, {"REJECTED": "Rejected records"}),
                (
                    "words",
                    "classes_from_words",
                    {
                        "INPUT": child("read"),
                        "SERVICE_NAME": value("service_name"),
                        "SERVICE_GROUP": value("group"),
                        "SERVICE_CODE": value("service_code"),
                        "DESCRIPTION": value("description"),
                    },
                    {},
                ),
                ("locate", "locate", {"INPUT": child("words")}, {}),
                (
                    "group",
                    "group",
                    {
                        "INPUT": child("locate"),
                        "CLASS": value("class"),
                        "TIME": value("requested_datetime"),
                        "DISTANCE": value(25.0),
                        "DAYS": value(30.0),
                    },
                    {},
                ),
                (
                    "route",
                    "route",
                    {
                        "INPUT": child("group"),
                        "CLASS": value("class"),
                        "INSEE": value("insee"),
                        "RULES": given("rules"),
                    },
                    {"OUTPUT": "Incidents"},
                ),
                (
                    "count",
                    "statistics",
                    {"INPUT": child("route"), "FIELDS": value("commune;class;team")},
                    {"OUTPUT": "Counts"},
                ),
            ],
        ),
        "photos_to_map": model(
            "photos_to_map",
            "Photos to a classified map",
            "Reads a folder of photos, classifies those with a position, and finds their commune. All other files are "
            "listed with the reason.",
            [folder],
            [
                (
                    "photos",
                    "photos",
                    {"FOLDER": given("photos")},
                    {"INVALID": "Files that are not on the map"},
                ),
                (
                    "classify",
                    "classify",
                    {"INPUT": child("photos"), "PHOTO": value("photo"), "FAST": value(True)},
                    {},
                ),
                ("locate", "locate", {"INPUT": child("classify")}, {"OUTPUT": "Photos"}),
            ],
        ),
    }


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QgsApplication([], False)
    application.initQgis()
    from sigma_communes.plugin.processing.provider import SigmaProvider

    provider = SigmaProvider()
    QgsApplication.processingRegistry().addProvider(provider)
    FOLDER.mkdir(exist_ok=True)
    for name, made in models().items():
        path = FOLDER / f"{name}.model3"
        if not made.toFile(str(path)):
            raise SystemExit(f"{path} can't be written")
        print(path.relative_to(ROOT))
    sys.stdout.flush()
    # A PyQGIS script may crash at exit, after its work is done.
    os._exit(0)


if __name__ == "__main__":
    main()
