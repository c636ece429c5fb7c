# SPDX-License-Identifier: GPL-2.0-or-later
"""What became of each file that is to be imported, as a Qt model; positions given by hand among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Optional

from qgis.PyQt.QtCore import QAbstractTableModel, QLocale, QModelIndex, Qt

from ...core.model import Photo, PhotoVerdict
from ..base.core_sentences import sentence

FILE, VERDICT, POSITION, TAKEN = range(4)
_NO_PLACE = (PhotoVerdict.NO_POSITION, PhotoVerdict.POSITION_IMPOSSIBLE)


class PhotoTable(QAbstractTableModel):
    """Columns: file, verdict, position, taken on. A row for every file, whatever it is."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.photos: list[Photo] = []
        self.positions: dict[str, tuple[float, float]] = {}

    def set_photos(self, photos: Sequence[Photo]) -> None:
        """Take what a scan found; positions given before stay."""
        self.beginResetModel()
        self.photos = list(photos)
        self.endResetModel()

    def clear(self) -> None:
        """Forget all."""
        self.positions.clear()
        self.set_photos([])

    def place(self, row: int, lon: float, lat: float) -> bool:
        """Give a photo a position (degrees); False where it is no picture that could have one."""
        photo = self.photos[row]
        if not photo.verdict.usable:
            return False
        self.positions[photo.path] = (lon, lat)
        self.dataChanged.emit(self.index(row, 0), self.index(row, TAKEN))
        return True

    def waits_for_place(self, row: int) -> bool:
        """Whether only the position is missing. One that lies outside has a position: a person chooses to move it."""
        photo = self.photos[row]
        return photo.verdict in _NO_PLACE and photo.path not in self.positions

    def ready(self) -> int:
        """Return how many files become reports."""
        return sum(self._is_ready(photo) for photo in self.photos)

    def left_over(self) -> list[Photo]:
        """Return what an import does not take, and keep only this; places given by hand go with what is imported."""
        left = [photo for photo in self.photos if not self._is_ready(photo)]
        self.positions.clear()
        self.set_photos(left)
        return left

    def to_import(self) -> list[Photo]:
        """Return what the import is told of: every file but those that are there already."""
        return [photo for photo in self.photos if photo.verdict is not PhotoVerdict.DUPLICATE]

    def counts(self) -> Counter[str]:
        """Return how many files are ``ready``, ``placeless``, ``outside``, ``there``, ``unusable``."""
        return Counter(self._kind(photo) for photo in self.photos)

    def _is_ready(self, photo: Photo) -> bool:
        return photo.verdict is PhotoVerdict.OK or (photo.verdict.usable and photo.path in self.positions)

    def _kind(self, photo: Photo) -> str:
        if self._is_ready(photo):
            return "ready"
        return {
            PhotoVerdict.NO_POSITION: "placeless",
            PhotoVerdict.POSITION_IMPOSSIBLE: "placeless",
            PhotoVerdict.OUTSIDE_TERRITORY: "outside",
            PhotoVerdict.DUPLICATE: "there",
        }.get(photo.verdict, "unusable")

    def verdict_text(self, photo: Photo) -> str:
        """Return the verdict as a person reads it."""
        if photo.path in self.positions:
            return "✓ " + self.tr("ready, placed by hand")
        return {
            PhotoVerdict.OK: "✓ " + self.tr("ready"),
            PhotoVerdict.NO_POSITION: "⚠ " + self.tr("no position: click on the map"),
            PhotoVerdict.POSITION_IMPOSSIBLE: "⚠ " + self.tr("impossible position: click on the map"),
            PhotoVerdict.OUTSIDE_TERRITORY: "⚠ " + self.tr("outside the territory"),
            PhotoVerdict.DUPLICATE: "= " + self.tr("already there"),
            PhotoVerdict.NOT_AN_IMAGE: "✕ " + self.tr("not a picture"),
            PhotoVerdict.UNREADABLE: "✕ " + self.tr("can't be read"),
            PhotoVerdict.TOO_LARGE: "✕ " + self.tr("too large"),
        }[photo.verdict]

    # --- Qt ------------------------------------------------------------------------------------------------------

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.photos)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else 4

    def headerData(self, section: int, orientation: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("File"), self.tr("Verdict"), self.tr("Position"), self.tr("Taken on"))[section]

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.photos):
            return None
        photo = self.photos[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            if index.column() == FILE:
                return Path(photo.path).name
            if index.column() == VERDICT:
                return self.verdict_text(photo)
            if index.column() == POSITION:
                return _position(self.positions.get(photo.path) or (photo.lon, photo.lat))
            return (photo.taken_at or "–")[:16].replace("T", " ")
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            place = _position(self.positions.get(photo.path) or (photo.lon, photo.lat))
            said = (photo.path, self.verdict_text(photo), sentence(photo.reason or ""), place, photo.taken_at)
            return "\n".join(text for text in said if text)
        return None


def _position(place: tuple[Optional[float], Optional[float]]) -> str:
    lon, lat = place
    if lon is None or lat is None:
        return "–"
    return f"{QLocale().toString(lat, 'f', 4)}  {QLocale().toString(lon, 'f', 4)}"
