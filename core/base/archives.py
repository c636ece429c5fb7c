# SPDX-License-Identifier: GPL-2.0-or-later
"""ZIP files of strangers: encrypted, cut, of exotic methods, larger than they say; each is a verdict."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Optional

from ..errors import DataError

UNREADABLE = (
    OSError, zipfile.BadZipFile, RuntimeError, EOFError, ValueError, LookupError, MemoryError, OverflowError,
    zlib.error, lzma.LZMAError, struct.error,
)  # fmt: skip
"""What zipfile and its decompressors raise on files that they can't read (a RuntimeError: it is encrypted)."""
_MOST_FILES = 200_000


@contextmanager
def reading_zip(
    file: Path | IO[bytes], what: str, *, where: str, next_step: Optional[str] = None, most: int = 4 << 30
) -> Iterator[zipfile.ZipFile]:
    """Open a ZIP for the block; what can't be read in it, there too, is a DataError that begins with ``what``.

    Parameters
    ----------
    most : int
        Bytes that all its files together may have, unpacked.

    Raises
    ------
    DataError
        It is no ZIP, encrypted, damaged, of a method that Python does not know, or too large.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            if len(members) > _MOST_FILES or sum(member.file_size for member in members) > most:
                raise DataError(f"{what}: unpacked it would be too large", where=where, next_step=next_step)
            yield archive
    except UNREADABLE as error:
        said = " ".join(str(error).split()) or type(error).__name__
        raise DataError(f"{what}: {said}", where=where, next_step=next_step) from error
