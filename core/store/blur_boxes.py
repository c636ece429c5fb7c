# SPDX-License-Identifier: GPL-2.0-or-later
"""What persons want hidden in the copies of a photo, and where they saw a detector to be wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Optional

from ..errors import DataError, WorkspaceError
from .connection import explaining
from .text import storable
from .timestamps import now
from .workspace import Workspace

MANUAL, IGNORED = "manual", "ignored"

_BOXES = """
SELECT x, y, w, h, kind, who, at FROM blur_box
WHERE photo_id = (SELECT fid FROM photo WHERE photo = ?) ORDER BY fid
"""
_PHOTO = "SELECT fid FROM photo WHERE photo = ?"
_CLEAR = "DELETE FROM blur_box WHERE photo_id = ?"
_PUT = "INSERT INTO blur_box (photo_id, x, y, w, h, kind, who, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


class BlurBox(NamedTuple):
    """Left, top, width and height in fractions of the upright picture; ``kind`` is ``manual`` or ``ignored``."""

    x: float
    y: float
    w: float
    h: float
    kind: str = MANUAL
    who: Optional[str] = None
    at: str = ""


def read_boxes(workspace: Workspace, photo: str) -> list[BlurBox]:
    """Return the boxes of a photo, by its path in the workspace; none where the photo is unknown."""
    with explaining(workspace.path):
        return [BlurBox(*row) for row in workspace._connection.execute(_BOXES, (storable(photo),))]


def write_boxes(workspace: Workspace, photo: str, boxes: Sequence[BlurBox], who: str = "") -> None:
    """Replace the boxes of a photo; those that were there already keep who drew them, and when.

    Raises
    ------
    DataError
        A box is no part of the picture.
    WorkspaceError
        The photo is unknown; else see :meth:`~.workspace.Workspace.transaction`.
    """
    for box in boxes:
        inside = 0 <= box.x < 1 and 0 <= box.y < 1 and box.w > 0 and box.h > 0
        if not (inside and box.x + box.w <= 1.000001 and box.y + box.h <= 1.000001):
            raise DataError("The box lies outside of the picture", where=photo, next_step="Draw it within the photo")
        if box.kind not in (MANUAL, IGNORED):
            raise DataError(f"There is no kind of box '{box.kind}'", where=photo)
    with workspace.transaction():
        row = workspace._connection.execute(_PHOTO, (storable(photo),)).fetchone()
        if row is None:
            raise WorkspaceError(f"There is no photo '{photo}' in the workspace", where=str(workspace.path))
        workspace._connection.execute(_CLEAR, row)
        at = now()
        workspace._connection.executemany(
            _PUT,
            (
                (row[0], box.x, box.y, box.w, box.h, box.kind, box.who or storable(who) or None, box.at or at)
                for box in boxes
            ),
        )
        workspace._touch("blur_box")
