#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# GDAL and the triggers of a GeoPackage's spatial index.
#
# The first versions of GeoPackage published a faulty trigger for the spatial index (rtree_<table>_<column>_update3), and GDAL
# repairs files that have it. One would expect it to look at what the trigger does. It goes by the name and the words AFTER
# UPDATE OF: a program's own trigger of that name, with a body of its own, is written anew to fire at every update of the row,
# as soon as anything opens the file for writing - QGIS does so to learn what may be edited. Triggers named as in GeoPackage
# 1.4 (…_update5 and up) are left alone.
set -euo pipefail
there=$(mktemp -d); trap 'rm -rf "$there"' EXIT
python3 -m venv "$there/env"
"$there/env/bin/pip" install --quiet --disable-pip-version-check pyogrio==0.11.0 2>/dev/null
"$there/env/bin/python" - "$there" <<'PYTHON'
import sqlite3, struct, sys
from pathlib import Path
import numpy as np
import pyogrio

file = Path(sys.argv[1], "a.gpkg")
body = 'WHEN NEW."geom" NOTNULL BEGIN UPDATE "rtree_t_geom" SET minx = minx WHERE id = NEW."fid"; END'

def write(name, append):
    geometry = np.array([struct.pack("<BIdd", 1, 1, 5.3, 43.2)], dtype=object)
    values = [np.array([name], dtype=object)]
    pyogrio.raw.write(file, geometry, values, fields=["nom"], geometry_type="Point", crs="EPSG:4326", layer="t",
                      driver="GPKG", append=append)

def event(trigger):
    with sqlite3.connect(file) as connection:
        sql = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (trigger,)).fetchone()[0]
    return "OF the geometry" if "UPDATE OF" in sql.upper() else "of anything"

write("a", append=False)
with sqlite3.connect(file) as connection:
    connection.execute('DROP TRIGGER IF EXISTS "rtree_t_geom_update3"')
    for name in ("rtree_t_geom_update3", "rtree_t_geom_update5"):
        connection.execute(f'CREATE TRIGGER "{name}" AFTER UPDATE OF "geom" ON "t" {body}')
before = event("rtree_t_geom_update3"), event("rtree_t_geom_update5")
write("b", append=True)
after = event("rtree_t_geom_update3"), event("rtree_t_geom_update5")
print("pyogrio", pyogrio.__version__, "with GDAL", ".".join(map(str, pyogrio.__gdal_version__)))
print("fires at updates  before: update3", before[0], "| update5", before[1])
print("                   after: update3", after[0], "| update5", after[1])
assert before == ("OF the geometry",) * 2
assert after == ("of anything", "OF the geometry"), "GDAL treats such triggers differently now"
PYTHON
