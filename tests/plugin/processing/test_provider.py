"""The provider in a QGIS without iface: names, help, and the algorithms' own work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import QgsApplication, QgsFeature, QgsGeometry, QgsPointXY, QgsProcessingContext, QgsVectorLayer
from sigma_communes.plugin.plugin import SigmaCommunesPlugin


def test_every_algorithm_has_a_name_a_group_and_help(plugin: SigmaCommunesPlugin) -> None:
    algorithms = plugin.provider.algorithms()
    assert {a.id() for a in algorithms} >= {"sigma_communes:run", "sigma_communes:locate"}
    for algorithm in algorithms:
        assert algorithm.displayName() and algorithm.group() and len(algorithm.shortHelpString()) > 80


def test_unload_takes_the_provider_away(plugin: SigmaCommunesPlugin) -> None:
    other = SigmaCommunesPlugin(None)
    other.provider = None
    other.unload()
    assert QgsApplication.processingRegistry().providerById("sigma_communes") is not None


def test_locate_adds_the_commune(plugin: SigmaCommunesPlugin) -> None:
    import processing

    points = QgsVectorLayer("Point?crs=EPSG:2154&field=name:string", "points", "memory")
    feature = QgsFeature(points.fields())
    feature.setAttributes(["Vieux-Port"])
    # 5.3698 E, 43.2965 N in Lambert-93
    feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(892390.0, 6247035.0)))
    nowhere = QgsFeature(points.fields())
    nowhere.setAttributes(["no position"])
    points.dataProvider().addFeatures([feature, nowhere])
    result = processing.run(
        "sigma_communes:locate", {"INPUT": points, "OUTPUT": "TEMPORARY_OUTPUT"}, context=QgsProcessingContext()
    )
    rows = {f["name"]: f for f in result["OUTPUT"].getFeatures()}
    assert rows["Vieux-Port"]["insee"] == "13055"
    assert rows["Vieux-Port"]["commune"] == "Marseille"
    assert not rows["Vieux-Port"]["outside"]
    assert rows["no position"]["insee"] == ""


def test_results_are_never_put_where_qgis_deletes_them(plugin: Any, tmp_path: Path) -> None:
    from qgis.core import QgsProcessingFeedback

    registry = QgsApplication.processingRegistry()
    for name, parameter in (("run", "OUT"), ("pack", "OUT"), ("learn_model", "OUT"), ("blur_photos", "OUTPUT")):
        algorithm = registry.algorithmById(f"sigma_communes:{name}")
        proposed = algorithm.parameterDefinition(parameter).defaultValue()
        assert "SIGM@communes" in str(proposed), name
    reports = tmp_path / "reports.csv"
    reports.write_text("id,type,lon,lat\n1,Graffitis,5.57,43.29\n", encoding="utf-8")
    run, said = registry.algorithmById("sigma_communes:run"), QgsProcessingFeedback()
    values = {"REPORTS": [str(reports)], "OUT": "TEMPORARY_OUTPUT"}
    _, worked = run.run(values, QgsProcessingContext(), said)
    assert not worked and "choose a folder that lasts" in said.textLog()
