# SPDX-License-Identifier: GPL-2.0-or-later
"""The commune map: load it, refresh it, and say in which commune a point is."""

from .commune_map import Located, Territory, commune_names, current_map, load, save, shipped_map, user_map
from .refreshing import API, refresh

__all__ = [
    "API",
    "Located",
    "Territory",
    "commune_names",
    "current_map",
    "load",
    "refresh",
    "save",
    "shipped_map",
    "user_map",
]
