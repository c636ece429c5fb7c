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
from pathlib import Path

import numpy as np
from sigma_communes.core.classify.learning import Taught, base_head, fit
from sigma_communes.core.classify.learning.features import FeatureCache, PhotoFeatures
from sigma_communes.core.classify.learning.predicting import classify_with

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


class Package:
    """Stands for a package whose network is never run."""

    has_features, id, views, folder = True, "bench 1", (0,) * 5, Path()


def second_pass_seconds() -> float:
    base, random = base_head(), np.random.RandomState(0)
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, f"{i}.jpg") for i in range(PHOTOS)]
        with FeatureCache(Path(folder) / "cache.sqlite") as cache:
            for i, path in enumerate(paths):
                Path(path).touch()
                os.utime(path, (1e9, 1e9))
                found = PhotoFeatures(path, str(i), random.rand(5, len(base.mean)).astype(np.float16))
                cache.put(found, "bench 1 5", stat=os.stat(path))
        with FeatureCache(Path(folder) / "cache.sqlite") as cache:
            start = time.perf_counter()
            count = sum(1 for _ in classify_with(base, paths, Package(), cache))  # type: ignore[arg-type]
            return (time.perf_counter() - start) / count * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = {"refit_5000_seconds": round(refit_seconds(), 2), "cached_1000_seconds": round(second_pass_seconds(), 2)}
    print(json.dumps(figures) if arguments.json else "\n".join(f"{k}: {v}" for k, v in figures.items()))


if __name__ == "__main__":
    main()
