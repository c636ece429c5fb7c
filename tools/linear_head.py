# SPDX-License-Identifier: GPL-2.0-or-later
"""A linear head on the backbone's features: the photos it learns from, its training, its measures."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray
from sigma_communes.core.classify import build, efficientnet, views
from sigma_communes.core.classify.package import CARD_FILE, DEFAULT_NAME, session_of
from sigma_communes.core.photos import open_picture
from sigma_communes.resources import path as resource

ROOT = Path(__file__).resolve().parents[1]
SHEET = build.package_sheet()
LABELS = list(SHEET.labels)
INSIDE = {"overflow": "waste"}
L2 = 1e-2
FOLDS = 5
# Views in the feature arrays: whole, its mirror image, four corners.
ONE_VIEW, FIVE_VIEWS = [0], [0, 2, 3, 4, 5]

Array = NDArray[Any]
Head = tuple[Array, Array]


@dataclass(frozen=True)
class Photos:
    """Features ``(n, 6, 1280)`` of photos; ``label`` is an index into LABELS, -1 where the model has no such class."""

    features: Array
    label: Array
    source: Array
    group: Array

    def __getitem__(self, rows: Array) -> Photos:
        return Photos(self.features[rows], self.label[rows], self.source[rows], self.group[rows])


def read_photos(data: Path, precision: str = "fp32") -> Photos:
    """Read the photos of a folder with manifest.csv; their features are kept in .cache/train_head."""
    manifest = (data / "manifest.csv").read_bytes()
    rows = list(csv.DictReader(manifest.decode("utf-8").splitlines()))
    code = [Path(str(module.__file__)).read_bytes() for module in (efficientnet, views)]
    if precision != "fp32":
        code += [precision.encode(), resource("model", DEFAULT_NAME, "ranges.json").read_bytes()]
    key = hashlib.sha256(b"".join([manifest, *code])).hexdigest()[:16]
    cache = ROOT / ".cache" / "train_head" / f"{key}.npz"
    if not cache.exists():
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.savez(cache, features=np.stack(list(features_of([data / r["file"] for r in rows], precision))))
    label = np.array([LABELS.index(INSIDE.get(r["label"], r["label"])) for r in rows])
    source = np.array([r["source"].split("@")[0] for r in rows])
    return Photos(np.load(cache)["features"].astype(np.float32), label, source, np.array([r["group"] for r in rows]))


def features_of(files: list[Path], precision: str) -> Iterator[Array]:
    head = (np.zeros((len(LABELS), efficientnet.FEATURES)), np.zeros(len(LABELS)))
    graph = build.network(build.backbone_weights(), head, precision)
    session = session_of(graph.SerializeToString(), "the backbone")

    def features(file: Path) -> Array:
        five = views.views_of(open_picture(file).pixels, views.FIVE_VIEWS, efficientnet.SIZE)
        six = np.concatenate([five[:1], five[:1, :, ::-1], five[1:]])
        return session.run(["features"], {"pixels": six})[0].astype(np.float16)

    with ThreadPoolExecutor(2) as pool:
        yield from pool.map(features, files)


def read_evaluation(file: Path) -> Photos:
    with np.load(file, allow_pickle=False) as arrays:
        label = np.array([LABELS.index(x) if x in LABELS else -1 for x in arrays["label"]])
        return Photos(arrays["features"].astype(np.float32), label, arrays["source"], arrays["group"])


# --- training ----------------------------------------------------------------------------------------------------


def trained(photos: Photos, l2: float = L2, *, balanced: bool = True) -> Head:
    """Multinomial logistic regression on all views, squared weights times l2 / 2; every class weighs the same."""
    _, per_photo, width = photos.features.shape
    x = photos.features.reshape(-1, width)
    label = np.repeat(photos.label, per_photo)
    target = np.eye(len(LABELS), dtype=np.float32)[label]
    weight = class_weights(label) if balanced else np.full(len(label), 1 / len(label), np.float32)

    def loss(flat: Array) -> tuple[float, Array]:
        w = flat.reshape(len(LABELS), width + 1).astype(np.float32)
        z = x @ w[:, :-1].T + w[:, -1]
        z -= z.max(1, keepdims=True)
        log_p = z - np.log(np.exp(z).sum(1, keepdims=True))
        gradient = np.empty_like(w)
        error = (np.exp(log_p) - target) * weight[:, None]
        gradient[:, :-1], gradient[:, -1] = error.T @ x + l2 * w[:, :-1], error.sum(0)
        value = -(weight * (target * log_p).sum(1)).sum() + l2 / 2 * (w[:, :-1] ** 2).sum()
        return float(value), gradient.ravel().astype(np.float64)

    w = minimised(loss, np.zeros(len(LABELS) * (width + 1))).reshape(len(LABELS), width + 1)
    return w[:, :-1].astype(np.float32), w[:, -1].astype(np.float32)


def class_weights(label: Array) -> Array:
    """Weights that sum to 1, and to the same for every class."""
    share = 1 / np.maximum(np.bincount(label, minlength=len(LABELS)), 1)
    weight: Array = share[label].astype(np.float32)
    return weight / weight.sum()


def minimised(f: Callable[[Array], tuple[float, Array]], x: Array, steps: int = 200, memory: int = 10) -> Array:
    """L-BFGS with backtracking (Nocedal and Wright, Numerical Optimization, algorithm 7.5)."""
    value, gradient = f(x)
    pairs: list[tuple[Array, Array]] = []
    for _ in range(steps):
        direction = -gradient
        factors = []
        for s, y in reversed(pairs):
            factors.append(s @ direction / (y @ s))
            direction = direction - factors[-1] * y
        if pairs:
            s, y = pairs[-1]
            direction = direction * (s @ y) / (y @ y)
        for (s, y), factor in zip(pairs, reversed(factors)):
            direction = direction + s * (factor - y @ direction / (y @ s))
        size = 1.0 if pairs else min(1.0, 1 / np.abs(gradient).sum())
        slope = gradient @ direction
        for _ in range(30):
            new_value, new_gradient = f(x + size * direction)
            if new_value <= value + 1e-4 * size * slope:
                break
            size /= 2
        s, y = size * direction, new_gradient - gradient
        if s @ y > 1e-10:
            pairs = [*pairs[-memory + 1 :], (s, y)]
        x, value, gradient = x + s, new_value, new_gradient
        if np.abs(gradient).max() < 1e-5:
            break
    return x


# --- measuring ---------------------------------------------------------------------------------------------------


def probabilities(head: Head, features: Array, of_views: list[int]) -> Array:
    z = (features[:, of_views].mean(1) @ head[0].T + head[1]) / SHEET.temperature
    p = np.exp(z - z.max(1, keepdims=True))
    return p / p.sum(1, keepdims=True)


def scores(label: Array, guess: Array) -> Array:
    """Precision, recall, F1 and number of photos, one row a class."""
    rows = []
    for i in range(len(LABELS)):
        right, guessed, there = ((guess == i) & (label == i)).sum(), (guess == i).sum(), (label == i).sum()
        rows.append((right / max(guessed, 1), right / max(there, 1), 2 * right / max(guessed + there, 1), there))
    return np.array(rows)


def macro_f1(label: Array, p: Array) -> float:
    return float(scores(label, p.argmax(1))[:, 2].mean())


def expected_calibration_error(label: Array, p: Array) -> float:
    sure, right = p.max(1), p.argmax(1) == label
    bins = np.minimum((sure * 15).astype(int), 14)
    return float(sum(abs((sure - right)[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)))


def folds_of(photos: Photos) -> Iterator[tuple[Array, Array]]:
    """Training and test rows of each fold; a group stays on one side."""
    names, group = np.unique(photos.group, return_inverse=True)
    fold = np.random.RandomState(0).permutation(len(names))[group] % FOLDS
    for k in range(FOLDS):
        yield np.flatnonzero(fold != k), np.flatnonzero(fold == k)


def cross_validated(photos: Photos, tested: Optional[Photos] = None) -> tuple[Array, Array]:
    """Probabilities (one view, five views) of each photo, from a head that saw none of its group."""
    one, five = (np.empty((len(photos.label), len(LABELS))) for _ in range(2))
    for train, test in folds_of(photos):
        head = trained(photos[train])
        features = (tested or photos).features[test]
        one[test], five[test] = probabilities(head, features, ONE_VIEW), probabilities(head, features, FIVE_VIEWS)
    return one, five


def write_card(command: str, lines: list[str]) -> None:
    """Put the figures between the two marks that name the command; docs/model-card.md is the same text."""
    mark = f"<!-- figures: {command} -->"
    docs, card = ROOT / "docs" / "model-card.md", resource("model", DEFAULT_NAME, CARD_FILE)
    before, _, after = docs.read_text(encoding="utf-8").split(mark)
    text = mark.join([before, "\n" + "\n".join(lines) + "\n", after])
    for file in (docs, card):
        file.write_text(text, encoding="utf-8")
