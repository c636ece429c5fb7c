# SPDX-License-Identifier: GPL-2.0-or-later
"""What waits for servers that take no changes, as a table for whoever forwards it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Optional

import numpy as np

from ... import taxonomy
from ...base.bilingual import Bilingual
from ...base.columns import objects
from ...model import Columns
from ...store import Workspace
from ...store.fields import question
from ...store.handling import about
from ...store.outbox import waiting
from ...store.states import load_states
from ...vector.writing import write_office_table, write_points
from .outgoing import judge_again
from .status import _item


def dispatch(workspace: Workspace, out: Path, *, language: str = "fr", source: Optional[str] = None) -> int:
    """Write what no server takes, for teams and partners; return how many reports.

    One row for each report with edits that wait or stay here: its place, what it is, its state and team, what was
    changed by whom, and why it is not on the server.

    Parameters
    ----------
    out : Path
        ``.csv``, ``.geojson`` or ``.gpkg``.
    language : str
        ``fr`` or ``en``: of headings, states, classes and changes. A CSV is one that a spreadsheet opens by itself.
    source : str, optional
        Only reports of this source.

    Raises
    ------
    UsageError, MissingPackage, DataError
        See :func:`~..vector_writer.write_points`.
    """
    judge_again(workspace)
    found = [report for report in waiting(workspace) if report.row and source in (None, report.source)]
    known = {item.report_id: item for item in about(workspace, [report.report_id for report in found])}
    states = load_states()
    classes = taxonomy.load()
    spoken: Literal["fr", "en"] = "fr" if language.startswith("fr") else "en"
    rows: dict[str, list[Any]] = {name: [] for name in HEADINGS}
    for report in found:
        row, item, words = report.row, known[report.report_id], _item(report, False)
        edits = {
            question(name): (old, row.get(name) if name != "geom" else f"{row['lon']} {row['lat']}")
            for name, old in report.fields().items()
        }
        values = (
            report.report_id, report.source, report.service_request_id, row["service_code"], row["service_name"],
            classes.name(row["class"], spoken) if row["class"] else "", row["class"], row["description"],
            row["address"], states[row["state"]].name(language), row["state"], row["status"],
            item.team, changes_said(edits, language),
            "\n".join(edit.new or "" for edit in report.edits if edit.action == "comment"), words.who, words.at,
            "; ".join(sorted({edit.kept for edit in report.edits if edit.kept})), row["reported_at"],
            _number(row["lon"]), _number(row["lat"]),
        )  # fmt: skip
        for name, value in zip(HEADINGS, values):
            rows[name].append("" if value is None else value)
    if out.suffix.lower() == ".csv":
        header = [f"{words.in_language(language)} ({name})" for name, words in HEADINGS.items()]
        write_office_table(out, list(zip(*rows.values())), header, language=language)
        return len(found)
    columns: Columns = {name: objects(values) for name, values in rows.items() if name not in ("lon", "lat")}
    columns.update({name: np.array(rows[name], dtype=np.float64) for name in ("lon", "lat")})
    write_points(out, columns, columns["lon"], columns["lat"])
    return len(found)


def changes_said(edits: Mapping[str, tuple[Any, Any]], language: str) -> str:
    """Say what was changed, field by field, in words: ``État : Reçu → Affecté``."""
    states = load_states()
    classes = taxonomy.load()
    spoken: Literal["fr", "en"] = "fr" if language.startswith("fr") else "en"

    def shown(name: str, value: Any) -> str:
        if value in (None, ""):
            return "–"
        if name == "state" and value in states:
            return states[value].name(language)
        return classes.name(str(value), spoken) if name == "class" else str(value)

    colon = "\u00a0: " if spoken == "fr" else ": "
    parts = []
    for name, (old, new) in edits.items():
        heading = _FIELDS.get(name) or HEADINGS.get(name) or Bilingual.same(name)
        parts.append(f"{heading.in_language(language)}{colon}{shown(name, old)} → {shown(name, new)}")
    return "; ".join(parts)


HEADINGS: Mapping[str, Bilingual] = {
    "id": Bilingual(fr="Identifiant ici", en="Id here"),
    "source": Bilingual(fr="Source", en="Source"),
    "service_request_id": Bilingual(fr="Numéro à la source", en="Number at the source"),
    "service_code": Bilingual(fr="Code du service", en="Service code"),
    "service_name": Bilingual(fr="Service", en="Service"),
    "class_name": Bilingual(fr="Classe", en="Class"),
    "class": Bilingual(fr="Identifiant de la classe", en="Id of the class"),
    "description": Bilingual(fr="Description", en="Description"),
    "address": Bilingual(fr="Adresse", en="Address"),
    "state_name": Bilingual(fr="État", en="State"),
    "state": Bilingual(fr="Identifiant de l'état", en="Id of the state"),
    "status": Bilingual(fr="Statut du serveur", en="Server's status"),
    "team": Bilingual(fr="Équipe", en="Team"),
    "changes": Bilingual(fr="Modifications", en="Changes"),
    "replies": Bilingual(fr="Réponses", en="Replies"),
    "changed_by": Bilingual(fr="Modifié par", en="Changed by"),
    "changed_at": Bilingual(fr="Modifié le", en="Changed at"),
    "stays_because": Bilingual(fr="Reste ici parce que", en="Stays here because"),
    "reported_at": Bilingual(fr="Signalé le", en="Reported at"),
    "lon": Bilingual(fr="Longitude", en="Longitude"),
    "lat": Bilingual(fr="Latitude", en="Latitude"),
}
"""The columns of an export by their ids, which last; a CSV shows both: ``Adresse (address)``."""
_FIELDS: Mapping[str, Bilingual] = {
    "state": Bilingual(fr="État", en="State"),
    "class": Bilingual(fr="Classe", en="Class"),
    "geom": Bilingual(fr="Position", en="Position"),
    "position": Bilingual(fr="Position", en="Position"),
    "media_url": Bilingual(fr="Photo", en="Photo"),
    "comment": Bilingual(fr="Commentaire", en="Comment"),
}


def _number(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) else float("nan")
