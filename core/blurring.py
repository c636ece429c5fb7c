# SPDX-License-Identifier: GPL-2.0-or-later
"""Photos copied so that they may leave; with a workspace, its boxes hold and its register is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Optional

from .feedback import SILENT, Feedback
from .leaving import WayOut
from .photos.privacy.boxes import Box
from .photos.privacy.folder import blur_files
from .photos.privacy.leaving import Leaving
from .store import Workspace


def blur_photos(
    paths: Iterable[str | Path],
    out: Path,
    *,
    workspace: Optional[Path] = None,
    who: str = "",
    unblurred: bool = False,
    feedback: Feedback = SILENT,
) -> Iterator[Leaving]:
    """Copy photos into a folder, faces and plates hidden, without metadata; yield a verdict for every file.

    Raises
    ------
    UsageError, MissingPackage, ModelError, Cancelled
        See :func:`~.photos.privacy.folder.blur_files`.
    WorkspaceError
        The workspace can't be opened or written.
    """
    if workspace is None:
        yield from blur_files(paths, out, unblurred=unblurred, feedback=feedback)
        return
    with Workspace.open(workspace, create=False) as opened:
        way = WayOut(opened, str(out), who, unblurred)

        def boxes_of(path: str) -> tuple[Sequence[Box], Sequence[Box]]:
            return way.boxes(str(Path(path).absolute()))

        for leaving in blur_files(paths, out, unblurred=unblurred, boxes_of=boxes_of, feedback=feedback):
            way.note(str(Path(leaving.source).absolute()), leaving)
            yield leaving
