# SPDX-License-Identifier: GPL-2.0-or-later
"""The dock "Reports": the list, its filters, one report; selection goes both ways with the map."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Optional

from qgis.core import QgsApplication, QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsProject, QgsSettings
from qgis.gui import QgsDockWidget
from qgis.PyQt.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QSize, Qt, QTimer
from qgis.PyQt.QtGui import QIcon, QKeySequence
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHeaderView,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ... import resources
from ...core.store.listing import CONFLICT, BacklogIndex, values_of
from ...core.store.report_page import ExchangeCounts, read_exchange
from ..base.flow_layout import FlowLayout
from ..base.keys import KeyPage
from ..base.language import language
from ..base.tasks import CoreTask, Outcome
from ..workspace_file import WorkspaceFile, person
from .exchange.sync import Sync
from .listing.filter_bar import FilterBar
from .listing.index import Wanted, both, box_around
from .listing.model import AGE, CLASS, MARK, PLACE, STATE, TEAM, BacklogModel
from .on_map import ChosenMark
from .pane.handling import Handling
from .pane.reply_box import REPLY
from .pane.report_pane import ReportPane
from .reading import reading

SPLITTER = "sigma_communes/backlog/splitter"
FILTER = "sigma_communes/backlog/filter"
_IN_PROJECT = ("sigma_communes", "/filter")
_MOST_ON_MAP = 5000  # rows whose selection is shown on the map
_WGS84 = "EPSG:4326"


class BacklogDock(QgsDockWidget):
    """The list of reports beside the map; 360 pixels are enough."""

    def __init__(self, workspace: WorkspaceFile, iface: Any, desktop: Any = None) -> None:
        super().__init__()
        self.setWindowTitle(self.tr("Reports"))
        self._workspace = workspace
        self._iface = iface
        self._desktop = desktop
        self._index: Optional[BacklogIndex] = None
        self._building: Optional[CoreTask] = None
        self._icons: dict[str, QIcon] = {}
        self._layer: Any = None
        self._selecting = False
        self._mark = ChosenMark(iface.mapCanvas() if iface is not None else None)
        self._exchange = ExchangeCounts()
        self._conflicts: Any = None
        self._counting: Optional[CoreTask] = None
        self.handling = Handling(workspace, self)
        self.syncing = Sync(workspace, self, self._open_options, self.show_conflicts)
        self.syncing.moved.connect(self._show_exchange)
        self._make_widgets()
        workspace.opened.connect(self.read)
        workspace.closed.connect(self.forget)
        workspace.changed.connect(self._written)
        self._extent_timer = QTimer(self)
        self._extent_timer.setSingleShot(True)
        self._extent_timer.setInterval(150)
        self._extent_timer.timeout.connect(self._take_extent)
        if iface is not None:
            iface.mapCanvas().extentsChanged.connect(self._extent_timer.start)
        QgsProject.instance().layersAdded.connect(self._find_layer)
        QgsProject.instance().layersWillBeRemoved.connect(self._layers_go)
        self.forget()
        if workspace.now is not None:
            self.read()

    def _make_widgets(self) -> None:
        self.filters = FilterBar()
        self.filters.changed.connect(self.list_again)
        self.filters.changed.connect(self._keep_filter)
        QgsProject.instance().writeProject.connect(self._save_with_project)
        self.sync = QToolButton()
        self.sync.setAccessibleName(self.tr("Send and receive"))
        self.sync.clicked.connect(lambda _=False: self.syncing.start())
        self.waiting = QToolButton()
        self.waiting.setAutoRaise(True)
        self.waiting.setToolTip(self.tr("List what was edited here and waits to be sent"))
        self.waiting.clicked.connect(lambda _=False: self.filters.only("waiting"))
        self.conflicts = QToolButton()
        self.conflicts.setAutoRaise(True)
        self.conflicts.setToolTip(self.tr("List the conflicts, and what is gone on the server"))
        self.conflicts.clicked.connect(lambda _=False: self.filters.only("conflicts"))
        self.decide_conflicts = QToolButton()
        self.decide_conflicts.setText(self.tr("Decide…"))
        self.decide_conflicts.setToolTip(self.tr("Decide the conflicts"))
        self.decide_conflicts.setAccessibleName(self.tr("Decide the conflicts"))
        self.decide_conflicts.clicked.connect(lambda _=False: self.show_conflicts())
        self.freshness = QLabel()
        self.freshness.setTextFormat(Qt.TextFormat.PlainText)
        self.freshness.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._minute = QTimer(self)
        self._minute.setInterval(60_000)
        self._minute.timeout.connect(self._show_exchange)
        self._minute.start()
        self.count = QLabel()
        self.count.setAccessibleName(self.tr("Number of reports"))
        self.in_extent = QCheckBox(self.tr("On the map"))
        self.in_extent.setToolTip(self.tr("Only the reports that the map shows"))
        self.in_extent.toggled.connect(lambda _: self._take_extent())
        top = FlowLayout(self.count, self.in_extent, gap=12)
        servers = FlowLayout(self.sync, self.waiting, self.conflicts, self.decide_conflicts)
        self.model = BacklogModel(self)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName(self.tr("Reports"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setWordWrap(False)
        self.table.setIconSize(QSize(18, 18))
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().setVisible(False)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 9)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        for column in (CLASS, PLACE, TEAM):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        for column, sample in ((AGE, "00 mois"), (MARK, "⚡"), (STATE, "W")):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            self.table.setColumnWidth(column, self.fontMetrics().horizontalAdvance(sample) + 14)
        header.moveSection(header.visualIndex(STATE), 0)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self.table.selectionModel().selectionChanged.connect(self._selected)
        self.table.doubleClicked.connect(lambda _: self.show_on_map())
        self.table.clicked.connect(self._clicked)
        self._message = QLabel()
        self._message.setWordWrap(True)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._act = QPushButton()
        self._act.clicked.connect(lambda _=False: self._empty_act() if self._empty_act else None)
        self._empty_act: Optional[Callable[[], Any]] = None
        self._progress = QProgressBar()
        self._progress.setRange(0, 0)
        self._progress.setTextVisible(False)
        empty = QWidget()
        column_of = QVBoxLayout(empty)
        column_of.addStretch()
        column_of.addWidget(self._message)
        column_of.addWidget(self._progress)
        column_of.addWidget(self._act, 0, Qt.AlignmentFlag.AlignHCenter)
        column_of.addStretch()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(empty)
        self.pane = ReportPane(self._workspace)
        self.pane.decided.connect(self.decide)
        self.pane.state_wanted.connect(self.set_state)
        self.pane.passed.connect(self.next_report)
        self.pane.team_wanted.connect(lambda: self.handling.ask_team(self.chosen_ids(), self._present_team()))
        self.pane.hand_on_wanted.connect(lambda: self.handling.ask_hand_on(self.chosen_ids(), self._present_team()))
        self.pane.words_written.connect(self.write_words)
        self.handling.done.connect(self._show_several_again)
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._splitter.addWidget(self._stack)
        self._splitter.addWidget(self.pane)
        self._splitter.setStretchFactor(0, 2)
        self._splitter.setStretchFactor(1, 3)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setSizes([280, 460])
        state = QgsSettings().value(SPLITTER)
        if state:
            self._splitter.restoreState(state)
        page = KeyPage()
        page.setMinimumWidth(340)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.setSpacing(4)
        layout.addLayout(servers)
        layout.addWidget(self.freshness)
        layout.addWidget(self.filters)
        layout.addLayout(top)
        layout.addWidget(self._splitter, 1)
        self.setWidget(page)
        self.pane.suggestions.add_keys(page)
        for key, act in (
            (QKeySequence.StandardKey.Find, self._search),
            (QKeySequence.StandardKey.Refresh, self.read),
            (QKeySequence.StandardKey.Undo, self.handling.undo),
        ):
            page.on_key(key, act)

    # --- the workspace -------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Read the open workspace into the list, in a task."""
        opened = self._workspace.now
        if opened is None:
            return
        self._workspace.tasks.drop(self._building)
        who = person()
        names = {str(c.id): opened.class_name(c.id) for c in opened.taxonomy.classes} | opened.teams
        if self._index is None:
            self._say(self.tr("The reports are being read…"), busy=True)
        self._building = self._workspace.tasks.start(
            self.tr("Read the reports"),
            lambda feedback: BacklogIndex.build(opened.path, names, feedback, who),
            self._take_index,
            failed=lambda _: self.forget(),
            quiet=True,
        )

    def forget(self) -> None:
        """Show no workspace, and how to open one."""
        self._take_away()
        last = self._workspace.last()
        if self._desktop is None:
            self._say(self.tr("No workspace is open."))
        elif last is not None:
            self._say(
                self.tr("No workspace is open."),
                self.tr("Open {0}").format(last.name if last.stem != "workspace" else last.parent.name),
                lambda: self._desktop.open_workspace(last),
            )
        else:
            self._say(
                self.tr("No workspace is open. Open one, or import photos to make one."),
                self.tr("Open a workspace…"),
                self._desktop.choose_workspace,
            )
        self._mark.clear()
        self.pane.show_several([])
        self.count.setText("")
        self.filters.setEnabled(False)
        self._count_waiting()

    def _take_away(self) -> None:
        self.model.show(None)
        if self._index is not None:
            self._index.close()
            self._index = None

    def _take_index(self, index: BacklogIndex) -> Optional[Outcome]:
        self._building = None
        opened = self._workspace.now
        if opened is None or opened.path != index.path:
            index.close()
            return None
        chosen = self.pane.report.id if self.pane.report else None
        several = self.model.fids(self._chosen_rows()[:_MOST_ON_MAP])
        self._take_away()
        self._index = index
        teams, spoken = opened.teams, language()

        def mark_of(state: str) -> tuple[str, str]:
            known = opened.states.get(state)
            return (known.letter, known.colour) if known is not None else ("?", "")

        self.model.show(
            index, opened.class_name, self._icon, teams, lambda state: opened.states.name(state, spoken), mark_of
        )
        self.filters.speak(
            {
                "states": lambda state: opened.states.name(state, spoken),
                "classes": opened.class_name,
                "teams": lambda team: teams.get(team, team),
            }
        )
        if chosen is None:
            self._restore_filter()
        self._find_layer()
        self.list_again()
        self._count_waiting()
        if len(several) > 1:
            self._selecting = True
            try:
                self._select_fids(several, scroll=False)
            finally:
                self._selecting = False
            self._show_chosen()
        elif chosen is not None:
            self.pane.show_report(chosen)
        self._workspace.tasks.drop(self._counting)
        self._counting = self._workspace.tasks.start(
            self.tr("Count the reports"), lambda _: _values(index.path), self.filters.offer, quiet=True
        )
        return None

    def _icon(self, class_id: str) -> QIcon:
        opened = self._workspace.now
        if class_id not in self._icons and opened is not None:
            known = class_id in opened.taxonomy
            unknown = resources.path("icons", "desk", "to_qualify.svg")
            self._icons[class_id] = QIcon(str(opened.taxonomy.icon(class_id) if known else unknown))
        return self._icons.get(class_id, QIcon())

    def _written(self, ids: list[str]) -> None:
        """Take over what a dock or a task wrote."""
        if self._index is None:
            return
        if not ids or len(ids) > 100:
            self.read()
            return
        with self._workspace.doing(self.tr("Reports")):
            self._index.read_again(ids)
            self.model.read_again()
            self._count_waiting()
            if self.pane.report is not None and self.pane.report.id in ids:
                self.pane.show_report(self.pane.report.id)

    # --- the filter of this project ------------------------------------------------------------------------------

    def _restore_filter(self) -> None:
        """Take the filter of the project, else the one of the profile, when a workspace is opened."""
        text, there = QgsProject.instance().readEntry(*_IN_PROJECT)
        if not there or not text:
            text = QgsSettings().value(FILTER, "", type=str)
        if text and self.filters.filter == Wanted():
            self.filters.set_filter(Wanted.from_json(text))

    def _keep_filter(self) -> None:
        QgsSettings().setValue(FILTER, self.filters.filter.to_json())

    def _save_with_project(self, *_: Any) -> None:
        """Write the filter with the project; not before, so that a filter alone makes no project unsaved."""
        if self._workspace.now is not None:
            QgsProject.instance().writeEntry(*_IN_PROJECT, self.filters.filter.to_json())

    # --- the list ------------------------------------------------------------------------------------------------

    def list_again(self) -> None:
        """List what the filter lets through."""
        if self._index is None:
            return
        kept = self.model.fids(self._chosen_rows()[:1])
        wanted = self._with_near(self.filters.filter)
        searchable: Optional[bool] = None
        with self._workspace.doing(self.tr("Reports")):
            searchable = not wanted.text or self._index.searchable()
        if not searchable:
            if searchable is False:
                QTimer.singleShot(50, self.list_again)
            return
        since = None
        if wanted.days:
            since = (dt.datetime.now(dt.timezone.utc) - dt.timedelta(days=wanted.days)).strftime("%Y-%m-%dT%H:%M")
        self._selecting = True
        try:
            rows = self._index.rows(wanted, since)
            self.model.set_rows(rows)
            if kept:
                self._select_fids(kept, scroll=False)
        finally:
            self._selecting = False
        locale = self.locale()
        self.count.setText(
            self.tr("{0} of {1}").format(locale.toString(len(rows)), locale.toString(self._index.total))
            if len(rows) != self._index.total
            else self.tr("{0} reports").format(locale.toString(self._index.total))
        )
        if rows:
            self._stack.setCurrentIndex(0)
        elif not self._index.total:
            self._say(
                self.tr("The workspace holds no report yet. Import photos, or run the main job on a file of reports."),
                self.tr("Import photos"),
                (lambda: self._desktop.show_dock("import_photos")) if self._desktop else None,
            )
        else:
            self._say(self._why_none(wanted), self.tr("List all"), self._list_all)

    def _with_near(self, wanted: Wanted) -> Wanted:
        if not wanted.near or self._iface is None:
            return wanted
        settings = self._iface.mapCanvas().mapSettings()
        transform = QgsCoordinateTransform(
            settings.destinationCrs(), QgsCoordinateReferenceSystem(_WGS84), QgsProject.instance()
        )
        centre = transform.transform(settings.visibleExtent().center())
        return replace(wanted, extent=both(wanted.extent, box_around(centre.x(), centre.y(), wanted.near)))

    def _why_none(self, wanted: Wanted) -> str:
        if wanted.conflicts:
            return self.tr("There is no conflict: what was edited here and on the servers goes together.")
        if wanted.waiting and not self._exchange.waiting:
            return self.tr("Nothing waits to be sent.")
        if wanted.near:
            return self.tr("No report lies so near the centre of the map. Move the map, or take a longer way.")
        if wanted.extent is not None:
            return self.tr("No report that fits lies on the map. Zoom out, or untick “On the map”.")
        return self.tr("No report fits the filter.")

    def _list_all(self) -> None:
        self.in_extent.setChecked(False)
        self.filters.clear()

    def _search(self) -> None:
        self.filters.text.setFocus()
        self.filters.text.selectAll()

    def next_report(self) -> None:
        """Go to the next line."""
        rows = self._chosen_rows()
        following = rows[-1] + 1 if rows else 0
        if following < self.model.rowCount():
            self.table.selectRow(following)

    def _say(self, text: str, action: str = "", act: Optional[Callable[[], Any]] = None, *, busy: bool = False) -> None:
        self._message.setText(text)
        self._act.setText(action)
        self._act.setVisible(bool(action and act))
        self._empty_act = act
        self._progress.setVisible(busy)
        self._stack.setCurrentIndex(1)

    def _clicked(self, index: QModelIndex) -> None:
        """Open the conflict whose mark was clicked."""
        row = self.model.row(index.row())
        if index.column() == MARK and row is not None and row.marks & CONFLICT:
            self.show_conflicts(row.id)

    def _show_menu(self, at: Any) -> None:
        """Offer what may be done with the chosen lines, where they were clicked."""
        self.menu().exec(self.table.viewport().mapToGlobal(at))

    def menu(self) -> QMenu:
        """Return the menu of the chosen lines."""
        menu, opened, chosen = QMenu(self), self._workspace.now, self.chosen()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        show = menu.addAction(self.tr("Show on the map"), self.show_on_map)
        show.setEnabled(len(chosen) == 1)
        if opened is not None and not opened.read_only and chosen:
            states = menu.addMenu(self.tr("State"))
            able = {s.id for row in chosen for s in opened.states.after(row.state)}
            for state in opened.states:
                if state.id in able:
                    states.addAction(state.name(language()), partial(self.set_state, state.id))
        copy = menu.addAction(self.tr("Copy"), self._copy)
        copy.setEnabled(bool(chosen))
        return menu

    def _copy(self) -> None:
        """Put the chosen lines on the clipboard, as a spreadsheet takes them."""
        columns = (STATE, CLASS, PLACE, AGE, TEAM)
        lines = (
            "\t".join(str(self.model.data(self.model.index(row, column)) or "") for column in columns)
            for row in self._chosen_rows()
        )
        QgsApplication.clipboard().setText("\n".join(lines))

    # --- selection and map ---------------------------------------------------------------------------------------

    def _chosen_rows(self) -> list[int]:
        """Return the chosen lines, ascending; a hundred thousand are a few ranges, not as many objects."""
        rows: set[int] = set()
        ranges: Any = self.table.selectionModel().selection()
        for part in ranges:
            rows.update(range(part.top(), part.bottom() + 1))
        return sorted(rows)

    def chosen(self) -> list[Any]:
        """Return the chosen lines."""
        return self.model.rows_at(self._chosen_rows())

    def _selected(self, *_: Any) -> None:
        if self._selecting:
            return
        rows = self._chosen_rows()
        self._show_chosen()
        if self._layer is not None and len(rows) <= _MOST_ON_MAP:
            fids = self.model.fids(rows)
            self._selecting = True
            try:
                self._layer.selectByIds(fids)
            finally:
                self._selecting = False
            self._mark.clear()
            if len(fids) == 1:
                self._follow(fids[0])

    def _show_chosen(self) -> None:
        rows = self._chosen_rows()
        if len(rows) == 1:
            row = self.model.row(rows[0])
            if row is not None:
                self.pane.show_report(row.id)
        elif len(rows) <= _MOST_ON_MAP:
            chosen = self.model.rows_at(rows)
            self.pane.show_several([row.id for row in chosen], [row.state for row in chosen])
        else:
            self.pane.show_many(len(rows))

    def _follow(self, fid: int) -> None:
        """Move the map only where the report is not on it."""
        canvas = self._iface.mapCanvas()
        point = self._point(fid)
        if point is None:
            return
        if not canvas.extent().contains(point):
            self._extent_timer.stop()
            canvas.setCenter(point)
            canvas.refresh()
        self._mark.show(point)

    def show_on_map(self) -> None:
        """Zoom to the chosen report."""
        chosen = self.chosen()
        point = self._point(chosen[0].fid) if chosen and self._layer is not None else None
        if point is not None:
            canvas = self._iface.mapCanvas()
            canvas.setCenter(point)
            canvas.zoomScale(min(canvas.scale(), 2500))

    def _point(self, fid: int) -> Any:
        feature = self._layer.getFeature(fid)
        if not feature.isValid() or not feature.hasGeometry() or feature.geometry().isEmpty():
            return None
        crs = self._iface.mapCanvas().mapSettings().destinationCrs()
        return QgsCoordinateTransform(self._layer.crs(), crs, QgsProject.instance()).transform(
            feature.geometry().asPoint()
        )

    def _map_selected(self, *_: Any) -> None:
        """Follow the map: choose in the list what was chosen there."""
        if self._selecting or self._layer is None or self._index is None:
            return
        self._selecting = True
        try:
            self._select_fids(list(self._layer.selectedFeatureIds())[:_MOST_ON_MAP])
        finally:
            self._selecting = False
        self._show_chosen()

    def _select_fids(self, fids: list[int], scroll: bool = True) -> None:
        selection = QItemSelection()
        positions = self.model.positions_of(fids)
        for position in positions:
            selection.select(self.model.index(position, 0), self.model.index(position, STATE))
        self.table.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if positions and scroll:
            first = self.model.index(positions[0], 0)
            self.table.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.table.scrollTo(first)

    def _find_layer(self, *_: Any) -> None:
        layer = self._workspace.layer("incident")
        if layer is self._layer:
            return
        self._drop_layer()
        self._layer = layer
        if layer is not None:
            layer.selectionChanged.connect(self._map_selected)
        edited = self._workspace.layer("report")
        if edited is not None:
            edited.afterCommitChanges.connect(self._edited_outside)

    def _layers_go(self, ids: Any) -> None:
        """A person took the layer out of the project: the list goes on without the map."""
        if self._layer is not None and self._layer.id() in list(ids):
            self._drop_layer()

    def _drop_layer(self) -> None:
        if self._layer is not None:
            self._layer.selectionChanged.disconnect(self._map_selected)
            self._layer = None

    def _edited_outside(self) -> None:
        QTimer.singleShot(0, lambda: self._workspace.written([]))

    def _take_extent(self) -> None:
        extent = None
        if self.in_extent.isChecked() and self._iface is not None:
            settings = self._iface.mapCanvas().mapSettings()
            transform = QgsCoordinateTransform(
                settings.destinationCrs(), QgsCoordinateReferenceSystem(_WGS84), QgsProject.instance()
            )
            box = transform.transformBoundingBox(settings.visibleExtent())
            extent = (box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum())
        if extent != self.filters.filter.extent:
            self.filters.filter = replace(self.filters.filter, extent=extent)
            self.list_again()
        elif self.filters.filter.near:
            self.list_again()

    # --- what a person does --------------------------------------------------------------------------------------

    def chosen_ids(self) -> list[str]:
        """Return the reports that a step goes for: the chosen lines, else the one that is shown."""
        report = self.pane.report
        return [row.id for row in self.chosen()] or ([report.id] if report else [])

    def _present_team(self) -> str:
        report = self.pane.report
        return report.team if report is not None else ""

    def decide(self, label: str) -> None:
        """Give the chosen reports a class."""
        report, ids = self.pane.report, self.chosen_ids()
        photo, model = None, ""
        if report is not None and len(ids) == 1 and report.photos:
            seen = report.photos[0]
            photo, model = seen.path, seen.model
        self.handling.decide(ids, label, photo, model)

    def set_state(self, state: str) -> None:
        """Give the chosen reports a state."""
        self.handling.set_state(self.chosen_ids(), state)

    def write_words(self, kind: str, text: str) -> None:
        """Queue a reply for the chosen reports, or keep a note."""
        (self.handling.reply if kind == REPLY else self.handling.note)(self.chosen_ids(), text)

    def _show_several_again(self) -> None:
        if len(self._chosen_rows()) > 1:
            self._show_chosen()

    # --- the servers ---------------------------------------------------------------------------------------------

    def show_conflicts(self, report_id: str = "") -> None:
        """Open the conflicts beside the map."""
        if self._workspace.now is None:
            return
        if self._conflicts is None:
            from .exchange.conflicts import ConflictsDialog

            self._conflicts = ConflictsDialog(self._workspace, self.window())
            self._conflicts.destroyed.connect(self._conflicts_gone)
        self._conflicts.show()
        self._conflicts.raise_()
        if report_id:
            self._conflicts.show_report(report_id)

    def _conflicts_gone(self) -> None:
        self._conflicts = None

    def _open_options(self) -> None:
        self._iface.showOptionsDialog(self.window(), "sigma_communes_options")
        self._show_exchange()

    def _count_waiting(self) -> None:
        path = self._workspace.path
        self._exchange = ExchangeCounts()
        if path is not None:
            with self._workspace.doing(self.tr("Reports")), reading(path) as workspace:
                self._exchange = read_exchange(workspace)
        self._show_exchange()

    def _show_exchange(self) -> None:
        """Say what waits and what conflicts, and how fresh the list is."""
        counts, titles = self._exchange, self.syncing.titles()
        said = self.tr("Send…") if counts.waiting else self.tr("Receive")
        self.sync.setText(" ".join(("■", self.tr("Stop")) if self.syncing.running else ("⟳", said)))
        self.sync.setEnabled(self._workspace.now is not None and not self._workspace.now.read_only)
        self.sync.setToolTip(
            self.tr("Send what was edited here, receive what is new; you see first what leaves")
            if titles
            else self.tr("No server is configured: edits wait here, nothing is lost.")
        )
        self.waiting.setText("✎ " + self.tr("{0} to send").format(self.locale().toString(counts.waiting)))
        self.waiting.setVisible(bool(counts.waiting))
        some = self.tr("1 conflict") if counts.conflicts == 1 else self.tr("{0} conflicts").format(counts.conflicts)
        self.conflicts.setText(f"⚡ {some}")
        self.conflicts.setVisible(bool(counts.conflicts))
        self.decide_conflicts.setVisible(bool(counts.conflicts))
        read = [(at, name) for name, at in counts.read_at.items() if name in titles]
        fresh = ""
        if read:
            at, name = min(read)  # the one that was asked longest ago
            fresh = self.tr("read {0} ago ({1})").format(self.model.age(at), titles[name])
        self.freshness.setText(fresh)
        self.freshness.setToolTip(fresh)
        self.freshness.setVisible(bool(fresh))

    def take_focus(self) -> None:
        """Let the keys work at once when the dock is shown."""
        self.table.setFocus()

    # --- Qt ------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self.table.setColumnHidden(TEAM, self.width() < 460)

    def closeEvent(self, event: Any) -> None:
        QgsSettings().setValue(SPLITTER, self._splitter.saveState())
        super().closeEvent(event)


def _values(path: Path) -> dict[str, dict[str, int]]:
    with reading(path) as workspace:
        return values_of(workspace)
