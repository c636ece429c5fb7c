# SPDX-License-Identifier: GPL-2.0-or-later
"""The main job from end to end on small real inputs: what comes out adds up to what went in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sigma_communes.core import classify
from sigma_communes.core.errors import Cancelled, DataError, MissingPackage, UsageError, WorkspaceError
from sigma_communes.core.feedback import Feedback
from sigma_communes.core.jobs import photos as photo_jobs
from sigma_communes.core.jobs import run
from sigma_communes.core.model import Decision, Report
from sigma_communes.core.store import Workspace

HEADER = "id,type,soustype,date_declaration,adresse,lon,lat\n"
ROWS = (
    "A1,Propreté,Déchets et/ou salissures divers,2026-11-02,Vieux-Port,5.3698,43.2965\n"
    "A2,Propreté,Déchets et/ou salissures divers,2026-11-05,Vieux-Port,5.36985,43.29652\n"
    'A3,"Graffitis, tags, affiches et autocollants",Graffiti sur mur,2026-11-03,Cours Mirabeau,5.4474,43.5268\n'
    "A4,Autre,rien qui dise,2026-11-03,Paris,2.35,48.85\n"
    "A5,Propreté,Déchets et/ou salissures divers,2026-11-04,,,\n"
)


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    path = tmp_path / "reports.csv"
    path.write_text(HEADER + ROWS, encoding="utf-8")
    return path


def photo(path: Path, lon: float | None, lat: float | None, seed: int = 0) -> Path:
    noise = np.random.default_rng(seed).integers(0, 255, (60, 80, 3), dtype=np.uint8)
    image = Image.fromarray(noise)
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2026:11:03 14:22:00"
    if lon is not None and lat is not None:
        gps = exif.get_ifd(0x8825)
        gps.update({1: "N", 2: (lat, 0.0, 0.0), 3: "E", 4: (lon, 0.0, 0.0)})
    image.save(path, exif=exif)
    return path


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    photo(folder / "marseille.jpg", 5.3698, 43.2965, 1)
    photo(folder / "nowhere.jpg", None, None, 2)
    photo(folder / "paris.jpg", 2.35, 48.85, 3)
    photo(folder / "twice.jpg", 5.3698, 43.2965, 1)
    (folder / "notes.jpg").write_text("no picture at all", encoding="utf-8")
    (folder / "cut.jpg").write_bytes((folder / "marseille.jpg").read_bytes()[:900])
    return folder


@pytest.fixture
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be where onnxruntime is not installed."""

    def missing(folder: Path) -> classify.ModelPackage:
        raise MissingPackage("Classification needs onnxruntime", next_step="pip install onnxruntime")

    monkeypatch.setattr(classify, "load_package", missing)


class Told(Feedback):
    def __init__(self, stop_after: int | None = None) -> None:
        self.stages: list[str] = []
        self.warnings: list[str] = []
        self.steps, self.stop_after = 0, stop_after

    def stage(self, name: str, total: int | None = None) -> None:
        self.stages.append(name)

    def advance(self, steps: int = 1) -> None:
        self.steps += steps

    def warning(self, message: str) -> None:
        self.warnings.append(message)

    def is_cancelled(self) -> bool:
        return self.stop_after is not None and self.steps >= self.stop_after


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(path) as connection:
        return connection.execute(sql).fetchall()


def test_reports_become_incidents_with_place_class_group_and_team(reports: Path, tmp_path: Path) -> None:
    result = run.run(reports=[reports], out=tmp_path / "out")
    assert result.reports == {"new": 5, "changed": 0, "unchanged": 0, "rejected": 0}
    assert result.incidents == 5 and result.groups == 1
    found = {
        row[0]: row[1:]
        for row in rows(
            result.workspace,
            "SELECT substr(id, -2), insee, class, class_from, group_id, team IS NOT NULL, outside FROM incident",
        )
    }
    assert found["A1"] == ("13055", "waste", "words", "reports.csv/A1", 1, 0)
    assert found["A2"][3] == "reports.csv/A1"
    assert found["A3"][:3] == ("13001", "graffiti", "words")
    assert found["A4"][0] is None and found["A4"][1] is None and found["A4"][5] == 1
    assert found["A5"][0] is None and found["A5"][5] == 0
    assert "Vieux-Port" in result.bulletin.read_text(encoding="utf-8")


def test_every_assignment_says_why_in_both_languages(reports: Path, tmp_path: Path) -> None:
    result = run.run(reports=[reports], out=tmp_path / "out")
    reasons = rows(result.workspace, "SELECT reason_fr, reason_en FROM incident")
    assert len(reasons) == 5
    assert all(fr and en and fr != en for fr, en in reasons)


def test_a_second_run_doubles_nothing_and_keeps_what_a_person_decided(reports: Path, tmp_path: Path) -> None:
    first = run.run(reports=[reports], out=tmp_path / "out")
    with Workspace.open(first.workspace) as workspace:
        workspace.add_decision(Decision("reports.csv/A1", "graffiti", "agent", "2026-11-06T08:00:00Z"))
    second = run.run(reports=[reports], out=tmp_path / "out")
    assert second.reports == {"new": 0, "changed": 0, "unchanged": 5, "rejected": 0}
    assert rows(second.workspace, "SELECT class, class_from FROM incident WHERE id = 'reports.csv/A1'") == [
        ("graffiti", "person")
    ]
    # The group follows the decision: its two reports are no longer of one class.
    assert second.groups == 0


@pytest.mark.usefixtures("no_model")
def test_without_onnxruntime_all_but_classification_works(photos: Path, reports: Path, tmp_path: Path) -> None:
    told = Told()
    result = run.run(photos=[photos], reports=[reports], out=tmp_path / "out", feedback=told)
    assert any("onnxruntime" in warning for warning in told.warnings)
    assert result.photos == {
        "ok": 1, "no position": 1, "outside the territory": 1, "duplicate of": 1, "not an image": 1, "unreadable": 1
    }  # fmt: skip
    assert result.incidents == 6 and result.rejected == 5
    assert rows(result.workspace, "SELECT count(*) FROM photo") == [(6,)]
    assert rows(result.workspace, "SELECT count(*) FROM photo WHERE thumbnail NOT NULL") == [(3,)]
    assert rows(result.workspace, "SELECT count(*) FROM prediction") == [(0,)]


@pytest.mark.usefixtures("no_model")
def test_a_model_that_was_asked_for_must_work(photos: Path, tmp_path: Path) -> None:
    with pytest.raises(MissingPackage):
        run.run(photos=[photos], out=tmp_path / "out", model=tmp_path)


def test_every_photo_is_paired_with_its_own_result(photos: Path) -> None:
    if not (classify.default_package_dir() / "model.onnx").is_file():
        pytest.skip("the default model is not built (sigma-communes model build)")
    found = {Path(p).name: (prediction, problem) for p, prediction, problem in photo_jobs.classify_photos([photos])}
    assert {name for name, (prediction, _) in found.items() if prediction} == {
        "marseille.jpg", "nowhere.jpg", "paris.jpg", "twice.jpg"
    }  # fmt: skip
    assert found["notes.jpg"][1].startswith("not an image") and found["cut.jpg"][1].startswith("unreadable")
    assert found["twice.jpg"][0] == found["marseille.jpg"][0]


@pytest.mark.usefixtures("no_model")
def test_cancel_leaves_whole_batches(photos: Path, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        run.run(photos=[photos], out=tmp_path / "out", feedback=Told(stop_after=3))
    assert rows(tmp_path / "out" / "workspace.gpkg", "PRAGMA integrity_check") == [("ok",)]
    assert not (tmp_path / "out" / "bulletin.html").exists()


def test_nothing_to_read_or_a_missing_path_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Nothing to read"):
        run.run(out=tmp_path / "out")
    with pytest.raises(UsageError, match="no such file"):
        run.run(reports=[tmp_path / "missing.csv"], out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_without_inputs_it_works_on_the_workspace_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with Workspace.open(tmp_path / "out" / "workspace.gpkg") as workspace:
        workspace.add_reports([Report("ville", "7", service_name="Nid de poule", lon=5.3698, lat=43.2965)])
    result = run.run(out=tmp_path / "out")
    assert rows(result.workspace, "SELECT insee, class, team IS NOT NULL FROM incident") == [
        ("13055", "road_damage", 1)
    ]


def test_a_broken_rule_book_stops_before_anything_is_written(reports: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text("version: 1\nrulez: []\n", encoding="utf-8")
    with pytest.raises(DataError, match="rulez"):
        run.run(reports=[reports], out=tmp_path / "out", rules=rules)
    assert not (tmp_path / "out").exists()


def test_a_workspace_of_a_newer_version_is_left_alone(reports: Path, tmp_path: Path) -> None:
    first = run.run(reports=[reports], out=tmp_path / "out")
    with sqlite3.connect(first.workspace) as connection:
        table = connection.execute("SELECT name FROM sqlite_master WHERE name = 'schema_version'").fetchone()
        assert table is not None
        connection.execute(
            "UPDATE schema_version SET version = 999 WHERE version = (SELECT max(version) FROM schema_version)"
        )
    before = first.workspace.read_bytes()
    with pytest.raises(WorkspaceError, match="999"):
        run.run(reports=[reports], out=tmp_path / "out")
    assert first.workspace.read_bytes() == before


def test_a_locked_workspace_says_so(reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = run.run(reports=[reports], out=tmp_path / "out")
    opened = Workspace.open
    monkeypatch.setattr(Workspace, "open", lambda path: opened(path, busy_timeout=0.1))
    with sqlite3.connect(first.workspace, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(WorkspaceError, match="use"):
            run.run(reports=[reports], out=tmp_path / "out")
        other.execute("ROLLBACK")


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a disk of 600 kB (a tmpfs), where that may be mounted."""
    import subprocess

    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("a tmpfs can't be mounted here (needs root)")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_said_and_leaves_a_whole_workspace(tiny_disk: Path, tmp_path: Path) -> None:
    many = tmp_path / "many.csv"
    lines = (f"B{i},Propreté,Déchets et/ou salissures divers,2026-11-02,{'x' * 200},5.37,43.3\n" for i in range(9000))
    many.write_text(HEADER + "".join(lines), encoding="utf-8")
    with pytest.raises(WorkspaceError, match="full"):
        run.run(reports=[many], out=tiny_disk / "out")
    assert rows(tiny_disk / "out" / "workspace.gpkg", "PRAGMA integrity_check") == [("ok",)]


NEAR_RULES = """
version: 1
title: {fr: Essai, en: Trial}
teams:
  port: {fr: Le port, en: The port}
  rest: {fr: Le reste, en: The rest}
default: {team: rest}
layers:
  quays: {fr: quais, en: quays}
rules:
  - {id: quay, team: port, near: {layer: quays, within: 50}}
"""


def test_a_rule_on_nearness_reads_its_layer(reports: Path, tmp_path: Path) -> None:
    rules, quays = tmp_path / "rules.yaml", tmp_path / "quays.geojson"
    rules.write_text(NEAR_RULES, encoding="utf-8")
    quays.write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": '
        '{"type": "LineString", "coordinates": [[5.3690, 43.2968], [5.3710, 43.2968]]}}]}',
        encoding="utf-8",
    )
    result = run.run(reports=[reports], out=tmp_path / "out", rules=rules, layers={"quays": quays})
    assert result.teams == {"port": 2, "rest": 3}
    told = Told()
    without = run.run(reports=[reports], out=tmp_path / "out", rules=rules, feedback=told)
    assert without.teams == {"rest": 5} and any("quays" in warning for warning in told.warnings)
    with pytest.raises(UsageError, match="no layer 'roads'"):
        run.run(reports=[reports], out=tmp_path / "out", rules=rules, layers={"roads": quays})
