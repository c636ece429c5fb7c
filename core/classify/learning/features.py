# SPDX-License-Identifier: GPL-2.0-or-later
"""Features of photos, computed once: kept by the hash of a photo's content, in one SQLite file.

A second pass over files that have not changed (same path, size and time) opens none of them.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sized
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from ...errors import DataError, ModelError
from ...feedback import SILENT, Feedback
from ...photos import PhotoError, open_picture
from ..package import ModelPackage, user_data_dir
from ..views import views_of
from .quality import quality_problem

Array = NDArray[Any]
_AHEAD = 32
_SETTLED_NS = 2 * 10**9
"""A file changed less than 2 s before it was read may change again within its time stamp."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS feature (
    photo TEXT NOT NULL, space TEXT NOT NULL, views INTEGER NOT NULL, quality TEXT NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (photo, space)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS file (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime INTEGER NOT NULL, photo TEXT NOT NULL
) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class PhotoFeatures:
    """Features ``(views, d)`` float16 of one photo, or the error that says why there are none.

    ``photo`` is the sha256 of the file's content; ``quality`` says why the picture can't be judged, ``""`` if it can.
    """

    path: str
    photo: str = ""
    features: Optional[Array] = None
    quality: str = ""
    error: Optional[PhotoError] = None


def backbone_of(package: ModelPackage) -> str:
    """Return the name of the feature space of a package: its name and major version."""
    return f"{package.name} {package.version.split('.')[0]}"


def space_of(package: ModelPackage) -> str:
    """Return under what name the cache keeps the features of a package: its exact version and number of views."""
    return f"{package.id} {len(package.views)}"


class FeatureCache:
    """The SQLite file. Use as a context manager; one object per thread."""

    def __init__(self, path: Optional[Path] = None) -> None:
        """Open the cache, by default the person's own; ``:memory:`` keeps nothing.

        Raises
        ------
        DataError
            The file can't be written or is something else.
        """
        self.path = Path(path) if path is not None else user_data_dir() / "features.sqlite"
        try:
            if str(self.path) != ":memory:":
                self.path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(self.path, timeout=10)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.executescript(_SCHEMA)
        except (sqlite3.Error, OSError) as error:
            raise DataError(
                f"The feature cache can't be used: {error}",
                where=str(self.path),
                next_step="Delete it; it is made anew",
            ) from error

    def __enter__(self) -> FeatureCache:
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self._connection.commit()
        self._connection.close()

    def content_of(self, path: str) -> str:
        """Return the hash of a file that has not changed since it was read, or ``""``."""
        try:
            stat = os.stat(path)
        except OSError:
            return ""
        row = self._connection.execute(
            "SELECT photo FROM file WHERE path = ? AND size = ? AND mtime = ?",
            (os.path.abspath(path), stat.st_size, stat.st_mtime_ns),
        ).fetchone()
        return str(row[0]) if row else ""

    def get(self, photo: str, space: str) -> Optional[tuple[Array, str]]:
        """Return features and quality of a content hash, or None."""
        row = self._connection.execute(
            "SELECT views, quality, data FROM feature WHERE photo = ? AND space = ?", (photo, space)
        ).fetchone()
        if row is None or not row[0] or len(row[2]) % (2 * row[0]):
            return None
        return np.frombuffer(row[2], np.float16).reshape(row[0], -1), str(row[1])

    def has(self, photo: str, space: str) -> bool:
        """Whether features of a content hash are kept."""
        return bool(
            self._connection.execute("SELECT 1 FROM feature WHERE photo = ? AND space = ?", (photo, space)).fetchone()
        )

    def spaces_of(self, photo: str) -> list[str]:
        """Return under which models the features of a content hash are kept."""
        rows = self._connection.execute("SELECT space FROM feature WHERE photo = ? ORDER BY space", (photo,))
        return [str(row[0]) for row in rows]

    def put(self, found: PhotoFeatures, space: str, *, stat: Optional[os.stat_result] = None) -> None:
        """Keep what was computed."""
        if found.features is None:
            return
        self._connection.execute(
            "INSERT OR REPLACE INTO feature VALUES (?, ?, ?, ?, ?)",
            (found.photo, space, len(found.features), found.quality, found.features.astype(np.float16).tobytes()),
        )
        if stat is not None and time.time_ns() - stat.st_mtime_ns > _SETTLED_NS:
            self._connection.execute(
                "INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?)",
                (os.path.abspath(found.path), stat.st_size, stat.st_mtime_ns, found.photo),
            )

    def commit(self) -> None:
        """Make what was put last."""
        self._connection.commit()


@dataclass(frozen=True)
class _Read:
    path: str
    photo: str = ""
    stat: Optional[os.stat_result] = None
    views: Optional[NDArray[np.uint8]] = None
    known: Optional[tuple[Array, str]] = None
    quality: str = ""
    error: Optional[PhotoError] = None


def features_of(
    paths: Iterable[str | Path],
    package: ModelPackage,
    cache: FeatureCache,
    *,
    known: Optional[Mapping[str, str]] = None,
    feedback: Feedback = SILENT,
) -> Iterator[PhotoFeatures]:
    """Give the features of photos, in the order of ``paths``: from the cache where it has them.

    ``known`` maps paths to the hash of their content where it is known already: such a photo may be gone.

    Raises
    ------
    ModelError
        The package gives no features.
    Cancelled
        The person asked to stop; what was computed is kept.
    """
    if not package.has_features:
        raise ModelError("This package gives no features to learn from", where=str(package.folder))
    feedback.stage("features", len(paths) if isinstance(paths, Sized) else None)
    space = space_of(package)
    remaining = iter(paths)
    ahead: deque[Future[_Read] | _Read] = deque()
    with ThreadPoolExecutor(2, thread_name_prefix="decode") as pool:
        try:
            while True:
                for path in islice(remaining, _AHEAD - len(ahead)):
                    ahead.append(_started(str(path), (known or {}).get(str(path), ""), package, cache, space, pool))
                if not ahead:
                    break
                feedback.check()
                item = ahead.popleft()
                read = item.result() if isinstance(item, Future) else item
                yield _finished(read, package, cache, space)
                feedback.advance()
        finally:
            for item in ahead:
                if isinstance(item, Future):
                    item.cancel()
            cache.commit()


def _started(
    path: str, content: str, package: ModelPackage, cache: FeatureCache, space: str, pool: ThreadPoolExecutor
) -> Future[_Read] | _Read:
    photo = cache.content_of(path) or content
    known = cache.get(photo, space) if photo else None
    if known is not None:
        return _Read(path, photo, known=known)
    return pool.submit(_read, path, package)


def _read(path: str, package: ModelPackage) -> _Read:
    try:
        picture = open_picture(path)
        stat = os.stat(path)
        with open(path, "rb") as file:
            digest = hashlib.sha256()
            while block := file.read(1 << 20):
                digest.update(block)
    except PhotoError as error:
        return _Read(path, error=error)
    except OSError as error:
        from ...model import PhotoVerdict

        return _Read(path, error=PhotoError(PhotoVerdict.UNREADABLE, error.strerror or str(error), path))
    views = views_of(picture.pixels, package.views, package.input_size)
    return _Read(path, digest.hexdigest(), stat, views, quality=quality_problem(picture.pixels))


def _finished(read: _Read, package: ModelPackage, cache: FeatureCache, space: str) -> PhotoFeatures:
    if read.error is not None:
        return PhotoFeatures(read.path, error=read.error)
    known = read.known if read.known is not None else cache.get(read.photo, space)
    if known is None and read.views is not None:
        _, features = package.run(read.views)
        if features is not None:
            known = features.astype(np.float16), read.quality
    if known is None:
        raise ModelError("This package gives no features to learn from", where=str(package.folder))
    found = PhotoFeatures(read.path, read.photo, known[0], known[1])
    if read.known is None:
        cache.put(found, space, stat=read.stat)
    return found
