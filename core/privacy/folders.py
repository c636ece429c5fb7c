# SPDX-License-Identifier: GPL-2.0-or-later
"""Files and folders in, a folder of copies that may leave out."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Optional

from ..errors import UsageError
from ..feedback import SILENT, Feedback
from ..model import Photo
from ..photos.scanning import walk
from ..store import Workspace
from .boxes import PrivacyBox
from .copies import PhotoCopy, Verdict, copy_for_leaving
from .detecting import load_detectors
from .way_out import WayOut

BoxesOf = Callable[[str], tuple[Sequence[PrivacyBox], Sequence[PrivacyBox]]]


def _no_boxes(path: str) -> tuple[Sequence[PrivacyBox], Sequence[PrivacyBox]]:
    return (), ()


def blur_files(
    paths: Iterable[str | Path],
    out: Path,
    *,
    unblurred: bool = False,
    boxes_of: BoxesOf = _no_boxes,
    workers: int = 2,
    feedback: Feedback = SILENT,
) -> Iterator[PhotoCopy]:
    """Copy photos into ``out``, faces and plates hidden, without metadata; yield a verdict for every file, in order.

    Subfolders are kept. A copy is a JPEG and has the name of its photo; ``a.png`` becomes ``a.png.jpg``.

    Parameters
    ----------
    unblurred : bool
        A person allows copies that no detector looked at.
    boxes_of : callable
        Path → boxes that a person drew, and boxes in which nothing is to be hidden.

    Raises
    ------
    UsageError
        ``out`` is one of ``paths`` or lies inside one.
    MissingPackage, ModelError
        There is no detector, and ``unblurred`` is not said: nothing is copied.
    Cancelled
        As ``feedback`` asked; the copies that are there are whole.
    """
    given = [Path(path) for path in paths]
    target = Path(os.path.realpath(out))
    for path in given:
        real = Path(os.path.realpath(path))
        if real == target or (real.is_dir() and real in target.parents):
            raise UsageError(
                "The copies would lie among the photos", where=str(out), next_step="Choose a folder outside of them"
            )
    if not unblurred:
        load_detectors()
    feedback.stage("blur")
    pending: deque[Future[PhotoCopy] | PhotoCopy] = deque()
    names: set[Path] = set()
    with ThreadPoolExecutor(workers, thread_name_prefix="blur") as pool:
        try:
            for found in walk(given):
                feedback.check()
                if isinstance(found, Photo):
                    reason = f"{found.verdict}: {found.reason}" if found.reason else str(found.verdict)
                    pending.append(PhotoCopy(found.path, Verdict.REFUSED, reason))
                else:
                    drawn, ignored = boxes_of(found)
                    dest = _free(_place(found, given, out), names)
                    pending.append(
                        pool.submit(copy_for_leaving, found, dest, boxes=drawn, ignored=ignored, unblurred=unblurred)
                    )
                while len(pending) > 2 * workers:
                    yield _awaited(pending.popleft(), feedback)
            while pending:
                feedback.check()
                yield _awaited(pending.popleft(), feedback)
        finally:
            for later in pending:
                if isinstance(later, Future):
                    later.cancel()


def _awaited(item: Future[PhotoCopy] | PhotoCopy, feedback: Feedback) -> PhotoCopy:
    leaving = item.result() if isinstance(item, Future) else item
    feedback.advance()
    return leaving


def _place(found: str, given: Sequence[Path], out: Path) -> Path:
    path = Path(found)
    for root in given:
        if root in path.parents:
            path = path.relative_to(root)
            break
    else:
        path = Path(path.name)
    named = path if path.suffix.lower() in (".jpg", ".jpeg") else path.with_name(f"{path.name}.jpg")
    return out / named


def _free(path: Path, taken: set[Path]) -> Path:
    """Return the path, or one beside it that no other photo of this run has."""
    number, free = 2, path
    while free in taken:
        free, number = path.with_stem(f"{path.stem}-{number}"), number + 1
    taken.add(free)
    return free


def blur_photos(
    paths: Iterable[str | Path],
    out: Path,
    *,
    workspace: Optional[Path] = None,
    who: str = "",
    unblurred: bool = False,
    feedback: Feedback = SILENT,
) -> Iterator[PhotoCopy]:
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

        def boxes_of(path: str) -> tuple[Sequence[PrivacyBox], Sequence[PrivacyBox]]:
            return way.boxes(str(Path(path).absolute()))

        for leaving in blur_files(paths, out, unblurred=unblurred, boxes_of=boxes_of, feedback=feedback):
            way.note(str(Path(leaving.source).absolute()), leaving)
            yield leaving
