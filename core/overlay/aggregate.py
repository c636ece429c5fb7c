# SPDX-License-Identifier: GPL-2.0-or-later
"""Counts of incidents per commune, class, team, week: whatever columns one likes."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray


class Table(NamedTuple):
    """A contingency table: ``counts[i, j]`` rows of the input have ``rows[i]`` and ``columns[j]``."""

    rows: NDArray[Any]
    columns: NDArray[Any]
    counts: NDArray[np.int64]


def count(*keys: ArrayLike) -> tuple[tuple[NDArray[Any], ...], NDArray[np.int64]]:
    """Count the rows of each combination of keys that occurs.

    Parameters
    ----------
    *keys : array, shape (n,)
        One or more columns of one length: text, numbers or dates. NaT is a value like others.

    Returns
    -------
    keys : tuple of arrays, shape (k,)
        The combinations, in ascending order of the first key, then the second…
    counts : int64 array, shape (k,)
    """
    if not keys:
        raise ValueError("count needs at least one column")
    values, codes = zip(*(_coded(key) for key in keys))
    if len({len(code) for code in codes}) > 1:
        raise ValueError("the columns are not of one length")
    shape = tuple(len(value) for value in values)
    if 0 in shape:
        return tuple(values), np.zeros(0, dtype=np.int64)
    combined = np.ravel_multi_index(codes, shape)
    found, counts = np.unique(combined, return_counts=True)
    at = np.unravel_index(found, shape)
    return tuple(value[i] for value, i in zip(values, at)), counts.astype(np.int64)


def cross(rows: ArrayLike, columns: ArrayLike) -> Table:
    """Count the rows of each pair of values, zeros included; labels in ascending order."""
    row_labels, row = _coded(rows)
    column_labels, column = _coded(columns)
    if len(row) != len(column):
        raise ValueError("the columns are not of one length")
    counts = np.zeros((len(row_labels), len(column_labels)), dtype=np.int64)
    np.add.at(counts, (row, column), 1)
    return Table(row_labels, column_labels, counts)


def week(reported_at: ArrayLike) -> NDArray[np.datetime64]:
    """Return the Monday (datetime64[D], UTC) of the ISO 8601 week of each time; NaT stays."""
    # numpy's weeks begin on Thursdays, as 1970 did: Monday is three days before.
    days = np.asarray(reported_at, dtype="datetime64[D]")
    monday = (days + np.timedelta64(3, "D")).astype("datetime64[W]").astype("datetime64[D]") - np.timedelta64(3, "D")
    return np.asarray(monday)


def age_days(reported_at: ArrayLike, now: np.datetime64) -> NDArray[np.float64]:
    """Return the age at ``now`` (UTC) of each time, in days of 24 hours; NaN for NaT, negative for the future."""
    then = np.asarray(reported_at, dtype="datetime64[s]")
    age: NDArray[np.float64] = (now.astype("datetime64[s]") - then) / np.timedelta64(1, "D")
    return age


def _coded(key: ArrayLike) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Return the distinct values in ascending order and the place of each row's among them."""
    array = np.asarray(key)
    if array.ndim != 1:
        raise ValueError("a column has one dimension")
    if array.dtype == object:
        # Text as objects sorts in C once it has a width of its own.
        labels, code = np.unique(array.astype(str), return_inverse=True)
        return labels.astype(object), code.ravel()
    labels, code = np.unique(array, return_inverse=True)
    return labels, code.ravel()
