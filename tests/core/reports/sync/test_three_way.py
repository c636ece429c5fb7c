# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigma_communes.core.reports.sync.three_way import TOGETHER, Side, merge, resolve, same

BASE = {"status": "open", "raw_status": "open", "description": "Trou", "lon": 5.37, "lat": 43.3, "service_code": "1",
        "service_name": "Trou", "group": "Rue", "address": "1 rue X"}  # fmt: skip


def test_changes_to_different_fields_merge() -> None:
    merged = merge(BASE, {**BASE, "description": "Grand trou"}, {**BASE, "status": "closed", "raw_status": "fixed"})
    assert merged.case == "merged"
    assert merged.fields == {**BASE, "description": "Grand trou", "status": "closed", "raw_status": "fixed"}
    assert merged.to_send == {"description"}
    assert merged.taken == {"status", "raw_status"}


def test_changes_to_one_field_are_a_conflict_that_keeps_mine() -> None:
    merged = merge(BASE, {**BASE, "description": "a"}, {**BASE, "description": "b"}, my_side=Side("Zoé", "2024-01-02"),
                   their_side=Side("city", "2024-01-03"))  # fmt: skip
    (conflict,) = merged.conflicts
    assert (merged.case, merged.fields["description"]) == ("conflict", "a")
    assert (conflict.field, conflict.base, conflict.mine, conflict.theirs) == (
        "description", {"description": "Trou"}, {"description": "a"}, {"description": "b"})  # fmt: skip
    assert (conflict.mine_by, conflict.mine_at, conflict.theirs_by, conflict.theirs_at) == (
        "Zoé", "2024-01-02", "city", "2024-01-03")  # fmt: skip
    assert merged.to_send == frozenset()


def test_a_position_moves_as_one() -> None:
    merged = merge(BASE, {**BASE, "lon": 5.38}, {**BASE, "lat": 43.31})
    (conflict,) = merged.conflicts
    assert conflict.field == "position"
    assert conflict.mine == {"lon": 5.38, "lat": 43.3}
    assert (merged.fields["lon"], merged.fields["lat"]) == (5.38, 43.3)
    theirs = resolve(merged, {"position": "theirs"})
    assert (theirs.fields["lon"], theirs.fields["lat"], theirs.taken) == (5.37, 43.31, {"lon", "lat"})
    between = resolve(merged, {"position": {"lon": 5.375, "lat": 43.305}})
    assert (between.case, between.fields["lon"], between.to_send) == ("merged", 5.375, {"lon", "lat"})


def test_a_report_that_was_put_into_another_category_keeps_code_and_name_together() -> None:
    recategorised = {**BASE, "service_code": "9", "service_name": "Dépôt", "group": "Propreté"}
    assert merge(BASE, {**BASE, "description": "x"}, recategorised).fields == {**recategorised, "description": "x"}
    (conflict,) = merge(BASE, {**BASE, "service_name": "Nid-de-poule"}, recategorised).conflicts
    assert conflict.field == "service"


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "case"),
    [
        (BASE, BASE, BASE, "same"),
        (None, BASE, None, "new here"),
        (None, None, BASE, "new there"),
        (BASE, BASE, None, "gone"),
        (BASE, {**BASE, "address": "x"}, None, "gone but edited"),
        (BASE, {**BASE, "new": "x"}, None, "gone but edited"),
        (BASE, None, BASE, "deleted here"),
        (BASE, None, None, "none"),
        (None, BASE, BASE, "same"),
        (None, BASE, {**BASE, "address": "x"}, "conflict"),
    ],
)
def test_cases(base: Any, mine: Any, theirs: Any, case: str) -> None:
    merged = merge(base, mine, theirs)
    assert merged.case == case
    if mine is not None:
        assert merged.fields == mine


@pytest.mark.parametrize(
    ("a", "b", "alike"),
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
def test_what_counts_as_the_same(a: Any, b: Any, alike: bool) -> None:
    assert same(a, b) is alike
    assert same(b, a) is alike


def test_a_choice_must_be_of_a_conflict() -> None:
    with pytest.raises(KeyError):
        resolve(merge(BASE, BASE, BASE), {"description": "mine"})


names = st.sampled_from(["description", "address", "status", "raw_status", "lon", "lat", "service_code", "group", "x"])
versions = st.dictionaries(names, st.sampled_from(["a", "b", "c", 1, 2.5, None]), max_size=9)


def alike(a: dict[str, Any], b: dict[str, Any]) -> bool:
    return all(same(a.get(key), b.get(key)) for key in {*a, *b})


@given(versions, versions)
def test_what_one_side_did_is_the_outcome(base: dict[str, Any], other: dict[str, Any]) -> None:
    for merged in (merge(base, other, base), merge(base, base, other), merge(base, other, other)):
        assert not merged.conflicts
        assert alike(merged.fields, other)


@given(versions, versions, versions)
def test_sides_are_equal_and_nothing_is_invented(base: Any, mine: Any, theirs: Any) -> None:
    merged, mirrored = merge(base, mine, theirs), merge(base, theirs, mine)
    assert {c.field for c in merged.conflicts} == {c.field for c in mirrored.conflicts}
    assert merged.to_send == mirrored.taken
    in_conflict = {key for c in merged.conflicts for key in c.mine}
    for key, value in merged.fields.items():
        assert value in (mine.get(key), theirs.get(key), base.get(key))
        if key not in in_conflict:
            assert same(value, mirrored.fields.get(key))
    # Every change of either side is in the outcome, or in a conflict.
    for key in {*base, *mine, *theirs} - in_conflict:
        for version in (mine, theirs):
            if not same(version.get(key), base.get(key)) and key not in {k for g in TOGETHER.values() for k in g}:
                assert same(merged.fields.get(key), version.get(key))


@given(versions, versions, versions)
def test_after_sending_and_pulling_again_nothing_is_left(base: Any, mine: Any, theirs: Any) -> None:
    settled = merge(base, mine, theirs)
    settled = resolve(settled, {c.field: "mine" if i % 2 else "theirs" for i, c in enumerate(settled.conflicts)})
    assert not settled.conflicts
    server = {**theirs, **{key: settled.fields.get(key) for key in settled.to_send}}
    again = merge(server, settled.fields, server)
    assert again.case == "same"
    assert merge(theirs, settled.fields, theirs).to_send >= {
        key for key in settled.to_send if not same(settled.fields.get(key), theirs.get(key))
    }
