# SPDX-License-Identifier: GPL-2.0-or-later
"""The shipped taxonomy, its icons and its words; and what is refused in another one."""

from __future__ import annotations

import csv
import re
from collections import Counter
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from sigma_communes import resources
from sigma_communes.core import taxonomy
from sigma_communes.core.errors import DataError
from sigma_communes.core.taxonomy import Taxonomy

MODEL_LABELS = ("waste", "graffiti", "road_damage", "none")

# Pairs of DansMaRue that say nothing of what is wrong: their reports go to a person.
TO_QUALIFY = {
    ("Objets abandonnés", "[] A requalifier de ramen"),
    ("Propreté", "[] Patrouille propreté DT"),
    ("Propreté", "[] Patrouille propreté Fonctionnelle"),
    ("Propreté", "[] Patrouille propreté Mission Propreté"),
    ("Propreté", "[] Renfort Fonctionnelle"),
    ("Propreté", "[] Dispositif bison futé"),
    ("Activités commerciales et professionnelles", "Étalages et terrasses à usage commercial : Autre"),
    (
        "Activités commerciales et professionnelles",
        "Nuisances lumineuses : Eclairages gênants de commerces, bureaux ou panneaux lumineux",
    ),
    (
        "Activités commerciales et professionnelles",
        "Prospectus utilisant frauduleusement le logo et / ou les couleurs de la Ville de Paris",
    ),
}


@pytest.fixture(scope="module")
def shipped() -> Taxonomy:
    return taxonomy.load()


def test_the_model_labels_are_classes(shipped: Taxonomy) -> None:
    assert all(label in shipped for label in MODEL_LABELS)
    assert "" not in shipped
    known = [entry.id for entry in shipped.classes if shipped.has_photo_model(entry.id, MODEL_LABELS)]
    assert sorted(known) == sorted(MODEL_LABELS)


def test_every_class_says_what_a_photo_model_makes_of_it(shipped: Taxonomy) -> None:
    assert shipped.photo_remark("waste", MODEL_LABELS, "fr") == ""
    assert shipped.photo_remark("overflowing_bin", MODEL_LABELS, "fr") == (
        "sur photo, vu comme « Déchets et dépôts sauvages »"
    )
    assert shipped.photo_remark("overflowing_bin", MODEL_LABELS, "en") == "on a photo, seen as “Waste and dumping”"
    assert shipped.photo_remark("street_light", MODEL_LABELS, "fr") == "pas encore de modèle"
    assert shipped.photo_remark("overflowing_bin", ["graffiti"], "en") == "no model yet"
    # A commune that trained a head of its own needs no change here.
    assert shipped.photo_remark("street_light", ["street_light"], "en") == ""


def test_every_group_has_classes_and_a_colour_of_its_own(shipped: Taxonomy) -> None:
    assert all(shipped.members(group.id) for group in shipped.groups)
    assert len({group.colour for group in shipped.groups}) == len(shipped.groups) == 13
    assert 30 <= len(shipped.classes) <= 40
    assert shipped.members("no such group") == ()


def test_names_are_distinct_and_short(shipped: Taxonomy) -> None:
    for language in ("fr", "en"):
        names = [getattr(entry, language) for entry in shipped.classes]
        assert len(set(names)) == len(names)
        assert all(0 < len(name) <= 40 and name == name.strip() for name in names)


def _seen(colour: str, matrix: list[list[float]]) -> np.ndarray:
    """CIE L*a*b* of an sRGB colour seen through a matrix on linear RGB."""
    srgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ np.clip(np.array(matrix) @ linear, 0, 1) / np.array([0.9505, 1, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


# Machado, Oliveira & Fernandes (2009), severity 1.
VISION = {
    "normal": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}


@pytest.mark.parametrize("vision", VISION)
def test_colours_stay_apart(shipped: Taxonomy, vision: str) -> None:
    seen = [_seen(group.colour, VISION[vision]) for group in shipped.groups]
    assert min(float(np.linalg.norm(a - b)) for a, b in combinations(seen, 2)) > 13


def test_icons_are_small_safe_and_different(shipped: Taxonomy) -> None:
    shapes = set()
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    for entry in shipped.classes:
        path = shipped.icon(entry.id)
        root = etree.fromstring(path.read_bytes(), parser)
        assert root.get("viewBox") == "0 0 16 16"
        assert path.stat().st_size < 1500
        tags = {etree.QName(node).localname for node in root.iter(tag=etree.Element)}
        assert tags <= {"svg", "path", "circle", "rect"}
        assert shipped.colour(entry.id) in path.read_text(encoding="utf-8")
        shapes.add(re.sub("#[0-9A-F]{6}", "", path.read_text(encoding="utf-8")))
    assert len(shapes) == len(shipped.classes)
    shipped_icons = {path.name for path in resources.path("icons", "classes").glob("*.svg")}
    assert shipped_icons == {entry.icon for entry in shipped.classes}


def test_an_unknown_class_is_named_and_refused(shipped: Taxonomy) -> None:
    assert shipped.name("", "fr") == "À qualifier"
    assert shipped.name("", "en") == "To qualify"
    assert shipped.name("own_class", "en") == "own_class"
    assert shipped.colour("own_class") == shipped.colour("") == "#999999"
    assert shipped.urgency("") == ""
    assert shipped.urgency("road_damage") == "high"
    with pytest.raises(DataError, match="no class 'own_class'"):
        shipped.get("own_class")


# --- words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "class_id", "evidence", "how"),
    [
        ({"service_name": "Pothole in Street"}, "road_damage", ("Pothole in Street",), "service"),
        ({"service_name": "Road - Pot hole"}, "road_damage", ("Road - Pot hole",), "service"),
        ({"service_name": "Alley Light Out", "service_code": "4f9"}, "street_light", ("Alley Light Out",), "service"),
        ({"service_name": "Cans left out 24x7"}, "overflowing_bin", ("Cans left out 24x7",), "service"),
        ({"service_name": "GRAFFITI_REMOVAL"}, "graffiti", ("GRAFFITI_REMOVAL",), "service"),
        ({"service_code": "Potholes"}, "road_damage", ("Potholes",), "service"),
        ({"service_name": "Wilde Müllkippe, Sperrmüll"}, "waste", ("Wilde Müllkippe, Sperrmüll",), "service"),
        ({"service_name": "Laterne defekt"}, "street_light", ("Laterne defekt",), "service"),
        ({"service_name": "Nids-de-poule"}, "road_damage", ("Nids-de-poule",), "service"),
        ({"service_name": "12", "group": "Graffiti"}, "graffiti", ("Graffiti",), "group"),
        ({"service_name": "Sanisette"}, "street_furniture", ("Sanisette",), "name"),
        (
            {"service_name": "Sanisette", "group": "Graffitis, tags, affiches et autocollants"},
            "graffiti", ("Sanisette",), "service",
        ),
        ({"service_name": "Banc  détérioré - Bagatelle, cassé"}, "street_furniture", ("Banc  détérioré",), "name"),
        (
            {"description": "Bonjour, un énorme NID DE POULE devant le n° 12"},
            "road_damage", ("NID DE POULE",), "description",
        ),
        ({"description": "nids-de-poule"}, "road_damage", ("nids-de-poule",), "description"),
        ({"description": "le lampadaire est encore éteint"}, "street_light", ("lampadaire … éteint",), "description"),
        ({"description": "la poubelle du parc déborde"}, "overflowing_bin", ("poubelle … déborde",), "description"),
        ({"description": "des sacs-poubelle et un matelas"}, "waste", ("sacs-poubelle", "matelas"), "description"),
        ({"description": "tag antisémite sur l'abribus"}, "hate_graffiti", ("tag antisémite",), "description"),
        ({"description": "un trou dans la chaussée et un tag"}, "", ("trou … chaussée", "tag"), "ambiguous"),
        ({"description": "sur le trottoir, devant le parc"}, "", (), ""),
        ({"description": "il faut tagger le code, vintage"}, "", (), ""),
        ({"description": "Guten Tag"}, "", (), ""),
        ({"service_name": "Other"}, "", ("Other",), "to qualify"),
        ({"service_name": "Autre", "description": "fuite d'eau"}, "water_leak", ("fuite d'eau",), "description"),
        ({"service_name": "Graffiti", "description": "nid de poule"}, "graffiti", ("Graffiti",), "service"),
        ({}, "", (), ""),
    ],
)  # fmt: skip
def test_words(shipped: Taxonomy, words: dict[str, str], class_id: str, evidence: tuple[str, ...], how: str) -> None:
    assert shipped.class_from_words(**words)[:3] == (class_id, evidence, how)


def test_evidence_keeps_the_accents_of_the_text(shipped: Taxonomy) -> None:
    decomposed = "De\u0301chet sauvage"
    assert shipped.class_from_words(description=decomposed).evidence == ("Déchet",)


def test_the_screen_can_say_it(shipped: Taxonomy) -> None:
    match = shipped.class_from_words(description="gros nid de poule")
    assert match.sentence("fr") == "d'après ses mots : « nid de poule »"
    assert match.sentence("en") == "from its words: “nid de poule”"
    assert shipped.class_from_words(service_name="Tags").sentence("fr") == "d'après sa catégorie : « Tags »"
    unclear = shipped.class_from_words(description="tag, nid de poule")
    assert unclear.sentence("en") == "its words speak of several problems: “tag”, “nid de poule”"
    assert shipped.class_from_words(description="bonjour").sentence("fr") == ""


def test_many_reports_at_once(shipped: Taxonomy) -> None:
    ids, matches = shipped.classes_from_words(service_name=["Tags", "", "Other"], description=["", "seringue", "?"])
    assert ids.tolist() == ["graffiti", "hazardous_waste", ""]
    assert [match.how for match in matches] == ["service", "description", "to qualify"]
    assert ids.dtype == object
    assert shipped.classes_from_words()[0].size == 0


@given(st.text(max_size=200))
def test_any_text_gives_a_known_class_or_none(text: str) -> None:
    shipped = taxonomy.load()
    for match in (shipped.class_from_words(description=text), shipped.class_from_words(service_name=text, group=text)):
        assert match.class_id == "" or match.class_id in shipped
        assert bool(match.evidence) == (match.how != "")


@given(st.sampled_from(["déchets", "matelas", "tag", "nid de poule", "rat", "feu", "panne"]), st.integers(1, 400))
def test_a_word_repeated_stays_quick_and_itself(word: str, times: int) -> None:
    shipped = taxonomy.load()
    once = shipped.class_from_words(description=word)
    assert shipped.class_from_words(description=" ".join([word] * times)).class_id == once.class_id


@given(st.text(max_size=40))
def test_folding_is_stable(text: str) -> None:
    folded = taxonomy.fold(text)
    assert folded == taxonomy.fold(text.upper()) or "ß" in text or not text.isascii()
    assert folded == " ".join(folded.split())


@pytest.mark.shared
def test_every_pair_of_dansmarue_has_a_class_but_those_that_say_nothing(shared: Path, shipped: Taxonomy) -> None:
    with (shared / "reports" / "dansmarue_marseille.csv").open(encoding="utf-8-sig", newline="") as file:
        pairs = Counter((row["type"], row["soustype"]) for row in csv.DictReader(file))
    assert len(pairs) == 237
    without = set()
    for (kind, subtype), _ in pairs.items():
        match = shipped.class_from_words(group=kind, service_name=subtype)
        assert match.how in ("service", "to qualify")
        if not match.class_id:
            without.add((kind, subtype))
    assert without == TO_QUALIFY
    covered = sum(count for pair, count in pairs.items() if pair not in TO_QUALIFY)
    assert covered / sum(pairs.values()) > 0.95


@pytest.mark.shared
def test_every_recorded_service_of_giessen_has_a_class(shared: Path, shipped: Taxonomy) -> None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    tree = etree.parse(str(shared / "reports" / "open311" / "services_giessen.xml"), parser)
    names = [node.text or "" for node in tree.iter("service_name")]
    assert len(names) == 8
    assert all(shipped.class_from_words(service_name=name).how == "service" for name in names)


# --- another taxonomy ---------------------------------------------------------------------------------------------

SMALL = """\
version: 1
groups:
  - {id: roads, fr: Voirie, en: Roads, colour: "#333333"}
classes:
  - {id: road_damage, group: roads, fr: Trou, en: Hole, icon: road_damage.svg, urgency: high}
  - {id: crack, group: roads, fr: Fissure, en: Crack, icon: road_damage.svg, urgency: low, seen_as: road_damage}
services:
  - source: x
    names:
      road_damage: [Holes]
      crack: [Cracks]
vocabularies:
  - source: y
    types:
      - type: Road
        subtypes:
          road_damage: [Deep]
phrases:
  road_damage: {sure: [hole]}
  crack: {sure: [crack], hint: [line + road]}
"""


def _write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "taxonomy.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_taxonomy_of_ones_own(tmp_path: Path) -> None:
    own = taxonomy.load(_write(tmp_path, SMALL))
    assert [entry.id for entry in own.classes] == ["road_damage", "crack"]
    assert own.class_from_words(description="a line across the road").class_id == "crack"
    assert own.class_from_words(description="a line across the road, and a hole").class_id == "road_damage"
    assert own.class_from_words(service_name="Deep").class_id == "road_damage"
    assert own.icon("crack").is_file()


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("id: crack", "id: road_damage", 6, "used twice"),
        ("id: crack", "id: Crack", 6, "snake_case"),
        ("id: crack", "id: to_qualify", 6, "reserved"),
        ("{id: crack, group: roads", "{id: crack, group: river", 6, "no group 'river'"),
        ("seen_as: road_damage", "seen_as: water", 6, "no other class 'water'"),
        ("seen_as: road_damage", "seen_as: crack", 6, "no other class 'crack'"),
        ("urgency: low", "urgency: soon", 6, "one of low, normal, high"),
        ("Fissure, en: Crack, icon: road_damage.svg", "Fissure, en: Crack, icon: no.svg", 6, "no icon"),
        ("Fissure, en: Crack, icon: road_damage.svg", "Fissure, en: Crack, icon: ../../taxonomy.yaml", 6, "no icon"),
        ('"#333333"', '"#33333"', 3, "not #RRGGBB"),
        ('"#333333"', "red", 3, "not #RRGGBB"),
        ("crack: [Cracks]", "crack: [hole]", 11, "another class in line 10"),
        ("crack: [Cracks]", "cracks: [Cracks]", 11, "no class 'cracks'"),
        ("crack: [Cracks]", "crack: ['?!']", 11, "holds no word"),
        ("road_damage: [Deep]", "crack: [Deep]\n          road_damage: [Deep]", 18, "another class in line 17"),
        ("road_damage: [Deep]", "cracks: [Deep]", 17, "no class 'cracks'"),
        ("crack: {sure: [crack]", "cracks: {sure: [crack]", 20, "no class 'cracks'"),
        ("sure: [crack]", "sure: [HOLE]", 20, "another class in line 19"),
        ("line + road", "line +", 20, "holds no word"),
        ("version: 1", "version: 2", 1, "one of 1"),
        ("version: 1", "version: 1\nextra: 1", 2, "unknown key"),
    ],
)
def test_a_taxonomy_that_does_not_hold_together(tmp_path: Path, old: str, new: str, line: int, says: str) -> None:
    assert old in SMALL
    path = _write(tmp_path, SMALL.replace(old, new, 1))
    with pytest.raises(DataError, match=re.escape(says)) as caught:
        taxonomy.load(path)
    assert caught.value.where == f"{path}:{line}"
