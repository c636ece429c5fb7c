"""What a person does at the desk holds, waits for the server, and can be taken back."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sigma_communes.core import routing
from sigma_communes.core.errors import WorkspaceError
from sigma_communes.core.jobs import handling
from sigma_communes.core.jobs import photos as photo_jobs
from sigma_communes.core.model import PhotoVerdict, Report
from sigma_communes.core.photos import scan
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.desk import read_evidence_of, read_incidents_of
from sigma_communes.core.triage import again

BOOK = routing.load()


def rows(path: Path, statement: str) -> list[Any]:
    with sqlite3.connect(path) as connection:
        return connection.execute(statement).fetchall()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "w.gpkg"
    reports = [
        Report("s", str(i), service_name=name, lon=5.3698, lat=43.2965 + i / 1000, requested_datetime="2026-11-02")
        for i, name in enumerate(["Graffitis sur mur", "Graffitis sur mur", "?"])
    ]
    with Workspace.open(path) as workspace:
        workspace.add_reports(reports)
        again.route_again(workspace, ["s/0", "s/1", "s/2"], BOOK)
    return path


def test_some_rows_are_those_of_all_rows(path: Path) -> None:
    with Workspace.open(path) as workspace:
        for some, every in (
            (read_incidents_of(workspace, ["s/1"]), workspace.read_incidents()),
            (read_evidence_of(workspace, ["s/1"]), workspace.read_evidence()),
        ):
            assert list(some) == list(every)
            for name, values in every.items():
                np.testing.assert_array_equal(some[name], values[1:2], name)


def test_a_decision_routes_again_and_is_queued(path: Path) -> None:
    with Workspace.open(path) as workspace:
        before = handling.decide(workspace, ["s/0", "s/2"], "road_damage", BOOK, who="Vous", model="m 1")
        incidents = workspace.read_incidents()
    assert before == {}
    assert incidents["class"].tolist() == ["road_damage", "graffiti", "road_damage"]
    assert incidents["class_from"].tolist() == ["person", "words", "person"]
    assert incidents["team"][0] == "roads_marseille_provence" != incidents["team"][1]
    assert rows(path, "SELECT report_id, who, label, model FROM decision") == [
        ("s/0", "Vous", "road_damage", "m 1"),
        ("s/2", "Vous", "road_damage", "m 1"),
    ]
    assert rows(path, "SELECT report_id, field, new FROM change WHERE field = 'class'") == [
        ("s/0", "class", "road_damage"),
        ("s/2", "class", "road_damage"),
    ]


def test_taking_back_gives_the_suggestion_again(path: Path) -> None:
    with Workspace.open(path) as workspace:
        handling.decide(workspace, ["s/0"], "waste", BOOK, who="Vous")
        assert handling.decide(workspace, ["s/0"], "road_damage", BOOK, who="Vous") == {"s/0": "waste"}
        assert handling.decide(workspace, ["s/0"], "", BOOK, who="Vous") == {"s/0": "road_damage"}
        incidents = workspace.read_incidents()
    assert (incidents["class"][0], incidents["class_from"][0]) == ("graffiti", "words")
    assert incidents["team"][0] == incidents["team"][1]
    assert len(rows(path, "SELECT * FROM decision")) == 3


def test_an_unknown_report_leaves_nothing_written(path: Path) -> None:
    with Workspace.open(path) as workspace, pytest.raises(WorkspaceError, match="no report 's/9'"):
        handling.decide(workspace, ["s/0", "s/9"], "waste", BOOK, who="Vous")
    assert rows(path, "SELECT count(*) FROM decision") == [(0,)]


def test_photos_without_a_position_are_placed_by_hand(path: Path, tmp_path: Path) -> None:
    for name, colour in (("a.jpg", "red"), ("b.jpg", "blue")):
        Image.new("RGB", (64, 48), colour).save(tmp_path / name)
    (tmp_path / "notes.txt").write_text("no picture")
    photos = [p for p in scan([tmp_path]) if not p.path.endswith(".gpkg")]
    placed = str(tmp_path / "a.jpg")
    ids, stored = photo_jobs.import_photos(path, photos, BOOK, positions={placed: (5.4474, 43.5268)}, model=None)
    assert len(ids) == 1
    assert {Path(p.path).name: p.verdict for p in stored} == {
        "a.jpg": PhotoVerdict.OK,
        "b.jpg": PhotoVerdict.NO_POSITION,
        "notes.txt": PhotoVerdict.NOT_AN_IMAGE,
    }
    assert rows(path, "SELECT commune FROM incident WHERE source = 'photos'") == [("Aix-en-Provence",)]
    assert rows(path, "SELECT filename FROM photo WHERE report_id NOTNULL AND thumbnail NOTNULL") == [("a",)]
    assert rows(path, "SELECT count(*) FROM commune") == [(92,)]  # what the map and the atlas show them in
    photo_jobs.import_photos(path, photos, BOOK, positions={placed: (5.4474, 43.5268)})
    assert rows(path, "SELECT count(*) FROM report WHERE source = 'photos'") == [(1,)]


def test_the_rule_book_is_that_of_the_last_run(path: Path, tmp_path: Path) -> None:
    own = tmp_path / "rules.yaml"
    own.write_text(routing.example_path().read_text(encoding="utf-8"), encoding="utf-8")
    with Workspace.open(path) as workspace:
        assert again.rule_book_of(workspace)[0].path == routing.example_path()
        workspace.add_run("0", {"rules": own}, {})
        assert again.rule_book_of(workspace)[0].path == own
        workspace.add_run("0", {"rules": tmp_path / "gone.yaml"}, {})
        assert again.rule_book_of(workspace)[0].path == routing.example_path()


@pytest.mark.parametrize(("metres", "ambiguous"), [(None, False), (8.0, False), (20_000.0, True), (float("inf"), True)])
def test_a_photo_that_calls_its_own_position_poor_is_in_no_certain_commune(
    tmp_path: Path, metres: float | None, ambiguous: bool
) -> None:
    path, picture = tmp_path / "new.gpkg", tmp_path / "a.jpg"
    Image.new("RGB", (64, 48)).save(picture)
    photo = replace(next(iter(scan([picture]))), verdict=PhotoVerdict.OK, lon=5.3698, lat=43.2965, accuracy=metres)
    photo_jobs.import_photos(path, [photo], BOOK)
    with Workspace.open(path) as workspace:
        incidents = workspace.read_incidents()
    assert incidents["insee"].tolist() == ["13055"] and incidents["ambiguous"].tolist() == [ambiguous]
