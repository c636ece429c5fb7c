# SPDX-License-Identifier: GPL-2.0-or-later
"""The jobs of the command line and the plugin: learn from a folder, evaluate on one, compare two heads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from ...base.files import replacing
from ...errors import DataError
from ...feedback import SILENT, Feedback
from ...model import Rejected
from ..features import FeatureCache, backbone_of, features_of
from ..package import ModelPackage
from .decisions import Contradiction, Examples, merged, read_examples, settled, write_examples
from .fit.fitting import Taught, fit
from .head import HEAD_FILE, Head, Suggestions, read_head, write_head
from .judge.evaluation import Confirmed, evaluate
from .judge.page import WorstError
from .manifest import read_manifest
from .running import with_quality

Array = NDArray[Any]
EXAMPLES_FILE = "examples.npz"
SUMMARY_FILE = "learned.json"
_WORST = 24


@dataclass(frozen=True)
class Photos:
    """The photos of a folder: examples (label ``""``: not decided), their files, and what could not be used."""

    examples: Examples
    paths: tuple[str, ...]
    by: dict[str, Array]
    quality: tuple[str, ...]
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True)
class Learned:
    """A new version in a folder: its head and what a person should read."""

    folder: Path
    head: Head
    notes: tuple[str, ...]
    contradictions: tuple[Contradiction, ...]
    rejected: tuple[Rejected, ...]


def read_photos(folder: Path, package: ModelPackage, cache: FeatureCache, *, feedback: Feedback = SILENT) -> Photos:
    """Read a folder with manifest.csv into examples; features come from the cache where it has them.

    Raises
    ------
    UsageError, DataError, ModelError
        No manifest, no usable photo, or a package without features.
    """
    rows, rejected = read_manifest(folder)
    features, kept, hashes, quality = [], [], [], []
    for row, found in zip(rows, features_of([row.path for row in rows], package, cache, feedback=feedback)):
        if found.features is None:
            rejected.append(Rejected(str(row.path), str(found.error)))
            continue
        features.append(found.features)
        kept.append(row)
        hashes.append(found.photo)
        quality.append(found.quality)
    if not kept:
        raise DataError("None of the photos can be read", where=str(folder))

    def texts(values: list[str]) -> Array:
        return np.array(values, dtype=np.str_)

    examples = Examples(
        backbone_of(package),
        texts(hashes),
        texts([row.label for row in kept]),
        texts([row.extra.get("at") or f"row {i:09d}" for i, row in enumerate(kept)]),
        texts([row.group for row in kept]),
        texts([row.source for row in kept]),
        np.stack(features),
    )
    by = {"source": examples.source}
    for name in ("commune", "camera"):
        if any(name in row.extra for row in kept):
            by[name] = texts([row.extra.get(name, "") for row in kept])
    return Photos(examples, tuple(str(row.path) for row in kept), by, tuple(quality), tuple(rejected))


def learn(
    examples: Examples, base: Head, out: Path, *, rejected: tuple[Rejected, ...] = (), feedback: Feedback = SILENT
) -> Learned:
    """Learn a new version from examples (label ``""``: no decision) and write it to a folder.

    Nothing is written unless the head was fitted. The folder then holds ``learned_head.npz``, ``examples.npz``
    (decisions and features, to merge and to learn from again; no photo) and ``learned.json``.

    Raises
    ------
    DataError
        Too few photos, or one class only.
    ModelError
        The base is of another backbone.
    """
    if base.backbone != examples.backbone:
        raise DataError(
            f"The base was learned on the features of {base.backbone}, the photos have those of {examples.backbone}",
            next_step="Use the model package that the base belongs to",
        )
    decided = examples.label != ""
    kept, contradictions = settled(examples.rows(decided), base.mean)
    pool = examples.rows(~decided)
    taught = Taught(kept.features, kept.label, kept.group) if len(kept) else None
    lesson = fit(taught, base=base, unlabelled=pool.features if len(pool) else None, feedback=feedback)
    out = Path(out)
    write_examples(out / EXAMPLES_FILE, kept, compressed=False)
    write_head(out / HEAD_FILE, lesson.head)
    summary = {
        "version": lesson.head.version,
        "base": base.version,
        "backbone": lesson.head.backbone,
        "labels": list(lesson.head.labels),
        "learned_at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "decisions": len(kept),
        "contradictions": len(contradictions),
        "rejected": len(rejected),
        **dict(lesson.head.summary),
    }
    with replacing(out / SUMMARY_FILE) as temporary:
        temporary.write_text(json.dumps(summary, ensure_ascii=False, indent=2, default=str), encoding="utf-8")
    return Learned(out, lesson.head, lesson.notes, tuple(contradictions), rejected)


def evaluate_heads(
    head: Head, photos: Photos, *, taught: Optional[Examples] = None
) -> tuple[dict[str, dict[str, Any]], list[WorstError]]:
    """Return the figures by column, ``out of source`` and ``in source``, and the worst errors of the former.

    A photo that the head was taught, or of a group that it was taught, is in source; figures there are optimistic. A
    column without photos of the head's classes is left out. What a head would reach that learned from the other groups
    of the same photos is a column of its own: :mod:`~.cross_validation`.

    Raises
    ------
    DataError
        No photo has a label that the head knows.
    """
    decided = np.flatnonzero(photos.examples.label != "")
    examples = photos.examples.rows(decided)
    seen = np.zeros(len(decided), bool)
    if taught is not None:
        seen = np.isin(examples.photo, taught.photo) | np.isin(examples.group, taught.group)
    columns: dict[str, dict[str, Any]] = {}
    worst: list[WorstError] = []
    for name, rows in (("out of source", np.flatnonzero(~seen)), ("in source", np.flatnonzero(seen))):
        if not np.isin(examples.label[rows], head.labels).any():
            continue
        quality = [photos.quality[i] for i in decided[rows]]
        found = with_quality(head.suggest(examples.features[rows]), quality)
        by = {key: values[decided][rows] for key, values in photos.by.items()}
        columns[name] = evaluate(head.labels, found, Confirmed(examples.label[rows], examples.group[rows], by))
        if not worst:
            worst = _worst(head, found, examples.label[rows], [photos.paths[i] for i in decided[rows]])
    if not columns:
        raise DataError(
            "None of the confirmed labels is one of the model's",
            next_step=f"The model knows: {', '.join(head.labels)}",
        )
    return columns, worst


def read_folder(
    paths: list[Path], label: str, package: ModelPackage, cache: FeatureCache, *, feedback: Feedback = SILENT
) -> Photos:
    """Read photos that all have one label (``""``: nobody decided) into examples; each is a group of its own.

    Raises
    ------
    DataError
        None of them can be read.
    """
    found = list(features_of(paths, package, cache, feedback=feedback))
    rejected = tuple(Rejected(str(each.path), str(each.error)) for each in found if each.features is None)
    kept = [each for each in found if each.features is not None]
    if not kept:
        raise DataError("None of the photos can be read", next_step="Give a folder with JPEG, PNG or HEIC photos")
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")

    def texts(value: str) -> Array:
        return np.array([value] * len(kept), dtype=np.str_)

    hashes = np.array([each.photo for each in kept], dtype=np.str_)
    features = np.stack([each.features for each in kept if each.features is not None])
    source = texts(Path(paths[0]).parent.name or "folder")
    examples = Examples(backbone_of(package), hashes, texts(label), texts(now), hashes, source, features)
    names = tuple(str(each.path) for each in kept)
    return Photos(examples, names, {"source": source}, tuple(each.quality for each in kept), rejected)


def together(first: Photos, second: Photos) -> Photos:
    """Return the photos of both; what figures are told apart by only where both have it."""
    joined = {
        name: np.concatenate([getattr(first.examples, name), getattr(second.examples, name)])
        for name in ("photo", "label", "at", "group", "source", "features")
    }
    return Photos(
        Examples(first.examples.backbone, **joined),
        first.paths + second.paths,
        {x: np.concatenate([first.by[x], second.by[x]]) for x in first.by if x in second.by},
        first.quality + second.quality,
        first.rejected + second.rejected,
    )


def adapted(head: Head, photos: Photos) -> Head:
    """Return the head after it saw the photos without their labels."""
    return fit(None, base=head, unlabelled=photos.examples.features).head


def pooled(files: list[Path]) -> Examples:
    """Read and merge the examples of several files or model folders."""
    found = [read_examples(file / EXAMPLES_FILE if file.is_dir() else file) for file in files]
    return merged(*found)


def taught_examples(folder: Path) -> Optional[Examples]:
    """Return what the head of a folder was taught, where the folder says it."""
    file = Path(folder) / EXAMPLES_FILE
    return read_examples(file) if file.is_file() else None


def head_of(folder: Path, backbone: str) -> Head:
    """Read the head of a folder; it must be of this backbone."""
    return read_head(folder, backbone=backbone)


def _worst(head: Head, found: Suggestions, label: Array, paths: list[str]) -> list[WorstError]:
    p, silent = found.probabilities, found.abstained
    guess = p.argmax(axis=1)
    wrong = np.flatnonzero((np.array(head.labels)[guess] != label) & np.isin(label, head.labels))
    order = wrong[np.argsort(-p[wrong, guess[wrong]], kind="stable")][:_WORST]
    return [
        WorstError(paths[i], str(label[i]), head.labels[guess[i]], float(p[i, guess[i]]), bool(silent[i]))
        for i in order
    ]  # fmt: skip
