# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigma_communes.core.store.fields import MERGED, together
from sigma_communes.core.store.three_way import alike, merge, same

BASE = {"status": "open", "raw_status": "open", "description": "Trou", "lon": 5.37, "lat": 43.3, "service_code": "1",
        "service_name": "Trou", "service_group": "Rue", "address": "1 rue X"}  # fmt: skip


def outcomes(base: Any, mine: Any, theirs: Any, fields: Any = MERGED) -> dict[str, str]:
    return {one.name: one.outcome for one in merge(base, mine, theirs, fields) if one.theirs}


def test_changes_to_different_fields_merge() -> None:
    found = outcomes(BASE, {**BASE, "description": "Grand trou"}, {**BASE, "status": "closed", "raw_status": "fixed"})
    assert found == {
        "description": "mine",
        "status": "theirs",
        "service": "same",
        "position": "same",
        "address": "same",
    }


def test_changes_to_one_field_are_a_conflict_with_its_three_versions() -> None:
    (one,) = merge(BASE, {**BASE, "description": "a"}, {**BASE, "description": "b"}, ["description"])
    assert (one.name, one.outcome, one.base, one.mine, one.theirs) == (
        "description", "conflict", {"description": "Trou"}, {"description": "a"}, {"description": "b"})  # fmt: skip


def test_a_position_moves_as_one() -> None:
    (one,) = merge(BASE, {**BASE, "lon": 5.38}, {**BASE, "lat": 43.31}, ["geom"])
    assert (one.name, one.outcome, one.mine) == ("position", "conflict", {"lon": 5.38, "lat": 43.3})


def test_code_name_and_group_of_a_service_are_one_question() -> None:
    recategorised = {**BASE, "service_code": "9", "service_name": "Dépôt", "service_group": "Propreté"}
    assert outcomes(BASE, {**BASE, "description": "x"}, recategorised)["service"] == "theirs"
    assert outcomes(BASE, {**BASE, "service_name": "Nid-de-poule"}, recategorised)["service"] == "conflict"


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (5.37, 5.370000001, True),
        (5.37, 5.3701, False),
        (float("nan"), float("nan"), True),
        ("2024-01-01T10:00:00+02:00", "2024-01-01T08:00:00+00:00", True),
        ("2024-01-01T10:00:00+02:00", "2024-01-01T08:00:01+00:00", False),
        ("a\r\nb ", "a\nb", True),
        (None, "", True),
        (None, 0, False),
        (True, 1, False),
        ([1], [1], True),
        ("T", "T1", False),
    ],
)
def test_what_counts_as_the_same(a: Any, b: Any, expected: bool) -> None:
    assert same(a, b) is expected
    assert same(b, a) is expected


names = st.sampled_from(["description", "address", "status", "raw_status", "lon", "lat", "service_code", "state"])
versions = st.dictionaries(names, st.sampled_from(["a", "b", "c", 1, 2.5, None]), max_size=9)


@given(versions, versions)
def test_what_one_side_did_is_no_conflict(base: dict[str, Any], other: dict[str, Any]) -> None:
    for mine, theirs, allowed in ((other, base, "mine"), (base, other, "theirs"), (other, other, "alike")):
        assert set(outcomes(base, mine, theirs).values()) <= {"same", allowed}


@given(versions, versions, versions)
def test_sides_are_equal_and_every_change_is_in_the_outcome(base: Any, mine: Any, theirs: Any) -> None:
    turned = {"mine": "theirs", "theirs": "mine"}
    found, mirrored = outcomes(base, mine, theirs), outcomes(base, theirs, mine)
    assert {name: turned.get(outcome, outcome) for name, outcome in found.items()} == mirrored
    for name, outcome in found.items():
        keys = [key for key in together(name) if key in MERGED]
        moved = [not alike({k: base.get(k) for k in keys}, {k: side.get(k) for k in keys}) for side in (mine, theirs)]
        assert moved == {"same": [False, False], "mine": [True, False], "theirs": [False, True]}.get(
            outcome, [True, True]
        )
