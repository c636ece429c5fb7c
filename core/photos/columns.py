# SPDX-License-Identifier: GPL-2.0-or-later
"""A photo as a row that QGIS users know."""

from __future__ import annotations

import math
import os
from typing import Optional

from ..model import Photo
from .naming import printable


def accuracy_known(photo: Photo) -> Optional[float]:
    """Return the metres by which the position may be wrong; None where the file gives no figure."""
    return photo.accuracy if photo.accuracy is not None and math.isfinite(photo.accuracy) else None


def photo_columns(photo: Photo) -> dict[str, Optional[str | float | int]]:
    """Return the columns of ``native:importphotos`` (QGIS 3.22), and ``verdict``, ``reason``, ``north``, ``accuracy``.

    As there, ``photo`` is the full path, ``filename`` the name without its last suffix, ``rotation`` clockwise
    degrees; ``timestamp`` is ISO 8601 text. All text is printable: see :func:`~.naming.printable`.
    """
    directory, name = os.path.split(os.path.abspath(photo.path))
    return {
        "photo": printable(os.path.join(directory, name)),
        "filename": printable(name.rpartition(".")[0] if "." in name else name),
        "directory": printable(directory),
        "altitude": photo.altitude,
        "direction": photo.direction,
        "rotation": photo.rotation,
        "longitude": photo.lon,
        "latitude": photo.lat,
        "timestamp": photo.taken_at,
        "verdict": str(photo.verdict),
        "reason": photo.reason,
        "north": photo.north,
        "accuracy": accuracy_known(photo),
    }
