# SPDX-License-Identifier: GPL-2.0-or-later
"""The classes of one bulletin: name, colour, and an icon, so that colour never speaks alone."""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Optional

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from ..base.bilingual import Bilingual
from ..base.xml import etree
from ..errors import DataError
from ..taxonomy import Taxonomy
from . import svg
from .wording import Said

_SHAPES = ("circle", "ellipse", "line", "path", "polygon", "polyline", "rect")
_PAINT = frozenset(
    [
        "cx",
        "cy",
        "d",
        "fill",
        "fill-rule",
        "height",
        "points",
        "r",
        "rx",
        "ry",
        "stroke",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-width",
        "transform",
        "width",
        "x",
        "x1",
        "x2",
        "y",
        "y1",
        "y2",
    ]
)


@dataclass(frozen=True)
class Kind:
    """A class as the bulletin shows it.

    ``number`` is its rank in this bulletin, ``id`` is ``""`` for no class, ``drawing`` its sign in a square of 16.
    """

    number: int
    id: str
    name: Said
    colour: str
    drawing: Markup

    @property
    def sign(self) -> Markup:
        """The icon, as on the maps."""
        return Markup('<svg class="key" viewBox="0 0 16 16" aria-hidden="true"><use href="#k{}"/></svg>').format(
            self.number
        )

    @property
    def definition(self) -> Markup:
        """The SVG symbol that :attr:`sign` and the maps refer to."""
        return Markup('<symbol id="k{}" viewBox="0 0 16 16">{}</symbol>').format(self.number, self.drawing)

    @property
    def rule(self) -> Markup:
        """The style rule of its colour."""
        return Markup(".k{} .full{{fill:{}}}").format(self.number, self.colour)


def kinds(ranked: Sequence[str], taxonomy: Optional[Taxonomy], unknown: Said) -> list[Kind]:
    """Return the classes of ids, numbered in their order. ``""`` is named ``unknown`` and marked ``?``.

    A class that the taxonomy does not know keeps its id as its name; its sign is a letter.
    """
    out = []
    for number, class_id in enumerate(ranked):
        if class_id == "":
            out.append(Kind(number, "", unknown, svg.NEUTRAL, letter("?", svg.NEUTRAL)))
        elif taxonomy is None or class_id not in taxonomy:
            sign = letter(string.ascii_uppercase[number % 26], svg.NEUTRAL)
            out.append(Kind(number, class_id, class_id, svg.NEUTRAL, sign))
        else:
            found, colour = taxonomy.get(class_id), svg.colour(taxonomy.colour(class_id))
            sign = icon(taxonomy.icon(class_id)) or letter(found.fr[:1].upper(), colour)
            out.append(Kind(number, class_id, Bilingual(fr=found.fr, en=found.en), colour, sign))
    return out


def letter(text: str, colour: str) -> Markup:
    """Return the sign of a class without an icon: a letter on a diamond."""
    return Markup('<path d="M8 0l8 8-8 8-8-8z" fill="{}"/><text x="8" y="11.4" fill="{}">{}</text>').format(
        colour, svg.ink(colour), text
    )


@cache
def icon(file: Path) -> Markup:
    """Return the drawing of an icon file (SVG, a square of 16): its plain shapes alone, whatever else it holds.

    A file that is not there gives nothing.

    Raises
    ------
    DataError
        The file is not SVG.
    """
    if not file.is_file():
        return Markup("")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(file.read_bytes(), parser)
    except etree.XMLSyntaxError as error:
        raise DataError(f"The icon is not SVG: {error}", where=str(file)) from error
    shapes = []
    for element in root.iter(*(f"{{http://www.w3.org/2000/svg}}{tag}" for tag in _SHAPES)):
        given = [(key, value) for key, value in element.items() if key in _PAINT]
        attributes = Markup("").join(Markup(' {}="{}"').format(*pair) for pair in given)
        shapes.append(Markup("<{}{}/>").format(etree.QName(element).localname, attributes))
    return Markup("").join(shapes)


def numbers(ids: NDArray[Any], known: Sequence[Kind]) -> NDArray[np.int64]:
    """Return the number of each id's class."""
    if ids.size == 0:
        return np.zeros(0, dtype=np.int64)
    names, which = np.unique(ids, return_inverse=True)
    number_of = {kind.id: kind.number for kind in known}
    return np.array([number_of[str(name)] for name in names], dtype=np.int64)[which]
