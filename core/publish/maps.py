# SPDX-License-Identifier: GPL-2.0-or-later
"""The two maps of a bulletin: the whole territory with a shade for each commune, and one commune with its reports.

Every outline is written once in the page; all maps refer to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from ..base.geos import shapely
from ..territory import Territory
from .cartography import Cluster, Label, Plane, View, clusters, frame, path, placed, scale_bar, shade
from .kinds import Kind
from .wording import number

CELL = 24.0
"""Pixels of the squares by which reports are first gathered on the map of a commune."""
NAMED = 8
"""So many communes, those with most reports, have their name on the map."""


@dataclass(frozen=True)
class Atlas:
    """The outlines of a territory in the plane of its maps, and where each commune stands among them."""

    plane: Plane
    outlines: NDArray[Any]
    water: NDArray[Any]
    water_names: NDArray[Any]
    index: Mapping[str, int]
    tree: Any

    @classmethod
    def of(cls, communes: Territory) -> Atlas:
        """Return the atlas of a commune map."""
        plane = Plane.of(communes.geometries)
        outlines = plane.outlines(communes.geometries)
        index = {code: i for i, code in enumerate(communes.insee.tolist())}
        return cls(
            plane, outlines, plane.outlines(communes.water), communes.water_names, index, shapely.STRtree(outlines)
        )

    def definitions(self, only: Optional[int] = None) -> Markup:
        """Return the paths that the maps refer to: all, or those that the map of commune ``only`` needs."""
        wanted = range(len(self.outlines)) if only is None else self._around(self._view(only, 720, 560))
        lands = [Markup('<path id="o{}" class="outline" d="{}"/>').format(i, path(self.outlines[i])) for i in wanted]
        lakes = [
            Markup('<path id="w{}" class="outline" d="{}"/>').format(i, path(lake)) for i, lake in enumerate(self.water)
        ]
        return Markup("").join([*lands, *lakes])

    def _view(self, commune: int, width: int, height: int) -> View:
        return View.fitting(shapely.bounds(self.outlines[commune]), width, height, margin=22)

    def _around(self, view: View) -> list[int]:
        window = shapely.box(view.x0, view.y0, view.x0 + view.width / view.scale, view.y0 + view.height / view.scale)
        return sorted(self.tree.query(window).tolist())

    def territory(
        self,
        names: Sequence[str],
        counts: NDArray[Any],
        values: NDArray[Any],
        limits: Sequence[float],
        anchors: Mapping[int, str],
        points: Optional[tuple[NDArray[Any], NDArray[Any]]],
        label: str,
    ) -> Markup:
        """Return the map of all communes.

        ``values`` choose the shade (NaN: not known), ``anchors`` are the ids that communes link to, ``points``
        lon and lat of reports to be drawn as dots, or None where they would hide the map.
        """
        view = View.fitting(shapely.total_bounds(self.outlines), 720, 600)
        parts = [Markup('<g transform="{}">').format(view.transform)]
        parts += [Markup('<use href="#w{}" class="lake"/>').format(i) for i in range(len(self.water))]
        for i, name in enumerate(names):
            drawn = Markup('<use href="#o{i}" class="land s{shade}"><title>{name}\u00a0: {count}</title></use>').format(
                i=i, shade="u" if (s := shade(float(values[i]), limits)) < 0 else s, name=name, count=int(counts[i])
            )
            linked = Markup('<a href="#{}" aria-label="{}\u00a0: {}">{}</a>')
            parts.append(linked.format(anchors[i], name, int(counts[i]), drawn) if i in anchors else drawn)
        parts.append(Markup("</g>"))
        if points is not None:
            x, y = view.pixels(*self.plane.project(*points))
            dots = "".join(f"M{a:.1f} {b:.1f}h0" for a, b in zip(x.tolist(), y.tolist()))
            parts.append(Markup('<path class="dots" d="{}"/>').format(dots))
        parts += [*self._labels(view, names, counts), scale_bar(view)]
        return frame(view, parts, "territory", label)

    def _labels(self, view: View, names: Sequence[str], counts: NDArray[Any]) -> list[Markup]:
        """Write the counts, the names of the communes with most reports and of the waters, where there is room."""
        x, y = _middles(self.outlines, view)
        ranked = [int(i) for i in np.argsort(-counts, kind="stable") if counts[i] > 0]
        wanted = []
        for rank, i in enumerate(ranked):
            count = Label((number(int(counts[i]), "fr"),), float(x[i]), float(y[i]))
            named = Label((names[i], *count.lines), count.x, count.y)
            wanted.append([named, count] if rank < NAMED else [count])
        out = [_label(text, "label" if len(text.lines) > 1 else "label lone", "count") for text in placed(wanted)]
        x, y = _middles(self.water, view)
        lakes = [Label((str(name),), float(a), float(b)) for name, a, b in zip(self.water_names, x, y)]
        wide = (shapely.bounds(self.water)[:, 2] - shapely.bounds(self.water)[:, 0]) * view.scale
        fit = [[lake] for lake, width in zip(lakes, wide) if width > 6.6 * len(lake.lines[0])]
        taken = [text for text in placed([*wanted, *fit]) if text in [lake[0] for lake in fit]]
        return [*out, *(_label(text, "label", "sea") for text in taken)]

    def commune(
        self,
        commune: int,
        lon: NDArray[Any],
        lat: NDArray[Any],
        numbers: NDArray[Any],
        kinds: Sequence[Kind],
        label: str,
        large: bool = False,
    ) -> Markup:
        """Return the map of one commune with its reports gathered where they stand close together."""
        view = self._view(commune, *((720, 560) if large else (340, 300)))
        parts = [Markup('<g transform="{}">').format(view.transform)]
        parts += [Markup('<use href="#w{}" class="lake"/>').format(i) for i in range(len(self.water))]
        around = [i for i in self._around(view) if i != commune]
        parts += [Markup('<use href="#o{}" class="around"/>').format(i) for i in around]
        parts.append(Markup('<use href="#o{}" class="here"/></g>').format(commune))
        x, y = view.pixels(*self.plane.project(lon, lat))
        parts += [_sign(cluster, kinds[cluster.kind]) for cluster in clusters(x, y, numbers, CELL)]
        return frame(view, [*parts, scale_bar(view)], "commune", label)


def _middles(shapes: NDArray[Any], view: View) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return where a label goes, in pixels: the centroid, or a point inside where the centroid is not."""
    centroid = shapely.centroid(shapes)
    at = np.where(shapely.contains(shapes, centroid), centroid, shapely.point_on_surface(shapes))
    return view.pixels(shapely.get_x(at), shapely.get_y(at))


def _label(text: Label, css: str, last: str) -> Markup:
    lines = [
        Markup('<text class="{}" x="{:.1f}" y="{:.1f}">{}</text>').format(
            last if row == len(text.lines) - 1 else "place",
            text.x,
            text.y + 4.5 + 14 * (row - (len(text.lines) - 1) / 2),
            line,
        )
        for row, line in enumerate(text.lines)
    ]
    return Markup('<g class="{}">{}</g>').format(css, Markup("").join(lines))


def _sign(cluster: Cluster, kind: Kind) -> Markup:
    x, y, r = cluster.x, cluster.y, cluster.radius
    sign = Markup('<use href="#k{n}" x="{x:.1f}" y="{y:.1f}" width="{d:.1f}" height="{d:.1f}"/>').format(
        n=kind.number, x=x - r, y=y - r, d=2 * r
    )
    if cluster.size == 1:
        return sign
    return Markup('<g>{sign}<text class="size" x="{x:.0f}" y="{y:.0f}">{n}</text></g>').format(
        sign=sign, x=x, y=y + r + 6, n=number(cluster.size, "fr")
    )
