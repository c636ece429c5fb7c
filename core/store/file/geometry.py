# SPDX-License-Identifier: GPL-2.0-or-later
"""GeoPackage's binary geometry, and the SQL functions that its spatial-index triggers call.

Format: OGC 12-128r18, clause 2.1.3: a header ``GP``, version, flags, srs_id, an optional envelope, then WKB.
GDAL brings these functions to its own connections; plain sqlite3 has none.
"""

from __future__ import annotations

import math
import sqlite3
import struct
from typing import Any, Callable, Optional

SRS_ID = 4326
Bounds = tuple[float, float, float, float]
"""min_x, max_x, min_y, max_y, in degrees."""

_POINT = struct.Struct("<2sBBiBIdd")
_XY = struct.Struct("<dd")
_HEADER = struct.Struct("<2sBBi")
_BOUNDS = struct.Struct("<4d")
_ENVELOPE_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
_LITTLE_ENDIAN, _XY_ENVELOPE, _EMPTY = 0x01, 0x02, 0x10


def point(lon: Optional[float], lat: Optional[float]) -> Optional[bytes]:
    """Return a WGS 84 point, or None where the position is missing or impossible (not finite, out of range, 0,0)."""
    if lon is None or lat is None or not (-180.0 <= lon <= 180.0 and -90.0 <= lat <= 90.0) or lon == lat == 0.0:
        return None
    return _POINT.pack(b"GP", 0, _LITTLE_ENDIAN, SRS_ID, 1, 1, lon, lat)


def with_envelope(wkb: bytes, bounds: Bounds) -> bytes:
    """Return a WGS 84 geometry with its envelope from little-endian ISO WKB."""
    header = _HEADER.pack(b"GP", 0, _LITTLE_ENDIAN | _XY_ENVELOPE, SRS_ID)
    return header + _BOUNDS.pack(*bounds) + wkb


def wkb(blob: bytes) -> bytes:
    """Return the WKB inside a GeoPackage geometry.

    Raises
    ------
    ValueError
        The blob is no GeoPackage geometry.
    """
    kind = (blob[3] >> 1) & 0b111 if len(blob) > 8 and blob[:2] == b"GP" else 7
    if kind not in _ENVELOPE_BYTES:
        raise ValueError("not a GeoPackage geometry")
    return blob[8 + _ENVELOPE_BYTES[kind] :]


def bounds(blob: Optional[bytes]) -> Optional[Bounds]:
    """Return the bounds of a GeoPackage geometry, None where it is NULL or empty.

    Raises
    ------
    ValueError
        The blob is no GeoPackage geometry.
    """
    if blob is None:
        return None
    if len(blob) == _POINT.size and blob[3] == _LITTLE_ENDIAN and blob[8] == 1:
        x, y = _XY.unpack_from(blob, 13)
        return None if math.isnan(x) else (x, x, y, y)
    body = wkb(blob)
    flags = blob[3]
    if flags & _EMPTY:
        return None
    if flags & 0b1110:
        order = "<" if flags & _LITTLE_ENDIAN else ">"
        min_x, max_x, min_y, max_y = struct.unpack_from(order + "4d", blob, 8)
    else:
        from ...base.geos import shapely  # slow to import, and only other tools' polygons without an envelope come here

        try:
            min_x, min_y, max_x, max_y = shapely.bounds(shapely.from_wkb(body)).tolist()
        except shapely.errors.ShapelyError as error:
            raise ValueError(str(error)) from error
    return None if math.isnan(min_x) else (min_x, max_x, min_y, max_y)


def register_functions(connection: sqlite3.Connection) -> None:
    """Give a connection ``ST_IsEmpty``, ``ST_MinX``, ``ST_MaxX``, ``ST_MinY``, ``ST_MaxY`` (Annex F.3)."""

    def is_empty(blob: Optional[bytes]) -> Optional[bool]:
        return None if blob is None else bounds(blob) is None

    def side(index: int) -> Callable[[Optional[bytes]], Any]:
        def value(blob: Optional[bytes]) -> Optional[float]:
            box = bounds(blob)
            return None if box is None else box[index]

        return value

    connection.create_function("ST_IsEmpty", 1, is_empty, deterministic=True)
    for index, name in enumerate(("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY")):
        connection.create_function(name, 1, side(index), deterministic=True)
