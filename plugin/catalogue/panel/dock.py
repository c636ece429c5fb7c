# SPDX-License-Identifier: GPL-2.0-or-later
"""The dock "Catalogue": search as you type in the harvested records, one record's page, layers onto the map."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Optional

from qgis.core import Qgis, QgsProject, QgsSettings
from qgis.gui import QgsDockWidget
from qgis.PyQt.QtCore import QLocale, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ....core.errors import MissingPackage
from ...base import settings
from ...base.compat import Shortcut
from ...base.error_text import told
from ...base.flow_layout import FlowLayout
from ...base.tasks import CoreTask, Outcome
from ...workspace_file import WorkspaceFile
from .. import layers, pack_list
from ..reading import MOST_RANKED, Entry, Listing, Overview, Page, SeenLink, SourceState, Wanted
from ..thread import CatalogueThread
from ..words import ADD, PACK, STAR
from .facets import CatalogueFacets
from .record_list import RecordList
from .record_page import RecordPage, day
from .sources_dialog import SourcesDialog

SPLITTER = "sigma_communes/catalogue/splitter"
_BESIDE = 820  # pixels from which the page stands beside the list
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


class CatalogueDock(QgsDockWidget):
    """Search, page and sources; 360 pixels are enough."""

    written = pyqtSignal()
    """The index or the favourites changed: the browser's items are of yesterday."""

    def __init__(self, workspace: WorkspaceFile, iface: Any, desktop: Any = None) -> None:
        super().__init__()
        self.setWindowTitle(self.tr("Catalogue"))
        self._workspace = workspace
        self._iface = iface
        self._desktop = desktop
        self._thread = CatalogueThread(self)
        self._overview: Optional[Overview] = None
        self._newer_than: Optional[int] = None
        self._visited: Optional[Path] = None
        self._harvesting: Optional[CoreTask] = None
        self._sources: Optional[SourcesDialog] = None
        self._empty_act: Optional[Callable[[], Any]] = None
        self._make_widgets()
        workspace.opened.connect(self.read)
        workspace.closed.connect(self.forget)
        QgsProject.instance().readProject.connect(self._show_state)
        QgsProject.instance().cleared.connect(self._show_state)
        self.forget()
        if workspace.now is not None:
            self.read()

    def _make_widgets(self) -> None:
        self.facets = CatalogueFacets()
        self.facets.changed.connect(self.search)
        self.facets.switched.connect(self.switch_bundle)
        self.count = _line(self.tr("Number of records"))
        # In a row that breaks it needs the room of its words.
        self.count.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.health = _line(self.tr("Health of the sources"))
        self.health.setWordWrap(True)
        self.sources_button = QToolButton()
        self.sources_button.setText(self.tr("Sources…"))
        self.sources_button.clicked.connect(lambda _=False: self.show_sources())
        self.harvest_button = QToolButton()
        self.harvest_button.setText(self.tr("Harvest"))
        self.harvest_button.setToolTip(self.tr("Read what is new in the sources"))
        self.harvest_button.clicked.connect(lambda _=False: self.harvest())
        top = FlowLayout(self.count, self.sources_button, self.harvest_button, gap=4)
        self.list = RecordList()
        self.list.setAccessibleName(self.tr("Records found"))
        self.list.wanted.connect(self.do)
        self.list.chosen.connect(self._chosen)
        self.list.lines.packs = pack_list.available()
        self._message = QLabel()
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._message.setWordWrap(True)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._act = QPushButton()
        self._act.clicked.connect(lambda _=False: self._empty_act() if self._empty_act else None)
        empty = QWidget()
        column = QVBoxLayout(empty)
        column.addStretch()
        column.addWidget(self._message)
        column.addWidget(self._act, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(empty)
        self.page = RecordPage()
        self.page.wanted.connect(self.do)
        self.page.link_wanted.connect(self.add_link)
        self.page.pack.setVisible(self.list.lines.packs)
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._splitter.addWidget(self._stack)
        self._splitter.addWidget(self.page)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setStretchFactor(0, 3)
        self._splitter.setStretchFactor(1, 2)
        self._splitter.setSizes([400, 300])
        state = QgsSettings().value(SPLITTER)
        if state:
            self._splitter.restoreState(state)
        self._progress = QProgressBar()
        self._doing = _line(self.tr("What is read now"))
        self._stop = QPushButton(self.tr("Cancel"))
        self._stop.clicked.connect(lambda _=False: self._harvesting.cancel() if self._harvesting else None)
        self._running = QWidget()
        row = QHBoxLayout(self._running)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._doing, 1)
        row.addWidget(self._progress, 1)
        row.addWidget(self._stop)
        self._running.hide()
        self.state = _line(self.tr("State of the index and the pack"))
        self.state.setWordWrap(True)
        self.make_pack = QToolButton()
        self.make_pack.setText(self.tr("Make the pack…"))
        self.make_pack.clicked.connect(lambda _=False: pack_list.show_algorithm(self._workspace.path))
        self.make_pack.setVisible(self.list.lines.packs)
        bottom = QHBoxLayout()
        bottom.addWidget(self.state, 1)
        bottom.addWidget(self.make_pack)
        page = QWidget()
        page.setMinimumWidth(340)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.setSpacing(4)
        layout.addWidget(self.facets)
        layout.addLayout(top)
        layout.addWidget(self.health)
        layout.addWidget(self._running)
        layout.addWidget(self._splitter, 1)
        layout.addLayout(bottom)
        self.setWidget(page)
        for key, act in (
            (QKeySequence.StandardKey.Find, self.start_typing),
            (QKeySequence.StandardKey.Refresh, self.read),
        ):
            shortcut = Shortcut(QKeySequence(key), page)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        self.facets.text.returnPressed.connect(self._into_list)

    # --- the workspace -------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Read what the index holds, in the thread."""
        path = self._workspace.path
        if path is None:
            return
        if self._visited != path:
            self._visited, self._newer_than = path, None
            self.page.show_page(None)
        insee, known = settings.load().values.commune, self._newer_than

        def work(catalogue: Any, path: Path) -> Any:
            from .. import reading

            newer_than = reading.visit(catalogue) if known is None else known
            found = reading.overview(catalogue, newer_than, insee)
            name = reading.commune_name(insee) if insee else ""
            try:
                drawn = reading.outlines(insee)
            except MissingPackage:  # without shapely there is no small map
                drawn = ([], [])
            return newer_than, found, drawn, name

        self._thread.ask("overview", path, work, self._take_overview, self._failed)

    def forget(self) -> None:
        """Show no workspace, and how to open one."""
        self._thread.forget()
        self._overview = None
        self._visited = None
        if self._sources is not None:
            self._sources.close()
        self.list.records.show([])
        self.page.show_page(None)
        self.count.setText("")
        self.health.hide()
        self.state.setText("")
        for widget in (self.facets, self.sources_button, self.harvest_button):
            widget.setEnabled(False)
        last = self._workspace.last()
        text = self.tr("No workspace is open: it keeps the catalogue.")
        if self._desktop is None:
            self._say(text)
        elif last is not None:
            name = last.name if last.stem != "workspace" else last.parent.name
            self._say(text, self.tr("Open {0}").format(name), lambda: self._desktop.open_workspace(last))
        else:
            self._say(text, self.tr("Open a workspace…"), self._desktop.choose_workspace)

    def _take_overview(self, answer: Any) -> None:
        self._newer_than, self._overview, (whole, mine), name = answer
        self.page.map.set_communes(whole, mine)
        self.facets.set_commune(settings.load().values.commune if name else "", name)
        self.facets.offer(self._overview, self._newer_than or 0)
        self.sources_button.setEnabled(True)
        self.harvest_button.setEnabled(self._harvesting is None and bool(self._overview.sources))
        self._show_health()
        self._show_state()
        if self._sources is not None:
            self._sources.show_sources(self._overview.sources, self.state_of)
        self.search()

    def _failed(self, error: Exception) -> None:
        text = told(error)
        self._say(text, self.tr("Try again"), self.read)

    # --- search --------------------------------------------------------------------------------------------------

    def start_typing(self) -> None:
        """Go to the search field."""
        self.facets.text.setFocus()
        self.facets.text.selectAll()

    def search(self) -> None:
        """List what is looked for, in the thread; of several searches the last one counts."""
        path, found = self._workspace.path, self._overview
        if path is None or found is None:
            return
        wanted = self.facets.wanted

        def work(catalogue: Any, path: Path) -> Any:
            from .. import reading

            return reading.counted_listing(catalogue, wanted)

        self._thread.ask("search", path, work, lambda found: self._list(found, wanted), self._failed)

    def _list(self, found: Listing, wanted: Wanted) -> None:
        before = self.list.entry()
        entries = found.entries
        self.list.records.show(entries)
        row = self.list.records.row_of(before.id) if before is not None else -1
        if row >= 0:
            self.list.choose(row)
        total = self._overview.records if self._overview else 0
        locale = QLocale()
        shown, fitting = locale.toString(len(entries)), found.fitting
        if fitting == len(entries):
            said = self.tr("{0} of {1} records").format(shown, locale.toString(total))
        elif not wanted.narrowed:
            said = self.tr("The first {0} of {1}").format(shown, locale.toString(total))
        elif fitting is None:
            said = self.tr("The {0} best: add a word").format(shown)
        elif fitting > MOST_RANKED:
            said = self.tr("More than {0} records: add a word").format(locale.toString(MOST_RANKED))
        else:
            said = self.tr("The {0} best of {1}: add a word").format(shown, locale.toString(fitting))
        self.count.setText(said)
        if entries:
            self._stack.setCurrentIndex(0)
        elif not self._overview or not self._overview.sources:
            self._say(
                self.tr("The catalogue has no source yet. Choose those of your region, then harvest them."),
                self.tr("Choose sources…"),
                self.show_sources,
            )
        elif not total:
            self._say(
                self.tr("The index is empty: nothing was harvested yet. Afterwards the search works without network."),
                self.tr("Harvest"),
                self.harvest,
            )
        else:
            self._say(self.tr("No record fits."), self.tr("List all"), self.facets.clear)

    def switch_bundle(self, name: str, on: bool) -> None:
        """Switch a thematic bundle on or off for the commune; written in the thread."""
        path, insee = self._workspace.path, self.facets.commune
        if path is None:
            return

        def work(catalogue: Any, path: Path) -> Any:
            from .. import reading

            return reading.switch_bundle(catalogue, name, insee, on)

        self._thread.ask(
            f"bundle {name}", path, work, lambda switched: self.facets.set_bundles(*switched), self._switch_failed
        )

    def _switch_failed(self, error: Exception) -> None:
        self._workspace.tasks.tell_error(self.tr("Themes"), error)
        self.read()

    def _into_list(self) -> None:
        if self.list.records.rowCount():
            self.list.setFocus()
            if self.list.entry() is None:
                self.list.choose(0)

    def show_record(self, identifier: str) -> None:
        """Show the page of a record, whether it is listed or not."""
        self._ask_page(identifier)

    def _chosen(self, entry: Optional[Entry]) -> None:
        if entry is not None and (self.page.page is None or self.page.page.entry.id != entry.id):
            self._ask_page(entry.id)

    def _ask_page(self, identifier: str) -> None:
        path = self._workspace.path
        if path is None:
            return
        version = Qgis.QGIS_VERSION.partition("-")[0]

        def work(catalogue: Any, path: Path) -> Any:
            from .. import reading

            return reading.page(catalogue, identifier, qgis=version)

        self._thread.ask("page", path, work, self._show_page, self._page_failed)

    def _show_page(self, page: Page) -> None:
        self.page.show_page(page)
        self.written.emit()

    def _page_failed(self, error: Exception) -> None:
        self._workspace.tasks.tell_error(self.windowTitle(), error)
        self.page.show_page(None)

    # --- what a person does --------------------------------------------------------------------------------------

    def do(self, act: str, entry: Entry) -> None:
        """Add a record to the map, to the pack, to the favourites; ``act`` may be a kind of link."""
        if act == STAR:
            self.set_favourite(entry, not entry.favourite)
        elif act == PACK:
            pack_list.put(entry.id, entry.id not in pack_list.chosen())
            self._show_state()
        else:
            self.add(entry, () if act == ADD else (act,))

    def add(self, entry: Entry, kinds: tuple[str, ...] = ()) -> None:
        """Add a record to the map by its best link, or by one of some kinds."""
        if self._workspace.path is not None:
            wish = layers.wish(self._workspace.path, entry.id, entry.title, kinds=kinds, crs=self._map_crs())
            layers.add(self._workspace.tasks, wish, self._added)

    def add_link(self, page: Page, seen: SeenLink) -> None:
        """Add one link of a record."""
        if self._workspace.path is not None:
            wish = layers.wish(
                self._workspace.path, page.entry.id, page.entry.title, link=seen.link, crs=self._map_crs()
            )
            layers.add(self._workspace.tasks, wish, self._added)

    def _map_crs(self) -> str:
        return self._iface.mapCanvas().mapSettings().destinationCrs().authid() if self._iface is not None else ""

    def _added(self, layer: Any) -> None:
        if self._iface is not None and hasattr(self._iface, "setActiveLayer"):
            self._iface.setActiveLayer(layer)

    def set_favourite(self, entry: Entry, on: bool) -> None:
        """Make a record a favourite, or none; written in the thread."""
        path = self._workspace.path
        if path is None:
            return

        def work(catalogue: Any, path: Path) -> Any:
            from .. import reading

            reading.favourite(catalogue, entry.id, on)
            return replace(entry, favourite=on)

        self._thread.ask(f"star {entry.id}", path, work, self._starred, self._star_failed)

    def _starred(self, entry: Entry) -> None:
        self.list.records.replace(entry)
        if self.page.page is not None and self.page.page.entry.id == entry.id:
            self.page.page = replace(self.page.page, entry=entry)
            self.page.show_star(entry.favourite)
        self.written.emit()

    def _star_failed(self, error: Exception) -> None:
        self._workspace.tasks.tell_error(self.tr("Favourites"), error)

    # --- sources and harvest -------------------------------------------------------------------------------------

    def show_sources(self) -> None:
        """Open the sources beside the work."""
        path = self._workspace.path
        if path is None or self._overview is None:
            return
        if self._sources is None:
            self._sources = SourcesDialog(path, self._workspace.tasks, self.window())
            self._sources.changed.connect(self.read)
            self._sources.harvest_wanted.connect(self.harvest)
            self._sources.finished.connect(self._sources_closed)
        self._sources.show_sources(self._overview.sources, self.state_of)
        self._sources.show()
        self._sources.raise_()

    def _sources_closed(self, _: int) -> None:
        dialog, self._sources = self._sources, None
        if dialog is not None:
            dialog.deleteLater()

    def harvest(self, names: Optional[list[str]] = None) -> None:
        """Read the sources into the index, in a task."""
        path = self._workspace.path
        if path is None or self._harvesting is not None:
            return
        values = settings.load().values
        title = self.tr("Harvest the catalogue")
        if not values.network:
            self._workspace.tasks.tell(title, Outcome(self.tr("The network is switched off in the options.")))
            return
        timeout = float(values.timeout)

        def work(feedback: Any) -> Any:
            from .. import sources as catalogue_sources

            return catalogue_sources.harvest(path, names or [], timeout, feedback)

        def publish(outcomes: Any) -> Outcome:
            from ..sources import HarvestTexts

            self._harvest_over()
            told = HarvestTexts().told(outcomes)
            if any(each.changed.new for each in outcomes) and self._newer_than:
                return replace(told, next_label=self.tr("Show what is new"), next_step=self._show_new)
            return told

        self._harvesting = self._workspace.tasks.start(
            title, work, publish, failed=lambda _: self._harvest_over(), cancelled=self._harvest_over
        )
        self._harvesting.staged.connect(self._doing.setText)
        self._harvesting.progressChanged.connect(self._progressed)
        self._progress.setRange(0, 0)
        self._running.show()
        self.harvest_button.setEnabled(False)

    def _progressed(self, percent: float) -> None:
        self._progress.setRange(0, 100)
        self._progress.setValue(int(percent))

    def _harvest_over(self) -> None:
        self._harvesting = None
        self._running.hide()
        self._doing.setText("")
        self.read()
        self.written.emit()

    def _show_new(self) -> None:
        self.facets.set_wanted(Wanted(newer_than=self._newer_than or 0))

    # --- states --------------------------------------------------------------------------------------------------

    def state_of(self, source: SourceState) -> str:
        """Say how a source was when it was asked last."""
        if not source.tried_at:
            return self.tr("not harvested yet")
        if source.answers:
            return self.tr("● read {0} ago").format(self._ago(source.read_at))
        if source.read_at:
            return self.tr("○ unreachable for {0}").format(self._ago(source.read_at))
        return self.tr("○ never answered")

    def _ago(self, moment: str) -> str:
        try:
            then = dt.datetime.strptime(moment[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=dt.timezone.utc)
        except ValueError:
            return "?"
        seconds = max(0, int((dt.datetime.now(dt.timezone.utc) - then).total_seconds()))
        if seconds < _HOUR:
            return self.tr("{0} min").format(max(1, seconds // _MINUTE))
        if seconds < 2 * _DAY:
            return self.tr("{0} h").format(seconds // _HOUR)
        return self.tr("{0} d").format(seconds // _DAY)

    def _show_health(self) -> None:
        parts = []
        for source in self._overview.sources if self._overview else ():
            short = source.title.partition(",")[0][:40]
            if source.answers:
                parts.append(f"{'●' if source.tried_at else '·'} {short}")
            else:
                parts.append(f"○ {short} ({self.state_of(source).lstrip('○ ')})")
        self.health.setText("   ".join(parts))
        self.health.setVisible(bool(parts))

    @property
    def offline(self) -> bool:
        """Whether the network is switched off, or no source answered when they were asked last."""
        sources = self._overview.sources if self._overview else ()
        return not settings.load().values.network or (bool(sources) and not any(each.answers for each in sources))

    def _show_state(self, *_: Any) -> None:
        packed = frozenset(pack_list.chosen()) if self.list.lines.packs else frozenset()
        self.list.lines.packed = packed
        self.list.viewport().update()
        self.page.show_packed(packed)
        found = self._overview
        if found is None:
            return
        count = QLocale().toString(found.records)
        said = self.tr("{0} records in the index").format(count)
        if found.newest:
            said = self.tr("{0} records in the index of {1}").format(count, day(found.newest))
        if self.list.lines.packs:
            said = self.tr("{0}, {1} layers in your pack").format(said, len(packed))
        self.state.setText(self.tr("Offline: {0}.").format(said) if self.offline else f"{said}.")

    def _say(self, text: str, action: str = "", act: Optional[Callable[[], Any]] = None) -> None:
        self._message.setText(text)
        self._act.setText(action)
        self._act.setVisible(bool(action and act))
        self._empty_act = act
        self._stack.setCurrentIndex(1)

    def clean_up(self) -> None:
        """End the thread; called before the dock goes away."""
        self._thread.stop()
        if self._sources is not None:
            self._sources.close()
        project = QgsProject.instance()
        project.readProject.disconnect(self._show_state)
        project.cleared.disconnect(self._show_state)

    # --- Qt ------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        way = Qt.Orientation.Horizontal if self.width() >= _BESIDE else Qt.Orientation.Vertical
        if self._splitter.orientation() != way:
            QTimer.singleShot(0, lambda: self._splitter.setOrientation(way))

    def closeEvent(self, event: Any) -> None:
        if self._splitter.orientation() == Qt.Orientation.Vertical:
            QgsSettings().setValue(SPLITTER, self._splitter.saveState())
        super().closeEvent(event)


def _line(name: str) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAccessibleName(name)
    label.setMinimumWidth(1)
    policy = label.sizePolicy()
    policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
    label.setSizePolicy(policy)
    return label
