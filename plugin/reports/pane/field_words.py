# SPDX-License-Identifier: GPL-2.0-or-later
"""Fields, values and times of a report in the words of the screens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

from qgis.PyQt.QtCore import QDateTime, QLocale, Qt

from ...base.language import language
from ...base.translate import Translated
from ...workspace_file import Opened, person


class FieldWords(Translated):
    """Says fields, values and reasons in the language of QGIS."""

    def field(self, name: str) -> str:
        """Return what a field is called; an unknown one as it is."""
        return {
            "state": self.tr("State"),
            "status": self.tr("Status"),
            "class": self.tr("Class"),
            "team": self.tr("Team"),
            "description": self.tr("Description"),
            "address": self.tr("Address"),
            "position": self.tr("Position"),
            "geom": self.tr("Position"),
            "service": self.tr("Service"),
            "service_code": self.tr("Service"),
            "service_name": self.tr("Service"),
            "media_url": self.tr("Photo"),
            "agency_responsible": self.tr("In charge"),
            "comment": self.tr("Reply"),
            "comments": self.tr("Reply"),
            "photos": self.tr("Photo"),
            "insert": self.tr("New report"),
            "create": self.tr("New report"),
            "delete": self.tr("Deleted here"),
        }.get(name, name)

    def value(self, opened: Optional[Opened], name: str, value: Any) -> str:
        """Return one value; a dash where there is none."""
        text = "" if value is None else str(value)
        if not text:
            return "–"
        if opened is not None and name == "state":
            return opened.states.name(text, language())
        if opened is not None and name == "class":
            return opened.class_name(text)
        if opened is not None and name == "team":
            return opened.teams.get(text, text)
        if name == "status":
            return {"open": self.tr("open"), "closed": self.tr("closed")}.get(text, text)
        if name == "geom" and len(text.split()) == 2:
            lon, lat = text.split()
            return degrees(lat, lon)
        return text

    def version(self, opened: Optional[Opened], version: Mapping[str, Any]) -> str:
        """Return one version of a field, or of those that belong together."""
        if "lon" in version:
            return degrees(version.get("lat"), version.get("lon"))
        if "service_code" in version or "service_name" in version:
            name, code = version.get("service_name"), version.get("service_code")
            return f"{name} ({code})" if name and code else str(name or code or "–")
        if "status" in version:
            return self.value(opened, "status", version["status"])
        return " · ".join(self.value(opened, name, value) for name, value in version.items())

    def who(self, name: str) -> str:
        """Return who did it."""
        if name and name == person():
            return self.tr("you")
        return name or self.tr("another program")

    def by(self, name: str, at: str) -> str:
        """Return who did it and when, short."""
        return ", ".join(filter(None, (self.who(name), when(at))))


def degrees(lat: Any, lon: Any) -> str:
    """Return a position, latitude first."""
    try:
        return f"{float(lat):.5f}, {float(lon):.5f}"
    except (TypeError, ValueError):
        return "–"


def when(text: str) -> str:
    """Return a time of the workspace (UTC) as the person's clock says it; today's without the day."""
    moment = QDateTime.fromString(text[:19], Qt.DateFormat.ISODate)
    if not moment.isValid():
        return text
    moment.setTimeSpec(Qt.TimeSpec.UTC)
    local = moment.toLocalTime()
    if local.date() == QDateTime.currentDateTime().date():
        return local.toString("HH:mm")
    return QLocale().toString(local, QLocale.FormatType.ShortFormat)
