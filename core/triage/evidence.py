# SPDX-License-Identifier: GPL-2.0-or-later
"""Which class an incident has, and who says so: a person, its photo, its words, or photo and words together.

A person's decision comes first. Where photo and words both speak, their log-odds add up
(:mod:`~.classify.fusion`): they may give a narrower class than the photo model knows, or one that neither was sure
enough of; where each alone gives a class of another family, a person qualifies the report. Else the photo counts, then
the words. A photo that seems to show no disorder does not outweigh words that name one.
"""

from __future__ import annotations

import json
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from .. import words
from ..base.columns import empty_text
from ..model import Columns
from ..taxonomy import Language, Taxonomy, WordsMatch
from ..words import Reading, TextClassifier
from .fusion import fused

_NOTHING = "none"
_LANGUAGE: Language = "fr"
"""What is written into a workspace is read by agents."""


def classes_of(table: Columns, taxonomy: Taxonomy, classifier: Optional[TextClassifier] = None) -> Columns:
    """Return ``class``, ``confidence``, ``class_from`` and ``evidence`` of a table of evidence.

    The table is that of :meth:`~.store.Workspace.read_evidence`; ``confidence`` is NaN where no photo took part.
    ``classifier`` reads the words, by default the shipped one.

    Raises
    ------
    ModelError
        The shipped text classifier is missing or damaged.
    """
    names = {"service_name": "service_name", "group": "service_group", "service_code": "service_code"}
    reading = words.read(
        taxonomy,
        **{name: table[column].tolist() for name, column in names.items()},
        description=table["description"].tolist(),
        classifier=classifier,
    )
    said, decided, photo = reading.class_id, table["decided"], table["photo_label"]
    by_person = decided != ""
    by_photo = ~by_person & (photo != "") & ((photo != _NOTHING) | (said == ""))
    by_words = ~by_person & ~by_photo & (said != "")
    source = empty_text(len(said))
    for mask, name in ((by_person, "person"), (by_photo, "photo"), (by_words, "words")):
        source[mask] = name
    evidence = empty_text(len(said))
    evidence[:] = [match.sentence(_LANGUAGE) for match in reading.matches]
    evidence[by_person | by_photo] = ""
    columns: Columns = {
        "class": np.where(by_person, decided, np.where(by_photo, photo, said)),
        "confidence": np.where(by_photo, table["photo_score"], np.nan),
        "class_from": source,
        "evidence": evidence,
    }
    _with_both(columns, table, reading, ~by_person & reading.said & (table["photo_top"] != ""), taxonomy)
    return columns


def _with_both(columns: Columns, table: Columns, reading: Reading, both: NDArray[np.bool_], taxonomy: Taxonomy) -> None:
    """Fill in the rows where photo and words speak together, or against each other."""
    seen_as = {str(entry.id): entry.seen_as for entry in taxonomy.classes}
    families = {str(entry.id): str(entry.group) for entry in taxonomy.classes}
    for i in np.flatnonzero(both):
        photo = _guesses(table["photo_top"][i])
        if not photo or photo[0][0] == _NOTHING:
            continue
        match, answered = reading.matches[i], bool(table["photo_label"][i])
        found = fused(
            reading.probability[i], reading.classifier.labels, match.class_id, photo,
            answered=answered, seen_as=seen_as, families=families,
        )  # fmt: skip
        if found.contradiction:
            seen = taxonomy.name(photo[0][0], _LANGUAGE)
            text = f"la photo montre « {seen} », mais {match.sentence(_LANGUAGE)}"
            _put(columns, i, "", np.nan, "", text)
        elif found.class_id:
            text = f"d'après la photo et {_words(reading, i, found.class_id)}"
            _put(columns, i, found.class_id, found.confidence, "photo+words", text)


def _put(columns: Columns, i: int, class_id: str, confidence: float, source: str, evidence: str) -> None:
    for name, value in zip(("class", "confidence", "class_from", "evidence"), (class_id, confidence, source, evidence)):
        columns[name][i] = value


def _words(reading: Reading, i: int, class_id: str) -> str:
    match = reading.matches[i]
    if match.class_id != class_id:
        match = WordsMatch(class_id, reading.classifier.words_that_count(reading.texts[i], class_id), "likeness")
    return match.sentence(_LANGUAGE).replace("d'après ", "", 1)


def _guesses(top: Any) -> list[tuple[str, float]]:
    return [(str(guess["label"]), float(guess["score"])) for guess in json.loads(top)]
