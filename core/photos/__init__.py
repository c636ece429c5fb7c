# SPDX-License-Identifier: GPL-2.0-or-later
"""Photos: a verdict for every file, where and when it was taken, and its pixels."""

from __future__ import annotations

from .columns import accuracy_known, photo_columns
from .errors import PhotoError
from .naming import printable
from .picture import Picture, open_picture
from .reading import read_photo
from .scanning import scan

__all__ = [
    "PhotoError",
    "Picture",
    "accuracy_known",
    "open_picture",
    "photo_columns",
    "printable",
    "read_photo",
    "scan",
]
