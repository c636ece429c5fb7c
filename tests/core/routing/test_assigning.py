# SPDX-License-Identifier: GPL-2.0-or-later
"""Routing: the same answer as reading the rules one by one for one incident at a time."""

from __future__ import annotations

import math
from datetime import datetime, timezone
from typing import Any, Optional

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigma_communes.core.errors import DataError
from sigma_communes.core.routing import route

from .books import COMMUNES, CONDITIONS, FLAGS, NEAR, PERIOD, TERRITORIES, book, rules_of, small_taxonomy

Row = dict[str, Any]


def columns(rows: list[Row]) -> dict[str, np.ndarray]:
    def text(name: str) -> np.ndarray:
        out = np.empty(len(rows), dtype=object)
        out[:] = [row[name] for row in rows]
        return out

    return {
        **{name: text(name) for name in ("class", "class_from", "insee", "commune")},
        "confidence": np.array([row["confidence"] for row in rows], dtype=np.float64),
        "reported_at": np.array([row["reported_at"] for row in rows], dtype="datetime64[s]"),
        "near:metro": np.array([row["near:metro"] for row in rows], dtype=np.float64),
        **{name: np.array([row[name] for row in rows], dtype=bool) for name in ("ambiguous", "outside", "water")},
    }


MEMBERS = {"group:roads": {"hole", "mark"}, "group:clean": {"bag"}}
URGENCY = {"hole": "high", "mark": "low", "bag": "high", "": ""}
CODES = {"aubagne": "13005", "marseille": "13055", "saint-zacharie": "83120", "st zacharie": "83120"}


def codes(names: list[str]) -> set[str]:
    return {CODES.get(name.lower(), name) for name in names}


def holds(key: str, wanted: Any, row: Row) -> bool:
    """Say, in the plainest way, whether one condition holds for one incident."""
    if key == "class":
        return any(row["class"] == value or row["class"] in MEMBERS.get(value, ()) for value in wanted)
    if key == "urgency":
        return URGENCY[row["class"]] in wanted
    if key == "commune":
        return row["insee"] in codes(wanted)
    if key == "territory":
        return any(row["insee"] in codes(TERRITORIES[name]) for name in wanted)
    if key == "class_from":
        return (row["class_from"] or "unknown") in wanted
    if key == "confidence":
        value = row["confidence"]
        return (
            row["class_from"] == "photo"
            and not math.isnan(value)
            and wanted.get("at_least", 0) <= value < wanted.get("below", 2)
        )
    if key == "near":
        return not math.isnan(row["near:metro"]) and row["near:metro"] <= wanted["within"]
    if key == "period":
        if row["reported_at"] is None:
            return False
        day = row["reported_at"].date()
        named = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][day.weekday()]
        return (
            day.month in wanted.get("months", [day.month])
            and named in wanted.get("weekdays", [named])
            and wanted.get("from", day) <= day <= wanted.get("to", day)
        )
    return bool(row[key] == wanted)


def first_match(rules: list[dict[str, Any]], row: Row) -> Optional[int]:
    for i, rule in enumerate(rules, start=1):
        if all(holds(key, wanted, row) for key, wanted in rule.items()):
            return i
    return None


places = st.sampled_from([*COMMUNES.items(), ("", "")]).map(lambda pair: {"insee": pair[0], "commune": pair[1]})
incidents = st.builds(
    lambda place, rest: {**place, **rest},
    places,
    st.fixed_dictionaries(
        {
            "class": st.sampled_from(["hole", "mark", "bag", ""]),
            "class_from": st.sampled_from(["photo", "words", "person", ""]),
            "confidence": st.sampled_from([math.nan, 0.0, 0.29, 0.3, 0.5, 0.7, 1.0]),
            "near:metro": st.sampled_from([math.nan, 0.0, 15.0, 15.1, 40.5, 1e6]),
            "reported_at": st.none() | st.datetimes(datetime(2025, 12, 20), datetime(2026, 3, 10)),
            "ambiguous": st.booleans(),
            "outside": st.booleans(),
            "water": st.booleans(),
        }
    ),
)


@given(rules_of(CONDITIONS, FLAGS, NEAR, PERIOD), st.lists(incidents, max_size=25))
def test_routing_is_reading_the_rules_from_top_to_bottom(rules: list[dict[str, Any]], rows: list[Row]) -> None:
    given_columns = columns(rows)
    out = route(given_columns, book(rules), small_taxonomy())
    numbers = [first_match(rules, row) for row in rows]
    assert out["rule"].tolist() == ["default" if number is None else f"r{number}" for number in numbers]
    assert out["team"].tolist() == ["rest" if number is None else f"t{number}" for number in numbers]
    for row, number, en, fr in zip(rows, numbers, out["reason_en"], out["reason_fr"]):
        assert en.startswith("rest — because: " if number is None else f"t{number} — because: ")
        assert fr.endswith("équipe par défaut" if number is None else f"règle {number} (r{number})")
        assert row["commune"] in en
    assert {name: id(values) for name, values in given_columns.items()} == {
        name: id(out[name]) for name in given_columns
    }


def test_reasons_name_the_incident_and_the_territory() -> None:
    rows = [{
        "class": "hole", "class_from": "words", "confidence": math.nan, "insee": "83120", "commune": "Saint-Zacharie",
        "near:metro": math.nan, "reported_at": datetime(2026, 1, 1, tzinfo=timezone.utc).replace(tzinfo=None),
        "ambiguous": False, "outside": False, "water": False,
    }]  # fmt: skip
    rules = [{"class": ["group:roads"], "territory": ["west", "east"], "when": {"fr": "voirie", "en": "roads"}}]
    out = route(columns(rows), book(rules), small_taxonomy())
    assert out["reason_fr"].tolist() == [
        "t1 — parce que : trou · Saint-Zacharie · territoire : east · règle 1 (voirie)"
    ]
    assert out["reason_en"].tolist() == ["t1 — because: hole · Saint-Zacharie · territory: east · rule 1 (roads)"]
    assert type(out["team"][0]) is str


def test_only_the_class_is_needed() -> None:
    class_column = np.array(["hole", "", None], dtype=object)
    out = route({"class": class_column}, book([{"class": "hole"}, {"outside": True}]), small_taxonomy())
    assert out["rule"].tolist() == ["r1", "default", "default"]
    with pytest.raises(DataError, match="no column 'class'"):
        route({}, book([{}]), small_taxonomy())


def test_no_incidents_give_empty_columns() -> None:
    out = route({"class": np.array([], dtype=object)}, book([{"class": "hole"}]), small_taxonomy())
    assert [len(out[name]) for name in ("team", "rule", "reason_en", "reason_fr")] == [0, 0, 0, 0]


def test_a_missing_distance_is_said_and_not_skipped() -> None:
    rules = [{"class": "hole"}, {"near": {"layer": "metro", "within": 5}}]
    with pytest.raises(DataError, match="asks for distances to 'metro'") as caught:
        route({"class": np.array(["hole"], dtype=object)}, book(rules), small_taxonomy())
    assert caught.value.next_step


@pytest.mark.parametrize(
    "rule",
    [
        {"class": "hol"},
        {"class": "group:road"},
        {"team": "nobody_else", "class": "hole", "territory": "north"},
        {"near": {"layer": "rails", "within": 5}},
    ],
)
def test_a_name_that_does_not_exist_routes_nothing(rule: dict[str, Any]) -> None:
    with pytest.raises(DataError, match="There is no") as caught:
        route({"class": np.array(["hole"], dtype=object)}, book([rule]), small_taxonomy())
    assert caught.value.where is not None
    assert caught.value.where.rsplit(":", 1)[1].isdigit()
