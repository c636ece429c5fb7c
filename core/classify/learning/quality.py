# SPDX-License-Identifier: GPL-2.0-or-later
"""Pictures that no street can be judged from, told by their pixels alone in a few milliseconds."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

# Each limit lies beyond all but a few of 2,718 street photos of six collections (docs/learning.md).
_DARK_P95 = 45.0
_GLARE_P05 = 235.0
_UNIFORM_STD = 4.0
_SHARP = 0.04
_FLAT_SHARE = 0.45
_PAPER_SHARE = 0.7


def quality_problem(pixels: NDArray[np.uint8]) -> str:
    """Return why a picture can't be judged, ``""`` where it can.

    Parameters
    ----------
    pixels : array
        RGB, uint8 ``(height, width, 3)``, some hundred pixels a side (:func:`~...photos.open_picture`).

    Returns
    -------
    str
        ``too dark``, ``overexposed``, ``nearly uniform``, ``a screenshot or document``, ``blurred`` or ``""``.
    """
    grey = pixels.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    if min(grey.shape) < 16:
        return "too small"
    low, high = np.percentile(grey, (5, 95))
    if high < _DARK_P95:
        return "too dark"
    if low > _GLARE_P05 and _flat_share(pixels) < _FLAT_SHARE:
        return "overexposed"
    if float(grey.std()) < _UNIFORM_STD:
        return "nearly uniform"
    if _flat_share(pixels) > _FLAT_SHARE or _paper_share(pixels) > _PAPER_SHARE:
        return "a screenshot or document"
    if sharpness(grey) < _SHARP:
        return "blurred"
    return ""


def sharpness(grey: NDArray[Any]) -> float:
    """Return how much of the local contrast is at the finest scale: high for sharp pictures, 0 for blurred ones.

    The energy of differences between neighbours, over that between points eight pixels apart: contrast cancels out.
    """
    fine = np.square(np.diff(grey, axis=0)).mean() + np.square(np.diff(grey, axis=1)).mean()
    wide = np.square(grey[8:] - grey[:-8]).mean() + np.square(grey[:, 8:] - grey[:, :-8]).mean()
    return float(fine / max(float(wide), 1e-6))


def _flat_share(pixels: NDArray[np.uint8]) -> float:
    """Return the share of pixels of exactly the colour of their right and lower neighbours: drawn, not seen."""
    same = (pixels[:-1, :-1] == pixels[:-1, 1:]).all(axis=2) & (pixels[:-1, :-1] == pixels[1:, :-1]).all(axis=2)
    return float(same.mean())


def _paper_share(pixels: NDArray[np.uint8]) -> float:
    """Return the share of nearly white, colourless pixels."""
    low, high = pixels.min(axis=2).astype(np.int16), pixels.max(axis=2).astype(np.int16)
    return float(((low > 200) & (high - low < 24)).mean())
