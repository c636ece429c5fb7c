# SPDX-License-Identifier: GPL-2.0-or-later
"""From a record to a layer of the project, with its style, attribution, licence and metadata.

Services are asked and the layer is opened in a task, where a slow server keeps nobody waiting; the main thread only
dresses the layer and adds it. A link that turns out not to load gives way to the next best one.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional
from urllib.parse import urlsplit

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsBox3d,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsExpression,
    QgsLayerMetadata,
    QgsMapLayer,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtXml import QDomDocument

from ..base import settings
from ..base.compat import set_attribution
from ..base.tasks import Outcome, Tasks
from ..base.translate import Translated
from ..base.transport import qgis_session
from .link_reasons import NETWORK_OFF, reason
from .reading import MOST_LINKS
from .words import KIND_NAMES

if TYPE_CHECKING:
    from ...core.catalogue import Choice, Loadable, Refused, Style
    from ...core.catalogue.links.style_guard import Used
    from ...core.feedback import Feedback
    from ...core.model import Link, Record

RECORD = "sigma_communes/record"
"""Custom property of a layer: the id of the record that it came from."""
_MOST_ASKED = 30  # links of one record that are asked for
_SAFE_STYLE = (
    QgsMapLayer.StyleCategory.Symbology
    | QgsMapLayer.StyleCategory.Symbology3D
    | QgsMapLayer.StyleCategory.Labeling
    | QgsMapLayer.StyleCategory.Diagrams
    | QgsMapLayer.StyleCategory.Rendering
)
"""Of a style from elsewhere: how it looks. Its actions and forms may hold Python."""


@dataclass(frozen=True)
class Wish:
    """What is to be opened: a record of a workspace, by its best link, by one of some ``kinds``, or by one ``link``."""

    path: Path
    identifier: str
    title: str
    kinds: tuple[str, ...]
    link: Optional[Link]
    crs: str
    network: bool
    timeout: int
    context: QgsCoordinateTransformContext


@dataclass
class Ready:
    """A layer that is open, in the main thread's hands, and what did not load before it."""

    wish: Wish
    record: Record
    loadable: Optional[Loadable]
    layer: Optional[QgsMapLayer]
    style: Optional[Style]
    failed: list[Refused]
    choice: Choice


def wish(
    path: Path,
    identifier: str,
    title: str = "",
    *,
    kinds: Sequence[str] = (),
    link: Optional[Link] = None,
    crs: str = "",
) -> Wish:
    """Return what is to be opened for the project as it is; ``crs`` is that of the map."""
    values = settings.load().values
    project = QgsProject.instance()
    return Wish(
        path,
        identifier,
        title or identifier,
        tuple(kinds),
        link,
        crs or project.crs().authid(),
        values.network,
        values.timeout,
        project.transformContext(),
    )


def add(tasks: Tasks, wanted: Wish, added: Optional[Callable[[QgsMapLayer], Any]] = None) -> Any:
    """Open a layer in a task and add it to the project; what went wrong is told with the reason of each link."""
    texts = LayerTexts()

    def publish(ready: Ready) -> Outcome:
        if ready.layer is None:
            return texts.nothing(ready)
        dress(ready)
        QgsProject.instance().addMapLayer(ready.layer)
        if added is not None:
            added(ready.layer)
        return texts.done(ready)

    title = texts.title(wanted.title)
    return tasks.start(title, lambda feedback: opened(wanted, feedback), publish, in_project=True, quiet=True)


# --- in a thread -------------------------------------------------------------------------------------------------


def opened(wanted: Wish, feedback: Feedback) -> Ready:
    """Ask which link loads, open the best layer and give it to the main thread; called in a thread."""
    from ...core.catalogue import Calls, Refused, choose, style_of
    from ...core.transport import Limits

    record, authcfg, home = _read(wanted)
    asked = replace(record, links=_links(record, wanted))
    version = Qgis.QGIS_VERSION.partition("-")[0]
    keyed = {f"{origin}/": cfg for origin, cfg in authcfg.items()}
    failed: list[Refused] = []
    with qgis_session(feedback.is_cancelled, keyed, float(wanted.timeout)) as session:
        limits = Limits(read=float(wanted.timeout), retries=1)
        calls = Calls(session, limits=limits, feedback=feedback) if wanted.network else None
        choice = choose(asked, calls, kinds=wanted.kinds, crs=wanted.crs, authcfg=authcfg, qgis=version, home=home)
        for loadable in choice.loadable:
            feedback.check()
            if not wanted.network and is_web(loadable.url):
                what = "The network is switched off in the options"
                failed.append(Refused(loadable.url, loadable.kind, loadable.layer, what, NETWORK_OFF))
                continue
            layer = _layer(loadable, wanted)
            if layer.isValid():
                style = style_of(record, loadable, calls, used_by)
                layer.moveToThread(QgsApplication.instance().thread())
                return Ready(wanted, record, loadable, layer, style, failed, choice)
            failed.append(Refused(loadable.url, loadable.kind, loadable.layer, _why(layer)))
    return Ready(wanted, record, None, None, None, failed, choice)


def _read(wanted: Wish) -> tuple[Record, dict[str, str], str]:
    """Return the record, origin → id of the authentication configuration of each source, and the record's source."""
    from ...core.catalogue import Catalogue
    from ...core.store import Workspace

    with Workspace.open(wanted.path, create=False) as workspace:
        catalogue = Catalogue(workspace)
        record = catalogue.records.get(wanted.identifier).record
        return record, catalogue.authentication(), catalogue.home(record)


def _links(record: Record, wanted: Wish) -> tuple[Link, ...]:
    """Return the links to try: a record may have thousands, and each may be a server that does not answer."""
    from ...core.catalogue.protocols.kinds import kind_of

    if wanted.link is not None:
        return (wanted.link,)
    links = record.links[:MOST_LINKS]
    fitting = [
        link for link in links if (link.kind or kind_of(link.url, link.protocol, link.format).kind) in wanted.kinds
    ]
    return tuple((fitting or links)[:_MOST_ASKED])


def _layer(loadable: Loadable, wanted: Wish) -> QgsMapLayer:
    from osgeo import gdal

    from ...core.catalogue.records.plain_text import one_line

    name = one_line(loadable.name or wanted.title, 200) or wanted.identifier
    # GDAL has its own network: without this a server that never answers holds the thread for ever.
    gdal.SetThreadLocalConfigOption("GDAL_HTTP_TIMEOUT", str(wanted.timeout))
    try:
        if loadable.layer_type == "vector-tiles":
            return QgsVectorTileLayer(loadable.uri, name)
        if loadable.layer_type == "raster":
            return QgsRasterLayer(
                loadable.uri, name, loadable.provider, QgsRasterLayer.LayerOptions(True, wanted.context)
            )
        return QgsVectorLayer(loadable.uri, name, loadable.provider, QgsVectorLayer.LayerOptions(wanted.context))
    finally:
        gdal.SetThreadLocalConfigOption("GDAL_HTTP_TIMEOUT", None)


def _why(layer: QgsMapLayer) -> str:
    """Return what QGIS says of a layer that does not open, on one line and without markup."""
    from ...core.catalogue.records.plain_text import one_line

    provider = layer.dataProvider() if hasattr(layer, "dataProvider") else None
    said = provider.error().message() if provider is not None else ""
    return one_line(said or layer.error().message(), 200)


# --- in the main thread ------------------------------------------------------------------------------------------


def dress(ready: Ready) -> None:
    """Give an open layer its style, its CRS where it lacks one, and what the record says of it."""
    layer, loadable = ready.layer, ready.loadable
    if layer is None or loadable is None:
        return
    if not layer.crs().isValid() and loadable.crs:
        layer.setCrs(QgsCoordinateReferenceSystem(loadable.crs))
    if ready.style is not None:
        _put_style(layer, ready.style)
    layer.setCustomProperty(RECORD, ready.wish.identifier)
    attribution = _plain(loadable.attribution)
    if attribution:
        set_attribution(layer, attribution)
    layer.setMetadata(metadata(ready.record, loadable, layer.crs()))


def used_by(expression: str) -> Optional[Used]:
    """Return what an expression uses, as QGIS reads it; None where it is none."""
    from ...core.catalogue.links.style_guard import Used

    found = QgsExpression(expression)
    if found.hasParserError():
        return None
    # @x is var('x') to QGIS; a name that is computed is an empty one among the variables.
    functions = {name.casefold() for name in found.referencedFunctions()} - {"var"}
    return Used(frozenset(functions), frozenset(found.referencedVariables()))


def _put_style(layer: QgsMapLayer, style: Style) -> bool:
    """Put a style on a layer: how it looks, nothing else."""
    if style.form == "sld":
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "style.sld"
            path.write_bytes(style.data)
            return bool(layer.loadSldStyle(str(path))[1]) if hasattr(layer, "loadSldStyle") else False
    document = QDomDocument()
    parsed = document.setContent(style.data)
    if not (parsed[0] if isinstance(parsed, tuple) else parsed):
        return False
    categories: Any = _SAFE_STYLE
    return bool(layer.importNamedStyle(document, categories)[0])


def metadata(record: Record, loadable: Loadable, crs: QgsCoordinateReferenceSystem) -> QgsLayerMetadata:
    """Return what a record says as the metadata of a layer; plain text, links of the web only."""
    found = QgsLayerMetadata()
    found.setIdentifier(_plain(record.id))
    found.setTitle(_plain(record.title))
    found.setAbstract(_plain(record.abstract))
    found.setLanguage(_plain(record.language))
    found.setType("dataset")
    found.setLicenses([_plain(text) for text in (loadable.licence or record.licence,) if text])
    found.setRights([_plain(text) for text in (loadable.attribution, *record.constraints) if text])
    found.setKeywords(
        {"gmd:topicCategory": [*map(_plain, record.iso_topics)], "keywords": [*map(_plain, record.keywords)]}
    )
    found.setHistory([_plain(record.lineage)] if record.lineage else [])
    found.setCrs(crs)
    contact = QgsLayerMetadata.Contact(_plain(record.contact or record.organisation))
    contact.organization = _plain(record.organisation)
    contact.role = "pointOfContact"
    found.setContacts([contact] if contact.name else [])
    links = [("metadata", record.page, "WWW:LINK"), ("source", loadable.url, KIND_NAMES.get(loadable.kind, ""))]
    found.setLinks([QgsLayerMetadata.Link(name, kind, url) for name, url, kind in links if is_web(url)])
    if record.extent is not None:
        extent = QgsLayerMetadata.Extent()
        space = QgsLayerMetadata.SpatialExtent()
        west, south, east, north = record.extent
        space.bounds = QgsBox3d(west, south, 0, east, north, 0)
        space.extentCrs = QgsCoordinateReferenceSystem("EPSG:4326")
        extent.setSpatialExtents([space])
        found.setExtent(extent)
    return found


def _plain(text: str) -> str:
    from ...core.catalogue.records.plain_text import plain

    return plain(text)


class LayerTexts(Translated):
    """What is said about adding a layer."""

    def title(self, name: str) -> str:
        """Return the name of the task."""
        return self.tr("Add “{0}”").format(name[:80])

    def done(self, ready: Ready) -> Outcome:
        """Say that the layer is there, and what it took the place of."""
        kind = ready.loadable.kind if ready.loadable else ""
        text = self.tr("The layer is on the map ({0}).").format(KIND_NAMES.get(kind, kind))
        tried = [f"{KIND_NAMES.get(failed.kind, failed.kind)}: {reason(failed)}" for failed in ready.failed]
        refused = [f"{refusal.url}: {reason(refusal)}" for refusal in ready.choice.refused]
        if tried:
            text = self.tr("{0} does not load; the next best link is on the map ({1}).").format(
                ", ".join(KIND_NAMES.get(failed.kind, failed.kind) for failed in ready.failed),
                KIND_NAMES.get(kind, kind),
            )
        return Outcome(text, details="\n".join([*tried, *refused]) if tried else "")

    def nothing(self, ready: Ready) -> Outcome:
        """Say why no link loads, and what can be done."""
        tried = [
            (KIND_NAMES.get(each.kind, each.kind) or each.url, reason(each))
            for each in (*ready.failed, *ready.choice.refused)
        ]
        if not tried:
            text = self.tr("This record has no link to a layer. Open its metadata page to ask its producer.")
        elif len(tried) == 1:
            text = self.tr("The layer can't be loaded: {0}").format(f"{tried[0][0]}: {tried[0][1]}")
        else:
            text = self.tr("None of {0} links can be loaded; the first: {1}").format(
                len(tried), f"{tried[0][0]}: {tried[0][1]}"
            )
        page = ready.record.page
        if is_web(page):
            return Outcome(
                text, self.tr("Open the metadata"), lambda: open_page(page), "\n".join(": ".join(t) for t in tried)
            )
        return Outcome(text, details="\n".join(": ".join(t) for t in tried))


def is_web(url: str) -> bool:
    """Whether an address is one of the web; others (``javascript:``, ``file:``) are never opened."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def open_page(url: str) -> bool:
    """Open a web page in the browser of the desktop; nothing but the web is opened."""
    from qgis.PyQt.QtCore import QUrl
    from qgis.PyQt.QtGui import QDesktopServices

    return is_web(url) and bool(QDesktopServices.openUrl(QUrl(url)))
