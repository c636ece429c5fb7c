# SPDX-License-Identifier: GPL-2.0-or-later
"""Temporary folders that a killed run leaves behind: the next run that makes one of their kind takes them away."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

DAY = 86_400.0
"""Seconds after which nobody works in a temporary folder any more."""


@contextmanager
def scratch_folder(kind: str, beside: Path | None = None) -> Iterator[Path]:
    """Give a new folder for the block, gone at its end whatever happens, except a kill.

    Parameters
    ----------
    kind : str
        How its name begins; folders of this kind that were not touched for a day are taken away first.
    beside : Path, optional
        The folder in which it is made; the system's for temporary files by default.
    """
    parent = Path(tempfile.gettempdir()) if beside is None else beside
    clean(parent, kind)
    folder = Path(tempfile.mkdtemp(prefix=f"{kind}.", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def clean(parent: Path, kind: str, older: float = DAY) -> None:
    """Take away what earlier runs left of a kind, where it was not touched for so many seconds."""
    before = time.time() - older
    for left in parent.glob(f"{kind}.*"):
        with suppress(OSError):
            if left.is_dir() and not left.is_symlink() and _touched(left) < before:
                shutil.rmtree(left, ignore_errors=True)


def _touched(folder: Path) -> float:
    """Return when a folder or something directly in it was changed last."""
    return max(path.lstat().st_mtime for path in (folder, *folder.iterdir()))
