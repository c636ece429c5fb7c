# SPDX-License-Identifier: GPL-2.0-or-later
"""Photos whose reports are all closed, and since when; taking away what is kept of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Optional

from .file.reading import Reader
from .file.timestamps import storable
from .workspace import Workspace

_MEDIA = """
SELECT m.file, m.sha256, m.size, CASE WHEN count(*) = count(c.closed_at) THEN max(c.closed_at) END
FROM media AS m LEFT JOIN report AS r ON r.media_url IN (SELECT url FROM media WHERE sha256 = m.sha256)
LEFT JOIN report_closed AS c ON c.id = r.id
WHERE m.file NOTNULL GROUP BY m.file, m.sha256, m.size
"""
_THUMBNAILS = """
SELECT p.photo, p.sha256, length(p.thumbnail), c.closed_at FROM photo AS p JOIN report_closed AS c ON c.id = p.report_id
WHERE p.thumbnail NOTNULL
"""
_FORGET = "UPDATE media SET file = NULL, reason = ? WHERE file = ?"
_NO_THUMBNAIL = "UPDATE photo SET thumbnail = NULL WHERE photo = ?"


class Kept(NamedTuple):
    """A file of the media folder (below the workspace's own) or a photo with a thumbnail; ``at``: closed since."""

    name: str
    sha256: Optional[str]
    size: int
    at: Optional[str]


def media_files(workspace: Reader) -> list[Kept]:
    """Return the fetched files; ``at`` is None where a report of theirs is open, or nobody knows since when."""
    return [Kept(*row) for row in workspace.rows(_MEDIA)]


def closed_thumbnails(workspace: Reader) -> list[Kept]:
    """Return the photos with a thumbnail whose report is closed."""
    return [Kept(*row) for row in workspace.rows(_THUMBNAILS)]


def forget_media(workspace: Workspace, file: str, reason: str) -> None:
    """Write down that a fetched file is not here any more; it is not asked for again."""
    with workspace.transaction() as connection:
        connection.execute(_FORGET, (storable(reason), file))
        workspace._touch("media")


def forget_thumbnails(workspace: Workspace, photos: Iterable[str]) -> None:
    """Take thumbnails out of the workspace."""
    with workspace.transaction() as connection:
        connection.executemany(_NO_THUMBNAIL, ((photo,) for photo in photos))
        workspace._touch("photo")


_HASHES = "SELECT photo, sha256 FROM photo WHERE thumbnail NOTNULL AND sha256 NOTNULL"
_THUMBNAIL = "SELECT thumbnail FROM photo WHERE photo = ?"


def hashes_with_thumbnail(workspace: Reader) -> dict[str, str]:
    """Return path → sha256 of the content that the thumbnail is of."""
    return dict(workspace.rows(_HASHES))


def thumbnail_of(workspace: Reader, photo: str) -> Optional[bytes]:
    """Return the thumbnail (JPEG) of a photo by its path in the workspace, or None."""
    thumbnail: Optional[bytes] = workspace.value(_THUMBNAIL, (storable(photo),))
    return thumbnail
