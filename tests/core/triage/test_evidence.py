# SPDX-License-Identifier: GPL-2.0-or-later
"""Person, photo and words as evidence: who gives the class, alone, together or against each other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sigma_communes.core import taxonomy
from sigma_communes.core.model import Photo, PhotoVerdict, Prediction, Report
from sigma_communes.core.store import Workspace
from sigma_communes.core.triage.evidence import classes_of
from sigma_communes.core.triage.fusion import THRESHOLD, fused


def row(text: str = "", label: str = "", score: float = 0.0, *, name: str = "", answered: bool = True,
        decided: str = "") -> dict[str, Any]:  # fmt: skip
    rest = 1 - score
    top = [(label, score), ("none" if label != "none" else "waste", rest * 0.7), ("x", rest * 0.3)]
    return {
        "service_name": name, "service_group": "", "service_code": "", "description": text, "decided": decided,
        "photo_label": label if answered else "", "photo_score": score if label and answered else np.nan,
        "photo_top": json.dumps([{"label": a, "score": b} for a, b in top]) if label else "",
    }  # fmt: skip


def found(*rows: dict[str, Any]) -> dict[str, NDArray[Any]]:
    table: dict[str, NDArray[Any]] = {}
    for key in rows[0]:
        values = [each[key] for each in rows]
        table[key] = np.array(values, dtype=np.float64 if key == "photo_score" else object)
    return classes_of(table, taxonomy.load())


def one(*args: Any, **kwargs: Any) -> tuple[str, str]:
    out = found(row(*args, **kwargs))
    return out["class"][0], out["class_from"][0]


def test_each_alone_works_as_before() -> None:
    assert one("gros nid de poule") == ("road_damage", "words")
    assert one(label="waste", score=0.9) == ("waste", "photo")
    assert one(label="waste", score=0.5, answered=False) == ("", "")
    assert one("bonjour", "waste", 0.9) == ("waste", "photo")
    assert one("un tag", "waste", 0.9, decided="street_light") == ("street_light", "person")
    assert one("un tag", "none", 0.95) == ("graffiti", "words")
    assert one("", "none", 0.95) == ("none", "photo")


def test_words_tell_the_narrower_class_of_what_the_photo_shows() -> None:
    out = found(row("Le canapé du voisin est par terre", "waste", 0.9))
    assert (out["class"][0], out["class_from"][0]) == ("bulky_waste", "photo+words")
    assert out["confidence"][0] >= THRESHOLD
    assert out["evidence"][0] == "d'après la photo et ses mots : « canapé »"


def test_together_they_may_be_sure_enough() -> None:
    text = "un tas de débris"
    assert one(text) == ("", "")
    assert one(label="waste", score=0.6, answered=False) == ("", "")
    assert one(text, "waste", 0.6, answered=False) == ("waste", "photo+words")
    assert one(text, "graffiti", 0.6, answered=False) == ("", "")


def test_a_strong_contradiction_is_left_to_a_person() -> None:
    out = found(row(name="Éclairage", label="graffiti", score=0.9))
    assert (out["class"][0], out["class_from"][0]) == ("", "")
    assert np.isnan(out["confidence"][0])
    assert "Graffitis" in out["evidence"][0] and "« Éclairage »" in out["evidence"][0]


def test_classes_of_one_family_do_not_contradict() -> None:
    assert one(name="Balayage", label="waste", score=0.9)[0] in ("waste", "street_soiling")


def test_a_silent_photo_does_not_hide_what_words_say() -> None:
    assert one(name="Éclairage", label="waste", score=0.5, answered=False) == ("street_light", "words")


@pytest.mark.parametrize(
    ("reason", "class_id", "source"),
    [
        ("best guess waste has a score of 0.60, below 0.70", "waste", "photo+words"),
        ("the picture is too dark", "", ""),
        ("unlike anything this model was taught (nearest: waste)", "", ""),
    ],
)
def test_a_photo_that_can_not_be_judged_is_no_evidence(tmp_path: Path, reason: str, class_id: str, source: str) -> None:
    with Workspace.open(tmp_path / "workspace.gpkg") as workspace:
        workspace.add_reports([Report("s", "1", description="un tas de débris", lon=5.4, lat=43.3)])
        photo = Photo("/photos/1.jpg", PhotoVerdict.OK, sha256="1" * 64)
        workspace.add_photos([(photo, None)], report_of={photo.path: "s/1"})
        guess = Prediction((("waste", 0.6), ("none", 0.3), ("graffiti", 0.1)), True, "m 1", reason)
        workspace.add_predictions([(photo.path, guess)])
        out = classes_of(workspace.read_evidence(), taxonomy.load())
    assert (out["class"][0], out["class_from"][0]) == (class_id, source)


@given(
    st.lists(st.floats(0.001, 1), min_size=5, max_size=5),
    st.floats(0.34, 0.99),
    st.booleans(),
    st.sampled_from(["", "a", "b", "c"]),
)
def test_fusion_is_a_distribution_and_never_answers_unsure(
    raw: list[float], score: float, answered: bool, word_class: str
) -> None:
    labels = ("a", "b", "c", "d", "e")
    p = np.array(raw) / sum(raw)
    families = dict.fromkeys(labels, "one") | {"c": "two"}
    result = fused(
        p, labels, word_class, [("a", score), ("b", (1 - score) * 0.9)],
        answered=answered, seen_as={"d": "a"}, families=families,
    )  # fmt: skip
    assert 0 < result.confidence <= 1 + 1e-9
    assert result.class_id == "" or result.confidence >= THRESHOLD
    assert result.class_id in ("", "a", "b", "d")
    assert result.contradiction == (answered and word_class == "c")


@pytest.mark.parametrize("more", [0.4, 0.6, 0.9])
def test_agreement_makes_surer(more: float) -> None:
    labels, photo = ("a", "b", "c"), [("a", 0.7), ("b", 0.2), ("c", 0.1)]
    p = np.array([more, (1 - more) / 2, (1 - more) / 2])
    families = dict.fromkeys(labels, "one")
    result = fused(p, labels, "", photo, answered=True, seen_as={}, families=families)
    assert result.confidence > max(more, 0.7 if more > 1 / 3 else 0)
