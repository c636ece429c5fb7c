# SPDX-License-Identifier: GPL-2.0-or-later
"""Hiding for good: of what lies in a box only a few mean colours are left, so nothing can be computed back."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .boxes import PrivacyBox

CELLS = 4
"""Mean colours along the longer side of a box: 4 by 4 of a face, 4 by 1 of a plate."""


def blur(pixels: NDArray[np.uint8], boxes: Iterable[PrivacyBox]) -> NDArray[np.uint8]:
    """Return the RGB picture (h, w, 3) with the inside of each box replaced by a soft mosaic of its mean colours."""
    hidden = pixels.copy()
    height, width = pixels.shape[:2]
    for box in boxes:
        left, top = max(0, int(box.x * width)), max(0, int(box.y * height))
        right = min(width, int(np.ceil((box.x + box.w) * width)))
        bottom = min(height, int(np.ceil((box.y + box.h) * height)))
        if right > left and bottom > top:
            hidden[top:bottom, left:right] = _mosaic(hidden[top:bottom, left:right])
    return hidden


def _mosaic(part: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = part.shape[:2]
    cell = max(height, width) / CELLS
    cells = max(1, min(CELLS, round(width / cell))), max(1, min(CELLS, round(height / cell)))
    means = Image.fromarray(part).resize(cells, Image.Resampling.BOX)
    return np.asarray(means.resize((width, height), Image.Resampling.BICUBIC))
