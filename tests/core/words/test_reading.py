# SPDX-License-Identifier: GPL-2.0-or-later
"""What words say: names first, then phrases and likeness; several problems, or none, stay to qualify."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sigma_communes.core import taxonomy, words
from sigma_communes.core.base.language import sentence
from sigma_communes.core.errors import ModelError
from sigma_communes.core.words import classifier
from sigma_communes.core.words.ngrams import COLUMNS, columns_of, counted


def read(**row: str) -> words.Reading:
    return words.read(taxonomy.load(), **{name: [value] for name, value in row.items()})


@pytest.mark.parametrize(
    ("row", "class_id", "how"),
    [
        ({"service_name": "Graffiti"}, "graffiti", "service"),
        ({"description": "gros nid de poule"}, "road_damage", "description"),
        ({"description": "le lampadère est cassé"}, "street_light", "description"),
        ({"description": "salissures et débris"}, "waste", "likeness"),
        ({"description": "poubele du parc deborde"}, "overflowing_bin", "description"),
        ({"description": "pot holes on the hill"}, "road_damage", "description"),
        ({"description": "papiers gras autour du toboggan"}, "waste", "description"),
        ({"description": "Le lampadaire a été réparé, merci"}, "", "solved"),
        ({"description": "Le lampadaire n'a pas été réparé, il est éteint"}, "street_light", "description"),
        ({"description": "il n'y a plus de déchets"}, "", ""),
        ({"description": "le lampadaire ne marche plus"}, "street_light", "description"),
        ({"description": "the bin is overflowing, rubbish everywhere"}, "overflowing_bin", "description"),
        ({"description": "Egouts bouchés et malodorants"}, "blocked_drain", "description"),
        ({"description": "un trou dans la chaussée et un tag"}, "", "ambiguous"),
        ({"service_name": "Autre", "description": "fuite d'eau"}, "water_leak", "description"),
        ({"service_name": "Autre"}, "", "to qualify"),
        ({"description": "bonjour"}, "", ""),
        ({"description": "sur le trottoir, devant le parc"}, "", ""),
        ({"description": "Les horaires de la bibliothèque pourraient être élargis"}, "", ""),
        ({}, "", ""),
    ],
)
def test_words(row: dict[str, str], class_id: str, how: str) -> None:
    reading = read(**{"service_name": "", **row})
    assert (reading.class_id[0], reading.matches[0].how) == (class_id, how)
    assert np.isclose(reading.probability.sum(), 1)


def test_likeness_says_which_words_counted() -> None:
    match = read(description="salissures et débris").matches[0]
    assert "salissures" in match.evidence
    assert match.sentence("fr").startswith("d'après des mots proches d'autres signalements : « ")


def test_of_several_problems_each_is_offered_first() -> None:
    assert set(read(description="un trou dans la chaussée et un tag").offered[0][:2]) == {"road_damage", "graffiti"}
    assert read(description="").offered == [()]


def test_who_writes_is_not_read() -> None:
    text = "Mme Poubelle, 3 rue du Trou, 06 39 98 12 34, tag@example.org: le lampadaire est éteint"
    assert read(description=text).matches[0].evidence == ("lampadaire … éteint",)


def test_a_known_name_outweighs_all_but_leaves_room_for_doubt() -> None:
    reading = read(service_name="Graffiti", description="nid de poule")
    at = reading.classifier.labels.index("graffiti")
    assert 0.98 <= reading.probability[0, at] < 1


def test_phrases_that_the_classifier_doubts_give_no_class() -> None:
    text = "gros nid de poule"
    deaf = replace(words.load(), phrase_bonus=0.0, weight=-words.load().weight)
    found = words.read(taxonomy.load(), description=[text], classifier=deaf)
    assert found.class_id[0] != "road_damage"
    assert found.matches[0].evidence == ("nid de poule",)


def test_of_another_taxonomy_only_its_own_classes_come(tmp_path: Path) -> None:
    small = tmp_path / "small.yaml"
    small.write_text(
        "version: 1\ngroups:\n  - {id: roads, fr: Voirie, en: Roads, colour: '#333333'}\nclasses:\n"
        "  - {id: road_damage, group: roads, fr: Trou, en: Hole, icon: road_damage.svg, urgency: high}\n"
        "  - {id: crack, group: roads, fr: Fissure, en: Crack, icon: road_damage.svg, urgency: low}\n"
        "phrases:\n  crack: {sure: [fissure]}\n",
        encoding="utf-8",
    )
    rows = ["nid de poule", "lampadaire éteint", "une fissure"]
    found = words.read(taxonomy.load(small), description=rows).class_id.tolist()
    assert found[1] != "street_light" and found[2] == "crack"
    assert set(found) <= {"road_damage", "crack", ""}


@given(st.text(max_size=200))
def test_any_text_gives_a_known_class_or_none(text: str) -> None:
    reading = read(description=text)
    assert reading.class_id[0] == "" or reading.class_id[0] in taxonomy.load()
    assert np.isfinite(reading.probability).all()
    assert reading.said[0] == bool(text.strip())


@example("0\U0001d4d0")  # a mathematical A
@given(st.text(max_size=60))
def test_case_accents_and_punctuation_do_not_count(text: str) -> None:
    columns, values = counted(text)
    assert ((columns >= 0) & (columns < COLUMNS)).all()
    assert np.isclose(np.linalg.norm(values), 1) or not len(values)
    again = counted(f"«{' '.join(taxonomy.plain_words(text))}»!")
    # Remarks in brackets, e-mails, numbers and names are left out as they are written.
    assert np.array_equal(again[0], columns) or sentence.impersonal(text) != text or "[" in text


def test_pieces_are_marked_at_both_ends() -> None:
    assert len(columns_of("nid")) == 3 + 2 + 1
    assert len(columns_of("a")) == 0


def test_a_classifier_comes_back_from_its_file(tmp_path: Path) -> None:
    shipped = words.load()
    classifier.write(tmp_path / "words.npz", shipped)
    again = words.load(tmp_path / "words.npz")
    assert again.labels == shipped.labels and again.threshold == shipped.threshold
    np.testing.assert_allclose(again.weight, shipped.weight, atol=1e-6)


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04broken"])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "words.npz"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="can't be read"):
        words.load(path)


def test_a_file_of_other_shapes_is_refused(tmp_path: Path) -> None:
    shipped = words.load()
    classifier.write(tmp_path / "words.npz", replace(shipped, weight=shipped.weight[:100]))
    with pytest.raises(ModelError, match="another format"):
        words.load(tmp_path / "words.npz")
