"""The commune of each position, what is uncertain, and a file of it."""

import sys
from pathlib import Path

import numpy as np
import sigma_communes as sc

out = Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
lon, lat = np.array([5.3698, 5.5036, 5.10, 2.35, np.nan]), np.array([43.2965, 43.6945, 43.45, 48.85, np.nan])
found = sc.locate(lon, lat)
for insee, commune, water, outside in zip(found.insee, found.commune, found.water, found.outside):
    print(insee or "-", commune or ("in the water" if water else "outside" if outside else "no position"))
sc.write_points(out / "points.gpkg", {"insee": found.insee, "ambiguous": found.ambiguous}, lon, lat)
