# SPDX-License-Identifier: GPL-2.0-or-later
"""What holds of a photo after people decided, corrected, took back and disagreed."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Optional

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sigma_communes.core.errors import WorkspaceError
from sigma_communes.core.model import Decision, Photo, PhotoVerdict, Prediction
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.decisions import (
    KnownPhoto,
    make_present,
    present_model,
    put_present_predictions,
    read_decided_photos,
    read_past_predictions,
)

from .conftest import MakeReport

PHOTO = Photo("/a.jpg", PhotoVerdict.OK, lon=5.37, lat=43.29, sha256="aa", camera="X", taken_at="2026-11-10T10:00:00Z")


def filled(ws: Workspace, make_report: MakeReport, photos: dict[int, list[Photo]]) -> Workspace:
    for number, mine in photos.items():
        ws.add_reports([make_report(number)])
        ws.add_photos([(photo, None) for photo in mine], report_of={p.path: f"city/K{number}" for p in mine})
    return ws


def say(ws: Workspace, label: str, who: str, number: int = 1, photo: Optional[str] = None) -> None:
    ws.add_decision(Decision(f"city/K{number}", label, who, "2026-11-20T10:00:00Z", "m 1"), photo=photo)


def found(ws: Workspace) -> dict[str, KnownPhoto]:
    return {photo.path: photo for photo in read_decided_photos(ws).photos}


def test_a_decision_holds_with_who_when_and_the_model_of_then(ws: Workspace, make_report: MakeReport) -> None:
    filled(ws, make_report, {1: [PHOTO]})
    assert not found(ws)["/a.jpg"].decided
    say(ws, "waste", "Ana", photo="/a.jpg")
    photo = found(ws)["/a.jpg"]
    assert (photo.label, photo.who, photo.at[:10], photo.model) == ("waste", "Ana", "2026-11-20", "m 1")
    assert (photo.sha256, photo.camera, photo.source, photo.decided) == ("aa", "X", "city", True)


def test_who_corrects_herself_does_not_disagree(ws: Workspace, make_report: MakeReport) -> None:
    filled(ws, make_report, {1: [PHOTO]})
    say(ws, "waste", "Ana", photo="/a.jpg")
    say(ws, "none", "Ana", photo="/a.jpg")
    assert found(ws)["/a.jpg"].label == "none" and read_decided_photos(ws).disagreements == ()


def test_people_who_are_even_teach_nothing_and_a_third_settles_it(ws: Workspace, make_report: MakeReport) -> None:
    filled(ws, make_report, {1: [PHOTO]})
    say(ws, "waste", "Ana", photo="/a.jpg")
    say(ws, "none", "Luc", photo="/a.jpg")
    (item,) = read_decided_photos(ws).disagreements
    assert item.said == (("Ana", "waste"), ("Luc", "none")) and item.kept == ""
    assert found(ws)["/a.jpg"].label == "" and found(ws)["/a.jpg"].decided
    say(ws, "waste", "Zoe", photo="/a.jpg")
    assert found(ws)["/a.jpg"].label == "waste" and found(ws)["/a.jpg"].who == "Zoe"
    assert read_decided_photos(ws).disagreements[0].kept == "waste"


def test_what_was_taken_back_is_gone(ws: Workspace, make_report: MakeReport) -> None:
    filled(ws, make_report, {1: [PHOTO]})
    say(ws, "waste", "Ana", photo="/a.jpg")
    say(ws, "", "Ana", photo="/a.jpg")
    assert found(ws)["/a.jpg"].label == "" and not found(ws)["/a.jpg"].decided
    say(ws, "none", "Ana", photo="/a.jpg")
    assert found(ws)["/a.jpg"].label == "none"


def test_a_decision_on_a_report_is_of_its_one_photo_and_of_none_of_several(
    ws: Workspace, make_report: MakeReport
) -> None:
    other = replace(PHOTO, path="/b.jpg", sha256="bb"), replace(PHOTO, path="/c.jpg", sha256="cc")
    filled(ws, make_report, {1: [PHOTO], 2: list(other)})
    say(ws, "waste", "Ana")
    say(ws, "waste", "Ana", number=2)
    known = found(ws)
    assert known["/a.jpg"].label == "waste" and known["/b.jpg"].label == known["/c.jpg"].label == ""
    (rejected,) = read_decided_photos(ws).rejected
    assert rejected.where == "city/K2" and "2 photos at once" in rejected.reason
    say(ws, "", "Ana", number=2)
    assert read_decided_photos(ws).rejected == ()


def test_a_class_written_outside_counts_and_a_photo_that_left_is_named(
    ws: Workspace, make_report: MakeReport, plain: sqlite3.Connection, path: Path
) -> None:
    filled(ws, make_report, {1: [PHOTO], 2: [replace(PHOTO, path="/b.jpg", sha256="bb")]})
    say(ws, "none", "Ana", number=2, photo="/b.jpg")
    plain.execute("DELETE FROM photo WHERE photo = '/b.jpg'")
    plain.execute("INSERT INTO decision (report_id, at, label) VALUES ('city/K1', '2026-11-21T00:00:00.000Z', 'tree')")
    plain.commit()
    decided = read_decided_photos(ws)
    assert [photo.label for photo in decided.photos] == ["tree"]
    assert [item.where for item in decided.rejected] == ["city/K2"]


def test_one_place_one_burst_and_one_content_are_one_group(ws: Workspace, make_report: MakeReport) -> None:
    far = replace(PHOTO, lon=5.9, camera="Y")
    filled(ws, make_report, {
        1: [PHOTO],
        2: [replace(PHOTO, path="/place.jpg", sha256="b", camera="Y", taken_at="2026-01-01T00:00:00Z")],
        3: [replace(far, path="/burst.jpg", sha256="c", camera="X", taken_at="2026-11-10T10:00:20Z")],
        4: [replace(far, path="/other.jpg", sha256="d", lat=43.5, taken_at="2026-11-10T10:00:25Z")],
        5: [replace(far, path="/same.jpg", sha256="d", lat=43.6, camera="", taken_at="not a time")],
    })  # fmt: skip
    known = found(ws)
    assert known["/a.jpg"].group == known["/place.jpg"].group == known["/burst.jpg"].group == "aa"
    assert known["/other.jpg"].group == known["/same.jpg"].group == "d"


WORDS = st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from(["waste", "none", ""])), max_size=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=30)
@given(WORDS)
def test_a_label_holds_only_where_more_people_say_it_than_any_other(
    ws: Workspace, make_report: MakeReport, words: list[tuple[str, str]]
) -> None:
    filled(ws, make_report, {1: [PHOTO]})
    say(ws, "", "nobody", photo="/a.jpg")
    for who, label in words:
        say(ws, label, who, photo="/a.jpg")
    decided = read_decided_photos(ws)
    last: dict[str, str] = {}
    for who, label in words:
        last = {} if not label else {**last, who: label}
    counts = [list(last.values()).count(label) for label in ("waste", "none")]
    expected = "" if counts[0] == counts[1] else ("waste", "none")[counts[1] > counts[0]]
    assert decided.photos[0].label == expected
    assert bool(decided.disagreements) == (min(counts) > 0)


def test_predictions_keep_their_version_and_one_step_back_finds_them(ws: Workspace, make_report: MakeReport) -> None:
    filled(ws, make_report, {1: [PHOTO]})
    old, new = (Prediction((("waste", 0.8), ("none", 0.2)), False, name) for name in ("m 1", "m 2"))
    ws.add_predictions([("/a.jpg", old)])
    assert put_present_predictions(ws, [("/a.jpg", new)]) == 1
    assert present_model(ws, "city/K1") == "m 2"
    assert make_present(ws, ["/a.jpg", "/unknown.jpg"], "m 1") == {"/a.jpg"}
    assert present_model(ws, "city/K1", "/a.jpg") == "m 1" and present_model(ws, "city/K9") == ""
    past = read_past_predictions(ws)
    assert [each.model for each in past] == ["m 2", "m 1"] and past[0].label == "waste"
    assert past[0].taken_at.startswith("2026-11-10") and past[0].camera == "X"


def test_an_unknown_photo_can_not_be_decided(ws: Workspace, make_report: MakeReport) -> None:
    filled(ws, make_report, {1: [PHOTO]})
    with pytest.raises(WorkspaceError, match="no photo"):
        say(ws, "waste", "Ana", photo="/gone.jpg")
