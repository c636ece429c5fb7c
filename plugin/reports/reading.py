# SPDX-License-Identifier: GPL-2.0-or-later
"""How the docks read the workspace: opened for each reading and closed at once, so that no lock is held."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from ...core.store.file.reading import Reader
from ...core.store.file.reading import reading as _reading

_WAIT = 0.25
"""Seconds that a screen waits for another program that writes."""


def reading(path: Path) -> AbstractContextManager[Reader]:
    """Open a workspace for reading only.

    Raises
    ------
    WorkspaceError
        The file is gone, locked or damaged.
    """
    return _reading(path, wait=_WAIT)
