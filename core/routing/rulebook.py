# SPDX-License-Identifier: GPL-2.0-or-later
"""The rule book: teams, territories and ordered rules, read from YAML, and the sentences that say why.

The first rule whose conditions all hold gives the team; a list in a condition means “one of these”; a condition
that is left out always holds. The form is told in ``resources/routing/metropole-example.yaml``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal, Optional, Union

from ... import resources
from ..base import checked_yaml
from ..base.bilingual import Bilingual
from ..base.checked_yaml import Written
from ..errors import DataError
from ..taxonomy import Language, plain_words

OneOrMore = Union[Written, tuple[Written, ...]]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLASS_FROM = {
    "photo": ("photo", "photo+words"), "words": ("words",), "person": ("person",), "unknown": ("",)
}  # fmt: skip
"""The words of the rule book for the values of the column ``class_from``. A photo that words agree with is a photo."""

_ID = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Team(Bilingual):
    """Who does the work; ``contact`` is free text (a mailbox, a telephone number)."""

    contact: str = ""
    line: int = 0


@dataclass(frozen=True)
class Territory(Bilingual):
    """A named set of communes, by INSEE code or name."""

    communes: tuple[Written, ...] = ()
    line: int = 0

    def __post_init__(self) -> None:
        if not self.communes:
            raise ValueError("territory: 'communes' is missing or empty")


@dataclass(frozen=True)
class Confidence:
    """The model's probability: ``at_least`` <= value < ``below``; only for incidents whose class is from a photo."""

    at_least: Optional[float] = None
    below: Optional[float] = None
    line: int = 0

    def __post_init__(self) -> None:
        if self.at_least is None and self.below is None:
            raise ValueError("confidence: 'at_least' or 'below' is missing")
        if any(bound is not None and not 0 <= bound <= 1 for bound in (self.at_least, self.below)):
            raise ValueError("confidence lies between 0 and 1")


@dataclass(frozen=True)
class Period:
    """Days of the report (UTC): months 1 to 12, weekdays, dates from ``from`` to ``to``, both included."""

    months: tuple[int, ...] = ()
    weekdays: tuple[Weekday, ...] = ()
    from_: Optional[date] = None
    to: Optional[date] = None
    line: int = 0

    def __post_init__(self) -> None:
        if not (self.months or self.weekdays or self.from_ or self.to):
            raise ValueError("period: 'months', 'weekdays', 'from' or 'to' is missing")
        if any(not 1 <= month <= 12 for month in self.months):
            raise ValueError("period: months are numbers from 1 to 12")


@dataclass(frozen=True)
class Near:
    """At most ``within`` metres from a feature of ``layer``; the distance is the column ``near:<layer>``."""

    layer: Written
    within: float
    line: int = 0

    def __post_init__(self) -> None:
        if self.within < 0:
            raise ValueError("near: 'within' is a distance in metres, 0 or more")


@dataclass(frozen=True)
class Rule:
    """One rule: its conditions and its team. ``when`` are words that say in short what the rule is for."""

    id: Written
    team: Written
    class_: Optional[OneOrMore] = None
    urgency: Optional[OneOrMore] = None
    commune: Optional[OneOrMore] = None
    territory: Optional[OneOrMore] = None
    class_from: Optional[OneOrMore] = None
    confidence: Optional[Confidence] = None
    period: Optional[Period] = None
    near: Optional[Near] = None
    ambiguous: Optional[bool] = None
    outside: Optional[bool] = None
    water: Optional[bool] = None
    when: Optional[Bilingual] = None
    line: int = 0

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id) or self.id == "default":
            raise ValueError(f"rule id '{self.id}' is not in snake_case, or reserved")
        for key in ("class_", "urgency", "commune", "territory", "class_from"):
            if getattr(self, key) == ():
                raise ValueError(f"{key.rstrip('_')}: an empty list never holds; leave the key out to take all")
        for key, known in (("urgency", ("low", "normal", "high")), ("class_from", tuple(CLASS_FROM))):
            for value in one_or_more(getattr(self, key)) or ():
                if value not in known:
                    raise ValueError(f"{key}: '{value}' is not one of {', '.join(known)}")


@dataclass(frozen=True)
class Default:
    """Where an incident goes that no rule takes."""

    team: Written
    when: Optional[Bilingual] = None
    line: int = 0


@dataclass(frozen=True)
class _File:
    version: Literal["1"]
    title: Bilingual
    default: Default
    teams: dict[str, Team]
    rules: tuple[Rule, ...]
    territories: dict[str, Territory] = field(default_factory=dict)
    layers: dict[str, Bilingual] = field(default_factory=dict)
    example: bool = False


@dataclass(frozen=True)
class RuleBook:
    """A rule book as read; rules are numbered from 1 in sentences and findings.

    ``example`` says that nobody has adapted it yet: screens and bulletins show that.
    """

    path: Path
    title: Bilingual
    example: bool
    teams: dict[str, Team]
    territories: dict[str, Territory]
    layers: dict[str, Bilingual]
    rules: tuple[Rule, ...]
    default: Default

    @property
    def layers_needed(self) -> tuple[str, ...]:
        """Layers whose distances (columns ``near:<layer>``, metres) the rules ask for."""
        return tuple(dict.fromkeys(str(rule.near.layer) for rule in self.rules if rule.near is not None))


def example_path() -> Path:
    """Return the path of the shipped example, a rule book for the metropolis to be adapted."""
    return resources.path("routing", "metropole-example.yaml")


def load(path: Optional[Path] = None) -> RuleBook:
    """Read a rule book, by default the shipped example.

    Names that the book uses (classes, communes, teams, layers) are compared by :func:`~.checking.check`.

    Raises
    ------
    DataError
        The file can't be read or differs from the form; ``where`` is ``file:line``.
    """
    path = example_path() if path is None else Path(path)
    file = checked_yaml.load(path, _File)
    seen: dict[str, int] = {}
    for rule in file.rules:
        if rule.id in seen:
            raise DataError(f"rule id '{rule.id}' is used in line {seen[rule.id]} too", where=f"{path}:{rule.line}")
        seen[rule.id] = rule.line
    return RuleBook(path, file.title, file.example, file.teams, file.territories, file.layers, file.rules, file.default)


def one_or_more(value: Optional[OneOrMore]) -> Optional[tuple[Written, ...]]:
    """Return a condition's values as a tuple; None where the condition is left out."""
    return (value,) if isinstance(value, Written) else value


def commune_key(name_or_code: str) -> str:
    """Return what makes a commune's name comparable: no case, accents, hyphens; ``St`` is ``Saint``.

    >>> commune_key("St-Zacharie") == commune_key("SAINT ZACHARIE")
    True
    """
    long = {"st": "saint", "ste": "sainte"}
    return " ".join(long.get(word, word) for word in plain_words(name_or_code))


# --- sentences ----------------------------------------------------------------------------------------------------

_BETWEEN = " · "
_MONTHS: dict[Language, tuple[str, ...]] = {
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"),  # noqa: E501 - a table
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),  # noqa: E501 - a table
}  # fmt: skip
_DAYS: dict[Language, tuple[str, ...]] = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_SAID: dict[str, Bilingual] = {
    "photo": Bilingual(fr="classe vue sur la photo", en="class seen on the photo"),
    "words": Bilingual(fr="classe tirée des mots du signalement", en="class taken from the report's words"),
    "person": Bilingual(fr="classe choisie par une personne", en="class chosen by a person"),
    "unknown": Bilingual(fr="classe inconnue", en="class unknown"),
    "low": Bilingual(fr="urgence faible", en="low urgency"),
    "normal": Bilingual(fr="urgence normale", en="normal urgency"),
    "high": Bilingual(fr="urgence forte", en="high urgency"),
    "ambiguous": Bilingual(
        fr="position ambiguë, près d'une limite de commune", en="ambiguous position, near a commune's boundary"
    ),
    "not ambiguous": Bilingual(fr="position sûre", en="position not ambiguous"),
    "outside": Bilingual(fr="hors du territoire", en="outside the territory"),
    "not outside": Bilingual(fr="dans le territoire", en="inside the territory"),
    "water": Bilingual(fr="en pleine eau", en="on open water"),
    "not water": Bilingual(fr="à terre", en="on land"),
    "to qualify": Bilingual(fr="classe à qualifier", en="class to be qualified"),
    "no commune": Bilingual(fr="commune inconnue", en="commune unknown"),
    "default": Bilingual(fr="aucune règle ne convient, équipe par défaut", en="no rule applies, default team"),
}
_OR: Bilingual = Bilingual(fr=" ou ", en=" or ")


def conditions_said(rule: Rule, rulebook: RuleBook, language: Language) -> list[str]:
    """Say a rule's conditions other than class, commune and territory, each a phrase that stands alone."""
    out = []
    for values in (rule.urgency, rule.class_from):
        said = [_SAID[value].in_language(language) for value in one_or_more(values) or ()]
        if said:
            out.append(_OR.in_language(language).join(said))
    if rule.confidence is not None:
        out.append(_confidence_said(rule.confidence, language))
    if rule.period is not None:
        out.extend(_period_said(rule.period, language))
    if rule.near is not None:
        name = (
            rulebook.layers[rule.near.layer].in_language(language)
            if rule.near.layer in rulebook.layers
            else rule.near.layer
        )
        distance = _number(rule.near.within, language)
        out.append(f"à {distance} m au plus : {name}" if language == "fr" else f"within {distance} m: {name}")
    for key in ("ambiguous", "outside", "water"):
        flag = getattr(rule, key)
        if flag is not None:
            out.append(_SAID[key if flag else f"not {key}"].in_language(language))
    return out


def sentence(
    rulebook: RuleBook,
    number: Optional[int],
    *,
    class_name: str,
    commune: str,
    territories: tuple[str, ...] = (),
    language: Language,
) -> str:
    """Say which team is in charge and why.

    Parameters
    ----------
    number : int or None
        The rule's number, from 1; None for the default team.
    class_name, commune : str
        The incident's own; ``""`` where unknown.
    territories : tuple of str
        Ids of the rule's territories that hold the commune.

    Returns
    -------
    str
        E.g. ``Voirie Est — parce que : chaussée dégradée · Aubagne · règle 7 (voirie communale)``. Parts stand side
        by side and never inside a phrase, so that no article, gender or elision depends on them.
    """
    rule = rulebook.rules[number - 1] if number is not None else None
    team = rulebook.teams[rule.team if rule is not None else rulebook.default.team].in_language(language)
    said = {key: text.in_language(language) for key, text in _SAID.items()}
    parts = [_lower_first(class_name) or said["to qualify"], commune or said["no commune"]]
    if rule is None:
        words = rulebook.default.when
        parts.append(said["default"] + (f" ({words.in_language(language)})" if words is not None else ""))
    else:
        names = [rulebook.territories[territory].in_language(language) for territory in territories]
        if names:
            parts.append(("territoire : " if language == "fr" else "territory: ") + ", ".join(names))
        parts += conditions_said(rule, rulebook, language)
        why = rule.when.in_language(language) if rule.when is not None else rule.id
        parts.append(f"{'règle' if language == 'fr' else 'rule'} {number} ({why})")
    return f"{team} — {'parce que : ' if language == 'fr' else 'because: '}{_BETWEEN.join(parts)}"


def _lower_first(name: str) -> str:
    # “Chaussée dégradée” goes on as “chaussée dégradée”; an acronym stays.
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def _number(value: float, language: Language) -> str:
    text = f"{value:g}"
    return text.replace(".", ",") if language == "fr" else text


def _percent(value: float, language: Language) -> str:
    return _number(round(100 * value, 6), language) + ("\u00a0%" if language == "fr" else "%")


def _confidence_said(confidence: Confidence, language: Language) -> str:
    bounds = []
    if confidence.at_least is not None:
        said = _percent(confidence.at_least, language)
        bounds.append(f"d'au moins {said}" if language == "fr" else f"of at least {said}")
    if confidence.below is not None:
        said = _percent(confidence.below, language)
        bounds.append(f"inférieure à {said}" if language == "fr" else f"below {said}")
    return ("confiance " if language == "fr" else "confidence ") + (" et " if language == "fr" else " and ").join(
        bounds
    )


def _period_said(period: Period, language: Language) -> list[str]:
    out = []
    if period.months:
        names = [_MONTHS[language][month - 1] for month in sorted(set(period.months))]
        out.append(("en " if language == "fr" else "in ") + _OR.in_language(language).join(names))
    if period.weekdays:
        names = [_DAYS[language][i] for i, day in enumerate(WEEKDAYS) if day in period.weekdays]
        out.append(("le " if language == "fr" else "on ") + _OR.in_language(language).join(names))
    if period.from_ is not None:
        out.append(("à partir du " if language == "fr" else "from ") + _date(period.from_, language))
    if period.to is not None:
        out.append(("jusqu'au " if language == "fr" else "until ") + _date(period.to, language))
    return out


def _date(day: date, language: Language) -> str:
    return day.strftime("%d/%m/%Y") if language == "fr" else day.isoformat()
