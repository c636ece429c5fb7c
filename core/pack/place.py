# SPDX-License-Identifier: GPL-2.0-or-later
"""The commune that a pack is for, and its outline in any coordinate system."""

from __future__ import annotations

import difflib
import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..base.geos import shapely
from ..errors import UsageError
from ..store.catalogue_rows import folded
from ..territory import Territory
from ..vector.reading import reprojected

METRES = "EPSG:2154"
"""RGF93 / Lambert-93: a metre is a metre to 0.03 % in the south of France; buffers are made in it."""
_LON_LAT = "OGC:CRS84"
_LETTERS = re.compile("[a-z0-9]+")


@dataclass(frozen=True)
class Place:
    """A commune of the map with its outline in degrees, and how far beyond it a pack reaches (metres)."""

    insee: str
    name: str
    population: int
    outline: Any
    buffer: float = 0.0

    @cached_property
    def area(self) -> Any:
        """What is cut out, in degrees."""
        if not self.buffer:
            return self.outline
        metric = reprojected(np.array([self.outline], dtype=object), _LON_LAT, METRES)
        wider = np.array([shapely.buffer(metric[0], self.buffer)], dtype=object)
        return reprojected(wider, METRES, _LON_LAT)[0]

    @property
    def slug(self) -> str:
        """The name of its folder: ``13001-aix-en-provence``."""
        plain = folded(self.name).replace("œ", "oe").replace("æ", "ae")
        return f"{self.insee}-{'-'.join(_LETTERS.findall(plain))}"

    def area_in(self, crs: str) -> Any:
        """Return what is cut out, in a coordinate system (east or longitude first).

        Raises
        ------
        DataError
            The coordinate system is not known.
        """
        return reprojected(np.array([self.area], dtype=object), _LON_LAT, crs)[0]

    @cached_property
    def digest(self) -> str:
        """What changes when the outline or the buffer does."""
        return hashlib.blake2b(shapely.to_wkb(self.outline) + repr(self.buffer).encode(), digest_size=12).hexdigest()


def find(territory: Territory, commune: str, buffer: float = 0.0) -> Place:
    """Return a commune by INSEE code or name, however accents, case, hyphens and apostrophes are written.

    Raises
    ------
    UsageError
        There is none; the nearest names are told.
    """
    wanted = folded(commune)
    names = [folded(name) for name in territory.names.tolist()]
    codes = territory.insee.tolist()
    found = [i for i, name in enumerate(names) if codes[i] == commune.strip() or name == wanted]
    if len(found) != 1:
        near = difflib.get_close_matches(wanted, names, 3, 0.5)
        if wanted:
            near += [name for name in names if wanted in name and name not in near][:3]
        several = found or [names.index(name) for name in near]
        shown = [f"{territory.names[i]} ({codes[i]})" for i in several]
        step = f"Perhaps {', '.join(shown)}" if shown else "Give the INSEE code, five characters such as 13055"
        what = f"Several communes are called '{commune}'" if found else f"There is no commune '{commune}' on the map"
        raise UsageError(what, next_step=step)
    return place_of(territory, found[0], buffer)


def place_of(territory: Territory, index: int, buffer: float = 0.0) -> Place:
    """Return a commune by its number on the map."""
    return Place(
        str(territory.insee[index]),
        str(territory.names[index]),
        int(territory.population[index]),
        territory.geometries[index],
        buffer,
    )
