# SPDX-License-Identifier: GPL-2.0-or-later
"""The atlas: a print layout with one page for each commune, over the layers of a workspace."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from html import escape
from pathlib import Path

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsExpressionContextUtils,
    QgsLayoutItemMap,
    QgsMarkerSymbol,
    QgsPrintLayout,
    QgsProject,
    QgsReadWriteContext,
)
from qgis.PyQt.QtCore import QBuffer, QDate, QIODevice, QLocale, QSize
from qgis.PyQt.QtXml import QDomDocument

from ... import ROOT
from ...core.errors import DataError, UsageError
from ..base.language import language
from ..base.translate import Translated
from . import layers
from .layers import WorkspaceLayers

TEMPLATE = ROOT / "resources" / "layouts" / "commune.qpt"
LINES = 24
"""The most rows that a chart of the page has room for."""
SYMBOL_MM = 15.0
"""So that a symbol fills 64 pixels at 96 dots per inch."""
BAR_COLOUR = "#0072B2"


Counts = Mapping[str, Mapping[str, "Counter[str]"]]
"""INSEE code → ``class``, ``state``, ``team`` → value → how many."""


class CommunePages(Translated):
    """Makes the layout; what is on a page is said by the template and can be changed in QGIS' own designer."""

    def __init__(self, shown: WorkspaceLayers, template: Path = TEMPLATE) -> None:
        self._shown = shown
        self._template = template

    def add_to(self, project: QgsProject, counts: Counts, communes: Collection[str] = ()) -> QgsPrintLayout:
        """Add the layout to a project that shows the workspace.

        A layout of the same name is left alone: a person may have worked on it.

        Parameters
        ----------
        project : QgsProject
            Where the layers of the workspace are.
        counts : mapping
            What :func:`~..core.workspace_jobs.counts_by_commune` read, in a thread where the project is on a screen.
        communes : collection of str
            INSEE codes; empty: all that have reports.

        Raises
        ------
        DataError
            The template can't be read, or no commune has a report.
        UsageError
            The project doesn't show the workspace.
        """
        incidents = layers.find(project, "incident", self._shown.path)
        coverage = layers.find(project, "commune", self._shown.path)
        if incidents is None or coverage is None:
            raise UsageError(
                "The layers of the workspace are not in the project",
                where=str(self._shown.path),
                next_step="Open the workspace again: its layers come back",
            )
        wanted = sorted(set(counts) & set(communes) if communes else counts)
        if not wanted:
            raise DataError(
                "No report lies in the chosen communes",
                where=str(self._shown.path),
                next_step="Choose other communes, or import reports first",
            )
        layout = QgsPrintLayout(project)
        self._read_template(layout)
        self._bind(layout, project)
        self._say(layout, self._pages(self._shown.shown_field(incidents), {code: counts[code] for code in wanted}))
        atlas = layout.atlas()
        atlas.setCoverageLayer(coverage)
        atlas.setFilterFeatures(True)
        atlas.setFilterExpression('"insee" IN ({})'.format(", ".join(f"'{code}'" for code in wanted if code.isalnum())))
        atlas.setSortFeatures(True)
        atlas.setSortExpression('"name"')
        atlas.setPageNameExpression('"name"')
        atlas.setFilenameExpression('"insee" || \'-\' || "name"')
        atlas.setHideCoverage(False)
        atlas.setEnabled(True)
        layout.setName(_free_name(project, self.tr("Atlas of the communes")))
        project.layoutManager().addLayout(layout)
        return layout

    def _pages(self, field: str, counts: Counts) -> dict[str, dict[str, str]]:
        """Return what is counted on each page: expressions find another layer in the open project only."""
        by_state = _rows(self._shown.state_renderer())
        by_value = _rows(getattr(self._shown, f"{field}_renderer")())
        locale = QLocale(language())
        return {
            code: {
                "total": locale.toString(sum(counted["state"].values())),
                "states": self._bars(by_state, counted["state"], locale),
                "symbols": self._bars(by_value, counted[field], locale),
            }
            for code, counted in counts.items()
        }

    def _bars(self, rows: dict[str, tuple[str, str]], counts: Mapping[str, int], locale: QLocale) -> str:
        """Return a chart with the most frequent first; what does not fit on it is its last line."""
        found = [(*rows.get(value, (value, "")), n) for value, n in sorted(counts.items(), key=lambda item: -item[1])]
        if len(found) > LINES:
            found[LINES - 1 :] = [(self.tr("Others"), "", sum(n for *_, n in found[LINES - 1 :]))]
        return bars(found, locale)

    def _read_template(self, layout: QgsPrintLayout) -> None:
        document = QDomDocument()
        try:
            text = self._template.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise DataError(
                "The template of the page can't be read", where=str(self._template), next_step="Choose a .qpt file"
            ) from error
        read = document.setContent(text)
        _, ok = layout.loadFromTemplate(document, QgsReadWriteContext()) if all(_flags(read)) else ([], False)
        if not ok:
            raise DataError(
                "This is not a template of a print layout",
                where=str(self._template),
                next_step="In a layout of QGIS: Layout › Save as template",
            )

    def _bind(self, layout: QgsPrintLayout, project: QgsProject) -> None:
        """Give the maps of the template what only the project knows."""
        for chart in (item for item in layout.items() if isinstance(item, QgsLayoutItemMap)):
            chart.setCrs(project.crs())
            chart.setAtlasDriven(True)

    def _say(self, layout: QgsPrintLayout, pages: dict[str, dict[str, str]]) -> None:
        day = QLocale(language()).toString(QDate.currentDate(), QLocale.FormatType.LongFormat)
        for name, value in {
            "sigma_title": self.tr("Reports on public space"),
            "sigma_subtitle": self.tr("As of {0}").format(day),
            "sigma_total": self.tr("reports"),
            "sigma_total_one": self.tr("report"),
            "sigma_by_state": self.tr("By state"),
            "sigma_by_symbol": self.tr("What the symbols mean"),
            "sigma_pages": json.dumps(pages),
            "sigma_sources": self.tr("Communes: IGN ADMIN EXPRESS, Licence Ouverte. Reports: {0}.").format(
                layers.workspace_title(self._shown.path)
            ),
        }.items():
            QgsExpressionContextUtils.setLayoutVariable(layout, name, value)


def bars(rows: Sequence[tuple[str, str, int]], locale: QLocale) -> str:
    """Return a bar chart as QGIS takes a picture in place of a path: ``base64:`` and SVG, 78 mm wide, 4 mm a row.

    ``rows`` are name, symbol (a PNG in base64, or nothing) and count.
    """
    highest = max((n for *_, n in rows), default=1)
    lines = [
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 780 {40 * max(len(rows), 1)}" font-family="sans-serif" font-size="24">'
    ]
    for row, (name, symbol, n) in enumerate(rows):
        top, long = 40 * row, max(300 * n / highest, 4)
        if symbol:
            lines.append(
                f'<image x="0" y="{top + 2}" width="36" height="36" xlink:href="data:image/png;base64,{symbol}"/>'
            )
        lines.append(
            f'<text x="46" y="{top + 29}">{escape(shortened(name))}</text>'
            f'<rect x="390" y="{top + 9}" width="{long:.0f}" height="22" fill="{BAR_COLOUR}"/>'
            f'<text x="{398 + long:.0f}" y="{top + 29}">{escape(locale.toString(n))}</text>'
        )
    return _base64("".join([*lines, "</svg>"]).encode("utf-8"))


def _base64(content: bytes) -> str:
    return "base64:" + base64.b64encode(content).decode("ascii")


def _rows(renderer: QgsCategorizedSymbolRenderer) -> dict[str, tuple[str, str]]:
    """Return value → name and symbol, as a PNG in base64, of each category."""
    rows = {}
    for category in renderer.categories():
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        given = category.symbol()
        symbol = given.clone() if given is not None else None
        if not isinstance(symbol, QgsMarkerSymbol):
            continue
        symbol.setSize(SYMBOL_MM)
        symbol.asImage(QSize(64, 64)).save(buffer, "PNG")
        rows[str(category.value())] = (category.label(), bytes(buffer.data().toBase64()).decode("ascii"))
    return rows


def shortened(name: str, most: int = 25) -> str:
    """Return a name that fits beside its bar."""
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"


def _flags(read: object) -> tuple[object, ...]:
    """Return what ``setContent`` says of its success: Qt 5 and PyQt 6 answer with a tuple, Qt 6.5 with an object."""
    return (read[0],) if isinstance(read, tuple) else (bool(read),)


def _free_name(project: QgsProject, name: str) -> str:
    taken = {layout.name() for layout in project.layoutManager().layouts()}
    number = 2
    free = name
    while free in taken:
        free, number = f"{name} {number}", number + 1
    return free
