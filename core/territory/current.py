# SPDX-License-Identifier: GPL-2.0-or-later
"""The commune map that is in force, read once."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from .. import territory
from . import Territory


def communes() -> Territory:
    """Return the commune map with its index; read again only when its file changes."""
    path = territory.current_map()
    return _communes(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=1)
def _communes(path: Path, changed: int) -> Territory:
    known = territory.load(path)
    known.locate([0.0], [0.0])  # builds the index now, not at the first decision
    return known
