# SPDX-License-Identifier: GPL-2.0-or-later
"""A table of rows with addresses → the same rows with a place, or with the reason to ask a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from ..base.columns import empty_text
from ..errors import DataError
from ..feedback import SILENT, Feedback
from ..model import Columns
from ..territory import Territory
from ..vector.writing import write_points
from .answers import KINDS, Answers, scores
from .finding import Finder
from .tables import Floats, as_texts, positions_of, read_columns, roles
from .wording import plain

GIVEN, ADDRESS, STREET, COMMUNE, NOWHERE = "given", "address", "street", "commune", ""
"""Where a place is from; a commune alone gives no point."""
_PLACE_FROM = {"number": ADDRESS, "interpolated": ADDRESS, "street": STREET, "locality": STREET, "commune": COMMUNE}
_STEP = 2000


@dataclass(frozen=True)
class Placed:
    """The places of many texts, arrays of one length.

    ``place_from`` is ``address``, ``street``, ``commune`` (then without position) or ``""``: it is too unsure what the
    text means, and a person has to say. ``label``, ``score`` and ``kind`` are those of the best candidate even so.
    ``lon`` and ``lat`` are degrees, NaN for none; ``accuracy_m`` metres, NaN for none.
    """

    place_from: NDArray[Any]
    lon: Floats
    lat: Floats
    accuracy_m: Floats
    score: Floats
    kind: NDArray[Any]
    label: NDArray[Any]
    insee: NDArray[Any]
    commune: NDArray[Any]
    id: NDArray[Any]


def place(
    finder: Finder,
    texts: Sequence[str],
    *,
    insee: Optional[Sequence[str]] = None,
    feedback: Feedback = SILENT,
) -> Placed:
    """Return the place of each text where the score allows (``place_from`` of ``resources/addresses/scores.yaml``).

    ``insee`` is the commune of each text where it is known otherwise, ``""`` where not. Equal texts are looked up once.
    """
    codes = list(insee) if insee is not None else [""] * len(texts)
    asked = dict.fromkeys(zip(texts, codes))
    unique = list(asked)
    row = {pair: i for i, pair in enumerate(unique)}
    which = np.array([row[pair] for pair in zip(texts, codes)], np.int64)
    n = len(unique)
    out: dict[str, Any] = {name: np.full(n, np.nan) for name in ("lon", "lat", "accuracy_m")}
    out["score"] = np.zeros(n)
    out.update({name: empty_text(n) for name in ("place_from", "kind", "label", "insee", "commune", "id")})
    for at in range(0, n, _STEP):
        feedback.check()
        some = unique[at : at + _STEP]
        answers = finder.answers([text for text, _ in some], most=1, insee=[code for _, code in some])
        _write(finder, answers, at, out)
        feedback.advance(len(some))
    return Placed(**{name: values[which] for name, values in out.items()})


def _write(finder: Finder, answers: Answers, at: int, out: dict[str, Any]) -> None:
    least = scores().place_from
    for i in range(len(answers.text)):
        found = finder.candidate(answers, i)
        k = at + int(answers.text[i])
        sure = found.score >= least
        out["score"][k], out["kind"][k], out["label"][k] = found.score, found.kind, found.label
        if not sure:
            continue
        out["place_from"][k] = _PLACE_FROM[found.kind]
        out["insee"][k], out["commune"][k], out["id"][k] = found.insee, found.commune, found.id
        out["accuracy_m"][k] = found.accuracy_m
        if found.kind != KINDS[4]:
            out["lon"][k], out["lat"][k] = found.lon, found.lat


def query_texts(columns: dict[str, list[Any]], where: str) -> tuple[list[str], list[str]]:
    """Return the address of each row of a table as one text, and its INSEE code; the columns are those of the guide.

    Raises
    ------
    DataError
        No column holds an address.
    """
    found = roles(list(columns))

    def values(role: str) -> list[str]:
        names = found[role]
        n = len(next(iter(columns.values()), []))
        return as_texts(columns[names[0]]) if names else [""] * n

    if not found["address"] and not found["street"] and not found["commune"]:
        said = ", ".join(list(columns)[:12])
        raise DataError(
            f"No column holds an address; its columns: {said}",
            where=where,
            next_step="Name one 'adresse', or 'numero' and 'voie'",
        )
    if found["address"]:
        lines = values("address")
    else:
        lines = [" ".join(filter(None, parts)) for parts in zip(values("number"), values("suffix"), values("street"))]
    texts = []
    for line, post, commune in zip(lines, values("post_code"), values("commune")):
        said = f" {plain(line)} "
        town = [part for part in (post, commune) if part and f" {plain(part)} " not in said.replace(",", " ")]
        texts.append(", ".join(filter(None, [line, " ".join(town)])))
    return texts, values("insee")


def geocode_file(
    path: Path, out: Path, *, finder: Finder, communes: Territory, feedback: Feedback = SILENT
) -> dict[str, int]:
    """Write the rows of a table with ``lon``, ``lat`` and where they are from; a row that has a position keeps it.

    Returns how many rows there are, how many are placed from what, and how many a person has to place.

    Raises
    ------
    DataError, UsageError
        The table can't be read, has no address, or ``out`` can't be written.
    """
    held: dict[str, list[Any]] = {}
    feedback.stage(f"addresses: {path.name}")
    for _, columns in read_columns(path):
        for name, values in columns.items():
            held.setdefault(name, []).extend(values)
    texts, insee = query_texts(held, str(path))
    lon, lat = positions_of(held)
    given = np.isfinite(lon)
    found = place(
        finder,
        ["" if g else t for t, g in zip(texts, given)],
        insee=["" if g else c for c, g in zip(insee, given)],
        feedback=feedback,
    )
    lon, lat = np.where(given, lon, found.lon), np.where(given, lat, found.lat)
    place_from = found.place_from.copy()
    place_from[given] = GIVEN
    located = communes.columns(lon, lat)
    by_place = np.isfinite(lon) & (located["insee"] != "")
    added: Columns = {
        "lon": lon,
        "lat": lat,
        "place_from": place_from,
        "accuracy_m": found.accuracy_m,
        "address_found": found.label,
        "address_score": np.where(given, np.nan, found.score),
        "address_kind": found.kind,
        "address_id": found.id,
        "insee": np.where(by_place, located["insee"], found.insee),
        "commune": np.where(by_place, located["commune"], found.commune),
        "ambiguous": located["ambiguous"],
    }
    table: Columns = {}
    for name, values in held.items():
        if name == "point":
            continue
        column = empty_text(len(values))
        column[:] = ["" if v is None else v for v in values]
        table[f"{name}_source" if name in added else name] = column
    write_points(out, {**table, **added}, lon, lat)
    counts = {name: int((place_from == name).sum()) for name in (GIVEN, ADDRESS, STREET, COMMUNE)}
    blank = np.array([not t.strip() for t in texts], bool) & ~given
    return {
        "rows": len(texts),
        **counts,
        "without address": int(blank.sum()),
        "to place": int(((place_from == NOWHERE) & ~blank).sum()),
    }
