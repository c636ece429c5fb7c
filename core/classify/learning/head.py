# SPDX-License-Identifier: GPL-2.0-or-later
"""A head: what turns the features of a photo into classes, an unknown score and, where it must, an abstention.

One small file holds all of it, the statistics of what it was taught included, so that a later refit can build on it.

The score of a class is the mean over views of the log-probability that a linear layer gives to the class, plus
``anchor_share`` times the similarity to the three nearest anchors of the class. The layer may have several rows a class
(a class is often several looks: "none" is a wall, a road, a clean bin); their probabilities add.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from ....resources import path as resource
from ...base.files import replacing
from ...errors import ModelError
from ..package import BASE_FILE, default_package_dir
from .archive import read_archive
from .fit.class_centres import pack, unpack
from .fit.logistic import log_softmax, softmax

Array = NDArray[Any]
FORMAT = "sigma-communes head 1"
HEAD_FILE = "learned_head.npz"
NEAREST = 3
_LEAST_P = 1e-4
_ALONE, _LEAST_PIECE = 262_144, 64
"""Multiplications that OpenBLAS does in one thread (interface/gemm.c: 65536 · GEMM_MULTITHREAD_THRESHOLD)."""


@dataclass(frozen=True)
class Suggestions:
    """What a head says of n photos.

    ``probabilities (n, labels)``; ``unknown (n,)``: the higher, the less like anything taught; ``reasons``: ``""``
    where the head answers, else why it abstains.
    """

    probabilities: Array
    unknown: Array
    reasons: tuple[str, ...]

    @property
    def abstained(self) -> Array:
        """Whether the head says that it does not know, ``(n,)``."""
        return np.array([bool(reason) for reason in self.reasons])


@dataclass(frozen=True)
class Head:
    """A head and all that is needed to use it.

    ``weight (rows, d)``, ``bias (rows,)`` and ``row_label (rows,)``: the layer, and the label that each row is a look
    of. ``backbone`` names the feature space; ``mean (d,)`` is subtracted from features first; ``anchors (m, d)`` are
    features of what was taught (class centres, confirmed photos), each with a label and a weight. A class is suggested
    at ``thresholds[label]`` or above, and only where the unknown score is at most ``unknown_limit``.
    """

    version: str
    backbone: str
    labels: tuple[str, ...]
    mean: Array
    weight: Array
    bias: Array
    row_label: Array
    anchors: Array
    anchor_label: Array
    anchor_weight: Array
    anchor_share: float
    label_bias: Array
    temperature: float
    thresholds: Mapping[str, float]
    unknown_share: float
    unknown_limit: float
    summary: Mapping[str, Any]

    def without(self, label: str) -> Head:
        """Return the head as if it knew nothing of one of its labels; itself where it does not know it."""
        if label not in self.labels:
            return self
        gone = self.labels.index(label)
        rows, anchors = self.row_label != gone, self.anchor_label != gone
        kept = tuple(x for x in self.labels if x != label)
        place = np.array([kept.index(x) if x in kept else -1 for x in self.labels])
        return replace(
            self, labels=kept, weight=self.weight[rows], bias=self.bias[rows], row_label=place[self.row_label[rows]],
            anchors=self.anchors[anchors], anchor_label=place[self.anchor_label[anchors]],
            anchor_weight=self.anchor_weight[anchors], label_bias=np.delete(self.label_bias, gone),
            thresholds={x: self.thresholds[x] for x in kept},
        )  # fmt: skip

    def suggest(self, features: Array) -> Suggestions:
        """Say what photos show.

        Parameters
        ----------
        features : array
            ``(n, views, d)``, or ``(n, d)`` for one view or a mean of views.

        Raises
        ------
        ModelError
            The features are of another length than the head's backbone gives.
        """
        scores, similar = self.scores(features)
        p = softmax(scores / self.temperature)
        unknown = self.unknown_scores(scores, similar)
        return Suggestions(p, unknown, tuple(self._reason(*row) for row in zip(p, unknown)))

    def probabilities(self, features: Array) -> Array:
        """Return the probabilities ``(n, labels)`` alone."""
        return self.suggest(features).probabilities

    def scores(self, features: Array) -> tuple[Array, Array]:
        """Return scores ``(n, labels)`` before the temperature, and the similarity to the nearest anchors ``(n,)``."""
        if features.ndim not in (2, 3) or features.shape[-1] != len(self.mean):
            raise ModelError(
                f"Features of shape {list(features.shape)} come; this head takes {len(self.mean)} a view",
                next_step="Use a head that was learned with this model package, or learn one",
            )
        views = (features if features.ndim == 3 else features[:, None]).astype(np.float32) - self.mean
        n, count, d = views.shape
        log_p = log_softmax(_product(views.reshape(-1, d), self.weight) + self.bias)
        member = (self.row_label[:, None] == np.arange(len(self.labels))).astype(np.float32)
        log_p = np.log(np.exp(log_p) @ member + _LEAST_P)
        by_label, overall = self._similarity(views.mean(axis=1))
        scores = log_p.reshape(n, count, -1).mean(axis=1).astype(np.float64) + self.label_bias
        return scores + self.anchor_share * by_label, overall

    def _similarity(self, means: Array) -> tuple[Array, Array]:
        """Return the mean cosine to the nearest anchors: by label ``(n, labels)``, and of all ``(n,)``."""
        by_label = np.zeros((len(means), len(self.labels)))
        if not len(self.anchors):
            return by_label, np.zeros(len(means))
        similar = _product(_unit(means), self._directions)
        for i in range(len(self.labels)):
            by_label[:, i] = _nearest_mean(similar[:, self.anchor_label == i])
        return by_label, _nearest_mean(similar)

    @cached_property
    def _directions(self) -> Array:
        """The anchors from the mean, each of length 1."""
        return _unit(self.anchors - self.mean)

    def unknown_scores(self, scores: Array, similar: Array) -> Array:
        """Return how unlike anything taught photos are, from what :meth:`scores` gave."""
        best = np.clip(softmax(scores).max(axis=1), 1e-6, 1 - 1e-6)
        result: Array = -(np.log(best / (1 - best)) + self.unknown_share * similar)
        return result

    def _reason(self, p: Array, unknown: float) -> str:
        label, score = self.labels[int(p.argmax())], float(p.max())
        if unknown > self.unknown_limit:
            return f"unlike anything this model was taught (nearest: {label})"
        if score < self.thresholds[label]:
            return f"best guess {label} has a score of {score:.2f}, below {self.thresholds[label]:.2f}"
        return ""


def _unit(rows: Array) -> Array:
    result: Array = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return result


def _product(rows: Array, others: Array) -> Array:
    """Return ``rows @ others.T``; a small one in pieces so small that OpenBLAS computes them in the caller's thread.

    Threads that it wakes spin for some 25 ms after each product, on the cores that decode the next photos.
    """
    piece = _ALONE // max(len(rows) * len(others), 1)
    if piece < _LEAST_PIECE:
        result: Array = rows @ others.T
        return result
    total = np.zeros((len(rows), len(others)), np.result_type(rows, others))
    for start in range(0, rows.shape[1], piece):
        total += rows[:, start : start + piece] @ others[:, start : start + piece].T
    return total


def _nearest_mean(similar: Array) -> Array:
    count = min(NEAREST, similar.shape[1])
    if not count:
        return np.zeros(len(similar))
    result: Array = -np.partition(-similar, count - 1, axis=1)[:, :count].mean(axis=1)
    return result


def write_head(path: Path, head: Head) -> None:
    """Write a head as one file, whole or not at all.

    Raises
    ------
    DataError
        The folder can't be written.
    """
    packed, scale = pack(head.anchors)
    with replacing(Path(path)) as temporary, temporary.open("wb") as file:
        np.savez_compressed(
            file,
            format=np.array(FORMAT),
            version=np.array(head.version),
            backbone=np.array(head.backbone),
            labels=np.array(head.labels),
            mean=head.mean.astype(np.float32),
            weight=head.weight.astype(np.float32),
            bias=head.bias.astype(np.float32),
            row_label=head.row_label.astype(np.int32),
            anchors=packed,
            anchor_scale=scale,
            anchor_label=head.anchor_label.astype(np.int32),
            anchor_weight=head.anchor_weight.astype(np.float32),
            label_bias=head.label_bias.astype(np.float32),
            thresholds=np.array([head.thresholds[label] for label in head.labels], np.float32),
            numbers=np.array([head.anchor_share, head.temperature, head.unknown_share, head.unknown_limit]),
            summary=np.array(json.dumps(dict(head.summary), ensure_ascii=False, sort_keys=True)),
        )


def read_head(path: Path, *, backbone: Optional[str] = None) -> Head:
    """Read a head: the file, the folder of a learned version, or that of the shipped model package.

    Parameters
    ----------
    path : Path
        Where it is.
    backbone : str, optional
        The backbone that features will come from; a head of another one is refused.

    Raises
    ------
    ModelError
        It is not there, damaged, foreign, or of another backbone.
    """
    file = _file_of(Path(path))
    fields = read_archive(file, FORMAT)
    labels, found_backbone = fields.texts("labels"), fields.text("backbone")
    if backbone is not None and found_backbone != backbone:
        raise ModelError(
            f"The head was learned on the features of {found_backbone}, this package gives those of {backbone}",
            where=str(file),
            next_step="Learn it again from the decisions: sigma-communes model learn",
        )
    fields.labels(np.array(labels, dtype=np.str_))
    count = len(labels)
    mean = fields.array("mean", np.floating, (None,))
    d = len(mean)
    weight = fields.array("weight", np.floating, (None, d))
    bias = fields.array("bias", np.floating, (len(weight),))
    row_label = fields.array("row_label", np.integer, (len(weight),))
    packed = fields.array("anchors", np.uint8, (None, d))
    anchor_label = fields.array("anchor_label", np.integer, (len(packed),))
    thresholds = fields.array("thresholds", np.floating, (count,))
    numbers = fields.array("numbers", np.floating, (4,)).tolist()
    within = all(((x >= 0) & (x < count)).all() for x in (row_label, anchor_label))
    complete = set(row_label.tolist()) == set(range(count))
    if count < 2 or not within or not complete or numbers[1] <= 0:
        raise ModelError("Does not fit: its rows are not those of its labels", where=str(file))
    if not ((thresholds >= 0) & (thresholds <= 1)).all():
        raise ModelError("Does not fit: thresholds from 0 to 1 are due", where=str(file))
    try:
        summary = json.loads(fields.text("summary"))
    except ValueError as error:
        raise ModelError("Does not fit: its summary is not JSON", where=str(file)) from error
    return Head(
        version=fields.text("version"),
        backbone=found_backbone,
        labels=labels,
        mean=mean,
        weight=weight,
        bias=bias,
        row_label=row_label.astype(np.int64),
        anchors=unpack(packed, fields.array("anchor_scale", np.floating, ())),
        anchor_label=anchor_label.astype(np.int64),
        anchor_weight=fields.array("anchor_weight", np.floating, (len(packed),)),
        anchor_share=numbers[0],
        label_bias=fields.array("label_bias", np.floating, (count,)),
        temperature=numbers[1],
        thresholds=dict(zip(labels, thresholds.tolist())),
        unknown_share=numbers[2],
        unknown_limit=numbers[3],
        summary=summary if isinstance(summary, dict) else {},
    )


def _file_of(path: Path) -> Path:
    if not path.is_dir():
        return path
    return path / BASE_FILE if not (path / HEAD_FILE).exists() and (path / BASE_FILE).exists() else path / HEAD_FILE


def base_head() -> Head:
    """Return the head that the default package brings, with the statistics of its base set.

    Raises
    ------
    ModelError
        It is missing or damaged.
    """
    own = default_package_dir() / BASE_FILE
    return read_head(own if own.is_file() else resource("model", "fidamia-base", BASE_FILE))
