# SPDX-License-Identifier: GPL-2.0-or-later
"""When an observation is worth a report: rules as data, checked on load.

A rule names what is observed, in which unit, and *when* it holds: above or below a threshold (with hysteresis),
rising or
falling, stuck, silent, or said in words. Then for how long, by day or by night, together with what a neighbour sees.
It gives the class of :mod:`~..taxonomy`, the urgency and the sentence in two languages. Shipped ones are in
``resources/sensors/rules``.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, Optional

from ... import resources
from ..base import checked_yaml
from ..base.checked_yaml import Written
from ..errors import DataError, UsageError
from ..taxonomy import Taxonomy, Urgency
from . import units

FIELDS = frozenset({"sensor", "place", "value", "unit", "threshold", "since", "until", "duration", "count"})
"""What the sentence of a rule may name in braces."""
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|h|d)")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_ID = re.compile(r"[a-z][a-z0-9_]{0,60}")
_MS = {"s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_LONGEST_MS = 400 * _MS["d"]


def duration_ms(text: str) -> int:
    """Return the milliseconds of a duration such as ``90 s``, ``15 min``, ``2h``, ``1.5 d``.

    Raises
    ------
    ValueError
        It is none, or is longer than 400 days.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"'{text}' is no duration (90 s, 15 min, 2 h, 1 d)")
    out = round(float(match[1]) * _MS[match[2]])
    if out > _LONGEST_MS:
        raise ValueError(f"'{text}' is longer than 400 days")
    return out


def folded(text: str) -> str:
    """Return a name for comparison: no case, no accents, words apart by one space."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return " ".join(re.findall(r"[^\W_]+", "".join(c for c in plain if not unicodedata.combining(c))))


@dataclass(frozen=True)
class Sentence:
    """One text in two languages."""

    fr: str
    en: str


@dataclass(frozen=True)
class When:
    """What has to be the case; one of its kinds.

    ``above`` and ``below`` begin at the value itself and end on the other side of ``clear`` (without it, of the
    threshold). ``rising`` and ``falling`` are changes an hour, seen over ``over``. ``stuck`` is the greatest step from
    one value to the next that still is no change. ``silent``: nothing comes. ``is``: the result is one of these words.
    """

    above: Optional[float] = None
    below: Optional[float] = None
    rising: Optional[float] = None
    falling: Optional[float] = None
    stuck: Optional[float] = None
    silent: bool = False
    is_: tuple[Written, ...] = ()
    clear: Optional[float] = None
    over: str = "1 h"

    def __post_init__(self) -> None:
        if len(self.kinds) != 1:
            raise ValueError(
                "exactly one of above, below, rising, falling, stuck, silent and is says when the rule holds"
            )
        if self.clear is not None:
            begin, sign = self.begin, self.sign
            if self.kind not in ("above", "below", "rising", "falling"):
                raise ValueError(f"clear means nothing with {self.kind}")
            if sign * self.clear > sign * begin:
                raise ValueError("clear lies beyond the threshold: an episode would end while it begins, or never")
        for name in ("rising", "falling"):
            value = getattr(self, name)
            if value is not None and value <= 0:
                raise ValueError(f"{name} is a change an hour, more than 0")
        if self.stuck is not None and self.stuck < 0:
            raise ValueError("stuck is a step, not less than 0")
        if duration_ms(self.over) <= 0:
            raise ValueError("over is longer than 0")

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds that are given."""
        numbers = ("above", "below", "rising", "falling", "stuck")
        found = tuple(name for name in numbers if getattr(self, name) is not None)
        return (*found, *(("silent",) if self.silent else ()), *(("is",) if self.is_ else ()))

    @property
    def kind(self) -> str:
        """The one kind."""
        return self.kinds[0]

    @property
    def sign(self) -> int:
        """-1 where small values are the problem."""
        return -1 if self.kind in ("below", "falling") else 1

    @property
    def begin(self) -> float:
        """The threshold, in the rule's unit (an hour)."""
        value = getattr(self, self.kind)
        return {"falling": -1.0}.get(self.kind, 1.0) * float(value)

    @property
    def end(self) -> float:
        """The value on whose other side an episode ends."""
        if self.clear is None:
            return self.begin
        return -self.clear if self.kind == "falling" else self.clear

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of ``is``, folded."""
        return frozenset(folded(word) for word in self.is_)


@dataclass(frozen=True)
class During:
    """Only observations of this time of day count: ``light: dark`` or ``day`` by civil twilight where the sensor
    stands, or ``from`` and ``to`` by the clock of France, over midnight where ``to`` is the earlier.
    """

    light: Optional[Literal["dark", "day"]] = None
    from_: str = ""
    to: str = ""

    def __post_init__(self) -> None:
        clock = bool(self.from_ or self.to)
        if clock == (self.light is not None):
            raise ValueError("either light, or from and to, say the time of day")
        if clock:
            for text in (self.from_, self.to):
                if not _CLOCK.fullmatch(text):
                    raise ValueError(f"'{text}' is no time of day in quotes (\"22:00\")")
            if self.from_ == self.to:
                raise ValueError("from and to are the same time of day: nothing would count")

    @cached_property
    def minutes(self) -> tuple[int, int]:
        """``from`` and ``to`` in minutes since midnight."""
        a, b = (_CLOCK.fullmatch(text) for text in (self.from_, self.to))
        if a is None or b is None:
            return 0, 0
        return int(a[1]) * 60 + int(a[2]), int(b[1]) * 60 + int(b[2])


@dataclass(frozen=True)
class Together:
    """What the nearest sensor of another kind has to see too: its last value, no older than ``since``, within
    metres.
    """

    observes: tuple[Written, ...]
    unit: str = ""
    above: Optional[float] = None
    below: Optional[float] = None
    within: float = 1000.0
    since: str = "1 h"

    def __post_init__(self) -> None:
        if (self.above is None) == (self.below is None):
            raise ValueError("either above or below says what the neighbour sees")
        if not self.observes:
            raise ValueError("observes names what the neighbour measures")
        if not 0 < self.within <= 100_000:
            raise ValueError("within is from 0 to 100,000 metres")
        if duration_ms(self.since) <= 0:
            raise ValueError("since is longer than 0")
        _check_unit(self.unit)

    @cached_property
    def since_ms(self) -> int:
        """``since`` in milliseconds."""
        return duration_ms(self.since)


@dataclass(frozen=True)
class Plausible:
    """Values outside are the sensor's fault: they are shown as such and never make a report of this rule."""

    from_: float
    to: float

    def __post_init__(self) -> None:
        if self.from_ >= self.to:
            raise ValueError("from is less than to")


@dataclass(frozen=True)
class Rule:
    """One rule.

    ``observes`` are names or definitions of observed properties, compared without case and accents; ``unit`` that of
    all
    its numbers. An episode begins where ``when`` has held ``for`` so long, with no silence longer than ``gap`` in it;
    it ends where the opposite was seen, and stays ended for ``rest``: what begins again earlier is the same episode.
    ``longest`` is how long an episode may last before the rule itself is to be looked at.
    """

    id: Written
    title: Sentence
    observes: tuple[Written, ...]
    when: When
    class_: Written
    text: Sentence
    unit: str = ""
    for_: str = "0 s"
    gap: str = "6 h"
    rest: str = "1 h"
    longest: str = "90 d"
    during: Optional[During] = None
    together: Optional[Together] = None
    plausible: Optional[Plausible] = None
    urgency: Optional[Urgency] = None
    line: int = 0

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f"the id '{self.id}' is not in snake_case")
        if not self.observes:
            raise ValueError("observes names what is measured")
        if self.when.kind not in ("silent", "is") and not self.unit.strip():
            raise ValueError('unit is missing: a number without its unit means nothing ("1" where it has none)')
        _check_unit(self.unit)
        if self.gap_ms <= 0:
            raise ValueError("gap is longer than 0")
        if self.when.kind in ("stuck", "silent") and self.for_ms <= 0:
            raise ValueError(f"for says how long a sensor has to be {self.when.kind}")
        if self.during is not None and self.when.kind == "silent":
            raise ValueError("a silence can't be limited to a time of day: at other times nothing would count as heard")
        if self.together is not None and self.when.kind in ("silent", "stuck"):
            raise ValueError(f"together means nothing with {self.when.kind}")
        if self.longest_ms < max(self.for_ms, self.rest_ms, 1):
            raise ValueError("longest is shorter than for or rest: no episode would end")
        for sentence in (self.text.fr, self.text.en):
            _check_sentence(sentence)

    @cached_property
    def for_ms(self) -> int:
        """``for`` in milliseconds."""
        return duration_ms(self.for_)

    @cached_property
    def gap_ms(self) -> int:
        """``gap`` in milliseconds."""
        return duration_ms(self.gap)

    @cached_property
    def rest_ms(self) -> int:
        """``rest`` in milliseconds."""
        return duration_ms(self.rest)

    @cached_property
    def longest_ms(self) -> int:
        """``longest`` in milliseconds."""
        return duration_ms(self.longest)

    def reads(self, *names: str) -> bool:
        """Say whether one of these names of an observed property is among those that the rule reads."""
        return reads(self.observes, names)


def reads(observes: Iterable[str], names: Iterable[str]) -> bool:
    """Say whether one of ``names`` is one of ``observes``, without case and accents."""
    wanted = {folded(name) for name in observes}
    return any(folded(name) in wanted for name in names if name)


@dataclass(frozen=True)
class RuleFile:
    """A file of rules; their ids differ."""

    version: Literal["1"]
    rules: tuple[Rule, ...]

    def __post_init__(self) -> None:
        if not self.rules:
            raise ValueError("there is no rule")
        seen: set[str] = set()
        for rule in self.rules:
            if rule.id in seen:
                raise ValueError(f"the id '{rule.id}' is used twice")
            seen.add(rule.id)


def rule_names() -> tuple[str, ...]:
    """Return the names of the shipped files of rules."""
    return tuple(sorted(path.stem for path in resources.path("sensors", "rules").glob("*.yaml")))


def load_rules(name: str | Path, classes: Taxonomy) -> tuple[Rule, ...]:
    """Read the rules of a shipped file by its name, or of another by its path.

    Raises
    ------
    UsageError
        There is no such file.
    DataError
        The file differs from :class:`RuleFile`, or a class is none of the taxonomy; ``where`` is its line.
    """
    path = Path(name)
    if path.suffix not in (".yaml", ".yml"):
        if str(name) not in rule_names():
            step = f"Choose one of {', '.join(rule_names())}, or give the path of a .yaml file"
            raise UsageError(f"There are no rules named {name}", next_step=step)
        path = resources.path("sensors", "rules", f"{name}.yaml")
    rules = checked_yaml.load(path, RuleFile).rules
    known = {str(entry.id) for entry in classes.classes}
    for rule in rules:
        if rule.class_ not in known or rule.class_ == "none":
            raise DataError(f"there is no class '{rule.class_}'", where=f"{path}:{rule.class_.line}")
    return rules


def _check_unit(unit: str) -> None:
    if unit.strip() and units.find(unit) is None:
        raise ValueError(f"the unit '{unit}' is not known; units.yaml lists the codes")


def _check_sentence(text: str) -> None:
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError as error:
        raise ValueError(f"the text can't be read: {error}") from error
    for _, name, form, conversion in parts:
        if name is not None and (name not in FIELDS or form or conversion):
            raise ValueError(f"the text names {{{name}}}; known are {', '.join(sorted(FIELDS))}")
