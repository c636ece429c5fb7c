# SPDX-License-Identifier: GPL-2.0-or-later
"""Features for the research scripts: of the training photos (computed once) and of the out-of-source collections.

Views in the arrays: whole, its mirror image, four corner crops of 60 %; preprocessing as in the out-of-source set.
The split of that set: its groups, label by label, into a half to choose on and a half to report on.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sigma_communes.core.classify import build, efficientnet, views
from sigma_communes.core.classify.package import session_of
from street_scenes import scenes

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
CACHE = ROOT / ".cache" / "research"
FIVE = [0, 2, 3, 4, 5]
KNOWN = ("waste", "graffiti", "road_damage", "none")
NEW = ("flood", "electric", "tree", "sign", "scooter")
SEEDS = 8
FACADES = "Urban-Research-Lab/building-facades-advertising-dataset"
_NO_PIECE = ("street", "highway")
"""Of these the middle shows a whole scene; roads, walls and closed bins show a thing."""
Array = NDArray[Any]


@dataclass(frozen=True)
class Photos:
    """Features ``(n, 6, 1280)`` float32, labels, sub-labels, sources and groups as text."""

    features: Array
    label: Array
    look: Array
    source: Array
    group: Array

    def rows(self, chosen: Array) -> Photos:
        """Some of the photos, by number or mask."""
        return Photos(*(x[chosen] for x in (self.features, self.label, self.look, self.source, self.group)))

    def and_(self, other: Photos) -> Photos:
        """Return these photos and others."""
        names = ("features", "label", "look", "source", "group")
        return Photos(*(np.concatenate([getattr(self, x), getattr(other, x)]) for x in names))


def _manifest() -> list[dict[str, str]]:
    with (SHARED / "photos" / "manifest.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _facade_files() -> list[Path]:
    return sorted((SHARED / "facades").glob("*.jpg"))


def facades() -> Photos:
    """Ordinary façades, class none."""
    features = _kept("facades", lambda: map(Image.open, _facade_files()))
    return _of_one_kind(features, "none", "facade", FACADES)


def street_photos() -> Photos:
    """Façades and streets with a heap of waste before them, and with something harmless; see street_scenes.py."""
    root, rows = SHARED / "photos", _manifest()
    backs = [*_facade_files(), *(root / row["file"] for row in rows if row["sublabel"] == "street")]
    waste = [root / row["file"] for row in rows if row["sublabel"] == "dumping"]
    sound = [root / row["file"] for row in rows if row["label"] == "none" and row["sublabel"] not in _NO_PIECE]
    found = [
        _of_one_kind(_kept("street_waste", lambda: scenes(backs, waste, 0)), "waste", "heap in a street", FACADES),
        _of_one_kind(_kept("street_sound", lambda: scenes(backs, sound, 1)), "none", "thing in a street", FACADES),
    ]
    return found[0].and_(found[1])


def _of_one_kind(features: Array, label: str, sublabel: str, source: str) -> Photos:
    n = len(features)
    look = np.array([f"{sublabel}|{source}"] * n)
    # One group a background: what was made of one façade stays on one side of a split.
    group = np.array([f"back {i}" for i in range(n)])
    return Photos(features, np.array([label] * n), look, np.array([source] * n), group)


def _kept(name: str, pictures: Callable[[], Iterable[Image.Image]]) -> Array:
    cache = CACHE / f"{name}.npz"
    if not cache.exists():
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.savez(cache, features=np.stack(_features_of(pictures())))
    features: Array = np.load(cache)["features"].astype(np.float32)
    return features


def training_photos() -> Photos:
    """The photos with a label, without façades and street scenes."""
    folder, rows = SHARED / "photos", _manifest()
    features = _kept("photos", lambda: (Image.open(folder / row["file"]) for row in rows))
    label = np.array(["waste" if row["label"] == "overflow" else row["label"] for row in rows])
    source = np.array([row["source"].split("@")[0] for row in rows])
    look = np.array([f"{row['sublabel']}|{s}" for row, s in zip(rows, source)])
    return Photos(features, label, look, source, np.array([row["group"] for row in rows]))


def _features_of(pictures: Iterable[Image.Image]) -> list[Array]:
    head = (np.zeros((2, efficientnet.FEATURES)), np.zeros(2))
    graph = efficientnet.efficientnet_lite0(build.backbone_weights(), head)
    session = session_of(graph.SerializeToString(), "the backbone")
    return [session.run(["features"], {"pixels": _six_views(image)})[0].astype(np.float16) for image in pictures]


def _six_views(image: Image.Image) -> Array:
    if hasattr(image, "draft"):
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


def all_training_photos() -> Photos:
    """All that the head that ships is trained on."""
    return training_photos().and_(facades()).and_(street_photos())


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
