# SPDX-License-Identifier: GPL-2.0-or-later
"""Files of named numpy arrays (npz), read with suspicion: no pickle, a size cap, every shape and kind checked."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from ...errors import ModelError

_LARGEST = 256 * 2**20
_LONGEST_LABEL = 64
_OTHER = "Choose another file, or learn again: sigma-communes model learn"


class Fields:
    """The arrays of one file, given out only in the kind and shape that is due."""

    def __init__(self, file: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
        self.file = file
        self._arrays = arrays

    def array(self, name: str, kind: type, shape: tuple[Optional[int], ...]) -> NDArray[Any]:
        """Return an array; None in ``shape`` is any length.

        Raises
        ------
        ModelError
            It lacks, is of another kind or shape, or holds numbers that are not finite.
        """
        array = self._arrays.get(name)
        if array is None:
            raise self._unfit(f"it has no '{name}'")
        fits = array.ndim == len(shape) and all(due in (None, there) for due, there in zip(shape, array.shape))
        if not fits or not np.issubdtype(array.dtype, kind):
            raise self._unfit(f"'{name}' is {array.dtype} {list(array.shape)}")
        if np.issubdtype(array.dtype, np.floating) and not np.isfinite(array).all():
            raise self._unfit(f"'{name}' holds numbers that are not finite")
        return array

    def text(self, name: str) -> str:
        """Return a text."""
        return str(self.array(name, np.str_, ()))

    def number(self, name: str) -> float:
        """Return a number."""
        return float(self.array(name, np.floating, ()))

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of different texts."""
        found = tuple(str(x) for x in self.array(name, np.str_, (None,)))
        if len(set(found)) != len(found):
            raise self._unfit(f"'{name}' names something twice")
        return found

    def labels(self, labels: NDArray[Any]) -> NDArray[Any]:
        """Return labels as they are, once each is a short text on one line.

        Raises
        ------
        ModelError
            One is empty, longer than 64 characters, or holds what can't be printed.
        """
        for label in np.unique(labels).tolist():
            if not 0 < len(label) <= _LONGEST_LABEL or not label.isprintable():
                raise self._unfit(f"the label {label[:_LONGEST_LABEL]!r} is none")
        return labels

    def _unfit(self, what: str) -> ModelError:
        return ModelError(f"Does not fit: {what}", where=str(self.file), next_step=_OTHER)


def read_archive(file: Path, form: str) -> Fields:
    """Read a file of arrays whose text ``format`` is ``form``.

    Raises
    ------
    ModelError
        It is not there, too large, damaged, or another kind of file.
    """
    if not file.is_file():
        raise ModelError("There is no such file", where=str(file), next_step=_OTHER)
    try:
        with zipfile.ZipFile(file) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _LARGEST:
                raise ModelError("Is too large", where=str(file), next_step=_OTHER)
        with np.load(file, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except (OSError, ValueError, LookupError, EOFError, zipfile.BadZipFile, MemoryError, NotImplementedError) as error:
        raise ModelError(f"Can't be read: {error}", where=str(file), next_step=_OTHER) from error
    except Exception as error:
        # zlib and numpy's header reader raise kinds of their own on damaged bytes
        raise ModelError(f"Is damaged: {error}", where=str(file), next_step=_OTHER) from error
    fields = Fields(file, arrays)
    if fields.text("format") != form:
        raise ModelError(f"Is '{fields.text('format')[:80]}', not '{form}'", where=str(file), next_step=_OTHER)
    return fields
