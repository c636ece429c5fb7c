# SPDX-License-Identifier: GPL-2.0-or-later
"""Compute the commune map that ships, from IGN's open data.

    python tools/build_commune_map.py SOURCE.geojson --out resources/territory/communes.geojson

SOURCE is a GeoJSON of the metropolis' communes whose member ``source`` names where it comes from. The coverage is
checked, simplified with its topology kept only as far as the size budget asks, and the hole that is the Étang de Berre
becomes a feature of its own. The result depends on SOURCE alone.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely
from sigma_communes.core.base.ellipsoid import area_km2, metres_per_degree
from sigma_communes.core.territory import Territory, coverage, save
from sigma_communes.core.territory.commune_map import to_geojson
from sigma_communes.core.territory.source import communes_of
from sigma_communes.core.vector.reading import read_features

NAME = "Métropole Aix-Marseille-Provence"
EPCI = "200054807"
LICENCE = "Licence Ouverte / Open Licence 2.0 (Etalab)"
DATE = "boundaries 2018, names and populations 2026"
ACCURACY_M = 25.0
BUDGET = 300_000
# In which hole, by a point in it; every hole must have its name.
WATERS = {"Étang de Berre": (5.10, 43.45)}
# What the metropolis is known to be; a map that differs is not shipped. Its 3,158 km² are measured in Lambert-93, which
# shows areas 0.08 % too large here: on the ellipsoid the same outlines hold 3,155.7 km² (as pyproj's Geod says too).
COMMUNES, AREA_KM2, WATER_KM2 = 92, 3155.7, 155.0
TOLERANCES_M = (0.0, 2.0, 4.0, 8.0, 12.0, 16.0, 20.0, 25.0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    origin = json.loads(arguments.source.read_text(encoding="utf-8")).get("source")
    if not origin:
        sys.exit(f"{arguments.source}: the member 'source' is missing; a map without its source is not shipped")
    communes = read(arguments.source, origin)
    if not shapely.coverage_is_valid(communes.geometries):
        edges = shapely.coverage_invalid_edges(communes.geometries)
        bad = [code for code, edge in zip(communes.insee, edges) if not edge.is_empty]
        sys.exit(f"{arguments.source}: the outlines of these communes do not fit their neighbours: {', '.join(bad)}")
    territory, tolerance = within_budget(communes)
    check(territory)
    save(territory, arguments.out)
    size = arguments.out.stat().st_size
    areas = area_km2(territory.geometries).sum(), area_km2(territory.water).sum()
    print(
        f"{arguments.out}: {len(territory)} communes, {areas[0]:.1f} km², water {areas[1]:.1f} km², simplified by "
        f"{tolerance:g} m, {size} bytes"
    )
    return 0


def read(source: Path, origin: str) -> Territory:
    """Return the communes of the source, without waters."""
    communes = communes_of(read_features(source))
    return replace(communes, name=NAME, epci=EPCI, source=origin, licence=LICENCE, date=DATE, accuracy_m=ACCURACY_M)


def within_budget(communes: Territory) -> tuple[Territory, float]:
    """Return the map, simplified by the least tolerance (metres) that fits the budget."""
    for tolerance in TOLERANCES_M:
        simplified = shapely.coverage_simplify(communes.geometries, tolerance / metres_per_degree(43.5)[1])
        geometries = shapely.transform(
            communes.geometries if tolerance == 0 else simplified, lambda xy: np.round(xy, 5)
        )
        territory = with_waters(replace(communes, geometries=geometries))
        if len(to_geojson(territory).encode()) <= BUDGET:
            return territory, tolerance
    sys.exit(f"Even simplified by {TOLERANCES_M[-1]:g} m, its accuracy, the map is larger than {BUDGET} bytes")


def with_waters(communes: Territory) -> Territory:
    """Return the map with its holes as named waters."""
    waters = coverage.holes(communes.geometries)
    names = np.empty(len(waters), dtype=object)
    for i, hole in enumerate(waters):
        names[i] = next((n for n, (x, y) in WATERS.items() if shapely.intersects_xy(hole, x, y)), None)
        if names[i] is None:
            sys.exit(f"A hole of {float(area_km2(hole)):.4f} km² at {hole.representative_point()} has no name")
    return replace(communes, water_names=names, water=waters)


def check(territory: Territory) -> None:
    """Stop unless the map is the metropolis as it is known."""
    found = len(territory), float(area_km2(territory.geometries).sum()), float(area_km2(territory.water).sum())
    if found[0] != COMMUNES or abs(found[1] - AREA_KM2) > 1 or abs(found[2] - WATER_KM2) > 1:
        sys.exit(f"{found} is not ({COMMUNES} communes, {AREA_KM2} km², water {WATER_KM2} km²)")
    if not shapely.is_valid(territory.geometries).all() or not shapely.coverage_is_valid(territory.geometries):
        sys.exit("The simplified map is no longer a valid coverage")


if __name__ == "__main__":
    sys.exit(main())
