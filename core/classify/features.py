# SPDX-License-Identifier: GPL-2.0-or-later
"""Features of photos, computed once: kept by the hash of a photo's content, in one SQLite file.

A second pass over files that have not changed (same path, size and time) opens none of them. The file holds numbers and
paths, never a picture; it is kept below a size (what was not used for longest goes first), several processes may use it
at once, and whoever deletes it loses time only.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sized
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError, ModelError
from ..feedback import SILENT, Feedback
from ..model import PhotoVerdict
from ..photos import PhotoError, open_picture
from .package import ModelPackage, user_cache_dir
from .quality import quality_problem
from .views import LONGEST, views_of

Array = NDArray[Any]
_AHEAD = 32
_SETTLED_NS = 2 * 10**9
"""A file changed less than 2 s before it was read may change again within its time stamp."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS feature (
    photo TEXT NOT NULL, space TEXT NOT NULL, views INTEGER NOT NULL, quality TEXT NOT NULL, used INTEGER NOT NULL,
    data BLOB NOT NULL, PRIMARY KEY (photo, space)
);
CREATE TABLE IF NOT EXISTS file (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime INTEGER NOT NULL, photo TEXT NOT NULL
) WITHOUT ROWID;
"""
LARGEST = 1 << 30
"""Bytes that the cache takes at most: some 80,000 photos of five views."""
_KEPT_SHARE = 0.9
_DAY = 86_400
_TOGETHER = 64
_PUT = "INSERT OR REPLACE INTO feature (photo, space, views, quality, used, data) VALUES (?, ?, ?, ?, ?, ?)"
_USED = "UPDATE feature SET used = ? WHERE rowid = ?"
_FORGET = "DELETE FROM feature WHERE rowid IN (SELECT rowid FROM feature ORDER BY used, rowid LIMIT ?)"


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


def space_of(package: ModelPackage, *, fast: bool = False) -> str:
    """Return under what name the cache keeps the features of a package: all that they depend on, by its hash.

    That is the network's graph, its views (with ``fast`` the first alone) and how photos are decoded; a new version of
    the package with the same graph finds what an older one kept.
    """
    boxes = package.views[:1] if fast else package.views
    all_of_it = (package.graph, package.input_size, package.mean, package.std, LONGEST, boxes)
    return f"{backbone_of(package)} {hashlib.sha256(repr(all_of_it).encode()).hexdigest()[:16]}"


def cache_file() -> Path:
    """Return where the person's own cache is, by the customs of the system."""
    return user_cache_dir() / "features.sqlite"


@contextmanager
def kept_features(file: Optional[Path], feedback: Feedback = SILENT) -> Iterator[Optional[FeatureCache]]:
    """Give the cache in ``file``; None without a file, or, with a warning, where it can't be used."""
    if file is None:
        yield None
        return
    try:
        cache = FeatureCache(file)
    except DataError as error:
        feedback.warning(f"Nothing is kept for a second time. {error}")
        yield None
        return
    with cache:
        yield cache
    if cache.problem:
        feedback.warning(f"Not all is kept for a second time: {cache.problem} ({file})")


class FeatureCache:
    """The SQLite file. Use as a context manager; one object per thread.

    ``problem`` says why something could not be kept (``""``: all was): a full disk costs time later, not this job.
    """

    def __init__(self, path: Optional[Path] = None, *, largest: int = LARGEST) -> None:
        """Open the cache, by default the person's own; ``:memory:`` keeps nothing. ``largest``: bytes at most.

        Raises
        ------
        DataError
            The file can't be written or is something else.
        """
        self.path = Path(path) if path is not None else cache_file()
        self.problem = ""
        self._largest = largest
        self._waiting: dict[tuple[str, str], tuple[int, str, bytes]] = {}
        self._files: list[tuple[str, int, int, str]] = []
        self._used: list[int] = []
        try:
            if str(self.path) != ":memory:":
                self.path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(self.path, timeout=10)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.executescript(_SCHEMA)
            self._connection.execute("SELECT used FROM feature LIMIT 1")
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
        with closing(self._connection):
            self.commit()

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
        row = self._waiting.get((photo, space))
        if row is None:
            found = self._connection.execute(
                "SELECT views, quality, data, used, rowid FROM feature WHERE photo = ? AND space = ?", (photo, space)
            ).fetchone()
            if found is None or not found[0] or len(found[2]) % (2 * found[0]):
                return None
            row = found[:3]
            if found[3] < time.time() - _DAY:
                self._used.append(found[4])
        return np.frombuffer(row[2], np.float16).reshape(row[0], -1), str(row[1])

    def has(self, photo: str, space: str) -> bool:
        """Whether features of a content hash are kept."""
        return (photo, space) in self._waiting or bool(
            self._connection.execute("SELECT 1 FROM feature WHERE photo = ? AND space = ?", (photo, space)).fetchone()
        )

    def spaces_of(self, photo: str) -> list[str]:
        """Return under which models the features of a content hash are kept."""
        rows = self._connection.execute("SELECT space FROM feature WHERE photo = ? ORDER BY space", (photo,))
        return [str(row[0]) for row in rows]

    def put(self, found: PhotoFeatures, space: str, *, stat: Optional[os.stat_result] = None) -> None:
        """Keep what was computed; it is written with other photos' a little later."""
        if found.features is None:
            return
        data = found.features.astype(np.float16).tobytes()
        self._waiting[found.photo, space] = len(found.features), found.quality, data
        if stat is not None:
            self.put_file(found.path, found.photo, stat)
        if len(self._waiting) >= _TOGETHER:
            self.commit()

    def put_file(self, path: str, photo: str, stat: Optional[os.stat_result] = None) -> None:
        """Keep the hash of a file's content, unless the file may still be changing, or has since ``stat``."""
        try:
            now = os.stat(path)
        except OSError:
            return
        if stat is not None and (stat.st_mtime_ns, stat.st_size) != (now.st_mtime_ns, now.st_size):
            return
        stat = now
        if time.time_ns() - stat.st_mtime_ns > _SETTLED_NS:
            self._files.append((os.path.abspath(path), stat.st_size, stat.st_mtime_ns, photo))

    def commit(self) -> None:
        """Write what was put: in one short transaction, so that other processes hardly wait."""
        now = int(time.time())
        rows = [(*key, views, quality, now, data) for key, (views, quality, data) in self._waiting.items()]
        try:
            with self._connection as connection:
                connection.executemany(_PUT, rows)
                connection.executemany("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?)", self._files)
                connection.executemany(_USED, [(now, row) for row in self._used])
            if rows and self.size > self._largest:
                self._make_room()
        except sqlite3.Error as error:
            self.problem = str(error)
        self._waiting.clear()
        self._files.clear()
        self._used.clear()

    @property
    def size(self) -> int:
        """Bytes that are taken."""
        pages, free, page = (
            int(self._connection.execute(ask).fetchone()[0])
            for ask in ("PRAGMA page_count", "PRAGMA freelist_count", "PRAGMA page_size")
        )
        return (pages - free) * page

    @property
    def photos(self) -> int:
        """How many photos have features here."""
        return int(self._connection.execute("SELECT count(DISTINCT photo) FROM feature").fetchone()[0])

    def _make_room(self) -> None:
        count = int(self._connection.execute("SELECT count(*) FROM feature").fetchone()[0])
        gone = count - int(count * _KEPT_SHARE * self._largest / self.size)
        with self._connection as connection:
            connection.execute(_FORGET, (gone,))
            connection.execute("DELETE FROM file WHERE photo NOT IN (SELECT photo FROM feature)")

    def clear(self) -> None:
        """Forget everything, and give the room back.

        Raises
        ------
        DataError
            Another process is writing, or the file can't be written.
        """
        try:
            with self._connection as connection:
                connection.execute("DELETE FROM feature")
                connection.execute("DELETE FROM file")
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            raise DataError(
                f"The feature cache can't be cleared: {error}",
                where=str(self.path),
                next_step="Try again once no other classification runs, or delete the file",
            ) from error


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
        picture = open_picture(path, longest=LONGEST)
        photo, stat = hash_of(path)
    except PhotoError as error:
        return _Read(path, error=error)
    views = views_of(picture.pixels, package.views, package.input_size)
    return _Read(path, photo, stat, views, quality=quality_problem(picture.pixels))


def hash_of(path: str) -> tuple[str, os.stat_result]:
    """Return the sha256 of a file's content, in hex, and what the file was then.

    Raises
    ------
    PhotoError
        UNREADABLE.
    """
    try:
        with open(path, "rb") as file:
            stat, digest = os.fstat(file.fileno()), hashlib.sha256()
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise PhotoError(PhotoVerdict.UNREADABLE, error.strerror or str(error), path) from error
    return digest.hexdigest(), stat


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
