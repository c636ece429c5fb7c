# SPDX-License-Identifier: GPL-2.0-or-later
"""One photo: the thumbnail at once, the picture itself when a thread has decoded it; wheel zooms, drag moves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Optional

from qgis.PyQt.QtCore import QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QImage, QPainter, QPixmap, QTransform
from qgis.PyQt.QtWidgets import (
    QGraphicsPixmapItem,
    QGraphicsScene,
    QGraphicsView,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...core.errors import SigmaError
from ...core.feedback import Feedback
from ...core.store.privacy import BlurBox, read_boxes
from ..base.core_sentences import sentence
from ..base.tasks import CoreTask, Tasks
from ..reports.reading import reading
from ..workspace_file import WorkspaceFile, person
from .boxes import BoxEditor

LONGEST = 1600
"""Pixels to which a photo is decoded: enough for a screen, and a picture of 30,000 pixels can't fill the memory."""
_DETECT = 1280


class Canvas(QGraphicsView):
    """Shows one picture, fitted to the widget until a person zooms."""

    resized = pyqtSignal(object)
    """A picture of another size is shown; tells the rectangle of the one before."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._scene = QGraphicsScene(self)
        self.setScene(self._scene)
        self.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 110)
        self._turn = 0
        self._zoomed = False
        self._item = self._scene.addPixmap(QPixmap())
        self._item.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self._overlay = QGraphicsPixmapItem(self._item)
        self._overlay.setTransformationMode(Qt.TransformationMode.SmoothTransformation)

    @property
    def picture(self) -> QGraphicsPixmapItem:
        """The picture; what is laid over it is its child."""
        return self._item

    def sizeHint(self) -> QSize:
        return QSize(300, 200)

    def show_pixmap(self, pixmap: QPixmap, keep_view: bool = False) -> None:
        """Show a picture; ``keep_view``: a sharper one of the same photo."""
        before = self._item.boundingRect()
        self._item.setPixmap(pixmap)
        self.resized.emit(before)
        if not keep_view:
            self._overlay.setPixmap(QPixmap())
        self._fit_overlay()
        self._scene.setSceneRect(self._item.boundingRect())
        if not keep_view:
            self._turn = 0
            self._zoomed = False
        if not self._zoomed:
            self.fit()

    def set_overlay(self, image: Optional[QImage]) -> None:
        """Lay a picture, as large as the photo, over it; None takes it away, as does the next photo."""
        self._overlay.setPixmap(QPixmap() if image is None else QPixmap.fromImage(image))
        self._fit_overlay()

    def _fit_overlay(self) -> None:
        photo, over = self._item.pixmap(), self._overlay.pixmap()
        if not photo.isNull() and not over.isNull():
            self._overlay.setTransform(
                QTransform.fromScale(photo.width() / over.width(), photo.height() / over.height())
            )

    def turn(self) -> None:
        """Turn by a quarter, clockwise; the file stays as it is."""
        self._turn = (self._turn + 90) % 360
        self.fit()

    def fit(self) -> None:
        """Show the whole picture."""
        self._zoomed = False
        if self._item.pixmap().isNull():
            return
        self.setTransform(QTransform().rotate(self._turn))
        self.fitInView(self._item, Qt.AspectRatioMode.KeepAspectRatio)

    def wheelEvent(self, event: Any) -> None:
        if not self._item.pixmap().isNull():
            self._zoomed = True
            factor = 1.25 if event.angleDelta().y() > 0 else 0.8
            self.scale(factor, factor)
        event.accept()

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        if not self._zoomed:
            self.fit()


class PhotoView(QWidget):
    """The photos of one report, one at a time."""

    turned_to = pyqtSignal(int)
    """The number of the photo that is shown, from 0."""

    def __init__(
        self, tasks: Tasks, parent: Optional[QWidget] = None, workspace: Optional[WorkspaceFile] = None
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._workspace = workspace
        self._photos: list[tuple[str, Optional[bytes]]] = []
        self._at = 0
        self._loading: Optional[CoreTask] = None
        self.canvas = Canvas()
        self.canvas.setAccessibleName(self.tr("Photo"))
        self._message = QLabel()
        self._message.setWordWrap(True)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._previous = self._button("◀", self.tr("Previous photo"), lambda: self.go(self._at - 1))
        self._next = self._button("▶", self.tr("Next photo"), lambda: self.go(self._at + 1))
        self._turn = self._button("↻", self.tr("Turn the photo"), self.canvas.turn)
        self._fit = self._button("⤢", self.tr("Show the whole photo"), self.canvas.fit)
        self.boxes = BoxEditor(self.canvas, self.canvas.picture, self._boxes_changed)
        self.canvas.resized.connect(self.boxes.rescale)
        said = self.tr("Draw a box to blur in every copy (Insert: by keyboard; arrows move it, Shift+arrows size it)")
        self._draw = self._button("▭", said, self._draw_changed)
        self._draw.setCheckable(True)
        self._delete = self._button("⌫", self.tr("Delete the chosen box (Delete)"), self.boxes.delete_chosen)
        self._find = self._button("◎", self.tr("Show what would be blurred automatically"), self._look)
        self._count = QLabel()
        self._bar = QWidget()
        bar = QHBoxLayout(self._bar)
        bar.setContentsMargins(0, 0, 0, 0)
        bar.setSpacing(2)
        for widget in (self._previous, self._count, self._next):
            bar.addWidget(widget)
        bar.addStretch()
        for widget in (self._draw, self._delete, self._find):
            widget.setVisible(workspace is not None)
            bar.addWidget(widget)
        bar.addWidget(self._turn)
        bar.addWidget(self._fit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self._message)
        layout.addWidget(self._bar)
        self.show_photos([])

    def show_photos(self, photos: Sequence[tuple[str, Optional[bytes]]], empty: str = "") -> None:
        """Show photos: path and thumbnail each; ``empty`` says why there is none."""
        self._photos = list(photos)
        self.canvas.setVisible(bool(photos))
        self._bar.setVisible(bool(photos))
        self._message.setText(empty)
        self._message.setVisible(not photos and bool(empty))
        self._at = 0
        if photos:
            self.go(0)

    def set_overlay(self, image: Optional[QImage]) -> None:
        """Lay a picture over the photo that is shown; None takes it away."""
        self.canvas.set_overlay(image)

    def go(self, number: int) -> None:
        """Show one of the photos."""
        if not 0 <= number < len(self._photos):
            return
        self._at = number
        path, thumbnail = self._photos[number]
        self._count.setText(f"{number + 1}/{len(self._photos)}")
        several = len(self._photos) > 1
        for widget in (self._previous, self._next, self._count):
            widget.setVisible(several)
        self._previous.setEnabled(number > 0)
        self._next.setEnabled(number + 1 < len(self._photos))
        pixmap = QPixmap()
        if thumbnail:
            pixmap.loadFromData(thumbnail)
        self.canvas.show_pixmap(pixmap)
        self._read_boxes(path)
        self.canvas.setToolTip(path)
        self._message.setVisible(False)
        self.turned_to.emit(number)
        self._load(path)

    def _load(self, path: str) -> None:
        self._tasks.drop(self._loading)
        self._loading = self._tasks.start(
            self.tr("Photo {0}").format(Path(path).name),
            lambda feedback: _decoded(path, feedback),
            self._loaded,
            quiet=True,
        )

    def _loaded(self, found: tuple[str, Optional[QImage], str]) -> None:
        path, image, problem = found
        if not self._photos or self._photos[self._at][0] != path:
            return
        if image is not None:
            waiting = self.canvas.picture.boundingRect().isEmpty()
            self.canvas.show_pixmap(QPixmap.fromImage(image), keep_view=True)
            if waiting:  # there was no thumbnail to show them on
                self._read_boxes(path)
        else:
            self._message.setText(self.tr("Only the thumbnail is there: {0}").format(problem))
            self._message.setVisible(True)

    # --- boxes to blur -------------------------------------------------------------------------------------------

    def _read_boxes(self, path: str) -> None:
        workspace = self._workspace
        opened = workspace.path if workspace is not None else None
        if workspace is None or opened is None:
            self.boxes.show([])
            return
        with workspace.doing(self.tr("Photo")), reading(opened) as reader:
            self.boxes.show(read_boxes(reader, path))

    def _boxes_changed(self, boxes: list[BlurBox]) -> None:
        if self._workspace is None or not self._photos:
            return
        from ...core.store.privacy import write_boxes

        path = self._photos[self._at][0]
        try:
            with self._workspace.writing() as workspace:
                write_boxes(workspace, path, boxes, person())
        except SigmaError as error:
            self._tasks.tell_error(self.tr("Photo"), error)
            self._read_boxes(path)

    def _draw_changed(self) -> None:
        self.boxes.drawing = self._draw.isChecked()
        mode = QGraphicsView.DragMode.NoDrag if self.boxes.drawing else QGraphicsView.DragMode.ScrollHandDrag
        self.canvas.setDragMode(mode)
        self.canvas.viewport().setCursor(
            Qt.CursorShape.CrossCursor if self.boxes.drawing else Qt.CursorShape.OpenHandCursor
        )

    def _look(self) -> None:
        if not self._photos:
            return
        path = self._photos[self._at][0]
        self._find.setEnabled(False)
        self._tasks.start(
            self.tr("Faces and number plates"),
            lambda feedback: _found(path),
            self._looked,
            failed=lambda error: self._find.setEnabled(True),
            cancelled=lambda: self._find.setEnabled(True),
            quiet=True,
        )

    def _looked(self, found: tuple[str, list[tuple[float, float, float, float]]]) -> None:
        self._find.setEnabled(True)
        path, boxes = found
        if not self._photos or self._photos[self._at][0] != path:
            return
        self._read_boxes(path)
        self.boxes.show_found(boxes)
        text = self.tr("{0} faces or number plates found. Choose one and press Delete where there is none.")
        self._message.setText(text.format(len(boxes)))
        self._message.setVisible(True)

    def _button(self, text: str, said: str, clicked: Any) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolTip(said)
        button.setAccessibleName(said)
        button.setAutoRaise(True)
        button.clicked.connect(lambda _=False: clicked())
        return button


def _decoded(path: str, feedback: Feedback) -> tuple[str, Optional[QImage], str]:
    """Decode in a thread; what can't be decoded is said, not raised: the thumbnail is shown all the same."""
    from ...core.photos import PhotoError, open_picture

    feedback.check()
    try:
        pixels = open_picture(path, longest=LONGEST).pixels
    except PhotoError as error:
        return path, None, sentence(str(error.reason or error.verdict))
    height, width = pixels.shape[:2]
    # A copy: the image must not look at memory that numpy frees.
    return path, QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy(), ""


def _found(path: str) -> tuple[str, list[tuple[float, float, float, float]]]:
    """Look for faces and plates, in a thread."""
    from ...core.photos import open_picture
    from ...core.privacy import load_detectors

    found = load_detectors().find(open_picture(path, longest=_DETECT).pixels)
    return path, [(box.x, box.y, box.w, box.h) for box in found]
