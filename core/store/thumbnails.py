# SPDX-License-Identifier: GPL-2.0-or-later
"""The thumbnails that a workspace has already: of such a photo, unchanged, no picture need be decoded again."""

from __future__ import annotations

from typing import Optional

from .connection import explaining
from .text import storable
from .workspace import Workspace

_HASHES = "SELECT photo, sha256 FROM photo WHERE thumbnail NOTNULL AND sha256 NOTNULL"
_THUMBNAIL = "SELECT thumbnail FROM photo WHERE photo = ?"


def hashes_with_thumbnail(workspace: Workspace) -> dict[str, str]:
    """Return path → sha256 of the content that the thumbnail is of."""
    with explaining(workspace.path):
        return dict(workspace._connection.execute(_HASHES))


def thumbnail_of(workspace: Workspace, photo: str) -> Optional[bytes]:
    """Return the thumbnail (JPEG) of a photo by its path in the workspace, or None."""
    with explaining(workspace.path):
        row = workspace._connection.execute(_THUMBNAIL, (storable(photo),)).fetchone()
    return row[0] if row else None
