# SPDX-License-Identifier: GPL-2.0-or-later
"""SIGM@communes in QGIS' Browser panel: favourites, themes, sources, what was seen; layers to drag onto the map.

QGIS makes the children in threads: they only read the workspace, each with a connection of its own, and ask no server.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Optional

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsDataCollectionItem,
    QgsDataItem,
    QgsDataItemProvider,
    QgsMimeDataUtils,
)
from qgis.PyQt.QtGui import QIcon

from ... import ROOT
from ..base.compat import BROWSER_CUSTOM, BROWSER_ERROR, BROWSER_NETWORK
from ..base.language import language
from ..base.translate import Translated
from .words import as_tip

if TYPE_CHECKING:
    from .reading import Line, Wanted

ROOT_PATH = "sigma_communes:"
_MOST = 60
_LAYER_TYPES = {"raster": "raster", "vector": "vector", "vector-tiles": "vector-tile"}


class Access(NamedTuple):
    """What the items need of the desktop: where the workspace is, and what to do with a record."""

    path: Callable[[], Optional[Path]]
    add: Callable[[str, str], Any]
    show: Callable[[], Any]


class CatalogueItems(QgsDataItemProvider):
    """Gives the browser its root item."""

    def __init__(self, access: Access) -> None:
        super().__init__()
        self._access = access
        self._root: Optional[QgsDataItem] = None

    def name(self) -> str:
        return "SIGM@communes"

    def dataProviderKey(self) -> str:
        return "sigma_communes"

    def capabilities(self) -> Any:
        return BROWSER_NETWORK

    def createDataItem(self, path: str, parent: Optional[QgsDataItem]) -> Optional[QgsDataItem]:
        if path and path != ROOT_PATH:
            return None
        self._root = RootItem(self._access, parent)
        return self._root


class _Branch(Translated, QgsDataCollectionItem):
    """An item with children that are made once it is opened."""

    def __init__(self, parent: Optional[QgsDataItem], name: str, path: str, access: Access, icon: str) -> None:
        QgsDataCollectionItem.__init__(self, parent, name, path, "sigma_communes")
        self._access = access
        self._kept: list[QgsDataItem] = []
        self.setIcon(_icon(icon))

    def createChildren(self) -> list[QgsDataItem]:
        from ...core.errors import SigmaError
        from ..base.error_text import told
        from ..base.runtime import use_runtime

        workspace = self._access.path()
        use_runtime()
        try:
            found = self.items(workspace) if workspace is not None else [self._says(_BrowserText().no_workspace())]
        except (SigmaError, ImportError) as error:
            found = [self._says(told(error))]
        # QGIS deletes them; the Python half lives as long as somebody here knows it.
        self._kept = found
        return found

    def items(self, workspace: Path) -> list[QgsDataItem]:
        """Return the children."""
        raise NotImplementedError

    def _says(self, text: str) -> QgsDataItem:
        item = QgsDataItem(BROWSER_ERROR, self, text, f"{self.path()}/-")
        item.setState(_populated())
        return item


class RootItem(_Branch):
    """Favourites, seen, themes, sources."""

    def __init__(self, access: Access, parent: Optional[QgsDataItem] = None) -> None:
        super().__init__(parent, "SIGM@communes", ROOT_PATH, access, "catalogue")

    def items(self, workspace: Path) -> list[QgsDataItem]:
        from ...core.catalogue import Catalogue, bundles
        from ...core.store import Workspace
        from .reading import Wanted

        words = _BrowserText()
        with Workspace.open(workspace, create=False) as opened:
            sources = [source for source, _ in Catalogue(opened).sources()]
        parts: list[tuple[str, str, Wanted, str]] = [
            (words.favourites(), "favourites", Wanted(favourites=True), "star"),
            (words.seen(), "seen", Wanted(viewed=True), "seen"),
        ]
        french = language() == "fr"
        for bundle in bundles().values():
            name = bundle.fr if french else bundle.en
            parts.append((name, f"bundle/{bundle.id}", Wanted(bundles=(bundle.id,)), "theme"))
        for source in sources:
            parts.append((source.title or source.name, f"source/{source.name}", Wanted(source=source.name), "source"))
        found: list[QgsDataItem] = []
        for place, (name, path, wanted, icon) in enumerate(parts):
            item = ListItem(self, name, f"{ROOT_PATH}/{path}", self._access, icon, wanted)
            item.setSortKey(f"{place:04}")
            found.append(item)
        return found


class ListItem(_Branch):
    """The records of a saved search."""

    def __init__(self, parent: QgsDataItem, name: str, path: str, access: Access, icon: str, wanted: Wanted) -> None:
        super().__init__(parent, name, path, access, icon)
        self._wanted = wanted

    def items(self, workspace: Path) -> list[QgsDataItem]:
        from .reading import draggable

        lines = draggable(workspace, self._wanted, _MOST, Qgis.QGIS_VERSION.partition("-")[0])
        if not lines:
            return [self._says(_BrowserText().nothing())]
        found: list[QgsDataItem] = []
        for place, line in enumerate(lines):
            item = RecordItem(self, f"{self.path()}/{place}", self._access, line)
            item.setSortKey(f"{place:04}")
            found.append(item)
        return found


class RecordItem(QgsDataItem):
    """A record: a double click adds it by its best link; dragged, it goes by the link that its record tells."""

    def __init__(self, parent: QgsDataItem, path: str, access: Access, line: Line) -> None:
        super().__init__(BROWSER_CUSTOM, parent, line.entry.title, path, "sigma_communes")
        self._access = access
        self._line = line
        kind = line.loadable.layer_type if line.loadable is not None else "none"
        self.setIcon(_icon({"raster": "layer_raster", "none": "layer_none"}.get(kind, "layer_vector")))
        self.setToolTip(as_tip(f"{line.entry.title}\n{line.entry.organisation}"))
        self.setState(_populated())

    def handleDoubleClick(self) -> bool:
        self._access.add(self._line.entry.id, self._line.entry.title)
        return True

    def hasDragEnabled(self) -> bool:
        return self._line.loadable is not None

    def mimeUris(self) -> list[QgsMimeDataUtils.Uri]:
        loadable = self._line.loadable
        if loadable is None:
            return []
        uri = QgsMimeDataUtils.Uri()
        uri.layerType = _LAYER_TYPES.get(loadable.layer_type, "vector")
        uri.providerKey = loadable.provider
        uri.name = self._line.entry.title
        uri.uri = loadable.uri
        if loadable.crs:
            uri.supportedCrs = [loadable.crs]
        return [uri]


class _BrowserText(Translated):
    def favourites(self) -> str:
        return self.tr("Favourites")

    def seen(self) -> str:
        return self.tr("Seen")

    def nothing(self) -> str:
        return self.tr("Nothing here yet: search in the Catalogue panel")

    def no_workspace(self) -> str:
        return self.tr("No workspace is open")


def _populated() -> Any:
    return getattr(Qgis, "BrowserItemState", QgsDataItem).Populated


def _icon(name: str) -> QIcon:
    themed = {
        "star": "/mIconFavorites.svg",
        "seen": "/mActionHistory.svg",
        "theme": "/mIconFolder.svg",
        "source": "/mIconConnect.svg",
        "layer_vector": "/mIconVector.svg",
        "layer_raster": "/mIconRaster.svg",
        "layer_none": "/mIconUnknownLayerType.svg",
    }.get(name)
    if themed is not None:
        return QgsApplication.getThemeIcon(themed)
    return QIcon(str(ROOT / "resources" / "icons" / "desk" / f"{name}.svg"))
