# SPDX-License-Identifier: GPL-2.0-or-later
"""Reading a rule book, and the sentences that say why."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sigma_communes.core import routing
from sigma_communes.core.errors import DataError
from sigma_communes.core.routing.rulebook import RuleBook, commune_key, sentence

BOOK = """\
version: 1
title: {fr: Essai, en: Trial}
teams:
  roads: {fr: Voirie Est, en: Roads East, contact: voirie@example.org}
  desk: {fr: À qualifier, en: Qualification desk}
territories:
  east: {fr: Pays d'Aubagne, en: Aubagne country, communes: [13005, Auriol]}
layers:
  metro: {fr: voies métropolitaines, en: metropolitan roads}
rules:
  - {id: bare, class: road_damage, team: roads}
  - id: full
    class: [group:roads, waste]
    urgency: [high, normal]
    commune: 13005
    territory: east
    class_from: [photo, person]
    confidence: {at_least: 0.5, below: 0.725}
    period: {months: [8, 6], weekdays: [sun, sat], from: 2026-06-01, to: 2026-09-30}
    near: {layer: metro, within: 12.5}
    ambiguous: false
    outside: false
    water: true
    team: roads
    when: {fr: voirie communale, en: the commune's roads}
default: {team: desk}
"""


def _load(tmp_path: Path, text: str) -> RuleBook:
    path = tmp_path / "book.yaml"
    path.write_text(text, encoding="utf-8")
    return routing.load(path)


def test_a_rule_book_is_read_with_its_lines(tmp_path: Path) -> None:
    book = _load(tmp_path, BOOK)
    assert [(rule.id, rule.line) for rule in book.rules] == [("bare", 11), ("full", 12)]
    assert book.teams["roads"].contact == "voirie@example.org"
    assert book.territories["east"].communes == ("13005", "Auriol")
    assert book.layers_needed == ("metro",)
    assert book.example is False


def test_the_sentence_in_both_languages(tmp_path: Path) -> None:
    book = _load(tmp_path, BOOK)
    assert sentence(book, 1, class_name="Chaussée dégradée", commune="Aubagne", language="fr") == (
        "Voirie Est — parce que : chaussée dégradée · Aubagne · règle 1 (bare)"
    )
    assert sentence(book, 1, class_name="Damaged road", commune="", language="en") == (
        "Roads East — because: damaged road · commune unknown · rule 1 (bare)"
    )
    assert sentence(book, None, class_name="", commune="Aubagne", language="fr") == (
        "À qualifier — parce que : classe à qualifier · Aubagne · aucune règle ne convient, équipe par défaut"
    )


def test_every_condition_is_said(tmp_path: Path) -> None:
    book = _load(tmp_path, BOOK)
    said = sentence(book, 2, class_name="Déchets", commune="Aubagne", territories=("east",), language="fr")
    assert said == (
        "Voirie Est — parce que : déchets · Aubagne · territoire : Pays d'Aubagne · urgence forte ou urgence normale · "
        "classe vue sur la photo ou classe choisie par une personne · "
        "confiance d'au moins 50\u00a0% et inférieure à 72,5\u00a0% · en juin ou août · le samedi ou dimanche · "
        "à partir du 01/06/2026 · jusqu'au 30/09/2026 · à 12,5 m au plus : voies métropolitaines · position sûre · "
        "dans le territoire · en pleine eau · règle 2 (voirie communale)"
    )
    said = sentence(book, 2, class_name="Waste", commune="Aubagne", territories=("east",), language="en")
    assert said == (
        "Roads East — because: waste · Aubagne · territory: Aubagne country · high urgency or normal urgency · "
        "class seen on the photo or class chosen by a person · confidence of at least 50% and below 72.5% · "
        "in June or August · on Saturday or Sunday · from 2026-06-01 · until 2026-09-30 · "
        "within 12.5 m: metropolitan roads · position not ambiguous · inside the territory · on open water · "
        "rule 2 (the commune's roads)"
    )


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Saint-Zacharie", "ST ZACHARIE"),
        ("Le Puy-Sainte-Réparade", "le puy ste reparade"),
        ("L'Estaque", "l’estaque"),
        ("Éguilles", "Eguilles"),
        ("13005", " 13005 "),
    ],
)
def test_names_of_communes_are_compared_without_their_dress(a: str, b: str) -> None:
    assert commune_key(a) == commune_key(b)


def test_names_of_communes_keep_their_plural() -> None:
    assert commune_key("Marle") != commune_key("Marles")


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("id: bare", "id: full", 12, "used in line 11"),
        ("id: bare", "id: Bare", 11, "snake_case"),
        ("id: bare", "id: default", 11, "reserved"),
        ("id: bare, ", "", 11, "'id' is missing"),
        (", team: roads}", "}", 11, "'team' is missing"),
        ("class: road_damage", "klass: road_damage", 11, "unknown key 'klass'"),
        ("class: road_damage", "class: []", 11, "an empty list never holds"),
        ("class: road_damage", "class: {a: b}", 11, "text is due here"),
        ("class: road_damage", "class_from: camera", 11, "'camera' is not one of"),
        ("class: road_damage", "urgency: soon", 11, "'soon' is not one of"),
        ("class: road_damage", "confidence: {}", 11, "'at_least' or 'below' is missing"),
        ("class: road_damage", "confidence: {below: 70}", 11, "between 0 and 1"),
        ("class: road_damage", "confidence: {below: .nan}", 11, "finite"),
        ("class: road_damage", "period: {}", 11, "is missing"),
        ("class: road_damage", "period: {months: [13]}", 11, "from 1 to 12"),
        ("class: road_damage", "period: {weekdays: [samedi]}", 11, "one of mon"),
        ("class: road_damage", "period: {from: summer}", 11, "a date"),
        ("class: road_damage", "near: {layer: metro, within: -1}", 11, "0 or more"),
        ("class: road_damage", "near: [{layer: metro, within: 1}]", 11, "a mapping"),
        ("class: road_damage", "ambiguous: perhaps", 11, "true or false"),
        ("communes: [13005, Auriol]", "communes: []", 7, "missing or empty"),
        ("default: {team: desk}", "", 1, "'default' is missing"),
        ("version: 1", "version: 2", 1, "one of 1"),
    ],
)
def test_a_form_that_is_wrong_is_said_with_its_line(tmp_path: Path, old: str, new: str, line: int, says: str) -> None:
    assert old in BOOK
    with pytest.raises(DataError, match=re.escape(says)) as caught:
        _load(tmp_path, BOOK.replace(old, new, 1))
    assert caught.value.where == f"{tmp_path / 'book.yaml'}:{line}"
