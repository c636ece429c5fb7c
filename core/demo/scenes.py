# SPDX-License-Identifier: GPL-2.0-or-later
"""Street scenes made of surfaces and shapes, each 1600 x 1200: roads, walls, rubbish.

They are drawings, not photographs, and what shows them says so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Optional

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from .textures import (
    Field,
    Random,
    Surface,
    asphalt,
    blurred,
    brick_wall,
    coloured,
    foliage,
    fractal,
    grain,
    lit,
    noise,
    paving,
    rendered_wall,
    shutter,
    sky,
)
from .textures import colour as rgb

WIDTH, HEIGHT = 1600, 1200
_FOCAL = 1150.0  # pixels: the wide lens of a telephone
_EYE = 1.5  # metres above the ground

Colour = tuple[int, int, int]
Point = tuple[float, float]


def _image(surface: Surface) -> Image.Image:
    return Image.fromarray(np.clip(surface, 0, 255).astype(np.uint8))


def _surface(image: Image.Image) -> Surface:
    return np.asarray(image.convert("RGB"), dtype=np.float32)


def _mask(image: Image.Image) -> Field:
    return np.asarray(image, dtype=np.float32) / 255


def _mixed(below: Surface, above: Surface, mask: Field) -> Surface:
    return (below + (above - below) * mask[:, :, None]).astype(np.float32)


def developed(scene: Surface, rng: Random) -> Image.Image:
    """Return the scene as a small camera would: soft, slightly dark corners, warm contrast, grain."""
    height, width = scene.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    light = 1.05 - 0.16 * (x * x + y * y)
    light *= 1 + 0.05 * noise(width, height, 700, rng)
    soft = _surface(_image(scene * light[:, :, None]).filter(ImageFilter.GaussianBlur(0.8))) / 255
    curve = soft + 0.10 * np.sin((soft - 0.5) * 2 * math.pi) * 0.5
    warm = curve * rgb(1.03, 1.0, 0.96) * 255
    return _image((warm + 3.2 * grain(width, height, rng)[:, :, None]).astype(np.float32))


# --- ground ------------------------------------------------------------------------------------------------------


class Ground:
    """A horizontal plane: painted from above, seen in perspective.

    ``surface`` covers ``half`` metres left and right and from ``near`` to ``far`` metres ahead (far at the top), at
    ``scale`` pixels a metre; the horizon is at row ``horizon`` of the picture (negative: above it).
    """

    def __init__(self, horizon: int, half: float, near: float, far: float, scale: int) -> None:
        self.horizon, self.half, self.near, self.far, self.scale = horizon, half, near, far, scale
        self.width, self.height = int(2 * half * scale), int((far - near) * scale)

    def at(self, x: float, ahead: float) -> Point:
        """Return the place on the surface, in its pixels, of a point in metres."""
        return (x + self.half) * self.scale, (self.far - ahead) * self.scale

    def seen(self, surface: Surface) -> Surface:
        """Return the picture of the plane; rows above the horizon are black."""
        far_part = np.linspace(1, 0, surface.shape[0], dtype=np.float32)[:, None]
        calm = _mixed(surface, blurred(surface, 2.5), np.broadcast_to(far_part**1.5, surface.shape[:2]))
        h0, s = float(self.horizon) or 0.5, float(self.scale)
        lens = _EYE * s
        coefficients = (
            lens / -h0, self.half * s / -h0, (-WIDTH / 2 * lens - self.half * s * h0) / -h0,
            0.0, self.far * s / -h0, (-self.far * s * h0 - _FOCAL * lens) / -h0,
            0.0, 1 / -h0,
        )  # fmt: skip
        seen = _image(calm).transform(
            (WIDTH, HEIGHT), Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC
        )
        return _surface(seen)


def _line(ground: Ground, x: float, width: float, start: float, end: float) -> tuple[Point, Point, int]:
    return ground.at(x, start), ground.at(x, end), max(2, int(width * ground.scale))


def _painted_lines(
    road: Surface, ground: Ground, rng: Random, lines: list[tuple[float, float, float, float]]
) -> Surface:
    """Return the road with white paint, worn where traffic wears it; lines are x, width, start, end in metres."""
    mask = Image.new("L", (ground.width, ground.height))
    draw = ImageDraw.Draw(mask)
    for line in lines:
        (x0, y0), (_, y1), width = _line(ground, *line)
        draw.rectangle([x0 - width / 2, min(y0, y1), x0 + width / 2, max(y0, y1)], fill=255)
    wear = np.clip(0.95 + 0.5 * fractal(ground.width, ground.height, 30, rng), 0, 1)
    paint = 214 + 8 * grain(ground.width, ground.height, rng)
    return _mixed(road, np.dstack([paint, paint, paint * 0.97]).astype(np.float32), _mask(mask) * wear * 0.9)


def _cracks(road: Surface, rng: Random, starts: list[Point], length: float, width: int = 3) -> Surface:
    """Return the road with branching cracks."""
    mask = Image.new("L", (road.shape[1], road.shape[0]))
    draw = ImageDraw.Draw(mask)

    def crack(x: float, y: float, angle: float, left: float, thick: float) -> None:
        while left > 0:
            step = rng.uniform(8, 22)
            angle += rng.normal(0, 0.45)
            end = (x + step * math.cos(angle), y + step * math.sin(angle))
            draw.line([(x, y), end], fill=int(rng.uniform(170, 255)), width=max(1, round(thick)))
            if thick > 1 and rng.random() < 0.12:
                crack(*end, angle + rng.choice([-1, 1]) * rng.uniform(0.6, 1.2), left * 0.5, thick * 0.7)
            (x, y), left = end, left - step

    for start in starts:
        crack(*start, rng.uniform(0, 2 * math.pi), length * rng.uniform(0.6, 1.2), width)
    depth = _mask(mask.filter(ImageFilter.GaussianBlur(0.9)))
    return road * (1 - 0.72 * depth[:, :, None])


def _pothole(
    road: Surface, ground: Ground, rng: Random, x: float, ahead: float, radius: float, *, water: bool
) -> Surface:
    """Return the road with a hole: broken edge, gravel on its floor, shade on the side of the sun, perhaps water."""
    cx, cy = ground.at(x, ahead)
    r = radius * ground.scale
    size = int(r * 3.6)
    left, top = int(cx) - size // 2, int(cy) - size // 2
    box = (slice(max(0, top), top + size), slice(max(0, left), left + size))
    patch = road[box]
    height, width = patch.shape[:2]
    v, u = np.mgrid[0:height, 0:width].astype(np.float32)
    u, v = (u - size / 2) / r, (v - size / 2) / r * 1.15
    angle = np.arctan2(v, u)
    edge = 1 + 0.14 * np.cos(2 * angle + 0.5) + 0.09 * np.cos(3 * angle + 2) + 0.05 * np.cos(7 * angle)
    edge += 0.13 * fractal(width, height, r * 0.30, rng, 5)
    inside = edge - np.hypot(u, v)  # 0 at the rim, positive inside
    rubble = fractal(width, height, r * 0.10, rng, 4)
    depth = np.clip(inside / 0.16, 0, 1) + np.clip(inside / 0.7, 0, 1) * 0.5 + 0.22 * rubble * (inside > 0.05)
    hole = np.clip(inside / 0.035, 0, 1)
    floor = coloured(0.5 + 0.42 * rubble + 0.12 * grain(width, height, rng), (58, 50, 42), (150, 134, 114))
    floor *= lit(-depth * r * 0.13, 0.55)[:, :, None]
    shade = np.clip(blurred(np.roll(hole, (int(r * 0.16), int(r * 0.20)), (0, 1)), r * 0.05), 0, 1)
    floor *= (0.30 + 0.62 * shade)[:, :, None]  # what the rim towards the sun keeps dark
    if water:
        level = np.clip((inside - 0.30 + 0.05 * rubble) / 0.03, 0, 1)
        mirror = coloured(0.55 - 0.35 * v + 0.03 * noise(width, height, r * 0.5, rng), (96, 108, 118), (196, 210, 222))
        wet = np.clip((inside - 0.14) / 0.12, 0, 1)[:, :, None]
        floor = _mixed(floor * (1 - 0.45 * wet), mirror, level * 0.92)
    # around it: crumbled asphalt, darker and rough, then loose stones
    crumbled = np.clip(1 - np.abs(inside + 0.10) / 0.14, 0, 1) * np.clip(
        0.6 + fractal(width, height, r * 0.2, rng), 0, 1
    )
    around = patch * (1 - 0.34 * crumbled)[:, :, None]
    stones = (noise(width, height, 5, rng) > 0.80) & (inside < 0) & (inside > -0.75)
    stones = stones & (fractal(width, height, r * 0.4, rng) > inside * -0.9 - 0.05)
    lumps = blurred(stones.astype(np.float32), 1.0)
    shaded = around * (1 - 0.5 * np.roll(lumps, (3, 4), (0, 1)))[:, :, None]
    around = _mixed(shaded, rgb(168, 158, 144) + 20 * grain(width, height, rng)[:, :, None], lumps * 0.85)
    rim = np.clip(1 - np.abs(inside - 0.005) / 0.035, 0, 1) * np.clip(u + v + 0.3, 0, 1)
    result = road.copy()
    result[box] = _mixed(around, floor, hole) + (46 * rim)[:, :, None]
    return result


def _roadside(scene: Surface, horizon: int, rng: Random, buildings: int) -> Surface:
    """Return the scene with sky, hills, houses and trees down to the horizon."""
    if horizon <= 0:
        return scene
    band = scene.copy()
    band[: horizon + 2] = sky(WIDTH, horizon + 2, rng)
    x = np.arange(WIDTH)
    ridge = horizon - 60 - 50 * noise(WIDTH, 4, 420, rng)[0] - 12 * noise(WIDTH, 4, 60, rng)[0]
    rows = np.arange(HEIGHT)[:, None]
    hills = ((rows > ridge[None, :]) & (rows <= horizon)).astype(np.float32)
    band = _mixed(band, rgb(138, 150, 158) + np.zeros_like(band), hills * 0.92)
    image = _image(band)
    draw = ImageDraw.Draw(image)
    for _ in range(buildings):
        side = rng.choice([-1, 1])
        centre = WIDTH / 2 + side * rng.uniform(330, 800)
        wide, high = rng.uniform(150, 260), rng.uniform(70, 190) * (0.5 + abs(centre - WIDTH / 2) / 800)
        wall = [int(c * rng.uniform(0.9, 1.05)) for c in (214, 192, 158)]
        box = (centre - wide / 2, horizon - high, centre + wide / 2, horizon + 2)
        draw.rectangle(box, fill=(wall[0], wall[1], wall[2]))
        draw.polygon([(box[0] - 8, box[1]), (box[2] + 8, box[1]), (box[2] - 20, box[1] - 20),
                      (box[0] + 20, box[1] - 20)], fill=(172, 98, 70))  # fmt: skip
        for row in range(int(high // 46)):
            for column in range(int(wide // 44)):
                wx, wy = box[0] + 14 + column * 44, box[1] + 12 + row * 46
                draw.rectangle([wx, wy, wx + 17, wy + 26], fill=(84, 98, 110))
    band = _surface(image.filter(ImageFilter.GaussianBlur(1.6)))
    gap = np.clip(np.abs(x - WIDTH / 2) / 260, 0, 1)
    tops = horizon - (16 + 85 * gap**2 + 26 * noise(WIDTH, 4, 70, rng)[0] + 9 * noise(WIDTH, 4, 16, rng)[0]) * 0.8
    trees = ((rows > tops[None, :]) & (rows <= horizon + 2)).astype(np.float32)
    return _mixed(band, foliage(WIDTH, HEIGHT, rng), blurred(trees, 1.2))


def road(
    rng: Random,
    *,
    horizon: int = 330,
    hole: Optional[tuple[float, float, float]] = None,
    water: bool = False,
    cracks: int = 0,
    tone: float = 112,
    hole_seed: int = 7,
) -> Surface:
    """Return a street with kerbs, lines and a roadside; ``hole`` is x, distance ahead and radius in metres."""
    nearest = _FOCAL * _EYE / (HEIGHT - horizon)
    far = 18.0 if horizon > 0 else _FOCAL * _EYE / max(1, -horizon) + 0.2
    half = 6.5 if horizon > 0 else min(6.5, WIDTH / 2 * far / _FOCAL + 0.2)
    scale = 100 if horizon > 0 else 200
    ground = Ground(horizon, half, nearest - 0.1, far, scale)
    top = asphalt(ground.width, ground.height, rng, tone)
    lines = [(1.9, 0.12, start, start + 3.0) for start in np.arange(-1.0, far, 4.5)] + [(-2.3, 0.13, 0, far)]
    top = _painted_lines(top, ground, rng, [line for line in lines if abs(line[0]) < half])
    spots = [(rng.uniform(0.3, 0.7) * ground.width, rng.uniform(0.35, 0.95) * ground.height) for _ in range(cracks)]
    top = _cracks(top, rng, spots, 2.2 * scale, max(2, scale // 60))
    if hole is not None:
        own = np.random.default_rng(hole_seed)  # the same hole from two places
        cx, cy = ground.at(hole[0], hole[1])
        r = hole[2] * scale
        rims = [(cx + 0.95 * r * math.cos(a), cy + 0.85 * r * math.sin(a)) for a in own.uniform(0, 2 * math.pi, 7)]
        top = _cracks(top, own, rims, 1.3 * r, max(2, scale // 80))
        top = _pothole(top, ground, own, *hole, water=water)
    verge = foliage(ground.width, ground.height, rng) * 0.9 + rgb(40, 34, 10)
    columns = (np.arange(ground.width) / scale - half)[None, :]
    slabs = paving(ground.width, ground.height, rng, max(24, scale // 2))
    for edge, surface in ((3.3, slabs), (5.0, verge)):
        side = np.broadcast_to((np.abs(columns + 0.2) > edge).astype(np.float32), top.shape[:2])
        top = _mixed(top, surface, side)
    kerb = np.broadcast_to((np.abs(np.abs(columns + 0.2) - 3.3) < 0.08).astype(np.float32), top.shape[:2])
    top = _mixed(top, np.full_like(top, 178) + 8 * grain(ground.width, ground.height, rng)[:, :, None], kerb)
    gutter = np.broadcast_to(np.clip(1 - np.abs(np.abs(columns + 0.2) - 3.14) / 0.12, 0, 1), top.shape[:2])
    top = top * (1 - 0.35 * gutter[:, :, None])
    scene = ground.seen(top.astype(np.float32))
    rows = np.arange(HEIGHT, dtype=np.float32)
    if horizon > 0:  # beyond the painted plane the road goes on to the horizon
        end = horizon + _FOCAL * _EYE / far
        beyond = ((rows > horizon) & (rows <= end + 1)).astype(np.float32)[:, None].repeat(WIDTH, axis=1)
        edge_row = scene[int(end) + 3][None, :, :].repeat(HEIGHT, axis=0)
        ahead = np.clip((rows - horizon) / max(1.0, end - horizon), 0.05, 1)[:, None]
        spread = WIDTH / 2 + (np.arange(WIDTH)[None, :] - WIDTH / 2) / ahead
        edge_row = edge_row[np.arange(HEIGHT)[:, None], np.clip(spread, 0, WIDTH - 1).astype(int)]
        scene = _mixed(scene, edge_row, beyond)
    # beside the painted plane: grass, blurred like all that is far
    aside = np.abs(np.arange(WIDTH)[None, :] - WIDTH / 2) * _EYE / np.maximum(rows - horizon, 1)[:, None]
    grass = np.clip((aside - half + 0.3) / 0.4, 0, 1) * (rows > horizon)[:, None]
    if grass.any():
        meadow = blurred(foliage(WIDTH, HEIGHT, rng), 2) * np.float32(0.85) + rgb(44, 38, 12)
        scene = _mixed(scene, meadow, grass.astype(np.float32))
    near = np.clip((rows - horizon) / (HEIGHT - horizon), 0, 1)[:, None]
    stones = grain(WIDTH, HEIGHT, rng) + 1.4 * blurred(grain(WIDTH, HEIGHT, rng), 1.4) * 2.2
    scene = scene * (1 + 0.055 * near**1.2 * stones)[:, :, None]
    return _roadside(scene.astype(np.float32), horizon, rng, 7)


# --- walls -------------------------------------------------------------------------------------------------------


def wall(rng: Random, kind: str, foot: int = 985) -> Surface:
    """Return a wall seen from across the pavement; its foot is at row ``foot``."""
    if kind == "brick":
        surface = brick_wall(WIDTH, HEIGHT, rng)
    elif kind == "shutter":
        surface = _shop_front(rng, foot)
    else:
        surface = rendered_wall(WIDTH, HEIGHT, rng, (146, 124, 94), (228, 204, 164))
    ground = Ground(foot - 330, 5.0, 1.5, 5.6, 150)
    slabs = ground.seen(paving(ground.width, ground.height, rng, 75))
    rows = np.arange(HEIGHT, dtype=np.float32)[:, None].repeat(WIDTH, axis=1)
    dirt = np.clip((rows - (foot - 130)) / 130, 0, 1) * (0.5 + 0.3 * fractal(WIDTH, HEIGHT, 110, rng))
    surface = surface * (1 - 0.5 * np.clip(dirt, 0, 1))[:, :, None]
    scene: Surface = np.where((rows < foot)[:, :, None], surface, slabs).astype(np.float32)
    contact = np.clip(1 - np.abs(rows - foot - 6) / 26, 0, 1)
    scene *= (1 - 0.55 * contact)[:, :, None]
    tufts = (noise(WIDTH, 4, 34, rng)[0] > 0.45) * (20 + 26 * rng.random(WIDTH))
    strip = slice(foot - 50, foot + 20)
    weeds = ((rows[strip] > foot + 5 - tufts[None, :]) & (rows[strip] < foot + 9)).astype(np.float32)
    scene[strip] = _mixed(scene[strip], foliage(WIDTH, 70, rng), blurred(weeds, 0.8) * 0.9)
    return scene


def _shop_front(rng: Random, foot: int) -> Surface:
    stone = rendered_wall(WIDTH, HEIGHT, rng, (140, 128, 112), (214, 204, 188))
    steel = shutter(WIDTH, HEIGHT, rng)
    mask = Image.new("L", (WIDTH, HEIGHT))
    ImageDraw.Draw(mask).rectangle([150, 170, WIDTH - 150, foot], fill=255)
    surface = _mixed(stone, steel, _mask(mask))
    shade = np.clip(_mask(mask) - np.roll(_mask(mask.filter(ImageFilter.GaussianBlur(14))), (30, 24), (0, 1)), 0, 1)
    surface = surface * (1 - 0.75 * shade)[:, :, None]
    image = _image(surface)
    draw = ImageDraw.Draw(image)
    draw.rectangle([120, 60, WIDTH - 120, 166], fill=(58, 84, 96))  # the box of the shutter
    draw.rectangle([120, 156, WIDTH - 120, 170], fill=(34, 48, 56))
    draw.rectangle([150, foot - 34, WIDTH - 150, foot - 16], fill=(92, 96, 98))
    return _surface(image)


# --- graffiti ----------------------------------------------------------------------------------------------------

# Strokes of capital letters in a unit box, y downwards.
_LETTERS: dict[str, list[list[Point]]] = {
    "A": [[(0.0, 1.0), (0.45, 0.0), (1.0, 1.0)], [(0.2, 0.62), (0.8, 0.62)]],
    "E": [[(0.95, 0.05), (0.1, 0.0), (0.05, 1.0), (0.95, 0.95)], [(0.1, 0.5), (0.75, 0.48)]],
    "K": [[(0.05, 0.0), (0.05, 1.0)], [(0.95, 0.0), (0.1, 0.55), (1.0, 1.0)]],
    "M": [[(0.0, 1.0), (0.12, 0.0), (0.5, 0.6), (0.88, 0.0), (1.0, 1.0)]],
    "N": [[(0.0, 1.0), (0.05, 0.0), (0.92, 1.0), (1.0, 0.0)]],
    "O": [[(0.5, 0.0), (0.1, 0.2), (0.0, 0.6), (0.3, 1.0), (0.75, 0.97), (1.0, 0.55), (0.85, 0.12), (0.5, 0.0)]],
    "R": [[(0.05, 1.0), (0.05, 0.0), (0.75, 0.05), (0.95, 0.28), (0.7, 0.52), (0.1, 0.55)], [(0.45, 0.55), (1.0, 1.0)]],
    "S": [[(0.95, 0.1), (0.5, 0.0), (0.08, 0.2), (0.35, 0.47), (0.85, 0.6), (0.9, 0.88), (0.45, 1.0), (0.0, 0.9)]],
    "T": [[(0.0, 0.03), (1.0, 0.0)], [(0.5, 0.02), (0.47, 1.0)]],
    "U": [[(0.0, 0.0), (0.05, 0.8), (0.45, 1.0), (0.92, 0.8), (1.0, 0.0)]],
    "Z": [[(0.02, 0.02), (0.98, 0.05), (0.0, 0.95), (1.0, 0.98)]],
}


def _word(rng: Random, word: str, left: float, top: float, width: float, height: float) -> list[list[Point]]:
    """Return the strokes of a word, each letter tilted and pushed into the next."""
    strokes = []
    advance = width / len(word)
    for n, letter in enumerate(word):
        tilt, scale = rng.uniform(-0.16, 0.16), rng.uniform(0.92, 1.14)
        ox, oy = left + advance * (n + 0.5), top + height / 2 + rng.uniform(-0.06, 0.06) * height
        for stroke in _LETTERS[letter]:
            points = []
            for x, y in _smooth(stroke):
                dx, dy = (x - 0.5) * advance * 0.74 * scale, (y - 0.5) * height * scale
                points.append((ox + dx * math.cos(tilt) - dy * math.sin(tilt) - dy * 0.10,
                               oy + dx * math.sin(tilt) + dy * math.cos(tilt)))  # fmt: skip
            strokes.append(points)
    return strokes


def _smooth(points: list[Point]) -> list[Point]:
    """Return a polyline with its corners cut twice (Chaikin)."""
    for _ in range(2):
        cut = [points[0]]
        for (x0, y0), (x1, y1) in zip(points, points[1:]):
            cut += [(0.75 * x0 + 0.25 * x1, 0.75 * y0 + 0.25 * y1), (0.25 * x0 + 0.75 * x1, 0.25 * y0 + 0.75 * y1)]
        points = [*cut, points[-1]]
    return points


def _strokes(strokes: list[list[Point]], width: float, offset: Point = (0, 0)) -> Image.Image:
    mask = Image.new("L", (WIDTH, HEIGHT))
    draw = ImageDraw.Draw(mask)
    r = width / 2
    for stroke in strokes:
        moved = [(x + offset[0], y + offset[1]) for x, y in stroke]
        draw.line(moved, fill=255, width=max(1, int(width)), joint="curve")
        for x, y in moved:
            draw.ellipse([x - r, y - r, x + r, y + r], fill=255)
    return mask


def _sprayed(scene: Surface, rng: Random, colour: Surface, mask: Image.Image, soft: float, strength: float) -> Surface:
    """Return the scene with paint that follows the relief below and frays at its edges."""
    covered = mask.getbbox()
    if covered is None:
        return scene
    margin = int(3 * soft) + 16
    left, top = max(0, covered[0] - margin), max(0, covered[1] - margin)
    right, bottom = min(WIDTH, covered[2] + margin), min(HEIGHT, covered[3] + margin)
    box = (slice(top, bottom), slice(left, right))
    alpha = _mask(mask.crop((left, top, right, bottom)).filter(ImageFilter.GaussianBlur(soft)))
    alpha = np.clip(alpha + (alpha * (1 - alpha)) * 1.2 * grain(right - left, bottom - top, rng), 0, 1)
    lightness = scene[box].mean(axis=2)
    relief = np.clip(lightness / np.maximum(blurred(lightness, 14), 1), 0.55, 1.35)
    result = scene.copy()
    result[box] = _mixed(scene[box], colour[box] * relief[:, :, None], alpha * strength)
    return result


def _drips(rng: Random, strokes: list[list[Point]], width: float, count: int) -> Image.Image:
    mask = Image.new("L", (WIDTH, HEIGHT))
    draw = ImageDraw.Draw(mask)
    points = [point for stroke in strokes for point in stroke]
    for _ in range(count):
        x, y = points[int(rng.integers(len(points)))]
        x += rng.uniform(-0.3, 0.3) * width
        length, thick = rng.uniform(40, 150), int(rng.integers(3, 7))
        draw.line([(x, y + width * 0.4), (x, y + width * 0.4 + length)], fill=255, width=thick)
        draw.ellipse(
            [x - thick, y + width * 0.4 + length - thick, x + thick, y + width * 0.4 + length + thick], fill=255
        )
    return mask


def _plain(colour: Colour) -> Surface:
    return np.broadcast_to(rgb(*colour), (HEIGHT, WIDTH, 3))


def piece(
    scene: Surface,
    rng: Random,
    word: str,
    top: Colour,
    bottom: Colour,
    cloud: Colour,
    box: tuple[int, int, int, int],
) -> Surface:
    """Return the scene with big painted letters: cloud, depth, outline, fill, lights, drips; ``box`` is x, y, w, h."""
    left, upper, width, height = box
    strokes = _word(rng, word, left, upper, width, height)
    thick = min(width / len(word) * 0.42, height * 0.30)
    ragged = _strokes(strokes, thick * 2.3)
    scene = _sprayed(scene, rng, _plain(cloud), ragged, 16, 0.82)
    depth = Image.new("L", (WIDTH, HEIGHT))
    for step in range(0, int(thick * 0.5), 4):
        depth.paste(255, mask=_strokes(strokes, thick * 1.28, (step, step)))
    scene = _sprayed(scene, rng, _plain((38, 22, 58)), depth, 1.5, 0.97)
    scene = _sprayed(scene, rng, _plain((14, 13, 16)), _strokes(strokes, thick * 1.3), 1.5, 0.97)
    scene = _sprayed(scene, rng, _plain((14, 13, 16)), _drips(rng, strokes, thick, 9), 1.2, 0.9)
    rows = np.clip((np.arange(HEIGHT, dtype=np.float32) - upper) / height, 0, 1)[:, None].repeat(WIDTH, axis=1)
    rows = np.clip(rows + 0.12 * noise(WIDTH, HEIGHT, 60, rng), 0, 1)
    scene = _sprayed(scene, rng, coloured(rows, top, bottom), _strokes(strokes, thick), 1.8, 0.97)
    dots = Image.fromarray((noise(WIDTH, HEIGHT, 26, rng) > 0.72).astype(np.uint8) * 255)
    spotted = Image.fromarray(np.minimum(np.asarray(dots), np.asarray(_strokes(strokes, thick * 0.9))))
    scene = _sprayed(scene, rng, _plain(cloud), spotted, 1.6, 0.7)
    shine = [part for stroke in strokes for part in (stroke[1 : 2 + len(stroke) // 3], stroke[-3:-1]) if len(part) > 1]
    lights = _strokes(shine, max(4, thick * 0.10), (-thick * 0.26, -thick * 0.26))
    return _sprayed(scene, rng, _plain((250, 250, 246)), lights, 1.6, 0.9)


def tag(scene: Surface, rng: Random, x: float, y: float, size: float, colour: Colour, word: str = "") -> Surface:
    """Return the scene with a signature in one line of spray; a flourish where no word is given."""
    strokes = _word(rng, word, x, y, size * len(word) * 0.55, size) if word else [_flourish(rng, x, y, size)]
    if word:
        under = [(x - size * 0.2, y + size * 1.12), (x + size * 0.3 * len(word), y + size * 1.02),
                 (x + size * 0.58 * len(word), y + size * 1.16)]  # fmt: skip
        strokes.append(_smooth(under))
    scene = _sprayed(scene, rng, _plain(colour), _strokes(strokes, size * 0.11), 2.6, 0.92)
    return _sprayed(scene, rng, _plain(colour), _drips(rng, strokes, size * 0.1, 3), 1.2, 0.75)


def _flourish(rng: Random, x: float, y: float, size: float) -> list[Point]:
    points = []
    for n in range(int(rng.integers(6, 10))):
        points.append(
            (x + n * size * 0.32 + rng.uniform(-0.2, 0.2) * size, y + (n % 2 + rng.uniform(-0.25, 0.3)) * size)
        )
    return _smooth(points)


# --- rubbish -----------------------------------------------------------------------------------------------------


def _cast(scene: Surface, outline: list[Point], soft: float, strength: float) -> Surface:
    """Return the scene with a soft shadow in the outline."""
    mask, box = _drawn(outline, int(3 * soft) + 2)
    shade = _mask(mask.filter(ImageFilter.GaussianBlur(soft)))
    result = scene.copy()
    result[box] = scene[box] * (1 - strength * shade)[:, :, None]
    return result


def _drawn(outline: list[Point], margin: int) -> tuple[Image.Image, tuple[slice, slice]]:
    """Return the filled outline with smooth edges, and the rows and columns of the picture that it covers."""
    xs, ys = [x for x, _ in outline], [y for _, y in outline]
    left, right = max(0, int(min(xs)) - margin), min(WIDTH, int(max(xs)) + margin + 1)
    top, bottom = max(0, int(min(ys)) - margin), min(HEIGHT, int(max(ys)) + margin + 1)
    size = (max(1, right - left), max(1, bottom - top))
    fine = Image.new("L", (size[0] * 2, size[1] * 2))
    ImageDraw.Draw(fine).polygon([((x - left) * 2, (y - top) * 2) for x, y in outline], fill=255)
    return fine.resize(size, Image.Resampling.BOX), (slice(top, top + size[1]), slice(left, left + size[0]))


def _ellipse(cx: float, cy: float, rx: float, ry: float) -> list[Point]:
    return [(cx + rx * math.cos(a), cy + ry * math.sin(a)) for a in np.linspace(0, 2 * math.pi, 40)]


def bag(scene: Surface, rng: Random, cx: float, foot: float, size: float, colour: Colour) -> Surface:
    """Return the scene with a full, knotted plastic bag: folds that run to the knot, and glossy lights."""
    scene = _cast(scene, _ellipse(cx + size * 0.18, foot - size * 0.03, size * 0.62, size * 0.16), size * 0.06, 0.62)
    pixels = max(40, int(size * 1.5))
    v, u = np.mgrid[-0.75 : 0.75 : pixels * 1j, -0.75 : 0.75 : pixels * 1j].astype(np.float32)
    v = v + 0.10
    lean = rng.uniform(-0.12, 0.12)
    knot = (lean, -0.56)
    belly = np.where(v < 0.05, 0.52 * np.clip(1 - ((v - 0.05) / -0.62) ** 2, 0, 1) ** 0.55, 0.52)
    belly = belly * (1 + 0.10 * noise(pixels, pixels, pixels * 0.22, rng))
    low = np.clip(1 - (np.clip(v - 0.05, 0, 1) / 0.46) ** 3.6, 0, 1) ** 0.5
    across = np.abs(u - lean * np.clip(-v, 0, 1)) / np.maximum(belly * np.maximum(low, 0.01), 1e-3)
    body = ((across < 1) & (v > -0.57) & (v < 0.51)).astype(np.float32)
    # the tied end: a small fan above the knot
    fan = np.abs(u - knot[0] - 0.10 * noise(pixels, pixels, pixels * 0.06, rng)) < (knot[1] + 0.05 - v) * 0.8 + 0.02
    fan = fan & (v < knot[1] + 0.05) & (v > knot[1] - 0.11 + 0.04 * noise(pixels, pixels, pixels * 0.05, rng))
    mask = blurred(np.maximum(body, fan.astype(np.float32)), 1.1)
    dome = np.sqrt(np.clip(1 - across**2, 0, 1)) * 0.42 * low
    angle, distance = np.arctan2(u - knot[0], v - knot[1]), np.hypot(u - knot[0], v - knot[1])
    wrinkle = fractal(256, 256, 26, rng, 3)
    rows = np.clip((distance * 90 + 20 * noise(pixels, pixels, pixels * 0.2, rng)).astype(int), 0, 255)
    columns = np.clip(
        (angle / math.pi * 127 + 128 + 14 * noise(pixels, pixels, pixels * 0.15, rng)).astype(int), 0, 255
    )
    folds = 1 - np.abs(wrinkle[rows // 3, columns]) * 2
    crumple = 1 - np.abs(fractal(pixels, pixels, pixels * 0.16, rng, 3)) * 2
    relief = blurred((dome * 1.0 + 0.040 * folds + 0.050 * crumple).astype(np.float32), max(0.8, pixels / 260)) * pixels
    gy, gx = np.gradient(relief)
    length = np.sqrt(gx * gx + gy * gy + 1)
    diffuse = np.clip((gx * 0.5 + gy * 0.62 + 0.6) / length, 0, 1)  # sun from the upper left
    shine = np.clip((gx * 0.36 + gy * 0.44 + 0.82) / length, 0, 1) ** 26
    base = rgb(*colour) * (0.30 + 0.95 * diffuse)[:, :, None]
    sky_tint = np.clip(gy / length, 0, 1)[:, :, None] * rgb(20, 26, 34)
    surface = base + sky_tint + (165 * shine * (1 - np.mean(colour) / 420))[:, :, None]
    surface = surface * (1 - 0.45 * np.clip((v - 0.30) / 0.25, 0, 1))[:, :, None]
    return _pasted(scene, surface.astype(np.float32), mask, int(cx - pixels / 2), int(foot - pixels * 0.765))


def _pasted(scene: Surface, surface: Surface, mask: Field, left: int, top: int) -> Surface:
    height, width = mask.shape
    y0, y1, x0, x1 = max(0, top), min(HEIGHT, top + height), max(0, left), min(WIDTH, left + width)
    if y0 >= y1 or x0 >= x1:
        return scene
    inner = (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
    result = scene.copy()
    result[y0:y1, x0:x1] = _mixed(scene[y0:y1, x0:x1], surface[inner], mask[inner])
    return result


def _face(scene: Surface, rng: Random, corners: list[Point], top: Colour, bottom: Colour, rough: float = 4) -> Surface:
    """Return the scene with a flat face: a shade from top to bottom, and wear."""
    mask, box = _drawn(corners, 1)
    high, low = min(y for _, y in corners), max(y for _, y in corners)
    down = np.clip((np.arange(box[0].start, box[0].stop, dtype=np.float32) - high) / max(1.0, low - high), 0, 1)
    colour = coloured(down[:, None].repeat(mask.width, axis=1), top, bottom)
    colour = colour + (rough * fractal(mask.width, mask.height, 120, rng))[:, :, None]
    result = scene.copy()
    result[box] = _mixed(scene[box], colour, _mask(mask))
    return result


def _shaded(colour: Colour, factor: float) -> Colour:
    return (int(min(255, colour[0] * factor)), int(min(255, colour[1] * factor)), int(min(255, colour[2] * factor)))


def container(
    scene: Surface,
    rng: Random,
    left: float,
    foot: float,
    size: float,
    body: Colour,
    lid: Colour,
    *,
    load: Sequence[Colour] = (),
) -> Surface:
    """Return the scene with a wheeled rubbish container of width ``size``.

    ``load`` are the colours of the bags that stand out of it, which keep its lid open; without any it is closed.
    """
    is_open = bool(load)
    w, h, slant = size, size * 1.12, size * 0.34
    ground = foot - size * 0.10
    rim = ground - h
    scene = _cast(scene, [(left + w * 0.1, ground + 8), (left + w * 0.9, ground + 14), (left + w * 1.72, ground - 30),
                          (left + w * 1.55, ground - 105), (left + w, ground - 90)], 16, 0.55)  # fmt: skip
    for x in (left + w * 0.16, left + w * 0.80, left + w + slant * 0.7):
        y = ground + size * 0.045 - (size * 0.07 if x > left + w else 0)
        scene = _face(scene, rng, _ellipse(x, y, size * 0.075, size * 0.085), (46, 46, 48), (18, 18, 20))
        scene = _face(scene, rng, _ellipse(x, y, size * 0.032, size * 0.038), (140, 140, 140), (90, 90, 90))
    if is_open:  # the lid hangs behind
        scene = _face(scene, rng, [(left + w * 0.10, rim - h * 0.50), (left + w + slant * 1.05, rim - h * 0.56),
                                      (left + w + slant, rim - 30), (left + w * 0.02, rim + 10)],
                      _shaded(lid, 0.85), _shaded(lid, 0.55))  # fmt: skip
    front = [(left - w * 0.03, rim), (left + w * 1.01, rim), (left + w * 0.93, ground), (left + w * 0.07, ground)]
    side = [(left + w * 1.01, rim), (left + w + slant, rim - h * 0.11),
            (left + w * 0.92 + slant * 0.85, ground - h * 0.09), (left + w * 0.93, ground)]  # fmt: skip
    scene = _face(scene, rng, side, _shaded(body, 0.62), _shaded(body, 0.42))
    scene = _face(scene, rng, front, _shaded(body, 1.12), _shaded(body, 0.82), 7)
    lip = [
        (left - w * 0.06, rim - 16),
        (left + w * 1.04, rim - 16),
        (left + w * 1.03, rim + 20),
        (left - w * 0.05, rim + 20),
    ]
    if is_open:
        inside = [
            (left - w * 0.03, rim),
            (left + w * 1.01, rim),
            (left + w + slant, rim - h * 0.11),
            (left + w * 0.18, rim - h * 0.10),
        ]
        scene = _face(scene, rng, inside, (24, 26, 24), (12, 12, 12))
        for n, colour in enumerate(load):
            x = left + w * (0.16 + 0.86 * ((n * 0.618) % 1))
            scene = bag(scene, rng, x, rim + w * (0.02 + 0.16 * n / len(load)), w * rng.uniform(0.40, 0.52), colour)
        # bags sink into it: its faces come again, in front of them
        scene = _face(scene, rng, side, _shaded(body, 0.62), _shaded(body, 0.42))
        scene = _face(scene, rng, front, _shaded(body, 1.12), _shaded(body, 0.82), 7)
    else:
        dome = [(left - w * 0.06, rim - 8), (left + w * 0.02, rim - h * 0.13),
                (left + w * 0.30 + slant * 0.3, rim - h * 0.22),
                (left + w * 0.85 + slant * 0.6, rim - h * 0.24), (left + w + slant * 1.08, rim - h * 0.10),
                (left + w * 1.04, rim + 4)]  # fmt: skip
        scene = _face(scene, rng, dome, _shaded(lid, 1.25), _shaded(lid, 0.85))
    for share in (0.2, 0.5, 0.8):  # ribs
        x0, x1 = left + w * share, left + w * (0.5 + (share - 0.5) * 0.84)
        rib = [
            (x0 - 7, rim + h * 0.12),
            (x0 + 7, rim + h * 0.12),
            (x1 + 6, ground - h * 0.06),
            (x1 - 6, ground - h * 0.06),
        ]
        scene = _face(scene, rng, rib, _shaded(body, 1.3), _shaded(body, 0.95))
        shade = [(x + 11, y) for x, y in rib]
        scene = _cast(scene, shade, 3, 0.25)
    sticker = [(left + w * 0.34, rim + h * 0.26), (left + w * 0.66, rim + h * 0.26), (left + w * 0.655, rim + h * 0.50),
               (left + w * 0.345, rim + h * 0.50)]  # fmt: skip
    scene = _face(scene, rng, sticker, (236, 234, 224), (214, 212, 204))
    cx, cy, r = left + w * 0.5, rim + h * 0.38, w * 0.08
    for turn in range(3):  # three arrows of recycling, as three thick arcs
        a0 = turn * 2 * math.pi / 3 + 0.25
        arc = [(cx + r * math.cos(a), cy + r * math.sin(a)) for a in np.linspace(a0, a0 + 1.5, 9)]
        inner = [(cx + r * 0.62 * math.cos(a), cy + r * 0.62 * math.sin(a)) for a in np.linspace(a0 + 1.5, a0, 9)]
        scene = _face(scene, rng, arc + inner, (44, 128, 66), (44, 128, 66), 0)
    return _face(scene, rng, lip, _shaded(body if is_open else lid, 1.05), _shaded(body if is_open else lid, 0.68))


def cardboard(scene: Surface, rng: Random, left: float, foot: float, size: float) -> Surface:
    """Return the scene with an open cardboard box."""
    w, h, slant = size, size * rng.uniform(0.55, 0.8), size * 0.38
    tan = _shaded((190, 148, 100), rng.uniform(0.9, 1.08))
    scene = _cast(
        scene, [(left, foot + 8), (left + w, foot + 10), (left + w * 1.7, foot - 30), (left + w, foot - 60)], 12, 0.5
    )
    right = [
        (left + w, foot - h),
        (left + w + slant, foot - h - slant * 0.35),
        (left + w + slant, foot - slant * 0.35),
        (left + w, foot),
    ]
    inside = [
        (left, foot - h),
        (left + w, foot - h),
        (left + w + slant, foot - h - slant * 0.35),
        (left + slant, foot - h - slant * 0.35),
    ]
    back = [(left + slant, foot - h - slant * 0.35), (left + w + slant, foot - h - slant * 0.35),
            (left + w * 1.05 + slant, foot - h - slant * 0.9),
            (left + slant * 0.9, foot - h - slant * 0.95)]  # fmt: skip
    scene = _face(scene, rng, back, _shaded(tan, 1.05), _shaded(tan, 0.8))
    scene = _face(scene, rng, inside, (72, 54, 36), (48, 36, 24))
    scene = _face(scene, rng, right, _shaded(tan, 0.66), _shaded(tan, 0.52))
    front = [(left, foot - h), (left + w, foot - h), (left + w, foot), (left, foot)]
    scene = _face(scene, rng, front, _shaded(tan, 1.08), _shaded(tan, 0.92), 8)
    flap = [
        (left, foot - h),
        (left + w, foot - h),
        (left + w * 0.92, foot - h * 0.66),
        (left + w * 0.06, foot - h * 0.70),
    ]
    scene = _cast(scene, [(x + 5, y + 12) for x, y in flap], 6, 0.35)
    scene = _face(scene, rng, flap, _shaded(tan, 1.15), _shaded(tan, 1.0))
    tape = [
        (left + w * 0.44, foot - h * 0.66),
        (left + w * 0.56, foot - h * 0.66),
        (left + w * 0.56, foot),
        (left + w * 0.44, foot),
    ]
    return _face(scene, rng, tape, _shaded(tan, 0.88), _shaded(tan, 0.8))


_LITTER: list[Colour] = [(232, 232, 226), (206, 48, 40), (52, 108, 184), (236, 196, 60), (70, 150, 84), (190, 150, 104)]


def litter(scene: Surface, rng: Random, count: int, area: tuple[int, int, int, int]) -> Surface:
    """Return the scene with crumpled papers, bottles, cans and cups on the ground; ``area`` is x, y, w, h."""
    left, top, width, height = area
    for y in sorted(rng.uniform(top, top + height, count)):
        x, size = rng.uniform(left, left + width), 16 + 34 * (y - 850) / 350
        colour = _LITTER[int(rng.integers(len(_LITTER)))]
        angle = rng.uniform(0, math.pi)
        if rng.random() < 0.6:
            spokes = [(a, *rng.uniform(0.6, 1.15, 2)) for a in sorted(rng.uniform(0, 2 * math.pi, 9))]
            shape = [(x + size * rx * math.cos(a), y + 0.5 * size * ry * math.sin(a)) for a, rx, ry in spokes]
        else:  # a bottle or a can lying down
            c, s, long = math.cos(angle), math.sin(angle) * 0.5, size * 1.7
            half = [(-long, 0.4 * size), (long * 0.5, 0.4 * size), (long * 0.7, 0.16 * size), (long, 0.16 * size)]
            profile = [(a, -b) for a, b in half] + half[::-1]
            shape = [(x + a * c - b * s, y + a * s + b * c * 0.8) for a, b in profile]
        scene = _cast(scene, [(px + size * 0.3, py + size * 0.22) for px, py in shape], 5, 0.5)
        scene = _face(scene, rng, shape, _shaded(colour, 1.1), _shaded(colour, 0.66), 22)
    return scene
