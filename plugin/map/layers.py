# SPDX-License-Identifier: GPL-2.0-or-later
"""The layers of a workspace: a group with styles, a legend, map tips, forms and time.

Everything is made through the API, not read from QML: names come from the taxonomy and the rule book in the language
of QGIS, and symbol layers made from string properties are the same from 3.22 to 4.x. Icons are embedded, so a project
opens the same where the plugin is not.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    NULL,
    Qgis,
    QgsCategorizedSymbolRenderer,
    QgsEditorWidgetSetup,
    QgsFeatureRenderer,
    QgsFillSymbol,
    QgsFontMarkerSymbolLayer,
    QgsGradientColorRamp,
    QgsGradientStop,
    QgsHeatmapRenderer,
    QgsLayerTreeGroup,
    QgsLayerTreeLayer,
    QgsMapLayerStyle,
    QgsMarkerSymbol,
    QgsPalLayerSettings,
    QgsPointClusterRenderer,
    QgsProject,
    QgsProperty,
    QgsRendererCategory,
    QgsRuleBasedRenderer,
    QgsSimpleMarkerSymbolLayer,
    QgsSingleSymbolRenderer,
    QgsSvgMarkerSymbolLayer,
    QgsSymbolLayer,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsValueMapFieldFormatter,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtCore import QPointF
from qgis.PyQt.QtGui import QColor

from ...core.errors import WorkspaceError
from ..base import compat
from ..base.language import language
from ..base.translate import Translated

if TYPE_CHECKING:
    from ...core.taxonomy import Taxonomy
    from ..reports.states import States

ROLE = "sigma_communes/role"
"""Custom property of our layers and groups: ``incident``, ``report``, ``photo`` …, ``group``."""
WORKSPACE = "sigma_communes/workspace"
"""Custom property: the path of the workspace that a layer shows."""

MANY = 5_000
"""From so many reports on, icons show from :data:`ICONS_FROM_SCALE` on only."""
ICONS_FROM_SCALE = 25_000
PHOTOS_FROM_SCALE = 25_000
"""The photos and their arrows show from 1:25,000 on; from farther they would hide the reports."""

_ORDER = "legend/node-order"  # QGIS' own property
_CLASSES_SHOWN = "sigma_communes/classes_shown"
_BY_CLASS = "coalesce(\"class\", '')"
_TEAM_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#882255", "#999933")
_TEAM_SHAPES = ("circle", "square", "diamond", "pentagon", "triangle")


class WorkspaceLayers(Translated):
    """Adds the layers of one workspace to a project and keeps them up to date."""

    def __init__(
        self, path: Path, taxonomy: Taxonomy, states: States, teams: Mapping[str, str], *, reports: int = 0
    ) -> None:
        self.path = path
        self._many = reports > MANY
        self._taxonomy = taxonomy
        self._states = states
        # Plain str: a subclass, as YAML gives it, is no text for QVariant, and crashes the renderer.
        self._classes = [str(entry.id) for entry in taxonomy.classes]
        self._teams = {str(team): str(name) for team, name in teams.items()}

    # --- opening -------------------------------------------------------------------------------------------------

    def add_to(self, project: QgsProject, present: Iterable[str]) -> QgsLayerTreeGroup:
        """Add the group; one that shows the same workspace is taken away first. ``present``: the classes it holds.

        Raises
        ------
        WorkspaceError
            QGIS can't read a layer of the workspace.
        """
        steps = self.adding(project, present)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                group: QgsLayerTreeGroup = end.value
                return group

    def adding(self, project: QgsProject, present: Iterable[str]) -> Generator[None, None, QgsLayerTreeGroup]:
        """Do the same in steps, each short enough for the main loop; the project changes in the last ones alone."""
        layers: dict[str, QgsVectorLayer] = {}
        for role, name in self._names().items():
            layers[role] = self._layer(role, name)
            yield
        # All is prepared before QGIS shows it, so that nothing is drawn twice.
        yield from self._prepare_incidents(layers["incident"], layers["photo"])
        self._prepare_reports(layers["report"])
        yield
        self._prepare_photo_places(layers["photo_place"], layers["photo"])
        yield
        self._prepare_communes(layers["commune"])
        yield
        for role in ("photo", "decision", "change"):
            layers[role].setReadOnly(True)
            self._name_fields(layers[role])
        yield
        remove(project, self.path)
        project.addMapLayers(list(layers.values()), False)
        yield
        group = QgsLayerTreeGroup(self.tr("Reports · {0}").format(workspace_title(self.path)))
        group.setCustomProperty(ROLE, "group")
        group.setCustomProperty(WORKSPACE, str(self.path))
        tables = QgsLayerTreeGroup(self.tr("Tables"))
        tables.setExpanded(False)
        for role, layer in layers.items():
            node = QgsLayerTreeLayer(layer)
            node.setItemVisibilityChecked(role != "report")
            node.setExpanded(role == "incident")
            if role == "incident":
                shown = ",".join(map(str, legend_order(self._classes, present)))
                node.setCustomProperty(_CLASSES_SHOWN, shown)
            (group if layer.isSpatial() else tables).addChildNode(node)
        group.addChildNode(tables)
        project.layerTreeRoot().insertChildNode(0, group)
        fit_legend(project, self.path)
        return group

    def _names(self) -> dict[str, str]:
        return {
            "incident": self.tr("Reports"),
            "report": self.tr("Reports to edit"),
            "photo_place": self.tr("Photos and their direction"),
            "commune": self.tr("Communes"),
            "photo": self.tr("Photos"),
            "decision": self.tr("Decisions"),
            "change": self.tr("Changes that wait"),
        }

    def _layer(self, role: str, name: str) -> QgsVectorLayer:
        layer = QgsVectorLayer(f"{self.path}|layername={role}", name, "ogr")
        if not layer.isValid():
            raise WorkspaceError(
                f"QGIS can't read the layer '{role}'",
                where=str(self.path),
                next_step="Close other programs that use the workspace, or restore a copy",
            )
        layer.setCustomProperty(ROLE, role)
        layer.setCustomProperty(WORKSPACE, str(self.path))
        return layer

    # --- incidents -----------------------------------------------------------------------------------------------

    def _prepare_incidents(self, layer: QgsVectorLayer, photos: QgsVectorLayer) -> Iterator[None]:
        layer.setReadOnly(True)  # a view; edits go into the report layer or the dock
        self._name_fields(layer)
        self._value_maps(layer)
        self._hide(layer, ("rule", "reason", "position_flag", "reason_en" if language() == "fr" else "reason_fr"))
        layer.setDisplayExpression('coalesce("address", "id")')
        layer.setMapTipTemplate(self._map_tip(photos.id()))
        _set_time(layer, "reported_at")
        yield
        styles = layer.styleManager()
        by_class = self.tr("By class, grouped from afar")
        styles.renameStyle(styles.currentStyle(), by_class)
        # Each is written down as a style and never made the current one: that would read it again at once.
        for name, renderer in (
            (self.tr("By class"), self.class_renderer()),
            (self.tr("By state"), self.state_renderer()),
            (self.tr("By team"), self.team_renderer()),
            (self.tr("Heat map"), heat_map()),
        ):
            layer.setRenderer(renderer)
            style = QgsMapLayerStyle()
            style.readFromLayer(layer)
            styles.addStyle(name, style)
            yield
        layer.setRenderer(self.clusters(self.class_rules() if self._many else self.class_renderer()))

    def class_renderer(self) -> QgsCategorizedSymbolRenderer:
        """Return one category for each class, with its icon; the last is for what has none."""
        categories = [
            QgsRendererCategory(entry, _icon_symbol(self._taxonomy.icon(entry)), self._class_name(entry))
            for entry in self._classes
        ]
        categories.append(QgsRendererCategory("", _letter_symbol("?", "#777777"), self._class_name("")))
        return QgsCategorizedSymbolRenderer(_BY_CLASS, categories)

    def class_rules(self) -> QgsRuleBasedRenderer:
        """Return dots in the colours of the classes' groups from afar, and their icons from near.

        Clusters copy the symbol of every point, and that of an icon costs some 50 µs: 100,000 of them take seconds.
        """
        root = QgsRuleBasedRenderer.Rule(None)
        colours = ", ".join(f"'{entry}', '{self._taxonomy.colour(entry)}'" for entry in self._classes)
        dot = QgsMarkerSymbol.createSimple(
            {"name": "circle", "color": "#777777", "outline_color": "#FFFFFF", "outline_width": "0.3", "size": "3.4"}
        )
        dot.symbolLayer(0).setDataDefinedProperty(
            compat.FILL_COLOR_PROPERTY, QgsProperty.fromExpression(f'map_get(map({colours}), "class")')
        )
        afar = QgsRuleBasedRenderer.Rule(dot, 0, 0, "", self.tr("From afar, by group of classes"))
        afar.setMaximumScale(ICONS_FROM_SCALE)
        root.appendChild(afar)
        for entry in [*self._classes, ""]:
            icon = _icon_symbol(self._taxonomy.icon(entry)) if entry else _letter_symbol("?", "#777777")
            near = QgsRuleBasedRenderer.Rule(icon, 0, 0, f"{_BY_CLASS} = '{entry}'", self._class_name(entry))
            near.setMinimumScale(ICONS_FROM_SCALE)
            root.appendChild(near)
        return QgsRuleBasedRenderer(root)

    def state_renderer(self) -> QgsCategorizedSymbolRenderer:
        """Return one category for each state, with its letter."""
        return QgsCategorizedSymbolRenderer(
            "state",
            [
                QgsRendererCategory(state.id, _letter_symbol(state.letter, state.colour), state.name(language()))
                for state in self._states
            ],
        )

    def team_renderer(self) -> QgsCategorizedSymbolRenderer:
        """Return one category for each team, with its initials; the last is for what has none."""
        categories = [
            QgsRendererCategory(
                team,
                _letter_symbol(
                    initials(name),
                    _TEAM_COLOURS[i % len(_TEAM_COLOURS)],
                    _TEAM_SHAPES[i // len(_TEAM_COLOURS) % len(_TEAM_SHAPES)],
                    5.5,
                ),
                name,
            )
            for i, (team, name) in enumerate(self._teams.items())
        ]
        categories.append(QgsRendererCategory("", _letter_symbol("–", "#777777"), self.tr("No team")))
        return QgsCategorizedSymbolRenderer("coalesce(\"team\", '')", categories)

    def clusters(self, embedded: QgsFeatureRenderer) -> QgsPointClusterRenderer:
        """Return a renderer that shows a number where points are too near to each other to be told apart."""
        renderer = QgsPointClusterRenderer()
        renderer.setEmbeddedRenderer(embedded)
        renderer.setTolerance(8)  # millimetres
        symbol = QgsMarkerSymbol.createSimple(
            {
                "name": "circle",
                "color": "255,255,255,235",
                "outline_color": "#333333",
                "outline_width": "0.5",
                "size": "6.5",
            }
        )
        number = QgsFontMarkerSymbolLayer.create({"font": "Sans", "size": "3.2", "color": "#222222", "chr": "1"})
        number.setDataDefinedProperty(compat.CHARACTER_PROPERTY, QgsProperty.fromExpression("@cluster_size"))
        symbol.appendSymbolLayer(number)
        symbol.symbolLayer(0).setDataDefinedProperty(
            compat.SIZE_PROPERTY, QgsProperty.fromExpression("6 + 1.6 * log10(@cluster_size)")
        )
        renderer.setClusterSymbol(symbol)
        return renderer

    def _map_tip(self, photos: str) -> str:
        """Return HTML in which every text of the data is escaped and the photo is part of the page."""
        reason = "reason_fr" if language() == "fr" else "reason_en"
        kind, state = _escaped('represent_value("class")'), _escaped('represent_value("state")')
        place, words = _escaped('coalesce("address", "commune")'), _escaped('left("description", 200)')
        return (
            # A card of its own: under a dark theme QGIS gives the page a dark ground, and leaves its text black.
            "<div style='font-family:sans-serif; width:260px; padding:4px; background:#ffffff; color:#222222'>"
            + _picture(f"get_feature('{photos}', 'report_id', \"id\")")
            + f"<b>[% {kind} %]</b> · [% {state} %]<br>[% {place} %]"
            f"<div style='color:#555555'>[% {_escaped(reason)} %]</div><div>[% {words} %]</div></div>"
        )

    # --- reports, photos, communes -------------------------------------------------------------------------------

    def _prepare_reports(self, layer: QgsVectorLayer) -> None:
        self._name_fields(layer)
        self._value_maps(layer)
        self._hide(
            layer,
            ("service_request_id", "service_group", "raw_status", "confidence", "class_from", "lon", "lat",
             "position_flag", "requested_datetime", "updated_datetime", "media_url", "extra"),
        )  # fmt: skip
        fields, form = layer.fields(), layer.editFormConfig()
        for name in ("fid", "id", "source", "reported_at"):
            if fields.indexOf(name) >= 0:
                form.setReadOnly(fields.indexOf(name), True)
        layer.setEditFormConfig(form)
        several_lines = QgsEditorWidgetSetup("TextEdit", {"IsMultiline": True})
        layer.setEditorWidgetSetup(fields.indexOf("description"), several_lines)
        unknown = QgsValueMapFieldFormatter.NULL_VALUE
        statuses = [{self.tr("open"): "open"}, {self.tr("closed"): "closed"}, {self.tr("unknown"): unknown}]
        layer.setEditorWidgetSetup(fields.indexOf("status"), QgsEditorWidgetSetup("ValueMap", {"map": statuses}))
        layer.setDisplayExpression('coalesce("address", "id")')
        ring = QgsMarkerSymbol.createSimple(
            {"name": "circle", "color": "0,0,0,0", "outline_color": "#D55E00", "outline_width": "0.6", "size": "6"}
        )
        layer.setRenderer(QgsSingleSymbolRenderer(ring))

    def _prepare_photo_places(self, layer: QgsVectorLayer, photos: QgsVectorLayer) -> None:
        layer.setReadOnly(True)  # a view
        self._name_fields(layer)
        self._value_maps(layer)
        self._hide(layer, ("photo", "timestamp"))
        layer.setDisplayExpression('"filename"')
        name = _escaped('"filename"')
        layer.setMapTipTemplate(_picture(f"get_feature_by_id('{photos.id()}', $id)") + f"[% {name} %]")
        _set_time(layer, "timestamp")
        layer.setRenderer(QgsSingleSymbolRenderer(heading_symbol()))
        layer.setMinimumScale(PHOTOS_FROM_SCALE)
        layer.setScaleBasedVisibility(True)

    def _prepare_communes(self, layer: QgsVectorLayer) -> None:
        layer.setReadOnly(True)
        self._name_fields(layer)
        outline = QgsFillSymbol.createSimple(
            {"style": "no", "outline_color": "#777777", "outline_width": "0.25", "outline_style": "solid"}
        )
        # On a page of an atlas, its commune stands out.
        outline.symbolLayer(0).setDataDefinedProperty(
            compat.STROKE_WIDTH_PROPERTY, QgsProperty.fromExpression("if($id = @atlas_featureid, 0.9, 0.25)")
        )
        layer.setRenderer(QgsSingleSymbolRenderer(outline))
        text, buffer = QgsTextFormat(), QgsTextBufferSettings()
        text.setSize(7.5)
        text.setColor(QColor("#666666"))
        text.setOpacity(0.8)
        buffer.setEnabled(True)
        buffer.setSize(0.8)
        text.setBuffer(buffer)
        labels = QgsPalLayerSettings()
        labels.fieldName = "name"
        labels.setFormat(text)
        layer.setLabeling(QgsVectorLayerSimpleLabeling(labels))
        layer.setLabelsEnabled(True)

    # --- fields --------------------------------------------------------------------------------------------------

    def class_names(self) -> dict[str, str]:
        """Return class id → name to show; the empty id is for what has none."""
        return {entry: self._class_name(entry) for entry in [*self._classes, ""]}

    def state_names(self) -> dict[str, str]:
        """Return state id → name to show."""
        return {state.id: state.name(language()) for state in self._states}

    def shown_field(self, incidents: QgsVectorLayer) -> str:
        """Return by what the reports are drawn now: ``class``, ``state`` or ``team``; ``class`` for a heat map."""
        renderer = incidents.renderer()
        if isinstance(renderer, QgsPointClusterRenderer):
            renderer = renderer.embeddedRenderer()
        by = renderer.classAttribute() if isinstance(renderer, QgsCategorizedSymbolRenderer) else ""
        return next((field for field in ("state", "team") if field in by), "class")

    def _class_name(self, class_id: str) -> str:
        return self._taxonomy.name(class_id, "fr" if language() == "fr" else "en")

    def _value_maps(self, layer: QgsVectorLayer) -> None:
        fields = layer.fields()
        maps: dict[str, list[dict[str, Any]]] = {
            "class": [
                {self._class_name(""): QgsValueMapFieldFormatter.NULL_VALUE},
                *({self._class_name(entry): entry} for entry in self._classes),
            ],
            "state": [{name: state} for state, name in self.state_names().items()],
            "team": [{name: team} for team, name in self._teams.items()],
            "class_from": [
                {self.tr("a person"): "person"}, {self.tr("the photo"): "photo"}, {self.tr("the words"): "words"},
                {self.tr("the photo and the words"): "photo+words"},
            ],
        }  # fmt: skip
        for name, values in maps.items():
            if fields.indexOf(name) >= 0:
                layer.setEditorWidgetSetup(fields.indexOf(name), QgsEditorWidgetSetup("ValueMap", {"map": values}))

    def _hide(self, layer: QgsVectorLayer, names: Iterable[str]) -> None:
        columns = layer.attributeTableConfig()
        columns.update(layer.fields())
        listed = columns.columns()
        for column in listed:
            if column.name in names:
                column.hidden = True
        columns.setColumns(listed)
        layer.setAttributeTableConfig(columns)
        for name in names:
            index = layer.fields().indexOf(name)
            if index >= 0:
                layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("Hidden", {}))

    def _name_fields(self, layer: QgsVectorLayer) -> None:
        names = self._aliases()
        for index, name in enumerate(layer.fields().names()):
            if name in names:
                layer.setFieldAlias(index, names[name])

    def _aliases(self) -> dict[str, str]:
        return {
            "OGC_FID": self.tr("Number"),
            "fid": self.tr("Number"),
            "id": self.tr("Report"),
            "report_id": self.tr("Report"),
            "source": self.tr("Source"),
            "lon": self.tr("Longitude"),
            "lat": self.tr("Latitude"),
            "longitude": self.tr("Longitude"),
            "latitude": self.tr("Latitude"),
            "insee": self.tr("INSEE code"),
            "commune": self.tr("Commune"),
            "name": self.tr("Name"),
            "population": self.tr("Population"),
            "quartier": self.tr("Quartier"),
            "class": self.tr("Class"),
            "confidence": self.tr("Confidence"),
            "class_from": self.tr("Class given by"),
            "evidence": self.tr("Words found"),
            "team": self.tr("Team"),
            "rule": self.tr("Rule"),
            "reason_en": self.tr("Why this team"),
            "reason_fr": self.tr("Why this team"),
            "group_id": self.tr("Same problem as"),
            "state": self.tr("State"),
            "status": self.tr("Status of the source"),
            "reported_at": self.tr("Reported on"),
            "service_name": self.tr("Category of the source"),
            "service_code": self.tr("Code of the category"),
            "description": self.tr("Description"),
            "address": self.tr("Address"),
            "agency_responsible": self.tr("Agency of the source"),
            "ambiguous": self.tr("Near a boundary"),
            "outside": self.tr("Outside the territory"),
            "water": self.tr("In the water"),
            "photo": self.tr("File"),
            "filename": self.tr("File name"),
            "directory": self.tr("Folder"),
            "verdict": self.tr("Verdict"),
            "reason": self.tr("Reason"),
            "taken_at": self.tr("Taken on"),
            "direction": self.tr("Direction (degrees from north)"),
            "camera": self.tr("Camera"),
            "timestamp": self.tr("Taken on (UTC)"),
            "who": self.tr("Who"),
            "at": self.tr("When"),
            "label": self.tr("Class"),
            "action": self.tr("Action"),
            "field": self.tr("Field"),
            "old": self.tr("Before"),
            "new": self.tr("After"),
            "origin": self.tr("Written by"),
        }


# --- finding and removing ----------------------------------------------------------------------------------------


def find(project: QgsProject, role: str, path: Path) -> Optional[QgsVectorLayer]:
    """Return the layer of a workspace that has a role, None where a person took it out of the project."""
    for layer in project.mapLayers().values():
        ours = layer.customProperty(ROLE) == role and layer.customProperty(WORKSPACE) == str(path)
        if ours and isinstance(layer, QgsVectorLayer):
            return layer
    return None


def remove(project: QgsProject, path: Path) -> None:
    """Take the layers and the group of a workspace out of the project."""
    ours = [i for i, layer in project.mapLayers().items() if layer.customProperty(WORKSPACE) == str(path)]
    project.removeMapLayers(ours)
    for group in project.layerTreeRoot().findGroups():
        if group.customProperty(ROLE) == "group" and group.customProperty(WORKSPACE) == str(path):
            project.layerTreeRoot().removeChildNode(group)


def workspaces_in(project: QgsProject) -> list[Path]:
    """Return the workspaces that the layers of a project show."""
    found = (layer.customProperty(WORKSPACE) for layer in project.mapLayers().values())
    return [Path(path) for path in dict.fromkeys(path for path in found if path)]


def refresh(project: QgsProject, path: Path, *, rows_added: bool) -> None:
    """Read again what was written beside QGIS; layers in an edit session are left alone."""
    for layer in project.mapLayers().values():
        if layer.customProperty(WORKSPACE) != str(path) or layer.customProperty(ROLE) == "commune":
            continue
        if isinstance(layer, QgsVectorLayer) and not layer.isEditable():
            if rows_added:  # only then: it forgets the selection
                chosen = layer.selectedFeatureIds()
                layer.reload()
                layer.selectByIds(chosen)
            else:
                layer.dataChanged.emit()
            layer.triggerRepaint()


def legend_order(classes: Sequence[str], present: Iterable[Any]) -> list[int]:
    """Return the legend's nodes that are shown: the classes that a workspace holds, not all forty."""
    held = {"" if value in (None, NULL) else value for value in present}
    return [i for i, entry in enumerate([*classes, ""]) if entry in held]


def extend_legend(project: QgsProject, path: Path, classes: Sequence[str], present: Iterable[Any]) -> None:
    """Show more classes in the legend; those that are shown stay."""
    layer = find(project, "incident", path)
    node = project.layerTreeRoot().findLayer(layer.id()) if layer is not None else None
    if layer is None or node is None:
        return
    shown = {int(i) for i in str(node.customProperty(_CLASSES_SHOWN) or "").split(",") if i}
    wanted = sorted(shown | set(legend_order(classes, present)))
    if shown != set(wanted):
        node.setCustomProperty(_CLASSES_SHOWN, ",".join(map(str, wanted)))
        fit_legend(project, path)


def fit_legend(project: QgsProject, path: Path) -> None:
    """Shorten the legend where it is that of the classes; the other styles show all of theirs."""
    layer = find(project, "incident", path)
    node = project.layerTreeRoot().findLayer(layer.id()) if layer is not None else None
    if layer is None or node is None:
        return
    renderer = layer.renderer()
    if isinstance(renderer, QgsPointClusterRenderer):
        renderer = renderer.embeddedRenderer()
    shown = str(node.customProperty(_CLASSES_SHOWN) or "")
    if isinstance(renderer, QgsCategorizedSymbolRenderer) and renderer.classAttribute() == _BY_CLASS:
        node.setCustomProperty(_ORDER, shown)
    elif isinstance(renderer, QgsRuleBasedRenderer):  # the first rule is that from afar
        node.setCustomProperty(_ORDER, ",".join(["0", *(str(int(i) + 1) for i in shown.split(",") if i)]))
    else:
        node.removeCustomProperty(_ORDER)
    layer.legend().itemsChanged.emit()


def workspace_title(path: Path) -> str:
    """Return the short name of a workspace: the folder's where the file is called ``workspace.gpkg``."""
    return path.parent.name if path.stem == "workspace" and path.parent.name else path.stem


# --- symbols -----------------------------------------------------------------------------------------------------


def heat_map() -> QgsHeatmapRenderer:
    """Return where most reports are, from transparent to dark red."""
    renderer = QgsHeatmapRenderer()
    renderer.setRadius(8)
    renderer.setRenderQuality(2)
    ramp = QgsGradientColorRamp(QColor(255, 255, 178, 0), QColor(128, 0, 38, 230))
    ramp.setStops(
        [
            QgsGradientStop(0.15, QColor(254, 217, 118, 140)),
            QgsGradientStop(0.5, QColor(253, 141, 60, 190)),
            QgsGradientStop(0.8, QColor(227, 26, 28, 215)),
        ]
    )
    renderer.setColorRamp(ramp)
    return renderer


def heading_symbol() -> QgsMarkerSymbol:
    """Return a dot, and where the direction is known an arrow towards what the camera looked at."""
    dot = QgsSimpleMarkerSymbolLayer.create(
        {"name": "circle", "color": "#FFFFFF", "outline_color": "#0072B2", "outline_width": "0.5", "size": "2.4"}
    )
    arrow: Any = QgsSimpleMarkerSymbolLayer.create(
        {"name": "arrow", "color": "#0072B2", "outline_color": "#FFFFFF", "outline_width": "0.2", "size": "5"}
    )
    arrow.setOffset(QPointF(0, -4.2))  # millimetres, away from the dot; turned with the arrow
    arrow.setDataDefinedProperty(compat.ENABLED_PROPERTY, QgsProperty.fromExpression('"direction" IS NOT NULL'))
    arrow.setDataDefinedProperty(compat.ANGLE_PROPERTY, QgsProperty.fromExpression('"direction"'))
    return _marker(dot, arrow)


def initials(name: str) -> str:
    """Return the letters that stand for a team on the map.

    >>> initials("Voirie Pays d'Aix")
    'VPA'
    """
    words = [word for word in re.findall(r"\w+", name) if len(word) > 3 or word[0].isupper()]
    return "".join(word[0] for word in words[:3]).upper() or name[:2].upper()


@lru_cache(maxsize=128)
def _icon_data(path: Path) -> str:
    return "base64:" + base64.b64encode(path.read_bytes()).decode("ascii")


def _icon_symbol(path: Path) -> QgsMarkerSymbol:
    return _marker(QgsSvgMarkerSymbolLayer.create({"name": _icon_data(path), "size": "5"}))


def _letter_symbol(letters: str, colour: str, shape: str = "circle", size: float = 5.0) -> QgsMarkerSymbol:
    ground = QgsSimpleMarkerSymbolLayer.create(
        {"name": shape, "color": colour, "outline_color": "#FFFFFF", "outline_width": "0.3", "size": str(size)}
    )
    dark = QColor(colour).lightnessF() < 0.62
    text = QgsFontMarkerSymbolLayer.create(
        {
            "font": "Sans",
            "chr": letters,
            "size": str(round(size * (0.62 if len(letters) == 1 else 0.46 if len(letters) == 2 else 0.36), 2)),
            "color": "#FFFFFF" if dark else "#000000",
        }
    )
    return _marker(ground, text)


def _marker(first: Optional[QgsSymbolLayer], *others: Optional[QgsSymbolLayer]) -> QgsMarkerSymbol:
    # A list given to the constructor stays Python's, and is freed twice.
    symbol = QgsMarkerSymbol()
    symbol.changeSymbolLayer(0, first)
    for layer in others:
        symbol.appendSymbolLayer(layer)
    return symbol


def _picture(photo: str) -> str:
    """Return HTML that holds the thumbnail of a photo, given by an expression; nothing where there is none."""
    return (
        f"[% with_variable('thumb', to_base64(attribute({photo}, 'thumbnail')), CASE WHEN @thumb <> '' "
        "THEN '<img width=\"250\" src=\"data:image/jpeg;base64,' || @thumb || '\"><br>' ELSE '' END) %]"
    )


def _escaped(expression: str) -> str:
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        expression = f"replace({expression}, '{char}', '{entity}')"
    return f"coalesce({expression}, '')"


def _set_time(layer: QgsVectorLayer, field: str) -> None:
    time: Any = layer.temporalProperties()
    time.setMode(Qgis.VectorTemporalMode.FeatureDateTimeInstantFromField)
    time.setStartField(field)
    time.setIsActive(True)
