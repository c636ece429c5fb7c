# SPDX-License-Identifier: GPL-2.0-or-later
"""The dock "Check the photos": one photo after the other, the least sure first, by the keyboard alone."""

from __future__ import annotations

import time
from typing import Any, Optional

from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsPointXY, QgsProject
from qgis.gui import QgsDockWidget
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout

from ...core.store.photos import thumbnail_of
from ...core.store.report_page import QueuedPhoto, read_agreement, read_queue
from ..base.compat import Shortcut
from ..base.keys import KeyPage
from ..reports.reading import reading
from ..workspace_file import WorkspaceFile
from .learning_bar import LearningBar
from .suggestions import Suggestions
from .view import PhotoView
from .why import WhyButton

_RATE_OVER = 60.0  # seconds over which the speed is told


class ReviewDock(QgsDockWidget):
    """A queue of photos: confirm, correct, none, skip, undo."""

    def __init__(self, workspace: WorkspaceFile, iface: Any) -> None:
        super().__init__()
        self.setWindowTitle(self.tr("Check the photos"))
        self._workspace = workspace
        self._iface = iface
        self._queue: list[QueuedPhoto] = []
        self._at = 0
        self._done: list[tuple[QueuedPhoto, str]] = []
        """What was decided here, with the class that a person had given before."""
        self._times: list[float] = []
        self._writing = False
        self.photo = PhotoView(workspace.tasks, workspace=workspace)
        self.suggestions = Suggestions()
        self.suggestions.decided.connect(self.decide)
        self.suggestions.passed.connect(self.skip)
        self.learning = LearningBar(workspace)
        self.learning.switched.connect(self.read_again)
        self.why = WhyButton(workspace, self.photo)
        self._where = QLabel()
        self._where.setWordWrap(True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(8)
        self._bar.setAccessibleName(self.tr("Progress"))
        self._line = QLabel()
        self._line.setWordWrap(True)
        self._undo = QPushButton(self.tr("Undo"))
        self._undo.setToolTip(self.tr("Take back the last decision (Ctrl+Z)"))
        self._undo.clicked.connect(lambda _=False: self.undo())
        self._keys = QLabel(self.tr("Keys: 1 2 3 a suggestion · L list · 0 no problem · Space skip · Ctrl+Z undo"))
        self._keys.setWordWrap(True)
        line = QHBoxLayout()
        line.addWidget(self._line, 1)
        line.addWidget(self._undo)
        page = KeyPage()
        page.setMinimumWidth(340)
        page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        page.setAccessibleName(self._keys.text())
        layout = QVBoxLayout(page)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addLayout(line)
        layout.addWidget(self._bar)
        layout.addWidget(self.photo, 1)
        layout.addWidget(self._where)
        layout.addWidget(self.suggestions)
        layout.addWidget(self.why)
        layout.addWidget(self.learning)
        layout.addWidget(self._keys)
        self.setWidget(page)
        self.suggestions.add_keys(page)
        shortcut = Shortcut(QKeySequence("Space"), page)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.skip)
        page.on_key(QKeySequence.StandardKey.Undo, self.undo)
        workspace.opened.connect(self.read)
        workspace.closed.connect(self.read)
        workspace.changed.connect(self._written)
        self.read()

    def take_focus(self) -> None:
        """Let the keys work at once when the dock is shown."""
        self.widget().setFocus()

    # --- the queue -----------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Read which photos wait."""
        self._queue, self._at, self._done, self._times = [], 0, [], []
        path = self._workspace.path
        if path is not None:
            with self._workspace.doing(self.windowTitle()), reading(path) as workspace:
                self._queue = read_queue(workspace)
        self.learning.look()
        self._show()

    def read_again(self) -> None:
        """Take the suggestions of the version that runs now for the photos that still wait; what was done stays."""
        path = self._workspace.path
        if path is None:
            return
        with self._workspace.doing(self.windowTitle()), reading(path) as workspace:
            self._queue[self._at :] = read_queue(workspace)
            self._show()

    def current(self) -> Optional[QueuedPhoto]:
        """Return the photo that is shown; None at the end."""
        return self._queue[self._at] if self._at < len(self._queue) else None

    def _written(self, ids: list[str]) -> None:
        """Something else wrote: photos that were decided there leave the queue."""
        path = self._workspace.path
        if self._writing or path is None:
            return
        with self._workspace.doing(self.windowTitle()), reading(path) as workspace:
            waiting = {photo.path: photo for photo in read_queue(workspace)}
            ahead = [waiting[photo.path] for photo in self._queue[self._at :] if photo.path in waiting]
            known = {photo.path for photo in self._queue}
            self._queue[self._at :] = ahead + [p for path, p in waiting.items() if path not in known]
            self._show()

    # --- what a person does --------------------------------------------------------------------------------------

    def decide(self, label: str) -> None:
        """Write the decision and go on."""
        photo = self.current()
        if photo is None:
            return
        with self._workspace.doing(self.windowTitle()):
            before = self._write(photo, label)
            self._done.append((photo, before.get(photo.report, "")))
            self._times.append(time.monotonic())
            self._at += 1
            self.learning.decided()
            self._show()

    def skip(self) -> None:
        """Put the photo at the end of the queue."""
        if self.current() is not None:
            self._queue.append(self._queue.pop(self._at))
            self._show()

    def undo(self) -> None:
        """Take back the last decision of this session; that it was made stays written down."""
        if not self._done:
            return
        photo, before = self._done[-1]
        with self._workspace.doing(self.windowTitle()):
            self._write(photo, before)
            self._done.pop()
            self.learning.decided(-1)
            self._times = self._times[:-1]
            if self._at:
                self._at -= 1
            self._queue = [p for p in self._queue if p.path != photo.path]
            self._queue.insert(self._at, photo)
            self._show()

    def _write(self, photo: QueuedPhoto, label: str) -> dict[str, str]:
        self._writing = True
        try:
            return self._workspace.decide([photo.report], label, photo=photo.path, model=photo.model)
        finally:
            self._writing = False

    # --- what is shown -------------------------------------------------------------------------------------------

    def _show(self) -> None:
        photo, opened = self.current(), self._workspace.now
        self._undo.setEnabled(bool(self._done))
        self._bar.setMaximum(max(1, len(self._queue)))
        self._bar.setValue(self._at)
        self._line.setText(self._progress())
        if photo is None or opened is None:
            if opened is None:
                empty = self.tr("No workspace is open. Open one, or import photos to make one.")
            elif self._done:
                empty = self.tr("All photos are checked. Thank you! The reports have their teams.")
            else:
                empty = self.tr(
                    "No photo waits: either none was imported and seen by the model, or a person has decided on all."
                )
            self.photo.show_photos([], empty)
            self._where.setText("")
            self.suggestions.setVisible(False)
            self.why.show_photo("")
            self._keys.setVisible(False)
            return
        self.suggestions.setVisible(True)
        self._keys.setVisible(True)
        with self._workspace.doing(self.windowTitle()), reading(opened.path) as workspace:
            self.photo.show_photos([(photo.path, thumbnail_of(workspace, photo.path))])
        self.suggestions.show_suggestion(opened, photo.model, photo.top, photo.abstained)
        self.why.show_photo(photo.path)
        self._where.setText(self._place(photo))
        self._show_on_map(photo)

    def _progress(self) -> str:
        if not self._queue:
            return ""
        parts = [f"{self._at} / {len(self._queue)}"]
        now = time.monotonic()
        recent = [moment for moment in self._times if now - moment <= _RATE_OVER]
        if len(recent) >= 2:
            parts.append(
                self.tr("{0} a minute").format(round(60 * (len(recent) - 1) / max(1.0, recent[-1] - recent[0])))
            )
        path = self._workspace.path
        if path is not None and (self._done or self._at == 0):
            with self._workspace.doing(self.windowTitle()), reading(path) as workspace:
                agreed, decided = read_agreement(workspace)
                if decided:
                    share = self.locale().toString(agreed / decided, "f", 2)
                    parts.append(self.tr("the model was right: {0} ({1} photos)").format(share, decided))
        return " · ".join(parts)

    def _place(self, photo: QueuedPhoto) -> str:
        if photo.lon is None or photo.lat is None:
            return self.tr("No position")
        locale = self.locale()
        return f"{locale.toString(photo.lat, 'f', 5)}  {locale.toString(photo.lon, 'f', 5)}"

    def _show_on_map(self, photo: QueuedPhoto) -> None:
        layer = self._workspace.layer("incident")
        if self._iface is None or layer is None or photo.lon is None or photo.lat is None or not self.isVisible():
            return
        canvas = self._iface.mapCanvas()
        transform = QgsCoordinateTransform(
            QgsCoordinateReferenceSystem("EPSG:4326"), canvas.mapSettings().destinationCrs(), QgsProject.instance()
        )
        point = transform.transform(QgsPointXY(photo.lon, photo.lat))
        if not canvas.extent().contains(point):
            canvas.setCenter(point)
            canvas.refresh()
        canvas.flashFeatureIds(layer, [photo.fid])
