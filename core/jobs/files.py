# SPDX-License-Identifier: GPL-2.0-or-later
"""One file of reports in, one file out, with what a stage adds; no workspace."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Optional

import numpy as np

from .. import routing, taxonomy, territory
from ..base.columns import empty_text, texts
from ..base.files import AnyPath
from ..feedback import SILENT, Feedback
from ..model import Columns, Rejected, Report
from ..reports.formats.files import read_reports
from ..territory.current import communes
from ..triage.stages import read_layers, triage
from ..vector.writing import write_points

_REPORT_FIELDS = (
    "service_code", "service_name", "group", "description", "status", "requested_datetime", "updated_datetime",
    "address", "agency_responsible", "media_url", "position_flag",
)  # fmt: skip
_LOCATED = ("insee", "commune", "ambiguous", "outside", "water")
_ROUTED = ("class", "confidence", "class_from", *_LOCATED, "group_id", "team", "rule", "reason_en", "reason_fr")


def locate_file(
    path: Path, out: Path, *, crs: str = "", feedback: Feedback = SILENT
) -> tuple[dict[str, int], list[Rejected]]:
    """Add ``insee, commune, ambiguous, outside, water`` to the points of a file; write them to ``out``.

    Returns
    -------
    counts : dict
        How many are ``located``, ``ambiguous`` (among the located), ``outside``, in ``water``, ``without position``.
    rejected : list of Rejected

    Raises
    ------
    UsageError, DataError
        See :func:`~.reports.read_reports` and :func:`~.vector_writer.write_points`.
    """
    reports, rejected = _read(path, crs, feedback)
    table = _table(reports)
    columns = territory.load().columns(table["lon"], table["lat"])
    _write(out, table, {name: columns[name] for name in _LOCATED})
    located = columns["insee"] != ""
    counts = {
        "located": int(located.sum()),
        "ambiguous": int((columns["ambiguous"] & located).sum()),
        "outside": int(columns["outside"].sum()),
        "water": int(columns["water"].sum()),
        "without position": int(np.isnan(table["lon"]).sum()),
    }
    return counts, rejected


def route_file(
    path: AnyPath,
    out: AnyPath,
    *,
    rules: Optional[AnyPath] = None,
    layers: Optional[Mapping[str, AnyPath]] = None,
    crs: str = "",
    feedback: Feedback = SILENT,
) -> tuple[int, list[Rejected]]:
    """Add class, commune, group and team with its reason to the reports of a file; write them to ``out``.

    Parameters
    ----------
    path : path
        CSV, GeoJSON, GeoPackage, Open311 JSON or XML.
    out : path
        ``.csv``, ``.geojson``, ``.gpkg`` or ``.shp``; points in EPSG:4326.
    rules : path, optional
        A rule book; by default the shipped example.
    layers : mapping of str to path, optional
        The vector files of the layers that the rule book's ``near`` conditions name.
    crs : str
        What x and y of a table are in (``EPSG:3944``); by default their names or their values tell.
    feedback : Feedback
        Told of the progress; asked for cancel between records.

    Returns
    -------
    count : int
        Reports that were written.
    rejected : list of Rejected
        Records that could not be used: where, and why.

    Raises
    ------
    UsageError
        The file is of no kind that is read, or ``out`` of none that is written.
    DataError
        The file, the rule book or a layer can't be read, or ``out`` can't be written.
    Cancelled
        As ``feedback`` asked; nothing was written.
    """
    path, out = Path(path), Path(out)
    classes = taxonomy.load()
    book = routing.load(Path(rules) if rules is not None else routing.example_path())
    near = read_layers(book, {name: Path(file) for name, file in (layers or {}).items()}, feedback)
    reports, rejected = _read(path, crs, feedback)
    table = _table(reports)
    known = triage(_as_evidence(table, reports), classes, communes(), book, near, feedback)
    _write(out, table, {name: known[name] for name in _ROUTED})
    return len(reports), rejected


def _read(path: Path, crs: str, feedback: Feedback) -> tuple[list[Report], list[Rejected]]:
    feedback.stage(f"reports: {path.name}")
    reports: list[Report] = []
    rejected: list[Rejected] = []
    for verdict in read_reports(path, crs=crs, area=communes().box, feedback=feedback):
        feedback.check()
        feedback.advance()
        if isinstance(verdict, Rejected):
            rejected.append(verdict)
        else:
            reports.append(verdict)
    return reports, rejected


def _table(reports: list[Report]) -> Columns:
    """Return id, position and the fields that are not empty, the source's own columns among them."""
    table: Columns = {
        "id": texts(r.service_request_id for r in reports),
        "lon": np.array([np.nan if r.lon is None or r.position_flag else r.lon for r in reports], dtype=float),
        "lat": np.array([np.nan if r.lat is None or r.position_flag else r.lat for r in reports], dtype=float),
    }
    for name in _REPORT_FIELDS:
        values = [getattr(r, name) for r in reports]
        if any(values):
            table[name] = texts(values)
    for name in dict.fromkeys(key for r in reports for key in r.extra):
        table.setdefault(name, texts(r.extra.get(name) for r in reports))
    return table


def _as_evidence(table: Columns, reports: list[Report]) -> Columns:
    n = len(reports)
    blank = empty_text(n)
    times = [(r.requested_datetime or "NaT")[:19].rstrip("Z") for r in reports]
    return {
        "id": table["id"],
        "source": texts(r.source for r in reports),
        "lon": table["lon"],
        "lat": table["lat"],
        "reported_at": np.array(times, dtype="datetime64[s]"),
        "service_name": texts(r.service_name for r in reports),
        "service_group": texts(r.group for r in reports),
        "service_code": texts(r.service_code for r in reports),
        "description": texts(r.description for r in reports),
        "decided": blank,
        "photo_label": blank,
        "photo_score": np.full(n, np.nan),
        "photo_top": blank,
    }


def _write(out: Path, table: Columns, added: Columns) -> None:
    clash = {name: f"{name}_source" for name in added if name in table}
    columns = {clash.get(name, name): values for name, values in table.items()}
    write_points(out, {**columns, **added}, table["lon"], table["lat"])
