# SPDX-License-Identifier: GPL-2.0-or-later
"""The map of the communes: read, written, and asked where a point is.

The file is GeoJSON (RFC 7946) that any GIS opens. Its head states ``name``, ``epci``, ``source``, ``licence``, ``date``
and ``accuracy_m``; a feature's property ``kind`` is ``commune`` (with ``insee``, ``name``, ``department``,
``population``, ``siren``, ``former_territory``) or ``water`` (with ``name``): an inland water that is in no commune.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Optional

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ... import resources
from ..base.columns import objects
from ..base.files import replacing
from ..base.geos import shapely
from ..errors import DataError
from ..model import Columns
from .grid import RegionGrid

_NEXT = "Make a map with: sigma-communes communes refresh"
UNKNOWN_POPULATION = -1


@dataclass(frozen=True, eq=False)
class Located:
    """Where points are; arrays of one length.

    ``index`` is the number of the commune on the map (int32), -1 for none. ``ambiguous``: a boundary, of a commune or
    of the territory, is nearer than the map's accuracy. ``outside``: in no commune and in no inland water of the map.
    ``water``: in an inland water that is in no commune. A position that is not finite has -1 and False everywhere:
    nothing is known of it, not even that it is outside.
    """

    index: NDArray[np.int32]
    ambiguous: NDArray[np.bool_]
    outside: NDArray[np.bool_]
    water: NDArray[np.bool_]
    _map: Territory = field(repr=False)

    def __len__(self) -> int:
        return len(self.index)

    @cached_property
    def insee(self) -> NDArray[Any]:
        """INSEE codes, object array of text; ``""`` where a point is in no commune."""
        return self._named(self._map.insee)

    @cached_property
    def commune(self) -> NDArray[Any]:
        """Names of communes, object array of text; ``""`` where a point is in no commune."""
        return self._named(self._map.names)

    def _named(self, names: NDArray[Any]) -> NDArray[Any]:
        # Index -1 takes the last: the empty text.
        out: NDArray[Any] = np.append(names, np.array([""], dtype=object))[self.index]
        return out


@dataclass(frozen=True, eq=False)
class Territory:
    """A map of communes, in ascending order of their INSEE code.

    ``insee``, ``names``, ``department``, ``siren`` and ``former_territory`` are object arrays of text (``""`` where
    unknown), ``population`` int64 (-1 where unknown), ``geometries`` and ``water`` arrays of shapely polygons and
    multipolygons in longitude and latitude. Boundaries are right to ``accuracy_m`` metres.
    """

    insee: NDArray[Any]
    names: NDArray[Any]
    department: NDArray[Any]
    population: NDArray[np.int64]
    siren: NDArray[Any]
    former_territory: NDArray[Any]
    geometries: NDArray[Any]
    water_names: NDArray[Any]
    water: NDArray[Any]
    name: str
    epci: str
    source: str
    licence: str
    date: str
    accuracy_m: float
    path: Optional[Path] = None

    def __len__(self) -> int:
        return len(self.insee)

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """Where positions are due: west, south, east, north in degrees, a tenth of a degree around the communes."""
        west, south, east, north = shapely.total_bounds(self.geometries).tolist()
        return west - 0.1, south - 0.1, east + 0.1, north + 0.1

    @cached_property
    def grid(self) -> RegionGrid:
        """The index, built at the first question (0.1 s for 92 communes) and kept with the map."""
        return RegionGrid(np.concatenate([self.geometries, self.water]), self.accuracy_m)

    def locate(self, lon: ArrayLike, lat: ArrayLike, accuracy: Optional[ArrayLike] = None) -> Located:
        """Say in which commune each point is.

        The answer is that of ``shapely.intersects`` for each point and commune: a point on the boundary between
        communes belongs to the one with the lowest index (the lowest INSEE code), and a commune comes before water.
        Ambiguity is measured in metres to the map's straight edges, right to 0.1 mm at 25 m
        (:func:`~..ellipsoid.metres_per_degree`).

        Parameters
        ----------
        lon, lat : array of float, shape (n,)
            WGS 84, degrees; NaN where there is no position.
        accuracy : array of float, shape (n,), optional
            Metres by which each position may be wrong, NaN where nothing is known of it, infinite where it may be
            anywhere: a boundary within it makes the point ambiguous, too.
        """
        x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
        if x.shape != y.shape or x.ndim != 1:
            raise ValueError(f"lon and lat are one-dimensional and of one length, not {x.shape} and {y.shape}")
        region, ambiguous = self.grid.locate(x, y)
        if accuracy is not None:
            ambiguous |= self.grid.boundary_within(x, y, np.asarray(accuracy, dtype=np.float64))
        water = region >= len(self)
        outside = (region < 0) & np.isfinite(x) & np.isfinite(y)
        return Located(np.where(water, np.int32(-1), region), ambiguous, outside, water, self)

    def columns(self, lon: ArrayLike, lat: ArrayLike, accuracy: Optional[ArrayLike] = None) -> Columns:
        """Return the columns ``insee``, ``commune``, ``ambiguous``, ``outside``, ``water`` (see :mod:`~..model`)."""
        located = self.locate(lon, lat, accuracy)
        return {
            "insee": located.insee,
            "commune": located.commune,
            "ambiguous": located.ambiguous,
            "outside": located.outside,
            "water": located.water,
        }


def shipped_map() -> Path:
    """Return the path of the map that ships with the product."""
    return resources.path("territory", "communes.geojson")


def user_map() -> Path:
    """Return where this person's refreshed map is kept, in the per-user data folder; it need not exist."""
    if sys.platform == "win32":
        base = Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "sigma-communes" / "communes.geojson"


def current_map() -> Path:
    """Return the person's refreshed map where there is one, else the shipped one."""
    refreshed = user_map()
    return refreshed if refreshed.is_file() else shipped_map()


def commune_names(path: Optional[Path] = None) -> list[tuple[str, str]]:
    """Return INSEE code and name of each commune of a map (the current one), by the code; no geometry is read.

    Raises
    ------
    DataError
        There is no such file, or it is not such a map.
    """
    path = path or current_map()
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        listed = [feature["properties"] for feature in features]
        return sorted((str(each["insee"]), str(each["name"])) for each in listed if each["kind"] == "commune")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"The map of communes can't be read: {error}", where=str(path), next_step=_NEXT) from error


def load(path: Optional[str | Path] = None) -> Territory:
    """Read a map of communes.

    Parameters
    ----------
    path : path, optional
        A file that :func:`save` wrote; by default :func:`current_map`. The map that ships: ``load(shipped_map())``.

    Raises
    ------
    DataError
        There is no such file, or it is not such a map.
    """
    path = current_map() if path is None else Path(path)
    where = str(path)
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"The map of communes can't be read: {error}", where=where, next_step=_NEXT) from error
    except ValueError as error:
        raise DataError(f"The map of communes is not JSON: {error}", where=where, next_step=_NEXT) from error
    try:
        features = document["features"]
        communes = [f for f in features if f["properties"]["kind"] == "commune"]
        waters = [f for f in features if f["properties"]["kind"] == "water"]
        communes.sort(key=lambda f: str(f["properties"]["insee"]))
        territory = Territory(
            insee=_text(communes, "insee"),
            names=_text(communes, "name"),
            department=_text(communes, "department"),
            population=np.array([f["properties"]["population"] for f in communes], dtype=np.int64),
            siren=_text(communes, "siren"),
            former_territory=_text(communes, "former_territory"),
            geometries=_shapes(communes),
            water_names=_text(waters, "name"),
            water=_shapes(waters),
            name=document["name"],
            epci=document["epci"],
            source=document["source"],
            licence=document["licence"],
            date=document["date"],
            accuracy_m=float(document["accuracy_m"]),
            path=path,
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, shapely.errors.GEOSException) as error:
        raise DataError(
            f"Is not a map of communes of this product ({type(error).__name__}: {error})", where=where, next_step=_NEXT
        ) from error
    _check(territory, where)
    return territory


def save(territory: Territory, path: str | Path) -> None:
    """Write the map, whole or not at all; one feature a line, the same bytes for the same map.

    Raises
    ------
    DataError
        The folder can't be written.
    """
    with replacing(Path(path)) as temporary:
        temporary.write_bytes(to_geojson(territory).encode("utf-8"))


def to_geojson(territory: Territory) -> str:
    """Return the text of the map's file."""
    head = {
        "type": "FeatureCollection",
        "name": territory.name,
        "epci": territory.epci,
        "source": territory.source,
        "licence": territory.licence,
        "date": territory.date,
        "accuracy_m": territory.accuracy_m,
    }
    features = [
        _feature(
            {
                "kind": "commune",
                "insee": territory.insee[i],
                "name": territory.names[i],
                "department": territory.department[i],
                "population": int(territory.population[i]),
                "siren": territory.siren[i],
                "former_territory": territory.former_territory[i],
            },
            territory.geometries[i],
        )
        for i in range(len(territory))
    ]
    features += [_feature({"kind": "water", "name": n}, w) for n, w in zip(territory.water_names, territory.water)]
    return _compact(head)[:-1] + ',"features":[\n' + ",\n".join(features) + "\n]}\n"


def _feature(properties: dict[str, Any], geometry: Any) -> str:
    return _compact({"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(geometry)})


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _text(features: list[Any], key: str) -> NDArray[Any]:
    return objects(str(f["properties"][key]) for f in features)


def _shapes(features: list[Any]) -> NDArray[Any]:
    return objects(shapely.geometry.shape(f["geometry"]) for f in features)


def _check(territory: Territory, where: str) -> None:
    regions = np.concatenate([territory.geometries, territory.water])
    labels = [*territory.insee, *territory.water_names]
    if len(territory) == 0:
        raise DataError("Holds no commune", where=where, next_step=_NEXT)
    if len(set(territory.insee)) < len(territory):
        raise DataError("Holds the same INSEE code twice", where=where, next_step=_NEXT)
    kinds = shapely.get_type_id(regions)
    fit = ((kinds == 3) | (kinds == 6)) & ~shapely.is_empty(regions) & shapely.is_valid(regions)
    if not fit.all():
        bad = ", ".join(label for label, good in zip(labels, fit) if not good)
        raise DataError(f"Not valid polygons: {bad}", where=where, next_step=_NEXT)
    west, south, east, north = shapely.total_bounds(regions)
    if not (west >= -180 and east <= 180 and south > -90 and north < 90):
        raise DataError("Its positions are not degrees of longitude and latitude", where=where, next_step=_NEXT)
    if not (0 <= territory.accuracy_m < 10_000):
        raise DataError("accuracy_m is not a number of metres", where=where, next_step=_NEXT)
