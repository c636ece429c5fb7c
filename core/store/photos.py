# SPDX-License-Identifier: GPL-2.0-or-later
"""Photos whose reports are all closed, and since when; taking away what is kept of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Optional

from .file.reading import Reader
from .file.timestamps import storable
from .workspace import Workspace

# Whose a file is: reports that name its address or one of the same picture, and those of photos with its content.
_MEDIA = """
WITH owner (file, id) AS (
    SELECT m.file, r.id FROM media AS m JOIN media AS s ON s.sha256 = m.sha256 JOIN report AS r ON r.media_url = s.url
    WHERE m.file NOTNULL
    UNION SELECT m.file, p.report_id FROM media AS m JOIN photo AS p ON p.sha256 = m.sha256
    WHERE m.file NOTNULL AND p.report_id NOTNULL)
SELECT m.file, m.sha256, m.size,
    CASE WHEN count(o.id) > 0 AND count(o.id) = count(c.closed_at) THEN max(c.closed_at) END,
    'closed: ' || group_concat(o.id, ', ')
FROM media AS m LEFT JOIN owner AS o ON o.file = m.file LEFT JOIN report_closed AS c ON c.id = o.id
WHERE m.file NOTNULL GROUP BY m.file, m.sha256, m.size
"""
# Photos that came home with a pack lie in the media folder and are in the table of photos alone.
_PHOTO_FILES = """
WITH owner (photo, id) AS (
    SELECT p.photo, s.report_id FROM photo AS p JOIN photo AS s ON s.sha256 = p.sha256 WHERE s.report_id NOTNULL
    UNION SELECT photo, report_id FROM photo WHERE report_id NOTNULL
    UNION SELECT p.photo, r.id FROM photo AS p JOIN media AS m ON m.sha256 = p.sha256
    JOIN report AS r ON r.media_url = m.url)
SELECT p.photo, p.sha256, coalesce(p.size, 0),
    CASE WHEN count(o.id) > 0 AND count(o.id) = count(c.closed_at) THEN max(c.closed_at) END,
    'closed: ' || group_concat(o.id, ', ')
FROM photo AS p LEFT JOIN owner AS o ON o.photo = p.photo LEFT JOIN report_closed AS c ON c.id = o.id
WHERE instr(replace(p.photo, '\', '/'), ?1) GROUP BY p.photo, p.sha256, p.size
"""
_NAMED = """
SELECT file FROM media WHERE file NOTNULL UNION SELECT photo FROM photo
UNION SELECT duplicate_of FROM photo WHERE duplicate_of NOTNULL
"""
_THUMBNAILS = """
SELECT p.photo, p.sha256, length(p.thumbnail), c.closed_at, 'closed: ' || c.id
FROM photo AS p JOIN report_closed AS c ON c.id = p.report_id WHERE p.thumbnail NOTNULL
"""
_FORGET = "UPDATE media SET file = NULL, reason = ? WHERE file = ?"
_FORGET_PHOTO = "UPDATE photo SET reason = ?1 WHERE substr(replace(photo, '', '/'), -length(?2) - 1) = '/' || ?2"
_NO_THUMBNAIL = "UPDATE photo SET thumbnail = NULL WHERE photo = ?"
_UNSEEN = """
SELECT p.photo, p.report_id FROM photo AS p
WHERE p.report_id NOTNULL AND instr(replace(p.photo, '\', '/'), ?1)
    AND p.verdict NOT IN ('not an image', 'unreadable', 'too large')
    AND NOT EXISTS (SELECT 1 FROM prediction WHERE photo_id = p.fid)
ORDER BY p.fid
"""


class Kept(NamedTuple):
    """A file of the media folder (below the workspace's own) or a photo with a thumbnail; ``at``: closed since."""

    name: str
    sha256: Optional[str]
    size: int
    at: Optional[str]
    why: str = ""


def media_files(workspace: Reader, folder: str) -> list[Kept]:
    """Return the files of the media folder (by its name) that a table names: fetched ones, and those of packs.

    ``at`` is None where a report of theirs is open, or nobody knows since when.
    """
    found = {row[0]: Kept(*row) for row in workspace.rows(_MEDIA)}
    for photo, *rest in workspace.rows(_PHOTO_FILES, (f"/{folder}/",)):
        name = f"{folder}/" + photo.replace("\\", "/").rpartition(f"/{folder}/")[2]
        if (workspace.path.parent / name).is_file():
            found.setdefault(name, Kept(name, *rest))
    return list(found.values())


def named_files(workspace: Reader) -> set[str]:
    """Return the names of all files, without folders, of which a table speaks: a workspace may have been moved."""
    return {path.replace("\\", "/").rpartition("/")[2] for (path,) in workspace.rows(_NAMED)}


def unseen_photos(workspace: Reader, folder: str) -> dict[str, str]:
    """Return path → report of the photos of packs in the media folder (by its name) that no model has looked at yet.

    They lie in the folder itself; what was fetched from servers lies in folders below.
    """
    rows = workspace.rows(_UNSEEN, (f"/{folder}/",))
    return {path: report for path, report in rows if path.replace("\\", "/").rpartition("/")[0].endswith(f"/{folder}")}


def closed_thumbnails(workspace: Reader) -> list[Kept]:
    """Return the photos with a thumbnail whose report is closed."""
    return [Kept(*row) for row in workspace.rows(_THUMBNAILS)]


def forget_media(workspace: Workspace, file: str, reason: str) -> None:
    """Write down that a file of the media folder is not here any more; it is not asked for again."""
    with workspace.transaction() as connection:
        connection.execute(_FORGET, (storable(reason), file))
        connection.execute(_FORGET_PHOTO, (storable(reason), file))
        workspace._touch("media", "photo")


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
