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
from .copies import Note, PhotoCopy, Verdict, check_copy, jpeg_for_leaving, no_note, write_copy
from .detecting import load_detectors
from .way_out import WayOut

_Made = tuple[Optional[bytes], PhotoCopy]
BoxesOf = Callable[[str], tuple[Sequence[PrivacyBox], Sequence[PrivacyBox]]]


def _no_boxes(path: str) -> tuple[Sequence[PrivacyBox], Sequence[PrivacyBox]]:
    return (), ()


def blur_files(
    paths: Iterable[str | Path],
    out: Path,
    *,
    unblurred: bool = False,
    boxes_of: BoxesOf = _no_boxes,
    note: Note = no_note,
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
    note : callable
        Writes down what becomes of a photo, before its copy is there.

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
    pending: deque[tuple[Future[_Made] | _Made, Path]] = deque()
    names: set[Path] = set()
    with ThreadPoolExecutor(workers, thread_name_prefix="blur") as pool:
        try:
            for found in walk(given):
                feedback.check()
                if isinstance(found, Photo):
                    reason = f"{found.verdict}: {found.reason}" if found.reason else str(found.verdict)
                    pending.append(((None, PhotoCopy(found.path, Verdict.REFUSED, reason)), out))
                else:
                    drawn, ignored = boxes_of(found)
                    dest = _free(_place(found, given, out), names)
                    check_copy(found, dest)
                    made = pool.submit(jpeg_for_leaving, found, boxes=drawn, ignored=ignored, unblurred=unblurred)
                    pending.append((made, dest))
                while len(pending) > 2 * workers:
                    yield _written(*pending.popleft(), note, feedback)
            while pending:
                feedback.check()
                yield _written(*pending.popleft(), note, feedback)
        finally:
            for later, _ in pending:
                if isinstance(later, Future):
                    later.cancel()


def _written(item: Future[_Made] | _Made, dest: Path, note: Note, feedback: Feedback) -> PhotoCopy:
    jpeg, made = item.result() if isinstance(item, Future) else item
    leaving = write_copy(jpeg, made, dest, note)
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

        def note(leaving: PhotoCopy) -> None:
            way.note(str(Path(leaving.source).absolute()), leaving)

        yield from blur_files(paths, out, unblurred=unblurred, boxes_of=boxes_of, note=note, feedback=feedback)
