# SPDX-License-Identifier: GPL-2.0-or-later
"""Words, numbers and dates in French and English, side by side in one page.

The sentences are data (``resources/templates/bulletin.yaml``). Each is given in both languages at once, in two
``span lang=…``; the page shows one of them. Where both say the same (``12``), it is written once.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional, Union

from markupsafe import Markup, escape

from ..base.bilingual import Bilingual
from ..errors import DataError

NARROW = "\u202f"
HARD = "\u00a0"
_MONTHS = {
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
_SHORT_MONTHS = {
    "fr": ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
}


Said = Union[str, Bilingual]
"""Plain text (a proper name, the same in every language) or a text in both languages."""


@dataclass(frozen=True)
class Sentence(Bilingual):
    """A sentence of the template file; ``fr_one`` and ``en_one`` are its singulars, chosen by the value ``n``."""

    fr_one: Optional[str] = None
    en_one: Optional[str] = None

    def form(self, language: str, n: Optional[float]) -> str:
        """Return the form that goes with ``n``: in French 0 and 1 are singular, in English 1 alone."""
        if language == "fr":
            return self.fr_one if n is not None and abs(n) < 2 and self.fr_one is not None else self.fr
        return self.en_one if n is not None and abs(n) == 1 and self.en_one is not None else self.en


@dataclass(frozen=True)
class Short:
    """A day to be written short: ``21 nov. 2026``."""

    day: dt.date


@dataclass(frozen=True)
class Share:
    """A part of a whole, 0..1, to be written as a percentage."""

    value: float


def number(value: float, language: str, digits: int = 0) -> str:
    """Return a number as it is written: ``12 345,6`` (narrow no-break spaces) in French, ``12,345.6`` in English."""
    text = f"{value:,.{digits}f}"
    return text.replace(",", NARROW).replace(".", ",") if language == "fr" else text


def percent(value: float, language: str) -> str:
    """Return a part (0..1) as a whole percentage; what is not nothing never becomes ``0 %``."""
    if 0 < value < 0.01:
        text = "< 1"
    elif 0.99 < value < 1:
        text = "99"
    else:
        text = str(math.floor(value * 100 + 0.5))
    return f"{text}{NARROW}%" if language == "fr" else f"{text}%"


def date(day: dt.date, language: str) -> str:
    """Return ``1er mars 2026`` or ``1 March 2026``."""
    number_of_day = "1er" if day.day == 1 and language == "fr" else str(day.day)
    return f"{number_of_day}{HARD}{_MONTHS[language][day.month - 1]} {day.year}"


def short_date(day: dt.date, language: str) -> str:
    """Return ``21 nov. 2026`` or ``21 Nov 2026``."""
    return f"{day.day}{HARD}{_SHORT_MONTHS[language][day.month - 1]}{HARD}{day.year}"


def date_and_time(moment: dt.datetime, language: str) -> str:
    """Return ``21 novembre 2026 à 9 h 05`` or ``21 November 2026 at 9:05``, as the clock of ``moment`` shows it."""
    if language == "fr":
        return f"{date(moment, 'fr')} à {moment.hour}{HARD}h{HARD}{moment.minute:02d}"
    return f"{date(moment, 'en')} at {moment.hour}:{moment.minute:02d}"


def french_spacing(text: str) -> str:
    """Put the no-break spaces that French typography asks for before ``: ; ! ? % »`` and after ``«``."""
    text = re.sub(r" (?=[;!?%])", NARROW, text)
    return re.sub(r" (?=[:»])|(?<=«) ", HARD, text)


class Wording:
    """The sentences of a page, filled in.

    Parameters
    ----------
    sentences : Mapping[str, Sentence]
        By key; plain text with ``{values}``.
    """

    def __init__(self, sentences: Mapping[str, Sentence]) -> None:
        self._sentences = sentences

    def say(self, key: str, *, tag: str = "span", **values: Any) -> Markup:
        """Return the sentence ``key`` in both languages.

        Values may be numbers (``n`` chooses singular or plural), dates, :class:`Short`, :class:`Share`,
        texts and bilingual texts. ``tag`` is the element around each language (``tspan`` inside SVG text).

        Raises
        ------
        DataError
            There is no such sentence, or it names a value that was not given.
        """
        if key not in self._sentences:
            raise DataError(f"There is no sentence '{key}'", where="resources/templates/bulletin.yaml")
        sentence, n = self._sentences[key], values.get("n")
        return _side_by_side(
            _fill(key, french_spacing(sentence.form("fr", n)), "fr", values),
            _fill(key, sentence.form("en", n), "en", values),
            tag,
        )

    def value(self, value: Any, tag: str = "span") -> Markup:
        """Return one value, escaped, in both languages where they differ."""
        return _side_by_side(escape(_said(value, "fr")), escape(_said(value, "en")), tag)


def _fill(key: str, form: str, language: str, values: Mapping[str, Any]) -> Markup:
    try:
        # The format of an escaped text escapes its values too.
        return escape(form).format(**{name: _said(value, language) for name, value in values.items()})
    except (KeyError, IndexError) as error:
        raise DataError(f"The sentence '{key}' names a value that it is not given: {error}") from error


def _said(value: Any, language: str) -> str:
    """Return a value as it is said in one language (markup stays markup)."""
    if isinstance(value, str):
        return value
    if isinstance(value, Share):
        return percent(value.value, language)
    if isinstance(value, Short):
        return short_date(value.day, language)
    if isinstance(value, dt.datetime):
        return date_and_time(value, language)
    if isinstance(value, dt.date):
        return date(value, language)
    if isinstance(value, float):
        return _rounded(value, language)
    if isinstance(value, int):
        return number(value, language)
    return str(value.fr if language == "fr" else value.en)


def _rounded(value: float, language: str) -> str:
    """Return a measure with two significant digits, or all of its whole part, without zeros at its end."""
    digits = max(0, 1 - math.floor(math.log10(abs(value)))) if value else 0
    text = number(value, language, digits)
    return text.rstrip("0").rstrip(",.") if digits else text


def _side_by_side(fr: Markup, en: Markup, tag: str) -> Markup:
    if fr == en:
        return fr
    return Markup('<{tag} lang="fr">{fr}</{tag}><{tag} lang="en">{en}</{tag}>').format(tag=tag, fr=fr, en=en)
