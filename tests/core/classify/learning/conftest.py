# SPDX-License-Identifier: GPL-2.0-or-later
"""A small feature space: each class is a direction, each photo three noisy views of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sigma_communes.core.classify.learning import Head, Taught, fit
from sigma_communes.core.classify.learning.decisions import Examples

WIDTH = 24
CLASSES = ("waste", "graffiti", "road_damage", "none", "tree")
BACKBONE = "toy 1"


def photos_of(labels: list[str], *, seed: int = 0, noise: float = 0.4) -> NDArray[Any]:
    random = np.random.RandomState(seed)
    centres = np.abs(np.random.RandomState(99).normal(size=(len(CLASSES), WIDTH)))
    rows = np.stack([centres[CLASSES.index(label)] for label in labels])
    photo = rows[:, None] + random.normal(size=(len(rows), 1, WIDTH)) * noise
    features: NDArray[Any] = np.clip(photo + random.normal(size=(len(rows), 3, WIDTH)) * noise / 2, 0, None)
    return features.astype(np.float32)


def taught(labels: list[str], *, seed: int = 0) -> Taught:
    names = np.array(labels)
    return Taught(photos_of(labels, seed=seed), names, np.array([f"{seed}-{i}" for i in range(len(labels))]))


def examples(labels: list[str], *, seed: int = 0, at: str = "2026-01-01T00:00:00Z") -> Examples:
    n = len(labels)
    hashes = np.array([f"{seed:08x}{i:056x}" for i in range(n)])
    return Examples(
        BACKBONE, hashes, np.array(labels), np.array([at] * n), hashes, np.array(["here"] * n),
        photos_of(labels, seed=seed).astype(np.float16),
    )  # fmt: skip


@pytest.fixture(scope="session")
def base() -> Head:
    return fit(taught(list(CLASSES[:4]) * 30), backbone=BACKBONE).head


@pytest.fixture
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "own"))
    return tmp_path
