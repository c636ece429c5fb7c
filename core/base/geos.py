# SPDX-License-Identifier: GPL-2.0-or-later
"""shapely, loaded so that it finds its own GEOS; every module takes it from here.

On Linux the program QGIS has the system's GEOS loaded for all, and a shapely from PyPI, which brings a GEOS of its own,
would have its calls bound to the system's: another version, and QGIS crashes. With RTLD_DEEPBIND (dlopen(3)) a library
looks among its own dependencies first. Where shapely is loaded already, or there is no such flag, nothing changes.
"""

from __future__ import annotations

import os
import sys

if hasattr(os, "RTLD_DEEPBIND") and "shapely" not in sys.modules:
    _flags = sys.getdlopenflags()
    sys.setdlopenflags(_flags | os.RTLD_DEEPBIND)
    try:
        import shapely
    finally:
        sys.setdlopenflags(_flags)
else:
    import shapely

__all__ = ["shapely"]
