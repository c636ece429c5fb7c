# SPDX-License-Identifier: GPL-2.0-or-later
"""Incidents in, teams with their reason out."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..base.columns import empty_text, objects
from ..errors import DataError
from ..model import Columns
from ..taxonomy import Language, Taxonomy
from .checking import references
from .conditions import conditions, territories_of
from .rulebook import RuleBook, sentence


class _Coded(NamedTuple):
    """A column as its distinct values (an object array) and each row's index into them."""

    values: NDArray[Any]
    codes: NDArray[np.intp]


def route(columns: Columns, rulebook: RuleBook, taxonomy: Taxonomy) -> Columns:
    """Give every incident its team: the first rule whose conditions hold, else the default.

    Parameters
    ----------
    columns : Columns
        ``class`` is needed; ``class_from``, ``confidence``, ``insee``, ``commune``, ``reported_at``, ``ambiguous``,
        ``outside`` and ``water`` count as unknown or false where absent; ``near:<layer>`` (metres, NaN unknown) is
        needed for each of ``rulebook.layers_needed``.

    Returns
    -------
    Columns
        The same columns with ``team`` and ``rule`` (ids; ``default`` where no rule holds), ``reason_en`` and
        ``reason_fr``, object arrays of the same length.

    Raises
    ------
    DataError
        The book names a class, team, territory or layer that does not exist, or a column is missing.
    """
    for finding in references(rulebook, taxonomy):
        raise DataError(finding.message, where=f"{rulebook.path}:{finding.line}", next_step=finding.next_step)
    if "class" not in columns:
        raise DataError("There is no column 'class' to route on", next_step="Classify the incidents first")
    count = len(columns["class"])
    classes = _coded(_text(columns, "class", count))
    places = _coded(list(zip(_text(columns, "insee", count), _text(columns, "commune", count))))
    coded = {"class": classes, "place": places, "class_from": _coded(_text(columns, "class_from", count))}
    plain = _plain_columns(columns, rulebook, count)

    number = np.zeros(count, dtype=np.intp)
    waiting = np.arange(count)
    for i, rule in enumerate(rulebook.rules, start=1):
        taken = np.ones(len(waiting), dtype=bool)
        for condition in conditions(rule, rulebook, taxonomy):
            if condition.column in coded:
                column = coded[condition.column]
                taken &= condition.test(column.values)[column.codes[waiting]]
            else:
                taken &= condition.test(plain[condition.column][waiting])
        number[waiting[taken]] = i
        waiting = waiting[~taken]

    out = dict(columns)
    out.update(_assignments(number, classes, places, rulebook, taxonomy))
    return out


def _assignments(
    number: NDArray[np.intp], classes: _Coded, places: _Coded, rulebook: RuleBook, taxonomy: Taxonomy
) -> Columns:
    teams = np.array([rulebook.default.team, *(rule.team for rule in rulebook.rules)], dtype=object)
    rules = np.array(["default", *(rule.id for rule in rulebook.rules)], dtype=object)
    # One sentence for each combination that occurs, however many incidents share it.
    combined = (number * len(classes.values) + classes.codes) * len(places.values) + places.codes
    distinct, first, inverse = np.unique(combined, return_index=True, return_inverse=True)
    reasons: dict[Language, NDArray[Any]] = {"en": empty_text(len(distinct)), "fr": empty_text(len(distinct))}
    for i, row in enumerate(first):
        at = int(number[row])
        place = places.values[places.codes[row]]
        class_id = classes.values[classes.codes[row]]
        within = territories_of(rulebook.rules[at - 1], rulebook, place) if at else ()
        for language, texts in reasons.items():
            texts[i] = sentence(
                rulebook,
                at or None,
                class_name=taxonomy.name(class_id, language) if class_id else "",
                commune=place[1] or place[0],
                territories=within,
                language=language,
            )
    return {
        "team": _as_text(teams)[number],
        "rule": _as_text(rules)[number],
        "reason_en": reasons["en"][inverse.reshape(-1)],
        "reason_fr": reasons["fr"][inverse.reshape(-1)],
    }


def _as_text(values: NDArray[Any]) -> NDArray[Any]:
    # Plain str: what the rule book wrote knows its line, which is nothing to store.
    return objects(str(value) for value in values)


def _text(columns: Columns, name: str, count: int) -> list[str]:
    if name not in columns:
        return [""] * count
    return ["" if value is None else str(value) for value in columns[name].tolist()]


def _coded(rows: list[Any]) -> _Coded:
    index: dict[Any, int] = {}
    codes = np.fromiter((index.setdefault(row, len(index)) for row in rows), dtype=np.intp, count=len(rows))
    return _Coded(objects(index), codes)


def _plain_columns(columns: Columns, rulebook: RuleBook, count: int) -> Columns:
    out: Columns = {
        "confidence": np.asarray(columns.get("confidence", np.full(count, np.nan)), dtype=np.float64),
        "day": np.asarray(columns.get("reported_at", np.full(count, "NaT")), dtype="datetime64[D]"),
    }
    for name in ("ambiguous", "outside", "water"):
        out[name] = np.asarray(columns.get(name, np.zeros(count)), dtype=bool)
    for rule in rulebook.rules:
        if rule.near is None:
            continue
        name = f"near:{rule.near.layer}"
        if name not in columns:
            raise DataError(
                f"Rule '{rule.id}' asks for distances to '{rule.near.layer}', and there is no column '{name}'",
                where=f"{rulebook.path}:{rule.line}",
                next_step="Give the layer, or take the condition 'near' out of the rule",
            )
        out[name] = np.asarray(columns[name], dtype=np.float64)
    return out
