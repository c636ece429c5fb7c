"""The layers of a workspace in a project: what is shown, what may be edited, what a text of a stranger can do."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from qgis.core import (
    QgsApplication,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsLayerTreeModel,
    QgsProject,
    QgsRuleBasedRenderer,
    QgsVectorLayer,
)
from qgis.gui import QgsMessageBar
from qgis.PyQt.QtCore import Qt
from sigma_communes.core import taxonomy
from sigma_communes.core.errors import WorkspaceError
from sigma_communes.core.store.file.geometry import register_functions
from sigma_communes.plugin.base import compat
from sigma_communes.plugin.base.tasks import Tasks
from sigma_communes.plugin.map import layers
from sigma_communes.plugin.reports import states
from sigma_communes.plugin.workspace_file import WorkspaceFile

TEAMS = {"graffiti_removal": "Effacement des graffitis", "roads_pays_aix": "Voirie Pays d'Aix"}


PRESENT = ("graffiti", "waste", "")


@pytest.fixture
def project(qgis_app: QgsApplication) -> Iterator[QgsProject]:
    project = QgsProject.instance()
    project.clear()
    yield project
    project.clear()


@pytest.fixture
def shown(project: QgsProject, demo_workspace: Path) -> Path:
    layers.WorkspaceLayers(demo_workspace, taxonomy.load(), states.load(), TEAMS).add_to(project, PRESENT)
    return demo_workspace


def map_tip(layer: QgsVectorLayer, feature: QgsFeature) -> str:
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(feature)
    return QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context)


def test_the_group_holds_what_a_person_needs(project: QgsProject, shown: Path) -> None:
    (group,) = project.layerTreeRoot().children()
    assert [node.name() for node in group.findLayers()] == [
        "Reports", "Reports to edit", "Photos and their direction", "Communes", "Photos", "Decisions",
        "Changes that wait",
    ]  # fmt: skip
    incidents = layers.find(project, "incident", shown)
    assert incidents.featureCount() == 304 and incidents.readOnly()
    assert set(incidents.styleManager().styles()) == {
        "By class, grouped from afar", "By class", "By state", "By team", "Heat map",
    }  # fmt: skip
    assert incidents.temporalProperties().isActive()
    assert incidents.temporalProperties().startField() == "reported_at"
    assert not project.layerTreeRoot().findLayer(layers.find(project, "report", shown).id()).isVisible()


def test_opening_again_replaces_the_group(project: QgsProject, shown: Path) -> None:
    layers.WorkspaceLayers(shown, taxonomy.load(), states.load(), TEAMS).add_to(project, PRESENT)
    assert len(project.layerTreeRoot().children()) == 1
    assert len(project.mapLayers()) == 7


def test_each_style_has_a_symbol_for_every_report(project: QgsProject, shown: Path) -> None:
    incidents = layers.find(project, "incident", shown)
    known = {category.value() for category in layers.WorkspaceLayers(
        shown, taxonomy.load(), states.load(), TEAMS
    ).class_renderer().categories()}  # fmt: skip
    present = {feature["class"] or "" for feature in incidents.getFeatures()}
    assert present <= known
    for name in incidents.styleManager().styles():
        incidents.styleManager().setCurrentStyle(name)
        assert incidents.renderer().type() in {"pointCluster", "categorizedSymbol", "heatmapRenderer"}


def test_the_legend_shows_the_classes_that_are_there(opener: WorkspaceFile, demo_workspace: Path, qtbot: Any) -> None:
    with qtbot.waitSignal(opener.opened, timeout=10000):
        opener.open(demo_workspace)
    incidents = opener.layer("incident")
    order = QgsProject.instance().layerTreeRoot().findLayer(incidents.id()).customProperty("legend/node-order")
    present = {feature["class"] for feature in incidents.getFeatures()}
    assert len(order.split(",")) == len(present) < 40


def test_other_styles_show_their_whole_legend(project: QgsProject, shown: Path) -> None:
    incidents = layers.find(project, "incident", shown)
    node = project.layerTreeRoot().findLayer(incidents.id())
    short = node.customProperty("legend/node-order")
    incidents.styleManager().setCurrentStyle("By state")
    layers.fit_legend(project, shown)
    assert node.customProperty("legend/node-order") is None
    incidents.styleManager().setCurrentStyle("By class")
    layers.fit_legend(project, shown)
    assert node.customProperty("legend/node-order") == short


def test_a_new_class_joins_the_legend(opener: WorkspaceFile, demo_workspace: Path, qtbot: Any) -> None:
    with qtbot.waitSignal(opener.opened, timeout=10000):
        opener.open(demo_workspace)
    node = QgsProject.instance().layerTreeRoot().findLayer(opener.layer("incident").id())
    before = node.customProperty("legend/node-order").split(",")
    opener.decide([opener.layer("report").getFeature(1)["id"]], "noise")
    assert len(node.customProperty("legend/node-order").split(",")) == len(before) + 1


def test_the_map_tip_holds_the_photo_and_no_page_of_a_stranger(project: QgsProject, shown: Path) -> None:
    incidents = layers.find(project, "incident", shown)
    of_photo = next(incidents.getFeatures("source = 'photos'"))
    assert "data:image/jpeg;base64,/9j/" in map_tip(incidents, of_photo)
    with sqlite3.connect(shown) as connection:
        register_functions(connection)
        connection.execute(
            "UPDATE report SET description = ?, address = ? WHERE fid = 1",
            ("<img src='http://spy.example/x.png'>[% 1 + 1 %]", '<script>"</script>'),
        )
    layers.refresh(project, shown, rows_added=False)
    tip = map_tip(incidents, incidents.getFeature(1))
    assert "&lt;img src='http://spy.example/x.png'&gt;[% 1 + 1 %]" in tip and "&lt;script&gt;&quot;" in tip
    assert "<img" not in tip and "<script" not in tip


def test_an_edit_in_the_attribute_table_waits_for_the_server(project: QgsProject, shown: Path) -> None:
    reports = layers.find(project, "report", shown)
    choices = reports.editorWidgetSetup(reports.fields().indexOf("state"))
    assert choices.type() == "ValueMap"
    assert {"Resolved": "resolved"} in choices.config()["map"]
    assert reports.startEditing()
    assert reports.changeAttributeValue(1, reports.fields().indexOf("state"), "resolved")
    assert reports.commitChanges(), reports.commitErrors()
    with sqlite3.connect(shown) as connection:
        assert connection.execute("SELECT field, new, origin FROM change").fetchall() == [
            ("state", "resolved", "outside")
        ]


def test_an_unknown_state_is_refused(project: QgsProject, shown: Path) -> None:
    reports = layers.find(project, "report", shown)
    reports.startEditing()
    reports.changeAttributeValue(1, reports.fields().indexOf("state"), "lost")
    assert not reports.commitChanges()
    reports.rollBack()


def test_initials_tell_teams_apart() -> None:
    assert [layers.initials(n) for n in ("Voirie Pays d'Aix", "Effacement des graffitis", "À qualifier", "x")] == [
        "VPA", "EG", "ÀQ", "X",
    ]  # fmt: skip


# --- opening -----------------------------------------------------------------------------------------------------


@pytest.fixture
def opener(qgis_app: QgsApplication, project: QgsProject, qtbot: Any) -> Iterator[WorkspaceFile]:
    bar = QgsMessageBar()
    qtbot.addWidget(bar)
    tasks = Tasks(bar)
    workspace = WorkspaceFile(tasks)
    workspace.bar = bar
    yield workspace
    tasks.stop()


def test_opening_shows_the_layers(opener: WorkspaceFile, demo_workspace: Path, qtbot: Any) -> None:
    with qtbot.waitSignal(opener.opened, timeout=10000):
        opener.open(demo_workspace)
    assert opener.layer("incident").featureCount() == 304
    assert opener.last() == demo_workspace
    assert opener.now.class_name("graffiti") == "Graffiti"


def spoiled(path: Path, how: str) -> None:
    if how == "moved":
        path.unlink()
    elif how == "newer":
        with sqlite3.connect(path) as connection:
            connection.execute("INSERT INTO schema_version VALUES (99, 'x')")
    elif how == "no GeoPackage":
        path.write_bytes(b"SQLite format 3\0" + b"x" * 4096)
    elif how == "another GeoPackage":
        path.unlink()
        layer = QgsVectorLayer("Point?crs=EPSG:4326&field=a:int", "a", "memory")
        from qgis.core import QgsVectorFileWriter

        options = QgsVectorFileWriter.SaveVectorOptions()
        QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(path), QgsProject.instance().transformContext(), options)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("moved", "There is no such workspace"),
        ("newer", "has version 99"),
        ("no GeoPackage", "s not a GeoPackage"),
        ("another GeoPackage", "not a workspace"),
    ],
)
def test_what_can_not_be_opened_is_told_with_a_next_step(
    opener: WorkspaceFile, demo_workspace: Path, qtbot: Any, how: str, said: str
) -> None:
    spoiled(demo_workspace, how)
    opener.open(demo_workspace)
    qtbot.waitUntil(lambda: bool(opener.bar.items()), timeout=10000)
    assert said in opener.bar.currentItem().text() and str(demo_workspace) in opener.bar.currentItem().text()
    assert opener.now is None and not opener.opening


def test_a_locked_or_deleted_workspace_loses_no_edit(opener: WorkspaceFile, demo_workspace: Path, qtbot: Any) -> None:
    with qtbot.waitSignal(opener.opened, timeout=10000):
        opener.open(demo_workspace)
    report = opener.layer("report").getFeature(1)["id"]
    other = sqlite3.connect(demo_workspace, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with opener.doing("Decide"):
        opener.decide([report], "waste")
    assert "in use" in opener.bar.currentItem().text()
    other.execute("ROLLBACK")
    other.close()
    assert opener.decide([report], "waste") == {}
    kept = demo_workspace.with_name("moved.gpkg")
    shutil.move(demo_workspace, kept)
    with pytest.raises(WorkspaceError, match="no such workspace"):
        opener.decide([report], "graffiti")
    with sqlite3.connect(kept) as connection:
        assert connection.execute("SELECT label FROM decision").fetchall() == [("waste",)]


def test_a_workspace_that_can_only_be_read_says_so(
    opener: WorkspaceFile, demo_workspace: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sigma_communes.plugin.workspace_file.os.access", lambda path, mode: False)
    opener.open(demo_workspace)
    qtbot.waitUntil(lambda: bool(opener.bar.items()), timeout=10000)
    assert "can only be read" in opener.bar.currentItem().text()
    assert opener.now.read_only and opener.layer("incident") is not None


def test_an_arrow_shows_where_a_camera_looked(project: QgsProject, shown: Path) -> None:
    with closing(sqlite3.connect(shown)) as file, file:
        file.execute("UPDATE photo SET direction = 90 WHERE filename = '01'")
    photos = layers.find(project, "photo_place", shown)
    photos.reload()
    places = {feature["filename"]: feature for feature in photos.getFeatures()}
    assert set(places) == {"01", "02", "03", "04"}, "photos that lie on the map"
    assert photos.isInScaleRange(10_000) and not photos.isInScaleRange(100_000)
    _, arrow = photos.renderer().symbol().symbolLayers()
    turned = {}
    for name, feature in places.items():
        context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(photos))
        context.setFeature(feature)
        properties = arrow.dataDefinedProperties()
        drawn = properties.property(compat.ENABLED_PROPERTY).valueAsBool(context, True)[0]
        turned[name] = properties.property(compat.ANGLE_PROPERTY).valueAsDouble(context, -1)[0] if drawn else None
    assert turned == {"01": 90.0, "02": None, "03": None, "04": None}
    assert "data:image/jpeg;base64," in map_tip(photos, places["01"])


def test_a_large_workspace_draws_icons_from_near_only(
    project: QgsProject, demo_workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layers, "MANY", 100)
    shown = layers.WorkspaceLayers(demo_workspace, taxonomy.load(), states.load(), TEAMS, reports=304)
    shown.add_to(project, PRESENT)
    incidents = layers.find(project, "incident", demo_workspace)
    renderer = incidents.renderer().embeddedRenderer()
    assert isinstance(renderer, QgsRuleBasedRenderer)
    afar, *near = renderer.rootRule().children()
    assert afar.isScaleOK(100_000) and not afar.isScaleOK(10_000)
    assert all(rule.isScaleOK(10_000) and not rule.isScaleOK(100_000) for rule in near)
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(incidents))
    for feature in incidents.getFeatures():
        context.setFeature(feature)
        found = [rule.label() for rule in near if QgsExpression(rule.filterExpression()).evaluate(context)]
        assert found == [shown.class_names()[feature["class"] or ""]]
    model = QgsLayerTreeModel(project.layerTreeRoot())
    node = project.layerTreeRoot().findLayer(incidents.id())
    said = [str(item.data(Qt.ItemDataRole.DisplayRole)) for item in model.layerLegendNodes(node)]
    assert said == [
        "From afar, by group of classes",
        *(shown.class_names()[entry] for entry in ("waste", "graffiti", "")),
    ]
