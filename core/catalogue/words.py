# SPDX-License-Identifier: GPL-2.0-or-later
"""Words as the index knows them: without accents and endings, the same when a record is stored and when it is sought.

The stemmer is light, for French and English at once, as records mix both: Jacques Savoy's minimal French stemmer
(plural, feminine; "Light stemming approaches for the French, Portuguese, German and Hungarian languages", SAC 2006)
with plain English plurals. It only shortens, so a stem is nearly always what a person has typed so far of a word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from ... import resources
from ..base import checked_yaml
from ..model import Record
from ..store.catalogue_rows import folded, folded_words

_STOP = frozenset(
    ("a", "au", "aux", "avec", "d", "dans", "de", "des", "du", "en", "et", "l", "la", "le", "les", "leur", "ou", "par")
    + ("pour", "s", "sa", "se", "ses", "sur", "un", "une", "an", "and", "by", "for", "from", "in", "of", "on", "or")
    + ("the", "to", "with")
)
_DOUBLED = re.compile(r"([a-z])\1")
_ABSTRACT = 3000
_SHORTEST_BEGINNING = len('"abc"')


@dataclass(frozen=True)
class Abbreviations:
    """The file ``abbreviations.yaml``: short form to long form."""

    abbreviations: Mapping[str, str]


_SINGULARS = (
    ("eaux", "eau"),
    ("aux", "al"),
    ("ail", "al"),
    ("ss", "ss"),
    ("us", "us"),
    ("is", "is"),
    ("s", ""),
    ("x", ""),
)
"""Endings of words and what takes their place, the first that fits: réseaux, communaux, travail, "press", "bus"."""


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Return the stem of a folded word: ``eclairages`` and ``eclairage`` → ``eclairag``, ``ecoles`` → ``ecol``."""
    if len(word) < 4 or not word.isalpha():
        return word
    for ending, singular in _SINGULARS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            word = word[: len(word) - len(ending)] + singular
            break
    while len(word) > 4 and word[-1] == "e":
        word = word[:-1]
    if len(word) > 5 and word.endswith("ier"):
        word = word[:-2]
    if len(word) > 3 and word[-1] == "y":
        word = word[:-1] + "i"
    return _DOUBLED.sub(r"\1", word)


def stems(text: str) -> list[str]:
    """Return the stems of a text, in its order."""
    return [stem(word) for word in folded_words(text)]


def record_words(record: Record) -> tuple[str, str, str, str]:
    """Return the stems of title, keywords, organisation and abstract, with what abbreviations in them stand for."""
    layers = (link.layer for link in record.links if link.layer)
    keywords = " ".join((*record.keywords, *record.inspire_themes, *record.iso_topics, *dict.fromkeys(layers)))
    title = stems(record.title)
    words = stems(keywords)
    abstract = stems(record.abstract[:_ABSTRACT])
    return (
        " ".join(_both_forms(title)),
        " ".join(_both_forms(words)),
        " ".join(stems(record.organisation)),
        " ".join(abstract),
    )


def _both_forms(found: list[str]) -> list[str]:
    """Add to stems the long form of each abbreviation, and the abbreviations of all long forms.

    What is added counts too: PLUi gives "plan local d'urbanisme intercommunal", and that has a PLU in it.
    """
    known, telling = _abbreviations()
    present = telling.intersection(found)
    if not present:
        return found
    added: list[str] = []
    for short, long, _ in known:
        if short in present:
            added += long.split()
    text = f" {' '.join([*found, *added])} "
    present = telling.intersection(found).union(added)
    for short, long, first in known:
        if first in present and short not in present and f" {long} " in text:
            added.append(short)
    return [*found, *added]


@lru_cache(maxsize=1)
def _abbreviations() -> tuple[tuple[tuple[str, str, str], ...], frozenset[str]]:
    """Return (short, long, first of the long) in stems, and the stems without which none of them is there."""
    listed = checked_yaml.load(resources.path("catalogue", "abbreviations.yaml"), Abbreviations).abbreviations
    pairs = [(stem(folded(short)), " ".join(stems(long))) for short, long in listed.items()]
    known = tuple((short, long, long.partition(" ")[0]) for short, long in pairs)
    return known, frozenset(stem for short, _, first in known for stem in (short, first))


def match_all(text: str) -> str:
    """Return the FTS5 query for records that have all words of a text."""
    return " AND ".join(_terms(text))


def match_beginnings(text: str) -> str:
    """Return the FTS5 query for records that have for each word of a text one that begins with it: plu, PLUi.

    It finds what :func:`match_all` finds and more. Words of one or two letters and numbers stay whole words, but for
    the last one, which may not be typed to its end.
    """
    terms = _terms(text)
    found = [f"{term} *" if len(term) >= _SHORTEST_BEGINNING and not term[1:-1].isdigit() else term for term in terms]
    if found and text[-1:].isalnum():
        found[-1] = f"{terms[-1]} *"
    return " AND ".join(found)


def match_any(text: str) -> str:
    """Return the FTS5 query for records that have any word of a text, or one that begins with its last one."""
    terms = _terms(text)
    if terms and text[-1:].isalnum():
        terms[-1] += " *"
    return " OR ".join(terms)


def _terms(text: str) -> list[str]:
    """Return the stems of the words that tell something, quoted: then they are words for FTS5, even "near" or "or"."""
    words = folded_words(text)
    telling = [word for word in words if word not in _STOP and (len(word) > 1 or word.isdigit())] or words
    return list(dict.fromkeys(f'"{stem(word)}"' for word in telling))
