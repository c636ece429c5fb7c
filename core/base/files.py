# SPDX-License-Identifier: GPL-2.0-or-later
"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Union

from ..errors import DataError

AnyPath = Union[str, "os.PathLike[str]"]


def paths_of(given: AnyPath | Sequence[AnyPath]) -> list[Path]:
    """Return one path, or several, as a list of paths."""
    return [Path(given)] if isinstance(given, (str, os.PathLike)) else [Path(each) for each in given]


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path``; put it in its place when the block ends well, remove it otherwise.

    Raises
    ------
    DataError
        The folder can't be written or the disk is full; what stood at ``path`` is untouched.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}.", suffix=path.suffix, dir=path.parent)
    except OSError as error:
        raise _not_written(path, error) from error
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as error:
        raise _not_written(path, error) from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _not_written(path: Path, error: OSError) -> DataError:
    return DataError(
        f"Can't be written: {error.strerror or error}",
        where=str(path),
        next_step="Choose a folder that can be written, or free some space on the disk",
    )
