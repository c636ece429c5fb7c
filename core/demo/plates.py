# SPDX-License-Identifier: GPL-2.0-or-later
"""Number plates drawn into a photo at a known place, to teach and to measure the detector of plates.

Sizes and colours: arrêté du 9 février 2009, French plates of 520 × 110 and 210 × 130 mm, and the older yellow ones.
Letters are drawn with the fonts that are given, none of which is that of real plates.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, radians, sin
from pathlib import Path
from random import Random
from string import ascii_uppercase, digits
from typing import Optional

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Box = tuple[float, float, float, float]
Point = tuple[float, float]

LONG, SQUARE = (520, 110), (210, 130)
_LETTERS = "".join(letter for letter in ascii_uppercase if letter not in "IOU")
_WHITES = ((238, 238, 233), (225, 228, 230), (214, 212, 204))
_YELLOW, _BLUE, _INK = (232, 190, 40), (20, 55, 150), (22, 22, 24)


def plate(rng: Random, fonts: Sequence[Path] = (), size: tuple[int, int] = LONG) -> Image.Image:
    """Draw one plate, flat, a pixel a millimetre; without ``fonts`` in Pillow's own."""
    width, height = size
    yellow = rng.random() < 0.12
    image = Image.new("RGB", size, _YELLOW if yellow else rng.choice(_WHITES))
    draw = ImageDraw.Draw(image)
    band = width // 12 if size == LONG else width // 8
    left = band if yellow or rng.random() < 0.93 else 0
    right = band if not yellow and rng.random() < 0.8 else 0
    for start, end in ((0, left), (width - right, width)):
        if end > start:
            draw.rectangle((start, 0, end, height), fill=_BLUE)
    groups = (
        "".join(rng.choices(_LETTERS, k=2)),
        "".join(rng.choices(digits, k=3)),
        "".join(rng.choices(_LETTERS, k=2)),
    )
    lines = ["-".join(groups)] if size == LONG else [groups[0], "-".join(groups[1:])]
    for number, line in enumerate(lines):
        top = height * (0.08 + number * 0.84 / len(lines))
        _write(draw, line, (left + 8, top, width - right - 8, top + height * 0.84 / len(lines)), _font(rng, fonts))
    draw.rectangle((0, 0, width - 1, height - 1), outline=_INK, width=rng.choice((1, 3, 5)))
    return image


def _font(rng: Random, fonts: Sequence[Path]) -> Optional[Path]:
    return rng.choice(list(fonts)) if fonts else None


def _write(draw: ImageDraw.ImageDraw, text: str, box: Box, font: Optional[Path]) -> None:
    """Write a text as large as it fits into a box."""
    at = 100
    for _ in range(3):
        face = ImageFont.truetype(str(font), at) if font else ImageFont.load_default(at)
        left, top, right, bottom = draw.textbbox((0, 0), text, font=face, stroke_width=2)
        at = max(6, int(at * min((box[2] - box[0]) / (right - left), (box[3] - box[1]) / (bottom - top))))
    face = ImageFont.truetype(str(font), at) if font else ImageFont.load_default(at)
    left, top, right, bottom = draw.textbbox((0, 0), text, font=face, stroke_width=2)
    x = (box[0] + box[2] - left - right) / 2
    y = (box[1] + box[3] - top - bottom) / 2
    draw.text((x, y), text, font=face, fill=_INK, stroke_width=2, stroke_fill=_INK)


def mounted(
    photo: Image.Image,
    rng: Random,
    width: float,
    *,
    yaw: float = 0.0,
    roll: float = 0.0,
    fonts: Sequence[Path] = (),
    size: tuple[int, int] = LONG,
    body: bool = True,
) -> tuple[Image.Image, Box]:
    """Return the photo with one plate in it, and its box ``(left, top, right, bottom)`` in pixels.

    Parameters
    ----------
    width : float
        Pixels that the plate would be wide if it were seen from the front.
    yaw, roll : float
        Degrees by which it is turned to the side, and in the picture.
    body : bool
        Draw a piece of bodywork around it.
    """
    corners = _corners(width, size, yaw, roll)
    reach = np.abs(corners).max(axis=0) + 3
    at = np.array([_within(rng, reach[0], photo.width), _within(rng, reach[1], photo.height)])
    corners = corners + at
    scene = _bodywork(photo, rng, at, width) if body else photo.copy()
    flat = plate(rng, fonts, size)
    if width < size[0]:
        flat = flat.filter(ImageFilter.GaussianBlur(0.45 * size[0] / width))
    light = rng.uniform(0.45, 1.08)
    matrix = _onto(corners, size)
    drawn = flat.transform(photo.size, Image.Transform.PERSPECTIVE, matrix, Image.Resampling.BICUBIC)
    mask = Image.new("L", size, 255).transform(photo.size, Image.Transform.PERSPECTIVE, matrix)
    scene.paste(drawn.point(lambda value: min(255, int(value * light))), (0, 0), mask)
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    return scene, (float(left), float(top), float(right), float(bottom))


def _within(rng: Random, reach: float, length: int) -> float:
    return rng.uniform(reach, length - reach) if length > 2 * reach else length / 2


def _corners(width: float, size: tuple[int, int], yaw: float, roll: float) -> NDArray[np.float64]:
    """Return the four corners around (0, 0), seen from three plate widths away."""
    half = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]]) * (1.0, size[1] / size[0])
    depth = 1 + half[:, 0] * sin(radians(yaw)) / 3
    flat = np.stack([half[:, 0] * cos(radians(yaw)), half[:, 1]], axis=1) / depth[:, None] * width
    turn = np.array([[cos(radians(roll)), -sin(radians(roll))], [sin(radians(roll)), cos(radians(roll))]])
    return np.asarray(flat @ turn.T)


def _onto(corners: NDArray[np.float64], size: tuple[int, int]) -> list[float]:
    """Return Pillow's eight numbers that take a point of the photo to one of the flat plate."""
    flat = [(0, 0), (size[0], 0), (size[0], size[1]), (0, size[1])]
    rows, values = [], []
    for (x, y), (u, v) in zip(corners, flat):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    solved: list[float] = np.linalg.solve(np.array(rows), np.array(values, dtype=float)).tolist()
    return solved


def _bodywork(photo: Image.Image, rng: Random, at: NDArray[np.float64], width: float) -> Image.Image:
    scene = photo.copy()
    draw = ImageDraw.Draw(scene)
    tone = [rng.randint(8, 235)] * 3 if rng.random() < 0.7 else [rng.randint(8, 235) for _ in range(3)]
    left, right = at[0] - width * rng.uniform(0.6, 2), at[0] + width * rng.uniform(0.6, 2)
    top, bottom = at[1] - width * rng.uniform(0.15, 0.8), at[1] + width * rng.uniform(0.15, 0.7)
    draw.rectangle((left, top, right, bottom), fill=tuple(tone))
    dark = tuple(value // 2 for value in tone)
    for _ in range(rng.randint(0, 4)):
        line = rng.uniform(top, bottom)
        draw.rectangle((left, line, right, line + width * rng.uniform(0.01, 0.08)), fill=dark)
    if rng.random() < 0.6:
        for side in (left, right - 0.35 * width):
            lamp = rng.choice(((180, 20, 20), (240, 240, 230), (60, 60, 60)))
            draw.rectangle((side, top + 0.05 * width, side + 0.35 * width, top + 0.25 * width), fill=lamp)
    return scene
