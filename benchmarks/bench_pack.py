# SPDX-License-Identifier: GPL-2.0-or-later
"""A pack of Marseille from three files of 100,000 features, beside ``ogr2ogr -clipsrc``; all communes, by 1 and 2.

Our time is that of a whole pack: cut, styles, metadata, project, contents, and every layer opened again. ogr2ogr only
cuts and writes. Both read the same GeoPackages, in turn, and the same features come out.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
import pyogrio
from sigma_communes.core import territory as territories
from sigma_communes.core.base.geos import shapely
from sigma_communes.core.pack import Order, find, make, make_all
from sigma_communes.core.vector.reading import reprojected

KINDS = ("Point", "LineString", "Polygon")


def draw(folder: Path, count: int) -> list[Path]:
    """Write three layers of ``count`` features over the metropolis, in Lambert-93, with a spatial index."""
    territory = territories.load()
    marseille = territory.geometries[territory.insee.tolist().index("13055")]
    metres = reprojected(np.array([marseille], dtype=object), "OGC:CRS84", "EPSG:2154")[0]
    west, south, east, north = shapely.bounds(metres).tolist()
    rng = np.random.default_rng(13055)
    x, y = rng.uniform(west - 8000, east + 8000, count), rng.uniform(south - 8000, north + 8000, count)
    angle = np.linspace(0, 2 * np.pi, 13)[:-1]
    radius = rng.uniform(5, 60, count)
    around = np.stack([x[:, None] + radius[:, None] * np.cos(angle), y[:, None] + radius[:, None] * np.sin(angle)], -1)
    shapes = {
        "Point": shapely.points(x, y),
        "LineString": shapely.linestrings(around[:, :6]),
        "Polygon": shapely.polygons(around),
    }
    out = []
    for kind in KINDS:
        path = folder / f"{kind.lower()}.gpkg"
        names = np.array([f"objet n° {i}" for i in range(count)], dtype=object)
        pyogrio.raw.write(
            str(path),
            geometry=shapely.to_wkb(shapes[kind]),
            field_data=[np.arange(count), names, rng.uniform(0, 1, count)],
            fields=["n", "nom", "valeur"],
            geometry_type=kind,
            crs="EPSG:2154",
            driver="GPKG",
            layer=kind.lower(),
        )
        out.append(path)
    return out


def main() -> None:
    """Print the figures, and one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--communes", type=int, default=24, help="for the comparison of 1 and 2 processes")
    options = parser.parse_args()
    territory = territories.load()
    program = shutil.which("ogr2ogr")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        layers = draw(folder, options.count)
        order = Order(tuple(map(str, layers)))
        place = find(territory, "Marseille")
        mask = folder / "marseille.geojson"
        mask.write_text(
            json.dumps(
                {
                    "type": "FeatureCollection",
                    "crs": {"type": "name", "properties": {"name": "EPSG:2154"}},
                    "features": [
                        {
                            "type": "Feature",
                            "properties": {},
                            "geometry": json.loads(shapely.to_geojson(place.area_in("EPSG:2154"))),
                        }
                    ],
                }
            )
        )
        ours: list[float] = []
        theirs: list[float] = []
        features: dict[str, int] = {}
        for number in range(options.rounds):
            started = time.perf_counter()
            made = make(place, order, folder / f"packs{number}", territory=territory)
            ours.append(time.perf_counter() - started)
            features = {entry.table: entry.features for entry in made.contents.layers}
            if program:
                target = folder / f"peer{number}.gpkg"
                started = time.perf_counter()
                for layer in layers:
                    append = ["-update"] if target.exists() else []
                    subprocess.run(
                        [program, "-f", "GPKG", *append, str(target), str(layer), "-clipsrc", str(mask),
                         "-nln", layer.stem, "-nlt", "PROMOTE_TO_MULTI" if layer.stem != "point" else "POINT"],
                        check=True, capture_output=True,
                    )  # fmt: skip
                theirs.append(time.perf_counter() - started)
        peer = {
            layer.stem: int(
                pyogrio.read_info(folder / "peer0.gpkg", layer=layer.stem, force_feature_count=True)["features"]
            )
            for layer in layers
            if program
        }
        ratio = median(ours) / median(theirs) if theirs else None
        print(f"Marseille, three layers of {options.count}: ours {median(ours):.2f} s {features}")
        if theirs:
            print(f"  ogr2ogr -clipsrc {median(theirs):.2f} s {peer}; ratio ours/ogr2ogr {ratio:.2f}")
        communes = territory.insee.tolist()[: options.communes]
        times = {}
        for workers in (1, 2):
            started = time.perf_counter()
            summary = make_all(
                order, folder / f"all{workers}", territory=territory, online=False, communes=communes, workers=workers
            )
            times[workers] = time.perf_counter() - started
            assert summary.made == len(communes)
        print(
            f"{len(communes)} communes: 1 process {times[1]:.1f} s, 2 processes {times[2]:.1f} s; "
            f"ratio 2/1 {times[2] / times[1]:.2f}"
        )
        print(
            json.dumps(
                {
                    "bench": "pack", "count": options.count, "ours_s": median(ours),
                    "ogr2ogr_s": median(theirs) if theirs else None, "ratio": ratio, "features": features, "peer": peer,
                    "communes": len(communes), "one_process_s": times[1], "two_processes_s": times[2],
                    "processes_ratio": times[2] / times[1],
                }
            )
        )  # fmt: skip


if __name__ == "__main__":
    main()
