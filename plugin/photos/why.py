# SPDX-License-Identifier: GPL-2.0-or-later
"""“Why?”: the parts of a photo that its class hangs on, laid over it, and the confirmed photos that look most alike."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from qgis.PyQt.QtCore import QLocale, Qt
from qgis.PyQt.QtGui import QImage, QPixmap
from qgis.PyQt.QtWidgets import QGridLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from ...core.feedback import Feedback
from ...core.store.photos import thumbnail_of
from ..base import settings
from ..base.tasks import CoreTask
from ..reports.reading import reading
from ..workspace_file import WorkspaceFile
from .features import feature_cache
from .view import PhotoView

_ALIKE = 3
_THUMBNAIL = 96  # pixels


@dataclass(frozen=True)
class Reasons:
    """What the worker found: an overlay (RGBA bytes and its side), the class, its loss, and photos that are alike."""

    path: str
    pixels: bytes
    side: int
    label: str
    loss: float
    alike: tuple[tuple[str, str, float, Optional[bytes]], ...]


class WhyButton(QWidget):
    """A switch below a photo; off again when another photo comes."""

    def __init__(self, workspace: WorkspaceFile, photos: PhotoView, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._photos = photos
        self._path = ""
        self._task: Optional[CoreTask] = None
        self.button = QToolButton()
        self.button.setText(self.tr("Why?"))
        self.button.setToolTip(
            self.tr("Show which parts of the photo the suggestion hangs on, and the confirmed photos most alike")
        )
        self.button.setCheckable(True)
        self.button.toggled.connect(self._toggled)
        self.text = QLabel()
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self._alike = QWidget()
        self._grid = QGridLayout(self._alike)
        self._grid.setContentsMargins(0, 0, 0, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.button)
        layout.addWidget(self.text)
        layout.addWidget(self._alike)
        self.show_photo("")

    def show_photo(self, path: str) -> None:
        """Say which photo is shown; ``""``: none."""
        self._path = path
        self._workspace.tasks.drop(self._task)
        self._task = None
        self.button.setChecked(False)
        self.setVisible(bool(path))
        self._clear()

    def _toggled(self, on: bool) -> None:
        if not on:
            self._clear()
            return
        opened, path = self._workspace.now, self._path
        if opened is None or not path:
            return
        model = settings.load().values.model
        workspace = opened.path
        self.text.setText(self.tr("Looking…"))
        self.text.setVisible(True)
        self._task = self._workspace.tasks.start(
            self.tr("Why?"),
            lambda feedback: _reasons(workspace, path, model, feedback),
            self._found,
            failed=lambda _: self.button.setChecked(False),
            quiet=True,
        )

    def _found(self, reasons: Reasons) -> None:
        opened = self._workspace.now
        if reasons.path != self._path or not self.button.isChecked() or opened is None:
            return
        # A copy: the image must not look at memory that Python frees.
        image = QImage(
            reasons.pixels, reasons.side, reasons.side, 4 * reasons.side, QImage.Format.Format_RGBA8888
        ).copy()
        self._photos.set_overlay(image)
        name = opened.class_name(reasons.label)
        if reasons.loss < 0.02:
            self.text.setText(self.tr("{0}: no part of the photo alone makes it.").format(name))
        else:
            points = QLocale().toString(100 * reasons.loss, "f", 0)
            self.text.setText(
                self.tr("{0}: coloured is what it hangs on; without the strongest part it loses {1} points.").format(
                    name, points
                )
            )
        self._show_alike(reasons)

    def _show_alike(self, reasons: Reasons) -> None:
        opened = self._workspace.now
        if opened is None or not reasons.alike:
            return
        for i, (path, label, similarity, thumbnail) in enumerate(reasons.alike):
            picture = QLabel()
            pixmap = QPixmap()
            if thumbnail and pixmap.loadFromData(thumbnail):
                picture.setPixmap(
                    pixmap.scaled(
                        _THUMBNAIL,
                        _THUMBNAIL,
                        Qt.AspectRatioMode.KeepAspectRatio,
                        Qt.TransformationMode.SmoothTransformation,
                    )
                )
            picture.setToolTip(path)
            said = QLabel(f"{opened.class_name(label)} · {QLocale().toString(similarity, 'f', 2)}")
            said.setTextFormat(Qt.TextFormat.PlainText)
            said.setWordWrap(True)
            self._grid.addWidget(picture, 0, i)
            self._grid.addWidget(said, 1, i)
        self._alike.setAccessibleName(self.tr("Confirmed photos most alike"))
        self._alike.setVisible(True)

    def _clear(self) -> None:
        self._photos.set_overlay(None)
        self.text.setText("")
        self.text.setVisible(False)
        self._alike.setVisible(False)
        while self._grid.count():
            item = self._grid.takeAt(0)
            if item.widget() is not None:
                item.widget().deleteLater()


def _reasons(workspace: Path, path: str, model: str, feedback: Feedback) -> Reasons:
    from ...core import classify
    from ...core.classify.learning.judge.explaining import explain_photo, overlay
    from ...core.classify.learning.workspace_photos import workspace_photos
    from ...core.errors import DataError

    package = classify.load_package(Path(model) if model else classify.default_package_dir())
    with feature_cache() as cache:
        try:
            among = workspace_photos(workspace, package, cache, undecided="no", feedback=feedback).photos
        except DataError:  # nothing is decided yet: there is no photo to show beside it
            among = None
        feedback.check()
        found = explain_photo(path, package, cache, among=among, count=_ALIKE)
    side = 16 * len(found.heat)
    with reading(workspace) as opened:
        alike = tuple((x.path, x.label, x.similarity, thumbnail_of(opened, x.path)) for x in found.alike)
    return Reasons(path, overlay(found.heat, side, side).tobytes(), side, found.label, found.loss, alike)
