# SPDX-License-Identifier: GPL-2.0-or-later
"""The communes of any file of communes: its columns by their usual spellings, its outlines made sure of."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from ..base.columns import empty_text, objects
from ..base.geos import shapely
from ..errors import DataError
from ..feedback import SILENT, Feedback
from ..vector.reading import Features
from .commune_map import UNKNOWN_POPULATION, Territory

_CODE = re.compile(r"(?:\d{2}|2[AB])\d{3}")

# The usual spellings, lower case and without accents, the likeliest first.
_INSEE = (
    "insee",
    "insee_com",
    "code_insee",
    "codeinsee",
    "code_commune",
    "code_insee_commune",
    "codgeo",
    "insee_comm",
    "com_code",
    "depcom",
    "ref:insee",
    "code",
    "com",
)
_NAME = (
    "name",
    "nom",
    "nom_com",
    "nom_officiel",
    "nom_commune",
    "nom_comm",
    "libgeo",
    "libelle",
    "com_name",
    "commune",
)
_POPULATION = ("population", "population_municipale", "pop_mun", "pmun", "p_pop", "pop")
_DEPARTMENT = (
    "department",
    "codedepartement",
    "code_departement",
    "insee_dep",
    "code_insee_du_departement",
    "dept",
    "dep",
)
_SIREN = ("siren", "siren_commune", "siren_com", "code_siren")
_FORMER = ("former_territory", "territoire")
_EPCI_CODE = ("epci", "codeepci", "code_epci", "siren_epci", "codes_siren_des_epci", "code_siren_epci", "epci_code")


def communes_of(
    features: Features, *, epci: Optional[str] = None, where: str = "", feedback: Feedback = SILENT
) -> Territory:
    """Return the communes among ``features``, of the EPCI if one is given and the features tell it.

    Only the communes are filled in: name, source, licence, date, accuracy and waters are the caller's to say.

    Raises
    ------
    DataError
        There is none, the columns with code or name are not found, a code is no INSEE code or occurs twice, or an
        outline is not a polygon in degrees.
    """
    where = where or str(features.path)
    if len(features) == 0:
        raise DataError(
            "Holds no commune at all", where=where, next_step="Check the number of the EPCI, or give another file"
        )
    rows = np.arange(len(features))
    members = None if epci is None else _column(features, _EPCI_CODE)
    if members is not None:
        # A commune of the Métropole du Grand Paris has two, joined by a slash.
        rows = np.flatnonzero([epci in _text(value).split("/") for value in members.tolist()])
        if len(rows) == 0:
            raise DataError(f"Holds no commune of the EPCI {epci}", where=where, next_step="Check the EPCI's number")
    insee = _insee(features, rows, where)
    names = _column(features, _NAME)
    if names is None:
        raise _no_column(features, _NAME, "a name", where)
    order = np.argsort(insee.astype(str), kind="stable")
    insee, rows = insee[order], rows[order]
    department = objects(code[:3] if code.startswith("97") else code[:2] for code in insee)
    unknown, none = empty_text(len(rows)), empty_text(0)
    return Territory(
        insee=insee,
        names=_texts(names[rows]),
        department=_optional(features, _DEPARTMENT, rows, department),
        population=_population(features, rows),
        siren=_optional(features, _SIREN, rows, unknown),
        former_territory=_optional(features, _FORMER, rows, unknown),
        geometries=_polygons(features.geometries[rows], insee, where, feedback),
        water_names=none,
        water=none,
        name=features.layer,
        epci=epci or "",
        source=where,
        licence="",
        date="",
        accuracy_m=0.0,
    )


def _insee(features: Features, rows: NDArray[Any], where: str) -> NDArray[Any]:
    columns = [c for c in (_named(features, spelling) for spelling in _INSEE) if c is not None]
    examples = ""
    for column in columns:
        codes = _texts(column[rows])
        # A number has lost the zero of Ain to Ariège.
        codes[:] = [code.zfill(5) if code.isdigit() else code.upper() for code in codes]
        bad = [code for code in codes if not _CODE.fullmatch(code)]
        if bad:
            examples = examples or f"; one that looked like it holds '{bad[0]}'"
            continue
        unique, counts = np.unique(codes.astype(str), return_counts=True)
        if (counts > 1).any():
            twice = ", ".join(unique[counts > 1][:5])
            raise DataError(
                f"{int((counts > 1).sum())} INSEE codes occur more than once: {twice}",
                where=where,
                next_step="Give one feature for each commune (dissolve the parts by the code)",
            )
        return codes
    raise _no_column(features, _INSEE, f"INSEE codes (five characters){examples}", where)


def _no_column(features: Features, spellings: tuple[str, ...], what: str, where: str) -> DataError:
    return DataError(
        f"No column with {what}. Looked for {', '.join(spellings)}; found {', '.join(features.columns) or 'none'}",
        where=where,
        next_step="Rename the column in the file",
    )


def _named(features: Features, spelling: str) -> Optional[NDArray[Any]]:
    for name, values in features.columns.items():
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().strip().lower()
        if plain.replace(" ", "_") == spelling:
            return values
    return None


def _column(features: Features, spellings: tuple[str, ...]) -> Optional[NDArray[Any]]:
    return next((c for c in (_named(features, s) for s in spellings) if c is not None), None)


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _texts(values: NDArray[Any]) -> NDArray[Any]:
    return objects(map(_text, values.tolist()))


def _optional(
    features: Features, spellings: tuple[str, ...], rows: NDArray[Any], otherwise: NDArray[Any]
) -> NDArray[Any]:
    column = _column(features, spellings)
    return otherwise if column is None else _texts(column[rows])


def _population(features: Features, rows: NDArray[Any]) -> NDArray[np.int64]:
    texts = _optional(features, _POPULATION, rows, np.full(len(rows), "", dtype=object))
    return np.array([int(t) if t.isdigit() else UNKNOWN_POPULATION for t in texts], dtype=np.int64)


def _polygons(geometries: NDArray[Any], insee: NDArray[Any], where: str, feedback: Feedback) -> NDArray[Any]:
    kinds = shapely.get_type_id(geometries)
    fit = ((kinds == 3) | (kinds == 6)) & ~shapely.is_empty(geometries)
    if not fit.all():
        raise DataError(
            f"{int((~fit).sum())} communes have no polygon: {', '.join(insee[~fit][:5])}",
            where=where,
            next_step="Give the outlines of the communes, not their centres (in the API: geometry=contour)",
        )
    west, south, east, north = shapely.total_bounds(geometries)
    if not (west >= -180 and east <= 180 and south > -90 and north < 90):
        raise DataError(
            "Its positions are not degrees of longitude and latitude "
            f"(x from {west:g} to {east:g}, y from {south:g} to {north:g})",
            where=where,
            next_step="Save it again from QGIS with its coordinate system, e.g. as GeoPackage",
        )
    # A centimetre is far below any accuracy, and keeps the file small; equal corners stay equal.
    rounded = shapely.transform(geometries, lambda xy: np.round(xy, 7))
    for i in np.flatnonzero(~shapely.is_valid(rounded)):
        reason = shapely.is_valid_reason(rounded[i])
        parts = shapely.get_parts(shapely.make_valid(rounded[i]))
        polygons = [p for part in parts for p in shapely.get_parts(part) if p.geom_type == "Polygon"]
        if not polygons:
            raise DataError(f"The outline of {insee[i]} is not a polygon: {reason}", where=where)
        rounded[i] = shapely.multipolygons(polygons) if len(polygons) > 1 else polygons[0]
        feedback.warning(f"The outline of {insee[i]} was not valid ({reason}) and was repaired")
    out: NDArray[Any] = rounded
    return out
