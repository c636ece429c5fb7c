# SPDX-License-Identifier: GPL-2.0-or-later
"""SIGM@communes: citizen reports and photos of public space, for the communes of a metropolis.

>>> import sigma_communes as sc
>>> sc.locate([5.3698], [43.2965]).insee.tolist()
['13055']

``sc.__all__`` is the whole of the library; each name is described in ``docs/api.md`` and by ``help()``. Importing this
package imports nothing else: a name brings its module when it is first asked for. The root of the repository is the
package, so the plugin ZIP, the wheel and the checkout share one import path; QGIS is first touched by
:func:`classFactory`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import core

if TYPE_CHECKING:
    from .core.errors import SigmaError
    from .core.jobs.files import route_file
    from .core.jobs.library import (
        connect,
        locate,
        make_pack,
        open_workspace,
        pull,
        push,
        search_catalogue,
        sync,
        write_bulletin,
    )
    from .core.jobs.photos import classify_photos, scan_photos
    from .core.jobs.run import run
    from .core.vector.writing import write_points
    from .plugin.plugin import SigmaCommunesPlugin

__version__ = core.VERSION

ROOT = Path(__file__).resolve().parent

__all__ = [
    "SigmaError",
    "classify_photos",
    "connect",
    "locate",
    "make_pack",
    "open_workspace",
    "pull",
    "push",
    "route_file",
    "run",
    "scan_photos",
    "search_catalogue",
    "sync",
    "write_bulletin",
    "write_points",
]

_HOMES = {
    "SigmaError": "core.errors",
    "classify_photos": "core.jobs.photos",
    "route_file": "core.jobs.files",
    "run": "core.jobs.run",
    "scan_photos": "core.jobs.photos",
    "write_points": "core.vector.writing",
}
"""Where a name lives; what is missing lives in ``core.jobs.library``."""


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{_HOMES.get(name, 'core.jobs.library')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def classFactory(iface: Any) -> SigmaCommunesPlugin:
    """Give QGIS the plugin object; called once when the plugin is enabled."""
    from .plugin.plugin import SigmaCommunesPlugin

    return SigmaCommunesPlugin(iface)
