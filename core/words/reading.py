# SPDX-License-Identifier: GPL-2.0-or-later
"""The class that the words of many reports give, and how likely each class is by them.

A name that a vocabulary lists decides. Otherwise the classifier reads name and description; a class that phrases name
gets a bonus. It is answered where it is likely enough, or where phrases and classifier name the same one. Words that
speak of several problems give none: a person qualifies the report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from ..base.columns import objects
from ..taxonomy import TO_QUALIFY, Taxonomy, WordsMatch
from .classifier import TextClassifier, load

Array = NDArray[Any]
_OFFERED = 3
_KNOWN_NAME = 0.98
"""What a name that a vocabulary lists is worth as a probability: people choose wrong categories, too."""


@dataclass(frozen=True)
class Reading:
    """What the words of n reports say.

    ``class_id``: object array, ``""`` where they give none; ``matches``: the words themselves and where they stood;
    ``probability (n, labels)``: how likely each of the ``classifier``'s labels is by the words alone. ``said (n,)``:
    whether there were any words to read; where not, all classes are alike. ``texts``: the words that were read.
    """

    class_id: Array
    matches: list[WordsMatch]
    classifier: TextClassifier
    probability: Array
    said: Array
    texts: list[str]

    offered: list[tuple[str, ...]]
    """The classes to choose from, best first, at most three: those that phrases name, then the likeliest."""


def read(
    taxonomy: Taxonomy,
    *,
    service_name: Optional[Sequence[str]] = None,
    group: Optional[Sequence[str]] = None,
    service_code: Optional[Sequence[str]] = None,
    description: Optional[Sequence[str]] = None,
    classifier: Optional[TextClassifier] = None,
) -> Reading:
    """Read many reports; columns of one length, or None, as in GeoReport v2.

    Raises
    ------
    ModelError
        The shipped classifier is missing or damaged.
    """
    classifier = classifier or load()
    _, matches = taxonomy.classes_from_words(
        service_name=service_name, group=group, service_code=service_code, description=description
    )
    n = len(matches)
    blank = [""] * n
    columns = (service_name or blank, group or blank, service_code or blank, description or blank)
    known = np.array([label in taxonomy or label == TO_QUALIFY for label in classifier.labels])
    read_once = lru_cache(maxsize=4096)(lambda text, match: _read(text, match, classifier, known))
    probability = np.full((n, len(classifier.labels)), 1 / len(classifier.labels))
    said = np.zeros(n, bool)
    found: list[WordsMatch] = []
    texts = [_text(*row, match=match) for match, row in zip(matches, zip(*columns))]
    for i, (match, text) in enumerate(zip(matches, texts)):
        said[i] = bool(text.strip())
        if said[i]:
            match, probability[i] = read_once(text, match)
        found.append(match)
    class_id = objects(match.class_id for match in found)
    return Reading(
        class_id, found, classifier, probability, said, texts, _offered(found, probability, said, classifier)
    )


def _offered(
    found: list[WordsMatch], probability: Array, said: NDArray[np.bool_], classifier: TextClassifier
) -> list[tuple[str, ...]]:
    quiet = np.array([label == TO_QUALIFY for label in classifier.labels])
    best = np.argsort(np.where(quiet, 1.0, -probability), axis=1, kind="stable")[:, :_OFFERED]
    out = []
    for match, row, any_words in zip(found, best, said):
        likely = [classifier.labels[i] for i in row] if any_words and match.how != "solved" else []
        first = (match.class_id, *match.classes) if match.class_id else match.classes
        out.append(tuple(dict.fromkeys([*first, *likely]))[:_OFFERED])
    return out


def _text(name: str, group: str, code: str, description: str, *, match: WordsMatch) -> str:
    """Return what is to be read; a name that says nothing of what is wrong is left out, a group is a last resort."""
    if match.how == "to qualify":
        return description
    head = name or ("" if code.isdigit() else code)
    return f"{head} {description}" if head or description else group


def _read(text: str, match: WordsMatch, classifier: TextClassifier, known: Array) -> tuple[WordsMatch, Array]:
    if match.how == "solved":
        return match, np.full(len(known), 1 / len(known))
    scores = np.where(known, classifier.scores(text), -np.inf)
    at = [classifier.labels.index(name) for name in match.classes or (match.class_id,) if name in classifier.labels]
    scores[at] += classifier.phrase_bonus
    scaled = scores / classifier.temperature
    p = np.exp(scaled - scaled.max())
    p = p / p.sum()
    own = classifier.labels.index(match.class_id) if match.class_id in classifier.labels else -1
    if match.how in ("service", "group") and own >= 0:
        p = (1 - _KNOWN_NAME) * p
        p[own] += _KNOWN_NAME
        return match, p
    label = classifier.labels[best := int(p.argmax())]
    if match.how == "ambiguous" or match.class_id == label or (match.class_id and own < 0):
        return match, p
    if p[best] >= classifier.threshold and label != TO_QUALIFY:
        return WordsMatch(label, classifier.words_that_count(text, label), "likeness", match.classes), p
    return (match._replace(class_id="", how="ambiguous") if match.class_id else match), p
