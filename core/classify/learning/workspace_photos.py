# SPDX-License-Identifier: GPL-2.0-or-later
"""The photos of a workspace as examples: what holds of each, and its features, from the file or from the cache."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import DataError
from ...feedback import SILENT, Feedback
from ...model import Rejected
from ...store import Workspace
from ...store.decisions import Decided, Disagreement, KnownPhoto, read_decided_photos
from ..features import FeatureCache, PhotoFeatures, backbone_of, features_of, space_of
from ..package import ModelPackage
from .decisions import Examples
from .session import Photos

Array = NDArray[Any]


@dataclass(frozen=True)
class WorkspacePhotos:
    """Photos of a workspace with features; ``known`` has the same rows as ``photos``."""

    photos: Photos
    known: tuple[KnownPhoto, ...]
    disagreements: tuple[Disagreement, ...]

    @property
    def decided(self) -> int:
        """How many photos have a label that holds."""
        return int((self.photos.examples.label != "").sum())


def read_workspace(path: Path) -> Decided:
    """Return what people decided of the photos of a workspace."""
    with Workspace.open(path, create=False) as workspace:
        return read_decided_photos(workspace)


def workspace_photos(
    path: Path,
    package: ModelPackage,
    cache: FeatureCache,
    *,
    undecided: str = "cached",
    feedback: Feedback = SILENT,
) -> WorkspacePhotos:
    """Read the decided photos of a workspace into examples, and those that wait for a decision.

    Parameters
    ----------
    path : Path
        The workspace.
    undecided : str
        ``no``; ``cached``: those whose features are kept; ``all``: their features are computed, too.

    Raises
    ------
    DataError
        No photo has a label or waits for one.
    WorkspaceError, ModelError
        The workspace can't be read; the package gives no features.
    Cancelled
        The person asked to stop; features that were computed are kept.
    """
    found = read_workspace(path)
    space = space_of(package)
    wanted = [
        photo
        for photo in found.photos
        if photo.label
        or not photo.decided
        and (undecided == "all" or (undecided == "cached" and cache.has(photo.sha256, space)))
    ]
    hashes = {photo.path: photo.sha256 for photo in wanted if photo.sha256}
    rejected = list(found.rejected)
    rows: list[tuple[KnownPhoto, PhotoFeatures]] = []
    computed = features_of([photo.path for photo in wanted], package, cache, known=hashes, feedback=feedback)
    for photo, features in zip(wanted, computed):
        if features.features is not None:
            rows.append((photo, features))
        elif photo.label:
            rejected.append(Rejected(photo.path, _why_none(photo, features, package, cache)))
    if not rows:
        raise DataError(
            "There is nothing to learn from or to look at in this workspace",
            where=str(path),
            next_step="Import photos, then decide on some: review next, or the dock “Check the photos”",
        )
    return WorkspacePhotos(_photos(rows, package, tuple(rejected)), tuple(p for p, _ in rows), found.disagreements)


def _why_none(photo: KnownPhoto, found: PhotoFeatures, package: ModelPackage, cache: FeatureCache) -> str:
    if Path(photo.path).is_file():
        return str(found.error)
    others = [name for name in cache.spaces_of(photo.sha256) if name != space_of(package)]
    if others:
        return f"the photo is gone, and its features are those of another model ({', '.join(others)})"
    return "the photo is gone, and its features were not kept: bring the file back, or decide on another photo"


def _photos(
    rows: list[tuple[KnownPhoto, PhotoFeatures]], package: ModelPackage, rejected: tuple[Rejected, ...]
) -> Photos:
    def texts(values: list[str]) -> Array:
        return np.array(values, dtype=np.str_)

    known = [photo for photo, _ in rows]
    examples = Examples(
        backbone_of(package),
        texts([features.photo for _, features in rows]),
        texts([photo.label for photo in known]),
        texts([photo.at for photo in known]),
        texts([photo.group for photo in known]),
        texts([photo.source for photo in known]),
        np.stack([features.features for _, features in rows if features.features is not None]),
    )
    by = {
        "source": examples.source,
        "commune": texts([photo.commune or photo.insee for photo in known]),
        "camera": texts([photo.camera for photo in known]),
    }
    paths = tuple(photo.path for photo in known)
    return Photos(examples, paths, by, tuple(features.quality for _, features in rows), rejected)
