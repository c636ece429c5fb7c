# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a photo was taken, from EXIF's GPS directory or from XMP.

Nothing is repaired in silence: what makes no sense is a position impossible with the value in its reason, and what
was assumed (a missing hemisphere) is said in the reason of a position that is used. The shapes met in real files:
degrees, minutes, seconds as rationals; degrees and decimal minutes; decimal degrees in one value; the same as
floats, as signed numbers, or as text such as ``43,17.79N`` (XMP part 2, section 3.2) or ``43° 17' 47.4" N``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Optional

from ..model import PhotoVerdict
from .exif import Tags, number, text

LATITUDE_REF, LATITUDE, LONGITUDE_REF, LONGITUDE, ALTITUDE_REF, ALTITUDE = 1, 2, 3, 4, 5, 6
STATUS, DILUTION, DIRECTION_REF, DIRECTION, ERROR = 9, 11, 16, 17, 31
REMOVED = (
    "the phone removed the position before it handed the file on: copy the file by cable, "
    "or with an app that may know where photos were taken"
)
METRES_OF_DILUTION = 5.0
"""One sigma of a range measured by a phone; times GPSDOP, the error of a position (Langley, GPS World, May 1999)."""
WORTH_SAYING = 100.0
"""Metres from which the error of a position is said of a photo; all count for the commune."""

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE)
_LETTER = re.compile(r"(?<![A-Z])[NSEWO](?![A-Z\d.+-])")
_BELOW = (1, 3)  # EXIF 3.0: 1 below the ellipsoid's sea, 3 below the sea's level
_DRONE, _OLD_DRONE = ("GpsLatitude", "GpsLongitude"), ("GpsLatitude", "GpsLongtitude")
_RATIO = re.compile(r"\s*([+-]?\d+(?:\.\d*)?)\s*(?:/\s*(\d+(?:\.\d*)?))?\s*")


@dataclass(frozen=True)
class Position:
    """Degrees WGS 84, both None unless ``verdict`` is OK; ``reason`` says what is wrong or what was assumed."""

    verdict: PhotoVerdict
    reason: str = ""
    lon: Optional[float] = None
    lat: Optional[float] = None


class _ImpossibleError(Exception):
    """A value is there and means no place."""


def read_position(gps: Tags, xmp: Mapping[str, str]) -> Position:
    """Return the position that EXIF gives, else the one of XMP, else NO_POSITION."""
    if _is_removed(gps):
        position = Position(PhotoVerdict.NO_POSITION, REMOVED)
    else:
        position = _position(gps.get(LATITUDE), gps.get(LATITUDE_REF), gps.get(LONGITUDE), gps.get(LONGITUDE_REF))
    if position.verdict is PhotoVerdict.NO_POSITION:
        for latitude, longitude in (("GPSLatitude", "GPSLongitude"), _DRONE, _OLD_DRONE):
            values = [xmp.get(name, "").encode() or None for name in (latitude, longitude)]
            found = _position(values[0], None, values[1], None, signed=latitude == _DRONE[0])
            if found.verdict is not PhotoVerdict.NO_POSITION:
                return found
            if not position.reason:
                position = found
    return position


def _is_removed(gps: Tags) -> bool:
    """Say whether Android took the position out: it leaves the tags and fills all their values with zero bytes."""
    parts = [gps.get(LATITUDE), gps.get(LONGITUDE)]
    empty = [isinstance(part, tuple) and len(part) > 0 and all(map(math.isnan, part)) for part in parts]
    return all(empty) and all(_is_blank(gps.get(ref)) for ref in (LATITUDE_REF, LONGITUDE_REF))


def _is_blank(value: object) -> bool:
    return isinstance(value, bytes) and not value.strip(b"\0")


def read_accuracy(gps: Tags, xmp: Mapping[str, str]) -> Optional[float]:
    """Return the metres by which the file itself says that its position may be wrong; None where it does not.

    GPSHPositioningError, else GPSDOP times :data:`METRES_OF_DILUTION`; infinite where GPSStatus says that the fix was
    lost (``V``).
    """
    if (text(gps.get(STATUS)) or xmp.get("GPSStatus", "")).upper() == "V":
        return math.inf
    error, dilution = number(gps.get(ERROR)), number(gps.get(DILUTION))
    error = _ratio(xmp.get("GPSHPositioningError", "")) if error is None else error
    dilution = _ratio(xmp.get("GPSDOP", "")) if dilution is None else dilution
    if error is not None and error > 0:
        return error
    return dilution * METRES_OF_DILUTION if dilution is not None and dilution > 0 else None


def accuracy_note(metres: Optional[float]) -> str:
    """Say what the error of a position means, where it is large enough to matter."""
    if metres is None or metres < WORTH_SAYING:
        return ""
    if math.isinf(metres):
        return "the camera had lost the satellites: the position may be an old one"
    return f"the camera itself says that the position may be wrong by {metres:.0f} m"


def read_altitude(gps: Tags, xmp: Mapping[str, str], make: str = "") -> Optional[float]:
    """Return metres above sea level, negative below; None where unknown.

    QField writes GPSAltitudeRef the wrong way round (1 for heights from 0 up): with its ``make`` the sign is turned.
    """
    metres, below = number(gps.get(ALTITUDE)), gps.get(ALTITUDE_REF)
    is_below = below in (b"\x01", b"1", b"1\0", b"\x03") or number(below) in _BELOW
    if metres is None and "GPSAltitude" in xmp:
        metres, is_below = _ratio(xmp["GPSAltitude"]), xmp.get("GPSAltitudeRef") in {str(ref) for ref in _BELOW}
    elif metres is not None and make.lower() == "qfield" and below is not None:
        is_below = not is_below
    if metres is None:
        return _ratio(xmp.get("AbsoluteAltitude", ""))
    return -abs(metres) if is_below else metres


def read_direction(gps: Tags, xmp: Mapping[str, str]) -> tuple[Optional[float], str]:
    """Return degrees clockwise from north, 0 <= direction < 360, and which north: ``true``, ``magnetic`` or ``""``.

    None where unknown or out of range. A drone's or panorama's heading (GimbalYawDegree, PoseHeadingDegrees) counts
    where there is no GPSImgDirection; it is signed, and of true north.
    """
    degrees, ref = number(gps.get(DIRECTION)), text(gps.get(DIRECTION_REF))
    if degrees is None and "GPSImgDirection" in xmp:
        degrees, ref = _ratio(xmp["GPSImgDirection"]), xmp.get("GPSImgDirectionRef", "")
    if degrees is not None:
        north = {"T": "true", "M": "magnetic"}.get(ref[:1].upper(), "")
        return (degrees % 360, north) if 0 <= degrees <= 360 else (None, "")
    for name in ("PoseHeadingDegrees", "GimbalYawDegree"):
        degrees = _ratio(xmp.get(name, ""))
        if degrees is not None and -360 <= degrees <= 360:
            return degrees % 360, "true"
    return None, ""


def _ratio(value: str) -> Optional[float]:
    match = _RATIO.fullmatch(value)
    if match is None or (match.group(2) and not float(match.group(2))):
        return None
    return float(match.group(1)) / float(match.group(2) or 1)


def _position(
    latitude: object, latitude_ref: object, longitude: object, longitude_ref: object, *, signed: bool = False
) -> Position:
    """Return the position of two values; ``signed`` ones need no hemisphere."""
    missing = [name for name, value in (("latitude", latitude), ("longitude", longitude)) if _is_empty(value)]
    if missing:
        return Position(PhotoVerdict.NO_POSITION, "" if len(missing) == 2 else f"{missing[0]} is missing")
    try:
        lat, lat_note = _degrees("latitude", latitude, text(latitude_ref), "NS", 90)
        lon, lon_note = _degrees("longitude", longitude, text(longitude_ref), "EW", 180)
        if signed:
            lat_note = lon_note = ""
    except _ImpossibleError as error:
        return Position(PhotoVerdict.POSITION_IMPOSSIBLE, str(error))
    if abs(lat) < 1e-6 and abs(lon) < 1e-6:
        return Position(PhotoVerdict.POSITION_IMPOSSIBLE, "0, 0: the camera had no fix")
    return Position(PhotoVerdict.OK, "; ".join(note for note in (lat_note, lon_note) if note), lon, lat)


def _is_empty(value: object) -> bool:
    return not text(value) if isinstance(value, bytes) else not value


def _degrees(name: str, value: object, ref: str, hemispheres: str, limit: int) -> tuple[float, str]:
    """Return signed degrees, and a note on what was assumed."""
    parts = [float(part) for part in value] if isinstance(value, tuple) else []
    if isinstance(value, bytes):
        parts, letter = _parts_of_text(name, text(value))
        ref = letter or ref
    size = _unsigned(name, parts)
    if size > limit:
        raise _ImpossibleError(f"{name} {size:.6g} is out of range")
    ref = ref[:1].upper()
    is_signed = math.copysign(1, parts[0]) < 0
    if ref not in hemispheres or not ref:
        positive = "north" if hemispheres == "NS" else "east"
        return (-size, "") if is_signed else (size, f"{name} without hemisphere: read as {positive}")
    if is_signed and ref == hemispheres[0]:
        return -size, f"{name} is negative and marked {ref}: the sign counts"
    return (-size if is_signed or ref == hemispheres[1] else size), ""


def _parts_of_text(name: str, string: str) -> tuple[list[float], str]:
    parts = [float(part) for part in _NUMBER.findall(string)]
    letters = _LETTER.findall(string.upper())
    if not parts or re.search(r"nan|inf", string, re.IGNORECASE):
        raise _ImpossibleError(f"{name} '{string[:40]}' is not a number")
    return parts, "W" if letters[-1:] == ["O"] else "".join(letters[-1:])  # O: ouest


def _unsigned(name: str, parts: list[float]) -> float:
    """Return degrees from one (degrees), two (and minutes) or three (and seconds) parts, without sign."""
    if not 1 <= len(parts) <= 3:
        raise _ImpossibleError(f"{name} has {len(parts)} parts")
    # Cameras that count in decimal degrees or minutes leave what follows undefined (0/0).
    while len(parts) > 1 and math.isnan(parts[-1]) and parts[-2] % 1:
        parts = parts[:-1]
    if not all(math.isfinite(part) for part in parts):
        raise _ImpossibleError(f"{name} is not a number")
    if not all(0 <= part <= 60 for part in parts[1:]):
        raise _ImpossibleError(f"{name} has minutes or seconds out of range: {', '.join(f'{p:.6g}' for p in parts)}")
    minutes, seconds = (parts[1:] + [0.0, 0.0])[:2]
    return abs(parts[0]) + minutes / 60 + seconds / 3600
