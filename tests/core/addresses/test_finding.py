"""From what people write to the address."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigma_communes.core import addresses
from sigma_communes.core.addresses.parsing import parse
from sigma_communes.core.addresses.wording import wording

REPUBLIQUE = "Rue de la République"


@pytest.mark.parametrize(
    ("text", "number", "street", "commune"),
    [
        ("12 bis rue de la République, Aubagne", "12 bis", REPUBLIQUE, "Aubagne"),
        ("12BIS RUE DE LA REPUBLIQUE 13005 AUBAGNE", "12 bis", REPUBLIQUE, "Aubagne"),
        ("12b r. de la republique aubagne", "12 bis", REPUBLIQUE, "Aubagne"),
        ("aubagne, république rue de la 12", "12", REPUBLIQUE, "Aubagne"),
        ("12 rue de la Répbulique Aubgane", "12", REPUBLIQUE, "Aubagne"),
        ("12 rue de la Républiqe Aubagne", "12", REPUBLIQUE, "Aubagne"),
        ("12 rue de la republik Aubagne", "12", REPUBLIQUE, "Aubagne"),
        ("12 RueDeLaRépublique Aubagne", "12", REPUBLIQUE, "Aubagne"),
        ("dépôt devant le 12 rue de la République, Aubagne", "12", REPUBLIQUE, "Aubagne"),
        ("appt 3 bat B 12 rue de la République Aubagne cedex", "12", REPUBLIQUE, "Aubagne"),
        ("12-14 rue de la République Aubagne", "12", REPUBLIQUE, "Aubagne"),
        ("7A av de Marseille Aubagne", "7 a", "Avenue de Marseille", "Aubagne"),
        ("8 rue du 8 mai Aubagne", "8", "Rue du 8 Mai 1945", "Aubagne"),
        ("rue du huit mai 1945, Aubagne", "", "Rue du 8 Mai 1945", "Aubagne"),
        ("10 r st pierre 13005 Marseille", "10", "Rue Saint-Pierre", "Marseille"),
        ("1 bd Michelet 13009 Marseille", "1", "Boulevard Michelet", "Marseille"),
        ("Les Passons Aubagne", "", "Les Passons", "Aubagne"),
    ],
)
def test_what_is_written_finds_the_address(
    finder: addresses.Finder, text: str, number: str, street: str, commune: str
) -> None:
    best = finder.find(text)[0]
    assert (best.number, best.street, best.commune) == (number, street, commune)


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("rue Paradis 13008", "13208_0050"),
        ("rue Paradis Marseille 6e", "13206_0050"),
        ("400 rue Paradis 8ème arrondissement Marseille", "13208_0050_00400"),
        ("40 rue Paradis 13206", "13206_0050_00040"),
    ],
)
def test_the_arrondissement_is_said_in_any_way(finder: addresses.Finder, text: str, id: str) -> None:
    best = finder.find(text)[0]
    assert (best.id, best.insee, best.commune) == (id, "13055", "Marseille")


def test_the_kinds_and_the_metres(finder: addresses.Finder) -> None:
    texts = ("11 rue de la république", "7 rue de la république", "rue de la république", "Les Passons", "")
    found = {text: finder.find(f"{text} Aubagne")[0] for text in texts}
    assert [one.kind for one in found.values()] == ["number", "interpolated", "street", "locality", "commune"]
    between = found["7 rue de la république"]
    assert between.lon == pytest.approx(5.5706)  # between 3 at 5.5702 and 11 at 5.5710
    assert between.accuracy_m > found["11 rue de la république"].accuracy_m
    assert found[""].id == "13005"


def test_another_kind_of_way_is_not_placed_without_a_person(finder: addresses.Finder) -> None:
    assert finder.find("5 impasse de Marseille Aubagne")[0].score < addresses.scores().place_from


def test_the_same_name_in_two_places_is_not_placed_without_a_person(finder: addresses.Finder) -> None:
    assert finder.find("rue Paradis Marseille")[0].score < addresses.scores().place_from


def test_beside_an_address_is_less_exact(finder: addresses.Finder) -> None:
    on, beside = (
        finder.find("12 rue de la République Aubagne")[0],
        finder.find("face au 12 rue de la République Aubagne")[0],
    )
    assert beside.id == on.id
    assert beside.accuracy_m > on.accuracy_m


def test_two_streets_meet_where_they_are_nearest(finder: addresses.Finder) -> None:
    best = finder.find("angle rue Paradis et rue Dragon, Marseille")[0]
    assert best.label == "Rue Paradis / Rue Dragon, 13006 Marseille"
    assert best.lon == pytest.approx(5.37805)


def test_a_commune_of_the_map_is_known_without_any_street(finder: addresses.Finder) -> None:
    best = finder.find("Aurons")[0]
    assert (best.kind, best.insee) == ("commune", "13008")


def test_typing_finds_from_the_beginning_of_a_word(finder: addresses.Finder) -> None:
    assert finder.find("rue de la répu", unfinished=True)[0].street == REPUBLIQUE


def test_many_at_once_are_as_one_by_one(finder: addresses.Finder) -> None:
    texts = ["12 rue de la République Aubagne", "", "rue Paradis 13008", "zzz", "Aurons"] * 120
    answers = finder.answers(texts, most=1)
    by_text = {int(t): finder.candidate(answers, i) for i, t in enumerate(answers.text)}
    for i, text in enumerate(texts[:5]):
        alone = finder.find(text, most=1)
        assert [by_text[i]] == alone if alone else i not in by_text
    assert by_text[595] == by_text[0]


@given(st.text(max_size=60))
def test_any_text_is_taken(finder: addresses.Finder, text: str) -> None:
    for one in finder.find(text):
        assert 0.0 <= one.score <= 1.0
        assert np.isfinite([one.lon, one.lat, one.accuracy_m]).all()


@given(st.text(max_size=60))
def test_parsing_holds_no_more_than_was_written(text: str) -> None:
    asked = parse(text)
    assert all(number.at <= len(asked.words) for number in asked.numbers)
    assert len(asked.code) in (0, 4, 5, 6)


def test_words_have_one_spelling() -> None:
    assert wording().words("Bd. du Gal-de-Gaulle") == wording().words("BOULEVARD DU GÉNÉRAL DE GAULLE")
    assert wording().sound("gaulle") == wording().sound("gole")
