# SPDX-License-Identifier: GPL-2.0-or-later
"""The dock "Import photos": drop files, see what becomes of each, place what has no position, import."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Optional

from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsPointXY, QgsProject
from qgis.gui import QgsCustomDropHandler, QgsDockWidget, QgsMapToolEmitPoint
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from ...core.errors import DataError
from ...core.feedback import Feedback
from ...core.model import Photo
from ...core.store.report_page import read_imported
from ..base import settings
from ..base.flow_layout import FlowLayout
from ..base.tasks import CoreTask, Outcome
from ..reports.reading import reading
from ..workspace_file import WorkspaceFile
from .features import features_file
from .table import FILE, POSITION, TAKEN, VERDICT, PhotoTable

_PICTURES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".heic", ".heif")


class PhotoDrop(QgsCustomDropHandler):
    """Takes pictures and folders that are dropped on the map while the dock is open."""

    def __init__(self, dock: ImportPhotosDock) -> None:
        super().__init__()
        self._dock = dock

    def handleFileDrop(self, file: str) -> bool:
        """Return whether the file is for us; QGIS opens it otherwise."""
        path = Path(file)
        if not self._dock.isVisible() or not (path.is_dir() or path.suffix.lower() in _PICTURES):
            return False
        self._dock.add([path])
        return True


class ImportPhotosDock(QgsDockWidget):
    """A verdict for every file before anything is written."""

    def __init__(self, workspace: WorkspaceFile, iface: Any, desktop: Any = None) -> None:
        super().__init__()
        self.setWindowTitle(self.tr("Import photos"))
        self._workspace = workspace
        self._iface = iface
        self._desktop = desktop
        self._paths: list[Path] = []
        self._scanning: Optional[CoreTask] = None
        self._importing: Optional[CoreTask] = None
        self.setAcceptDrops(True)
        files, folder = QPushButton(self.tr("Photos…")), QPushButton(self.tr("Folder…"))
        files.clicked.connect(lambda _=False: self._choose_files())
        folder.clicked.connect(lambda _=False: self._choose_folder())
        self._clear = QPushButton(self.tr("Empty the list"))
        files.setToolTip(self.tr("Add photos"))
        folder.setToolTip(self.tr("Add all photos below a folder"))
        self._clear.clicked.connect(lambda _=False: self.clear())
        self.model = PhotoTable(self)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName(self.tr("Files and what becomes of them"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().setVisible(False)
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 9)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(FILE, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(VERDICT, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(POSITION, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(TAKEN, QHeaderView.ResizeMode.ResizeToContents)
        self.table.selectionModel().selectionChanged.connect(self._row_chosen)
        self._empty = QLabel(self.tr("Drop photos or folders here or on the map, or add them with the buttons."))
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._summary = QLabel()
        self._summary.setWordWrap(True)
        self._place = QPushButton(self.tr("Place on the map"))
        self._place.setCheckable(True)
        self._place.setToolTip(self.tr("Choose a photo in the list, then click where it was taken"))
        self._place.toggled.connect(self._place_toggled)
        self._import = QPushButton(self.tr("Import"))
        self._import.clicked.connect(lambda _=False: self.import_photos())
        self._export = QPushButton(self.tr("Export the verdicts…"))
        self._export.clicked.connect(lambda _=False: self._choose_export())
        self._progress = QProgressBar()
        self._progress.setAccessibleName(self.tr("Progress"))
        self._cancel = QPushButton(self.tr("Cancel"))
        self._cancel.clicked.connect(lambda _=False: self._cancel_running())
        top, progress = FlowLayout(files, folder, self._clear, gap=4), QHBoxLayout()
        bottom = FlowLayout(self._place, self._export, gap=4)
        progress.addWidget(self._progress, 1)
        progress.addWidget(self._cancel)
        page = QWidget()
        page.setMinimumWidth(340)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addLayout(top)
        layout.addWidget(self._empty, 1)
        layout.addWidget(self.table, 1)
        layout.addLayout(progress)
        layout.addWidget(self._summary)
        layout.addLayout(bottom)
        layout.addWidget(self._import)
        self.setWidget(page)
        self._tool: Optional[QgsMapToolEmitPoint] = None
        self._tool_before: Any = None
        self._drop = PhotoDrop(self)
        if iface is not None:
            self._tool = QgsMapToolEmitPoint(iface.mapCanvas())
            self._tool.canvasClicked.connect(self._clicked)
            self._tool.deactivated.connect(lambda: self._place.setChecked(False))
            iface.registerCustomDropHandler(self._drop)
        self._show()

    def clean_up(self) -> None:
        """Give back what was taken from QGIS; called before the dock goes away."""
        self._place.setChecked(False)
        if self._iface is not None:
            self._iface.unregisterCustomDropHandler(self._drop)

    # --- files ---------------------------------------------------------------------------------------------------

    def add(self, paths: Sequence[Path]) -> None:
        """Add files and folders, and look at all of them in a task."""
        from ...core.jobs.photos import scan_photos

        new = [path for path in paths if path not in self._paths]
        if not new:
            return
        self._paths.extend(new)
        wanted, workspace = list(self._paths), self._workspace.path

        def work(feedback: Feedback) -> list[Photo]:
            known = {}
            if workspace is not None:
                with reading(workspace) as opened:
                    known = read_imported(opened)
            return list(scan_photos(wanted, known=known, feedback=feedback))

        def publish(photos: list[Photo]) -> None:
            self._scanning = None
            self.model.set_photos(photos)
            self._show()

        def ended(*_: Any) -> None:
            self._scanning = None
            self._paths = [path for path in self._paths if path not in new]
            self._show()

        self._workspace.tasks.drop(self._scanning)
        self._scanning = self._workspace.tasks.start(
            self.tr("Look at the photos"), work, publish, failed=ended, cancelled=ended, quiet=True
        )
        self._show()

    def clear(self) -> None:
        """Empty the list; nothing is deleted."""
        self._workspace.tasks.drop(self._scanning)
        self._scanning = None
        self._paths.clear()
        self.model.clear()
        self._place.setChecked(False)
        self._show()

    def dragEnterEvent(self, event: Any) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: Any) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.add(paths)

    def _choose_files(self) -> None:
        patterns = " ".join(f"*{suffix}" for suffix in _PICTURES)
        title = self.tr("Photos")
        files, _ = QFileDialog.getOpenFileNames(self, title, "", f"{title} ({patterns});;* (*)")
        self.add([Path(file) for file in files])

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Folder of photos"))
        if folder:
            self.add([Path(folder)])

    # --- places --------------------------------------------------------------------------------------------------

    def _place_toggled(self, on: bool) -> None:
        if self._tool is None:
            return
        canvas = self._iface.mapCanvas()
        if on:
            self._tool_before = canvas.mapTool()
            canvas.setMapTool(self._tool)
            if not self._chosen():
                self._next_without_place(0)
        elif canvas.mapTool() is self._tool:
            if self._tool_before is not None:
                canvas.setMapTool(self._tool_before)
            else:
                canvas.unsetMapTool(self._tool)

    def _row_chosen(self, *_: Any) -> None:
        rows = self._chosen()
        if len(rows) == 1 and self.model.waits_for_place(rows[0]) and not self._place.isChecked():
            self._place.setChecked(True)

    def _clicked(self, point: QgsPointXY, button: Any = None) -> None:
        rows = self._chosen()
        if not rows:
            return
        crs = self._iface.mapCanvas().mapSettings().destinationCrs()
        wgs84 = QgsCoordinateReferenceSystem("EPSG:4326")
        place = QgsCoordinateTransform(crs, wgs84, QgsProject.instance()).transform(point)
        for row in rows:
            self.model.place(row, place.x(), place.y())
        self._show()
        self._next_without_place(rows[-1] + 1)

    def _next_without_place(self, start: int) -> None:
        count = self.model.rowCount()
        for row in (*range(start, count), *range(0, start)):
            if row < count and self.model.waits_for_place(row):
                self.table.selectRow(row)
                return
        if start:  # all have a place now
            self._place.setChecked(False)

    def _chosen(self) -> list[int]:
        return sorted(index.row() for index in self.table.selectionModel().selectedRows())

    # --- import --------------------------------------------------------------------------------------------------

    def import_photos(self, path: Optional[Path] = None) -> None:
        """Write the photos into the open workspace, or into a new one that the person names."""
        opened = self._workspace.now
        path = path or (opened.path if opened is not None else self._choose_new())
        if path is None:
            return
        photos, positions = self.model.to_import(), dict(self.model.positions)
        chosen = settings.load().values
        model, kept = Path(chosen.model) if chosen.model else None, features_file()
        book, files = (opened.book, opened.layers) if opened is not None else (None, {})

        def work(feedback: Feedback) -> int:
            from ...core import routing
            from ...core.jobs import photos as photo_jobs

            rules = book or routing.load(Path(chosen.rules) if chosen.rules else routing.example_path())
            ids, _ = photo_jobs.import_photos(
                path, photos, rules, positions=positions, model=model, layers=files, features=kept, feedback=feedback
            )
            return len(ids)

        def publish(count: int) -> Outcome:
            self._importing = None
            self._paths = [Path(photo.path) for photo in self.model.left_over()]
            self._place.setChecked(False)
            self._show()
            if self._workspace.path == path:
                self._workspace.written([])
            else:
                self._workspace.open(path)
            said = self.tr("Photos imported as reports: {0}.").format(count)
            if self._desktop is None or not count:
                return Outcome(said)
            return Outcome(said, self.tr("Check the photos"), lambda: self._desktop.show_dock("review"))

        def ended(*_: Any) -> None:
            self._importing = None
            self._show()

        self._place.setChecked(False)
        self._importing = self._workspace.tasks.start(
            self.tr("Import photos"), work, publish, failed=ended, cancelled=ended
        )
        self._show()

    def _choose_new(self) -> Optional[Path]:
        name, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("New workspace"),
            settings.load().values.workspace or "workspace.gpkg",
            self.tr("Workspaces (*.gpkg)"),
        )
        if not name:
            return None
        return Path(name if name.lower().endswith(".gpkg") else f"{name}.gpkg")

    def _cancel_running(self) -> None:
        for task in (self._scanning, self._importing):
            if task is not None:
                task.cancel()

    # --- verdicts ------------------------------------------------------------------------------------------------

    def export(self, path: Path) -> None:
        """Write what becomes of each file as CSV.

        Raises
        ------
        DataError
            The file can't be written.
        """
        from ...core.base.files import replacing

        with replacing(path) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(["file", "verdict", "reason", "longitude", "latitude", "taken_at", "sha256"])
            for photo in self.model.photos:
                lon, lat = self.model.positions.get(photo.path, (photo.lon, photo.lat))
                row = (photo.path, photo.verdict, photo.reason, lon, lat, photo.taken_at, photo.sha256)
                writer.writerow([_cell(value) for value in row])

    def _choose_export(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Export the verdicts"), "verdicts.csv", "CSV (*.csv)")
        if name:
            try:
                self.export(Path(name))
            except DataError as error:
                self._workspace.tasks.tell_error(self.windowTitle(), error)

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        wide = self.width() >= 560  # the tool tip says all of it anyway
        self.table.setColumnHidden(TAKEN, not wide)
        self.table.setColumnHidden(POSITION, not wide)

    # --- what is shown -------------------------------------------------------------------------------------------

    def _show(self) -> None:
        running = self._scanning or self._importing
        listed = self.model.rowCount()
        counts = self.model.counts()
        self.table.setVisible(bool(listed))
        self._empty.setVisible(not listed)
        self._clear.setEnabled(bool(listed) and not running)
        self._progress.setVisible(running is not None)
        self._cancel.setVisible(running is not None)
        self._progress.setRange(0, 0 if running is self._scanning else 100)
        if running is not None and running is self._importing:
            running.progressChanged.connect(lambda value: self._progress.setValue(int(value)))
        ready = counts["ready"]
        self._import.setText(self.tr("Import {0} photos").format(ready) if ready else self.tr("Import"))
        self._import.setEnabled(ready > 0 and not running)
        self._export.setEnabled(listed > 0)
        self._place.setEnabled(listed > 0 and self._tool is not None and not running)
        self._summary.setVisible(bool(listed))
        parts = [
            self.tr("{0} ready").format(ready),
            self.tr("{0} without position").format(counts["placeless"]),
            self.tr("{0} outside the territory").format(counts["outside"]),
            self.tr("{0} already there").format(counts["there"]),
            self.tr("{0} unusable").format(counts["unusable"]),
        ]
        shown = [
            text for text, kind in zip(parts, ("ready", "placeless", "outside", "there", "unusable")) if counts[kind]
        ]
        self._summary.setText(self.tr("{0} files: {1}").format(listed, ", ".join(shown)))


def _cell(value: Any) -> str:
    """Return a value as a cell that no spreadsheet takes for a formula."""
    text = "" if value is None else os.fspath(value) if isinstance(value, Path) else str(value)
    return f"'{text}" if text[:1] in "=+@\t" and text else text
