# SPDX-License-Identifier: GPL-2.0-or-later
"""How long a refit and a second classification take.

    ./dev bench learn --json

Limits: a refit on 5,000 decisions 5 s; 1,000 photos whose features are cached 1 s. Features are drawn around the
centres of the shipped head; files are empty, since a second pass opens none.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sigma_communes.core.classify import classify
from sigma_communes.core.classify.features import FeatureCache, PhotoFeatures, space_of
from sigma_communes.core.classify.learning import Taught, base_head, fit
from sigma_communes.core.classify.learning.running import Running

DECISIONS, PHOTOS = 5000, 2000


def refit_seconds() -> float:
    base, random = base_head(), np.random.RandomState(0)
    rows = random.randint(0, len(base.anchors), DECISIONS)
    features = np.clip(base.anchors[rows][:, None] + random.normal(0, 0.15, (DECISIONS, 5, len(base.mean))), 0, None)
    labels = np.array([*base.labels, "tree", "sign"])[
        np.where(random.rand(DECISIONS) < 0.1, 4 + rows % 2, base.anchor_label[rows])
    ]
    taught = Taught(features.astype(np.float16), labels, np.arange(DECISIONS).astype(str))
    start = time.perf_counter()
    fit(taught, base=base)
    return time.perf_counter() - start


@dataclass(frozen=True)
class Package:
    """Stands for a package whose network is never run."""

    has_features: bool = True
    name: str = "bench"
    version: str = "1"
    views: tuple[int, ...] = (0,) * 5
    input_size: int = 224
    mean: float = 0.0
    std: float = 1.0
    graph: str = ""


def second_pass_seconds() -> float:
    """Classify PHOTOS files whose features are kept, as ``sigma-communes classify`` does."""
    base, random, package = base_head(), np.random.RandomState(0), Package()
    decide = Running(package, base, "bench 1").decider()  # type: ignore[arg-type]
    with tempfile.TemporaryDirectory() as folder:
        file, space = Path(folder) / "cache.sqlite", space_of(package)  # type: ignore[arg-type]
        paths = [os.path.join(folder, f"{i}.jpg") for i in range(PHOTOS)]
        with FeatureCache(file) as cache:
            for i, path in enumerate(paths):
                Path(path).touch()
                os.utime(path, (1e9, 1e9))
                found = PhotoFeatures(path, str(i), random.rand(5, len(base.mean)).astype(np.float16))
                cache.put(found, space, stat=os.stat(path))
        start = time.perf_counter()
        with FeatureCache(file) as cache:
            seen = classify(paths, package, decide=decide, cache=cache, pictures=lambda path: False)  # type: ignore[arg-type]
            count = sum(result.prediction is not None for result in seen)
        return (time.perf_counter() - start) / count * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = {"refit_5000_seconds": round(refit_seconds(), 2), "cached_1000_seconds": round(second_pass_seconds(), 2)}
    print(json.dumps(figures) if arguments.json else "\n".join(f"{k}: {v}" for k, v in figures.items()))


if __name__ == "__main__":
    main()
