# SPDX-License-Identifier: GPL-2.0-or-later
"""What a rule asks of an incident, each condition a test on one column: the same for routing and for checking."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Optional

import numpy as np
from numpy.typing import NDArray

from ..taxonomy import Taxonomy
from .rulebook import CLASS_FROM, WEEKDAYS, Period, Rule, RuleBook, commune_key, one_or_more

Mask = NDArray[np.bool_]


class Condition(NamedTuple):
    """One condition. ``column`` is what the test reads, ``key`` the word in the rule book.

    Columns: ``class``, ``class_from`` (text), ``place`` (pairs of INSEE code and name), ``confidence`` and
    ``near:<layer>`` (float64), ``day`` (datetime64[D]), ``ambiguous``, ``outside``, ``water`` (bool). A test takes an
    array of such values and returns a mask of its length. An unknown value (``""``, NaN, NaT) meets no condition
    that asks for something of it.
    """

    column: str
    key: str
    test: Callable[[NDArray[Any]], Mask]


GROUP_PREFIX = "group:"


def conditions(rule: Rule, rulebook: RuleBook, taxonomy: Taxonomy) -> list[Condition]:
    """Return the conditions of a rule; all must hold. Unknown classes and territories hold for nothing."""
    out: list[Condition] = []
    classes = one_or_more(rule.class_)
    if classes is not None:
        out.append(Condition("class", "class", _one_of(class_ids(classes, taxonomy))))
    urgencies = one_or_more(rule.urgency)
    if urgencies is not None:
        urgent = {str(entry.id) for entry in taxonomy.classes if entry.urgency in urgencies}
        out.append(Condition("class", "urgency", _one_of(urgent)))
    communes = one_or_more(rule.commune)
    if communes is not None:
        out.append(Condition("place", "commune", _in_communes(communes)))
    territories = one_or_more(rule.territory)
    if territories is not None:
        known = [rulebook.territories[name] for name in territories if name in rulebook.territories]
        out.append(Condition("place", "territory", _in_communes([c for one in known for c in one.communes])))
    froms = one_or_more(rule.class_from)
    if froms is not None:
        wanted = {found for value in froms for found in CLASS_FROM[value]}
        out.append(Condition("class_from", "class_from", _one_of(wanted)))
    if rule.confidence is not None:
        out.append(Condition("class_from", "confidence", _one_of(set(CLASS_FROM["photo"]))))
        out.append(Condition("confidence", "confidence", _between(rule.confidence.at_least, rule.confidence.below)))
    if rule.period is not None:
        out.append(Condition("day", "period", _in_period(rule.period)))
    if rule.near is not None:
        out.append(Condition(f"near:{rule.near.layer}", "near", _at_most(rule.near.within)))
    for key in ("ambiguous", "outside", "water"):
        flag = getattr(rule, key)
        if flag is not None:
            out.append(Condition(key, key, _equal(flag)))
    return out


def class_ids(values: Sequence[str], taxonomy: Taxonomy) -> set[str]:
    """Return the classes that ids and ``group:`` names mean; unknown ones mean none."""
    out: set[str] = set()
    for value in values:
        if value.startswith(GROUP_PREFIX):
            out.update(str(class_id) for class_id in taxonomy.members(value[len(GROUP_PREFIX) :]))
        elif value in taxonomy:
            out.add(str(value))
    return out


def territories_of(rule: Rule, rulebook: RuleBook, place: tuple[str, str]) -> tuple[str, ...]:
    """Return the rule's territories that hold the commune, in the rule's order."""
    return tuple(
        str(name)
        for name in one_or_more(rule.territory) or ()
        if name in rulebook.territories
        and _holds(frozenset(map(commune_key, rulebook.territories[name].communes)), place)
    )


def month_and_weekday(days: NDArray[np.datetime64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return month 1..12 and weekday 0..6 (Monday first) of datetime64[D] values; anything where NaT."""
    months = days.astype("datetime64[M]").astype(np.int64) % 12 + 1
    weekdays = (days.astype(np.int64) + 3) % 7
    return months, weekdays


def _one_of(values: set[str]) -> Callable[[NDArray[Any]], Mask]:
    return lambda column: np.fromiter((value in values for value in column), dtype=bool, count=len(column))


def _holds(keys: frozenset[str], place: tuple[str, str]) -> bool:
    insee, name = place
    return (bool(insee) and commune_key(insee) in keys) or (bool(name) and commune_key(name) in keys)


def _in_communes(communes: Sequence[str]) -> Callable[[NDArray[Any]], Mask]:
    keys = frozenset(map(commune_key, communes))
    return lambda places: np.fromiter((_holds(keys, place) for place in places), dtype=bool, count=len(places))


def _between(at_least: Optional[float], below: Optional[float]) -> Callable[[NDArray[Any]], Mask]:
    def test(values: NDArray[Any]) -> Mask:
        mask: Mask = ~np.isnan(values)
        if at_least is not None:
            mask &= values >= at_least
        if below is not None:
            mask &= values < below
        return mask

    return test


def _at_most(metres: float) -> Callable[[NDArray[Any]], Mask]:
    return lambda values: np.asarray(values <= metres, dtype=bool)


def _equal(flag: bool) -> Callable[[NDArray[Any]], Mask]:
    return lambda values: np.asarray(values == flag, dtype=bool)


def _in_period(period: Period) -> Callable[[NDArray[Any]], Mask]:
    def test(days: NDArray[Any]) -> Mask:
        mask: Mask = ~np.isnat(days)
        months, weekdays = month_and_weekday(days)
        if period.months:
            mask &= np.isin(months, period.months)
        if period.weekdays:
            mask &= np.isin(weekdays, [WEEKDAYS.index(day) for day in period.weekdays])
        if period.from_ is not None:
            mask &= days >= np.datetime64(period.from_)
        if period.to is not None:
            mask &= days <= np.datetime64(period.to)
        return mask

    return test
