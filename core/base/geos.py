# SPDX-License-Identifier: GPL-2.0-or-later
"""shapely 2, bound to its own GEOS; every module takes it from here.

It is loaded when it is first used: what needs no geometry works without it, and starts faster with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import MissingPackage
from .compiled import load

if TYPE_CHECKING:
    import shapely
else:

    class _Shapely:
        """Stands for the module; becomes it at the first name that is asked for."""

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):  # what inspection asks of any object loads nothing
                raise AttributeError(name)
            module = _loaded()
            self.__dict__.update(vars(module))
            return getattr(module, name)

    shapely = _Shapely()


def _loaded() -> Any:
    try:
        module = load("shapely")
    except ImportError as error:
        missing = isinstance(error, ModuleNotFoundError) and error.name == "shapely"
        what = "shapely is not installed" if missing else f"shapely does not start here ({error})"
        raise MissingPackage(what, next_step=_NEXT_STEP) from error
    if int(module.__version__.partition(".")[0]) < 2:
        raise MissingPackage(f"shapely {module.__version__} is too old: version 2 is needed", next_step=_NEXT_STEP)
    return module


_NEXT_STEP = "Install shapely 2 (in QGIS: SIGM@communes › Diagnostic)"

__all__ = ["shapely"]
