# SPDX-License-Identifier: GPL-2.0-or-later
"""Features for the research scripts: of the training photos (computed once) and of the out-of-source collections.

Views in the arrays: whole, its mirror image, four corner crops of 60 %; preprocessing as in the out-of-source set.
The split of that set: its groups, label by label, into a half to choose on and a half to report on.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sigma_communes.core.classify import build, efficientnet, views
from sigma_communes.core.classify.package import session_of

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
CACHE = ROOT / ".cache" / "research"
FIVE = [0, 2, 3, 4, 5]
KNOWN = ("waste", "graffiti", "road_damage", "none")
NEW = ("flood", "electric", "tree", "sign", "scooter")
SEEDS = 8
Array = NDArray[Any]


@dataclass(frozen=True)
class Photos:
    """Features ``(n, 6, 1280)`` float32, labels, sub-labels, sources and groups as text."""

    features: Array
    label: Array
    look: Array
    source: Array
    group: Array


def training_photos() -> Photos:
    folder = SHARED / "photos"
    with (folder / "manifest.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    cache = CACHE / "photos.npz"
    if not cache.exists():
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.savez(cache, features=np.stack(_features_of([folder / row["file"] for row in rows])))
    features = np.load(cache)["features"].astype(np.float32)
    label = np.array(["waste" if row["label"] == "overflow" else row["label"] for row in rows])
    source = np.array([row["source"].split("@")[0] for row in rows])
    look = np.array([f"{row['sublabel']}|{s}" for row, s in zip(rows, source)])
    return Photos(features, label, look, source, np.array([row["group"] for row in rows]))


def _features_of(files: list[Path]) -> list[Array]:
    head = (np.zeros((2, efficientnet.FEATURES)), np.zeros(2))
    graph = efficientnet.efficientnet_lite0(build.backbone_weights(), head)
    session = session_of(graph.SerializeToString(), "the backbone")
    return [session.run(["features"], {"pixels": _six_views(file)})[0].astype(np.float16) for file in files]


def _six_views(file: Path) -> Array:
    image = Image.open(file)
    image.draft("RGB", (448, 448))
    image = image.convert("RGB")
    image.thumbnail((448, 448))
    width, height = image.size
    size = (efficientnet.SIZE, efficientnet.SIZE)
    boxes = [
        (round(a * width), round(b * height), round(c * width), round(d * height)) for a, b, c, d in views.FIVE_VIEWS
    ]
    five = [np.asarray(image.crop(box).resize(size, Image.Resampling.BICUBIC)) for box in boxes]
    return np.stack([five[0], five[0][:, ::-1], *five[1:]])


def other_collections() -> Photos:
    with np.load(SHARED / "eval_features" / "features.npz", allow_pickle=False) as arrays:
        return Photos(
            arrays["features"].astype(np.float32),
            arrays["label"].astype(str),
            arrays["source"].astype(str),
            arrays["source"].astype(str),
            arrays["group"].astype(str),
        )


def halves(photos: Photos, seed: int) -> tuple[Array, Array]:
    """Rows of the choosing and of the reporting half; a group is on one side."""
    random = np.random.RandomState(seed)
    groups, first = np.unique(photos.group.astype(int), return_index=True)
    side = {}
    for label in np.unique(photos.label[first]):
        mine = groups[photos.label[first] == label].copy()
        random.shuffle(mine)
        side.update({group: i % 2 for i, group in enumerate(mine)})
    of = np.array([side[int(group)] for group in photos.group])
    return np.flatnonzero(of == 0), np.flatnonzero(of == 1)


def drawn(photos: Photos, rows: Array, labels: tuple[str, ...], k: int, seed: int) -> Array:
    """Return k of ``rows`` a label (all, where there are fewer)."""
    random = np.random.RandomState(100 + seed)
    return np.concatenate([random.permutation(rows[photos.label[rows] == label])[:k] for label in labels]).astype(int)


def macro_f1(label: Array, guess: Array, labels: tuple[str, ...]) -> float:
    f1 = [2 * ((label == x) & (guess == x)).sum() / max((label == x).sum() + (guess == x).sum(), 1) for x in labels]
    return float(np.mean(f1))


def auroc(known: Array, unknown: Array) -> float:
    """Chance that a photo of an unknown class has a higher unknown score than one of a known class."""
    both = np.concatenate([known, unknown])
    _, inverse, counts = np.unique(both, return_inverse=True, return_counts=True)
    rank = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    m, n = len(unknown), len(known)
    return float((rank[n:].sum() - m * (m + 1) / 2) / (m * n))
