# SPDX-License-Identifier: GPL-2.0-or-later
"""One file in, one Photo with a verdict out."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Optional

from ..model import Photo, PhotoVerdict
from .content import read_picture_file
from .errors import PhotoError
from .exif import MAKE, MODEL, Exif, text
from .header import TRUNCATED, Header, read_header
from .naming import printable
from .position import accuracy_note, read_accuracy, read_altitude, read_direction, read_position
from .taken import read_taken_at
from .xmp import read_xmp

_ROTATIONS = {3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}
"""EXIF orientation to clockwise degrees as in native:importphotos; 2, 4, 5 and 7 are mirrored besides."""


def read_photo(path: str | Path) -> Photo:
    """Return what a file says of itself; the verdict is never missing and nothing is raised.

    The whole file is read once, for its sha256, and no pixel is decoded. The duplicate verdict is given by
    :func:`~.scanning.scan`, the one on the territory by the workflow.
    """
    name = os.fspath(path)
    where = printable(name)
    size, digest = _size(name), None
    try:
        format_name, data = read_picture_file(name)
        size, digest = len(data), hashlib.sha256(data).hexdigest()
        header = read_header(format_name, data, where)
    except PhotoError as error:
        return Photo(name, error.verdict, error.reason, size=size, sha256=digest)
    del data
    return _photo(name, header, size, digest)


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except (OSError, ValueError):
        return 0


def _photo(path: str, header: Header, size: int, digest: str) -> Photo:
    exif = header.exif
    xmp: Mapping[str, str] = read_xmp(header.xmp) if header.xmp else {}
    position = read_position(exif.gps, xmp)
    direction, north = read_direction(exif.gps, xmp)
    accuracy = read_accuracy(exif.gps, xmp) if position.lon is not None else None
    notes = [note for note in (position.reason, accuracy_note(accuracy)) if note]
    width, height = header.upright_size
    return Photo(
        path=path,
        verdict=PhotoVerdict.UNREADABLE if header.truncated else position.verdict,
        reason=TRUNCATED if header.truncated else "; ".join(notes),
        lon=position.lon,
        lat=position.lat,
        accuracy=accuracy,
        altitude=read_altitude(exif.gps, xmp, text(exif.image.get(MAKE))),
        direction=direction,
        north=north,
        rotation=_ROTATIONS.get(header.orientation, 0),
        taken_at=read_taken_at(exif, xmp, position.lon, position.lat),
        width=width,
        height=height,
        format=header.format,
        size=size,
        sha256=digest,
        camera=_camera(exif),
    )


def _camera(exif: Exif) -> Optional[str]:
    make, model = text(exif.image.get(MAKE)), text(exif.image.get(MODEL))
    return (model if model.lower().startswith(make.lower()) else f"{make} {model}".strip()) or None
