# SPDX-License-Identifier: GPL-2.0-or-later
"""Columns of objects: what numpy would take for a matrix, or for text of fixed width, stays one value a row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray


def objects(values: Iterable[Any]) -> NDArray[Any]:
    """Return an object array of exactly these values, in one dimension.

    >>> objects([(1, 2), (3, 4)]).shape
    (2,)
    """
    # The last value is no sequence, so numpy looks into none of the others.
    return np.array([*values, None], dtype=object)[:-1]


def texts(values: Iterable[Any]) -> NDArray[Any]:
    """Return an object array in which None is ``""``."""
    return objects("" if value is None else value for value in values)


def empty_text(n: int) -> NDArray[Any]:
    """Return ``n`` empty strings in an object array."""
    return np.full(n, "", dtype=object)
