# SPDX-License-Identifier: GPL-2.0-or-later
"""Write resources/layouts/commune.qpt: the page of one commune, for the atlas. Run it in the environment with QGIS.

The template holds places, sizes and expressions; its words come as variables of the layout, so it has no language.
What is counted on a page comes in the variable ``sigma_pages``, INSEE code → ``total``, ``states``, ``symbols``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsLayoutItem,
    QgsLayoutItemLabel,
    QgsLayoutItemMap,
    QgsLayoutItemPage,
    QgsLayoutItemPicture,
    QgsLayoutItemScaleBar,
    QgsLayoutMeasurement,
    QgsLayoutObject,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsPrintLayout,
    QgsProject,
    QgsProperty,
    QgsReadWriteContext,
    QgsRectangle,
    QgsScaleBarSettings,
    QgsUnitTypes,
)
from qgis.PyQt.QtCore import QRectF, Qt
from qgis.PyQt.QtGui import QColor, QFont

OUT = Path(__file__).resolve().parents[1] / "resources" / "layouts" / "commune.qpt"
PAGE = "map_get(json_to_map(@sigma_pages), attribute(@atlas_feature, 'insee'))"


def place(item: QgsLayoutItem, name: str, x: float, y: float, width: float, height: float) -> None:
    """Put an item on the page; millimetres."""
    item.setId(name)
    item.attemptMove(QgsLayoutPoint(x, y, QgsUnitTypes.LayoutUnit.LayoutMillimeters))
    item.attemptResize(QgsLayoutSize(width, height, QgsUnitTypes.LayoutUnit.LayoutMillimeters))


def label(
    layout: QgsPrintLayout, name: str, text: str, size: float, box: tuple[float, ...], bold: bool = False
) -> QgsLayoutItemLabel:
    item = QgsLayoutItemLabel(layout)
    item.setText(text)
    font = QFont("Sans")
    font.setPointSizeF(size)
    font.setBold(bold)
    item.setFont(font)
    layout.addLayoutItem(item)
    place(item, name, *box)
    return item


def drawing(layout: QgsPrintLayout, name: str, box: tuple[float, ...]) -> None:
    """Add the chart of a page, which comes as SVG in a variable of the layout."""
    item = QgsLayoutItemPicture(layout)
    item.setResizeMode(QgsLayoutItemPicture.ResizeMode.Zoom)
    item.setPictureAnchor(QgsLayoutItem.ReferencePoint.UpperLeft)
    properties = item.dataDefinedProperties()
    properties.setProperty(
        QgsLayoutObject.DataDefinedProperty.PictureSource, QgsProperty.fromExpression(f"map_get({PAGE}, '{name}')")
    )
    item.setDataDefinedProperties(properties)
    layout.addLayoutItem(item)
    place(item, name, *box)


def build(project: QgsProject) -> QgsPrintLayout:
    layout = QgsPrintLayout(project)
    layout.initializeDefaults()
    layout.pageCollection().page(0).setPageSize("A4", QgsLayoutItemPage.Orientation.Landscape)
    label(layout, "title", "[% @sigma_title %] · [% attribute(@atlas_feature, 'name') %]", 20, (10, 8, 277, 11), True)
    label(layout, "subtitle", "[% @sigma_subtitle %]", 10, (10, 19, 200, 6)).setFontColor(QColor("#555555"))
    chart = QgsLayoutItemMap(layout)
    layout.addLayoutItem(chart)
    chart.setId("map")
    # The size first, then an extent of the same shape, the metropolis: otherwise one of them is lost.
    chart.attemptSetSceneRect(QRectF(10, 28, 195, 165))
    chart.setCrs(QgsCoordinateReferenceSystem("EPSG:2154"))
    chart.zoomToExtent(QgsRectangle(830_000, 6_210_000, 830_000 + 195 * 700, 6_210_000 + 165 * 700))
    chart.setFrameEnabled(True)
    chart.setFrameStrokeColor(QColor("#777777"))
    chart.setFrameStrokeWidth(QgsLayoutMeasurement(0.2, QgsUnitTypes.LayoutUnit.LayoutMillimeters))
    chart.setAtlasDriven(True)
    chart.setAtlasScalingMode(QgsLayoutItemMap.AtlasScalingMode.Auto)
    chart.setAtlasMargin(0.06)

    total = f"map_get({PAGE}, 'total')"
    words = f"[% {total} %] [% if({total} = '1', @sigma_total_one, @sigma_total) %]"
    label(layout, "total", words, 18, (211, 28, 78, 12), True)
    label(layout, "states_title", "[% @sigma_by_state %]", 10, (211, 43, 78, 6), True)
    drawing(layout, "states", (211, 49, 78, 32))
    label(layout, "symbols_title", "[% @sigma_by_symbol %]", 10, (211, 83, 78, 6), True)
    drawing(layout, "symbols", (211, 89, 78, 104))

    bar = QgsLayoutItemScaleBar(layout)
    layout.addLayoutItem(bar)
    bar.setLinkedMap(chart)
    bar.setStyle("Line Ticks Up")
    bar.setUnits(QgsUnitTypes.DistanceUnit.DistanceKilometers)
    bar.setUnitLabel("km")
    bar.setNumberOfSegments(2)
    bar.setNumberOfSegmentsLeft(0)
    bar.setSegmentSizeMode(QgsScaleBarSettings.SegmentSizeMode.SegmentSizeFitWidth)
    bar.setMinimumBarWidth(25)
    bar.setMaximumBarWidth(60)
    bar.setBackgroundEnabled(True)
    bar.setBackgroundColor(QColor(255, 255, 255, 190))
    place(bar, "scale", 13, 178, 60, 12)
    north = QgsLayoutItemPicture(layout)
    north.setPicturePath("arrows/NorthArrow_02.svg")
    north.setLinkedMap(chart)
    layout.addLayoutItem(north)
    place(north, "north", 190, 31, 12, 12)
    label(layout, "sources", "[% @sigma_sources %]", 7, (10, 196, 230, 8)).setFontColor(QColor("#555555"))
    page = label(layout, "page", "[% @atlas_featurenumber %] / [% @atlas_totalfeatures %]", 8, (250, 196, 37, 6))
    page.setHAlign(Qt.AlignmentFlag.AlignRight)
    return layout


def main() -> int:
    application = QgsApplication([], False)
    application.initQgis()
    project = QgsProject()
    layout = build(project)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    if not layout.saveAsTemplate(str(OUT), QgsReadWriteContext()):
        raise SystemExit(f"{OUT} could not be written")
    print(f"{OUT.name}: {OUT.stat().st_size / 1024:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
