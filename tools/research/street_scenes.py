# SPDX-License-Identifier: GPL-2.0-or-later
"""Street scenes put together from two photos: a heap of waste before a façade, and the same with nothing wrong.

The training photos hold no waste in a European street. Façades alone as "none" teach that whatever has a façade behind
it is in order; so each façade and street comes three times: as it is, with a piece of a photo of waste on the ground
before it, and with a piece of a photo of an ordinary road, wall or closed bin, cut out and blended in the same way.
Nothing is written; only features of the scenes are used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

_WIDTH = (0.3, 0.6)
"""Share of the scene's width that the piece takes."""
_HIGHEST = 0.6


def scene(back: Path, piece: Path, random: np.random.RandomState) -> Image.Image:
    """Put the middle of one photo onto the lower part of another, with soft edges."""
    picture, other = Image.open(back).convert("RGB"), Image.open(piece).convert("RGB")
    width, height = other.size
    # The middle only: some photos were turned by their distributor and have black corners.
    other = other.crop((int(0.2 * width), int(0.25 * height), int(0.8 * width), int(0.85 * height)))
    w = int(picture.width * random.uniform(*_WIDTH))
    h = min(int(w * other.height / other.width), int(picture.height * _HIGHEST))
    mask = Image.new("L", (w, h), 0)
    ImageDraw.Draw(mask).ellipse((w * 0.06, h * 0.08, w * 0.94, h * 0.94), fill=255)
    mask = mask.filter(ImageFilter.GaussianBlur(max(w, h) * 0.03))
    at = (
        random.randint(0, picture.width - w + 1),
        picture.height - h - random.randint(0, int(picture.height * 0.06) + 1),
    )
    picture.paste(other.resize((w, h)), at, mask)
    return picture


def scenes(backs: Sequence[Path], pieces: Sequence[Path], seed: int) -> Iterator[Image.Image]:
    """Give one scene a background; the pieces come in turn, in an order that the seed gives."""
    random = np.random.RandomState(seed)
    order = random.permutation(len(pieces))
    for i, back in enumerate(backs):
        yield scene(back, pieces[order[i % len(order)]], random)
