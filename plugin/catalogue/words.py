# SPDX-License-Identifier: GPL-2.0-or-later
"""What the screens say of a record in one line, and of what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..base.translate import Translated

if TYPE_CHECKING:
    from .reading import Entry

ADD, PACK, STAR = "add", "pack", "star"
KIND_NAMES = {
    "wms": "WMS", "wmts": "WMTS", "wfs": "WFS", "ogc-features": "OGC API", "vector-tiles": "MVT", "xyz": "XYZ",
    "arcgis-features": "ArcGIS", "arcgis-map": "ArcGIS", "sensorthings": "SensorThings", "geopackage": "GPKG",
    "geojson": "GeoJSON", "shapefile": "SHP", "csv": "CSV", "cog": "GeoTIFF", "qgis": "QGIS",
}  # fmt: skip
"""The kinds that can become a layer, as technicians call them."""


class EntryTexts(Translated):
    """What is said of a record in one line."""

    def about(self, entry: Entry) -> str:
        """Return who publishes it, when it was updated, its licence."""
        updated = self.tr("updated {0}").format(entry.updated[:7]) if entry.updated else ""
        return " · ".join(text for text in (entry.organisation, updated, entry.licence) if text)

    def nothing(self) -> str:
        """Say that no link of a record can become a layer."""
        return self.tr("no layer to load")

    def button(self, act: str, starred: bool = False, packed: bool = False) -> str:
        """Return the text of a button."""
        if act == STAR:
            return "★" if starred else "☆"
        if act == PACK:
            return self.tr("✓ Pack") if packed else self.tr("+ Pack")
        return self.tr("+ Map") if act == ADD else KIND_NAMES.get(act, act)

    def tip(self, act: str, entry: Entry) -> str:
        """Return what a button does, in words."""
        if act == STAR:
            return self.tr("No favourite any more") if entry.favourite else self.tr("Make it a favourite")
        if act == ADD:
            return self.tr("Add to the map by the best link")
        if act == PACK:
            return self.tr("Take into the offline pack")
        return self.tr("Add to the map as {0}").format(KIND_NAMES.get(act, act))


def as_tip(text: str) -> str:
    """Return a text as a tool tip shows it letter by letter."""
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\n", "<br>")):
        text = text.replace(char, entity)
    return f"<span>{text}</span>"
