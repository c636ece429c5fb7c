# SPDX-License-Identifier: GPL-2.0-or-later
"""QGIS' locator bar (Ctrl+K): ``cat`` finds layers of the catalogue, ``sig`` reports by number and address.

QGIS clones a filter for each search and runs the clone in a thread: it reads with a connection of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Optional

from qgis.core import QgsLocatorFilter, QgsLocatorResult
from qgis.PyQt.QtGui import QIcon

from ... import ROOT
from ..base.translate import Translated

_MOST = 20

Paths = Callable[[], Optional[Path]]
Act = Callable[..., Any]


class _Filter(Translated, QgsLocatorFilter):
    """What both filters share: they know where the workspace is since the search began."""

    def __init__(self, path: Paths, act: Act) -> None:
        QgsLocatorFilter.__init__(self)
        self._path = path
        self._act = act
        self._now: Optional[Path] = None
        self._own_icon = QIcon(str(ROOT / "resources" / "icons" / "desk" / f"{self.ICON}.svg"))

    ICON = ""

    def prepare(self, string: str, context: Any) -> list[str]:
        """Called in the main thread before the search."""
        self._now = self._path()
        return []

    def _result(self, name: str, description: str, identifier: str, score: float, group: str = "") -> QgsLocatorResult:
        result = QgsLocatorResult()
        result.filter = self
        result.displayString = name
        result.description = description
        result.userData = identifier
        result.score = score
        result.group = group
        result.icon = self._own_icon
        return result


class CatalogueLocator(_Filter):
    """``cat plu zonage``: Enter adds the layer."""

    ICON = "catalogue"

    def clone(self) -> CatalogueLocator:
        return CatalogueLocator(self._path, self._act)

    def name(self) -> str:
        return "sigma_communes_catalogue"

    def displayName(self) -> str:
        return self.tr("Layers of the catalogue (SIGM@communes)")

    def prefix(self) -> str:
        return "cat"

    def fetchResults(self, string: str, context: Any, feedback: Any) -> None:
        if self._now is None or len(string.strip()) < 2:
            return
        from ...core.errors import SigmaError
        from ..base.runtime import use_runtime
        from .reading import Wanted, entries_of
        from .words import EntryTexts

        use_runtime()
        try:
            entries = entries_of(self._now, Wanted(words=string), _MOST)
        except (SigmaError, ImportError):
            return  # the dock says what is wrong; a bar for typing does not
        texts = EntryTexts()
        for place, entry in enumerate(entries):
            if feedback.isCanceled():
                return
            group = self.tr("Favourites") if entry.favourite else entry.organisation or self.tr("Layers")
            score = 1.0 - place / (2 * _MOST)
            self.resultFetched.emit(self._result(entry.title, texts.about(entry), entry.id, score, group))

    def triggerResult(self, result: QgsLocatorResult) -> None:
        self._act(_identifier(result), result.displayString)


class IncidentLocator(_Filter):
    """``sig rue de la république``: Enter shows the report in the list."""

    ICON = "backlog"

    def __init__(self, path: Paths, act: Act) -> None:
        super().__init__(path, act)
        self.setUseWithoutPrefix(False)  # it looks at every report

    def clone(self) -> IncidentLocator:
        return IncidentLocator(self._path, self._act)

    def name(self) -> str:
        return "sigma_communes_incidents"

    def displayName(self) -> str:
        return self.tr("Reports by number or address (SIGM@communes)")

    def prefix(self) -> str:
        return "sig"

    def fetchResults(self, string: str, context: Any, feedback: Any) -> None:
        if self._now is None or len(string.strip()) < 2:
            return
        from ...core.errors import SigmaError
        from ...core.store.report_page import matching_incidents
        from ..reports.reading import reading

        try:
            with reading(self._now) as workspace:
                rows = matching_incidents(workspace, string, _MOST, feedback.isCanceled)
        except SigmaError:
            return
        for place, (identifier, address, commune, text) in enumerate(rows):
            where = ", ".join(part for part in (address, commune) if part)
            self.resultFetched.emit(
                self._result(where or identifier, f"{identifier} · {text[:120]}", identifier, 1.0 - place / 40)
            )

    def triggerResult(self, result: QgsLocatorResult) -> None:
        self._act(_identifier(result))


def _identifier(result: QgsLocatorResult) -> str:
    """Return the id in a result: a property in QGIS 3.22, a method in later ones (3.22 tears a list there)."""
    value = result.userData
    return str(value() if callable(value) else value)
