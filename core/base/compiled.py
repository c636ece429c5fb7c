# SPDX-License-Identifier: GPL-2.0-or-later
"""Packages with libraries of their own (shapely, pillow-heif, onnxruntime, OpenCV, lxml), loaded to find those.

On Linux the program QGIS has the system's GEOS, libheif and libxml2 loaded for all. A package from PyPI brings its
own, and its calls would be bound to the system's: another version, and QGIS crashes. With RTLD_DEEPBIND (dlopen(3)) a
library looks among its own dependencies first. Where the package is loaded already, or there is no such flag, nothing
changes.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
from typing import Any

_ONE = threading.RLock()
"""The flag is the process', not the thread's."""


def load(name: str) -> Any:
    """Return a module of a package with libraries of its own, e.g. ``lxml.etree``.

    Raises
    ------
    ImportError
        It is not installed or does not start here.
    """
    if name in sys.modules or not hasattr(os, "RTLD_DEEPBIND"):
        return importlib.import_module(name)
    with _ONE:
        flags = sys.getdlopenflags()
        sys.setdlopenflags(flags | os.RTLD_DEEPBIND)
        try:
            return importlib.import_module(name)
        finally:
            sys.setdlopenflags(flags)
