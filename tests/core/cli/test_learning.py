# SPDX-License-Identifier: GPL-2.0-or-later
"""``model`` and ``review`` from the command line, on drawn photos in a folder and in a workspace."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image, ImageDraw
from sigma_communes.core import classify, routing
from sigma_communes.core.classify.learning import base_head, write_head
from sigma_communes.core.classify.learning.session import EXAMPLES_FILE
from sigma_communes.core.cli import main
from sigma_communes.core.jobs import handling
from sigma_communes.core.jobs import photos as photo_jobs
from sigma_communes.core.photos import open_picture
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.decisions import read_decided_photos

LABELS = ("waste", "graffiti", "pests")
CONTRACT = ("macro_f1", "per_class", "top3", "ece", "coverage_at_precision", "unknown_auroc")


NewPerson = Callable[[pytest.MonkeyPatch, Path], None]


def call(*arguments: object) -> Result:
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def draw(path: Path, kind: int, seed: int) -> None:
    random = np.random.RandomState(seed)
    ground = Image.fromarray(random.randint(60, 200, (12, 16, 3)).astype(np.uint8)).resize((320, 240))
    pencil = ImageDraw.Draw(ground)
    for _ in range(14):
        x, y = random.randint(0, 280), random.randint(0, 200)
        colour = [(20, 20, 20), (220, 40, 160), (240, 240, 60)][kind]
        (pencil.rectangle, pencil.ellipse, pencil.line)[kind]((x, y, x + 40, y + 30), fill=colour)
    noise = random.normal(0, 12, (240, 320, 3))
    Image.fromarray(np.clip(np.asarray(ground) + noise, 0, 255).astype(np.uint8)).save(path)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with photos, their manifest, and a workspace in which 24 of 36 are decided."""
    if not (classify.default_package_dir() / "model.onnx").is_file():
        pytest.skip("the default model is not built (sigma-communes model build)")
    folder = tmp_path_factory.mktemp("drawn")
    for i in range(36):
        draw(folder / f"{i:02d}.png", i % 3, i)
    with (folder / "manifest.csv").open("w", newline="") as file:
        rows = [(f"{i:02d}.png", LABELS[i % 3] if i < 27 else "", f"g{i}", f"s{i % 2}") for i in range(36)]
        csv.writer(file).writerows([("file", "label", "group", "source"), *rows])
    photos = list(photo_jobs.scan_photos([folder]))
    usable = [photo for photo in photos if photo.verdict.usable]
    places = {photo.path: (5.38 + i * 0.0021, 43.30) for i, photo in enumerate(usable)}
    book = routing.load(routing.example_path())
    photo_jobs.import_photos(folder / "w.gpkg", usable, book, positions=places)
    with Workspace.open(folder / "w.gpkg") as workspace:
        for i, photo in enumerate(read_decided_photos(workspace).photos[:24]):
            handling.decide(workspace, [photo.report], LABELS[i % 3], book, who="Ana", photo=photo.path)
    return folder


@pytest.fixture(scope="module")
def new_person() -> Callable[[pytest.MonkeyPatch, Path], None]:
    """Give what makes a person of a folder: nothing is switched on, nothing is kept; the package stays where it is."""
    package = classify.default_package_dir()

    def enter(patch: pytest.MonkeyPatch, folder: Path) -> None:
        patch.setenv("XDG_DATA_HOME", str(folder / "data"))
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        patch.setattr(classify, "default_package_dir", lambda: package)

    return enter


@pytest.fixture(scope="module")
def learned(drawn: Path, new_person: NewPerson, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """Learn from the workspace once, with figures and comparison: the folder, and what was said."""
    folder = tmp_path_factory.mktemp("learned")
    shutil.copy(drawn / "w.gpkg", folder / "w.gpkg")
    with pytest.MonkeyPatch.context() as patch:
        new_person(patch, folder)
        result = call("model", "learn", "--workspace", folder / "w.gpkg", "--out", folder / "v1", "--json")
    return folder / "v1", result


@pytest.fixture
def own(drawn: Path, new_person: NewPerson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder of its own, with a copy of the workspace; what runs is that of a new person."""
    new_person(monkeypatch, tmp_path)
    shutil.copy(drawn / "w.gpkg", tmp_path / "w.gpkg")
    return tmp_path


@pytest.fixture
def version(learned: tuple[Path, Result], own: Path) -> Path:
    """Give a copy of the version that was learned."""
    return Path(shutil.copytree(learned[0], own / "v1"))


def test_evaluate_ends_with_the_line_of_the_contract(drawn: Path, own: Path) -> None:
    for source in (("--data", drawn), ("--workspace", own / "w.gpkg")):
        result = call("model", "evaluate", *source, "--html", own / "page.html", "--json")
        assert result.exit_code == 0, result.stderr
        *columns, last = lines(result)
        assert set(CONTRACT) <= set(last)
        assert [row["column"] for row in columns] == ["out of source", "in source (grouped cross-validation)"]
        assert last["unknown"] == columns[0]["unknown"] > 0 and 0 <= last["unknown_auroc"] <= 1
        assert "pests" in columns[1]["per_class"]  # learned from the other places
        page = (own / "page.html").read_text()
        assert "out of source" in page and "grouped cross-validation" in page and "data:image/jpeg" in page
        assert set(columns[0]["by"]) == ({"source"} if source[0] == "--data" else {"source", "commune", "camera"})


def test_learn_compare_use_and_one_step_back(
    drawn: Path, own: Path, learned: tuple[Path, Result], version: Path
) -> None:
    workspace, result = own / "w.gpkg", learned[1]
    assert result.exit_code == 0, result.stderr
    (told,) = lines(result)
    assert told["comparison"]["photos"] == 24 and told["comparison"]["new_labels"]["pests"]["photos"] == 8
    names = {p.name for p in (own / "v1").iterdir()}
    assert names == {"learned_head.npz", "examples.npz", "learned.json", "figures.json", "MODEL_CARD.md"}
    (used,) = lines(call("model", "use", own / "v1", "--workspace", workspace, "--json"))
    assert used["running"] == told["version"] and used["suggested"] == 12 and used["not_readable"] == 0
    with sqlite3.connect(workspace) as connection:
        models = {row[0] for row in connection.execute("SELECT DISTINCT model FROM prediction")}
        decided = connection.execute("SELECT count(*) FROM report WHERE class_from = 'person'").fetchone()
    assert len(models) == 2 and decided == (24,)
    (last,) = lines(call("model", "evaluate", "--workspace", workspace, "--json"))[-1:]
    assert last["columns"] == ["in source", "in source (grouped cross-validation)"]
    again = call("model", "learn", "--data", drawn, "--out", own / "v2", "--json")
    assert again.exit_code == 0 and lines(again)[-1]["labels"] == used["labels"]
    (compared,) = lines(call("model", "compare", own / "v1", own / "v2", "--data", drawn, "--json"))
    assert compared["photos"] == 3 and len(compared["versions"]) == 2  # the three that v1 was not taught
    plain = call("model", "compare", own / "v1", own / "v2")
    assert plain.exit_code == 0 and plain.stdout.count("\n") == 2
    none_left = call("model", "compare", own / "v2", own / "v1", "--data", drawn)
    assert none_left.exit_code == 3 and "taught all" in none_left.stderr
    (back,) = lines(call("model", "back", "--workspace", workspace, "--json"))
    assert back["running"] == base_head().version and back["suggested"] == 12
    assert call("model", "back").exit_code == 2


def test_the_register_and_the_card_come_from_the_versions_own_figures(own: Path, version: Path) -> None:
    result = call(
        "model", "register", own / "v1", "--html", own / "r.html", "--card", own / "c.md", "--authority", "<b>Aubagne"
    )
    assert result.exit_code == 0, result.stderr
    page, card = (own / "r.html").read_text(), (own / "c.md").read_text()
    figures = json.loads((own / "v1" / "figures.json").read_text())["columns"]
    (column,) = figures.values()
    macro = f"{column['macro_f1']:.3f}".replace(".", ",")
    for text in (page, card):
        assert macro in text and "w.gpkg" in text and str(own) not in text and "à compléter" in text
    for due in (
        "L. 311-3-1",
        "R. 311-3-1-2",
        "Finalité",
        "pondération",
        "Opérations",
        "Limites",
        "Rôle humain",
        "CADA",
    ):
        assert due in page
    assert "&lt;b&gt;Aubagne" in page and "<script" not in page
    (own / "v1" / "figures.json").write_text("{")
    assert call("model", "register", own / "v1", "--html", own / "r.html").exit_code == 3
    assert call("model", "register", own / "v1").exit_code == 2


def test_explain_colours_a_part_and_names_photos_that_are_alike(drawn: Path, own: Path) -> None:
    photo = drawn / "30.png"
    result = call("model", "explain", photo, "--workspace", own / "w.gpkg", "--out", own / "why.png", "--json")
    assert result.exit_code == 0, result.stderr
    (told,) = lines(result)
    heat = np.array(told["heat"])
    assert heat.shape == (14, 14) and heat.min() >= 0 and heat.max() in (0, 1)
    assert told["label"] == told["top"][0]["label"] and len(told["alike"]) == 4
    assert sum(each["label"] == LABELS[30 % 3] for each in told["alike"]) >= 3
    before, after = open_picture(photo).pixels.astype(int), open_picture(own / "why.png").pixels.astype(int)
    assert before.shape == after.shape
    coloured = np.abs(after - before).mean(axis=2)
    assert (coloured.max() > 60) == bool(heat.any())  # a JPEG of noise is some 10 levels off
    with sqlite3.connect(own / "w.gpkg") as connection:
        what = connection.execute("SELECT what, photo, dest FROM privacy_register").fetchall()
    assert what == [("left", str(photo), "why.png")]
    assert call("model", "explain", photo, "--out", own / "plain.png", "--unblurred").exit_code == 0
    assert call("model", "explain", photo, "--label", "noise").exit_code == 2
    assert call("model", "explain", drawn / "manifest.csv").exit_code == 3


def test_review_asks_writes_down_and_takes_back(own: Path) -> None:
    workspace = own / "w.gpkg"
    result = call("review", "next", "--workspace", workspace, "--count", 100, "--json")
    assert result.exit_code == 0, result.stderr
    items = lines(result)
    assert len(items) == 12 and all(item["photo"] and item["id"] for item in items)
    (told,) = lines(
        call("review", "decide", items[0]["id"], "noise", "--workspace", workspace, "--who", "Luc", "--json")
    )
    assert told["label"] == "noise" and told["model"] and told["before"] == ""
    assert len(lines(call("review", "next", "--workspace", workspace, "--count", 100, "--json"))) == 11
    with sqlite3.connect(workspace) as connection:
        assert connection.execute("SELECT label, who FROM decision ORDER BY fid DESC LIMIT 1").fetchone() == (
            "noise", "Luc",
        )  # fmt: skip
    (told,) = lines(call("review", "decide", items[0]["id"], "--take-back", "--workspace", workspace, "--json"))
    assert told["before"] == "noise"
    assert len(lines(call("review", "next", "--workspace", workspace, "--count", 100, "--json"))) == 12
    assert call("review", "decide", "nobody", "noise", "--workspace", workspace).exit_code == 3
    assert call("review", "decide", items[0]["id"], "nonsense", "--workspace", workspace).exit_code == 2
    assert call("review", "decide", items[0]["id"], "--workspace", workspace).exit_code == 2
    assert call("review", "next", "--json").exit_code == 2


def test_export_and_import_give_the_version_back(own: Path, version: Path) -> None:
    (told,) = lines(call("model", "export", own / "v1", own / "d.npz", "--json"))
    assert told["decisions"] == 24
    alone = lines(call("model", "import", own / "d.npz", "--out", own / "one", "--json"))[-1]["version"]
    for order in (("v1", "d.npz"), ("d.npz", "v1")):
        found = lines(call("model", "import", *(own / name for name in order), "--out", own / "both", "--json"))[-1]
        assert found["version"] == alone


def test_people_who_disagree_and_photos_that_are_gone_are_named(drawn: Path, own: Path) -> None:
    workspace = own / "w.gpkg"
    with Workspace.open(workspace) as opened:
        photos = read_decided_photos(opened).photos
    with sqlite3.connect(workspace) as connection:
        for photo, name in ((photos[3], "moved.png"), (photos[5], "lost.png")):
            connection.execute("UPDATE photo SET photo = ? WHERE photo = ?", (str(own / name), photo.path))
    call("review", "decide", photos[0].report, "none", "--workspace", workspace, "--who", "Luc")
    call("model", "explain", photos[3].path)  # its features are kept, by its hash
    result = call("model", "learn", "--workspace", workspace, "--out", own / "v1", "--no-check", "--json")
    assert result.exit_code == 1
    told = {next(iter(row)): row for row in lines(result)}
    assert told["disagreement"]["said"] == [["Ana", "waste"], ["Luc", "none"]] and told["disagreement"]["kept"] == ""
    assert told["rejected"]["rejected"] == str(own / "lost.png") and "not kept" in told["rejected"]["reason"]
    learned = json.loads((own / "v1" / "learned.json").read_text())
    assert learned["decisions"] == 22 and learned["rejected"] == 1
    old = own / "old.sqlite"
    shutil.copy(own / "cache" / "sigma-communes" / "features.sqlite", old)
    with sqlite3.connect(old) as connection:
        connection.execute("UPDATE feature SET space = 'fidamia-base 0 abc'")
    other = call("model", "learn", "--workspace", workspace, "--out", own / "v2", "--cache", old, "--no-check")
    assert other.exit_code == 1 and "of another model (fidamia-base 0 abc)" in other.stderr


def test_too_little_is_refused_and_writes_nothing(own: Path) -> None:
    workspace = own / "w.gpkg"
    with sqlite3.connect(workspace) as connection:
        connection.executescript(
            "DROP TRIGGER decision_delete; DELETE FROM decision WHERE fid > 3; UPDATE report SET class_from = NULL"
        )
    result = call("model", "learn", "--workspace", workspace, "--out", own / "v1")
    assert result.exit_code == 3 and "3 confirmed photos are too few" in result.stderr
    assert not (own / "v1").exists()
    evaluated = call("model", "evaluate", "--workspace", workspace, "--json")
    assert evaluated.exit_code == 0 and "too few" in lines(evaluated)[-1]["notes"][0]
    with sqlite3.connect(workspace) as connection:
        connection.execute("DELETE FROM decision")
    nothing = call("model", "evaluate", "--workspace", workspace)
    assert nothing.exit_code == 3 and "nothing to learn from" in nothing.stderr


def test_versions_that_do_not_fit_are_refused_and_what_runs_runs_on(own: Path, version: Path) -> None:
    (running,) = lines(call("model", "use", version, "--json"))
    bad = own / "bad"
    base = base_head()
    for damage in ("missing", "text", "older", "labels"):
        shutil.rmtree(bad, ignore_errors=True)
        bad.mkdir()
        if damage == "text":
            (bad / "learned_head.npz").write_text("not a head")
        elif damage == "older":
            write_head(bad / "learned_head.npz", replace(base, backbone="fidamia-base 0"))
        elif damage == "labels":
            write_head(bad / "learned_head.npz", replace(base, row_label=base.row_label + 9))
        refused = call("model", "use", bad)
        assert refused.exit_code == 3 and str(bad) in refused.stderr, damage
        assert call("model", "evaluate", "--workspace", own / "w.gpkg", "--model", bad).exit_code == 3
    last = lines(call("model", "evaluate", "--workspace", own / "w.gpkg", "--json"))[-1]
    assert last["model"] == running["running"]
    (version / EXAMPLES_FILE).write_bytes(b"damaged")
    assert call("model", "import", version, "--out", own / "x").exit_code == 3
    assert not (own / "x").exists()


def test_wrong_use_is_told(drawn: Path, own: Path) -> None:
    assert call("model", "learn", "--data", drawn).exit_code == 2
    assert call("model", "evaluate", "--data", drawn, "--workspace", own / "w.gpkg").exit_code == 2
    assert call("model", "evaluate", "--data", drawn, "--keep").exit_code == 2
    assert call("model", "use").exit_code == 2
    assert call("model", "learn", "--workspace", own / "none.gpkg", "--out", own / "v").exit_code == 3
