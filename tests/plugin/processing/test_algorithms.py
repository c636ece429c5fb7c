# SPDX-License-Identifier: GPL-2.0-or-later
"""Each algorithm on small real input: what it adds, what it refuses, and that a cancel ends quietly."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from qgis.core import (
    NULL,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorLayer,
    QgsWkbTypes,
)
from sigma_communes.plugin.plugin import SigmaCommunesPlugin

VIEUX_PORT, AIX, PARIS = (5.3698, 43.2965), (5.4474, 43.5268), (2.35, 48.85)


class Feedback(QgsProcessingFeedback):
    """Keeps what was said."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def pushInfo(self, info: str) -> None:
        self.said.append(info)

    def pushWarning(self, warning: str) -> None:
        self.said.append(warning)


Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(plugin: SigmaCommunesPlugin) -> Run:
    """Give a call of an algorithm by its name; sinks that are not named are temporary layers."""
    import processing

    def call(name: str, feedback: QgsProcessingFeedback | None = None, **parameters: Any) -> dict[str, Any]:
        algorithm = plugin.provider.algorithm(name)
        for definition in algorithm.parameterDefinitions():
            if definition.type() == "sink":
                parameters.setdefault(definition.name(), "TEMPORARY_OUTPUT")
        context = QgsProcessingContext()
        context.setProject(QgsProject.instance())
        return processing.run(algorithm, parameters, context=context, feedback=feedback or Feedback())

    return call


def layer(
    fields: str, rows: Iterable[tuple[str | None, list[Any]]], crs: str = "EPSG:4326", kind: str = "Point"
) -> QgsVectorLayer:
    """Return a memory layer; rows are WKT (or None) and attributes."""
    made = QgsVectorLayer(f"{kind}?crs={crs}&{fields}", "made", "memory")
    features = []
    for wkt, attributes in rows:
        feature = QgsFeature(made.fields())
        if wkt:
            feature.setGeometry(QgsGeometry.fromWkt(wkt))
        feature.setAttributes(attributes)
        features.append(feature)
    assert made.dataProvider().addFeatures(features)[0]
    return made


def wkt(place: tuple[float, float]) -> str:
    return f"POINT({place[0]} {place[1]})"


def rows(found: QgsVectorLayer) -> list[dict[str, Any]]:
    names = found.fields().names()
    return [dict(zip(names, feature.attributes())) for feature in found.getFeatures()]


# --- the toolbox -------------------------------------------------------------------------------------------------


def test_every_parameter_is_described_and_every_default_is_accepted(plugin: SigmaCommunesPlugin) -> None:
    groups = {}
    for algorithm in plugin.provider.algorithms():
        groups.setdefault(algorithm.groupId(), set()).add(algorithm.name())
        assert not algorithm.shortHelpString().startswith(" ") and "  " not in algorithm.shortHelpString()
        for definition in algorithm.parameterDefinitions():
            assert definition.description() and definition.description() != definition.name(), algorithm.id()
            if definition.defaultValue() not in (None, NULL):
                assert definition.checkValueIsAcceptable(definition.defaultValue()), (algorithm.id(), definition.name())
        assert algorithm.create().id() == algorithm.id()
    assert groups == {
        "photos": {"photos", "classify", "blur_photos", "photo_retention"},
        "incidents": {"run", "classes_from_words", "group", "nearest", "route", "statistics", "check_rules"},
        "reports": {
            "read_reports",
            "pull_reports",
            "push_reports",
            "reports_status",
            "resolve_conflict",
            "export_dispatch",
            "sync_reports",
            "choose_team",
        },
        "catalogue": {
            "harvest_catalogue",
            "search_catalogue",
            "catalogue_layer",
            "pack",
            "refresh_pack",
            "return_pack",
        },
        "territory": {"locate", "communes", "refresh_communes"},
        "model": {
            "model_info",
            "review_queue",
            "learn_model",
            "compare_models",
            "use_model",
            "evaluate_model",
            "explain_photo",
            "export_decisions",
            "import_decisions",
            "register_model",
        },
        "publish": {"bulletin", "atlas", "export_incidents"},
    }


# --- territory ---------------------------------------------------------------------------------------------------


def test_locate_takes_any_geometry_in_any_crs(run: Run) -> None:
    cases = {
        "Point": [(wkt(VIEUX_PORT), "13055"), (wkt(PARIS), ""), (None, "")],
        "MultiPoint": [
            (f"MULTIPOINT(({AIX[0]} {AIX[1]}),({AIX[0]} 43.5269))", "13001"),
            (f"MULTIPOINT(({VIEUX_PORT[0]} {VIEUX_PORT[1]}),({AIX[0]} {AIX[1]}))", "13055"),
        ],
        "LineString": [("LINESTRING(5.379 43.296, 5.381 43.297)", "13055")],
        "Polygon": [
            ("POLYGON((5.44 43.52,5.45 43.52,5.45 43.53,5.44 43.53,5.44 43.52))", "13001"),
            ("POLYGON((5.44 43.52,5.45 43.53,5.45 43.52,5.44 43.53,5.44 43.52))", "13001"),
        ],
    }
    for kind, features in cases.items():
        found = rows(
            run("locate", INPUT=layer("field=n:integer", [(w, [i]) for i, (w, _) in enumerate(features)], kind=kind))[
                "OUTPUT"
            ]
        )
        assert [row["insee"] for row in found] == [code for _, code in features], kind
        if kind == "MultiPoint":
            assert [row["ambiguous"] for row in found] == [False, True]
        if kind == "Point":
            assert [row["outside"] for row in found] == [False, True, False]


def test_locate_reprojects_and_what_is_off_the_map_is_outside(run: Run) -> None:
    lambert = layer("field=n:integer", [("POINT(892390 6247035)", [1]), ("POINT(1e30 1e30)", [2])], crs="EPSG:2154")
    found = rows(run("locate", INPUT=lambert)["OUTPUT"])
    assert [row["insee"] for row in found] == ["13055", ""] and found[1]["outside"]


def test_locate_keeps_what_was_there_and_clashing_names(run: Run) -> None:
    made = layer("field=insee:string&field=note:string", [(wkt(AIX), ["old", "kept"])])
    result = run("locate", INPUT=made)["OUTPUT"]
    assert rows(result)[0] == {
        "insee": "old", "note": "kept", "insee_2": "13001", "commune": "Aix-en-Provence", "ambiguous": False,
        "outside": False, "water": False,
    }  # fmt: skip
    assert result.crs() == QgsCoordinateReferenceSystem("EPSG:4326")


def test_the_map_of_the_communes(run: Run) -> None:
    result = run("communes", WATER=True)
    found = rows(result["OUTPUT"])
    assert result["COMMUNES"] == 92 and len(found) == 93
    assert {row["kind"] for row in found} == {"commune", "water"}
    assert sum(row["population"] for row in found if row["kind"] == "commune") > 1_900_000
    assert all(feature.geometry().isGeosValid() for feature in result["OUTPUT"].getFeatures())


def test_refreshing_from_a_file_and_from_no_map(run: Run, tmp_path: Path) -> None:
    communes = run("communes")["OUTPUT"]
    saved = tmp_path / "in.geojson"
    from qgis.core import QgsVectorFileWriter

    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "GeoJSON"
    QgsVectorFileWriter.writeAsVectorFormatV3(communes, str(saved), QgsProcessingContext().transformContext(), options)
    result = run("refresh_communes", FILE=str(saved), EPCI="", MAP=str(tmp_path / "out.geojson"))
    assert result["COMMUNES"] == 92 and (tmp_path / "out.geojson").is_file()
    (tmp_path / "broken.geojson").write_text("<html>", encoding="utf-8")
    with pytest.raises(QgsProcessingException, match="HTML"):
        run("refresh_communes", FILE=str(tmp_path / "broken.geojson"), EPCI="", MAP=str(tmp_path / "o2.geojson"))
    with pytest.raises(QgsProcessingException, match="EPCI"):
        run("refresh_communes", EPCI="", MAP=str(tmp_path / "o2.geojson"))
    assert not (tmp_path / "o2.geojson").exists()


# --- photos ------------------------------------------------------------------------------------------------------


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Give a folder: two places in the territory, one outside, none, a duplicate, a text."""
    folder = tmp_path / "photos é"
    folder.mkdir()
    for number, (name, at) in enumerate({"a": VIEUX_PORT, "b": AIX, "far": PARIS, "nowhere": None}.items()):
        picture = Image.new("RGB", (64, 48), (60 * number, 90, 120))
        exif = Image.Exif()
        exif[0x0132] = "2026:11:03 14:22:00"
        if at:
            lon, lat = at
            exif[0x8825] = {1: "N", 2: _dms(lat), 3: "E", 4: _dms(lon), 5: 0, 6: 12.0}
        picture.save(folder / f"{name}.jpg", exif=exif)
    shutil.copy(folder / "a.jpg", folder / "copy.jpg")
    (folder / "notes.jpg").write_text("not an image", encoding="utf-8")
    return folder


def _dms(degrees: float) -> tuple[float, float, float]:
    minutes = (degrees % 1) * 60
    return float(int(degrees)), float(int(minutes)), round((minutes % 1) * 60, 4)


def test_reading_a_folder_of_photos(run: Run, photos: Path) -> None:
    result = run("photos", FOLDER=str(photos))
    assert result["FILES"] == 6
    found = {row["filename"]: row for row in rows(result["OUTPUT"])}
    assert set(found) == {"a", "b"}
    assert found["a"]["photo"] == str(photos / "a.jpg") and found["a"]["altitude"] == 12.0
    assert found["a"]["longitude"] == pytest.approx(VIEUX_PORT[0], abs=1e-6)
    assert QgsWkbTypes.displayString(result["OUTPUT"].wkbType()) == "PointZ"
    left = {row["filename"]: row["verdict"] for row in rows(result["INVALID"])}
    assert left == {
        "copy": "duplicate of", "far": "outside the territory", "nowhere": "no position", "notes": "not an image"
    }  # fmt: skip


def test_its_columns_are_those_of_the_import_of_qgis(run: Run, photos: Path) -> None:
    import processing

    native = processing.run(
        "native:importphotos", {"FOLDER": str(photos), "OUTPUT": "TEMPORARY_OUTPUT", "INVALID": "TEMPORARY_OUTPUT"}
    )
    ours = run("photos", FOLDER=str(photos))
    names = native["OUTPUT"].fields().names()
    assert ours["OUTPUT"].fields().names()[: len(names)] == names
    invalid = native["INVALID"].fields().names()
    assert ours["INVALID"].fields().names()[: len(invalid)] == invalid


def test_the_table_of_the_rest_may_be_left_out(run: Run, photos: Path) -> None:
    result = run("photos", FOLDER=str(photos), INVALID=None)
    assert "INVALID" not in result and result["OUTPUT"].featureCount() == 2
    with pytest.raises(QgsProcessingException, match="no such file or folder"):
        run("photos", FOLDER=str(photos / "missing"))


def test_classifying_what_was_read(run: Run, photos: Path) -> None:
    pytest.importorskip("onnxruntime")
    from sigma_communes.core.classify import default_package_dir

    if not (default_package_dir() / "model.onnx").is_file():
        pytest.skip("no model: sigma-communes model build")
    left = run("photos", FOLDER=str(photos))["INVALID"]
    found = {row["filename"]: row for row in rows(run("classify", INPUT=left, FAST=True, THRESHOLD=0.0)["OUTPUT"])}
    nowhere, notes = found["nowhere"], found["notes"]
    assert nowhere["class"] == "" != nowhere["class1"] and nowhere["abstained"]  # a photo of one colour
    assert nowhere["score1"] >= nowhere["score2"] >= nowhere["score3"] > 0
    assert notes["class"] == "" and "not an image" in notes["why"] and notes["score1"] == NULL
    sure = rows(run("classify", INPUT=left, FAST=True, THRESHOLD=1.0)["OUTPUT"])
    assert all(row["class"] == "" for row in sure)
    with pytest.raises(QgsProcessingException, match="There is no field|no field"):
        run("classify", INPUT=left, PHOTO="picture")
    with pytest.raises(QgsProcessingException, match="no model"):
        run("classify", INPUT=left, MODEL=str(photos))


def test_without_onnxruntime_it_says_how_to_get_it(run: Run, photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    left = run("photos", FOLDER=str(photos))["INVALID"]
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    for name, parameters in (("classify", {"INPUT": left}), ("model_info", {})):
        with pytest.raises(QgsProcessingException, match="onnxruntime"):
            run(name, **parameters)


def test_about_the_model(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    from sigma_communes.core.classify import default_package_dir

    if not (default_package_dir() / "model.onnx").is_file():
        pytest.skip("no model: sigma-communes model build")
    result = run("model_info", HTML=str(tmp_path / "m.html"))
    assert "graffiti" in result["LABELS"] and result["ID"] in (tmp_path / "m.html").read_text(encoding="utf-8")


# --- incidents ---------------------------------------------------------------------------------------------------

WORDS = "field=service_name:string&field=description:string"


def test_classes_from_words(run: Run) -> None:
    made = layer(WORDS, [(None, ["Tags", ""]), (None, [NULL, "un nid de poule devant l'école"]), (None, ["", NULL])])
    found = rows(run("classes_from_words", INPUT=made)["OUTPUT"])
    assert [row["class"] for row in found] == ["graffiti", "road_damage", ""]
    assert [row["class_from"] for row in found] == ["words", "words", ""]
    assert "nid de poule" in found[1]["evidence"] and found[2]["evidence"] == ""
    with pytest.raises(QgsProcessingException, match="None of the fields"):
        run("classes_from_words", INPUT=layer("field=x:integer", []), SERVICE_NAME="", DESCRIPTION="")


def test_groups(run: Run) -> None:
    near = (VIEUX_PORT[0] + 0.0001, VIEUX_PORT[1])
    made = layer(
        "field=class:string&field=reported_at:datetime",
        [
            (wkt(VIEUX_PORT), ["graffiti", "2026-11-01T10:00:00"]),
            (wkt(near), ["graffiti", "2026-11-03T10:00:00"]),
            (wkt(near), ["waste", "2026-11-03T10:00:00"]),
            (None, ["graffiti", "2026-11-03T10:00:00"]),
            (wkt(near), ["graffiti", "2027-11-03T10:00:00"]),
        ],
    )
    result = run("group", INPUT=made)
    found = rows(result["OUTPUT"])
    assert [row["problem"] for row in found] == [1, 1, 2, 3, 4] and result["GROUPS"] == 4
    assert [row["problem_size"] for row in found] == [2, 2, 1, 1, 1]
    assert run("group", INPUT=made, DAYS=1000)["GROUPS"] == 3
    assert run("group", INPUT=made, DISTANCE=1)["GROUPS"] == 5
    with pytest.raises(QgsProcessingException, match="reported_at"):
        run("group", INPUT=made, CLASS="kind")


def test_times_as_text_count_too(run: Run) -> None:
    made = layer(
        "field=class:string&field=reported_at:string",
        [
            (wkt(VIEUX_PORT), ["graffiti", "2026-11-01"]),
            (wkt(VIEUX_PORT), ["graffiti", "2026-12-01T00:30:00+01:00"]),
            (wkt(VIEUX_PORT), ["graffiti", "2027-06-01T00:00:00Z"]),
        ],
    )
    assert [row["problem"] for row in rows(run("group", INPUT=made)["OUTPUT"])] == [1, 1, 2]


def test_nearest_in_metres_whatever_the_crs(run: Run) -> None:
    import processing

    incidents = layer("field=n:integer", [(wkt(VIEUX_PORT), [1]), (wkt(AIX), [2]), (None, [3])])
    east = (VIEUX_PORT[0] + 0.0002, VIEUX_PORT[1])
    lamps = layer("field=ref:string", [(wkt(east), ["L1"]), (wkt(PARIS), ["L2"]), (None, ["L3"])])
    lambert = processing.run(
        "native:reprojectlayer", {"INPUT": lamps, "TARGET_CRS": "EPSG:2154", "OUTPUT": "TEMPORARY_OUTPUT"}
    )["OUTPUT"]
    result = run("nearest", INPUT=incidents, ASSETS=lambert, FIELD="ref", NAME="lamp", DISTANCE=50)
    found = rows(result["OUTPUT"])
    assert [row["lamp"] for row in found] == ["L1", "", ""] and result["FOUND"] == 1
    assert found[0]["near_lamp"] == pytest.approx(16.2, abs=0.2) and found[1]["near_lamp"] == NULL
    assert run("nearest", INPUT=incidents, ASSETS=layer("field=ref:string", []))["FOUND"] == 0


def test_teams_with_their_reason(run: Run, tmp_path: Path) -> None:
    fields = "field=class:string&field=insee:string&field=commune:string"
    made = layer(fields, [(wkt(AIX), ["graffiti", "13001", "Aix-en-Provence"]), (None, ["", NULL, NULL])])
    found = rows(run("route", INPUT=made)["OUTPUT"])
    assert all(row["team"] and row["rule"] and row["reason_fr"] and row["reason_en"] for row in found)
    book = tmp_path / "rules.yaml"
    book.write_text(
        "version: '1'\ntitle: {fr: t, en: t}\ndefault: {team: hall}\n"
        "teams:\n  hall: {fr: Mairie, en: Town hall}\n  lamps: {fr: Éclairage, en: Lighting}\n"
        "layers: {lamp: {fr: lampadaire, en: street light}}\n"
        "rules:\n  - {id: near_lamp, team: lamps, near: {layer: lamp, within: 20}}\n",
        encoding="utf-8",
    )
    with pytest.raises(QgsProcessingException, match="near_lamp"):
        run("route", INPUT=made, RULES=str(book))
    measured = layer(
        f"{fields}&field=near_lamp:double", [(None, ["waste", "", "", 12.0]), (None, ["waste", "", "", 30.0])]
    )
    assert [row["team"] for row in rows(run("route", INPUT=measured, RULES=str(book))["OUTPUT"])] == ["lamps", "hall"]
    book.write_text("version: '1'\nteems: {}\n", encoding="utf-8")
    with pytest.raises(QgsProcessingException, match=r"rules.yaml:2"):
        run("route", INPUT=measured, RULES=str(book))


def test_counts(run: Run) -> None:
    made = layer(
        "field=commune:string&field=class:string&field=team:string&field=at:datetime",
        [
            (None, ["Aix", "waste", "north", "2026-11-02T10:00:00"]),
            (None, ["Aix", "waste", "north", "2026-11-08T10:00:00"]),
            (None, ["Aix", "graffiti", "north", "2026-11-09T10:00:00"]),
            (None, [NULL, "waste", "north", NULL]),
        ],
    )
    result = run("statistics", INPUT=made)
    assert [tuple(row.values()) for row in rows(result["OUTPUT"])] == [
        ("", "waste", "north", 1), ("Aix", "graffiti", "north", 1), ("Aix", "waste", "north", 2)
    ]  # fmt: skip
    weekly = rows(run("statistics", INPUT=made, FIELDS=["class"], TIME="at")["OUTPUT"])
    monday = [NULL if row["week"] == NULL else row["week"].toString("yyyy-MM-dd") for row in weekly]
    assert monday == ["2026-11-09", "2026-11-02", NULL]
    assert [(row["class"], row["count"]) for row in weekly] == [("graffiti", 1), ("waste", 2), ("waste", 1)]
    with pytest.raises(QgsProcessingException, match="nothing"):
        run("statistics", INPUT=made, FIELDS=["nothing"])


class _Cells(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)


def test_check_of_a_rule_book(run: Run, tmp_path: Path) -> None:
    assert run("check_rules")["ERRORS"] == 0
    book = tmp_path / "rules.yaml"
    book.write_text(
        "version: '1'\ntitle: {fr: t, en: t}\ndefault: {team: hall}\nteams:\n  hall: {fr: Mairie, en: Town hall}\n"
        "rules:\n  - {id: bad, team: hall, class: '<script>'}\n",
        encoding="utf-8",
    )
    feedback = Feedback()
    result = run("check_rules", feedback, RULES=str(book), HTML=str(tmp_path / "check.html"))
    assert result["ERRORS"] >= 1 and result["FINDINGS"] == result["OUTPUT"].featureCount() <= len(feedback.said)
    found = rows(result["OUTPUT"])[0]
    assert (found["severity"], found["line"]) == ("error", 7) and "<script>" in found["finding"]
    page = _Cells()
    page.feed((tmp_path / "check.html").read_text(encoding="utf-8"))
    assert "script" not in page.tags and page.tags.count("tr") == result["FINDINGS"] + 1


# --- reports and publishing --------------------------------------------------------------------------------------


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    path = tmp_path / "reports.csv"
    path.write_text(
        "id;type;date_declaration;lon;lat\nA1;Tags;2026-11-02;5,3698;43,2965\nA2;Tags;2026-11-03;0;0\nA1;Tags;;5;43\n",
        encoding="latin-1",
    )
    return path


def test_reports_from_a_file(run: Run, reports: Path) -> None:
    result = run("read_reports", FILE=str(reports), SOURCE="mairie")
    assert (result["READ"], result["REFUSED"]) == (2, 1)
    found = {feature["service_request_id"]: feature for feature in result["OUTPUT"].getFeatures()}
    assert found["A1"]["source"] == "mairie" and found["A1"].geometry().asPoint() == QgsPointXY(*VIEUX_PORT)
    assert found["A2"].geometry().isNull() and found["A2"]["position_flag"]
    assert "A1" in rows(result["REJECTED"])[0]["reason"]
    with pytest.raises(QgsProcessingException, match="no such file|There is no"):
        run("read_reports", FILE=str(reports.with_name("none.csv")))


def test_the_main_job_then_its_bulletin_and_its_export(run: Run, reports: Path, tmp_path: Path) -> None:
    made = run("run", REPORTS=[str(reports)], OUT=str(tmp_path / "out"))
    assert (made["INCIDENTS"], made["REJECTED"]) == (2, 1)
    page = tmp_path / "aix.html"
    run("bulletin", WORKSPACE=made["WORKSPACE"], INSEE="13055", TITLE="Lundi", BULLETIN=str(page))
    assert "Lundi" in page.read_text(encoding="utf-8")
    with pytest.raises(QgsProcessingException):
        run("bulletin", WORKSPACE=made["WORKSPACE"], INSEE="75056", BULLETIN=str(tmp_path / "no.html"))
    assert not (tmp_path / "no.html").exists()
    result = run("export_incidents", WORKSPACE=made["WORKSPACE"])
    found = rows(result["OUTPUT"])
    assert result["INCIDENTS"] == 2 and {row["class"] for row in found} == {"graffiti"}
    assert [row["insee"] for row in found if row["insee"] != NULL] == ["13055"]
    one = run("export_incidents", WORKSPACE=made["WORKSPACE"], INSEE="13055", OUTPUT=str(tmp_path / "one.csv"))
    assert one["INCIDENTS"] == 1 and "13055" in (tmp_path / "one.csv").read_text(encoding="utf-8")
    with pytest.raises(QgsProcessingException, match="no such workspace"):
        run("export_incidents", WORKSPACE=str(tmp_path / "no.gpkg"))


def test_nothing_to_read_is_an_expected_error(run: Run, tmp_path: Path) -> None:
    with pytest.raises(QgsProcessingException, match="Nothing to read"):
        run("run", OUT=str(tmp_path / "out"))


# --- what holds for all ------------------------------------------------------------------------------------------


def test_a_cancel_ends_quietly(run: Run, reports: Path, photos: Path, tmp_path: Path) -> None:
    points = layer("field=class:string", [(wkt(VIEUX_PORT), ["waste"])] * 5)
    feedback = Feedback()
    feedback.cancel()
    for name in ("locate", "group", "route", "classes_from_words"):
        extra = {"SERVICE_NAME": "class"} if name == "classes_from_words" else {}
        result = run(name, feedback, INPUT=points, **extra)
        assert result["OUTPUT"].featureCount() == 0, name
    assert run("photos", feedback, FOLDER=str(photos))["OUTPUT"].featureCount() == 0
    assert "WORKSPACE" not in run("run", feedback, REPORTS=[str(reports)], OUT=str(tmp_path / "out"))


def test_only_the_selected_features(run: Run) -> None:
    points = layer("field=n:integer", [(wkt(VIEUX_PORT), [1]), (wkt(AIX), [2])])
    QgsProject.instance().addMapLayer(points)
    try:
        points.selectByExpression("n = 2")
        chosen = QgsProcessingFeatureSourceDefinition(points.id(), True)
        assert [row["insee"] for row in rows(run("locate", INPUT=chosen)["OUTPUT"])] == ["13001"]
    finally:
        QgsProject.instance().removeMapLayer(points)


def test_settings_are_the_defaults(plugin: SigmaCommunesPlugin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGMA_COMMUNES_RULES", "/srv/rules.yaml")
    monkeypatch.setenv("SIGMA_COMMUNES_THRESHOLD", "0.9")
    fresh = plugin.provider.algorithm("run").create()
    assert fresh.parameterDefinition("RULES").defaultValue() == "/srv/rules.yaml"
    assert fresh.parameterDefinition("THRESHOLD").defaultValue() == 0.9
