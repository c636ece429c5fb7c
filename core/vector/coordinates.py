# SPDX-License-Identifier: GPL-2.0-or-later
"""Which columns of a table are its positions, and in which reference system: one answer for reports, layers and packs.

Longitude and latitude come before x and y wherever they stand (the address bases BAN and BAL write ``x;y`` in
Lambert-93 first); x and y are what their name says, else what their values can be. Ranges, in metres: Lambert-93 and
its conic zones from the EPSG registry (false eastings 700,000 and 1,700,000; false northings 6,600,000 and
(zone - 41) × 1,000,000 + 200,000), UTM zones 30 to 32, Web Mercator and NTF (Paris) / Lambert II étendu over
metropolitan France.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from ..base.geos import shapely
from ..errors import DataError
from .reading import reprojected
from .spreadsheet import Row, read_beginning, read_rows

DEGREES = "OGC:CRS84"
Area = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

_FRANCE: Area = (-5.5, 41.2, 10.0, 51.5)
_SAMPLE = 500
_AXES = {
    "lon": ("lon", "x"), "long": ("lon", "x"), "lng": ("lon", "x"), "longitude": ("lon", "x"), "xlong": ("lon", "x"),
    "lat": ("lat", "y"), "latitude": ("lat", "y"), "ylat": ("lat", "y"),
    "x": ("plain", "x"), "easting": ("plain", "x"), "abscisse": ("plain", "x"), "est": ("plain", "x"),
    "y": ("plain", "y"), "northing": ("plain", "y"), "ordonnee": ("plain", "y"), "nord": ("plain", "y"),
}  # fmt: skip
_NOISE = frozenset(
    {
        "coord", "coords", "coordonnee", "coordonnees", "geo", "gps", "dd", "deg", "degre", "degres", "degree",
        "degrees", "decimal", "decimale", "point", "position", "pos", "de", "en", "m", "metre", "metres", "centroide",
        "centroid", "centre", "adresse", "adr", "wgs", "wgs84", "84", "rgf93", "rgf", "rgf93v1", "epsg", "projection",
        "proj",
    }
)  # fmt: skip
_SYSTEMS = (
    (re.compile(r"(?:l|lamb|lambert)_?93|lamb93|2154|rgf93_lambert"), "EPSG:2154"),
    (re.compile(r"cc_?(4[2-9]|50)|39(4[2-9]|50)"), "EPSG:39"),
    (re.compile(r"utm_?(3[0-2])n?|326(3[0-2])"), "EPSG:326"),
    (re.compile(r"web_?mercator|mercator|3857"), "EPSG:3857"),
    (re.compile(r"l2e|lambert_?(?:2|ii)_?(?:e|etendu)?|27572"), "EPSG:27572"),
    (re.compile(r"4326|wgs_?84|crs84"), DEGREES),
)
NAMES = {
    DEGREES: "degrees (WGS 84)", "EPSG:2154": "RGF93 / Lambert-93", "EPSG:3857": "Web Mercator",
    "EPSG:27572": "NTF / Lambert II étendu",
    **{f"EPSG:{3900 + zone}": f"RGF93 / CC{zone}" for zone in range(42, 51)},
    **{f"EPSG:{32600 + zone}": f"WGS 84 / UTM {zone}N" for zone in range(30, 33)},
}  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """Two columns by their number, and the system that their names say (``""``: only the values can tell)."""

    x: int
    y: int
    crs: str = ""


@dataclass(frozen=True)
class Positions:
    """Where a table has its positions; ``crs`` is :data:`DEGREES` or a code."""

    x: int
    y: int
    crs: str

    @property
    def said(self) -> str:
        """The reference system by its name and code."""
        return f"{NAMES.get(self.crs, '')} ({self.crs})" if self.crs in NAMES else self.crs


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def _meaning(name: str) -> Optional[tuple[str, str, str]]:
    """Return kind (``degrees`` or ``plain``), axis (``x`` or ``y``) and system of a column; None: no coordinate."""
    rest, crs = _folded(name), ""
    for pattern, code in _SYSTEMS:
        found = pattern.search(rest)
        if found and (code != DEGREES or not crs):
            zone = next((group for group in found.groups() if group), "")
            crs = code + zone
            rest = f"{rest[: found.start()]}_{rest[found.end() :]}"
            break
    axes = [_AXES[token] for token in rest.split("_") if token in _AXES]
    others = [token for token in rest.split("_") if token and token not in _AXES and token not in _NOISE]
    if not axes or others or len({axis for _, axis in axes}) != 1:
        return None
    degrees = any(kind != "plain" for kind, _ in axes)
    return ("degrees" if degrees or crs == DEGREES else "plain", axes[0][1], "" if degrees and not crs else crs)


def pairs(names: Sequence[str]) -> list[Pair]:
    """Return the pairs of columns that can be positions, the best first.

    >>> pairs(["x", "y", "long", "lat"])[0]
    Pair(x=2, y=3, crs='')
    >>> pairs(["X_L93", "Y_L93"])
    [Pair(x=0, y=1, crs='EPSG:2154')]
    """
    found = [(at, meaning) for at, name in enumerate(names) if (meaning := _meaning(name)) is not None]
    out: list[tuple[int, Pair]] = []
    for at, (kind, axis, crs) in found:
        if axis != "x":
            continue
        mates = [other for other, meaning in found if meaning == (kind, "y", crs)]
        if mates:
            rank = 0 if kind == "degrees" and crs in ("", DEGREES) else 1 if crs else 2
            out.append((rank, Pair(at, min(mates, key=lambda other: abs(other - at)), crs)))
    return [pair for _, pair in sorted(out, key=lambda ranked: ranked[0])]


def candidates(x: float, y: float) -> list[str]:
    """Return the systems in which a position can be meant, if it lies in metropolitan France (degrees: anywhere)."""
    if abs(x) <= 180 and abs(y) <= 90:
        return [DEGREES]
    out = []
    if (0 < x < 1_100_000 and 6_000_000 < y < 7_200_000) or (0 < x < 1_250_000 and 6_000_000 < y < 6_400_000):
        out.append("EPSG:2154")
    zone = round((y - 200_000) / 1_000_000) + 41
    if 1_100_000 < x < 2_300_000 and 42 <= zone <= 50 and abs(y - ((zone - 41) * 1_000_000 + 200_000)) < 170_000:
        out.append(f"EPSG:{3900 + zone}")
    if 100_000 < x < 900_000 and 4_550_000 < y < 5_700_000:
        out += ["EPSG:32631", "EPSG:32630", "EPSG:32632"]
    if -620_000 < x < 1_120_000 and 5_000_000 < y < 6_700_000 and "EPSG:2154" not in out:
        out.append("EPSG:3857")
    if 0 < x < 1_250_000 and 1_590_000 < y < 2_720_000:
        out.append("EPSG:27572")
    # Where the national system could be, it is meant.
    return out[:1] if out[:1] == ["EPSG:2154"] else out


def system_of(x: NDArray[np.float64], y: NDArray[np.float64], area: Optional[Area] = None) -> str:
    """Return the system that the most of some positions can be in; ``""`` where that can't be told.

    Parameters
    ----------
    x, y : array of float, shape (n,)
        NaN where there is none.
    area : Area, optional
        Where positions are due, degrees: it decides between UTM zones and Web Mercator, whose ranges overlap.
    """
    known = np.isfinite(x) & np.isfinite(y) & ((np.abs(x) > 1e-6) | (np.abs(y) > 1e-6))
    votes: dict[str, int] = {}
    points = list(zip(x[known][:_SAMPLE].tolist(), y[known][:_SAMPLE].tolist()))
    for px, py in points:
        for code in candidates(px, py):
            votes[code] = votes.get(code, 0) + 1
    most = max(votes.values(), default=0)
    likely = [code for code, count in votes.items() if count == most]
    if most * 2 < len(points) or not likely:
        return ""
    if len(likely) == 1:
        return likely[0]
    west, south, east, north = area or _FRANCE
    inside = {}
    for code in likely:
        lon, lat = to_degrees(x[known][:50], y[known][:50], code)
        inside[code] = int(((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)).sum())
    best = max(inside.values())
    fitting = [code for code, count in inside.items() if count == best and best]
    return fitting[0] if len(fitting) == 1 else ""


def to_degrees(
    x: NDArray[np.float64], y: NDArray[np.float64], crs: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return longitude and latitude (WGS 84, degrees; NaN stays NaN) of positions in another system.

    Raises
    ------
    DataError
        The system is not known.
    """
    lon, lat = np.full(len(x), np.nan), np.full(len(y), np.nan)
    known = np.isfinite(x) & np.isfinite(y)
    if known.any():
        points = reprojected(shapely.points(x[known], y[known]), crs, DEGREES)
        lon[known], lat[known] = shapely.get_x(points), shapely.get_y(points)
    return lon, lat


def positions(
    names: Sequence[str], values: Sequence[Sequence[Any]], *, crs: str = "", area: Optional[Area] = None
) -> Optional[Positions]:
    """Say where a table has its positions; None where no two columns can be any.

    Parameters
    ----------
    names : sequence of str
        Of the columns.
    values : sequence of sequences
        The cells of some rows.
    crs : str
        What a person says that x and y are in (``EPSG:3944``); longitude and latitude come before all the same,
        unless there are none.
    area : Area, optional
        See :func:`system_of`.
    """
    found = pairs(names)
    if not found:
        return None
    for pair in found:
        x, y = (np.array([_number(row[at]) for row in values], np.float64) for at in (pair.x, pair.y))
        if not (np.isfinite(x) & np.isfinite(y)).any():
            continue
        told = system_of(x, y, area)
        if told == DEGREES:
            return Positions(pair.x, pair.y, DEGREES)
        system = crs or pair.crs.replace(DEGREES, "") or told
        if system:
            return Positions(pair.x, pair.y, system)
    return Positions(found[0].x, found[0].y, crs or found[0].crs or DEGREES)


def table_positions(path: Path) -> tuple[tuple[str, ...], Optional[Positions]]:
    """Return the header of a CSV file and where its positions are.

    Raises
    ------
    DataError
        It can't be read as a table.
    """
    return _of_rows(read_rows(path), str(path))


def beginning_positions(data: bytes, name: str) -> tuple[tuple[str, ...], Optional[Positions]]:
    """Return the same as :func:`table_positions` of the first bytes of a CSV file.

    Raises
    ------
    DataError
        It can't be read as a table.
    """
    return _of_rows(read_beginning(data, name), name)


def _of_rows(rows: Iterator[Row], where: str) -> tuple[tuple[str, ...], Optional[Positions]]:
    header = next(rows, None)
    if header is None:
        raise DataError("Has no header", where=where)
    sample = [row.cells for row in islice(rows, _SAMPLE) if not row.fault]
    return header.cells, positions(header.cells, sample)


def as_numbers(cells: Sequence[Any]) -> Iterator[float]:
    """Give cells as floats; NaN where one is none."""
    return (_number(cell) for cell in cells)


_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_BLANKS = str.maketrans("", "", " \u00a0\u202f")


def _number(cell: Any) -> float:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return float(cell)
    # French spreadsheets group thousands with a blank: 892 507,64.
    text = "" if cell is None else str(cell).strip().translate(_BLANKS)
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else float("nan")
