# SPDX-License-Identifier: GPL-2.0-or-later
"""SIGM@communes: citizen reports and photos of public space, for the communes of a metropolis.

The root of the repository is this package, so the plugin ZIP, the wheel and the checkout share one
import path. Importing it imports nothing else: QGIS is first touched by :func:`classFactory`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .plugin.plugin import SigmaCommunesPlugin

ROOT = Path(__file__).resolve().parent


def classFactory(iface: Any) -> SigmaCommunesPlugin:
    """Give QGIS the plugin object; called once when the plugin is enabled."""
    from .plugin.plugin import SigmaCommunesPlugin

    return SigmaCommunesPlugin(iface)
