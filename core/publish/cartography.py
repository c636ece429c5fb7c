# SPDX-License-Identifier: GPL-2.0-or-later
"""Maps drawn from the commune outlines, as SVG: no tiles, no network.

The plane is equirectangular with its standard parallel in the middle of the territory (x = R cos φ0 λ, y = R φ; Snyder,
*Map Projections*, USGS 1395, p. 90): over 100 km its scale is right to about half a percent, and a kilometre is a
kilometre in both directions. Plane units are decametres, x to the east, y to the south (as in SVG).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from ..base.geos import shapely

EARTH_RADIUS = 637_100.0  # mean radius, decametres
TOLERANCE = 1.5  # decametres: outlines are simplified to what the map's own accuracy carries
SHADES = 5
_LENGTHS = (1, 2, 5)
_LIMITS = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9, 10)


@dataclass(frozen=True)
class Plane:
    """The projection of one territory."""

    lon0: float
    lat0: float

    @classmethod
    def of(cls, geometries: NDArray[Any]) -> Plane:
        """Return the plane whose origin is the middle of ``geometries`` (WGS 84); of nothing, any plane."""
        west, south, east, north = shapely.total_bounds(geometries)
        if not math.isfinite(west):
            return cls(0.0, 0.0)
        return cls((west + east) / 2, (south + north) / 2)

    def project(self, lon: NDArray[Any], lat: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return x and y in decametres of positions in degrees."""
        x = np.radians(lon - self.lon0) * (EARTH_RADIUS * math.cos(math.radians(self.lat0)))
        return x, -np.radians(lat - self.lat0) * EARTH_RADIUS

    def outlines(self, geometries: NDArray[Any]) -> NDArray[Any]:
        """Return the geometries in the plane, simplified."""
        moved = shapely.transform(geometries, lambda c: np.column_stack(self.project(c[:, 0], c[:, 1])))
        return np.asarray(shapely.simplify(moved, TOLERANCE), dtype=object)


@dataclass(frozen=True)
class View:
    """A window on the plane, in pixels: what stands at (x0, y0) is drawn at (0, 0)."""

    x0: float
    y0: float
    scale: float
    width: int
    height: int

    @classmethod
    def fitting(cls, bounds: Iterable[float], width: int, height: int, margin: int = 10) -> View:
        """Return the view of ``bounds`` (plane units) in ``width`` pixels and at most ``height``."""
        left, top, right, bottom = bounds
        wide, tall = max(right - left, 10.0), max(bottom - top, 10.0)
        scale = min((width - 2 * margin) / wide, (height - 2 * margin) / tall)
        height = min(height, math.ceil(tall * scale) + 2 * margin)
        return cls(left - (width / scale - wide) / 2, top - (height / scale - tall) / 2, scale, width, height)

    def pixels(self, x: NDArray[Any], y: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the pixel positions of plane positions."""
        return (x - self.x0) * self.scale, (y - self.y0) * self.scale

    @property
    def transform(self) -> str:
        """The SVG transform from plane units to pixels."""
        return f"scale({self.scale:.5g})translate({-self.x0:.1f} {-self.y0:.1f})"


def path(geometry: Any) -> str:
    """Return the SVG path of a polygon or multipolygon of the plane: whole decametres, steps instead of positions."""
    parts = []
    for polygon in shapely.get_parts(geometry):
        if shapely.get_type_id(polygon) != 3:
            continue
        for ring in shapely.get_rings(polygon):
            points = np.rint(shapely.get_coordinates(ring)).astype(np.int64)
            steps = np.diff(points, axis=0)[:-1]
            steps = steps[np.any(steps != 0, axis=1)]
            if len(steps) < 2:
                continue
            text = " ".join(map(str, steps.ravel().tolist())).replace(" -", "-")
            parts.append(f"M{points[0, 0]} {points[0, 1]}l{text}z")
    return "".join(parts)


def breaks(values: NDArray[Any]) -> list[float]:
    """Return up to four round numbers that part the positive ``values`` into up to five shades of like size."""
    positive = values[np.isfinite(values) & (values > 0)]
    if positive.size == 0:
        return []
    wanted = np.quantile(positive, np.arange(1, SHADES) / SHADES)
    limits = {_round_number(float(value)) for value in wanted}
    return sorted(limit for limit in limits if positive.min() < limit <= positive.max())


def _round_number(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    nearest: float = min((r * power for r in _LIMITS), key=lambda limit: abs(limit - value))
    return round(nearest, 9)


def shade(value: float, limits: Sequence[float]) -> int:
    """Return the shade of ``value``: 0 for nothing, 1 for the lightest, -1 where it is not known (NaN)."""
    if not math.isfinite(value):
        return -1
    return 0 if value <= 0 else 1 + sum(value >= limit for limit in limits)


@dataclass(frozen=True)
class Cluster:
    """Some reports near one another on one map: where (pixels), and how many of each class number."""

    x: float
    y: float
    tally: NDArray[np.int64]

    @property
    def size(self) -> int:
        """How many reports."""
        return int(self.tally.sum())

    @property
    def kind(self) -> int:
        """The number of their most frequent class, the smaller one of equals."""
        return int(self.tally.argmax())

    @property
    def radius(self) -> float:
        """Half the width of its sign, in pixels: it grows with the logarithm of the size, up to 13."""
        return min(13.0, 8.0 + 0.8 * math.log2(self.size))

    def hides(self, other: Cluster) -> bool:
        """Whether the two signs, with their numbers, would overlap."""
        room = self.radius + other.radius + (2.0 if self.size == 1 == other.size else 6.0)
        return math.hypot(self.x - other.x, self.y - other.y) < room


def clusters(x: NDArray[Any], y: NDArray[Any], kinds: NDArray[Any], cell: float) -> list[Cluster]:
    """Gather points (pixels) until their signs don't overlap.

    ``kinds`` are class numbers. Points in one square of ``cell`` pixels come together at their mean, so a single
    report stands where it is; then each gathering that a larger one would hide joins it, where that one stands.
    """
    if x.size == 0:
        return []
    squares = np.column_stack([np.floor(x / cell), np.floor(y / cell)]).astype(np.int64)
    _, which, size = np.unique(squares, axis=0, return_inverse=True, return_counts=True)
    which = which.ravel()
    mean_x, mean_y = np.bincount(which, x) / size, np.bincount(which, y) / size
    tally = np.zeros((size.size, int(kinds.max()) + 1), dtype=np.int64)
    np.add.at(tally, (which, kinds), 1)
    found = [Cluster(*place) for place in zip(mean_x.tolist(), mean_y.tolist(), tally)]
    while True:
        kept: list[Cluster] = []
        for one in sorted(found, key=lambda cluster: -cluster.size):
            over = next((i for i, other in enumerate(kept) if other.hides(one)), None)
            if over is None:
                kept.append(one)
            else:
                kept[over] = Cluster(kept[over].x, kept[over].y, kept[over].tally + one.tally)
        if len(kept) == len(found):
            return kept
        found = kept


@dataclass(frozen=True)
class Label:
    """A text to be put on a map: its lines, and where its middle should be, in pixels."""

    lines: tuple[str, ...]
    x: float
    y: float


def placed(wanted: Iterable[Sequence[Label]], width: float = 6.6, height: float = 14.0) -> list[Label]:
    """Place labels without overlap: for each place the first of its variants that is free, or none.

    ``width`` and ``height`` are the pixels that one character takes.
    """
    taken: list[tuple[float, float, float, float]] = []
    out = []
    for variants in wanted:
        for label in variants:
            half_w = max(len(line) for line in label.lines) * width / 2
            half_h = len(label.lines) * height / 2
            box = (label.x - half_w, label.y - half_h, label.x + half_w, label.y + half_h)
            if all(box[2] < b[0] or b[2] < box[0] or box[3] < b[1] or b[3] < box[1] for b in taken):
                taken.append(box)
                out.append(label)
                break
    return out


def scale_bar(view: View) -> Markup:
    """Return a scale bar of a round length, about a sixth of the map wide, at its lower left."""
    kilometre = 100 * view.scale
    raw = view.width / 6 / kilometre
    power = 10.0 ** math.floor(math.log10(raw))
    length = max(r * power for r in _LENGTHS if r * power <= raw)
    text = f"{length:g} km" if length >= 1 else f"{length * 1000:g} m"
    x, y = 12, view.height - 10
    return Markup(
        '<g class="scale"><path d="M{x} {up}v6h{w}v-6"/><text x="{middle}" y="{ty}">{text}</text></g>'
    ).format(
        x=x, up=y - 6, w=f"{length * kilometre:.1f}", middle=f"{x + length * kilometre / 2:.1f}", ty=y - 9, text=text
    )


def frame(view: View, content: Iterable[Markup], css: str, label: Optional[str] = None) -> Markup:
    """Return the ``svg`` element around a map's content; ``label`` is the id of the element that names it."""
    named = Markup(' role="img" aria-labelledby="{}"').format(label) if label else Markup("")
    return Markup('<svg class="map {css}" viewBox="0 0 {w} {h}"{named}>{content}</svg>').format(
        css=css, w=view.width, h=view.height, named=named, content=Markup("").join(content)
    )
