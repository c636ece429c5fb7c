# SPDX-License-Identifier: GPL-2.0-or-later
"""Pictures that are the same on every machine, to see whether a model computes the same there too."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def probe_pictures(size: int, count: int = 4) -> NDArray[np.uint8]:
    """Return ``count`` patterns with noise, uint8 ``(count, size, size, 3)``: integer arithmetic and a fixed seed."""
    noise = np.random.RandomState(20260101)
    y, x = np.mgrid[0:size, 0:size]
    pictures = []
    for i in range(count):
        waves = [(x * (i + 1) * (c + 1) + y * (3 - c) * (i + 2)) // (2 + i + c) % 256 for c in range(3)]
        pictures.append((np.stack(waves, -1) * 3 + noise.randint(0, 256, (size, size, 3))) // 4)
    stacked: NDArray[np.uint8] = np.stack(pictures).astype(np.uint8)
    return stacked
