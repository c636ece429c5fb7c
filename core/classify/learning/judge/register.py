# SPDX-License-Identifier: GPL-2.0-or-later
"""The page of a version in the register of algorithms, and its card: from the version's own figures, in French.

The page has what articles L311-3-1 and R311-3-1-2 of the code des relations entre le public et l'administration ask to
be told of an algorithm that takes part in an individual decision (degree and mode of its part, data and their sources,
parameters and their weights, operations), and what guides to public algorithms add: purpose, figures, limits, the human
role, a contact.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import jinja2

from .....resources import path as resource
from .... import taxonomy
from ....base.files import replacing
from ....errors import ModelError
from ..fit.fitting import LOCAL_SHARE
from ..head import Head, read_head
from ..session import SUMMARY_FILE

FIGURES_FILE = "figures.json"
CARD_FILE = "MODEL_CARD.md"
_MISSING = "à compléter"


@dataclass(frozen=True)
class VersionSheet:
    """What a version's folder says: the head, ``learned`` (learned.json), ``figures`` (column → figures) and of what
    and when they are.
    """

    head: Head
    learned: Mapping[str, Any]
    figures: Mapping[str, Mapping[str, Any]]
    measured_on: str
    measured_at: str


@dataclass(frozen=True)
class Authority:
    """Who answers for the use of the model: shown as given; what is empty is shown as to be filled in."""

    name: str = ""
    contact: str = ""
    decision: str = ""


def keep_figures(folder: Path, figures: Mapping[str, Mapping[str, Any]], measured_on: str) -> None:
    """Write the figures of a version into its folder, whole or not at all.

    Raises
    ------
    DataError
        The folder can't be written.
    """
    kept = {
        "measured_at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "measured_on": measured_on,
        "columns": figures,
    }
    with replacing(Path(folder) / FIGURES_FILE) as temporary:
        temporary.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")


def read_sheet(folder: Path) -> VersionSheet:
    """Read what a version's folder says.

    Raises
    ------
    ModelError
        There is no head, or a file of the folder is damaged.
    """
    folder = Path(folder)
    head = read_head(folder)
    learned, figures = _object(folder / SUMMARY_FILE), _object(folder / FIGURES_FILE)
    columns = figures.get("columns", {})
    if not isinstance(columns, dict) or not all(isinstance(each, dict) for each in columns.values()):
        raise ModelError("Does not hold figures", where=str(folder / FIGURES_FILE), next_step="Measure again")
    return VersionSheet(
        head, learned, columns, str(figures.get("measured_on", "")), str(figures.get("measured_at", ""))
    )


def register_page(sheet: VersionSheet, authority: Authority) -> str:
    """Return the register's page as one self-contained HTML document."""
    return _rendered("register.html.j2", sheet, authority)


def model_card(sheet: VersionSheet, authority: Authority) -> str:
    """Return the card of the version as Markdown."""
    return _rendered("card.md.j2", sheet, authority)


def _object(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {}
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"Can't be read: {error}", where=str(file), next_step="Delete it, or learn again") from error
    return found if isinstance(found, dict) else {}


def _rendered(name: str, sheet: VersionSheet, authority: Authority) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resource("templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    known = taxonomy.load()
    names = {str(each.id): known.name(each.id, "fr") for each in known.classes}
    environment.filters["nom"] = lambda label: names.get(str(label), str(label))
    environment.filters["nombre"] = _number
    environment.filters["part"] = lambda x: "–" if x is None else f"{_number(100 * x, 1)} %"
    environment.filters["a_completer"] = lambda text: text or _MISSING
    environment.filters["jour"] = _day
    classes = sorted({name for column in sheet.figures.values() for name in column.get("per_class", {})})
    return environment.get_template(name).render(
        sheet=sheet,
        head=sheet.head,
        learned=sheet.learned,
        confirmed=sheet.head.summary.get("confirmed", {}),
        figures=sheet.figures,
        classes=classes,
        comparison=sheet.learned.get("comparison"),
        authority=authority,
        local_share=LOCAL_SHARE,
        written_at=datetime.now(timezone.utc).date().isoformat(),
        missing=_MISSING,
    )


def _day(text: Any) -> str:
    year, _, rest = str(text)[:10].partition("-")
    month, _, day = rest.partition("-")
    return f"{day}/{month}/{year}" if day else "–"


def _number(value: Any, digits: int = 2) -> str:
    if value is None:
        return "–"
    text = f"{float(value):,.{digits}f}"
    return text.replace(",", "\u202f").replace(".", ",").replace("-", "−")
