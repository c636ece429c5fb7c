#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# GDAL's CSV driver: which columns are a position.
#
# The driver takes lists of names, X_POSSIBLE_NAMES and Y_POSSIBLE_NAMES. One would expect the list to be an order of
# preference: "long,lon,x" should take the longitude where a file has both a longitude and a projected x. It is not: the
# first column OF THE FILE whose name is anywhere in the list is taken, for x and y apart. French address files (Base adresse
# locale) have x;y in metres before long;lat in degrees, so points land at 893000 degrees unless a single name is given.
set -euo pipefail
there=$(mktemp -d); trap 'rm -rf "$there"' EXIT
python3 -m venv "$there/env"
"$there/env/bin/pip" install --quiet --disable-pip-version-check pyogrio==0.11.0 2>/dev/null
"$there/env/bin/python" - "$there" <<'PYTHON'
import struct, sys
from pathlib import Path
import pyogrio

file = Path(sys.argv[1], "adresses.csv")
file.write_text("x;y;long;lat;voie\n893000;6245000;5.37;43.29;rue A\n", encoding="utf-8")

def point(x_names, y_names):
    geometry = pyogrio.raw.read(file, X_POSSIBLE_NAMES=x_names, Y_POSSIBLE_NAMES=y_names)[2][0]
    return struct.unpack("<dd", geometry[5:21])

print("pyogrio", pyogrio.__version__, "with GDAL", ".".join(map(str, pyogrio.__gdal_version__)))
preferred, alone = point("long,x", "lat,y"), point("long", "lat")
print("X_POSSIBLE_NAMES=long,x Y_POSSIBLE_NAMES=lat,y ->", preferred)
print("X_POSSIBLE_NAMES=long   Y_POSSIBLE_NAMES=lat   ->", alone)
assert preferred == (893000.0, 6245000.0), "the order of the names counts now"
assert alone == (5.37, 43.29)
PYTHON
