# SPDX-License-Identifier: GPL-2.0-or-later
"""The check of a rule book: exact against every incident of a small world, and the shipped example."""

from __future__ import annotations

import json
import math
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from sigma_communes.core import routing, taxonomy, territory
from sigma_communes.core.routing import check, checking, route
from sigma_communes.core.routing.checking import Finding, uncovered_pairs, unreachable_rules

from .books import COMMUNES, CONDITIONS, FLAGS, NEAR, PERIOD, book, rules_of, small_taxonomy

PLACES = [*COMMUNES.items(), ("", "")]
CLASSES = ["hole", "mark", "bag", ""]
FROMS = ["photo", "words", "person", ""]
# Every value that a bound of the drawn rules can tell from another.
CONFIDENCES = [0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0, math.nan]
DISTANCES = [0.0, 7.0, 15.0, 30.0, 40.5, 1e9, math.nan]
DAYS = [np.datetime64("NaT"), *np.arange("2023-11-01", "2028-05-01", dtype="datetime64[D]")]
FLAG = [False, True]


def world(**axes: list[Any]) -> dict[str, np.ndarray]:
    """Return one incident for each combination of the values of the axes."""
    rows = list(product(*axes.values()))
    out: dict[str, np.ndarray] = {}
    for i, name in enumerate(axes):
        values = [row[i] for row in rows]
        if name == "place":
            for j, part in enumerate(("insee", "commune")):
                out[part] = np.array([value[j] for value in values], dtype=object)
        elif name in ("class", "class_from"):
            out[name] = np.array(values, dtype=object)
        elif name == "reported_at":
            out[name] = np.array(values, dtype="datetime64[s]")
        else:
            out[name.replace("near_metro", "near:metro")] = np.array(values)
    return out


def assert_exact(rules: list[dict[str, Any]], incidents: dict[str, np.ndarray]) -> None:
    rulebook = book(rules)
    out = route(incidents, rulebook, small_taxonomy())
    reached = set(out["rule"])
    unreached = [i for i in range(1, len(rules) + 1) if f"r{i}" not in reached]
    assert unreachable_rules(rulebook, small_taxonomy(), COMMUNES) == unreached

    ordinary = (out["class"] != "") & (out["insee"] != "")
    for flag in ("ambiguous", "outside", "water"):
        if flag in out:
            ordinary &= ~out[flag]
    expected: dict[tuple[str, str], list[bool]] = {}
    for class_id, insee, rule in zip(out["class"][ordinary], out["insee"][ordinary], out["rule"][ordinary]):
        expected.setdefault((class_id, insee), []).append(rule == "default")
    assert uncovered_pairs(rulebook, small_taxonomy(), COMMUNES) == {
        pair: all(defaults) for pair, defaults in expected.items() if any(defaults)
    }

    # What the person reads agrees with it.
    findings = check(rulebook, small_taxonomy(), COMMUNES)
    never = {finding.line for finding in findings if "never appl" in finding.message or "can never" in finding.message}
    assert never == {rulebook.rules[i - 1].line for i in unreached}
    assert all(finding.next_step for finding in findings)


PLAIN = world(**{"class": CLASSES, "place": PLACES, "class_from": FROMS, "confidence": CONFIDENCES})
FLAGGED = world(
    **{"class": CLASSES, "place": PLACES, "class_from": FROMS, "ambiguous": FLAG, "outside": FLAG, "water": FLAG}
)
PLACED = world(**{"class": CLASSES, "place": PLACES, "near_metro": DISTANCES, "water": FLAG, "confidence": [0.5]})
DATED = world(**{"class": ["hole", "bag", ""], "place": PLACES[1:], "reported_at": DAYS})


@given(rules_of(CONDITIONS, size=9))
def test_exact_on_classes_places_and_confidence(rules: list[dict[str, Any]]) -> None:
    assert_exact(rules, PLAIN)


@given(rules_of({k: v for k, v in CONDITIONS.items() if k != "confidence"}, FLAGS, FLAGS))
def test_exact_on_flags(rules: list[dict[str, Any]]) -> None:
    assert_exact(rules, FLAGGED)


@given(rules_of({k: CONDITIONS[k] for k in ("class", "territory")}, NEAR, {"water": FLAGS["water"]}))
def test_exact_on_distances(rules: list[dict[str, Any]]) -> None:
    assert_exact(rules, PLACED)


@given(rules_of(PERIOD, {"class": CONDITIONS["class"]}))
@settings(max_examples=30)
def test_exact_on_days(rules: list[dict[str, Any]]) -> None:
    # Marking and Aubagne are left out of this world to keep it small: nothing there may decide.
    rulebook = book(rules)
    out = route(DATED, rulebook, small_taxonomy())
    reached = set(out["rule"])
    found = unreachable_rules(rulebook, small_taxonomy(), COMMUNES)
    for i, rule in enumerate(rules, start=1):
        if "mark" in rule.get("class", []) or "group:roads" in rule.get("class", []):
            assert i not in found or f"r{i}" not in reached
        else:
            assert (i in found) == (f"r{i}" not in reached)


# --- findings -----------------------------------------------------------------------------------------------------


def messages(rules: list[dict[str, Any]], **more: Any) -> list[tuple[str, str]]:
    findings = check(book(rules, **more), small_taxonomy(), COMMUNES)
    return [(finding.severity, finding.message) for finding in findings]


EVERYTHING: dict[str, Any] = {"class": ["hole", "mark", "bag"]}


def test_unknown_names_are_errors_with_their_line() -> None:
    rules = [
        {"class": ["hole", "hol"], "team": "t1"},
        {"class": "group:road"},
        {"commune": ["13005", "Paris"]},
        {"territory": "north"},
        {"near": {"layer": "rails", "within": 5}},
        EVERYTHING,
    ]
    rulebook = book(rules)
    text = rulebook.rules
    errors = [f for f in check(rulebook, small_taxonomy(), COMMUNES) if f.severity == "error"]
    assert [f.message for f in errors] == [
        "There is no class 'hol'",
        "There is no group of classes 'group:road'",
        "There is no commune 'Paris' in the territory",
        "There is no territory 'north'",
        "There is no layer 'rails'",
    ]
    assert errors[0].next_step == "Did you mean 'hole'?"
    assert errors[4].next_step == "Known: metro"
    assert all(text[i].line < error.line <= text[i].line + 6 for i, error in enumerate(errors))


def test_an_unknown_team_is_an_error_and_an_unused_one_a_warning() -> None:
    teams = {name: {"fr": name, "en": name} for name in ("rest", "t1", "idle")}
    said = messages([EVERYTHING, {"outside": True}], teams=teams)
    assert said[0] == ("error", "There is no team 't2'")
    assert ("warning", "Team 'idle' gets no incident") in said
    assert messages([EVERYTHING], default={"team": "nobody"})[0] == ("error", "There is no team 'nobody'")


@pytest.mark.parametrize(
    ("rule", "keys"),
    [
        ({"confidence": {"at_least": 0.7, "below": 0.3}}, "'confidence'"),
        ({"confidence": {"at_least": 0.7, "below": 0.7}}, "'confidence'"),
        ({"confidence": {"below": 0.7}, "class_from": "words"}, "'class_from' and 'confidence'"),
        ({"period": {"from": "2026-02-01", "to": "2026-01-01"}}, "'period'"),
        ({"period": {"from": "2026-02-01", "to": "2026-02-20", "months": [6]}}, "'period'"),
        ({"period": {"from": "2026-02-02", "to": "2026-02-03", "weekdays": ["sun"]}}, "'period'"),
        ({"class": "mark", "urgency": "high"}, "'class' and 'urgency'"),
        ({"commune": "Marseille", "territory": "east"}, "'commune' and 'territory'"),
    ],
)
def test_contradictions_are_errors(rule: dict[str, Any], keys: str) -> None:
    as_dates = json.loads(json.dumps(rule))
    if "period" in as_dates:
        as_dates["period"] = {
            k: np.datetime64(v).item() if k in ("from", "to") else v for k, v in as_dates["period"].items()
        }
    assert messages([EVERYTHING, as_dates])[0] == (
        "error",
        f"Rule 2 'r2' can never apply: no value meets {keys}",
    )


def test_a_shadowed_rule_names_the_rules_before_it() -> None:
    rules = [
        {"class": "bag"},
        {"class": "group:roads", "territory": "east"},
        {"outside": True},
        {"class": "hole", "territory": "west"},
        {"class": "hole", "commune": ["13005", "13055", "83120"]},
    ]
    assert ("warning", "Rule 5 'r5' never applies: earlier rules take everything (2 'r2', 4 'r4')") in messages(rules)


def test_pairs_without_a_rule_are_said_by_class_and_commune() -> None:
    summer = {"class": "mark", "outside": False, "period": {"months": [6]}}
    said = messages([{"class": "bag"}, {"class": "hole", "territory": "east"}, summer])
    assert sorted(said) == [
        ("info", "No rule but the default takes (under some conditions): Marking, in all communes"),
        ("info", "No rule but the default takes: Hole, in Marseille"),
    ]


def test_errors_come_first() -> None:
    severities = [severity for severity, _ in messages([EVERYTHING, {"class": ["bag"]}, {"class": "x"}])]
    assert severities == sorted(severities, key=["error", "warning", "info"].index)
    assert severities[0] == "error"


def test_a_question_too_long_is_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "_PIECES", 0)
    findings = check(book([{"class": "hole"}, {"commune": "13005"}, EVERYTHING]), small_taxonomy(), COMMUNES)
    assert any("too many conditions to tell" in finding.message for finding in findings)


# --- the shipped example ------------------------------------------------------------------------------------------


def _communes_of_the_book() -> dict[str, str]:
    territories = routing.load().territories.values()
    return {str(code): str(code) for territory in territories for code in territory.communes}


def test_the_example_holds_together_and_says_that_it_is_one() -> None:
    rulebook = routing.load()
    assert rulebook.example
    assert "exemple" in rulebook.title.fr
    assert "example" in rulebook.title.en
    communes = _communes_of_the_book()
    assert len(communes) == 92 == sum(len(one.communes) for one in rulebook.territories.values())
    assert check(rulebook, taxonomy.load(), communes) == []


def test_the_example_needs_no_layer_and_takes_every_class() -> None:
    rulebook, shipped = routing.load(), taxonomy.load()
    assert rulebook.layers_needed == ()
    pairs = list(product([str(entry.id) for entry in shipped.classes], _communes_of_the_book()))
    out = route(
        {
            "class": np.array([pair[0] for pair in pairs], dtype=object),
            "insee": np.array([pair[1] for pair in pairs], dtype=object),
        },
        rulebook,
        shipped,
    )
    assert "default" not in set(out["rule"])
    by_class = dict(zip(out["class"], out["team"]))
    assert by_class["none"] == "qualification"
    assert by_class["abandoned_vehicle"] == "municipal_police"
    assert by_class["micromobility"] == "mobility"
    assert by_class["water_leak"] == "water_board"
    assert by_class["street_light"] == "commune_services"
    roads = {team for class_id, team in zip(out["class"], out["team"]) if class_id == "road_damage"}
    assert roads == {f"roads_{name}" for name in rulebook.territories}


def test_what_is_uncertain_goes_to_a_person_first() -> None:
    columns = {
        "class": np.array(["graffiti"] * 6, dtype=object),
        "insee": np.array(["13055"] * 4 + ["", ""], dtype=object),
        "class_from": np.array(["photo", "photo", "words", "person", "photo", "words"], dtype=object),
        "confidence": np.array([0.69, 0.7, np.nan, 0.1, 0.9, np.nan]),
        "ambiguous": np.array([False, False, True, False, False, False]),
        "outside": np.array([False, False, False, False, True, False]),
        "water": np.array([False, False, False, False, False, True]),
    }
    out = route(columns, routing.load(), taxonomy.load())
    assert out["rule"].tolist() == ["unsure_photo", "graffiti", "boundary", "graffiti", "outside", "open_water"]


def test_the_example_fits_the_shipped_map() -> None:
    communes = territory.load()
    rulebook = routing.load(routing.example_path())
    assert check(rulebook, taxonomy.load(), communes) == []
    former = dict(zip(communes.insee.tolist(), communes.former_territory.tolist()))
    assert former == {str(code): one.fr for one in rulebook.territories.values() for code in one.communes}


@pytest.mark.shared
def test_the_example_names_the_territories_of_the_real_map(shared: Path) -> None:
    features = json.loads((shared / "territory" / "amp_communes.geojson").read_text(encoding="utf-8"))["features"]
    real: dict[str, set[str]] = {}
    for feature in features:
        real.setdefault(feature["properties"]["territoire"], set()).add(feature["properties"]["insee"])
    rulebook = routing.load()
    assert {one.fr: set(map(str, one.communes)) for one in rulebook.territories.values()} == real
    communes = {f["properties"]["insee"]: f["properties"]["nom"] for f in features}
    findings: list[Finding] = check(rulebook, taxonomy.load(), communes)
    assert findings == []
