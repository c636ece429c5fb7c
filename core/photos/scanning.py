# SPDX-License-Identifier: GPL-2.0-or-later
"""Files and folders in, one Photo for every file out."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Optional, Union

from ..feedback import SILENT, Feedback
from ..model import Photo, PhotoVerdict
from .content import os_reason
from .naming import printable
from .reading import read_photo

_LOOK_AHEAD = 8
"""Files read ahead per worker: enough to keep workers busy, little enough for flat memory and a quick cancel."""


def scan(
    paths: Iterable[str | Path],
    *,
    feedback: Feedback = SILENT,
    workers: int = 2,
    known: Optional[Mapping[str, str]] = None,
) -> Iterator[Photo]:
    """Yield one photo with a verdict for every file below ``paths``, whatever it is.

    The order is that of ``paths``, in a folder that of the names, subfolders among them. Folders are read as they
    are met, links are followed, and each folder is read once. A folder that can't be read, a path that does not
    exist, a link to a folder already read: each has its verdict too.

    Parameters
    ----------
    paths : iterable of str or Path
        Files and folders.
    feedback : Feedback
        Told of the stage ``photos`` and of each file, asked between files whether to stop.
    workers : int
        Threads that read; 2 hide the waiting of a network drive.
    known : mapping of str to str, optional
        sha256 to path of the photos that the workspace has; such files are duplicates.

    Yields
    ------
    Photo
        DUPLICATE where an earlier usable file, or a known one, has the same bytes.

    Raises
    ------
    Cancelled
        The person asked to stop.
    """
    feedback.stage("photos")
    seen: dict[bytes, str] = {}
    for photo in _read_ahead(walk(paths), max(1, workers), feedback):
        yield _marked(photo, seen, known or {})
        feedback.advance()


def _marked(photo: Photo, seen: dict[bytes, str], known: Mapping[str, str]) -> Photo:
    if photo.sha256 is None or not photo.verdict.usable:
        return photo
    original = known.get(photo.sha256)
    where = "in the workspace: " if original is not None else ""
    if original is None:
        digest = bytes.fromhex(photo.sha256)
        if digest not in seen:
            seen[digest] = photo.path
            return photo
        original = seen[digest]
    reason = where + printable(original)
    return replace(photo, verdict=PhotoVerdict.DUPLICATE, reason=reason, duplicate_of=original)


_Found = Union[str, Photo]
"""A file to read, or the verdict on something that is none."""


def _read_ahead(found: Iterator[_Found], workers: int, feedback: Feedback) -> Iterator[Photo]:
    pool = ThreadPoolExecutor(workers, thread_name_prefix="photos")
    pending: deque[Callable[[], Photo]] = deque()
    try:
        for item in found:
            feedback.check()
            pending.append(_given(item) if isinstance(item, Photo) else _awaited(pool.submit(read_photo, item)))
            if len(pending) >= workers * _LOOK_AHEAD:
                yield pending.popleft()()
        while pending:
            feedback.check()
            yield pending.popleft()()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _given(photo: Photo) -> Callable[[], Photo]:
    return lambda: photo


def _awaited(future: Future[Photo]) -> Callable[[], Photo]:
    return future.result


def walk(paths: Iterable[str | Path]) -> Iterator[_Found]:
    """Yield each file below ``paths``, or the verdict on what is none, in the order that :func:`scan` has."""
    folders: set[tuple[int, int]] = set()
    for path in paths:
        stack: list[Iterator[str]] = [iter([os.fspath(path)])]
        while stack:
            name = next(stack[-1], None)
            if name is None:
                stack.pop()
            elif not os.path.isdir(name):
                yield name
            else:
                entries = _folder(name, folders)
                if isinstance(entries, Photo):
                    yield entries
                else:
                    stack.append(iter(entries))


def _folder(path: str, folders: set[tuple[int, int]]) -> Photo | list[str]:
    """Return the sorted paths in a folder, or the verdict on it where there is nothing to read."""
    try:
        status = os.stat(path)
        identity = (status.st_dev, status.st_ino)
        if identity in folders:
            return Photo(path, PhotoVerdict.NOT_AN_IMAGE, "folder already read")
        folders.add(identity)
        return [os.path.join(path, name) for name in sorted(os.listdir(path))]
    except OSError as error:
        return Photo(path, PhotoVerdict.UNREADABLE, f"folder: {os_reason(error, path)}")
