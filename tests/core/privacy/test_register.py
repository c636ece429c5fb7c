# SPDX-License-Identifier: GPL-2.0-or-later
"""Boxes in the workspace, the register of what left, and how long photos stay."""

from __future__ import annotations

import datetime as dt
import json
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from sigma_communes.core.cli import main
from sigma_communes.core.errors import DataError, WorkspaceError
from sigma_communes.core.model import Report
from sigma_communes.core.photos import open_picture, read_photo
from sigma_communes.core.privacy import retention
from sigma_communes.core.privacy.detecting import FACES_FILE
from sigma_communes.core.privacy.folders import blur_files
from sigma_communes.core.privacy.way_out import WayOut
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.media import MediaTable
from sigma_communes.core.store.privacy import BlurBox, RegisterEntry, read_boxes, read_register, register, write_boxes

detectors = pytest.mark.skipif(not FACES_FILE.is_file(), reason="the detector of faces is not built: ./dev test")
LATER = dt.datetime(2040, 1, 1, tzinfo=dt.timezone.utc)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    grain = np.random.default_rng(1).normal(120, 20, (240, 320, 3))
    path = tmp_path / "in" / "p.jpg"
    path.parent.mkdir()
    Image.fromarray(np.clip(grain, 0, 255).astype(np.uint8)).save(path)
    return path


@pytest.fixture
def workspace(tmp_path: Path, photo: Path) -> Iterator[Workspace]:
    """Give a workspace with one photo of a report, and two reports with fetched photos: one closed, one open."""
    with Workspace.open(tmp_path / "w.gpkg") as opened:
        opened.add_reports(
            Report("s", key, lon=5.4, lat=43.3, status=status, media_url=f"https://x.example/{key}.jpg",
                   requested_datetime="2024-01-02T10:00:00Z", updated_datetime="2024-02-02T10:00:00Z")
            for key, status in (("1", "closed"), ("2", "open"))
        )  # fmt: skip
        opened.add_photos([(read_photo(photo), open_picture(photo).thumbnail())], report_of={str(photo): "s/1"})
        for key in ("1", "2"):
            file = tmp_path / "w.media" / "aa" / f"{key}.jpg"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(photo.read_bytes() + key.encode())
            MediaTable(opened).keep(f"https://x.example/{key}.jpg", key * 64, f"w.media/aa/{key}.jpg", 10)
        yield opened


def test_boxes_are_kept_with_who_drew_them(workspace: Workspace, photo: Path) -> None:
    write_boxes(workspace, str(photo), [BlurBox(0.1, 0.2, 0.3, 0.4)], "Anne")
    write_boxes(workspace, str(photo), [*read_boxes(workspace, str(photo)), BlurBox(0, 0, 1, 1, "ignored")], "Paul")
    assert [(b.kind, b.who) for b in read_boxes(workspace, str(photo))] == [("manual", "Anne"), ("ignored", "Paul")]
    with pytest.raises(DataError, match="outside of the picture"):
        write_boxes(workspace, str(photo), [BlurBox(0.9, 0, 0.3, 0.1)])
    with pytest.raises(WorkspaceError, match="no photo"):
        write_boxes(workspace, "other.jpg", [])
    assert len(read_boxes(workspace, str(photo))) == 2


@detectors
def test_a_copy_has_the_boxes_that_were_drawn_and_a_line_in_the_register(
    workspace: Workspace, photo: Path, tmp_path: Path
) -> None:
    write_boxes(workspace, str(photo), [BlurBox(0.25, 0.25, 0.5, 0.5)], "Anne")
    leaving = WayOut(workspace, "city", "Anne").copy(str(photo), tmp_path / "copy.jpg")
    before, after = (np.asarray(Image.open(p).convert("L"), dtype=float) for p in (photo, tmp_path / "copy.jpg"))
    middle = (slice(70, 170), slice(90, 230))
    assert np.abs(np.diff(after[middle])).mean() < 0.2 * np.abs(np.diff(before[middle])).mean()
    (entry,) = read_register(workspace)
    assert (entry.what, entry.dest, entry.who, entry.manual, entry.sha256) == (
        "left",
        "city",
        "Anne",
        1,
        leaving.sha256,
    )
    allowed = WayOut(workspace, "city", "Anne", unblurred=True).copy(str(photo), tmp_path / "copy2.jpg")
    assert allowed.manual == 1 and read_register(workspace)[-1].what == "left_unblurred"


@detectors
def test_thumbnails_that_leave_are_written_down(workspace: Workspace, photo: Path) -> None:
    stored, leaving = workspace.thumbnails(), WayOut(workspace, "bulletin").thumbnails()
    assert set(leaving) == set(stored) == {"s/1"} and not read_register(workspace)
    assert leaving["s/1"].startswith(b"\xff\xd8")
    assert [(e.what, e.photo, e.dest) for e in read_register(workspace)] == [("left", str(photo), "bulletin")]


def test_the_register_is_only_ever_added_to(workspace: Workspace, tmp_path: Path) -> None:
    register(workspace, [RegisterEntry("refused", "<b>.jpg", reason="no detector")])
    with sqlite3.connect(workspace.path) as connection:
        for statement in ("DELETE FROM privacy_register", "UPDATE privacy_register SET who = 'x'"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)
    workspace.close()
    page = tmp_path / "register.html"
    result = CliRunner().invoke(
        main, ["photos", "register", "--workspace", str(workspace.path), "--html", str(page), "--json"]
    )
    assert json.loads(result.output)["what"] == "refused"
    text = page.read_text(encoding="utf-8")
    assert "Sortie refusée" in text and "&lt;b&gt;.jpg" in text and "<b>" not in text


def test_a_dry_run_shows_and_applying_deletes_what_is_due(workspace: Workspace, photo: Path, tmp_path: Path) -> None:
    rules = retention.load_rules()
    orphan = tmp_path / "w.media" / "left over.jpg"
    orphan.write_bytes(b"x")
    outside = tmp_path / "outside.jpg"
    outside.write_bytes(b"y")
    os.symlink(outside, tmp_path / "w.media" / "link.jpg")
    due = retention.due(workspace, rules, now=LATER)
    assert {(d.rule, d.name) for d in due} == {
        ("closed_media", "w.media/aa/1.jpg"), ("orphan_media", "w.media/left over.jpg"),
        ("closed_thumbnail", str(photo)),
    }  # fmt: skip
    assert orphan.exists() and not read_register(workspace)
    assert not any(d.problem for d in retention.delete(workspace, due, who="DPO"))
    assert not orphan.exists() and not (tmp_path / "w.media" / "aa" / "1.jpg").exists()
    assert (tmp_path / "w.media" / "aa" / "2.jpg").exists() and photo.exists() and outside.exists()
    assert {(e.what, e.rule, e.who) for e in read_register(workspace)} == {("deleted", d.rule, "DPO") for d in due}
    assert dict(workspace.thumbnails()) == {} and MediaTable(workspace).due("s", None) == []
    assert retention.due(workspace, rules, now=LATER) == []


def test_what_is_not_due_stays(workspace: Workspace) -> None:
    assert retention.due(workspace, retention.load_rules(), now=dt.datetime(2024, 6, 1, tzinfo=dt.timezone.utc)) == []


def test_a_file_outside_of_the_media_folder_is_never_deleted(workspace: Workspace, photo: Path) -> None:
    with workspace.transaction():
        workspace._connection.execute("UPDATE media SET file = 'in/p.jpg' WHERE file = 'w.media/aa/1.jpg'")
    due = [d for d in retention.due(workspace, retention.load_rules(), now=LATER) if d.name == "in/p.jpg"]
    (done,) = retention.delete(workspace, due)
    assert "outside of the media folder" in done.problem and photo.exists() and not read_register(workspace)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("months: 12", "months: 0"), "months must be 1"),
        (("what: thumbnail", "what: everything"), "what"),
        (("id: orphan_media", "id: closed_media"), "twice"),
        (("when: closed\n    months: 36", "when: orphan\n    months: 36"), "never an orphan"),
        (("rules:", "rule:"), "rule"),
    ],
)
def test_rules_are_checked_with_their_line(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    from sigma_communes.resources import path as resource

    text = resource("privacy", "retention.yaml").read_text(encoding="utf-8")
    assert change[0] in text
    path = tmp_path / "rules.yaml"
    path.write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(DataError, match=said) as caught:
        retention.load_rules(path)
    assert "rules.yaml:" in str(caught.value)


def test_a_photo_that_came_home_with_a_pack_is_no_orphan_and_goes_when_its_report_is_closed(
    workspace: Workspace, photo: Path, tmp_path: Path
) -> None:
    home = {}
    for key in ("1", "2"):
        home[key] = tmp_path / "w.media" / f"from pack {key}.jpg"
        home[key].write_bytes(photo.read_bytes() + key.encode() * 7)
        os.utime(home[key], (0, 0))
        workspace.add_photos([(read_photo(home[key]), None)], report_of={str(home[key]): f"s/{key}"})
    due = retention.due(workspace, retention.load_rules(), now=LATER)
    named = {d.name: d for d in due if "from pack" in d.name}
    assert {name: (d.rule, d.why) for name, d in named.items()} == {
        "w.media/from pack 1.jpg": ("closed_media", "closed: s/1")
    }, "the report of the other one is open"
    assert not any(d.problem for d in retention.delete(workspace, due))
    assert not home["1"].exists() and home["2"].exists()
    assert retention.due(workspace, retention.load_rules(), now=LATER) == []


def test_a_fetched_photo_of_a_closed_report_stays_while_an_open_one_has_the_same_picture(
    workspace: Workspace, tmp_path: Path
) -> None:
    fetched = tmp_path / "w.media" / "aa" / "1.jpg"
    mine = tmp_path / "mine.jpg"
    mine.write_bytes(fetched.read_bytes())
    workspace.add_photos([(replace(read_photo(mine), sha256="1" * 64), None)], report_of={str(mine): "s/2"})
    due = retention.due(workspace, retention.load_rules(), now=LATER)
    assert "w.media/aa/1.jpg" not in {d.name for d in due}


def test_a_moved_workspace_keeps_the_files_that_its_tables_name(
    workspace: Workspace, photo: Path, tmp_path: Path
) -> None:
    file = tmp_path / "w.media" / "from pack.jpg"
    file.write_bytes(photo.read_bytes() + b"7")
    os.utime(file, (0, 0))
    workspace.add_photos([(read_photo(file), None)], report_of={str(file): "s/2"})
    workspace.close()
    other = tmp_path / "elsewhere"
    other.mkdir()
    for name in ("w.gpkg", "w.media"):
        os.replace(tmp_path / name, other / name)
    with Workspace.open(other / "w.gpkg") as moved:
        due = retention.due(moved, retention.load_rules(), now=LATER)
    assert "w.media/from pack.jpg" not in {d.name for d in due}


def test_why_a_file_is_due_is_told(workspace: Workspace, tmp_path: Path) -> None:
    orphan = tmp_path / "w.media" / "left over.jpg"
    orphan.write_bytes(b"x")
    why = {d.name: d.why for d in retention.due(workspace, retention.load_rules(), now=LATER) if d.what == "media"}
    assert why == {"w.media/aa/1.jpg": "closed: s/1", "w.media/left over.jpg": "named by no table (media, photo)"}


@pytest.mark.parametrize("how", ["locked", "read-only"])
def test_no_copy_is_made_that_the_register_can_not_take(
    workspace: Workspace, photo: Path, tmp_path: Path, how: str
) -> None:
    out = tmp_path / "copies"
    other = sqlite3.connect(workspace.path, isolation_level=None)
    if how == "locked":
        other.execute("BEGIN IMMEDIATE")
        workspace._connection.execute("PRAGMA busy_timeout = 1")
    else:
        workspace._connection.execute("PRAGMA query_only = ON")
    with pytest.raises(WorkspaceError):
        WayOut(workspace, "city", "Anne", unblurred=True).copy(str(photo), out / "copy.jpg")
    with pytest.raises(WorkspaceError):
        WayOut(workspace, "city", "Anne", unblurred=True).jpeg(str(photo))
    with pytest.raises(WorkspaceError):
        way = WayOut(workspace, "folder", unblurred=True)
        list(blur_files([photo], out, unblurred=True, note=lambda leaving: way.note(leaving.source, leaving)))
    other.close()
    assert not out.exists() or not list(out.iterdir())


def test_a_copy_that_could_not_be_written_is_in_the_register_as_refused(
    workspace: Workspace, photo: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"no folder")
    with pytest.raises(DataError, match="written"):
        WayOut(workspace, "city", "Anne", unblurred=True).copy(str(photo), tmp_path / "file" / "copy.jpg")
    lines = [(entry.what, bool(entry.sha256)) for entry in read_register(workspace)]
    assert lines == [("left_unblurred", True), ("refused", False)]
