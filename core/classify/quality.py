# SPDX-License-Identifier: GPL-2.0-or-later
"""Pictures that no street can be judged from, told by their pixels alone in about a millisecond."""

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
_WHITE, _COLOURLESS = 200, 24


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
    # Not as a product of matrices: BLAS would wake threads for it, which then take the cores of those that decode.
    red, green, blue = (pixels[..., i] * np.float32(share) for i, share in enumerate((0.299, 0.587, 0.114)))
    grey = red + green + blue
    if min(grey.shape) < 16:
        return "too small"
    if np.count_nonzero(grey < _DARK_P95) > 0.95 * grey.size:
        return "too dark"
    flat = _is_flat(pixels)
    if not flat and np.count_nonzero(grey <= _GLARE_P05) < 0.05 * grey.size:
        return "overexposed"
    if float(grey.std()) < _UNIFORM_STD:
        return "nearly uniform"
    if flat or _is_paper(pixels):
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


def _is_flat(pixels: NDArray[np.uint8]) -> bool:
    """Whether many pixels are of exactly the colour of their right and lower neighbours: drawn, not seen."""

    def share(channels: NDArray[Any]) -> float:
        here = channels[:-1, :-1]
        return float(((here == channels[:-1, 1:]) & (here == channels[1:, :-1])).mean())

    if share(np.ascontiguousarray(pixels[..., 1])) <= _FLAT_SHARE:  # few are alike in one colour: fewer in all three
        return False
    red, green, blue = (pixels[..., i].astype(np.uint32) for i in range(3))
    return share(red | green << 8 | blue << 16) > _FLAT_SHARE


def _is_paper(pixels: NDArray[np.uint8]) -> bool:
    """Whether most pixels are nearly white and colourless."""
    red, green, blue = (pixels[..., i] for i in range(3))
    if np.count_nonzero(green > _WHITE) <= _PAPER_SHARE * green.size:
        return False
    low, high = np.minimum(np.minimum(red, green), blue), np.maximum(np.maximum(red, green), blue)
    return bool(((low > _WHITE) & (high - low < _COLOURLESS)).mean() > _PAPER_SHARE)
