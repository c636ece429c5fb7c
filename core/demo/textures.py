# SPDX-License-Identifier: GPL-2.0-or-later
"""Surfaces drawn from noise: asphalt, brick, render, paving, foliage.

A surface is a float32 array of shape (h, w, 3), 0 to 255; a field is a float32 array of shape (h, w).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Field = NDArray[np.float32]
Surface = NDArray[np.float32]
Random = np.random.Generator


def noise(width: int, height: int, cell: float, rng: Random) -> Field:
    """Return smooth random values, about -1 to 1, that vary over ``cell`` pixels."""
    grid = (max(2, int(width / cell) + 2), max(2, int(height / cell) + 2))
    coarse = rng.uniform(-1, 1, grid[::-1]).astype(np.float32)
    smooth = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(smooth, dtype=np.float32)


def fractal(width: int, height: int, cell: float, rng: Random, octaves: int = 4) -> Field:
    """Return noise of several scales, each half as wide and half as strong as the one before; about -1 to 1."""
    total: Field = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        total += noise(width, height, max(1.0, cell / 2**octave), rng) / 2**octave
    total /= np.float32(2 - 2 ** (1 - octaves))
    return total


def grain(width: int, height: int, rng: Random) -> Field:
    """Return independent noise of each pixel, standard deviation 1."""
    return rng.standard_normal((height, width), dtype=np.float32)


def blurred(field: Field, radius: float) -> Field:
    """Return a field or surface blurred by a Gaussian of ``radius`` pixels."""
    # Pillow blurs 8 bits only: stretch, blur, put back; the step of 1/255 drowns in the grain.
    low, high = (0.0, 255.0) if field.ndim == 3 else (float(field.min()), float(field.max()))
    scale = 255 / (high - low) if high > low else 1.0
    image = Image.fromarray(np.clip((field - low) * scale, 0, 255).astype(np.uint8)).filter(
        ImageFilter.GaussianBlur(radius)
    )
    return (np.asarray(image, dtype=np.float32) / scale + low).astype(np.float32)


def colour(red: float, green: float, blue: float) -> Surface:
    """Return a colour that arithmetic with surfaces understands."""
    return np.array([red, green, blue], dtype=np.float32)


def coloured(field: Field, dark: tuple[int, int, int], light: tuple[int, int, int]) -> Surface:
    """Return a surface between two colours: field 0 is ``dark``, 1 ``light``; beyond is allowed."""
    a, b = colour(*dark), colour(*light)
    return (a + field[:, :, None] * (b - a)).astype(np.float32)


def lit(height: Field, strength: float, light: tuple[float, float] = (-0.7, -0.7)) -> Field:
    """Return the shading (about 1 where flat) of a relief with light from ``light`` (x, y; negative: left, top)."""
    slope_y, slope_x = np.gradient(height)
    shading: Field = np.clip(1 + strength * (slope_x * light[0] + slope_y * light[1]), 0.35, 1.7)
    return shading


def asphalt(width: int, height: int, rng: Random, tone: float = 112) -> Surface:
    """Return worn asphalt seen from above: stones, stains, wheel tracks along the vertical axis."""
    base = tone + 9 * fractal(width, height, 260, rng) + 6 * fractal(width, height, 40, rng, 3)
    stones = grain(width, height, rng)
    base += 7 * stones + 9 * blurred(grain(width, height, rng), 1.0)
    base += 30 * (stones > 2.6) - 26 * (stones < -2.5)
    across = np.linspace(0, 1, width, dtype=np.float32)
    tracks = np.exp(-(((across - 0.3) / 0.07) ** 2)) + np.exp(-(((across - 0.7) / 0.07) ** 2))
    base -= 9 * tracks * (1 + 0.3 * noise(width, height, 300, rng))
    tint = noise(width, height, 500, rng)
    return np.dstack([base * (1.02 + 0.01 * tint), base, base * (0.97 - 0.012 * tint)]).astype(np.float32)


def paving(width: int, height: int, rng: Random, slab: int = 130) -> Surface:
    """Return a pavement of concrete slabs with dark joints."""
    y, x = np.mgrid[0:height, 0:width]
    row = y // slab
    shifted = x + (row % 2) * (slab // 2)
    column = shifted // slab
    tones = rng.uniform(-9, 9, (int(row.max()) + 1, int(column.max()) + 1)).astype(np.float32)
    base = 158 + tones[row, column] + 10 * fractal(width, height, 180, rng) + 6 * grain(width, height, rng)
    edge = np.minimum.reduce([y % slab, slab - 1 - y % slab, shifted % slab, slab - 1 - shifted % slab])
    base = np.where(edge < 2, 88 + 8 * grain(width, height, rng), base)
    return coloured(base.astype(np.float32) / 255, (4, 2, 0), (255, 246, 232))


def brick_wall(width: int, height: int, rng: Random, brick: tuple[int, int] = (118, 40)) -> Surface:
    """Return running-bond brickwork with relief; each brick has a colour of its own."""
    long, high = brick
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    y += 1.2 * noise(width, height, 90, rng)
    x += 1.2 * noise(width, height, 90, rng)
    row = (y // high).astype(int)
    shifted = x + (row % 2) * (long / 2)
    column = (shifted // long).astype(int)
    shape = (int(row.max()) + 2, int(column.max()) + 2)
    hue, tone = rng.uniform(0, 1, shape).astype(np.float32), rng.uniform(-22, 18, shape).astype(np.float32)
    edge = np.minimum.reduce([y % high, high - y % high, shifted % long, long - shifted % long])
    edge = edge + 1.5 * noise(width, height, 6, rng)
    relief = blurred(np.clip(edge / 6, 0, 1).astype(np.float32), 1.2) + 0.12 * fractal(width, height, 9, rng, 3)
    bricks = coloured(hue[row, column], (150, 78, 58), (176, 104, 78))
    bricks += (tone[row, column] + 16 * fractal(width, height, 24, rng))[:, :, None]
    mortar = coloured(0.5 + 0.3 * fractal(width, height, 20, rng), (150, 143, 132), (190, 184, 172))
    mix = np.clip((edge - 2) / 2.5, 0, 1)[:, :, None]
    wall: Surface = (mortar + (bricks - mortar) * mix).astype(np.float32)
    wall *= lit(relief, 0.9)[:, :, None]
    wall *= (1 + 0.10 * fractal(width, height, 420, rng))[:, :, None]
    return wall


def rendered_wall(
    width: int, height: int, rng: Random, dark: tuple[int, int, int], light: tuple[int, int, int]
) -> Surface:
    """Return a wall of rough render with stains that run down."""
    rough = fractal(width, height, 10, rng, 4)
    wall = coloured(0.62 + 0.30 * fractal(width, height, 500, rng) + 0.10 * rough, dark, light)
    wall *= lit(rough, 0.22)[:, :, None]
    runs = noise(width, 8, 46, rng)[:1].repeat(height, axis=0) + 0.7 * noise(width, height, 300, rng)
    fade = np.linspace(1.0, 0.1, height, dtype=np.float32)[:, None]
    wall *= (1 - 0.14 * np.clip(runs, 0, 1) * fade)[:, :, None]
    return (wall + 3 * grain(width, height, rng)[:, :, None]).astype(np.float32)


def shutter(width: int, height: int, rng: Random, slat: int = 46) -> Surface:
    """Return a roller shutter of painted steel."""
    phase = (np.arange(height, dtype=np.float32) % slat) / slat
    profile = 0.62 + 0.30 * np.sin(phase * np.pi) - 0.45 * (phase > 0.93) + 0.12 * (phase < 0.06)
    base = profile[:, None] * (1 + 0.05 * fractal(width, height, 300, rng))
    surface = coloured(base.astype(np.float32), (38, 44, 48), (206, 212, 214))
    rust = np.clip(fractal(width, height, 120, rng) - 0.35, 0, 1)[:, :, None] * 1.4
    surface += (colour(128, 84, 52) - surface) * rust
    return (surface + 3 * grain(width, height, rng)[:, :, None]).astype(np.float32)


def foliage(width: int, height: int, rng: Random) -> Surface:
    """Return leaves: clumps of light and shade, drawn at half size (they are soft and always in the background)."""
    half = (width // 2 + 1, height // 2 + 1)
    clumps = 0.42 + 0.34 * fractal(*half, 35, rng) + 0.30 * fractal(*half, 7, rng, 3)
    small = coloured(np.clip(clumps, 0, 1), (22, 34, 14), (138, 158, 74))
    return np.asarray(Image.fromarray(small.astype(np.uint8)).resize((width, height)), dtype=np.float32)


def sky(width: int, height: int, rng: Random) -> Surface:
    """Return a Provençal sky, paler towards the horizon, with a few thin clouds."""
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None].repeat(width, axis=1)
    surface = coloured(down**0.8, (92, 142, 206), (206, 222, 234))
    streaks = np.asarray(
        Image.fromarray(fractal(width // 3 + 1, height, 70, rng)).resize((width, height)), dtype=np.float32
    )
    return (surface + (60 * np.clip(streaks - 0.1, 0, 1))[:, :, None]).astype(np.float32)
