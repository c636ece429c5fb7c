# SPDX-License-Identifier: GPL-2.0-or-later
"""What is wrong with a rule book, before an incident goes astray.

Each rule is a box: a set of values for every column. The values of a column that no rule tells apart are one cell
(confidences between two bounds, days of the same month, weekday and interval of dates), so every column is finite
and the boxes are exact. A rule is shadowed where earlier boxes leave nothing of its own; boxes are subtracted one by
one. Columns are taken as independent of each other: a rule that asks for a commune and for ``outside: true`` is not
found to be impossible. Where subtraction would need more than 20,000 pieces, the question is left open and said so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal, Optional, Protocol

import numpy as np
from numpy.typing import NDArray

from ..base.columns import objects
from ..taxonomy import Taxonomy
from .conditions import GROUP_PREFIX, Condition, conditions, month_and_weekday
from .rulebook import Rule, RuleBook, commune_key, one_or_more

Severity = Literal["error", "warning", "info"]
_PIECES = 20_000
_ORDER: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True)
class Finding:
    """One thing to know. An error stops routing or makes a rule useless; a warning is likely a slip; info is a fact."""

    severity: Severity
    line: int
    message: str
    next_step: str


class CommuneMap(Protocol):
    """A map of communes, as :class:`~..territory.Territory` is one: codes and names in one order."""

    @property
    def insee(self) -> NDArray[Any]:
        """INSEE codes."""
        ...

    @property
    def names(self) -> NDArray[Any]:
        """Official names."""
        ...


def check(rulebook: RuleBook, taxonomy: Taxonomy, communes: CommuneMap | Mapping[str, str]) -> list[Finding]:
    """Return what is wrong or worth knowing, errors first, then by line.

    Parameters
    ----------
    communes : Territory or mapping
        The communes of the territory, or a mapping of their INSEE codes to their names.
    """
    if not isinstance(communes, Mapping):
        communes = dict(zip(communes.insee.tolist(), communes.names.tolist()))
    findings = [*references(rulebook, taxonomy), *_unknown_communes(rulebook, communes)]
    space = _Space(rulebook, taxonomy, communes)
    broken = {finding.line for finding in findings}
    reachable = set()
    for i, rule in enumerate(rulebook.rules):
        contradiction = space.contradiction(i)
        if contradiction:
            if not broken.intersection(_lines(rule)):
                findings.append(contradiction)
            continue
        left = space.left_of(i)
        if left is None:
            findings.append(
                Finding(
                    "info",
                    rule.line,
                    f"Rule {i + 1} '{rule.id}': too many conditions to tell whether earlier rules take all of it",
                    "Look at it by hand, or split the rule",
                )
            )
        if left is None or left:
            reachable.add(rule.team)
            continue
        by = ", ".join(f"{j + 1} '{rulebook.rules[j].id}'" for j in space.shadow(i))
        findings.append(
            Finding(
                "warning",
                rule.line,
                f"Rule {i + 1} '{rule.id}' never applies: earlier rules take everything ({by})",
                "Move it up, make it narrower than they are, or remove it",
            )
        )
    for name, team in rulebook.teams.items():
        if name not in reachable and name != rulebook.default.team:
            findings.append(
                Finding("warning", team.line, f"Team '{name}' gets no incident", "Give it a rule or remove it")
            )
    findings.extend(_pairs_said(space.pairs_left(), taxonomy, communes, rulebook))
    return sorted(findings, key=lambda finding: (_ORDER[finding.severity], finding.line))


def references(rulebook: RuleBook, taxonomy: Taxonomy) -> list[Finding]:
    """Return an error for each team, class, territory and layer that a rule names and that does not exist."""
    out = []

    def unknown(kind: str, value: str, line: int, known: Sequence[str]) -> None:
        out.append(Finding("error", line, f"There is no {kind} '{value}'", _nearest(value, known)))

    if rulebook.default.team not in rulebook.teams:
        unknown("team", rulebook.default.team, rulebook.default.team.line, list(rulebook.teams))
    groups = {group.id for group in taxonomy.groups}
    for rule in rulebook.rules:
        if rule.team not in rulebook.teams:
            unknown("team", rule.team, rule.team.line, list(rulebook.teams))
        for value in one_or_more(rule.class_) or ():
            if value.startswith(GROUP_PREFIX):
                if value[len(GROUP_PREFIX) :] not in groups:
                    unknown("group of classes", value, value.line, [GROUP_PREFIX + group for group in groups])
            elif value not in taxonomy:
                unknown("class", value, value.line, [entry.id for entry in taxonomy.classes])
        for value in one_or_more(rule.territory) or ():
            if value not in rulebook.territories:
                unknown("territory", value, value.line, list(rulebook.territories))
        if rule.near is not None and rule.near.layer not in rulebook.layers:
            unknown("layer", rule.near.layer, rule.near.layer.line, list(rulebook.layers))
    return out


def _nearest(value: str, known: Sequence[str]) -> str:
    near = get_close_matches(value, known, n=1)
    return f"Did you mean '{near[0]}'?" if near else f"Known: {', '.join(known) or 'none'}"


def unreachable_rules(rulebook: RuleBook, taxonomy: Taxonomy, communes: Mapping[str, str]) -> list[int]:
    """Return the numbers (from 1) of the rules that no incident can reach."""
    space = _Space(rulebook, taxonomy, communes)
    return [i + 1 for i in range(len(rulebook.rules)) if space.contradiction(i) or space.left_of(i) == []]


def uncovered_pairs(rulebook: RuleBook, taxonomy: Taxonomy, communes: Mapping[str, str]) -> dict[tuple[str, str], bool]:
    """Return pairs of class and INSEE code of which some ordinary incident goes to the default team.

    Ordinary: inside the territory, on land, not ambiguous. The value tells whether all of the pair's ordinary
    incidents do (True) or only some (False: in a season, below a confidence …).
    """
    return _Space(rulebook, taxonomy, communes).pairs_left()


# --- boxes --------------------------------------------------------------------------------------------------------

_Box = tuple[int, ...]
"""For each column, the set of its cells, as the bits of a number."""


class _Space:
    """The columns that rules tell apart, cut into cells, and each rule as a box of cells."""

    def __init__(self, rulebook: RuleBook, taxonomy: Taxonomy, communes: Mapping[str, str]) -> None:
        self._book = rulebook
        self._tests = [conditions(rule, rulebook, taxonomy) for rule in rulebook.rules]
        used = list(dict.fromkeys(test.column for tests in self._tests for test in tests))
        self._columns = ["class", "place", *(name for name in used if name not in ("class", "place"))]
        self._places = [*communes.items(), ("", "")]
        self._classes = [*(str(entry.id) for entry in taxonomy.classes), ""]
        self._cells = {name: self._cells_of(name) for name in self._columns}
        self._all: _Box = tuple((1 << len(self._cells[name])) - 1 for name in self._columns)
        self._boxes = [self._box(tests) for tests in self._tests]

    def _cells_of(self, column: str) -> NDArray[Any]:
        """Return one value for each cell of a column; unknown is a cell too."""
        if column == "class":
            return objects(self._classes)
        if column == "place":
            return objects(self._places)
        if column == "class_from":
            return objects(["photo", "words", "person", ""])
        if column == "confidence":
            bounds = {0.0, 1.0}
            for rule in self._book.rules:
                if rule.confidence is not None:
                    bounds.update(b for b in (rule.confidence.at_least, rule.confidence.below) if b is not None)
            edges = sorted(bounds)
            between = [(a + b) / 2 for a, b in zip(edges, edges[1:])]
            return np.array([*edges, *between, np.nan])
        if column == "day":
            return _day_cells(self._book.rules)
        if column.startswith("near:"):
            within = sorted(
                {rule.near.within for rule in self._book.rules if rule.near and f"near:{rule.near.layer}" == column}
            )
            return np.array([*within, np.inf, np.nan])
        return np.array([False, True])

    def _box(self, tests: Sequence[Condition]) -> _Box:
        sets = list(self._all)
        for test in tests:
            at = self._columns.index(test.column)
            mask = test.test(self._cells[test.column])
            sets[at] &= sum(1 << i for i in np.flatnonzero(mask).tolist())
        return tuple(sets)

    def contradiction(self, i: int) -> Optional[Finding]:
        """Return why no incident at all can meet rule ``i``; None where one can."""
        empty = [name for name, cells in zip(self._columns, self._boxes[i]) if not cells]
        if not empty:
            return None
        rule = self._book.rules[i]
        keys = list(dict.fromkeys(test.key for test in self._tests[i] if test.column in empty))
        return Finding(
            "error",
            rule.line,
            f"Rule {i + 1} '{rule.id}' can never apply: no value meets {' and '.join(repr(key) for key in keys)}",
            "Correct or remove the condition",
        )

    def left_of(self, i: int) -> Optional[list[_Box]]:
        """Return what earlier rules leave of rule ``i``; None where that needs too many pieces."""
        return _subtract(self._boxes[i], self._boxes[:i])

    def shadow(self, i: int) -> list[int]:
        """Return a smallest-we-find set of earlier rules that take all of rule ``i``."""
        needed = [j for j in range(i) if _meet(self._boxes[j], self._boxes[i])]
        for j in list(needed):
            fewer = [k for k in needed if k != j]
            if _subtract(self._boxes[i], [self._boxes[k] for k in fewer]) == []:
                needed = fewer
        return needed

    def pairs_left(self) -> dict[tuple[str, str], bool]:
        """Return the pairs of class and commune that may reach the default, and whether all of the pair does."""
        at_class, at_place = self._columns.index("class"), self._columns.index("place")
        ordinary = list(self._all)
        for name in ("ambiguous", "outside", "water"):
            if name in self._columns:
                ordinary[self._columns.index(name)] = 1
        out = {}
        # Classes and communes that no rule tells apart behave alike: one of each kind is enough.
        for class_cells in _alike([box[at_class] for box in self._boxes], len(self._classes) - 1):
            for place_cells in _alike([box[at_place] for box in self._boxes], len(self._places) - 1):
                whole = list(ordinary)
                whole[at_class], whole[at_place] = 1 << class_cells[0], 1 << place_cells[0]
                left = _subtract(tuple(whole), self._boxes)
                if left == []:
                    continue
                for c in class_cells:
                    for p in place_cells:
                        out[(self._classes[c], self._places[p][0])] = left == [tuple(whole)]
        return out


def _day_cells(rules: Sequence[Rule]) -> NDArray[Any]:
    """Return a day for each combination of month, weekday and interval between the rules' dates, and NaT."""
    periods = [rule.period for rule in rules if rule.period is not None]
    edges = {np.datetime64(period.from_, "D") for period in periods if period.from_ is not None}
    edges |= {np.datetime64(period.to, "D") + 1 for period in periods if period.to is not None}
    cuts = sorted(edges) or [np.datetime64("2000-01-01", "D")]
    # 800 days hold every month whole, hence every month with every weekday; longer intervals add nothing.
    starts = [cuts[0] - 800, *cuts]
    ends = [*cuts, cuts[-1] + 800]
    out: list[NDArray[Any]] = []
    for start, end in zip(starts, ends):
        days = np.arange(start, min(end, start + 800))
        months, weekdays = month_and_weekday(days)
        _, first = np.unique(months * 7 + weekdays, return_index=True)
        out.append(days[first])
    return np.concatenate([*out, np.array(["NaT"], dtype="datetime64[D]")])


def _meet(a: _Box, b: _Box) -> bool:
    return all(x & y for x, y in zip(a, b))


def _subtract(box: _Box, others: Sequence[_Box]) -> Optional[list[_Box]]:
    """Return ``box`` without ``others`` as disjoint boxes; None where there would be too many."""
    pieces = [box] if all(box) else []
    for other in others:
        if not _meet(other, box):
            continue
        kept: list[_Box] = []
        for piece in pieces:
            if not _meet(piece, other):
                kept.append(piece)
                continue
            rest = list(piece)
            for i, cells in enumerate(other):
                outside = rest[i] & ~cells
                if outside:
                    kept.append((*rest[:i], outside, *rest[i + 1 :]))
                rest[i] &= cells
        pieces = kept
        if len(pieces) > _PIECES:
            return None
    return pieces


def _alike(sets: Sequence[int], count: int) -> list[list[int]]:
    """Group the cells 0..count-1 that stand in the same sets."""
    kinds: dict[tuple[int, ...], list[int]] = {}
    for cell in range(count):
        kinds.setdefault(tuple(one >> cell & 1 for one in sets), []).append(cell)
    return list(kinds.values())


# --- findings -----------------------------------------------------------------------------------------------------


def _lines(rule: Rule) -> set[int]:
    values = [v for key in ("class_", "commune", "territory") for v in one_or_more(getattr(rule, key)) or ()]
    lines = {rule.line, *(value.line for value in values)}
    return lines | ({rule.near.layer.line} if rule.near is not None else set())


def _unknown_communes(rulebook: RuleBook, communes: Mapping[str, str]) -> list[Finding]:
    known = {commune_key(code) for code in communes} | {commune_key(name) for name in communes.values()}
    written = [c for rule in rulebook.rules for c in one_or_more(rule.commune) or ()]
    written += [c for territory in rulebook.territories.values() for c in territory.communes]
    return [
        Finding(
            "error",
            commune.line,
            f"There is no commune '{commune}' in the territory",
            "Write its INSEE code or its official name",
        )
        for commune in written
        if commune_key(commune) not in known
    ]


def _pairs_said(
    pairs: Mapping[tuple[str, str], bool], taxonomy: Taxonomy, communes: Mapping[str, str], rulebook: RuleBook
) -> list[Finding]:
    by_class: dict[tuple[str, bool], list[str]] = {}
    for (class_id, insee), always in pairs.items():
        by_class.setdefault((class_id, always), []).append(insee)
    by_communes: dict[tuple[tuple[str, ...], bool], list[str]] = {}
    for (class_id, always), codes in by_class.items():
        by_communes.setdefault((tuple(codes), always), []).append(class_id)
    out = []
    for (insee_codes, always), class_list in by_communes.items():
        names = [communes[code] for code in insee_codes]
        where = "all communes" if len(names) == len(communes) else ", ".join(names[:5])
        if where != "all communes" and len(names) > 5:
            where += f" and {len(names) - 5} more"
        classes = ", ".join(taxonomy.name(class_id, "en") for class_id in class_list)
        team = (
            rulebook.teams[rulebook.default.team].en if rulebook.default.team in rulebook.teams else "the default team"
        )
        some = "" if always else " (under some conditions)"
        out.append(
            Finding(
                "info",
                rulebook.default.line,
                f"No rule but the default takes{some}: {classes}, in {where}",
                f"They go to: {team}. Add a rule if that is not meant",
            )
        )
    return out
