# SPDX-License-Identifier: GPL-2.0-or-later
"""A small world for rule books: a taxonomy of three classes, three communes, and rules drawn at random."""

from __future__ import annotations

import tempfile
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st
from sigma_communes.core import routing, taxonomy
from sigma_communes.core.routing import RuleBook
from sigma_communes.core.taxonomy import Taxonomy

TAXONOMY = """\
version: 1
groups:
  - {id: roads, fr: Voirie, en: Roads, colour: "#333333"}
  - {id: clean, fr: Propreté, en: Cleanliness, colour: "#E69F00"}
classes:
  - {id: hole, group: roads, fr: Trou, en: Hole, icon: road_damage.svg, urgency: high}
  - {id: mark, group: roads, fr: Marquage, en: Marking, icon: road_marking.svg, urgency: low}
  - {id: bag, group: clean, fr: Sac, en: Bag, icon: waste.svg, urgency: high}
"""
COMMUNES = {"13005": "Aubagne", "13055": "Marseille", "83120": "Saint-Zacharie"}
TERRITORIES = {"east": ["13005", "st zacharie"], "west": ["Marseille"]}


@lru_cache(maxsize=1)
def small_taxonomy() -> Taxonomy:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "taxonomy.yaml"
        path.write_text(TAXONOMY, encoding="utf-8")
        return taxonomy.load(path)


def book(rules: list[dict[str, Any]], **more: Any) -> RuleBook:
    """Write rules as YAML and read them as a person's rule book is read."""
    numbered = [{"id": f"r{i}", "team": f"t{i}", **rule} for i, rule in enumerate(rules, start=1)]
    content = {
        "version": 1,
        "title": {"fr": "Essai", "en": "Trial"},
        "teams": {name: {"fr": name, "en": name} for name in ("rest", *(rule["team"] for rule in numbered))},
        "territories": {k: {"fr": k, "en": k, "communes": v} for k, v in TERRITORIES.items()},
        "layers": {"metro": {"fr": "voies", "en": "roads"}},
        "rules": numbered,
        "default": {"team": "rest"},
        **more,
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.yaml"
        path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
        return routing.load(path)


def some(values: list[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=len(values), unique=True)


CONDITIONS: dict[str, st.SearchStrategy[Any]] = {
    "class": some(["hole", "mark", "bag", "group:roads", "group:clean"]),
    "urgency": some(["low", "normal", "high"]),
    "commune": some(["13005", "AUBAGNE", "13055", "Marseille", "83120"]),
    "territory": some(["east", "west"]),
    "class_from": some(["photo", "words", "person", "unknown"]),
    "confidence": st.fixed_dictionaries(
        {}, optional={"at_least": st.sampled_from([0, 0.3, 0.7, 1]), "below": st.sampled_from([0, 0.3, 0.7, 1])}
    ).filter(bool),
}
FLAGS = {"ambiguous": st.booleans(), "outside": st.booleans(), "water": st.booleans()}
NEAR = {"near": st.fixed_dictionaries({"layer": st.just("metro"), "within": st.sampled_from([0, 15, 40.5])})}
PERIOD = {
    "period": st.fixed_dictionaries(
        {},
        optional={
            "months": some([1, 2]),
            "weekdays": some(["mon", "sat"]),
            "from": st.dates(date(2026, 1, 5), date(2026, 2, 20)),
            "to": st.dates(date(2026, 1, 5), date(2026, 2, 20)),
        },
    ).filter(bool)
}


def rules_of(*families: dict[str, st.SearchStrategy[Any]], size: int = 6) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Draw lists of rules whose conditions come from these families; most have one to three."""
    every = {key: strategy for family in families for key, strategy in family.items()}
    keys = st.lists(st.sampled_from(sorted(every)), max_size=3, unique=True)
    rule = keys.flatmap(lambda chosen: st.fixed_dictionaries({key: every[key] for key in chosen}))
    return st.lists(rule, min_size=1, max_size=size)
