# SPDX-License-Identifier: GPL-2.0-or-later
"""Confirmed photos as examples to learn from: stored, merged between communes, contradictions settled and reported.

An example is what a person decided of one photo: its content's hash, label, time, and the photo's features; never the
photo. Merging is a union by hash in which the latest decision holds (of equally late ones the greater label, then
group, source and digest of the features), so neither the order of merging nor merging twice matters.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...base.files import replacing
from ...errors import ModelError
from .archive import read_archive

Array = NDArray[Any]
FORMAT = "sigma-communes examples 1"
_SAME_PHOTO = 0.985
"""Cosine of centred features above which two photos are copies of one (resized, recompressed)."""


@dataclass(frozen=True)
class Examples:
    """n decisions: texts ``photo`` (sha256 of the content), ``label``, ``at`` (ISO 8601 UTC), ``group``, ``source``
    ``(n,)``, and features ``(n, views, d)`` float16 of ``backbone``.
    """

    backbone: str
    photo: Array
    label: Array
    at: Array
    group: Array
    source: Array
    features: Array

    def __len__(self) -> int:
        return len(self.photo)

    def rows(self, chosen: Array) -> Examples:
        """Return some of the examples, by row number or mask."""
        return Examples(
            self.backbone,
            self.photo[chosen],
            self.label[chosen],
            self.at[chosen],
            self.group[chosen],
            self.source[chosen],
            self.features[chosen],
        )


@dataclass(frozen=True)
class Contradiction:
    """Two decisions on one photo (or two copies of it) that differ; ``kept`` is the later one."""

    photo: str
    other: str
    kept: str
    dropped: str


def settled(examples: Examples, mean: Array) -> tuple[Examples, list[Contradiction]]:
    """Return the examples without those that a later decision on the same photo overrules, and what was overruled.

    Parameters
    ----------
    examples : Examples
        In any order.
    mean : array
        ``(d,)``: what features are centred on before photos are compared.

    Raises
    ------
    ModelError
        The features are of another length.
    """
    if examples.features.shape[2] != len(mean):
        raise ModelError(
            f"Features of length {examples.features.shape[2]} come; {len(mean)} are due",
            next_step="Export them again with the model package that is used here",
        )
    order = np.lexsort((examples.label, examples.at, examples.photo))
    latest: dict[str, int] = {}
    found: list[Contradiction] = []
    for i in order.tolist():
        photo = str(examples.photo[i])
        before = latest.get(photo)
        if before is not None and examples.label[before] != examples.label[i]:
            found.append(Contradiction(photo, photo, str(examples.label[i]), str(examples.label[before])))
        latest[photo] = i
    kept = np.array(sorted(latest.values()), dtype=np.int64)
    dropped: set[int] = set()
    for i, j in _copies(examples.features[kept], mean):
        a, b = kept[i], kept[j]
        if examples.label[a] != examples.label[b]:
            old, new = sorted(
                (a, b), key=lambda k: (str(examples.at[k]), str(examples.label[k]), str(examples.photo[k]))
            )
            dropped.add(int(old))
            found.append(
                Contradiction(
                    str(examples.photo[new]),
                    str(examples.photo[old]),
                    str(examples.label[new]),
                    str(examples.label[old]),
                )
            )
    return examples.rows(kept[~np.isin(kept, list(dropped))]), found


def _copies(features: Array, mean: Array, block: int = 1024) -> list[tuple[int, int]]:
    centred = features.astype(np.float32).mean(axis=1) - mean
    unit = centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)
    pairs = []
    for start in range(0, len(unit), block):
        rows, columns = np.nonzero(unit[start : start + block] @ unit.T > _SAME_PHOTO)
        rows = rows + start
        pairs += [(int(i), int(j)) for i, j in zip(rows, columns) if i < j]
    return pairs


def merged(*several: Examples) -> Examples:
    """Return all examples of several sets, one a photo: the latest decision holds.

    Raises
    ------
    ModelError
        They come from different backbones.
    """
    backbones = sorted({part.backbone for part in several})
    shapes = {part.features.shape[1:] for part in several if len(part)}
    if len(backbones) != 1 or len(shapes) > 1:
        raise ModelError(
            f"Examples of different backbones can't be merged: {', '.join(backbones)}",
            next_step="Export them again with the same model package and views",
        )
    parts = [part for part in several if len(part)] or [several[0]]

    def joined(name: str) -> Array:
        return np.concatenate([getattr(part, name) for part in parts])

    whole = Examples(
        backbones[0],
        joined("photo"),
        joined("label"),
        joined("at"),
        joined("group"),
        joined("source"),
        joined("features"),
    )
    digests = np.array([hashlib.sha256(each.tobytes()).hexdigest() for each in whole.features], dtype=np.str_)
    order = np.lexsort((digests, whole.source, whole.group, whole.label, whole.at, whole.photo))
    last = np.append(whole.photo[order][1:] != whole.photo[order][:-1], True) if len(whole) else np.zeros(0, bool)
    return whole.rows(order[last])


def write_examples(path: Path, examples: Examples, *, compressed: bool = True) -> None:
    """Write examples as one file, whole or not at all; compressing saves a third and costs more than learning does."""
    with replacing(Path(path)) as temporary, temporary.open("wb") as file:
        (np.savez_compressed if compressed else np.savez)(
            file,
            format=np.array(FORMAT),
            backbone=np.array(examples.backbone),
            features=examples.features.astype(np.float16),
            **{name: getattr(examples, name).astype(str) for name in ("photo", "label", "at", "group", "source")},
        )


def read_examples(path: Path) -> Examples:
    """Read examples.

    Raises
    ------
    ModelError
        They are not there, damaged or foreign.
    """
    fields = read_archive(Path(path), FORMAT)
    features = fields.array("features", np.floating, (None, None, None))
    n = len(features)

    def texts(name: str) -> Array:
        return fields.array(name, np.str_, (n,))

    return Examples(
        fields.text("backbone"),
        texts("photo"),
        fields.labels(texts("label")),
        texts("at"),
        texts("group"),
        texts("source"),
        features.astype(np.float16),
    )
