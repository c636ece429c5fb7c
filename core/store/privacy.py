# SPDX-License-Identifier: GPL-2.0-or-later
"""What persons want hidden in the copies of a photo, and where they saw a detector to be wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Optional

from ..errors import DataError, WorkspaceError
from .file.reading import Reader
from .file.timestamps import now, storable
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


def read_boxes(workspace: Reader, photo: str) -> list[BlurBox]:
    """Return the boxes of a photo, by its path in the workspace; none where the photo is unknown."""
    return [BlurBox(*row) for row in workspace.rows(_BOXES, (storable(photo),))]


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
    with workspace.transaction() as connection:
        row = connection.execute(_PHOTO, (storable(photo),)).fetchone()
        if row is None:
            raise WorkspaceError(f"There is no photo '{photo}' in the workspace", where=str(workspace.path))
        connection.execute(_CLEAR, row)
        at = now()
        connection.executemany(
            _PUT,
            (
                (row[0], box.x, box.y, box.w, box.h, box.kind, box.who or storable(who) or None, box.at or at)
                for box in boxes
            ),
        )
        workspace._touch("blur_box")


LEFT, LEFT_UNBLURRED, REFUSED, DELETED = "left", "left_unblurred", "refused", "deleted"

_PUT_LEFT = """
INSERT INTO privacy_register (at, who, what, photo, sha256, dest, faces, plates, manual, rule, reason)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_ALL = """
SELECT what, photo, sha256, dest, faces, plates, manual, rule, reason, who, at FROM privacy_register ORDER BY fid
"""


class RegisterEntry(NamedTuple):
    """One line of the register: ``what`` is ``left``, ``left_unblurred``, ``refused`` or ``deleted``."""

    what: str
    photo: str
    sha256: Optional[str] = None
    dest: Optional[str] = None
    faces: int = 0
    plates: int = 0
    manual: int = 0
    rule: Optional[str] = None
    reason: Optional[str] = None
    who: Optional[str] = None
    at: str = ""


def register(workspace: Workspace, entries: Iterable[RegisterEntry]) -> None:
    """Write entries down, with the present time.

    Raises
    ------
    WorkspaceError
        See :meth:`~.workspace.Workspace.transaction`.
    """
    at = now()
    with workspace.transaction() as connection:
        connection.executemany(
            _PUT_LEFT,
            (
                (
                    at, storable(e.who or "") or None, e.what, storable(e.photo), e.sha256,
                    storable(e.dest or "") or None, e.faces, e.plates, e.manual, e.rule,
                    storable(e.reason or "") or None,
                )
                for e in entries
            ),
        )  # fmt: skip
        workspace._touch("privacy_register")


def read_register(workspace: Reader) -> list[RegisterEntry]:
    """Return all entries, the oldest first."""
    return [RegisterEntry(*row) for row in workspace.rows(_ALL)]
