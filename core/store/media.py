# SPDX-License-Identifier: GPL-2.0-or-later
"""Which photos of report servers are here, and which could not be used."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

from .file.timestamps import now, storable
from .workspace import Workspace

_DUE = """
SELECT report.id, report.media_url FROM report LEFT JOIN media ON media.url = report.media_url
WHERE report.source = ?1 AND report.media_url LIKE '%_'
    AND (?2 IS NULL OR report.id IN (SELECT value FROM json_each(?2)))
    AND media.fid IS NULL
ORDER BY report.fid
"""
_FILE = "SELECT coalesce(file, '') FROM media WHERE url = ?"
_KEEP = """
INSERT INTO media (url, sha256, file, size, fetched_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (url) DO UPDATE SET sha256 = excluded.sha256, file = excluded.file, size = excluded.size, reason = NULL,
    fetched_at = excluded.fetched_at
"""
_SAME = "SELECT 1 FROM media WHERE sha256 = ? AND url <> ?"
_REFUSE = """
INSERT INTO media (url, reason, fetched_at) VALUES (?, ?, ?)
ON CONFLICT (url) DO UPDATE SET reason = excluded.reason, fetched_at = excluded.fetched_at
"""
_ASK_AGAIN = """
DELETE FROM media WHERE file IS NULL AND sha256 IS NULL AND url IN (SELECT media_url FROM report WHERE source = ?)
"""


def media_folder(workspace: Workspace) -> Path:
    """Return the folder of a workspace's photos: ``NAME.media`` beside it."""
    return workspace.path.with_name(f"{workspace.path.stem}.media")


class MediaTable:
    """The table ``media``; methods write in a transaction of their own, or in the caller's."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def due(self, source: str, report_ids: Optional[Sequence[str]]) -> list[tuple[str, str]]:
        """Return (report id, address) of the photos that are to be fetched, of the reports named or of all."""
        named = None if report_ids is None else json.dumps(list(report_ids))
        return [(report, url) for report, url in self.workspace.rows(_DUE, (source, named))]

    def file(self, url: str) -> Optional[str]:
        """Return where the photo of an address lies; empty where it can't be used, None where it was never fetched."""
        file = self.workspace.value(_FILE, (url,))
        return None if file is None else str(file)

    def keep(self, url: str, sha256: str, file: str, size: int) -> bool:
        """Write down what was fetched; return whether this picture was not here before, under another address."""
        with self.workspace.transaction() as connection:
            new = connection.execute(_SAME, (sha256, url)).fetchone() is None
            connection.execute(_KEEP, (url, sha256, file, size, now()))
            self.workspace._touch("media")
        return new

    def ask_again(self, source: str) -> int:
        """Let the photos of a source that could not be used be fetched once more; return how many these are.

        What retention deleted stays deleted.
        """
        with self.workspace.transaction() as connection:
            return connection.execute(_ASK_AGAIN, (source,)).rowcount

    def refuse(self, url: str, reason: str) -> None:
        """Write down why a photo can never be used; what may get better is not written down."""
        with self.workspace.transaction() as connection:
            connection.execute(_REFUSE, (url, storable(reason), now()))
            self.workspace._touch("media")
