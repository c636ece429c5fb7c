# SPDX-License-Identifier: GPL-2.0-or-later
"""A table of points as a file: CSV, or any format that GDAL writes, by its suffix."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from ..base.columns import objects
from ..base.files import AnyPath, replacing
from ..base.formulas import as_text
from ..base.geos import shapely
from ..errors import DataError, MissingPackage, UsageError
from ..model import Columns

_DRIVERS = {
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".gpkg": "GPKG",
    ".shp": "ESRI Shapefile",
}


def write_points(path: AnyPath, columns: Columns, lon: NDArray[Any], lat: NDArray[Any]) -> None:
    """Write a table of points as a file, which appears whole or not at all.

    Parameters
    ----------
    path : path
        ``.csv``, ``.geojson``, ``.json``, ``.gpkg`` or ``.shp``. A CSV gets the columns alone: give it ``lon`` and
        ``lat`` among them; a text is written so that no spreadsheet computes it (:mod:`~..base.formulas`).
    columns : mapping of str to array, shape (n,)
        The fields.
    lon, lat : array of float, shape (n,)
        EPSG:4326, degrees; NaN: a row without geometry.

    Raises
    ------
    UsageError
        The suffix is none of .csv, .geojson, .json, .gpkg, .shp.
    MissingPackage
        A format other than CSV is asked for and pyogrio is not installed.
    DataError
        The file can't be written.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix == ".csv":
        with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle)
            writer.writerow(map(as_text, columns))
            writer.writerows(zip(*(map(_cell, values) for values in columns.values())))
        return
    if suffix not in _DRIVERS:
        known = ", ".join([".csv", *_DRIVERS])
        raise UsageError(f"Files of the kind '{suffix}' are not written", where=str(path), next_step=f"Use {known}")
    # Before pyogrio, which would load shapely bound to the system's GEOS (core.base.geos).
    points = np.full(len(lon), None, dtype=object)
    known = np.isfinite(lon) & np.isfinite(lat)
    points[known] = shapely.to_wkb(shapely.points(lon[known], lat[known]))
    try:
        from pyogrio.errors import DataSourceError
        from pyogrio.raw import write
    except ImportError as error:
        raise MissingPackage(
            f"Writing {suffix} needs the package pyogrio", next_step="pip install pyogrio, or write .csv"
        ) from error
    with replacing(path) as temporary:
        temporary.unlink()
        try:
            write(
                str(temporary),
                geometry=points,
                field_data=[_typed(values) for values in columns.values()],
                fields=list(columns),
                geometry_type="Point",
                crs="EPSG:4326",
                driver=_DRIVERS[suffix],
                layer=path.stem,
            )
        except DataSourceError as error:
            raise DataError(f"Can't be written: {error}", where=str(path)) from error


def _cell(value: Any) -> Optional[str]:
    text = _text(value)
    return as_text(text) if text is not None and isinstance(value, str) else text


def write_office_table(path: AnyPath, rows: Sequence[Sequence[Any]], header: Sequence[str], *, language: str) -> None:
    """Write a CSV that spreadsheets open by a double click: UTF-8 with its mark; in French semicolons, decimal commas.

    Raises
    ------
    DataError
        The file can't be written.
    """
    french = language.startswith("fr")
    with replacing(Path(path)) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle, delimiter=";" if french else ",")
        writer.writerow(header)
        writer.writerows([_office_cell(value, french=french) for value in row] for row in rows)


def _office_cell(value: Any, *, french: bool) -> Optional[str]:
    text = _cell(value)
    return text.replace(".", ",") if text and french and isinstance(value, (float, np.floating)) else text


def _text(value: Any) -> Optional[str]:
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else f"{np.datetime_as_string(value, unit='s')}Z"
    if isinstance(value, (float, np.floating)) and not np.isfinite(value):
        return None
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    return None if value is None else str(value)


def _typed(values: NDArray[Any]) -> NDArray[Any]:
    if values.dtype.kind in "iufbM":
        return values
    return objects(map(_text, values))
